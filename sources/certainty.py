"""What the evidence for a record amounts to, in words.

Pure functions over citations that are already loaded; no queries.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sources.models import Citation

# Class notes and revision cards say what is taught. They are shown, but never counted as evidence.
NOT_EVIDENCE = {"class_notes", "course_tradition"}


@dataclass
class Evidence:
    """The citations that bear on one statement of a record, and what they amount to.

    `claim` is the statement, blank for the record as a whole; `level` is one of disputed,
    qualified, agreed, single, untested; `words` is how the page says it.
    """

    claim: str
    citations: list[Citation] = field(default_factory=list)

    def _supporting(self, *, read: bool) -> set[int]:
        """Different sources that are evidence and support it; `read`: whose passage was read."""
        return {
            c.source_id
            for c in self.citations
            if c.stance == "supports"
            and c.source.kind not in NOT_EVIDENCE
            and (c.checked == "read" or not read)
        }

    @property
    def level(self) -> str:
        stances = {c.stance for c in self.citations}
        if "disputes" in stances:
            return "disputed"
        if "qualifies" in stances:
            return "qualified"
        # A work that is named but was not read agrees with nothing yet.
        count = len(self._supporting(read=True))
        return "agreed" if count > 1 else "single" if count else "untested"

    @property
    def words(self) -> str:
        if self.level == "untested":
            named = self._supporting(read=False)
            return "Works named, none read yet" if named else "Found only in course material"
        return {
            "disputed": "Disputed",
            "qualified": self._qualified,
            "agreed": f"Agreed by {len(self._supporting(read=True))} sources",
            "single": "Single source",
        }[self.level]

    @property
    def _qualified(self) -> str:
        # The class notes making a claim do not support it; saying so would lend them evidence.
        supported = self._supporting(read=True)
        return "Supported with qualification" if supported else "Qualified by the evidence"


def evidence(citations: Iterable[Citation]) -> list[Evidence]:
    """Group citations by the statement they bear on; the record as a whole comes first.

    In: citations with their `source` loaded. Out: one `Evidence` per statement, in order of first
    mention. Citations without a statement are left together.
    """
    groups: dict[str, Evidence] = {}
    for citation in citations:
        groups.setdefault(citation.claim, Evidence(citation.claim)).citations.append(citation)
    return sorted(groups.values(), key=lambda group: group.claim != "")
