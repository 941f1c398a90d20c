"""Kinds of power base in the API, and every filter and member that names one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from people import schema_org
from people.models import PowerBase, PowerBaseKind
from records.api.filters import COURSE, Related, Search
from records.api.links import public
from records.api.serializers import RecordSerializer, RelatedListsField
from records.api.views import RecordViewSet, both_ways

# So many kinds an error names; a school has fewer.
MOST_NAMED = 30


KIND_HELP = (
    "The kind it is of: the slug of a kind of power base. Null for one that readers may not see."
)


def key_of_kind(base: PowerBase) -> str | None:
    """The key of a power base’s kind; None where readers may not see the kind."""
    kind = public(base.kind)
    return kind.slug if kind else None


@dataclass(frozen=True, kw_only=True)
class OfKind(Related):
    """Records that `lookup` leads from to a kind of power base, named by its slug.

    Kinds are few, and each site has its own, so that a wrong one is answered with those there are.
    """

    name: str = "kind"
    of_kind: str = "power_base_kind"
    example: str = "security"

    def read(self, text: str) -> Any:
        try:
            return super().read(text)
        except ValueError as error:
            kinds = PowerBaseKind.objects.published().order_by("order", "sort_key", "id")
            slugs = [*kinds.values_list("slug", flat=True)[:MOST_NAMED]]
            there = f"Use one of {', '.join(slugs)}." if slugs else "No kind is published yet."
            raise ValueError(there) from error


class PowerBaseKindSerializer(RecordSerializer):
    """What sort of power base one is."""

    order = serializers.IntegerField(help_text="Lists of power bases begin with the lowest.")

    class Meta:
        model = PowerBaseKind
        fields = ["slug", "name", "order", "summary", "updated", "url", "page"]


class PowerBaseKindDetailSerializer(PowerBaseKindSerializer):
    """What sort of power base one is, and where those of this kind are listed."""

    related = RelatedListsField("kind", power_bases="power-base", tenures="tenure")

    class Meta(PowerBaseKindSerializer.Meta):
        fields = [*PowerBaseKindSerializer.Meta.fields, "related"]


@extend_schema(description="The kinds that power bases of this site are of, in the site’s order.")
class PowerBaseKindViewSet(RecordViewSet):
    model = PowerBaseKind
    list_class = PowerBaseKindSerializer
    detail_class = PowerBaseKindDetailSerializer
    schema_org = staticmethod(schema_org.power_base_kind)
    orderings = both_ways(order=("order", "sort_key", "id"), name=("sort_key", "id"))
    filters = (
        COURSE,
        Search(columns=("name",), description="Words in the name.", example="forces"),
    )

    def get_queryset(self) -> Any:
        return PowerBaseKind.objects.published()
