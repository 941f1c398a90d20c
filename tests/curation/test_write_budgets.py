"""What a save may cost, counted in queries on the shipped course, as reads are.

Counted is everything that the database is asked until the answer leaves: statements of
transactions (SAVEPOINT, RELEASE, ROLLBACK) and the numbering of changes after the commit too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from curation.changefeed.sequencer import number_everything
from curation.models import Suggestion, Version
from curation.revisions import history
from curation.revisions.diff import difference
from curation.revisions.snapshot import put_back, snapshot
from events.models import Event
from sources.models import Citation
from tests.support.accounts import signed_in
from tests.support.admin_forms import data_of, page_of
from tests.support.enumerated import few_of

pytestmark = pytest.mark.django_db

# What one change of a page with 25 citations may cost.
MOST = 54
Ask = Callable[[Callable[[], Any]], list[str]]

# What somebody changes on the page of the event: boxes of its form, by name.
CHANGES = {
    # As when somebody only looks and saves.
    "nothing": {},
    # The name, which shows on the pages of people, reforms, figures and topics.
    "title": {"title": "Khrushchev’s Secret Speech"},
    # The day, which rules of the database hold in order.
    "day": {"title": "Khrushchev’s speech", "span": "24 February 1956"},
    # One of 25 citations.
    "citation": {"citations-3-locator": "p. 412"},
    # Who took part, which no two rows may say.
    "participant": {"participations-1-role": "was denounced"},
    # A row that goes.
    "removed": {"citations-4-DELETE": "on"},
}


@pytest.fixture
def speech(khrushchev: Any) -> Event:
    """The event with 25 citations and 3 people, on a site whose changes have been followed."""
    number_everything()
    event = Event.objects.get(slug="secret-speech")
    assert event.citations.count() == 25
    return event


@pytest.fixture
def asked(django_capture_on_commit_callbacks: Any) -> Ask:
    """Does something and gives the statements that it cost."""

    def ask(do: Callable[[], Any]) -> list[str]:
        with (
            CaptureQueriesContext(connection) as caught,
            django_capture_on_commit_callbacks(execute=True),
        ):
            do()
        return [query["sql"] for query in caught.captured_queries]

    return ask


def save(client: Client, event: Event, change: dict[str, str]) -> Callable[[], None]:
    """What sends the form of the event as a browser would, with some boxes changed."""
    form = data_of(client, page_of(event)) | change

    def send() -> None:
        assert client.post(page_of(event), form).status_code == 302

    return send


@pytest.mark.parametrize("changed", few_of(CHANGES, "nothing", "title"))
def test_saving_the_form_as_editor(speech: Event, asked: Ask, changed: str) -> None:
    change = CHANGES[changed]
    cost = asked(save(signed_in("Editor"), speech, change))
    assert len(cost) <= MOST, "\n".join([str(len(cost)), *(c[:180] for c in cost)])
    # The first version keeps what was there before as well.
    assert Version.objects.of(speech).count() == (2 if change else 0)


@pytest.mark.parametrize("changed", few_of([c for c in CHANGES if c != "nothing"], "removed"))
def test_suggesting_and_accepting(speech: Event, asked: Ask, changed: str) -> None:
    change = CHANGES[changed]
    before = snapshot(speech)
    cost = asked(save(signed_in("Contributor"), speech, change))
    assert len(cost) <= MOST, "\n".join([str(len(cost)), *(c[:180] for c in cost)])
    assert snapshot(Event.objects.get(pk=speech.pk)) == before
    suggestion = Suggestion.objects.get()
    paths = difference(suggestion.base, suggestion.proposed).paths
    url = reverse("admin:curation_suggestion_change", args=[suggestion.pk])
    editor = signed_in("Editor")
    answers: list[Any] = []
    cost = asked(lambda: answers.append(editor.post(url, {"do": "accept", "path": paths})))
    assert [answer.status_code for answer in answers] == [302]
    assert len(cost) <= MOST, "\n".join([str(len(cost)), *(c[:180] for c in cost)])
    assert snapshot(Event.objects.get(pk=speech.pk)) == suggestion.proposed


def test_putting_back_what_stands_there_already(speech: Event, asked: Ask) -> None:
    data = snapshot(speech)
    cost = asked(lambda: put_back(data, speech))
    assert not [sql for sql in cost if sql.startswith(("UPDATE", "INSERT", "DELETE"))]
    # The record, its rows of two kinds and its reforms, and the transaction around them.
    assert len(cost) <= 6, cost


def test_restoring_a_version(speech: Event, asked: Ask) -> None:
    with history.changing(speech, by=None) as current:
        current.summary = "Wrong"
        current.save()
        Citation.objects.filter(event=speech).first().delete()
    first = Version.objects.of(speech).get(number=1)
    url = reverse("admin:events_event_restore", args=[speech.pk, 1])
    editor = signed_in("Editor")
    answers: list[Any] = []
    cost = asked(lambda: answers.append(editor.post(url, {"reason": "It was right before"})))
    assert [answer.status_code for answer in answers] == [302]
    # A row that comes back is checked by the database while it is written.
    assert len(cost) <= MOST, "\n".join([str(len(cost)), *(c[:180] for c in cost)])
    assert snapshot(Event.objects.get(pk=speech.pk)) == first.snapshot
