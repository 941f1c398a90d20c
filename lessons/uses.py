"""Where terms are used: in the topics that a teacher gave them, and in the texts that link them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models
from django.db.models import Q

from events.models import Topic
from lessons.models import Term
from records.courses import taught
from records.kinds import kinds, root_of

# As a lesson links a term: “[councils](term:sovnarkhoz)”.
_LINK = re.compile(r"\]\(term:([a-z0-9-]+)\)")


def topics_using(terms: Iterable[Term]) -> dict[int, list[Topic]]:
    """The public topics in which terms are used, each once, in the order of their courses.

    In: public terms, with their public topics as `public_topics`. Out: by the number of the term.
    One query for each kind of text that topics have, however many terms there are.
    """
    terms = list(terms)
    by_slug = {term.slug: term.pk for term in terms}
    used: dict[int, dict[int, Topic]] = defaultdict(dict)
    for term in terms:
        used[term.pk] = {topic.pk: topic for topic in term.public_topics}  # type: ignore[attr-defined]
    for topic, text in _linking_texts():
        for slug in _LINK.findall(text):
            if slug in by_slug:
                used[by_slug[slug]].setdefault(topic.pk, topic)
    return {
        pk: sorted(topics.values(), key=lambda topic: (topic.course_id, topic.order, topic.pk))
        for pk, topics in used.items()
    }


def terms_of(course: Any) -> Q:
    """The terms of a course: those that a teacher gave to its topics, and those that these link."""
    given = Term.topics.through._base_manager.filter(topic__in=course.topic_ids)
    linked = {
        slug
        for topic, text in _linking_texts()
        if topic.course_id == course.pk
        for slug in _LINK.findall(text)
    }
    return taught(Term, course) | Q(pk__in=given.values("term")) | Q(slug__in=linked)


def _linking_texts() -> Iterator[tuple[Topic, str]]:
    """The texts of public topics, and of their rows, that link a term."""
    for kind in kinds():
        model: Any = kind.model
        if model is not Topic and kind.owner != "topic":
            continue
        names = [c.name for c in model._meta.concrete_fields if isinstance(c, models.TextField)]
        links = Q()
        for name in names:
            links |= Q(**{f"{name}__contains": "(term:"})
        if not links:
            continue
        rows = model.objects.published().filter(links)
        if model is not Topic:
            rows = rows.select_related("topic")
        for row in rows:
            for name in names:
                yield root_of(row), getattr(row, name)
