"""Changes that a contributor suggests for what readers see: made, looked at, decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils import timezone

from curation.models import Suggestion, Version
from curation.permissions import is_closed, may, may_decide
from curation.revisions import history
from curation.revisions.diff import Difference, Snapshot, collisions, difference, taken
from curation.revisions.evidence import StandsBare, before_changing, refuse_bare
from curation.revisions.snapshot import (
    KINDS,
    ROWS,
    CannotRestore,
    refuse_unknown_format,
    rewrite,
    snapshot,
)
from records.kinds import title_of
from records.models import Identified, Status, new_public_id
from records.publication import obstacles

State = Suggestion.State


class CannotSuggest(Exception):
    """A suggestion cannot be made or taken back; says why, in words for its author."""


class CannotDecide(Exception):
    """A suggestion cannot be decided this way; `problems` says why, in words for an editor."""

    def __init__(self, *problems: str) -> None:
        super().__init__(" ".join(problems))
        self.problems = list(problems)


def suggest(
    record: Any,
    proposed: Snapshot,
    *,
    base_version: int,
    base_snapshot: Snapshot,
    by: Any,
    reason: str,
) -> Suggestion:
    """Keep `proposed` as a suggestion; the record stays as it is until an editor decides.

    In: the whole record as it should be, and as its author saw it, with that version's number.
    Raises `CannotSuggest` when nothing would change, no reason is given, the author may not, or
    the record is a draft, which needs no suggestion.
    """
    if not may(by, "change", type(record)):
        raise CannotSuggest(f"You may not change a {record._meta.verbose_name}.")
    if not is_closed(record):
        raise CannotSuggest(f"“{record}” is not published yet. Change it directly.")
    try:
        refuse_unknown_format(proposed)
    except CannotRestore as error:
        raise CannotSuggest(str(error)) from error
    if proposed["record"] != record._meta.label_lower:
        raise CannotSuggest(f"That is not a {record._meta.verbose_name}.")
    if not reason.strip():
        raise CannotSuggest("Say why, for example “The archive gives another day.”")
    proposed = _with_lasting_ids(type(record), base_snapshot, proposed)
    if not difference(base_snapshot, proposed):
        raise CannotSuggest("Nothing was changed, so there is nothing to suggest.")
    return Suggestion.objects.create(
        model=record._meta.label_lower,
        record_id=record.pk,
        title=title_of(record)[:300],
        base_version=base_version,
        base=base_snapshot,
        proposed=proposed,
        reason=reason.strip()[:300],
        by=by,
    )


def _with_lasting_ids(
    model: type[models.Model], base: Snapshot, proposed: Snapshot
) -> dict[str, Any]:
    """`proposed` with rows that come named so that no other row is ever taken for them.

    A row without a public id is named by its number, and the number of a row that was never kept
    is given to the next one.
    """
    rows = dict(proposed["rows"])
    for name in ROWS[model]:
        relation: Any = model._meta.get_field(name)
        if issubclass(relation.related_model, Identified):
            continue
        base_ids = {row["id"] for row in base["rows"].get(name, [])}
        rows[name] = [
            row if row["id"] in base_ids else {**row, "id": f"new-{new_public_id()}"}
            for row in rows.get(name, [])
        ]
    return {**proposed, "rows": rows}


@dataclass
class Review:
    """A suggestion beside the record: three sides, and what would come of it.

    `suggested` is what its author changed, `meanwhile` what others changed since, `collisions` the
    paths that both changed differently, `outcome` what accepting all of it would change now.
    `version` is the record's present one: hand it to `accept` as `expected`.
    """

    record: Any
    version: int
    base: Snapshot
    current: Snapshot
    proposed: Snapshot
    suggested: Difference
    meanwhile: Difference
    collisions: set[str]
    outcome: Difference


def review(suggestion: Suggestion) -> Review:
    """What an editor sees before deciding. Raises `CannotDecide` when the record is gone."""
    record = _record(suggestion)
    base, current, proposed = suggestion.base, snapshot(record), suggestion.proposed
    suggested = difference(base, proposed)
    return Review(
        record=record,
        version=record.version,
        base=base,
        current=current,
        proposed=proposed,
        suggested=suggested,
        meanwhile=difference(base, current),
        collisions=collisions(base, current, proposed),
        outcome=difference(current, taken(current, proposed, set(suggested.paths))),
    )


def accept(
    suggestion: Suggestion,
    *,
    by: Any,
    paths: Iterable[str] | None = None,
    comment: str = "",
    expected: int | None = None,
) -> Version:
    """Make the suggested changes to the record as it is now; nothing else of it changes.

    In: the paths to take, as `Difference.paths` names them (None: all), and the version the editor
    looked at (None: any). Out: the version that came of it. Raises `CannotDecide` when it was
    decided already or the record would not be whole, and `history.MovedOn` when the record is at
    another version than `expected`; both with nothing changed.
    """
    with transaction.atomic():
        suggestion = _open(suggestion, by)
        try:
            refuse_unknown_format(suggestion.base)
            refuse_unknown_format(suggestion.proposed)
        except CannotRestore as error:
            raise CannotDecide(*error.problems) from error
        offered = difference(suggestion.base, suggestion.proposed).paths
        chosen = set(offered if paths is None else paths)
        if not chosen:
            raise CannotDecide("Choose at least one change, or return the suggestion.")
        if unknown := sorted(chosen - set(offered)):
            raise CannotDecide(f"The suggestion does not change {', '.join(unknown)}.")
        current = _held_record(suggestion, expected)
        author = suggestion.by.get_username() if suggestion.by else "a former account"
        reason = f"Suggestion {suggestion.pk} of {author}: {suggestion.reason}"

        def change(now: Snapshot) -> Snapshot:
            history.baseline(current, now)
            return taken(now, suggestion.proposed, chosen)

        before = before_changing(current)
        try:
            whole = rewrite(current, change)
        except CannotRestore as error:
            raise CannotDecide(*error.problems) from error
        if whole.status == Status.PUBLISHED and (lacking := obstacles(whole, rows=())):
            raise CannotDecide(*(obstacle.message for obstacle in lacking))
        try:
            refuse_bare([whole], before)
        except StandsBare as error:
            raise CannotDecide(str(error)) from error
        _decide(suggestion, State.ACCEPTED if chosen == set(offered) else State.PARTLY, by, comment)
        return history.remember(whole, by=by, reason=reason, action=Version.Action.ACCEPTED)


def return_with_comment(suggestion: Suggestion, *, by: Any, comment: str) -> Suggestion:
    """Give a suggestion back to its author, who reads the comment. Raises `CannotDecide`."""
    with transaction.atomic():
        suggestion = _open(suggestion, by)
        if not comment.strip():
            raise CannotDecide("Say what should be different; its author reads it.")
        return _decide(suggestion, State.RETURNED, by, comment)


def take_back(suggestion: Suggestion, *, by: Any) -> Suggestion:
    """Drop one's own suggestion, waiting or returned. Raises `CannotSuggest`."""
    with transaction.atomic():
        suggestion = Suggestion.objects.select_for_update().get(pk=suggestion.pk)
        if suggestion.by_id != by.pk:
            raise CannotSuggest("Only its author can take a suggestion back.")
        if suggestion.state not in (State.WAITING, State.RETURNED):
            raise CannotSuggest(f"It was decided already: {_state(suggestion)}.")
        suggestion.state = State.DROPPED
        suggestion.decided_at = timezone.now()
        # The editor's comment and name stay on a returned one.
        suggestion.save(update_fields=["state", "decided_at"])
        return suggestion


