"""Pages on paper: no heading left behind, the sources with the text, the address at the end."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

PRINTED = ["/topics/de-stalinisation/", "/people/khrushchev/", "/timeline/?from=1953&to=1957"]
# A4 less margins of 2 cm, in CSS pixels.
PAPER = {"width": 643, "height": 971}
MARGIN = {"top": "2cm", "bottom": "2cm", "left": "2cm", "right": "2cm"}


@pytest.fixture(params=PRINTED)
def sheet(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport=PAPER)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{site}{request.param}")
    page.emulate_media(media="print")
    yield page
    context.close()


def test_headings_stay_with_what_they_head(sheet: Page) -> None:
    alone = sheet.evaluate(
        """() => [...document.querySelectorAll("main :is(h1, h2, h3, h4, .role)")]
          .filter(e => e.getBoundingClientRect().height > 1
            && getComputedStyle(e).breakAfter !== "avoid")
          .map(e => e.outerHTML.slice(0, 100))"""
    )
    assert alone == []
    # What must not be cut: rows, notes and drawings.
    cut = sheet.evaluate(
        """() => [...document.querySelectorAll("main :is(tr, .notes li, svg.chart, .list > li)")]
          .filter(e => e.getBoundingClientRect().height > 1
            && getComputedStyle(e).breakInside !== "avoid")
          .map(e => e.outerHTML.slice(0, 100))"""
    )
    assert cut == []


def test_ways_around_the_site_are_left_out_and_the_sources_are_not(sheet: Page) -> None:
    shown = sheet.locator("header nav:visible, .crumbs:visible, form:visible, .skip:visible")
    assert shown.count() == 0
    # The number of a note stays: on paper it leads to the notes at the end.
    assert sheet.locator("button:visible:not([popovertarget])").count() == 0
    # The records of a lesson stay on the screen: its own notes are on paper.
    citations = sheet.locator("main :is([id^=citation-], [id^=note-]):not(.stays *)")
    assert citations.count() == citations.filter(visible=True).count()
    # The address to find it again, the version, and when it stood so.
    edition = sheet.locator(".edition").inner_text()
    assert sheet.locator("link[rel=canonical]").get_attribute("href") in edition
    assert re.search(r"as it stood on \d+ \w+ 20\d\d\.$", edition)
    if sheet.locator(".about-record").count():
        assert re.search(r"version \d+ of \d+ \w+ 20\d\d", edition)


def test_a_page_prints_without_being_cut_at_the_side(sheet: Page) -> None:
    assert sheet.evaluate("document.scrollingElement.scrollWidth") <= PAPER["width"]
    document = sheet.pdf(format="A4", margin=MARGIN)  # type: ignore[arg-type]
    assert document.startswith(b"%PDF-")
    leaves = len(re.findall(rb"/Type\s*/Page\b", unpacked(document)))
    assert 1 <= leaves <= 40


def unpacked(document: bytes) -> bytes:
    """The document with its packed streams opened, since that is where PDF keeps its objects."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", document, re.DOTALL)
    opened = []
    for stream in streams:
        try:
            opened.append(zlib.decompress(stream))
        except zlib.error:  # a picture or a font that is packed in another way
            continue
    return document + b"\n".join(opened)
