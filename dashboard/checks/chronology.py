"""Dates that contradict each other across records.

The models refuse dates that are impossible within one record. Here are dates that are impossible
only together with those of another record, for a teacher to judge.

All these queries join large tables on dates, and no index helps them. The desk therefore looks only
at what is new: the records changed lately (from the history, by its index on time) and the
latest rows (by number, since imports keep no history). An old contradiction was shown when one of
its sides was entered.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q

from curation.models import Version
from events.models import Participation
from people.models import Tenure
from reforms.models import Reform
from sources.models import Citation

LATEST = 500
MOST = 20


@dataclass(frozen=True)
class Contradiction:
    """Two dates that do not agree. `kind` is one of lifetime, office, reversal, figure; `record`
    is where to look first."""

    kind: str
    record: Any
    message: str


def contradictions(*, latest: int = LATEST, most: int = MOST) -> list[Contradiction]:
    """All contradictions among the latest changes, at most `most` of each kind; ten queries."""
    changed = changed_lately(latest)
    offices = _new(
        Tenure, latest, person=changed["people.person"], power_base=changed["people.powerbase"]
    )
    tenures = [*offices.select_related("person", "power_base")]
    return [
        *outside_lifetime(changed, latest, most),
        *seats_taken_twice(tenures, most),
        *offices_without_their_body(tenures, most),
        *reversed_too_early(changed, latest, most),
        *figures_from_the_future(changed, latest, most),
    ]


def changed_lately(latest: int) -> dict[str, set[int]]:
    """The numbers of the records in the latest versions, by kind; one query by the time index."""
    changed: dict[str, set[int]] = defaultdict(set)
    for model, pk in Version.objects.values_list("model", "record_id")[:latest]:
        changed[model].add(pk)
    return changed


def _new(table: Any, latest: int, **changed: set[int]) -> Any:
    """The rows of `table` that are among the latest, or belong to a record changed lately."""
    rows = table.objects.order_by("-pk")
    newest = table.objects.order_by("-pk").values("pk")[:latest]
    condition = Q(pk__in=[row["pk"] for row in newest])
    for name, ids in changed.items():
        if ids:
            condition |= Q(**{f"{name}__in": ids})
    return rows.filter(condition)


def outside_lifetime(changed: dict[str, set[int]], latest: int, most: int) -> list[Contradiction]:
    """Events that are certainly before a participant's birth or after the death.

    Whom an event was about need not have been alive.
    """
    rows = (
        _new(
            Participation,
            latest,
            event=changed["events.event"],
            person=changed["people.person"],
        )
        .filter(
            Q(event__span_earliest__gt=F("person__died_latest"))
            | Q(event__span_latest__lt=F("person__born_earliest"))
        )
        .exclude(part=Participation.Part.SUBJECT)
        .select_related("event", "person")
    )
    problems = []
    for row in rows[:most]:
        event, person = row.event, row.person
        if person.died and event.span.earliest > person.died.latest:
            when = f"after {person} died ({person.died.display()})"
        else:
            when = f"before {person} was born ({person.born.display()})"
        problems.append(
            Contradiction("lifetime", event, f"{event} ({event.span.display()}) is {when}.")
        )
    return problems


def seats_taken_twice(new_tenures: list[Tenure], most: int) -> list[Contradiction]:
    """Two people who certainly held one office with a single seat on the same days.

    A successor who takes over on the day the other leaves holds it after him, not with him; spans
    known to the year only never contradict by that year.
    """
    offices = {(each.power_base_id, each.office) for each in new_tenures if each.sole_holder}
    if not offices:
        return []
    held: dict[tuple[int, str], list[Tenure]] = defaultdict(list)
    candidates = Tenure.objects.filter(
        sole_holder=True,
        power_base__in={base for base, _ in offices},
        office__in={office for _, office in offices},
    )
    for tenure in candidates.select_related("person").order_by("span_sort", "pk"):
        if (tenure.power_base_id, tenure.office) in offices:
            held[(tenure.power_base_id, tenure.office)].append(tenure)
    problems = []
    for (_, office), tenures in held.items():
        for one, other in _near(tenures):
            if one.person_id != other.person_id and _certainly_together(one, other):
                problems.append(
                    Contradiction(
                        "office",
                        other.person,
                        f"{one.person} ({_held(one)}) and {other.person} ({_held(other)}) both "
                        f"hold “{office}”, which has one seat.",
                    )
                )
                if len(problems) == most:
                    return problems
    return problems


def _near(tenures: list[Tenure]) -> Iterator[tuple[Tenure, Tenure]]:
    """The pairs whose spans may touch, of tenures in order of their beginning."""
    for number, one in enumerate(tenures):
        for other in tenures[number + 1 :]:
            if other.span_sort > one.span_latest:  # type: ignore[attr-defined]
                break
            yield one, other


def _held(tenure: Tenure) -> str:
    return tenure.span.display() if tenure.span else ""


def _certainly_together(one: Tenure, other: Tenure) -> bool:
    """True when the later of the two surely began before the other's end."""
    bounds = []
    for tenure in (one, other):
        span = tenure.span
        assert span is not None  # the database keeps a span for every tenure
        # An open end may be any day after the start: nothing about it is certain but that day.
        end = span.end.earliest if span.end else span.start.latest if span.start else None
        start = span.start.latest if span.start else None
        if start is None or end is None:
            return False
        bounds.append((start, end))
    (start, end), (later, last) = sorted(bounds)
    return later < end and start < last


