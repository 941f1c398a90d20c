"""Listings of the API: their filters, their orders, and the way from page to page."""

from __future__ import annotations

import pytest
from django.test import Client

from events.models import Event
from reforms.models import Statistic
from tests.factories import (
    TopicEntryFactory,
    TopicFactory,
)
from tests.support.api import read, slugs

pytestmark = pytest.mark.django_db


QUESTIONS = [
    ("events/", ["arrest", "speech", "congress"]),
    ("events/?ordering=-date", ["congress", "speech", "arrest"]),
    ("events/?ordering=title", ["congress", "arrest", "speech"]),
    ("events/?from=1956", ["speech", "congress"]),
    ("events/?from=25 February 1956&to=1956-02-25", ["speech"]),
    ("events/?to=June 1953", ["arrest"]),  # to its last day
    ("events/?from=27 June 1953&to=1956-01", []),
    ("events/?from=1961-10-31", ["congress"]),  # known to the month: it may have been then
    ("events/?topic=topic", ["speech"]),  # once, though it stands there twice
    ("events/?person=beria", ["arrest"]),
    ("events/?reform=amnesty", ["arrest"]),
    ("events/?power_base=mvd", ["arrest"]),
    ("events/?significance=3", ["speech"]),
    ("events/?search=BERIA arrested", ["arrest"]),  # every word, any case
    ("events/?search=beria congress", []),
    ("people/", ["beria", "khrushchev"]),
    ("people/?ordering=born", ["khrushchev", "beria"]),
    ("people/?topic=topic", ["beria"]),
    ("people/?power_base=party", ["khrushchev"]),
    ("people/?search=Берия", ["beria"]),
    ("people/?search=берия", ["beria"]),  # Cyrillic in any case, on every database
    ("people/?from=1954", ["khrushchev"]),
    ("people/?to=1895", ["khrushchev"]),
    ("power-bases/?kind=security", ["mvd"]),
    ("power-bases/?parent=party", ["mvd"]),
    ("power-bases/?to=1950", ["mvd"]),
    ("tenures/", ["b", "k"]),
    ("tenures/?person=khrushchev", ["k"]),
    ("tenures/?power_base=mvd", ["b"]),
    ("tenures/?kind=party", ["k"]),
    ("tenures/?search=minister", ["b"]),
    ("tenures/?from=1954", ["k"]),
    ("reforms/?person=beria", ["amnesty"]),
    ("reforms/?person=khrushchev", []),
    ("reforms/?power_base=mvd&topic=topic", ["amnesty"]),
    ("effects/?change=weakened&reform=amnesty&power_base=mvd", ["weakens"]),
    ("effects/?change=split", []),
    ("measures/?reform=amnesty", ["released"]),
    ("measures/?search=gulag", ["released"]),
    ("statistics/?measure=released&reform=amnesty&event=arrest", ["figure"]),
    ("statistics/?comparator=about&change=fell&from=1953&to=1953", ["figure"]),
    ("statistics/?from=1954", []),
    ("sources/?kind=primary", ["source"]),
    ("sources/?course=course&to=1953", ["source"]),
    ("citations/?stance=disputes", ["c1"]),
    ("citations/?kind=event", ["c2"]),
    ("citations/?statistic=figure&source=source", ["c1"]),
    ("citations/?checked=exists", ["c2"]),
    ("topics/?course=course", ["topic"]),
    ("courses/?search=ussr", ["course"]),
    ("courses/?source=source", ["course"]),
    ("courses/?from=1956&to=1957", ["course"]),
    ("courses/?to=1900", []),
    ("topics/?from=1965", []),
    ("topics/?event=speech", ["topic"]),
    ("topics/?event=arrest", []),
    ("topics/?person=beria", ["topic"]),
    ("topics/?reform=amnesty", ["topic"]),
    ("topics/?tenure=b", []),
    ("events/?course=course", ["speech"]),
    ("events/?measure=released", ["arrest"]),
    ("events/?source=source", []),  # it is cited for a figure of the event, and not for the event
    ("events/?stance=supports", ["arrest"]),
    ("events/?stance=disputes", []),
    ("people/?event=arrest", ["beria"]),
    ("people/?reform=amnesty", ["beria"]),
    ("people/?course=course", ["beria", "khrushchev"]),
    ("power-bases/?person=beria", ["mvd"]),
    ("power-bases/?reform=amnesty", ["mvd"]),
    ("power-bases/?course=course", ["mvd"]),  # of an office of Beria, whom it names
    ("tenures/?course=course", ["b"]),
    ("reforms/?event=arrest", ["amnesty"]),
    ("reforms/?event=speech", []),
    ("reforms/?measure=released", ["amnesty"]),
    ("reforms/?course=course", ["amnesty"]),
    ("effects/?person=beria", ["weakens"]),
    ("effects/?person=khrushchev", []),
    ("effects/?kind=security", ["weakens"]),
    ("measures/?event=arrest", ["released"]),
    ("measures/?event=speech", []),
    ("statistics/?source=source", ["figure"]),
    ("statistics/?stance=disputes", ["figure"]),
    ("statistics/?stance=supports", []),
    ("sources/?statistic=figure", ["source"]),
    ("sources/?person=beria", []),
    ("sources/?topic=topic", []),
    ("citations/?topic=topic", []),  # it has the speech, and nothing is cited for that
    ("citations/?course=course", []),
    ("timeline/?course=course", ["b", "amnesty", "speech"]),
    ("timeline/", ["b", "amnesty", "arrest", "k", "speech", "congress"]),
    ("timeline/?ordering=-date", ["congress", "speech", "k", "arrest", "amnesty", "b"]),
    ("timeline/?kind=reform", ["amnesty"]),
    ("timeline/?person=beria", ["b", "amnesty", "arrest"]),
    ("timeline/?power_base=mvd", ["b", "amnesty", "arrest"]),
    ("timeline/?topic=topic", ["amnesty", "speech"]),
    ("timeline/?from=1956-03&to=1960", ["k"]),  # still in office
]


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(("address", "expected"), QUESTIONS)
def test_a_listing_answers_what_it_is_asked(
    client: Client, address: str, expected: list[str]
) -> None:
    assert slugs(client, address) == expected


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("route", ["events", "timeline", "people", "citations"])
def test_pages_lead_on_and_back(client: Client, route: str) -> None:
    whole = read(client, f"{route}/")
    assert (whole["next"], whole["previous"]) == (None, None)
    first = client.get(f"/api/v1/{route}/?page_size=1&to=1970" if route != "citations" else
                       f"/api/v1/{route}/?page_size=1")  # fmt: skip
    found, pages = [], [first]
    while True:
        body = pages[-1].json()
        found += body["results"]
        links = pages[-1].get("Link", "")
        assert (f'<{body["next"]}>; rel="next"' in links) == bool(body["next"])
        assert (f'<{body["previous"]}>; rel="prev"' in links) == bool(body["previous"])
        if not body["next"]:
            break
        assert body["next"].startswith(f"http://testserver/api/v1/{route}/?page_size=1&")
        pages.append(client.get(body["next"]))
    assert found == whole["results"]
    back = client.get(pages[1].json()["previous"]).json()
    assert back["results"] == first.json()["results"]
    assert (back["next"], back["previous"]) == (first.json()["next"], None)


@pytest.mark.usefixtures("record")
def test_evidence_is_found_by_the_topic_that_what_it_is_for_stands_in(client: Client) -> None:
    topic = TopicFactory(slug="arrests", course__slug="other")
    TopicEntryFactory(topic=topic, event=Event.objects.get(slug="arrest"))
    figure = Statistic.objects.get(public_id="figure")
    TopicEntryFactory(topic=topic, event=None, statistic=figure)
    assert slugs(client, "citations/?topic=arrests") == ["c1", "c2"]
    assert slugs(client, "citations/?course=other&stance=disputes") == ["c1"]
    assert slugs(client, "citations/?topic=arrests&event=arrest") == ["c2"]
    assert "source" in slugs(client, "sources/?topic=arrests")
    assert len(slugs(client, "sources/?topic=arrests")) == 2
