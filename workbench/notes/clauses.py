"""What is left of a line when its form is known: clauses, parts of a reform, new offices."""

from __future__ import annotations

import re
from dataclasses import replace

from workbench.notes import people
from workbench.notes.changes import Clause
from workbench.notes.collecting import Collector
from workbench.notes.dates import Dating, Habits, find_dates
from workbench.notes.sentences import Piece, bare, clauses, sentences
from workbench.notes.source import Source
from workbench.notes.statements import dated_event, is_for_a_person, names_an_event, title_of
from workbench.notes.structure import Confidence


class Clauses:
    """Reads clauses into a collector, by what the notes show of their own habits."""

    def __init__(self, source: Source, habits: Habits) -> None:
        self.plain = source.plain
        self.words = source.words
        self.collector = Collector(source)
        # The habits of all notes, and those under the heading that was read last.
        self.all_habits = habits
        self.habits = habits
        # The year that the line named last: “on 5 March 1953 …; on 14 March …”.
        self.line_year: str | None = None

    def pieces(self, start: int, stop: int) -> list[Piece]:
        """The clauses between two places, without the points and commas around them."""
        found = []
        for sentence in sentences(self.plain, start, stop):
            for piece in clauses(self.plain, *sentence):
                low, high = bare(self.plain, *piece)
                if low < high:
                    found.append((low, high))
        return found

    def keep_reform(
        self, start: int, stop: int, title: Piece, parts: list[Piece], sure: Confidence,
        lead: Dating | None = None,
    ) -> None:  # fmt: skip
        parts = [
            piece for piece in (bare(self.plain, *part) for part in parts) if piece[0] < piece[1]
        ]
        self.collector.reform(start, stop, title, parts, sure)
        for part in parts:
            self.part(title, part, lead)

    def part(self, title: Piece, part: Piece, lead: Dating | None = None) -> None:
        """Read the figures of a part of a reform; a date that no figure has is an event."""
        clause = self.collector.clause(*part, self.of_line())
        self.note_year(clause)
        for date in clause.loose:
            if date.edtf and not date.edtf.endswith("/..") and not clause.statistics:
                low, high = title_of(self.plain, *part, date)
                words = f"{self.words(*title)}: {self.words(low, high)}"
                self.collector.event(*part, words, date.edtf, Confidence.LIKELY)
                break

    def span(self, start: int, end: int) -> str | None:
        """The one date that stands between two places."""
        dates = find_dates(self.plain[start:end], self.habits)
        return dates[0].edtf if len(dates) == 1 else None

    def of_line(self) -> Habits:
        """The habits of the notes, with the year that this line named last."""
        return replace(self.habits, year=self.line_year) if self.line_year else self.habits

    def note_year(self, clause: Clause) -> None:
        """Keep the last year of a clause for the days behind it that say none."""
        for date in clause.dates:
            if year := re.match("[0-9]{4}", date.edtf or ""):
                self.line_year = year[0]

    def around_date(self, start: int, end: int) -> list[Piece]:
        """What stands before and behind the one date between two places, if it says something."""
        dates = find_dates(self.plain[start:end], self.habits)
        if len(dates) != 1:
            return []
        sides = (start, start + dates[0].outer), (start + dates[0].end, end)
        return [
            bare(self.plain, *side)
            for side in sides
            if re.search("[A-Za-z]", self.plain[slice(*side)])
        ]

    def statement(
        self, start: int, end: int, lead: Dating | None = None, *, beside: bool = False,
        subject: str = "",
    ) -> None:  # fmt: skip
        """Read one clause as an event, a claim, or something for a person to place.

        `lead` is the date its line began with. With `beside`, what says only figures needs no
        record of its own: the event before it holds them. `subject` is the person it is said of.
        """
        low, high = bare(self.plain, start, end)
        if low >= high:
            return
        habits = self.of_line()
        if lead and lead.edtf and (year := re.match("[0-9]{4}", lead.edtf)):
            habits = replace(habits, year=year[0])
        clause = self.collector.clause(low, high, habits, lead)
        self.note_year(clause)
        words = self.plain[low:high]
        if beside and clause.only_figures:
            self.collector.add_to_last_event(low, high)
            return
        if is_for_a_person(self.plain[low:end]) and not clause.dates and not clause.statistics:
            self.collector.unplaced(start, end)
            return
        if date := dated_event(self.plain, low, high, clause):
            first, last = title_of(self.plain, low, high, date, self.all_habits.year_led)
            sure = Confidence.LIKELY if date.problem else Confidence.STATED
            title = self.words(first, last)
            if subject and title[:1].islower():
                title = f"{subject} {title}"
            self.collector.event(low, high, title, date.edtf, sure)
        elif self._is_undated_event(words, clause):
            self.collector.event(low, high, self.words(low, high), None, Confidence.LIKELY)
        else:
            self.collector.claim(low, high)
        self.maybe_person((low, high))

    def _is_undated_event(self, words: str, clause: Clause) -> bool:
        if any(date.edtf is None for date in clause.dates):
            return True
        return not clause.dates and not clause.statistics and names_an_event(words)

    def maybe_person(self, piece: Piece) -> None:
        """Find the person of whom a sentence says that they took an office."""
        low, high = piece
        dates = find_dates(self.plain[low : min(high, low + 60)], self.habits)
        if dates and dates[0].outer == 0:
            low += dates[0].end
            while low < high and self.plain[low] in " ,":
                low += 1
        if found := people.in_prose(self.plain, low, high):
            self.collector.person(
                low, high, found.name, found.office, None, None, None, Confidence.LIKELY
            )
