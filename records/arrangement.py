"""Where teachers have arranged a record: the topics in which readers meet it."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet


def topics_showing(entries: Q) -> QuerySet[Any]:
    """Published topics with an entry that meets a condition, in the order of courses.

    In: a condition on `events.TopicEntry` that only public records meet, such as
    `Q(person=khrushchev) | Q(tenure__in=khrushchev.tenures.published())`. Out: topics with their
    course loaded; one query.
    """
    # Named as text: every kind of record stands in topics, and all of them stand above this room.
    topic = apps.get_model("events", "Topic")
    entry = apps.get_model("events", "TopicEntry")
    # From the few entries to their topics: each key in the condition has an index of its own.
    return (
        topic.objects.published()
        .filter(pk__in=entry.objects.filter(entries).values("topic"))
        .select_related("course")
        .order_by("course__title", "course_id", "order", "id")
    )
