"""Special reads: the timeline for TimelineJS, a course's package, a record's versions."""

from __future__ import annotations

import json
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from curation.revisions.history import changing, remember_new
from curation.workflow.publishing import publish, withdraw
from events.models import Course
from events.package import api
from events.package.api import packed
from events.package.closure import closure
from events.package.writing import dump
from events.timeline.timelinejs import dates
from records.api import content_version
from records.dates import HistoricalDate
from tests.factories import (
    CitationFactory,
    CourseFactory,
    EventFactory,
    PersonFactory,
    PowerBaseFactory,
    ReformFactory,
    SourceFactory,
    TenureFactory,
    TopicEntryFactory,
    TopicFactory,
)
from tests.support.api import read
from tests.write_api.test_drafts import CANARY, HIDDEN, published, surround

pytestmark = pytest.mark.django_db


# --- TimelineJS -------------------------------------------------------------------------------

DATES: list[tuple[str, dict[str, int], dict[str, int] | None]] = [
    ("1956-02-25", {"year": 1956, "month": 2, "day": 25}, None),  # a day
    ("1956-06", {"year": 1956, "month": 6}, None),  # no day is known
    ("1957", {"year": 1957}, None),  # nor a month
    ("1957~", {"year": 1957}, None),
    ("195X", {"year": 1950}, {"year": 1959}),  # some year of ten
    ("1956-XX", {"year": 1956}, None),
    ("1956-02-XX", {"year": 1956, "month": 2}, None),  # some day of a month
    ("1956-21", {"year": 1956, "month": 3}, {"year": 1956, "month": 5}),  # a spring
    ("1953/1964", {"year": 1953}, {"year": 1964}),
    ("1953-09-07/1964-10", {"year": 1953, "month": 9, "day": 7}, {"year": 1964, "month": 10}),
    ("1957-05-10/..", {"year": 1957, "month": 5, "day": 10}, None),  # goes on
    ("/1964", {"year": 1964}, None),  # begins nobody knows when
    ("-0043-03-15", {"year": -44, "month": 3, "day": 15}, None),  # 44 BCE: no year 0
    ("0000", {"year": -1}, None),  # 1 BCE
    ("-0002/0003", {"year": -3}, {"year": 3}),
]


@pytest.mark.parametrize(("edtf", "start", "end"), DATES)
def test_a_date_says_what_is_known_and_no_more(
    edtf: str, start: dict[str, int], end: dict[str, int] | None
) -> None:
    found = dates(HistoricalDate.from_edtf(edtf))
    assert found == ({"start_date": start} | ({"end_date": end} if end else {}))


def test_the_timeline_can_be_had_for_timelinejs(client: Client) -> None:
    EventFactory(slug="speech", title="The <b>speech</b> & after", span="1956-02-25")
    ReformFactory(slug="plan", span="1957")
    TenureFactory(public_id="first-secretary", span="1953-09-07/1964-10-14")
    response = client.get("/api/v1/timeline/?format=timelinejs")
    assert response["Content-Type"] == "application/vnd.timelinejs+json"
    tenure, speech, plan = response.json()["events"]
    assert [each["unique_id"] for each in (tenure, speech, plan)] == [
        "tenure-first-secretary", "event-speech", "reform-plan",
    ]  # fmt: skip
    assert speech["text"]["headline"] == "The &lt;b&gt;speech&lt;/b&gt; &amp; after"
    assert 'href="http://testserver/events/speech/"' in speech["text"]["text"]
    assert speech["display_date"] == "25 February 1956"
    assert speech["group"] == "Events"
    assert tenure["end_date"] == {"year": 1964, "month": 10, "day": 14}
    assert "end_date" not in plan


def test_a_page_for_timelinejs_is_filtered_and_paged_like_any(client: Client) -> None:
    EventFactory.create_batch(3)
    ReformFactory()
    first = client.get("/api/v1/timeline/?format=timelinejs&kind=event&page_size=2")
    assert len(first.json()["events"]) == 2
    following = first["Link"].split(">")[0].strip("<")
    assert len(client.get(following).json()["events"]) == 1
    asked = client.get("/api/v1/timeline/?format=timelinejs&fields=url")
    assert asked.status_code == 400
    assert asked.json()["errors"][0]["parameter"] == "fields"
    assert client.get("/api/v1/events/?format=timelinejs").status_code == 400


def test_dates_without_any_bound_are_no_error(client: Client) -> None:
    for span in ("1956/..", "/1956", "1956?", "2000-02-30~", "Y170002"):
        try:
            EventFactory(span=span)
        except ValueError:
            continue
    assert client.get("/api/v1/timeline/?format=timelinejs").status_code == 200


# --- a course's package -----------------------------------------------------------------------


