"""Keeping every change of a whole record: who, when, why; and going back.

The one way to change a record with its rows:

    with changing(record, by=user, reason="…", expected=3):
        …save the record and its rows…
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models, transaction
from django.db.models import F

from curation.changes import number_soon
from curation.models import Version
from curation.whole import KINDS, CannotRestore, Snapshot, key_of, put_back, snapshot
from records.models import PastSlug, Status

Action = Version.Action


class MovedOn(Exception):
    """Somebody else changed the record since it was read. `current` is its present version."""

    def __init__(self, record: Any, expected: int) -> None:
        super().__init__(
            f"“{record}” was changed since you opened it: version {expected} then, "
            f"{record.version} now."
        )
        self.record = record
        self.current = record.version
        self.expected = expected


def _keep(record: Any, action: str, by: Any, reason: str, data: Snapshot | None = None) -> Version:
    number_soon()
    return Version.objects.create(
        model=record._meta.label_lower,
        record_id=record.pk,
        key=key_of(record),
        title=str(record)[:300],
        number=record.version,
        action=action,
        status=record.status,
        snapshot=snapshot(record) if data is None else data,
        by=by,
        reason=reason[:300],
    )


def has_versions(record: Any) -> bool:
    """True when something of the record was kept already."""
    return bool(Version.objects.of(record).exists())


def baseline(record: Any) -> None:
    """Keep the record as it stands, if nothing of it was kept yet.

    Imports write no history of their own; their first version is kept at the first change.
    """
    if not has_versions(record):
        _keep(record, Action.BASELINE, None, "")


def unkept(record: Any) -> Snapshot | None:
    """The record as it stands, if nothing of it was kept yet: what `keep_unkept` keeps later.

    For a form, which learns only after writing whether anything changed.
    """
    return None if has_versions(record) else snapshot(record)


def keep_unkept(record: Any, data: Snapshot | None) -> None:
    """Keep `data`, from `unkept`, as the first version of `record` as it was read then."""
    if data is not None:
        _keep(record, Action.BASELINE, None, "", data)


def locked(record: Any, expected: int | None = None) -> Any:
    """The record as it is now, held until the transaction ends, so that changes form one line.

    Raises `MovedOn` when it is not at version `expected` any more. On SQLite every writing
    transaction is alone anyway; there the hold is without effect and without harm.
    """
    current = type(record)._default_manager.select_for_update().get(pk=record.pk)
    if expected is not None and current.version != expected:
        raise MovedOn(current, expected)
    return current


def remember(record: Any, *, by: Any, reason: str = "", action: str = Action.CHANGED) -> Version:
    """Count one change of the whole record and keep it as a version. Call after saving all rows."""
    manager = type(record)._default_manager
    manager.filter(pk=record.pk).update(version=F("version") + 1)
    record.refresh_from_db(fields=["version"])
    return _keep(record, action, by, reason)


def remember_new(record: Any, *, by: Any, reason: str = "") -> Version:
    """Keep a record that was just created, as its version 1."""
    return _keep(record, Action.CREATED, by, reason)


@contextmanager
def changing(
    record: Any,
    *,
    by: Any,
    reason: str = "",
    action: str = Action.CHANGED,
    expected: int | None = None,
) -> Iterator[Any]:
    """Everything done inside is one change of the record: all of it and its version, or nothing.

    In: the record, who changes it and why, and the version the change was made from (None: any).
    Gives the record as it is now. Raises `MovedOn` before anything is written.
    """
    with transaction.atomic():
        current = locked(record, expected)
        baseline(current)
        yield current
        current.refresh_from_db()
        remember(current, by=by, reason=reason, action=action)


def status_action(before: str, after: str) -> str:
    """What a change of state is called; a change without one is just a change."""
    if before == after:
        return Action.CHANGED
    return {
        Status.PUBLISHED: Action.PUBLISHED,
        Status.WITHDRAWN: Action.WITHDRAWN,
        Status.REVIEW: Action.SUBMITTED,
    }.get(Status(after), Action.CHANGED)


def restore(version: Version, *, by: Any, reason: str) -> Any:
    """Make the record what it was in `version`; that becomes a new version.

    Raises `CannotRestore`, naming every obstacle, with nothing changed.
    """
    record = record_of(version)
    if record is None:
        raise CannotRestore(["The record was deleted. Bring it back first."])
    with changing(record, by=by, reason=reason, action=Action.RESTORED) as current:
        put_back(version.snapshot, current)
    return record_of(version)


def delete(record: Any, *, by: Any, reason: str) -> None:
    """Delete a record so that it can be brought back. Its address stays reserved."""
    with transaction.atomic():
        current = locked(record)
        baseline(current)
        remember(current, by=by, reason=reason, action=Action.DELETED)
        current.delete()


def bring_back(version: Version, *, by: Any, reason: str) -> Any:
    """Bring a deleted record back as it was in `version`, under its old address, as a draft.

    Its history goes on under the number it had, and its former addresses lead to it again once
    readers see it. Raises `CannotRestore` when it was not deleted or its address has been taken
    meanwhile.
    """
    model = KINDS[version.model]
    if record_of(version) is not None:
        raise CannotRestore(["The record still exists. Restore one of its versions instead."])
    with transaction.atomic():
        own = Version.objects.filter(model=version.model, record_id=version.record_id)
        past = PastSlug.objects.filter(model=version.model, current_slug="")
        past.filter(slug=version.key).delete()
        last = own.first()
        record: Any = model(pk=version.record_id, version=last.number if last else version.number)
        # Readers saw it once: its address must not look as if nothing had ever been there.
        seen = own.public().order_by("number").first()
        record.published_at = seen.made_at if seen else None
        put_back(version.snapshot, record)
        keys = own.exclude(key=version.key).values("key")
        past.filter(slug__in=keys).update(current_slug=key_of(record))
        remember(record, by=by, reason=reason, action=Action.RECOVERED)
    return record


def record_of(version: Any) -> Any:
    """The record that a version, suggestion or report is about; None when it was deleted."""
    model: type[models.Model] = KINDS[version.model]
    return model._default_manager.filter(pk=version.record_id).first()
