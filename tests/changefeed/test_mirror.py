"""The reference client against a site that is busy, cut off, set back, or of two minds."""

from __future__ import annotations

import importlib.util
import json
import sqlite3
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import pytest

from tests import ROOT

FILE = ROOT / "docs" / "examples" / "mirror.py"
Answer = tuple[int, dict[str, str], Any]


def load() -> Any:
    spec = importlib.util.spec_from_file_location("mirror", FILE)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Site:
    """A site that answers each address with the next of the answers laid down for it."""

    def __init__(self) -> None:
        self.answers: dict[str, list[Answer]] = {}
        self.asked: list[tuple[str, str]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, self.headers.get("If-None-Match", "")))
                waiting = site.answers[self.path]
                status, headers, body = waiting.pop(0) if len(waiting) > 1 else waiting[0]
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(b"" if status == 304 else json.dumps(body).encode())

            def log_message(self, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def feed(self, after: str, answers: list[Answer]) -> None:
        query = f"page_size=200&after={after}" if after else "page_size=200"
        self.answers[f"/api/v1/changes/?{query}"] = answers

    def page(self, after: str, *entries: tuple[str, str], more: bool = False) -> Answer:
        """A page of the feed. In: the place behind it, and key and action of each entry."""
        results = [
            {"kind": "event", "key": key, "action": action, "into": None,
             "url": f"{self.address}/{key}" if action in ("created", "updated") else None}
            for key, action in entries
        ]  # fmt: skip
        return 200, {}, {"next": "x" if more else None, "after": after, "results": results}

    def record(self, key: str, *answers: Answer) -> None:
        self.answers[f"/{key}"] = [*answers]


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the client waited, without waiting."""
    found: list[float] = []
    monkeypatch.setattr("time.sleep", found.append)
    return found


class Copy:
    def __init__(self, site: Site) -> None:
        self.program, self.site = load(), site
        self.file = sqlite3.connect(":memory:")
        self.file.executescript(self.program.TABLES)

    def catch_up(self) -> dict[str, int]:
        return dict(self.program.catch_up(self.site.address, self.file))

    def records(self) -> dict[str, Any]:
        rows = self.file.execute("SELECT key, document FROM record")
        return {key: json.loads(document) for key, document in rows}

    def place(self) -> Any:
        return self.file.execute("SELECT after FROM place").fetchone()


def said(text: str, etag: str = "") -> Answer:
    return 200, {"ETag": etag} if etag else {}, {"title": text}


def test_it_goes_on_from_page_to_page_and_asks_for_what_it_has_by_its_tag(site: Site) -> None:
    copy = Copy(site)
    site.feed("", [site.page("one", ("a", "created"), ("b", "created"), more=True)])
    site.feed("one", [site.page("two", ("a", "updated"), ("b", "withdrawn"))])
    site.feed("two", [site.page("two")])
    site.record("a", said("A", '"1"'), (304, {}, None))
    site.record("b", said("B"))
    assert copy.catch_up() == {"created": 2, "unchanged": 1, "withdrawn": 1}
    assert copy.records() == {"a": {"title": "A"}}
    assert ("/a", '"1"') in site.asked
    assert copy.place() == ("two",)
    assert copy.catch_up() == {}


@pytest.mark.parametrize(
    ("refusal", "waited"),
    [
        # As long as the site says.
        ((429, {"Retry-After": "7"}, {}), 7),
        ((503, {"Retry-After": "30"}, {}), 30),
        # Or longer each time, where it says nothing, or nothing that is seconds.
        ((500, {}, {}), 2),
        ((503, {"Retry-After": "Wed, 25 Nov 2026 10:00:00 GMT"}, {}), 2),
    ],
)
def test_a_busy_site_is_given_time(
    site: Site, waits: list[float], refusal: Answer, waited: int
) -> None:
    copy = Copy(site)
    site.feed("", [refusal, site.page("one", ("a", "created"))])
    site.record("a", said("A"))
    assert copy.catch_up() == {"created": 1}
    assert waits == [waited]


def test_a_site_that_stays_away_is_left_in_peace_with_the_copy_whole(
    site: Site, waits: list[float]
) -> None:
    copy = Copy(site)
    site.feed("", [site.page("one", ("a", "created"), more=True)])
    site.feed("one", [site.page("two", ("b", "created"), ("c", "created"))])
    site.record("a", said("A"))
    site.record("b", said("B"))
    site.record("c", (500, {}, {}))
    with pytest.raises(SystemExit, match="try again later"):
        copy.catch_up()
    # The page that could not be taken in whole was not taken in at all.
    assert (copy.records(), copy.place()) == ({"a": {"title": "A"}}, ("one",))
    assert waits == [2, 4, 8, 16, 32, 60, 60]
    site.record("c", said("C"))
    assert copy.catch_up() == {"created": 2}


@pytest.mark.parametrize("status", [301, 404, 410])
def test_what_is_gone_again_since_is_left_out(site: Site, status: int) -> None:
    copy = Copy(site)
    site.feed("", [site.page("one", ("a", "created"))])
    site.record("a", (status, {"Location": f"{site.address}/b"}, {}))
    assert copy.catch_up() == {"gone since": 1}
    assert copy.records() == {}
    # A new address is not followed: it has an entry of its own.
    assert "/b" not in [path for path, _ in site.asked]


def test_a_place_that_was_lost_is_a_new_beginning(site: Site) -> None:
    copy = Copy(site)
    site.feed("", [site.page("one", ("a", "created"))])
    site.record("a", said("A"))
    copy.catch_up()
    site.feed("one", [(410, {}, {"code": "cursor-lost", "detail": "Begin anew."})])
    site.feed("", [site.page("new", ("b", "created"))])
    site.record("b", said("B"))
    assert copy.catch_up() == {"begun anew": 1, "created": 1}
    assert copy.records() == {"b": {"title": "B"}}


def test_a_refusal_is_told_in_the_words_of_the_site(site: Site) -> None:
    site.feed("", [(400, {}, {"detail": "There is no parameter of that name."})])
    with pytest.raises(SystemExit, match="There is no parameter of that name"):
        Copy(site).catch_up()


def test_it_can_be_read_in_five_minutes_and_needs_nothing_but_python() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 150
    imported = {line.split()[1].split(".")[0] for line in text.splitlines()
                if line.startswith(("import ", "from "))}  # fmt: skip
    assert imported <= {
        "__future__", "argparse", "collections", "json", "sqlite3", "sys", "time", "typing",
        "urllib",
    }  # fmt: skip
