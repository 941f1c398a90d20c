"""Who held which office on a day, and how surely. Pure functions over loaded tenures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from records.dates import HistoricalDate, display_day
from records.timeline.drawing import Item, Lane
from records.typed.dates import date_in_address

if TYPE_CHECKING:
    from people.models import Tenure


@dataclass(frozen=True)
class Holding:
    """A tenure as it stands on one day.

    `doubt` says why it only may be held at the end of that day, blank when it certainly is;
    `probable` says that the day lies within its dates and only these are marked as uncertain.
    `turn` says that the day is its first. `rivals` are the others of whom the dates leave open
    whether they held the same one-seat office that day; `clashes` those who by their dates
    certainly did, so that one of the records must be wrong.
    """

    tenure: Tenure
    doubt: str
    turn: str
    rivals: tuple[str, ...] = ()
    clashes: tuple[str, ...] = ()
    probable: bool = False


@dataclass(frozen=True)
class Body:
    """A power base on one day: who holds office in it, and whether the list of them is complete."""

    base: Any
    rows: list[Holding]
    complete: bool


def doubt_on(span: HistoricalDate, day: int) -> str:
    """Why a tenure whose span touches a day may not have been running on it; blank when it was.

    In: the span and a day number within its bounds. Dates are taken at the precision they have: a
    span that began in “1953” certainly runs only from 1954. No source says how far “about”
    reaches, so an approximate end is in doubt on every day. An open end (“from 1953”) means that
    no end is known to have come; an unknown one leaves doubt.
    """
    start, end = span.start, span.end
    if span.is_one_of:
        return f"known only as {span.display()}"
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
    if end.earliest < end.latest and end.earliest <= day:
        return f"the end is known only as {end.display()}"
    return ""


def is_probable(span: HistoricalDate, day: int) -> bool:
    """Whether a day lies between dates that are only marked as uncertain or approximate.

    “4 March 1949 – 2 July 1985 (end uncertain)” probably covers 1960: somebody gave that end, and
    did not check it. “1953” does not cover 1 June 1953 with any likelihood.
    """
    start, end = span.start, span.end
    if not span.is_interval or span.is_one_of or start is None or end is None:
        return False
    return start.latest <= day < end.earliest


def doubt_about(tenure: Tenure, day: int) -> str:
    """Why somebody may not hold an office on a day; blank when sources show them in it."""
    assert tenure.span is not None
    if tenure.attested and was_seen(tenure.attested, day, day):
        return ""
    return doubt_on(tenure.span, day)


def was_seen(attested: HistoricalDate, first: int, last: int) -> bool:
    """Whether sources surely show somebody in an office on one of the days from `first` to `last`.

    In: the first and the last day on which they do, as a date or a span.
    """
    if attested.is_approximate or attested.is_uncertain or attested.is_one_of:
        return False
    if not (attested.start and attested.end):
        return False
    seen, seen_last = attested.start.latest, attested.end.earliest
    return seen <= min(last, seen_last) and first <= seen_last


def _bare(point: HistoricalDate) -> str:
    return HistoricalDate(point.edtf.rstrip("?~%")).display()


def _qualified(point: HistoricalDate) -> str:
    return "uncertain" if point.is_uncertain else "only approximate"


def turn_on(span: HistoricalDate, day: int) -> str:
    """“first day” when a day certainly is that; else blank."""
    start = span.start
    return "first day" if start and start.earliest == start.latest == day else ""


def holdings(tenures: Iterable[Tenure], day: int) -> Iterator[Body]:
    """Group tenures held at the end of a day by power base, in the order given.

    In: tenures of one power base must stand together. Out: a body for each.
    """
    for base, group in groupby(tenures, key=lambda tenure: tenure.power_base):
        rows = []
        for tenure in group:
            span = tenure.span
            assert span is not None
            doubt = doubt_about(tenure, day)
            rows.append(
                Holding(
                    tenure,
                    doubt,
                    turn_on(span, day),
                    probable=bool(doubt) and is_probable(span, day),
                )
            )
        rows = [_beside_the_others(row, rows) for row in rows]
        yield Body(base, rows, _is_complete(base, day))


def _is_complete(base: Any, day: int) -> bool:
    days = base.holders_complete
    return days is not None and days.earliest <= day <= days.latest


def _beside_the_others(row: Holding, rows: list[Holding]) -> Holding:
    """A row with who else may sit, or by the dates does sit, in its one seat.

    Somebody who only acts for a holder contests nothing.
    """
    mine = row.tenure
    others = [
        other
        for other in rows
        if other.tenure.office == mine.office
        and other.tenure.person_id != mine.person_id
        and other.tenure.sole_holder
        and mine.sole_holder
        and not (other.tenure.acting or mine.acting)
    ]
    return replace(
        row,
        rivals=tuple(o.tenure.person.name for o in others if row.doubt or o.doubt),
        clashes=tuple(o.tenure.person.name for o in others if not (row.doubt or o.doubt)),
    )


def steady(
    bodies: Iterable[Body], since: int | None, until: int | None
) -> tuple[int, int | None] | None:
    """The days around a day through which the map certainly stays as it is; None if it may not.

    In: what a day shows, the last day up to it on which anything may have changed, and the first
    after it. Out: the first and the last day, None for a last day that has not come.
    """
    rows = [row for body in bodies for row in body.rows]
    if since is None or not rows or any(row.doubt or row.turn for row in rows):
        return None
    spans = [row.tenure.span for row in rows if row.tenure.span is not None]
    first = max(since, *(span.start.latest for span in spans if span.start is not None))
    lasts = [span.end.earliest - 1 for span in spans if span.end is not None and span.is_interval]
    return first, min([*lasts, *([] if until is None else [until - 1])], default=None)


def struggle(tenures: Iterable[Tenure]) -> list[Lane]:
    """A lane for each person with all their offices as bars, in the order of the first of each."""
    items_of: dict[Any, list[Item]] = {}
    for tenure in tenures:
        assert tenure.span is not None
        detail = f"{tenure.person}, {tenure.office}: {tenure.span.display()}"
        href = tenure.get_absolute_url()
        item = Item(tenure.span, tenure.office, href, "tenure", detail=detail)
        items_of.setdefault(tenure.person, []).append(item)
    return [Lane(person.name, items) for person, items in items_of.items()]


@dataclass(frozen=True)
class Day:
    """One day to draw the map for, and the words that it was asked in."""

    number: int
    note: str = ""

    @property
    def words(self) -> str:
        return display_day(self.number)

    @classmethod
    def asked(cls, text: str) -> Day:
        """The day that somebody asked for. Raises `records.dates.DateError`.

        A month, a year or a span gives its first day, and says so; one without a start its last.
        """
        date = date_in_address(text)
        number = date.sort
        if date.earliest == date.latest and not (date.is_approximate or date.is_uncertain):
            return cls(number)
        return cls(
            number,
            f"A map shows one day. You asked for “{date.display()}”, so this is "
            f"{display_day(number)}, the first day it can mean.",
        )
