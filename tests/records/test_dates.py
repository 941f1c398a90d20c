"""Historical dates, without a database: reading, bounds, display, refusals, and the docs."""

from __future__ import annotations

import datetime
import re

import pytest
from edtf import parse_edtf
from hypothesis import assume, given
from hypothesis import strategies as st

from records.dates import (
    FURTHEST_YEAR,
    OPEN_FUTURE,
    OPEN_PAST,
    DateError,
    HistoricalDate,
    calendar_date,
    day_number,
    days_in_month,
    display_day,
    iso_day,
    julian_to_gregorian,
)
from tests import ROOT

parse = HistoricalDate.parse
PAGE = ROOT / "docs" / "dates.md"


def offered(error: DateError) -> list[str]:
    """The entries that a refusal says would work."""
    return re.findall("“([^”]*)”", str(error).rpartition(" Try ")[2])


def refused(words: str) -> str:
    """The message with which `words` are refused, whose offers are checked to work."""
    with pytest.raises(DateError) as caught:
        parse(words)
    check_offers(caught.value)
    return str(caught.value)


def check_offers(error: DateError) -> None:
    """Fail unless a refusal offers something and all that it offers can be read."""
    assert offered(error), f"no example in: {error}"
    for example in offered(error):
        parse(example)


# --- plain English ----------------------------------------------------------------------------

ENGLISH = [
    # days, in British and American order, and with what people put around them
    ("5 March 1953", "1953-03-05"),
    ("March 5, 1953", "1953-03-05"),
    ("5th March 1953", "1953-03-05"),
    ("5th of March, 1953", "1953-03-05"),
    ("on the 5th of March 1953", "1953-03-05"),
    ("Thursday, March 5th 1953", "1953-03-05"),
    ("Sept. 7, 1953.", "1953-09-07"),
    ("29 February 1956", "1956-02-29"),
    # months, years, seasons
    ("in June 1956", "1956-06"),
    ("June, 1956", "1956-06"),
    ("during 1956", "1956"),
    ("the spring of 1953", "1953-21"),
    ("fall 1953", "1953-23"),
    ("winter 1953", "1953-24"),
    ("Winter 1953/54", "1953-24"),
    ("winter 1999-2000", "1999-24"),
    # eras: EDTF counts a year 0
    ("44 BCE", "-0043"),
    ("44 B.C.", "-0043"),
    ("1 BC", "0000"),
    ("AD 14", "0014"),
    ("14 C.E.", "0014"),
    ("15 March 44 BC", "-0043-03-15"),
    ("17001 BCE", "Y-17000"),
    ("12000 CE", "Y12000"),
    # decades and centuries
    ("the 1950s", "195X"),
    ("1950’s", "195X"),
    ("50s CE", "005X"),
    ("1900s (century)", "19XX"),
    ("nineteenth century", "18XX"),
    ("the twenty-first century", "20XX"),
    ("1st century BC", "-00XX"),
    # qualifiers, before and after
    ("c. 1957", "1957~"),
    ("c1957", "1957~"),
    ("ca 1957", "1957~"),
    ("about June 1956", "1956-06~"),
    ("in around 1957", "1957~"),
    ("c. 1956-06", "1956-06~"),
    ("June 1956?", "1956-06?"),
    ("perhaps 5 March 1953", "1953-03-05?"),
    ("probably c. 1957", "1957%"),
    # open and unknown ends
    ("by 1961", "../1961"),
    ("by the end of 1961", "../1961"),
    ("no later than 1961", "../1961"),
    ("by c. 1961", "../1961~"),
    ("before 1961", "[..1960]"),
    ("before January 1956", "[..1955-12]"),
    ("before 1 March 1956", "[..1956-02-29]"),
    ("before 1 CE", "[..0000]"),
    ("after 31 December 1956", "[1957-01-01..]"),
    ("after the 1950s", "[1960..]"),
    ("before about 1957", "[..1957~]"),  # a step from "about" would claim to know it
    ("from 1957 on", "1957/.."),
    ("until 1961", "/1961"),
    ("from 1957", "1957/.."),
    ("since the beginning of 1957", "1957/.."),
    ("1957 onwards", "1957/.."),
    ("1957 – present", "1957/.."),
    ("from 1957 (end unknown)", "1957/"),
    # spans: what both ends share is said once
    ("1957 to 1961", "1957/1961"),
    ("from 1957 until 1961", "1957/1961"),
    ("1957–61", "1957/1961"),
    ("1957-61", "1957/1961"),
    ("1917 – 21", "1917/1921"),
    ("between 1957 and 1961", "[1957..1961]"),
    ("26 May to 12 June 1953", "1953-05-26/1953-06-12"),
    ("May 26 – June 12, 1953", "1953-05-26/1953-06-12"),
    ("May 26–28, 1953", "1953-05-26/1953-05-28"),
    ("14–25 February 1956", "1956-02-14/1956-02-25"),
    ("March-October 1956", "1956-03/1956-10"),
    ("spring–autumn 1953", "1953-21/1953-23"),
    ("30 June 1956 – March 1957", "1956-06-30/1957-03"),
    ("1953-05-26 to 1953-06-12", "1953-05-26/1953-06-12"),
    ("49–44 BCE", "-0048/-0043"),
    ("27 BCE – 14 CE", "-0026/0014"),
    ("AD 14–37", "0014/0037"),
    ("c. 1957–1961", "1957~/1961"),
    ("1957 – c. 1961", "1957/1961~"),
    ("probably 1957–1961", "1957?/1961?"),
    ("1954–1956 (start uncertain)", "1954?/1956"),
    ("winter 1953–54 – spring 1955", "1953-24/1955-21"),
    # unspecified parts
    ("some day in June 1956", "1956-06-XX"),
    ("an unknown month in 1956", "1956-XX"),
    # slips of typing: spaces, no-break spaces, case, dashes, zero-width spaces, other digits
    ("  JUNE \t 1956 ", "1956-06"),
    ("June\u00a01956", "1956-06"),
    ("26 May—12 June 1953", "1953-05-26/1953-06-12"),
    ("1957 \u2012 1961", "1957/1961"),
    ("June\u200b 1956", "1956-06"),
    ("٥ March ١٩٥٣", "1953-03-05"),
]


