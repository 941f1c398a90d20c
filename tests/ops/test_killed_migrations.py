"""`kill -9` in the middle of `manage.py migrate`, on the shipped course, at real processes.

The next release has two migrations more (tests/longer). Each is applied whole or not at all, and
whatever was applied, running it again finishes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.longer.events_migrations import LATEST
from tests.support.real_server import Server

pytestmark = pytest.mark.slow

STATE = """
import io, json
from django.core.management import CommandError, call_command
from django.db import connection
from dashboard.backup.migrations import applied
from tests.support.restored import rows
tables = rows()
# What the feed still has to look at, what it says of when, and up to where the search follows it.
for each in ("curation_pendingchange", "curation_change", "study_searchstate"):
    tables.pop(each)
said = io.StringIO()
try:
    call_command("doctor", stdout=said, stderr=said)
except CommandError as error:
    said.write(str(error))
print(json.dumps({
    "applied": [name for name in applied(connection)["events"] if name.startswith("next")],
    "rows": tables, "doctor": said.getvalue(),
}))
"""


@dataclass
class Site:
    """The shipped course, with the migrations of this release; what is in it; and the next one."""

    server: Server
    before: dict[str, Any] = field(default_factory=dict)
    between: dict[str, Any] = field(default_factory=dict)

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = self.server.python(STATE)
        return found


@pytest.fixture(scope="module")
def site(database: str) -> Site:
    server = Server(database)
    server.manage("prepare")
    server.env["DJANGO_SETTINGS_MODULE"] = "tests.longer.settings"
    site = Site(server)
    site.before = site.state()
    server.manage("migrate", "events", "next_1")
    site.between = site.state()
    server.manage("migrate", "events", LATEST)
    assert site.state()["rows"] == site.before["rows"] != site.between["rows"]
    return site


# Where it is killed, which migrations were applied by then, and what finishes it.
KILLED = [
    ("before the first", [], "migrate"),  # the triggers of the change feed are off
    ("amid the rows", [], "prepare"),
    ("between two", ["next_1"], "prepare"),
    ("amid the second", ["next_1"], "migrate"),
    ("when all were applied", ["next_1", "next_2"], "migrate"),  # roles and triggers are not made
]


@pytest.mark.parametrize(("place", "applied", "finish"), KILLED, ids=[k[0] for k in KILLED])
def test_a_migration_that_is_killed_was_applied_or_was_not(
    site: Site, place: str, applied: list[str], finish: str
) -> None:
    site.server.manage("migrate", "events", LATEST)
    site.server.env["KILLED_AT"] = place
    process = site.server.begin("migrate")
    _, said = process.communicate()
    del site.server.env["KILLED_AT"]
    assert process.returncode == -9, said

    left = site.state()
    assert left["applied"] == applied
    # To the letter what it was, or what the first of the two makes of it.
    assert left["rows"] == (site.between if applied == ["next_1"] else site.before)["rows"]
    missing = [name for name in ("events.next_1", "events.next_2") if name[7:] not in applied]
    if missing:
        assert f"{len(missing)} were not applied: {', '.join(missing)}" in left["doctor"]
        assert "Back up, then run “manage.py migrate”" in left["doctor"]
    else:
        # The tables are whole, and what is made after migrations is not.
        assert "trigger" in left["doctor"]
        assert "migrate" in left["doctor"]

    site.server.manage(finish)
    whole = site.state()
    assert (whole["applied"], whole["rows"]) == (["next_1", "next_2"], site.before["rows"])
    assert "not applied" not in whole["doctor"]
    assert "trigger" not in whole["doctor"]
    assert "change feed" not in whole["doctor"]
