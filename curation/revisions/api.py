"""The public versions of a record in the API: which there are, and each as readers saw it."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import (
    OpenApiParameter,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from curation.models import Version
from curation.revisions.rendering import readable
from curation.revisions.views import public_version, public_versions, unkept_version
from records.api.links import api_url
from records.api.problems import Problem
from records.api.renderers import JSONRenderer
from records.api.serializers import HistoricalDateSerializer, ReadOnlySerializer
from records.api.views import RecordViewSet
from records.kinds import paged_kinds
from records.pages import absolute
from sources.api import EVIDENCE_LEVELS, NestedCitationSerializer

# The listing in whose addresses a record stands → its kind, of all that have pages to cite.
PLACES: dict[str, Any] = {kind.listing: kind.model for kind in paged_kinds()}
MOST_VERSIONS = 1000


class VersionSerializer(ReadOnlySerializer):
    """A version of a record that readers could see when it was current."""

    action = serializers.ChoiceField(
        choices=Version.Action.choices, help_text="What was done to make it."
    )
    reason = serializers.CharField(help_text="Why, in the editors’ words; may be empty.")
    made = serializers.DateTimeField(source="made_at", help_text="When.")
    url = serializers.SerializerMethodField(help_text="Its address in the API.")
    page = serializers.SerializerMethodField(help_text="Its public page, to cite.")

    class Meta:
        model = Version
        fields = ["number", "title", "action", "reason", "made", "url", "page"]

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, version: Version) -> str:
        record = self.context["view"].record
        return f"{api_url(record, self.context['request'])}versions/{version.number}/"

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_page(self, version: Version) -> str:
        page = f"{self.context['view'].record.get_absolute_url()}v/{version.number}/"
        return absolute(self.context["request"], page)


class NamedLinkSerializer(serializers.Serializer[Any]):
    """Another record, under its present name."""

    title = serializers.CharField(source="name", help_text="What it is called now.")
    page = serializers.SerializerMethodField(help_text="Its public page.")

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_page(self, link: Any) -> str:
        return absolute(self.context["request"], link.url)


class FactSerializer(serializers.Serializer[Any]):
    """One field of a version: a text, a date, or links to other records."""

    label = serializers.CharField(help_text="What the page calls it.")  # type: ignore[assignment]
    text = serializers.SerializerMethodField(help_text="Its text; Markdown where it is long.")
    date = HistoricalDateSerializer(allow_null=True, help_text="Where it is a date.")
    links = NamedLinkSerializer(many=True, help_text="Where it names other records.")

    @extend_schema_field({"type": "string"})
    def get_text(self, fact: Any) -> str:
        return str(fact.text or fact.prose or fact.url)


class KeptEvidenceSerializer(serializers.Serializer[Any]):
    """The evidence for one statement, as it was."""

    claim = serializers.CharField(help_text="The statement; blank for the record as a whole.")
    level = serializers.ChoiceField(choices=EVIDENCE_LEVELS, help_text="What it amounted to.")
    citations = serializers.SerializerMethodField(help_text="The citations.")

    @extend_schema_field({"type": "array", "items": {"type": "object", "additionalProperties": {}}})
    def get_citations(self, evidence: Any) -> Any:
        shown = NestedCitationSerializer(evidence.citations, many=True, context=self.context)
        # Its address may be gone by now, while the version stays.
        return [{k: v for k, v in each.items() if k != "url"} for each in shown.data]


class PartSerializer(serializers.Serializer[Any]):
    """A record or one of its rows, as readers saw it."""

    name = serializers.CharField(help_text="What it is called.")
    facts = serializers.SerializerMethodField(help_text="Its fields that were filled in.")
    evidence = KeptEvidenceSerializer(many=True, help_text="The evidence for it.")

    @extend_schema_field(FactSerializer(many=True))
    def get_facts(self, part: Any) -> Any:
        return FactSerializer([*part.facts, *part.texts], many=True, context=self.context).data


class RowsSerializer(serializers.Serializer[Any]):
    """The rows of one kind."""

    heading = serializers.CharField(help_text="What the page calls them.")
    parts = PartSerializer(many=True, help_text="The rows.")


class VersionDetailSerializer(VersionSerializer):
    """One version, with the record as readers saw it.

    Other records stand under their present names, and only where readers may see them now.
    """

    record = serializers.SerializerMethodField(help_text="The record itself.")
    rows = serializers.SerializerMethodField(help_text="What belonged to it.")

    class Meta(VersionSerializer.Meta):
        fields = [*VersionSerializer.Meta.fields, "record", "rows"]

    @extend_schema_field(PartSerializer)
    def get_record(self, version: Version) -> Any:
        return PartSerializer(self.context["whole"].record, context=self.context).data

    @extend_schema_field(RowsSerializer(many=True))
    def get_rows(self, version: Version) -> Any:
        return RowsSerializer(self.context["whole"].rows, many=True, context=self.context).data


@extend_schema_serializer(many=False)
class VersionsSerializer(serializers.Serializer[Any]):
    """The public versions of a record, newest first."""

    current = serializers.IntegerField(help_text="The number of the version that readers see now.")
    truncated = serializers.BooleanField(
        help_text=f"True when there are more than {MOST_VERSIONS}; the oldest are left out."
    )
    versions = VersionSerializer(many=True, help_text="Numbers that are missing were not public.")


_PLACE = OpenApiParameter(
    "place",
    str,
    OpenApiParameter.PATH,
    description="The listing that the record stands in.",
    enum=[*PLACES],
)


class VersionViewSet(RecordViewSet):
    """The public versions of one record: what was never public is answered as if it never was."""

    queryset = Version.objects.none()
    pagination_class = None
    # A version may be hidden without a change of what readers see.
    keeps_answers = False
    renderer_classes = [JSONRenderer]
    list_class = VersionsSerializer
    detail_class = VersionDetailSerializer
    record: Any

    def known_parameters(self) -> Any:
        return (), ("format",)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if kwargs["place"] not in PLACES:
            raise Http404
        self.model = PLACES[kwargs["place"]]
        super().initial(request, *args, **kwargs)

    @extend_schema(
        operation_id="versions",
        description="The public versions of a record, newest first.",
        parameters=[_PLACE],
        responses=VersionsSerializer,
    )
    def list(self, request: Request, place: str, slug: str) -> Response:
        record = self.model.objects.published().filter(slug=slug).first()
        if record is None:
            return self._moved(request, slug, "versions/")
        self.record = record
        newest = [*public_versions(record).defer("snapshot")[: MOST_VERSIONS + 1]]
        shown = newest[:MOST_VERSIONS]
        if not shown or shown[0].number < record.version:
            shown = [unkept_version(record), *shown]
        listed = {
            "current": record.version,
            "truncated": len(newest) > MOST_VERSIONS,
            "versions": shown,
        }
        return Response(VersionsSerializer(listed, context=self.get_serializer_context()).data)

    @extend_schema(
        operation_id="version",
        description="One version of a record, as readers saw it.",
        parameters=[_PLACE],
        responses=VersionDetailSerializer,
    )
    def retrieve(self, request: Request, place: str, slug: str, number: int) -> Response:
        record = self.model.objects.published().filter(slug=slug).first()
        if record is None:
            return self._moved(request, slug, f"versions/{number}/")
        self.record = record
        version = public_version(record, number)
        if version is None:
            noun = self.model._meta.verbose_name
            raise Problem(404, "not-found", f"This {noun} has no public version {number}.")
        context = {
            **self.get_serializer_context(),
            "whole": readable(version.snapshot, version.title, self.model),
        }
        return Response(VersionDetailSerializer(version, context=context).data)

    def _moved(self, request: Request, slug: str, below: str) -> Response:
        """The way to the same under a record's present address; an error where it has none.

        A record that was merged had versions of its own. Its address leads to the record that it
        is part of now, and never to a version of that record with the same number.
        """
        response = self.missing(request, slug)
        path, mark, query = response["Location"].partition("?")
        present_slug = path.rstrip("/").rpartition("/")[2]
        present_record = self.model.objects.published().get(slug=present_slug)
        versions_there = Version.objects.filter(model=self.model._meta.label_lower, key=slug)
        if not versions_there.exclude(record_id=present_record.pk).exists():
            response["Location"] = f"{path}{below}{mark}{query}"
        return response
