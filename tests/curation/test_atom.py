"""The feed of public changes: what it tells, and what it never does."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from curation.merging import merge
from curation.revisions import history
from curation.revisions.history import changing
from curation.workflow import publishing
from tests import factories as make

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def feed(client: Client) -> ElementTree.Element:
    answer = client.get("/changes.atom")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return ElementTree.fromstring(answer.content)


def entries(client: Client) -> list[tuple[str, str, str]]:
    """Title, words and path of every entry, in their order."""
    return [
        (
            entry.findtext(f"{ATOM}title", ""),
            entry.findtext(f"{ATOM}summary", ""),
            str(entry.find(f"{ATOM}link").get("href")).removeprefix("http://testserver"),  # type: ignore[union-attr]
        )
        for entry in feed(client).iter(f"{ATOM}entry")
    ]


def test_a_change_leads_to_the_version_it_made(client: Client, editor: Any) -> None:
    event = make.EventFactory(slug="speech", title="The speech")
    with changing(event, by=editor, reason="The hour was wrong") as held:
        held.summary = "Four hours, behind closed doors."
        held.save()
    assert entries(client) == [
        ("The speech", "Event: changed. The hour was wrong", "/events/speech/v/2/")
    ]
    assert client.get("/events/speech/v/2/").status_code == 200
    assert "editor" not in client.get("/changes.atom").content.decode()


def test_an_import_shows_without_any_version(client: Client, khrushchev: Any) -> None:
    shown = entries(client)
    assert len(shown) == 50
    assert {words.rpartition(":")[2] for _, words, _ in shown} == {" published."}
    for _, _, path in shown[:8]:
        assert client.get(path).status_code == 200, path


def test_it_is_what_rfc_4287_asks_for(client: Client) -> None:
    event = make.EventFactory(slug="speech")
    with changing(event, by=None) as held:
        held.title = "Speech & \x0b <b>silence</b>"
        held.save()
    found = feed(client)
    for name in ("id", "title", "updated", f"author/{ATOM}name"):
        assert found.findtext(f"{ATOM}{name}"), name
    links = {link.get("rel"): link.get("href") for link in found.findall(f"{ATOM}link")}
    assert links == {"alternate": "http://testserver/", "self": "http://testserver/changes.atom"}
    [entry] = found.findall(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}id") == f"tag:testserver,2026:events.event/{event.pk}/2"
    assert entry.findtext(f"{ATOM}title") == "Speech &  <b>silence</b>"
    assert entry.findtext(f"{ATOM}updated") == found.findtext(f"{ATOM}updated")


def test_an_entry_keeps_its_name_when_the_record_is_renamed(client: Client) -> None:
    event = make.EventFactory(slug="old")
    with changing(event, by=None) as held:
        held.summary = "Read to a closed session."
        held.save()
    before = [entry.findtext(f"{ATOM}id") for entry in feed(client).iter(f"{ATOM}entry")]
    with changing(event, by=None) as held:
        held.slug = "new"
        held.save()
    after = [entry.findtext(f"{ATOM}id") for entry in feed(client).iter(f"{ATOM}entry")]
    assert after[1:] == before
    assert [path for *_, path in entries(client)] == ["/events/new/v/3/", "/events/new/v/2/"]


def test_a_withdrawal_is_told_with_its_reason_and_the_last_public_name(client: Client) -> None:
    event = make.EventFactory(slug="speech", title="The speech")
    publishing.withdraw(event, by=None, reason="The date was misread.")
    # Worked on again as a draft, under a name that is nobody’s business yet.
    event.refresh_from_db()
    publishing.back_to_draft(event, by=None)
    with changing(event, by=None) as held:
        held.title, held.slug = "A secret draft", "secret-draft"
        held.save()
    assert entries(client) == [
        ("The speech", "Event: withdrawn. The date was misread.", "/events/speech/")
    ]


def test_a_deletion_is_told(client: Client) -> None:
    event = make.EventFactory(slug="speech", title="The speech")
    history.delete(event, by=None, reason="Entered twice.")
    assert entries(client) == [("The speech", "Event: deleted. Entered twice.", "/events/speech/")]
    assert client.get("/events/speech/").status_code == 410


def test_a_merge_is_told_without_the_name_of_what_readers_never_saw(client: Client) -> None:
    kept = make.PersonFactory(slug="zhukov", name="Georgy Zhukov")
    draft = make.PersonFactory(slug="jukov", name="Georgij Jukov", status="draft")
    merge.merge(kept, draft, by=None, reason="Two spellings of Jukov")
    assert entries(client) == [
        ("Georgy Zhukov", "Person: merged with another record.", "/people/zhukov/v/2/")
    ]


@pytest.mark.parametrize("status", ["draft", "review"])
def test_no_draft_shows(client: Client, status: str) -> None:
    event = make.EventFactory(title="A secret", status=status)
    with changing(event, by=None, reason="A secret reason") as held:
        held.summary = "Not yet."
        held.save()
    history.delete(event, by=None, reason="Another secret")
    # Published itself, behind something that is not.
    topic = make.TopicFactory(title="A secret", course=make.CourseFactory(status=status))
    figure = make.StatisticFactory(measure=make.MeasureFactory(name="A secret", status=status))
    for record in (topic, figure):
        with changing(record, by=None, reason="A secret reason"):
            pass
        publishing.withdraw(record, by=None, reason="A secret reason")
    assert [entry for entry in entries(client) if "secret" in "".join(entry)] == []


def test_the_first_version_kept_is_no_news(client: Client) -> None:
    event = make.EventFactory()
    history.baseline(event)
    assert entries(client) == []


def test_an_empty_site_has_an_empty_feed(client: Client) -> None:
    assert feed(client).findtext(f"{ATOM}updated") == "2026-01-01T00:00:00+00:00"


def test_whoever_has_it_is_told_so_in_a_word(client: Client) -> None:
    event = make.EventFactory()
    first = client.get("/changes.atom")
    again = client.get("/changes.atom", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    by_date = client.get("/changes.atom", headers={"If-Modified-Since": first["Last-Modified"]})
    assert by_date.status_code == 304
    publishing.withdraw(event, by=None, reason="Misread.")
    changed = client.get("/changes.atom", headers={"If-None-Match": first["ETag"]})
    assert changed.status_code == 200


def test_it_costs_the_same_however_much_changed(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    figure = make.StatisticFactory()
    for number in range(6):
        event = make.EventFactory()
        topic = make.TopicFactory(course__slug=f"course-{number}")
        publishing.withdraw(topic, by=None, reason="Misread.")
        for record in (event, figure):
            with changing(record, by=None):
                pass
    # One for the versions, one per kind among them, one per kind for imports, one to compare.
    with django_assert_max_num_queries(20):
        client.get("/changes.atom")


def test_pages_lead_to_it(client: Client) -> None:
    assert 'type="application/atom+xml" href="/changes.atom"' in client.get("/").content.decode()