@pytest.mark.parametrize(("words", "edtf"), ENGLISH)
def test_english_is_understood_and_kept(words: str, edtf: str) -> None:
    date = parse(words)
    assert date.edtf == edtf
    assert date.text == " ".join(words.replace("\u200b", "").split())


@pytest.mark.parametrize(
    ("words", "edtf"),
    [
        ("1956-06", "1956-06"),
        (" 1956-06 ", "1956-06"),
        ("1956‑06‑30", "1956-06-30"),  # no-break hyphens
        ("1956–06–30", "1956-06-30"),  # three parts cannot be a span of years
        ("\u22120043", "-0043"),  # a minus sign
        ("195x", "195X"),
        ("1957 ?", "1957?"),
        ("1957?~", "1957%"),
        ("1957??", "1957?"),
        ("1953-05 / 1954-05", "1953-05/1954-05"),
        ("1953–05/1954–05", "1953-05/1954-05"),
        ("1953-05/1954", "1953-05/1954"),
        ("Y-17000", "Y-17000"),
        ("Y0012000", "Y12000"),
        # one of a set, and parts of a year, of level 2
        ("[1956,1957]", "[1956,1957]"),
        ("[1957, 1956,1957]", "[1956,1957]"),
        ("[ 1977..1980 ]", "[1977..1980]"),
        # One date said twice is one date, with the doubts of both.
        ("[1956..1956?]", "1956?"),
        ("[1956~,1956?]", "1956%"),
        # A slash and brackets are EDTF, whatever could be two years by itself.
        ("1904-05/1906-07", "1904-05/1906-07"),
        ("[1904-05..1906]", "[1904-05..1906]"),
        ("[..1945-05-08]", "[..1945-05-08]"),
        ("[1918..]", "[1918..]"),
        ("1957-34", "1957-34"),
        ("195X/1961", "195X/1961"),
    ],
)
def test_edtf_is_understood_and_made_canonical(words: str, edtf: str) -> None:
    assert parse(words) == HistoricalDate(edtf, "")


# --- bounds, sorting, precision ---------------------------------------------------------------

