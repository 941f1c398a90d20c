"""Pieces of notes settled: whatever their boxes say becomes a draft, or says what is wrong.

A piece whose boxes are wrong keeps them, and says what is wrong; the others go on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.db import transaction

from curation.revisions import history
from workbench.boxes import Becomes
from workbench.drafting import MAIN, Drafts, is_own
from workbench.matters import claim, event, figure, reform
from workbench.models import NotesItem
from workbench.persons import person
from workbench.writing import NotWritten

_WRITERS: dict[str, Callable[[Drafts, NotesItem, dict[str, str]], None]] = {
    Becomes.PERSON: person,
    Becomes.REFORM: reform,
    Becomes.FIGURE: figure,
    Becomes.EVENT: event,
    Becomes.CLAIM: claim,
}
_LABELS = {becomes: model._meta.label_lower for becomes, model in MAIN.items()}


def settle(drafts: Drafts, items: Iterable[NotesItem]) -> None:
    """Write what some pieces became. Each is kept, with what is wrong with it in `problems`."""
    for item in items:
        item.problems = {}
        with transaction.atomic():
            try:
                with transaction.atomic():
                    _settle(drafts, item)
            except NotWritten as error:
                item.problems = error.problems
            item.save(update_fields=["problems", "boxes", "becomes"])


def _settle(drafts: Drafts, item: NotesItem) -> None:
    _leave(drafts, item)
    if (write := _WRITERS.get(item.becomes)) is not None:
        write(drafts, item, {name: text.strip() for name, text in item.boxes.items()})


def _leave(drafts: Drafts, item: NotesItem) -> None:
    """Delete the draft that a piece was before it became something else."""
    for link in item.records.all():
        if link.model not in _LABELS.values() or link.model == _LABELS.get(item.becomes):
            continue
        record = history.record_of(link)
        if record is not None and link.made:
            if not is_own(link, record):
                words = f"“{record}” was changed or published since. Open it on its own page."
                raise NotWritten({"becomes": words})
            history.delete(record, by=drafts.by, reason=f"{drafts.reason}, which say otherwise")
        link.delete()
