"""Pages of notes that were read in, and what became of each piece of them."""

from __future__ import annotations

import math

from django.conf import settings
from django.db import models
from django.db.models import Q

from events.models import Course, Topic
from records.fields import ProseField
from sources.models import Source


class NotesPage(models.Model):
    """A page of class notes that was read into drafts: who read it in, when, from which file.

    The text is kept as it was given, so that every draft can show the words that it came from.
    """

    course = models.ForeignKey(Course, models.PROTECT, related_name="notes_pages")
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        null=True,
        related_name="notes_pages",
        help_text="The notes as a source, which every draft that came of them cites; none once "
        "they were taken back.",
    )
    title = models.CharField(max_length=200, help_text="What the notes are called.")
    file_name = models.CharField(max_length=200, blank=True)
    text = ProseField(max_length=1_000_000)
    digest = models.CharField(
        max_length=64, help_text="SHA-256 of the text, by which the same notes are recognised."
    )
    made_at = models.DateTimeField("read in", auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="who",
        help_text="Empty for a command, or for an account that was deleted.",
    )
    taken_back_at = models.DateTimeField("taken back", null=True, blank=True)
    taken_back_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = "page of notes"
        verbose_name_plural = "pages of notes"
        ordering = ["-made_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["course", "digest"],
                condition=Q(taken_back_at__isnull=True),
                name="the_same_notes_are_read_into_a_course_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def as_source(self) -> Source:
        """The notes as a source; only of a page that was not taken back."""
        assert self.source is not None, "Notes that were taken back are no source any more."
        return self.source

    def topics(self) -> list[Topic]:
        """The topics of the notes in their order; those without a piece are the last."""
        first = dict(self.items.order_by("-order").values_list("topic", "order"))
        topics = Topic.objects.filter(pk__in=self._topic_ids())
        return sorted(topics, key=lambda topic: (first.get(topic.pk, math.inf), topic.order))

    def _topic_ids(self) -> set[int]:
        """The topics that its pieces stand in, and those that were made for it."""
        made = self.records.filter(model=Topic._meta.label_lower).values_list(
            "record_id", flat=True
        )
        used = self.items.exclude(topic=None).values_list("topic", flat=True)
        return {*made, *used}


class NotesItem(models.Model):
    """One piece of the notes: what it becomes, and what stands in its boxes.

    `boxes` are the texts as they were read or typed, by the name of the box; `problems` say what is
    wrong with them, by the same names. What is wrong is kept too: nothing that was typed is lost.
    """

    class Becomes(models.TextChoices):
        PERSON = "person", "Person"
        REFORM = "reform", "Reform"
        FIGURE = "figure", "Figure"
        EVENT = "event", "Event"
        CLAIM = "claim", "Claim to check"
        LATER = "later", "Not decided yet"
        NOTHING = "nothing", "Nothing"

    class Confidence(models.TextChoices):
        STATED = "stated", "The notes’ own words"
        LIKELY = "likely", "Likely"
        GUESS = "guess", "A guess"

    page = models.ForeignKey(NotesPage, models.CASCADE, related_name="items")
    topic = models.ForeignKey(Topic, models.SET_NULL, null=True, related_name="+")
    order = models.PositiveIntegerField()
    becomes = models.CharField(max_length=7, choices=Becomes, default=Becomes.LATER)
    words = ProseField(help_text="The piece of the notes.")
    line = models.PositiveIntegerField()
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    also = models.JSONField(default=list, help_text="Further places in the notes.")
    confidence = models.CharField(max_length=6, choices=Confidence, default=Confidence.STATED)
    doubt = ProseField(blank=True)
    boxes = models.JSONField(default=dict)
    problems = models.JSONField(default=dict)

    class Meta:
        verbose_name = "piece of notes"
        verbose_name_plural = "pieces of notes"
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end__gte=models.F("start")),
                name="a_piece_of_notes_ends_behind_its_start",
            ),
        ]
        indexes = [models.Index(fields=["page", "order", "id"], name="notes_item_in_order")]

    def __str__(self) -> str:
        return self.words[:80]


class NotesRecord(models.Model):
    """A record that a piece of notes became, or that it was found to mean.

    Named by kind and number, as versions are: it tells of records that were deleted since, too.
    Topics and the notes themselves as a source came of no single piece.
    """

    page = models.ForeignKey(NotesPage, models.CASCADE, related_name="records")
    item = models.ForeignKey(NotesItem, models.CASCADE, null=True, related_name="records")
    model = models.CharField("kind of record", max_length=40)
    record_id = models.BigIntegerField()
    made = models.BooleanField(help_text="Made from the notes; no for one that was there before.")
    version = models.PositiveIntegerField(
        default=1, help_text="Its version when the notes last wrote it."
    )

    class Meta:
        verbose_name = "record from notes"
        verbose_name_plural = "records from notes"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "model", "record_id"], name="a_piece_of_notes_names_a_record_once"
            ),
        ]
        indexes = [models.Index(fields=["model", "record_id"], name="notes_record_by_record")]

    def __str__(self) -> str:
        return f"{self.model} {self.record_id}"
