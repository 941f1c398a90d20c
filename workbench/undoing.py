"""Taking a page of notes back: the drafts that it made go, what people worked on since stays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import timezone

from curation.permissions import may_delete
from curation.revisions import history
from lessons.models import CheckedClaim
from people.models import Tenure
from records.models import was_public
from workbench.models import NotesPage
from workbench.readiness import ORDER

_LAST_FIRST = (CheckedClaim, *reversed(ORDER))


@dataclass
class Undoing:
    """What becomes of each record that notes made."""

    goes: list[Any] = field(default_factory=list)
    changed: list[Any] = field(default_factory=list)
    stays: list[tuple[Any, str]] = field(default_factory=list)


def plan(page: NotesPage, by: Any) -> Undoing:
    """Which records would go, which were changed since, and which stay and why."""
    undoing = Undoing()
    labels = {model._meta.label_lower: at for at, model in enumerate(_LAST_FIRST)}
    seen = set()
    links = [link for link in page.records.filter(made=True) if link.model in labels]
    for link in sorted(links, key=lambda one: (labels[one.model], -one.record_id)):
        if (link.model, link.record_id) in seen:
            continue
        seen.add((link.model, link.record_id))
        record = history.record_of(link)
        if record is None:
            continue
        if was_public(record):
            undoing.stays.append((record, "Readers see it, or saw it once."))
        elif not may_delete(by, record):
            undoing.stays.append((record, "You may not delete it: ask an editor."))
        elif record.version != link.version:
            undoing.changed.append(record)
        else:
            undoing.goes.append(record)
    return undoing


@transaction.atomic
def take_back(page: NotesPage, *, by: Any, with_changed: bool = False) -> Undoing:
    """Delete the drafts that notes made, so that each can be brought back from its history.

    In: whether those that were changed since go, too. Out: what went, and what stays and why. The
    page itself stays in the list, and the same notes can be read in again.
    """
    # Nobody works on it meanwhile, and of two who take it back one finds that it is done.
    page = NotesPage.objects.select_for_update().get(pk=page.pk)
    if page.taken_back_at:
        return Undoing()
    planned = plan(page, by)
    done = Undoing()
    reason = f"The notes “{page.title}” were taken back"[:300]
    _remove_offices(page, by, reason)
    wanted = {id(record) for record in planned.goes}
    if with_changed:
        wanted |= {id(record) for record in planned.changed}
    else:
        done.stays += [(record, "It was changed since.") for record in planned.changed]
    done.stays += planned.stays
    order = {model: at for at, model in enumerate(_LAST_FIRST)}
    both = sorted([*planned.goes, *planned.changed], key=lambda record: order[type(record)])
    for record in both:
        if id(record) not in wanted:
            continue
        try:
            with transaction.atomic():
                if record == page.source:
                    page.source = None
                    page.save(update_fields=["source"])
                history.delete(record, by=by, reason=reason)
            done.goes.append(record)
        except ProtectedError as error:
            page.refresh_from_db()
            others = sorted({f"“{each}”" for each in error.protected_objects})
            done.stays.append((record, f"Others rest on it: {', '.join(others[:3])}."))
    page.taken_back_at, page.taken_back_by = timezone.now(), by
    page.save(update_fields=["taken_back_at", "taken_back_by"])
    return done


def _remove_offices(page: NotesPage, by: Any, reason: str) -> None:
    """Take the offices back that notes added to drafts of others."""
    label = Tenure._meta.label_lower
    for link in page.records.filter(made=True, model=label):
        tenure = Tenure.objects.select_related("person").filter(pk=link.record_id).first()
        if tenure is None or was_public(tenure.person):
            continue
        made_here = page.records.filter(
            made=True, model=tenure.person._meta.label_lower, record_id=tenure.person_id
        )
        if not made_here.exists():
            with history.changing(tenure.person, by=by, reason=reason):
                tenure.delete()
