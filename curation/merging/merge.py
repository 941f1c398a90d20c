"""Making two records of one thing into one, and taking them apart again.

Every table that points at the merged record is found from the models themselves, so that a relation
added later is moved as well. What is done is written down step by step; undoing walks back.
"""

from __future__ import annotations

from typing import Any

from django.db import models, transaction
from django.utils import timezone

from curation.merging.moves import (
    Step,
    absorb,
    keep_names,
    owners_of,
    pack,
    take_back,
    unpack,
    way_back,
)
from curation.models import Merge, Report, Suggestion
from curation.permissions import may_merge
from curation.revisions import history
from curation.revisions.evidence import Before, StandsBare, before_changing, refuse_bare
from curation.revisions.rehearsal import rehearsal
from curation.revisions.snapshot import KINDS, snapshot
from records.kinds import key_of, kind_of, title_of
from records.models import PastSlug, Status


class CannotMerge(Exception):
    """Two records cannot be merged, or taken apart; `problems` says why, in words for a teacher."""

    def __init__(self, *problems: str) -> None:
        super().__init__(" ".join(problems))
        self.problems = list(problems)


def merge(kept: Any, merged: Any, *, by: Any, reason: str) -> Merge:
    """Make `merged` part of `kept`: what pointed at it points at `kept`, its address redirects.

    In: two records of one mergeable kind, who merges them (None: a command) and why.
    Out: the `Merge`, which `undo` takes back. The texts of `kept` stay as they are, but that the
    names of `merged` join its other names; the texts of `merged`, and rows that `kept` has already,
    remain readable in the `Merge` (see `left_behind`).
    Every record that was changed gets a version. Raises `CannotMerge` with nothing changed.
    """
    _allow(by)
    reason = _stated(reason)
    if type(kept) is not type(merged):
        raise CannotMerge(
            f"“{merged}” is a {merged._meta.verbose_name} and “{kept}” a "
            f"{kept._meta.verbose_name}. Only two records of one kind can be merged."
        )
    if not kind_of(kept).mergeable:
        raise CannotMerge(f"A {kept._meta.verbose_name} cannot be merged with another.")
    if kept.pk == merged.pk:
        raise CannotMerge(f"“{kept}” cannot be merged with itself. Choose another record.")
    with transaction.atomic():
        kept, merged = _held(kept, merged)
        _refuse(kept, merged)
        # Taken before and read again after the owners are held: they may have changed meanwhile.
        owners = _hold_owners(owners_of(merged), {kept.pk, merged.pk}, type(kept))
        for record in (kept, merged, *owners):
            history.baseline(record)
        stood = before_changing(kept, merged, *owners)
        before = snapshot(kept), snapshot(merged)
        owners_before = [snapshot(record) for record in owners]
        merged_key, merged_title, merged_pk = key_of(merged), title_of(merged), merged.pk
        # Its last version holds all that it had. The row kept below has the number of that version.
        history.remember(merged, by=by, reason=f"Merged into “{kept}”: {reason}", action="merged")
        past = PastSlug.objects.filter(model=merged._meta.label_lower)
        earlier = [*past.filter(current_slug=merged_key).values_list("slug", flat=True)]
        steps: list[Step] = []
        try:
            keep_names(kept, merged, steps)
        except ValueError as error:
            raise CannotMerge(str(error)) from error
        absorb(kept, merged, steps)
        past.filter(slug__in=[merged_key, *earlier]).update(current_slug=key_of(kept))
        reports = Report.objects.filter(
            model=kept._meta.label_lower, record_id=merged_pk, state=Report.State.NEW
        )
        report_ids = [*reports.values_list("pk", flat=True)]
        Report.objects.filter(pk__in=report_ids).update(record_id=kept.pk)
        changed = [
            record
            for record, owner_before in zip(owners, owners_before, strict=True)
            if _now(record) != owner_before
        ]
        _refuse_bare([kept, *owners], stood)
        history_reason = f"“{merged_title}” merged into “{kept}”: {reason}"
        _remember([kept, *changed], "merged", by, history_reason)
        return Merge.objects.create(
            model=kept._meta.label_lower,
            kept_id=kept.pk,
            kept_title=title_of(kept)[:300],
            merged_key=merged_key,
            merged_title=merged_title[:300],
            kept_before=before[0],
            merged_before=before[1],
            moved={
                "merged_id": merged_pk,
                "steps": [pack(step) for step in steps],
                "past_slugs": earlier,
                "reports": report_ids,
                "bare": sorted(map(list, stood.bare)),
                "changed": [[record._meta.label_lower, record.pk] for record in changed],
            },
            reason=reason,
            by=by,
        )


def rehearse(kept: Any, merged: Any, *, by: Any) -> Merge:
    """What `merge` would do, for a page that asks first; nothing is changed.

    Out: a `Merge` that was not kept. Raises `CannotMerge` as `merge` does.
    """
    with rehearsal():
        rehearsed = merge(kept, merged, by=by, reason="Rehearsal")
    rehearsed.pk = None
    return rehearsed


def moved_rows(merge: Merge) -> list[str]:
    """What moved to the kept record, one line each: “citation: Supports: chapter 13”."""
    return [
        step.label if step.kind == "moved" else f"other name: {step.label}"
        for step in _steps(merge)
        if step.kind in ("moved", "named")
    ]


def left_behind(merge: Merge) -> list[str]:
    """Labels of the rows that the kept record had already; their content is in `merge.moved`."""
    return [step.label for step in _steps(merge)[:-1] if step.kind == "dropped"]


