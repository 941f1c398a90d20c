"""Connections to SQLite that stay open from one request to the next."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from config import environment
from config.sqlite.base import DatabaseWrapper

# Not the database of the tests, but one is a database to pytest-django.
pytestmark = pytest.mark.django_db


@pytest.fixture
def live(tmp_path: Path) -> DatabaseWrapper:
    """A connection to a file with one table, with the settings of `DATABASE_URL`."""
    defaults = {key: value for key, value in connection.settings_dict.items() if key != "POOL"}
    wrapper = DatabaseWrapper(
        {**defaults, **environment.database(f"sqlite:///{tmp_path / 'live.sqlite3'}")}, "live"
    )
    wrapper.inc_thread_sharing()
    with wrapper.cursor() as cursor:
        cursor.execute("CREATE TABLE said (words)")
        cursor.execute("INSERT INTO said VALUES ('before')")
    return wrapper


def between_requests(wrapper: DatabaseWrapper) -> None:
    """What Django does at the end of one request and the beginning of the next."""
    wrapper.close_if_unusable_or_obsolete()


def said(wrapper: DatabaseWrapper) -> str:
    with wrapper.cursor() as cursor:
        cursor.execute("SELECT words FROM said")
        return str(cursor.fetchone()[0])


def test_a_connection_stays_open(live: DatabaseWrapper) -> None:
    opened = live.connection
    between_requests(live)
    assert said(live) == "before"
    assert live.connection is opened


def test_another_file_in_its_place_is_noticed(live: DatabaseWrapper, tmp_path: Path) -> None:
    opened = live.connection
    restored = DatabaseWrapper({**live.settings_dict, "NAME": str(tmp_path / "new.sqlite3")}, "new")
    with restored.cursor() as cursor:
        cursor.execute("CREATE TABLE said (words)")
        cursor.execute("INSERT INTO said VALUES ('restored')")
    restored.close()
    with live.cursor() as cursor:
        # What restores a backup sees to it that nothing of the old one waits beside the new.
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (tmp_path / "new.sqlite3").replace(tmp_path / "live.sqlite3")
    between_requests(live)
    assert said(live) == "restored"
    assert live.connection is not opened
    live.close()


def test_a_file_that_is_gone_is_noticed(live: DatabaseWrapper, tmp_path: Path) -> None:
    (tmp_path / "live.sqlite3").rename(tmp_path / "old.sqlite3")
    between_requests(live)
    with live.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM sqlite_master")
        assert cursor.fetchone()[0] == 0
    live.close()
