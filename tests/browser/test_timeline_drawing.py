"""The timeline as eyes, keys and paper meet it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from tests.support.at_once import wait_until

# Pairs of words that touch, measured in the fonts at hand; a hair’s breadth is forgiven.
TOUCHING = """() => {
  const words = [...document.querySelectorAll(".drawing a text")]
    .map(e => [e.getBoundingClientRect(), e.textContent]);
  return words.flatMap(([a, one], n) => words.slice(n + 1)
    .filter(([b]) => a.left < b.right && b.left < a.right
      && a.top + 3 < b.bottom && b.top + 3 < a.bottom)
    .map(([, other]) => [one, other]));
}"""
PAGES = ["/timeline/", "/timeline/?from=1956&to=1958", "/power/?on=1955-02-20"]


@pytest.mark.parametrize("address", PAGES)
def test_no_two_words_of_a_drawing_should_touch(browser: Browser, site: str, address: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{site}{address}")
    assert page.locator(".drawing a text").count() > 10
    assert page.evaluate(TOUCHING) == []
    page.close()


# A label over a break band would be read as lying in it; a lane’s name ends before the axis.
OVER = """() => {
  const words = [...document.querySelectorAll(".drawing a text")];
  const gaps = [...document.querySelectorAll(".drawing .moves .gap rect")];
  const lanes = [...document.querySelectorAll(".drawing .lane")];
  const over = (a, b) => a.left + 1 < b.right && b.left + 1 < a.right;
  const touch = (a, b) => over(a, b) && a.top + 3 < b.bottom && b.top + 3 < a.bottom;
  return words.flatMap((word) => {
    const box = word.getBoundingClientRect();
    const inGap = gaps.some((gap) => over(box, gap.getBoundingClientRect()));
    const onName = lanes.some((name) => touch(box, name.getBoundingClientRect()));
    return inGap || onName ? [word.textContent] : [];
  });
}"""


@pytest.mark.parametrize("address", [*PAGES, "/timeline/?all=on"])
def test_words_should_keep_off_breaks_and_names_of_lanes(
    browser: Browser, site: str, address: str
) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{site}{address}")
    assert page.locator(".drawing .lane").count() > 1
    assert page.evaluate(OVER) == []
    page.close()


# A phone, and a laptop at 200 %.
@pytest.mark.parametrize("width", [320, 360, 640])
def test_the_drawing_should_be_there_on_narrow_screens(
    browser: Browser, site: str, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 640})
    page.goto(f"{site}/timeline/")
    frame = page.locator(".drawing .moves")
    assert frame.is_visible()
    # Its words keep a size that can be read; it moves in its frame, and the page does not.
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(
        "document.querySelector('.drawing a text').getBoundingClientRect().height >= 9"
    )
    frame.focus()
    page.keyboard.press("ArrowRight")
    # Asked from outside: the page runs no script that stands in a string.
    wait_until(lambda: frame.evaluate("frame => frame.scrollLeft") > 0, "it does not move")
    page.close()


def test_the_drawing_should_fit_on_paper(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 700, "height": 900})
    page.emulate_media(media="print")
    page.goto(f"{site}/people/khrushchev/")
    box = page.locator(".drawing .moves > svg").bounding_box()
    assert box
    assert 300 < box["width"] <= 700
    # One that is taller than a leaf would be cut: the list says the same.
    page.goto(f"{site}/timeline/")
    assert page.locator(".drawing.tall").count()
    assert not page.locator(".drawing").is_visible()
    page.close()


def test_the_timeline_should_open_on_the_years_of_the_course(browser: Browser, site: str) -> None:
    for width in (360, 1280):
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto(f"{site}/timeline/")
        years = page.locator("#list h2").all_inner_texts()
        assert years[:2] == ["Begun before 1953", "1953"]
        # What began before is folded away.
        assert not page.locator("#before ~ * li, details:has(#before) li").first.is_visible()
        tick = page.locator(".drawing .ticks text").first.text_content()
        assert tick in {"1953", "1954"}
        page.close()


def test_arrow_keys_should_move_between_items(browser: Browser, site: str) -> None:
    page = browser.new_page()
    page.goto(f"{site}/timeline/?from=1953&to=1954&begins=on")
    names = page.locator("#list .name")
    names.first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert names.nth(2).evaluate("e => e === document.activeElement")
    page.keyboard.press("ArrowLeft")
    assert names.nth(1).evaluate("e => e === document.activeElement")
    page.close()


def test_the_pointer_should_be_told_what_it_is_over(page: Page, site: str) -> None:
    for address, mark, words in [
        (
            "/timeline/",
            ".turning circle >> nth=0",
            "Stalin dies and his posts are shared out: 5 March",
        ),
        (
            "/topics/de-stalinisation/",
            ".turning circle >> nth=0",
            "The Secret Speech: 25 February 1956",
        ),
        ("/power/?on=1953-06-01", "a rect >> nth=0", "Lavrentiy Beria, First Secretary"),
    ]:
        page.goto(f"{site}{address}")
        detail = page.locator(".drawing .detail")
        assert not detail.is_visible()
        page.locator(f".drawing {mark}").hover(force=True)
        assert detail.inner_text().startswith(words), address
        # Near what it is about, and within the drawing.
        box, around = detail.bounding_box(), page.locator(".drawing").bounding_box()
        assert box
        assert around
        assert around["x"] <= box["x"] + 1
        assert box["x"] + box["width"] <= around["x"] + around["width"] + 1
        page.keyboard.press("Escape")
        assert not detail.is_visible(), "it can be put away without moving the pointer"


def test_pulling_should_turn_to_the_span_before_or_after(page: Page, site: str) -> None:
    def pull(by: int) -> None:
        box = page.locator(".drawing .moves > svg").bounding_box()
        assert box
        # Where no mark is: over the names of the lanes.
        page.mouse.move(box["x"] + 500, box["y"] + 5)
        page.mouse.down()
        page.mouse.move(box["x"] + 500 + by, box["y"] + 5, steps=4)
        page.mouse.up()

    page.goto(f"{site}/timeline/?from=1956&to=1957")
    links = page.locator(".zoom [rel]").all_inner_texts()
    assert links == ["← 1954–1955", "1958–1959 →"], "the same without a script"
    pull(60)
    assert "from=1956" in page.url, "a short pull goes back to where it was"
    pull(400)
    page.wait_for_url("**from=1954&to=1955**")
    pull(-400)
    page.wait_for_url("**from=1956&to=1957**")
    # A mark that is pulled is not opened, and one that is pressed still is.
    page.locator(".drawing a.turning text").first.click()
    assert "#event-" in page.url


def test_the_year_should_stay_in_sight_while_its_list_is_read(page: Page, site: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{site}/timeline/")
    page.locator("#y1953 ~ ol > li").nth(8).evaluate("e => e.scrollIntoView()")
    year = page.locator("#y1953").bounding_box()
    assert year
    assert abs(year["y"]) < 2, "the heading stands at the top of the window"
    # What is led to is not hidden under it.
    page.goto(f"{site}/timeline/#event-beria-arrested")
    led_to = page.locator("#event-beria-arrested").bounding_box()
    heading = page.locator("#y1953").bounding_box()
    assert led_to
    assert heading
    assert led_to["y"] >= heading["y"] + heading["height"] - 1


def test_wheel_and_touch_should_be_left_to_the_browser(browser: Browser, site: str) -> None:
    with browser.new_context(viewport={"width": 1280, "height": 900}, has_touch=True) as context:
        page = context.new_page()
        page.goto(f"{site}/timeline/?from=1956&to=1957")
        drawing = page.locator(".drawing .moves > svg")
        drawing.hover(force=True)
        page.mouse.wheel(0, 300)
        page.wait_for_function("scrollY > 100")
        assert (
            page.evaluate("getComputedStyle(document.querySelector('.drawing svg')).touchAction")
            == "auto"
        )


def test_tab_should_follow_time_and_skip_the_drawing(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{site}/timeline/?from=1953&to=1953&begins=on")
    page.locator(".every-office").focus()
    order = []
    for _ in range(3):
        page.keyboard.press("Tab")
        order.append(page.evaluate("document.activeElement.closest('li')?.id"))
    assert order == page.evaluate(
        "[...document.querySelectorAll('#list li')].slice(0, 3).map(e => e.id)"
    )
    page.close()


def test_without_scripts_a_mark_should_still_lead_to_its_place(browser: Browser, site: str) -> None:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 1280, "height": 900}
    )
    page = context.new_page()
    page.goto(f"{site}/timeline/")
    mark = page.locator(".drawing a").first
    href = mark.get_attribute("href")
    assert href is not None
    mark.locator("text").click()
    assert page.url.endswith(href)
    assert page.locator(href).is_visible()
    context.close()
