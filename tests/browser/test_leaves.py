"""The leaves that a browser prints: what stands on each, read from the document itself."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser

PRINTED = [
    "/topics/de-stalinisation/",
    "/topics/early-reforms/",
    "/people/khrushchev/",
    "/timeline/",
    "/statistics/gulag-prisoners/",
]
MARGIN = {"top": "2cm", "bottom": "2cm", "left": "2cm", "right": "2cm"}
# What heads something: never the last words of a leaf.
HEADINGS = """() => [...document.querySelectorAll(
    "main :is(h1, h2, h3, h4, thead th, .role, .eyebrow, .claim, .certainty, .says)")]
  .filter(e => e.getClientRects().length && !e.closest("td, .lead, .list, h3 .certainty"))
  .map(e => e.innerText.trim()).filter(Boolean)"""
NOTES = """() => [...document.querySelectorAll("main .back")].map(e => e.innerText.trim())"""
# In the order of the text, each once: a lesson cites one place under one number.
BESIDE = """() => [...new Set([...document.querySelectorAll("main :is(.cited a, .refs button)")]
  .map(e => e.innerText.trim()))]"""


@dataclass
class Printed:
    """A printed page: the words of each leaf by line, and what the page itself holds."""

    leaves: list[list[str]]
    headings: list[str]
    notes: list[str]
    beside: list[str]
    address: str
    # Of every piece of text the leaf, the height from the foot in points, and the words.
    pieces: list[tuple[int, float, str]]
    height: float


@pytest.fixture(scope="module", params=PRINTED)
def printed(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Printed]:
    # Only these tests read printed documents.
    from pypdf import PdfReader

    with browser.new_context(locale="en-GB") as context:
        page = context.new_page()
        page.goto(f"{site}{request.param}")
        document = PdfReader(io.BytesIO(page.pdf(format="A4", margin=MARGIN)))  # type: ignore[arg-type]
        page.emulate_media(media="print")
        pieces: list[tuple[int, float, str]] = []
        leaves = []
        for number, leaf in enumerate(document.pages):

            def keep(words, matrix, placed, *_rest, number=number):  # type: ignore[no-untyped-def]
                if words.strip():
                    # Where the text is set, moved by where its box stands.
                    y = placed[4] * matrix[1] + placed[5] * matrix[3] + matrix[5]
                    pieces.append((number, y, words.strip()))

            text = leaf.extract_text(visitor_text=keep)
            leaves.append([line for line in map(plain, text.splitlines()) if line])
        yield Printed(
            leaves,
            [plain(words) for words in page.evaluate(HEADINGS)],
            page.evaluate(NOTES),
            page.evaluate(BESIDE),
            page.url,
            pieces,
            float(document.pages[0].mediabox.height),
        )


def plain(words: str) -> str:
    """Words with single spaces, and the signs before a certainty left out."""
    return " ".join(words.split()).lstrip("≠±✓•? ")


def test_no_leaf_ends_with_a_heading(printed: Printed) -> None:
    assert len(printed.headings) > 5
    orphans = [
        (number, leaf[-1])
        for number, leaf in enumerate(printed.leaves[:-1], 1)
        # A heading of several lines ends with the last of them.
        if any(heading.endswith(leaf[-1]) for heading in printed.headings)
    ]
    assert orphans == []


def test_no_line_is_cut_by_the_end_of_a_leaf(printed: Printed) -> None:
    # 2 cm are 56.7 points. A line that is cut is printed on both leaves, partly in the margin.
    assert len(printed.pieces) > 100
    outside = [piece for piece in printed.pieces if not 56 < piece[1] < printed.height - 56]
    assert outside == []


def test_sources_are_footnotes_under_the_numbers_of_the_text(printed: Printed) -> None:
    text = "\n".join(line for leaf in printed.leaves for line in leaf)
    assert printed.notes == printed.beside
    if not printed.notes:
        assert "/statistics/" not in printed.address, "a figure has numbered notes"
        return
    assert sorted(map(int, printed.notes)) == list(range(1, len(printed.notes) + 1))
    starts = {int(number) for number in re.findall(r"(?m)^(\d+) ?\D", text)}
    # Notes stand in columns, and the numbers at one height may be read as one line.
    rows = re.findall(r"(?m)^(?:Notes? )?(\d+(?: \d+)+)$|^Notes? (\d+)", text)
    assert set(map(int, printed.notes)) <= starts | {
        int(number) for row in rows for part in row for number in part.split()
    }


def test_the_end_says_where_the_page_is_found_and_how_old_it_is(printed: Printed) -> None:
    # It may run over to a leaf of its own.
    last = " ".join(line for leaf in printed.leaves[-2:] for line in leaf)
    assert printed.address.split("?")[0] in last.replace(" ", "")
    assert re.search(r"as it stood on \d+ \w+ 20\d\d\.", last)
