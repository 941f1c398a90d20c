"""Course packages through their public doors: `dump_course`, `load_course` and the files."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from events import progress as progress_of_loading
from events.models import Course, Event, Topic, TopicEntry
from events.package import tables
from events.package.cells import CellError, guard, quote, unguard
from events.package.describing import as_markdown
from events.package.format import HEADERS, MEANINGS
from events.package.loading import load_package
from events.package.reading import PackageRefused, read_package
from events.package.writing import dump, write_folder
from events.progress import Progress
from people.models import Person, PowerBase, Tenure
from records.dates import HistoricalDate
from records.models import PastSlug
from reforms.models import Reform, Statistic
from sources.models import Citation, Source
from tests import ROOT
from tests.factories import (
    PersonFactory,
    TopicFactory,
)
from tests.support.enumerated import few_of
from tests.support.small_course import make_course

pytestmark = pytest.mark.django_db


@pytest.fixture
def course() -> Course:
    return make_course()


@pytest.fixture(scope="module")
def package(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The course as a package, written once; the database has nothing of it."""
    folder = tmp_path_factory.mktemp("package") / "thaw"
    with django_db_blocker.unblock(), transaction.atomic():
        make_course()
        call_command("dump_course", "thaw", folder, verbosity=0)
        transaction.set_rollback(True)
    return folder


@pytest.fixture
def folder(package: Path, tmp_path: Path) -> Path:
    """A package to change: the course, which the database does not have."""
    return Path(shutil.copytree(package, tmp_path / "thaw"))


def empty_database() -> None:
    for table in reversed(tables.LOADING_ORDER):
        rows = table.model._default_manager.all()
        if any(column.name == "parent" for column in table.columns):
            rows.update(parent=None)
        rows.delete()
    PastSlug.objects.all().delete()


def load(folder: Path, **options: Any) -> str:
    out = io.StringIO()
    call_command("load_course", folder, stdout=out, stderr=io.StringIO(), **options)
    return out.getvalue()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def edit(folder: Path, file: str, change: Callable[[list[dict[str, str]]], Any]) -> None:
    """Change the rows of one table as a teacher would in a spreadsheet program."""
    with (folder / file).open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        rows, header = list(reader), list(reader.fieldnames or [])
    change(rows)
    with (folder / file).open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header, lineterminator="\n", quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)


def refusal(folder: Path, **options: Any) -> PackageRefused:
    """The refusal of the package, having made sure that nothing at all was loaded."""
    with pytest.raises(PackageRefused) as caught:
        load_package(read_package(folder, **options))
    assert not any(table.model._default_manager.exists() for table in tables.TABLES)
    return caught.value


