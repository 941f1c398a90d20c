"""Figures that were pinned or cited: chart and table stay as they stood at one moment."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from curation.revisions import history
from curation.workflow import publishing
from tests import factories as make
from tests.support.pages import queries, words
from tests.support.versions import change

pytestmark = pytest.mark.django_db


def pinned_frame(client: Client, slug: str) -> str:
    """The frame that the page offers to whoever wants it as it is now."""
    text = client.get(f"/statistics/{slug}/").content.decode()
    snippet = re.search(r'<textarea id="embed-pinned"[^>]*>([^<]+)</textarea>', text)
    assert snippet
    source = re.search(r'src="([^"]+)"', unescape(unescape(snippet[1])))
    assert source
    parts = urlsplit(unescape(source[1]))
    return f"{parts.path}?{parts.query}"


def cited_address(client: Client, slug: str) -> str:
    """The address that the page says to cite."""
    text = client.get(f"/statistics/{slug}/").content.decode()
    cited = re.search(r'How to cite:.*?href="http://testserver([^"]+)"', text)
    assert cited
    return unescape(cited[1])


def chart_words(answer: Any) -> str:
    """What the chart says to a screen reader, or the sentence in its place: every value."""
    text = answer.content.decode()
    said = re.findall(r'<desc id="chart-summary[^"]*">([^<]+)|<p class="figure">([^<]+)', text)
    return " ".join(desc or sentence for desc, sentence in said)


def prisoners() -> tuple[Any, Any]:
    """A measure and its figure as a course brings them: nothing of them was kept yet."""
    measure = make.MeasureFactory(slug="prisoners", finding="The camps emptied")
    return measure, make.StatisticFactory(measure=measure)


def test_a_pinned_frame_keeps_a_figure_that_is_corrected_later(client: Client) -> None:
    _, figure = prisoners()
    pinned, cited = pinned_frame(client, "prisoners"), cited_address(client, "prisoners")
    # The measure itself stays at version 1: only its figure changes, twice.
    change(figure, value=1_500_000, as_written="1.5 million")
    second = pinned_frame(client, "prisoners")
    change(figure, value=1_400_000, as_written="1.4 million")
    for address, then in ((pinned, "1.6 million"), (cited, "1.6 million"), (second, "1.5 million")):
        answer = client.get(address)
        assert answer.status_code == 200
        assert then in chart_words(answer), address
        assert f"about {then}" in words(answer), "the table, too"
        assert "1.4 million" not in words(answer)
    assert "1.4 million" in chart_words(client.get("/embed/statistics/prisoners/"))


def test_a_pinned_frame_shows_no_figure_that_came_later(client: Client) -> None:
    measure, _ = prisoners()
    draft = make.StatisticFactory(
        measure=measure, status="draft", date="1957", value=900_000, as_written="900,000"
    )
    make.CitationFactory(statistic=draft)
    pinned = pinned_frame(client, "prisoners")
    publishing.publish(draft, by=None, reason="Checked")
    make.StatisticFactory(measure=measure, date="1960", value=500_000, as_written="500,000")
    live = words(client.get("/embed/statistics/prisoners/"))
    assert "900,000" in live
    assert "500,000" in live
    answer = words(client.get(pinned))
    assert "1.6 million" in answer
    assert "900,000" not in answer
    assert "500,000" not in answer


def test_a_withdrawn_figure_leaves_a_word_and_no_number(client: Client) -> None:
    measure, figure = prisoners()
    make.StatisticFactory(measure=measure, date="1953", value=2_400_000, as_written="2.4 million")
    pinned = pinned_frame(client, "prisoners")
    publishing.withdraw(figure, by=None, reason="It was misread.")
    answer = words(client.get(pinned))
    assert "1.6 million" not in answer
    assert "2.4 million" in answer
    assert "1 of them is not public any more and left out." in answer
    # What is pinned after that never had it.
    assert "not public any more" not in words(client.get(pinned_frame(client, "prisoners")))


def test_a_version_without_a_moment_ends_where_the_next_begins(client: Client) -> None:
    measure, figure = prisoners()
    change(figure, value=1_500_000, as_written="1.5 million")
    change(measure, finding="They emptied slowly")
    change(figure, value=1_400_000, as_written="1.4 million")
    for address in ("/embed/statistics/prisoners/?v=1", "/statistics/prisoners/v/1/"):
        answer = words(client.get(address))
        assert "The camps emptied" in answer
        assert "1.5 million" in answer
        assert "1.4 million" not in answer
    answer = words(client.get("/embed/statistics/prisoners/?v=2"))
    assert "They emptied slowly" in answer
    assert "1.4 million" in answer


def test_evidence_and_disputes_are_those_of_the_moment(client: Client) -> None:
    _, figure = prisoners()
    lewin = make.SourceFactory(title="The Soviet Century")
    make.CitationFactory(statistic=figure, source=lewin)
    pinned = pinned_frame(client, "prisoners")
    with history.changing(figure, by=None, reason="Disputed"):
        make.CitationFactory(statistic=figure, stance="disputes", note="It counts exiles.")
    before, now = client.get(pinned), client.get("/embed/statistics/prisoners/")
    assert "Single source" in words(before)
    assert "Disputed" not in words(before)
    assert "Disputed" in words(now)
    # A source that readers may not see any more says nothing in a frame of the past either.
    publishing.withdraw(lewin, by=None, reason="A bad copy.")
    assert "Single source" not in words(client.get(pinned))
    assert "The Soviet Century" not in words(client.get(pinned))


def test_a_figure_that_belonged_elsewhere_then_stays_there(client: Client) -> None:
    prisoners()
    exiles = make.MeasureFactory(slug="exiles", name="Exiles")
    figure = make.StatisticFactory(measure=exiles, date="1953", value=2, as_written="2.7 million")
    history.remember_new(figure, by=None)
    pinned = pinned_frame(client, "prisoners")
    change(figure, measure=exiles.__class__.objects.get(slug="prisoners"))
    assert "2.7 million" in words(client.get("/embed/statistics/prisoners/"))
    assert "2.7 million" not in words(client.get(pinned))


# A moment that is asked for, and what is wrong with it.
NO_MOMENTS = [
    "yesterday",
    # Before the measure was there, and after the present.
    "1956-02-25T12:00:00.000000Z",
    "2956-02-25T12:00:00.000000Z",
    "2026-11-25",
    "9" * 500,
]


@pytest.mark.parametrize("at", NO_MOMENTS)
def test_a_moment_at_which_the_version_did_not_stand_is_refused(client: Client, at: str) -> None:
    prisoners()
    for address in ("/embed/statistics/prisoners/?v=1", "/statistics/prisoners/v/1/?"):
        answer = client.get(f"{address}&at={at}")
        assert answer.status_code == 404
        assert "Prisoners in the GULAG" in words(answer), "the measure itself is near"


def test_a_pin_survives_a_rename_and_the_way_through_oembed(client: Client) -> None:
    measure, figure = prisoners()
    pinned, cited = pinned_frame(client, "prisoners"), cited_address(client, "prisoners")
    change(figure, value=1_500_000, as_written="1.5 million")
    change(measure, slug="inmates")
    for address in (pinned, cited):
        answer = client.get(address, follow=True)
        assert answer.redirect_chain, "the address has changed"
        assert "1.6 million" in chart_words(answer), address
    for address in (pinned, cited):
        moved = address.replace("prisoners", "inmates")
        found = client.get("/oembed", {"url": f"http://testserver{moved}"}).json()
        source = re.search(r'src="http://testserver([^"]+)"', found["html"])
        assert source
        assert "1.6 million" in chart_words(client.get(unescape(source[1])))


def test_the_past_costs_the_same_whatever_it_holds(client: Client) -> None:
    measure, figure = prisoners()
    make.CitationFactory(statistic=figure)
    change(figure, note="First counted by the camps.")
    few = queries(client, pinned_frame(client, "prisoners"))
    for year in range(1930, 1950):
        more = make.StatisticFactory(measure=measure, date=str(year))
        make.CitationFactory(statistic=more)
        change(more, note="Counted once more.")
    assert queries(client, pinned_frame(client, "prisoners")) == few
