"""A course takes its pictures along, and brings them back under the checks of an upload."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage, storages
from django.core.management import call_command
from django.test import Client

from events.models import Course
from events.package.api import packed as zipped
from events.package.loading import load_package
from events.package.reading import PackageRefused, read_package
from events.package.writing import FolderRefused, dump, write_folder
from people.models import Person
from records.pictures.making import make
from records.pictures.store import files_of, is_kept
from tests.factories import EventFactory, ParticipationFactory, PersonFactory, TopicEntryFactory
from tests.support.images import WORDS, drawn, kept, packed, photograph

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store_of_its_own(settings: Any) -> None:
    """Whether a file is there depends on what this test put there, and on no other."""
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }


def empty_store(settings: Any) -> None:
    """A site that has no picture yet, as the one that a package is taken to."""
    settings.STORAGES = {**settings.STORAGES}


@pytest.fixture
def course() -> Course:
    """A course with an event, and in it a person with a portrait."""
    entry = TopicEntryFactory(event=EventFactory(slug="speech", status="draft"))
    person = PersonFactory(
        slug="khrushchev", status="draft", picture_file=kept(packed(drawn(600, 800))), **WORDS
    )
    ParticipationFactory(event=entry.event, person=person)
    course = entry.topic.course
    Course.objects.filter(pk=course.pk).update(slug="ussr", status="draft")
    course.topics.update(status="draft")
    return Course.objects.get()


@pytest.fixture
def folder(course: Course, tmp_path: Path, settings: Any) -> Path:
    """The course as a package; the database has the person without a picture, the store none."""
    write_folder(dump(course), tmp_path / "ussr")
    Person.objects.update(picture_file="", **dict.fromkeys(WORDS, ""))
    empty_store(settings)
    assert not default_storage.exists("pictures")
    return tmp_path / "ussr"


def rename(folder: Path, value: str, column: str = "picture_file") -> None:
    """Write `value` into a cell of the person, as an author would by hand."""
    path = folder / "people.csv"
    rows = list(csv.DictReader(path.open(encoding="utf-8", newline="")))
    rows[0][column] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def refused(path: Path) -> list[str]:
    """What is wrong with a package, having made sure that nothing of it was kept."""
    with pytest.raises(PackageRefused) as caught:
        load_package(read_package(path))
    assert not default_storage.exists("pictures")
    assert Person.objects.get().picture is None
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("as_zip", [False, True], ids=["folder", "zip"])
def test_a_picture_goes_along_and_comes_back_byte_for_byte(folder: Path, as_zip: bool) -> None:
    files = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }
    [picture] = [name for name in files if name.startswith("pictures/")]
    named = json.loads(files["datapackage.json"])["resources"][-1]
    assert (named["path"], named["mediatype"]) == (picture, "image/jpeg")
    path = folder
    if as_zip:
        path = folder.with_suffix(".zip")
        path.write_bytes(zipped("ussr", files))
    load_package(read_package(path, check_hashes=True))
    person = Person.objects.get()
    assert f"pictures/{person.picture_file}" == picture
    assert person.picture_alt == WORDS["picture_alt"]
    # Narrower files are no part of a package: they are made again.
    for _, file in files_of(person.picture_file):
        assert default_storage.exists(f"pictures/{file}")
    assert dump(Course.objects.get()) == files


def test_a_picture_that_an_author_puts_there_is_made_anew(folder: Path) -> None:
    for file in (folder / "pictures").iterdir():
        file.unlink()
    (folder / "pictures" / "nikita.jpg").write_bytes(photograph())
    rename(folder, "nikita.jpg")
    load_package(read_package(folder), dry_run=True)
    assert not default_storage.exists("pictures")
    load_package(read_package(folder))
    assert Person.objects.get().picture_file == make(photograph())
    assert is_kept(make(photograph()))
    # Once more, and nothing changes.
    again = load_package(read_package(folder)).tallies["people"]
    assert (again.updated, again.unchanged) == (0, 1)
    # The author’s own file is nothing that a dump may replace.
    with pytest.raises(FolderRefused, match="nikita"):
        write_folder(dump(Course.objects.get()), folder)


def test_what_is_wrong_with_a_picture_is_said_at_its_row(folder: Path) -> None:
    pictures = folder / "pictures"
    [file] = pictures.iterdir()
    content = file.read_bytes()
    file.unlink()
    [missing] = refused(folder)
    assert missing.startswith("people.csv, line 2, column picture_file")
    assert "There is no file" in missing
    # Not the file that the name stands for.
    file.write_bytes(packed(drawn(600, 800), quality=30))
    [other] = refused(folder)
    assert "not the one that its name stands for" in other
    file.unlink()
    for name, content_, why in (
        ("x.svg", b"<svg/>", "JPEG, PNG or WebP"),
        ("x.jpg", b"\xff\xd8\xff" + bytes(40 << 20), "10.0 MB. Choose a JPEG"),
    ):
        (pictures / name).write_bytes(content_)
        rename(folder, name)
        [problem] = refused(folder)
        assert problem.startswith("people.csv, line 2, column picture_file")
        assert why in problem
        (pictures / name).unlink()
    # One that no row names, and one without what a reader has to be told.
    (pictures / "left.jpg").write_bytes(content)
    rename(folder, "")
    assert refused(folder) == [
        "pictures/left.jpg: No row names this picture in its column picture_file. Name it, or "
        "remove it."
    ]
    rename(folder, "left.jpg")
    rename(folder, "", "picture_credit")
    [bare] = refused(folder)
    assert "column picture_credit" in bare
    assert "Say whose picture it is" in bare


def test_a_picture_lies_nowhere_but_in_its_folder(folder: Path) -> None:
    path = folder.with_suffix(".zip")
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.glob("*.*"):
            archive.write(file, f"ussr/{file.name}")
        [picture] = (folder / "pictures").iterdir()
        for place in ("ussr/../pictures", "a/ussr/b/pictures"):
            archive.writestr(f"{place}/{picture.name}", picture.read_bytes())
    problems = refused(path)
    assert any("Leads out of the package" in each for each in problems)
    assert any("Lies too deep" in each for each in problems)


def test_what_may_be_shown_here_alone_is_not_given_to_everybody(
    course: Course, client: Client
) -> None:
    for model in (Course, type(course.topics.get()), type(EventFactory(slug="x")), Person):
        model.objects.update(status="published")
    row = next(csv.DictReader(io.StringIO(dump(course)["people.csv"].decode())))
    assert row["picture_licence"] == "public-domain"
    course.refresh_from_db()
    assert any(name.startswith("pictures/") for name in dump(course, published=True))
    Person.objects.update(picture_licence="permission")
    files = dump(course, published=True)
    assert not any(name.startswith("pictures/") for name in files)
    assert b"picture_file" not in files["people.csv"]
    assert b"picture_credit" not in files["people.csv"]
    # To those who run the site it is theirs, as everything is.
    assert any(name.startswith("pictures/") for name in dump(course))
    answer = client.get("/api/v1/courses/ussr/package.zip")
    assert "pictures/" not in "".join(zipfile.ZipFile(io.BytesIO(answer.content)).namelist())
    # One that should be there and is lost: no package that lacks it without a word.
    lost = f"{'0' * 32}-300x400.jpg"
    Person.objects.update(picture_licence="public-domain", picture_file=lost)
    answer = client.get("/api/v1/courses/ussr/package.zip")
    assert answer.status_code == 503
    assert "A picture of this course is missing" in answer.json()["detail"]


def test_the_command_writes_and_reads_them(course: Course, tmp_path: Path) -> None:
    call_command("dump_course", "ussr", tmp_path / "out", verbosity=0)
    call_command("dump_course", "ussr", tmp_path / "out", verbosity=0)
    assert len(list((tmp_path / "out" / "pictures").iterdir())) == 1
    call_command("load_course", tmp_path / "out", verbosity=0)
    assert storages["default"].exists(f"pictures/{Person.objects.get().picture_file}")