class TestRoundTrip:
    def test_dump_load_dump_gives_the_same_bytes(self, folder: Path, tmp_path: Path) -> None:
        load(folder)
        call_command("dump_course", "thaw", tmp_path / "again", verbosity=0)
        assert contents(tmp_path / "again") == contents(folder)

    def test_what_a_spreadsheet_would_spoil_arrives_whole(self, folder: Path) -> None:
        load(folder)
        khrushchev = Person.objects.get(slug="nikita-khrushchev")
        assert khrushchev.summary == 'He said: "the cult".\r\n\r\nThen, a second paragraph.'
        assert (khrushchev.born_edtf, khrushchev.born.old_style) == ("1894-04-15", "3 April")
        assert Person.objects.get(slug="caesar").died.display() == "44 BCE"
        assert Reform.objects.get(slug="economic-councils").aim == "=SUM of many aims"
        assert Tenure.objects.get().note == "- not elected\n- not sole ruler"
        assert Event.objects.get(slug="secret-speech").summary == "@home and abroad"
        assert set(TopicEntry.objects.values_list("framing", flat=True)) == {
            "'- an apostrophe",
            "",
        }

    def test_links_and_lists_arrive(self, folder: Path) -> None:
        load(folder)
        reform = Reform.objects.get(slug="economic-councils")
        assert reform.parent.slug == "devolution"
        assert [p.slug for p in reform.initiators.all()] == ["nikita-khrushchev"]
        assert [e.slug for e in reform.events.all()] == ["secret-speech"]
        assert PowerBase.objects.get(slug="ministries").parent.slug == "soviet-state"
        kinds = [entry.kind for entry in TopicEntry.objects.order_by("order")]
        assert kinds[:8] == [
            "person",
            "power_base",
            "tenure",
            "reform",
            "effect",
            "measure",
            "statistic",
            "event",
        ]
        assert Course.objects.get().bibliography.count() == 2

    def test_states_arrive_with_the_time_of_publication(self, folder: Path) -> None:
        load(folder)
        assert Event.objects.get(slug="secret-speech").published_at
        assert Event.objects.get(slug="draft-event").published_at is None
        assert Event.objects.get(slug="misread").withdrawn_reason == "Misread."

    def test_a_second_load_changes_nothing(self, folder: Path) -> None:
        load(folder)
        before = list(Person.objects.values_list("pk", "updated_at"))
        entries = list(TopicEntry.objects.values_list("pk", flat=True))
        report = load(folder)
        assert "created" not in report
        assert "updated" not in report
        assert list(Person.objects.values_list("pk", "updated_at")) == before
        assert list(TopicEntry.objects.values_list("pk", flat=True)) == entries

    def test_published_leaves_out_what_readers_may_not_see(
        self, course: Course, tmp_path: Path
    ) -> None:
        call_command("dump_course", "thaw", tmp_path / "p", published=True, verbosity=0)
        everything = b"".join(contents(tmp_path / "p").values())
        assert b"misread" not in everything
        assert b"draft-event" not in everything
        assert b"secret-speech" in everything
        empty_database()
        load(tmp_path / "p")
        assert Event.objects.count() == 1

    @pytest.mark.parametrize("status", few_of(["draft", "review", "withdrawn"], "draft"))
    def test_published_never_names_a_hidden_record_through_another(
        self, course: Course, status: str
    ) -> None:
        hideable = [table for table in tables.TABLES if table.key and table.name != "courses"]
        checked = 0
        for table in hideable:
            for record in table.model._default_manager.all():
                if getattr(record, "status", "") != "published":
                    continue
                rows = table.model._default_manager.filter(pk=record.pk)
                rows.update(status=status, withdrawn_reason="A canary.")
                files = dump(course, published=True)
                rows.update(status="published", withdrawn_reason="")
                key = re.compile(rf"(?<![\w-]){getattr(record, table.key)}(?![\w-])")
                assert not any(key.search(data.decode()) for data in files.values()), record
                checked += 1
        assert checked > 10

    def test_nothing_of_a_hidden_course_is_published(self, course: Course) -> None:
        Course.objects.update(status="draft")
        with pytest.raises(ValueError, match="Nothing"):
            dump(Course.objects.get(), published=True)

    def test_a_zip_loads_like_a_folder(self, folder: Path, tmp_path: Path) -> None:
        path = zipped(tmp_path, {f"thaw/{name}": data for name, data in contents(folder).items()})
        load(path)
        assert Course.objects.get().slug == "thaw"

    def test_a_byte_order_mark_and_windows_line_ends_are_accepted(self, folder: Path) -> None:
        path = folder / "measures.csv"
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
        load(folder)
        assert Statistic.objects.get().measure.unit == "councils"

    def test_the_descriptor_states_size_checksum_and_keys(self, folder: Path) -> None:
        descriptor = json.loads((folder / "datapackage.json").read_bytes())
        assert descriptor["name"] == "thaw"
        assert descriptor["licenses"][0]["path"] == "https://creativecommons.org/licenses/by/4.0/"
        assert [r["name"] for r in descriptor["resources"]] == [t.name for t in tables.TABLES]
        for resource in descriptor["resources"]:
            data = (folder / resource["path"]).read_bytes()
            assert resource["bytes"] == len(data)
            assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
            header = next(csv.reader(io.StringIO(data.decode())))
            assert [field["name"] for field in resource["schema"]["fields"]] == header
        tenures = next(r for r in descriptor["resources"] if r["name"] == "tenures")
        assert tenures["schema"]["primaryKey"] == ["public_id"]
        assert tenures["schema"]["foreignKeys"][0] == {
            "fields": ["person"],
            "reference": {"resource": "people", "fields": ["slug"]},
        }


