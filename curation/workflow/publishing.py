"""Changes of state, through one gate, for the admin, imports, the API and the clock alike.

draft → in review → published → withdrawn, and back to draft from review or withdrawal
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from curation.models import Version
from curation.permissions import may, may_publish
from curation.revisions import history
from curation.revisions.evidence import Relief, StandsBare
from curation.revisions.snapshot import KINDS
from records.models import Status
from records.publication import Obstacle, obstacles, roots_of

Action = Version.Action


class Refused(Exception):
    """A state cannot be changed this way; says why, in words for a teacher."""


class LastEvidence(Refused):
    """Refused, because public statements would lose their last source; `statements` are they."""

    def __init__(self, error: StandsBare) -> None:
        super().__init__(str(error))
        self.statements = error.statements


@dataclass
class Outcome:
    """What came of asking for a change of state.

    `record` as it is now; `done` tells whether it changed; `obstacles` is what it lacks. A record
    is sent for review in spite of obstacles, and published only without.
    """

    record: Any
    done: bool
    obstacles: list[Obstacle] = field(default_factory=list)


def refusal(record: Any, to: str, *, by: Any) -> str:
    """Why `record` cannot go to the state `to`, in words; blank when the way is open.

    What the record lacks is another question: see `records.publication.obstacles`.
    """
    model, state = type(record), Status(record.status)
    if state == to:
        return f"It is {state.label.lower()} already."
    if to not in _WAYS.get(state, ()):
        return {
            (Status.PUBLISHED, Status.DRAFT): "Readers see it: withdraw it with a reason first.",
            (Status.PUBLISHED, Status.REVIEW): "Readers see it: withdraw it with a reason first.",
            (Status.WITHDRAWN, Status.REVIEW): "It is withdrawn: make it a draft first.",
        }.get((state, Status(to)), "Readers never saw it; a draft is deleted, not withdrawn.")
    opens = Status.PUBLISHED in (state, to) or Status.WITHDRAWN in (state, to)
    if opens and not may_publish(by, model):
        return f"Only an editor can publish or withdraw a {model._meta.verbose_name}."
    if not may(by, "change", model):
        return f"You may not change a {model._meta.verbose_name}."
    return ""


_WAYS: dict[str, tuple[str, ...]] = {
    Status.DRAFT: (Status.REVIEW, Status.PUBLISHED),
    Status.REVIEW: (Status.DRAFT, Status.PUBLISHED),
    Status.PUBLISHED: (Status.WITHDRAWN,),
    Status.WITHDRAWN: (Status.DRAFT, Status.PUBLISHED),
}


def submit(record: Any, *, by: Any, reason: str = "", expected: int | None = None) -> Outcome:
    """Send a draft for review. Raises `Refused`, and `history.MovedOn` when it is not at version
    `expected` any more (as all functions here do)."""
    return _move(record, Status.REVIEW, by=by, reason=reason, expected=expected)


def publish(record: Any, *, by: Any, reason: str = "", expected: int | None = None) -> Outcome:
    """Let readers see a record, if nothing is missing; else say what is, with nothing changed."""
    return _move(record, Status.PUBLISHED, by=by, reason=reason, expected=expected)


def withdraw(
    record: Any,
    *,
    by: Any,
    reason: str,
    expected: int | None = None,
    with_dependents: bool = False,
) -> Outcome:
    """Take a published record from readers, who see the reason in its place.

    Where it is the last source of public statements, those are taken back to review in the same
    step if `with_dependents`, and it is refused otherwise (`LastEvidence`).
    """
    if not reason.strip():
        raise Refused("Say why it is withdrawn, for example “The figure was misread.” Readers see.")
    relieve = partial(take_back, by=by) if with_dependents else None
    try:
        return _move(
            record, Status.WITHDRAWN, by=by, reason=reason.strip(), expected=expected,
            relieve=relieve,
        )  # fmt: skip
    except StandsBare as error:
        raise LastEvidence(error) from error


def take_back(statements: Iterable[Any], *, by: Any) -> list[Any]:
    """Take public statements that lost their last source from readers, back to review.

    In: records and rows; of a row it is the record that goes back. Out: the records. Raises
    `Refused` where `by` may not publish one of them.
    """
    records = roots_of(statements)
    for record in records:
        if not may_publish(by, type(record)):
            noun = record._meta.verbose_name
            raise Refused(f"Only an editor can take the {noun} “{record}” back to review.")
        with history.changing(
            record,
            by=by,
            reason="Its last source that readers saw is not public any more",
            action=Action.SUBMITTED,
        ) as held:
            held.status = Status.REVIEW
            held.save()
    return records


def back_to_draft(
    record: Any, *, by: Any, reason: str = "", expected: int | None = None
) -> Outcome:
    """Take a record out of review, or go on with a withdrawn one."""
    return _move(record, Status.DRAFT, by=by, reason=reason, expected=expected)


def _move(
    record: Any,
    to: Status,
    *,
    by: Any,
    reason: str,
    expected: int | None,
    relieve: Relief | None = None,
) -> Outcome:
    with transaction.atomic():
        current = history.locked(record, expected)
        if why_not := refusal(current, to, by=by):
            raise Refused(why_not)
        lacking = obstacles(current) if to in (Status.REVIEW, Status.PUBLISHED) else []
        if lacking and to == Status.PUBLISHED:
            return Outcome(current, False, lacking)
        action = history.status_action(current.status, to)
        with history.changing(
            current, by=by, reason=reason, action=action, relieve=relieve
        ) as held:
            held.status = to
            if to == Status.WITHDRAWN:
                held.withdrawn_reason = reason
            elif to == Status.PUBLISHED:
                held.withdrawn_reason = ""
            if to != Status.REVIEW:
                held.publish_at = None
            held.save()
        return Outcome(held, True, lacking)


# --- by the clock ------------------------------------------------------------------------------


NOT_IN_REVIEW = "Only a record in review can wait for a time. Send it for review first."


def when(at: datetime | None) -> str:
    """What the history says of a time that was set, or of one taken away."""
    return f"To be published on {at:%d %B %Y, %H:%M %Z}" if at else "No longer by the clock"


def schedule(record: Any, at: datetime | None, *, by: Any, expected: int | None = None) -> Outcome:
    """Publish a record in review at a time (None: not by the clock).

    Only somebody who may publish may say when; what others change afterwards stops the clock (see
    `publish_due`). The outcome's obstacles are what is still missing. Raises `Refused`.
    """
    with transaction.atomic():
        current = history.locked(record, expected)
        if not may_publish(by, type(record)):
            raise Refused(f"Only an editor can publish a {record._meta.verbose_name}.")
        if current.status != Status.REVIEW:
            raise Refused(NOT_IN_REVIEW)
        with history.changing(current, by=by, reason=when(at)) as held:
            held.publish_at = at
            held.save()
        return Outcome(held, True, obstacles(held))


def due(now: datetime | None = None) -> list[Any]:
    """Records in review whose time has come, of every kind, the longest waiting first."""
    now = now or timezone.now()
    records: list[Any] = []
    for model in KINDS.values():
        records += model._default_manager.filter(status=Status.REVIEW, publish_at__lte=now)
    return sorted(records, key=lambda record: record.publish_at)


def publish_due(record: Any, now: datetime | None = None) -> Outcome | None:
    """Publish one record of `due`; None when somebody else just did, or took its time away.

    Raises `Refused` when it was last changed by somebody who may not publish it: an editor set the
    time for what the record said then.
    """
    now = now or timezone.now()
    with transaction.atomic():
        held = type(record)._default_manager.select_for_update().filter(pk=record.pk).first()
        if held is None or held.status != Status.REVIEW:
            return None
        if held.publish_at is None or held.publish_at > now:
            return None
        last = Version.objects.of(held).select_related("by").first()
        if last and last.by and not may_publish(last.by, type(held)):
            raise Refused(
                f"{last.by.get_username()} changed it since its time was set. An editor must look."
            )
        return publish(held, by=None, reason="At the time that was set")
