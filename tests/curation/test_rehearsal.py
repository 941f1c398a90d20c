"""What is only rehearsed: done for good, looked at, and taken back."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from curation.models import Version
from curation.revisions import history
from curation.revisions.rehearsal import rehearsal
from curation.revisions.snapshot import snapshot
from events.models import Event
from people.models import Person
from tests.factories import CitationFactory, EventFactory, PersonFactory

pytestmark = pytest.mark.django_db


def test_the_record_should_be_seen_as_it_would_be_and_stay_as_it_is() -> None:
    speech = EventFactory(title="Secret Speech")
    with rehearsal(speech) as rehearsed:
        Event.objects.filter(pk=speech.pk).update(title="The Secret Speech")
        CitationFactory(event=speech, public_id="speech-lewin")
    assert rehearsed.snapshot["fields"]["title"] == "The Secret Speech"
    assert [row["id"] for row in rehearsed.snapshot["rows"]["citations"]] == ["speech-lewin"]
    now = snapshot(Event.objects.get(pk=speech.pk))
    assert (now["fields"]["title"], now["rows"]["citations"]) == ("Secret Speech", [])


def test_nothing_of_it_should_be_kept_or_announced(django_capture_on_commit_callbacks: Any) -> None:
    speech = EventFactory()
    with django_capture_on_commit_callbacks() as announced, rehearsal():
        with history.changing(speech, by=None) as current:
            current.title = "Other"
            current.save()
        PersonFactory()
    assert not Version.objects.exists()
    assert not Person.objects.exists()
    assert announced == []


def test_what_goes_wrong_should_be_told_and_leave_nothing() -> None:
    with pytest.raises(ValidationError), rehearsal():
        PersonFactory(slug="Two Words").full_clean()
    assert not Person.objects.exists()


def test_what_comes_before_and_after_should_stay() -> None:
    PersonFactory(slug="before")
    with rehearsal():
        PersonFactory(slug="within")
    PersonFactory(slug="after")
    assert {*Person.objects.values_list("slug", flat=True)} == {"before", "after"}