class TestUpdating:
    def test_a_changed_cell_updates_its_record_alone(self, folder: Path) -> None:
        load(folder)
        untouched = Person.objects.get(slug="caesar").updated_at
        edit(folder, "people.csv", lambda rows: rows[1].update(epithet="the maize man"))
        assert "people: 1 updated, 1 unchanged" in load(folder)
        khrushchev = Person.objects.get(slug="nikita-khrushchev")
        assert khrushchev.epithet == "the maize man"
        assert khrushchev.updated_at > untouched
        assert Person.objects.get(slug="caesar").updated_at == untouched

    def test_entries_of_a_topic_are_replaced_as_a_whole(self, folder: Path) -> None:
        load(folder)
        edit(folder, "topic-entries.csv", lambda rows: rows.pop(0))
        load(folder)
        assert TopicEntry.objects.count() == 9
        assert not TopicEntry.objects.filter(person__isnull=False).exists()

    def test_records_that_the_package_leaves_out_stay(self, folder: Path) -> None:
        load(folder)
        PersonFactory(slug="beria", name="Beria", sort_name="Beria")
        load(folder)
        assert Person.objects.filter(slug="beria").exists()

    def test_topics_may_change_places(self, folder: Path) -> None:
        second = {"order": "2", "slug": "fall", "title": "The fall", "question": "Why?"}

        def add(rows: list[dict[str, str]]) -> None:
            rows.append({**rows[0], **second})

        def swap(rows: list[dict[str, str]]) -> None:
            rows[0]["order"], rows[1]["order"] = "2", "1"

        edit(folder, "topics.csv", add)
        load(folder)
        edit(folder, "topics.csv", swap)
        load(folder)
        topics = Topic.objects.order_by("order").values_list("slug", flat=True)
        assert list(topics) == ["fall", "secret-speech-topic"]

    def test_a_new_parent_of_an_old_record_is_kept(self, folder: Path) -> None:
        load(folder)

        def add(rows: list[dict[str, str]]) -> None:
            rows.append({**rows[1], "slug": "soviet-system", "name": "The system", "parent": ""})
            rows[1]["parent"] = "soviet-system"

        edit(folder, "power-bases.csv", add)
        edit(
            folder,
            "citations.csv",
            lambda rows: rows.append({**rows[2], "record": "soviet-system", "public_id": "c-99"}),
        )
        load(folder)
        assert PowerBase.objects.get(slug="soviet-state").parent.slug == "soviet-system"

    def test_a_dry_run_changes_nothing(self, folder: Path) -> None:
        assert "nothing was changed" in load(folder, dry_run=True)
        assert not Course.objects.exists()
        assert not Source.objects.exists()

    def test_queries_do_not_grow_with_rows(self, folder: Path) -> None:
        def queries() -> int:
            with CaptureQueriesContext(
                connection,
            ) as captured:
                load_package(read_package(folder), dry_run=True)
            return len(captured)

        few = queries()

        def more(rows: list[dict[str, str]]) -> None:
            rows += [{**rows[0], "slug": f"source-{n}"} for n in range(60)]

        edit(folder, "sources.csv", more)

        def more_people(rows: list[dict[str, str]]) -> None:
            rows += [{**rows[0], "slug": f"person-{n}", "status": "draft"} for n in range(60)]

        edit(folder, "people.csv", more_people)
        # SQLite takes 999 values at a time: some thirty rows of the widest tables.
        assert queries() <= few + 4


def row(file: str, number: int, column: str, value: str) -> Callable[[Path], None]:
    """Put `value` into one cell; `number` counts rows from 0."""
    return lambda folder: edit(folder, file, lambda rows: rows[number].update({column: value}))


BROKEN_CELLS = [
    # What a teacher types into a date cell.
    ("people.csv", 0, "born", "sometime", "born", "not understood as a date"),
    ("people.csv", 0, "born", "31 February 1956", "born", "29 days"),
    ("people.csv", 0, "born", "1904-05", "born", "could be years or a month"),
    ("events.csv", 2, "span", "1957/1955", "span", "ends before it starts"),
    ("people.csv", 1, "born_text", "15 April 1894 (O.S. 4 April)", "born_text", "April"),
    ("reforms.csv", 0, "reversed_text", "later", "reversed_text", "in reversed as well"),
    # Choices, numbers, yes and no.
    ("people.csv", 0, "status", "publisht", "status", "Did you mean published?"),
    ("citations.csv", 0, "stance", "", "stance", "supports, qualifies, disputes"),
    ("events.csv", 2, "significance", "4", "significance", "1, 2, 3"),
    ("statistics.csv", 0, "value", "1.600", "value", "could be 1.6 or 1,600"),
    ("statistics.csv", 0, "value", "over 105", "comparator", "The figure says over"),
    ("statistics.csv", 0, "value", "1e6", "value", "1,000,000"),
    ("statistics.csv", 0, "value", "1.1234567", "value", "six digits"),
    ("statistics.csv", 0, "upper_value", "over 200", "upper_value", "one number"),
    ("tenures.csv", 0, "sole_holder", "true", "sole_holder", "yes or no"),
    ("topics.csv", 0, "order", "first", "order", "whole number"),
    ("topics.csv", 0, "order", "-1", "order", "formula"),
    # Keys.
    ("tenures.csv", 0, "person", "nikita-khruschev", "person", "nikita-khrushchev"),
    ("reforms.csv", 1, "initiators", "caesar stalin", "initiators", "no such key"),
    ("reforms.csv", 1, "initiators", "caesar caesar", "initiators", "twice"),
    ("citations.csv", 0, "record", "caesars", "record", "Did you mean “caesar”"),
    ("topic-entries.csv", 0, "kind", "topic", "kind", "person"),
    ("topic-entries.csv", 0, "topic", "another", "topic", "topics.csv has no such key"),
    ("people.csv", 0, "slug", "Julius Caesar", "slug", "lower-case"),
    ("power-bases.csv", 0, "parent", "ministries", "parent", "part of itself"),
    # Formulas.
    ("people.csv", 0, "summary", '=HYPERLINK("http://x")', "summary", "apostrophe"),
    ("people.csv", 0, "summary", "+1", "summary", "apostrophe"),
    ("people.csv", 0, "summary", "- a list", "summary", "apostrophe"),
    ("people.csv", 0, "summary", "@SUM(A1)", "summary", "apostrophe"),
    ("people.csv", 0, "summary", "\t=1", "summary", "apostrophe"),
    ("people.csv", 0, "summary", "\r=1", "summary", "apostrophe"),
    ("people.csv", 0, "slug", "=caesar", "slug", "formula"),
    ("statistics.csv", 0, "value", "=1+1", "value", "not understood as a figure"),
    # What a model refuses in the admin as well.
    ("tenures.csv", 0, "span", "1958/1980", "span", "ends after"),
    ("tenures.csv", 0, "span", "", "span", "blank"),
    ("statistics.csv", 0, "change", "fell", "change", "contradicts the numbers"),
    ("statistics.csv", 0, "upper_value", "200", "upper_value", "between"),
    ("citations.csv", 0, "locator", "", "locator", "Never blank"),
    ("citations.csv", 0, "locator", "  ", "locator", "blank"),
    ("people.csv", 0, "name", "x" * 201, "name", "200 characters"),
    ("sources.csv", 0, "url", "javascript:alert(1)", "url", "valid URL"),
    ("events.csv", 1, "withdrawn_reason", "", "withdrawn_reason", "why"),
    ("people.csv", 0, "summary", "x" * 100_001, "summary", "100,000"),
    # The publishing gate.
    ("events.csv", 0, "status", "published", "span", "Give a date"),
]


