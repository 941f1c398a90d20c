"""What fails while requests go on, at real processes.

PostgreSQL and Redis are stopped, hang and come back, behind a proxy of this machine that can be
cut; processes are killed; several write at once; the disk is full.
"""

from __future__ import annotations

import json
import os
import resource
import secrets
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event as Signal
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from django.db import connection

from tests.support.at_once import PATIENCE, at_once, wait_until
from tests.support.proxy import Proxy
from tests.support.real_server import Server

pytestmark = pytest.mark.slow

on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="needs PostgreSQL: DATABASE_URL"
)
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite")
with_redis = pytest.mark.skipif(
    not os.environ.get("CACHE_URL", "").startswith("redis"), reason="needs Redis: CACHE_URL"
)

SETUP = """
import json
from django.contrib.auth.models import Group, User
from curation.write_api.tokens import make
from events.models import Event
from sources.models import Citation, Source
editor, _ = User.objects.get_or_create(username="program", is_staff=True)
editor.groups.add(Group.objects.get(name="Editor"))
source, _ = Source.objects.get_or_create(
    slug="lewin-2005", title="The Soviet Century", kind="monograph", status="published")
for number in range(8):
    event = Event.objects.create(slug=f"NAME-{number}", title=f"Event {number}", span="1956",
                                 summary="Written: ", status="published")
    Citation.objects.create(event=event, source=source, locator="chapter 13")
print(json.dumps(make(editor, "Faults", "publish")[1]))
"""
WHOLE = """
import json
from curation.models import Version
from events.models import Event
print(json.dumps({
    e.slug: {
        "status": e.status, "version": e.version, "title": e.title, "summary": e.summary,
        "locators": [c.locator for c in e.citations.order_by("locator")],
        "versions": [[v.number, v.status, v.snapshot["fields"]["title"]]
                     for v in Version.objects.of(e).order_by("number")],
    } for e in Event.objects.all()}))
"""


def ask(server: Any, address: str, method: str = "GET", body: Any = None, tag: str = "") -> Any:
    """Status, headers and body of an answer; the token is sent to the desk alone."""
    headers = {"Content-Type": "application/json"} if body is not None else {}
    if "/desk/" in address:
        headers["Authorization"] = f"Bearer {server.token}"
    if tag:
        headers["If-Match"] = tag
    data = None if body is None else json.dumps(body).encode()
    request = Request(f"http://{server.address}{address}", data, headers, method=method)
    try:
        with urlopen(request, timeout=PATIENCE) as answer:
            return answer.status, answer.headers, answer.read()
    except HTTPError as refused:
        with refused:
            return refused.code, refused.headers, refused.read()


def prepared(server: Any, *options: str) -> Any:
    """The server with a migrated database, a token, and events of its own name in it.

    In: more words for `migrate`.
    """
    server.manage("migrate", "--verbosity", "0", *options)
    server.name = f"event-{secrets.token_hex(3)}"
    server.token = server.python(SETUP.replace("NAME", server.name))
    return server


ADDRESSES = [
    "/",
    "/timeline/",
    "/api/v1/events/",
    "/api/v1/desk/events/",
    "/embed/timeline/",
    "/admin/login/",
    "/changes.atom",
    "/readyz",
]


# --- PostgreSQL -----------------------------------------------------------------------------------


@pytest.fixture
def behind_proxy(database: str) -> Iterator[tuple[Any, Proxy]]:
    """A server whose PostgreSQL is behind a proxy."""
    url = urlsplit(database)
    proxy = Proxy(url.port or 5432)
    where = f"{url.username}{f':{url.password}' if url.password else ''}@127.0.0.1:{proxy.port}"
    server = Server(url._replace(netloc=where).geturl())
    # Errors as readers see them, not as a developer does.
    server.env |= {"DEBUG": "0", "SECURE_SSL": "0", "ALLOWED_HOSTS": "127.0.0.1"}
    server.env["SECRET_KEY"] = secrets.token_urlsafe(60)
    prepared(server)
    server.start()
    yield server, proxy
    server.kill()
    proxy.close()


