"""Events, and the courses and topics in which teachers arrange every kind of record."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from events.querysets import (
    EventQuerySet,
    ParticipationQuerySet,
    TopicEntryQuerySet,
    TopicQuerySet,
)
from people.models import Person, PowerBase, Tenure
from records.fields import HistoricalDateField, date_constraints
from records.models import Published, Sluggable, Undated, exactly_one
from reforms.models import Effect, Measure, Reform, Statistic
from sources.models import Source

# Record types that may stand in a topic, in the order in which forms list them.
ARRANGED = [
    "event",
    "reform",
    "person",
    "tenure",
    "power_base",
    "effect",
    "measure",
    "statistic",
]


class Event(Sluggable, Undated, Published):
    """Something that happened at a time."""

    class Significance(models.IntegerChoices):
        DETAIL = 1, "Detail"
        NOTABLE = 2, "Notable"
        TURNING_POINT = 3, "Turning point"

    dated_by = ("span",)

    title = models.CharField(max_length=200)
    span = HistoricalDateField("date", help_text="For example “25 February 1956”.")
    summary = models.TextField(blank=True, help_text="What happened. Markdown.")
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
            models.Index(fields=["status", "title", "id"], name="event_by_title"),
            models.Index(
                fields=["status", "significance", "span_sort", "id"], name="event_by_significance"
            ),
            models.Index(fields=["span_earliest", "span_latest"], name="event_by_span"),
            models.Index(fields=["span_latest"], name="event_by_end"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("events:event", args=[self.slug])


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
    summary = models.TextField(blank=True, help_text="What the course is about. Markdown.")
    span = HistoricalDateField("years covered", help_text="For example “1953–1964”.")
    licence = models.CharField(
        max_length=100, blank=True, help_text="The licence of the texts: “CC BY 4.0”."
    )
    bibliography = models.ManyToManyField(
        Source, blank=True, related_name="courses", help_text="Sources listed with the course."
    )

    class Meta:
        ordering = ["title", "id"]
        constraints = [*Published.Meta.constraints, *date_constraints("span")]
        indexes = [models.Index(fields=["status", "title", "id"], name="course_by_title")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("events:course", args=[self.slug])


class Topic(Sluggable, Published):
    """One enquiry of a course: a question, a short answer, and records in a teacher's order."""

    needs_citation = False

    course = models.ForeignKey(Course, models.CASCADE, related_name="topics")
    order = models.PositiveSmallIntegerField(
        "number", default=1, help_text="Its place in the course, from 1."
    )
    title = models.CharField(max_length=200)
    question = models.CharField(
        "enquiry question", max_length=300, help_text="The question that the topic answers."
    )
    short_answer = models.TextField(
        help_text="The answer in a few sentences; readers see it first. Markdown."
    )
    summary = models.TextField(blank=True, help_text="The topic in a few paragraphs. Markdown.")
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
        return reverse("events:topic", args=[self.slug])


class TopicEntry(models.Model):
    """One record in a topic, with the teacher's words about its part in the story."""

    class Role(models.TextChoices):
        CAUSE = "cause", "Cause"
        EVENT = "event", "Event"
        CONSEQUENCE = "consequence", "Consequence"
        SIGNIFICANCE = "significance", "Significance"

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="entries")
    order = models.PositiveSmallIntegerField(default=0, help_text="Lower numbers come first.")
    role = models.CharField(max_length=12, choices=Role, default=Role.EVENT)
    framing = models.TextField(
        blank=True, help_text="What the record means for this topic. Markdown."
    )
    event = models.ForeignKey(
        Event, models.CASCADE, null=True, blank=True, related_name="topic_entries"
    )
    reform = models.ForeignKey(
        Reform, models.CASCADE, null=True, blank=True, related_name="topic_entries"
    )
    person = models.ForeignKey(
        Person, models.CASCADE, null=True, blank=True, related_name="topic_entries"
    )
    tenure = models.ForeignKey(
        Tenure, models.CASCADE, null=True, blank=True, related_name="topic_entries"
    )
    power_base = models.ForeignKey(
        PowerBase, models.CASCADE, null=True, blank=True, related_name="topic_entries"
    )
    effect = models.ForeignKey(
        Effect, models.CASCADE, null=True, blank=True, related_name="topic_entries"
    )
    measure = models.ForeignKey(
        Measure, models.CASCADE, null=True, blank=True, related_name="topic_entries"
    )
    statistic = models.ForeignKey(
        Statistic, models.CASCADE, null=True, blank=True, related_name="topic_entries"
    )

    objects: Any = TopicEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "topic entries"
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=exactly_one(ARRANGED), name="topic_entry_shows_exactly_one_record"
            ),
            models.CheckConstraint(
                condition=Q(role__in=["cause", "event", "consequence", "significance"]),
                name="topic_entry_role_is_known",
            ),
        ]
        indexes = [models.Index(fields=["topic", "order", "id"], name="topic_entry_in_order")]

    def __str__(self) -> str:
        return f"{self.order}. {self.get_role_display()}"

    @property
    def kind(self) -> str:
        """Which type of record the entry shows, a name from `ARRANGED`; blank before it is set."""
        return next((n for n in ARRANGED if getattr(self, f"{n}_id") is not None), "")

    @property
    def record(self) -> Any:
        """The one record that the entry shows."""
        return getattr(self, self.kind) if self.kind else None

    def clean(self) -> None:
        super().clean()
        chosen = [n for n in ARRANGED if getattr(self, f"{n}_id") is not None]
        if len(chosen) != 1:
            raise ValidationError(
                "An entry shows exactly one record: choose one, for example one event"
                + (f" (now chosen: {', '.join(chosen)})." if chosen else ".")
            )
