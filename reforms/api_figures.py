"""Measures and figures in the API."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers

from records.api.filters import COURSE, TOPIC, Choice, From, Related, Search, To
from records.api.links import LinkSerializer
from records.api.serializers import HistoricalDateSerializer
from records.api.views import RecordViewSet, both_ways
from reforms import schema_org
from reforms.figures import disagreements
from reforms.models import Measure, Statistic
from sources.api import CitedSerializer, EvidencedSerializer
from sources.api_filters import cited
from sources.querysets import public_citations

REFORM = Related(
    name="reform",
    description="Only what belongs to this reform (a slug).",
    example="sovnarkhoz-reform",
)


@extend_schema_field({"type": "number"})
class NumberField(serializers.Field[Any, Any, Any, Any]):
    """A decimal as it is kept; the renderer writes it as an exact JSON number."""

    def to_representation(self, value: Decimal) -> Decimal:
        return value


class BaselineSerializer(serializers.Serializer[Any]):
    """What a figure rose or fell from; null where that is not known."""

    comparator = serializers.ChoiceField(
        source="baseline_comparator",
        choices=Statistic.Comparator.choices,
        help_text="How exact it is.",
    )
    value = NumberField(source="baseline_value", help_text="In the measure’s unit.")
    upper_value = NumberField(
        source="baseline_upper_value",
        allow_null=True,
        help_text="Only for “between”: the higher number.",
    )
    as_written = serializers.CharField(
        source="baseline_as_written", help_text="The source’s own words for it, or blank."
    )
    amount = serializers.CharField(
        source="amount_before", help_text="The value in words, without its unit."
    )
    date = HistoricalDateSerializer(
        source="baseline_date", allow_null=True, help_text="When that was."
    )

    def get_attribute(self, instance: Statistic) -> Statistic | None:
        return None if instance.baseline_value is None else instance


class FigureSerializer(CitedSerializer):
    """One observation of a measure, or one change of it, beside its measure."""

    value = NumberField(help_text="The exact number, in the measure’s unit.")
    upper_value = NumberField(allow_null=True, help_text="Only for “between”: the higher number.")
    amount = serializers.CharField(help_text="The value in words, without its unit.")
    phrase = serializers.CharField(help_text="The whole figure in words, with what it was before.")
    baseline = BaselineSerializer(
        source="*", allow_null=True, help_text="What it rose or fell from, if known."
    )
    date = HistoricalDateSerializer(allow_null=True, help_text="What day or time it is for.")
    reform = LinkSerializer(
        to="reform", allow_null=True, help_text="The reform it belongs to, if any."
    )
    event = LinkSerializer(
        to="event", allow_null=True, help_text="The event it belongs to, if any."
    )

    class Meta:
        model = Statistic
        fields = [
            "id",
            "population",
            "comparator",
            "value",
            "upper_value",
            "as_written",
            "amount",
            "phrase",
            "change",
            "baseline",
            "date",
            "undated_reason",
            "reform",
            "event",
            "note",
            "certainty",
            "updated",
            "url",
            "page",
        ]


class FigureDetailSerializer(FigureSerializer, EvidencedSerializer):
    """One figure beside its measure, with the evidence."""

    class Meta(FigureSerializer.Meta):
        fields = [*FigureSerializer.Meta.fields, "citations"]


class MeasureLinkSerializer(LinkSerializer):
    """What is counted, in brief."""

    unit = serializers.CharField(help_text="The unit of the value.")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        return {**super().to_representation(instance), "unit": instance.unit}


class StatisticSerializer(FigureSerializer):
    """One observation of a measure, or one change of it."""

    measure = MeasureLinkSerializer(to="measure", help_text="What is counted.")

    class Meta(FigureSerializer.Meta):
        fields = ["id", "measure", *FigureSerializer.Meta.fields[1:]]


class StatisticDetailSerializer(StatisticSerializer, EvidencedSerializer):
    """One figure, with the evidence."""

    class Meta(StatisticSerializer.Meta):
        fields = [*StatisticSerializer.Meta.fields, "citations"]


class MeasureSerializer(CitedSerializer):
    """What is being counted."""

    class Meta:
        model = Measure
        fields = [
            "slug",
            "name",
            "unit",
            "population",
            "finding",
            "caveat",
            "certainty",
            "updated",
            "url",
            "page",
        ]


class DisagreementSerializer(serializers.Serializer[Any]):
    """Figures that differ for one population and date. Nothing picks a winner."""

    date = HistoricalDateSerializer(help_text="The date they are all for.")
    population = serializers.CharField(help_text="Of whom or what; blank: the measure’s own.")
    statistics = serializers.ListField(
        child=serializers.CharField(), help_text="Public ids of the figures, all in the series."
    )


class MeasureDetailSerializer(MeasureSerializer, EvidencedSerializer):
    """What is being counted: its series, and where the figures disagree."""

    series = FigureDetailSerializer(
        source="public_statistics", many=True, help_text="Its figures, in order of time."
    )
    disagreements = serializers.SerializerMethodField(help_text="Where the figures differ.")

    class Meta(MeasureSerializer.Meta):
        fields = [*MeasureSerializer.Meta.fields, "series", "disagreements", "citations"]

    @extend_schema_field(DisagreementSerializer(many=True))
    def get_disagreements(self, measure: Any) -> Any:
        groups = [
            {
                "date": group[0].date,
                "population": group[0].population,
                "statistics": [statistic.public_id for statistic in group],
            }
            for group in disagreements(measure.public_statistics)
        ]
        return DisagreementSerializer(groups, many=True, context=self.context).data


def figures() -> Any:
    """Public figures in order of time, with what they name and their evidence."""
    statistics = Statistic.objects.published().select_related("measure", "reform", "event")
    return statistics.order_by("date_sort", "id").prefetch_related(public_citations())


@extend_schema(description="What is counted, with its series and where the figures disagree.")
class MeasureViewSet(RecordViewSet):
    model = Measure
    list_class = MeasureSerializer
    detail_class = MeasureDetailSerializer
    schema_org = staticmethod(schema_org.measure)
    orderings = both_ways(name=("sort_key", "id"))
    filters = (
        TOPIC,
        COURSE,
        *cited("measure"),
        Related(
            name="event",
            lookup="statistics__event",
            also={"statistics__status": "published"},
            many=True,
            description="Only measures with a figure that belongs to this event (a slug).",
            example="secret-speech",
        ),
        Related(
            name="reform",
            lookup="statistics__reform",
            also={"statistics__status": "published"},
            many=True,
            description="Only measures with a figure that belongs to this reform (a slug).",
            example="sovnarkhoz-reform",
        ),
        Search(
            columns=("name", "population", "finding"),
            description="Words in name, population or finding.",
            example="GULAG",
        ),
    )

    def get_queryset(self) -> Any:
        measures = Measure.objects.published().prefetch_related(public_citations())
        if self.action == "list":
            return measures
        return measures.prefetch_related(
            Prefetch("statistics", figures(), to_attr="public_statistics")
        )


@extend_schema(description="Figures: single observations of a measure, and changes of it.")
class StatisticViewSet(RecordViewSet):
    model = Statistic
    lookup_field = "public_id"
    list_class = StatisticSerializer
    detail_class = StatisticDetailSerializer
    schema_org = staticmethod(schema_org.statistic)
    orderings = both_ways(date=("date_sort", "id"))
    filters = (
        TOPIC,
        COURSE,
        *cited("statistic"),
        Related(
            name="measure",
            description="Only figures of this measure (a slug).",
            example="gulag-prisoners",
        ),
        REFORM,
        Related(
            name="event",
            description="Only figures that belong to this event (a slug).",
            example="secret-speech",
        ),
        Choice(
            name="comparator",
            choices=tuple(Statistic.Comparator.values),
            description="Only figures that are this exact.",
            example="about",
        ),
        Choice(
            name="change",
            choices=tuple(Statistic.Change.values),
            description="Only figures that say how something changed.",
            example="fell",
        ),
        From(date="date"),
        To(date="date"),
    )

    def get_queryset(self) -> Any:
        return figures()
