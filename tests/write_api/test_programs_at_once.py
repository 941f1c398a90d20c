"""Several programs at once, at the real server: one change of each version, nobody locked out."""

from __future__ import annotations

import json
import os
import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.support.at_once import PATIENCE, at_once, wait_until
from tests.support.real_server import Server

pytestmark = pytest.mark.slow

SETUP = """
import json
from django.contrib.auth.models import Group, User
from curation.write_api.tokens import make
from events.models import Event
from sources.models import Citation, Source
editor = User.objects.create_user("program", is_staff=True)
editor.groups.add(Group.objects.get(name="Editor"))
source = Source.objects.create(slug="lewin-2005", title="The Soviet Century", kind="monograph",
                               status="published")
for number in range(9):
    event = Event.objects.create(slug=f"event-{number}", title=f"Event {number}", span="1956",
                                 status="published")
    Citation.objects.create(event=event, source=source, locator="chapter 13")
print(json.dumps(make(editor, "At once", "publish")[1]))
"""
KEPT = """
import json
from curation.models import Version
from events.models import Event
print(json.dumps({
    e.slug: [e.version, e.title, [v.number for v in Version.objects.of(e).order_by("number")]]
    for e in Event.objects.all()}))
"""

WHOLE = """
import json
from curation.models import Version
from events.models import Event
print(json.dumps({
    e.slug: [e.version, e.title, [
        [v.number, v.snapshot["fields"]["title"], e.citations.get().locator]
        for v in Version.objects.of(e).order_by("number")]]
    for e in Event.objects.all() if e.citations.count() == 1}))
"""


@pytest.fixture(scope="module")
def server(database: str) -> Iterator[Server]:
    server = Server(database)
    server.manage("migrate", "--verbosity", "0")
    server.token = server.python(SETUP)  # type: ignore[attr-defined]
    server.start()
    yield server
    server.kill()


def ask(server: Server, method: str, below: str, body: Any = None, tag: str = "") -> Any:
    """Status, ETag, and the answer as JSON."""
    headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json"}  # type: ignore[attr-defined]
    if tag:
        headers["If-Match"] = tag
    data = None if body is None else json.dumps(body).encode()
    address = f"http://{server.address}/api/v1/desk/{below}"
    try:
        with urlopen(Request(address, data, headers, method=method), timeout=PATIENCE) as answer:
            return answer.status, answer.headers["ETag"], json.load(answer)
    except HTTPError as refused:
        with refused:
            return refused.code, refused.headers["ETag"], json.load(refused)


def test_of_eight_changes_of_one_version_one_is_made(server: Server) -> None:
    _, tag, _ = ask(server, "GET", "events/event-0/")
    acts = [
        lambda n=n: ask(
            server, "PATCH", "events/event-0/", {"title": f"By {n}", "reason": "Race"}, tag
        )
        for n in range(8)
    ]
    answers = at_once(*acts)
    assert Counter(status for status, _, _ in answers) == {200: 1, 412: 7}
    [(_, won, document)] = [answer for answer in answers if answer[0] == 200]
    # Those who came too late are told the tag of what is there now.
    assert {tag for _, tag, _ in answers} == {won}
    assert server.python(KEPT)["event-0"] == [2, document["title"], [1, 2]]


def test_of_eight_drafts_of_one_address_one_is_made(server: Server) -> None:
    draft = {"slug": "same-address", "title": "The same", "span": "1957"}
    answers = at_once(*[lambda: ask(server, "POST", "events/", draft) for _ in range(8)])
    statuses = Counter(status for status, _, _ in answers)
    assert statuses[201] == 1
    # Looked for and found, or stopped by the database in the last moment.
    assert statuses[201] + statuses[422] + statuses[409] == 8
    assert server.python(KEPT)["same-address"] == [1, "The same", [1]]


def test_programs_that_read_again_get_their_turn(server: Server) -> None:
    def insist(number: int) -> int:
        for tries in range(1, 200):
            _, tag, document = ask(server, "GET", "events/event-8/")
            change = {"summary": f"{document['summary']}{number}", "reason": "Adding mine"}
            status, _, _ = ask(server, "PATCH", "events/event-8/", change, tag)
            if status == 200:
                return tries
            assert status == 412
        raise AssertionError("Never got a turn")

    at_once(*[lambda n=n: insist(n) for n in range(8)])
    _, _, document = ask(server, "GET", "events/event-8/")
    assert sorted(document["summary"]) == [*"01234567"]
    assert server.python(KEPT)["event-8"][2] == [*range(1, 10)]


