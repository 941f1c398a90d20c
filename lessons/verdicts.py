"""Whether a verdict fits the evidence that is entered for it. Pure functions; no queries.

A verdict is an editor's, and stands whatever is said here: sources may be few, weak, or of one
school. What is said here is what a reader would ask when verdict and evidence pull apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lessons.models import Verdict
from sources.certainty import NOT_EVIDENCE

if TYPE_CHECKING:
    from sources.models import Citation

_IN_FAVOUR = {Verdict.SUPPORTED, Verdict.NUANCE}


def mismatch(verdict: str, citations: Iterable[Citation]) -> str:
    """What in the evidence contradicts a verdict, in one sentence; blank for nothing.

    In: a verdict, which may be blank, and the citations of the claim with their `source` loaded.
    Course material is no evidence (`sources.certainty`), whatever its stance.
    """
    stances = [c.stance for c in citations if c.source.kind not in NOT_EVIDENCE]
    supporting, disputing = stances.count("supports"), stances.count("disputes")
    limiting = disputing + stances.count("qualifies")
    label = Verdict(verdict).label if verdict else ""
    if verdict in _IN_FAVOUR and not stances:
        return f"The verdict is “{label}”, but only course material is cited."
    if verdict in _IN_FAVOUR and disputing == len(stances):
        return f"The verdict is “{label}”, but all evidence disputes the claim."
    if verdict == Verdict.SUPPORTED and disputing:
        return f"The verdict is “{label}”, but some evidence disputes the claim."
    if verdict == Verdict.CONTRADICTED and not disputing:
        return f"The verdict is “{label}”, but no evidence disputes the claim."
    if verdict in (Verdict.DOUBTFUL, Verdict.NOT_FOUND) and supporting and not limiting:
        return f"The verdict is “{label}”, but all evidence supports the claim."
    return ""
