"""Events, and the courses and topics in which teachers arrange every kind of record."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from events.lesson.rows import Position, PositionEvidence, Section
from events.querysets import (
    EventQuerySet,
    ParticipationQuerySet,
    TopicEntryQuerySet,
    TopicQuerySet,
)
from people.models import Person, PowerBase, Tenure
from records.fields import HistoricalDateField, ProseField, date_constraints
from records.kinds import Kind, kind_named, kind_of
from records.models import AboutOneRecord, Published, Sluggable, Undated
from records.routes import address
from records.sorting import SortKeyField
from reforms.models import Effect, Measure, Reform, Statistic
from sources.models import Citation, Source


class Event(Sluggable, Undated, Published):
    """Something that happened at a time."""

    class Significance(models.IntegerChoices):
        DETAIL = 1, "Detail"
        NOTABLE = 2, "Notable"
        TURNING_POINT = 3, "Turning point"

    dated_by = ("span",)

    title = models.CharField(max_length=200)
    sort_key = SortKeyField("title")
    span = HistoricalDateField("date", help_text="For example “25 February 1956”.")
    summary = ProseField(blank=True, help_text="What happened. Markdown.")
    significance = models.PositiveSmallIntegerField(
        choices=Significance,
        default=Significance.NOTABLE,
        help_text="Turning points stand out on the timeline.",
    )
    reforms = models.ManyToManyField(Reform, blank=True, related_name="events")
    participants = models.ManyToManyField(
        Person, through="Participation", blank=True, related_name="events"
    )

    objects: ClassVar[Any] = EventQuerySet.as_manager()

    class Meta:
        ordering = ["span_sort", "span_latest", "id"]
        constraints = [
            *Published.Meta.constraints,
            *date_constraints("span"),
            models.CheckConstraint(
                condition=Q(significance__gte=1, significance__lte=3),
                name="event_significance_is_1_to_3",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="event_has_a_title"),
        ]
        indexes = [
            models.Index(fields=["status", "span_sort", "id"], name="event_in_order"),
            models.Index(fields=["status", "sort_key", "id"], name="event_by_title"),
            models.Index(
                fields=["status", "significance", "span_sort", "id"], name="event_by_significance"
            ),
            models.Index(fields=["span_earliest", "span_latest"], name="event_by_span"),
            models.Index(fields=["status", "updated_at"], name="event_by_change"),
            models.Index(fields=["status", "published_at", "id"], name="event_by_publication"),
            models.Index(fields=["span_latest"], name="event_by_end"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("events:event", self.slug)


class Participation(models.Model):
    """A person's part in an event, or how the event was about somebody who had no part in it."""

    class Part(models.TextChoices):
        SUBJECT = "subject", "Its subject"

    event = models.ForeignKey(Event, models.CASCADE, related_name="participations")
    person = models.ForeignKey(Person, models.CASCADE, related_name="participations")
    role = models.CharField(
        max_length=120, blank=True, help_text="For example “arrested” or “gave the speech”."
    )
    part = models.CharField(
        "in what way",
        max_length=7,
        choices=Part,
        blank=True,
        help_text="Leave empty for somebody who took part. “Its subject” is for somebody whom the "
        "event was about, perhaps after their death: Stalin in the Secret Speech.",
    )
    order = models.PositiveSmallIntegerField(default=0, help_text="Lower numbers come first.")

    objects: Any = ParticipationQuerySet.as_manager()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["event", "person"], name="person_takes_part_in_an_event_once"
            ),
            models.CheckConstraint(
                condition=Q(part__in=["", "subject"]), name="participation_part_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.role or ("its subject" if self.is_subject else "took part")

    @property
    def is_subject(self) -> bool:
        """True for somebody whom the event was about; they need not have been there or alive."""
        return self.part == self.Part.SUBJECT


class Course(Sluggable, Published):
    needs_citation = False

    title = models.CharField(max_length=200)
    sort_key = SortKeyField("title")
    summary = ProseField(blank=True, help_text="What the course is about. Markdown.")
    span = HistoricalDateField("years covered", help_text="For example “1953–1964”.")
    licence = models.CharField(
        max_length=100, blank=True, help_text="The licence of the texts: “CC BY 4.0”."
    )
    bibliography = models.ManyToManyField(
        Source, blank=True, related_name="courses", help_text="Sources listed with the course."
    )
    turning_points = models.ManyToManyField(
        Event,
        blank=True,
        related_name="turning_points_of",
        help_text="The events whose days the power map of the course offers, the earliest first. "
        "Choose events that are dated to the day. With none chosen here, the map takes the events "
        "of the course that are marked as turning points.",
    )

    class Meta:
        ordering = ["sort_key", "id"]
        constraints = [*Published.Meta.constraints, *date_constraints("span")]
        indexes = [models.Index(fields=["status", "sort_key", "id"], name="course_by_title")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("events:course", self.slug)

    @cached_property
    def named(self) -> dict[str, set[str]]:
        """By kind, the keys of what the prose of its published topics names and cites, and of what
        speaks for and against their positions.
        """
        load_taught([self])
        named: dict[str, set[str]] = self.__dict__["named"]
        return named

    @cached_property
    def topic_ids(self) -> list[int]:
        """Its published topics by number: a condition for them would nest too deep for SQLite."""
        load_taught([self])
        ids: list[int] = self.__dict__["topic_ids"]
        return ids

    def with_drafts(self) -> Course:
        """The course with all its topics counted, as teachers see it."""
        load_taught([self], Topic.objects.all())
        return self


def load_taught(courses: Sequence[Course], topics: Any = None) -> None:
    """Give each of some courses `topic_ids` and `named`, with a few queries for all of them.

    In: the topics that count, if they are not those that readers see.
    """
    # Lazy, because the kinds that prose can name are declared from this module's models.
    from events.lesson.naming import keys_by_owner

    counted = Topic.objects.published() if topics is None else topics
    course_of = dict(counted.filter(course__in=courses).values_list("pk", "course"))
    texts = [*Section._base_manager.filter(topic__in=course_of).values_list("topic", "text")]
    # What weighs for and against: the records, and what is said of them.
    keys = {name: f"{name}__{kind_named(name).key_field}" for name in PositionEvidence.kinds}
    evidence = PositionEvidence._base_manager.filter(topic__in=course_of).order_by()
    weighed = [*evidence.values("topic", "why", *keys.values())]
    texts += [(row["topic"], row["why"]) for row in weighed]
    found = keys_by_owner((course_of[topic], text) for topic, text in texts)
    for row in weighed:
        for name, column in keys.items():
            if key := row[column]:
                found.setdefault(course_of[row["topic"]], {}).setdefault(name, set()).add(key)
    for course in courses:
        course.__dict__["topic_ids"] = [pk for pk, one in course_of.items() if one == course.pk]
        course.__dict__["named"] = found.get(course.pk, {})


class Topic(Sluggable, Published):
    """One enquiry of a course: a question, a short answer, and records in a teacher's order."""

    needs_citation = False
    needed_to_publish: ClassVar[dict[str, str]] = {
        "question": "Ask the question that the topic answers, for example “Why did Malenkov fall?” "
        "Readers see it under the title.",
        "short_answer": "Answer the question in a few sentences that name reasons. Readers see "
        "them first.",
    }

    course = models.ForeignKey(Course, models.CASCADE, related_name="topics")
    order = models.PositiveSmallIntegerField(
        "number", default=1, help_text="Its place in the course, from 1."
    )
    title = models.CharField(max_length=200)
    question = models.CharField(
        "enquiry question",
        max_length=300,
        blank=True,
        help_text="The question that the topic answers. A draft may do without.",
    )
    short_answer = ProseField(
        blank=True,
        help_text="The answer in a few sentences; readers see it first. A draft may do without. "
        "Markdown.",
    )
    summary = ProseField(blank=True, help_text="The topic in a few paragraphs. Markdown.")
    span = HistoricalDateField("years covered")

    objects: ClassVar[Any] = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["course_id", "order", "id"]
        constraints = [
            *Published.Meta.constraints,
            *date_constraints("span"),
            models.UniqueConstraint(
                fields=["course", "order"], name="topic_number_is_unique_in_its_course"
            ),
        ]
        indexes = [models.Index(fields=["status", "course", "order", "id"], name="topic_in_order")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("events:topic", self.slug)


class TopicEntry(AboutOneRecord):
    """One record in a topic, with the teacher's words about its part in the story."""

    class Role(models.TextChoices):
        CAUSE = "cause", "Cause"
        EVENT = "event", "Event"
        CONSEQUENCE = "consequence", "Consequence"
        SIGNIFICANCE = "significance", "Significance"

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="entries")
    order = models.PositiveSmallIntegerField(default=0, help_text="Lower numbers come first.")
    role = models.CharField(max_length=12, choices=Role, default=Role.EVENT)
    framing = ProseField(blank=True, help_text="What the record means for this topic. Markdown.")
    turning_point = models.BooleanField(
        "turning point",
        default=False,
        blank=True,
        help_text="The lesson begins with the turning points: five to seven events, each with "
        "what is written above as the sentence that says why it matters.",
    )
    kinds: ClassVar[list[str]] = []
    about_name = "topic_entries"
    rule_name = "topic_entry_shows_exactly_one_record"

    objects: Any = TopicEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "topic entries"
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(role__in=["cause", "event", "consequence", "significance"]),
                name="topic_entry_role_is_known",
            ),
            models.CheckConstraint(
                condition=Q(turning_point=False) | Q(event__isnull=False),
                name="turning_point_is_an_event",
            ),
        ]
        indexes = [models.Index(fields=["topic", "order", "id"], name="topic_entry_in_order")]

    def __str__(self) -> str:
        return f"{self.order}. {self.get_role_display()}"

    @property
    def facts(self) -> Kind:
        """The kind of the record, with what a page has to know of it."""
        return kind_of(self.record)

    @property
    def own_words(self) -> str:
        """What the record says of itself, below the teacher's words. Markdown."""
        name = self.facts.entry_text
        return getattr(self.record, name) if name else ""

    def clean(self) -> None:
        super().clean()
        chosen = [n for n in self.kinds if getattr(self, f"{n}_id") is not None]
        if len(chosen) != 1:
            raise ValidationError(
                "An entry shows exactly one record: choose one, for example one event"
                + (f" (now chosen: {', '.join(chosen)})." if chosen else ".")
            )
        if self.turning_point and self.event_id is None:
            raise ValidationError(
                {
                    "turning_point": "Only an event is a turning point, for example the Secret "
                    "Speech. Choose the event, or leave this empty."
                }
            )


