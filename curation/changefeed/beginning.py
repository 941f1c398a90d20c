"""How a change feed begins that has no entry yet: with everything that is public.

A loaded corpus of 100,000 events leaves 585,000 notes. Nobody has a copy of it yet, so that nothing
but what is public now has to be announced, and that takes one statement for each kind.
"""

from __future__ import annotations

from django.db import connection
from django.utils import timezone

from curation.changefeed.dependencies import KINDS, key_column
from curation.models import Change, PendingChange


def announce_everything() -> None:
    """Make the first entries: one for each public record, numbered from 1.

    Must be called in a transaction that holds the lock of the sequencer.
    """
    # Deleted before anything is read: what is committed after this statement keeps its note.
    waiting = PendingChange.objects.all()
    waiting._raw_delete(waiting.db)
    quote, number = connection.ops.quote_name, 0
    columns = ("number", "kind", "key", "record_id", "action", "into", "made_at")
    insert = f"INSERT INTO {quote(Change._meta.db_table)} ({', '.join(map(quote, columns))})"
    made_at = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        for kind, model in KINDS.items():
            public = model.objects.published().order_by().values_list("pk", key_column(kind))
            select, parameters = public.query.sql_with_params()
            statement = [
                insert,
                "WITH public_records (record_id, address) AS (",
                select,
                ") SELECT %s + ROW_NUMBER() OVER (ORDER BY record_id),",
                "%s, address, record_id, %s, '', %s FROM public_records",
            ]
            values = [*parameters, number, kind, Change.Action.CREATED.value, made_at]
            cursor.execute(" ".join(statement), values)
            number += cursor.rowcount
