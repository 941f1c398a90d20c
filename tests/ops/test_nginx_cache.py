"""Pages that nginx keeps (`deploy/nginx-cache.conf`): never old, nobody else's, and there during an
outage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.ops.test_faults import ask, prepared
from tests.support.at_once import PATIENCE, at_once
from tests.support.nginx import Nginx, needs_nginx, open_folder
from tests.support.real_server import Server

pytestmark = [pytest.mark.slow, pytest.mark.proxy, needs_nginx]


@pytest.fixture(scope="module")
def prepared_server(database: str) -> Iterator[Any]:
    server: Any = Server(database)
    server.env |= {"BEHIND_PROXY": "1", "API_ADDRESS_LIMIT": "1000", "MIGRATIONS": "0"}
    prepared(server, "--run-syncdb")
    yield server
    server.kill()


@pytest.fixture
def server(prepared_server: Any) -> Any:
    """One that serves; a test may kill it."""
    if prepared_server.process is None:
        prepared_server.start()
    return prepared_server


@pytest.fixture
def nginx(server: Any, tmp_path: Path) -> Iterator[Nginx]:
    nginx = Nginx(server.address, open_folder(tmp_path), keeps_pages=True)
    try:
        nginx.start()
        yield nginx
    finally:
        nginx.stop()


def read(nginx: Nginx, address: str, **headers: str) -> tuple[int, Any, str]:
    """Status, where nginx had it from, and body. Two words of headers are one name."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    asked = Request(f"http://127.0.0.1:{nginx.port}{address}", headers=sent)
    try:
        with urlopen(asked, timeout=PATIENCE) as answer:
            return answer.status, answer.headers["X-Cache"], answer.read().decode()
    except HTTPError as refused:
        with refused:
            return refused.code, refused.headers["X-Cache"], refused.read().decode()


def change(server: Any, number: int, step: str = "", **new: str) -> None:
    desk = f"/api/v1/desk/events/{server.name}-{number}/"
    tag = ask(server, desk)[1]["ETag"]
    method = "POST" if step else "PATCH"
    sent = {**new, "reason": "To be seen at once"}
    status, _, body = ask(server, f"{desk}{step}", method, sent, tag)
    assert status == 200, body


def test_a_page_is_kept_and_nobody_sees_what_was_before_a_change(server: Any, nginx: Nginx) -> None:
    page = f"/events/{server.name}-0/"
    for turn in range(3):
        change(server, 0, title=f"Turn {turn}")
        answers = at_once(*[lambda: read(nginx, page) for _ in range(8)])
        assert {(status, f"Turn {turn}" in body) for status, _, body in answers} == {(200, True)}
        assert read(nginx, page)[1] == "REVALIDATED"


def test_readers_read_on_while_thaw_is_away(server: Any, nginx: Nginx) -> None:
    kept, withdrawn = f"/events/{server.name}-1/", f"/events/{server.name}-2/"
    change(server, 1, title="To be read on")
    assert read(nginx, kept)[0] == read(nginx, withdrawn)[0] == 200
    change(server, 2, "withdraw/")
    assert read(nginx, withdrawn)[0] == 410
    server.kill()
    status, source, body = read(nginx, kept)
    assert (status, source, "To be read on" in body) == (200, "STALE", True)
    # What was withdrawn stays so, what nobody asked for is not there, and nobody who is signed in
    # or a program is shown a page of others.
    assert read(nginx, withdrawn)[0] == 410
    assert read(nginx, f"/events/{server.name}-3/")[0] == 503
    assert read(nginx, kept, Cookie="sessionid=somebody")[0] == 503
    assert read(nginx, kept, Authorization="Bearer of-a-program")[0] == 503


def test_what_is_one_readers_own_is_not_kept(server: Any, nginx: Nginx) -> None:
    page = f"/events/{server.name}-4/"
    for address, headers in (
        (f"/api/v1/events/{server.name}-4/", {}),
        # A form, which sends a cookie.
        (f"{page}report/", {}),
        ("/accounts/login/", {}),
        (page, {"Cookie": "sessionid=somebody"}),
    ):
        sources = [read(nginx, address, **headers)[1] for _ in range(3)]
        assert not {*sources} & {"HIT", "REVALIDATED", "STALE", "EXPIRED"}, address
    # Any other cookie tells nothing about a reader.
    assert read(nginx, page)[1] in ("MISS", "EXPIRED")
    assert read(nginx, page, Cookie="theme=dark")[1] == "REVALIDATED"
    assert read(nginx, page, Accept_Encoding="br")[1] == "REVALIDATED"


def test_with_seconds_of_its_own_nginx_asks_nobody(prepared_server: Any, tmp_path: Path) -> None:
    prepared_server.kill()
    prepared_server.env["SHARED_CACHE_SECONDS"] = "3600"
    prepared_server.start()
    nginx = Nginx(prepared_server.address, open_folder(tmp_path), keeps_pages=True)
    try:
        nginx.start()
        page = f"/events/{prepared_server.name}-5/"
        assert read(nginx, page)[1] == "MISS"
        prepared_server.kill()
        assert read(nginx, page)[:2] == (200, "HIT")
    finally:
        del prepared_server.env["SHARED_CACHE_SECONDS"]
        nginx.stop()
        prepared_server.kill()
