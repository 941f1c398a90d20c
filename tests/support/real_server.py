"""The real server in processes of its own, and browsers without a window that fill in its forms.

For what cannot be seen inside one process: two people at once, and a server that is killed.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urljoin
from urllib.request import HTTPCookieProcessor, build_opener, urlopen

from tests import ROOT
from tests.support.at_once import PATIENCE, wait_until

PASSWORD = "thaw-for-tests"


@contextmanager
def listening() -> Iterator[tuple[str, str, tuple[int, ...]]]:
    """A free port that stays ours until a server has it, so that nobody takes it in between.

    Out: what to tell gunicorn to bind, the address as host:port, and the file descriptors that
    the server has to be started with. The server listens by itself after the block.
    """
    with socket.create_server(("127.0.0.1", 0), backlog=256) as free:
        descriptor = free.fileno()
        yield f"fd://{descriptor}", f"127.0.0.1:{free.getsockname()[1]}", (descriptor,)


def answers(url: str) -> bool:
    """Whether a server answers there, and that all is well."""
    try:
        with urlopen(url, timeout=PATIENCE):
            return True
    except (URLError, OSError):
        return False


class Server:
    """Thaw as `make run` serves it, on a database of its own. In: the DATABASE_URL."""

    def __init__(self, database: str) -> None:
        self.env = {
            **os.environ,
            "DATABASE_URL": database,
            "CACHE_URL": "locmem://",
            "DEBUG": "1",
            "API_ADDRESS_LIMIT": "0",
            "API_TOKEN_LIMIT": "0",
            "DJANGO_SETTINGS_MODULE": "tests.server_settings",
        }
        self.address = ""
        # Where what it logs goes.
        self.log = Path(os.devnull)
        self.process: subprocess.Popen[bytes] | None = None

    def manage(self, *arguments: str) -> str:
        """Run a management command to its end and return what it said."""
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.env, check=False, capture_output=True, text=True, timeout=PATIENCE,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def python(self, code: str) -> Any:
        """Run code that prints one line of JSON, and return what that says."""
        return json.loads(self.manage("shell", "--no-imports", "-c", code))

    def begin(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Begin a management command, to be killed."""
        return subprocess.Popen(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True,
        )  # fmt: skip

    def start(self) -> None:
        """Serve with two processes of four threads each, and wait until they answer.

        The address is another one each time.
        """
        with listening() as (bind, self.address, handed_over), self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [
                    sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", bind,
                    "--worker-class", "gthread", "--workers", "2", "--threads", "4",
                    "--log-level", "error", "--no-control-socket",
                    # Addresses longer than any server should read are for us to refuse, here.
                    "--limit-request-line", "0",
                ],
                cwd=ROOT, env=self.env, start_new_session=True, pass_fds=handed_over,
                stdout=subprocess.DEVNULL, stderr=log,
            )  # fmt: skip
        wait_until(self._answers, "The server did not answer.")

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, "The server ended before it answered."
        return answers(f"http://{self.address}/readyz")

    def kill(self) -> None:
        """End every process of the server at once, as a power cut would."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def browser(self, name: str) -> Browser:
        browser = Browser(f"http://{self.address}")
        form = browser.open("/admin/login/").form("login")
        answer = browser.send("/accounts/login/", form | {"login": name, "password": PASSWORD})
        assert "/login/" not in answer.url, f"{name} could not sign in"
        return browser


class Page(HTMLParser):
    """An answer: its status, where it came from, its text, and its forms as they would be sent."""

    def __init__(self, url: str, status: int, text: str) -> None:
        super().__init__()
        self.url, self.status, self.text = url, status, text
        self.forms: list[dict[str, Any]] = []
        self._box = self._select = ""
        self.feed(text)

    def form(self, box: str) -> dict[str, Any]:
        """What the form that has a box of this name would send, unchanged."""
        [found] = [form for form in self.forms if box in form][:1] or [None]
        assert found is not None, f"{self.url} ({self.status}) has no box “{box}”"
        return dict(found)

    def _add(self, name: str, value: str) -> None:
        form = self.forms[-1]
        if name not in form:
            form[name] = value
        else:
            form[name] = [*(form[name] if isinstance(form[name], list) else [form[name]]), value]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value if value is not None else "" for name, value in attrs}
        name = given.get("name", "")
        if tag == "form":
            self.forms.append({})
        elif not self.forms:
            return
        elif tag == "input" and name:
            kind = given.get("type", "text")
            ticked = kind not in ("checkbox", "radio") or "checked" in given
            if kind not in ("submit", "button", "file", "image") and ticked:
                self._add(name, given.get("value", "on" if kind == "checkbox" else ""))
        elif tag == "textarea" and name:
            self._box = name
            self.forms[-1][name] = ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and "selected" in given:
            self._add(self._select, given.get("value", ""))

    def handle_data(self, data: str) -> None:
        if self._box:
            # Browsers drop the line break that follows the tag.
            self.forms[-1][self._box] += data.removeprefix("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._box = ""
        elif tag == "select":
            self._select = ""


class Browser:
    def __init__(self, site: str) -> None:
        self.site = site
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def open(self, path: str, data: dict[str, Any] | None = None) -> Page:
        body = urlencode(data, doseq=True).encode() if data is not None else None
        try:
            with self._opener.open(urljoin(self.site, path), body, timeout=PATIENCE) as answer:
                return Page(answer.url, answer.status, answer.read().decode())
        except HTTPError as refused:
            with refused:
                return Page(refused.url, refused.code, refused.read().decode())

    def send(self, path: str, data: dict[str, Any]) -> Page:
        """Send a form, and follow where that leads."""
        return self.open(path, data)
