"""Terms and claims in the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from events.models import Topic
from lessons import schema_org
from lessons.models import ABOUT, CheckedClaim, Term, Verdict
from records.api.filters import COURSE, Choice, Presence, Related, Search
from records.api.links import LinkSerializer, RecordLinkSerializer, with_records
from records.api.views import RecordViewSet, both_ways
from sources.api import CitedSerializer, EvidencedSerializer
from sources.api_filters import cited
from sources.querysets import public_citations


@dataclass(frozen=True, kw_only=True)
class YesNo(Choice):
    """A column that holds yes or no."""

    choices: tuple[Any, ...] = ("true", "false")

    def narrow(self, queryset: Any, value: str) -> Any:
        return queryset.filter(**{self.name: value == "true"})


class TermSerializer(CitedSerializer):
    """A word that a student has to know."""

    name = serializers.CharField(help_text="The term.")
    other_names = serializers.SerializerMethodField(help_text="Other names and spellings.")
    topics = LinkSerializer(
        to="topic", source="public_topics", many=True, help_text="Topics that need it."
    )

    class Meta:
        model = Term
        fields = [
            "slug",
            "name",
            "native_name",
            "say",
            "other_names",
            "definition",
            "topics",
            "certainty",
            "updated",
            "url",
            "page",
        ]

    def get_other_names(self, term: Term) -> list[str]:
        return spellings(term)


class TermDetailSerializer(TermSerializer, EvidencedSerializer):
    """A word that a student has to know, with the evidence."""

    class Meta(TermSerializer.Meta):
        fields = [*TermSerializer.Meta.fields, "citations"]


def spellings(term: Term) -> list[str]:
    """The other spellings of a term, each by itself."""
    return [name.strip() for name in term.other_names.split(";") if name.strip()]


class ClaimSerializer(CitedSerializer):
    """What class notes say, with an editor's verdict."""

    topic = LinkSerializer(to="topic", help_text="The topic whose notes are checked.")
    source = LinkSerializer(  # type: ignore[assignment]
        to="source",
        allow_null=True,
        help_text="The notes that claim it; null for a mistake that is nobody’s alone.",
    )
    record = RecordLinkSerializer(about=CheckedClaim, help_text="What it is about.")

    class Meta:
        model = CheckedClaim
        fields = [
            "id",
            "topic",
            "order",
            "code",
            "statement",
            "common_mistake",
            "source",
            "locator",
            "record",
            "verdict",
            "reasoning",
            "certainty",
            "updated",
            "url",
            "page",
        ]


class ClaimDetailSerializer(ClaimSerializer, EvidencedSerializer):
    """What class notes say, with an editor's verdict and the evidence for and against."""

    class Meta(ClaimSerializer.Meta):
        fields = [*ClaimSerializer.Meta.fields, "citations"]


@extend_schema(description="Words that a student has to know, each in one sentence.")
class TermViewSet(RecordViewSet):
    model = Term
    list_class = TermSerializer
    detail_class = TermDetailSerializer
    schema_org = staticmethod(schema_org.term)
    orderings = both_ways(name=("sort_key", "id"))
    nulls = False
    filters = (
        Related(
            name="topic",
            lookup="topics",
            many=True,
            description="Only terms that this topic needs (a topic’s slug).",
            example="decentralisation",
        ),
        COURSE,
        *cited("term"),
        Search(
            columns=("name", "native_name", "other_names", "definition"),
            description="Words in the term, in any spelling or script, or in its definition.",
            example="совнархоз",
        ),
    )

    def get_queryset(self) -> Any:
        return Term.objects.published().prefetch_related(
            public_citations(), Prefetch("topics", topics_in_order(), to_attr="public_topics")
        )


def topics_in_order() -> Any:
    """Public topics, in the order of their courses."""
    return Topic.objects.published().select_related("course").order_by("course_id", "order", "id")


@extend_schema(description="What class notes say, what an editor finds of it, and the evidence.")
class ClaimViewSet(RecordViewSet):
    model = CheckedClaim
    lookup_field = "public_id"
    list_class = ClaimSerializer
    detail_class = ClaimDetailSerializer
    schema_org = staticmethod(schema_org.review)
    orderings = both_ways(order=("topic_id", "common_mistake", "order", "id"))
    nulls = False
    filters = (
        Related(
            name="topic",
            description="Only claims that are checked for this topic (a topic’s slug).",
            example="de-stalinisation",
        ),
        Related(
            name="course",
            lookup="topic__course",
            description="Only claims that are checked for a topic of this course (its slug).",
            example="khrushchev",
        ),
        Choice(
            name="verdict",
            choices=tuple(Verdict.values),
            description="Only claims with this verdict.",
            example="contradicted",
        ),
        YesNo(
            name="common_mistake",
            description="Only common mistakes, or only what the notes say.",
            example="true",
        ),
        Presence(
            name="kind",
            choices=tuple(ABOUT),
            description="Only claims about this kind of record.",
            example="event",
        ),
        *cited("checked_claim"),
        Search(
            columns=("statement",), description="Words in what is claimed.", example="prisoners"
        ),
    )

    def get_queryset(self) -> Any:
        claims = with_records(CheckedClaim.objects.published()).select_related("topic", "source")
        return claims.prefetch_related(public_citations())
