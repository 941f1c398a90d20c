"""The admin's first page: what is on the desk, as lines with the address of what each is about.

Only what the signed-in person may act on is asked for. `queries` and the checks know the
answers; here they become words and links.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from curation.models import Report, Suggestion, Version
from curation.permissions import ANSWER_REPORTS, DECIDE, may, may_merge, may_publish
from curation.revisions.snapshot import KINDS
from dashboard import queries
from dashboard.checks.chronology import contradictions
from dashboard.checks.coverage import Coverage, coverage
from dashboard.checks.duplicates import possible_duplicates
from records.admin.base import admin_url
from records.admin.forms import named
from records.publication import without_source

# How many lines each part has: nobody reads a long list on a first page.
MOST = 8


@dataclass
class Line:
    """One thing on the desk: what it is called, where it opens, and a short text about it."""

    title: str
    url: str
    kind: str = ""
    detail: str = ""
    by: Any = None
    at: datetime | None = None
    # What a draft lacks, each with the address of its field.
    lacks: Iterable[dict[str, str]] = ()
    # What became of a suggestion: “Accepted in part”.
    outcome: str = ""


@dataclass
class Double:
    """Two records that may be one, and the list whose action merges them."""

    older: Line
    newer: Line
    why: str
    list_url: str
    ids: tuple[int, int]


def _line(record: Any, **more: Any) -> Line:
    return Line(str(record), admin_url(record), str(record._meta.verbose_name), **more)


def _of(row: Version | Suggestion | Report, name: str, **more: Any) -> Line:
    """A line that opens the desk's own page of a row, not the record's."""
    kind = str(KINDS[row.model]._meta.verbose_name)
    address = reverse(f"admin:curation_{name}_change", args=[row.pk])
    return Line(row.title, address, kind, at=row.made_at, **more)


def desk_of(user: Any) -> dict[str, Any]:
    """Everything the first page shows `user`: part → its lines, None for what is not theirs.

    A fixed number of questions for a role, however much there is (tests/admin/test_start_page.py).
    """
    decides = any(may_publish(user, model) for model in KINDS.values())
    writes = any(may(user, "change", model) for model in KINDS.values())
    return {
        "waiting": _waiting(user) if decides or _may_any(user, DECIDE, ANSWER_REPORTS) else None,
        "scheduled": _scheduled(user) if decides else None,
        "drafts": _drafts(user) if writes else None,
        "suggestions": _suggestions(user) if writes and not decides else None,
        "bare": _bare() if decides else None,
        "warnings": _warnings(user) if writes else None,
        "doubles": _doubles() if may_merge(user) else None,
        "coverage": _coverage() if user.has_perm("events.change_topic") else None,
        "changes": _changes() if user.has_perm("curation.view_version") else None,
    }


def _may_any(user: Any, *permissions: str) -> bool:
    return any(user.has_perm(permission) for permission in permissions)


def _waiting(user: Any) -> dict[str, list[Line]]:
    waiting = queries.waiting_for(user, most=MOST)
    records = [
        _line(
            record,
            at=record.publish_at or record.updated_at,
            # Its time has passed, and the clock did not publish it.
            detail="was due " if record.publish_at else "since ",
        )
        for record in waiting.records
    ]
    suggestions = [
        _of(row, "suggestion", by=row.by, detail=row.reason) for row in waiting.suggestions
    ]
    reports = [_of(row, "report", detail=_short(row.message)) for row in waiting.reports]
    return {"records": records, "suggestions": suggestions, "reports": reports}


def _short(message: str) -> str:
    return message if len(message) <= 120 else f"{message[:119].rstrip()}…"


def _scheduled(user: Any) -> list[Line]:
    return [
        _line(record, at=record.publish_at) for record in queries.scheduled_for(user, most=MOST)
    ]


def _drafts(user: Any) -> list[Line]:
    lines = []
    for draft in queries.drafts_of(user, most=MOST):
        lacks = [named(type(draft.record), obstacle) for obstacle in draft.lacks]
        lines.append(_line(draft.record, lacks=lacks))
    return lines


def _suggestions(user: Any) -> dict[str, list[Line]]:
    returned = [
        _of(row, "suggestion", detail=row.comment, by=row.decided_by)
        for row in queries.returned_to(user, most=MOST)
    ]
    waiting = [
        _of(row, "suggestion", detail=row.reason) for row in queries.waiting_of(user, most=MOST)
    ]
    decided = [
        _of(
            row,
            "suggestion",
            detail=row.comment,
            by=row.decided_by,
            outcome=row.get_state_display(),
        )
        for row in queries.decided_of(user, most=MOST)
    ]
    return {"returned": returned, "waiting": waiting, "decided": decided}


def _bare() -> list[Line]:
    return [_line(record) for record in without_source(most=MOST)]


def _warnings(user: Any) -> list[Line]:
    return [
        _line(contradiction.record, detail=contradiction.message)
        for contradiction in contradictions(most=MOST)
        if may(user, "change", type(contradiction.record))
    ][:MOST]


def _doubles() -> list[Double]:
    doubles = []
    for pair in possible_duplicates(most=MOST)[:MOST]:
        info = f"{pair.older._meta.app_label}_{pair.older._meta.model_name}"
        address = reverse(f"admin:{info}_changelist")
        ids = (pair.older.pk, pair.newer.pk)
        doubles.append(Double(_line(pair.older), _line(pair.newer), pair.why, address, ids))
    return doubles


def _coverage() -> list[tuple[Line, Coverage]]:
    return [(_line(row.topic), row) for row in coverage()]


def _changes() -> list[Line]:
    # The state before a first change is kept together with it, and is no change itself.
    latest = queries.recent_changes(most=2 * MOST)
    changes = [version for version in latest if version.action != Version.Action.BASELINE]
    return [
        _of(
            version,
            "version",
            by=version.by,
            detail=f"{version.get_action_display().lower()}"
            + (f": {version.reason}" if version.reason else ""),
        )
        for version in changes[:MOST]
    ]
