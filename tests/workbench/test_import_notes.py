"""The command that shows notes: what it prints, whom it knows, and what it refuses."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from events.models import Topic
from people.models import Person
from reforms.models import Reform, Statistic
from tests import factories
from tests.workbench.notes.evaluation import FIXTURES
from workbench.decoding import LARGEST
from workbench.models import NotesPage

pytestmark = pytest.mark.django_db
KHRUSHCHEV = str(FIXTURES / "khrushchev.txt")


def show(file: str | Path, *options: str) -> str:
    out = io.StringIO()
    call_command(
        "import_notes", str(file), "--course", "khrushchev", "--dry-run", *options,
        stdout=out, stderr=io.StringIO(),
    )  # fmt: skip
    return out.getvalue()


def written(folder: Path, content: bytes, name: str = "notes.txt") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


# --- what it prints -----------------------------------------------------------------------------


def test_json_has_the_promised_keys_and_nothing_else() -> None:
    document = json.loads(show(KHRUSHCHEV, "--json"))
    assert {kind: set().union(*rows) for kind, rows in document.items() if rows} == {
        "topics": {"title", "line"},
        "people": {"name", "office", "power_base", "epithet", "line"},
        "reforms": {"title", "parts", "line"},
        "statistics": {"value", "upper_value", "comparator", "baseline", "unit", "date",
                       "baseline_date", "as_written", "line"},
        "events": {"title", "date", "line"},
        "claims": {"text", "line"},
    }  # fmt: skip
    assert list(document)[-1] == "unplaced"
    assert document["statistics"][1] == {
        "value": "1600000", "upper_value": None, "comparator": "exactly", "baseline": None,
        "unit": None, "date": "1956", "baseline_date": None, "as_written": "1.6 million", "line": 6,
    }  # fmt: skip


def test_the_report_shows_doubts_and_who_is_in_the_record() -> None:
    factories.PersonFactory(name="Nikita Khrushchev", sort_name="Khrushchev, Nikita")
    factories.PersonFactory(name="Georgi Malenkov", sort_name="Malenkow, Georgi")
    factories.PowerBaseFactory(name="Communist Party of the Soviet Union", abbreviation="CPSU")
    said = show(KHRUSHCHEV)
    assert "already in the record as Nikita Khrushchev" in said
    assert "power base: CPSU (already in the record as Communist Party of the Soviet Union)" in said
    # Another spelling is offered, and not taken for certain.
    assert "perhaps in the record as Georgi Malenkov" in said
    assert "Beria: Head of MVD\n" in said
    assert "1/2 (by 1961) (a guess)" in said
    assert "“19611/2” looks like a slip" in said
    assert "nothing was written" in said


def test_two_people_of_one_surname_are_both_offered(tmp_path: Path) -> None:
    factories.PersonFactory(
        name="Pitt the Elder", sort_name="Pitt, William (the Elder)", slug="elder"
    )
    factories.PersonFactory(
        name="Pitt the Younger", sort_name="Pitt, William (the Younger)", slug="younger"
    )
    said = show(written(tmp_path, b"Pitt = Prime Minister"))
    assert "perhaps in the record as Pitt the Elder or Pitt the Younger" in said


def test_a_course_that_is_not_there_is_said(tmp_path: Path) -> None:
    factories.CourseFactory(slug="khrushchev")
    err = io.StringIO()
    call_command(
        "import_notes", KHRUSHCHEV, "--course", "krushchev", "--dry-run", "--json",
        stdout=io.StringIO(), stderr=err,
    )  # fmt: skip
    assert "There is no course “krushchev” yet. Did you mean “khrushchev”?" in err.getvalue()


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    class Typed:
        buffer = io.BytesIO(b"Beria = Head of MVD")

    monkeypatch.setattr("sys.stdin", Typed)
    assert json.loads(show("-", "--json"))["people"][0]["name"] == "Beria"


# --- what it takes and refuses --------------------------------------------------------------------


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"]
)  # with a mark, and in the order of bytes that the mark says
def test_encodings(tmp_path: Path, encoding: str) -> None:
    notes = written(tmp_path, "Хрущёв = First Secretary – 1953".encode(encoding))
    assert json.loads(show(notes, "--json"))["people"][0]["name"] == "Хрущёв"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "no words"),
        (b"\xef\xbb\xbf \n\t", "no words"),
        ("Beria\nreform – trial".encode("cp1252"), "byte 14, on line 2, is 0x96.*save it as UTF-8"),
        (b"Beria\n\0\1\2", "byte 7, on line 2, is a zero"),
        ("Beria = Head".encode("utf-16-le"), "UTF-16 without its mark"),
        (b"\xff\xfeB\0e\0r", "not UTF-16"),
        (b"%PDF-1.7 ...", "a PDF file.*copy its text"),
        (b"PK\x03\x04...", "docx"),
        (b"a" * (LARGEST + 1), "at most 1,048,576"),
    ],
)
def test_bad_files(tmp_path: Path, content: bytes, problem: str) -> None:
    with pytest.raises(CommandError, match=problem):
        show(written(tmp_path, content))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    written(tmp_path, b"x", "notes.txt")
    with pytest.raises(CommandError, match=r"no file .*note.txt\. Did you mean .*notes.txt"):
        show(tmp_path / "note.txt")
    with pytest.raises(CommandError, match="is a folder"):
        show(tmp_path)


def test_markup_is_text_like_any_other(tmp_path: Path) -> None:
    notes = written(tmp_path, b"<script>alert(1)</script>\n<b>Beria</b> was shot in 1953.")
    document: dict[str, list[Any]] = json.loads(show(notes, "--json"))
    assert "<script>alert(1)</script>" in json.dumps(document)
    assert document["events"][0]["title"] == "<b>Beria</b> was shot"


def test_notes_of_headings_only(tmp_path: Path) -> None:
    document = json.loads(show(written(tmp_path, b"# One\n\n# Two\n"), "--json"))
    assert [topic["title"] for topic in document.pop("topics")] == ["One", "Two"]
    assert not any(document.values())


def test_a_megabyte_of_brackets_is_read(tmp_path: Path) -> None:
    # That work grows with the length alone is held by tests/workbench/notes/test_reading.py.
    document = json.loads(
        show(written(tmp_path, b"(" * 100_000 + b"Beria" + b")" * 100_000), "--json")
    )
    assert "Beria" in json.dumps(document["unplaced"] + document["claims"])


# --- what it writes -----------------------------------------------------------------------------


def write(file: str | Path, *options: str) -> str:
    out = io.StringIO()
    call_command("import_notes", str(file), "--course", "khrushchev", *options, stdout=out)
    return out.getvalue()


def test_notes_are_written_as_drafts_once(tmp_path: Path) -> None:
    factories.CourseFactory(slug="khrushchev")
    factories.PowerBaseKindFactory(slug="other")
    said = write(KHRUSHCHEV)
    page = NotesPage.objects.get()
    assert str(page) == "Class notes: khrushchev"
    assert f"Go on at /admin/workbench/notespage/{page.pk}/change/" in said
    assert Topic.objects.count() == 6
    assert {*Topic.objects.values_list("status", flat=True)} == {"draft"}
    assert Person.objects.filter(name="Khrushchev").exists()
    reforms = Reform.objects.values_list("title", flat=True)
    assert {"The Secret Speech", "Ending Terror", "Anti-Bureaucracy Campaign"} <= {*reforms}
    fell = Statistic.objects.get(baseline_value=55)
    assert (fell.value, fell.change, fell.measure.unit) == (25, "fell", "ministries")
    with pytest.raises(CommandError, match=r"were read in on .* Nothing was changed"):
        write(KHRUSHCHEV)
    assert NotesPage.objects.count() == 1


def test_notes_of_no_course_are_not_written(tmp_path: Path) -> None:
    factories.CourseFactory(slug="khruschev-years")
    with pytest.raises(CommandError, match="There is no course “khrushchev”, so nothing was"):
        write(KHRUSHCHEV)
    with pytest.raises(CommandError, match="--json shows what was read"):
        write(KHRUSHCHEV, "--json")
    assert not NotesPage.objects.exists()