BOUNDS = [
    # edtf, first day, last day, day it sorts by, precision
    ("1953-03-05", "1953-03-05", "1953-03-05", "1953-03-05", "day"),
    ("1956-02", "1956-02-01", "1956-02-29", "1956-02-01", "month"),
    ("1900-02", "1900-02-01", "1900-02-28", "1900-02-01", "month"),
    ("1957", "1957-01-01", "1957-12-31", "1957-01-01", "year"),
    ("1957~", "1957-01-01", "1957-12-31", "1957-01-01", "year"),  # "about" widens nothing
    ("1957%", "1957-01-01", "1957-12-31", "1957-01-01", "year"),
    ("1953-21", "1953-03-01", "1953-05-31", "1953-03-01", "season"),
    ("1953-22", "1953-06-01", "1953-08-31", "1953-06-01", "season"),
    ("1953-23", "1953-09-01", "1953-11-30", "1953-09-01", "season"),
    ("1955-24", "1955-12-01", "1956-02-29", "1955-12-01", "season"),  # a winter of a leap year
    ("195X", "1950-01-01", "1959-12-31", "1950-01-01", "decade"),
    ("18XX", "1800-01-01", "1899-12-31", "1800-01-01", "century"),
    ("-04XX", "-0499-01-01", "-0400-12-31", "-0499-01-01", "century"),
    ("00XX", "0001-01-01", "0099-12-31", "0001-01-01", "century"),  # there was no year 0
    ("-00XX", "-0099-01-01", "0000-12-31", "-0099-01-01", "century"),
    ("1956-06-XX", "1956-06-01", "1956-06-30", "1956-06-01", "month"),
    ("1956-XX", "1956-01-01", "1956-12-31", "1956-01-01", "year"),
    ("1956-XX-XX", "1956-01-01", "1956-12-31", "1956-01-01", "year"),
    ("-0043-03-15", "-0043-03-15", "-0043-03-15", "-0043-03-15", "day"),
    ("Y-17000", "-17000-01-01", "-17000-12-31", "-17000-01-01", "year"),
    ("Y12000", "+12000-01-01", "+12000-12-31", "+12000-01-01", "year"),
    ("1953-05-26/1954", "1953-05-26", "1954-12-31", "1953-05-26", "interval"),
    ("1956-06/1956", "1956-06-01", "1956-12-31", "1956-06-01", "interval"),
    ("1956/1956-06", "1956-01-01", "1956-06-30", "1956-01-01", "interval"),
    ("1957-34", "1957-04-01", "1957-06-30", "1957-04-01", "quarter"),
    ("1957-38", "1957-05-01", "1957-08-31", "1957-05-01", "third"),
    ("1957-41", "1957-07-01", "1957-12-31", "1957-07-01", "half"),
    ("[1956,1958]", "1956-01-01", "1958-12-31", "1956-01-01", "interval"),
    ("[1977..1980]", "1977-01-01", "1980-12-31", "1977-01-01", "interval"),
    ("[..1945-05-08]", None, "1945-05-08", "1945-05-08", "interval"),
    ("[1918..]", "1918-01-01", None, "1918-01-01", "interval"),
    ("../1961", None, "1961-12-31", "1961-01-01", "interval"),
    ("/1961-06", None, "1961-06-30", "1961-06-01", "interval"),
    ("1957/..", "1957-01-01", None, "1957-01-01", "interval"),
    ("1957/", "1957-01-01", None, "1957-01-01", "interval"),
]


@pytest.mark.parametrize(("edtf", "first", "last", "sort", "precision"), BOUNDS)
def test_bounds(edtf: str, first: str | None, last: str | None, sort: str, precision: str) -> None:
    date = HistoricalDate.from_edtf(edtf)
    days = iso_day(date.earliest), iso_day(date.latest), iso_day(date.sort)
    assert days == (first, last, sort)
    assert date.precision == precision
    assert date.is_interval == (precision == "interval")
    assert date.is_open == (first is None or last is None)
    assert (date.earliest == OPEN_PAST) == (first is None)
    assert (date.latest == OPEN_FUTURE) == (last is None)


def test_open_bounds_and_the_furthest_years_fit_a_32_bit_column() -> None:
    furthest = HistoricalDate.from_edtf(f"Y{FURTHEST_YEAR}")
    oldest = HistoricalDate.from_edtf(f"Y-{FURTHEST_YEAR}")
    assert -(2**31) <= OPEN_PAST < oldest.earliest
    assert furthest.latest < OPEN_FUTURE <= 2**31 - 1


def test_ends_of_a_span() -> None:
    span = parse("c. 1954 – 8 February 1955")
    assert span.start == HistoricalDate("1954~")
    assert span.end == HistoricalDate("1955-02-08")
    assert (parse("by 1961").start, parse("by 1961").end) == (None, HistoricalDate("1961"))
    assert (parse("1957/").start, parse("1957/").end) == (HistoricalDate("1957"), None)
    month = parse("June 1956")
    assert month.start is month
    assert month.end is month