# A figure may tell of an event. Its column stands where documents have it: after the reform's.
_event: models.ForeignKey[Any, Any] = models.ForeignKey(
    Event, models.SET_NULL, null=True, blank=True, related_name="statistics"
)
# Half a step on: two fields of one model with one counter would be equal to Django.
_event.creation_counter = Statistic._meta.get_field("reform").creation_counter + 0.5  # type: ignore[assignment]
_event.contribute_to_class(Statistic, "event")
# Few figures tell of an event. With all the others in it, a planner takes the index of the column
# for one that finds thousands of rows at a time, and reads every public figure instead.
Statistic._meta.indexes = [
    *Statistic._meta.indexes,
    models.Index(fields=["event"], condition=Q(event__isnull=False), name="statistic_of_event"),
]

Citation.accept(Event)
TopicEntry.accept(Event, Reform, Person, Tenure, PowerBase, Effect, Measure, Statistic)
PositionEvidence.accept(Event, Reform, Statistic, Measure, Tenure, Effect, Source)

# The names of the kinds that may stand in a topic, in the order in which forms list them.
ARRANGED = TopicEntry.kinds

# What a piece of evidence may be, and the rows whose prose names records and sources.
WEIGHED = PositionEvidence.kinds
WITH_PROSE = (Section, PositionEvidence)

__all__ = [
    "ARRANGED",
    "WEIGHED",
    "WITH_PROSE",
    "Course",
    "Event",
    "Participation",
    "Position",
    "PositionEvidence",
    "Section",
    "Topic",
    "TopicEntry",
]