@on_postgresql
def test_postgresql_is_restarted_stopped_and_hangs(behind_proxy: tuple[Any, Proxy]) -> None:
    server, proxy = behind_proxy
    # Every thread has used a connection.
    for _ in range(3):
        at_once(*[lambda: ask(server, "/api/v1/events/") for _ in range(8)])

    # Restarted: each connection is dead, and nobody notices.
    proxy.restart()
    assert Counter(ask(server, each)[0] for each in ADDRESSES * 2) == {200: 2 * len(ADDRESSES)}

    # Stopped: all are told so, and when to come back.
    proxy.cut()
    addresses = (*ADDRESSES, f"/events/{server.name}-1/")
    answers = at_once(*[lambda each=each: ask(server, each) for each in addresses])
    for address, (status, headers, body) in zip(addresses, answers, strict=True):
        if address == "/admin/login/" and status == 200:
            continue  # The form asks the database nothing.
        assert (address, status, headers["Retry-After"]) == (address, 503, "5")
        if address.startswith("/api/"):
            assert json.loads(body)["code"] == "unavailable"
    assert ask(server, "/healthz")[0] == 200

    # Back again: nothing has to be restarted.
    proxy.resume()
    wait_until(lambda: ask(server, "/readyz")[0] == 200, "It never came back.")
    assert Counter(ask(server, each)[0] for each in ADDRESSES) == {200: len(ADDRESSES)}

    # Hanging: whoever asked waits, and is answered once it goes on.
    proxy.hang()
    with ThreadPoolExecutor(2) as pool:
        # Fewer than a process has threads, wherever they arrive.
        waiting = [pool.submit(ask, server, "/api/v1/events/") for _ in range(2)]
        try:
            assert ask(server, "/healthz")[0] == 200
        finally:
            proxy.resume()
        assert {one.result(PATIENCE)[0] for one in waiting} <= {200, 503}
    wait_until(lambda: ask(server, "/readyz")[0] == 200, "It never came back.")


@on_postgresql
def test_postgresql_hangs_for_longer_than_a_request_waits(
    behind_proxy: tuple[Any, Proxy],
) -> None:
    server, proxy = behind_proxy
    server.kill()
    server.env["DATABASE_PATIENCE"] = "2"
    server.start()
    asked = ("/api/v1/events/", f"/events/{server.name}-1/")
    for address in asked:
        wait_until(lambda a=address: ask(server, a)[0] == 200, f"{address} never answered.")
    proxy.hang()
    try:
        # All of its threads are asked, and each gives up: nobody is left to wait for another.
        for address in asked:
            for status, headers, _ in at_once(*[lambda a=address: ask(server, a)] * 8):
                assert (status, headers["Retry-After"]) == (503, "5")
        assert ask(server, "/healthz")[0] == 200
    finally:
        proxy.resume()
    for address in asked:
        wait_until(lambda a=address: ask(server, a)[0] == 200, f"{address} never came back.")


@on_postgresql
def test_changes_go_on_while_postgresql_restarts_again_and_again(
    behind_proxy: tuple[Any, Proxy],
) -> None:
    server, proxy = behind_proxy
    ended = Signal()
    statuses: Counter[int] = Counter()
    restarted_after = [0]

    def restart() -> None:
        # By what was answered, and not by the clock: a slow machine gets as much done between two.
        while not ended.wait(0.02):
            if (answered := statuses[200]) >= restarted_after[-1] + 8:
                proxy.restart()
                restarted_after.append(answered)

    with ThreadPoolExecutor(1) as pool:
        restarting = pool.submit(restart)
        try:
            write_at_once(server, rounds=6, statuses=statuses)
        finally:
            ended.set()
        restarting.result(PATIENCE)
    assert statuses.keys() <= {200, 412, 503}
    assert statuses[200] >= 4 * 6
    assert len(restarted_after) > 5


# --- Redis ----------------------------------------------------------------------------------------


@with_redis
def test_redis_is_stopped_and_hangs(database: str) -> None:
    url = urlsplit(os.environ["CACHE_URL"])
    proxy = Proxy(url.port or 6379)
    server = Server(database)
    server.env["CACHE_URL"] = url._replace(netloc=f"127.0.0.1:{proxy.port}").geturl()
    server.env |= {"API_ADDRESS_LIMIT": "100000", "SECRET_KEY": secrets.token_urlsafe(60)}
    server.manage("migrate", "--verbosity", "0")
    server.start()
    try:
        for fail in (proxy.cut, proxy.hang, proxy.restart):
            fail()
            assert {ask(server, "/api/v1/")[0] for _ in range(20)} == {200}
            proxy.resume()
            assert {ask(server, "/api/v1/")[0] for _ in range(20)} == {200}
    finally:
        server.kill()
        proxy.close()


# --- what is kept ---------------------------------------------------------------------------------


