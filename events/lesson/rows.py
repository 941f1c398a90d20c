"""What a lesson is written in: the rows of a topic that hold its sections and its positions.

Django looks for them in `events.models`, which imports them.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower, Replace

from events.querysets import PositionEvidenceQuerySet, PositionQuerySet, SectionQuerySet
from records.fields import ProseField
from records.kinds import title_of
from records.models import AboutOneRecord, Identified


class Section(Identified):
    """A part of a topic's lesson: a heading, and prose that says what it rests on.

    How the prose names records and sources: `events.lesson`.
    """

    topic = models.ForeignKey("Topic", models.CASCADE, related_name="sections")
    order = models.PositiveSmallIntegerField(default=0, help_text="Lower numbers come first.")
    heading = models.CharField(max_length=200, help_text="For example “Why Malenkov fell”.")
    text = ProseField(
        help_text="What a student reads. Markdown. Link what you name: “[the Secret Speech]"
        "(event:secret-speech)”. Cite what you say, at the end of the sentence: "
        "“[@lewin-2005, chapter 13]”. Every paragraph needs one of the two."
    )

    # The field whose prose names records and sources.
    lesson_text: ClassVar[str] = "text"

    objects: Any = SectionQuerySet.as_manager()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(heading=""), name="section_has_a_heading"),
            models.CheckConstraint(condition=~Q(text=""), name="section_has_a_text"),
        ]
        indexes = [models.Index(fields=["topic", "order", "id"], name="section_in_order")]

    def __str__(self) -> str:
        return self.heading

    @property
    def in_words(self) -> str:
        """Where it stands, for what is said of its mistakes."""
        return f"Section “{self.heading}”"


class Letter(models.TextChoices):
    """The letter of a position, by which readers and its evidence name it."""

    A = "A", "A"
    B = "B", "B"
    C = "C", "C"


class Position(Identified):
    """One answer to the question of a topic, for and against which there is evidence."""

    topic = models.ForeignKey("Topic", models.CASCADE, related_name="positions")
    letter = models.CharField(
        max_length=1,
        choices=Letter,
        help_text="The positions stand side by side in this order. Their evidence names them by "
        "it.",
    )
    name = models.CharField(
        "short name", max_length=60, help_text="Two or three words, for example “Patronage”."
    )
    statement = models.CharField(
        max_length=300,
        help_text="What somebody who holds it would answer, in one sentence: “Khrushchev won "
        "because he controlled the party’s appointments.”",
    )

    objects: Any = PositionQuerySet.as_manager()

    class Meta:
        ordering = ["letter", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(letter__in=["A", "B", "C"]), name="position_letter_is_known"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="position_has_a_name"),
            models.CheckConstraint(condition=~Q(statement=""), name="position_has_a_statement"),
            models.UniqueConstraint(
                fields=["topic", "letter"], name="position_letter_is_unique_in_its_topic"
            ),
            models.UniqueConstraint(
                "topic",
                Lower(Replace("statement", Value(" "), Value(""))),
                name="positions_of_a_topic_differ",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.letter}. {self.name}"

    def clean(self) -> None:
        super().clean()
        same = next(
            (
                other
                for other in Position.objects.filter(topic=self.topic_id).exclude(pk=self.pk)
                if other.says == self.says
            ),
            None,
        )
        if same is not None:
            raise ValidationError(
                {"statement": f"Position {same.letter} says this already. {DIFFER}"}
            )

    @property
    def says(self) -> str:
        """The statement without what makes no difference: spaces, and capitals."""
        return "".join(self.statement.split()).casefold()


# What to do about two positions that are one.
DIFFER = (
    "Say what tells yours apart, for example “He won because the army was on his side.”, or remove "
    "it."
)


class PositionEvidence(Identified, AboutOneRecord):
    """What speaks for a position, or limits it: a record of the history, or a historian's view.

    A historian's view is about a source. Every piece says what it shows, and cites where that is
    found, in prose that names records and sources as a section's does (`events.lesson`).
    """

    class Stance(models.TextChoices):
        SUPPORTS = "supports", "Supports it"
        LIMITS = "limits", "Limits it"

    topic = models.ForeignKey("Topic", models.CASCADE, related_name="evidence")
    position = models.CharField(
        "for which position",
        max_length=1,
        choices=Letter,
        help_text="The letter of the position that it supports or limits.",
    )
    order = models.PositiveSmallIntegerField(
        "strength", default=1, help_text="1 is the strongest of its position, and stands first."
    )
    stance = models.CharField("what it does", max_length=8, choices=Stance, default="supports")
    why = ProseField(
        max_length=2_000,
        help_text="What it shows, and why that supports or limits the position, in one or two "
        "sentences. Cite where that is found: “They voted on 22 June [@freeze, ch. 13].” For a "
        "historian’s view, choose the source and put the view in your own words.",
    )
    kinds: ClassVar[list[str]] = []
    about_name = "position_evidence"
    rule_name = "position_evidence_is_exactly_one_record"
    lesson_text: ClassVar[str] = "why"

    objects: Any = PositionEvidenceQuerySet.as_manager()

    class Meta:
        verbose_name = "piece of evidence"
        verbose_name_plural = "position evidence"
        ordering = ["position", "order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(position__in=["A", "B", "C"]), name="position_evidence_letter_is_known"
            ),
            models.CheckConstraint(
                condition=Q(stance__in=["supports", "limits"]),
                name="position_evidence_stance_is_known",
            ),
            models.CheckConstraint(condition=~Q(why=""), name="position_evidence_says_why"),
        ]
        indexes = [
            models.Index(
                fields=["topic", "position", "order", "id"], name="position_evidence_in_order"
            )
        ]

    def __str__(self) -> str:
        return f"{self.position}, {self.get_stance_display().lower()}"

    @property
    def in_words(self) -> str:
        """Where it stands, for what is said of its mistakes."""
        return f"Position {self.position}, evidence “{title_of(self.record)}”"

    def clean(self) -> None:
        super().clean()
        chosen = [n for n in self.kinds if getattr(self, f"{n}_id") is not None]
        if len(chosen) != 1:
            raise ValidationError(
                "Evidence is exactly one record or source: choose one, for example one event"
                + (f" (now chosen: {', '.join(chosen)})." if chosen else ".")
            )
