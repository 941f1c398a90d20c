"""Where marks and words of a timeline go: the promises of the layout, for any history."""

from __future__ import annotations

from itertools import combinations, groupby, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.dates import HistoricalDate, day_number
from records.timeline.drawing import WIDTH, Drawing, Item, Lane, draw, text_width
from records.timeline.layout import BREAK, Box, axis, pack

LEFT, RIGHT = 100.0, 1000.0
# From the founding of Rome to far ahead, and within a lifetime: both scales that history has.
days = st.integers(-276_000, 1_500_000) | st.integers(712_000, 722_000)
some_days = st.lists(days, min_size=1, max_size=80)
spans = st.tuples(days, days).map(lambda pair: (min(pair), max(pair)))


@given(some_days, spans | st.none())
def test_the_axis_should_keep_the_order_and_stay_in_the_frame(
    marked: list[int], focus: tuple[int, int] | None
) -> None:
    line = axis(marked, LEFT, RIGHT, focus)
    places = [line.at(day) for day in sorted(set(marked))]
    assert all(a < b for a, b in pairwise(places))
    assert places[0] > LEFT
    assert places[-1] < RIGHT
    # Beyond the ends it stops at them.
    assert line.at(-(10**7)) == LEFT
    assert line.at(10**7) == RIGHT


@given(some_days, spans | st.none())
def test_a_break_should_never_hide_a_mark(marked: list[int], focus: tuple[int, int] | None) -> None:
    line = axis(marked, LEFT, RIGHT, focus)
    assert all(line.shows(day) for day in marked)
    for gap in line.breaks:
        assert not any(gap.left <= line.at(day) <= gap.right for day in marked)


def test_quiet_years_should_be_left_out_with_a_break() -> None:
    # Stalin's first office, and the struggle after his death.
    years = [day_number(year) for year in (1922, 1953, 1954, 1955, 1956)]
    [gap] = axis(years, LEFT, RIGHT).breaks
    assert day_number(1922) < gap.first < gap.last < day_number(1953)
    assert gap.right - gap.left < (RIGHT - LEFT) / 20


def test_time_beyond_the_focus_should_be_denser() -> None:
    years = [day_number(year) for year in range(1922, 1965)]
    line = axis(years, LEFT, RIGHT, (day_number(1953), day_number(1964)))

    def width(year: int) -> float:
        return line.at(day_number(year + 1)) - line.at(day_number(year))

    assert width(1956) > 3 * width(1930)
    assert len(line.folds) == 1


def test_an_axis_should_refuse_to_be_about_nothing() -> None:
    with pytest.raises(ValueError, match="at least one day"):
        axis([], LEFT, RIGHT)


places = st.floats(LEFT, RIGHT)
boxes = st.builds(
    lambda ends, words, on, weight: Box(
        min(ends), max(ends), words, (min(ends), max(ends)) if on else (0.0, 0.0), weight
    ),
    st.tuples(places, places) | places.map(lambda x: (x, x)),
    st.floats(1, 400),
    st.booleans(),
    st.integers(1, 3),
)


@given(st.lists(boxes, max_size=60))
def test_nothing_in_a_row_should_touch(laid: list[Box]) -> None:
    placed = list(zip(laid, pack(laid, LEFT, RIGHT, most=1000), strict=True))
    for (box, place), (other, its) in combinations(placed, 2):
        if place.row == its.row:
            a, b = _reach(box, place.words), _reach(other, its.words)
            assert a[1] < b[0] or b[1] < a[0]


@given(st.lists(boxes, max_size=60), st.integers(1, 6))
def test_words_should_never_overlap_nor_leave_the_frame(laid: list[Box], most: int) -> None:
    placed = list(zip(laid, pack(laid, LEFT, RIGHT, most), strict=True))
    assert all(0 <= place.row < most for _, place in placed)
    shown = [(place.row, place.words, box.words) for box, place in placed if place.words]
    for (row, x, width), (other_row, other_x, other_width) in combinations(shown, 2):
        assert row != other_row or x + width < other_x or other_x + other_width < x
    assert all(x >= LEFT and x + width <= RIGHT for _, x, width in shown)


def test_what_weighs_more_should_get_its_words_first() -> None:
    detail, turning_point = Box(200, 210, 300, weight=1), Box(205, 215, 300, weight=3)
    places = pack([detail, turning_point], LEFT, RIGHT, most=1)
    assert [place.words for place in places] == [None, 220.0]


