"""What holds for every public page of the shipped course, seen by a real browser."""

from __future__ import annotations

import gzip
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Request

AXE = Axe()
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A long word or a table pushed out of the window, and the elements that did it.
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll("body *")]
    .filter(e => e.getBoundingClientRect().right > width + 1)
    .slice(0, 3).map(e => e.outerHTML.slice(0, 120));
}"""


def problems(page: Page, **options: Any) -> list[str]:
    """What axe finds wrong on the page, one line per rule with the first element."""
    found = AXE.run(page, options={"resultTypes": ["violations"], **options}).response["violations"]
    return [f"{rule['id']}: {rule['help']}: {rule['nodes'][0]['html'][:160]}" for rule in found]


def test_axe_finds_nothing_by_day_or_by_night(page: Page, addresses: list[str]) -> None:
    found: dict[str, list[str]] = {}
    for url in addresses:
        page.emulate_media(color_scheme="light")
        page.goto(url)
        wrong = problems(page, runOnly=WCAG)
        page.emulate_media(color_scheme="dark")
        # Only colours differ by night.
        wrong += [f"dark: {line}" for line in problems(page, runOnly=["color-contrast"])]
        if wrong:
            found[url] = wrong
    assert found == {}


def test_no_page_scrolls_sideways_on_a_small_phone(page: Page, addresses: list[str]) -> None:
    # 320 px is also what a window of 1280 px leaves at 400 % zoom (WCAG 1.4.10).
    page.set_viewport_size({"width": 320, "height": 640})
    found = {}
    for url in addresses:
        page.goto(url)
        if wide := page.evaluate(TOO_WIDE):
            found[url] = wide
    assert found == {}


def test_pages_ask_nobody_else_and_break_no_rule_of_their_own(
    page: Page, addresses: list[str], site: str
) -> None:
    host = urlsplit(site).netloc
    requests: list[Request] = []
    complaints: list[str] = []
    page.on("request", requests.append)
    page.on("console", lambda message: complaints.append(f"{page.url}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
    for url in addresses:
        requests.clear()
        status = page.goto(url, wait_until="networkidle").status  # type: ignore[union-attr]
        elsewhere = [r.url for r in requests if urlsplit(r.url).netloc not in {host, ""}]
        assert elsewhere == [], url
        asked = [r.url for r in requests if not r.url.startswith("data:")]
        assert len(asked) <= 4, asked
        if status >= 400:
            # The browser itself remarks on a page that is missing on purpose.
            complaints.clear()
    assert complaints == []


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
    assert problems(page, runOnly=WCAG) == []


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
            answer = urllib.request.urlopen(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            body = answer.read()
            kind = answer.headers.get_content_type()
            if len(body) > 1_000:
                assert answer.headers["Content-Encoding"] == "gzip", url
                assert gzip.decompress(body)
            if len(body) > BUDGETS.get(kind, 20_000):
                heavy.append((url, len(body)))
    assert heavy == []