def test_many_records_are_changed_at_once(server: Server) -> None:
    """On SQLite, too: nobody is told that the database is locked."""

    def change(number: int) -> list[int]:
        found = []
        for round_ in range(3):
            _, tag, _ = ask(server, "GET", f"events/event-{number}/")
            body = {"title": f"Round {round_}", "reason": "Again"}
            found.append(ask(server, "PATCH", f"events/event-{number}/", body, tag)[0])
        return found

    answers = at_once(*[lambda n=n: change(n) for n in range(1, 8)])
    assert answers == [[200, 200, 200]] * 7
    kept = server.python(KEPT)
    assert all(kept[f"event-{n}"] == [4, "Round 2", [1, 2, 3, 4]] for n in range(1, 8))


def test_a_server_killed_while_programs_write_leaves_nothing_half_done(server: Server) -> None:
    written: list[int] = []

    def write_until_killed(number: int) -> None:
        address = f"events/event-{number}/"
        for round_ in range(1_000):
            _, tag, _ = ask(server, "GET", address)
            row = {"source": "lewin-2005", "locator": f"p. {round_}"}
            body = {"title": f"Page {round_}", "citations": [row], "reason": "Reading on"}
            ask(server, "PATCH", address, body, tag)
            written.append(number)

    with ThreadPoolExecutor(4) as pool:
        going = [pool.submit(write_until_killed, number) for number in range(1, 5)]
        wait_until(
            lambda: (
                (len(written) >= 12 and len({*written}) == 4) or any(one.done() for one in going)
            ),
            "Not everybody wrote.",
        )
        assert not any(one.done() for one in going)
        server.kill()
        # Each was cut off: no program got to the end of its rounds.
        assert all(isinstance(one.exception(PATIENCE), Exception) for one in going)
    whole = server.python(WHOLE)
    for number in range(1, 5):
        version, title, kept = whole[f"event-{number}"]
        assert [each[0] for each in kept] == [*range(1, version + 1)]
        assert kept[-1][1] == title
        # The record, its row and its last version are of one and the same change.
        if number in written:
            assert kept[-1][2] == title.replace("Page ", "p. ")
    server.start()
    _, tag, _ = ask(server, "GET", "events/event-1/")
    body = {"title": "After", "reason": "After"}
    assert ask(server, "PATCH", "events/event-1/", body, tag)[0] == 200


@pytest.mark.skipif("redis" not in os.environ.get("CACHE_URL", ""), reason="needs a shared cache")
def test_workers_count_together(database: str) -> None:
    """Two processes that share Redis let an address ask as often as one would."""
    server = Server(database)
    server.env |= {"CACHE_URL": os.environ["CACHE_URL"], "API_ADDRESS_LIMIT": "20"}
    # Nobody else’s count: addresses are kept as hashes under this key.
    server.env["SECRET_KEY"] = secrets.token_urlsafe(60)
    server.manage("migrate", "--verbosity", "0")
    server.start()
    try:
        answers = within_one_minute(
            lambda: at_once(*[lambda: ask_anybody(server) for _ in range(40)])
        )
    finally:
        server.kill()
    assert Counter(answers) == {200: 20, 429: 20}


def within_one_minute(act: Callable[[], Any]) -> Any:
    """What `act` gives when no minute of the clock ends while it acts: counts begin anew then."""
    for _ in range(10):
        minute = time.time() // 60
        found = act()
        if minute == time.time() // 60:
            return found
        # What was asked in the minute that began meanwhile counts.
        time.sleep(60 - time.time() % 60)
    raise AssertionError("It took more than a minute, ten times.")


def ask_anybody(server: Server) -> int:
    try:
        with urlopen(f"http://{server.address}/api/v1/", timeout=PATIENCE) as answer:
            return int(answer.status)
    except HTTPError as refused:
        with refused:
            return refused.code
