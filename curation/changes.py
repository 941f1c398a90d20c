"""The feed of changes: what became of which public record, in an order that misses nothing.

Whoever writes only notes what was written (`curation.watching`). Numbers are given in a step of
its own, one at a time and from what is committed: so none ever appears below one that a client
has, whichever transaction began first or committed last. What readers could not see before and
cannot see now is passed over, and leaves no gap.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count, islice
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists
from django.utils import timezone

from curation.models import Change, PendingChange
from curation.shown import KINDS, LINKS, NEEDS, WHOLE
from records.models import PastSlug, Published, Sluggable

Action = Change.Action
# So many notes are taken in one step, so that others can write between two.
MOST_AT_ONCE = 20_000
CHUNK = 2_000
# “Thaw” in ASCII: of the numbers by which programs name locks to PostgreSQL, ours.
LOCK = 0x54686177


def latest_change() -> tuple[int, datetime] | None:
    """The number and time of the newest entry; None while nothing was ever public.

    The version of all public content in one indexed query. A commit is numbered right after it,
    before its writer is answered; where even that moment matters, call `number_changes` first.
    """
    return Change.objects.order_by("-number").values_list("number", "made_at").first()


def settled_change() -> tuple[int, datetime] | None:
    """The same, or None while something is written that has no number yet.

    For `Last-Modified`: a script that saves by itself is numbered only when somebody asks for
    changes, and until then no time says that all is as it was.
    """
    waiting = Exists(PendingChange.objects.all())
    newest = Change.objects.order_by("-number").annotate(waiting=waiting)
    found = newest.values_list("number", "made_at", "waiting").first()
    return None if found is None or found[2] else (found[0], found[1])


def number_changes() -> bool:
    """Give numbers to what was committed and has none. Out: True while there is more to do.

    Whoever had committed before this was called is in the feed after it returned False. Waits for
    others that do the same.
    """
    if not PendingChange.objects.exists():
        return False
    with transaction.atomic():
        _alone()
        return _number(MOST_AT_ONCE)


def number_soon() -> None:
    """Number what this transaction wrote as soon as it is committed.

    Should that fail, it is logged, and left to whoever writes or reads next.
    """
    transaction.on_commit(number_changes, robust=True)


def number_everything() -> None:
    """Number all that there is, in as many steps as it takes; for what loads in bulk."""
    while number_changes():
        pass


def _alone() -> None:
    """Wait until nobody else gives numbers, and keep others from it until the end.

    SQLite lets one transaction write at a time anyway (`config.environment`).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _begin() -> None:
    """The first entries of a feed: everything that readers see, in one statement for each kind.

    Nobody has a copy yet, so that nothing but what is public now is to be told.
    """
    # Taken away before anything is read: what is committed after this statement keeps its note.
    waiting = PendingChange.objects.all()
    waiting._raw_delete(waiting.db)
    name, number = connection.ops.quote_name, 0
    columns = ("number", "kind", "key", "record_id", "action", "into", "made_at")
    into = f"INSERT INTO {name(Change._meta.db_table)} ({', '.join(map(name, columns))})"
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    with connection.cursor() as cursor:
        for kind, model in KINDS.items():
            public = model.objects.published().order_by().values_list("pk", _key_column(kind))
            sql, given = public.query.sql_with_params()
            statement = [
                into,
                "WITH seen (record_id, address) AS (",
                sql,
                ") SELECT %s + ROW_NUMBER() OVER (ORDER BY record_id),",
                "%s, address, record_id, %s, '', %s FROM seen",
            ]
            values = [*given, number, kind, Action.CREATED.value, now]
            cursor.execute(" ".join(statement), values)
            number += cursor.rowcount


