"""Which reads a copy of the database may answer, decided without one; tests/ops has real copies."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.db import OperationalError, transaction
from django.http import Http404, HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve

from config.postgresql.replicas import ReplicaRouter, reading_from
from config.serving import replicas
from config.serving.replicas import Replica, ReplicaMiddleware
from events.models import Event
from records.api.conditional import keep

LATEST = (7, datetime(1964, 10, 14, tzinfo=UTC))
EARLIER = (6, datetime(1964, 10, 13, tzinfo=UTC))


class Copies:
    """What copies by these names say when they are asked, and which of them were."""

    def __init__(self, **say: Any) -> None:
        self.say, self.asked = say, [""][:0]

    def newest(self, name: str) -> Any:
        self.asked.append(name)
        if isinstance(self.say[name], Exception):
            raise self.say[name]
        return self.say[name]


@pytest.fixture
def copies(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Copies:
    found = Copies(replica1=LATEST, replica2=LATEST)
    settings.REPLICAS = [*found.say]
    monkeypatch.setattr(replicas, "newest_entry", found.newest)
    monkeypatch.setattr(replicas, "latest_change", lambda: LATEST)
    return found


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(replicas.time, "monotonic", lambda: now[0])
    return now


class Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(record.getMessage())


@pytest.fixture
def lines() -> Iterator[list[str]]:
    handler = Lines()
    replicas.logger.addHandler(handler)
    yield handler.said
    replicas.logger.removeHandler(handler)


def kept(request: Any) -> HttpResponse:
    """A view whose answers follow from public records alone; says where it reads."""
    response = HttpResponse(ReplicaRouter().db_for_read(Event))
    keep(response)
    return response


kept.keeps_answers = True  # type: ignore[attr-defined]


def told(**headers: Any) -> Any:
    return RequestFactory().get("/events/secret-speech/", headers=headers)


def answered(request: Any, view: Any = kept) -> str | None:
    """Which copy answered; None where the primary has to."""
    middleware = ReplicaMiddleware(lambda request: HttpResponse())
    answer = middleware.process_view(request, view, (), {})
    return answer.content.decode() if answer is not None else None


@pytest.mark.usefixtures("copies")
class TestWhoIsAnsweredByACopy:
    def test_somebody_who_only_reads(self) -> None:
        assert answered(told()) == "replica1"
        assert answered(RequestFactory().head("/events/secret-speech/")) == "replica1"

    def test_nobody_else(self, settings: Any) -> None:
        """Who is signed in, has a token, or sends something."""
        signed_in = told()
        signed_in.COOKIES[settings.SESSION_COOKIE_NAME] = "somebody"
        assert answered(signed_in) is None
        assert answered(told(authorization="Bearer of-a-program")) is None
        assert answered(RequestFactory().post("/events/secret-speech/report/")) is None

    def test_no_view_that_shows_more_than_public_records(self) -> None:
        assert answered(told(), lambda request: kept(request)) is None

    def test_no_view_that_writes_what_it_reads(self) -> None:
        """The search brings its index up to date, which the copy has a moment later."""

        def search(request: Any) -> HttpResponse:
            return kept(request)

        search.keeps_answers = True  # type: ignore[attr-defined]
        assert answered(told(), search) == "replica1"
        search.asks_primary = True  # type: ignore[attr-defined]
        assert answered(told(), search) is None
        for path in ("/search/?q=Khrushchev", "/api/v1/search/?q=Khrushchev"):
            assert answered(RequestFactory().get(path), resolve(path.split("?")[0]).func) is None

    def test_no_answer_that_says_so_of_itself(self) -> None:
        def refused(request: Any) -> HttpResponse:
            response = kept(request)
            response.status_code = 410
            return response

        def missing(request: Any) -> HttpResponse:
            raise Http404

        for view in (refused, missing):
            view.keeps_answers = True  # type: ignore[attr-defined]
            assert answered(told(), view) is None

    def test_nothing_while_a_change_has_no_number(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(replicas, "latest_change", lambda: None)
        assert answered(told()) is None


@pytest.mark.usefixtures("copies")
def test_what_was_asked_before_is_not_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    request = told()
    request.latest_public_change = LATEST
    monkeypatch.setattr(replicas, "latest_change", lambda: pytest.fail("asked twice"))
    assert answered(request) == "replica1"


def test_copies_take_turns(copies: Copies) -> None:
    middleware = ReplicaMiddleware(lambda request: HttpResponse())
    for _ in range(4):
        middleware.process_view(told(), kept, (), {})
    assert copies.asked == ["replica1", "replica2"] * 2


# What the first copy says, and which one answers.
@pytest.mark.parametrize(
    "says",
    [
        # It is behind.
        EARLIER,
        # It has nothing yet.
        None,
        # A copy of another primary: the number is right, and the time is not.
        (7, EARLIER[1]),
        # Ahead of this primary: it followed one that is gone.
        (8, LATEST[1]),
        OperationalError("connection refused"),
    ],
)
def test_the_next_copy_answers(copies: Copies, says: Any) -> None:
    copies.say["replica1"] = says
    assert answered(told()) == "replica2"
    copies.say["replica2"] = says
    assert answered(told()) is None


def test_a_copy_that_fails_in_the_middle_is_left_alone(
    copies: Copies, clock: list[float], lines: list[str]
) -> None:
    def cancelled(request: Any) -> HttpResponse:
        raise OperationalError("canceling statement due to conflict with recovery")

    cancelled.keeps_answers = True  # type: ignore[attr-defined]
    copies.say.pop("replica2")
    middleware = ReplicaMiddleware(lambda request: HttpResponse())
    assert middleware.process_view(told(), cancelled, (), {}) is None
    copies.asked.clear()
    middleware._replicas.pop()
    assert middleware.process_view(told(), kept, (), {}) is None
    assert copies.asked == []
    clock[0] += 5
    assert middleware.process_view(told(), kept, (), {}) is not None
    assert [line.split(" (")[0] for line in lines] == ["replica1 fails", "replica1 answers again."]


def test_a_copy_that_is_gone_is_logged_once_and_tried_by_one_request_at_a_time(
    copies: Copies, clock: list[float], lines: list[str]
) -> None:
    copy = Replica("replica1")
    copies.say["replica1"] = OperationalError("connection refused")
    for _ in range(10):
        assert not copy.has(LATEST)
        assert not copy.has(LATEST)
        clock[0] += 5
    assert (len(copies.asked), len(lines)) == (10, 1)


def test_a_copy_is_behind_for_a_moment_after_each_change(
    copies: Copies, clock: list[float], lines: list[str]
) -> None:
    copy = Replica("replica1")
    for says, seconds, said in (
        (EARLIER, 0, 0),
        (LATEST, 1, 0),
        (EARLIER, 60, 0),
        # Only then it is trouble, and is said once.
        (EARLIER, 10, 1),
        (EARLIER, 60, 1),
        (LATEST, 1, 2),
        (EARLIER, 1, 2),
    ):
        clock[0] += seconds
        copies.say["replica1"] = says
        assert copy.has(LATEST) == (says == LATEST)
        assert len(lines) == said
    assert "has been behind" in lines[0]
    assert lines[1] == "replica1 has caught up."


@pytest.mark.django_db(transaction=True)
def test_what_is_written_and_what_a_transaction_reads_goes_to_the_primary() -> None:
    router = ReplicaRouter()
    with reading_from("replica1"):
        assert router.db_for_read(Event) == "replica1"
        assert router.db_for_write(Event) == "default"
        with transaction.atomic():
            assert router.db_for_read(Event) == "default"
    assert router.db_for_read(Event) == "default"
    assert not router.allow_migrate("replica1", "events")
    assert router.allow_migrate("default", "events")


@pytest.fixture
def _counting_anew() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.mark.django_db
@pytest.mark.usefixtures("_counting_anew")
def test_an_answer_that_is_made_twice_counts_once(
    client: Client, copies: Copies, settings: Any
) -> None:
    settings.API_LIMITS = {"address": 10, "token": 10}
    answer = client.get("/api/v1/events/nothing/")
    # A copy was asked, and whether nothing is there the primary said.
    assert (answer.status_code, copies.asked) == (404, ["replica1"])
    assert '"address";r=9;' in answer["RateLimit"]
