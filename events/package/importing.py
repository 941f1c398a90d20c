"""Loading a package over what is there, without losing what somebody entered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db import models, transaction

from curation.changefeed.sequencer import number_everything
from curation.revisions import history
from curation.revisions.snapshot import Snapshot, snapshots
from events.package.keys import chunks
from events.package.loading import Loaded, load_package
from events.package.reading import Package
from records.kinds import find_kind


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
    before = _Before()
    with transaction.atomic():
        loaded = load_package(
            package, dry_run=dry_run, step=step, before_change=None if dry_run else before.keep
        )
        if not dry_run:
            before.remember_changed(by, reason)
            transaction.on_commit(number_everything, robust=True)
    return loaded


class _Before:
    """Whole records as they stood before a load wrote to them; a load that writes nothing reads
    none."""

    def __init__(self) -> None:
        self._kept: dict[Any, dict[int, tuple[Any, Snapshot]]] = defaultdict(dict)

    def keep(self, model: type[models.Model], pks: set[int]) -> None:
        """Keep the whole records that these are, or that these are rows of, once each."""
        root, roots = _roots(model, pks)
        for chunk in chunks(sorted(roots - self._kept[root].keys())):
            for record, data in snapshots(root, chunk):
                self._kept[root][record.pk] = record, data

    def remember_changed(self, by: Any, reason: str) -> None:
        """Give a version to each that is another now."""
        for model, kept in self._kept.items():
            for chunk in chunks(sorted(kept)):
                for now, after in snapshots(model, chunk):
                    record, data = kept[now.pk]
                    if now.status != record.status or after != data:
                        _remember(record, data, now, by, reason)


def _roots(model: Any, pks: set[int]) -> tuple[Any, set[int]]:
    """The kind of record with a history of its own that rows belong to, and the records."""
    kind = find_kind(model)
    while kind is not None and not kind.is_root:
        relation: Any = kind.model._meta.get_field(kind.owner)
        above: set[int] = set()
        for chunk in chunks(sorted(pks)):
            rows = kind.model._default_manager.filter(pk__in=chunk)
            above |= {*rows.values_list(relation.attname, flat=True)} - {None}
        model, pks = relation.related_model, above
        kind = find_kind(model)
    return model, pks


def _remember(record: Any, data: Snapshot, now: Any, by: Any, reason: str) -> None:
    if not history.has_versions(record):
        history.keep_unkept(record, data)
    action = history.status_action(record.status, now.status)
    history.remember(now, by=by, reason=reason, action=action)
