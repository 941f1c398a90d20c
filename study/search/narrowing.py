"""Which entries a course and a topic leave."""

from __future__ import annotations

from typing import Any

from django.db import models

from events.models import Topic
from records.arrangement import entries
from records.dates import HistoricalDate
from records.kinds import Kind
from study.search.database import Narrowed
from study.search.documents import kinds_by_name
from study.search.index import catch_up
from study.search.models import SearchEntry


def narrowed_to(
    kind: str, course: Any, topic: Any, first: HistoricalDate | None, last: HistoricalDate | None
) -> Narrowed:
    """What all filters together leave. In: None, or a blank kind, for a filter that is not used."""
    among: tuple[int, ...] | None = None
    if course is not None or topic is not None:
        # What they leave is told by the entries there are.
        catch_up()
    if course is not None:
        among = of_course(course)
    if topic is not None:
        own = of_topic(topic)
        among = own if among is None else (*({*among} & {*own}),)
    return Narrowed(
        (kind,) if kind else (),
        first.earliest if first else None,
        last.latest if last else None,
        among,
    )


def of_course(course: Any) -> tuple[int, ...]:
    """The entries of what belongs to a course (`records.courses`), and of its topics.

    In: a public course.
    """
    records: dict[Kind, Any] = {}
    for kind in kinds_by_name().values():
        public = kind.model.objects.published()
        if kind.model is type(course):
            records[kind] = public.filter(pk=course.pk)
        elif kind.model is Topic:
            records[kind] = public.filter(course=course)
        elif _leads_to_topic(kind) and not _is_given_to_topics(kind):
            records[kind] = public.filter(topic__course=course)
        elif hasattr(public, "in_course"):
            records[kind] = public.in_course(course)
    return entries_of(records)


def of_topic(topic: Topic) -> tuple[int, ...]:
    """The entries of a public topic, of its parts, and of the records that stand in it."""
    shown = entries().filter(topic=topic)
    records: dict[Kind, Any] = {}
    for kind in kinds_by_name().values():
        public = kind.model.objects.published()
        if kind.model is Topic:
            records[kind] = public.filter(pk=topic.pk)
        elif _leads_to_topic(kind):
            records[kind] = public.filter(topic=topic)
        elif _is_given_to_topics(kind):
            records[kind] = public.filter(topics=topic)
        elif kind.name in shown.model.kinds:
            known = shown.filter(**{f"{kind.name}__isnull": False})
            records[kind] = public.filter(pk__in=known.values(kind.name))
    return entries_of(records)


def entries_of(conditions: dict[Kind, Any]) -> tuple[int, ...]:
    """The numbers of the entries of some records. In: by kind, the records."""
    found: list[int] = []
    for kind, records in conditions.items():
        numbers = records.order_by().values("pk")
        rows = SearchEntry.objects.filter(kind=kind.name, record_id__in=numbers)
        found += rows.values_list("pk", flat=True)
    return (*found,)


def _leads_to_topic(kind: Kind) -> bool:
    return _relation(kind, "topic") is not None


def _is_given_to_topics(kind: Kind) -> bool:
    return _relation(kind, "topics") is not None and kind.name != "course"


def _relation(kind: Kind, name: str) -> Any:
    """The field of that name by which rows of a kind name topics; None for none."""
    fields: list[Any] = [*kind.model._meta.fields, *kind.model._meta.many_to_many]
    found = next((field for field in fields if field.name == name), None)
    if not isinstance(found, models.ForeignKey | models.ManyToManyField):
        return None
    return found if found.related_model is Topic else None
