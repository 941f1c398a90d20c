"""Reforms and what they did to power; measures and the figures observed of them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from people.models import Person, PowerBase
from records.fields import HistoricalDateField, ProseField, date_constraints
from records.models import Identified, Published, Sluggable, Undated, refuse_circle
from records.routes import address
from records.sorting import SortKeyField
from records.typed.columns import FigureColumns
from reforms.figures import amount, contradiction, phrase, quantity
from reforms.querysets import EffectQuerySet, StatisticQuerySet
from sources.models import Citation


class Reform(Sluggable, Undated, Published):
    """A deliberate change, possibly part of a larger one."""

    dated_by = ("span",)

    title = models.CharField(max_length=200)
    sort_key = SortKeyField("title")
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="steps",
        help_text="The larger reform that this one is a step of, if any.",
    )
    initiators = models.ManyToManyField(Person, blank=True, related_name="reforms")
    span = HistoricalDateField("carried out", help_text="For example “from 10 May 1957”.")
    problem = ProseField(
        blank=True, help_text="What was wrong, or thought to be, when it began. Markdown."
    )
    aim = ProseField(blank=True, help_text="What it was meant to achieve. Markdown.")
    measure_taken = ProseField(blank=True, help_text="What was actually done. Markdown.")
    opposition = ProseField(blank=True, help_text="Who resisted it, how and why. Markdown.")
    outcome = ProseField(blank=True, help_text="What came of it. Markdown.")
    reversed = HistoricalDateField("reversed", help_text="Leave empty if it never was.")

    class Meta:
        ordering = ["span_sort", "sort_key", "id"]
        constraints = [
            *Published.Meta.constraints,
            *date_constraints("span"),
            *date_constraints("reversed"),
            models.CheckConstraint(
                condition=~Q(parent=F("id")), name="reform_is_not_its_own_parent"
            ),
            models.CheckConstraint(
                condition=Q(span_earliest__isnull=True)
                | Q(reversed_latest__isnull=True)
                | Q(span_earliest__lte=F("reversed_latest")),
                name="reform_is_not_reversed_before_it_begins",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="reform_has_a_title"),
        ]
        indexes = [
            models.Index(fields=["status", "span_sort", "id"], name="reform_in_order"),
            models.Index(fields=["status", "sort_key", "id"], name="reform_by_title"),
            models.Index(fields=["span_earliest", "span_latest"], name="reform_by_span"),
            models.Index(fields=["span_latest"], name="reform_by_end"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return address("reforms:reform", self.slug)

    def clean(self) -> None:
        super().clean()
        refuse_circle(self, "reform")
        if self.span and self.reversed and self.reversed.latest < self.span.earliest:
            raise ValidationError(
                {
                    "reversed": f"Reversed {self.reversed.display()}, before it began "
                    f"({self.span.display()}). Correct one of the two dates."
                }
            )


class Effect(Identified):
    """What a reform did to a power base."""

    class Change(models.TextChoices):
        STRENGTHENED = "strengthened", "Strengthened"
        WEAKENED = "weakened", "Weakened"
        CREATED = "created", "Created"
        ABOLISHED = "abolished", "Abolished"
        SPLIT = "split", "Split"

    reform = models.ForeignKey(Reform, models.CASCADE, related_name="effects")
    power_base = models.ForeignKey(PowerBase, models.PROTECT, related_name="effects")
    change = models.CharField("what it did", max_length=12, choices=Change)
    why = ProseField(
        "how and why", blank=True, help_text="How the reform had this effect. Markdown."
    )

    objects: Any = EffectQuerySet.as_manager()

    class Meta:
        ordering = ["reform_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["reform", "power_base", "change"], name="effect_is_stated_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    change__in=["strengthened", "weakened", "created", "abolished", "split"]
                ),
                name="effect_change_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.get_change_display()

    def get_absolute_url(self) -> str:
        return f"{self.reform.get_absolute_url()}#effect-{self.public_id}"


class Measure(Sluggable, Published):
    """What is being counted. Its figures form a series."""

    needs_citation = False
    needed_to_publish: ClassVar[dict[str, str]] = {
        "population": "Say of whom or what, for example “Inmates of camps and colonies”. Readers "
        "see it beside the figures."
    }

    name = models.CharField(max_length=200, help_text="For example “Prisoners in the GULAG”.")
    sort_key = SortKeyField("name")
    unit = models.CharField(
        max_length=60, help_text="For example “persons”, “percent” or “ministries”."
    )
    population = models.CharField(
        max_length=200,
        blank=True,
        help_text="Of whom or what: “Inmates of camps and colonies”. A draft may do without.",
    )
    finding = models.CharField(
        max_length=200,
        blank=True,
        help_text="What the figures show, in one sentence. It stands over the chart.",
    )
    caveat = ProseField(
        "what to know about this figure",
        blank=True,
        help_text="How it was counted, what it leaves out, why accounts differ. Markdown.",
    )

    class Meta:
        ordering = ["sort_key", "id"]
        constraints = [
            *Published.Meta.constraints,
            models.CheckConstraint(condition=~Q(unit=""), name="measure_has_a_unit"),
            models.CheckConstraint(condition=~Q(name=""), name="measure_has_a_name"),
        ]
        indexes = [models.Index(fields=["status", "sort_key", "id"], name="measure_by_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("reforms:measure", self.slug)


class Statistic(Identified, Undated, Published):
    """One observation of a measure, or one change of it."""

    class Comparator(models.TextChoices):
        EXACTLY = "exactly", "exactly"
        ABOUT = "about", "about"
        OVER = "over", "over"
        UNDER = "under", "under"
        AT_LEAST = "at_least", "at least"
        BETWEEN = "between", "between"

    class Change(models.TextChoices):
        ROSE = "rose", "rose"
        FELL = "fell", "fell"
        UNCHANGED = "unchanged", "stayed the same"

    dated_by = ("date",)
    figures = (
        FigureColumns("value", "comparator", "upper_value", "as_written", unit_of="measure"),
        FigureColumns(
            "baseline_value",
            "baseline_comparator",
            "baseline_upper_value",
            "baseline_as_written",
            unit_of="measure",
        ),
    )

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="statistics")
    population = models.CharField(
        max_length=200,
        blank=True,
        help_text="Only when narrower than the measure’s: “Ukraine only”.",
    )
    comparator = models.CharField(max_length=8, choices=Comparator, default=Comparator.EXACTLY)
    value = models.DecimalField(
        max_digits=20, decimal_places=6, help_text="In the measure’s unit; a half is 50 percent."
    )
    upper_value = models.DecimalField(
        max_digits=20,
        decimal_places=6,
        null=True,
        blank=True,
        help_text="Only for “between”: the higher value.",
    )
    as_written = models.CharField(
        max_length=60, blank=True, help_text="As the source writes it: “1/2” or “1.6 million”."
    )
    change = models.CharField(
        max_length=9,
        choices=Change,
        blank=True,
        help_text="For “from 55 to 25”: fell. Needs the value before.",
    )
    baseline_comparator = models.CharField(
        "comparator before",
        max_length=8,
        choices=Comparator,
        default=Comparator.EXACTLY,
        blank=True,
    )
    baseline_value = models.DecimalField(
        "value before", max_digits=20, decimal_places=6, null=True, blank=True
    )
    baseline_upper_value = models.DecimalField(
        "upper value before",
        max_digits=20,
        decimal_places=6,
        null=True,
        blank=True,
        help_text="Only for “between”: the higher value before.",
    )
    baseline_as_written = models.CharField(
        "value before as written",
        max_length=60,
        blank=True,
        help_text="As the source writes it: “1/2” or “1.6 million”.",
    )
    baseline_date = HistoricalDateField("date of the value before")
    date = HistoricalDateField("date", help_text="The day, month or years the figure is for.")
    reform = models.ForeignKey(
        Reform, models.SET_NULL, null=True, blank=True, related_name="statistics"
    )
    note = ProseField(
        blank=True, help_text="What readers should know about this one figure. Markdown."
    )

    objects: ClassVar[Any] = StatisticQuerySet.as_manager()

    class Meta:
        ordering = ["measure_id", "date_sort", "id"]
        constraints = [
            *Published.Meta.constraints,
            *date_constraints("date"),
            *date_constraints("baseline_date"),
            models.CheckConstraint(
                condition=(
                    Q(comparator="between", upper_value__isnull=False, upper_value__gt=F("value"))
                )
                | (~Q(comparator="between") & Q(upper_value__isnull=True)),
                name="statistic_has_an_upper_value_exactly_when_between",
            ),
            models.CheckConstraint(
                condition=(
                    Q(
                        baseline_comparator="between",
                        baseline_upper_value__isnull=False,
                        baseline_upper_value__gt=F("baseline_value"),
                    )
                )
                | (~Q(baseline_comparator="between") & Q(baseline_upper_value__isnull=True)),
                name="statistic_has_an_upper_value_before_exactly_when_between",
            ),
            models.CheckConstraint(
                condition=Q(baseline_as_written="") | Q(baseline_value__isnull=False),
                name="statistic_before_as_written_has_a_value",
            ),
            models.CheckConstraint(
                condition=Q(change="")
                | (
                    Q(baseline_value__isnull=False)
                    & (
                        Q(change="rose", value__gt=F("baseline_value"))
                        | Q(change="fell", value__lt=F("baseline_value"))
                        | Q(change="unchanged", value=F("baseline_value"))
                    )
                ),
                name="statistic_change_agrees_with_its_numbers",
            ),
            models.CheckConstraint(
                condition=Q(
                    comparator__in=["exactly", "about", "over", "under", "at_least", "between"]
                ),
                name="statistic_comparator_is_known",
            ),
        ]
        indexes = [
            models.Index(fields=["measure", "date_sort", "id"], name="statistic_series"),
            models.Index(fields=["status", "date_sort", "id"], name="statistic_in_order"),
            models.Index(fields=["date_earliest", "date_latest"], name="statistic_by_span"),
        ]

    def __str__(self) -> str:
        return self.phrase

    def get_absolute_url(self) -> str:
        return f"{self.measure.get_absolute_url()}#figure-{self.public_id}"

    @property
    def amount(self) -> str:
        """The value in words, without its unit: “over 26,000”."""
        return amount(self.value, self.comparator, self.upper_value, self.as_written)

    @property
    def amount_before(self) -> str:
        """The value before in words, without its unit; blank where there is none."""
        if self.baseline_value is None:
            return ""
        return amount(
            self.baseline_value,
            self.baseline_comparator or self.Comparator.EXACTLY,
            self.baseline_upper_value,
            self.baseline_as_written,
        )

    @property
    def phrase(self) -> str:
        """The figure as a page says it: “fell from 55 to 25”."""
        return phrase(self)

    @property
    def quantity(self) -> str:
        """The figure with its unit: “over 26,000 persons”. Loads the measure."""
        return quantity(self)

    def clean(self) -> None:
        super().clean()
        errors: dict[str, str] = {}
        for columns in self.figures:
            value, upper = getattr(self, columns.value), getattr(self, columns.upper_value)
            if getattr(self, columns.comparator) == self.Comparator.BETWEEN:
                if upper is None or value is None or upper <= value:
                    errors[columns.upper_value] = (
                        "“Between” needs a higher second value, for example between 20 and 25."
                    )
            elif upper is not None:
                errors[columns.upper_value] = (
                    "Only “between” has a second value. Empty it or choose between."
                )
        if self.baseline_as_written and self.baseline_value is None:
            errors["baseline_value"] = (
                f"“{self.baseline_as_written}” needs its number here, for example 50 for “half”."
            )
        if self.change and self.baseline_value is None:
            errors["baseline_value"] = (
                f"“{self.get_change_display()}” needs the value before, for example 55 in "
                "“fell from 55 to 25”."
            )
        elif self.change and self.value is not None and self.baseline_value is not None:
            actual = (
                "rose"
                if self.value > self.baseline_value
                else "fell"
                if self.value < self.baseline_value
                else "unchanged"
            )
            if actual != self.change:
                errors["change"] = (
                    f"“{self.get_change_display()}” contradicts the numbers: from "
                    f"{amount(self.baseline_value)} to {amount(self.value)} "
                    f"{self.Change(actual).label}."
                )
        if self.measure_id and not errors:
            for columns in self.figures:
                if problem := contradiction(self, columns):
                    place = columns.as_written
                    errors[place] = f"{problem} Correct one of them, or empty this box."
        if errors:
            raise ValidationError(errors)


Citation.accept(Reform, Effect, Measure, Statistic)