def _open(suggestion: Suggestion, by: Any) -> Suggestion:
    """The suggestion as it is now, held: of two editors, the second sees what the first decided."""
    if by is not None and not may_decide(by):
        raise CannotDecide("Only an editor can decide a suggestion.")
    held = (
        Suggestion.objects.select_for_update(of=("self",))
        .select_related("by")
        .get(pk=suggestion.pk)
    )
    if not held.is_open:
        raise CannotDecide(f"It was decided already: {_state(held)}.")
    return held


def _state(suggestion: Suggestion) -> str:
    state = suggestion.get_state_display().lower()
    return f"{state} by {suggestion.decided_by.get_username()}" if suggestion.decided_by else state


def _held_record(suggestion: Suggestion, expected: int | None) -> Any:
    """The record as it is now, held until the transaction ends; see `history.locked`."""
    model: Any = KINDS[suggestion.model]
    try:
        return history.locked(model(pk=suggestion.record_id), expected)
    except model.DoesNotExist:
        return _record(suggestion)


def _record(suggestion: Suggestion) -> Any:
    record = history.record_of(suggestion)
    if record is None:
        raise CannotDecide(
            f"“{suggestion.title}” is no longer there: it was deleted or merged into another. "
            "Bring it back, or return the suggestion."
        )
    return record


def _decide(suggestion: Suggestion, state: str, by: Any, comment: str) -> Suggestion:
    suggestion.state = state
    suggestion.decided_by = by
    suggestion.decided_at = timezone.now()
    try:
        Suggestion._meta.get_field("comment").run_validators(comment.strip())
    except ValidationError as error:
        raise CannotDecide(*error.messages) from error
    suggestion.comment = comment.strip()
    suggestion.save(update_fields=["state", "decided_by", "decided_at", "comment"])
    return suggestion