@pytest.mark.parametrize(
    ("edtf", "approximate", "uncertain"),
    [("1957", False, False), ("1957~", True, False), ("1957?", False, True), ("1957%", True, True),
     ("1957/1961?", False, True), ("1957~/1961", True, False)],
)  # fmt: skip
def test_qualifiers_of_either_end_count(edtf: str, approximate: bool, uncertain: bool) -> None:
    date = HistoricalDate.from_edtf(edtf)
    assert (date.is_approximate, date.is_uncertain) == (approximate, uncertain)


def test_open_and_unknown_ends_stay_distinct() -> None:
    assert parse("1957/").edtf != parse("1957/..").edtf
    assert parse("1957/").display() != parse("1957/..").display()
    assert parse("/1961").display() != parse("../1961").display()


def test_year_for_headings_is_astronomical_and_follows_the_sort() -> None:
    assert parse("44 BCE").year == -43
    assert parse("by 1961").year == 1961
    assert parse("1957–1961").year == 1957


def test_overlap_counts_both_ends() -> None:
    june = parse("June 1956")
    first, last = day_number(1956, 6, 1), day_number(1956, 6, 30)
    assert june.overlaps(last, last + 9)
    assert june.overlaps(first - 9, first)
    assert not june.overlaps(last + 1, last + 9)
    assert not june.overlaps(first - 9, first - 1)
    assert not june.overlaps(last, first), "an inverted range holds no day"
    assert parse("by 1961").overlaps(day_number(-3000), day_number(-2999))
    assert parse("from 1957").overlaps(OPEN_FUTURE - 1, OPEN_FUTURE)


# --- display ----------------------------------------------------------------------------------

DISPLAY = [
    ("1956-06", "June 1956"),
    ("1957~", "c. 1957"),
    ("1902-01-08?", "8 January 1902 (uncertain)"),
    ("1957%", "c. 1957 (uncertain)"),
    ("-0043", "44 BCE"),
    ("0000", "1 BCE"),
    ("0999", "999 CE"),
    ("1000", "1000"),
    ("1953-21", "spring 1953"),
    ("1953-24", "winter 1953–54"),
    ("1999-24", "winter 1999–2000"),
    ("0000-24", "winter 1 BCE – 1 CE"),
    ("-0043-24", "winter 44–43 BCE"),
    ("195X", "1950s"),
    ("200X?", "2000s (decade, uncertain)"),
    ("20XX", "21st century"),
    ("10XX", "11th century"),
    ("1956-XX-XX~", "a day in 1956 (approximate)"),
    ("1957/1961", "1957–1961"),
    # what begins and ends at the same time is said once
    ("1957/1957", "1957"),
    ("1960-05-01/1960-05-01", "1 May 1960"),
    ("1956-06/1956-06", "June 1956"),
    # one of several is no span that lasted
    ("[1977..1980]", "between 1977 and 1980"),
    # Whose doubt it is: of all, of one end, or of the last of several.
    ("[1977?..1980?]", "between 1977 and 1980 (uncertain)"),
    ("[1977..1980?]", "between 1977 and 1980 (end uncertain)"),
    ("[1955,1956?,1957?]", "1955, 1956 (uncertain) or 1957 (last uncertain)"),
    ("[1953-03-05..1953-03-09]", "between 5 and 9 March 1953"),
    ("[1956,1957]", "1956 or 1957"),
    ("[1956,1957,1958]", "1956, 1957 or 1958"),
    ("[1953-03-05,1953-03-06]", "5 or 6 March 1953"),
    ("[..1952]", "before 1953"),
    ("[..1945-05-08]", "before 9 May 1945"),
    ("[1918..]", "after 1917"),
    ("[..1957~]", "c. 1957 or earlier"),
    ("[..1956?]", "before 1957 (uncertain)"),
    ("[1953-21..]", "spring 1953 or later"),
    ("1957-34", "second quarter of 1957"),
    ("1957-40", "first half of 1957"),
    ("1953-37", "early 1953"),
    ("1953-38", "mid-1953"),
    ("1952-39/1953-37", "late 1952 – early 1953"),
    ("192X/193X", "1920s – 1930s"),
    ("-0048/-0043", "49–44 BCE"),
    ("-0026/0014", "27 BCE – 14 CE"),
    ("0900/1100", "900 CE – 1100"),
    ("1954~/1956", "c. 1954 – 1956"),
    ("1956-02-14/1956-02-25", "14–25 February 1956"),
    ("1953-05-26/1953-06-26", "26 May – 26 June 1953"),
    ("1953-03-05/1955-02-08", "5 March 1953 – 8 February 1955"),
    ("1956-03/1956-10", "March–October 1956"),
    ("1953-21/1953-24", "spring 1953 – winter 1953–54"),
    ("1956-02-27/1960-07?", "27 February 1956 – July 1960 (end uncertain)"),
    ("../1961", "by 1961"),
    ("../1961?", "by 1961 (uncertain)"),
    ("/1961?", "until 1961 (uncertain, start unknown)"),
    ("1957/..", "from 1957"),
    ("1957/", "from 1957 (end unknown)"),
]


