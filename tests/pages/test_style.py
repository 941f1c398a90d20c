"""The page that shows every element of the house style."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from config.style import DATES, STATEMENTS
from records.dates import HistoricalDate
from tests import ROOT
from tests.support.pages import words

CSS = (ROOT / "static" / "thaw.css").read_text(encoding="utf-8")


def test_the_stylesheet_should_list_its_sections_in_their_order() -> None:
    head, _, rest = CSS.partition("*/")
    listed = re.findall(r"^ \*   (\w+) ", head, re.M)
    assert len(listed) > 10, "the list at the head was not read"
    assert re.findall(r"^/\* = (\w+)", rest, re.M) == listed


def test_the_house_style_should_say_what_to_open_for_every_section() -> None:
    text = (ROOT / "docs" / "house-style.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\|([^|]+)\|([^|]+)\|([^|]+)\|$", text, re.M)
    sections = {section.strip() for _, _, section in rows[2:]} - {""}
    assert sections == set(re.findall(r"^/\* = (\w+)", CSS, re.M))
    named = {path for _, paths, _ in rows for path in re.findall(r"`([^`]+/[^`]*)`", paths)}
    assert {path for path in named if not (ROOT / path).exists()} == set()


@pytest.mark.django_db
def test_every_element_shows_without_a_single_record(client: Client) -> None:
    answer = client.get("/style/")
    assert answer.status_code == 200
    text, html = words(answer), answer.content.decode()
    # Certainty in each of its words, and each way a source can stand to a statement.
    for said in (
        "Agreed by 2 sources",
        "Single source",
        "Supported with qualification",
        "Qualified by the evidence",
        "Disputed",
        "Works named, none read yet",
        "Found only in course material",
    ):
        assert said in text, said
    for claim, _ in STATEMENTS:
        assert claim in text, claim
    for edtf, _ in DATES:
        assert HistoricalDate(edtf).display() in text, edtf
    for element in (
        'class="drawing"',
        'class="plate"',
        'class="chart"',
        'class="chart line',
        'class="disagreement"',
        'class="empty"',
        'class="errors',
        "<blockquote>",
        'class="topic-1"',
        'class="entry beside"',
        'class="stacked offices"',
        'class="stacked power"',
        'class="cited"',
        'class="back"',
        'class="positions"',
        'class="notes many"',
        'class="groups"',
        'class="zoom small no-print"',
        'class="drawn"',
        'class="contents"',
        'class="preview-banner"',
        'class="error-summary"',
        'class="embed no-print small"',
        'rel="next"',
    ):
        assert element in html, element


@pytest.mark.django_db
def test_every_level_of_certainty_that_has_a_look_is_shown(client: Client) -> None:
    html = client.get("/style/").content.decode()
    levels = set(re.findall(r"\.certainty\.(\w+)", CSS))
    assert levels, "the stylesheet names no level"
    for level in levels:
        assert f'class="certainty {level}"' in html, level


def test_no_query_is_asked(client: Client) -> None:
    # Without the mark for a database, the first query would end the test.
    assert client.get("/style/").status_code == 200


@pytest.mark.django_db
def test_search_engines_pass_it_by_and_no_link_is_dead(client: Client) -> None:
    html = client.get("/style/").content.decode()
    assert '<meta name="robots" content="noindex">' in html
    for path in {path for path in re.findall(r'href="(/[^"#?]*)', html) if "static" not in path}:
        assert client.get(path).status_code in (200, 302), path
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)
