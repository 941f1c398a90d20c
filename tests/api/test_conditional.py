"""What caches and other sites' scripts rely on: tags, times, forms, compression, preflights."""

from __future__ import annotations

import gzip
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.http import http_date

from records.api import content_version
from tests.api.test_expand import asked
from tests.factories import EventFactory, PersonFactory
from tests.support.pages import public_paths
from tests.write_api.test_drafts import published

pytestmark = [pytest.mark.django_db, pytest.mark.alike]

LONG_AGO = datetime(1956, 2, 25, tzinfo=UTC)


# --- every endpoint, every form ---------------------------------------------------------------


def endpoints(client: Client) -> list[tuple[str, dict[str, str]]]:
    """Every address of the description about `published()`, and its forms with media types."""
    found = []
    for path, item in public_paths(client).items():
        if path == "/api/v1/":
            address = ""
        elif "package.zip" in path:
            address = "courses/course/package.zip"
        elif "versions" in path:
            address = "topics/topic/versions/" + ("1/" if "number" in path else "")
        elif "source" in path:
            address = "sources/source/" if "{" in path else "sources/"
        elif "timeline" in path:
            address = "timeline/"
        elif "search" in path:
            address = "search/?q=topic"
        elif "reading" in path:
            address = "reading/?date=1956"
        else:
            address = asked(path)
        [form] = [p for p in item["get"]["parameters"] if p["name"] == "format"]
        types = {
            "json": "application/json",
            "csv": "text/csv",
            "jsonld": "application/ld+json",
            "timelinejs": "application/vnd.timelinejs+json",
            "zip": "application/zip",
        }
        found.append((address, {name: types[name] for name in form["schema"]["enum"]}))
    assert len(found) == 1 + 18 + 15 + 5
    return found


def joined(address: str, query: str) -> str:
    return f"/api/v1/{address}{'&' if '?' in address else '?'}{query}"


@pytest.mark.slow
def test_accept_and_format_give_the_same_everywhere(client: Client) -> None:
    published()
    EventFactory.create_batch(2)
    for plain, forms in endpoints(client):
        # With a second page, so that what leads there is compared as well.
        paged = (
            "/" not in plain.rstrip("/") and plain and not plain.startswith(("state", "reading"))
        )
        address = joined(plain, "page_size=1") if paged else f"/api/v1/{plain}"
        for form, media_type in forms.items():
            by_accept = client.get(address, headers={"accept": media_type})
            by_format = client.get(f"{address}{'&' if '?' in address else '?'}format={form}")
            assert by_accept.status_code == by_format.status_code == 200, (address, form)
            assert by_accept["Content-Type"] == by_format["Content-Type"]
            assert by_accept["Content-Type"].split(";")[0] == media_type
            # The next page is asked for in the same way as this one: the address names the form.
            leading = re.compile(rb"([?&])format=\w+&?")
            assert leading.sub(rb"\1", by_format.content) == by_accept.content, (address, form)
            link = leading.sub(rb"\1", by_format.get("Link", "").encode()).decode()
            assert link == by_accept.get("Link", "")
            assert "Accept" in by_accept["Vary"].split(", ")
            assert "Accept" not in by_format["Vary"].split(", ")
            if form == "json":
                assert client.get(address).content == by_accept.content


@pytest.mark.slow
def test_every_read_can_be_asked_again(client: Client) -> None:
    published()
    for plain, forms in endpoints(client):
        for form in forms:
            address = joined(plain, f"format={form}")
            whole, head = client.get(address), client.head(address)
            assert whole["Cache-Control"] == "public, no-cache"
            assert "Accept-Encoding" in whole["Vary"]
            assert "Cookie" not in whole["Vary"]
            assert (head.status_code, head.content) == (200, b"")
            for name in ("ETag", "Content-Type", "Content-Length", "Vary", "Cache-Control"):
                assert head[name] == whole[name], (address, name)
            assert head.get("Link") == whole.get("Link")
            for ask in (client.get, client.head):
                again = ask(address, headers={"if-none-match": whole["ETag"]})
                assert (again.status_code, again.content) == (304, b"")
                for name in ("ETag", "Vary", "Cache-Control"):
                    assert again[name] == whole[name], (address, name)


