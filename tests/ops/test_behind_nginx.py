"""Slow clients: what starves gunicorn alone does nothing to it behind `deploy/nginx.conf`."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.error import URLError

import pytest

from tests.support.at_once import PATIENCE, at_once, wait_until
from tests.support.nginx import Nginx, fetch, needs_nginx, open_folder
from tests.support.real_server import Server

pytestmark = [pytest.mark.slow, pytest.mark.proxy, needs_nginx]

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


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return open_folder(tmp_path)


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
