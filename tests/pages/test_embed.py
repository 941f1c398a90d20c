"""Parts of pages in frames of other sites, and the answers by which those sites find them."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from curation.revisions.history import changing
from curation.workflow import publishing
from tests import factories as make
from tests.support.pages import words

pytestmark = pytest.mark.django_db

FRAMES = [
    "/embed/timeline/",
    "/embed/timeline/?from=1956&to=1957",
    "/embed/timeline/?topic=leadership-struggle",
    "/embed/topics/leadership-struggle/",
    "/embed/statistics/gulag-prisoners/",
    "/embed/power/",
    "/embed/power/?on=1953-06-01",
]


def oembed(client: Client, url: str, **more: str) -> Any:
    return client.get("/oembed", {"url": url, **more})


@pytest.mark.usefixtures("khrushchev")
class TestTheShippedCourse:
    """Every frame of it, and the pages that are none."""

    @pytest.mark.parametrize("address", FRAMES)
    def test_a_frame_may_be_shown_elsewhere_and_leads_back(
        self, client: Client, address: str
    ) -> None:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "X-Frame-Options" not in answer
        assert "frame-ancestors 'self' https:" in answer["Content-Security-Policy"]
        assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
        assert not answer.cookies
        text = answer.content.decode()
        page = address.replace("/embed", "")
        # The full address of the page, since a relative one would be read in the frame’s site.
        assert f'href="http://testserver{page}"' in unescape(text)
        assert '<base target="_blank">' in text
        assert re.search(r"\d+ sources?", words(answer)), "a frame names its sources"
        assert "<form" not in text

    @pytest.mark.parametrize(
        "address", ["/", "/timeline/", "/topics/leadership-struggle/", "/power/"]
    )
    def test_no_other_page_may_be_framed(self, client: Client, address: str) -> None:
        answer = client.get(address)
        assert answer["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]

    @pytest.mark.parametrize("frame", FRAMES)
    def test_oembed_gives_the_frame_of_a_page_and_of_a_frame(
        self, client: Client, frame: str
    ) -> None:
        for address in (frame, frame.replace("/embed", "")):
            answer = oembed(client, f"http://testserver{address}")
            assert answer.status_code == 200, answer.content
            found = answer.json()
            assert (found["version"], found["type"]) == ("1.0", "rich")
            source = re.search(r'src="([^"]+)"', found["html"])
            assert source
            assert unescape(source[1]) == f"http://testserver{frame}"
            assert f'width="{found["width"]}" height="{found["height"]}"' in found["html"]


def test_only_the_sites_that_were_named_may_frame(client: Client, settings: Any) -> None:
    settings.EMBED_ORIGINS = ["'self'", "https://moodle.school.example"]
    policy = client.get("/embed/timeline/")["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://moodle.school.example" in policy


def test_a_frame_shows_nothing_that_its_page_hides(client: Client) -> None:
    topic = make.TopicFactory(slug="shown")
    make.TopicEntryFactory(topic=topic, event=make.EventFactory(title="A draft", status="draft"))
    shown = make.TopicEntryFactory(topic=topic, event=make.EventFactory(title="The speech"))
    hidden = make.SourceFactory(title="A source nobody may see", status="draft")
    make.CitationFactory(event=shown.event, source=hidden)
    for address in ("/embed/topics/shown/", "/embed/timeline/"):
        text = words(client.get(address))
        assert "The speech" in text
        assert "A draft" not in text
        assert "nobody may see" not in text


def test_the_frame_of_a_topic_begins_as_its_lesson_does(client: Client) -> None:
    topic = make.TopicFactory(slug="lesson", short_answer="He stopped short of the system.")
    later = make.EventFactory(slug="congress", title="The 22nd Congress", span="1961-10")
    make.TopicEntryFactory(topic=topic, event=later, turning_point=True, framing="In public.")
    first = make.TopicEntryFactory(topic=topic, turning_point=True).event
    make.TopicEntryFactory(topic=topic, event__title="A plenum", event__slug="plenum")
    page = client.get("/embed/topics/lesson/").content.decode()
    answer, minute, fold = (
        page.index(words) for words in ("stopped short", "In a minute", '<details class="fold">')
    )
    assert answer < minute < page.index(first.title) < page.index("The 22nd Congress") < fold
    # The records, of which a topic may have forty, are folded.
    assert page.index("In public.") < fold < page.index("A plenum")


def test_the_frame_of_a_topic_without_turning_points_shows_its_records(client: Client) -> None:
    topic = make.TopicFactory(slug="records")
    make.TopicEntryFactory(topic=topic)
    page = client.get("/embed/topics/records/").content.decode()
    assert '<details class="fold" open>' in page
    assert "In a minute" not in page


def test_a_frame_of_nothing_helps(client: Client) -> None:
    make.TopicFactory(slug="de-stalinisation", title="De-Stalinisation")
    make.TopicFactory(slug="secret", status="draft")
    gone = make.TopicFactory(slug="gone")
    publishing.withdraw(gone, by=None, reason="It repeated another topic.")
    # What was asked for, the status, and the words that help.
    for address, status, help_ in [
        ("/embed/topics/de-stalinization/", 404, "De-Stalinisation"),
        ("/embed/topics/secret/", 404, "No topic has the address"),
        ("/embed/topics/gone/", 410, "It repeated another topic."),
        ("/embed/topics/de-stalinisation/?v=7", 404, "There is no public version 7"),
        # No number at all: the topic has no such version either.
        ("/embed/topics/de-stalinisation/?v=x", 404, "There is no public version"),
        ("/embed/topics/de-stalinisation/?v=99999999999999999999", 404, "no public version"),
        ("/embed/power/?on=31+June+1953", 400, "Power map"),
        ("/embed/timeline/?kind=nonsense", 400, "Timeline"),
    ]:
        answer = client.get(address)
        assert answer.status_code == status, address
        assert help_ in words(answer), address
        assert "X-Frame-Options" not in answer, "the help must be seen in the frame too"
        assert "<form" not in answer.content.decode()


def test_the_frame_of_the_power_map_shows_who_held_office(client: Client) -> None:
    make.TenureFactory(office="First Secretary", span="1953-09-07/1964-10-14")
    seen = words(client.get("/embed/power/?on=1956-01-01"))
    assert "First Secretary" in seen
    assert "No office is known" not in seen


def test_a_frame_follows_a_rename(client: Client) -> None:
    topic = make.TopicFactory(slug="old")
    topic.slug = "new"
    topic.save()
    answer = client.get("/embed/topics/old/")
    assert (answer.status_code, answer["Location"]) == (301, "/embed/topics/new/")
    answer = client.get("/embed/topics/old/?v=1")
    assert (answer.status_code, answer["Location"]) == (301, "/embed/topics/new/?v=1")


def test_a_pinned_frame_stays_as_it_was_and_another_follows(client: Client) -> None:
    topic = make.TopicFactory(slug="pinned", short_answer="He stopped short.")
    with changing(topic, by=None, reason="Clearer") as held:
        held.short_answer = "He went half the way."
        held.save()
    assert "He stopped short." in words(client.get("/embed/topics/pinned/?v=1"))
    assert "He went half the way." in words(client.get("/embed/topics/pinned/"))
    pinned = client.get("/embed/topics/pinned/?v=1").content.decode()
    assert 'href="http://testserver/topics/pinned/v/1/"' in pinned


def test_a_frame_costs_the_same_whatever_it_shows(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    topic = make.TopicFactory(slug="long")
    for _ in range(8):
        entry = make.TopicEntryFactory(topic=topic)
        make.CitationFactory(event=entry.event)
    with django_assert_max_num_queries(24):
        client.get("/embed/topics/long/")
    with django_assert_max_num_queries(24):
        client.get("/embed/timeline/")


# --- oEmbed ------------------------------------------------------------------------------------


def test_oembed_keeps_to_the_limits_of_whoever_asks(client: Client) -> None:
    found = oembed(client, "http://testserver/timeline/", maxwidth="320", maxheight="200").json()
    assert (found["width"], found["height"]) == (320, 200)
    assert oembed(client, "http://testserver/timeline/", maxwidth="5000").json()["width"] == 720


def test_oembed_of_a_cited_version_is_pinned(client: Client) -> None:
    make.TopicFactory(slug="cited")
    html = oembed(client, "http://testserver/topics/cited/v/1/").json()["html"]
    assert 'src="http://testserver/embed/topics/cited/?v=1"' in html


def test_oembed_escapes_what_was_typed(client: Client) -> None:
    make.TopicFactory(slug="odd", title='"><script>alert(1)</script>')
    html = oembed(client, "http://testserver/topics/odd/").json()["html"]
    assert "<script>" not in html
    assert html.count("<") == 2
    filtered = 'http://testserver/timeline/?from="><script>'
    assert "<script>" not in oembed(client, filtered).json()["html"]


# What is asked, the status, and a word of the answer.
REFUSED = [
    ({"url": "https://other.example/timeline/"}, 404, "another site"),
    # Our name inside another site’s address.
    ({"url": "https://testserver@other.example/timeline/"}, 404, "another site"),
    ({"url": "javascript:alert(1)"}, 404, "another site"),
    ({"url": "/timeline/"}, 404, "another site"),
    ({"url": "http://[broken"}, 404, "another site"),
    ({"url": "http://testserver/nowhere/"}, 404, "no page"),
    ({"url": "http://testserver/people/"}, 404, "cannot be embedded"),
    ({"url": "http://testserver/admin/"}, 404, "cannot be embedded"),
    ({"url": "http://testserver/people/x/v/1/"}, 404, "cannot be embedded"),
    ({"url": "http://testserver/topics/unknown/"}, 404, "No topic is published"),
    ({"url": "http://testserver/topics/draft/"}, 404, "No topic is published"),
    ({}, 400, "Say which page"),
    # The words of the oEmbed specification: “501 Not Implemented” for another format.
    ({"url": "http://testserver/timeline/", "format": "xml"}, 501, "JSON only"),
    ({"url": "http://testserver/timeline/", "maxwidth": "wide"}, 400, "whole number"),
    ({"url": "http://testserver/timeline/", "maxwidth": "0"}, 400, "whole number"),
]


@pytest.mark.parametrize(("asked", "status", "help_"), REFUSED)
def test_oembed_refuses_with_words(
    client: Client, asked: dict[str, str], status: int, help_: str
) -> None:
    make.TopicFactory(slug="draft", status="draft")
    answer = client.get("/oembed", asked)
    assert answer.status_code == status
    assert help_ in answer.content.decode()


@pytest.mark.parametrize("address", ["/timeline/", "/topics/shown/", "/power/?on=1953-06-01"])
def test_a_page_says_how_to_embed_it(client: Client, address: str) -> None:
    make.TopicFactory(slug="shown")
    text = client.get(address).content.decode()
    link = re.search(r'type="application/json\+oembed" href="([^"]+)"', text)
    assert link
    assert client.get(unescape(link[1])).status_code == 200
    snippet = re.search(r'<textarea id="embed-html"[^>]*>([^<]+)</textarea>', text)
    assert snippet
    frame = address.replace("/", "/embed/", 1)
    assert f'src="http://testserver{frame}"' in unescape(unescape(snippet[1]))


@pytest.mark.parametrize("address", ["/", "/people/", "/topics/unknown/", "/embed/timeline/"])
def test_other_pages_offer_no_frame(client: Client, address: str) -> None:
    text = client.get(address).content.decode()
    assert "oembed" not in text
    assert "embed-html" not in text


def test_the_address_of_a_page_survives_the_way_through_oembed(client: Client) -> None:
    url = quote("http://testserver/timeline/?from=1956&to=1957", safe="")
    html = client.get(f"/oembed?url={url}").json()["html"]
    assert "from=1956&amp;to=1957" in html