def offices_without_their_body(new_tenures: list[Tenure], most: int) -> list[Contradiction]:
    """Offices that were certainly held on days before their body existed, or after it ended.

    Only known ends of an office are compared: one that began in 1953 may have begun in any of its
    days.
    """
    outside = [(tenure, _outside(tenure)) for tenure in new_tenures]
    return [
        Contradiction(
            "office",
            tenure.person,
            f"{tenure.person} holds “{tenure.office}” ({_held(tenure)}) {when}.",
        )
        for tenure, when in outside
        if when
    ][:most]


def _outside(tenure: Tenure) -> str:
    """How an office certainly lies outside the time of its body; blank where it may lie inside."""
    span, body = tenure.span, tenure.power_base.span
    if span is None or body is None:
        return ""
    start, end = span.start, span.end
    name = tenure.power_base
    if start and body.start and start.latest < body.start.earliest:
        return f"before {name} existed ({body.display()})"
    if end and body.end and end.earliest > body.end.latest:
        return f"after {name} ended ({body.display()})"
    return ""


def reversed_too_early(changed: dict[str, set[int]], latest: int, most: int) -> list[Contradiction]:
    """Reforms whose reversal may lie before their beginning.

    The database refuses what is certain. Left are dates that are not exact enough to tell: carried
    out on 10 May 1957, reversed “1957”.
    """
    rows = _new(Reform, latest, pk=changed["reforms.reform"]).filter(
        reversed_earliest__lt=F("span_earliest")
    )
    return [
        Contradiction(
            "reversal",
            reform,
            f"{reform} was reversed {reform.reversed.display()}, which may be before it began "
            f"({reform.span.display()}). Give the reversal more exactly.",
        )
        for reform in rows[:most]
    ]


def figures_from_the_future(
    changed: dict[str, set[int]], latest: int, most: int
) -> list[Contradiction]:
    """Figures for a time after the source they are cited from was published."""
    rows = (
        _new(
            Citation,
            latest,
            statistic=changed["reforms.statistic"],
            source=changed["sources.source"],
        )
        .filter(statistic__date_earliest__gt=F("source__issued_latest"))
        .select_related("statistic__measure", "source")
    )
    return [
        Contradiction(
            "figure",
            row.statistic,
            f"{row.statistic.measure}, {row.statistic.date.display()}, is cited from "
            f"{row.source}, published {row.source.issued.display()}.",
        )
        for row in rows[:most]
    ]