@pytest.mark.parametrize(("edtf", "shown"), DISPLAY)
def test_display(edtf: str, shown: str) -> None:
    date = HistoricalDate.from_edtf(edtf)
    assert date.display() == shown
    assert str(date) == shown


@pytest.mark.parametrize(
    ("words", "echo"),
    [
        ("June 1956", "Understood as June 1956. Sorts from 1 June 1956 to 30 June 1956."),
        ("5 march 1953",
         "Understood as 5 March 1953. Sorts on 5 March 1953."),
        ("by 1961", "Understood as by 1961. Sorts at 1 January 1961; no earliest day, "
                    "latest day 31 December 1961."),
        ("since 1957", "Understood as from 1957. Sorts from 1 January 1957; no latest day."),
    ],
)  # fmt: skip
def test_echo(words: str, echo: str) -> None:
    assert parse(words).describe() == echo


# --- Old Style --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "edtf", "old_style"),
    [
        ("3 April 1894 O.S.", "1894-04-15", "3 April"),
        ("3 April 1894 (Old Style)", "1894-04-15", "3 April"),
        ("O.S. 3 April 1894", "1894-04-15", "3 April"),
        ("15 April 1894 (O.S. 3 April)", "1894-04-15", "3 April"),
        ("15 April 1894 (3 April O.S.)", "1894-04-15", "3 April"),
        ("3 April 1894 (15 April N.S.)", "1894-04-15", "3 April"),
        ("15 April [O.S. 3 April] 1894", "1894-04-15", "3 April"),
        ("3 April O.S. / 15 April N.S. 1894", "1894-04-15", "3 April"),
        ("3/15 April 1894", "1894-04-15", "3 April"),
        ("3 (15) April 1894", "1894-04-15", "3 April"),
        ("c. 15 April 1894 (O.S. 3 April)", "1894-04-15~", "3 April"),
        # the Julian year ends twelve or thirteen days later than the Gregorian one
        ("8 January 1902 (O.S. 26 December 1901)", "1902-01-08", "26 December 1901"),
        ("8 January 1902 (O.S. 26 December)", "1902-01-08", "26 December 1901"),
        ("26 December 1901 O.S.", "1902-01-08", "26 December 1901"),
        # 1900 was a leap year in the Julian calendar only
        ("29 February 1900 O.S.", "1900-03-13", "29 February"),
        # New Style alone gives no pair
        ("15 April 1894 N.S.", "1894-04-15", ""),
        ("15 April 1894", "1894-04-15", ""),
    ],
)
def test_old_style(words: str, edtf: str, old_style: str) -> None:
    date = parse(words)
    assert (date.edtf, date.old_style, date.text) == (edtf, old_style, words)
    again = parse(date.display())
    assert (again.edtf, again.old_style) == (edtf, old_style)


def test_a_pair_that_disagrees_is_refused_with_the_right_day() -> None:
    message = refused("16 April 1894 (O.S. 3 April)")
    assert "3 April 1894 Old Style was 15 April 1894, not 16 April 1894" in message


def test_words_stored_with_edtf_keep_their_pair_and_may_not_contradict_it() -> None:
    date = HistoricalDate.from_edtf("1894-04-15", "15 April 1894 (O.S. 3 April)")
    assert date.display() == "15 April 1894 (3 April Old Style)"
    with pytest.raises(DateError, match="give 15 April 1894"):
        HistoricalDate.from_edtf("1894-04-17", "15 April 1894 (O.S. 3 April)")
    # Other words are kept as they are: only a converted day can be checked.
    assert HistoricalDate.from_edtf("1954~", "mid-1954, O.S. map").old_style == ""


