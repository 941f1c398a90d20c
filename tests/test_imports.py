"""A package loaded over what somebody entered: what it changes is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from curation import history
from curation.models import Version
from curation.whole import snapshot
from events.models import Event
from people.models import Person

pytestmark = pytest.mark.django_db
COURSE = Path(__file__).parent.parent / "courses" / "khrushchev"


def load() -> None:
    call_command("load_course", COURSE, verbosity=0)


def test_a_first_load_keeps_no_versions(khrushchev: Any) -> None:
    assert not Version.objects.exists()


def test_loading_the_same_again_keeps_none(khrushchev: Any) -> None:
    load()
    assert not Version.objects.exists()


def test_an_edit_that_a_load_overwrites_is_kept_and_restored(khrushchev: Any, editor: Any) -> None:
    event = Event.objects.get(slug="secret-speech")
    with history.changing(event, by=editor, reason="Better title") as current:
        current.title = "The closed session"
        current.save()
    mine = snapshot(Event.objects.get(pk=event.pk))
    load()
    event.refresh_from_db()
    assert event.title == "The Secret Speech"
    last = Version.objects.of(event).first()
    assert (last.number, last.reason) == (3, "Loaded from the package khrushchev")
    assert (event.version, last.snapshot["fields"]["title"]) == (3, "The Secret Speech")
    history.restore(Version.objects.of(event).get(number=2), by=editor, reason="Mine after all")
    assert snapshot(Event.objects.get(pk=event.pk)) == mine


def test_an_edit_nobody_kept_is_kept_before_it_is_overwritten(khrushchev: Any) -> None:
    person = Person.objects.get(slug="khrushchev")
    office = person.tenures.first()
    office.note = "Seen in the archive"
    office.save()
    load()
    first, second = Version.objects.of(person).order_by("number")
    notes = [row["fields"]["note"] for row in first.snapshot["rows"]["tenures"]]
    assert "Seen in the archive" in notes
    assert second.action == "changed"


def test_a_dry_run_keeps_nothing(khrushchev: Any) -> None:
    Event.objects.filter(slug="secret-speech").update(title="Other")
    call_command("load_course", COURSE, verbosity=0, dry_run=True)
    assert not Version.objects.exists()
    assert Event.objects.get(slug="secret-speech").title == "Other"