@pytest.mark.parametrize("cache", ["memory", pytest.param("redis", marks=with_redis)])
def test_nobody_sees_what_was_before_a_change_that_was_answered(database: str, cache: str) -> None:
    """Two processes keep finished answers while two editors change what they show, again and again,
    and readers ask for it without a pause."""
    server: Any = Server(database)
    if cache == "redis":
        server.env["CACHE_URL"] = os.environ["CACHE_URL"]
    prepared(server)
    server.start()
    over = Signal()

    def read_on(address: str) -> set[int]:
        """Fill what is kept, at any moment. Out: which statuses were answered."""
        statuses = set()
        while not over.is_set():
            statuses.add(ask(server, address)[0])
        return statuses

    def change(number: int) -> int:
        """Out: how many answers after a change were compared with it."""
        compared = 0
        page, document = (
            f"/events/{server.name}-{number}/",
            f"/api/v1/events/{server.name}-{number}/",
        )
        desk = f"/api/v1/desk/events/{server.name}-{number}/"
        for turn in range(8):
            title = f"Turn {turn} of {number}"
            tag = ask(server, desk)[1]["ETag"]
            new = {"title": title, "reason": "To be seen at once"}
            assert ask(server, desk, "PATCH", new, tag)[0] == 200
            # Eight at once reach both processes.
            for address in (page, document):
                answers = at_once(*[lambda a=address: ask(server, a) for _ in range(8)])
                assert {title in body.decode() for _, _, body in answers} == {True}, turn
                compared += len(answers)
        return compared

    try:
        with ThreadPoolExecutor(2) as readers:
            reading = [
                readers.submit(read_on, f"{where}/{server.name}-{number}/")
                for where, number in (("/events", 0), ("/api/v1/events", 1))
            ]
            try:
                assert at_once(*[lambda n=n: change(n) for n in range(2)]) == [128, 128]
            finally:
                over.set()
            assert [each.result(PATIENCE) for each in reading] == [{200}, {200}]
    finally:
        server.kill()


# --- several writers ------------------------------------------------------------------------------


def write_at_once(
    server: Any, rounds: int, writers: int = 4, statuses: Counter[int] | None = None
) -> Counter[int]:
    """Each writer adds its mark to two events in turn, and reads what readers are shown between.

    Out: how often each status was answered; counted in `statuses` meanwhile. What was answered 200
    stands afterwards, once; a mark that was answered 503 stands once or not at all.
    """
    statuses = Counter() if statuses is None else statuses
    done: list[str] = []
    unsure: list[str] = []

    def write(writer: int) -> None:
        for round_ in range(rounds):
            address = f"/api/v1/desk/events/{server.name}-{(writer + round_) % 2}/"
            mark = f"<{writer}.{round_}>"
            for _ in range(500):
                status, headers, body = ask(server, address)
                statuses[status] += 1
                if status == 200:
                    document = json.loads(body)
                    if mark in document["summary"]:
                        break  # Written by a request whose answer was lost.
                    change = {
                        "summary": document["summary"] + mark,
                        "title": f"Event {mark}",
                        "citations": [{"source": "lewin-2005", "locator": mark}],
                        "reason": "Adding mine",
                    }
                    status, headers, _ = ask(server, address, "PATCH", change, headers["ETag"])
                    statuses[status] += 1
                    if status == 200:
                        done.append(mark)
                        break
                if status == 503:
                    assert headers["Retry-After"]
                    unsure.append(mark)
                else:
                    assert status in (200, 412), status
            else:
                raise AssertionError(f"{mark} never got a turn")
            # Readers never see a draft, whatever goes on.
            status, headers, body = ask(server, "/api/v1/events/?page_size=100")
            statuses[status] += 1
            assert status in (200, 503)
            assert b"Nobody may read this" not in body

    at_once(*[lambda n=n: write(n) for n in range(writers)])
    whole = server.python(WHOLE)
    text = "".join(whole[f"{server.name}-{n}"]["summary"] for n in range(2))
    marks = [f"<{w}.{r}>" for w in range(writers) for r in range(rounds)]
    assert {mark: text.count(mark) for mark in marks} == dict.fromkeys(marks, 1)
    for number in range(2):
        event = whole[f"{server.name}-{number}"]
        # The record, its row and its last version are of one change, and no version is missing.
        assert event["locators"] == [event["title"].removeprefix("Event ")]
        assert event["summary"].endswith(event["locators"][0])
        assert [each[0] for each in event["versions"]] == [*range(1, event["version"] + 1)]
        assert event["versions"][-1][2] == event["title"]
    return statuses


