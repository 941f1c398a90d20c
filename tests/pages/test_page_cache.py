"""Answers that are kept until something public changes: never stale, never somebody else's."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event as Flag
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.autoreload import file_changed

from config.postgresql.silence import Silence
from config.serving import page_cache
from config.serving.page_cache import PageCacheMiddleware
from curation.changefeed.sequencer import number_everything
from curation.models import Version
from curation.revisions import history
from events.models import Event
from records.api.conditional import keep
from tests.support.accounts import signed_in

TOPIC = "/topics/de-stalinisation/"
SPEECH = "/events/secret-speech/"
# One address of each sort; the second reader of each costs one short question.
KEPT = [
    "/",
    "/courses/khrushchev/",
    TOPIC,
    f"{TOPIC}check/",
    SPEECH,
    "/timeline/?from=1956&to=1957",
    "/people/",
    "/people/khrushchev/",
    "/power/?on=1953-06-01",
    "/glossary/",
    "/sources/",
    "/embed/topics/de-stalinisation/",
    "/api/v1/events/secret-speech/",
    "/api/v1/events/secret-speech/?format=jsonld",
    "/api/v1/people/?page_size=5",
    "/api/v1/people/?format=csv",
    "/api/v1/timeline/?topic=de-stalinisation",
    "/api/v1/state/?on=1953-06-01",
]
# What follows from more than public records, belongs to one reader, or is no content.
NOT_KEPT = [
    # A version may be hidden without a change that readers see.
    f"{SPEECH}v/",
    "/api/v1/events/secret-speech/versions/",
    # A form of one reader.
    f"{SPEECH}report/",
    "/accounts/login/",
    # Nothing is there; perhaps a record will be.
    "/events/no-such-event/",
    "/api/v1/events/no-such-event/",
    # What whoever watches the server asks.
    "/readyz",
]


@pytest.fixture(autouse=True)
def _with_memory(settings: Any) -> None:
    settings.PAGE_CACHE_BYTES = 24 * 1024 * 1024


@pytest.fixture
def settled(khrushchev: Any) -> None:
    """The shipped course, with a number for every change."""
    number_everything()


def costs(client: Client, address: str, **headers: Any) -> tuple[HttpResponse, int]:
    """The answer, and how many questions the database was asked for it."""
    with CaptureQueriesContext(connection) as asked:
        response = client.get(address, **headers)
    return response, len(asked)


def is_kept(client: Client, address: str, **headers: Any) -> bool:
    """Whether a later reader of the address is answered from memory."""
    client.get(address, **headers)
    return costs(client, address, **headers)[1] == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("settled")
class TestTheSite:
    @pytest.mark.parametrize("address", KEPT)
    def test_a_later_reader_costs_one_question(self, client: Client, address: str) -> None:
        first = client.get(address)
        again, cost = costs(client, address)
        assert cost == 1
        assert (first.status_code, first.content) == (200, again.content)
        assert {**first.headers, "X-Request-ID": ""} == {**again.headers, "X-Request-ID": ""}
        assert again["Cache-Control"] == "public, no-cache"

    @pytest.mark.parametrize("address", NOT_KEPT)
    def test_what_is_made_anew_each_time(self, client: Client, address: str) -> None:
        client.get(address)
        assert costs(client, address)[1] != 1

    def test_a_reader_who_has_it_is_told_so(self, client: Client) -> None:
        tag = client.get(TOPIC)["ETag"]
        answer, cost = costs(client, TOPIC, headers={"If-None-Match": tag})
        assert (answer.status_code, answer.content, cost) == (304, b"", 1)
        assert answer["ETag"] == tag

    def test_the_first_to_ask_may_have_it_from_before(self, client: Client) -> None:
        tag = client.get(TOPIC)["ETag"]
        other = Client()
        assert other.get(TOPIC, headers={"If-None-Match": tag}).status_code == 304
        answer, cost = costs(other, TOPIC)
        assert (answer.status_code, cost) == (200, 1)

    def test_a_change_shows_at_once(self, client: Client) -> None:
        assert is_kept(client, TOPIC)
        event = Event.objects.get(slug="secret-speech")
        event.title = "The speech behind closed doors"
        event.save()
        # Between the change and its number nothing is sent from memory, and nothing put there.
        assert "The speech behind closed doors" in client.get(SPEECH).content.decode()
        assert not is_kept(client, SPEECH)
        number_everything()
        assert "The speech behind closed doors" in client.get(SPEECH).content.decode()
        assert is_kept(client, SPEECH)

    def test_what_is_withdrawn_is_gone_at_once(self, client: Client) -> None:
        assert is_kept(client, SPEECH)
        event = Event.objects.get(slug="secret-speech")
        event.status, event.withdrawn_reason = "withdrawn", "Entered twice"
        event.save()
        number_everything()
        assert client.get(SPEECH).status_code == 410

    def test_what_is_rolled_back_costs_nobody_anything(self, client: Client) -> None:
        assert is_kept(client, SPEECH)
        with transaction.atomic():
            Event.objects.filter(slug="secret-speech").update(title="Never")
            transaction.set_rollback(True)
        answer, cost = costs(client, SPEECH)
        assert cost == 1
        assert b"Never" not in answer.content

    def test_what_nobody_sees_changes_nothing(self, client: Client) -> None:
        assert is_kept(client, SPEECH)
        Event.objects.create(slug="a-draft", title="A draft", summary="Not yet.")
        number_everything()
        assert costs(client, SPEECH)[1] == 1

    def test_a_hidden_version_is_gone_at_once(self, client: Client) -> None:
        event = Event.objects.get(slug="secret-speech")
        with history.changing(event, by=None) as current:
            current.summary = "Somebody's telephone number"
            current.save()
        with history.changing(event, by=None) as current:
            current.summary = "What was said, and to whom."
            current.save()
        number_everything()
        versions = Version.objects.of(event).order_by("number")
        [bad] = [v for v in versions if "telephone" in str(v.snapshot)]
        address = f"{SPEECH}v/{bad.number}/"
        assert b"telephone" in client.get(address).content
        bad.delete()
        assert b"telephone" not in client.get(address).content

    def test_who_is_signed_in_neither_fills_nor_reads_it(self, client: Client) -> None:
        editor = signed_in("Editor")
        assert not is_kept(editor, TOPIC)
        assert editor.get(TOPIC)["Cache-Control"] == "private, no-cache"
        assert is_kept(client, TOPIC)

    def test_a_token_neither_fills_nor_reads_it(self, client: Client) -> None:
        address = "/api/v1/people/"
        assert is_kept(client, address)
        refused = client.get(address, headers={"Authorization": "Bearer wrong"})
        assert refused.status_code == 401
        assert costs(client, address)[1] == 1

    def test_forms_of_one_address_are_kept_apart(self, client: Client) -> None:
        address = "/api/v1/people/khrushchev/"
        types = {"application/json", "application/ld+json"}
        for _ in range(2):
            assert types == {
                client.get(address, headers={"Accept": kind})["Content-Type"].partition(";")[0]
                for kind in types
            }
        plain, packed = client.get(TOPIC), client.get(TOPIC, headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in plain
        assert packed["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in client.get(TOPIC)

    def test_scripts_of_other_sites_may_read_what_is_kept(self, client: Client) -> None:
        address = "/api/v1/people/"
        assert is_kept(client, address)
        answer = client.get(address, headers={"Origin": "https://school.example"})
        assert answer["Access-Control-Allow-Origin"] == "*"

    def test_a_frame_keeps_its_own_policy(self, client: Client) -> None:
        address = "/embed/topics/de-stalinisation/"
        first, again = client.get(address), client.get(address)
        assert "frame-ancestors" in again["Content-Security-Policy"]
        assert first["Content-Security-Policy"] == again["Content-Security-Policy"]
        page = client.get(TOPIC)["Content-Security-Policy"]
        assert page != again["Content-Security-Policy"]

    def test_parameters_in_another_order_are_the_same_address(self, client: Client) -> None:
        assert is_kept(client, "/timeline/?from=1956&to=1957")
        assert costs(client, "/timeline/?to=1957&from=1956")[1] == 1

    def test_one_parameter_twice_keeps_its_order(self, client: Client) -> None:
        first = client.get("/timeline/?from=1956&from=1960").content
        assert client.get("/timeline/?from=1960&from=1956").content != first

    def test_a_host_of_somebody_else_fills_nothing(self, client: Client) -> None:
        assert client.get(TOPIC, headers={"Host": "evil.example"}).status_code == 400
        client.get(TOPIC, headers={"X-Forwarded-Host": "evil.example"})
        assert b"evil.example" not in client.get(TOPIC).content

    def test_what_is_kept_counts_for_the_limits(self, client: Client, settings: Any) -> None:
        settings.API_LIMITS = {"address": 3, "token": 0}
        address = "/api/v1/people/?page_size=3"
        left = [client.get(address).headers.get("RateLimit", "") for _ in range(3)]
        assert [each.partition("r=")[2].partition(";")[0] for each in left] == ["2", "1", "0"]
        assert client.get(address).status_code == 429
        # Pages have no limit.
        assert client.get("/people/").status_code == 200

    def test_nothing_is_kept_where_no_memory_is_given(self, settings: Any) -> None:
        settings.PAGE_CACHE_BYTES = 0
        assert not is_kept(Client(), TOPIC)


# --- the middleware alone ---------------------------------------------------------------------

LATEST = (7, datetime(1956, 2, 25, tzinfo=UTC))


@pytest.fixture(autouse=True)
def _known(request: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.cls is None:
        monkeypatch.setattr(page_cache, "latest_change", lambda: LATEST)


def middleware(view: Callable[[HttpRequest], HttpResponse]) -> PageCacheMiddleware:
    return PageCacheMiddleware(view)


def page(request: HttpRequest, length: int = 1_000) -> HttpResponse:
    response = HttpResponse(f"{request.get_full_path()} {'x' * length}")
    response["ETag"] = '"a"'
    keep(response)
    return response


def test_thirty_readers_at_once_cost_one_page() -> None:
    made: list[str] = []
    go = Flag()

    def slow(request: HttpRequest) -> HttpResponse:
        made.append(request.path)
        go.wait(60)
        return page(request)

    cache = middleware(slow)
    with ThreadPoolExecutor(30) as readers:
        answers = [readers.submit(cache, RequestFactory().get(TOPIC)) for _ in range(30)]
        go.set()
        assert len({answer.result().content for answer in answers}) == 1
    assert made == [TOPIC]


def test_a_flood_of_queries_drives_no_page_out(settings: Any) -> None:
    settings.PAGE_CACHE_BYTES = 400_000
    made: list[str] = []

    def counted(request: HttpRequest) -> HttpResponse:
        made.append(request.get_full_path())
        return page(request)

    cache = middleware(counted)
    cache(RequestFactory().get(TOPIC))
    for number in range(500):
        cache(RequestFactory().get(f"{TOPIC}?utm={number}"))
    made.clear()
    cache(RequestFactory().get(TOPIC))
    assert not made
    assert cache._queries.currsize <= 100_000
    assert cache._plain.currsize + cache._queries.currsize <= 400_000


def test_what_is_too_long_is_not_kept(settings: Any) -> None:
    settings.PAGE_CACHE_BYTES = 80_000
    cache = middleware(lambda request: page(request, 50_000))
    assert cache(RequestFactory().get(TOPIC)).status_code == 200
    assert not cache._plain.currsize


def test_an_answer_with_a_cookie_is_not_kept() -> None:
    def with_cookie(request: HttpRequest) -> HttpResponse:
        response = page(request)
        response.set_cookie("somebody", "one")
        return response

    cache = middleware(with_cookie)
    cache(RequestFactory().get(TOPIC))
    assert not cache._plain.currsize


def test_only_the_latest_change_is_answered_with(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def counted(request: HttpRequest) -> HttpResponse:
        made.append(request.path)
        return page(request)

    cache = middleware(counted)
    cache(RequestFactory().get(TOPIC))
    # A backup that is restored may count on from an older number, at another time.
    monkeypatch.setattr(
        page_cache, "latest_change", lambda: (7, datetime(1964, 10, 14, tzinfo=UTC))
    )
    cache(RequestFactory().get(TOPIC))
    assert made == [TOPIC, TOPIC]


def test_a_database_that_is_away_is_left_to_the_view(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise DatabaseError

    monkeypatch.setattr(page_cache, "latest_change", away)
    cache = middleware(lambda request: HttpResponse(status=503))
    assert cache(RequestFactory().get(TOPIC)).status_code == 503


def test_a_silent_database_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def silent() -> None:
        raise OperationalError from Silence

    monkeypatch.setattr(page_cache, "latest_change", silent)
    asked: list[str] = []

    def view(request: HttpRequest) -> HttpResponse:
        asked.append(request.path)
        return page(request)

    answer = middleware(view)(RequestFactory().get(TOPIC))
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert not asked


def test_an_edited_template_shows_at_once() -> None:
    made: list[str] = []

    def counted(request: HttpRequest) -> HttpResponse:
        made.append(request.path)
        return page(request)

    cache = middleware(counted)
    cache(RequestFactory().get(TOPIC))
    file_changed.send(sender=None, file_path=Path("nothing.html"))
    cache(RequestFactory().get(TOPIC))
    assert made == [TOPIC, TOPIC]


def test_head_is_answered_with_what_was_kept_for_get() -> None:
    made: list[str] = []

    def counted(request: HttpRequest) -> HttpResponse:
        made.append(str(request.method))
        return page(request)

    cache = middleware(counted)
    cache(RequestFactory().head(TOPIC))
    cache(RequestFactory().get(TOPIC))
    cache(RequestFactory().head(TOPIC))
    assert made == ["HEAD", "GET"]
