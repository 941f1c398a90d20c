"""Drawings of figures: which one suits the data, and what of its layout always holds."""

from __future__ import annotations

from decimal import Decimal
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.dates import HistoricalDate
from reforms.charts.bars import Chart, chart
from reforms.charts.lines import DESK, PHONE, Label, Observation, line_chart
from reforms.models import Statistic


def figure(value: str, date: str | None = "1956", **fields: Any) -> Statistic:
    """A figure that was never saved."""
    return Statistic(value=Decimal(value), date=date, **fields)


@pytest.mark.parametrize(
    ("figures", "is_line"),
    [
        # A stock at two times.
        ([figure("9", "1953"), figure("4", "1960")], True),
        # A single count.
        ([figure("9")], False),
        # Two values for one time have no time between them.
        ([figure("10"), figure("16")], False),
        # A sum over two years is no stock: the total would tower over its parts.
        ([figure("9", "1937"), figure("4", "1938"), figure("13", "1937/1938")], False),
        # Parts of a whole belong to lines of their own.
        ([figure("105", "1957"), figure("70", "1960", population="in the RSFSR")], False),
        # What has no date has no place in time.
        ([figure("105", "1957"), figure("92", "1958"), figure("47", None)], False),
    ],
)
def test_a_line_should_join_observations_of_one_stock_only(
    figures: list[Statistic], *, is_line: bool
) -> None:
    drawn = chart(figures, "persons")
    assert drawn is not None
    assert bool(drawn.drawings) == is_line
    assert bool(drawn.bars) != is_line


def test_a_change_should_show_what_was_there_before() -> None:
    drawn = chart([figure("25", baseline_value=Decimal(50), change="fell")], "ministries")
    assert drawn is not None
    assert [(bar.width, bar.ghost) for bar in drawn.bars] == [
        ("100.00%", ""),
        ("50.00%", "100.00%"),
    ]


@pytest.mark.parametrize(
    ("comparator", "width", "start", "reach"),
    [
        ("exactly", "100.00%", "100.00%", ""),
        # Certain up to the value, and nobody knows how much further.
        ("over", "91.00%", "91.00%", "9.00%"),
        ("at_least", "91.00%", "91.00%", "9.00%"),
        # The value is the most it can be.
        ("under", "82.00%", "82.00%", "9.00%"),
        # Perhaps a little less, perhaps a little more.
        ("about", "86.50%", "86.50%", "9.00%"),
    ],
)
def test_an_end_that_no_source_gives_should_be_drawn_open(
    comparator: str, width: str, start: str, reach: str
) -> None:
    drawn = chart([figure("40", comparator=comparator)], "persons")
    assert drawn is not None
    bar = drawn.bars[0]
    assert (bar.width, bar.more_x, bar.more) == (width, start, reach)
    assert bool(bar.stripes) == bool(reach) == ("Stripes:" in drawn.note)


@pytest.mark.parametrize(
    ("as_written", "width", "single"),
    [
        ("14,338 of 153,502", "9.34%", False),  # a part of a whole that the source gives
        ("14,338 of 9,000", "100.00%", True),  # more than the whole: no share can be drawn
        ("15,000 of 153,502", "100.00%", True),  # another number than the value
        ("", "100.00%", True),  # nothing to measure it by
    ],
)
def test_a_part_should_be_drawn_as_a_share_of_its_whole(
    as_written: str, width: str, *, single: bool
) -> None:
    drawn = chart([figure("14338", as_written=as_written)], "persons")
    assert drawn is not None
    assert (drawn.bars[0].width, drawn.is_single) == (width, single)
    assert ("153,502" in drawn.note) == (not single)


TITLES = [
    # A stock: the first and the last value, the unit once.
    (
        [figure("236", "1952"), figure("255", "1956"), figure("330", "1961-10-31")],
        "persons",
        "from 236 persons (1952) to 330 (31 October 1961)",
    ),
    # How sure it is belongs to what is drawn.
    (
        [figure("2500000", "1953-03", comparator="about"), figure("6", "1960", comparator="under")],
        "persons",
        "from about 2,500,000 persons (March 1953) to under 6 (1960)",
    ),
    # A change whose time before nobody gives, and one whose time is given.
    (
        [figure("25", "1954", baseline_value=Decimal(55), change="fell")],
        "ministries",
        "from 55 to 25 ministries (1954)",
    ),
    (
        [figure("25", "1953/1954", baseline_value=Decimal(55), baseline_date="1950")],
        "ministries",
        "from 55 ministries (1950) to 25 (1953–1954)",
    ),
    # Two counts of one time.
    ([figure("10"), figure("16")], "years", "10 or 16 years (1956)"),
    # A sum over years is no later value of its parts: each is said.
    (
        [figure("9", "1937"), figure("13", "1937/1938"), figure("4", "1938")],
        "persons",
        "9 persons (1937), 13 (1937–1938) and 4 (1938)",
    ),
    # Parts of a whole say which.
    (
        [figure("105", "1957"), figure("70", "1960", population="in the RSFSR")],
        "councils",
        "105 councils (1957) and 70 (1960, in the RSFSR)",
    ),
    # The source’s own writing says the unit.
    ([figure("44", as_written="44%")], "percent", "44% (1956)"),
    # More of them than a title can hold.
    (
        [figure("4", "1950", population=str(n)) for n in range(3)] + [figure("9", None)],
        "councils",
        "4 figures, from 4 to 9 councils",
    ),
]


