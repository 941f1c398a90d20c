"""The box of a figure takes what people write, and never changes it without a word."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from reforms.models import Statistic
from tests.factories import MeasureFactory, StatisticFactory
from tests.support.admin_forms import data_of, errors_of, page_of

pytestmark = pytest.mark.django_db


def saved(desk: Client, unit: str = "persons", **typed: str) -> Statistic:
    """The figure that stands after a form with `typed` in its boxes is saved."""
    statistic = StatisticFactory(
        status="draft",
        as_written="",
        comparator="exactly",
        measure=MeasureFactory(unit=unit),
        value=5,
    )
    page = page_of(statistic)
    answer = desk.post(page, data_of(desk, page) | {"change_reason": "read again"} | typed)
    assert answer.status_code == 302, errors_of(answer)
    statistic.refresh_from_db()
    return statistic


@pytest.mark.parametrize(
    ("text", "unit", "comparator", "value", "upper", "as_written"),
    [
        # what a box of the type number dropped or changed
        ("1.6 million", "persons", "exactly", "1600000", None, "1.6 million"),
        ("−3.5", "percent", "exactly", "-3.5", None, ""),
        ("1/2", "percent", "exactly", "50", None, "1/2"),
        ("5–8", "persons", "between", "5", "8", ""),
        ("over 26,000", "persons", "over", "26000", None, ""),
        ("1.600.000", "persons", "exactly", "1600000", None, "1.600.000"),
    ],
)
def test_a_box_should_keep_what_is_meant(
    desk: Client,
    text: str,
    unit: str,
    comparator: str,
    value: str,
    upper: str | None,
    as_written: str,
) -> None:
    figure = saved(desk, unit, value=text)
    assert (figure.comparator, figure.value, figure.as_written) == (
        comparator,
        Decimal(value),
        as_written,
    )
    assert figure.upper_value == (None if upper is None else Decimal(upper))


@pytest.mark.parametrize(
    ("before", "after", "phrase"),
    [
        # words stay words on both sides of a change
        ("1/2", "1/3", "fell from 1/2 to 1/3"),
        ("over half", "44 per cent", "fell from over half to 44"),
        # and two numbers stay two
        ("50–55", "25", "fell from between 50 and 55 to 25"),
        ("c. 55", "5–8", "fell from about 55 to between 5 and 8"),
    ],
)
def test_what_was_before_should_be_read_as_what_came_after(
    desk: Client, before: str, after: str, phrase: str
) -> None:
    figure = saved(desk, "percent", baseline_value=before, value=after, change="fell")
    assert figure.phrase == phrase


@pytest.mark.parametrize(
    ("typed", "place", "words"),
    [
        ({"baseline_value": "8–5"}, "baseline_value", "higher"),
        ({"baseline_value": "1,5"}, "baseline_value", "“1.5” or “15”"),
        (
            {"baseline_value": "55", "baseline_as_written": "65"},
            "baseline_as_written",
            "“65” is 65, and the value is 55",
        ),
        ({"baseline_as_written": "half"}, "baseline_value", "needs its number here"),
        ({"baseline_value": "5", "baseline_upper_value": "8"}, "baseline_upper_value", "Only"),
        ({"value": "1,5"}, "value", "“1.5” or “15”"),
        ({"value": "many"}, "value", "not understood"),
        ({"value": "44%"}, "value", "counts in"),
        ({"value": "237412", "as_written": "2,374,120"}, "as_written", "2,374,120"),
        ({"value": "over 5", "comparator": "under"}, "comparator", "something else"),
    ],
)
def test_doubt_and_contradiction_should_be_errors_at_their_place(
    desk: Client, typed: dict[str, str], place: str, words: str
) -> None:
    statistic = StatisticFactory(
        status="draft", as_written="", measure=MeasureFactory(unit="persons")
    )
    page = page_of(statistic)
    found = errors_of(desk.post(page, data_of(desk, page) | typed))
    assert list(found) == [place]
    assert words in found[place][0]


def test_the_echo_should_say_how_a_figure_is_understood(desk: Client) -> None:
    url = reverse("admin:figure-echo")
    assert desk.get(url, {"words": "over 1.6 million"}).json() == {
        "understood": True,
        "message": "Understood as over 1,600,000.",
    }
    assert not desk.get(url, {"words": "1,5"}).json()["understood"]


def test_saving_unchanged_should_change_nothing(desk: Client) -> None:
    statistic = StatisticFactory(status="draft", as_written="", value=Decimal("1.625"))
    page = page_of(statistic)
    assert 'value="1.625"' in desk.get(page).content.decode()
    answer = desk.post(page, data_of(desk, page) | {"change_reason": "nothing"})
    assert answer.status_code == 302
    statistic.refresh_from_db()
    assert statistic.value == Decimal("1.625")
