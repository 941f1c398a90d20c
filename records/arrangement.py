"""Where teachers have arranged a record: the topics in which readers meet it."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet


def topics_showing(entries: Q) -> QuerySet[Any]:
    """Published topics with a published entry that meets a condition, in the order of courses.

    In: a condition on `events.TopicEntry`, such as `Q(person=khrushchev)`. Out: topics with their
    course loaded; one query.
    """
    # Named as text: every kind of record stands in topics, and all of them stand above this room.
    topic = apps.get_model("events", "Topic")
    entry = apps.get_model("events", "TopicEntry")
    shown = entry.objects.published().filter(entries, topic=OuterRef("pk"))
    return (
        topic.objects.published()
        .filter(Exists(shown))
        .select_related("course")
        .order_by("course__title", "course_id", "order", "id")
    )