class TestBrokenCells:
    @pytest.mark.parametrize(
        ("file", "number", "column", "value", "blamed", "hint"),
        BROKEN_CELLS,
    )
    def test_is_refused_at_its_place(
        self,
        folder: Path,
        file: str,
        number: int,
        column: str,
        value: str,
        blamed: str,
        hint: str,
    ) -> None:
        row(file, number, column, value)(folder)
        problems = refusal(folder).problems
        found = [p for p in problems if p.file == file and p.column == blamed]
        assert found, problems
        assert hint in found[0].message
        assert found[0].line > number + 1

    def test_every_error_is_listed_with_its_line(self, folder: Path) -> None:
        row("people.csv", 0, "born", "sometime")(folder)
        row("people.csv", 1, "status", "live")(folder)
        row("tenures.csv", 0, "power_base", "ministry")(folder)
        row("statistics.csv", 0, "change", "fell")(folder)
        with pytest.raises(CommandError) as caught:
            load(folder)
        lines = str(caught.value).splitlines()
        assert "4 problems" in lines[0]
        assert "nothing was loaded" in lines[0]
        assert lines[1].startswith("people.csv, line 2, column born, “sometime”: ")
        assert lines[2].startswith("people.csv, line 3, column status, “live”: ")
        assert lines[3].startswith("statistics.csv, line 2, column change, “fell”: ")
        assert lines[4].startswith("tenures.csv, line 2, column power_base, “ministry”: ")
        assert len(lines) == 5

    def test_a_refused_row_is_not_blamed_on_those_that_name_it(self, folder: Path) -> None:
        row("people.csv", 1, "born", "sometime")(folder)
        assert [p.file for p in refusal(folder).problems] == ["people.csv"]

    def test_lines_are_counted_over_cells_with_line_breaks(self, folder: Path) -> None:
        edit(folder, "people.csv", lambda rows: rows.reverse())
        row("people.csv", 1, "born", "sometime")(folder)
        # The summary of the row before spans three lines.
        assert refusal(folder).problems[0].line == 5

    def test_a_circle_is_drawn_out(self, folder: Path) -> None:
        row("power-bases.csv", 1, "parent", "ministries")(folder)
        first, second = refusal(folder).problems
        assert "ministries → soviet-state → ministries" in first.message
        assert (first.line, second.line) == (2, 3)

    def test_a_row_with_two_errors_lists_both(self, folder: Path) -> None:
        row("tenures.csv", 0, "person", "stalin")(folder)
        row("tenures.csv", 0, "office", "x" * 201)(folder)
        assert [p.column for p in refusal(folder).problems] == ["office", "person"]

    def test_a_key_twice(self, folder: Path) -> None:
        edit(folder, "people.csv", lambda rows: rows.append(dict(rows[0])))
        (problem,) = refusal(folder).problems
        assert (problem.column, problem.value) == ("slug", "caesar")
        assert "Line 2 has the same slug" in problem.message

    def test_a_person_twice_in_one_event(self, folder: Path) -> None:
        edit(folder, "participations.csv", lambda rows: rows.append(dict(rows[0])))
        (problem,) = refusal(folder).problems
        assert "same event and person" in problem.message

    def test_published_without_a_citation(self, folder: Path) -> None:
        edit(folder, "citations.csv", lambda rows: rows.pop(0))
        (problem,) = refusal(folder).problems
        assert (problem.file, problem.line, problem.column) == ("people.csv", 2, "status")
        assert "citation" in problem.message

    def test_a_slug_that_was_once_used(self, folder: Path) -> None:
        PastSlug.objects.create(model="people.person", slug="caesar", current_slug="gaius-caesar")
        (problem,) = refusal(folder).problems
        assert (problem.file, problem.column, problem.value) == ("people.csv", "slug", "caesar")
        assert "gaius-caesar" in problem.message

    def test_a_topic_number_taken_outside_the_package(self, folder: Path) -> None:
        load(folder)
        TopicFactory(course=Course.objects.get(), order=2, slug="other")
        row("topics.csv", 0, "order", "2")(folder)
        with pytest.raises(PackageRefused, match="“other”, which is not in this package"):
            load_package(read_package(folder))

    def test_a_citation_cannot_move_to_another_record(self, folder: Path) -> None:
        load(folder)
        row("citations.csv", 0, "record", "nikita-khrushchev")(folder)
        with pytest.raises(PackageRefused, match="that of a citation of another record"):
            load_package(read_package(folder))
        assert Citation.objects.get(public_id="c-30").person.slug == "caesar"

    def test_a_bad_row_leaves_what_was_there_as_it_was(self, folder: Path) -> None:
        load(folder)
        row("people.csv", 0, "name", "Gaius Julius Caesar")(folder)
        row("citations.csv", 0, "locator", "")(folder)
        with pytest.raises(CommandError):
            load(folder)
        assert Person.objects.get(slug="caesar").name == "Caesar"

    def test_negative_numbers_and_dates_bce_are_no_formulas(self, folder: Path) -> None:
        row("statistics.csv", 0, "baseline_value", "-5")(folder)
        load(folder)
        assert Statistic.objects.get().baseline_value == -5


