"""What the feed says of the life of a record, and that it says nothing of what is hidden."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from django.db import models

from curation.changefeed import sequencer
from curation.changefeed.dependencies import KINDS
from curation.changefeed.visibility import Visibility
from curation.merging import merge
from curation.models import Change, PendingChange, Version
from curation.revisions import history
from curation.workflow import publishing
from records.models import AboutOneRecord
from tests import factories as make
from tests.support.canaries import World, make_world
from tests.support.feed_reader import Reader

pytestmark = pytest.mark.django_db


def last_words(reader: Reader, kind: str = "event") -> dict[str, tuple[str, str]]:
    """Of each address of a kind: what the new entries said last, and where they lead on."""
    return {
        entry["key"]: (entry["action"], entry["into"]["key"] if entry["into"] else "")
        for entry in reader.entries()
        if entry["kind"] == kind
    }


def test_the_life_of_a_record(reader: Reader, editor: Any) -> None:
    event = make.EventFactory(slug="hoax", status="draft")
    make.CitationFactory(event=event)
    assert last_words(reader) == {}
    publishing.publish(event, by=editor)
    assert last_words(reader) == {"hoax": ("created", "")}
    with history.changing(event, by=editor) as current:
        current.title = "A letter"
        current.save()
    assert last_words(reader) == {"hoax": ("updated", "")}
    publishing.withdraw(event, by=editor, reason="Forged.")
    assert last_words(reader) == {"hoax": ("withdrawn", "")}
    publishing.publish(event, by=editor)
    assert last_words(reader) == {"hoax": ("published", "")}
    event.refresh_from_db()
    with history.changing(event, by=editor) as current:
        current.slug = "letter"
        current.save()
    assert last_words(reader) == {"hoax": ("renamed", "letter"), "letter": ("created", "")}
    event.refresh_from_db()
    history.delete(event, by=editor, reason="Nothing in it")
    assert last_words(reader) == {"letter": ("deleted", "")}
    back = history.bring_back(Version.objects.first(), by=editor, reason="There was")
    assert last_words(reader) == {}
    publishing.publish(back, by=editor)
    assert last_words(reader) == {"letter": ("published", "")}


def test_a_merge_and_its_undoing(reader: Reader, editor: Any) -> None:
    kept, merged = make.PersonFactory(slug="khrushchev"), make.PersonFactory(slug="khruschev")
    make.CitationFactory(person=kept)
    make.CitationFactory(person=merged)
    make.ParticipationFactory(person=merged)
    reader.catch_up()
    done = merge.merge(kept, merged, by=editor, reason="One man")
    told = [*reader.entries()]
    by_key = {(e["kind"], e["key"]): e for e in told}
    gone = by_key["person", "khruschev"]
    assert (gone["action"], gone["url"]) == ("merged", None)
    assert gone["into"] == {
        "kind": "person",
        "key": "khrushchev",
        "url": "http://testserver/api/v1/people/khrushchev/",
    }
    assert by_key["person", "khrushchev"]["action"] == "updated"
    merge.undo(done, by=editor, reason="Two men")
    assert last_words(reader, "person")["khruschev"] == ("published", "")
    everything = Reader(reader.client)
    everything.catch_up()
    assert everything.copy == everything.everything()


def test_withdrawn_and_then_gone_is_told_again(reader: Reader, editor: Any) -> None:
    """The address of what is withdrawn gives the reason; merged, it leads on."""
    first, second, kept = (make.PersonFactory(slug=s) for s in ("first", "second", "kept"))
    make.CitationFactory(person=kept)
    reader.catch_up()
    for person in (first, second):
        publishing.withdraw(person, by=editor, reason="Twice.")
    reader.catch_up()
    history.delete(first, by=editor, reason="Twice")
    second.refresh_from_db()
    merge.merge(kept, second, by=editor, reason="Twice")
    words = last_words(reader, "person")
    assert words["first"] == ("deleted", "")
    assert words["second"] == ("merged", "kept")


def test_a_row_that_was_made_anew_under_its_public_id_was_changed(
    reader: Reader, editor: Any
) -> None:
    tenure = make.TenureFactory(public_id="premier")
    make.CitationFactory(tenure=tenure)
    reader.catch_up()
    with history.changing(tenure.person, by=editor):
        tenure.delete()
    reader.catch_up()
    history.restore(Version.objects.get(number=1), by=editor, reason="He was")
    assert last_words(reader, "tenure") == {"premier": ("published", "")}
    old = make.TenureFactory._meta.model.objects.get()
    other = {"person": old.person, "power_base": old.power_base, "office": "Another office"}
    make.TenureFactory(public_id="new", **other)
    reader.catch_up()
    old.delete()
    make.TenureFactory(public_id="premier", person=old.person, power_base=old.power_base)
    assert last_words(reader, "tenure")["premier"] == ("updated", "")


def test_back_to_a_former_address(reader: Reader) -> None:
    event = make.EventFactory(slug="speech")
    reader.catch_up()
    for slug in ("secret-speech", "speech"):
        event.slug = slug
        event.save()
        reader.catch_up()
    assert reader.copy == reader.everything()
    last = Change.objects.filter(kind="event").values_list("key", "action")
    assert dict(last) == {"speech": "published", "secret-speech": "renamed"}


# --- hidden things ----------------------------------------------------------------------------


def test_nothing_is_told_of_what_readers_never_saw(reader: Reader, editor: Any) -> None:
    """Drafts tied to public records by every relation are written to, moved and deleted."""
    world = make_world()
    reader.catch_up()
    before = [*Change.objects.values_list("number", flat=True)]
    told = {(e.kind, e.key) for e in Change.objects.all()}
    never = _never_seen(world)
    assert len(never) > 50
    keys = set(world.keys([r for r in never if world.statuses[r] in ("draft", "review")]))
    assert not keys & {key for _, key in told}
    _write_to(never)
    assert reader.entries() == []
    for record in reversed(never):
        if type(record)._base_manager.filter(pk=record.pk).exists():
            with suppress(models.ProtectedError):
                record.delete()
    assert reader.entries() == []
    assert [*Change.objects.values_list("number", flat=True)] == before


@pytest.mark.slow
def test_a_feed_that_told_of_what_hidden_things_touch_would_be_found_out(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world()
    reader.catch_up()
    monkeypatch.setattr(Visibility, "is_visible", lambda *given: True)
    _write_to(_never_seen(world))
    assert reader.entries() != []


def _never_seen(world: World) -> list[Any]:
    """What no reader ever saw: drafts, and rows that join one."""
    return [
        record
        for model, records in world.hidden.items()
        for record in records
        if world.statuses[record] in ("draft", "review") or model not in KINDS.values()
    ]


def _write_to(records: list[Any]) -> None:
    """Change texts, order and links of records, past every form."""
    for number, record in enumerate(records):
        values: dict[str, Any] = {
            column.attname: "canary"
            for column in record._meta.concrete_fields
            if isinstance(column, models.TextField) and column.name != "withdrawn_reason"
        }
        if hasattr(record, "order"):
            # Far above the numbers of the factories: a course has each number of a topic once.
            values["order"] = 20_000 + number
        # What is about one record has to stay about it.
        if hasattr(record, "status") and not isinstance(record, AboutOneRecord):
            links = [c for c in record._meta.concrete_fields if isinstance(c, models.ForeignKey)]
            values |= {link.attname: None for link in links if link.null}
        type(record)._base_manager.filter(pk=record.pk).update(**values)


def test_numbers_have_no_gap_where_something_hidden_was_written(reader: Reader) -> None:
    for number in range(3):
        make.EventFactory(slug=f"public-{number}")
        make.EventFactory(status="draft")
        sequencer.number_changes()
    assert [*Change.objects.values_list("number", flat=True)] == [1, 2, 3]
    assert not PendingChange.objects.exists()


def test_a_former_name_of_a_draft_is_not_told(reader: Reader) -> None:
    event = make.EventFactory(slug="working-title", status="draft")
    event.slug, event.status = "secret-speech", "published"
    event.save()
    assert last_words(reader) == {"secret-speech": ("created", "")}


def test_what_was_public_for_no_moment_that_was_numbered_is_not_told(reader: Reader) -> None:
    event = make.EventFactory()
    event.delete()
    assert reader.entries() == []
