"""Loading a package over what is there, without losing what somebody entered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from django.db import transaction

from curation.changefeed.sequencer import number_everything
from curation.revisions import history
from curation.revisions.snapshot import snapshot
from events.package.keys import chunks
from events.package.loading import Loaded, load_package
from events.package.reading import Package
from events.package.tables import BY_NAME, TABLE_OF_KIND, TABLES, Table
from records.kinds import root_of


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
    loaded = type(record)._default_manager.get(pk=record.pk)
    if loaded.status == record.status and snapshot(loaded) == data:
        return
    if not history.has_versions(record):
        history.keep_unkept(record, data)
    action = history.status_action(record.status, loaded.status)
    history.remember(loaded, by=by, reason=reason, action=action)


def _there_already(package: Package) -> list[Any]:
    """The whole records in the database that the package names, or whose rows it names."""
    keys: dict[str, set[str]] = defaultdict(set)
    for table in TABLES:
        for row in package.rows.get(table.name, []):
            for name, key in _named(table, row.cells):
                keys[name].add(key)
    roots: dict[tuple[Any, int], Any] = {}
    for name, keys_in_table in keys.items():
        table = BY_NAME[name]
        for chunk in chunks(sorted(keys_in_table)):
            for instance in table.model._default_manager.filter(**{f"{table.key}__in": chunk}):
                if (root := root_of(instance)) is not None:
                    roots[(type(root), root.pk)] = root
    return list(roots.values())


def _named(table: Table, cells: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Tables and keys of the records that a row is, or is a part of."""
    if table.key and table.name != "citations":
        yield table.name, cells.get(table.key, "")
    if table.owner:
        yield table.column(table.owner).refers_to, cells.get(table.owner, "")
    if table.name == "citations" and cells.get("kind") in TABLE_OF_KIND:
        yield TABLE_OF_KIND[cells["kind"]].name, cells.get("record", "")
