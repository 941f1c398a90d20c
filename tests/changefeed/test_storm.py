"""A copy that the reference client keeps is the public record, whatever many writers do at once."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from django.db import connection

from records.kinds import listed_kinds
from tests.support.at_once import PATIENCE
from tests.support.real_server import ROOT, Server

pytestmark = pytest.mark.slow

WRITERS = 4
# SQLite lets one write at a time; there the storm is to show that waiting loses nothing.
STROKES = 600 if connection.vendor == "postgresql" else 120


@pytest.fixture(scope="module")
def server(database: str) -> Iterator[Server]:
    server = Server(database)
    server.manage("migrate", "--verbosity", "0")
    server.python("import json; from tests.support.storm import calm; print(json.dumps(calm()))")
    server.start()
    yield server
    server.kill()


def mirror(server: Server, copy: Path) -> subprocess.Popen[bytes]:
    """Begin the reference client, as it stands in the documentation."""
    program = ROOT / "docs" / "examples" / "mirror.py"
    return subprocess.Popen(
        [sys.executable, str(program), f"http://{server.address}", str(copy)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def ask(address: str) -> Any:
    with urlopen(address, timeout=PATIENCE) as answer:
        return json.load(answer)


def public_record(server: Server) -> dict[tuple[str, str], Any]:
    """Every public document, found by the listings alone."""
    found = {}
    for kind, listing in ((kind.name, kind.listing) for kind in listed_kinds()):
        address = f"http://{server.address}/api/v1/{listing}/?page_size=200"
        while address:
            page = ask(address)
            for each in page["results"]:
                found[kind, each.get("slug") or each["id"]] = ask(each["url"])
            address = page["next"]
    return found


def copied(copy: Path) -> dict[tuple[str, str], Any]:
    with sqlite3.connect(copy) as file:
        rows = file.execute("SELECT kind, key, document FROM record").fetchall()
    return {(kind, key): json.loads(document) for kind, key, document in rows}


def test_a_copy_equals_the_public_record_after_a_storm(server: Server, tmp_path: Path) -> None:
    copy = tmp_path / "copy.sqlite3"
    code = "import json; from tests.support.storm import storm; print(json.dumps(storm({}, {})))"
    writers = [
        server.begin("shell", "--no-imports", "-c", code.format(seed, STROKES // WRITERS))
        for seed in range(WRITERS)
    ]
    # Meanwhile somebody keeps in step, and is cut off again and again.
    runs = 0
    while any(writer.poll() is None for writer in writers):
        client = mirror(server, copy)
        try:
            client.wait(timeout=2 + runs % 5)
        except subprocess.TimeoutExpired:
            client.kill()
        client.communicate()
        runs += 1
    done: Counter[str] = Counter()
    for writer in writers:
        said, errors = writer.communicate()
        assert writer.returncode == 0, errors.decode()
        done.update(json.loads(said))
    last = mirror(server, copy)
    said, errors = last.communicate(timeout=PATIENCE)
    assert last.returncode == 0, errors.decode()
    assert done.total() - done["refused"] == STROKES
    # Every sort of writing did happen, or the storm was no storm.
    assert all(done[sort] for sort in ("merge", "withdraw", "delete", "publish", "rename"))
    public, kept = public_record(server), copied(copy)
    assert kept.keys() == public.keys()
    assert {here for here in public if kept[here] != public[here]} == set()
    assert len(public) > 50
    again = mirror(server, copy)
    assert b"nothing new" in again.communicate(timeout=PATIENCE)[0]


KILLED = """
import os
from django.db import transaction
from events.models import Event
from curation.changefeed.sequencer import number_soon
with transaction.atomic():
    event = Event.objects.published().first()
    Event.objects.filter(pk=event.pk).update(title="Last words")
    transaction.on_commit(lambda: os.kill(os.getpid(), 9))
    number_soon()
"""


def test_what_was_committed_by_somebody_killed_before_it_was_numbered_is_told(
    server: Server,
) -> None:
    feed = f"http://{server.address}/api/v1/changes/"
    page = ask(f"{feed}?page_size=200")
    while page["next"]:
        page = ask(page["next"])
    writer = server.begin("shell", "--no-imports", "-c", KILLED)
    writer.communicate(timeout=PATIENCE)
    assert writer.returncode == -9
    told = ask(f"{feed}?after={page['after']}")["results"]
    assert "Last words" in [ask(e["url"])["title"] for e in told if e["kind"] == "event"]
