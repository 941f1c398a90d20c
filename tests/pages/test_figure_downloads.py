"""Figures to take away: a table for spreadsheets, data for programs, and how to cite them."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest
from django.test import Client

from tests import factories as make
from tests.support.pages import words

pytestmark = pytest.mark.django_db


def table(client: Client, address: str) -> list[dict[str, str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return [*csv.DictReader(StringIO(answer.content.decode(), newline=""))]


def test_the_figures_come_as_a_table_with_their_sources(client: Client) -> None:
    measure = make.MeasureFactory(slug="prisoners")
    figure = make.StatisticFactory(measure=measure, note="Camps and colonies.")
    make.CitationFactory(
        statistic=figure, source__title="The Soviet Century", source__author="Moshe Lewin"
    )
    make.StatisticFactory(measure=measure, status="draft")
    hidden = make.SourceFactory(title="Nobody may see", status="draft")
    make.CitationFactory(statistic=figure, source=hidden)
    [row] = table(client, "/statistics/prisoners.csv")
    assert (row["figure"], row["value"], row["date"]) == ("about 1.6 million", "1600000", "1956")
    assert "Moshe Lewin" in row["sources"]
    assert "Nobody" not in row["sources"]
    assert row["address"] == f"http://testserver/statistics/prisoners/#figure-{figure.public_id}"


# What somebody typed, and the cell a spreadsheet gets.
CELLS = [
    ('=HYPERLINK("http://evil.example")', '\'=HYPERLINK("http://evil.example")'),
    ("+1", "'+1"),
    ("@SUM(A1)", "'@SUM(A1)"),
    # Nothing to fear from words and commas.
    ("Camps, colonies", "Camps, colonies"),
]


@pytest.mark.parametrize(("typed", "kept"), CELLS)
def test_no_cell_of_the_table_is_a_formula(client: Client, typed: str, kept: str) -> None:
    make.StatisticFactory(measure__slug="risky", note=typed)
    assert table(client, "/statistics/risky.csv")[0]["note"] == kept


def test_a_number_below_zero_stays_a_number(client: Client) -> None:
    make.StatisticFactory(
        measure__slug="below", value="-3.5", comparator="exactly", as_written="", date="1963"
    )
    assert table(client, "/statistics/below.csv")[0]["value"] == "-3.5"


def test_the_table_answers_as_its_page_does(client: Client) -> None:
    measure = make.MeasureFactory(slug="old")
    measure.slug = "new"
    measure.save()
    answer = client.get("/statistics/old.csv")
    assert (answer.status_code, answer["Location"]) == (301, "/statistics/new.csv")
    make.MeasureFactory(slug="gone", status="withdrawn", withdrawn_reason="Misread.")
    make.MeasureFactory(slug="draft", status="draft")
    assert client.get("/statistics/gone.csv").status_code == 410
    assert client.get("/statistics/draft.csv").status_code == 404


def test_the_page_offers_table_data_and_citation(client: Client) -> None:
    figure = make.StatisticFactory(measure__slug="prisoners")
    answer = client.get("/statistics/prisoners/")
    for address in ("/statistics/prisoners.csv", "/api/v1/statistics/?measure=prisoners"):
        assert f'href="{address}"' in answer.content.decode()
        assert client.get(address).status_code == 200
    assert "version 1 of" in words(answer)
    assert "http://testserver/statistics/prisoners/v/1/" in words(answer)
    assert client.get("/statistics/prisoners/v/1/").status_code == 200
    found = client.get("/api/v1/statistics/?measure=prisoners").json()["results"]
    assert [row["id"] for row in found] == [figure.public_id]


def test_the_table_costs_the_same_however_long_it_is(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    measure = make.MeasureFactory(slug="long")
    for year in range(1950, 1960):
        make.CitationFactory(statistic=make.StatisticFactory(measure=measure, date=str(year)))
    with django_assert_max_num_queries(5):
        assert len(table(client, "/statistics/long.csv")) == 10
