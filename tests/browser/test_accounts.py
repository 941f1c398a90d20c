"""Signing in with a second factor, in a browser: passkeys live only there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import serving
from tests.browser.test_every_page import SMALL_PHONE, TOO_WIDE, WCAG, axe

PASSWORD = "Virgin-Lands-1954"
KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Thaw of its own. Browsers take passkeys without https from “localhost” alone."""
    # The server itself runs as on a developer's machine, which is where http is let be.
    settings = {"DEBUG": "1", "ALLOWED_HOSTS": "127.0.0.1,localhost"}
    folder = tmp_path_factory.mktemp("accounts")
    with serving(folder, accounts=PASSWORD, settings=settings) as address:
        yield address.replace("127.0.0.1", "localhost")


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    yield context.new_page()
    context.close()


def sign_in(page: Page, desk: str) -> None:
    page.goto(f"{desk}/admin/")
    page.get_by_label("Username").fill("editor")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_passkey_is_added_and_signs_in_and_nothing_is_wrong_with_the_pages(
    page: Page, desk: str
) -> None:
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(f"{page.url}: {message.text}"))

    def look() -> None:
        """At the page by day and by night, and on a small phone."""
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found.extend(f"{page.url}, {scheme}: {line}" for line in axe(page, WCAG))
        page.set_viewport_size(SMALL_PHONE)  # type: ignore[arg-type]
        found.extend(f"{page.url}, too wide: {line}" for line in page.evaluate(TOO_WIDE))
        page.set_viewport_size({"width": 1280, "height": 900})

    def follow(name: str) -> None:
        # A click does not wait until the page that it leads to is there.
        with page.expect_navigation():
            page.get_by_role("link", name=name).click()
        look()

    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": KEY})
    page.goto(f"{desk}/accounts/login/")
    look()
    sign_in(page, desk)
    follow("Your account")
    follow("Set up an app")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Set up an authenticator app")).to_be_visible()
    look()
    for address in ("sessions/", "password/", "2fa/webauthn/"):
        page.goto(f"{desk}/accounts/{address}")
        look()
    follow("Add a passkey")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("Passkey added.")).to_be_visible()
    # The codes of that moment are made with it.
    page.goto(f"{desk}/accounts/2fa/recovery-codes/")
    look()
    page.get_by_role("button", name="Sign out").click()
    sign_in(page, desk)
    expect(page.get_by_role("heading", name="And the second factor")).to_be_visible()
    look()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="The teachers’ desk")).to_be_visible()
    assert "\n".join(found) == ""


def test_who_guesses_is_told_to_wait(page: Page, desk: str) -> None:
    page.goto(f"{desk}/accounts/login/")
    for number in range(6):
        page.get_by_label("Username").fill("contributor")
        page.get_by_label("Password").fill(f"guess-{number}")
        page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="Too many tries")).to_be_visible()
    assert axe(page, WCAG) == []
