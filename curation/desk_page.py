"""The admin's first page: what is on the desk, as lines with the address of what each is about.

Only what the signed-in person may act on is asked for. `curation.desk` and its neighbours know the
answers; here they become words and links.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.utils import quote
from django.urls import reverse

from curation import desk
from curation.chronology import contradictions
from curation.coverage import Coverage, coverage
from curation.duplicates import possible_duplicates
from curation.merging import PERMISSION as MERGE
from curation.models import Report, Suggestion, Version
from curation.publishing import may_change
from curation.suggestions import PERMISSION as DECIDE
from curation.whole import KINDS
from records.forms import named
from records.permissions import may_publish

# Lines of each part; a long list on a first page is read by nobody.
MOST = 8
REPORTS = "curation.change_report"


@dataclass
class Line:
    """One thing on the desk: what it is called, where it opens, and a few words about it."""

    title: str
    url: str
    kind: str = ""
    words: str = ""
    by: Any = None
    at: datetime | None = None
    # What a draft lacks, each with the address of its field.
    lacks: Iterable[dict[str, str]] = ()


@dataclass
class Double:
    """Two records that may be one, and the list whose action merges them."""

    older: Line
    newer: Line
    why: str
    list_url: str
    ids: tuple[int, int]


def admin_url(record: Any, page: str = "change") -> str:
    """The address of a record's page in the admin."""
    info = f"{record._meta.app_label}_{record._meta.model_name}"
    return reverse(f"admin:{info}_{page}", args=[quote(record.pk)])


def _line(record: Any, **more: Any) -> Line:
    return Line(str(record), admin_url(record), str(record._meta.verbose_name), **more)


def _of(row: Version | Suggestion | Report, name: str, **more: Any) -> Line:
    """A line that opens the desk's own page of a row, not the record's."""
    kind = str(KINDS[row.model]._meta.verbose_name)
    address = reverse(f"admin:curation_{name}_change", args=[row.pk])
    return Line(row.title, address, kind, at=row.made_at, **more)


def desk_of(user: Any) -> dict[str, Any]:
    """Everything the first page shows `user`: part → its lines, None for what is not theirs.

    A fixed number of questions for a role, however much there is (tests/test_desk_page.py).
    """
    decides = any(may_publish(user, model) for model in KINDS.values())
    writes = any(may_change(user, model) for model in KINDS.values())
    return {
        "waiting": _waiting(user) if decides or _may_any(user, DECIDE, REPORTS) else None,
        "scheduled": _scheduled(user) if decides else None,
        "drafts": _drafts(user) if writes else None,
        "suggestions": _suggestions(user) if writes and not decides else None,
        "warnings": _warnings(user) if writes else None,
        "doubles": _doubles() if user.has_perm(MERGE) else None,
        "coverage": _coverage() if user.has_perm("events.change_topic") else None,
        "changes": _changes() if user.has_perm("curation.view_version") else None,
    }


def _may_any(user: Any, *permissions: str) -> bool:
    return any(user.has_perm(permission) for permission in permissions)


def _waiting(user: Any) -> dict[str, list[Line]]:
    found = desk.waiting_for(user, most=MOST)
    records = [
        _line(
            record,
            at=record.publish_at or record.updated_at,
            # Its time has passed, and the clock did not publish it.
            words="was due " if record.publish_at else "since ",
        )
        for record in found.records
    ]
    suggestions = [_of(row, "suggestion", by=row.by, words=row.reason) for row in found.suggestions]
    reports = [_of(row, "report", words=_short(row.message)) for row in found.reports]
    return {"records": records, "suggestions": suggestions, "reports": reports}


def _short(message: str) -> str:
    return message if len(message) <= 120 else f"{message[:119].rstrip()}…"


def _scheduled(user: Any) -> list[Line]:
    return [_line(record, at=record.publish_at) for record in desk.scheduled_for(user, most=MOST)]


def _drafts(user: Any) -> list[Line]:
    lines = []
    for draft in desk.drafts_of(user, most=MOST):
        lacks = [named(type(draft.record), obstacle) for obstacle in draft.lacks]
        lines.append(_line(draft.record, lacks=lacks))
    return lines


def _suggestions(user: Any) -> dict[str, list[Line]]:
    returned = [
        _of(row, "suggestion", words=row.comment, by=row.decided_by)
        for row in desk.returned_to(user, most=MOST)
    ]
    own = [_of(row, "suggestion", words=row.reason) for row in desk.waiting_of(user, most=MOST)]
    return {"returned": returned, "waiting": own}


def _warnings(user: Any) -> list[Line]:
    return [
        _line(found.record, words=found.message)
        for found in contradictions(most=MOST)
        if may_change(user, type(found.record))
    ][:MOST]


def _doubles() -> list[Double]:
    found = []
    for pair in possible_duplicates(most=MOST)[:MOST]:
        info = f"{pair.older._meta.app_label}_{pair.older._meta.model_name}"
        address = reverse(f"admin:{info}_changelist")
        ids = (pair.older.pk, pair.newer.pk)
        found.append(Double(_line(pair.older), _line(pair.newer), pair.why, address, ids))
    return found


def _coverage() -> list[tuple[Line, Coverage]]:
    return [(_line(row.topic), row) for row in coverage()]


def _changes() -> list[Line]:
    # The state before a first change is kept together with it, and is no change itself.
    latest = desk.recent_changes(most=2 * MOST)
    changes = [version for version in latest if version.action != Version.Action.BASELINE]
    return [
        _of(
            version,
            "version",
            by=version.by,
            words=f"{version.get_action_display().lower()}"
            + (f": {version.reason}" if version.reason else ""),
        )
        for version in changes[:MOST]
    ]
