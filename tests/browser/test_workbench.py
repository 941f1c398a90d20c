"""From a page of notes to a published topic in a real browser: clicks and boxes are counted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import serving, settle
from tests.browser.test_every_page import SMALL_PHONE, TOO_WIDE, WCAG, axe

PASSWORD = "Star-Chamber-1487"
# Another period than that of the shipped course.
HENRY = """HENRY VII

John Morton = Lord Chancellor 1487-1500, power base was the Church
Reginald Bray (Chancellor of the Duchy of Lancaster 1485-1503), power base was the Royal Household

Council Learned in the Law: bonds collected; nobles fined.

1485 - Battle of Bosworth
On 16 June 1487 the rebels lost at Stoke Field.

Crown lands: income rose from £29,000 in 1485 to £42,000 by 1509.
"""
MOST = 30


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Thaw of its own, since these tests change what is in it."""
    with serving(tmp_path_factory.mktemp("bench"), accounts=PASSWORD) as address:
        yield address


class Teacher:
    """An editor at the desk who counts what she does."""

    def __init__(self, page: Page, site: str, notes: str = HENRY) -> None:
        self.page, self.site, self.notes = page, site, notes
        self.clicks = self.boxes = 0
        page.goto(f"{site}/admin/")
        page.get_by_label("Username").fill("editor")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", name="The teachers’ desk")).to_be_visible()

    def click(self, what: Locator) -> None:
        what.click()
        self.clicks += 1

    def fill(self, box: Locator, words: str) -> None:
        box.fill(words)
        self.boxes += 1

    def choose(self, box: Locator, choice: str) -> None:
        box.select_option(choice)
        self.boxes += 1

    def piece(self, words: str, becomes: str) -> Locator:
        summary = self.page.locator("summary", has_text=words)
        return self.page.locator(f"details.becomes-{becomes}", has=summary)

    def read_in(self, course: str) -> None:
        page = self.page
        page.goto(f"{self.site}/admin/workbench/notespage/add/")
        self.fill(page.get_by_label("What the notes are called"), f"Class notes: {course}")
        self.fill(page.get_by_label("Or a new course"), course)
        self.fill(page.get_by_label("The notes:", exact=True), self.notes)
        self.click(page.get_by_role("button", name="Read them in"))
        expect(page.locator(".messagelist")).to_contain_text("drafts were made")

    def publish(self) -> None:
        page = self.page
        self.fill(page.get_by_label("Question", exact=True), "How did Henry VII secure his throne?")
        self.fill(page.get_by_label("Short answer"), "He won at Stoke, and made the nobles pay.")
        council = self.piece("Council Learned", "reform")
        self.click(council.locator("summary"))
        self.fill(council.get_by_label("Date", exact=True), "by 1500")
        self.fill(council.get_by_label("Whose power it changed"), "Nobility")
        self.choose(council.get_by_label("What it did to it"), "weakened")
        figure = self.piece("from £29,000", "figure")
        self.fill(figure.get_by_label("What is counted"), "Income of the Crown lands")
        self.fill(figure.get_by_label("Of whom or what"), "The Crown")
        self.choose(self.piece("Crown lands", "later").get_by_label("Becomes"), "nothing")
        self.click(page.get_by_role("button", name="Save and publish what is ready"))
        expect(page.locator(".messagelist")).to_contain_text("Readers see now:")


@pytest.mark.parametrize(
    ("scripts", "course"), [(True, "Henry VII"), (False, "Henry Tudor")], ids=["scripts", "without"]
)
def test_from_notes_to_a_published_topic(
    scripts: bool, course: str, browser: Browser, bench: str
) -> None:
    context = browser.new_context(java_script_enabled=scripts, locale="en-GB")
    teacher = Teacher(context.new_page(), bench, HENRY.replace("HENRY VII", course.upper()))
    teacher.read_in(course)
    if scripts:
        teacher.publish()
        assert teacher.clicks <= MOST
        assert teacher.boxes <= MOST
        assert len(context.pages) == 1, "a window was opened"
        teacher.page.goto(f"{bench}/topics/henry-vii/")
        expect(teacher.page.get_by_text("How did Henry VII secure his throne?")).to_be_visible()
        for words in ("Battle of Bosworth", "Council Learned in the Law", "John Morton"):
            expect(teacher.page.get_by_text(words).first).to_be_attached()
    else:
        # All are in the record since the first time, and recognised. The form needs no script.
        states = teacher.page.locator("details.piece .piece-state")
        expect(states.first).to_contain_text("stands in the record already (published)")
        teacher.page.get_by_label("Question", exact=True).fill("How did he win?")
        teacher.page.get_by_role("button", name="Save", exact=True).click()
        expect(teacher.page.locator(".messagelist")).to_contain_text("Kept the pieces of")
        expect(teacher.page.get_by_label("Question", exact=True)).to_have_value("How did he win?")
    context.close()


def test_the_workbench_for_everybody(browser: Browser, bench: str) -> None:
    """By axe in both colours, on a small phone, and by keyboard alone."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    teacher = Teacher(context.new_page(), bench)
    page = teacher.page
    page.goto(f"{bench}/admin/workbench/notespage/add/")
    assert axe(page, WCAG) == []
    teacher.read_in("Henry VII for everybody")
    for piece in page.locator("details.piece").all():
        piece.evaluate("one => { one.open = true }")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        settle(page)
        assert axe(page, WCAG) == []
    page.set_viewport_size(SMALL_PHONE)  # type: ignore[arg-type]
    assert page.evaluate(TOO_WIDE) == []
    # A word of the notes leads to its row, which opens and closes by keyboard.
    page.locator(".notes-paper a", has_text="Battle of Bosworth").focus()
    page.keyboard.press("Enter")
    row = page.locator("details.piece:target")
    expect(row).to_contain_text("Battle of Bosworth")
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(row).not_to_have_attribute("open", "")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('details.piece') !== null")
    context.close()