def bytes_of(change: Callable[[bytes], bytes], file: str = "people.csv") -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        (folder / file).write_bytes(change((folder / file).read_bytes()))

    return apply


BROKEN_FILES = [
    # A column misspelt, missing, doubled.
    (bytes_of(lambda b: b.replace(b"native_name", b"nativ_name", 1)), "mean native_name", "people"),
    (bytes_of(lambda b: b.replace(b",sort_name", b"", 1)), "missing", "people"),
    (bytes_of(lambda b: b.replace(b"epithet", b"name", 1)), "twice", "people"),
    (bytes_of(lambda b: b.replace(b",", b";")), "commas", "people"),
    # Encodings.
    (bytes_of(lambda b: b.decode().encode("utf-16")), "UTF-16", "people"),
    (bytes_of(lambda b: b + "Хрущёв".encode("cp1251")), "not in UTF-8: byte 0xd5", "people"),
    (bytes_of(lambda b: b + b"\0"), "NUL byte at offset", "people"),
    # Files and rows out of shape.
    (bytes_of(lambda b: b""), "empty", "people"),
    (bytes_of(lambda b: b + b"marcus,Marcus\n"), "2 cells", "people"),
    (bytes_of(lambda b: b + b'"marcus'), "not CSV", "people"),
    (bytes_of(lambda b: b + b'"' + b"x" * 140_000 + b'"'), "longer than", "people"),
    (lambda folder: (folder / "people.csv").unlink(), "missing", "people"),
    (lambda folder: (folder / "person.csv").write_text("slug"), "Did you mean people", "person"),
    (lambda folder: (folder / "datapackage.json").write_text("{"), "Not JSON", "datapackage"),
    (lambda folder: (folder / "datapackage.json").write_text("[]"), "resources", "datapackage"),
    (
        bytes_of(lambda b: b.replace(b'"thaw:format": 1', b'"thaw:format": 9'), "datapackage.json"),
        "format 9",
        "datapackage",
    ),
    (bytes_of(lambda b: b.splitlines()[0] + b"\n", "courses.csv"), "no course", "courses"),
]


