"""The search box as a combobox: by keyboard, and without a script as a plain form."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_every_page import TOO_WIDE, WCAG, axe


def test_the_box_suggests_and_the_keyboard_chooses(page: Page, site: str) -> None:
    page.goto(f"{site}/people/")
    box = page.get_by_role("searchbox").or_(page.get_by_role("combobox"))
    box.click()
    page.keyboard.type("novoch")
    options = page.get_by_role("option")
    expect(options.first).to_contain_text("Novocherkassk")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{active}")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_have_value("novoch")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/events/novocherkassk-shooting/")


def test_enter_without_a_choice_searches(page: Page, site: str) -> None:
    page.goto(f"{site}/people/")
    page.locator("#find").fill("Жуков")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=*")
    expect(page.locator("mark").first).to_have_text("Zhukov")


def test_without_scripts_it_is_a_form(browser: Browser, site: str) -> None:
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{site}/people/")
        page.locator("#find").fill("June 1957")
        page.locator("form.find button").click()
        page.wait_for_url("**/search/?q=*")
        expect(page.locator(".found a").first).to_have_text("The Anti-Party Group is defeated")


def test_open_suggestions_are_accessible_and_fit_a_phone(browser: Browser, site: str) -> None:
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.goto(f"{site}/topics/the-fall/")
        page.locator("#find").click()
        page.keyboard.type("khru")
        expect(page.get_by_role("option").first).to_be_visible()
        assert not page.evaluate(TOO_WIDE)
        assert axe(page, WCAG) == []


@pytest.mark.parametrize("query", ["", "?q=why+did+Kruschev+fall", "?q=Byzantium&kind=event"])
def test_its_page_is_accessible_by_night_on_a_small_phone(
    browser: Browser, site: str, query: str
) -> None:
    with browser.new_context(
        viewport={"width": 320, "height": 640}, color_scheme="dark"
    ) as context:
        page = context.new_page()
        page.goto(f"{site}/search/{query}")
        assert not page.evaluate(TOO_WIDE)
        assert axe(page, WCAG) == []
