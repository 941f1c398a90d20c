"""One order in time over every dated kind of record, for the timeline page and the API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from events.models import Course, Topic
from people.models import Person, PowerBase
from records.courses import belongs_to_one
from records.kinds import TimelineFacts, timeline_kinds
from records.paging import WovenKeyset

# The kinds on the timeline, in the order of their lanes, with the heading of each.
FACTS: dict[str, tuple[Any, TimelineFacts]] = {
    kind.name: (kind.model, kind.timeline) for kind in timeline_kinds() if kind.timeline
}
KINDS = {name: facts.heading for name, (_, facts) in FACTS.items()}
# Only dated records come here, so no query need look for undated ones.
ORDER = WovenKeyset(("span_sort", "id"), tuple(KINDS), listing="timeline", nulls=False)


def timeline(
    *,
    kinds: set[str] | None = None,
    first: int | None = None,
    last: int | None = None,
    topic: Topic | None = None,
    course: Course | None = None,
    person: Person | None = None,
    power_base: PowerBase | None = None,
    at_least: int = 1,
    begins: bool = False,
    taught_in: Sequence[Course] = (),
) -> dict[str, QuerySet[Any]]:
    """The public, dated records of each kind, filtered; page them with `ORDER`.

    In: kinds (names of `KINDS`; None: all), days between which a record's date must fall at least
    partly (day numbers, None: open), the topic it stands in or the course it belongs to, a person
    who took part in it, began it or held it, a power base it changed or rested on, the least
    significance of events, whether a record must begin between the days, not only touch them, and
    the courses to one of which it must belong if it is of a kind that shows only what is taught.
    Out: a queryset per kind asked for.
    """
    querysets: dict[str, QuerySet[Any]] = {}
    for kind in KINDS if kinds is None else [kind for kind in KINDS if kind in kinds]:
        model, facts = FACTS[kind]
        records = facts.narrow(
            _with(model.objects.published(), facts.needs),
            person=person,
            power_base=power_base,
            at_least=at_least,
        )
        if topic is not None:
            entries = topic.entries.filter(**{f"{kind}__isnull": False}).values(kind)
            records = records.filter(pk__in=entries)
        if course is not None:
            records = records.in_course(course)
        if taught_in and facts.only_taught:
            records = records.filter(belongs_to_one(model, taught_in))
        records = records.filter(span_sort__isnull=False)
        querysets[kind] = (
            _begun(records, first, last) if begins else records.within("span", first, last)
        )
    return querysets


def in_brief(querysets: dict[str, QuerySet[Any]]) -> dict[str, QuerySet[Any]]:
    """The same records with no more than their names, dates and addresses; for long lists."""
    return {
        kind: _in_brief(records, FACTS[kind][1].named_by) for kind, records in querysets.items()
    }


def _in_brief(records: Any, columns: tuple[str, ...]) -> Any:
    if not columns:
        return records
    others = sorted({column.partition("__")[0] for column in columns if "__" in column})
    dates = ("span_edtf", "span_text", "span_sort")
    return _with(records.select_related(None), tuple(others)).only(*columns, *dates)


def _with(records: Any, needs: tuple[str, ...]) -> Any:
    # Without a name, select_related() would follow everything.
    return records.select_related(*needs) if needs else records


def _begun(records: Any, first: int | None, last: int | None) -> Any:
    """The records that begin between two days; the index that they are read by has those days."""
    if first is not None:
        records = records.filter(span_sort__gte=first)
    return records if last is None else records.filter(span_sort__lte=last)