def test_what_is_not_there_is_asked_for_again_too(client: Client) -> None:
    person = PersonFactory(slug="jughashvili")
    person.slug = "stalin"
    person.save()
    EventFactory(slug="hoax", status="withdrawn", withdrawn_reason="It was forged.")
    for address, status in (
        ("people/jughashvili/", 301),
        ("people/x/", 404),
        ("events/hoax/", 410),
    ):
        response = client.get(f"/api/v1/{address}")
        assert response.status_code == status
        assert response["Cache-Control"] == "public, no-cache"
        assert "ETag" not in response


# --- compression ------------------------------------------------------------------------------


def test_a_compressed_answer_is_asked_again_by_its_weak_tag(client: Client) -> None:
    EventFactory(slug="speech", summary="A long secret speech. " * 40)
    plain = client.get("/api/v1/events/speech/")
    packed = client.get("/api/v1/events/speech/", headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert packed["ETag"] == f"W/{plain['ETag']}"
    for tag in (packed["ETag"], plain["ETag"]):
        again = client.get(
            "/api/v1/events/speech/", headers={"accept-encoding": "gzip", "if-none-match": tag}
        )
        assert again.status_code == 304
        # A cache freshens a copy only by an answer that has the very tag of the copy.
        assert again["ETag"] == tag
        assert again["Vary"] == plain["Vary"]


# --- conditions -------------------------------------------------------------------------------

TAGS: list[tuple[str, int]] = [
    ("{tag}", 304),
    ("W/{tag}", 304),
    ('"other", {tag}', 304),  # one of several copies
    ("*", 304),  # any copy at all
    ('"other"', 200),
    ("no tag at all", 200),
]


@pytest.mark.parametrize(("given", "status"), TAGS)
def test_a_tag_says_what_the_asker_has(client: Client, given: str, status: int) -> None:
    EventFactory(slug="speech")
    tag = client.get("/api/v1/events/speech/")["ETag"]
    headers = {"if-none-match": given.format(tag=tag)}
    assert client.get("/api/v1/events/speech/", headers=headers).status_code == status


def test_a_precondition_that_does_not_hold_is_a_problem(client: Client) -> None:
    EventFactory(slug="speech")
    tag = client.get("/api/v1/events/speech/")["ETag"]
    for given, status in ((tag, 200), ("*", 200), ('"other"', 412), (f"W/{tag}", 412)):
        response = client.get("/api/v1/events/speech/", headers={"if-match": given})
        assert response.status_code == status, given
    refused = client.get("/api/v1/events/speech/", headers={"if-match": '"other"'})
    assert refused["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "precondition-failed"
    # Where no time is known, a condition on it is passed over.
    since = {"if-unmodified-since": http_date(0)}
    assert client.get("/api/v1/events/speech/", headers=since).status_code == 200


# --- the time of the latest change ------------------------------------------------------------


@pytest.fixture
def changed(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime | None], None]:
    """Says when the latest public change was, as what keeps count will."""
    monkeypatch.setattr(content_version, "_counter", latest_for_test)
    monkeypatch.setattr(content_version, "_STARTED", LONG_AGO)

    def at(moment: datetime | None) -> None:
        _latest[:] = [] if moment is None else [moment]

    return at


_latest: list[datetime] = []


def latest_for_test() -> tuple[int, datetime] | None:
    return (7, _latest[0]) if _latest else None


def test_where_nobody_keeps_count_no_time_is_told(client: Client) -> None:
    since = {"if-modified-since": http_date(timezone.now().timestamp())}
    response = client.get("/api/v1/events/", headers=since)
    assert response.status_code == 200
    assert "Last-Modified" not in response


def test_the_latest_change_is_told_and_can_be_asked_for(client: Client, changed: Any) -> None:
    moment = timezone.now() - timedelta(hours=1)
    changed(moment)
    EventFactory(slug="speech")
    told = http_date(int(moment.timestamp()))
    for address in ("", "events/", "events/speech/", "state/?on=1956", "timeline/?format=csv"):
        assert client.get(f"/api/v1/{address}")["Last-Modified"] == told
        again = client.get(f"/api/v1/{address}", headers={"if-modified-since": told})
        assert (again.status_code, again["Last-Modified"]) == (304, told)
    before = http_date(moment.timestamp() - 1)
    for since, status in ((before, 200), ("yesterday", 200), (http_date(2**31), 304)):
        response = client.get("/api/v1/events/", headers={"if-modified-since": since})
        assert response.status_code == status, since
    unmodified = client.get("/api/v1/events/", headers={"if-unmodified-since": before})
    assert unmodified.status_code == 412
    # Nothing is there, however long it has not been.
    gone = client.get("/api/v1/events/none/", headers={"if-modified-since": told})
    assert gone.status_code == 404
    assert "Last-Modified" not in gone


def test_a_tag_outweighs_a_time(client: Client, changed: Any) -> None:
    moment = timezone.now() - timedelta(hours=1)
    changed(moment)
    told, tag = http_date(moment.timestamp()), client.get("/api/v1/events/")["ETag"]
    old = http_date(0)
    for given, since, status in (
        ('"other"', told, 200),  # the tag does not match, whatever the time says
        (tag, old, 304),  # the tag matches, though the time does not
        ("no tag at all", told, 200),  # not even a tag that cannot be read gives way
    ):
        headers = {"if-none-match": given, "if-modified-since": since}
        assert client.get("/api/v1/events/", headers=headers).status_code == status, given


def test_two_changes_within_a_second_are_never_taken_for_one(
    client: Client, changed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = EventFactory(slug="speech", title="Before")
    moment = timezone.now()
    # However long this test takes, it all happens in that moment.
    monkeypatch.setattr(content_version, "timezone", SimpleNamespace(now=lambda: moment))
    changed(moment)
    first = client.get("/api/v1/events/speech/")
    assert "Last-Modified" not in first
    event.title = "After"
    event.save()
    # Whatever second the asker makes up, it is not told that nothing changed.
    since = {"if-modified-since": http_date(moment.timestamp() + 1)}
    second = client.get("/api/v1/events/speech/", headers=since)
    assert (second.status_code, second.json()["title"]) == (200, "After")
    changed(moment - content_version.SETTLES)
    assert "Last-Modified" in client.get("/api/v1/events/speech/")


def test_another_release_counts_as_a_change(
    client: Client, changed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed(LONG_AGO)
    started = timezone.now() - timedelta(minutes=5)
    monkeypatch.setattr(content_version, "_STARTED", started)
    assert client.get("/api/v1/events/")["Last-Modified"] == http_date(int(started.timestamp()))


def test_no_change_at_all_has_no_time(client: Client, changed: Any) -> None:
    changed(None)
    assert "Last-Modified" not in client.get("/api/v1/events/")


# --- scripts of other sites -------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    ["authorization", "if-none-match", "if-modified-since", "if-match", "accept", "content-type"],
)
def test_a_script_may_send_what_a_reader_needs(client: Client, header: str) -> None:
    response = client.options(
        "/api/v1/events/",
        headers={
            "origin": "https://school.example",
            "access-control-request-method": "GET",
            "access-control-request-headers": header,
        },
    )
    assert response.status_code == 200
    assert response["Access-Control-Allow-Origin"] == "*"
    assert header in response["Access-Control-Allow-Headers"].split(", ")
    assert int(response["Access-Control-Max-Age"]) >= 3600


def test_a_script_sees_what_it_needs_of_every_answer(client: Client) -> None:
    EventFactory(slug="speech")
    tag = client.get("/api/v1/events/speech/")["ETag"]
    origin = {"origin": "https://school.example"}
    for address, headers, status in (
        ("events/speech/", {}, 200),
        ("events/speech/", {"if-none-match": tag}, 304),
        ("events/?colour=red", {}, 400),
        ("events/none/", {}, 404),
    ):
        response = client.get(f"/api/v1/{address}", headers={**origin, **headers})
        assert response.status_code == status
        assert response["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in response
        shown = response["Access-Control-Expose-Headers"].split(", ")
        assert {"ETag", "Last-Modified", "Link"} <= {*shown}
