"""People, power bases and offices in the API, and who held what on a given day."""

from __future__ import annotations

from itertools import groupby
from typing import Any, ClassVar

from django.db.models import Prefetch, Q
from drf_spectacular.utils import (
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from people import schema_org
from people.models import Person, PowerBase, Tenure
from records.api import (
    HistoricalDateSerializer,
    LinkSerializer,
    ReadingMixin,
    RecordViewSet,
    RelatedListsField,
)
from records.api_expand import expanding
from records.api_filters import TOPIC, Choice, DateFilter, From, Related, Search, To
from records.dates import OPEN_FUTURE, OPEN_PAST, HistoricalDate
from sources.api import CitedSerializer, EvidencedSerializer
from sources.querysets import public_citations

# More than this many offices on one day are a request for a narrower question.
MOST_TENURES = 1000

UPDATED = "When it last changed here."


class TenureSerializer(CitedSerializer):
    """A person in an office, drawing on a power base."""

    id = serializers.CharField(source="public_id", help_text="Its public id.")
    person = LinkSerializer(to="person", help_text="Who held it.")
    power_base = LinkSerializer(to="power_base", help_text="What the office rested on.")
    span = HistoricalDateSerializer(help_text="When it was held.")

    class Meta:
        model = Tenure
        fields = [
            "id",
            "person",
            "office",
            "power_base",
            "span",
            "sole_holder",
            "note",
            "certainty",
            "url",
            "page",
        ]


class TenureDetailSerializer(TenureSerializer, EvidencedSerializer):
    """A person in an office, with the evidence."""

    class Meta(TenureSerializer.Meta):
        fields = [*TenureSerializer.Meta.fields, "citations"]


class PersonSerializer(CitedSerializer):
    """Somebody who held or sought power."""

    other_names = serializers.SerializerMethodField(help_text="Other names and spellings.")
    born = HistoricalDateSerializer(allow_null=True, help_text="Null when it is not known.")
    died = HistoricalDateSerializer(
        allow_null=True, help_text="Null when it is not known, or the person is alive."
    )
    updated = serializers.DateTimeField(source="updated_at", help_text=UPDATED)

    class Meta:
        model = Person
        fields = [
            "slug",
            "name",
            "native_name",
            "sort_name",
            "other_names",
            "epithet",
            "born",
            "died",
            "undated_reason",
            "summary",
            "certainty",
            "updated",
            "url",
            "page",
        ]

    def get_other_names(self, person: Person) -> list[str]:
        return [name.strip() for name in person.other_names.split(";") if name.strip()]


class PersonDetailSerializer(PersonSerializer, EvidencedSerializer):
    """Somebody who held or sought power, with every office and the evidence."""

    tenures = TenureDetailSerializer(
        source="public_tenures", many=True, help_text="Offices held, in order of time."
    )
    related = RelatedListsField(
        {
            "events": ("event", "person"),
            "reforms": ("reform", "person"),
            "timeline": ("timeline", "person"),
        }
    )

    class Meta(PersonSerializer.Meta):
        fields = [*PersonSerializer.Meta.fields, "tenures", "citations", "related"]


class PowerBaseSerializer(CitedSerializer):
    """An institution or group on which power rests."""

    parent = LinkSerializer(
        to="power_base", allow_null=True, help_text="The larger body it belongs to, if any."
    )
    span = HistoricalDateSerializer(allow_null=True, help_text="When it existed.")
    updated = serializers.DateTimeField(source="updated_at", help_text=UPDATED)

    class Meta:
        model = PowerBase
        fields = [
            "slug",
            "name",
            "abbreviation",
            "native_name",
            "kind",
            "parent",
            "span",
            "undated_reason",
            "summary",
            "certainty",
            "updated",
            "url",
            "page",
        ]


class PowerBaseDetailSerializer(PowerBaseSerializer, EvidencedSerializer):
    """An institution or group on which power rests, with its parts and the evidence."""

    parts = LinkSerializer(
        to="power_base", source="public_parts", many=True, help_text="Bodies that belong to it."
    )
    related = RelatedListsField(
        {
            "tenures": ("tenure", "power_base"),
            "effects": ("effect", "power_base"),
            "people": ("person", "power_base"),
            "reforms": ("reform", "power_base"),
            "timeline": ("timeline", "power_base"),
        }
    )

    class Meta(PowerBaseSerializer.Meta):
        fields = [*PowerBaseSerializer.Meta.fields, "parts", "citations", "related"]


def tenures_in_order() -> Any:
    """Public tenures with whom and what they name, in order of time."""
    tenures = Tenure.objects.published().select_related("person", "power_base")
    return tenures.order_by("span_sort", "id").prefetch_related(public_citations())


class LivedFrom(From):
    """People who may have been alive on or after a day; somebody without a death may have been."""

    def narrow(self, queryset: Any, value: HistoricalDate) -> Any:
        alive = Q(died_latest__gte=value.earliest)
        return queryset.filter(alive | Q(died_latest=None, born_latest__isnull=False))


class LivedTo(To):
    """People who may have been born by a day."""

    def narrow(self, queryset: Any, value: HistoricalDate) -> Any:
        born = Q(born_earliest__lte=value.latest)
        return queryset.filter(born | Q(born_earliest=None, died_latest__isnull=False))


@extend_schema(description="People who held or sought power.")
class PersonViewSet(RecordViewSet):
    model = Person
    list_class = PersonSerializer
    detail_class = PersonDetailSerializer
    schema_org = staticmethod(schema_org.person)
    orderings: ClassVar[dict[str, tuple[str, ...]]] = {
        "name": ("sort_name", "id"),
        "-name": ("-sort_name", "-id"),
        "born": ("born_sort", "id"),
        "-born": ("-born_sort", "-id"),
    }
    filters = (
        TOPIC,
        Related(
            name="power_base",
            model="people.PowerBase",
            lookup="tenures__power_base",
            many=True,
            description="Only people who held an office that rested on this power base (its slug).",
            example="secretariat",
        ),
        LivedFrom(description="Only people who may have been alive on or after this date."),
        LivedTo(description="Only people who may have been born by this date."),
        Search(
            columns=("name", "native_name", "other_names"),
            description="Words in the name, in any spelling or script that is recorded.",
            example="Хрущёв",
        ),
    )

    def get_queryset(self) -> Any:
        people = Person.objects.published().prefetch_related(public_citations())
        if self.action == "list":
            return people
        return people.prefetch_related(
            Prefetch("tenures", tenures_in_order(), to_attr="public_tenures")
        )


@extend_schema(description="Institutions and groups on which power rests.")
class PowerBaseViewSet(RecordViewSet):
    model = PowerBase
    list_class = PowerBaseSerializer
    detail_class = PowerBaseDetailSerializer
    schema_org = staticmethod(schema_org.power_base)
    orderings: ClassVar[dict[str, tuple[str, ...]]] = {
        "name": ("name", "id"),
        "-name": ("-name", "-id"),
    }
    filters = (
        TOPIC,
        Choice(
            name="kind",
            choices=tuple(PowerBase.Kind.values),
            description="Only power bases of this kind.",
            example="security",
        ),
        Related(
            name="parent",
            model="people.PowerBase",
            description="Only parts of this power base (its slug).",
            example="communist-party",
        ),
        From(),
        To(),
        Search(
            columns=("name", "abbreviation", "native_name"),
            description="Words in the name.",
            example="committee",
        ),
    )

    def get_queryset(self) -> Any:
        bases = PowerBase.objects.published().select_related("parent")
        bases = bases.prefetch_related(public_citations())
        if self.action == "list":
            return bases
        parts = PowerBase.objects.published().order_by("name", "id")
        return bases.prefetch_related(Prefetch("parts", parts, to_attr="public_parts"))


@extend_schema(description="Who held which office when, and on what power base it rested.")
class TenureViewSet(RecordViewSet):
    model = Tenure
    nulls = False
    lookup_field = "public_id"
    list_class = TenureSerializer
    detail_class = TenureDetailSerializer
    schema_org = staticmethod(schema_org.tenure)
    orderings: ClassVar[dict[str, tuple[str, ...]]] = {
        "date": ("span_sort", "id"),
        "-date": ("-span_sort", "-id"),
    }
    filters = (
        TOPIC,
        Related(
            name="person",
            model="people.Person",
            description="Only offices of this person (a slug).",
            example="khrushchev",
        ),
        Related(
            name="power_base",
            model="people.PowerBase",
            description="Only offices that rested on this power base (its slug).",
            example="secretariat",
        ),
        Choice(
            name="kind",
            lookup="power_base__kind",
            choices=tuple(PowerBase.Kind.values),
            description="Only offices that rested on a power base of this kind.",
            example="party",
        ),
        From(),
        To(),
        Search(columns=("office",), description="Words in the office.", example="secretary"),
    )

    def get_queryset(self) -> Any:
        return tenures_in_order()


# --- the state of power on a day ------------------------------------------------------------


class HeldSerializer(TenureSerializer):
    """An office held on the day that was asked for."""

    certain = serializers.SerializerMethodField(
        help_text="False when the dates, known only to the month or year, leave open whether the "
        "office was held then."
    )

    class Meta(TenureSerializer.Meta):
        fields = ["id", "person", "office", "span", "certain", "sole_holder", "url", "page"]

    @extend_schema_field({"type": "boolean"})
    def get_certain(self, tenure: Any) -> bool:
        on: HistoricalDate = self.context["on"]
        return certainly_held(tenure.span, on.earliest, on.latest)


class HeldByPowerBaseSerializer(serializers.Serializer[Any]):
    """One power base and the offices that rested on it."""

    power_base = LinkSerializer(to="power_base")
    kind = serializers.ChoiceField(choices=PowerBase.Kind.choices, help_text="The kind it is of.")
    tenures = HeldSerializer(many=True)


@extend_schema_serializer(many=False)
class StateSerializer(serializers.Serializer[Any]):
    """Who held what on a day."""

    on = HistoricalDateSerializer(help_text="The day as it was understood.")
    truncated = serializers.BooleanField(
        help_text=f"True when more than {MOST_TENURES} offices were held: ask by power base."
    )
    power_bases = HeldByPowerBaseSerializer(many=True, help_text="In order of name.")


def certainly_held(span: HistoricalDate, first: int, last: int) -> bool:
    """True if, by what is known, the span surely touches the days from `first` to `last`.

    “1957” begins and ends on unknown days of 1957, so it surely touches no single day of it. An
    end that is open holds; one that is unknown, doubtful or approximate is not sure.
    """
    if span.is_approximate or span.is_uncertain:
        return False
    start, end = span.start, span.end
    unknown_start = start is None and not span.edtf.startswith("..")
    unknown_end = end is None and not span.edtf.endswith("..")
    begun = start.latest if start else last + 1 if unknown_start else OPEN_PAST
    ended = end.earliest if end else first - 1 if unknown_end else OPEN_FUTURE
    return begun <= last and ended >= first


class On(DateFilter):
    """A day, or a period with both ends known."""

    def read(self, text: str) -> HistoricalDate:
        on = super().read(text)
        if on.is_open:
            raise ValueError("A day or a period has both ends.")
        return on

    def narrow(self, queryset: Any, value: HistoricalDate) -> Any:
        return queryset.within("span", value.earliest, value.latest)


class StateViewSet(ReadingMixin, viewsets.GenericViewSet[Any]):
    """Who held what on a day."""

    serializer_class = StateSerializer
    pagination_class = None
    filters = (
        On(
            name="on",
            required=True,
            description="The day, in EDTF or English. For a month, year or span: every office held "
            "on any day of it.",
            example="1953-06-01",
        ),
        Related(
            name="power_base",
            model="people.PowerBase",
            description="Only offices that rested on this power base (its slug).",
            example="secretariat",
        ),
        Related(
            name="person",
            model="people.Person",
            description="Only offices of this person (a slug).",
            example="khrushchev",
        ),
    )

    def known_parameters(self) -> Any:
        return self.filters, ("format", *expanding(self))

    def get_queryset(self) -> Any:
        tenures = Tenure.objects.published().select_related("person", "power_base")
        return tenures.order_by("power_base__name", "power_base_id", "span_sort", "id")

    @extend_schema(
        operation_id="state_on",
        description="Who held which office on a day, by power base.",
        responses=StateSerializer,
    )
    def list(self, request: Request) -> Response:
        held = [*self.filter_queryset(self.get_queryset())[: MOST_TENURES + 1]]
        groups = [
            {"power_base": base, "kind": base.kind, "tenures": [*tenures]}
            for base, tenures in groupby(held[:MOST_TENURES], lambda tenure: tenure.power_base)
        ]
        on = self.values["on"]
        state = {"on": on, "truncated": len(held) > MOST_TENURES, "power_bases": groups}
        context = {**self.get_serializer_context(), "on": on}
        return self.expanded(Response(StateSerializer(state, context=context).data))