def undo(merge: Merge, *, by: Any, reason: str) -> Any:
    """Take two merged records apart again, and return the one that comes back.

    It returns under its old address and number with all that was moved from it; rows that were
    left out as doubles return under their public ids. What was changed in a moved row since stays
    changed. Raises `CannotMerge`, naming every obstacle, with nothing changed.
    """
    _allow(by)
    reason = _stated(reason)
    with transaction.atomic():
        merge = Merge.objects.select_for_update().get(pk=merge.pk)
        if merge.undone_at:
            raise CannotMerge("This merge was undone already.")
        model: Any = KINDS[merge.model]
        kept = model._default_manager.select_for_update().filter(pk=merge.kept_id).first()
        if kept is None:
            raise CannotMerge(_where_it_went(merge))
        steps = _steps(merge)
        changed = {(label, pk) for label, pk in merge.moved["changed"]}
        owners = _hold_owners(changed, {kept.pk}, model)
        stood = before_changing(kept, *owners)
        stood.bare |= {(label, pk) for label, pk in merge.moved["bare"]}
        back, problems = way_back(steps)
        if problems:
            raise CannotMerge(*dict.fromkeys(problems))
        for step in back:
            take_back(step)
        past = PastSlug.objects.filter(model=merge.model)
        past.filter(slug=merge.merged_key).delete()
        past.filter(slug__in=merge.moved["past_slugs"]).update(current_slug=merge.merged_key)
        Report.objects.filter(pk__in=merge.moved["reports"], record_id=kept.pk).update(
            record_id=merge.moved["merged_id"]
        )
        merged = model._default_manager.get(pk=merge.moved["merged_id"])
        _refuse_bare([merged, kept, *owners], stood)
        history_reason = f"“{merge.merged_title}” taken apart from “{kept}”: {reason}"
        _remember([merged, kept, *owners], "unmerged", by, history_reason)
        merge.undone_at = timezone.now()
        merge.save(update_fields=["undone_at"])
        return merged


def _allow(by: Any) -> None:
    if not may_merge(by):
        raise CannotMerge("Only an editor can merge records and undo it.")


def _refuse_bare(records: list[Any], before: Before) -> None:
    try:
        refuse_bare(records, before)
    except StandsBare as error:
        raise CannotMerge(str(error)) from error


def _stated(reason: str) -> str:
    if not reason.strip():
        raise CannotMerge("Say why, for example “One person, entered under two spellings.”")
    return reason.strip()[:300]


def _held(kept: Any, merged: Any) -> tuple[Any, Any]:
    """Both records as they are now, held in the order of their numbers until the end."""
    manager = type(kept)._default_manager
    held = {
        record.pk: record
        for record in manager.select_for_update().filter(pk__in=[kept.pk, merged.pk]).order_by("pk")
    }
    for record in (kept, merged):
        if record.pk not in held:
            raise CannotMerge(
                f"“{record}” is no longer there: it was merged or deleted meanwhile. Reload."
            )
    return held[kept.pk], held[merged.pk]


def _refuse(kept: Any, merged: Any) -> None:
    problems = []
    if merged.status == Status.PUBLISHED and kept.status != Status.PUBLISHED:
        problems.append(
            f"“{merged}” is published and “{kept}” is not: readers would lose the page. Merge "
            "them the other way round, or publish first."
        )
    problems += kind_of(kept).refuse_merge(kept, merged)
    above = getattr(kept, "parent", None)
    while above is not None:
        if above.pk == merged.pk:
            problems.append(
                f"“{kept}” is a part of “{merged}”. Merge them the other way round, or take it "
                "out first."
            )
            break
        above = above.parent
    waiting = Suggestion.objects.filter(
        model=merged._meta.label_lower, record_id=merged.pk, state=Suggestion.State.WAITING
    )
    if waiting.exists():
        problems.append(f"A suggestion for “{merged}” is waiting. Accept or return it first.")
    if problems:
        raise CannotMerge(*problems)


def _hold_owners(
    owner_keys: set[tuple[str, int]], pair: set[int], model: type[models.Model]
) -> list[Any]:
    """The other records whose rows are touched, held in the order of kind and number."""
    pair_label = model._meta.label_lower
    held: list[Any] = []
    for label in sorted({label for label, _ in owner_keys}):
        ids = [
            pk
            for kind, pk in owner_keys
            if kind == label and not (label == pair_label and pk in pair)
        ]
        manager = KINDS[label]._default_manager
        held += manager.select_for_update().filter(pk__in=ids).order_by("pk")
    return held


def _now(record: Any) -> Any:
    record.refresh_from_db()
    return snapshot(record)


def _remember(records: list[Any], action: str, by: Any, reason: str) -> None:
    now = timezone.now()
    for record in records:
        type(record)._default_manager.filter(pk=record.pk).update(updated_at=now)
        history.remember(record, by=by, reason=reason, action=action)


def _steps(merge: Merge) -> list[Step]:
    return [unpack(packed) for packed in merge.moved["steps"]]


def _where_it_went(merge: Merge) -> str:
    later = (
        Merge.objects.filter(model=merge.model, undone_at=None, made_at__gte=merge.made_at)
        .filter(moved__merged_id=merge.kept_id)
        .first()
    )
    if later:
        return f"“{merge.kept_title}” was itself merged into “{later.kept_title}”. Undo that first."
    return f"“{merge.kept_title}” was deleted since. Bring it back first."