def test_words_should_keep_off_what_is_closed_to_them() -> None:
    dot = Box(left=400, right=410, words=60)
    # Free on both sides, closed after it, closed on both sides.
    for closed, words in [
        ([], 415),
        ([(440, 466)], 335),
        ([(440, 466), (350, 376)], None),
    ]:
        assert [p.words for p in pack([dot], LEFT, RIGHT, 9, closed)] == [words]


def test_words_should_stand_on_a_bar_beside_a_dot_and_before_the_edge() -> None:
    bar = Box(200, 500, 100, (200, 500))
    dot = Box(200, 210, 100)
    late = Box(980, 990, 100)
    assert [place.words for place in pack([bar, dot, late], LEFT, RIGHT, 9)] == [205, 215, 875]


def _reach(box: Box, words: float | None) -> tuple[float, float]:
    if words is None:
        return box.left, box.right
    return min(box.left, words), max(box.right, words + box.words)


# --- the drawing ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spans",
    [
        ("-0509", "-0508", "-0506", "-0505", "-0503", "-0497"),
        ("-0012", "0003", "0014"),
        ("1953-03-05", "1964-10-14"),
        # Months, and the January of a year before the common era.
        ("-0043-03-15", "-0042-10-23"),
    ],
)
def test_years_on_the_axis_should_not_run_into_each_other(spans: tuple[str, ...]) -> None:
    ticks = drawn(*spans).ticks
    assert len(ticks) > 1
    for one, other in pairwise(ticks):
        assert float(one.x) + text_width(one.label) < float(other.x), (one, other)


def drawn(*spans: str, style: str = "dots", **window: int) -> Drawing:
    items = [Item(HistoricalDate(span), f"Item {span}", "#x", "event") for span in spans]
    drawing = draw([Lane("Lane", items, style)], **window)
    assert drawing is not None
    return drawing


def kinds(drawing: Drawing) -> list[list[str]]:
    marks = [mark for band in drawing.bands for mark in band.marks]
    # A break cuts a stretch in two of the same kind.
    return [[kind for kind, _ in groupby(s.kind for s in mark.shapes)] for mark in marks]


@pytest.mark.parametrize(
    ("span", "expected"),
    [
        ("1956-02-25", ["dot"]),  # a day
        ("1956-03", ["sure"]),  # a month: a bar of its length
        ("1956", ["vague"]),  # some time in a year
        ("1956-22", ["vague"]),  # a season
        ("195X", ["vague"]),  # a decade
        ("1957-06-18/1957-06-29", ["sure"]),  # a known stretch
        ("1953/1956", ["vague", "sure", "vague"]),  # certain between two vague years
        ("1960/1961", ["vague"]),  # nothing between them is certain
        ("1956-02-25~", ["sure", "open"]),  # about a day
        ("1954~", ["vague", "open"]),  # at both ends
        ("1954-03/", ["vague", "open"]),  # an end that is not known
        ("/1957-03-01", ["sure", "open"]),
        ("1953-03-05/1953-06-26?", ["sure", "open"]),  # a doubtful end
    ],
)
def test_the_mark_should_show_what_is_known(span: str, expected: list[str]) -> None:
    assert kinds(drawn("1950-01-01", span, "1965-01-01"))[1] == expected


def test_a_bar_should_show_the_break_that_it_crosses() -> None:
    [band] = drawn("1922-04-03/1952-10-16", "1953-03-05/1955-02-08", style="bars").bands
    left, right = band.marks[0].shapes
    assert float(left.x) + float(left.width) + BREAK == pytest.approx(float(right.x), abs=0.2)


@pytest.mark.parametrize(
    ("spans", "said"),
    [
        (("1956-02-25",), "1 item in 1956: Lane 1"),
        (("1953-03-05", "1964-10-14"), "2 items from 1953 to 1964: Lane 2"),
        (("-0043-03-15", "0014-08-19"), "2 items from 44 BCE to 14 CE: Lane 2"),
    ],
)
def test_a_drawing_should_say_what_it_holds(spans: tuple[str, ...], said: str) -> None:
    assert drawn(*spans).summary == said