@pytest.mark.parametrize(("figures", "unit", "says"), TITLES)
def test_a_title_should_say_what_is_drawn(figures: list[Statistic], unit: str, says: str) -> None:
    drawn = chart(figures, unit)
    assert drawn is not None
    assert drawn.says == says


def contested(*figures: Statistic) -> Chart:
    for each in figures:
        each.public_citations = []
    drawn = chart(figures, "persons", [figures[0]])
    assert drawn is not None
    return drawn


def test_a_title_should_say_what_is_disputed_and_keep_to_the_line() -> None:
    notes = figure("16", "1956", baseline_value=Decimal(24), baseline_date="1953")
    counts = [figure("25", "1953-03"), figure("6", "1960")]
    assert contested(notes, *counts).says == "from 25 persons (March 1953) to 6 (1960)"
    # Where the contested change is all there is, it is the line.
    assert contested(notes).says == "from 24 persons (1953) to 16 (1956, disputed)"


SCALES = [
    # values, unit, the numbers of the scale, what they count
    (["2500000", "600000"], "persons", ["0", "1", "2"], "million persons"),
    (["309088", "11027"], "persons", ["0", "100", "200", "300"], "thousand persons"),
    (["236", "330"], "persons", ["0", "100", "200", "300"], "persons"),
    (["0.5", "0.9"], "percent", ["0", "0.2", "0.4", "0.6", "0.8"], "percent"),
    # No “thousand million tonnes”, and no “thousand percent”.
    (
        ["1300", "4000"],
        "million tonnes",
        ["0", "1,000", "2,000", "3,000", "4,000"],
        "million tonnes",
    ),
    (["1300", "4000"], "percent", ["0", "1,000", "2,000", "3,000", "4,000"], "percent"),
    # Below zero, too.
    (["-3", "5"], "degrees", ["−2", "0", "2", "4"], "degrees"),
    (["0", "0"], "persons", ["0"], "persons"),
]


@pytest.mark.parametrize(("values", "unit", "numbers", "counts"), SCALES)
def test_a_line_should_have_a_scale_of_round_values(
    values: list[str], unit: str, numbers: list[str], counts: str
) -> None:
    drawn = chart([figure(v, str(1953 + n)) for n, v in enumerate(values)], unit)
    assert drawn is not None
    for drawing in drawn.drawings:
        assert ([words for _, words in drawing.ticks], drawing.scale) == (numbers, counts)


@given(st.integers(-(10**9), 10**9), st.integers(-(10**9), 10**9), st.sampled_from([PHONE, DESK]))
def test_a_scale_should_measure_the_marks_it_stands_beside(one: int, two: int, frame: int) -> None:
    drawn = line_chart(
        [
            Observation(HistoricalDate(year), "", "value", Decimal(value))
            for year, value in (("1953", one), ("1960", two))
        ],
        frame,
        "million persons",  # so that the numbers are the values themselves
    )
    scale = {Decimal(words.replace(",", "").replace("−", "-")): y for y, words in drawn.ticks}
    assert scale[0] == drawn.zero
    assert len(scale) <= 6
    if one or two:
        assert len(scale) >= 2
    # A mark stands between the two values that its own lies between, to the pixel.
    for point, value in zip(drawn.points, (one, two), strict=True):
        assert all(y >= point.y - 1 for tick, y in scale.items() if tick <= value)
        assert all(y <= point.y + 1 for tick, y in scale.items() if tick >= value)


def edges(bar: Any) -> float:
    return max(
        float(x.rstrip("%")) + float(w.rstrip("%")) for x, w in [(bar.x, bar.width), *bar.stripes]
    )


