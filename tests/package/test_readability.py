"""How lessons read: the script’s own arithmetic, and every lesson of the shipped course."""

from __future__ import annotations

import pytest

from scripts.readability import count_syllables, reading, readings
from tests import ROOT

SHIPPED = ROOT / "courses" / "khrushchev"


def test_the_lessons_of_the_shipped_course_are_plain_and_say_why() -> None:
    lessons = readings(SHIPPED)
    assert {each.topic: each.faults for each in lessons if each.faults} == {}


@pytest.mark.parametrize(
    ("word", "syllables"),
    [("party", 2), ("struggle", 2), ("because", 2), ("seized", 1), ("voted", 2), ("1956", 1)],
)
def test_syllables(word: str, syllables: int) -> None:
    assert count_syllables(word) == syllables


def test_a_lesson_is_measured_by_what_a_student_reads() -> None:
    text = (
        "[He](person:khrushchev) won because he led the party [@lewin-2005, chapter 13].\n\n"
        "They lost. It was over."
    )
    found = reading("struggle", [("struggle-causes", text)])
    assert found.words == 12
    assert found.causal == pytest.approx(1 / 3)
    assert found.bare == [("struggle-causes", 2)]
    assert found.grade < 3
    assert any("12 words" in fault for fault in found.faults)
    assert "struggle-causes, paragraph 2 rests on nothing" in found.faults
