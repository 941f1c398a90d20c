"""A package loaded over what somebody entered: what it changes is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from curation.models import Version
from curation.revisions import history
from curation.revisions.snapshot import snapshot
from events.models import Event
from events.package import importing
from events.package.writing import dump, write_folder
from people.models import Person, Tenure
from sources.models import Citation, Source
from tests import ROOT
from tests.factories import CitationFactory, EventFactory, PersonFactory, TopicEntryFactory
from tests.support.small_course import make_course

pytestmark = pytest.mark.django_db
COURSE = ROOT / "courses" / "khrushchev"


def load(package: Path = COURSE) -> None:
    call_command("load_course", package, verbosity=0)


@pytest.mark.slow
def test_neither_the_first_load_nor_the_same_again_keeps_versions() -> None:
    load()
    assert not Version.objects.exists()
    load()
    assert not Version.objects.exists()


def test_an_edit_that_a_load_overwrites_is_kept_and_restored(tmp_path: Path, editor: Any) -> None:
    package = tmp_path / "thaw"
    write_folder(dump(make_course()), package)
    event = Event.objects.get(slug="secret-speech")
    with history.changing(event, by=editor, reason="Better title") as current:
        current.title = "The closed session"
        current.save()
    mine = snapshot(Event.objects.get(pk=event.pk))
    load(package)
    event.refresh_from_db()
    assert event.title == "The Secret Speech"
    last = Version.objects.of(event).first()
    assert (last.number, last.reason) == (3, "Loaded from the package thaw")
    assert (event.version, last.snapshot["fields"]["title"]) == (3, "The Secret Speech")
    history.restore(Version.objects.of(event).get(number=2), by=editor, reason="Mine after all")
    assert snapshot(Event.objects.get(pk=event.pk)) == mine


@pytest.mark.slow
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


@pytest.mark.slow
def test_a_dry_run_keeps_nothing(khrushchev: Any) -> None:
    Event.objects.filter(slug="secret-speech").update(title="Other")
    call_command("load_course", COURSE, verbosity=0, dry_run=True)
    assert not Version.objects.exists()
    assert Event.objects.get(slug="secret-speech").title == "Other"


@pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL's planner")
def test_after_a_load_the_planner_knows_how_long_the_tables_are() -> None:
    """It took hundreds of sources for one, and read all citations for each of them."""
    load()
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'sources_source'")
        [(counted,)] = cursor.fetchall()
    assert counted == Source.objects.count() > 200


def test_a_load_that_changes_nothing_reads_no_whole_records(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It took a few queries for each record that the package names, before and after."""
    package = tmp_path / "thaw"
    write_folder(dump(make_course()), package)
    monkeypatch.setattr(importing, "snapshots", lambda *_: pytest.fail("read"))
    load(package)
    assert not Version.objects.exists()


@pytest.mark.parametrize("many", [2, 6])
def test_what_a_load_changes_is_read_together(tmp_path: Path, many: int) -> None:
    package = tmp_path / "thaw"
    course = make_course()
    for number in range(many):
        event = EventFactory(slug=f"event-{number}", status="published")
        TopicEntryFactory(topic=course.topics.get(), event=event, order=10 + number)
        CitationFactory(event=event)
    write_folder(dump(course), package)
    Event.objects.filter(slug__startswith="event-").update(summary="Edited by hand")
    with CaptureQueriesContext(connection) as asked:
        load(package)
    assert Version.objects.filter(reason__startswith="Loaded").count() == many
    # Those of its events' rows; how many there are is how many kinds of rows an event has.
    rows = [q for q in asked if 'FROM "events_participation"' in q["sql"]]
    assert len(rows) <= 4 + many


def test_an_office_that_moves_is_kept_of_both_people(tmp_path: Path) -> None:
    package = tmp_path / "thaw"
    write_folder(dump(make_course()), package)
    mikoyan = PersonFactory(slug="mikoyan")
    Tenure.objects.filter(public_id="khrushchev-premier").update(person=mikoyan)
    load(package)
    khrushchev = Person.objects.get(slug="nikita-khrushchev")
    for person, offices in ((mikoyan, (1, 0)), (khrushchev, (0, 1))):
        versions = Version.objects.of(person).order_by("number")
        kept = tuple(len(version.snapshot["rows"]["tenures"]) for version in versions)
        assert kept == offices, person


def test_new_evidence_is_a_change_of_what_it_is_about(tmp_path: Path) -> None:
    """A row of a row: a citation of an office belongs to the person who held it."""
    package = tmp_path / "thaw"
    write_folder(dump(make_course()), package)
    Citation.objects.filter(tenure__public_id="khrushchev-premier").delete()
    load(package)
    [before, after] = Version.objects.all()
    assert (before.key, after.key) == ("nikita-khrushchev", "nikita-khrushchev")
    assert before.snapshot != after.snapshot
