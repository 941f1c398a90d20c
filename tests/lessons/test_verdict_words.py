"""When a verdict and its evidence pull apart (`lessons.verdicts`)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from lessons.verdicts import mismatch


def citations(*stances: str) -> list[Any]:
    """Evidence with these stances; those that begin with a star are from course material."""
    return [
        SimpleNamespace(
            stance=stance.lstrip("*"),
            source=SimpleNamespace(
                kind="course_tradition" if stance.startswith("*") else "monograph"
            ),
        )
        for stance in stances
    ]


@pytest.mark.parametrize(
    ("verdict", "stances", "says"),
    [
        # What the verdict says, the evidence says.
        ("supported", ["supports"], ""),
        ("supported", ["supports", "qualifies"], ""),
        ("nuance", ["supports", "disputes"], ""),
        ("nuance", ["qualifies"], ""),
        ("contradicted", ["supports", "disputes"], ""),
        ("doubtful", ["qualifies"], ""),
        # A number in course material only is what “not found” means.
        ("not_found", ["*supports"], ""),
        ("doubtful", ["*supports"], ""),
        # No verdict contradicts nothing.
        ("", ["disputes"], ""),
        ("supported", ["disputes"], "all evidence disputes"),
        ("supported", ["supports", "disputes"], "some evidence disputes"),
        ("nuance", ["disputes", "disputes"], "all evidence disputes"),
        # Class notes do not support what class notes say.
        ("supported", ["*supports"], "only course material"),
        ("supported", [], "only course material"),
        ("contradicted", ["supports"], "no evidence disputes"),
        ("contradicted", ["*disputes"], "no evidence disputes"),
        ("doubtful", ["supports"], "all evidence supports"),
        ("not_found", ["supports", "supports"], "all evidence supports"),
    ],
)
def test_a_verdict_beside_its_evidence(verdict: str, stances: list[str], says: str) -> None:
    words = mismatch(verdict, citations(*stances))
    assert says in words
    assert bool(words) == bool(says)
