"""The timeline’s answer for TimelineJS, read by TimelineJS itself."""

from __future__ import annotations

import json
import re
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route

from tests.support.at_once import PATIENCE

LIBRARY = Path(__file__).parent / "node_modules" / "@knight-lab" / "timelinejs" / "dist"
# A host that there is not: every request to it is answered from the folder above.
HOST = "http://timelinejs.test"
PARTS = ("year", "month", "day")
PAGE = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/css/timeline.css">
<div id="timeline" style="width: 1200px; height: 800px"></div>
<script src="/js/timeline.js"></script>"""
KINDS = {".js": "text/javascript", ".css": "text/css", ".json": "application/json"}
READ = """([data, path]) => new Promise((resolve) => {
  const timeline = new TL.Timeline("timeline", data, {script_path: path, font: null});
  const seen = () => resolve({
    errors: (timeline.config?.getErrors() ?? ["It has no slides."]).map(String),
    message: document.querySelector(".tl-message-full")?.checkVisibility() ?? false,
    shown: document.querySelectorAll(".tl-slide").length,
    marked: document.querySelectorAll(".tl-timemarker").length,
    slides: (timeline.config?.events ?? []).map((slide) => ({
      id: slide.unique_id,
      start: slide.start_date?.data,
      end: slide.end_date ? slide.end_date.data : null,
      display: slide.display_date,
      headline: slide.text.headline,
      group: slide.group,
    })),
  });
  timeline.on("ready", seen);
  // Where it cannot use what was sent, it is never ready: then this says what it complains of.
  setTimeout(seen, 60000);
})"""


@pytest.fixture(scope="module")
def answer(site: str) -> dict[str, Any]:
    """The whole course as slides: every page of the answer, one after the other."""
    found: dict[str, Any] = {"events": []}
    address: str | None = f"{site}/api/v1/timeline/?format=timelinejs&page_size=200"
    while address:
        with urllib.request.urlopen(address, timeout=PATIENCE) as response:
            found["events"] += json.load(response)["events"]
            following = re.search(r'<([^>]+)>; rel="next"', response.headers.get("Link", ""))
        address = following[1] if following else None
    assert len(found["events"]) > 80, "the shipped course has more than that"
    return found


def answered(route: Route) -> None:
    path = route.request.url.removeprefix(HOST)
    file = LIBRARY / path.lstrip("/").split("?")[0]
    if path == "/":
        route.fulfill(body=PAGE, content_type="text/html")
    elif route.request.url.startswith(HOST) and file.is_file():
        kind = KINDS.get(file.suffix, "application/octet-stream")
        route.fulfill(body=file.read_bytes(), content_type=kind)
    else:
        route.abort()


@pytest.fixture
def read(page: Page, answer: dict[str, Any]) -> dict[str, Any]:
    """What TimelineJS makes of the answer."""
    if not LIBRARY.exists():
        pytest.fail("TimelineJS is not installed: run “make test-browser”, which fetches it.")
    page.route("**/*", answered)
    page.goto(f"{HOST}/")
    return page.evaluate(READ, [answer, f"{HOST}/js/"])


def test_timelinejs_takes_every_slide_and_complains_of_none(
    read: dict[str, Any], answer: dict[str, Any]
) -> None:
    assert read["errors"] == []
    assert read["message"] is False
    sent = answer["events"]
    assert len(read["slides"]) == read["shown"] == read["marked"] == len(sent)
    ids = [slide["id"] for slide in read["slides"]]
    assert len({*ids}) == len(ids)
    # TimelineJS makes an id up, or changes one, where it cannot use what was sent.
    assert {*ids} == {slide["unique_id"] for slide in sent}
    sent_by_id = {slide["unique_id"]: slide for slide in sent}
    for slide in read["slides"]:
        said = sent_by_id[slide["id"]]
        assert slide["display"] == said["display_date"]
        assert slide["group"] == said["group"]
        assert slide["headline"]
        for end in ("start", "end"):
            given = said.get(f"{end}_date", {})
            assert {part: int(slide[end][part]) for part in given} == given, slide["id"]


def test_the_slides_stand_in_the_order_of_time(
    read: dict[str, Any], answer: dict[str, Any]
) -> None:
    def begun(slide: dict[str, Any]) -> tuple[int, ...]:
        return tuple(int(slide["start"].get(part) or 1) for part in PARTS)

    order = [begun(slide) for slide in read["slides"]]
    assert order == sorted(order)
    [speech] = [slide for slide in read["slides"] if slide["id"] == "event-secret-speech"]
    assert begun(speech) == (1956, 2, 25)
    assert speech["display"] == "25 February 1956"