class TestBrokenFiles:
    @pytest.mark.parametrize(("spoil", "hint", "blamed"), BROKEN_FILES)
    def test_is_refused_by_name(
        self, folder: Path, spoil: Callable[[Path], None], hint: str, blamed: str
    ) -> None:
        spoil(folder)
        problems = refusal(folder).problems
        assert any(hint in p.message and p.file.startswith(blamed) for p in problems), problems

    def test_a_table_that_cannot_be_read_is_the_only_error(self, folder: Path) -> None:
        (folder / "people.csv").unlink()
        assert [p.file for p in refusal(folder).problems] == ["people.csv"]

    def test_changed_by_hand_is_a_note_and_refused_only_when_asked(self, folder: Path) -> None:
        row("people.csv", 0, "epithet", "dictator")(folder)
        (problem,) = refusal(folder, check_hashes=True).problems
        assert (problem.file, problem.column) == ("people.csv", "")
        assert "Note: people.csv: changed since the package was written" in load(folder)

    def test_nothing_there(self, tmp_path: Path) -> None:
        for path in (tmp_path / "absent", tmp_path):
            with pytest.raises(CommandError, match="refused"):
                load(path)
        (tmp_path / "notes.txt").write_text("Khrushchev")
        with pytest.raises(CommandError, match=r"not a \.zip"):
            load(tmp_path / "notes.txt")


def zipped(tmp_path: Path, files: dict[str, bytes], **options: Any) -> Path:
    path = tmp_path / "package.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data, **options)
    return path