@pytest.mark.parametrize(
    ("spans", "every", "labels"),
    [
        # years before the common era by the numbers in their names, and no year 0 between
        (["-0099", "-0050", "0000", "0050", "0099"], 2, {"100 BCE", "50 BCE", "2 BCE", "50 CE"}),
        (["-0999/-0500", "-0100", "0100", "0500/0999"], 20, {"1000 BCE", "100 BCE", "100 CE"}),
    ],
)
def test_ticks_should_stand_at_round_years(spans: list[str], every: int, labels: set[str]) -> None:
    ticks = {tick.label for tick in drawn(*spans).ticks}
    assert labels <= ticks
    assert all(int(label.split()[0]) % every == 0 for label in ticks), ticks


@pytest.mark.parametrize("style", ["dots", "bars"])
@pytest.mark.parametrize("span", ["1900/1999", "19XX", "1900~/1999", "[1900..1999]"])
def test_what_is_longer_than_the_span_should_keep_its_words(span: str, style: str) -> None:
    drawing = drawn(span, style=style, first=day_number(1962), last=day_number(1962, 12, 31))
    (mark,) = drawing.bands[0].marks
    assert mark.text == f"Item {span}"
    assert mark.is_long
    # On the bar, which is as high as its words.
    bar = next(shape for shape in mark.shapes if shape.kind in ("sure", "vague"))
    assert int(bar.x) < int(mark.x) < int(bar.x) + int(bar.width)
    assert int(bar.height) >= 13


def test_nothing_dated_should_draw_nothing() -> None:
    assert draw([]) is None
    assert draw([Lane("Events", [])]) is None


def test_a_span_should_cut_what_runs_beyond_it() -> None:
    window = {"first": day_number(1956), "last": day_number(1958)}
    drawing = drawn("1922/1952", "1953-09-07/1964-10-14", "1956-02-25", style="bars", **window)
    labels = [tick.label for tick in drawing.ticks]
    assert "1956" in labels
    assert "1953" not in labels
    assert "1964" not in labels


def test_an_open_end_should_not_put_what_is_known_into_another_time() -> None:
    # Known to 1957 and from 1964; whether either ran in 1940 or 1990 no source says.
    forties = {"first": day_number(1940), "last": day_number(1942)}
    assert kinds(drawn("1941-05-06", "/1957-03", style="bars", **forties))[1] == ["open"]
    assert kinds(drawn("1964-10-15/", style="bars", first=day_number(1990))) == [["open"]]


def test_many_lanes_should_become_fewer() -> None:
    item = Item(HistoricalDate("1956"), "Item", "#x", "tenure")
    drawing = draw([Lane(f"Lane {n}", [item]) for n in range(100)])
    assert drawing is not None
    assert len(drawing.bands) == 24
    assert drawing.bands[-1].title[0][1] == "77 others"
    assert sum(len(band.marks) for band in drawing.bands) == 100


edtf = st.tuples(st.integers(1900, 1990), st.integers(1, 12), st.integers(1, 28)).flatmap(
    lambda ymd: st.sampled_from(
        [
            f"{ymd[0]}",
            f"{ymd[0]}~",
            f"{ymd[0]}-{ymd[1]:02}",
            f"{ymd[0]}-{ymd[1]:02}-{ymd[2]:02}",
            f"{ymd[0]}-{ymd[1]:02}-{ymd[2]:02}/{ymd[0] + 3}?",
            f"{ymd[0]}/",
            f"/{ymd[0]}-{ymd[1]:02}",
        ]
    )
)
windows = st.integers(693_000, 730_000) | st.none()


@given(st.lists(edtf, min_size=1, max_size=30), windows, windows, st.sampled_from(["dots", "bars"]))
def test_everything_should_be_drawn_inside_the_frame(
    found: list[str], first: int | None, last: int | None, style: str
) -> None:
    if first is not None and last is not None and first > last:
        first, last = last, first
    items = [Item(HistoricalDate(span), span * 4, "#x", "event") for span in found]
    drawing = draw([Lane("Lane", items, style)], first=first, last=last)
    assert drawing is not None
    marks = [mark for band in drawing.bands for mark in band.marks]
    assert len(marks) == len(found)
    for mark in marks:
        assert mark.shapes
        for shape in mark.shapes:
            if shape.width:
                assert drawing.left - 0.1 <= float(shape.x)
                assert float(shape.x) + float(shape.width) <= WIDTH
                assert float(shape.y) + float(shape.height) <= drawing.height
    ticks = [float(tick.x) for tick in drawing.ticks]
    assert ticks == sorted(ticks)
