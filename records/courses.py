"""A course as a boundary: which records are its own, and which course a page stands in.

A course teaches what stands in its published topics and what the prose of their lessons names. Its
pages show that, and what each kind adds to it in its `kinds.py` (`Kind.in_course`): with a person
the offices held in the years of the course, with a reform its figures.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from records.arrangement import entry_model
from records.kinds import kind_of


def every_course() -> Any:
    """The courses in any state. The app that has them stands above those that ask."""
    topic: Any = entry_model()._meta.get_field("topic").related_model
    course: Any = topic._meta.get_field("course").related_model
    return course.objects.all()


def courses() -> Any:
    """The published courses by title."""
    return every_course().published().order_by("sort_key", "id")


def belongs_to(model: Any, course: Any) -> Q:
    """The condition that a record of `model` belongs to a course, as its kind says."""
    rule = kind_of(model).in_course
    return rule(course) if rule else taught(model, course)


def belongs_to_one(model: Any, some: Iterable[Any]) -> Q:
    """The condition that a record of `model` belongs to one of some courses, at least one."""
    return reduce(or_, (belongs_to(model, course) for course in some))


def taught(model: Any, course: Any) -> Q:
    """The condition that a record stands in a published topic of a course, or is named there."""
    kind = kind_of(model)
    condition = Q(pk__in=[])
    if kind.name in entry_model().kinds:
        rows = entry_model()._base_manager.filter(topic__in=course.topic_ids)
        shown = rows.filter(**{f"{kind.name}__isnull": False})
        condition = Q(pk__in=shown.values(kind.name))
    if keys := course.named.get(kind.name):
        condition |= Q(**{f"{kind.key_field}__in": keys})
    return condition


def reached(model: Any, course: Any, *paths: str) -> Q:
    """The condition that a relation leads from a record to one that a course teaches.

    In: relations of `model`, with two underscores between the steps: “participations__event”.
    """
    condition = Q()
    for path in paths:
        target = model
        for step in path.split("__"):
            target = target._meta.get_field(step).related_model
        known = target.objects.published().filter(taught(target, course))
        # By their numbers and not joined, so that no record is found several times.
        found = model._base_manager.filter(**{f"{path}__in": known.values("pk")})
        condition |= Q(pk__in=found.values("pk"))
    return condition
