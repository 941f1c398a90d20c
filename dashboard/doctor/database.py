"""The database: whether it answers, is that of this release, can be written, and is whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.checks import run_checks
from django.core.checks.registry import Tags
from django.db import DEFAULT_DB_ALIAS, Error, connection, connections, transaction
from django.utils import timezone

from curation.changefeed.sequencer import latest_change
from dashboard.backup import migrations, sqlite
from dashboard.doctor.finding import Finding, few, remark

_MB = 1_000_000


def answers() -> Iterator[Finding]:
    file = sqlite.path_of(connection) if connection.vendor == "sqlite" else None
    if file is not None and not file.exists():
        # To connect would make an empty one.
        yield Finding(
            "DATABASE_URL",
            f"there is no file {file}.",
            "Correct DATABASE_URL, restore a backup, or begin anew with “manage.py prepare”.",
        )
        return
    try:
        connection.ensure_connection()
    except (Error, OSError) as error:
        yield Finding(
            "DATABASE_URL",
            f"the database does not answer: {str(error).strip()}",
            "Start it, or correct DATABASE_URL. What needs the database was not looked at.",
        )


def migrations_are_applied() -> Iterator[Finding]:
    if newer := migrations.unknown(migrations.applied(connection)):
        yield Finding(
            "migrations",
            f"the database is of a newer release of Thaw: {few(newer)}.",
            "Serve it with that release, or restore a backup from before.",
        )
    elif missing := migrations.are_missing(connection):
        yield Finding(
            "migrations",
            f"{len(missing)} were not applied: {few(missing)}.",
            "Back up, then run “manage.py migrate”.",
        )


def can_be_written() -> Iterator[Finding]:
    """Write a row and take it back."""
    try:
        with transaction.atomic():
            Session.objects.create(session_key="doctor", expire_date=timezone.now())
            transaction.set_rollback(True)
    except Error as error:
        yield Finding(
            "DATABASE_URL",
            f"the database cannot be written: {str(error).strip()}",
            "Look at who owns the file and its directory, or at the rights of the account; "
            "“locked” means that something has been writing for long.",
        )


def has_room() -> Iterator[Finding]:
    """The disk of a SQLite file has room for a copy of it, and for what is written next."""
    file = sqlite.path_of(connection) if connection.vendor == "sqlite" else None
    if file is None or not file.exists():
        return
    free, size = shutil.disk_usage(file.parent).free, file.stat().st_size
    if free < max(2 * size, 200 * _MB):
        yield Finding(
            str(file.parent),
            f"the disk has room for {free // _MB} MB only; the database has {size // _MB} MB.",
            "Make room: a restore and large migrations need twice its size.",
            is_error=free < 50 * _MB,
        )


def file_is_whole() -> Iterator[Finding]:
    """SQLite’s own check of its pages and indexes. PostgreSQL checks its pages as it reads them."""
    if connection.vendor != "sqlite":
        return
    try:
        with connection.cursor() as cursor:
            found = [words for (words,) in cursor.execute("PRAGMA integrity_check(5)")]
    except Error as error:
        found = [str(error)]
    if found != ["ok"]:
        yield Finding(
            "database",
            f"the file is damaged: {'; '.join(found)}.",
            "Stop the site and restore the newest backup: “manage.py restore FILE”.",
        )


def links_are_whole() -> Iterator[Finding]:
    """Every foreign key of SQLite leads to a row. PostgreSQL lets nothing else in."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        links = [
            f"{table}, row {row}, leads to a row of {parent}"
            for table, row, parent, _ in cursor.execute("PRAGMA foreign_key_check")
        ]
    if links:
        yield Finding(
            "database",
            f"rows lead to others that are not there: {few(links)}.",
            "Something wrote past Thaw, with foreign keys off. Restore those rows, or delete them.",
        )


def triggers_are_in_order() -> Iterator[Finding]:
    """What the system checks say of the database: the triggers of the change feed."""
    for message in run_checks(tags=[Tags.database], databases=[DEFAULT_DB_ALIAS]):
        yield Finding(message.id or "database", message.msg, message.hint or "")


def replicas_follow() -> Iterator[Finding]:
    """Each of `REPLICA_URLS` answers, is a copy that follows a primary, and is not far behind."""
    for name in settings.REPLICAS:
        where = f"REPLICA_URLS, {name}"
        try:
            with connections[name].cursor() as cursor:
                cursor.execute("SELECT pg_is_in_recovery()")
                [is_copy] = cursor.fetchone()
            newest = latest_change(name)
        except Error as error:
            yield Finding(
                where,
                f"it cannot be read: {str(error).strip()}",
                "Start it, or correct REPLICA_URLS. Until then the primary answers in its stead.",
            )
            continue
        if not is_copy:
            yield Finding(
                where,
                "it is a server of its own and follows no primary, so that it will never have the "
                "next change.",
                "Make it anew from the primary (pg_basebackup --write-recovery-conf), or take it "
                "out of REPLICA_URLS.",
            )
        elif newest != (ours := latest_change()):
            yield remark(
                where,
                f"its latest change is {newest[0] if newest else 'none'}, and the primary’s "
                f"{ours[0] if ours else 'none'}.",
                "If it says so again in a minute, look at pg_stat_replication on the primary, and "
                "at the log of the replica.",
            )
