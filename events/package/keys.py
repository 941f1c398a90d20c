"""The keys that rows of a package may name: those of the package, and those already loaded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from events.package.reading import Package
from events.package.tables import BY_NAME, Table
from records.dates import quoted

T = TypeVar("T")

# Under the number of variables that every database takes in one statement.
CHUNK = 500
# Looking for the nearest of many keys takes time, so only the first misspellings get a hint.
SUGGESTIONS = 50


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items in order, at most `CHUNK` at a time."""
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]


class Keys:
    """Which records there are, by table and key."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._records: dict[str, dict[str, Any]] = defaultdict(dict)
        self._own: dict[str, set[str]] = defaultdict(set)
        self._spoiled: dict[str, set[str]] = defaultdict(set)
        self._names: dict[tuple[str, bool], list[str]] = {}
        self._suggested = 0

    def add(self, table: Table, key: str, record: Any) -> None:
        """A row of the package has this key."""
        if key:
            self._records[table.name].setdefault(key, record)
            self._own[table.name].add(key)

    def spoil(self, table: Table, key: str) -> None:
        """The row with this key is refused. Rows that name it are not reported for that."""
        self._spoiled[table.name].add(key)

    def is_spoiled(self, table: Table, key: str) -> bool:
        return table.name in self._package.unreadable or key in self._spoiled[table.name]

    def fetch(self, keys_by_table: dict[str, set[str]]) -> None:
        """Load from the database the records that the package does not hold itself."""
        for name, keys in keys_by_table.items():
            table = BY_NAME[name]
            unknown = sorted(keys - self._records[name].keys())
            for chunk in chunks(unknown):
                rows = table.model._default_manager.filter(**{f"{table.key}__in": chunk})
                self._records[name].update({getattr(row, table.key): row for row in rows})

    def has(self, table: Table, key: str, *, in_package: bool = False) -> bool:
        return key in (self._own if in_package else self._records)[table.name]

    def get(self, table: str, key: str | None) -> Any:
        """The record with this key; None for a blank key and for a row that is refused."""
        if not key or self.is_spoiled(BY_NAME[table], key):
            return None
        return self._records[table].get(key)

    def unknown(self, table: Table, key: str, *, in_package: bool = False) -> str:
        """Say that no row has this key, and which key comes nearest."""
        where = f"{table.file}" + ("" if in_package else " and the database")
        hint = ""
        if self._suggested < SUGGESTIONS:
            self._suggested += 1
            if near := get_close_matches(key, self._all(table, in_package), 1):
                hint = f" Did you mean {quoted(near[0])}?"
        return f"{where} {'has' if in_package else 'have'} no such key.{hint}"

    def _all(self, table: Table, in_package: bool) -> list[str]:
        if (table.name, in_package) not in self._names:
            keys = set(self._own[table.name])
            if not in_package:
                manager = table.model._default_manager
                keys.update(manager.values_list(table.key, flat=True)[:50_000])
            self._names[table.name, in_package] = sorted(keys)
        return self._names[table.name, in_package]
