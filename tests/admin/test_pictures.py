"""A picture is added in the form of its record: taken whole, or refused at its box."""

from __future__ import annotations

import errno
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from curation.models import Suggestion, Version
from curation.revisions.snapshot import CannotRestore, put_back, snapshot
from people.models import Person
from records.pictures.making import make
from records.pictures.store import FOLDER, is_kept
from tests.factories import CitationFactory, PersonFactory, SourceFactory
from tests.support.accounts import account
from tests.support.admin_forms import data_of, errors_of, page_of
from tests.support.images import WORDS, drawn, kept, packed, photograph, upload

pytestmark = pytest.mark.django_db


def files() -> set[str]:
    return set(default_storage.listdir(FOLDER)[1]) if default_storage.exists(FOLDER) else set()


@pytest.mark.parametrize("factory", [PersonFactory, SourceFactory])
def test_a_picture_is_uploaded_replaced_and_taken_away(desk: Client, factory: Any) -> None:
    record = factory(status="draft")
    url = page_of(record)
    assert b'enctype="multipart/form-data"' in desk.get(url).content
    form = data_of(desk, url) | WORDS | {"picture_file": upload(photograph())}
    assert desk.post(url, form).status_code == 302
    record.refresh_from_db()
    first = record.picture_file
    assert first == make(photograph())
    assert is_kept(first)
    # Saved once more without a file, it stays; another file comes in its place.
    assert desk.post(url, data_of(desk, url)).status_code == 302
    assert type(record).objects.get().picture_file == first
    other = packed(drawn(500, 400))
    form = data_of(desk, url) | {"picture_file": upload(other)}
    assert desk.post(url, form).status_code == 302
    assert type(record).objects.get().picture_file == make(other)
    assert desk.post(url, data_of(desk, url) | {"picture_file-clear": "on"}).status_code == 302
    assert type(record).objects.get().picture is None
    # A version names the first, so its file is there, and it can be put back.
    assert is_kept(first)
    version = Version.objects.of(record).get(snapshot__fields__picture_file=first)
    put_back(version.snapshot, type(record).objects.get())
    assert type(record).objects.get().picture_file == first


@pytest.mark.parametrize(
    ("changes", "boxes"),
    [
        ({"picture_alt": " "}, {"picture_alt": "Say in a sentence what the picture shows"}),
        ({"picture_credit": ""}, {"picture_credit": "Say whose picture it is"}),
        ({"picture_licence": ""}, {"picture_licence": "Choose the licence"}),
        (
            {"picture_file": upload(b"<svg onload='alert(1)'/>")},
            {"picture_file": "a JPEG, PNG or WebP of at most 10 MB"},
        ),
        ({"picture_file": upload(b"")}, {"picture_file": "The file is empty."}),
        ({"picture_file": upload(b"x" * (40 << 20))}, {"picture_file": "The file has 40.0 MB"}),
        ({"picture_file-clear": "on"}, {"picture_file": "not both"}),
    ],
    ids=["no words", "no credit", "no licence", "svg", "empty", "40 MB", "both"],
)
def test_a_refusal_stands_at_its_box_and_nothing_is_half_written(
    desk: Client, changes: dict[str, Any], boxes: dict[str, str]
) -> None:
    person = PersonFactory(status="draft")
    url = page_of(person)
    before = files()
    picture = packed(drawn(310, 410))
    form = data_of(desk, url) | WORDS | {"picture_file": upload(picture), "name": "N. S. K."}
    answer = desk.post(url, form | changes)
    errors = errors_of(answer)
    assert errors.keys() == boxes.keys()
    for box, words in boxes.items():
        assert words in errors[box][0]
    assert files() == before
    assert Person.objects.get().name == person.name
    assert not Person.objects.get().picture_file
    # The browser has forgotten the file, and does not say so.
    chosen = "picture_file-clear" not in changes
    assert (b"Choose a file again" in answer.content) == chosen


def test_a_name_that_is_typed_past_the_box_is_nothing(desk: Client) -> None:
    """Only an upload fills the box: a name sent as text would show any file of the store."""
    person = PersonFactory(status="draft")
    url = page_of(person)
    form = data_of(desk, url) | WORDS | {"picture_file": kept()}
    assert desk.post(url, form).status_code == 302
    assert not Person.objects.get().picture_file


def test_a_suggested_picture_waits_with_its_file(client: Client) -> None:
    person = PersonFactory()
    CitationFactory(person=person)
    client.force_login(account("Contributor"))
    url = page_of(person)
    content = packed(drawn(330, 440))
    form = data_of(client, url) | WORDS | {"picture_file": upload(content)}
    assert client.post(url, form).status_code == 302
    assert not Person.objects.get().picture_file
    suggestion = Suggestion.objects.get()
    assert suggestion.proposed["fields"]["picture_file"] == make(content)
    put_back(suggestion.proposed, Person.objects.get())
    assert is_kept(Person.objects.get().picture_file)


def test_a_picture_whose_file_is_gone_is_not_put_back(desk: Client) -> None:
    """By hand, because somebody has rights in it; nor does a program name what is not here."""
    person = PersonFactory(status="draft", picture_file=f"{'0' * 32}-300x400.jpg", **WORDS)
    data = snapshot(person)
    Person.objects.update(picture_file="")
    with pytest.raises(CannotRestore) as refused:
        put_back(data, Person.objects.get())
    assert "There is no picture “00000000" in str(refused.value)
    assert not Person.objects.get().picture_file
    # A form that has such a one says so, and lets go of it.
    Person.objects.update(picture_file=f"{'0' * 32}-300x400.jpg")
    url = page_of(person)
    assert "The file of this picture is missing" in desk.get(url).content.decode()
    assert desk.post(url, data_of(desk, url) | {"name": "N. S. Khrushchev"}).status_code == 302
    assert desk.post(url, data_of(desk, url) | {"picture_file-clear": "on"}).status_code == 302
    assert not Person.objects.get().picture_file


def test_a_full_disk_is_said_to_pass_and_the_record_stays_as_it_was(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*given: Any, **more: Any) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    person = PersonFactory(status="draft")
    url = page_of(person)
    # One that no test before it kept: what is there is not written again.
    new = {"name": "N. S. K.", "picture_file": upload(packed(drawn(333, 222)))}
    form = data_of(desk, url) | WORDS | new
    monkeypatch.setattr(default_storage, "save", full)
    answer = desk.post(url, form)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    again = Person.objects.get()
    assert (again.name, again.picture) == (person.name, None)
