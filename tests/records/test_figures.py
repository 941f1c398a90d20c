"""Figures as people write them, without a database: read, asked about, refused."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.typed.figures import FigureError, number_words, read_figure

READ = [
    # text, unit of the measure, comparator, value, upper value, as written
    # grouped by commas, by spaces of any kind, by points and by apostrophes
    ("1,600,000", "", "exactly", "1600000", None, ""),
    ("1\u00a0600\u00a0000", "", "exactly", "1600000", None, "1 600 000"),
    ("1\u2009600\u2009000", "", "exactly", "1600000", None, "1 600 000"),
    ("1.600.000", "", "exactly", "1600000", None, "1.600.000"),
    ("1.234,56", "", "exactly", "1234.56", None, "1.234,56"),
    ("1'600'000", "", "exactly", "1600000", None, "1'600'000"),
    # signs: a hyphen, a minus, a dash
    ("-3.5", "", "exactly", "-3.5", None, ""),
    ("−3.5", "", "exactly", "-3.5", None, ""),
    ("minus 3.5", "", "exactly", "-3.5", None, "minus 3.5"),
    # words and letters of size
    ("1.6 million", "", "exactly", "1600000", None, "1.6 million"),
    ("42k", "", "exactly", "42000", None, "42k"),
    ("2bn", "", "exactly", "2000000000", None, "2bn"),
    ("half a million", "", "exactly", "500000", None, "half a million"),
    ("forty-two thousand", "", "exactly", "42000", None, "forty-two thousand"),
    # fractions, by themselves and of percent
    ("1/2", "", "exactly", "0.5", None, "1/2"),
    ("1/2", "percent", "exactly", "50", None, "1/2"),
    ("two thirds", "percent", "exactly", "66.666667", None, "two thirds"),
    ("over half", "percent", "over", "50", None, "half"),
    ("12½", "", "exactly", "12.5", None, "12 1/2"),
    ("33 1/3%", "percent", "exactly", "33.333333", None, "33 1/3%"),
    # ranges, whose size may be said once
    ("5–8", "", "between", "5", "8", ""),
    ("5-8", "", "between", "5", "8", ""),
    ("between 20 and 25", "", "between", "20", "25", ""),
    ("1.6–2 million", "", "between", "1600000", "2000000", "1.6–2 million"),
    # how exact it is
    ("over 26,000", "", "over", "26000", None, ""),
    ("more than 26,000", "", "over", "26000", None, ""),
    ("c. 500", "", "about", "500", None, ""),
    ("at least 24", "", "at_least", "24", None, ""),
    ("24 or more", "", "at_least", "24", None, "24 or more"),
    ("under 500", "", "under", "500", None, ""),
    ("nearly 500", "", "under", "500", None, "nearly 500"),
    # units: said by a sign they stay with the number, said by a word they follow it once
    ("£42,000", "pounds", "exactly", "42000", None, "£42,000"),
    ("44 per cent", "percent", "exactly", "44", None, ""),
    ("44%", "percent", "exactly", "44", None, "44%"),
    ("25.7‰", "per mille", "exactly", "25.7", None, "25.7‰"),
    ("26,000 persons", "persons", "exactly", "26000", None, ""),
    # the first and the last that the column holds
    ("0.000001", "", "exactly", "0.000001", None, ""),
    ("99,999,999,999,999", "", "exactly", "99999999999999", None, ""),
]


@pytest.mark.parametrize(("text", "unit", "comparator", "value", "upper", "as_written"), READ)
def test_what_people_write_should_be_read(
    text: str, unit: str, comparator: str, value: str, upper: str | None, as_written: str
) -> None:
    figure = read_figure(text, unit)
    assert (figure.comparator, figure.value, figure.as_written) == (
        comparator,
        Decimal(value),
        as_written,
    )
    assert figure.upper_value == (None if upper is None else Decimal(upper))


@pytest.mark.parametrize(
    ("text", "values"),
    [("1,5", {"1.5", "15"}), ("1.600", {"1.6", "1600"}), ("1,5 million", {"1500000", "15000000"}),
     ("over 1,5", {"1.5", "15"})],
)  # fmt: skip
def test_doubt_should_be_asked_with_both_readings(text: str, values: set[str]) -> None:
    with pytest.raises(FigureError, match="could be") as caught:
        read_figure(text)
    assert {read_figure(each).value for each in caught.value.readings} == set(map(Decimal, values))


REFUSED = [
    ("", "", "No figure"),
    ("many", "", "not understood"),
    ("25–20", "", "from the higher to the lower"),
    ("1/0", "", "divided by 0"),
    ("44%", "persons", "counts in"),
    ("at most 500", "", "not kept"),
    ("3.9e6", "", "not understood"),
    ("1" * 15, "", "fourteen digits"),
    ("0.0000001", "", "six digits"),
    ("1" * 201, "", "201 characters"),
    # a stop, a comparator or a unit with nothing to it
    (".", "", "not understood"),
    ("over .", "", "not understood"),
    (".e5", "", "not understood"),
    ("‰", "per mille", "not understood"),
    ("£", "", "not understood"),
    # what is amiss is not the unit alone
    ("£or so", "percent", "not what this measure counts in"),
    ("%999999999999999) to", "", "not understood"),
]


@pytest.mark.parametrize(("text", "unit", "reason"), REFUSED)
def test_a_refusal_should_say_why_and_offer_what_works(text: str, unit: str, reason: str) -> None:
    with pytest.raises(FigureError, match=re.escape(reason)) as caught:
        read_figure(text, unit)
    assert caught.value.examples
    for example in caught.value.examples:
        read_figure(example, unit)


@given(st.decimals(-(10**13), 10**13, places=6))
def test_what_is_shown_should_read_back_as_the_same_number(value: Decimal) -> None:
    shown = number_words(value)
    # “1.600” never is shown, since noughts behind the point are left out; “1.625” is one number.
    try:
        assert read_figure(shown).value == value
    except FigureError as error:
        assert value in {read_figure(each).value for each in error.readings}  # noqa: PT017


@given(st.text(alphabet="0123456789,. -–/%£km½'()", max_size=14) | st.text(max_size=60))
def test_any_text_should_be_read_or_refused_with_an_example(text: str) -> None:
    try:
        figure = read_figure(text)
    except FigureError as error:
        for example in error.examples:
            read_figure(example)
        return
    assert figure.upper_value is None or figure.upper_value > figure.value
