"""Gives numbers to changes: the entries of the feed, in an order that misses nothing.

Whoever writes only notes what was written (`triggers`). Numbers are given in a step of its own, by
one process at a time and from what is committed. So no entry ever appears below one that a client
has, whichever transaction began first or committed last. What readers could not see before and
cannot see now gets no entry, and leaves no gap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import count, islice
from typing import Any

from django.db import connection, transaction
from django.db.models import CharField, QuerySet, Value
from django.utils import timezone

from curation.changefeed.beginning import announce_everything
from curation.changefeed.dependencies import DEPENDENCIES, EMBEDDED, KINDS, key_column
from curation.changefeed.visibility import (
    CHUNK,
    Entry,
    Visibility,
    by_kind,
    chunks,
    entries_by,
    united,
)
from curation.models import Change, PendingChange
from records.models import PastSlug, Published, Sluggable

Action = Change.Action
# How many notes one step takes, so that others can write between two steps.
MOST_AT_ONCE = 20_000
# PostgreSQL names such locks by a number that programs agree on. Ours is “Thaw” in ASCII.
LOCK = 0x54686177
# Asked with each request, so that it is written down and not composed each time.
# The newest first, and only then whether anything waits: asked the other way round, SQLite reads
# every number while something does.
_SETTLED = """
SELECT number, made_at
FROM (SELECT number, made_at FROM curation_change ORDER BY number DESC LIMIT 1) AS newest
WHERE NOT EXISTS (SELECT 1 FROM curation_pendingchange)
"""


def latest_change(using: str | None = None) -> tuple[int, datetime] | None:
    """The number and time of the newest entry; None while nothing was ever public.

    In: the copy of the database to ask, if it is a copy that is meant (`REPLICA_URLS`).
    The version of all public content in one indexed query. A commit is numbered right after it,
    before its writer is answered; where even that moment matters, call `number_changes` first.
    """
    newest = Change.objects.using(using).order_by("-number")
    return newest.values_list("number", "made_at").first()


def settled_change() -> tuple[int, datetime] | None:
    """The same, or None while something that was written has no number yet.

    For `Last-Modified`: what a script saved is numbered only when somebody asks for changes, and
    until then there is no time since which all is as it was.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED)
        newest = cursor.fetchone()
    if newest is None:
        return None
    number, made_at = newest
    # SQLite keeps times without a zone; Django writes them in UTC.
    return number, made_at if made_at.tzinfo else made_at.replace(tzinfo=UTC)


def number_changes() -> bool:
    """Give numbers to what was committed and has none. Out: True while there is more to do.

    Whatever was committed before this was called is in the feed once it returned False. Waits for
    other processes that do the same.
    """
    if not PendingChange.objects.exists():
        return False
    with transaction.atomic():
        lock_numbering()
        return _number_batch(MOST_AT_ONCE)


def number_soon() -> None:
    """Number what this transaction wrote as soon as it is committed.

    Should that fail, it is logged, and left to whoever writes or reads next.
    """
    transaction.on_commit(number_changes, robust=True)


def number_everything() -> None:
    """Number all that waits, in as many steps as it takes; for what loads in bulk."""
    while number_changes():
        pass


