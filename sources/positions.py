"""Where sources disagree: who says what, and in which order. Pure functions; no queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sources.certainty import NOT_EVIDENCE, evidence

if TYPE_CHECKING:
    from sources.certainty import Evidence
    from sources.models import Citation

# How a page says in which order positions stand; `in_order` is the rule itself.
RULE = (
    "In the order in which the sources were written or published; it says nothing of their worth."
)


@dataclass(frozen=True)
class Position:
    """What one source says of a statement; `says` is the verb that a page puts before it."""

    citation: Citation
    says: str


def in_order(citations: Iterable[Citation]) -> list[Position]:
    """The positions of some citations, the oldest source first, those without a date last.

    The date is the one thing about a source that favours no side. Sources of one date keep the
    order in which they are given.
    """
    ordered = sorted(citations, key=_issued)
    return [Position(citation, f"{verb(citation)} it") for citation in ordered]


def oldest(citations: Iterable[Citation]) -> tuple[bool, int]:
    """What puts several statements in the order of their oldest sources."""
    return min(map(_issued, citations), default=(True, 0))


def contested(citations: Iterable[Citation]) -> list[Evidence]:
    """The statements that a source disputes or qualifies, disputed ones first."""
    groups = [group for group in evidence(citations) if group.level in {"disputed", "qualified"}]
    return sorted(groups, key=lambda group: group.level != "disputed")


def _issued(citation: Citation) -> tuple[bool, int]:
    issued = citation.source.issued
    return issued is None, issued.sort if issued else 0


def verb(citation: Citation) -> str:
    """What a source does to a statement: supports, qualifies, disputes, or only teaches it.

    Course material that makes a claim lends it no evidence; see `sources.certainty`.
    """
    if citation.stance == "supports" and citation.source.kind in NOT_EVIDENCE:
        return "Teaches"
    return str(citation.get_stance_display())
