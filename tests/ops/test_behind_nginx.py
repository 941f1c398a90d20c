"""Slow clients: what starves gunicorn alone does nothing to it behind `deploy/nginx.conf`."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from tests import ROOT
from tests.support.at_once import PATIENCE, at_once, wait_until
from tests.support.real_server import Server

NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.proxy,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed; make test-proxy installs it"),
]

# What a client sends before it falls silent.
SILENCES = {
    "half of a header": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    "half of a body": b"POST /admin/login/ HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\nusername=",
}
# As many as gunicorn has threads, and for nginx ten times as many.
THREADS = 8


@pytest.fixture(scope="module")
def server(database: str) -> Iterator[Server]:
    server = Server(database)
    server.env["BEHIND_PROXY"] = "1"
    server.manage("migrate", "--verbosity", "0")
    yield server
    server.kill()


class Nginx:
    """The shipped configuration, with the values that it says to fill in, and without TLS."""

    def __init__(self, upstream: str, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        site = (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
        for place, value in (
            ("listen 443 ssl http2;", f"listen 127.0.0.1:{self.port};"),
            ("127.0.0.1:8000", upstream),
            ("/srv/thaw", str(folder)),
            ("/var/log/nginx/thaw.log", str(folder / "access.log")),
        ):
            assert place in site
            site = site.replace(place, value)
        site = re.sub(r"(?m)^ *ssl_.*\n", "", site)
        # The server that only sends readers to https would need port 80.
        site = site.replace("listen 80;", f"listen unix:{folder}/plain;")
        (folder / "thaw.conf").write_text(site, encoding="utf-8")
        self.main = folder / "nginx.conf"
        self.main.write_text(
            f"daemon off; pid {folder}/pid; error_log {folder}/error.log;\n"
            "worker_processes 1; events { worker_connections 512; }\n"
            "http {\n"
            + "".join(
                f"{kind}_temp_path {folder}/{kind};\n"
                for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
            )
            + f"include {folder}/thaw.conf; }}\n",
            encoding="utf-8",
        )
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        assert NGINX is not None
        self.process = subprocess.Popen(
            [NGINX, "-c", str(self.main), "-e", str(self.main.with_name("error.log"))],
            start_new_session=True,
        )
        wait_until(self._listens, "nginx did not start.")

    def _listens(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.main.with_name("error.log").read_text()
        with closing(socket.socket()) as asked:
            return asked.connect_ex(("127.0.0.1", self.port)) == 0

    def stop(self) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    static = tmp_path / "staticfiles"
    static.mkdir()
    # nginx serves as another user where root starts it.
    for place in (tmp_path, *tmp_path.parents):
        if place.owner() == Path.home().owner() and place.name.startswith(("pytest", "test_")):
            place.chmod(0o755)
    (static / "thaw.0123456789ab.css").write_text("body {}")
    (static / "thaw.css").write_text("body {}")
    return tmp_path


@pytest.fixture
def nginx(server: Server, folder: Path) -> Iterator[Nginx]:
    server.start()
    nginx = Nginx(server.address, folder)
    try:
        nginx.start()
        yield nginx
    finally:
        nginx.stop()
        server.kill()


def fetch(port: int, path: str = "/", timeout: float = PATIENCE, **headers: str) -> Any:
    """Status and headers of an answer."""
    try:
        with urlopen(
            Request(f"http://127.0.0.1:{port}{path}", headers=headers), timeout=timeout
        ) as a:
            a.read()
            return a.status, a.headers
    except HTTPError as refused:
        with refused:
            return refused.code, refused.headers


def silent(stack: ExitStack, port: int, words: bytes, many: int) -> list[socket.socket]:
    """Clients that send `words` and then nothing, until the stack is left."""
    clients = []
    for _ in range(many):
        client = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
        client.sendall(words)
        clients.append(client)
    return clients


@pytest.mark.parametrize("words", SILENCES.values(), ids=SILENCES)
def test_silent_clients_starve_gunicorn_and_do_nothing_behind_nginx(
    words: bytes, server: Server, nginx: Nginx
) -> None:
    with ExitStack() as stack:
        silent(stack, nginx.port, words, 10 * THREADS)
        answers = at_once(*[lambda: fetch(nginx.port)[0] for _ in range(THREADS)])
        assert answers == [200] * THREADS
        # The attack is real: without nginx as many as there are threads keep everybody waiting.
        alone = int(server.address.rpartition(":")[2])
        for _ in range(8):
            # Not all to the process that was quickest to take them.
            silent(stack, alone, words, THREADS)
            time.sleep(0.3)
        with pytest.raises((URLError, TimeoutError)):
            fetch(alone, timeout=3)


def test_clients_that_read_nothing_keep_no_thread(nginx: Nginx) -> None:
    with ExitStack() as stack:
        ask = b"GET /style/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        silent(stack, nginx.port, ask * 20, 2 * THREADS)
        assert fetch(nginx.port)[0] == 200


def test_silent_clients_are_not_waited_for(nginx: Nginx) -> None:
    with ExitStack() as stack:
        [client] = silent(stack, nginx.port, SILENCES["half of a header"], 1)
        client.settimeout(PATIENCE)
        try:
            ended = client.recv(1000)
        except ConnectionResetError:
            ended = b""
    assert ended == b"" or b" 408 " in ended


def test_thaw_is_told_who_asks_and_nobody_else_may_tell_it(nginx: Nginx, folder: Path) -> None:
    status, headers = fetch(nginx.port, "/?from=secret")
    assert status == 200
    assert re.fullmatch("[0-9a-f]{32}", headers["X-Request-ID"])
    # A request’s name is nginx’s, whatever a client says.
    assert fetch(nginx.port, "/", **{"X-Request-ID": "forged-0001"})[1]["X-Request-ID"] != (
        "forged-0001"
    )
    wait_until(lambda: (folder / "access.log").read_text().count("\n") >= 2, "Nothing was logged.")
    log = (folder / "access.log").read_text()
    assert headers["X-Request-ID"] in log
    assert "secret" not in log
    assert "127.0.0.1" not in log


def test_a_picture_that_is_too_large_is_refused_in_words(nginx: Nginx) -> None:
    """40 MB, of which nothing has to be sent: whoever chose it reads what works."""
    ask = b"POST /admin/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 41943040\r\n\r\n"
    with ExitStack() as stack:
        [client] = silent(stack, nginx.port, ask, 1)
        client.settimeout(PATIENCE)
        answer = client.recv(10_000)
    assert b" 413 " in answer
    assert b"at most 10 MB: a JPEG, PNG or WebP" in answer


def test_static_files_are_kept_by_browsers(nginx: Nginx) -> None:
    status, headers = fetch(nginx.port, "/static/thaw.0123456789ab.css")
    assert (status, headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
    status, headers = fetch(nginx.port, "/static/thaw.css")
    assert (status, headers["Cache-Control"]) == (200, "public, max-age=3600")
    # Nothing outside the folder is served.
    assert fetch(nginx.port, "/static/../thaw.conf")[0] in (400, 404)
    assert fetch(nginx.port, "/static../thaw.conf")[0] == 404


def test_a_server_that_is_being_replaced_is_announced(server: Server, nginx: Nginx) -> None:
    server.kill()
    status, headers = fetch(nginx.port)
    assert (status, headers["Retry-After"]) == (503, "5")


def test_one_address_cannot_ask_without_end(nginx: Nginx) -> None:
    """With more than the burst at once; the files are left out, since pages bring them along."""
    answers: list[int] = []

    def ask() -> None:
        for _ in range(100):
            # Refused by nginx or Thaw, quickly: what counts is how many nginx lets through.
            answers.append(fetch(nginx.port, "/healthz")[0])
            if answers[-1] == 429:
                return

    at_once(*[ask for _ in range(8)])
    assert 429 in answers
    assert answers.count(200) >= 300
