"""Every kind of page by keyboard, enlarged, spaced out, without script, in forced colours."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_every_page import TOO_WIDE, WCAG, axe

# One page of each kind, the fullest there is of it.
KINDS = [
    "/",
    "/courses/khrushchev/",
    "/topics/de-stalinisation/",
    "/timeline/",
    "/events/secret-speech/",
    "/people/",
    "/people/khrushchev/",
    "/power/?on=1953-06-01",
    "/power/secretariat/",
    "/reforms/",
    "/reforms/sovnarkhoz-reform/",
    "/statistics/",
    "/statistics/gulag-prisoners/",
    "/statistics/regional-secretaries-turnover/",
    "/sources/",
    "/people/nobody-of-this-name/",
]
WALKED = [
    "/topics/de-stalinisation/",
    "/timeline/",
    "/power/?on=1953-06-01",
    "/statistics/gulag-prisoners/",
]
# Where the focus is: its place among all elements, and whether the eye can find it.
FOCUS = """() => {
  const here = document.activeElement;
  const style = getComputedStyle(here);
  const box = here.getBoundingClientRect();
  return {
    place: [...document.querySelectorAll("*")].indexOf(here),
    what: here.outerHTML.slice(0, 120),
    marked: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0,
    inText: here.closest("main") !== null,
  };
}"""
# The spacing that WCAG 1.4.12 says a reader may set, set as such a reader's own style sheet is.
SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important } p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""
# Text that its own box cuts off, which is not said to be hidden or to scroll.
CUT_OFF = """() => [...document.querySelectorAll("main *, footer *")].filter(e => {
  const style = getComputedStyle(e);
  return style.overflow !== "visible" && style.overflowX !== "auto" && !e.closest("svg")
    && !e.closest(".visually-hidden, thead") && style.position !== "absolute"
    && e.textContent.trim()
    && (e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1);
}).map(e => e.outerHTML.slice(0, 120))"""


@pytest.mark.parametrize("path", WALKED)
def test_the_keyboard_walks_a_page_in_its_order(page: Page, site: str, path: str) -> None:
    # Otherwise the window is still on its way when it is asked where the focus is.
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{site}{path}")
    page.keyboard.press("Tab")
    skip = page.evaluate(FOCUS)
    assert 'href="#content"' in skip["what"]
    page.keyboard.press("Enter")
    steps = []
    for _ in range(45):
        page.keyboard.press("Tab")
        step = page.evaluate(FOCUS)
        if not step["inText"]:
            break
        steps.append(step)
    assert len(steps) >= 8, "there is something to walk through"
    assert [s["place"] for s in steps] == sorted(s["place"] for s in steps)
    assert [s["what"] for s in steps if not s["marked"]] == []
    assert [s["what"] for s in steps if not s["seen"]] == []


@pytest.mark.parametrize(
    ("name", "window", "scale", "spaced"),
    [
        ("a phone of 320 px", (320, 640), 1, True),
        # 1280 px at 200 % zoom leave 640 px of twice the size.
        ("200 % zoom", (640, 450), 2, False),
        ("the spacing of WCAG 1.4.12", (1280, 900), 1, True),
    ],
)
def test_no_words_are_lost_and_nothing_scrolls_sideways(
    browser: Browser,
    site: str,
    *,
    name: str,
    window: tuple[int, int],
    scale: float,
    spaced: bool,
) -> None:
    wrong = []
    with browser.new_context(
        viewport={"width": window[0], "height": window[1]}, device_scale_factor=scale
    ) as context:
        page = context.new_page()
        for path in KINDS:
            page.goto(f"{site}{path}")
            if spaced:
                page.evaluate(SPACING)
            wrong += [f"{path}: too wide: {what}" for what in page.evaluate(TOO_WIDE)]
            wrong += [f"{path}: cut off: {what}" for what in page.evaluate(CUT_OFF)]
    assert wrong == [], name


def test_forced_colours_keep_every_kind_of_page_readable(browser: Browser, site: str) -> None:
    wrong = []
    with browser.new_context(forced_colors="active", color_scheme="dark") as context:
        page = context.new_page()
        for path in ("/topics/de-stalinisation/", "/people/khrushchev/", *KINDS[12:14]):
            page.goto(f"{site}{path}")
            wrong += [f"{path}: {line}" for line in axe(page, WCAG)]
            # What is drawn takes the reader's colours: nothing keeps a colour of ours.
            wrong += page.evaluate(
                """() => [...document.querySelectorAll("svg.chart :is(rect, path, circle, text)")]
                  .filter(e => !["CanvasText", "Canvas"].some(name => {
                    const probe = document.createElement("i");
                    probe.style.color = name;
                    document.body.append(probe);
                    const same = getComputedStyle(probe).color === getComputedStyle(e).fill;
                    probe.remove();
                    return same;
                  })).map(e => e.outerHTML.slice(0, 100))"""
            )
    assert wrong == []


def test_without_script_nothing_is_missing(browser: Browser, site: str) -> None:
    """The words of each page, and what its forms do, are the same with and without script."""
    words = "document.querySelector('main').textContent.replace(/\\s+/g, ' ').trim()"
    with (
        browser.new_context(java_script_enabled=False) as plain,
        browser.new_context() as scripted,
    ):
        bare, full = plain.new_page(), scripted.new_page()
        for path in KINDS:
            bare.goto(f"{site}{path}")
            full.goto(f"{site}{path}")
            said = " ".join((bare.locator("main").text_content() or "").split())
            assert full.evaluate(words).startswith(said[:200]), path
            assert set(full.evaluate(words).split()) == set(said.split()), path
        # A day, a span and a kind are asked for by plain forms.
        bare.goto(f"{site}/power/")
        bare.get_by_label("Day", exact=False).first.fill("1 June 1953")
        bare.get_by_role("button", name="Show").first.click()
        assert "1 June 1953" in bare.locator("h1").inner_text()
        bare.goto(f"{site}/sources/")
        bare.get_by_label("Kind").select_option(value="monograph")
        bare.get_by_role("button", name="Show").first.click()
        assert "kind=" in bare.url
        assert bare.locator("main h1").count() == 1
