"""Where something is known from, and what that evidence is worth for one record."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from records.fields import HistoricalDateField, date_constraints
from records.models import Identified, Published, Sluggable, exactly_one
from sources.querysets import CitationQuerySet

# Record types that evidence can be given for, in the order in which forms list them.
CITED = [
    "person",
    "power_base",
    "tenure",
    "reform",
    "effect",
    "measure",
    "statistic",
    "event",
]


class Checked(models.TextChoices):
    """How far the evidence was followed up by whoever entered it."""

    READ = "read", "Passage read"
    EXISTS = "exists", "Work exists; passage not re-read"
    TRADITION = "tradition", "Course tradition; not evidence"


class Source(Sluggable, Published):
    class Kind(models.TextChoices):
        CLASS_NOTES = "class_notes", "Class notes"
        PRIMARY = "primary", "Primary source"
        MONOGRAPH = "monograph", "Book"
        ARTICLE = "article", "Article or chapter"
        PRESS = "press", "Press"
        REFERENCE = "reference", "Reference work"
        COURSE_TRADITION = "course_tradition", "Course tradition"

    needs_citation = False

    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=16, choices=Kind)
    author = models.CharField(
        max_length=200, blank=True, help_text="Leave empty when it is not known."
    )
    publisher = models.CharField(
        max_length=200,
        blank=True,
        help_text="Publisher, journal, newspaper or archive, as it should stand in a reference.",
    )
    issued = HistoricalDateField(
        "published or written", help_text="When it was published, or written if that is older."
    )
    url = models.URLField("web address", max_length=500, blank=True)
    licence = models.CharField(
        max_length=100, blank=True, help_text="For example “CC BY 4.0”. Leave empty if unknown."
    )
    checked = models.CharField(
        "how far it was checked",
        max_length=9,
        choices=Checked,
        default=Checked.EXISTS,
        help_text="Readers see this beside the source.",
    )
    nature = models.TextField(blank=True, help_text="What kind of thing it is.")
    origin = models.TextField(blank=True, help_text="Who made it, where and when.")
    purpose = models.TextField(blank=True, help_text="Why it was made, and for whom.")
    value = models.TextField(blank=True, help_text="What it is good evidence for.")
    limits = models.TextField(blank=True, help_text="What it cannot tell, or may distort.")
    note = models.TextField(blank=True, help_text="Anything else a reader should know about it.")

    class Meta:
        ordering = ["title", "id"]
        constraints = [
            *Published.Meta.constraints,
            *date_constraints("issued"),
            models.CheckConstraint(condition=~Q(title=""), name="source_has_a_title"),
        ]
        indexes = [
            models.Index(fields=["status", "title", "id"], name="source_by_title"),
            models.Index(fields=["status", "kind", "title", "id"], name="source_by_kind"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("sources:source", args=[self.slug])

    @property
    def short_reference(self) -> str:
        """Author (or title) and date, as in a margin note: “Moshe Lewin, 2005”."""
        name = self.author or self.title
        return f"{name}, {self.issued.display()}" if self.issued else name


class Citation(Identified):
    """Evidence for exactly one record.

    Each kind of record has a foreign key of its own, named as text, so that this room stays under
    the rooms it serves and the database keeps every link whole.
    """

    class Stance(models.TextChoices):
        SUPPORTS = "supports", "Supports"
        QUALIFIES = "qualifies", "Qualifies"
        DISPUTES = "disputes", "Disputes"

    person = models.ForeignKey(
        "people.Person",
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="citations",
    )
    power_base = models.ForeignKey(
        "people.PowerBase",
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="citations",
    )
    tenure = models.ForeignKey(
        "people.Tenure",
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="citations",
    )
    reform = models.ForeignKey(
        "reforms.Reform",
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="citations",
    )
    effect = models.ForeignKey(
        "reforms.Effect",
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="citations",
    )
    measure = models.ForeignKey(
        "reforms.Measure",
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="citations",
    )
    statistic = models.ForeignKey(
        "reforms.Statistic",
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="citations",
    )
    event = models.ForeignKey(
        "events.Event",
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="citations",
    )
    source = models.ForeignKey(Source, models.PROTECT, related_name="citations")
    locator = models.CharField(
        "place in the source",
        max_length=200,
        help_text="Where to find it: “chapter 13”, “p. 412”, “article of 4 May”. Readers see it.",
    )
    claim = models.CharField(
        "statement it bears on",
        max_length=300,
        blank=True,
        help_text="The one statement in this record that the evidence is about, in your own "
        "words. Leave empty when it bears on the record as a whole.",
    )
    stance = models.CharField(max_length=9, choices=Stance, default=Stance.SUPPORTS)
    checked = models.CharField(
        "how far it was checked", max_length=9, choices=Checked, default=Checked.READ
    )
    quotation = models.TextField(
        blank=True, help_text="Word for word, and short. Readers see it in quotation marks."
    )
    note = models.TextField(
        blank=True, help_text="What the evidence says, and why it qualifies or disputes."
    )
    order = models.PositiveSmallIntegerField(default=0, help_text="Lower numbers come first.")

    objects: Any = CitationQuerySet.as_manager()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(
                condition=exactly_one(CITED), name="citation_is_about_exactly_one_record"
            ),
            models.CheckConstraint(condition=~Q(locator=""), name="citation_has_a_locator"),
            models.CheckConstraint(
                condition=Q(stance__in=["supports", "qualifies", "disputes"]),
                name="citation_stance_is_known",
            ),
        ]
        indexes = [
            # Only the rows that have one: with all the others in it, a planner takes an index of
            # few measures for one that finds a thousand rows at a time, and leaves it alone.
            *(
                models.Index(
                    fields=[name],
                    condition=Q(**{f"{name}__isnull": False}),
                    name=f"citation_of_{name}",
                )
                for name in CITED
            ),
            models.Index(fields=["stance", "id"], name="citation_by_stance"),
        ]

    def __str__(self) -> str:
        return f"{self.get_stance_display()}: {self.locator}"

    @property
    def record(self) -> Any:
        """The one record that this is evidence for."""
        for name in CITED:
            if getattr(self, f"{name}_id") is not None:
                return getattr(self, name)
        return None

    def clean(self) -> None:
        super().clean()
        if not self.locator.strip():
            raise ValidationError(
                {"locator": "Say where in the source, for example “chapter 13” or “p. 412”."}
            )
        if sum(getattr(self, f"{name}_id") is not None for name in CITED) > 1:
            raise ValidationError("A citation is evidence for one record only: choose one.")
