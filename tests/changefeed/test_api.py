"""The address of the feed: what it takes, what it refuses, how its pages join."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.db.models import F
from django.test import Client

from curation.models import Change
from events.models import Event
from tests.factories import EventFactory, PersonFactory, SourceFactory

pytestmark = pytest.mark.django_db
FEED = "/api/v1/changes/"


def test_an_entry_says_what_became_of_a_record(client: Client) -> None:
    EventFactory(slug="secret-speech")
    page = client.get(FEED).json()
    [entry] = page["results"]
    at = entry.pop("at")
    assert entry == {
        "position": 1,
        "kind": "event",
        "key": "secret-speech",
        "action": "created",
        "url": "http://testserver/api/v1/events/secret-speech/",
        "into": None,
    }
    assert at.endswith("Z")
    assert page["next"] is None
    assert client.get("/api/v1/").json()["changes"] == f"http://testserver{FEED}"


def test_pages_join_and_the_last_one_says_where_to_go_on(client: Client) -> None:
    for number in range(5):
        EventFactory(slug=f"event-{number}")
    response = client.get(FEED, {"page_size": 2})
    seen, sizes = [], []
    while True:
        page = response.json()
        seen += [entry["key"] for entry in page["results"]]
        sizes.append(len(page["results"]))
        assert ("Link" in response) == (page["next"] is not None)
        if page["next"] is None:
            break
        assert response["Link"] == f'<{page["next"]}>; rel="next"'
        assert f"after={page['after']}" in page["next"]
        response = client.get(page["next"])
    assert (seen, sizes) == ([f"event-{n}" for n in range(5)], [2, 2, 1])
    # Nothing new: the same place again.
    again = client.get(FEED, {"after": page["after"]}).json()
    assert again == {"next": None, "after": page["after"], "results": []}
    EventFactory(slug="event-5")
    assert [e["key"] for e in client.get(FEED, {"after": page["after"]}).json()["results"]] == [
        "event-5"
    ]


def test_an_empty_feed_has_a_place_to_come_back_to(client: Client) -> None:
    page = client.get(FEED).json()
    assert page["results"] == []
    EventFactory(slug="speech")
    assert client.get(FEED, {"after": page["after"]}).json()["results"][0]["key"] == "speech"


def test_one_kind_only(client: Client) -> None:
    EventFactory(slug="speech")
    PersonFactory(slug="khrushchev")
    page = client.get(FEED, {"kind": "person"}).json()
    assert [entry["key"] for entry in page["results"]] == ["khrushchev"]
    # The place is one in the whole feed, and good for any kind.
    EventFactory(slug="congress")
    after = client.get(FEED, {"after": page["after"]}).json()
    assert [entry["key"] for entry in after["results"]] == ["congress"]


def test_a_newer_entry_takes_the_place_of_the_older(client: Client) -> None:
    """So a copy that is far behind asks for each record once."""
    for number in range(3):
        EventFactory(slug=f"event-{number}")
    first = client.get(FEED, {"page_size": 1}).json()
    Event.objects.filter(slug="event-1").update(title="Again")
    rest = client.get(FEED, {"after": first["after"]}).json()
    assert [(e["key"], e["action"]) for e in rest["results"]] == [
        ("event-2", "created"),
        ("event-1", "updated"),
    ]


def test_it_is_asked_again_for_nothing(client: Client) -> None:
    EventFactory()
    first = client.get(FEED)
    assert client.get(FEED, headers={"if-none-match": first["ETag"]}).status_code == 304
    EventFactory()
    assert client.get(FEED, headers={"if-none-match": first["ETag"]}).status_code == 200


def _cursor(*parts: Any) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


BAD = {
    "made up": "made-up",
    "no letters of base64": "é!",
    "not JSON": base64.urlsafe_b64encode(b"after").decode(),
    "no list": base64.urlsafe_b64encode(b"7").decode(),
    "of another list": _cursor("events", 1, 0),
    "too short": _cursor("changes", 1),
    "a text for a number": _cursor("changes", "1", 0),
    "true for a number": _cursor("changes", True, 0),
    "below nothing": _cursor("changes", -1, 0),
    "no such time": _cursor("changes", 1, 2**62),
    "very long": "A" * 5000,
}


@pytest.mark.parametrize("case", BAD)
def test_a_cursor_that_is_none_is_refused(client: Client, case: str) -> None:
    EventFactory()
    answer = client.get(FEED, {"after": BAD[case]})
    assert answer.status_code == 400
    assert answer.json()["code"] == "bad-cursor"
    assert "begin anew" in answer.json()["detail"]


def test_the_cursor_of_a_listing_is_refused(client: Client) -> None:
    for _ in range(3):
        SourceFactory()
    listing = client.get("/api/v1/sources/?page_size=1").json()["next"]
    cursor = listing.partition("cursor=")[2].partition("&")[0]
    assert client.get(FEED, {"after": cursor}).json()["code"] == "bad-cursor"


REFUSED = {
    "colour=red": "unknown-parameter",
    "cursor=abc": "unknown-parameter",
    "kind=potato": "malformed-parameter",
    "page_size=201": "malformed-parameter",
    "page_size=none": "malformed-parameter",
    "after=": "malformed-parameter",
    "after=a&after=b": "repeated-parameter",
}


@pytest.mark.parametrize("query", REFUSED)
def test_what_is_not_understood_is_refused(client: Client, query: str) -> None:
    answer = client.get(f"{FEED}?{query}")
    assert (answer.status_code, answer.json()["code"]) == (400, REFUSED[query])


def _set_back_behind_it() -> None:
    """The copy is older than the place."""
    Change.objects.filter(number__gt=1).delete()


def _set_back_and_gone_on() -> None:
    """The copy is older, and since then as much was written as before."""
    later = timedelta(minutes=1)
    Change.objects.filter(number__gt=1).update(made_at=F("made_at") + later)


def _set_back_and_its_entry_replaced() -> None:
    _set_back_and_gone_on()
    Change.objects.filter(number=3).delete()


@pytest.mark.parametrize(
    "mishap", [_set_back_behind_it, _set_back_and_gone_on, _set_back_and_its_entry_replaced]
)
def test_a_place_that_the_feed_lost_is_said_to_be_lost(client: Client, mishap: Any) -> None:
    for _ in range(4):
        EventFactory()
    place = client.get(FEED, {"page_size": 3}).json()["after"]
    assert client.get(FEED, {"after": place}).status_code == 200
    mishap()
    answer = client.get(FEED, {"after": place})
    assert (answer.status_code, answer.json()["code"]) == (410, "cursor-lost")
    assert "begin anew" in answer.json()["detail"]
    assert client.get("/api/problems/cursor-lost/").status_code == 200


def test_it_can_only_be_read(client: Client) -> None:
    assert client.post(FEED).status_code == 405
