"""What a lesson costs to read, as a browser measures it: lengths, stops of the keyboard, weight."""

from __future__ import annotations

import csv
import gzip
import io
import re
import unicodedata
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests import ROOT
from tests.browser.conftest import serving, settle
from tests.browser.test_every_page import TOO_WIDE, WCAG, axe
from tests.support.at_once import PATIENCE
from tests.support.lessons import with_lesson

SHIPPED = ROOT / "courses" / "khrushchev"
STOPS = """() => [...document.querySelectorAll(
    "a[href], button, input, select, summary, [tabindex='0']")]
  .filter(e => e.tabIndex >= 0 && !e.closest("[popover]")
    && e.checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true })).length"""
HEIGHT = "document.documentElement.scrollHeight"
# The width and height of a window, and how far a lesson may reach in it.
WINDOWS = [(1280, 900, 9_000), (360, 760, 14_000)]


@pytest.fixture(scope="module")
def taught(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[str]]:
    """The addresses of all lessons of the shipped course; of a made one while it ships none."""
    if (SHIPPED / "sections.csv").exists():
        site = request.getfixturevalue("site")
        with (SHIPPED / "sections.csv").open(encoding="utf-8", newline="") as file:
            topics = dict.fromkeys(row["topic"] for row in csv.DictReader(file))
        yield [f"{site}/topics/{topic}/" for topic in topics]
        return
    folder = tmp_path_factory.mktemp("lessons")
    with serving(folder, course=with_lesson(folder)) as site:
        yield [f"{site}/topics/leadership-struggle/"]


def test_a_lesson_is_short_enough_to_read(page: Page, taught: list[str]) -> None:
    wrong = []
    for url in taught:
        for width, height, longest in WINDOWS:
            page.set_viewport_size({"width": width, "height": height})
            page.goto(url)
            if (reaches := page.evaluate(HEIGHT)) > longest:
                wrong.append(f"{url} is {reaches} px high at {width} px")
            first = page.locator(".minute li").first.bounding_box()
            assert first, f"{url} begins with no turning point"
            if first["y"] > 3 * height:
                wrong.append(f"{url}: the first turning point is {first['y']} px down at {width}")
        if (stops := page.evaluate(STOPS)) > 110:
            wrong.append(f"{url} has {stops} stops for the keyboard")
        request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            body = answer.read()
        assert gzip.decompress(body)
        if len(body) > 25_000:
            wrong.append(f"{url} weighs {len(body)} bytes")
    assert wrong == []


def test_a_lesson_is_accessible_folded_and_open(page: Page, taught: list[str]) -> None:
    for url in taught:
        page.goto(url)
        assert axe(page, WCAG) == [], url
        page.locator(".refs button").first.click()
        settle(page)
        assert axe(page, WCAG) == [], url
        page.emulate_media(color_scheme="dark")
        assert axe(page, ["color-contrast"]) == [], url
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate(TOO_WIDE) == [], url
        page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("scripted", [True, False])
def test_a_number_opens_its_source_in_place(
    browser: Browser, taught: list[str], *, scripted: bool
) -> None:
    with browser.new_context(java_script_enabled=scripted) as context:
        page = context.new_page()
        page.goto(taught[0])
        number = page.locator(".refs button").first
        box = page.locator("#box-1")
        expect(box).to_be_hidden()
        number.focus()
        page.keyboard.press("Enter")
        expect(box).to_be_visible()
        # The next stop is the source itself.
        page.keyboard.press("Tab")
        expect(box.locator("a").first).to_be_focused()
        page.keyboard.press("Escape")
        expect(box).to_be_hidden()
        number.click()
        box.get_by_role("link", name="Among all notes").click()
        expect(page.locator("#note-1")).to_be_visible()


def test_all_evidence_shows_for_a_reader_who_asked(page: Page, taught: list[str]) -> None:
    page.goto(taught[0])
    expect(page.locator("#entry-1")).to_be_hidden()
    page.locator(".reading summary").click()
    page.get_by_label("Show all evidence").check()
    expect(page.locator("#entry-1")).to_be_visible()
    expect(page.locator("#note-1")).to_be_visible()
    page.reload()
    expect(page.locator("#entry-1")).to_be_visible()
    page.locator(".reading summary").click()
    page.get_by_label("Folded", exact=True).check()
    expect(page.locator("#entry-1")).to_be_hidden()


def test_a_lesson_prints_on_few_leaves_with_its_notes(page: Page, taught: list[str]) -> None:
    from pypdf import PdfReader

    margin = {"top": "2cm", "bottom": "2cm", "left": "2cm", "right": "2cm"}
    for url in taught:
        page.goto(url)
        document = PdfReader(io.BytesIO(page.pdf(format="A4", margin=margin)))  # type: ignore[arg-type]
        assert len(document.pages) <= 5, f"{url} takes {len(document.pages)} leaves"
        text = " ".join(re.sub(r"\s+", " ", leaf.extract_text()) for leaf in document.pages)
        place = page.locator("#note-1").text_content() or ""
        words = re.sub(r"\s+", " ", place).strip().lstrip("1").split(".")[0]
        # Fonts join “fi” into one sign on paper.
        assert words in unicodedata.normalize("NFKC", text), "the first note is on paper"
