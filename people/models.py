"""People, the power bases they drew on, and the offices they held."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from people.querysets import TenureQuerySet
from records.fields import HistoricalDateField, ProseField, date_constraints
from records.models import Identified, Published, Sluggable, Undated, refuse_circle
from records.pictures.models import Pictured
from records.routes import address
from records.sorting import SortKeyField
from sources.models import Citation


class Person(Sluggable, Undated, Published, Pictured):
    dated_by = ("born", "died")

    name = models.CharField(max_length=200, help_text="As readers see it: “Nikita Khrushchev”.")
    native_name = models.CharField(
        max_length=200, blank=True, help_text="In the person’s own script: “Никита Хрущёв”."
    )
    sort_name = models.CharField(
        max_length=200, help_text="What lists are sorted by: “Khrushchev, Nikita”."
    )
    sort_key = SortKeyField("sort_name")
    other_names = models.CharField(
        max_length=300, blank=True, help_text="Other names and spellings, separated by semicolons."
    )
    epithet = models.CharField(
        max_length=200, blank=True, help_text="What the person was called, if anything."
    )
    born = HistoricalDateField("born")
    died = HistoricalDateField("died", help_text="Leave empty for somebody alive.")
    summary = ProseField(blank=True, help_text="Who this was, in a paragraph or two. Markdown.")

    class Meta:
        verbose_name_plural = "people"
        ordering = ["sort_key", "id"]
        constraints = [
            *Published.Meta.constraints,
            *Pictured.Meta.constraints,
            *date_constraints("born"),
            *date_constraints("died"),
            models.CheckConstraint(
                condition=Q(born_earliest__isnull=True)
                | Q(died_latest__isnull=True)
                | Q(born_earliest__lte=F("died_latest")),
                name="person_is_born_before_dying",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="person_has_a_name"),
        ]
        indexes = [
            *Pictured.Meta.indexes,
            models.Index(fields=["status", "sort_key", "id"], name="person_by_name"),
            models.Index(fields=["status", "born_sort", "id"], name="person_by_birth"),
            models.Index(fields=["status", "updated_at"], name="person_by_change"),
            models.Index(fields=["status", "published_at", "id"], name="person_by_publication"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("people:person", self.slug)

    def clean(self) -> None:
        super().clean()
        if self.born and self.died and self.born.earliest > self.died.latest:
            raise ValidationError(
                {
                    "died": f"Died {self.died.display()}, before being born "
                    f"({self.born.display()}). Correct one of the two dates."
                }
            )


class PowerBaseKind(Sluggable, Published):
    """What sort of power base one is: a party, the armed forces, the church.

    A vocabulary of each site, which its teachers extend. Nothing in the code knows a single kind.
    """

    needs_citation = False

    name = models.CharField(
        max_length=60,
        help_text="As readers see it on the power map and over each power base: “Church” or "
        "“Noble house”.",
    )
    sort_key = SortKeyField("name")
    order = models.PositiveSmallIntegerField(
        "place",
        default=100,
        help_text="The power map and the timeline show kinds with lower numbers first, and those "
        "with one number by name.",
    )
    summary = ProseField(
        blank=True, help_text="What counts as one, and what its power rests on. Markdown."
    )

    class Meta:
        verbose_name = "kind of power base"
        verbose_name_plural = "kinds of power base"
        ordering = ["order", "sort_key", "id"]
        constraints = [
            *Published.Meta.constraints,
            models.CheckConstraint(condition=~Q(name=""), name="power_base_kind_has_a_name"),
            models.UniqueConstraint(Lower("name"), name="power_base_kind_has_a_name_of_its_own"),
        ]
        indexes = [
            models.Index(
                fields=["status", "order", "sort_key", "id"], name="kind_of_power_in_order"
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("people:power-base-kind", self.slug)

    def clean(self) -> None:
        super().clean()
        same = PowerBaseKind.objects.filter(name__iexact=self.name).exclude(pk=self.pk).first()
        if same is not None:
            raise ValidationError(
                {
                    "name": f"There is a kind “{same.name}” already ({same.slug}). Use that one, "
                    "or tell yours apart, for example “Church (Protestant)”."
                }
            )


class PowerBase(Sluggable, Undated, Published):
    dated_by = ("span",)

    name = models.CharField(max_length=200)
    sort_key = SortKeyField("name")
    abbreviation = models.CharField(max_length=20, blank=True)
    native_name = models.CharField(max_length=200, blank=True)
    kind = models.ForeignKey(
        PowerBaseKind,
        models.PROTECT,
        related_name="power_bases",
        help_text="Readers see it over the power base, and the power map stands in the order of "
        "kinds. If none fits, add one.",
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        help_text="The larger body it belongs to, if any.",
    )
    successors = models.ManyToManyField(
        "self",
        symmetrical=False,
        blank=True,
        related_name="predecessors",
        help_text="The bodies that took over its work when it ended, if any.",
    )
    span = HistoricalDateField("existed", help_text="When it existed, under this name or another.")
    holders_complete = HistoricalDateField(
        "holders complete",
        help_text="The days for which everybody who held an office in it is entered, for example "
        "“5 March 1953 – 14 October 1964”. Leave empty while some may be missing: the power map "
        "says so.",
    )
    summary = ProseField(
        blank=True, help_text="What it was and why power could rest on it. Markdown."
    )

    class Meta:
        ordering = ["sort_key", "id"]
        constraints = [
            *Published.Meta.constraints,
            *date_constraints("span"),
            *date_constraints("holders_complete"),
            models.CheckConstraint(
                condition=~Q(parent=F("id")), name="power_base_is_not_its_own_parent"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="power_base_has_a_name"),
        ]
        indexes = [
            models.Index(fields=["status", "sort_key", "id"], name="power_base_by_name"),
            models.Index(fields=["status", "kind", "sort_key", "id"], name="power_base_by_kind"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return address("people:power-base", self.slug)

    def clean(self) -> None:
        super().clean()
        refuse_circle(self, "power base")
        if self.holders_complete and self.holders_complete.is_open:
            raise ValidationError(
                {
                    "holders_complete": "Say from when to when: a list is complete for days that "
                    "somebody has checked, for example “5 March 1953 – 14 October 1964”."
                }
            )


class Tenure(Identified):
    """A person in an office over a span, drawing on a power base."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="tenures")
    office = models.CharField(
        max_length=200, help_text="For example “First Secretary of the Central Committee”."
    )
    power_base = models.ForeignKey(PowerBase, models.PROTECT, related_name="tenures")
    span = HistoricalDateField(
        "held", required=True, help_text="For example “5 March 1953 – 8 February 1955”."
    )
    sole_holder = models.BooleanField(
        "one seat only",
        default=True,
        help_text="Tick when only one person can hold the office at a time.",
    )
    acting = models.BooleanField(
        default=False,
        help_text="Tick when the person stood in for a holder, or until one was named.",
    )
    attested = HistoricalDateField(
        "attested",
        help_text="The days on which sources show the person in the office: the first and the last "
        "known. Where a beginning or an end is not known, the power map goes no further.",
    )
    note = ProseField(
        blank=True, help_text="What readers should know: conflicting dates, limits of the office."
    )

    objects: Any = TenureQuerySet.as_manager()

    class Meta:
        ordering = ["span_sort", "span_latest", "id"]
        constraints = [
            *date_constraints("span", required=True),
            *date_constraints("attested"),
            models.CheckConstraint(condition=~Q(office=""), name="tenure_names_an_office"),
            models.UniqueConstraint(
                fields=["person", "power_base", "office", "span_edtf"],
                name="tenure_is_stated_once",
                violation_error_message="That office of this person is entered already, with the "
                "same dates. Keep one of the two, or correct the dates of one.",
            ),
        ]
        indexes = [
            models.Index(fields=["span_sort", "id"], name="tenure_in_order"),
            models.Index(fields=["span_earliest", "span_latest"], name="tenure_by_span"),
            models.Index(fields=["span_latest"], name="tenure_by_end"),
        ]

    def __str__(self) -> str:
        span = self.span
        return f"{self.office} ({span.display()})" if span else self.office

    def get_absolute_url(self) -> str:
        return f"{self.person.get_absolute_url()}#tenure-{self.public_id}"

    def clean(self) -> None:
        super().clean()
        if self.span is None:
            raise ValidationError(
                {"span": "Say when the office was held, for example “5 March – 26 June 1953”."}
            )
        # A person entered on the same form has no id yet, and dates of life all the same.
        if self.person_id or "person" in self._state.fields_cache:
            self._refuse_outside_lifetime()
        self._refuse_attested_outside()

    def validate_constraints(self, exclude: Any = None) -> None:
        # A form has the date as one field, and so counts its columns among those that it lacks.
        if exclude and not {"person", "power_base", "office"} & set(exclude):
            exclude = set(exclude) - {"span_edtf"}
        super().validate_constraints(exclude=exclude)

    def _refuse_attested_outside(self) -> None:
        assert self.span is not None
        if not self.attested:
            return
        if self.attested.is_open:
            problem = "An attestation is a day, or a span with both ends"
        elif self.attested.latest < self.span.earliest:
            problem = "The attestation lies before the office was held"
        elif self.attested.earliest > self.span.latest:
            problem = "The attestation lies after the office was held"
        else:
            return
        raise ValidationError(
            {
                "attested": f"{problem} ({self.span.display()}). Correct one of "
                "the two, for example “12 October 1964”."
            }
        )

    def _refuse_outside_lifetime(self) -> None:
        # Only what is certain is refused: a start of “1894” may still follow a birth in 1894.
        assert self.span is not None
        start, end = self.span.start, self.span.end
        born, died = self.person.born, self.person.died
        if born and start and start.latest < born.earliest:
            problem = f"begins before {self.person} was born ({born.display()})"
        elif born and end and end.latest < born.earliest:
            problem = f"ends before {self.person} was born ({born.display()})"
        elif died and start and start.earliest > died.latest:
            problem = f"begins after {self.person} died ({died.display()})"
        elif died and end and end.earliest > died.latest:
            problem = f"ends after {self.person} died ({died.display()})"
        else:
            return
        raise ValidationError({"span": f"The span {problem}. Correct the span or the life dates."})


Citation.accept(Person, PowerBase, Tenure)
