"""What evidence amounts to, in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

import pytest

from sources.certainty import evidence

_ids = count(1)


@dataclass
class Work:
    kind: str = "monograph"


@dataclass
class Cited:
    """A citation as far as certainty looks at it."""

    stance: str = "supports"
    checked: str = "read"
    claim: str = ""
    source: Work = field(default_factory=Work)
    source_id: int = field(default_factory=lambda: next(_ids))


NOTES = Work("class_notes")
CARDS = Work("course_tradition")


@pytest.mark.parametrize(
    ("citations", "words"),
    [
        # Two works that were read.
        ([Cited(), Cited()], "Agreed by 2 sources"),
        # One work cited twice is still one work.
        ([Cited(source_id=7), Cited(source_id=7)], "Single source"),
        # The class notes are the claim, not evidence for it.
        ([Cited(source=NOTES), Cited()], "Single source"),
        # Rival revision cards repeating the notes prove nothing.
        ([Cited(source=NOTES), Cited(source=CARDS)], "Found only in course material"),
        # A book that exists but was not read agrees with nothing yet.
        ([Cited(checked="exists"), Cited()], "Single source"),
        ([Cited(source=NOTES), Cited(checked="exists")], "Works named, none read yet"),
        # A qualification outweighs agreement, a dispute outweighs both.
        ([Cited(), Cited(), Cited("qualifies")], "Supported with qualification"),
        ([Cited(), Cited("qualifies"), Cited("disputes")], "Disputed"),
        # The notes alone make a claim, and what was read limits it: nothing supports it.
        ([Cited(source=NOTES), Cited("qualifies")], "Qualified by the evidence"),
        (
            [Cited(source=NOTES), Cited(checked="exists"), Cited("qualifies")],
            "Qualified by the evidence",
        ),
    ],
)
def test_certainty_should_be_said_in_words(citations: list[Any], words: str) -> None:
    (group,) = evidence(citations)
    assert group.words == words


def test_statements_should_be_judged_one_by_one_after_the_record_as_a_whole() -> None:
    spoke, silent = Cited(), Cited("disputes", claim="No direct criticism of Stalin")
    groups = evidence([silent, spoke])
    assert [(g.claim, g.level) for g in groups] == [
        ("", "single"),
        ("No direct criticism of Stalin", "disputed"),
    ]