@pytest.mark.parametrize(
    ("julian", "gregorian"),
    [
        # the days on which countries changed over: Rome 1582, Britain 1752, Russia 1918
        ((1582, 10, 5), (1582, 10, 15)),
        ((1752, 9, 3), (1752, 9, 14)),
        ((1918, 2, 1), (1918, 2, 14)),
        ((1917, 10, 25), (1917, 11, 7)),
        ((1, 1, 1), (0, 12, 30)),
    ],
)
def test_julian_days(julian: tuple[int, int, int], gregorian: tuple[int, int, int]) -> None:
    assert julian_to_gregorian(*julian) == gregorian


# --- refusals ---------------------------------------------------------------------------------

REFUSED = [
    # words, part of the reason
    ("", "No date was given"),
    (" \u00a0\u200b ", "No date was given"),
    ("x" * 201, "201 characters"),
    ("1956\0", "cannot be shown or kept"),
    ("1956\ud800", "cannot be shown or kept"),
    ("1957²", "not understood"),  # a footnote mark is not a digit
    ("31 April 1956", "April 1956 had 30 days"),
    ("29 February 1900", "February 1900 had 28 days"),
    ("30 February 1900 O.S.", "February 1900 had 29 days"),
    ("1956-02-30", "February 1956 had 29 days"),
    ("0 June 1956", "There is no 0 June 1956"),
    ("1956-13", "no month 13"),
    ("1956-25", "one hemisphere"),
    ("1955s", "not a decade"),
    ("'50s", "does not say of which century"),
    ("in 1957 ..", "not understood"),
    ("AD 1957 BC", "not understood"),
    ("about-1957", "not understood"),  # not 1958 BCE
    ("12000", "more than four digits"),
    ("99999999999 BCE", "too far away"),
    ("101st century", "1st to the 100th"),
    ("0th century", "1st to the 100th"),
    ("Y5800001", "too far away"),
    ("Y" + "9" * 190, "not an EDTF date"),
    ("June 12000 CE", "no months in EDTF"),
    ("Y1956", "more than four digits"),
    ("-0000", "without a sign"),
    ("–1961", "lacks one end"),
    ("../..", "at least one known end"),
    ("1961–1957", "ends before it starts"),
    ("June 1957 – 31 May 1957", "ends before it starts"),
    ("unknown/1961", "older draft"),
    ("-004X", "span of years"),
    # level 2
    ("{1960,1961-12}", "level 2"),
    ("156X-12-25", "level 2"),
    ("XXXX", "does not say which year"),
    ("XXXX-12-XX", "Try “1956-12”."),
    # years that do not follow each other: what is offered holds them
    ("19X3", "Try “19XX”."),
    ("1956-02-3X", "had 29 days"),
    ("2004-?06-11", "level 2"),
    ("[1956-XX,1957..]", "level 2"),
    ("1957-25", "of one hemisphere"),
    ("1950S2", "level 2"),
    ("1956 (spring)", "not understood"),
    ("1957 (end unknown)", "does not fit"),
]


@pytest.mark.parametrize(("words", "reason"), REFUSED)
def test_refusals_say_why_and_offer_what_works(words: str, reason: str) -> None:
    assert reason in refused(words)


@pytest.mark.parametrize(
    ("words", "example"),
    [
        ("5/3/1953", "3 May 1953"),
        ("1917–21", "1917–1921"),
        ("40s BCE", "49–40 BCE"),
        ("1957/1955", "1955/1957"),
    ],
)
def test_refusals_offer_the_nearest_thing(words: str, example: str) -> None:
    with pytest.raises(DateError) as caught:
        parse(words)
    assert example in offered(caught.value)


@pytest.mark.parametrize("edtf", ["June 1956", "garbage", "1957/1955", "", "{1956,1957}"])
def test_a_value_cannot_hold_what_is_not_edtf(edtf: str) -> None:
    with pytest.raises(DateError):
        HistoricalDate(edtf)


# --- properties -------------------------------------------------------------------------------

years = st.one_of(st.integers(1000, 2100), st.integers(-3000, 9999))


def edtf_year(year: int) -> str:
    return f"{'-' if year < 0 else ''}{abs(year):04}"


