"""Who held what on a given day, in the API."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_serializer
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from people.api import TenureSerializer
from people.api_kinds import KIND_HELP, OfKind, key_of_kind
from people.models import PowerBase, Tenure
from people.power_map import was_seen
from records.api.expand import expanding
from records.api.filters import DateFilter, OfCourse, Related
from records.api.links import LinkSerializer
from records.api.serializers import HistoricalDateSerializer
from records.api.views import ReadingMixin
from records.dates import OPEN_FUTURE, OPEN_PAST, HistoricalDate

# More than this many offices on one day are a request for a narrower question.
MOST_TENURES = 1000


class HeldSerializer(TenureSerializer):
    """An office held on the day that was asked for."""

    certain = serializers.SerializerMethodField(
        help_text="False when the dates, known only to the month or year, leave open whether the "
        "office was held then."
    )

    class Meta(TenureSerializer.Meta):
        fields = [
            "id",
            "person",
            "office",
            "span",
            "certain",
            "sole_holder",
            "acting",
            "url",
            "page",
        ]

    @extend_schema_field({"type": "boolean"})
    def get_certain(self, tenure: Any) -> bool:
        on: HistoricalDate = self.context["on"]
        return certainly_held(tenure, on.earliest, on.latest)


class HeldByPowerBaseSerializer(serializers.Serializer[Any]):
    """One power base and the offices that rested on it."""

    power_base = LinkSerializer(to="power_base")
    kind = serializers.CharField(allow_null=True, help_text=KIND_HELP)
    complete = serializers.BooleanField(
        help_text="True when everybody who held an office in it is listed for all of these days."
    )
    tenures = HeldSerializer(many=True)


@extend_schema_serializer(many=False)
class StateSerializer(serializers.Serializer[Any]):
    """Who held what on a day."""

    on = HistoricalDateSerializer(help_text="The day as it was understood.")
    truncated = serializers.BooleanField(
        help_text=f"True when more than {MOST_TENURES} offices were held: ask by power base."
    )
    power_bases = HeldByPowerBaseSerializer(many=True, help_text="In order of name.")


def certainly_held(tenure: Tenure, first: int, last: int) -> bool:
    """True if an office was surely held at the end of a day from `first` to `last`.

    “1957” begins and ends on unknown days of 1957, so it surely touches no single day of it. An
    end that is open holds; one that is unknown, doubtful or approximate is not sure.
    """
    span, attested = tenure.span, tenure.attested
    assert span is not None
    if attested and was_seen(attested, first, last):
        return True
    if span.is_approximate or span.is_uncertain or span.is_one_of:
        return False
    start, end = span.start, span.end
    unknown_start = start is None and not span.edtf.startswith("..")
    unknown_end = end is None and not span.edtf.endswith("..")
    begun = start.latest if start else last + 1 if unknown_start else OPEN_PAST
    ended = end.earliest if end else first - 1 if unknown_end else OPEN_FUTURE
    # At the end of its last day an office is not held any more; a single day it was.
    return begun <= last and (ended > first if span.is_interval else ended >= first)


class On(DateFilter):
    """A day, or a period with both ends known."""

    def read(self, text: str) -> HistoricalDate:
        on = super().read(text)
        if on.is_open:
            raise ValueError("A day or a period has both ends.")
        return on

    def narrow(self, queryset: Any, value: HistoricalDate) -> Any:
        return queryset.on(value.earliest, value.latest)


def _is_complete(base: PowerBase, on: HistoricalDate) -> bool:
    days = base.holders_complete
    return days is not None and days.earliest <= on.earliest and on.latest <= days.latest


class OfPowerBases(OfCourse):
    """The offices of the power bases that belong to a course, whoever held them.

    Not only those of its people, or a list that is said to be complete would lack some.
    """

    def narrow(self, queryset: Any, value: Any) -> Any:
        bases = PowerBase.objects.published().in_course(value)
        return queryset.filter(power_base__in=bases.values("pk"))


class StateViewSet(ReadingMixin, viewsets.GenericViewSet[Any]):
    """Who held what on a day."""

    serializer_class = StateSerializer
    pagination_class = None
    filters = (
        On(
            name="on",
            required=True,
            description="The day, in EDTF or English: the offices held at its end, so that on a "
            "day of handover it is the one who came. For a month, year or span: every office held "
            "at the end of any day of it.",
            example="1953-06-01",
        ),
        Related(
            name="power_base",
            description="Only offices that rested on this power base (its slug).",
            example="secretariat",
        ),
        Related(
            name="person",
            description="Only offices of this person (a slug).",
            example="khrushchev",
        ),
        OfPowerBases(
            name="course",
            description="Only offices that rested on a power base of this course (its slug).",
            example="khrushchev",
        ),
        OfKind(
            lookup="power_base__kind",
            description="Only offices that rested on a power base of this kind (its slug).",
            example="party",
        ),
    )

    def known_parameters(self) -> Any:
        return self.filters, ("format", *expanding(self))

    def get_queryset(self) -> Any:
        tenures = Tenure.objects.published().select_related("person", "power_base__kind")
        return tenures.order_by("power_base__sort_key", "power_base_id", "span_sort", "id")

    @extend_schema(
        operation_id="state_on",
        description="Who held which office on a day, by power base.",
        responses=StateSerializer,
    )
    def list(self, request: Request) -> Response:
        held = [*self.filter_queryset(self.get_queryset())[: MOST_TENURES + 1]]
        groups = [
            {
                "power_base": base,
                "kind": key_of_kind(base),
                "complete": _is_complete(base, self.values["on"]),
                "tenures": [*tenures],
            }
            for base, tenures in groupby(held[:MOST_TENURES], lambda tenure: tenure.power_base)
        ]
        on = self.values["on"]
        state = {"on": on, "truncated": len(held) > MOST_TENURES, "power_bases": groups}
        context = {**self.get_serializer_context(), "on": on}
        return self.expanded(Response(StateSerializer(state, context=context).data))
