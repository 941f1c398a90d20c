"""Sources and citations in the API, and the evidence that every record carries."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers

from records.api.filters import Choice, From, OfCourse, Presence, Related, Search, To
from records.api.links import LinkSerializer, RecordLinkSerializer, with_records
from records.api.serializers import HistoricalDateSerializer, RecordSerializer, RelatedListsField
from records.api.views import RecordViewSet, both_ways
from records.pictures.api import PictureSerializer
from sources import schema_org
from sources.api_filters import Arranged, about
from sources.certainty import evidence
from sources.models import CITED, Checked, Citation, Source

EVIDENCE_LEVELS = ("disputed", "qualified", "agreed", "single", "untested")


class CertaintySerializer(serializers.Serializer[Any]):
    """What the evidence for one statement of a record amounts to."""

    claim = serializers.CharField(
        help_text="The statement; blank for the record as a whole.", allow_blank=True
    )
    level = serializers.ChoiceField(choices=EVIDENCE_LEVELS, help_text="One word for programs.")
    words = serializers.CharField(help_text="The same as the page says it.")


class CitedSerializer(RecordSerializer):
    """A record that evidence is given for.

    In: records loaded with `sources.querysets.public_citations`.
    """

    certainty = serializers.SerializerMethodField(
        help_text="What the evidence amounts to, statement by statement."
    )

    @extend_schema_field(CertaintySerializer(many=True))
    def get_certainty(self, record: Any) -> list[dict[str, str]]:
        return [
            {"claim": group.claim, "level": group.level, "words": group.words}
            for group in evidence(record.public_citations)
        ]


class NestedCitationSerializer(RecordSerializer):
    """Evidence, beside the record that it is about."""

    source = LinkSerializer(to="source", help_text="Where it is found.")  # type: ignore[assignment]

    class Meta:
        model = Citation
        fields = [
            "id",
            "claim",
            "stance",
            "source",
            "locator",
            "quotation",
            "checked",
            "note",
            "url",
        ]


class EvidencedSerializer(CitedSerializer):
    """A record with the evidence itself."""

    citations = NestedCitationSerializer(
        source="public_citations", many=True, help_text="The evidence, in the editors’ order."
    )


class CitationSerializer(NestedCitationSerializer):
    """Evidence for one record."""

    record = RecordLinkSerializer(about=Citation, help_text="What it is evidence for.")

    class Meta(NestedCitationSerializer.Meta):
        fields = ["id", "record", *NestedCitationSerializer.Meta.fields[1:], "page"]


class SourceSerializer(RecordSerializer):
    """Where something is known from."""

    issued = HistoricalDateSerializer(allow_null=True, help_text="Published or written.")
    picture = PictureSerializer(allow_null=True, help_text="Of the source itself; null for none.")
    web_address = serializers.CharField(source="url", help_text="Where it can be read, if online.")

    class Meta:
        model = Source
        fields = [
            "slug",
            "title",
            "kind",
            "author",
            "publisher",
            "issued",
            "web_address",
            "licence",
            "checked",
            "nature",
            "origin",
            "purpose",
            "value",
            "limits",
            "note",
            "picture",
            "updated",
            "url",
            "page",
        ]


class SourceDetailSerializer(SourceSerializer):
    """Where something is known from, and what it is cited for."""

    related = RelatedListsField("source", citations="citation")

    class Meta(SourceSerializer.Meta):
        fields = [*SourceSerializer.Meta.fields, "related"]


@extend_schema(description="Where things are known from, and what each source is worth.")
class SourceViewSet(RecordViewSet):
    model = Source
    queryset = Source.objects.published()
    list_class = SourceSerializer
    detail_class = SourceDetailSerializer
    schema_org = staticmethod(schema_org.source)
    orderings = both_ways(title=("sort_key", "id"))
    filters = (
        Choice(
            name="kind",
            choices=tuple(Source.Kind.values),
            description="Only sources of this kind.",
            example="monograph",
        ),
        Choice(
            name="checked",
            choices=tuple(Checked.values),
            description="Only sources followed up so far.",
            example="read",
        ),
        OfCourse(
            name="course",
            description="Only the bibliography of this course, and what it is known from (a "
            "course’s slug).",
            example="khrushchev",
        ),
        Arranged(
            name="topic",
            out="source",
            description="Only sources cited for what stands in this topic (a topic’s slug).",
            example="de-stalinisation",
        ),
        *about(
            lambda what: f"Only sources cited for this {what}.",
            rows=Citation,
            key="source",
        ),
        From(date="issued"),
        To(date="issued"),
        Search(
            columns=("title", "author"),
            description="Words in title or author.",
            example="Soviet Century",
        ),
    )


@extend_schema(description="Evidence: which place in which source bears on which record, and how.")
class CitationViewSet(RecordViewSet):
    model = Citation
    lookup_field = "public_id"
    list_class = detail_class = CitationSerializer
    schema_org = staticmethod(schema_org.citation)
    orderings = both_ways(added=("id",))
    filters = (
        Related(
            name="source",
            description="Only evidence from this source (a source’s slug).",
            example="applebaum-2003",
        ),
        Choice(
            name="stance",
            choices=tuple(Citation.Stance.values),
            description="Only evidence that takes this stand.",
            example="disputes",
        ),
        Choice(
            name="checked",
            choices=tuple(Checked.values),
            description="Only evidence followed up so far.",
            example="read",
        ),
        Presence(
            name="kind",
            choices=tuple(CITED),
            description="Only evidence for this kind of record.",
            example="statistic",
        ),
        *about(lambda what: f"Only evidence for this {what} itself."),
        Arranged(
            name="topic",
            description="Only evidence for what stands in this topic (a topic’s slug).",
            example="de-stalinisation",
        ),
        Arranged(
            name="course",
            lookup="topic__course",
            description="Only evidence for what stands in a topic of this course (its slug).",
            example="khrushchev",
        ),
    )

    def get_queryset(self) -> Any:
        return with_records(Citation.objects.published()).prefetch_related("source")
