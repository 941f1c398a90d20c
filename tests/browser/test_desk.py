"""The teachers' desk in a real browser: suggesting, accepting, going back, two people at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import serving, settle
from tests.browser.test_every_page import SMALL_PHONE, TOO_WIDE, WCAG, axe

PASSWORD = "Virgin-Lands-1954"
CHECKED = " Checked against the protocol."


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Thaw of its own, since these tests change what is in it."""
    with serving(tmp_path_factory.mktemp("desk"), accounts=PASSWORD) as address:
        yield address


@pytest.fixture
def sign_in(browser: Browser, desk: str) -> Iterator[Callable[[str], Page]]:
    """Opens a window of its own for an account, at the desk."""
    opened = []

    def window(name: str) -> Page:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
        opened.append(context)
        page = context.new_page()
        page.goto(f"{desk}/admin/")
        page.get_by_label("Username").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", name="The teachers’ desk")).to_be_visible()
        return page

    yield window
    for context in opened:
        context.close()


def open_record(page: Page, desk: str, kind: str, title: str) -> None:
    """The change form of a record, by searching its list."""
    page.goto(f"{desk}/admin/{kind}/?q={title}")
    page.locator("#result_list").get_by_role("link", name=title, exact=False).first.click()


def open_history(page: Page) -> None:
    page.locator(".object-tools").get_by_role("link", name="History").click()


def add_words(page: Page, words: str, reason: str) -> None:
    summary = page.get_by_label("Summary")
    summary.fill(f"{summary.input_value()}{words}")
    page.get_by_label("Why this change").fill(reason)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def suggest(page: Page, desk: str, title: str, words: str = CHECKED) -> None:
    open_record(page, desk, "people/person", title)
    expect(page.get_by_text("You are suggesting a change.")).to_be_visible()
    add_words(page, words, "Read the protocol")
    save(page)
    expect(page.get_by_text("is with the editors. The page stays")).to_be_visible()


def review(page: Page, desk: str, title: str) -> None:
    """From the desk to the suggestion that waits for an editor."""
    page.goto(f"{desk}/admin/")
    waiting = page.get_by_role("region", name="Waiting for you")
    waiting.get_by_role("link", name=title).last.click()
    expect(page.get_by_role("heading", name="What is suggested")).to_be_visible()


def test_a_suggestion_becomes_a_version_and_the_first_comes_back(
    desk: str, page: Page, sign_in: Callable[[str], Page]
) -> None:
    reader, public = page, f"{desk}/people/malenkov/"

    def shown(address: str) -> str:
        answer = reader.goto(address)
        assert answer is not None
        assert answer.status == 200, address
        return reader.locator("main").inner_text()

    before = shown(public)
    assert CHECKED not in before
    contributor = sign_in("contributor")
    suggest(contributor, desk, "Georgy Malenkov")
    contributor.goto(f"{desk}/admin/")
    own = contributor.get_by_role("region", name="Your suggestions")
    expect(own.get_by_role("link", name="Georgy Malenkov")).to_be_visible()
    assert shown(public) == before, "readers see nothing of it yet"

    editor = sign_in("editor")
    review(editor, desk, "Georgy Malenkov")
    expect(editor.locator("ins")).to_have_text(CHECKED)
    editor.get_by_role("button", name="Accept what is ticked").click()
    expect(editor.get_by_text("is changed as suggested")).to_be_visible()
    assert CHECKED in shown(public)
    assert CHECKED in shown(f"{public}v/2/")
    assert CHECKED not in shown(f"{public}v/1/")

    open_record(editor, desk, "people/person", "Georgy Malenkov")
    open_history(editor)
    editor.get_by_role("link", name="Restore version 1", exact=True).click()
    editor.get_by_label("Why", exact=True).fill("The protocol says nothing of it")
    editor.get_by_role("button", name="Restore version 1").click()
    expect(editor.get_by_text("is again as it was in version 1")).to_be_visible()
    assert CHECKED not in shown(public)
    assert CHECKED not in shown(f"{public}v/3/")
    assert CHECKED in shown(f"{public}v/2/"), "an address that was cited stays"
    editor.get_by_label("Compare from version 1", exact=True).check()
    editor.get_by_label("Compare to version 3", exact=True).check()
    editor.get_by_role("button", name="Compare").click()
    expect(editor.get_by_text("No difference.")).to_be_visible()


