"""The words of a course, and what its notes claim."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from events.models import Event, Topic
from lessons.querysets import ClaimQuerySet
from people.models import Person, PowerBase, Tenure
from records.fields import ProseField
from records.models import AboutOneRecord, Identified, Published, Sluggable
from records.routes import address
from records.sorting import SortKeyField
from reforms.models import Effect, Measure, Reform, Statistic
from sources.models import Citation, Source


class Term(Sluggable, Published):
    """A word that a student has to know, explained in one sentence."""

    name = models.CharField(
        "term",
        max_length=120,
        help_text="As readers see it: “sovnarkhoz”. It stands in the glossary once.",
    )
    sort_key = SortKeyField("name")
    native_name = models.CharField(
        "in its own script", max_length=120, blank=True, help_text="For example “совнархоз”."
    )
    say = models.CharField(
        "how to say it",
        max_length=120,
        blank=True,
        help_text="In English letters, the stress in capitals: “sav-nar-KHOS”.",
    )
    other_names = models.CharField(
        "other spellings",
        max_length=300,
        blank=True,
        help_text="Other names and spellings, separated by semicolons.",
    )
    definition = models.CharField(
        max_length=300, help_text="What it means, in one sentence and in your own words."
    )
    topics = models.ManyToManyField(
        Topic,
        blank=True,
        related_name="terms",
        help_text="The topics in which a student needs it.",
    )

    class Meta:
        ordering = ["sort_key", "id"]
        constraints = [
            *Published.Meta.constraints,
            models.CheckConstraint(condition=~Q(name=""), name="term_has_a_name"),
            models.CheckConstraint(condition=~Q(definition=""), name="term_has_a_definition"),
            models.UniqueConstraint(Lower("name"), name="term_stands_in_the_glossary_once"),
        ]
        indexes = [models.Index(fields=["status", "sort_key", "id"], name="term_by_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("lessons:term", self.slug)

    def clean(self) -> None:
        super().clean()
        same = Term.objects.filter(name__iexact=self.name).exclude(pk=self.pk).first()
        if same is not None:
            raise ValidationError(
                {
                    "name": f"“{same.name}” is in the glossary already ({same.slug}). Change that "
                    "one, or tell yours apart, for example “congress (United States)”."
                }
            )


class Verdict(models.TextChoices):
    """What an editor finds of a claim. A judgement, which no counting of citations makes."""

    SUPPORTED = "supported", "Supported"
    NUANCE = "nuance", "Supported with nuance"
    DOUBTFUL = "doubtful", "Doubtful"
    CONTRADICTED = "contradicted", "Contradicted"
    NOT_FOUND = "not_found", "Number not found"


class CheckedClaim(Identified, AboutOneRecord, Published):
    """What class notes or revision cards say about one record, and an editor's verdict on it."""

    needed_to_publish: ClassVar[dict[str, str]] = {
        "verdict": "Choose a verdict, for example “Supported with nuance”. Readers see no claim "
        "without one."
    }

    topic = models.ForeignKey(
        Topic,
        models.CASCADE,
        related_name="claims",
        help_text="The topic on whose page “Checking the class notes” it stands.",
    )
    order = models.PositiveSmallIntegerField(
        "place in the notes", default=0, help_text="Lower numbers come first."
    )
    code = models.CharField(
        max_length=12,
        blank=True,
        help_text="Its number in the notes, if it has one: “S17”. It is shown on that page only.",
    )
    statement = models.CharField(max_length=300, help_text="What is claimed, in one sentence.")
    common_mistake = models.BooleanField(
        "common mistake",
        default=False,
        blank=True,
        help_text="A mistake that many students make in examinations. Such mistakes stand apart, "
        "and need nobody who makes them.",
    )
    source = models.ForeignKey(
        Source,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
        verbose_name="made in",
        help_text="The notes or cards that claim it. They are no evidence for it.",
    )
    locator = models.CharField(
        "place in them",
        max_length=200,
        blank=True,
        help_text="Where they do: “De-Stalinisation” or “card 4”.",
    )
    verdict = models.CharField(
        max_length=12,
        choices=Verdict,
        blank=True,
        help_text="What the evidence amounts to, as you judge it.",
    )
    reasoning = ProseField(
        blank=True, help_text="Why, in a few sentences that a student understands. Markdown."
    )
    kinds: ClassVar[list[str]] = []
    about_name = "claims"
    rule_name = "claim_is_about_exactly_one_record"

    objects: ClassVar[Any] = ClaimQuerySet.as_manager()

    class Meta:
        # A citation has a `claim` already, the statement that it bears on.
        verbose_name = "claim"
        verbose_name_plural = "claims"
        ordering = ["topic_id", "common_mistake", "order", "id"]
        constraints = [
            *Published.Meta.constraints,
            models.CheckConstraint(condition=~Q(statement=""), name="claim_has_a_statement"),
            models.CheckConstraint(
                condition=Q(
                    verdict__in=[
                        "",
                        "supported",
                        "nuance",
                        "doubtful",
                        "contradicted",
                        "not_found",
                    ]
                ),
                name="claim_verdict_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(status="published") | ~Q(verdict=""),
                name="published_claim_has_a_verdict",
            ),
            models.CheckConstraint(
                condition=Q(common_mistake=True) | (Q(source__isnull=False) & ~Q(locator="")),
                name="claim_says_where_it_is_made",
            ),
            models.UniqueConstraint(
                fields=["topic", "code"],
                condition=~Q(code=""),
                name="claim_code_is_unique_in_its_topic",
            ),
        ]
        indexes = [
            models.Index(
                fields=["topic", "status", "common_mistake", "order", "id"],
                name="claim_in_order",
            ),
            models.Index(fields=["status", "verdict", "id"], name="claim_by_verdict"),
        ]

    def __str__(self) -> str:
        return self.statement

    def get_absolute_url(self) -> str:
        """Its place on the page that checks the notes of its topic. Loads the topic."""
        return f"{check_url(self.topic)}#claim-{self.public_id}"

    def clean(self) -> None:
        super().clean()
        errors = {}
        if not self.common_mistake and self.source_id is None:
            errors["source"] = (
                "Say who claims it: choose the class notes or the cards, or tick “common mistake”."
            )
        if self.source_id is not None and not self.locator.strip():
            errors["locator"] = "Say where they claim it, for example “De-Stalinisation”."
        same = CheckedClaim.objects.filter(topic=self.topic_id, code=self.code)
        if self.code and same.exclude(pk=self.pk).exists():
            errors["code"] = f"Another claim of this topic is {self.code}. Give this one its own."
        if errors:
            raise ValidationError(errors)
        chosen = [name for name in self.kinds if getattr(self, f"{name}_id") is not None]
        if len(chosen) != 1:
            raise ValidationError(
                "A claim is about exactly one record: choose one, for example one event"
                + (f" (now chosen: {', '.join(chosen)})." if chosen else ".")
            )


def check_url(topic: Topic) -> str:
    """The address of the page that checks the class notes of a topic."""
    return address("lessons:check", topic.slug)


CheckedClaim.accept(Event, Reform, Person, Tenure, PowerBase, Effect, Measure, Statistic)
Citation.accept(Term, CheckedClaim)

# The names of the kinds that a claim may be about, in the order in which forms list them.
ABOUT = CheckedClaim.kinds