class TestZip:
    @pytest.mark.parametrize(
        ("name", "hint"),
        [
            ("../people.csv", "Leads out"),
            ("/etc/people.csv", "Leads out"),
            ("..\\people.csv", "Leads out"),
            ("C:/people.csv", "Leads out"),
            ("a/b/people.csv", "too deep"),
        ],
    )
    def test_names_that_lead_elsewhere(self, tmp_path: Path, name: str, hint: str) -> None:
        with pytest.raises(PackageRefused, match=hint):
            read_package(zipped(tmp_path, {name: b"slug"}))

    def test_a_bomb_is_not_unpacked(self, tmp_path: Path, monkeypatch: Any) -> None:
        monkeypatch.setattr("events.package.reading.LARGEST_PACKAGE", 1 << 20)
        with pytest.raises(PackageRefused, match="over 1 MiB unpacked"):
            read_package(zipped(tmp_path, {"people.csv": b"0" * (2 << 20)}))

    def test_a_size_that_lies(self, tmp_path: Path) -> None:
        path = zipped(tmp_path, {"people.csv": b"0" * 5000})
        data = path.read_bytes()
        path.write_bytes(data.replace((5000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
        with pytest.raises(PackageRefused, match=r"Make the \.zip again"):
            read_package(path)

    def test_encrypted(self, tmp_path: Path) -> None:
        path = zipped(tmp_path, {"people.csv": b"slug"})
        data = bytearray(path.read_bytes())
        data[data.index(b"PK\1\2") + 8] |= 1
        path.write_bytes(data)
        with pytest.raises(PackageRefused, match="encrypted"):
            read_package(path)

    def test_a_link(self, tmp_path: Path) -> None:
        info = zipfile.ZipInfo("people.csv")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        path = tmp_path / "package.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(info, "/etc/passwd")
        with pytest.raises(PackageRefused, match="link"):
            read_package(path)

    def test_damaged(self, folder: Path, tmp_path: Path) -> None:
        data = bytearray(zipped(tmp_path, contents(folder)).read_bytes())
        start = data.index(b"courses.csv") + 40
        data[start : start + 60] = bytes(60)
        (tmp_path / "package.zip").write_bytes(data)
        with pytest.raises(PackageRefused, match=r"Make the \.zip again"):
            read_package(tmp_path / "package.zip")
        directory = data.index(b"PK\1\2")
        data[directory : directory + 4] = b"PKxx"
        (tmp_path / "package.zip").write_bytes(data)
        with pytest.raises(PackageRefused, match=r"Make the \.zip again"):
            read_package(tmp_path / "package.zip")

    def test_tables_in_two_folders(self, tmp_path: Path) -> None:
        with pytest.raises(PackageRefused, match="several folders"):
            read_package(zipped(tmp_path, {"a/people.csv": b"slug", "b/events.csv": b"slug"}))

    def test_what_a_desktop_adds_is_passed_over(self, folder: Path, tmp_path: Path) -> None:
        files = contents(folder) | {"__MACOSX/._people.csv": b"\0", ".DS_Store": b"\0"}
        load(zipped(tmp_path, files))
        assert Course.objects.exists()


class TestDumping:
    def test_an_unknown_course_names_the_known_ones(self, course: Course, tmp_path: Path) -> None:
        with pytest.raises(CommandError, match="thaw"):
            call_command("dump_course", "thaws", tmp_path / "x")

    def test_a_folder_of_something_else_is_left_alone(self, course: Course, tmp_path: Path) -> None:
        (tmp_path / "thesis.doc").write_text("years of work")
        with pytest.raises(CommandError, match=r"thesis\.doc"):
            call_command("dump_course", "thaw", tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]

    def test_a_package_is_replaced_and_nothing_is_left_beside_it(
        self, course: Course, tmp_path: Path
    ) -> None:
        for _ in range(2):
            call_command("dump_course", "thaw", tmp_path / "thaw", verbosity=0)
        assert [path.name for path in tmp_path.iterdir()] == ["thaw"]

    def test_lines_end_in_lf_and_only_what_must_be_is_quoted(self, folder: Path) -> None:
        events = (folder / "events.csv").read_bytes()
        assert b"\r" not in events
        assert b'"' not in events
        assert events.endswith(b"\n")

    def test_the_column_for_withdrawals_is_there_only_where_needed(self, folder: Path) -> None:
        assert b"withdrawn_reason" in (folder / "events.csv").read_bytes()
        assert b"withdrawn_reason" not in (folder / "people.csv").read_bytes()


# A field that the format is made to forget, as if its model had got it since; a record of the
# table and a value that needs the column; and what the others hold, which a file without it means.
LATER_FIELDS: list[tuple[str, str, str, Any, Any]] = [
    ("reforms", "outcome", "devolution", "Councils everywhere.", ""),
    # A whole number with choices and a default.
    ("events", "significance", "secret-speech", 1, 2),
    # Yes or no, with a default that is not blank.
    ("tenures", "sole_holder", "khrushchev-premier", False, True),
    # A date has two columns, and the one for words is left out by itself.
    ("people", "died", "nikita-khrushchev", HistoricalDate.parse("1971-09-11"), None),
    # A record named by its key.
    ("statistics", "event", "councils-105", "secret-speech", None),
]


class TestFieldsThatCameLater:
    """A field added to a model is an optional column, without a word about it in the package."""

    @pytest.fixture
    def forget(self, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], tables.Table]:
        def forget(name: str, column: str) -> tables.Table:
            known = [c for c in HEADERS[name].split(",") if c not in (column, f"{column}_text")]
            later = tables.tables_of({**HEADERS, name: ",".join(known)})
            (columns,) = [table.columns for table in later if table.name == name]
            monkeypatch.setitem(vars(tables.BY_NAME[name]), "columns", columns)
            return tables.BY_NAME[name]

        return forget

    @pytest.mark.parametrize(
        ("name", "column", "key", "value", "default"),
        few_of(LATER_FIELDS, LATER_FIELDS[1], LATER_FIELDS[3]),
    )
    def test_are_written_only_where_needed_and_read_without(
        self,
        course: Course,
        forget: Callable[[str, str], tables.Table],
        tmp_path: Path,
        name: str,
        column: str,
        key: str,
        value: Any,
        default: Any,
    ) -> None:
        table = forget(name, column)
        rows = table.model._default_manager
        if column == "event":
            value = Event.objects.get(slug=value)
        for record in rows.all():
            setattr(record, column, default)
            record.save()
        write_folder(dump(course), tmp_path / "older")
        record = rows.get(**{table.key: key})
        setattr(record, column, value)
        record.save()
        write_folder(dump(course), tmp_path / "newer")

        def header(folder: str) -> list[str]:
            return (tmp_path / folder / table.file).read_text().splitlines()[0].split(",")

        assert [c for c in header("newer") if c not in header("older")] == [column]
        empty_database()
        load(tmp_path / "newer")
        again = Course.objects.get(slug="thaw")
        assert dump(again) == contents(tmp_path / "newer")
        load(tmp_path / "older")
        assert dump(again) == contents(tmp_path / "older")

    def test_stand_where_the_model_has_them_and_say_what_forms_say(
        self, forget: Callable[[str, str], tables.Table]
    ) -> None:
        table = forget("reforms", "outcome")
        names = [column.name for column in table.columns]
        assert names[names.index("outcome") - 1] == "opposition"
        outcome = table.column("outcome")
        assert outcome.meaning == Reform._meta.get_field("outcome").help_text
        assert (outcome.type, outcome.required, outcome.optional) == ("text", False, True)

    def test_a_field_that_cannot_be_left_out_is_in_every_header(
        self, forget: Callable[[str, str], tables.Table]
    ) -> None:
        # A title has no default: nothing could be said for a row of an older file.
        assert "title" in forget("reforms", "title").header

    def test_a_kind_that_came_later_has_a_file_only_where_there_are_rows(
        self, course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delitem(HEADERS, "participations")
        write_folder(dump(course), tmp_path / "with")
        Event.objects.get(slug="secret-speech").participations.all().delete()
        write_folder(dump(course), tmp_path / "without")
        files = set(contents(tmp_path / "with"))
        assert files - set(contents(tmp_path / "without")) == {"participations.csv"}
        descriptor = json.loads((tmp_path / "without" / "datapackage.json").read_text())
        assert "participations" not in [each["name"] for each in descriptor["resources"]]
        load(tmp_path / "with")
        assert dump(course) == contents(tmp_path / "with")
        load(tmp_path / "without")
        assert dump(course) == contents(tmp_path / "without")

    def test_a_kind_that_came_later_has_its_columns_in_the_order_of_the_model(self) -> None:
        headers = {name: header for name, header in HEADERS.items() if name != "people"}
        # After the tables that the format names, in the order of the kinds.
        [people] = [table for table in tables.tables_of(headers) if table.name == "people"]
        names = ",".join(column.name for column in people.columns)
        # What several kinds have comes after what is the kind’s own.
        own, of_pictures = HEADERS["people"].removesuffix(",status"), "file,alt,caption,credit"
        pictures = [f"picture_{name}" for name in f"{of_pictures},licence,origin".split(",")]
        assert names == ",".join([own, *pictures, "status,withdrawn_reason"])
        # Only these cannot be left out; whether somebody sees it is “draft” without a word.
        assert people.header == ["slug", "name", "sort_name"]


class TestCells:
    @pytest.mark.parametrize("text", ["=1", "'=1", "''-x", "'", "''", "", "plain", "it's", "'x'"])
    def test_guarding_a_text_is_undone_exactly(self, text: str) -> None:
        assert unguard(guard(text)) == text

    @pytest.mark.parametrize("text", ["=1", "'=1", "''-x", "＝1", "\n=1"])
    def test_what_is_written_never_begins_a_formula(self, text: str) -> None:
        assert guard(text).startswith("'")
        with pytest.raises(CellError):
            unguard(text.lstrip("'"))


# Everything that a text field can hold: no half of a surrogate pair, no NUL.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)


@given(st.lists(TEXTS, min_size=2, max_size=4))
def test_any_text_comes_back_from_a_row_as_it_was(texts: list[str]) -> None:
    line = ",".join(quote(guard(text)) for text in texts) + "\n"
    (cells,) = csv.reader(io.StringIO(line, newline=""), strict=True)
    assert [unguard(cell) for cell in cells] == texts
    assert not any(cell[:1] in "=+-@\t\r\n" for cell in cells if cell)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class TestProgress:
    def test_draws_one_bar_on_a_terminal(self) -> None:
        terminal = Terminal()
        progress = Progress(terminal, 4)
        for name in ("sources", "people", "events", "citations"):
            progress.step(name)
        progress.finish()
        drawn = terminal.getvalue()
        assert drawn.count("\n") == 1
        assert "50 % people" in drawn
        assert "100 % done" in drawn

    def test_writes_plain_lines_elsewhere(self) -> None:
        log = io.StringIO()
        progress = Progress(log, 4)
        progress.step("sources", 0)
        progress.step("sources", 2)
        progress.step("people", 2)
        progress.finish()
        assert log.getvalue() == "  0 % sources\n 50 % people\n"

    def test_says_how_long_it_will_go_on(self, monkeypatch: pytest.MonkeyPatch) -> None:
        now = [0.0]
        monkeypatch.setattr(progress_of_loading.time, "monotonic", lambda: now[0])
        log, terminal = io.StringIO(), Terminal()
        for stream in (log, terminal):
            now[0] = 0.0
            progress = Progress(stream, 100)
            # What is begun, how large it is, and how long it takes.
            for name, rows, seconds in (
                ("sources", 10, 1),
                ("people", 10, 3),
                ("events", 20, 96),
                ("citations", 60, 9),
            ):
                progress.step(name, rows)
                now[0] += seconds
            progress.finish()
        assert log.getvalue() == (
            "  0 % sources\n"
            # A second tells nothing yet.
            " 10 % people\n"
            " 20 % events, about 16 s left\n"
            " 40 % citations, about 2 min left\n"
        )
        assert "events, about 16 s left" in terminal.getvalue()
        lines = re.split(r"[\r\n]", terminal.getvalue())
        assert max(map(len, lines)) < 80
        # Nothing of what stood there before is left.
        assert lines[-2].rstrip().endswith("100 % done")


def test_the_format_names_only_what_is_there() -> None:
    columns = {name: {column.name for column in t.columns} for name, t in tables.BY_NAME.items()}
    for name, header in HEADERS.items():
        assert not set(header.split(",")) - columns[name]
    everywhere = set().union(*columns.values())
    for named in MEANINGS:
        table, _, column = named.rpartition(".")
        assert column == "_text" or column in (columns[table] if table else everywhere), named


def test_the_page_for_teachers_lists_every_table_and_column() -> None:
    page = ROOT / "docs" / "content-format.md"
    assert as_markdown() in page.read_text(encoding="utf-8")
