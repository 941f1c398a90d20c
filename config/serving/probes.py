"""`/healthz` and `/readyz`: what whoever starts, watches and balances servers asks of a process.

They are asked by address, without a name of the site and without https, so they are answered before
either is looked at.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse

from config.serving.unavailable import RETRY_AFTER, passes
from curation.changefeed.triggers import trigger_errors

_SQLITE_BUSY = (5, 6)
# Bytes: more than a page of the file system, so that it has to find room for it.
_ROOM = 256 * 1024


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers, is migrated, can be written and notes changes; 503 while not."""
    try:
        status = _missing()
    except (DatabaseError, OSError) as error:
        if isinstance(error, DatabaseError) and not passes(error):
            raise
        status = f"the database cannot be used: {str(error).strip().partition(chr(10))[0]}"
    response = JsonResponse({"status": status or "ok"}, status=503 if status else 200)
    response["Cache-Control"] = "no-store"
    if status:
        response["Retry-After"] = str(RETRY_AFTER)
    return response


def _missing() -> str:
    """What keeps this process from serving; blank when nothing does."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return "migrations are missing"
    # An interrupted “migrate” leaves a database without triggers, though all migrations are there.
    if trigger_errors(connection.alias):
        return (
            "triggers of the change feed are missing or are not those of this release: "
            "run “manage.py migrate”"
        )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW transaction_read_only")
            if cursor.fetchone() == ("on",):
                return "the database can only be read"
    else:
        _write_to_sqlite()
    return ""


def _write_to_sqlite() -> None:
    """Write to the database file and take it back, and to the disk that it stands on.

    What is taken back never gets as far as the disk, so a full one shows only there.
    """
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        [patience] = cursor.fetchone()
        # Whoever writes at the moment shows that it can be written. Nobody waits for them here.
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            with transaction.atomic():
                cursor.execute("UPDATE django_content_type SET model = model")
                transaction.set_rollback(True)
        except DatabaseError as error:
            code = getattr(error.__cause__, "sqlite_errorcode", 0)
            if code & 0xFF not in _SQLITE_BUSY:
                raise
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {patience:d}")
    file: Any = connection
    if not file.is_in_memory_db():
        folder = Path(file.settings_dict["NAME"]).resolve().parent
        with tempfile.TemporaryFile(dir=folder) as room:
            room.write(b"\0" * _ROOM)
            room.flush()


class ProbeMiddleware:
    """Answers the probes before any other middleware asks for the host or sends them to https."""

    answers = {"/healthz": healthz, "/readyz": readyz}

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.answers.get(request.path_info)
        if answer is None or request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        return answer(request)
