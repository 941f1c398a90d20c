"""Old versions of drafts go on request; what readers saw stays."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from curation.merging.merge import merge
from curation.models import Suggestion, Version
from curation.revisions import history
from curation.revisions.snapshot import snapshot
from events.models import Event
from tests.factories import EventFactory, PersonFactory

pytestmark = pytest.mark.django_db


def prune(**options: Any) -> str:
    out = StringIO()
    call_command("prune_history", stdout=out, **options)
    return out.getvalue()


def changed(record: Any, times: int, by: Any = None) -> Any:
    for _ in range(times):
        with history.changing(record, by=by):
            pass
    record.refresh_from_db()
    return record


def age(days: int) -> None:
    Version.objects.update(made_at=timezone.now() - timedelta(days=days))


def numbers(record: Any) -> list[int]:
    return [*Version.objects.of(record).order_by("number").values_list("number", flat=True)]


def test_old_versions_of_drafts_should_go_but_the_latest() -> None:
    draft = changed(EventFactory(status="draft"), 3)
    person = changed(PersonFactory(status="review"), 1)
    age(400)
    said = prune(dry_run=True)
    assert "3 of events" in said
    assert "1 of people" in said
    assert "Would forget 4 versions" in said
    assert numbers(draft) == [1, 2, 3, 4]
    assert "Forgot 4 versions" in prune()
    assert (numbers(draft), numbers(person)) == ([4], [2])
    assert "Forgot 0 versions" in prune()


def test_what_readers_saw_and_what_is_new_should_stay() -> None:
    public = changed(EventFactory(), 2)
    age(400)
    withdrawn = changed(EventFactory(status="withdrawn", withdrawn_reason="Misread"), 2)
    age(400)
    fresh = changed(EventFactory(status="draft"), 2)
    prune(days=30)
    assert [numbers(event) for event in (public, withdrawn, fresh)] == [[1, 2, 3]] * 3
    prune(days=1)
    assert numbers(fresh) == [1, 2, 3]


def test_a_draft_that_was_published_should_keep_its_public_versions() -> None:
    event = changed(EventFactory(status="draft"), 1)
    Event.objects.filter(pk=event.pk).update(status="published")
    changed(Event.objects.get(pk=event.pk), 2)
    age(400)
    prune()
    assert numbers(event) == [3, 4]


def test_what_a_suggestion_or_a_merge_needs_should_stay() -> None:
    event = changed(EventFactory(status="draft"), 2)
    Suggestion.objects.create(
        model="events.event",
        record_id=event.pk,
        title=str(event),
        base_version=3,
        base=snapshot(event),
        proposed=snapshot(event),
        reason="Shorter",
    )
    changed(event, 2)
    kept, merged = (changed(PersonFactory(status="draft"), 1) for _ in range(2))
    merge(kept, merged, by=None, reason="One man")
    changed(kept, 2)
    age(400)
    prune()
    assert numbers(event) == [3, 5]
    # What it was merged as, and the latest.
    assert numbers(kept) == [3, 5]
    gone = Version.objects.filter(model="people.person", record_id=merged.pk)
    assert [v.action for v in gone] == ["merged"]


def test_a_deleted_draft_should_still_come_back(editor: Any) -> None:
    event = changed(EventFactory(status="draft"), 2)
    history.delete(event, by=editor, reason="Entered twice")
    age(400)
    prune()
    (last,) = Version.objects.filter(model="events.event")
    assert history.bring_back(last, by=editor, reason="It was not").title == event.title


@pytest.mark.parametrize("words", ["0", "-3", "a year"])
def test_a_number_of_days_that_is_none_should_be_refused(words: str) -> None:
    with pytest.raises(CommandError, match="no number of days"):
        call_command("prune_history", f"--days={words}")