@given(
    st.lists(
        st.tuples(
            st.decimals(min_value=0, max_value=10**9, places=2),
            st.sampled_from(["exactly", "about", "over", "under", "at_least"]),
        ),
        min_size=1,
        max_size=9,
    ),
    st.sampled_from(["percent", "persons"]),
)
def test_bars_and_stripes_should_stay_inside_the_frame(
    values: list[tuple[Decimal, str]], unit: str
) -> None:
    drawn = chart([figure(str(v), comparator=c) for v, c in values], unit)
    assert drawn is not None
    for bar in drawn.bars:
        # A hair line stands for nothing at all, and two decimals are rounded twice.
        assert edges(bar) <= 100.42
        assert 0 <= bar.y < drawn.height
    assert [bar.y for bar in drawn.bars] == sorted(bar.y for bar in drawn.bars)


@st.composite
def series(draw: st.DrawFn) -> list[Observation]:
    """Two to twelve observations in order of time, of every kind, precision and comparator."""
    years = sorted(draw(st.sets(st.integers(1900, 1990), min_size=2, max_size=12)))
    made = []
    for year in years:
        date = draw(st.sampled_from([f"{year}", f"{year}-03", f"{year}-03-05"]))
        value = draw(st.integers(0, 20_000_000))
        made.append(
            Observation(
                date=HistoricalDate(date),
                words=draw(st.sampled_from(["", "about ", "under "])) + f"{value:,}",
                kind=draw(st.sampled_from(["value", "disputed"])),
                value=Decimal(value),
                comparator=draw(st.sampled_from(["exactly", "about", "under", "over"])),
                of=draw(st.sampled_from(["", "according to Class notes on the USSR"])),
            )
        )
    return made


def at_width(label: Label, width: int) -> tuple[float, float]:
    """The left and right edge of a label when the window gives the drawing more room."""
    length = label.right - label.left
    x = float(label.x.rstrip("%")) * width / 100
    left = {"start": x, "middle": x - length / 2, "end": x - length}[label.anchor]
    return left, left + length


@given(series(), st.sampled_from([PHONE, DESK]), st.integers(0, 900))
def test_labels_should_never_leave_the_frame_or_cover_each_other(
    observations: list[Observation], frame: int, wider: int
) -> None:
    drawn = line_chart(observations, frame, "persons")
    boxes = [
        (*at_width(label, drawn.room + wider), label.top, label.bottom) for label in drawn.labels
    ]
    for left, right, top, bottom in boxes:
        assert left >= -0.1
        assert right <= drawn.room + wider + 0.1
        assert top >= 0
        assert bottom <= drawn.height
    for (l1, r1, t1, b1), (l2, r2, t2, b2) in combinations(boxes, 2):
        assert r1 <= l2 + 0.1 or r2 <= l1 + 0.1 or b1 <= t2 or b2 <= t1


@given(series())
def test_the_first_and_last_value_should_be_printed(observations: list[Observation]) -> None:
    drawn = line_chart(observations, PHONE, "persons")
    shown = {text for label in drawn.labels for text, _, _ in label.lines}
    undisputed = [o for o in observations if o.kind == "value"]
    ends = [observations[0], observations[-1]]
    assert {o.words for o in ends} <= shown
    # A disputed value is never joined to those that nobody disputes.
    assert len([s for s in drawn.segments if s.kind == "value"]) == max(len(undisputed) - 1, 0)
    assert all(0 <= point.y <= drawn.zero for point in drawn.points)


# How far the stripes of an open end are drawn up and down: templates/reforms/_line.html.
STRIPES = {"": (5, 5), "about": (16, 16), "over": (34, 5), "under": (5, 34)}


@given(series(), st.sampled_from([PHONE, DESK]))
def test_no_label_should_cover_a_mark_or_its_stripes(
    observations: list[Observation], frame: int
) -> None:
    drawn = line_chart(observations, frame, "persons")
    for label in drawn.labels:
        for point in drawn.points:
            x = float(point.x.rstrip("%")) * drawn.room / 100
            up, down = STRIPES[point.open]
            beside = label.right <= x - 5 or label.left >= x + 5
            assert beside or label.bottom <= point.y - up or label.top >= point.y + down


def test_a_label_should_stand_over_the_whole_of_what_lies_between() -> None:
    drawn = line_chart(
        [
            Observation(HistoricalDate("1953"), "9", "value", Decimal(9)),
            Observation(
                HistoricalDate("1956"), "2 to 6", "value", Decimal(2), "between", Decimal(6)
            ),
        ],
        DESK,
        "persons",
    )
    [label] = [label for label in drawn.labels if label.lines[0][0] == "2 to 6"]
    assert drawn.points[1].reach > 50
    assert label.bottom <= drawn.points[1].y - drawn.points[1].reach


def test_marks_should_be_as_precise_as_their_dates() -> None:
    drawn = line_chart(
        [
            Observation(HistoricalDate(date), "1", "value", Decimal(1))
            for date in ("1953", "1954-03", "1955-04-01")
        ],
        PHONE,
        "persons",
    )
    assert [point.shape for point in drawn.points] == ["year", "month", "day"]
