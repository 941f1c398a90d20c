"""Keeps what a search knows in step with what readers see.

Whoever searches first brings the entries up to the latest number of the change feed
(`curation.changefeed`): one question while nothing has changed. So nothing is written when a record
is saved, nothing is missed whatever wrote it, and who publishes finds it at once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Q

from curation.changefeed.sequencer import latest_change, number_everything, settled_change
from curation.models import Change
from records.kinds import Kind
from study.search.documents import entry_of, kinds_by_name, public_records, rows_of
from study.search.models import SearchEntry, SearchState, SearchWord
from study.search.sounds import skeleton, sound

# How many changes one transaction takes in, so that others can write between two of them.
MOST_AT_ONCE = 500
# Databases take only so many parameters in one statement.
CHUNK = 400
# PostgreSQL names such locks by a number that programs agree on. Ours is “Find” in ASCII.
LOCK = 0x46696E64


def catch_up() -> SearchState | None:
    """Bring the entries up to what readers see now. Out: their state; None while nothing is public.

    Waits for another process that does the same, and then mostly finds that it is done.
    """
    latest = settled_change()
    if latest is None:
        number_everything()
        latest = latest_change()
    state = SearchState.objects.first()
    if _stands_at(state) == latest:
        return state
    while _take_in():
        pass
    return SearchState.objects.first()


def rebuild() -> int:
    """Make everything anew, in one transaction. Out: the number of entries.

    Readers find what was there before until it is done.
    """
    number_everything()
    with transaction.atomic():
        _lock()
        latest = latest_change()
        _delete_all()
        counted: Counter[str] = Counter()
        for kind in kinds_by_name().values():
            for batch in _batches(public_records(kind).order_by("pk").iterator(CHUNK), CHUNK):
                entries = [entry_of(kind, record) for record in batch]
                SearchEntry.objects.bulk_create(entries, batch_size=CHUNK)
                for entry in entries:
                    counted.update(_words_of(entry))
        _add_words(counted)
        number = SearchEntry.objects.count()
        if latest is not None:
            _set_state(latest, number)
    return number


def _stands_at(state: SearchState | None) -> tuple[int, datetime] | None:
    return None if state is None else (state.number, state.made_at)


def _take_in() -> bool:
    """Take in the next changes, up to `MOST_AT_ONCE`. Out: True while there may be more."""
    with transaction.atomic():
        _lock()
        newest, state = latest_change(), SearchState.objects.first()
        reached = _stands_at(state)
        if newest is None or (reached is not None and reached[0] >= newest[0] != reached):
            if reached == newest:
                return False
            # The feed is older than these entries, or began anew. They are of no use to it.
            _delete_all()
            reached = None
        if newest is None:
            return False
        rows = Change.objects.filter(number__gt=reached[0] if reached else 0).order_by("number")
        columns = ("number", "made_at", "kind", "record_id", "key")
        changes = [*rows.values_list(*columns)[:MOST_AT_ONCE]]
        _make_anew([(kind, pk, key) for _, _, kind, pk, key in changes])
        if changes:
            _set_state(changes[-1][:2], SearchEntry.objects.count())
        return len(changes) == MOST_AT_ONCE


def _make_anew(changed: Sequence[tuple[str, int, str]]) -> None:
    """Make the entries of some records anew, and those of their rows. In: kind, number, key."""
    numbers: dict[str, set[int]] = defaultdict(set)
    keys: dict[str, set[str]] = defaultdict(set)
    for name, pk, key in changed:
        if name in kinds_by_name():
            numbers[name].add(pk)
            keys[name].add(key)
    counted: Counter[str] = Counter()
    for name in numbers:
        kind = kinds_by_name()[name]
        # Under the public id of a row, another one may stand since.
        _delete(Q(kind=name, record_id__in=numbers[name]), counted)
        _delete(Q(kind=name, key__in=keys[name]), counted)
        records = public_records(kind)
        _add(kind, records.filter(Q(pk__in=numbers[name]) | _keyed(kind, keys[name])), counted)
        for row in rows_of(name):
            _delete(Q(kind=row.name, owner_id__in=numbers[name]), counted)
            owned = public_records(row).filter(**{f"{row.owner}__in": numbers[name]})
            _add(row, owned, counted)
    _recount(counted)


def _keyed(kind: Kind, keys: set[str]) -> Q:
    return Q(**{f"{kind.key_field}__in": keys}) if kind.key_field != "pk" else Q()


def _add(kind: Kind, records: Iterable[Any], counted: Counter[str]) -> None:
    entries = [entry_of(kind, record) for record in records]
    SearchEntry.objects.bulk_create(entries, batch_size=CHUNK)
    for entry in entries:
        counted.update(_words_of(entry))


def _delete(condition: Q, counted: Counter[str]) -> None:
    rows = SearchEntry.objects.filter(condition)
    for entry in rows.only("title_keys", "name_keys", "text_keys"):
        counted.subtract(_words_of(entry))
    rows._raw_delete(rows.db)


def _words_of(entry: SearchEntry) -> set[str]:
    words = {*entry.title_keys.split(), *entry.name_keys.split(), *entry.text_keys.split()}
    words.discard("|")
    return words


def _recount(counted: Counter[str]) -> None:
    """Change in how many entries words stand. In: by word, how many more, or fewer."""
    changed = {word: number for word, number in counted.items() if number}
    for some in _batches(iter(sorted(changed)), CHUNK):
        known = SearchWord.objects.in_bulk(some)
        gone = []
        for word, row in known.items():
            row.entries = max(0, row.entries + changed[word])
            if not row.entries:
                gone.append(word)
        kept = [row for word, row in known.items() if row.entries]
        SearchWord.objects.bulk_update(kept, ["entries"], batch_size=CHUNK)
        SearchWord.objects.filter(pk__in=gone).delete()
        _add_words({w: changed[w] for w in some if w not in known and changed[w] > 0})


def _add_words(counted: dict[str, int]) -> None:
    rows = (
        SearchWord(word=word, sound=sound(word), skeleton=skeleton(word), entries=number)
        for word, number in counted.items()
    )
    for batch in _batches(rows, CHUNK):
        SearchWord.objects.bulk_create(batch)


def _set_state(reached: tuple[int, datetime], entries: int) -> SearchState:
    values = {"number": reached[0], "made_at": reached[1], "entries": entries}
    return SearchState.objects.update_or_create(id=1, defaults=values)[0]


def _delete_all() -> None:
    for model in (SearchEntry, SearchWord, SearchState):
        rows = model._base_manager.all()
        rows._raw_delete(rows.db)


def _lock() -> None:
    """Wait until nobody else writes here. SQLite lets one transaction write at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _batches(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    stream = iter(rows)
    while batch := [*islice(stream, size)]:
        yield batch