def lock_numbering() -> None:
    """Wait until nobody else gives numbers, and keep others from it until the transaction ends.

    SQLite lets one transaction write at a time anyway (`config.environment`).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _number_batch(most: int) -> bool:
    """Turn up to `most` notes into entries. Out: True if there may be more notes."""
    newest = latest_change()
    if newest is None:
        announce_everything()
        return False
    columns = ("pk", "kind", "record_id", "via_kind", "via_id", "spreads", "seen")
    notes: list[Any] = [*PendingChange.objects.order_by("pk").values_list(*columns)[:most]]
    visibility, is_full = Visibility(), len(notes) == most
    if is_full:
        visibility.add_briefly_published(_briefly_published())
        # Whether a link counts depends on what readers saw before any of these notes. The entries
        # of this batch will change that, so that the links of all batches are resolved now.
        _resolve(visibility)
    else:
        visibility.add_briefly_published(
            by_kind((kind, pk) for _, kind, pk, *_, seen in notes if seen)
        )
    visibility.load_links((kind, pk, via, to) for _, kind, pk, via, to, *_ in notes if via)
    touched: dict[str, dict[int, bool]] = defaultdict(dict)
    for _, kind, pk, via, to, spreads, _ in notes:
        if not via or visibility.is_visible(via, to):
            touched[kind][pk] = spreads or touched[kind].get(pk, False)
    write_entries(_entries(visibility, _affected(visibility, touched)), newest)
    _delete_notes([note for note, *_ in notes])
    return is_full


def _briefly_published() -> dict[str, set[int]]:
    """By kind, of all notes: the records that readers may have seen, and do not see now."""
    ids = {}
    for kind, model in KINDS.items():
        if issubclass(model, Published):
            public = model.objects.published().values("pk")
            notes = PendingChange.objects.filter(kind=kind, seen=True)
            hidden = notes.exclude(record_id__in=public)
            ids[kind] = {*hidden.values_list("record_id", flat=True)}
    return ids


def _resolve(visibility: Visibility) -> None:
    """Decide all notes about links: those that readers could see become notes about a record.

    The others are deleted.
    """
    columns = ("pk", "kind", "record_id", "via_kind", "via_id")
    notes: list[Any] = [*PendingChange.objects.exclude(via_kind="").values_list(*columns)]
    visibility.load_links(link for _, *link in notes)
    counting = [note for note, *_, via, to in notes if visibility.is_visible(via, to)]
    for chunk in chunks(counting):
        PendingChange.objects.filter(pk__in=chunk).update(via_kind="", via_id=None)
    _delete_notes([note for note, *_, via, to in notes if not visibility.is_visible(via, to)])


def _delete_notes(note_ids: list[int]) -> None:
    for chunk in chunks(note_ids):
        notes = PendingChange.objects.filter(pk__in=chunk)
        notes._raw_delete(notes.db)


# --- which documents may have changed -----------------------------------------------------------


def _affected(visibility: Visibility, touched: dict[str, dict[int, bool]]) -> dict[str, set[int]]:
    """The records whose documents may have changed, following the dependencies.

    In: by kind and id, the records that were written to, and whether other documents show what
    changed in them. Out: by kind, the ids of these and all others that readers see or saw.
    """
    affected: dict[str, set[int]] = {kind: set() for kind in KINDS}
    while touched:
        visibility.load({kind: set(ids) for kind, ids in touched.items()})
        spreading: dict[str, list[int]] = {}
        for kind, spreads in touched.items():
            noticed = [
                pk
                for pk in spreads
                if visibility.is_visible(kind, pk) or visibility.announced[kind].get(pk)
            ]
            affected[kind].update(noticed)
            spreading[kind] = [
                pk
                for pk in noticed
                if visibility.is_visible(kind, pk)
                and (kind in EMBEDDED or spreads[pk] or visibility.is_out_of_step(kind, pk))
            ]
        touched = {}
        for kind, ids in _showing(spreading).items():
            if new_ids := ids - affected[kind]:
                touched[kind] = dict.fromkeys(new_ids, False)
    return affected


def _showing(records: dict[str, list[int]]) -> dict[str, set[int]]:
    """The records in whose documents others show: one query, unless more than `CHUNK` are given.

    Each column to look along is a part of that query, which says to which kind its rows lead.
    """
    parts: list[tuple[int, QuerySet[Any]]] = []
    for dependency in DEPENDENCIES:
        table, shown, where = dependency.table, dependency.shown, dependency.where
        leads_to = Value(_KIND_BEHIND[table, where], output_field=CharField())
        for chunk in chunks(records.get(_KIND_BEHIND[table, shown], ())):
            rows = table._base_manager.filter(**{f"{shown}__in": chunk, f"{where}__isnull": False})
            parts.append((len(chunk), rows.order_by().values_list(leads_to, where)))
    ids: dict[str, set[int]] = defaultdict(set)
    for rows in united(parts):
        for kind, record_id in rows:
            ids[kind].add(record_id)
    return ids


# By table and column: the kind of record that the column leads to.
_KIND_BEHIND = {
    (dependency.table, column): dependency.kind(column)
    for dependency in DEPENDENCIES
    for column in (dependency.shown, dependency.where)
}


# --- the entries --------------------------------------------------------------------------------


def _entries(visibility: Visibility, affected: dict[str, set[int]]) -> Iterator[Change]:
    """The new entries, without numbers: of each kind first what went, then what is public."""
    last = _last_entries(visibility, affected)
    for kind, ids in affected.items():
        for chunk in chunks(sorted(ids)):
            yield from _entries_of_gone(visibility, kind, chunk)
            yield from _entries_of_public(visibility, kind, chunk, last)


def _last_entries(
    visibility: Visibility, affected: dict[str, set[int]]
) -> dict[tuple[str, str], Entry]:
    """By kind and key: the last entry on each address at which an affected record is public."""
    last: dict[tuple[str, str], Entry] = {}
    # An address may be new to its record, and have been that of another.
    missing: dict[str, list[str]] = defaultdict(list)
    for kind, ids in affected.items():
        public_keys = visibility.public_keys[kind]
        for pk in ids & public_keys.keys():
            key = public_keys[pk]
            entries = visibility.announced[kind].get(pk, ())
            if at_key := [entry for entry in entries if entry.key == key]:
                last[kind, key] = at_key[0]
            else:
                missing[kind].append(key)
    for rows in entries_by("key", missing):
        for entry in map(Entry._make, rows.values_list(*Entry._fields)):
            last[entry.kind, entry.key] = entry
    return last


def _entries_of_public(
    visibility: Visibility, kind: str, ids: Sequence[int], last: dict[tuple[str, str], Entry]
) -> Iterator[Change]:
    public_keys = visibility.public_keys[kind]
    for pk in ids:
        if pk not in public_keys:
            continue
        key = public_keys[pk]
        if (before := last.get((kind, key))) is None:
            action = Action.CREATED
        else:
            action = Action.UPDATED if before.is_live else Action.PUBLISHED
        yield Change(kind=kind, key=key, record_id=pk, action=action)


def _entries_of_gone(visibility: Visibility, kind: str, ids: Sequence[int]) -> Iterator[Change]:
    """What became of addresses that records had, or of which it is not said yet."""
    model, public_keys = KINDS[kind], visibility.public_keys[kind]
    left = [
        entry
        for pk in ids
        for entry in visibility.announced[kind].get(pk, ())
        # What leads on to another address keeps doing so.
        if entry.action not in (Action.RENAMED, Action.MERGED) and public_keys.get(pk) != entry.key
    ]
    if not left:
        return
    keys, column = [entry.key for entry in left], key_column(kind)
    # A row that was made anew under its public id has another record id, and is still there.
    same_key = model.objects.published().filter(**{f"{column}__in": keys})
    made_anew = {*same_key.values_list(column, flat=True)}
    rows = model._base_manager.filter(pk__in=[entry.record_id for entry in left])
    existing = {*rows.values_list("pk", flat=True)}
    has_slug = issubclass(model, Sluggable)
    merged_into = _merged_into(model, keys) if has_slug else {}
    for entry in left:
        pk, into, action = entry.record_id, "", ""
        if entry.key in made_anew:
            continue
        if pk in public_keys:
            action, into = Action.RENAMED, public_keys[pk]
        elif pk in existing:
            action = Action.WITHDRAWN if entry.is_live else ""
        elif entry.key in merged_into:
            action, into = Action.MERGED, merged_into[entry.key]
        elif entry.is_live or (has_slug and entry.action == Action.WITHDRAWN):
            # A withdrawn record answered 410 with the reason, and answers otherwise when deleted.
            # A hidden row without a slug answered 404, and goes on to.
            action = Action.DELETED
        if action:
            yield Change(kind=kind, key=entry.key, record_id=pk, action=action, into=into)


def _merged_into(model: Any, keys: list[str]) -> dict[str, str]:
    """Of past slugs: the slug of the public record to which each redirects, if there is one."""
    past = PastSlug.objects.filter(model=model._meta.label_lower, slug__in=keys)
    present = dict(past.exclude(current_slug="").values_list("slug", "current_slug"))
    public = model.objects.published().filter(slug__in=present.values())
    public_slugs = {*public.values_list("slug", flat=True)}
    return {key: slug for key, slug in present.items() if slug in public_slugs}


def write_entries(entries: Iterable[Change], newest: tuple[int, datetime] | None) -> None:
    """Number entries after the newest, and put each in the place of the one its address had.

    In: `latest_change()`. Must be called in a transaction that holds the lock of `lock_numbering`.
    """
    numbers = count(newest[0] + 1 if newest else 1)
    # Later numbers never have earlier times, even if the clock was set back.
    made_at = max(timezone.now(), newest[1]) if newest else timezone.now()
    stream = iter(entries)
    while batch := [*islice(stream, CHUNK)]:
        keys: dict[str, list[str]] = defaultdict(list)
        for entry in batch:
            entry.number, entry.made_at = next(numbers), made_at
            keys[entry.kind].append(entry.key)
        for replaced in entries_by("key", keys):
            replaced._raw_delete(replaced.db)
        Change.objects.bulk_create(batch)
