"""`/api/v1/reading/`: how a date or a figure is understood, before anything is written."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from records.dates import HistoricalDate
from tests.factories import CourseFactory

pytestmark = pytest.mark.django_db


def read(client: Client, **query: str) -> Any:
    return client.get("/api/v1/reading/", query)


@pytest.mark.parametrize(
    ("words", "edtf", "text"),
    [
        ("June 1956", "1956-06", "June 1956"),
        ("between 1977 and 1980", "[1977..1980]", "between 1977 and 1980"),
        ("25 October 1917 O.S.", "1917-11-07", "7 November 1917 (25 October Old Style)"),
    ],
)
def test_a_date_should_be_answered_as_records_have_it(
    client: Client, words: str, edtf: str, text: str
) -> None:
    answer = read(client, date=words).json()
    assert (answer["edtf"], answer["text"]) == (edtf, text)
    assert set(answer) == {"edtf", "text", "earliest", "latest"}


def test_a_figure_should_be_answered_with_numbers_as_strings(client: Client) -> None:
    assert read(client, figure="over 1.6 million", unit="persons").json() == {
        "value": "1600000",
        "upper_value": None,
        "comparator": "over",
        "unit": "persons",
        "as_written": "1.6 million",
    }
    assert read(client, figure="half", unit="percent").json()["value"] == "50"
    assert read(client, figure="5–8").json()["upper_value"] == "8"


@pytest.mark.parametrize(
    ("query", "readings"),
    [
        ({"date": "1904-05"}, ["1904–1905", "May 1904"]),
        ({"date": "25 October 1917"}, ["25 October 1917 N.S.", "25 October 1917 O.S."]),
        ({"figure": "1,5"}, ["1.5", "15"]),
    ],
)
def test_doubt_should_be_answered_with_every_reading(
    client: Client, query: dict[str, str], readings: list[str]
) -> None:
    answer = read(client, **query)
    assert answer.status_code == 422
    document = answer.json()
    assert document["code"] == "not-read"
    [error] = document["errors"]
    assert error["readings"] == error["examples"] == readings
    [parameter] = query
    assert all(read(client, **{parameter: each}).status_code == 200 for each in readings)


@pytest.mark.parametrize("query", [{"date": "sometime"}, {"figure": "many"}])
def test_a_refusal_should_offer_what_works(client: Client, query: dict[str, str]) -> None:
    answer = read(client, **query)
    assert answer.status_code == 422
    [error] = answer.json()["errors"]
    assert error["readings"] == []
    assert error["examples"]


@pytest.mark.parametrize(
    "query",
    [{}, {"date": "1956", "figure": "5"}, {"unit": "persons"}, {"date": "1956", "words": "x"}],
)
def test_one_text_should_be_given(client: Client, query: dict[str, str]) -> None:
    assert read(client, **query).status_code == 400


def test_reading_should_ask_the_database_nothing(
    client: Client, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        assert read(client, date="June 1956").status_code == 200
        assert read(client, figure="1,5").status_code == 422


def test_years_of_two_figures_should_be_those_of_the_courses(client: Client) -> None:
    assert read(client, date="Oct. ’64").status_code == 422
    CourseFactory(span="1953/1964")
    assert read(client, date="Oct. ’64").json()["edtf"] == "1964-10"


def test_the_admin_should_say_the_same(admin_client: Client, client: Client) -> None:
    for words in ("late 1952", "1904-05", "25 October 1917"):
        echo = admin_client.get(reverse("admin:date-echo"), {"words": words}).json()
        answer = read(client, date=words)
        assert echo["understood"] == (answer.status_code == 200)
        if echo["understood"]:
            assert answer.json()["text"] == HistoricalDate.parse(words).display()
        else:
            assert echo["message"] == answer.json()["detail"]
