"""What readers can see of some records, and what the change feed last said of them.

A change spreads to other documents only through records that readers see: no reader notices what is
linked to a draft.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import CharField, Q, QuerySet, Value

from curation.changefeed.dependencies import KINDS, VISIBLE_THROUGH, key_column
from curation.models import Change
from records.models import Published

# How many records one query names at most.
CHUNK = 2_000
# How many queries may be one; SQLite takes 500.
MOST_PARTS = 100


class Entry(NamedTuple):
    """What the feed says of one address: kind and key, the record there, and what became of it."""

    kind: str
    key: str
    record_id: int
    action: str

    @property
    def is_live(self) -> bool:
        return self.action in Change.LIVE


@dataclass
class Visibility:
    """Loads what it is asked for, and keeps it while one batch of notes is numbered.

    Beside what is public now, it knows what may have been public for a moment: a record that was
    published and hidden again before either was numbered. Somebody may have read a document in
    which it showed, and has to be told that it shows there no more.
    """

    # By kind: the keys (slugs or public ids) of records that are public now, by record id.
    public_keys: dict[str, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    # By kind: the entries of all the addresses that a record had, by record id.
    announced: dict[str, dict[int, list[Entry]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    # By kind: records that may have been public for a moment since the last entry was made.
    briefly_public: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    # By kind: records that were themselves published for a moment, whatever they depend on.
    _briefly_published: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    # By kind and record id: the records through which it is or was visible, by foreign key.
    _through: dict[tuple[str, int], dict[str, set[int]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(set))
    )
    _loaded: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))

    def load(self, records: dict[str, set[int]]) -> None:
        """Ask for records by kind and id, each once.

        One query for what is public of all kinds and each `CHUNK`, and one for the entries.
        """
        new_ids = {kind: sorted(ids - self._loaded[kind]) for kind, ids in records.items()}
        parts: list[tuple[int, QuerySet[Any]]] = []
        for kind, ids in new_ids.items():
            name = Value(kind, output_field=CharField())
            for chunk in chunks(ids):
                public = KINDS[kind].objects.published().filter(pk__in=chunk).order_by()
                parts.append((len(chunk), public.values_list(name, "pk", key_column(kind))))
            self._loaded[kind].update(ids)
        for rows in united(parts):
            for kind, pk, key in rows:
                self.public_keys[kind][pk] = key
        for entries in entries_by("record_id", new_ids):
            for entry in map(Entry._make, entries.values_list(*Entry._fields)):
                self.announced[entry.kind][entry.record_id].append(entry)
        if any(self._briefly_published.values()):
            self._find_briefly_public(records)

    def load_links(self, links: Iterable[tuple[str, int, str, int]]) -> None:
        """Ask for the records at the far end of links that came or went.

        In: kind and id of the record that may have changed, and of the one because of which it may.
        """
        links = [*links]
        for kind, record_id, via_kind, via_id in links:
            if via_kind in VISIBLE_THROUGH.get(kind, ()):
                self._through[kind, record_id][via_kind].add(via_id)
        self.load(by_kind((via_kind, via_id) for _, _, via_kind, via_id in links))

    def add_briefly_published(self, records: dict[str, set[int]]) -> None:
        """Take in records that were published at some time since the last entry was made."""
        self.load(records)
        for kind, ids in records.items():
            hidden = {record_id for record_id in ids if not self.is_visible(kind, record_id)}
            self._briefly_published[kind] |= hidden
            if kind not in VISIBLE_THROUGH:
                self.briefly_public[kind] |= hidden
        # Now that these are known: which of the loaded ones may have been visible through them?
        self.load(records)

    def _find_briefly_public(self, records: dict[str, set[int]]) -> None:
        """Find which hidden records may have been public, with all that they are visible through.

        They may, if they have no state of their own or were published, and if for each of their
        foreign keys one of the records that it led to is or may have been visible.
        """
        for kind, foreign_keys in VISIBLE_THROUGH.items():
            model = KINDS[kind]
            hidden = [pk for pk in records.get(kind, ()) if not self.is_visible(kind, pk)]
            for chunk in chunks(hidden):
                has_state = issubclass(model, Published)
                may_show = set(self._briefly_published[kind]) if has_state else set(chunk)
                for row in model._base_manager.filter(pk__in=chunk):
                    if has_state and row.is_published:
                        may_show.add(row.pk)
                    for name in foreign_keys:
                        if (owner_id := getattr(row, f"{name}_id")) is not None:
                            self._through[kind, row.pk][name].add(owner_id)
                owners_of = {pk: self._through[kind, pk] for pk in chunk}
                self.load(
                    by_kind(
                        (name, owner_id)
                        for owners in owners_of.values()
                        for name, owner_ids in owners.items()
                        for owner_id in owner_ids
                    )
                )
                for pk, owners in owners_of.items():
                    met = (
                        any(self.is_visible(name, owner_id) for owner_id in owner_ids)
                        for name, owner_ids in owners.items()
                    )
                    if owners and pk in may_show and all(met):
                        self.briefly_public[kind].add(pk)

    def live_entry(self, kind: str, record_id: int) -> Entry | None:
        """The entry that says under which address the record is public; None if none says so."""
        entries = self.announced[kind].get(record_id, ())
        return next((entry for entry in entries if entry.is_live), None)

    def is_visible(self, kind: str, record_id: int) -> bool:
        """True for a record that is public now, was so for a moment, or is so in the feed."""
        is_public = record_id in self.public_keys[kind] or record_id in self.briefly_public[kind]
        return is_public or self.live_entry(kind, record_id) is not None

    def is_out_of_step(self, kind: str, record_id: int) -> bool:
        """True if the record came or went, or has another address than the feed says."""
        entry = self.live_entry(kind, record_id)
        key = entry.key if entry else None
        differs = key != self.public_keys[kind].get(record_id)
        return differs or record_id in self.briefly_public[kind]


def entries_by(column: str, values: Mapping[str, Sequence[Any]]) -> Iterator[QuerySet[Change]]:
    """The entries of the feed by the values of a column, which are given for each kind.

    One query for each `CHUNK` of values, however many kinds there are.
    """
    pairs = [(kind, value) for kind, of_kind in values.items() for value in of_kind]
    for chunk in chunks(pairs):
        condition = Q()
        for kind, of_kind in by_kind(chunk).items():
            condition |= Q(kind=kind, **{f"{column}__in": of_kind})
        yield Change.objects.filter(condition).order_by()


def united(parts: Iterable[tuple[int, QuerySet[Any]]]) -> Iterator[QuerySet[Any]]:
    """Queries of the same columns as few queries, each about `CHUNK` records at most.

    In: each query with the number of records that it names. What one asks of a few records costs
    the way to the database more than the answer.
    """
    waiting: list[QuerySet[Any]] = []
    named = 0
    for records, query in parts:
        if waiting and (named + records > CHUNK or len(waiting) == MOST_PARTS):
            yield waiting[0].union(*waiting[1:], all=True)
            waiting, named = [], 0
        waiting.append(query)
        named += records
    if waiting:
        yield waiting[0].union(*waiting[1:], all=True)


def by_kind(pairs: Iterable[tuple[str, Any]]) -> dict[str, set[Any]]:
    """Pairs of kind and value (a record id, say), sorted into one set of values for each kind."""
    values: dict[str, set[Any]] = defaultdict(set)
    for kind, value in pairs:
        values[kind].add(value)
    return values


def chunks(items: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """The items in pieces of `CHUNK`, the last one shorter."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