def _number(most: int) -> bool:
    if not Change.objects.exists():
        _begin()
        return False
    columns = ("pk", "kind", "record_id", "via_kind", "via_id", "spreads", "seen")
    taken: list[Any] = [*PendingChange.objects.order_by("pk").values_list(*columns)[:most]]
    seeing, more = _Seeing(), len(taken) == most
    if more:
        seeing.remember(_seen_and_hidden())
        # All links are judged by what readers saw before any of this is told.
        _settle(seeing)
    else:
        seeing.remember(_by_kind((kind, pk) for _, kind, pk, *_, seen in taken if seen))
    links = [(kind, pk, via, to) for _, kind, pk, via, to, *_ in taken if via]
    seeing.judge(links)
    touched: dict[str, dict[int, bool]] = defaultdict(dict)
    for _, kind, pk, via, to, spreads, _ in taken:
        if not via or seeing.visible(via, to):
            touched[kind][pk] = spreads or touched[kind].get(pk, False)
    _write(_entries(seeing, _affected(seeing, touched)))
    _forget([pk for pk, *_ in taken])
    return more


def _seen_and_hidden() -> dict[str, set[int]]:
    """Of all that waits: records that readers may have seen meanwhile, and do not see now."""
    found = {}
    for kind, model in KINDS.items():
        if issubclass(model, Published):
            public = model.objects.published().values("pk")
            waiting = PendingChange.objects.filter(kind=kind, seen=True).exclude(
                record_id__in=public
            )
            found[kind] = {*waiting.values_list("record_id", flat=True)}
    return found


def _settle(seeing: _Seeing) -> None:
    """Turn what is waiting because of another record into what is simply waiting, or drop it."""
    columns = ("pk", "kind", "record_id", "via_kind", "via_id")
    notes: list[Any] = [*PendingChange.objects.exclude(via_kind="").values_list(*columns)]
    seeing.judge([link for _, *link in notes])
    for chunk in _chunks([note for note, *_, via, to in notes if seeing.visible(via, to)]):
        PendingChange.objects.filter(pk__in=chunk).update(via_kind="", via_id=None)
    _forget([note for note, *_, via, to in notes if not seeing.visible(via, to)])


def _forget(notes: list[int]) -> None:
    for chunk in _chunks(notes):
        found = PendingChange.objects.filter(pk__in=chunk)
        found._raw_delete(found.db)


# --- what readers see ---------------------------------------------------------------------------


