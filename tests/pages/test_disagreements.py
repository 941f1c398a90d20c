"""Where sources disagree, every position is set out: who says it, in what, how long after."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from sources.models import Citation, Source
from sources.positions import contested, in_order
from tests import factories as make
from tests.support.pages import words


def citation(issued: str | None, stance: str = "supports", **source: Any) -> Citation:
    return Citation(stance=stance, source=Source(issued=issued, kind="monograph", **source))


def test_the_oldest_source_stands_first_whatever_it_says() -> None:
    given = [
        citation("2005"),
        citation(None),
        citation("1956-06-11", "disputes"),
        citation("1956", "qualifies"),
        citation("2005", "disputes"),
    ]
    ordered = [given.index(position.citation) for position in in_order(given)]
    # Of one year, in the order given; without a date, last.
    assert ordered == [3, 2, 0, 4, 1]


# The kind of a source, its stance, and what a page says that it does.
SAID = [
    ("monograph", "supports", "Supports it"),
    ("primary", "qualifies", "Qualifies it"),
    ("press", "disputes", "Disputes it"),
    # A lesson that makes a claim lends it no evidence.
    ("class_notes", "supports", "Teaches it"),
    ("course_tradition", "supports", "Teaches it"),
    ("class_notes", "disputes", "Disputes it"),
]


@pytest.mark.parametrize(("kind", "stance", "says"), SAID)
def test_a_position_says_what_its_source_does(kind: str, stance: str, says: str) -> None:
    [position] = in_order([Citation(stance=stance, source=Source(kind=kind))])
    assert position.says == says


def test_statements_that_are_disputed_stand_before_those_that_are_narrowed() -> None:
    cited = [
        Citation(stance=stance, claim=claim, source=Source(kind="monograph"))
        for claim, stance in (("a", "qualifies"), ("b", "supports"), ("c", "disputes"))
    ]
    assert [group.claim for group in contested(cited)] == ["c", "a"]


def disagree(claim: str = "", **about: Any) -> None:
    """A book of 2005 supports, a report of 1956 disputes, and undated notes teach it."""
    report = make.SourceFactory(author="The Times", issued="1956", kind="press")
    make.CitationFactory(claim=claim, note="It says so.", locator="p. 7", **about)
    make.CitationFactory(
        claim=claim,
        source=report,
        stance="disputes",
        checked="exists",
        note="Not so.",
        locator="p. 1",
        **about,
    )
    lesson = make.SourceFactory(author="", title="Notes", issued=None, kind="class_notes")
    make.CitationFactory(claim=claim, source=lesson, locator="S19", note="All of it.", **about)


# Records on whose own pages their disagreements stand, with the address.
SHOWN = [
    (lambda: make.EventFactory(slug="shown"), "event", "/events/shown/", True),
    (lambda: make.ReformFactory(slug="shown", span="1956"), "reform", "/reforms/shown/", True),
    (lambda: make.PersonFactory(slug="shown"), "person", "/people/shown/", False),
    (lambda: make.PowerBaseFactory(slug="shown"), "power_base", "/power/shown/", False),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("record", "kind", "address", "dated"), SHOWN)
def test_every_position_has_the_same_words_and_the_same_weight(
    client: Client, record: Any, kind: str, address: str, *, dated: bool
) -> None:
    disagree("The speech was kept secret", **{kind: record()})
    answer = client.get(address)
    seen = words(answer)
    # How long after, where what it tells of has a date.
    late, same = (
        (", published 49 years after", ", published in the same year") if dated else ("", "")
    )
    press = f"Disputes it Not so. The Times, 1956 , p. 1. Press{same}; not read yet, but"
    book = f"Supports it It says so. Moshe Lewin, 2005 , p. 7. Book{late}; passage read. Its note"
    taught = "Teaches it All of it. Notes , S19. Class notes; passage read. Its note"
    assert seen.index("The speech was kept secret") < seen.index(press)
    assert seen.index(press) < seen.index(book) < seen.index(taught)
    assert "In the order in which the sources were written or published" in seen
    block = answer.content.decode().split('<ol class="positions">')[1].split("</ol>")[0]
    shapes = {
        re.sub(r">[^<]*", ">", re.sub(r'"[^"]*"', "", row)) for row in block.split("<li>")[1:]
    }
    assert len(shapes) == 1, "one markup for every side"


@pytest.mark.django_db
def test_a_topic_sets_out_what_is_disputed_and_lists_what_holds_in_part(client: Client) -> None:
    topic = make.TopicFactory(slug="shown")
    first = make.TopicEntryFactory(topic=topic, order=1)
    disagree("The speech was kept secret", event=first.event)
    second = make.TopicEntryFactory(topic=topic, order=2)
    make.CitationFactory(event=second.event, claim="He read all of it", stance="qualifies")
    make.TopicEntryFactory(topic=topic, order=3)
    answer = client.get("/topics/shown/")
    seen = words(answer)
    block = seen[seen.index("What is disputed") :]
    assert block.index("The speech was kept secret") < block.index("Disputes it Not so.")
    assert "He read all of it Qualified by the evidence" in block
    assert 'href="#entry-2"' in answer.content.decode()
    assert answer.content.decode().count('class="disagreement disputed"') == 1
    assert "disagreement qualified" not in answer.content.decode()


@pytest.mark.django_db
def test_where_sources_agree_nothing_is_said_of_disagreement(client: Client) -> None:
    event = make.EventFactory(slug="agreed")
    make.CitationFactory(event=event)
    seen = words(client.get("/events/agreed/"))
    assert "disagree" not in seen.split("Every statement here")[0]


@pytest.mark.django_db
def test_figures_that_contradict_stand_by_their_oldest_source(client: Client) -> None:
    measure = make.MeasureFactory(slug="prisoners")
    late = make.StatisticFactory(measure=measure)
    make.CitationFactory(statistic=late)
    early = make.StatisticFactory(measure=measure, value=900_000, as_written="900,000")
    make.CitationFactory(statistic=early, source=make.SourceFactory(issued="1957", author="Cliff"))
    seen = words(client.get("/statistics/prisoners/"))
    block = seen[seen.index("What is disputed") :]
    assert block.index("900,000 persons") < block.index("Supports it Cliff, 1957")
    assert block.index("Supports it Cliff, 1957") < block.index("1.6 million persons")
