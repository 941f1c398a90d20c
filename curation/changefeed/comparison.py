"""Compares the change feed with the public record as it stands, and mends the feed.

For `manage.py changefeed`. Both read the record in pieces, so that a large one need not fit into
memory. No comparison shows that a script changed a document past the triggers and left its address
and its time of saving as they were. So when `rebuild` has to make a trigger, everything is
announced again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db import DEFAULT_DB_ALIAS, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from curation.changefeed.dependencies import KINDS, key_column
from curation.changefeed.sequencer import (
    latest_change,
    lock_numbering,
    number_everything,
    write_entries,
)
from curation.changefeed.triggers import install_triggers
from curation.changefeed.visibility import CHUNK
from curation.models import Change, PendingChange
from records.models import Published
from records.planner import count_rows

Action = Change.Action


@dataclass(frozen=True)
class Difference:
    """One address of which the feed says something else than the public record.

    `record_id` is the id of the record whose change the feed missed.
    """

    kind: str
    key: str
    record_id: int
    problem: str

    def __str__(self) -> str:
        return f"{self.kind} “{self.key}”: {self.problem}."


@dataclass(frozen=True)
class Rebuilt:
    """What `rebuild` did: the names of triggers that it made and removed, by kind how many notes it
    removed and how many addresses it announced, and the number of the newest entry now.
    """

    triggers_made: list[str]
    triggers_removed: list[str]
    notes_removed: dict[str, int]
    announced: dict[str, int]
    newest: int


def stuck_notes() -> dict[str, int]:
    """By kind: how many notes wait that can never be numbered. None of them should.

    They name a kind of record that this release does not know. Numbering fails at them, and so
    nothing that was written after them is numbered either.
    """
    counts: Counter[str] = Counter()
    for name in ("kind", "via_kind"):
        by_kind = _unknown_notes(name).values_list(name).annotate(Count("pk"))
        counts.update(dict(by_kind.order_by()))
    return dict(sorted(counts.items()))


def differences() -> Iterator[Difference]:
    """Every address of which the feed says something else than the public record.

    Numbers what waits first, as whoever reads the feed does. Must not be called while notes are
    stuck. Others may write meanwhile: what they change is no difference.
    """
    number_everything()
    # A database that does not know yet how many entries there are compares each record with all of
    # them: after the first numbering of 100,000 events, PostgreSQL took minutes instead of seconds.
    count_rows()
    yield from _of_unknown_kinds()
    for kind in KINDS:
        yield from _missing(kind)
        yield from _not_public(kind)


def rebuild() -> Rebuilt:
    """Make the feed say what is public, in one transaction.

    Makes triggers that are missing or wrong, removes notes that are stuck, and announces anew each
    record of which the feed says something else, with every document that it shows in. Numbers only
    grow, and no entry that is right gets another one.
    """
    with transaction.atomic():
        # Before anything is compared, so that nobody else gives numbers meanwhile.
        lock_numbering()
        notes_removed = stuck_notes()
        for name in ("kind", "via_kind"):
            _unknown_notes(name).delete()
        number_everything()
        # What comes after this entry is what the rebuilding announced.
        newest = latest_change()
        triggers_made, triggers_removed = install_triggers(DEFAULT_DB_ALIAS)
        # A list: comparing may number something, which must be done before the entries are written.
        gone = [
            Change(kind=each.kind, key=each.key, record_id=each.record_id, action=Action.DELETED)
            for each in _of_unknown_kinds()
        ]
        write_entries(gone, latest_change())
        notes = (PendingChange(kind=each.kind, record_id=each.record_id) for each in differences())
        while batch := [*islice(notes, CHUNK)]:
            PendingChange.objects.bulk_create(batch)
        number_everything()
        entries = Change.objects.filter(number__gt=newest[0] if newest else 0)
        announced = dict(entries.values_list("kind").annotate(Count("pk")).order_by("kind"))
        newest_now = latest_change()
    return Rebuilt(
        triggers_made,
        triggers_removed,
        notes_removed,
        announced,
        newest_now[0] if newest_now else 0,
    )


def _unknown_notes(name: str) -> QuerySet[PendingChange]:
    """Notes with a kind that this release does not know. In: the column, `kind` or `via_kind`."""
    known_kinds = ["", *KINDS] if name == "via_kind" else [*KINDS]
    return PendingChange.objects.exclude(**{f"{name}__in": known_kinds})


def _of_unknown_kinds() -> Iterator[Difference]:
    """Addresses that the feed says are public, of kinds that an earlier release had."""
    live = Change.objects.filter(action__in=Change.LIVE).exclude(kind__in=KINDS)
    for rows in _confirmed(live, "number", "kind", "key", "record_id", "action"):
        for number, kind, key, record_id, action in rows:
            problem = (
                f"entry {number} of the feed says “{action}”, and there is no such kind of record"
            )
            yield Difference(kind, key, record_id, problem)


def _missing(kind: str) -> Iterator[Difference]:
    """Public records whose last entry is not there, or is not of them as they stand."""
    model, column = KINDS[kind], key_column(kind)
    right = Q(kind=kind, key=OuterRef(column), record_id=OuterRef("pk"), action__in=Change.LIVE)
    saved = "pk"
    if issubclass(model, Published):
        # Saving a record in Django's way sets its time, and the entry is made after that.
        right &= Q(made_at__gte=OuterRef("updated_at"))
        saved = "updated_at"
    wrong = model.objects.published().filter(~Exists(Change.objects.filter(right)))
    for rows in _confirmed(wrong, "pk", column, saved):
        entries = Change.objects.filter(kind=kind, key__in=[key for _, key, _ in rows]).order_by()
        by_key = {entry.key: entry for entry in entries}
        for pk, key, saved_at in rows:
            yield Difference(kind, key, pk, _why_wrong(by_key.get(key), pk, saved_at))


def _why_wrong(entry: Change | None, pk: int, saved_at: Any) -> str:
    if entry is None:
        return "it is public, and the feed has no entry for it"
    if not entry.is_live:
        return f"it is public, and entry {entry.number} of the feed says “{entry.action}”"
    if entry.record_id != pk:
        return f"entry {entry.number} of the feed is of row {entry.record_id}, and this is row {pk}"
    when = f"{entry.made_at:%Y-%m-%d %H:%M:%S}"
    return (
        f"it was saved at {saved_at:%Y-%m-%d %H:%M:%S}, and entry {entry.number} of the feed, its "
        f"last, was made at {when}"
    )


def _not_public(kind: str) -> Iterator[Difference]:
    """Addresses that the feed says are public, and where no reader finds anything."""
    public = KINDS[kind].objects.published().filter(**{key_column(kind): OuterRef("key")})
    live = Change.objects.filter(kind=kind, action__in=Change.LIVE).filter(~Exists(public))
    for rows in _confirmed(live, "number", "key", "record_id", "action"):
        for number, key, record_id, action in rows:
            problem = f"entry {number} of the feed says “{action}”, and it is not public"
            yield Difference(kind, key, record_id, problem)


def _confirmed(rows: QuerySet[Any], *columns: str) -> Iterator[list[tuple[Any, ...]]]:
    """Rows that are differences, in pieces of `CHUNK` at most.

    In: a query for them, and the columns that are wanted; the first is unique and gives the order.
    What was committed since the last numbering looks like a difference. So rows are asked for
    twice, and numbered in between.
    """
    first = columns[0]
    ordered = rows.order_by(first).values_list(*columns)
    beyond = ordered
    while suspects := [row[0] for row in beyond[:CHUNK]]:
        number_everything()
        yield [*ordered.filter(**{f"{first}__in": suspects})]
        beyond = ordered.filter(**{f"{first}__gt": suspects[-1]})
