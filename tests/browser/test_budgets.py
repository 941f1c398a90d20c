"""What a first visit costs, as a browser’s network and eye measure it: docs/house-style.md.

`test_every_page` weighs every public page; here one of each kind, and the frames that other sites
show, are weighed part by part as they travel.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import settle
from tests.browser.test_every_page import TOO_WIDE, WCAG, axe

PAGES = [
    "/",
    "/courses/khrushchev/",
    "/topics/leadership-struggle/",
    "/timeline/",
    "/courses/khrushchev/timeline/",
    "/events/secret-speech/",
    "/people/khrushchev/",
    "/power/?on=1953-06-01",
    "/power/secretariat/",
    "/reforms/",
    "/statistics/gulag-prisoners/",
    "/sources/",
]
ALONE = [
    "/embed/timeline/?from=1956&to=1957",
    "/embed/topics/leadership-struggle/",
    "/embed/topics/leadership-struggle/?v=1",
    "/embed/statistics/gulag-prisoners/",
    "/embed/power/?on=1953-06-01",
    "/embed/topics/nothing-of-this-name/",
    "/style/",
]
# Bytes on the wire for one visit with an empty cache, heads included.
MOST = {"Document": 25_000, "Stylesheet": 12_000, "Script": 6_000}
WATCH_SHIFTS = """
  window.moved = 0;
  const count = (shifts) => {
    for (const shift of shifts) if (!shift.hadRecentInput) window.moved += shift.value;
  };
  const observer = new PerformanceObserver((list) => count(list.getEntries()));
  observer.observe({ type: "layout-shift", buffered: true });
  window.movedSoFar = () => {
    count(observer.takeRecords());
    return window.moved;
  };
"""


@pytest.mark.parametrize("path", [*PAGES, *ALONE])
def test_a_first_visit_is_light_and_asks_nobody_else(
    browser: Browser, site: str, path: str
) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        network = context.new_cdp_session(page)
        network.send("Network.enable")
        kinds: dict[str, tuple[str, str]] = {}
        weights: dict[str, int] = {}
        network.on(
            "Network.responseReceived",
            lambda event: kinds.update(
                {event["requestId"]: (event["type"], event["response"]["url"])}
            ),
        )
        network.on(
            "Network.loadingFinished",
            lambda event: weights.update({event["requestId"]: event["encodedDataLength"]}),
        )
        page.goto(f"{site}{path}", wait_until="networkidle")
        sent = [(kind, url) for kind, url in kinds.values() if not url.startswith("data:")]
        assert len(sent) <= 4, sent
        assert {urlsplit(url).netloc for _, url in sent} == {urlsplit(site).netloc}
        totals = dict.fromkeys(MOST, 0)
        for request, (kind, _) in kinds.items():
            if kind in totals:
                totals[kind] += weights.get(request, 0)
        assert totals["Document"] > 500, "nothing was measured"
        over = {kind: total for kind, total in totals.items() if total > MOST[kind]}
        assert over == {}
        assert context.cookies() == []


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("path", [*PAGES, *ALONE])
def test_nothing_moves_while_a_page_is_read(
    browser: Browser, site: str, path: str, width: int
) -> None:
    with browser.new_context(viewport={"width": width, "height": 800}) as context:
        context.add_init_script(WATCH_SHIFTS)
        # A reader who has chosen: what is applied late would move everything.
        context.add_init_script(
            """try {
              localStorage.setItem("thaw-reading", '{"size":"large","spacing":"wide"}');
            } catch {}"""
        )
        page = context.new_page()
        page.goto(f"{site}{path}", wait_until="networkidle")
        page.evaluate("scrollTo(0, document.body.scrollHeight)")
        settle(page)
        assert page.evaluate("window.movedSoFar()") <= 0.02


@pytest.mark.parametrize("path", ALONE)
def test_what_stands_alone_is_as_accessible_as_the_rest(page: Page, site: str, path: str) -> None:
    page.goto(f"{site}{path}")
    assert axe(page, WCAG) == []
    page.emulate_media(color_scheme="dark")
    assert axe(page, ["color-contrast"]) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate(TOO_WIDE) == []