@st.composite
def points(draw: st.DrawFn, *, whole: bool = False) -> str:
    """EDTF dates of levels 0 and 1; `whole` leaves out those that may not end a span."""
    year = edtf_year(draw(years))
    month = draw(st.integers(1, 12))
    kinds = ["day", "month", "year", "season", "part", "long"]
    kind = draw(st.sampled_from(kinds if whole else [*kinds, "mask", "digits"]))
    length = days_in_month(int(year), month)
    text = {
        "day": f"{year}-{month:02}-{draw(st.integers(1, length)):02}",
        "month": f"{year}-{month:02}",
        "year": year,
        "season": f"{year}-{draw(st.integers(21, 24))}",
        "part": f"{year}-{draw(st.integers(33, 41))}",
        "long": f"Y{draw(st.sampled_from(['', '-']))}{draw(st.integers(10_000, FURTHEST_YEAR))}",
        "mask": draw(st.sampled_from([f"{year}-XX", f"{year}-XX-XX", f"{year}-{month:02}-XX"])),
        "digits": draw(
            st.one_of(
                st.integers(0, 999).map("{:03}X".format),
                st.integers(0, 99).map("{:02}XX".format),
                st.integers(0, 99).map("-{:02}XX".format),
            )
        ),
    }[kind]
    return text + draw(st.sampled_from(["", "", "~", "?", "%"]))


@st.composite
def dates(draw: st.DrawFn) -> HistoricalDate:
    if draw(st.booleans()):
        return HistoricalDate(draw(points()))
    ends = sorted(
        [HistoricalDate(draw(points(whole=True))), HistoricalDate(draw(points(whole=True)))],
        key=lambda date: date.earliest,
    )
    first, last = (end.edtf for end in ends)
    shape = draw(
        st.sampled_from(
            [
                "{0}/{1}",
                "../{0}",
                "/{0}",
                "{0}/..",
                "{0}/",
                "[{0}..{1}]",
                "[..{0}]",
                "[{0}..]",
                "[{0},{1}]",
            ]
        )
    )
    return HistoricalDate(shape.format(first, last))


@given(dates())
def test_what_is_shown_reads_back_as_the_same_date(date: HistoricalDate) -> None:
    shown = date.display()
    again = parse(shown)
    # A span from 1957 to 1957 is shown as 1957, and so read as a date.
    once = date.is_interval and date.start == date.end and not date.is_one_of
    assert again.edtf == (date.edtf.split("/")[0] if once else date.edtf)
    assert again.display() == shown


@given(dates())
def test_bounds_are_ordered_and_edtf_is_canonical(date: HistoricalDate) -> None:
    assert OPEN_PAST <= date.earliest <= date.sort <= date.latest <= OPEN_FUTURE
    if not re.fullmatch(r"[0-9]{4}-(0[1-9]|1[0-2]|2[1-4]|3[3-9]|4[01])[?]?|-[1-9].*", date.edtf):
        # "1904-05" in words may be two years; kept as EDTF it is May.
        assert parse(date.edtf) == date
    assert HistoricalDate(date.edtf) == date
    assert date.overlaps(date.sort, date.sort)
    assert (iso_day(date.earliest) is None or iso_day(date.latest) is None) == date.is_open


@given(st.dates(), st.dates())
def test_sort_agrees_with_the_calendar(one: datetime.date, other: datetime.date) -> None:
    a, b = HistoricalDate(one.isoformat()), HistoricalDate(other.isoformat())
    assert (a.sort < b.sort) == (one < other)
    assert a.sort == a.latest == day_number(one.year, one.month, one.day) == one.toordinal()
    assert iso_day(one.toordinal()) == one.isoformat()
    assert calendar_date(one.toordinal()) == (one.year, one.month, one.day)


@given(st.integers(OPEN_PAST + 1, OPEN_FUTURE - 1))
def test_days_and_dates_are_inverse_and_consecutive(number: int) -> None:
    year, month, day = calendar_date(number)
    assert day_number(year, month, day) == number
    assert calendar_date(number + 1) > (year, month, day)
    # The Gregorian calendar repeats exactly after 400 years.
    assert calendar_date(number + 146_097) == (year + 400, month, day)


@given(st.integers(-4000, 4000), st.integers(1, 12), st.integers(1, 28))
def test_julian_days_agree_with_their_julian_day_number(year: int, month: int, day: int) -> None:
    # By the usual formula for the Julian day number (Richards, Explanatory Supplement to the
    # Astronomical Almanac, 3rd ed., 15.11), offset by the number of day 0 here, 1721425.
    a = (14 - month) // 12
    number = (
        day + (153 * (month + 12 * a - 3) + 2) // 5
        + 365 * (year + 4800 - a) + (year + 4800 - a) // 4 - 32083
    )  # fmt: skip
    assert day_number(*julian_to_gregorian(year, month, day)) == number - 1721425


