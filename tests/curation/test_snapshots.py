"""Snapshots years later: what they know and the code does not, what it knows and they do not."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from curation.merging.merge import merge
from curation.models import Suggestion, Version
from curation.revisions import history
from curation.revisions.diff import difference, taken
from curation.revisions.snapshot import FORMAT, ROWS, CannotRestore, Snapshot, put_back, snapshot
from curation.workflow.suggestions import CannotDecide, CannotSuggest, accept, suggest
from events.models import Event
from people.models import Person
from sources.models import Citation
from tests.factories import (
    CitationFactory,
    EventFactory,
    ParticipationFactory,
    PersonFactory,
    ReformFactory,
    SourceFactory,
    TenureFactory,
)

pytestmark = pytest.mark.django_db

WRITES = ("INSERT", "UPDATE", "DELETE")


@contextmanager
def writes() -> Iterator[list[str]]:
    """Fills the list with the statements that wrote something, each cut after its table."""
    found: list[str] = []
    with CaptureQueriesContext(connection) as caught:
        yield found
    for query in caught.captured_queries:
        words = query["sql"].replace('"', "").split()
        if words[0] in WRITES:
            found.append(" ".join(words[: 2 if words[0] == "UPDATE" else 3]))


@pytest.fixture
def speech() -> Event:
    event = EventFactory(slug="secret-speech", title="The Secret Speech")
    ParticipationFactory(event=event, person__slug="nikita-khrushchev")
    for n, source in enumerate(["lewin-2005", "taubman-2003"]):
        CitationFactory(event=event, source__slug=source, public_id=f"speech-{source}", order=n)
    return Event.objects.get(pk=event.pk)


@pytest.fixture
def khrushchev_in_office() -> Person:
    office = TenureFactory(person__slug="nikita-khrushchev", public_id="first-secretary")
    CitationFactory(tenure=office, public_id="office-lewin")
    return Person.objects.get(pk=office.person_id)


def changed(data: Snapshot, *path: str | int, to: Any) -> Snapshot:
    """A copy of a snapshot with another value at one place."""
    other = copy.deepcopy(data)
    *before, last = path
    place: Any = other
    for step in before:
        place = place[step]
    place[last] = to
    return other


def without(data: Snapshot, *path: str | int) -> Snapshot:
    """A copy of a snapshot that does not mention one place."""
    other = copy.deepcopy(data)
    *before, last = path
    place: Any = other
    for step in before:
        place = place[step]
    del place[last]
    return other


class TestFormat:
    @pytest.mark.parametrize(
        ("number", "said"),
        [
            # Written by a later version of the code, and then taken back to this one.
            (FORMAT + 1, f"in format {FORMAT + 1}, and only format {FORMAT} can be read"),
            # Written by nothing that this code knows.
            (None, "in a format that it does not name"),
            ("1", "in format 1, and only"),
        ],
    )
    def test_an_unknown_format_should_be_refused_and_write_nothing(
        self, speech: Event, number: Any, said: str
    ) -> None:
        data = changed(snapshot(speech), "fields", "title", to="Other")
        with writes() as written, pytest.raises(CannotRestore, match=said):
            put_back(changed(data, "format", to=number), speech)
        assert written == []

    def test_everything_that_is_kept_should_say_its_format(
        self, speech: Event, editor: Any
    ) -> None:
        proposed = changed(snapshot(speech), "fields", "title", to="Khrushchev’s speech")
        with history.changing(speech, by=None) as current:
            current.summary = "At the Twentieth Congress."
            current.save()
        suggestion = suggest(
            speech, proposed, base_version=1, base_snapshot=snapshot(speech), by=editor,
            reason="Fuller",
        )  # fmt: skip
        accept(suggestion, by=None)
        made = merge(PersonFactory(), PersonFactory(), by=None, reason="One person")
        kept = [version.snapshot for version in Version.objects.all()]
        kept += [suggestion.base, suggestion.proposed, made.kept_before, made.merged_before]
        assert [data["format"] for data in kept] == [FORMAT] * len(kept)
        assert len(kept) >= 8

    def test_the_format_should_be_no_difference_and_be_carried_along(self, speech: Event) -> None:
        data = snapshot(speech)
        assert not difference(changed(data, "format", to=0), data)
        proposed = changed(data, "fields", "title", to="Khrushchev’s speech")
        assert taken(data, proposed, {"fields/title"})["format"] == FORMAT

    def test_a_suggestion_in_an_unknown_format_should_be_refused_before_it_is_mixed_in(
        self, speech: Event, editor: Any
    ) -> None:
        data = snapshot(speech)
        proposed = changed(data, "fields", "title", to="Khrushchev’s speech")
        with pytest.raises(CannotSuggest, match="in format 7"):
            suggest(
                speech, changed(proposed, "format", to=7), base_version=1, base_snapshot=data,
                by=editor, reason="Fuller",
            )  # fmt: skip
        kept = suggest(
            speech, proposed, base_version=1, base_snapshot=data, by=editor, reason="Fuller"
        )
        for side in ("base", "proposed"):
            other = {side: changed(getattr(kept, side), "format", to=7)}
            Suggestion.objects.filter(pk=kept.pk).update(base=data, proposed=proposed)
            Suggestion.objects.filter(pk=kept.pk).update(**other)
            with pytest.raises(CannotDecide, match="in format 7"):
                accept(Suggestion.objects.get(pk=kept.pk), by=None)
        speech.refresh_from_db()
        assert speech.title == "The Secret Speech"


class TestNamesThatChanged:
    @pytest.mark.parametrize(
        ("path", "said"),
        [
            # A field that was renamed or taken away since.
            (("fields", "measure_taken"), "The event has no field “measure_taken”."),
            # The same in a row.
            (
                ("rows", "citations", 0, "fields", "page"),
                "The citation has no field “page”.",
            ),
            # Rows of a kind that there is no more.
            (("rows", "speakers"), "The event has no rows “speakers”."),
            (("rows", "citations", 0, "rows", "notes"), "The citation has no rows “notes”."),
        ],
    )
    def test_what_is_not_known_any_more_should_be_named_and_not_lost(
        self, speech: Event, path: tuple[str | int, ...], said: str
    ) -> None:
        to: Any = [] if path[-2] == "rows" else "Something"
        data = changed(snapshot(speech), *path, to=to)
        with pytest.raises(CannotRestore) as refused:
            put_back(data, speech)
        [fault] = refused.value.faults
        assert (fault.message, fault.code) == (said, "unknown")
        # Where fields are, only the name of the field is part of a place.
        assert fault.path == tuple(p for p in path if p not in ("fields", "rows"))

    def test_a_kind_of_record_that_is_no_more_should_be_named(self, speech: Event) -> None:
        with pytest.raises(CannotRestore, match=r"“events\.congress”"):
            put_back(changed(snapshot(speech), "record", to="events.congress"))

    @pytest.mark.parametrize(
        "path",
        [
            # A field that was added to the record since.
            ("fields", "title"),
            ("fields", "span"),
            ("fields", "reforms"),
            # To a row of it.
            ("rows", "citations", 0, "fields", "source"),
            # A new kind of rows.
            ("rows", "participations"),
        ],
    )
    def test_what_an_old_snapshot_does_not_mention_should_keep_its_present_value(
        self, speech: Event, path: tuple[str | int, ...]
    ) -> None:
        speech.reforms.set([ReformFactory()])
        now = snapshot(speech)
        data = changed(without(now, *path), "fields", "summary", to="At the Congress.")
        put_back(data, speech)
        assert snapshot(Event.objects.get(pk=speech.pk)) == changed(
            now, "fields", "summary", to="At the Congress."
        )


def test_the_same_again_should_write_nothing_for_any_kind_of_record(khrushchev: Any) -> None:
    for model in ROWS:
        record = model._default_manager.order_by("pk").first()
        data = snapshot(record)
        with writes() as written:
            put_back(data, record)
        assert written == [], record


class TestByDifference:
    def test_only_the_row_that_differs_should_be_written(self, speech: Event) -> None:
        data = snapshot(speech)
        before = speech.updated_at
        with writes() as written:
            put_back(
                changed(data, "rows", "citations", 1, "fields", "locator", to="p. 274"), speech
            )
        # The record is the whole of its rows: its time of change is theirs too.
        assert written == ["UPDATE sources_citation", "UPDATE events_event"]
        assert Event.objects.get(pk=speech.pk).updated_at > before

    def test_only_the_record_should_be_written_where_its_rows_are_the_same(
        self, speech: Event
    ) -> None:
        data = changed(snapshot(speech), "fields", "title", to="Khrushchev’s speech")
        with writes() as written:
            put_back(data, speech)
        assert written == ["UPDATE events_event"]

    def test_a_row_of_a_row_should_be_found(self, khrushchev_in_office: Person) -> None:
        data = snapshot(khrushchev_in_office)
        place = ("rows", "tenures", 0, "rows", "citations", 0, "fields", "locator")
        with writes() as written:
            put_back(changed(data, *place, to="p. 361"), khrushchev_in_office)
        assert written == ["UPDATE sources_citation", "UPDATE people_person"]
        assert Citation.objects.get(public_id="office-lewin").locator == "p. 361"

    def test_a_source_that_was_renamed_should_be_the_same_source(self, speech: Event) -> None:
        data = snapshot(speech)
        source = Citation.objects.get(public_id="speech-lewin-2005").source
        source.slug = "lewin-soviet-century"
        source.save()
        with writes() as written:
            put_back(data, Event.objects.get(pk=speech.pk))
        assert written == []

    def test_the_work_should_not_grow_with_the_rows_that_stay(self, speech: Event) -> None:
        def cost() -> int:
            event = Event.objects.get(pk=speech.pk)
            data = changed(
                snapshot(event), "fields", "title", to=f"Speech {Citation.objects.count()}"
            )
            with CaptureQueriesContext(connection) as caught:
                put_back(data, event)
            return len(caught)

        few = cost()
        for n in range(12):
            CitationFactory(event=speech, source=SourceFactory(slug=f"source-{n}"))
        assert cost() == few

    def test_rows_that_come_should_ask_for_their_sources_together(self, speech: Event) -> None:
        for n in range(6):
            CitationFactory(event=speech, source=SourceFactory(slug=f"source-{n}"))
        data = snapshot(speech)
        Citation.objects.filter(event=speech).delete()
        with CaptureQueriesContext(connection) as caught:
            put_back(data, Event.objects.get(pk=speech.pk))
        named = [q for q in caught.captured_queries if '"sources_source"."slug" IN' in q["sql"]]
        assert len(named) == 1
        assert snapshot(Event.objects.get(pk=speech.pk)) == data

    def test_life_dates_should_still_be_held_against_offices_that_stay(
        self, khrushchev_in_office: Person
    ) -> None:
        data = snapshot(khrushchev_in_office)
        died = {"edtf": "1953-03-05", "text": ""}
        with pytest.raises(CannotRestore, match="begins after Nikita Khrushchev died"):
            put_back(changed(data, "fields", "died", to=died), khrushchev_in_office)

    def test_every_rule_that_a_row_breaks_should_be_told_when_it_comes_back(
        self, speech: Event
    ) -> None:
        data = snapshot(speech)
        Citation.objects.filter(event=speech).delete()
        other = CitationFactory(event=EventFactory(), public_id="speech-lewin-2005")
        # Its public id is that of other evidence now, and at first it names no place in the source.
        for place, said in [(" ", {"locator", "public_id"}), ("p. 1", {"public_id"})]:
            data = changed(data, "rows", "citations", 0, "fields", "locator", to=place)
            with pytest.raises(CannotRestore) as refused:
                put_back(data, Event.objects.get(pk=speech.pk))
            paths = {fault.path for fault in refused.value.faults}
            assert paths == {("citations", 0, name) for name in said}
        assert [*Citation.objects.all()] == [other]
