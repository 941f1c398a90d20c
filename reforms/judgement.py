"""How the evidence judges a reform. Pure functions over loaded citations; no queries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sources.certainty import NOT_EVIDENCE

if TYPE_CHECKING:
    from sources.models import Citation


def judged(citations: Sequence[Citation]) -> str:
    """How many of the sources cited for one reform say what of it; blank when there are none.

    Sources are counted, not citations; one may stand on both sides. Course material is taught, and
    judges nothing (see `sources.certainty`).
    """
    if not citations:
        return ""
    statements: list[str] = []
    for stance, one, several in (
        ("supports", "supports", "support"),
        ("qualifies", "qualifies", "qualify"),
        ("disputes", "disputes", "dispute"),
    ):
        count = len(
            {
                citation.source_id
                for citation in citations
                if citation.stance == stance and citation.source.kind not in NOT_EVIDENCE
            }
        )
        if count:
            what = "it" if statements else "what is said of it here"
            statements.append(
                f"{count} source{'' if count == 1 else 's'} {one if count == 1 else several} {what}"
            )
    return ", ".join(statements) or "It is known from course material only, so far"