def test_two_browsers_editing_one_record_lose_nothing(
    desk: str, page: Page, sign_in: Callable[[str], Page]
) -> None:
    first, second = sign_in("editor"), sign_in("administrator")
    for window in (first, second):
        open_record(window, desk, "people/person", "Lavrenti")
    add_words(first, " Words of the first.", "First")
    save(first)
    expect(first.locator(".messagelist .success")).to_be_visible()

    add_words(second, " Words of the second.", "Second")
    second.get_by_label("Epithet").fill("typed with care")
    save(second)
    changed = second.get_by_role("region", name="Changed by others while you were writing")
    expect(changed).to_contain_text("by editor")
    expect(changed.locator("ins")).to_have_text(" Words of the first.")
    expect(second.get_by_label("Summary")).to_have_value(re.compile("Words of the second."))
    expect(second.get_by_label("Epithet")).to_have_value("typed with care")

    # Takes over what the other wrote, and saves again.
    summary = second.get_by_label("Summary")
    summary.fill(f"{summary.input_value()} Words of the first.")
    save(second)
    expect(second.locator(".messagelist .success")).to_be_visible()
    address = second.url.split("?")[0]
    page.goto(f"{desk}/people/beria/")
    for words in ("Words of the first.", "Words of the second."):
        assert words in page.locator("main").inner_text(), address


def kept_on_device(page: Page) -> list[str]:
    return page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('thaw-form:'))")  # type: ignore[no-any-return]


def test_what_is_typed_outlives_a_stray_click_and_a_session_that_ended(
    desk: str, sign_in: Callable[[str], Page]
) -> None:
    page = sign_in("editor")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"{desk}/admin/events/event/add/")
    page.get_by_label("Title").fill("Beria arrested in the Kremlin")
    page.locator("#id_span").fill("26 June 1953")
    page.get_by_role("button", name="Add another Citation").click()
    page.locator("#citations-0 .select2-selection").first.click()
    page.keyboard.type("Soviet")
    page.locator(".select2-results__option--highlighted").click()
    source = page.locator("#citations-0 .select2-selection__rendered").first.inner_text()
    # Away at once, within the pause in which nothing is kept yet.
    page.goto(f"{desk}/admin/")
    assert asked == ["beforeunload"]

    page.goto(f"{desk}/admin/events/event/add/")
    offer = page.get_by_role("region", name="Unsaved words")
    expect(offer).to_contain_text("Written in: Title, Date")
    assert axe(page, WCAG) == []
    offer.get_by_role("button", name="Put it back").click()
    expect(page.get_by_label("Title")).to_have_value("Beria arrested in the Kremlin")
    expect(page.locator("#id_span")).to_have_value("26 June 1953")
    expect(page.locator("#citations-0 .select2-selection__rendered").first).to_have_text(source)
    page.context.clear_cookies(name="sessionid")
    save(page)
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    offer.get_by_role("button", name="Put it back").click()
    page.locator("#id_citations-0-locator").fill("p. 240")
    page.locator("#id_citations-0-stance").select_option("supports")
    page.locator("#id_citations-0-checked").select_option("read")
    save(page)
    expect(page.locator(".messagelist .success")).to_contain_text("Beria arrested in the Kremlin")
    assert kept_on_device(page) == []

    page.goto(f"{desk}/admin/events/event/add/")
    page.get_by_label("Title").fill("Left on a shared computer")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert kept_on_device(page) == []


@pytest.mark.parametrize(
    ("before", "said"),
    [
        # Another program wrote there, or half of it was written.
        ("localStorage.setItem(KEY, '{\"at\": 1')", "damaged"),
        ("localStorage.setItem(KEY, 'null')", "damaged"),
        # The browser has no room, or gives none.
        ("Storage.prototype.setItem = () => { throw new DOMException('full') }", "no room"),
    ],
)
def test_a_damaged_or_full_store_is_said_in_words(
    desk: str, sign_in: Callable[[str], Page], before: str, said: str
) -> None:
    page = sign_in("editor")
    page.goto(f"{desk}/admin/events/event/add/")
    account = page.locator("script[data-account]").first.get_attribute("data-account")
    key = f"thaw-form:{account}:/admin/events/event/add/"
    page.add_init_script(before.replace("KEY", f"'{key}'"))
    page.goto(f"{desk}/admin/events/event/add/")
    page.get_by_label("Title").fill("Beria arrested in the Kremlin")
    expect(page.locator(".kept-status")).to_contain_text(said)


def test_a_new_event_is_entered_by_keyboard_with_the_boxes_that_apply(
    desk: str, sign_in: Callable[[str], Page]
) -> None:
    page = sign_in("editor")
    page.goto(f"{desk}/admin/events/event/add/")
    expect(page.locator("#id_title")).to_be_focused()
    expect(page.locator("input[name=_save]")).to_be_in_viewport()
    for name in ("withdrawn_reason", "publish_at_0"):
        expect(page.locator(f"#id_{name}")).to_be_hidden()
    reached = ""
    for _ in range(25):
        page.keyboard.press("Tab")
        reached = page.evaluate("document.activeElement.name ?? ''")
        if reached == "_save":
            break
    assert reached == "_save", "too many presses of Tab"

    page.locator("#id_title").fill("Written by half")
    page.keyboard.press("Enter")
    page.locator("#id_span").fill("1956")
    expect(page.locator("#id_undated_reason")).to_be_hidden()
    page.locator("#id_status").select_option("review")
    expect(page.locator("#id_publish_at_0")).to_be_visible()
    page.locator("#id_status").select_option("withdrawn")
    expect(page.locator("#id_withdrawn_reason")).to_be_visible()
    assert page.url.endswith("/add/"), "Enter saved it"

    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{desk}/admin/people/person/add/")
    page.locator("#id_name").press_sequentially("Nina Petrovna Kukharchuk")
    expect(page.locator("#id_sort_name")).to_have_value("Kukharchuk, Nina Petrovna")
    page.locator("#id_sort_name").fill("Kukharchuk, Nina")
    page.locator("#id_name").press_sequentially(" (1900)")
    expect(page.locator("#id_sort_name")).to_have_value("Kukharchuk, Nina")
    page.goto(f"{desk}/admin/people/tenure/add/")
    expect(page.locator(".field-person .select2-selection")).to_be_focused()


