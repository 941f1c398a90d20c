"""People, power bases and offices in the API."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Q
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from people import schema_org
from people.api_kinds import KIND_HELP, OfKind, key_of_kind
from people.models import Person, PowerBase, Tenure
from records.api.filters import COURSE, TOPIC, From, Related, Search, To
from records.api.links import LinkSerializer
from records.api.serializers import HistoricalDateSerializer, RelatedListsField
from records.api.views import RecordViewSet, both_ways
from records.dates import HistoricalDate
from records.pictures.api import PictureSerializer
from sources.api import CitedSerializer, EvidencedSerializer
from sources.api_filters import cited
from sources.querysets import public_citations


class TenureSerializer(CitedSerializer):
    """A person in an office, drawing on a power base."""

    person = LinkSerializer(to="person", help_text="Who held it.")
    power_base = LinkSerializer(to="power_base", help_text="What the office rested on.")
    span = HistoricalDateSerializer(help_text="When it was held.")
    attested = HistoricalDateSerializer(
        allow_null=True, help_text="Days on which sources show the person in the office."
    )

    class Meta:
        model = Tenure
        fields = [
            "id",
            "person",
            "office",
            "power_base",
            "span",
            "sole_holder",
            "acting",
            "attested",
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

    picture = PictureSerializer(allow_null=True, help_text="A portrait; null for none.")
    other_names = serializers.SerializerMethodField(help_text="Other names and spellings.")
    born = HistoricalDateSerializer(allow_null=True, help_text="Null when it is not known.")
    died = HistoricalDateSerializer(
        allow_null=True, help_text="Null when it is not known, or the person is alive."
    )

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
            "picture",
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
    related = RelatedListsField("person", events="event", reforms="reform", timeline="timeline")

    class Meta(PersonSerializer.Meta):
        fields = [*PersonSerializer.Meta.fields, "tenures", "citations", "related"]


class PowerBaseSerializer(CitedSerializer):
    """An institution or group on which power rests."""

    kind = serializers.SerializerMethodField(help_text=KIND_HELP)
    parent = LinkSerializer(
        to="power_base", allow_null=True, help_text="The larger body it belongs to, if any."
    )
    span = HistoricalDateSerializer(allow_null=True, help_text="When it existed.")
    holders_complete = HistoricalDateSerializer(
        allow_null=True,
        help_text="The days for which everybody who held an office in it is listed; null when some "
        "may be missing.",
    )

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
            "holders_complete",
            "summary",
            "certainty",
            "updated",
            "url",
            "page",
        ]

    def get_kind(self, base: PowerBase) -> str | None:
        return key_of_kind(base)


class PowerBaseDetailSerializer(PowerBaseSerializer, EvidencedSerializer):
    """An institution or group on which power rests, with its parts and the evidence."""

    parts = LinkSerializer(
        to="power_base", source="public_parts", many=True, help_text="Bodies that belong to it."
    )
    successors = LinkSerializer(
        to="power_base",
        source="public_successors",
        many=True,
        help_text="Bodies that took over its work.",
    )
    predecessors = LinkSerializer(
        to="power_base",
        source="public_predecessors",
        many=True,
        help_text="Bodies whose work it took over.",
    )
    related = RelatedListsField(
        "power_base",
        tenures="tenure",
        effects="effect",
        people="person",
        reforms="reform",
        timeline="timeline",
    )

    class Meta(PowerBaseSerializer.Meta):
        fields = [
            *PowerBaseSerializer.Meta.fields,
            "parts",
            "successors",
            "predecessors",
            "citations",
            "related",
        ]


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
    orderings = both_ways(name=("sort_key", "id"), born=("born_sort", "id"))
    filters = (
        TOPIC,
        COURSE,
        Related(
            name="power_base",
            lookup="tenures__power_base",
            many=True,
            description="Only people who held an office that rested on this power base (its slug).",
            example="secretariat",
        ),
        Related(
            name="event",
            lookup="participations__event",
            many=True,
            description="Only people who took part in this event (a slug).",
            example="secret-speech",
        ),
        Related(
            name="reform",
            lookup="reforms",
            many=True,
            description="Only people who began this reform (a slug).",
            example="sovnarkhoz-reform",
        ),
        *cited("person"),
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
    orderings = both_ways(name=("sort_key", "id"))
    filters = (
        TOPIC,
        COURSE,
        OfKind(description="Only power bases of this kind (its slug)."),
        Related(
            name="parent",
            of_kind="power_base",
            description="Only parts of this power base (its slug).",
            example="communist-party",
        ),
        Related(
            name="person",
            lookup="tenures__person",
            many=True,
            description="Only power bases that an office of this person rested on (a slug).",
            example="khrushchev",
        ),
        Related(
            name="reform",
            lookup="effects__reform",
            many=True,
            description="Only power bases that this reform changed (a slug).",
            example="sovnarkhoz-reform",
        ),
        *cited("power_base"),
        From(),
        To(),
        Search(
            columns=("name", "abbreviation", "native_name"),
            description="Words in the name.",
            example="committee",
        ),
    )

    def get_queryset(self) -> Any:
        bases = PowerBase.objects.published().select_related("kind", "parent")
        bases = bases.prefetch_related(public_citations())
        if self.action == "list":
            return bases
        parts = PowerBase.objects.published().order_by("sort_key", "id")
        return bases.prefetch_related(
            Prefetch("parts", parts, to_attr="public_parts"),
            Prefetch("successors", parts, to_attr="public_successors"),
            Prefetch("predecessors", parts, to_attr="public_predecessors"),
        )


@extend_schema(description="Who held which office when, and on what power base it rested.")
class TenureViewSet(RecordViewSet):
    model = Tenure
    nulls = False
    lookup_field = "public_id"
    list_class = TenureSerializer
    detail_class = TenureDetailSerializer
    schema_org = staticmethod(schema_org.tenure)
    orderings = both_ways(date=("span_sort", "id"))
    filters = (
        TOPIC,
        COURSE,
        *cited("tenure"),
        Related(
            name="person",
            description="Only offices of this person (a slug).",
            example="khrushchev",
        ),
        Related(
            name="power_base",
            description="Only offices that rested on this power base (its slug).",
            example="secretariat",
        ),
        OfKind(
            lookup="power_base__kind",
            description="Only offices that rested on a power base of this kind (its slug).",
            example="party",
        ),
        From(),
        To(),
        Search(columns=("office",), description="Words in the office.", example="secretary"),
    )

    def get_queryset(self) -> Any:
        return tenures_in_order()
