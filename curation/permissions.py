"""Who may do what. Every rule stands here, for the admin, the API, suggestions and bulk actions.

Two questions are asked of whoever wants to change something:

- May this account do this to this kind of record at all? Django's own permissions say so; the
  groups that hold them are in `dashboard.roles`.
- Is the record *closed*, because readers see it? What is closed is changed by those who may
  publish. Others who may change such records suggest: an editor decides.

A row (an office, an effect, a participation, an entry, a citation) is closed when the record that
it belongs to is closed, whatever else it joins. A figure is a record of its own.

An account of None stands for a command, which may do everything.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_permission_codename
from django.db import models

from records.kinds import root_of
from records.models import Status

# What somebody who may not publish can give a record as its status.
UNPUBLISHED = (Status.DRAFT, Status.REVIEW)

PUBLISH = "curation.publish_records"
SUGGEST = "curation.add_suggestion"
DECIDE = "curation.decide_suggestion"
RESTORE = "curation.restore_version"
MERGE = "curation.merge_records"
ANSWER_REPORTS = "curation.change_report"


def may(user: Any, action: str, model: type[models.Model]) -> bool:
    """True for somebody who may `action` (view, add, change, delete) records of `model` at all."""
    if user is None:
        return True
    codename = get_permission_codename(action, model._meta)
    return bool(user.has_perm(f"{model._meta.app_label}.{codename}"))


def may_publish(user: Any, model: type[models.Model]) -> bool:
    """True for somebody who may publish and withdraw records of `model`, and change what is public.

    One permission for all kinds, and the right to change that kind at all.
    """
    return user is None or bool(user.has_perm(PUBLISH) and may(user, "change", model))


def is_closed(record: Any) -> bool:
    """True for what only somebody who may publish can change.

    A record that readers see or saw, or a row of one. What is withdrawn is closed, too: its address
    gives the reason.
    """
    root = root_of(record)
    return root is not None and root.status not in UNPUBLISHED


def may_change(user: Any, record: Any) -> bool:
    """True for somebody whose change of this record counts at once."""
    model = type(record)
    return may(user, "change", model) and (may_publish(user, model) or not is_closed(record))


def may_suggest(user: Any) -> bool:
    """True for somebody who may suggest changes of what readers see."""
    return user is not None and bool(user.has_perm(SUGGEST))


def suggests(user: Any, record: Any) -> bool:
    """True where this person's change to this record becomes a suggestion."""
    model = type(record)
    return (
        root_of(record) is record
        and is_closed(record)
        and may(user, "change", model)
        and not may_publish(user, model)
        and may_suggest(user)
    )


def may_delete(user: Any, record: Any) -> bool:
    """True for somebody who may delete this record.

    A public page is withdrawn with a reason first, so that its readers learn what happened. What is
    closed otherwise, such as an office of a published person, is deleted by those who may publish.
    """
    model = type(record)
    is_public = root_of(record) is record and record.status == Status.PUBLISHED
    opens = may_publish(user, model) or not is_closed(record)
    return may(user, "delete", model) and opens and not is_public


def may_decide(user: Any) -> bool:
    """True for somebody who may accept and return suggestions."""
    return user is None or bool(user.has_perm(DECIDE))


def may_restore(user: Any, model: type[models.Model]) -> bool:
    """True for somebody who may go back to versions of records of `model`."""
    return user is None or bool(user.has_perm(RESTORE) and may_publish(user, model))


def may_bring_back(user: Any) -> bool:
    """True for somebody who may bring back deleted records, as drafts."""
    return user is None or bool(user.has_perm(RESTORE))


def may_answer_reports(user: Any) -> bool:
    """True for somebody who may read and answer what readers reported."""
    return user is None or bool(user.has_perm(ANSWER_REPORTS))


def may_merge(user: Any) -> bool:
    """True for somebody who may make two records into one, and take them apart again."""
    return user is None or bool(user.has_perm(MERGE))


def entry_refusal(user: Any, row: Any) -> str:
    """Why somebody may not enter or change this row, in words; blank when they may.

    In: a row with what it belongs to set, kept or not. The answer is for what would be public at
    once, such as an office of a published person.
    """
    if may_publish(user, type(row)) or not is_closed(row):
        return ""
    return (
        f"Readers would see this at once, because “{root_of(row)}” is published. "
        "Ask an editor to enter it."
    )
