"""How a reader sets size, spacing and colours, and what it costs: nothing on the server."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.test_every_page import TOO_WIDE, WCAG, axe

PAPER, NIGHT = "rgb(251, 247, 238)", "rgb(26, 23, 20)"
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
SIZE = "parseFloat(getComputedStyle(document.documentElement).fontSize)"


def choose(page: Page, *labels: str) -> None:
    page.locator(".reading summary").click()
    for label in labels:
        page.get_by_label(label, exact=True).check()


def test_a_choice_holds_on_the_next_page_and_leaves_no_cookie(
    page: Page, context: BrowserContext, site: str
) -> None:
    page.goto(f"{site}/people/khrushchev/")
    usual = page.evaluate(SIZE)
    choose(page, "Larger", "Wide", "Dark")
    assert page.evaluate(BACKGROUND) == NIGHT
    asked = []
    page.on("request", lambda request: asked.append((request.method, request.all_headers())))
    page.goto(f"{site}/sources/")
    assert page.evaluate(SIZE) > usual * 1.3
    assert page.evaluate(BACKGROUND) == NIGHT
    assert page.evaluate("parseFloat(getComputedStyle(document.body).letterSpacing)") > 0
    # The server is told nothing, and remembers nothing.
    assert {method for method, _ in asked} == {"GET"}
    assert not any("cookie" in headers for _, headers in asked)
    assert context.cookies() == []


def test_a_choice_holds_before_anything_is_painted(page: Page, site: str) -> None:
    page.goto(f"{site}/people/")
    choose(page, "Large", "Dark")
    # Asked at the moment the body begins to be, long before a paint.
    page.add_init_script(
        """new MutationObserver((_, watch) => {
          if (!document.body) return;
          watch.disconnect();
          window.atFirst = { ...document.documentElement.dataset };
        }).observe(document, { childList: true, subtree: true });"""
    )
    page.goto(f"{site}/timeline/")
    assert page.evaluate("window.atFirst") == {"reading": "", "size": "large", "theme": "dark"}


# What the device prefers, what the reader chose, and the paper that follows.
THEMES = [
    ("light", None, PAPER),
    ("dark", None, NIGHT),
    # The reader’s word counts for more than the device’s.
    ("dark", "Light", PAPER),
    ("light", "Dark", NIGHT),
]


@pytest.mark.parametrize(("device", "chosen", "paper"), THEMES)
def test_colours_follow_the_reader_then_the_device(
    page: Page, site: str, device: str, chosen: str | None, paper: str
) -> None:
    page.emulate_media(color_scheme=device)  # type: ignore[arg-type]
    page.goto(f"{site}/people/")
    if chosen:
        choose(page, chosen)
    assert page.evaluate(BACKGROUND) == paper
    # The bar of a phone’s browser has the colour of the page.
    bars = "[...document.querySelectorAll('meta[data-scheme]')]"
    media = page.evaluate(f"{bars}.filter(m => matchMedia(m.media).matches).map(m => m.content)")
    assert media == ["#fbf7ee" if paper == PAPER else "#1a1714"]


def test_print_is_black_on_white_whatever_was_chosen(page: Page, site: str) -> None:
    page.goto(f"{site}/topics/leadership-struggle/")
    choose(page, "Larger", "Dark")
    page.emulate_media(media="print")
    assert page.evaluate(BACKGROUND) == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate(SIZE) == pytest.approx(11 * 96 / 72, abs=0.1)
    assert not page.locator(".reading").is_visible()


def test_what_another_version_kept_does_no_harm(page: Page, site: str) -> None:
    page.goto(f"{site}/people/")
    for kept in ("{", "null", "7", '"dark"', '{"theme": "url(x)", "size": {}}', "[]"):
        page.evaluate("kept => localStorage.setItem('thaw-reading', kept)", kept)
        page.reload()
        assert page.evaluate("({ ...document.documentElement.dataset })") == {"reading": ""}, kept
    choose(page, "Dark")
    assert page.evaluate(BACKGROUND) == NIGHT


def test_everything_goes_back_to_the_usual(page: Page, site: str) -> None:
    page.goto(f"{site}/people/")
    choose(page, "Small", "Wider", "Dark")
    page.get_by_role("button", name="Back to the usual").click()
    assert page.evaluate("({ ...document.documentElement.dataset })") == {"reading": ""}
    assert page.evaluate("localStorage.length") == 0
    assert page.get_by_label("As on this device").is_checked()


@pytest.mark.parametrize("path", ["/topics/leadership-struggle/", "/timeline/", "/power/"])
def test_the_largest_letters_and_spaces_fit_a_small_phone(page: Page, site: str, path: str) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"{site}{path}")
    choose(page, "Larger", "Wider", "Dark")
    assert page.evaluate(TOO_WIDE) == []
    assert axe(page, WCAG) == []


def test_without_script_there_are_no_controls_and_nothing_is_missing(
    browser: Browser, site: str
) -> None:
    with browser.new_context(java_script_enabled=False) as plain:
        page = plain.new_page()
        page.goto(f"{site}/people/")
        assert not page.locator(".reading").is_visible()
        assert page.locator("main h1").is_visible()


def test_the_keyboard_sets_everything(page: Page, site: str) -> None:
    page.goto(f"{site}/people/")
    page.locator(".reading summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.documentElement.dataset.size") == "large"
