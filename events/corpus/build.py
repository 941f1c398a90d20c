"""A big invented corpus, the same for the same seed, to try lists, searches and pages against.

Every slug and public id begins with `corpus-`, every course title with “Corpus”, and every source
says that it is made up: nobody can take any of it for history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from events.corpus.rows import PREFIX, Rows, Sizes
from events.models import Course, Event, Participation, Topic, TopicEntry
from people.models import Person, PowerBase, PowerBaseKind, Tenure
from reforms.models import Effect, Measure, Reform, Statistic
from sources.models import Citation, Source

BATCH = 2_000


class Corpus:
    """Writes one corpus. `step` is told the name of each model and how many rows were written."""

    def __init__(self, events: int, seed: int, step: Callable[[str, int], None]) -> None:
        self.sizes = Sizes.of(events)
        self.step = step
        self.rows = Rows(self.sizes, seed, timezone.now())

    def write(self) -> None:
        """Write everything, one transaction per model."""
        rows = self.rows
        rows.sources = self.save(Source, rows.make_sources())
        rows.courses = self.save(Course, rows.make_courses())
        self.save(Course.bibliography.through, rows.make_bibliography())
        rows.topics = self.save(Topic, rows.make_topics())
        rows.kinds_of_power = self.save(PowerBaseKind, rows.make_kinds_of_power())
        self.keep("power_base", self.save(PowerBase, rows.make_power_bases()))
        self.keep("person", self.save(Person, rows.make_people()))
        self.keep("tenure", self.save(Tenure, rows.make_tenures()))
        self.keep("reform", self.save(Reform, rows.make_reforms()))
        self.save(Reform.initiators.through, rows.make_initiators())
        self.keep("effect", self.save(Effect, rows.make_effects()))
        self.keep("measure", self.save(Measure, rows.make_measures()))
        self.keep("statistic", self.save(Statistic, rows.make_statistics()))
        self.keep("event", self.save(Event, rows.make_events()))
        self.save(Event.reforms.through, rows.make_event_reforms())
        self.save(Participation, rows.make_participations())
        self.save(TopicEntry, rows.make_entries())
        self.save(Citation, rows.make_citations())

    def save(self, model: type[models.Model], rows: Iterable[Any]) -> list[int]:
        """Write rows in batches and return their primary keys in order."""
        label = str(model._meta.verbose_name_plural)
        keys: list[int] = []
        stream = iter(rows)
        self.step(label, 0)
        with transaction.atomic():
            while batch := list(islice(stream, BATCH)):
                model._default_manager.bulk_create(batch)
                keys += [row.pk for row in batch]
                self.step(label, len(batch))
        return keys

    def keep(self, kind: str, keys: list[int]) -> None:
        """Remember the records of a kind by course; row n belongs to course n modulo courses."""
        count = self.sizes.courses
        self.rows.of_course[kind] = [keys[course::count] for course in range(count)]


def exists() -> bool:
    """True if there is a corpus in the database, or what an interrupted run left of one."""
    return Source.objects.filter(slug__startswith=PREFIX).exists()


def delete(step: Callable[[str, int], None]) -> None:
    """Remove the corpus, straight in the database.

    Its addresses are not kept as past addresses: the next corpus has the same ones.
    """
    named = {"slug__startswith": PREFIX}
    rows: list[Any] = [
        Citation.objects.filter(public_id__startswith=PREFIX),
        TopicEntry.objects.filter(topic__slug__startswith=PREFIX),
        Participation.objects.filter(event__slug__startswith=PREFIX),
        Event.reforms.through._default_manager.filter(event__slug__startswith=PREFIX),
        Reform.initiators.through._default_manager.filter(reform__slug__startswith=PREFIX),
        Course.bibliography.through._default_manager.filter(course__slug__startswith=PREFIX),
        Statistic.objects.filter(public_id__startswith=PREFIX),
        Effect.objects.filter(public_id__startswith=PREFIX),
        Tenure.objects.filter(public_id__startswith=PREFIX),
        *(
            model._default_manager.filter(**named)
            for model in (
                *(Event, Measure, Reform, PowerBase, PowerBaseKind, Person, Topic, Course, Source),
            )
        ),
    ]
    with transaction.atomic():
        for queryset in rows:
            step(f"removing {queryset.model._meta.verbose_name_plural}", 0)
            queryset._raw_delete(queryset.db)
