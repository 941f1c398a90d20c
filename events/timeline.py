"""One order in time over every dated kind of record, for the timeline page and the API."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from events.models import Course, Event, Topic, TopicEntry
from people.models import Person, PowerBase, Tenure
from records.keyset import WovenKeyset
from reforms.models import Reform

KINDS = {"event": "Events", "reform": "Reforms", "tenure": "Offices"}
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
) -> dict[str, QuerySet[Any]]:
    """The public, dated records of each kind, filtered; page them with `ORDER`.

    In: kinds (names of `KINDS`; None: all), days between which a record's date must fall at least
    partly (day numbers, None: open), the topic or the course it stands in, a person who took part
    in it, began it or held it, a power base it changed or rested on, the least significance of
    events, and whether a record must begin between the days, not only touch them.
    Out: a queryset per kind asked for. A kind that cannot match a filter is left out.
    """
    found: dict[str, QuerySet[Any]] = {}
    for kind in KINDS if kinds is None else [kind for kind in KINDS if kind in kinds]:
        records = _DATED[kind](person, power_base, at_least)
        if records is None:
            continue
        if topic is not None:
            entries = topic.entries.filter(**{f"{kind}__isnull": False}).values(kind)
            records = records.filter(pk__in=entries)
        if course is not None:
            topics = Topic.objects.published().filter(course=course)
            shown = TopicEntry.objects.filter(topic__in=topics, **{f"{kind}__isnull": False})
            records = records.filter(pk__in=shown.values(kind))
        records = records.filter(span_sort__isnull=False)
        found[kind] = (
            _begun(records, first, last) if begins else records.within("span", first, last)
        )
    return found


def _begun(records: Any, first: int | None, last: int | None) -> Any:
    """The records that begin between two days; the index that they are read by has those days."""
    if first is not None:
        records = records.filter(span_sort__gte=first)
    return records if last is None else records.filter(span_sort__lte=last)


def _events(person: Person | None, power_base: PowerBase | None, at_least: int) -> Any:
    events = Event.objects.published()
    if power_base is not None:
        reforms = Reform.objects.published().filter(effects__power_base=power_base)
        events = events.filter(reforms__in=reforms).distinct()
    if person is not None:
        events = events.filter(participations__person=person)
    return events.filter(significance__gte=at_least) if at_least > 1 else events


def _reforms(person: Person | None, power_base: PowerBase | None, at_least: int) -> Any:
    reforms = Reform.objects.published()
    if person is not None:
        reforms = reforms.filter(initiators=person)
    if power_base is not None:
        reforms = reforms.filter(Q(effects__power_base=power_base)).distinct()
    return reforms


def _tenures(person: Person | None, power_base: PowerBase | None, at_least: int) -> Any:
    tenures = Tenure.objects.published().select_related("person", "power_base")
    if person is not None:
        tenures = tenures.filter(person=person)
    return tenures.filter(power_base=power_base) if power_base is not None else tenures


_DATED = {"event": _events, "reform": _reforms, "tenure": _tenures}