@dataclass
class _Seeing:
    """What readers can see of some records, and what the feed last said of them."""

    # By kind: the key under which a record is public; the entries of its addresses.
    now: dict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    told: dict[str, dict[int, list[Change]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    # Seen by nobody now, and perhaps by somebody since the feed last told of anything: what shows
    # it may have been read then.
    maybe: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _published: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    _needed: dict[tuple[str, int], dict[str, set[int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )
    _known: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def look(self, records: dict[str, set[int]]) -> None:
        """Ask for records by kind and number; two queries for each kind and `CHUNK` of them."""
        for kind, pks in records.items():
            for chunk in _chunks(sorted(pks - self._known[kind])):
                public = KINDS[kind].objects.published().filter(pk__in=chunk).order_by()
                self.now[kind].update(public.values_list("pk", _key_column(kind)))
                last = Change.objects.filter(kind=kind, record_id__in=chunk)
                for entry in last.order_by():
                    self.told[kind][entry.record_id].append(entry)
                self._known[kind].update(chunk)
        if any(self._published.values()):
            self._suppose(records)

    def remember(self, records: dict[str, set[int]]) -> None:
        """Take in records that were published for a while since the feed last told of anything."""
        self.look(records)
        for kind, pks in records.items():
            hidden = {pk for pk in pks if not self.visible(kind, pk)}
            self._published[kind] |= hidden
            if kind not in NEEDS:
                self.maybe[kind] |= hidden
        self.look(records)

    def judge(self, links: Iterable[tuple[str, int, str, int]]) -> None:
        """Find out whether links can have been seen.

        In: the record that may have changed, and that because of which it may.
        """
        links = [*links]
        for kind, pk, via, to in links:
            if via in NEEDS.get(kind, ()):
                self._needed[kind, pk][via].add(to)
        self.look(_by_kind((via, to) for _, _, via, to in links))

    def _suppose(self, records: dict[str, set[int]]) -> None:
        """Of what nobody sees now: what was perhaps seen, with all that it needs for that."""
        for kind, needs in NEEDS.items():
            hidden = [pk for pk in records.get(kind, ()) if not self.visible(kind, pk)]
            for chunk in _chunks(hidden):
                own = set(chunk) if kind in WHOLE - {"statistic"} else self._published[kind]
                for row in KINDS[kind]._base_manager.filter(pk__in=chunk):
                    own = own | {row.pk} if getattr(row, "is_published", False) else own
                    for need in needs:
                        if (to := getattr(row, f"{need}_id")) is not None:
                            self._needed[kind, row.pk][need].add(to)
                wanted = [self._needed[kind, pk] for pk in chunk]
                self.look(_by_kind((n, to) for each in wanted for n in each for to in each[n]))
                for pk, each in zip(chunk, wanted, strict=True):
                    met = (any(self.visible(n, to) for to in each[n]) for n in each)
                    if each and pk in own and all(met):
                        self.maybe[kind].add(pk)

    def live(self, kind: str, pk: int) -> Change | None:
        """The entry by which clients have the record, if they have it."""
        told = self.told[kind].get(pk, ())
        return next((entry for entry in told if entry.is_live), None)

    def visible(self, kind: str, pk: int) -> bool:
        """True for a record that readers see, that clients have, or that was seen in between."""
        seen = pk in self.now[kind] or pk in self.maybe[kind]
        return seen or self.live(kind, pk) is not None

    def flipped(self, kind: str, pk: int) -> bool:
        """True if the record came or went, or stands elsewhere than clients have it."""
        live = self.live(kind, pk)
        changed = (live.key if live else None) != self.now[kind].get(pk)
        return changed or pk in self.maybe[kind]


def _affected(seeing: _Seeing, touched: dict[str, dict[int, bool]]) -> dict[str, set[int]]:
    """The records whose documents may be others, from those that were written to.

    In: records by kind and number, and whether what changed in them shows elsewhere. Only through
    what readers see does anything show: a draft has no bearing on whatever it is linked to.
    """
    found: dict[str, set[int]] = {kind: set() for kind in KINDS}
    while touched:
        seeing.look({kind: set(pks) for kind, pks in touched.items()})
        spreading: dict[str, list[int]] = {}
        for kind, pks in touched.items():
            seen = [pk for pk in pks if seeing.visible(kind, pk) or seeing.told[kind].get(pk)]
            found[kind].update(seen)
            spreading[kind] = [
                pk
                for pk in seen
                if seeing.visible(kind, pk)
                and (kind in WHOLE or pks[pk] or seeing.flipped(kind, pk))
            ]
        touched = {}
        for kind, showing in _showing(spreading).items():
            if fresh := showing - found[kind]:
                touched[kind] = dict.fromkeys(fresh, False)
    return found


def _showing(records: dict[str, list[int]]) -> dict[str, set[int]]:
    """The records in whose documents others show: one query for each column to look along."""
    found: dict[str, set[int]] = defaultdict(set)
    ways: dict[tuple[Any, str], list[str]] = defaultdict(list)
    for link in LINKS:
        ways[link.table, link.shown].append(link.where)
    for (table, shown), places in ways.items():
        kinds = {place: _KINDS_OF[table, place] for place in places}
        for chunk in _chunks(sorted(records.get(_KINDS_OF[table, shown], ()))):
            rows = table._base_manager.filter(**{f"{shown}__in": chunk}).order_by()
            for row in rows.values_list(*places):
                for place, pk in zip(places, row, strict=True):
                    if pk is not None:
                        found[kinds[place]].add(pk)
    return found


_KINDS_OF = {
    (link.table, column): link.kind(column) for link in LINKS for column in (link.shown, link.where)
}


# --- what is told -------------------------------------------------------------------------------


def _entries(seeing: _Seeing, affected: dict[str, set[int]]) -> Iterator[Change]:
    """What the feed has to say, without numbers: of each kind first what went, then what is."""
    for kind, pks in affected.items():
        for chunk in _chunks(sorted(pks)):
            yield from _gone(seeing, kind, chunk)
            yield from _there(seeing, kind, chunk)


def _there(seeing: _Seeing, kind: str, pks: Sequence[int]) -> Iterator[Change]:
    public = {pk: seeing.now[kind][pk] for pk in pks if pk in seeing.now[kind]}
    last = Change.objects.filter(kind=kind, key__in=public.values())
    told = {entry.key: entry for entry in last.order_by()}
    for pk, key in public.items():
        before = told.get(key)
        if before is None:
            action = Action.CREATED
        else:
            action = Action.UPDATED if before.is_live else Action.PUBLISHED
        yield Change(kind=kind, key=key, record_id=pk, action=action)


def _gone(seeing: _Seeing, kind: str, pks: Sequence[int]) -> Iterator[Change]:
    model = KINDS[kind]
    open_ended = [
        entry
        for pk in pks
        for entry in seeing.told[kind].get(pk, ())
        if entry.action not in (Action.RENAMED, Action.MERGED)
    ]
    left = [entry for entry in open_ended if seeing.now[kind].get(entry.record_id) != entry.key]
    if not left:
        return
    keys, column = [entry.key for entry in left], _key_column(kind)
    # A row that was made anew under its public id has another number, and is still there.
    same = model.objects.published().filter(**{f"{column}__in": keys})
    anew = {*same.values_list(column, flat=True)}
    rows = model._base_manager.filter(pk__in=[entry.record_id for entry in left])
    standing = {*rows.values_list("pk", flat=True)}
    has_slug = issubclass(model, Sluggable)
    heirs = _heirs(model, keys) if has_slug else {}
    for entry in left:
        pk, into, action = entry.record_id, "", ""
        if entry.key in anew:
            continue
        if pk in seeing.now[kind]:
            action, into = Action.RENAMED, seeing.now[kind][pk]
        elif pk in standing:
            action = Action.WITHDRAWN if entry.is_live else ""
        elif entry.key in heirs:
            action, into = Action.MERGED, heirs[entry.key]
        elif entry.is_live or (has_slug and entry.action == Action.WITHDRAWN):
            # The address of a row that was hidden already answers 404 as it did before.
            action = Action.DELETED
        if action:
            yield Change(kind=kind, key=entry.key, record_id=pk, action=action, into=into)


def _heirs(model: Any, keys: list[str]) -> dict[str, str]:
    """Of addresses that were: the public record to which each leads, if it leads to one."""
    past = PastSlug.objects.filter(model=model._meta.label_lower, slug__in=keys)
    present = dict(past.exclude(current_slug="").values_list("slug", "current_slug"))
    public = model.objects.published().filter(slug__in=present.values())
    there = {*public.values_list("slug", flat=True)}
    return {key: slug for key, slug in present.items() if slug in there}


def _write(entries: Iterable[Change]) -> None:
    """Number entries, and put each in the place of the one that its address had."""
    newest = latest_change()
    numbers = count(newest[0] + 1 if newest else 1)
    # A clock that was set back does not turn the order round.
    now = max(timezone.now(), newest[1]) if newest else timezone.now()
    stream = iter(entries)
    while batch := [*islice(stream, CHUNK)]:
        by_kind: dict[str, list[str]] = defaultdict(list)
        for entry in batch:
            entry.number, entry.made_at = next(numbers), now
            by_kind[entry.kind].append(entry.key)
        for kind, keys in by_kind.items():
            replaced = Change.objects.filter(kind=kind, key__in=keys)
            replaced._raw_delete(replaced.db)
        Change.objects.bulk_create(batch)


def _key_column(kind: str) -> str:
    return "slug" if issubclass(KINDS[kind], Sluggable) else "public_id"


def _by_kind(records: Iterable[tuple[str, int]]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for kind, pk in records:
        found[kind].add(pk)
    return found


def _chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
