"""What was read from notes, as a teacher reads it: by topic, with doubts and what is a guess."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from records.dates import HistoricalDate
from records.typed.numbers import number_words
from workbench.notes.structure import (
    ClaimNote,
    Confidence,
    EventNote,
    Notes,
    PersonNote,
    ReformNote,
    StatisticNote,
)
from workbench.recognition import Register, said

_SURE = {Confidence.STATED: "", Confidence.LIKELY: " (likely)", Confidence.GUESS: " (a guess)"}
_COMPARATORS = {"over": "over ", "under": "under ", "about": "about ", "at_least": "at least "}
_NAMES = {
    "topics": "topic", "people": "person", "reforms": "reform", "statistics": "figure",
    "events": "event", "claims": "claim", "unplaced": "line to place", "doubts": "doubt",
}  # fmt: skip
_MANY = {"people": "people", "unplaced": "lines to place"}


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    kind: str
    words: str
    sure: str


def report(notes: Notes, register: Register) -> str:
    """Return the readable report of notes; `register` says who is in the record already."""
    return "\n".join(_lines(notes, register))


def rows(notes: Notes, register: Register) -> list[str]:
    """Every record in a few words, kind by kind: “event: Munich Putsch (1923)”."""
    every: list[Any] = [
        *notes.people,
        *notes.reforms,
        *notes.statistics,
        *notes.events,
        *notes.claims,
    ]
    return [f"{_kind(row)}: {_said_of(row, register)}{_SURE[row.confidence]}" for row in every]


def _lines(notes: Notes, register: Register) -> Iterator[str]:
    yield ", ".join(
        f"{len(rows)} {_NAMES[kind] if len(rows) == 1 else _MANY.get(kind, _NAMES[kind] + 's')}"
        for kind in _NAMES
        if (rows := getattr(notes, kind))
    )
    starts = [topic.start for topic in notes.topics]
    sections: dict[int, list[_Row]] = {}
    every: list[Any] = [
        *notes.people, *notes.reforms, *notes.statistics, *notes.events, *notes.claims
    ]  # fmt: skip
    for row in every:
        at = bisect_right(starts, row.start)
        sections.setdefault(at, []).append(
            _Row(row.line, _kind(row), _said_of(row, register), _SURE[row.confidence])
        )
    for at in range(len(starts) + 1):
        if at == 0 and at not in sections:
            continue
        yield ""
        if at:
            topic = notes.topics[at - 1]
            yield f"Topic: {topic.title}{_SURE[topic.confidence]}"
        else:
            yield "Before the first topic"
        for one in sorted(sections.get(at, []), key=lambda row: row.line):
            yield f"  line {one.line:<4} {one.kind:<8} {one.words}{one.sure}"
    if notes.doubts:
        yield "\nDoubts"
        for doubt in notes.doubts:
            yield f"  line {doubt.line:<4} {doubt.problem}"
    if notes.unplaced:
        yield "\nFor you to place"
        for line in notes.unplaced:
            yield f"  line {line.line:<4} {line.text}"


def _kind(row: Any) -> str:
    return {
        PersonNote: "person", ReformNote: "reform", StatisticNote: "figure", EventNote: "event",
        ClaimNote: "claim",
    }[type(row)]  # fmt: skip


def _said_of(row: Any, register: Register) -> str:
    if isinstance(row, PersonNote):
        return _person(row, register)
    if isinstance(row, ReformNote):
        return f"{row.title}: {'; '.join(row.parts)}" if row.parts else row.title
    if isinstance(row, StatisticNote):
        return _statistic(row)
    if isinstance(row, EventNote):
        return f"{row.title} ({_date(row.date) or 'no date said'})"
    return str(row.text)


def _person(row: PersonNote, register: Register) -> str:
    parts = []
    if row.office:
        held = f", {_date(row.held)}" if row.held else ""
        parts.append(f"{row.office}{held}")
    if row.power_base:
        known = said(register.power_base(row.power_base))
        parts.append(f"power base: {row.power_base}{f' ({known})' if known else ''}")
    if row.epithet:
        parts.append(f"known as “{row.epithet}”")
    if known := said(register.person(row.name)):
        parts.append(known)
    return f"{row.name}: {'; '.join(parts)}"


def _statistic(row: StatisticNote) -> str:
    value = f"{_COMPARATORS.get(row.comparator, '')}{number_words(row.value)}"
    dated = f" ({_date(row.date)})" if row.date else ""
    if row.baseline is None and row.value != row.value.to_integral_value() and row.unit is None:
        return f"{row.as_written}{dated}"  # “2/3” says more than 0.666667
    if row.upper_value is not None:
        value = f"{number_words(row.value)} to {number_words(row.upper_value)}"
    if row.baseline is not None:
        then = f" ({_date(row.baseline_date)})" if row.baseline_date else ""
        value = f"from {_number(row.baseline)}{then} to {value}"
    unit = f" {row.unit}" if row.unit else ""
    return f"{value}{unit}{dated}, written “{row.as_written}”"


def _number(value: Decimal) -> str:
    return number_words(value)


def _date(edtf: str | None) -> str:
    return HistoricalDate(edtf).display() if edtf else ""
