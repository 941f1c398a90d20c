"""The pages of figures: the finding, the bars, the evidence, and what is disputed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from records.models import Status
from reforms.charts.bars import chart
from reforms.models import Measure, Statistic
from tests.factories import (
    CitationFactory,
    EventFactory,
    MeasureFactory,
    ReformFactory,
    SourceFactory,
    StatisticFactory,
    TopicEntryFactory,
    TopicFactory,
)
from tests.support.growing import grow_measure
from tests.support.pages import json_ld, queries, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def gulag() -> Any:
    return MeasureFactory(
        slug="gulag-prisoners",
        finding="The camps emptied faster than the notes say",
        caveat="Exiles in “special settlements” are not counted.",
    )


def test_a_disputed_figure_should_stand_beside_what_disputes_it(client: Client, gulag: Any) -> None:
    figure = StatisticFactory(measure=gulag, public_id="gulag-1956")
    notes = SourceFactory(author="", title="Class notes", issued=None, kind="class_notes")
    CitationFactory(statistic=figure, source=notes, locator="S9")
    CitationFactory(
        statistic=figure, stance="disputes", note="A count of 1,360,303 already in 1954."
    )
    seen = words(client.get("/statistics/gulag-prisoners/"))
    block = seen[seen.index("What is disputed") :]
    assert "About 1.6 million persons, 1956" in block
    # The oldest source first, one without a date last.
    assert block.index(
        "1 Disputes it A count of 1,360,303 already in 1954. Moshe Lewin, 2005 ,"
    ) < block.index("2 Teaches it Class notes , S9. Class notes; passage read.")


def test_figures_that_contradict_each_other_should_stand_side_by_side(
    client: Client, gulag: Any
) -> None:
    CitationFactory(statistic=StatisticFactory(measure=gulag), locator="class notes, S9")
    CitationFactory(
        statistic=StatisticFactory(
            measure=gulag, value=781_630, as_written="", comparator="exactly"
        ),
        locator="count of 1 January",
    )
    StatisticFactory(measure=gulag, date="1960", value=600_000, comparator="under", as_written="")
    page = client.get("/statistics/gulag-prisoners/")
    seen = words(page)
    block = seen[seen.index("What is disputed") : seen.index("The other figures")]
    for part in ("1956: 2 figures", "1.6 million persons", "781,630 persons", "S9", "1 January"):
        assert part in block
    assert "600,000" not in block
    # The drawing marks both, and neither wins.
    for drawing in page.context["chart"].drawings:
        assert [point.kind for point in drawing.points] == ["disputed", "disputed", "value"]
        assert {label.lines[0][:2] for label in drawing.labels} == {
            ("about 1.6 million, disputed", "words disputed"),
            ("781,630, disputed", "words disputed"),
            ("under 600,000", "words value"),
        }
        # A line joins only what nothing contradicts.
        assert drawing.segments == []
    # Every figure has one place of its own, whatever list it stands in.
    for figure in Statistic.objects.all():
        assert page.content.decode().count(f'id="figure-{figure.public_id}"') == 1


def test_a_measure_should_lead_with_its_finding_and_table(client: Client, gulag: Any) -> None:
    StatisticFactory(measure=gulag, population="Ukraine only")
    StatisticFactory(
        measure=gulag, population="Georgia only", value=200_000, as_written="0.2 million"
    )
    page = client.get("/statistics/gulag-prisoners/")
    seen = words(page)
    assert seen.index("The camps emptied faster") < seen.index("1.6 million")
    assert "All bars start at zero. Stripes: the source gives no end" in seen
    assert "What you should know about this figure" in seen
    assert "Exiles in “special settlements” are not counted." in seen
    assert "Ukraine only" in seen
    body = page.content.decode()
    assert 'role="img" aria-labelledby="chart-title chart-summary"' in body
    # The title says what is drawn; the finding, which says what to see in it, stands over it.
    says = (
        "Prisoners in the GULAG: about 1.6 million persons (1956, Ukraine only) "
        "and about 0.2 million (1956, Georgia only)"
    )
    assert seen.index("The camps emptied faster") < seen.index(says)
    assert f'<title id="chart-title">{says}' in body
    assert '<th scope="row"><time datetime="1956">1956</time></th>' in body
    assert "style=" not in body
    data = json_ld(page, "Dataset")
    assert data["variableMeasured"]["unitText"] == "persons"


def test_a_single_number_should_be_a_sentence_and_no_chart(client: Client, gulag: Any) -> None:
    StatisticFactory(measure=gulag)
    page = client.get("/statistics/gulag-prisoners/")
    assert "About 1.6 million persons ( 1956 )" in words(page)
    assert 'role="img"' not in page.content.decode()


def figure(value: str, **fields: Any) -> Statistic:
    """A figure that was never saved."""
    fields.setdefault("date", "1956")
    return Statistic(value=Decimal(value), **fields)


@pytest.mark.parametrize(
    ("figures", "unit", "widths"),
    [
        # The longest bar takes the whole width.
        ([figure("50"), figure("25")], "ministries", ["100.00%", "50.00%"]),
        # A share is drawn against its whole.
        ([figure("44")], "percent", ["44.00%"]),
        # Growth over 100 percent is no share.
        ([figure("150")], "percent", ["100.00%"]),
        # A change is two bars: before, then after.
        (
            [figure("25", baseline_value=Decimal(50), change="fell")],
            "ministries",
            ["100.00%", "50.00%"],
        ),
        # Nothing is drawn as a hair line, and does not divide by zero.
        ([figure("0")], "persons", ["0.40%"]),
        # A loss runs to the left of zero.
        ([figure("-50"), figure("50")], "persons", ["50.00%", "50.00%"]),
    ],
)
def test_bars_should_start_at_zero(figures: list[Statistic], unit: str, widths: list[str]) -> None:
    drawn = chart(figures, unit)
    assert drawn is not None
    assert [bar.width for bar in drawn.bars] == widths


def test_a_range_should_be_drawn_to_its_upper_value() -> None:
    drawn = chart([figure("20", upper_value=Decimal(40), comparator="between")], "persons")
    assert drawn is not None
    assert (drawn.bars[0].width, drawn.bars[0].more_x, drawn.bars[0].more) == (
        "50.00%",
        "50.00%",
        "50.00%",
    )
    assert drawn.bars[0].words == "between 20 and 40"


def test_bars_should_stand_in_order_of_time_with_undated_ones_last() -> None:
    drawn = chart(
        [
            figure("3", date=None),
            figure("2", date="1960"),
            figure("1", date="1956", baseline_value=Decimal(9), baseline_date="1953"),
        ],
        "persons",
    )
    assert drawn is not None
    assert [bar.label for bar in drawn.bars] == ["1953 (before 1956)", "1956", "1960", "undated"]
    assert drawn.summary == "1953 (before 1956): 9; 1956: 1; 1960: 2; undated: 3"


def test_a_change_without_a_date_should_still_say_what_came_first() -> None:
    fall = figure("47", date=None, baseline_value=Decimal(105), baseline_date="1957-05-10")
    drawn = chart([fall], "councils")
    assert drawn is not None
    assert [bar.label for bar in drawn.bars] == ["10 May 1957, and then", "undated"]


def test_words_should_be_broken_where_they_do_not_fit_a_phone() -> None:
    drawn = chart(
        [
            figure("55"),
            figure("25", as_written="twenty-five of the ministries that the notes speak of"),
        ],
        "ministries",
    )
    assert drawn is not None
    short, long = drawn.bars
    assert [(line.text, line.end) for line in short.lines] == [("1956", False), ("55", True)]
    assert [line.text for line in long.lines] == [
        "1956",
        "twenty-five of the ministries",
        "that the notes speak of",
    ]
    # Nothing is drawn over anything else.
    assert short.lines[-1].y < short.y < long.lines[0].y < long.lines[-1].y < long.y < drawn.height


def test_no_figures_should_draw_nothing() -> None:
    assert chart([], "persons") is None


@pytest.mark.parametrize(
    ("figures", "words_shown"),
    [
        (["1956"], ""),  # one undisputed figure
        (["1956 disputed"], "One disagreement"),
        (["1956 disputed", "1957 disputed"], "Two disagreements"),
        (["1956", "1956 other"], "One disagreement"),  # two values for one date
        (["1956 disputed", "1956 other"], "One disagreement"),  # the same quarrel, told once
    ],
)
def test_the_list_should_count_disagreements_in_words(
    client: Client, gulag: Any, figures: list[str], words_shown: str
) -> None:
    for described in figures:
        date, _, kind = described.partition(" ")
        value = 781_630 if kind == "other" else 1_600_000
        found = StatisticFactory(measure=gulag, date=date, value=value, as_written="")
        if kind == "disputed":
            CitationFactory(statistic=found, stance="disputes")
    page = client.get("/statistics/")
    assert "The camps emptied faster than the notes say" in words(page)
    assert page.context["rows"][0][1].words == words_shown
    assert words_shown in words(page)


def test_a_dispute_by_a_hidden_source_should_not_count(client: Client, gulag: Any) -> None:
    figure = StatisticFactory(measure=gulag)
    CitationFactory(statistic=figure, stance="disputes", source=SourceFactory(status=Status.DRAFT))
    assert client.get("/statistics/").context["rows"][0][1].words == ""


def test_empty_pages_should_lead_on(client: Client, gulag: Any) -> None:
    assert "No figure of this measure" in words(client.get("/statistics/gulag-prisoners/"))
    Measure.objects.all().delete()
    assert "No figures have been published yet" in words(client.get("/statistics/"))


def test_a_measure_should_never_show_a_draft(client: Client, gulag: Any) -> None:
    draft = {"status": Status.DRAFT}
    StatisticFactory(measure=gulag, note="CANARY figure", **draft)
    shown = StatisticFactory(
        measure=gulag,
        reform=ReformFactory(title="CANARY reform", **draft),
        event=EventFactory(title="CANARY event", **draft),
    )
    CitationFactory(statistic=shown, source=SourceFactory(author="CANARY author", **draft))
    CitationFactory(measure=gulag, source=SourceFactory(author="CANARY author", **draft))
    TopicEntryFactory(event=None, measure=gulag, topic=TopicFactory(title="CANARY", **draft))
    MeasureFactory(name="CANARY measure", **draft)
    for page in ("/statistics/", "/statistics/gulag-prisoners/"):
        body = client.get(page).content.decode()
        assert "Prisoners in the GULAG" in body
        assert "CANARY" not in body


@pytest.mark.parametrize("count", [5, 35])
def test_figures_should_cost_3_queries(client: Client, count: int) -> None:
    for _ in range(count):
        CitationFactory(statistic=StatisticFactory(), stance="disputes")
    # Measures, their figures, and the courses to choose from.
    assert queries(client, "/statistics/") == 3


@pytest.mark.parametrize("count", [5, 20])
def test_a_measure_should_cost_10_queries(client: Client, gulag: Any, count: int) -> None:
    grow_measure(gulag, count)
    # The measure and its evidence; figures with and without a date, their evidence, reforms and
    # events; topics; when the figures last changed, kept as versions or brought by a course.
    assert queries(client, "/statistics/gulag-prisoners/") == 10


def test_a_past_address_should_redirect(client: Client, gulag: Any) -> None:
    gulag.slug = "camp-prisoners"
    gulag.save()
    moved = client.get("/statistics/gulag-prisoners/")
    assert (moved.status_code, moved["Location"]) == (301, "/statistics/camp-prisoners/")


@pytest.mark.usefixtures("khrushchev")
def test_the_shipped_course_should_show_the_gulag_figure_beside_its_dispute(
    client: Client,
) -> None:
    seen = words(client.get("/statistics/gulag-prisoners/"))
    block = seen[seen.index("What is disputed") : seen.index("The other figures")]
    assert "1.6 million" in block
    assert "1956" in block
    assert "Class notes" in block
    assert "Disputes it A count of 1,360,303" in block
