"""Where something is known from, and what that evidence is worth for one record."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from records.dates import HistoricalDate
from records.fields import HistoricalDateField, ProseField, date_constraints
from records.models import AboutOneRecord, Identified, Published, Sluggable
from records.pictures.models import Pictured
from records.routes import address
from records.sorting import SortKeyField
from sources.querysets import CitationQuerySet


class Checked(models.TextChoices):
    """How far the evidence was followed up by whoever entered it."""

    READ = "read", "Passage read"
    EXISTS = "exists", "Not read yet, but the work exists"
    TRADITION = "tradition", "Course tradition; not evidence"


class Source(Sluggable, Published, Pictured):
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
    sort_key = SortKeyField("title")
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
    nature = ProseField(blank=True, help_text="What kind of thing it is.")
    origin = ProseField(blank=True, help_text="Who made it, where and when.")
    purpose = ProseField(blank=True, help_text="Why it was made, and for whom.")
    value = ProseField(blank=True, help_text="What it is good evidence for.")
    limits = ProseField(blank=True, help_text="What it cannot tell, or may distort.")
    note = ProseField(blank=True, help_text="Anything else a reader should know about it.")

    class Meta:
        ordering = ["sort_key", "id"]
        constraints = [
            *Published.Meta.constraints,
            *Pictured.Meta.constraints,
            *date_constraints("issued"),
            models.CheckConstraint(condition=~Q(title=""), name="source_has_a_title"),
        ]
        indexes = [
            *Pictured.Meta.indexes,
            models.Index(fields=["status", "sort_key", "id"], name="source_by_title"),
            models.Index(fields=["status", "kind", "sort_key", "id"], name="source_by_kind"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("sources:source", self.slug)

    @property
    def short_reference(self) -> str:
        """Author (or title) and date, as in a margin note: “Moshe Lewin, 2005”."""
        date = self.issued if self.author else self.date_beside_title
        name = self.author or self.title
        return f"{name}, {date.display()}" if date else name

    @property
    def date_beside_title(self) -> HistoricalDate | None:
        """When it was issued, to be said after its title; None where the title ends with it.

        “Protocol of the joint meeting, 5 March 1953” has said its date. A year alone is said all
        the same: a title may end with the last of the years that it is about.
        """
        issued: HistoricalDate | None = self.issued
        words = issued.display() if issued else ""
        return None if " " in words and self.title.endswith(words) else issued


class Citation(Identified, AboutOneRecord):
    """Evidence for exactly one record, of a kind whose app says `Citation.accept`."""

    class Stance(models.TextChoices):
        SUPPORTS = "supports", "Supports"
        QUALIFIES = "qualifies", "Qualifies"
        DISPUTES = "disputes", "Disputes"

    kinds: ClassVar[list[str]] = []
    about_name = "citations"
    about_index = False
    rule_name = "citation_is_about_exactly_one_record"

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
        "how far it was checked", max_length=9, choices=Checked, default=Checked.EXISTS
    )
    quotation = ProseField(
        blank=True, help_text="Word for word, and short. Readers see it in quotation marks."
    )
    note = ProseField(
        blank=True, help_text="What the evidence says, and why it qualifies or disputes."
    )
    order = models.PositiveSmallIntegerField(default=0, help_text="Lower numbers come first.")

    # A citation stands under the record it is for, which says so once (see records.codec).
    owner_keys = kinds

    objects: Any = CitationQuerySet.as_manager()

    class Meta:
        ordering = ["order", "id"]
        constraints = [
            models.CheckConstraint(condition=~Q(locator=""), name="citation_has_a_locator"),
            models.CheckConstraint(
                condition=Q(stance__in=["supports", "qualifies", "disputes"]),
                name="citation_stance_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["stance", "id"], name="citation_by_stance"),
        ]

    def __str__(self) -> str:
        return f"{self.get_stance_display()}: {self.locator}"

    def give_to(self, record: Any) -> None:
        """Make the same place of the same source evidence for another record, or row, as well.

        What it says of a single statement, and its quotation, stay with this citation. A record
        that cites that place already gets nothing twice.
        """
        place = {"source": self.source, "locator": self.locator, "stance": self.stance}
        if not record.citations.filter(**place).exists():
            record.citations.create(**place, checked=self.checked)

    def clean(self) -> None:
        super().clean()
        if not self.locator.strip():
            raise ValidationError(
                {"locator": "Say where in the source, for example “chapter 13” or “p. 412”."}
            )
        if sum(getattr(self, f"{name}_id") is not None for name in self.kinds) > 1:
            raise ValidationError("A citation is evidence for one record only: choose one.")


# The names of the kinds that evidence can be given for, in the order of the apps.
CITED = Citation.kinds
