"""A picture stands on the page of its record, and its file is sent to whoever may see that page."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from curation.workflow.preview import signed_preview_url
from people.models import Person
from records.pictures.store import files_of
from sources.models import Source
from tests.factories import PersonFactory, SourceFactory
from tests.support.accounts import signed_in
from tests.support.images import WORDS, drawn, kept, packed

pytestmark = pytest.mark.django_db
ORIGIN = "https://archive.example/1956"


def person_with_picture(**fields: Any) -> Person:
    picture = kept(packed(drawn(600, 800)))
    return PersonFactory(
        **{"slug": "khrushchev", "picture_file": picture, "picture_origin": ORIGIN, **WORDS}
        | fields
    )


def image_of(page: str) -> dict[str, str]:
    [tag] = re.findall(r"<img [^>]*>", page)
    return dict(re.findall(r'([a-z]+)="([^"]*)"', tag))


def test_a_portrait_stands_at_the_head_with_whose_it_is_and_how_free(client: Client) -> None:
    person = person_with_picture()
    page = client.get("/people/khrushchev/").content.decode()
    image = image_of(page)
    name = person.picture_file
    assert image["src"] == f"/pictures/{name}"
    assert image["alt"] == "Nikita Khrushchev at a desk."
    # Room is kept for it before it comes.
    assert (image["width"], image["height"]) == ("600", "800")
    assert "loading" not in image
    assert [part.split()[1] for part in image["srcset"].split(", ")] == ["240w", "480w", "600w"]
    for part in image["srcset"].split(", "):
        assert client.get(part.split()[0]).status_code == 200
    caption = page[page.index("<figcaption>") : page.index("</figcaption>")]
    for words in (
        "In the Kremlin, 1956",
        "Photograph: an unknown reporter",
        'href="https://creativecommons.org/publicdomain/mark/1.0/"',
        f'href="{ORIGIN}"',
    ):
        assert words in caption
    data = [json.loads(each) for each in re.findall(r'ld\+json">(.*?)</script>', page)]
    assert data[0]["image"]["contentUrl"].endswith(f"/pictures/{name}")
    assert data[0]["image"]["creditText"] == "Photograph: an unknown reporter"


def test_a_scan_of_a_source_comes_when_it_is_scrolled_to(client: Client) -> None:
    SourceFactory(slug="protocol", picture_file=kept(), **WORDS)
    assert image_of(client.get("/sources/protocol/").content.decode())["loading"] == "lazy"


def test_a_page_without_a_picture_has_nothing_of_one(client: Client) -> None:
    # Words that wait for their picture are not shown either.
    PersonFactory(slug="khrushchev", **WORDS)
    page = client.get("/people/khrushchev/").content.decode()
    for word in ("<img", "<figure", "plate", "an unknown reporter"):
        assert word not in page


def test_the_api_gives_the_picture_whole_or_null(client: Client) -> None:
    person = person_with_picture()
    PersonFactory(slug="malenkov")
    answer = client.get("/api/v1/people/khrushchev/").json()
    assert answer["picture"] == {
        "url": f"http://testserver/pictures/{person.picture_file}",
        "width": 600,
        "height": 800,
        "alt": "Nikita Khrushchev at a desk.",
        "caption": "In the Kremlin, 1956",
        "credit": "Photograph: an unknown reporter",
        "licence": "Public domain",
        "licence_url": "https://creativecommons.org/publicdomain/mark/1.0/",
        "origin": ORIGIN,
    }
    assert client.get("/api/v1/people/malenkov/").json()["picture"] is None
    as_data = client.get("/api/v1/people/khrushchev/?format=jsonld").json()
    assert as_data["image"]["license"] == answer["picture"]["licence_url"]
    SourceFactory(slug="protocol", picture_file=person.picture_file, **WORDS)
    listed = client.get("/api/v1/sources/").json()["results"]
    assert [each["picture"]["alt"] for each in listed] == ["Nikita Khrushchev at a desk."]


def test_a_file_is_an_image_and_can_be_nothing_else(client: Client) -> None:
    url = f"/pictures/{person_with_picture().picture_file}"
    answer = client.get(url, headers={"Accept-Encoding": "gzip"})
    assert answer.content[:3] == b"\xff\xd8\xff"
    assert "Content-Encoding" not in answer
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == "inline"
    assert answer["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Cache-Control"] == "public, max-age=3600"
    assert not answer.cookies
    again = client.get(url, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.post(url).status_code == 405


@pytest.mark.parametrize("state", ["draft", "review", "withdrawn", "replaced"])
def test_who_may_not_see_the_record_does_not_get_the_file(client: Client, state: str) -> None:
    person = person_with_picture()
    files = [f"/pictures/{file}" for _, file in files_of(person.picture_file)]
    if state == "replaced":
        Person.objects.update(picture_file=kept(packed(drawn(640, 640))))
    else:
        reason = {"withdrawn_reason": "Taken back."} if state == "withdrawn" else {}
        Person.objects.update(status=state, **reason)
    for url in files:
        answer = client.get(url)
        assert (answer.status_code, answer["Cache-Control"]) == (404, "no-store")
    # Somebody else’s public record still shows the same picture.
    SourceFactory(picture_file=person.picture_file, **WORDS)
    assert {client.get(url).status_code for url in files} == {200}
    Source.objects.update(status="draft")
    # Those at the desk see it, and no cache in between does.
    answer = signed_in("Contributor").get(files[0])
    assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")


def test_a_preview_shows_the_picture_to_whoever_was_sent_it(client: Client, rf: Any) -> None:
    person = person_with_picture(status="draft")
    page = client.get(signed_preview_url(rf.get("/"), person)).content.decode()
    image = image_of(page)
    assert client.get(image["src"]).status_code == 200
    assert client.get(image["srcset"].split()[0]).status_code == 200
    # The key opens this picture, and no other.
    PersonFactory(status="draft", picture_file=(other := kept(packed(drawn(700, 700)))), **WORDS)
    key = image["src"].partition("?")[2]
    assert client.get(f"/pictures/{other}?{key}").status_code == 404
    assert client.get(f"{image['src']}x").status_code == 404


@pytest.mark.parametrize(
    "file", ["x.jpg", "x.svg", f"{'0' * 32}-10x10.jpg", "%2e%2e%2fthaw.sqlite3", "a%00.jpg"]
)
def test_what_is_no_picture_is_not_found(client: Client, file: str) -> None:
    assert client.get(f"/pictures/{file}").status_code == 404


def test_a_public_record_whose_file_is_lost_is_no_error(client: Client) -> None:
    name = f"{'0' * 32}-300x400.jpg"
    PersonFactory(slug="khrushchev", picture_file=name, **WORDS)
    assert client.get("/people/khrushchev/").status_code == 200
    assert client.get(f"/pictures/{name}").status_code == 404
