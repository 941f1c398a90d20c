"""Whole records kept, compared, restored and brought back."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from curation.models import Version
from curation.revisions import history
from curation.revisions.diff import collisions, difference, taken, words_marked
from curation.revisions.snapshot import CannotRestore, put_back, snapshot
from people.models import Person, Tenure
from records.models import PastSlug
from sources.models import Citation
from tests.factories import (
    CitationFactory,
    EffectFactory,
    EventFactory,
    ParticipationFactory,
    PersonFactory,
    PowerBaseFactory,
    ReformFactory,
    StatisticFactory,
    TenureFactory,
    TopicEntryFactory,
)

pytestmark = pytest.mark.django_db


def versions(record: Any) -> list[tuple[int, str]]:
    return [*Version.objects.of(record).order_by("number").values_list("number", "action")]


@pytest.fixture
def khrushchev_with_offices() -> Person:
    person = PersonFactory(slug="nikita-khrushchev")
    office = TenureFactory(person=person, public_id="first-secretary")
    CitationFactory(tenure=office, public_id="office-lewin")
    CitationFactory(person=person, public_id="life-lewin", note="Life dates.")
    return person


def test_snapshot_should_hold_rows_and_rows_of_rows(khrushchev_with_offices: Person) -> None:
    data = snapshot(khrushchev_with_offices)
    assert data["fields"]["born"] == {"edtf": "1894-04-15", "text": ""}
    (office,) = data["rows"]["tenures"]
    assert office["id"] == "first-secretary"
    assert [c["id"] for c in office["rows"]["citations"]] == ["office-lewin"]
    assert [c["id"] for c in data["rows"]["citations"]] == ["life-lewin"]


def test_snapshot_should_survive_every_kind_of_record() -> None:
    records = [
        EffectFactory().reform,
        StatisticFactory(baseline_value="55", value="25", change="fell", comparator="exactly"),
        ParticipationFactory().event,
        TopicEntryFactory().topic,
        TopicEntryFactory().topic.course,
        PowerBaseFactory(parent=PowerBaseFactory()),
        StatisticFactory().measure,
        CitationFactory(event=EventFactory()).source,
    ]
    for record in records:
        before = snapshot(record)
        assert snapshot(put_back(before, record)) == before, record


def test_put_back_should_undo_changes_removals_and_additions(
    khrushchev_with_offices: Person,
) -> None:
    person = khrushchev_with_offices
    before = snapshot(person)
    pk = Tenure.objects.get(public_id="first-secretary").pk
    person.name = "N. S. Khrushchev"
    person.save()
    Citation.objects.get(public_id="life-lewin").delete()
    TenureFactory(person=person, public_id="added-later")
    put_back(before, person)
    assert snapshot(Person.objects.get(pk=person.pk)) == before
    # Rows that still existed were changed, not made anew.
    assert Tenure.objects.get(public_id="first-secretary").pk == pk


def test_changing_should_keep_the_state_before_and_after(editor: Any) -> None:
    event = EventFactory(title="Secret Speech")
    with history.changing(event, by=editor, reason="Fuller title") as current:
        current.title = "The Secret Speech"
        current.save()
    assert versions(event) == [(1, "baseline"), (2, "changed")]
    first, second = Version.objects.of(event).order_by("number")
    assert (second.by, second.reason) == (editor, "Fuller title")
    (change,) = difference(first.snapshot, second.snapshot).fields
    assert (change.label, change.before, change.after) == (
        "Title",
        "Secret Speech",
        "The Secret Speech",
    )


def test_second_change_from_the_same_version_should_write_nothing(editor: Any) -> None:
    event = EventFactory(title="Secret Speech")
    with history.changing(event, by=editor, expected=1) as current:
        current.title = "First"
        current.save()

    def change_again() -> None:
        with history.changing(event, by=editor, expected=1) as current:
            current.title = "Second"
            current.save()

    with pytest.raises(history.MovedOn) as refused:
        change_again()
    assert (refused.value.expected, refused.value.current) == (1, 2)
    event.refresh_from_db()
    assert event.title == "First"


def test_a_change_that_fails_should_leave_no_version(editor: Any) -> None:
    event = EventFactory()

    def change() -> None:
        with history.changing(event, by=editor) as current:
            current.title = ""
            current.save()

    with pytest.raises(IntegrityError):
        change()
    assert versions(event) == []


def test_restore_should_make_a_new_version_equal_to_the_old(
    khrushchev_with_offices: Person, editor: Any
) -> None:
    person = khrushchev_with_offices
    with history.changing(person, by=editor) as current:
        current.name = "Wrong"
        current.save()
        current.tenures.all().delete()
    first = Version.objects.of(person).get(number=1)
    history.restore(first, by=editor, reason="Vandalised")
    assert versions(person) == [(1, "baseline"), (2, "changed"), (3, "restored")]
    assert Version.objects.of(person).get(number=3).snapshot == first.snapshot


def test_restore_onto_a_taken_slug_should_say_so_and_change_nothing(editor: Any) -> None:
    event = EventFactory(slug="closed-session")
    with history.changing(event, by=editor) as current:
        current.slug = "secret-speech"
        current.save()
    PastSlug.objects.all().delete()
    EventFactory(slug="closed-session", title="Another event")
    first = Version.objects.of(event).get(number=1)
    with pytest.raises(CannotRestore, match="already exists"):
        history.restore(first, by=editor, reason="Back")
    event.refresh_from_db()
    assert (event.slug, event.version) == ("secret-speech", 2)


def test_deleted_record_should_come_back_whole_under_its_address(
    khrushchev_with_offices: Person, editor: Any
) -> None:
    person = khrushchev_with_offices
    before, pk = snapshot(person), person.pk
    history.delete(person, by=editor, reason="Entered twice")
    assert not Citation.objects.filter(public_id="office-lewin").exists()
    gone = Version.objects.filter(action="deleted").get()
    back = history.bring_back(gone, by=editor, reason="It was not")
    assert (back.pk, back.status, back.slug) == (pk, "draft", "nikita-khrushchev")
    assert snapshot(back) == before
    assert [a for _, a in versions(back)] == ["baseline", "deleted", "recovered"]


def test_what_comes_back_should_keep_its_former_addresses_and_what_readers_knew(
    client: Client, editor: Any
) -> None:
    event = EventFactory(slug="closed-session")
    with history.changing(event, by=editor) as current:
        current.slug = "secret-speech"
        current.save()
    published_at = event.published_at
    history.delete(event, by=editor, reason="Entered twice")
    gone = Version.objects.get(action="deleted")
    back = history.bring_back(gone, by=editor, reason="It was not")
    # Deleted once more as the draft that it is now, it still is something that readers saw.
    assert back.published_at is not None
    assert back.published_at >= published_at
    publishing = type(back).objects.filter(pk=back.pk)
    publishing.update(status="published")
    for former in ("closed-session", "secret-speech"):
        assert client.get(f"/events/{former}/", follow=True).status_code == 200, former
    publishing.update(status="draft")
    back.refresh_from_db()
    history.delete(back, by=editor, reason="After all")
    for former in ("closed-session", "secret-speech"):
        assert client.get(f"/events/{former}/").status_code == 410, former


def test_a_draft_that_comes_back_should_be_as_unknown_as_before(
    client: Client, editor: Any
) -> None:
    event = EventFactory(slug="closed-session", status="draft")
    history.delete(event, by=editor, reason="Entered twice")
    gone = Version.objects.get(action="deleted")
    back = history.bring_back(gone, by=editor, reason="It was not")
    assert back.published_at is None
    history.delete(back, by=editor, reason="After all")
    assert client.get("/events/closed-session/").status_code == 404


def test_restore_should_name_what_is_missing(editor: Any) -> None:
    reform = ReformFactory(status="draft")
    citation = CitationFactory(reform=reform)
    source = citation.source
    with history.changing(reform, by=editor) as current:
        current.citations.all().delete()
    source.delete()
    first = Version.objects.of(reform).get(number=1)
    with pytest.raises(CannotRestore, match=f"source “{source.slug}” no longer exists"):
        history.restore(first, by=editor, reason="Back")
    assert not reform.citations.exists()


def test_references_should_follow_a_renamed_record() -> None:
    tenure = TenureFactory(power_base__slug="cpsu")
    data = snapshot(tenure.person)
    base = tenure.power_base
    base.slug = "communist-party"
    base.save()
    assert put_back(data, tenure.person).tenures.get().power_base == base


def test_words_that_went_and_came_should_be_marked() -> None:
    pieces = words_marked("over 26,000 prisoners", "about 26,000 political prisoners")
    assert [(p.sign, p.text.strip()) for p in pieces if p.text.strip()] == [
        ("-", "over"),
        ("+", "about"),
        ("=", "26,000"),
        ("+", "political"),
        ("=", "prisoners"),
    ]


def test_part_of_a_proposal_should_be_taken_alone(khrushchev_with_offices: Person) -> None:
    base = snapshot(khrushchev_with_offices)
    proposed = snapshot(khrushchev_with_offices)
    proposed["fields"] |= {"name": "N. S. Khrushchev", "epithet": "the Maize Man"}
    proposed["rows"]["citations"] = []
    assert difference(base, proposed).paths == [
        "fields/name",
        "fields/epithet",
        "rows/citations/life-lewin",
    ]
    part = taken(base, proposed, {"fields/name", "rows/citations/life-lewin"})
    assert part["fields"]["name"] == "N. S. Khrushchev"
    assert part["fields"]["epithet"] == ""
    assert part["rows"]["citations"] == []
    assert part["rows"]["tenures"] == base["rows"]["tenures"]


def test_only_what_both_sides_changed_apart_should_collide(khrushchev_with_offices: Person) -> None:
    base = snapshot(khrushchev_with_offices)
    ours, theirs = snapshot(khrushchev_with_offices), snapshot(khrushchev_with_offices)
    ours["fields"] |= {"name": "N. Khrushchev", "epithet": "same", "other_names": "N. S."}
    theirs["fields"] |= {"name": "Khrushchev", "epithet": "same", "native_name": "Хрущёв"}
    assert collisions(base, theirs, ours) == {"fields/name"}
