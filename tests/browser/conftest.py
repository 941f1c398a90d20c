"""A real Chromium against a real server: gunicorn, as in production, with the shipped course."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests import ROOT
from tests.support.at_once import PATIENCE, wait_until
from tests.support.real_server import answers, listening

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
# Milliseconds that the browser waits for what should be there: only what never comes takes longer.
WAIT = 60_000
expect.set_options(timeout=WAIT)
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}loc"
# Pages that no sitemap lists because there is one of each.
LISTS = [
    "/",
    "/timeline/",
    "/timeline/?from=1956&to=1957",
    "/courses/khrushchev/timeline/",
    "/courses/khrushchev/people/",
    "/courses/khrushchev/power/",
    "/courses/khrushchev/reforms/",
    "/courses/khrushchev/statistics/",
    "/courses/khrushchev/sources/",
    "/people/",
    "/power/",
    "/power/?on=1953-06-01",
    "/reforms/",
    "/statistics/",
    "/sources/",
    "/glossary/",
    "/search/",
    "/search/?q=why%20did%20Kruschev%20fall",
    "/search/?q=Byzantium",
    "/topics/de-stalinisation/check/",
    "/people/nobody-of-this-name/",
    "/people/khrushchev/v/",
    "/people/khrushchev/v/1/",
    "/topics/leadership-struggle/v/1/",
    "/people/khrushchev/report/",
    "/people/khrushchev/report/sent/",
    "/preview/altered/",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running Thaw, for example http://127.0.0.1:41234."""
    with serving(tmp_path_factory.mktemp("site")) as address:
        yield address


@contextmanager
def serving(
    folder: Path,
    *,
    accounts: str = "",
    settings: dict[str, str] | None = None,
    course: str | Path = "courses/khrushchev",
) -> Iterator[str]:
    """A Thaw with the shipped `course`, and demo accounts with the password `accounts`.

    `settings`: more of the environment, as docs/configuration.md names it.
    """
    environ = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": f"sqlite:///{folder}/thaw.sqlite3",
        "CACHE_URL": "locmem://",
        "DEBUG": "0",
        "SECRET_KEY": "for-the-browser-tests-only-0123456789-0123456789-012",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": "",
        # The browser reaches the server without the proxy that would end TLS.
        "SECURE_SSL": "0",
        **(settings or {}),
    }
    manage(environ, "migrate", "--noinput", "--verbosity=0")
    collect_static(environ, folder)
    manage(environ, "load_course", str(course))
    if accounts:
        # Only ever made with DEBUG on; the server itself runs without.
        manage({**environ, "DEBUG": "1", "THAW_DEMO_PASSWORD": accounts}, "make_demo_accounts")
    log = (folder / "server.log").open("w+", encoding="utf-8")
    with listening() as (bind, address, handed_over):
        server = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", bind),
                *("--worker-class", "gthread", "--threads", "4", "--no-control-socket"),
            ],
            cwd=ROOT,
            env=environ,
            stdout=log,
            stderr=subprocess.STDOUT,
            pass_fds=handed_over,
        )

    def is_up() -> bool:
        assert server.poll() is None, (folder / "server.log").read_text(encoding="utf-8")
        return answers(f"http://{address}/healthz")

    try:
        wait_until(is_up, "The server did not answer.")
        yield f"http://{address}"
    finally:
        server.terminate()
        server.wait(PATIENCE)
        log.close()


def collect_static(environ: dict[str, str], folder: Path) -> None:
    """Collect the static files once for all servers of this run, of whichever process."""
    base = folder.parent.parent if "PYTEST_XDIST_WORKER" in os.environ else folder.parent
    with (base / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (done := base / "static.done").exists():
            manage(environ, "collectstatic", "--noinput", "--verbosity=0")
            done.touch()


def manage(environ: dict[str, str], *arguments: str) -> None:
    ran = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.fixture(scope="session")
def addresses(site: str) -> list[str]:
    """Every public page of the site: those in the sitemap, and the lists."""

    def locations(url: str) -> list[str]:
        with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
            return [str(loc.text) for loc in ElementTree.parse(answer).iter(SITEMAP)]

    found = [page for part in locations(f"{site}/sitemap.xml") for page in locations(part)]
    assert len(found) > 100, "the shipped course has more pages than this"
    return [f"{site}{path}" for path in LISTS] + found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.fail(f"There is no browser at {CHROMIUM}: say where with CHROMIUM=/path.")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        for name in ("new_context", "new_page"):
            setattr(opened, name, patient(getattr(opened, name)))
        yield opened
        opened.close()


def patient(make: Callable[..., Any]) -> Callable[..., Any]:
    """Make contexts or pages that wait for slow machines."""

    def made(**options: Any) -> Any:
        window = make(**options)
        window.set_default_timeout(WAIT)
        return window

    return made


def settle(page: Page) -> None:
    """Wait until what was asked of the page is drawn, and nothing fades or moves any more."""
    page.evaluate(
        """async () => {
          const drawn = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          await drawn();
          await Promise.allSettled(document.getAnimations().map((one) => one.finished));
          await drawn();
        }"""
    )


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A window as a student has it; nothing is kept from one test to the next."""
    opened = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