@pytest.mark.usefixtures("khrushchev")
def test_a_course_can_be_taken_away_whole(client: Client) -> None:
    response = client.get("/api/v1/courses/khrushchev/package.zip")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == 'attachment; filename="khrushchev.zip"'
    with ZipFile(BytesIO(response.content)) as archive:
        assert archive.testzip() is None
        files = {name: archive.read(name) for name in archive.namelist()}
    course = Course.objects.get(slug="khrushchev")
    assert files == {f"khrushchev/{k}": v for k, v in dump(course, published=True).items()}
    described = json.loads(files["khrushchev/datapackage.json"])
    assert described["licenses"]
    for resource in described["resources"]:
        content = files[f"khrushchev/{resource['path']}"]
        assert resource["hash"] == f"sha256:{sha256(content).hexdigest()}"
    # Nothing in it depends on when or where it was made.
    again = client.get("/api/v1/courses/khrushchev/package.zip?format=zip")
    assert again.content == response.content
    unchanged = client.get(
        "/api/v1/courses/khrushchev/package.zip", headers={"if-none-match": response["ETag"]}
    )
    assert (unchanged.status_code, unchanged.content) == (304, b"")


@pytest.mark.parametrize(("room", "status"), [(0, 200), (-1, 403)])
def test_a_package_is_made_up_to_a_size_only(
    client: Client, monkeypatch: Any, room: int, status: int
) -> None:
    published()
    course = Course.objects.get(slug="course")
    size = sum(len(ids) for ids in closure(course, published=True).values())
    monkeypatch.setattr(api, "MOST_RECORDS", size + room)
    response = client.get("/api/v1/courses/course/package.zip")
    assert response.status_code == status
    if status == 403:
        assert response.json()["code"] == "package-too-large"


def test_a_course_of_too_many_entries_is_refused_at_once(client: Client, monkeypatch: Any) -> None:
    published()
    for most, status in ((8, 200), (7, 403)):
        monkeypatch.setattr(api, "MOST_ENTRIES", most)
        assert client.get("/api/v1/courses/course/package.zip").status_code == status


def test_the_order_of_files_does_not_matter() -> None:
    assert packed("x", {"a": b"1", "b": b"2"}) == packed("x", {"b": b"2", "a": b"1"})


