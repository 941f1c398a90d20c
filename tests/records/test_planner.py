"""Whatever writes many rows leaves the database knowing how many there are."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from records.planner import count_rows
from tests import ROOT
from tests.factories import EventFactory

COURSE = ROOT / "courses" / "khrushchev"


def counted() -> dict[str, int]:
    """What the planner believes: rows by table, of the tables that were ever counted."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT relname, reltuples FROM pg_class WHERE reltuples >= 0")
            return {table: int(rows) for table, rows in cursor.fetchall()}
        if "sqlite_stat1" not in connection.introspection.table_names(cursor):
            return {}
        cursor.execute("SELECT tbl, stat FROM sqlite_stat1")
        return {table: int(stat.split()[0]) for table, stat in cursor.fetchall()}


@pytest.mark.django_db
def test_counting_tells_the_planner_what_is_there() -> None:
    EventFactory.create_batch(7)
    count_rows()
    assert counted()["events_event"] == 7
    EventFactory.create_batch(5)
    count_rows()
    assert counted()["events_event"] == 12


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("load_course", {"path": COURSE}),
        ("make_corpus", {"events": 50}),
        pytest.param("prepare", {}, marks=pytest.mark.slow),
    ],
)
def test_commands_that_write_many_rows_count_them(
    command: str, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whether there is anything yet is asked in tests/ops/test_prepare.py.
    monkeypatch.setattr("dashboard.management.commands.prepare.is_empty", lambda: True)
    arguments = [str(options.pop("path"))] if "path" in options else []
    call_command(command, *arguments, **options, verbosity=0, stdout=StringIO(), stderr=StringIO())
    known = counted()
    for table in ("events_event", "sources_citation", "people_tenure", "reforms_statistic"):
        assert known[table] > 0, table


@pytest.mark.slow
@pytest.mark.django_db
def test_a_dry_run_counts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    monkeypatch.setattr(
        "events.management.commands.load_course.count_rows", lambda: called.append("counted")
    )
    call_command("load_course", str(COURSE), dry_run=True, verbosity=0)
    assert not called
    call_command("load_course", str(COURSE), verbosity=0)
    assert called == ["counted"]
