"""Who held which office on a day, and how surely. Pure functions over loaded tenures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from records.dates import HistoricalDate, display_day
from records.timeline_drawing import Item, Lane

if TYPE_CHECKING:
    from people.models import Tenure


@dataclass(frozen=True)
class Holding:
    """A tenure as it stands on one day.

    `doubt` says why it only may have been running that day, blank when it certainly was; `turn`
    says that the day is its first or its last. `rivals` are the others of whom the dates leave open
    whether they held the same one-seat office that day.
    """

    tenure: Tenure
    doubt: str
    turn: str
    rivals: tuple[str, ...] = ()


def doubt_on(span: HistoricalDate, day: int) -> str:
    """Why a tenure whose span touches a day may not have been running on it; blank when it was.

    In: the span and a day number within its bounds. Dates are taken at the precision they have: a
    span that began in “1953” certainly runs only from 1954. No source says how far “about”
    reaches, so an approximate end is in doubt on every day. An open end (“from 1953”) means that
    no end is known to have come; an unknown one leaves doubt.
    """
    start, end = span.start, span.end
    if not span.is_interval and start is not None and start.earliest < start.latest:
        return f"known only as some time in {start.display()}"
    if start is None:
        return "the start is not known"
    if start.is_approximate or start.is_uncertain:
        return f"the start, {_bare(start)}, is {_qualified(start)}"
    if start.latest > day:
        return f"the start is known only as {start.display()}"
    if end is None:
        return "" if span.edtf.endswith("..") else "the end is not known"
    if end.is_approximate or end.is_uncertain:
        return f"the end, {_bare(end)}, is {_qualified(end)}"
    if end.earliest < day:
        return f"the end is known only as {end.display()}"
    return ""


def _bare(point: HistoricalDate) -> str:
    return HistoricalDate(point.edtf.rstrip("?~%")).display()


def _qualified(point: HistoricalDate) -> str:
    return "uncertain" if point.is_uncertain else "only approximate"


def turn_on(span: HistoricalDate, day: int) -> str:
    """“first day” or “last day” when a day is certainly the one or the other; else blank."""
    start, end = span.start, span.end
    if start and start.earliest == start.latest == day:
        return "first day"
    return "last day" if end and end.earliest == end.latest == day else ""


def holdings(tenures: Iterable[Tenure], day: int) -> Iterator[tuple[Any, list[Holding]]]:
    """Group tenures that touch a day by power base, in the order given.

    Out: pairs of a power base and its holdings. Tenures of one power base must stand together.
    """
    for base, group in groupby(tenures, key=lambda tenure: tenure.power_base):
        rows = []
        for tenure in group:
            span = tenure.span
            assert span is not None
            rows.append(Holding(tenure, doubt_on(span, day), turn_on(span, day)))
        yield base, [replace(row, rivals=_rivals(row, rows)) for row in rows]


def _rivals(row: Holding, rows: list[Holding]) -> tuple[str, ...]:
    """Who else may have sat in the one seat of a row; nobody where one handed over to the next."""
    mine = row.tenure
    return tuple(
        other.tenure.person.name
        for other in rows
        if other.tenure.office == mine.office
        and other.tenure.person_id != mine.person_id
        and other.tenure.sole_holder
        and mine.sole_holder
        and (row.doubt or other.doubt)
    )


def steady(
    bases: Iterable[tuple[Any, list[Holding]]], since: int | None, until: int | None
) -> tuple[int, int | None] | None:
    """The days around a day through which the map certainly stays as it is; None if it may not.

    In: what a day shows, the last day up to it on which anything may have changed, and the first
    after it. Out: the first and the last day, None for a last day that has not come.
    """
    rows = [row for _, rows in bases for row in rows]
    if since is None or not rows or any(row.doubt or row.turn for row in rows):
        return None
    spans = [row.tenure.span for row in rows if row.tenure.span is not None]
    first = max(since, *(span.start.latest for span in spans if span.start is not None))
    lasts = [span.end.earliest for span in spans if span.end is not None]
    return first, min([*lasts, *([] if until is None else [until - 1])], default=None)


def struggle(tenures: Iterable[Tenure]) -> list[Lane]:
    """A lane for each person with all their offices as bars, in the order of the first of each."""
    found: dict[Any, list[Item]] = {}
    for tenure in tenures:
        assert tenure.span is not None
        words = f"{tenure.person}, {tenure.office}: {tenure.span.display()}"
        href = tenure.get_absolute_url()
        item = Item(tenure.span, tenure.office, href, "tenure", detail=words)
        found.setdefault(tenure.person, []).append(item)
    return [Lane(person.name, items) for person, items in found.items()]


@dataclass(frozen=True)
class Day:
    """One day to draw the map for, and the words that it was asked in."""

    number: int
    note: str = ""

    @property
    def words(self) -> str:
        return display_day(self.number)

    @classmethod
    def asked(cls, words: str) -> Day:
        """The day that somebody asked for. Raises `records.dates.DateError`.

        A month, a year or a span gives its first day, and says so; one without a start its last.
        """
        date = HistoricalDate.parse(words)
        number = date.sort
        if date.earliest == date.latest and not (date.is_approximate or date.is_uncertain):
            return cls(number)
        return cls(
            number,
            f"A map shows one day. You asked for “{date.display()}”, so this is "
            f"{display_day(number)}, the first day it can mean.",
        )
