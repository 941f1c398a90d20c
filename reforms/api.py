"""Reforms and what they did to power bases, in the API."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema

from people.api_kinds import OfKind
from people.models import Person
from records.api.filters import COURSE, TOPIC, Choice, From, Related, Search, To
from records.api.links import LinkSerializer
from records.api.serializers import HistoricalDateSerializer, RelatedListsField
from records.api.views import RecordViewSet, both_ways
from reforms import schema_org
from reforms.api_figures import REFORM, StatisticDetailSerializer, figures
from reforms.models import Effect, Reform
from sources.api import CitedSerializer, EvidencedSerializer
from sources.api_filters import cited
from sources.querysets import public_citations


class ReformEffectSerializer(CitedSerializer):
    """What a reform did to a power base, beside the reform."""

    power_base = LinkSerializer(to="power_base", help_text="What was changed.")

    class Meta:
        model = Effect
        fields = ["id", "power_base", "change", "why", "certainty", "url", "page"]


class ReformEffectDetailSerializer(ReformEffectSerializer, EvidencedSerializer):
    """What a reform did to a power base, beside the reform, with the evidence."""

    class Meta(ReformEffectSerializer.Meta):
        fields = [*ReformEffectSerializer.Meta.fields, "citations"]


class EffectSerializer(ReformEffectSerializer):
    """What a reform did to a power base."""

    reform = LinkSerializer(to="reform", help_text="The reform that did it.")

    class Meta(ReformEffectSerializer.Meta):
        fields = ["id", "reform", *ReformEffectSerializer.Meta.fields[1:]]


class EffectDetailSerializer(EffectSerializer, EvidencedSerializer):
    """What a reform did to a power base, with the evidence."""

    class Meta(EffectSerializer.Meta):
        fields = [*EffectSerializer.Meta.fields, "citations"]


class ReformSerializer(CitedSerializer):
    """A deliberate change."""

    parent = LinkSerializer(
        to="reform", allow_null=True, help_text="The larger reform it is a step of, if any."
    )
    initiators = LinkSerializer(
        to="person", source="public_initiators", many=True, help_text="Who began it."
    )
    span = HistoricalDateSerializer(allow_null=True, help_text="When it was carried out.")
    reversed = HistoricalDateSerializer(
        allow_null=True, help_text="When it was reversed; null if it never was."
    )

    class Meta:
        model = Reform
        fields = [
            "slug",
            "title",
            "parent",
            "initiators",
            "span",
            "undated_reason",
            "problem",
            "aim",
            "measure_taken",
            "opposition",
            "outcome",
            "reversed",
            "certainty",
            "updated",
            "url",
            "page",
        ]


class ReformDetailSerializer(ReformSerializer, EvidencedSerializer):
    """A deliberate change: its steps, what it did to power, its figures and the evidence."""

    steps = LinkSerializer(
        to="reform", source="public_steps", many=True, help_text="Its parts, in order."
    )
    effects = ReformEffectDetailSerializer(
        source="public_effects", many=True, help_text="What it did to power bases."
    )
    statistics = StatisticDetailSerializer(
        source="public_statistics", many=True, help_text="Figures that belong to it."
    )
    related = RelatedListsField("reform", events="event")

    class Meta(ReformSerializer.Meta):
        fields = [
            *ReformSerializer.Meta.fields,
            "steps",
            "effects",
            "statistics",
            "citations",
            "related",
        ]


def effects() -> Any:
    """Public effects with what they name and their evidence."""
    public_effects = Effect.objects.published().select_related("reform", "power_base")
    return public_effects.order_by("id").prefetch_related(public_citations())


@extend_schema(description="Deliberate changes: what was meant, what was done, what came of it.")
class ReformViewSet(RecordViewSet):
    model = Reform
    list_class = ReformSerializer
    detail_class = ReformDetailSerializer
    schema_org = staticmethod(schema_org.reform)
    orderings = both_ways(date=("span_sort", "id"), title=("sort_key", "id"))
    filters = (
        TOPIC,
        COURSE,
        *cited("reform"),
        Related(
            name="event",
            lookup="events",
            many=True,
            description="Only reforms that this event is part of (a slug).",
            example="secret-speech",
        ),
        Related(
            name="measure",
            lookup="statistics__measure",
            also={"statistics__status": "published"},
            many=True,
            description="Only reforms that a figure of this measure belongs to (a slug).",
            example="gulag-prisoners",
        ),
        Related(
            name="person",
            lookup="initiators",
            many=True,
            description="Only reforms that this person began (a slug).",
            example="beria",
        ),
        Related(
            name="power_base",
            lookup="effects__power_base",
            many=True,
            description="Only reforms that changed this power base (its slug).",
            example="communist-party",
        ),
        Related(
            name="parent",
            of_kind="reform",
            description="Only steps of this reform (a slug).",
            example="berias-reforms",
        ),
        From(),
        To(),
        Search(
            columns=("title", "problem", "aim", "measure_taken", "outcome"),
            description="Words in title, problem, aim, what was done, or outcome.",
            example="ministries",
        ),
    )

    def get_queryset(self) -> Any:
        people = Person.objects.published().order_by("sort_key", "id")
        reforms: Any = Reform.objects.published().select_related("parent")
        reforms = reforms.prefetch_related(
            public_citations(), Prefetch("initiators", people, to_attr="public_initiators")
        )
        if self.action == "list":
            return reforms
        steps = Reform.objects.published().order_by("span_sort", "id")
        return reforms.prefetch_related(
            Prefetch("steps", steps, to_attr="public_steps"),
            Prefetch("effects", effects(), to_attr="public_effects"),
            Prefetch("statistics", figures(), to_attr="public_statistics"),
        )


@extend_schema(description="What reforms did to power bases.")
class EffectViewSet(RecordViewSet):
    model = Effect
    lookup_field = "public_id"
    list_class = EffectSerializer
    detail_class = EffectDetailSerializer
    schema_org = staticmethod(schema_org.effect)
    orderings = both_ways(added=("id",))
    filters = (
        TOPIC,
        COURSE,
        *cited("effect"),
        REFORM,
        Related(
            name="person",
            lookup="reform__initiators",
            many=True,
            description="Only effects of reforms that this person began (a slug).",
            example="beria",
        ),
        OfKind(
            lookup="power_base__kind",
            description="Only effects on power bases of this kind (its slug).",
        ),
        Related(
            name="power_base",
            description="Only what changed this power base (its slug).",
            example="communist-party",
        ),
        Choice(
            name="change",
            choices=tuple(Effect.Change.values),
            description="Only effects of this sort.",
            example="weakened",
        ),
    )

    def get_queryset(self) -> Any:
        return effects()
