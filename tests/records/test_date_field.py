"""The date as an attribute of a record: always what its columns say, and worked out once."""

from __future__ import annotations

import copy
import pickle
import sys
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from events.models import Event
from people.models import Person
from records import fields
from records.dates import HistoricalDate
from tests.factories import EventFactory, PersonFactory

# Calls of functions of `records.dates` that GET /timeline/?from=1956&to=1957 made on the shipped
# course before dates kept what they parsed.
CALLS_BEFORE = 8_088


@pytest.mark.django_db
class TestColumns:
    """Whoever changes the columns, the attribute follows."""

    @pytest.fixture
    def khrushchev(self) -> Person:
        person = PersonFactory(born="1894-04-15", died="1971-09-11")
        assert person.born.display() == "15 April 1894"
        return person

    @pytest.mark.parametrize(
        ("columns", "shown"),
        [
            # Another day.
            ({"born_edtf": "1894-04-17"}, "17 April 1894"),
            # The same day, with the words of the source.
            ({"born_edtf": "1894-04-15", "born_text": "3 April 1894 (O.S.)"},
             "15 April 1894 (3 April Old Style)"),
        ],
    )  # fmt: skip
    def test_a_column_that_is_set(
        self, khrushchev: Person, columns: dict[str, str], shown: str
    ) -> None:
        for name, value in columns.items():
            setattr(khrushchev, name, value)
        assert khrushchev.born is not None
        assert khrushchev.born.display() == shown

    def test_a_column_that_is_emptied(self, khrushchev: Person) -> None:
        khrushchev.born_edtf = ""  # type: ignore[attr-defined]
        assert khrushchev.born is None

    def test_another_date_that_is_set(self, khrushchev: Person) -> None:
        khrushchev.born = "April 1894"
        assert khrushchev.born == HistoricalDate("1894-04", "April 1894")
        khrushchev.born = None
        assert khrushchev.born is None

    def test_a_change_by_somebody_else_is_seen_after_reading_again(
        self, khrushchev: Person
    ) -> None:
        other = Person.objects.get(pk=khrushchev.pk)
        other.born = HistoricalDate("1894-04-17")
        other.save()
        assert khrushchev.born == HistoricalDate("1894-04-15")
        khrushchev.refresh_from_db()
        assert khrushchev.born == HistoricalDate("1894-04-17")

    def test_reading_again_in_part_leaves_the_rest(self, khrushchev: Person) -> None:
        Person.objects.filter(pk=khrushchev.pk).update(
            born_edtf="1894-04-17", died_edtf="1971-09-12"
        )
        khrushchev.refresh_from_db(fields=["died_edtf"])
        assert khrushchev.born == HistoricalDate("1894-04-15")
        assert khrushchev.died == HistoricalDate("1971-09-12")

    def test_columns_that_were_not_loaded_are_loaded_when_asked_for(
        self, khrushchev: Person, django_assert_num_queries: Any
    ) -> None:
        bare = Person.objects.only("name").get(pk=khrushchev.pk)
        with django_assert_num_queries(2):
            assert bare.born == HistoricalDate("1894-04-15")
        with django_assert_num_queries(0):
            assert bare.born == HistoricalDate("1894-04-15")

    def test_two_records_of_one_day_do_not_change_each_other(self, khrushchev: Person) -> None:
        twin = PersonFactory(born="1894-04-15")
        twin.born = "1894-04-16"
        assert khrushchev.born == HistoricalDate("1894-04-15")
        assert twin.born == HistoricalDate("1894-04-16")


@pytest.mark.parametrize(
    "again",
    [lambda date: pickle.loads(pickle.dumps(date)), copy.copy, copy.deepcopy],
    ids=["pickled", "copied", "copied deeply"],
)
@pytest.mark.parametrize(
    ("edtf", "text"), [("1956-02-25", ""), ("1953/1964", "1953–64"), ("../1961", "by 1961")]
)
def test_a_date_that_kept_what_it_parsed_should_be_the_same_again(
    again: Callable[[HistoricalDate], HistoricalDate], edtf: str, text: str
) -> None:
    asked, fresh = HistoricalDate(edtf, text), HistoricalDate(edtf, text)
    shown = asked.display(), asked.start, asked.end, asked.sort, asked.precision, asked.old_style
    for date in (asked, again(asked)):
        assert (date, hash(date), repr(date)) == (fresh, hash(fresh), repr(fresh))
        assert shown == (
            date.display(),
            date.start,
            date.end,
            date.sort,
            date.precision,
            date.old_style,
        )


def calls_into_dates(do: Callable[[], Any]) -> int:
    """How many functions of `records.dates` are called while something is done."""
    calls = 0

    def count(frame: Any, event: str, _: Any) -> None:
        nonlocal calls
        calls += event == "call" and "/records/dates/" in frame.f_code.co_filename

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        do()
    finally:
        sys.setprofile(before)
    return calls


@pytest.mark.django_db
def test_the_timeline_should_work_out_each_date_once(khrushchev: Any, client: Client) -> None:
    def read() -> None:
        assert client.get("/timeline/?from=1956&to=1957").status_code == 200

    read()
    assert calls_into_dates(read) <= CALLS_BEFORE // 10
    # On a server that has not read these dates yet, each is worked out once. The course has five
    # times as many offices as when the calls were counted, and still needs half of them.
    fields.read_date.cache_clear()
    assert calls_into_dates(read) <= CALLS_BEFORE // 2


@pytest.mark.django_db
def test_a_list_should_read_a_date_that_many_records_have_once() -> None:
    for _ in range(20):
        EventFactory(span="1956-02-25")
    fields.read_date.cache_clear()
    events = list(Event.objects.all())
    once = calls_into_dates(lambda: events[0].span.latest)
    assert once > 0
    assert calls_into_dates(lambda: [event.span.latest for event in events]) == 0
