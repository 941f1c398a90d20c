"""One record from a piece of notes into the database, through the same door as programs use.

What is refused comes back by the box that it is about, so that a teacher mends it where it stands.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.utils.text import slugify
from rest_framework.exceptions import ValidationError

from curation.permissions import may, may_change
from curation.revisions import history
from curation.revisions.evidence import StandsBare
from curation.revisions.snapshot import CannotRestore, empty, put_back, snapshot
from curation.write_api.serializers import paths, serializer_of
from records.models import PastSlug
from records.publication import obstacles
from workbench.models import NotesRecord

LONGEST_SLUG = 70


class NotWritten(Exception):
    """A record could not be written: what is wrong, by the name of the box ("" for none)."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


def free_slug(model: Any, words: str) -> str:
    """An address made of words that no record of a kind has or had."""
    base = slugify(words)[:LONGEST_SLUG].strip("-") or str(model._meta.model_name)
    past = PastSlug.objects.filter(model=model._meta.label_lower, slug__startswith=base)
    taken = {
        *model._default_manager.filter(slug__startswith=base).values_list("slug", flat=True),
        *past.values_list("slug", flat=True),
    }
    number, slug = 1, base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug


def write(
    model: type[models.Model],
    change: Mapping[str, Any],
    boxes: Mapping[str, str],
    *,
    record: Any = None,
    by: Any,
    reason: str,
) -> Any:
    """Make a draft, or change one, as a document for the desk of the API says.

    In: the members that change; the box of each place in the document, such as `tenures.0.span`;
    the record that stands (None: a new one). Out: the record as it is now. Raises `NotWritten`,
    with nothing written.
    """
    noun = model._meta.verbose_name
    if record is None and not may(by, "add", model):
        raise NotWritten({"": f"You may not add a {noun}. Ask an administrator."})
    base = snapshot(record) if record is not None else empty(model)
    try:
        proposed = serializer_of(model)(base).run_validation(dict(change))
    except ValidationError as error:
        faults = ((path, message, message) for path, message in paths(error.detail))
        raise NotWritten(_by_box(faults, boxes)) from None
    if proposed == base:
        return record
    if record is not None and not may_change(by, record):
        raise NotWritten({"": f"Readers see the {noun} “{record}”: an editor can change it."})
    try:
        if record is None:
            record = put_back(proposed)
            history.remember_new(record, by=by, reason=reason)
        else:
            before = record.version
            with transaction.atomic():
                with history.changing(record, by=by, reason=reason) as current:
                    record = put_back(proposed, current)
                _refuse_unready(record, boxes)
            record.refresh_from_db()
            keep_up(record, before)
    except CannotRestore as error:
        faults = ((fault.path, fault.message, fault.sentence) for fault in error.faults)
        raise NotWritten(_by_box(faults, boxes)) from None
    except StandsBare:
        words = f"Readers see “{record}”, and no source for this. Publish the notes first."
        raise NotWritten({"": words}) from None
    return record


def _refuse_unready(record: Any, boxes: Mapping[str, str]) -> None:
    """Raise `NotWritten` where readers see a record that would lack something after a change."""
    if record.is_published and (lacking := obstacles(record)):
        raise NotWritten({boxes.get(each.field, ""): each.message for each in reversed(lacking)})


def keep_up(record: Any, before: int) -> None:
    """Say that every piece of notes knows the newest version of a record that notes changed."""
    NotesRecord.objects.filter(
        model=record._meta.label_lower, record_id=record.pk, version=before
    ).update(version=record.version)


def _by_box(faults: Any, boxes: Mapping[str, str]) -> dict[str, str]:
    """What is wrong by box: the box of the whole place, else that of where the place begins.

    In: places, each with what is wrong there, and the same in a sentence that names the place.
    """
    problems: dict[str, str] = {}
    for path, message, sentence in faults:
        steps = [str(step) for step in path]
        box = ""
        while steps and not box:
            box = boxes.get(".".join(steps), "")
            steps.pop()
        problems.setdefault(box, str(message) if box else str(sentence))
    return problems
