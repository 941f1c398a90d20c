"""Where teachers have arranged a record: the topics in which readers meet it.

The app that arranges records stands above those whose records it arranges, so it says once, with
`arrange_by`, which model its entries are.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from records.querysets import owner_is_published

_ENTRIES: list[Any] = []


def arrange_by(entry: Any) -> None:
    """Say that records stand in topics as rows of `entry`, an `AboutOneRecord` with a `topic`."""
    _ENTRIES[:] = [entry]


def entry_model() -> Any:
    """The model of the rows by which records stand in topics."""
    [entry] = _ENTRIES
    return entry


def entries() -> QuerySet[Any]:
    """The entries of every published topic; whether readers may see their records is not asked."""
    entry = entry_model()
    return entry._base_manager.filter(owner_is_published(entry, "topic"))


def topics_showing(condition: Q) -> QuerySet[Any]:
    """Published topics with an entry that meets a condition, in the order of courses.

    In: a condition on entries that only public records meet, such as
    `Q(person=khrushchev) | Q(tenure__in=khrushchev.tenures.published())`. Out: topics with their
    course loaded; one query.
    """
    entry = entry_model()
    topic: Any = entry._meta.get_field("topic").related_model
    # From the few entries to their topics: each key in the condition has an index of its own.
    return (
        topic.objects.published()
        .filter(pk__in=entry._base_manager.filter(condition).values("topic"))
        .select_related("course")
        .order_by("course__sort_key", "course_id", "order", "id")
    )
