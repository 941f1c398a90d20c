"""What holds for every kind of public page of the shipped course, seen by a real browser."""

from __future__ import annotations

import gzip
import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.support.at_once import PATIENCE

AXE = Axe()
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = "rules => axe.run({ resultTypes: ['violations'], runOnly: rules })"
# A long word or a table pushed out of the window, and the elements that did it.
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter(e => e.getBoundingClientRect().right > width + 1)
    .slice(0, 3).map(e => e.outerHTML.slice(0, 120));
}"""
DESK = {"width": 1280, "height": 900}
# 320 px is also what a window of 1280 px leaves at 400 % zoom (WCAG 1.4.10).
SMALL_PHONE = {"width": 320, "height": 640}


def axe(page: Page, rules: list[str]) -> list[str]:
    """What axe finds wrong on the page, one line per rule with the first element."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE.axe_script)
    return [
        f"{rule['id']}: {rule['help']}: {rule['nodes'][0]['html'][:160]}"
        for rule in page.evaluate(RUN_AXE, rules)["violations"]
    ]


@dataclass
class Visit:
    """What one look at one page shows, by day, by night and on a small phone."""

    url: str
    day: list[str]
    night: list[str]
    too_wide: list[str]
    asked: list[str]
    complaints: list[str]


@pytest.fixture(scope="module")
def visits(browser: Browser, addresses: list[str]) -> list[Visit]:
    """One visit to each kind of page, several of its records; the tests share them.

    Opening pages and looking through them takes the time, and records of a kind share a template.
    """
    context = browser.new_context(locale="en-GB")
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    made = []
    for url in sample(addresses):
        asked.clear()
        complaints.clear()
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
        page.emulate_media(color_scheme="light")
        answer = page.goto(url)
        # The browser itself remarks on a page that is missing on purpose.
        own_remarks = 1 if answer and answer.status >= 400 else 0
        day = axe(page, WCAG)
        page.emulate_media(color_scheme="dark")
        # Only colours differ by night.
        night = axe(page, ["color-contrast"])
        page.set_viewport_size(SMALL_PHONE)  # type: ignore[arg-type]
        wide = page.evaluate(TOO_WIDE)
        made.append(Visit(url, day, night, wide, [*asked], complaints[own_remarks:]))
    context.close()
    return made


def sample(addresses: list[str]) -> list[str]:
    """All pages there are one of, every topic, and every tenth record of the other kinds."""
    kinds: dict[str, list[str]] = {}
    for url in addresses:
        kinds.setdefault("/".join(urlsplit(url).path.split("/")[1:2]), []).append(url)
    return [
        url
        for kind, urls in kinds.items()
        for place, url in enumerate(urls)
        if kind == "topics" or place % 10 == 0 or url in addresses[:20]
    ]


def told(visits: list[Visit], part: str) -> str:
    """The lines of one part of all visits, for a message that can be read."""
    return "\n".join(f"{visit.url}: {line}" for visit in visits for line in getattr(visit, part))


def test_axe_finds_nothing_by_day(visits: list[Visit]) -> None:
    assert told(visits, "day") == ""


def test_axe_finds_nothing_by_night(visits: list[Visit]) -> None:
    assert told(visits, "night") == ""


def test_no_page_scrolls_sideways_on_a_small_phone(visits: list[Visit]) -> None:
    assert told(visits, "too_wide") == ""


def test_pages_break_no_rule_of_their_own(visits: list[Visit]) -> None:
    # Content policy, missing files and errors of scripts all come out on the console.
    assert told(visits, "complaints") == ""


def test_pages_ask_little_and_nobody_else(visits: list[Visit], site: str) -> None:
    host = urlsplit(site).netloc
    for visit in visits:
        asked = [url for url in visit.asked if not url.startswith("data:")]
        assert {urlsplit(url).netloc for url in asked} == {host}, visit.url
        assert len(asked) <= 4, asked


def test_pages_read_without_script(browser: Browser, addresses: list[str]) -> None:
    with browser.new_context(java_script_enabled=False) as plain:
        page = plain.new_page()
        for url in addresses[:40]:
            page.goto(url)
            assert page.locator("main h1").count() == 1, url
            assert page.locator("main h1").inner_text().strip(), url
            assert page.title().strip(), url


def test_the_first_tab_skips_to_the_text(page: Page, site: str) -> None:
    page.goto(f"{site}/people/")
    page.keyboard.press("Tab")
    skip = page.locator(":focus")
    assert skip.get_attribute("href") == "#content"
    box = skip.bounding_box()
    assert box, "the link has no place on the page"
    assert box["x"] >= 0
    assert box["y"] >= 0, "the link stays outside the window when it has the focus"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_the_keyboard_reaches_every_link_and_shows_where_it_is(page: Page, site: str) -> None:
    page.goto(f"{site}/timeline/")
    links = page.locator("a[href], button, input:not([type=hidden]), select, summary").count()
    hidden = []
    for _ in range(min(links, 60)):
        page.keyboard.press("Tab")
        outline = page.evaluate(
            """() => {
              const style = getComputedStyle(document.activeElement);
              return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1
                ? "" : document.activeElement.outerHTML.slice(0, 120);
            }"""
        )
        if outline:
            hidden.append(outline)
    assert hidden == []


def test_forced_colours_lose_nothing(page: Page, site: str) -> None:
    page.emulate_media(forced_colors="active")
    page.goto(f"{site}/statistics/")
    assert axe(page, WCAG) == []


# Bytes on the wire, compressed, for somebody who comes for the first time: design, “Speed”.
BUDGETS = {"text/html": 25_000, "text/css": 12_000, "text/javascript": 6_000}


def test_pages_stay_light(page: Page, addresses: list[str]) -> None:
    files: set[str] = set()
    page.on("request", lambda request: files.add(request.url))
    for url in addresses[:30]:
        page.goto(url)
    heavy = []
    for url in sorted({*addresses, *files}):
        if url.startswith("data:"):
            continue
        request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
        try:
            answer = urllib.request.urlopen(request, timeout=PATIENCE)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            body = answer.read()
            kind = answer.headers.get_content_type()
            if len(body) > 1_000:
                assert answer.headers["Content-Encoding"] == "gzip", url
                assert gzip.decompress(body)
            # The timeline lists every office of the course.
            most = 38_000 if url.endswith("/timeline/") else BUDGETS.get(kind, 20_000)
            if len(body) > most:
                heavy.append((url, len(body)))
    assert heavy == []
