"""Loading a package over what is there, without losing what somebody entered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction

from curation import history
from curation.changes import number_everything
from curation.whole import owners, snapshot
from events.package.keys import chunks
from events.package.loading import Loaded, load_package
from events.package.reading import Package
from events.package.tables import BY_NAME, TABLE_OF_KIND, TABLES, Table


def load_remembered(
    package: Package,
    *,
    reason: str,
    by: Any = None,
    dry_run: bool = False,
    step: Callable[[str], None] | None = None,
) -> Loaded:
    """Load a package as `load_package` does, and keep what it changes as versions.

    A record that was there before and is another afterwards, rows and evidence included, gets a
    version with `reason`, and before it the state it had. New records get none: their first is
    kept at their first change. Everything is one transaction. Raises `PackageRefused`.
    """
    with transaction.atomic():
        before = [(record, snapshot(record)) for record in _there_already(package)]
        loaded = load_package(package, dry_run=dry_run, step=step)
        if not dry_run:
            for record, data in before:
                _remember(record, data, by, reason)
            transaction.on_commit(number_everything, robust=True)
    return loaded


def _remember(record: Any, data: dict[str, Any], by: Any, reason: str) -> None:
    fresh = type(record)._default_manager.get(pk=record.pk)
    if fresh.status == record.status and snapshot(fresh) == data:
        return
    if not history.has_versions(record):
        history.keep_unkept(record, data)
    action = history.status_action(record.status, fresh.status)
    history.remember(fresh, by=by, reason=reason, action=action)


def _there_already(package: Package) -> list[Any]:
    """The whole records in the database that the package names, or whose rows it names."""
    keys: dict[str, set[str]] = defaultdict(set)
    for table in TABLES:
        for row in package.rows.get(table.name, []):
            for name, key in _named(table, row.cells):
                keys[name].add(key)
    found: dict[tuple[Any, int], Any] = {}
    for name, wanted in keys.items():
        table = BY_NAME[name]
        for chunk in chunks(sorted(wanted)):
            for instance in table.model._default_manager.filter(**{f"{table.key}__in": chunk}):
                for owner in owners(instance):
                    found[(type(owner), owner.pk)] = owner
    return list(found.values())


def _named(table: Table, cells: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Tables and keys of the records that a row is, or is a part of."""
    if table.key and table.name != "citations":
        yield table.name, cells.get(table.key, "")
    if table.part_of:
        yield table.column(table.part_of).refers_to, cells.get(table.part_of, "")
    for name in ("person", "reform"):
        if table.name in ("tenures", "effects") and cells.get(name):
            yield table.column(name).refers_to, cells[name]
    if table.name == "citations" and cells.get("kind") in TABLE_OF_KIND:
        yield TABLE_OF_KIND[cells["kind"]].name, cells.get("record", "")