# --- for everybody --------------------------------------------------------------------------------


def ticked(page: Page, desk: str, kind: str, number: int, action: str) -> None:
    """The page on which an action on the first records of a list is looked at."""
    page.goto(f"{desk}/admin/{kind}/")
    for row in range(number):
        page.locator(".action-select").nth(row).check()
    page.get_by_label("Action:").select_option(action)
    page.locator(".actions").get_by_role("button").first.click()


@pytest.fixture
def pages(desk: str, sign_in: Callable[[str], Page]) -> list[tuple[str, Page, Callable[[], None]]]:
    """(what, window, how to get there) of the pages that teachers meet beyond lists."""
    contributor, editor = sign_in("contributor"), sign_in("editor")
    suggest(contributor, desk, "Nikolai Bulganin")
    open_record(editor, desk, "people/person", "Georgy Zhukov")
    add_words(editor, CHECKED, "Read the protocol")
    save(editor)

    def compared() -> None:
        open_record(editor, desk, "people/person", "Georgy Zhukov")
        open_history(editor)
        editor.get_by_role("button", name="Compare").click()

    def form(page: Page) -> Callable[[], None]:
        return lambda: open_record(page, desk, "people/person", "Georgy Zhukov")

    return [
        ("desk of a contributor", contributor, lambda: contributor.goto(f"{desk}/admin/") and None),
        ("desk of an editor", editor, lambda: editor.goto(f"{desk}/admin/") and None),
        ("change form of an editor", editor, form(editor)),
        ("change form of a contributor", contributor, form(contributor)),
        ("difference of two versions", editor, compared),
        ("suggestion", editor, lambda: review(editor, desk, "Nikolai Bulganin")),
        ("publishing a list", editor, lambda: ticked(editor, desk, "events/event", 3, "publish")),
        (
            "citing in a list",
            editor,
            lambda: ticked(editor, desk, "events/event", 3, "add_citation"),
        ),
        ("merging two", editor, lambda: ticked(editor, desk, "people/person", 2, "merge")),
    ]


def test_axe_finds_nothing_by_day_or_night_and_nothing_is_too_wide(
    pages: list[tuple[str, Page, Callable[[], None]]],
) -> None:
    found = []
    for what, page, go in pages:
        complaints: list[str] = []
        page.on("pageerror", lambda error, said=complaints: said.append(str(error)))
        page.on("console", lambda message, said=complaints: said.append(message.text))
        go()
        # Pickers are made after loading.
        page.wait_for_load_state("networkidle")
        found += [f"{what}: {line}" for line in complaints]
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            # Links fade from one colour to the other.
            settle(page)
            found += [f"{what}, {scheme}: {line}" for line in axe(page, WCAG)]
        page.set_viewport_size(SMALL_PHONE)  # type: ignore[arg-type]
        found += [f"{what}, too wide: {line}" for line in page.evaluate(TOO_WIDE)]
        page.set_viewport_size({"width": 1280, "height": 900})
    assert "\n".join(found) == ""


def test_a_suggestion_is_decided_by_keyboard_alone(
    desk: str, sign_in: Callable[[str], Page]
) -> None:
    contributor, page = sign_in("contributor"), sign_in("editor")
    suggest(contributor, desk, "Vyacheslav Molotov")
    review(page, desk, "Vyacheslav Molotov")
    controls = page.locator("#content-main").locator(
        "a, input:not([type=hidden]), textarea, button"
    )
    expected = controls.count()
    assert expected >= 5, "the record, a change, a comment and two ways to decide"
    page.evaluate("document.body.focus()")
    reached: list[str] = []
    for _ in range(120):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                """() => {
                  const e = document.activeElement;
                  const style = getComputedStyle(e);
                  const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1;
                  if (!e.closest("#content-main")) return "";
                  return (seen ? "" : "without an outline: ") + (e.name || e.tagName) + e.value;
                }"""
            )
        )
        if reached[-1].endswith("return"):
            break
    assert not [name for name in reached if name.startswith("without")]
    assert len([name for name in reached if name]) == expected

    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("Which edition?")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Space")
    expect(page.locator("input[name=path]")).not_to_be_checked()
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("went back with your comment")).to_be_visible()
    contributor.goto(f"{desk}/admin/")
    expect(contributor.get_by_text("Which edition?")).to_be_visible()
