"""Figures typed into the desk in a real browser: what is stored, shown, drawn and answered."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import manage, serving

PASSWORD = "Virgin-Lands-1954"
UNITS = [("share", "percent"), ("people", "persons"), ("income", "£")]
# Figures of one measure for each unit, one of them to type into and one to draw a line from.
SETUP = (
    f"UNITS = {UNITS}"
    + """
from reforms.models import Measure, Statistic
from sources.models import Citation, Source
source = Source.objects.filter(status="published", checked="read").first()
for number, (slug, unit) in enumerate(UNITS, 1):
    measure = Measure.objects.create(
        slug=f"typed-{slug}", name=f"Typed {slug}", unit=unit, status="published")
    Citation.objects.create(measure=measure, source=source, locator="p. 1")
    for year in (1953, 1956):
        figure = Statistic.objects.create(
            pk=10_000 * number + year, public_id=f"typed-{slug}-{year}", measure=measure,
            value=3, date=str(year), status="published")
        Citation.objects.create(statistic=figure, source=source, locator="p. 2")
"""
)
# What is typed, of which measure; comparator, value, upper value and words that are kept; the words
# of the page and of its drawing.
TYPED = [
    # groups of digits by commas, and by thin and no-break spaces
    ("1,600,000", "people", "exactly", "1600000", None, "", "1,600,000"),
    ("1\u2009600\u2009000", "people", "exactly", "1600000", None, "1 600 000", "1 600 000"),
    ("1\u00a0600\u00a0000", "people", "exactly", "1600000", None, "1 600 000", "1 600 000"),
    # words and letters of size
    ("1.6 million", "people", "exactly", "1600000", None, "1.6 million", "1.6 million"),
    ("42k", "people", "exactly", "42000", None, "42k", "42k"),
    # parts of a whole
    ("1/2", "share", "exactly", "50", None, "1/2", "1/2"),
    ("two thirds", "share", "exactly", "66.666667", None, "two thirds", "two thirds"),
    ("44 per cent", "share", "exactly", "44", None, "", "44"),
    # a real minus
    ("−3.5", "share", "exactly", "-3.5", None, "", "−3.5"),
    # two numbers, and how exact one is
    ("5–8", "people", "between", "5", "8", "", "between 5 and 8"),
    ("over 26,000", "people", "over", "26000", None, "", "over 26,000"),
    ("c. 500", "people", "about", "500", None, "", "about 500"),
    ("at least 24", "people", "at_least", "24", None, "", "at least 24"),
    ("£42,000", "income", "exactly", "42000", None, "£42,000", "£42,000"),
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("figures")
    with serving(folder, accounts=PASSWORD) as address:
        manage(
            {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": "config.settings",
                "DATABASE_URL": f"sqlite:///{Path(folder)}/thaw.sqlite3",
                "DEBUG": "1",
            },
            *("shell", "--no-imports", "-c", SETUP),
        )
        yield address


@pytest.fixture(scope="module")
def editor(browser: Browser, desk: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    page = context.new_page()
    page.goto(f"{desk}/admin/")
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="The teachers’ desk")).to_be_visible()
    yield page
    context.close()


def answered(page: Page, address: str) -> Any:
    return json.loads(page.request.get(address).text(), parse_float=Decimal, parse_int=Decimal)


def open_form(page: Page, desk: str, measure: str, year: int) -> None:
    number = [slug for slug, _ in UNITS].index(measure) + 1
    page.goto(f"{desk}/admin/reforms/statistic/{10_000 * number + year}/change/")


@pytest.mark.parametrize(
    ("text", "measure", "comparator", "value", "upper", "as_written", "words"),
    TYPED,
    ids=[each[0] for each in TYPED],
)
def test_a_figure_is_kept_shown_drawn_and_answered_as_it_was_typed(
    editor: Page,
    desk: str,
    text: str,
    measure: str,
    comparator: str,
    value: str,
    upper: str | None,
    as_written: str,
    words: str,
) -> None:
    figure = f"typed-{measure}-1956"
    open_form(editor, desk, measure, 1956)
    # As in a new figure: nothing else is said of it.
    editor.locator("#id_comparator").select_option("exactly")
    editor.locator("#id_upper_value").fill("")
    editor.locator("#id_as_written").fill("")
    editor.locator("#id_value").fill(text)
    expect(editor.locator("#id_value_echo")).to_contain_text("Understood as")
    editor.get_by_label("Why this change").fill("Read in the source")
    with editor.expect_navigation():
        editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.get_by_text("was changed successfully")).to_be_visible()

    found = answered(editor, f"{desk}/api/v1/statistics/{figure}/")
    kept = [found[name] for name in ("comparator", "value", "upper_value", "as_written", "amount")]
    assert kept == [comparator, Decimal(value), upper and Decimal(upper), as_written, words]

    editor.goto(f"{desk}/statistics/typed-{measure}/")
    place = editor.locator(f"#figure-{figure}")
    assert words.lower() in place.inner_text().replace("\u00a0", " ").lower()
    drawn = editor.locator("svg.chart").first.text_content() or ""
    assert words in drawn.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("text", "said"),
    [("1,5", "“1.5” or “15”"), ("many", "not understood"), ("8–5", "from the higher to the lower")],
)
def test_what_is_doubted_or_refused_keeps_what_was_typed(
    editor: Page, desk: str, text: str, said: str
) -> None:
    open_form(editor, desk, "people", 1953)
    editor.locator("#id_value").fill(text)
    editor.get_by_label("Why this change").fill("Read in the source")
    with editor.expect_navigation():
        editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.locator(".field-value .errorlist")).to_contain_text(said)
    expect(editor.locator("#id_value")).to_have_value(text)
    assert answered(editor, f"{desk}/api/v1/statistics/typed-people-1953/")["value"] == 3
