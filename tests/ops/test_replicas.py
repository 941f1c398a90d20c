"""Copies of the database answer readers, at real servers: a primary and a copy that follows it.

What is held here is that a copy is used, and that nobody ever notices: not by an old page after a
change was answered, and not when it is behind, silent or gone.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.ops.test_faults import ask, prepared
from tests.support.at_once import at_once, wait_until
from tests.support.postgres_servers import (
    Postgres,
    copy_of,
    needs_postgres_servers,
    primary,
)
from tests.support.proxy import Proxy
from tests.support.real_server import Server

pytestmark = [pytest.mark.slow, needs_postgres_servers]

# What only a view of events asks.
OF_EVENTS = 'FROM "events_event"'


class Site:
    """Thaw on a primary, with a copy behind a proxy that can hang."""

    def __init__(self, first: Postgres, copy: Postgres, proxy: Proxy, server: Any) -> None:
        self.primary, self.copy, self.proxy, self.server = first, copy, proxy, server

    def read(self, address: str) -> tuple[int, str]:
        status, _, body = ask(self.server, address)
        return status, body.decode()

    def asked(self) -> tuple[int, int]:
        """How often events were asked for: of the primary, and of the copy."""
        return self.primary.statements(OF_EVENTS), self.copy.statements(OF_EVENTS)

    def retitle(self, number: int, title: str) -> None:
        desk = f"/api/v1/desk/events/{self.server.name}-{number}/"
        tag = ask(self.server, desk)[1]["ETag"]
        new = {"title": title, "reason": "To be seen at once"}
        assert ask(self.server, desk, "PATCH", new, tag)[0] == 200
        # A publisher sees it, too.
        assert title in self.read(desk)[1]

    def follows(self) -> None:
        """Wait until the copy answers readers again. An address that nobody asked for each time."""

        def answered_by_copy() -> bool:
            before = self.asked()
            status, _ = self.read(f"/api/v1/timeline/?from={1100 + secrets.randbelow(800)}")
            assert status == 200
            return self.asked()[1] > before[1]

        wait_until(answered_by_copy, "The copy never answered.")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with primary() as first:
        first.ask("CREATE DATABASE thaw")
        server: Any = Server(first.url("thaw"))
        server.env["MIGRATIONS"] = "0"
        prepared(server, "--run-syncdb")
        with copy_of(first) as copy:
            proxy = Proxy(copy.port)
            behind = f"postgres://postgres@127.0.0.1:{proxy.port}/thaw"
            server.env |= {"REPLICA_URLS": behind, "DEBUG": "0", "SECURE_SSL": "0"}
            server.env |= {"ALLOWED_HOSTS": "127.0.0.1", "SECRET_KEY": secrets.token_urlsafe(60)}
            server.log = tmp_path_factory.mktemp("site") / "thaw.log"
            try:
                server.start()
                site = Site(first, copy, proxy, server)
                # What a script wrote has no number yet, and then no copy is asked.
                site.retitle(0, "The first change")
                site.follows()
                yield site
            finally:
                server.kill()
                proxy.close()


def pages(site: Site, number: int) -> tuple[str, str]:
    name = f"{site.server.name}-{number}"
    return f"/events/{name}/", f"/api/v1/events/{name}/"


def test_readers_are_answered_by_the_copy_and_all_others_by_the_primary(site: Site) -> None:
    for address in (*pages(site, 0), "/timeline/?from=1956", "/embed/timeline/"):
        before = site.asked()
        assert site.read(address)[0] == 200
        after = site.asked()
        assert (after[0], after[1] > before[1]) == (before[0], True), address
    name = f"{site.server.name}-0"
    desk = f"/api/v1/desk/events/{name}/"
    # A version may be hidden without a change that readers see, and where nothing is, something may
    # have been withdrawn: neither follows from the number of the latest change alone.
    for address, status in ((desk, 200), (f"/events/{name}/v/", 200), ("/events/nothing/", 404)):
        before = site.asked()
        assert site.read(address)[0] == status
        assert site.asked()[0] > before[0], address


def test_nobody_sees_an_old_page_while_the_copy_runs_after_the_primary(site: Site) -> None:
    for turn in range(6):
        site.retitle(1, f"Turn {turn} of 1")
        for address in pages(site, 1):
            answers = at_once(*[lambda a=address: site.read(a) for _ in range(8)])
            assert {f"Turn {turn} of 1" in body for _, body in answers} == {True}


def test_a_copy_that_is_behind_is_left_out(site: Site) -> None:
    before = pages(site, 2)
    assert all("Event 2" in site.read(address)[1] for address in before)
    site.copy.ask("SELECT pg_wal_replay_pause()")
    try:
        paused = "SELECT pg_get_wal_replay_pause_state() = 'paused'"
        wait_until(lambda: site.copy.ask(paused), "The copy went on.")
        asked = site.asked()[1]
        site.retitle(2, "Written meanwhile")
        for address in pages(site, 2):
            answers = at_once(*[lambda a=address: site.read(a) for _ in range(8)])
            assert {("Written meanwhile" in body, status) for status, body in answers} == {
                (True, 200)
            }
        assert site.asked()[1] == asked
    finally:
        site.copy.ask("SELECT pg_wal_replay_resume()")
    site.follows()


@pytest.mark.parametrize(
    # A first year for each, because an address that was asked before is kept.
    ("trouble", "first"),
    [("gone", 1001), ("silent", 1031)],
)
def test_reads_go_on_without_the_copy(site: Site, trouble: str, first: int) -> None:
    before = len(_lines(site.server.log))
    if trouble == "gone":
        site.copy.stop()
    else:
        site.proxy.hang()
    try:
        # New addresses, which have to be made, at as many as two threads of each process.
        reads = [f"/api/v1/timeline/?to={first + number}" for number in range(28)]
        parts = [reads[start::4] for start in range(4)]
        statuses = at_once(
            *[lambda part=part: [site.read(address)[0] for address in part] for part in parts]
        )
        assert Counter(status for part in statuses for status in part) == {200: 28}
        site.retitle(3, f"Written while it was {trouble}")
        assert all(f"while it was {trouble}" in site.read(each)[1] for each in pages(site, 3))
        # Once for each of the two processes, however many readers there were.
        assert sum("replica1 fails" in line for line in _lines(site.server.log)[before:]) <= 2
    finally:
        if trouble == "gone":
            site.copy.start()
        else:
            site.proxy.resume()
    site.follows()
    logged = _lines(site.server.log)
    assert any("replica1 fails" in line for line in logged)
    assert any("replica1 answers again" in line for line in logged[before:])
    assert not any(" status=500 " in line or "Traceback" in line for line in logged)


def _lines(log: Path) -> list[str]:
    return log.read_text().splitlines()


def test_the_doctor_names_a_copy_that_is_none(site: Site) -> None:
    right = site.server.env["REPLICA_URLS"]
    # The copy, the primary under another name, and a port where nobody listens.
    primary_itself = site.primary.url("thaw").replace("127.0.0.1", "localhost")
    nobody = "postgres://postgres@127.0.0.1:1/thaw"
    site.server.env["REPLICA_URLS"] = f"{right},{primary_itself},{nobody}"
    try:
        said = site.server.begin("doctor").communicate()[0].decode()
    finally:
        site.server.env["REPLICA_URLS"] = right
    assert "replica1" not in said
    assert "REPLICA_URLS, replica2: it is a server of its own and follows no primary" in said
    assert "REPLICA_URLS, replica3: it cannot be read" in said
