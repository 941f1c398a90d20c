"""What becomes of notes: records with their place in the text, how sure they are, and every doubt.

`start` and `end` count characters of the text as it was given, so that a page can colour the words;
`also` are further places of a record: the points under a reform, a later line about a person.
Dates are EDTF; what the notes do not say is None.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum

Place = tuple[int, int]


class Confidence(Enum):
    """How much of a record is the notes’ own word, and how much the reader’s guess."""

    STATED = "stated"
    LIKELY = "likely"
    GUESS = "guess"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Words that could mean something else: what is odd, and what was proposed."""

    line: int
    start: int
    end: int
    words: str
    problem: str


@dataclass(frozen=True, slots=True)
class Topic:
    title: str
    line: int
    start: int
    end: int
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class PersonNote:
    """A person, and what the notes say of an office, what power rested on, and a byname."""

    name: str
    office: str | None
    power_base: str | None
    epithet: str | None
    held: str | None
    line: int
    start: int
    end: int
    confidence: Confidence
    also: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class ReformNote:
    title: str
    parts: tuple[str, ...]
    line: int
    start: int
    end: int
    confidence: Confidence
    also: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class StatisticNote:
    """A figure, or a change from one to another; `as_written` is how the notes have it."""

    value: Decimal
    upper_value: Decimal | None
    comparator: str
    baseline: Decimal | None
    unit: str | None
    date: str | None
    baseline_date: str | None
    as_written: str
    line: int
    start: int
    end: int
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class EventNote:
    title: str
    date: str | None
    line: int
    start: int
    end: int
    confidence: Confidence
    also: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimNote:
    text: str
    line: int
    start: int
    end: int
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class Unplaced:
    """Words for a person to place."""

    text: str
    line: int
    start: int
    end: int


@dataclass(slots=True)
class Notes:
    """Everything that was read, in the order of the text."""

    topics: list[Topic] = field(default_factory=list)
    people: list[PersonNote] = field(default_factory=list)
    reforms: list[ReformNote] = field(default_factory=list)
    statistics: list[StatisticNote] = field(default_factory=list)
    events: list[EventNote] = field(default_factory=list)
    claims: list[ClaimNote] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
