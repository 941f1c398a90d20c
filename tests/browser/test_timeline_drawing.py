"""The timeline as eyes, keys and paper meet it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

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


def test_the_drawing_should_leave_narrow_screens_to_the_list(browser: Browser, site: str) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 640})
    page.goto(f"{site}/timeline/")
    assert not page.locator(".drawing").is_visible()
    assert page.locator("#list li").first.is_visible()
    page.set_viewport_size({"width": 1280, "height": 900})
    assert page.locator(".drawing").is_visible()
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
        box = page.locator(".drawing > svg").bounding_box()
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
        drawing = page.locator(".drawing > svg")
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
    page.locator(".zoom a").last.focus()
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
