"""Takes the pictures of the README: `make screenshots`.

Serves the shipped course from a database of its own, so that the pictures show what a newcomer
sees, and writes docs/images/*.png. It also takes ten pages wide, at 320 px, in the dark and on
paper into build/screenshots/, which stays out of the repository; `--readme` leaves these out.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = "127.0.0.1:8799"
WIDE, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}

# The pictures of the README: name, path, what stands at the top, what is pressed, window, theme.
README = [
    ("topic", "/topics/leadership-struggle/", ".lesson", ".lesson .refs button", WIDE, "light"),
    ("positions", "/topics/leadership-struggle/", ".for-and-against", "", WIDE, "light"),
    ("power", "/power/?on=1953-06-01", "", "", WIDE, "light"),
    ("timeline", "/timeline/", "h2:has-text('1956')", "", PHONE, "dark"),
]
TEN = [
    ("home", "/"),
    ("topic", "/topics/de-stalinisation/"),
    ("timeline", "/timeline/"),
    ("event", "/events/secret-speech/"),
    ("person", "/people/khrushchev/"),
    ("power", "/power/?on=1953-06-01"),
    ("reform", "/reforms/sovnarkhoz-reform/"),
    ("figure", "/statistics/gulag-prisoners/"),
    ("sources", "/sources/"),
    ("missing", "/people/nikita-khruschev/"),
]
# Four looks at each: window, theme, medium.
LOOKS = {
    "wide": (WIDE, "light", "screen"),
    "320px": ({"width": 320, "height": 640}, "light", "screen"),
    "dark": (WIDE, "dark", "screen"),
    # A4 less its margins.
    "print": ({"width": 643, "height": 971}, "light", "print"),
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        environ = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": f"sqlite:///{folder}/thaw.sqlite3",
            "CACHE_URL": "locmem://",
            "DEBUG": "1",
            "THAW_DEMO_PASSWORD": "thaw-thaw-thaw",
        }
        manage = [sys.executable, "manage.py"]
        subprocess.run(  # noqa: S603
            [*manage, "prepare", "--address", ADDRESS], cwd=ROOT, env=environ, check=True
        )
        server = subprocess.Popen(  # noqa: S603
            [*manage, "runserver", "--noreload", ADDRESS],
            cwd=ROOT,
            env=environ,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait()
            take(ten="--readme" not in sys.argv)
        finally:
            server.terminate()
            server.wait(timeout=20)


def wait() -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(f"http://{ADDRESS}/healthz", timeout=5).close()
            return
        except urllib.error.URLError:
            time.sleep(0.1)
    raise SystemExit(f"Nothing answers at {ADDRESS}.")


def take(*, ten: bool) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        for name, path, top, pressed, window, theme in README:
            target = ROOT / "docs" / "images" / f"{name}.png"
            picture(browser, path, top, pressed, window, theme, target)
        for name, path in TEN if ten else []:
            for look, (window, theme, medium) in LOOKS.items():
                target = ROOT / "build" / "screenshots" / f"{name}-{look}.png"
                picture(browser, path, "", "", window, theme, target, medium)
        browser.close()


def picture(
    browser: Browser,
    path: str,
    top: str,
    pressed: str,
    window: dict[str, int],
    theme: str,
    target: Path,
    medium: str = "",
) -> None:
    """One picture: of the window, or, where a medium is given, of the whole page in it."""
    target.parent.mkdir(parents=True, exist_ok=True)
    page = browser.new_page(
        viewport={"width": window["width"], "height": window["height"]},
        color_scheme="dark" if theme == "dark" else "light",
    )
    page.emulate_media(media="print" if medium == "print" else "screen")
    page.goto(f"http://{ADDRESS}{path}")
    if top:
        page.locator(top).first.evaluate(
            "element => element.scrollIntoView({ behavior: 'instant' })"
        )
    if pressed:
        page.locator(pressed).first.click()
    page.screenshot(path=target, full_page=bool(medium))
    page.close()
    sys.stdout.write(f"{target.relative_to(ROOT)}  {target.stat().st_size // 1024} kB\n")


if __name__ == "__main__":
    main()
