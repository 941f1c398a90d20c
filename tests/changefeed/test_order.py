"""Numbers are given one at a time and from what is committed, whoever began first."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from threading import Event as Signal
from typing import Any

import pytest
from django.db import connection, connections, transaction
from django.test import Client

from curation.changefeed import sequencer
from curation.models import Change, PendingChange
from curation.revisions import history
from events.models import Event
from people.models import Person, PowerBase
from tests.factories import EventFactory, PersonFactory, PowerBaseFactory, TenureFactory
from tests.support.at_once import PATIENCE

FEED = "/api/v1/changes/"
at_once = pytest.mark.skipif(
    connection.vendor == "sqlite", reason="SQLite lets one transaction write at a time"
)


def told(client: Client, after: str = "") -> tuple[list[tuple[str, int]], str]:
    page = client.get(FEED, {"page_size": 200} | ({"after": after} if after else {})).json()
    assert page["next"] is None
    return [(e["key"], e["position"]) for e in page["results"]], page["after"]


class Other:
    """Somebody else, whose transaction stays open until told to commit."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self.wrote, self.may_commit = Signal(), Signal()
        self.pool = ThreadPoolExecutor(1)
        self.going = self.pool.submit(self._go, act)
        assert self.wrote.wait(PATIENCE)

    def _go(self, act: Callable[[], Any]) -> None:
        try:
            with transaction.atomic():
                act()
                self.wrote.set()
                assert self.may_commit.wait(PATIENCE)
        finally:
            connections.close_all()

    def commit(self) -> None:
        self.may_commit.set()
        self.going.result(PATIENCE)
        self.pool.shutdown()


@at_once
@pytest.mark.django_db(transaction=True)
def test_a_writer_that_began_first_and_commits_last_comes_last(client: Client) -> None:
    first, second = EventFactory(slug="first"), EventFactory(slug="second")
    _, place = told(client)
    slow = Other(lambda: Event.objects.filter(pk=first.pk).update(title="Slow"))
    Event.objects.filter(pk=second.pk).update(title="Quick")
    [(key, number)], place = told(client, place)
    assert key == "second"
    # Its note has the lower number, and was out of sight.
    assert told(client, place)[0] == []
    slow.commit()
    [(key, later)], place = told(client, place)
    assert (key, later > number) == ("first", True)
    assert told(client, place)[0] == []


@at_once
@pytest.mark.django_db(transaction=True)
def test_an_office_whose_two_halves_are_published_at_once_is_told(client: Client) -> None:
    """Neither writer sees that the other makes the office public."""
    person, base = PersonFactory(status="draft"), PowerBaseFactory(status="draft")
    TenureFactory(public_id="office", person=person, power_base=base)
    keys, place = told(client)
    assert [key for key, _ in keys] == ["party"]  # the kind of the base, which is public
    one = Other(lambda: Person.objects.filter(pk=person.pk).update(status="published"))
    two = Other(lambda: PowerBase.objects.filter(pk=base.pk).update(status="published"))
    one.commit()
    keys, place = told(client, place)
    assert [key for key, _ in keys] == [person.slug]
    two.commit()
    assert {key for key, _ in told(client, place)[0]} >= {base.slug, "office"}


@at_once
@pytest.mark.django_db(transaction=True)
def test_many_who_give_numbers_at_once_give_each_once() -> None:
    for number in range(40):
        EventFactory(slug=f"event-{number}")
    together = Barrier(4)

    def give() -> None:
        try:
            together.wait(PATIENCE)
            while sequencer.number_changes():
                pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as pool:
        for going in [pool.submit(give) for _ in range(4)]:
            going.result(PATIENCE)
    assert [*Change.objects.values_list("number", flat=True)] == [*range(1, 41)]


@pytest.mark.django_db(transaction=True)
def test_what_is_committed_is_numbered_before_its_writer_is_answered(editor: Any) -> None:
    event = EventFactory()
    with history.changing(event, by=editor) as current:
        current.title = "Sharper"
        current.save()
        assert Change.objects.count() == 0
    assert not PendingChange.objects.exists()
    number, at = sequencer.latest_change() or (0, None)
    assert (number, at) == (1, Change.objects.get().made_at)


@pytest.mark.django_db(transaction=True)
def test_a_failure_to_number_costs_the_writer_nothing(
    editor: Any, client: Client, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    event = EventFactory(slug="speech")
    with monkeypatch.context() as broken:
        broken.setattr(sequencer, "_number_batch", lambda most: 1 / 0)
        with history.changing(event, by=editor):
            pass
    assert "ZeroDivisionError" in caplog.text
    assert told(client)[0] == [("speech", 1)]


@pytest.mark.django_db(transaction=True)
def test_what_was_undone_is_not_told(client: Client) -> None:
    with suppress(ZeroDivisionError), transaction.atomic():
        EventFactory()
        raise ZeroDivisionError
    assert told(client)[0] == []
    assert sequencer.latest_change() is None
