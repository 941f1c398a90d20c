"""The search in the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_serializer
from rest_framework import serializers, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from records.api.filters import Choice, Filter, From, Related, To
from records.api.problems import ParameterProblem
from records.api.serializers import HistoricalDateSerializer
from records.api.views import ReadingMixin
from records.kinds import kind_named
from records.pages import absolute
from records.routes import address
from study.search.asking import LONGEST_QUERY
from study.search.database import Narrowed
from study.search.documents import kinds_by_name
from study.search.finding import Hit, mended, search
from study.search.models import SearchEntry
from study.search.narrowing import narrowed_to
from study.search.snippets import Marker, places, plain

MOST, USUAL = 50, 20
_DATE = HistoricalDateSerializer()


class Typed(Filter):
    """What is searched for."""

    def read(self, text: str) -> str:
        if len(text) > LONGEST_QUERY:
            raise ValueError(f"Search for at most {LONGEST_QUERY} characters.")
        return text

    def parameter(self) -> dict[str, Any]:
        schema = {"type": "string", "maxLength": LONGEST_QUERY}
        return {**super().parameter(), "schema": schema}


class Limit(Filter):
    """How many results."""

    def read(self, text: str) -> int:
        size = int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0
        if not 1 <= size <= MOST:
            raise ValueError(f"Use a whole number from 1 to {MOST}.")
        return size

    def parameter(self) -> dict[str, Any]:
        schema = {"type": "integer", "minimum": 1, "maximum": MOST, "default": USUAL}
        return {**super().parameter(), "schema": schema, "example": USUAL}


class ResultSerializer(serializers.Serializer[Any]):
    """A record, or a part of a lesson, that was found."""

    kind = serializers.CharField(help_text="What kind of record it is: “event”, “section”.")
    slug = serializers.CharField(allow_null=True, help_text="Its slug; null where it has none.")
    id = serializers.CharField(
        allow_null=True, help_text="Its public id; null where it has a slug."
    )
    title = serializers.CharField(help_text="What it is called.")
    url = serializers.URLField(
        help_text="Its address in the API; of a part of a lesson, that of its topic."
    )
    page = serializers.URLField(help_text="The page, and the place on it, where people read it.")
    snippet = serializers.CharField(
        allow_blank=True, help_text="A part of what it says, as plain text; blank for no words."
    )
    marks = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2),
        help_text="Where the words that were found stand in `snippet`: the first character, and "
        "the one behind the last, counted in Unicode characters.",
    )
    date = HistoricalDateSerializer(allow_null=True, help_text="When it was.")


class MendedSerializer(serializers.Serializer[Any]):
    """A word that stands nowhere as it was typed, and the word that was taken for it."""

    typed = serializers.CharField(help_text="The word of the question.")
    taken = serializers.CharField(help_text="The word that was searched for.")


@extend_schema_serializer(many=False)
class SearchSerializer(serializers.Serializer[Any]):
    """What was found, the best first."""

    count = serializers.IntegerField(help_text="How many were looked at and hold the words.")
    truncated = serializers.BooleanField(
        help_text="True where there may be more than were looked at: ask more narrowly."
    )
    mended = MendedSerializer(many=True, help_text="Slips that were mended.")
    results = ResultSerializer(many=True, help_text="The best first.")


class SearchViewSet(ReadingMixin, viewsets.GenericViewSet[Any]):
    """Everything public, by words and dates."""

    # The index is brought up to date first, and a copy would have it a moment later.
    asks_primary = True
    serializer_class = SearchSerializer
    pagination_class = None
    queryset = SearchEntry.objects.none()
    filters = (
        Typed(
            name="q",
            required=True,
            description="Words and dates, in any case, script and spelling.",
            example="Khrushchev June 1957",
        ),
        Choice(
            name="kind",
            choices=tuple(kinds_by_name()),
            description="Only results of this kind.",
            example="event",
        ),
        Related(
            name="course",
            description="Only what belongs to this course (its slug).",
            example="khrushchev",
        ),
        Related(
            name="topic",
            description="Only a topic, its parts and what stands in it (its slug).",
            example="de-stalinisation",
        ),
        From(),
        To(),
        Limit(
            name="limit",
            description=f"How many results, from 1 to {MOST}.",
            example=str(USUAL),
        ),
    )

    def filter_queryset(self, queryset: Any) -> Any:
        """The entries are narrowed by `narrowed()`, on every kind of database alike."""
        return queryset

    @extend_schema(
        operation_id="search",
        description="Everything public that holds some words or falls into a date, the best first.",
        responses=SearchSerializer,
    )
    def list(self, request: Request) -> Response:
        values = self.values
        found = search(values["q"], narrowed=self._narrowed(), most=values.get("limit", USUAL))
        if found.asked.is_empty:
            detail = "There is no word in it. Give a name, a date or a question."
            raise ParameterProblem(
                "malformed-parameter", "q", values["q"], detail, self.filters[0].example
            )
        marker = Marker(found.keys)
        return Response(
            {
                "count": found.number,
                "truncated": not found.is_all,
                "mended": [{"typed": t, "taken": w} for t, w in mended(found)],
                "results": [_result(hit, marker, request) for hit in found.hits],
            }
        )

    def _narrowed(self) -> Narrowed:
        given = self.values.get
        return narrowed_to(
            given("kind", ""), given("course"), given("topic"), given("from"), given("to")
        )


def _result(hit: Hit, marker: Marker, request: Request) -> dict[str, Any]:
    pieces = marker.snippet(hit.text)
    has_slug = hit.kind.key_field == "slug"
    listed, key = (
        (hit.kind, hit.key) if hit.kind.listing else (kind_named(hit.kind.owner), hit.within_key)
    )
    return {
        "kind": hit.kind.name,
        "slug": hit.key if has_slug else None,
        "id": None if has_slug else hit.key,
        "title": hit.title,
        "url": absolute(request, address(f"api:{listed.route}-detail", key)),
        "page": absolute(request, hit.url),
        "snippet": plain(pieces),
        "marks": [[*place] for place in places(pieces)],
        "date": _DATE.to_representation(hit.date) if hit.date else None,
    }