# What the library (edtf 5.0.2) gets wrong, or decides otherwise, beside the ends of open spans.
THEIR_FLAWS = [
    r"-24",  # a winter is its December alone there
    r"-2[1-4][~?%]",  # a season with a qualifier is not read
    r"/Y|^Y.*[/~?%]",  # a year of more than four digits is read only by itself
    r"^-.*-XX",  # unspecified months of years BCE run backwards
    r"^00?0?0?X",  # there was no year 0
    r"\[|-3[3-9]|-4[01]",  # one of a set, and parts of a year, are of other classes there
]


@given(dates())
def test_bounds_agree_with_the_edtf_library_where_that_is_right(date: HistoricalDate) -> None:
    assume(not date.is_open and not any(re.search(flaw, date.edtf) for flaw in THEIR_FLAWS))
    theirs = parse_edtf(date.edtf)
    ours = calendar_date(date.earliest), calendar_date(date.latest)
    assert ours == (tuple(theirs.lower_strict()[:3]), tuple(theirs.upper_strict()[:3]))


EDTF_LIKE = st.text(alphabet="0123456789XY-/.~?%[]{},TSE –", max_size=16)
VOCABULARY = """by from to until before after since between and c. about probably the of in a
    day month March june 1956 1957 56 5 14 3rd – - / , . ( ) (uncertain) O.S. N.S. April) (O.S. 44
    bce CE AD spring winter 1950s century 19th decade unknown open mid- 1956-06 .. ? ~ XX Thursday
    or present 0 99999999 day² [ ] old style april 15 1894 3/15 (decade) 1900s late end"""
WORDY = st.lists(st.sampled_from(VOCABULARY.split()), max_size=8)


@given(st.one_of(st.text(max_size=220), EDTF_LIKE, WORDY.map(" ".join), WORDY.map("".join)))
def test_any_text_is_understood_or_refused_with_an_example(words: str) -> None:
    try:
        date = parse(words)
    except DateError as error:
        check_offers(error)
        return
    assert date.earliest <= date.sort <= date.latest
    assert parse(date.display()).display() == date.display()
    assert len(date.edtf) <= 60
    date.describe()


@given(EDTF_LIKE, st.text(max_size=40))
def test_a_stored_pair_loads_or_is_refused(edtf: str, text: str) -> None:
    try:
        date = HistoricalDate.from_edtf(edtf, text)
    except DateError:
        return
    assert HistoricalDate.from_edtf(date.edtf, date.text) == date


# --- the calendar and its words ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "iso", "shown"),
    [
        (1, "0001-01-01", "1 January 1 CE"),
        (0, "0000-12-31", "31 December 1 BCE"),
        (day_number(-43, 3, 15), "-0043-03-15", "15 March 44 BCE"),
        (day_number(1956, 6, 30), "1956-06-30", "30 June 1956"),
        (day_number(12000), "+12000-01-01", "1 January 12000 CE"),
        (OPEN_PAST, None, ""),
        (OPEN_FUTURE, None, ""),
    ],
)
def test_days_in_words_and_iso(number: int, iso: str | None, shown: str) -> None:
    assert (iso_day(number), display_day(number)) == (iso, shown)


@pytest.mark.parametrize("day", [(1956, 2, 30), (1956, 13, 1), (1956, 0, 1), (1956, 1, 0)])
def test_days_that_do_not_exist_have_no_number(day: tuple[int, int, int]) -> None:
    with pytest.raises(DateError):
        day_number(*day)


# --- docs/dates.md ----------------------------------------------------------------------------


def rows(columns: int) -> list[tuple[str, ...]]:
    """The rows of the tables of the page that have so many columns, without their heads."""
    found = []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
        heading = cells[0] == "typed" or set(cells[0]) <= {"-"}
        if line.startswith("|") and len(cells) == columns and not heading:
            found.append(cells)
    return found


def test_the_page_has_its_tables() -> None:
    assert len(rows(3)) >= 40
    assert len(rows(2)) >= 20


@pytest.mark.parametrize(("typed", "stored", "shown"), rows(3))
def test_the_page_is_right_about_what_is_understood(typed: str, stored: str, shown: str) -> None:
    date = parse(typed)
    assert (date.edtf, date.display()) == (stored, shown)


@pytest.mark.parametrize(("typed", "because"), rows(2))
def test_the_page_is_right_about_what_is_refused(typed: str, because: str) -> None:
    assert because in refused(typed)
