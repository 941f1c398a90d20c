"""Asks once more, before anything is given out, whether readers still see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db import connection

from study.search.database import is_among
from study.search.documents import kinds_by_name


def still_public(records: Iterable[tuple[str, int]]) -> set[tuple[str, int]]:
    """Those of some records that `published()` finds; one query for all. In: kinds and numbers."""
    by_kind: dict[str, list[int]] = defaultdict(list)
    for kind, number in records:
        by_kind[kind].append(number)
    if not by_kind:
        return set()
    parts, parameters = [], []
    for kind, numbers in by_kind.items():
        statement, given = _published(kind, connection.vendor)
        among, wanted = is_among("id", numbers)
        # Names of kinds and SQL of our own; what is asked for are parameters.
        parts.append(f"SELECT '{kind}', id FROM ({statement}) AS seen WHERE {among}")  # noqa: S608
        parameters += [*given, wanted]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), parameters)
        return {*cursor.fetchall()}


@cache
def _published(kind: str, _vendor: str) -> tuple[str, tuple[Any, ...]]:
    """The query for all public records of a kind, in SQL. In: also the kind of database.

    Written down once in a process: to put it together takes longer than all the rest of a search.
    """
    records = kinds_by_name()[kind].model.objects.published().order_by().values("id")
    statement, given = records.query.sql_with_params()
    return statement, given