@pytest.mark.parametrize("status", HIDDEN)
def test_a_package_holds_nothing_of_a_draft(client: Client, status: str) -> None:
    surround(published(), status)
    response = client.get("/api/v1/courses/course/package.zip")
    assert response.status_code == 200
    with ZipFile(BytesIO(response.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert b"person" in files["course/people.csv"]
    assert [name for name, content in files.items() if CANARY in content.lower()] == []


def test_a_course_that_is_not_public_has_no_package(client: Client) -> None:
    CourseFactory(slug="hidden", status="draft")
    CourseFactory(slug="gone", status="withdrawn", withdrawn_reason="Out of date.")
    hidden = client.get("/api/v1/courses/hidden/package.zip")
    assert hidden.status_code == 404
    missing = client.get("/api/v1/courses/hiddem/package.zip")
    assert hidden.content.replace(b"hidden", b"hiddem") == missing.content
    assert hidden["Content-Type"] == "application/problem+json"
    gone = client.get("/api/v1/courses/gone/package.zip")
    assert gone.status_code == 410
    assert "Out of date." in gone.json()["detail"]
    renamed = CourseFactory(slug="ussr")
    renamed.slug = "soviet-union"
    renamed.save()
    moved = client.get("/api/v1/courses/ussr/package.zip")
    assert moved.status_code == 301
    assert moved["Location"].endswith("/api/v1/courses/soviet-union/package.zip")
    assert client.get("/api/v1/courses/soviet-union/package.zip?colour=red").status_code == 400


# --- versions ---------------------------------------------------------------------------------


def edited(record: Any, **fields: Any) -> None:
    with changing(record, by=None, reason="Said better.") as current:
        for name, value in fields.items():
            setattr(current, name, value)
        current.save()


def test_versions_are_listed_newest_first_and_can_be_read(client: Client, editor: Any) -> None:
    event = EventFactory(slug="speech", title="First", span="1956-02-25")
    CitationFactory(event=event, locator="p. 3")
    with changing(event, by=editor, reason="Said better.") as current:
        current.title = "Second"
        current.save()
    listed = read(client, "events/speech/versions/")
    assert (listed["current"], listed["truncated"]) == (2, False)
    assert [(v["number"], v["title"]) for v in listed["versions"]] == [(2, "Second"), (1, "First")]
    second, first = listed["versions"]
    assert (second["action"], second["reason"]) == ("changed", "Said better.")
    assert first["page"] == "http://testserver/events/speech/v/1/"
    assert client.get(first["page"]).status_code == 200
    whole = read(client, "events/speech/versions/1/")
    assert {k: whole[k] for k in first} == first
    [date] = [fact for fact in whole["record"]["facts"] if fact["date"]]
    assert date["date"]["edtf"] == "1956-02-25"
    [evidence] = whole["record"]["evidence"]
    assert evidence["citations"][0]["locator"] == "p. 3"
    # Who made it concerns the desk.
    assert editor.username not in json.dumps([listed, whole])


def test_a_record_that_was_imported_has_its_present_version(client: Client) -> None:
    PersonFactory(slug="stalin")
    listed = read(client, "people/stalin/versions/")
    assert [version["number"] for version in listed["versions"]] == [1]
    assert read(client, "people/stalin/versions/1/")["number"] == 1


PLACES = [
    ("courses", CourseFactory), ("topics", TopicFactory), ("events", EventFactory),
    ("people", PersonFactory), ("power-bases", PowerBaseFactory), ("reforms", ReformFactory),
    ("sources", SourceFactory),
]  # fmt: skip


@pytest.mark.parametrize(("place", "factory"), PLACES)
def test_every_kind_of_record_has_versions(client: Client, place: str, factory: Any) -> None:
    factory(slug="one")
    [version] = read(client, f"{place}/one/versions/")["versions"]
    assert client.get(version["url"]).json()["title"] == version["title"]
    assert client.get(version["page"]).status_code == 200


def test_a_version_that_was_never_public_is_as_if_it_never_was(client: Client) -> None:
    event = EventFactory(slug="speech", title="canary", status="draft")
    CitationFactory(event=event)
    remember_new(event, by=None)
    edited(event, title="The speech")
    publish(event, by=None)
    listed = read(client, "events/speech/versions/")
    assert [version["number"] for version in listed["versions"]] == [3]
    assert "canary" not in json.dumps(listed)
    for number in (1, 2, 99, 10**30):
        answer = client.get(f"/api/v1/events/speech/versions/{number}/")
        assert answer.status_code == 404
        assert answer.json()["detail"] == f"This event has no public version {number}."


@pytest.mark.parametrize("status", HIDDEN)
def test_a_version_shows_nothing_of_what_is_hidden(client: Client, status: str) -> None:
    public = published()
    surround(public, status)
    for place, kind in (("events", "event"), ("people", "person"), ("reforms", "reform"),
                        ("topics", "topic"), ("courses", "course"), ("measures", "measure"),
                        ("power-bases", "power_base"), ("sources", "source")):  # fmt: skip
        record = public[kind]
        edited(record)
        edited(record)
        for below in ("", "1/", "2/", "3/"):
            address = f"/api/v1/{place}/{record.slug}/versions/{below}"
            response = client.get(address)
            assert response.status_code == 200, address
            assert CANARY not in response.content.lower(), address


def test_versions_of_what_is_not_public_are_not_there(client: Client) -> None:
    for slug, status in (("a", "draft"), ("b", "review")):
        EventFactory(slug=slug, status=status)
        assert client.get(f"/api/v1/events/{slug}/versions/").status_code == 404
        assert client.get(f"/api/v1/events/{slug}/versions/1/").status_code == 404
    event = EventFactory(slug="hoax")
    withdraw(event, by=None, reason="It was forged.")
    for below in ("", "1/", "2/"):
        response = client.get(f"/api/v1/events/hoax/versions/{below}")
        assert response.status_code == 410
        assert "It was forged." in response.json()["detail"]
    for nowhere in ("timeline/x/versions/", "people/hoax/versions/", "emperors/x/versions/1/"):
        assert client.get(f"/api/v1/{nowhere}").status_code == 404


def test_versions_follow_a_record_to_its_present_address(client: Client) -> None:
    person = PersonFactory(slug="jughashvili")
    person.slug = "stalin"
    person.save()
    for below in ("versions/", "versions/1/"):
        moved = client.get(f"/api/v1/people/jughashvili/{below}")
        assert moved.status_code == 301
        assert moved["Location"].endswith(f"/api/v1/people/stalin/{below}")


def test_versions_cost_the_same_however_many_there_are(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content_version, "_counter", None)
    event = EventFactory(slug="speech")
    topic = TopicFactory(slug="topic")

    def cost(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            read(client, address)
        return len(queries)

    edited(event)
    edited(topic)
    TopicEntryFactory(topic=topic)
    edited(topic)
    before = [cost("events/speech/versions/"), cost("topics/topic/versions/3/")]
    for _ in range(5):
        edited(event)
        TopicEntryFactory(topic=topic)
    edited(topic)
    after = [cost("events/speech/versions/"), cost("topics/topic/versions/4/")]
    assert before == after
    assert after[0] == 2
