"""What a read costs each server: with a copy of the database, and with a cache in front.

    DEBUG=1 python -m tests.scale.copies

Starts PostgreSQL servers, Thaw and nginx of its own, asks for a few pages again and again, and says
how many thousandths of a second each took of the processor for one request. The figures of
docs/scaling.md are from here. Nothing is asserted on them.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from tests.support.nginx import Nginx, open_folder  # noqa: E402
from tests.support.postgres_servers import Postgres, copy_of, primary  # noqa: E402
from tests.support.real_server import Server  # noqa: E402

EVENTS = 1_000
# Fewer than nginx takes of one address at once.
REQUESTS = 200
_TICKS = os.sysconf("SC_CLK_TCK")
PAGES = """
import json
from events.models import Event, Topic
topic = Topic.objects.published().order_by("pk").first()
event = Event.objects.published().order_by("pk").first()
print(json.dumps([event.get_absolute_url(), f"/api/v1/events/{event.slug}/"]))
"""


def seconds_of(pid: int) -> float:
    """What a process and its children, past ones too, took of the processor."""
    stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    own = sum(map(int, stat[11:15])) / _TICKS
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return own + sum(seconds_of(int(child)) for child in children)


def ask(address: str, pages: list[str], times: int) -> None:
    connection = HTTPConnection(address)
    for number in range(times):
        connection.request("GET", pages[number % len(pages)], headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status


def measure(what: str, address: str, pages: list[str], pids: dict[str, int]) -> None:
    ask(address, pages, 20)
    before = {name: seconds_of(pid) for name, pid in pids.items()}
    ask(address, pages, REQUESTS)
    costs = [
        f"{name} {1000 * (seconds_of(pid) - before[name]) / REQUESTS:.2f}"
        for name, pid in pids.items()
    ]
    sys.stdout.write(f"{what}: {', '.join(costs)}\n")
    sys.stdout.flush()


def pid_of(process: Any) -> int:
    assert process is not None
    return int(process.pid)


def main() -> None:
    with primary() as first:
        first.ask("CREATE DATABASE thaw")
        server = Server(first.url("thaw"))
        server.env |= {"MIGRATIONS": "0", "BEHIND_PROXY": "1", "LOG_LEVEL": "WARNING"}
        server.manage("migrate", "--run-syncdb", "--verbosity", "0")
        server.manage("make_corpus", "--events", str(EVENTS), "--verbosity", "0")
        server.manage("changefeed", "--check")
        pages = server.python(PAGES)
        with copy_of(first) as copy:
            _reads(server, first, copy, pages)
            _in_front(server, first, pages)


def _reads(server: Server, first: Postgres, copy: Postgres, pages: list[str]) -> None:
    databases = {"primary": pid_of(first.process), "copy": pid_of(copy.process)}
    for what, env in (
        ("first reads, no copy", {"PAGE_CACHE_MB": "0"}),
        ("first reads, one copy", {"PAGE_CACHE_MB": "0", "REPLICA_URLS": copy.url("thaw")}),
        ("later reads", {}),
    ):
        with_env(server, env, lambda what=what: measure(
            what, server.address, pages, {"Thaw": pid_of(server.process), **databases}
        ))  # fmt: skip


def _in_front(server: Server, first: Postgres, pages: list[str]) -> None:
    # The API is kept by no cache in front.
    pages = pages[:1]
    for what, env in (
        ("nginx, which asks each time", {}),
        ("nginx, with SHARED_CACHE_SECONDS", {"SHARED_CACHE_SECONDS": "3600"}),
    ):
        with tempfile.TemporaryDirectory(prefix="test_copies") as folder:

            def through_nginx(what: str = what, folder: str = folder) -> None:
                nginx = Nginx(server.address, open_folder(Path(folder)), keeps_pages=True)
                nginx.start()
                try:
                    measure(what, f"127.0.0.1:{nginx.port}", pages, {
                        "nginx": pid_of(nginx.process), "Thaw": pid_of(server.process),
                        "primary": pid_of(first.process),
                    })  # fmt: skip
                finally:
                    nginx.stop()

            with_env(server, env, through_nginx)


def with_env(server: Server, env: dict[str, str], act: Callable[[], None]) -> None:
    before, server.env = server.env, server.env | env
    server.start()
    try:
        act()
    finally:
        server.kill()
        server.env = before


if __name__ == "__main__":
    main()