DRAFT = """
from events.models import Event
Event.objects.create(slug="draft", title="Nobody may read this", span="1957")
print("true")
"""


@pytest.fixture(scope="module")
def server(database: str) -> Iterator[Server]:
    server = prepared(Server(database))
    server.python(DRAFT)
    server.start()
    yield server
    server.kill()


def test_two_processes_and_four_writers_lose_nothing(server: Any) -> None:
    statuses = write_at_once(server, rounds=10)
    # Nobody but those who came second was refused, on SQLite too.
    assert statuses.keys() <= {200, 412}


def test_a_server_killed_while_it_publishes_leaves_each_record_whole(server: Any) -> None:
    """`kill -9` while four programs publish and withdraw without end."""
    moved: list[int] = []

    def move(number: int) -> None:
        address = f"/api/v1/desk/events/{server.name}-{number}/"
        for _ in range(1_000):
            for step in ("withdraw", "publish"):
                _, headers, _ = ask(server, address)
                reason = {"reason": f"To {step}"}
                status, _, _ = ask(server, f"{address}{step}/", "POST", reason, headers["ETag"])
                assert status == 200
                moved.append(number)

    with ThreadPoolExecutor(4) as pool:
        going = [pool.submit(move, number) for number in range(4, 8)]
        wait_until(
            lambda: (len(moved) > 12 and len({*moved}) == 4) or any(one.done() for one in going),
            "Not everybody published.",
        )
        assert not any(one.done() for one in going)
        server.kill()
        assert all(isinstance(one.exception(PATIENCE), Exception) for one in going)
    whole = server.python(WHOLE)
    for number in range(4, 8):
        event = whole[f"{server.name}-{number}"]
        assert [each[0] for each in event["versions"]] == [*range(1, event["version"] + 1)]
        assert event["versions"][-1][1] == event["status"]
    # Nothing is left that keeps others waiting, and the feed tells what readers see.
    server.manage("changefeed", "--check")
    server.start()
    at_once(*[lambda n=n: publish(server, n) for n in range(4, 8)])
    whole = server.python(WHOLE)
    assert {whole[f"{server.name}-{number}"]["status"] for number in range(8)} == {"published"}


def publish(server: Any, number: int) -> None:
    address = f"/api/v1/desk/events/{server.name}-{number}/"
    status, headers, body = ask(server, address)
    assert status == 200
    if json.loads(body)["desk"]["status"] != "published":
        status, _, body = ask(server, f"{address}publish/", "POST", {}, headers["ETag"])
        assert status == 200, body


def test_a_load_that_is_killed_leaves_nothing_behind(server: Any) -> None:
    """`kill -9` in the middle of loading the shipped course; loaded again, it is whole."""
    counts = """
import json
from events.models import Event, Topic
from people.models import Person
from sources.models import Citation
print(json.dumps([m.objects.count() for m in (Event, Topic, Person, Citation)]))
"""
    before = server.python(counts)
    command = ("load_course", "courses/khrushchev")
    for table in ("people", "events", "citations"):
        loading = server.begin(*command)
        said = b""
        # It names each table before it is loaded.
        while (letter := loading.stderr.read(1)) if loading.stderr else b"":
            said += letter
            if table.encode() in said:
                break
        loading.kill()
        loading.communicate()
        assert server.python(counts) == before, said
    server.manage(*command)
    after = server.python(counts)
    assert after[1:3] == [6, after[2]]
    assert all(a > b for a, b in zip(after, before, strict=True))
    server.manage("changefeed", "--check")


# --- the disk -------------------------------------------------------------------------------------


@on_sqlite
def test_a_full_disk_is_not_ready_and_loses_nothing(tmp_path: Path) -> None:
    """Files of this process may not grow: what a full disk says, without filling one."""
    server: Any = Server(f"sqlite:///{tmp_path / 'thaw.sqlite3'}")
    prepared(server)
    server.env |= {"ALLOWED_HOSTS": "testserver"}
    code = """
import json, resource
from django.test import Client
client = Client(raise_request_exception=False)
before = client.get("/readyz").status_code, client.get("/events/NAME-1/").status_code
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
ready = client.get("/readyz")
event = client.get("/events/NAME-1/").status_code
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
after = client.get("/readyz").status_code
print(json.dumps([before, [ready.status_code, ready.json()["status"][:31]], event, after]))
"""
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    assert server.python(code.replace("NAME", server.name)) == [
        [200, 200],
        [503, "the database cannot be used: [E"],
        200,
        200,
    ]
