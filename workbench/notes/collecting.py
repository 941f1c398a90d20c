"""The records as they are found, and the account of every letter: nothing is dropped silently."""

from __future__ import annotations

import re
from dataclasses import replace

from workbench.notes.changes import Clause, read_clause
from workbench.notes.dates import Dating, Habits
from workbench.notes.mending import run_together
from workbench.notes.source import Source
from workbench.notes.structure import (
    ClaimNote,
    Confidence,
    Doubt,
    EventNote,
    Notes,
    PersonNote,
    Place,
    ReformNote,
    Topic,
    Unplaced,
)

_LETTERS = re.compile(r"[^\W_]")


class Collector:
    """Takes records in, each with its place. `finish` lists what no record has taken."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.notes = Notes()
        self._taken: list[tuple[int, int]] = []
        # Where the line began whose first record is still to come: its mark belongs to that record.
        self._edge: int | None = None

    def begin_line(self, start: int) -> None:
        self._edge = start

    def _take(self, start: int, end: int) -> int:
        if self._edge is not None and self._edge <= start:
            start, self._edge = self._edge, None
        self._taken.append((start, end))
        return start

    def _line(self, start: int) -> int:
        return self.source.line_of(start)

    def topic(self, start: int, end: int, sure: Confidence) -> None:
        title = self.source.words(start, end)
        line = self._line(start)
        self.notes.topics.append(Topic(title, line, self._take(start, end), end, sure))

    def person(
        self, start: int, end: int, name: str, office: str | None, base: str | None,
        epithet: str | None, held: str | None, sure: Confidence, also: tuple[Place, ...] = (),
    ) -> None:  # fmt: skip
        """Take a person in; what is known already of the same name and office is put together."""
        line = self._line(start)
        for at, known in enumerate(self.notes.people):
            if known.name == name and (known.office == office or office is None):
                self.notes.people[at] = replace(
                    known, power_base=known.power_base or base, epithet=known.epithet or epithet,
                    held=known.held or held,
                    also=(*known.also, (self._take(start, end), end), *self._all(also)),
                )  # fmt: skip
                return
        self.notes.people.append(
            PersonNote(
                name,
                office,
                base,
                epithet,
                held,
                line,
                self._take(start, end),
                end,
                sure,
                self._all(also),
            )
        )

    def add_to_last_person(self, start: int, end: int, person: PersonNote) -> None:
        """Put what a later line says of the last person in the place of what was known."""
        place = self._take(start, end), end
        self.notes.people[-1] = replace(person, also=(*person.also, place))

    def add_to_last_event(self, start: int, end: int) -> None:
        """Let the last event hold these words too."""
        last = self.notes.events[-1]
        place = self._take(start, end), end
        self.notes.events[-1] = replace(last, also=(*last.also, place))

    def _all(self, places: tuple[Place, ...]) -> tuple[Place, ...]:
        self._taken += places
        return places

    def reform(
        self, start: int, end: int, title: tuple[int, int], parts: list[tuple[int, int]],
        sure: Confidence, also: tuple[Place, ...] = (),
    ) -> None:  # fmt: skip
        line = self._line(start)
        words = tuple(self.source.words(*part) for part in parts)
        self.notes.reforms.append(
            ReformNote(
                self.source.words(*title),
                words,
                line,
                self._take(start, end),
                end,
                sure,
                self._all(also),
            )
        )

    def event(self, start: int, end: int, title: str, date: str | None, sure: Confidence) -> None:
        line = self._line(start)
        self.notes.events.append(EventNote(title, date, line, self._take(start, end), end, sure))

    def claim(self, start: int, end: int, sure: Confidence = Confidence.STATED) -> None:
        text = self.source.words(start, end)
        line = self._line(start)
        self.notes.claims.append(ClaimNote(text, line, self._take(start, end), end, sure))

    def unplaced(self, start: int, end: int) -> None:
        text = self.source.words(start, end)
        line = self._line(start)
        self.notes.unplaced.append(Unplaced(text, line, self._take(start, end), end))

    def clause(self, start: int, end: int, habits: Habits, lead: Dating | None = None) -> Clause:
        """Read the figures and dates of a clause and take them in; return what was read.

        `lead` is the date that the line began with: figures that have no other are of it.
        """
        line = self._line(start)
        clause = read_clause(self.source.plain, start, end, line, habits)
        statistics = clause.statistics
        if lead and lead.edtf:
            statistics = tuple(
                replace(one, date=lead.edtf, confidence=Confidence.LIKELY)
                if one.date is None and one.baseline_date is None else one
                for one in statistics
            )  # fmt: skip
        self.notes.statistics += [
            replace(one, as_written=self.source.words(one.start, one.end)) for one in statistics
        ]
        for first, last, problem in clause.doubts:
            self.doubt(first, last, problem)
        for slip in run_together(self.source.plain, start, end):
            self.doubt(slip.start, slip.end, slip.problem)
        return replace(clause, statistics=statistics)

    def figures_in(self, start: int, end: int, habits: Habits) -> bool:
        """Tell whether a clause has figures, and take nothing in."""
        return bool(read_clause(self.source.plain, start, end, 0, habits).statistics)

    def doubt(self, start: int, end: int, problem: str) -> None:
        doubt = Doubt(self._line(start), start, end, self.source.words(start, end), problem)
        if doubt not in self.notes.doubts[-8:]:
            self.notes.doubts.append(doubt)

    def finish(self) -> Notes:
        """List every word that no record holds, and put all in the order of the text."""
        at = 0
        gaps = []
        for start, end in sorted(self._taken):
            if start > at:
                gaps.append((at, start))
            at = max(at, end)
        gaps.append((at, len(self.source.text)))
        for start, end in gaps:
            self._leftovers(start, end)
        notes = self.notes
        for rows in (notes.topics, notes.reforms, notes.statistics, notes.events, notes.claims,
                     notes.unplaced, notes.people, notes.doubts):  # fmt: skip
            rows.sort(key=lambda row: (row.start, row.end))
        return notes

    def _leftovers(self, start: int, end: int) -> None:
        if not _LETTERS.search(self.source.text, start, end):
            return
        for match in re.finditer(r"[^\r\n]+", self.source.text[start:end]):
            if _LETTERS.search(match[0]):
                self.unplaced(start + match.start(), start + match.end())
