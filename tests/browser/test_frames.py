"""Parts of pages in a frame of another site, as a browser enforces it and not as headers say it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import BrowserContext, Frame

from tests.browser.conftest import serving

# What may stand in a frame, and what a reader finds there.
FRAMED = [
    ("/embed/timeline/?from=1956&to=1957", "The Secret Speech"),
    ("/embed/topics/leadership-struggle/", "Leadership struggle"),
    ("/embed/topics/leadership-struggle/?v=1", "version 1"),
    ("/embed/statistics/gulag-prisoners/", "GULAG prisoners"),
    ("/embed/statistics/gulag-prisoners/?v=1", "The figures as they stood"),
    ("/embed/power/?on=1953-06-01", "1 June 1953"),
    # Help is shown in the frame, too: the status is 404.
    ("/embed/topics/nothing-of-this-name/", "No topic has the address"),
]
NEVER = [
    "/",
    "/timeline/",
    "/topics/leadership-struggle/",
    "/statistics/gulag-prisoners/",
    "/power/?on=1953-06-01",
    "/people/khrushchev/report/",
    "/accounts/login/",
]


class SchoolPage(BaseHTTPRequestHandler):
    """`/?show=ADDRESS`: a page of another site with that address in a frame."""

    def do_GET(self) -> None:
        shown = parse_qs(urlsplit(self.path).query).get("show", [""])[0]
        body = f'<!doctype html><title>School</title><iframe src="{escape(shown)}"></iframe>'
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *arguments: object) -> None:
        """The log of the tests is for the tests."""


@pytest.fixture(scope="module")
def school() -> Iterator[str]:
    """The address of another site: another host and another port than Thaw’s."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), SchoolPage)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def open_site(tmp_path_factory: pytest.TempPathFactory, school: str) -> Iterator[str]:
    """A Thaw that names the school among those who may frame it."""
    folder = tmp_path_factory.mktemp("framed")
    with serving(folder, settings={"EMBED_ORIGINS": f"https://moodle.example,{school}"}) as address:
        yield address


@pytest.fixture(scope="module")
def closed_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Thaw that lets another school frame it, and not this one."""
    folder = tmp_path_factory.mktemp("unframed")
    with serving(folder, settings={"EMBED_ORIGINS": "https://moodle.example"}) as address:
        yield address


def framed(context: BrowserContext, school: str, address: str) -> Frame:
    """What stands in the frame of the school’s page that shows an address."""
    page = context.new_page()
    page.goto(f"{school}/?show={address.replace('&', '%26')}", wait_until="load")
    element = page.locator("iframe").element_handle()
    assert element is not None
    frame = element.content_frame()
    assert frame is not None
    return frame


@pytest.mark.parametrize(("path", "seen"), FRAMED)
def test_a_site_that_is_named_shows_the_frame(
    context: BrowserContext, school: str, open_site: str, path: str, seen: str
) -> None:
    frame = framed(context, school, f"{open_site}{path}")
    assert frame.url.startswith(open_site)
    assert seen in frame.locator("body").inner_text()
    assert context.cookies() == [], "a frame leaves nothing on the reader’s device"


def test_the_way_out_of_a_frame_opens_a_window_of_its_own(
    context: BrowserContext, school: str, open_site: str
) -> None:
    frame = framed(context, school, f"{open_site}/embed/power/?on=1953-06-01")
    with context.expect_page() as opened:
        frame.get_by_role("link", name="The whole power map").click()
    opened.value.wait_for_load_state()
    assert opened.value.url == f"{open_site}/power/?on=1953-06-01"
    assert "1 June 1953" in opened.value.locator("h1").inner_text()


@pytest.mark.parametrize(("path", "seen"), FRAMED[:4])
def test_a_site_that_is_not_named_shows_nothing(
    context: BrowserContext, school: str, closed_site: str, path: str, seen: str
) -> None:
    _refused(context, school, f"{closed_site}{path}", seen)


@pytest.mark.parametrize("path", NEVER)
def test_no_other_page_is_ever_framed(
    context: BrowserContext, school: str, open_site: str, path: str
) -> None:
    _refused(context, school, f"{open_site}{path}", "Thaw")


def _refused(context: BrowserContext, school: str, address: str, never: str) -> None:
    frame = framed(context, school, address)
    # The browser puts a page of its own where the policy refuses the one asked for.
    assert not frame.url.startswith(address)
    assert never not in frame.locator("body").inner_text()
