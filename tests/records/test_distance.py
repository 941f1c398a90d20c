"""How far a source stands in time from what it tells of."""

from __future__ import annotations

import pytest
from django.test import Client

from records.dates import HistoricalDate
from sources.distance import distance
from tests import factories as make
from tests.support.pages import words

# When it was written, when it happened, and the words.
DISTANCES = [
    # A historian’s book on the Secret Speech.
    ("2005", "1956-02-25", "49 years after"),
    ("1957", "1956", "1 year after"),
    # A newspaper of the same year; days are not counted.
    ("1956-06-04", "1956-02-25", "in the same year"),
    # A plan, before what it planned.
    ("1955", "1956-02-25", "1 year before"),
    # From the end and from the beginning of what lasted.
    ("1970", "1953/1964", "6 to 17 years after"),
    # Written while it lasted.
    ("1960", "1953/1964", "at the time"),
    # In its last year, and perhaps after it.
    ("1964", "1953/1964", "up to 11 years after"),
    # Doubt on either side stays doubt.
    ("1970~", "1956", "about 14 years after"),
    ("1970", "1956?", "about 14 years after"),
    # A decade for a date gives a span of distances.
    ("197X", "1956", "14 to 23 years after"),
    # An end that is open or unknown cannot be counted from.
    ("1953/..", "1956", ""),
    ("1970", "/1956", ""),
    # Across the year that our era does not have: 44 BCE is year −43.
    ("0120", "-0043", "163 years after"),
]


@pytest.mark.parametrize(("issued", "happened", "said"), DISTANCES)
def test_the_distance_in_words(issued: str, happened: str, said: str) -> None:
    assert distance(HistoricalDate(issued), HistoricalDate(happened)) == said


def test_what_has_no_date_has_no_distance() -> None:
    date = HistoricalDate("1956")
    assert distance(None, date) == distance(date, None) == ""


@pytest.mark.django_db
def test_the_page_of_a_source_says_how_far_it_stands_from_each_event(client: Client) -> None:
    book = make.SourceFactory(slug="book", kind="monograph", issued="2005")
    cited = make.CitationFactory(source=book, event=make.EventFactory(span="1956-02-25"))
    figure = make.StatisticFactory(date="1960")
    make.CitationFactory(source=book, statistic=figure)
    # A life has no one moment to count from.
    make.CitationFactory(source=book, person=make.PersonFactory(name="Nikita Khrushchev"))
    answer = client.get("/sources/book/")
    text = words(answer)
    assert "published 49 years after" in text
    assert "published 45 years after" in text
    assert text.count("years after") == 2
    # From the source to the note that cites it, and back.
    there = f"{cited.event.get_absolute_url()}#citation-{cited.public_id}"
    assert f'href="{there}"' in answer.content.decode()
    back = f'href="/sources/book/#citation-{cited.public_id}"'
    assert back in client.get(cited.event.get_absolute_url()).content.decode()
    figures = f"{figure.measure.get_absolute_url()}#citation-"
    assert f'href="{figures}' in answer.content.decode()


@pytest.mark.django_db
def test_a_primary_source_was_written_not_published(client: Client) -> None:
    letter = make.SourceFactory(slug="letter", kind="primary", issued="1957")
    make.CitationFactory(source=letter, event=make.EventFactory(span="1956"))
    assert "written 1 year after" in words(client.get("/sources/letter/"))
