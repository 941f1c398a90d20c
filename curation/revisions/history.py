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

from curation.changefeed.sequencer import number_soon
from curation.models import Version
from curation.revisions.evidence import Relief, StandsBare, before_changing, refuse_bare
from curation.revisions.snapshot import KINDS, CannotRestore, Snapshot, put_back, snapshot
from records.kinds import key_of, title_of
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
    return Version.objects.create(
        model=record._meta.label_lower,
        record_id=record.pk,
        key=key_of(record),
        title=title_of(record)[:300],
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


def baseline(record: Any, data: Snapshot | None = None) -> None:
    """Keep the record as it stands, if nothing of it was kept yet.

    In: its snapshot, if at hand. Imports write no history of their own; their first version is
    kept at the first change.
    """
    if not has_versions(record):
        _keep(record, Action.BASELINE, None, "", data)


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
    """Count one change of the whole record and keep it, as the database has it now, as a version.

    Call after saving all rows.
    """
    manager = type(record)._default_manager
    manager.filter(pk=record.pk).update(version=F("version") + 1)
    record.refresh_from_db()
    number_soon()
    return _keep(record, action, by, reason)


def remember_new(record: Any, *, by: Any, reason: str = "") -> Version:
    """Keep a record that was just created, as its version 1."""
    number_soon()
    return _keep(record, Action.CREATED, by, reason)


@contextmanager
def changing(
    record: Any,
    *,
    by: Any,
    reason: str = "",
    action: str = Action.CHANGED,
    expected: int | None = None,
    relieve: Relief | None = None,
) -> Iterator[Any]:
    """Everything done inside is one change of the record: all of it and its version, or nothing.

    In: the record, who changes it and why, the version the change was made from (None: any), and
    what to do with statements that the change leaves without a source (None: refuse it). Gives the
    record as it is now. Raises `MovedOn` before anything is written, and `StandsBare`.
    """
    with transaction.atomic():
        current = locked(record, expected)
        baseline(current)
        before = before_changing(current)
        yield current
        refuse_bare([current], before, relieve)
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
    model: Any = KINDS[version.model]
    with transaction.atomic():
        try:
            current = locked(model(pk=version.record_id))
        except model.DoesNotExist:
            raise CannotRestore(["The record was deleted. Bring it back first."]) from None
        before = before_changing(current)
        put_back(version.snapshot, current, savepoint=False)
        try:
            refuse_bare([current], before)
        except StandsBare as error:
            raise CannotRestore([str(error)]) from error
        remember(current, by=by, reason=reason, action=Action.RESTORED)
    return current


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
        versions = Version.objects.filter(model=version.model, record_id=version.record_id)
        past_slugs = PastSlug.objects.filter(model=version.model, current_slug="")
        past_slugs.filter(slug=version.key).delete()
        newest = versions.first()
        number = newest.number if newest else version.number
        record: Any = model(pk=version.record_id, version=number)
        # Readers saw it once: its address must not look as if nothing had ever been there.
        first_public = versions.public().order_by("number").first()
        record.published_at = first_public.made_at if first_public else None
        put_back(version.snapshot, record)
        other_keys = versions.exclude(key=version.key).values("key")
        past_slugs.filter(slug__in=other_keys).update(current_slug=key_of(record))
        remember(record, by=by, reason=reason, action=Action.RECOVERED)
    return record


def record_of(version: Any) -> Any:
    """The record that a version, suggestion or report is about; None when it was deleted."""
    model: type[models.Model] = KINDS[version.model]
    return model._default_manager.filter(pk=version.record_id).first()
