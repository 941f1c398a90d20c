"""The change feed in the API: what became of public records since a place in the feed."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_field
from rest_framework import mixins, serializers, viewsets
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from curation.changefeed.sequencer import latest_change, number_changes
from curation.models import Change
from records.api.filters import Choice
from records.api.links import KIND_NAMES
from records.api.pagination import page_size_parameter, read_page_size
from records.api.problems import MEDIA_TYPE, ParameterProblem, Problem, ProblemSerializer
from records.api.renderers import JSONRenderer
from records.api.serializers import ReadOnlySerializer
from records.api.views import ReadingMixin
from records.kinds import kind_named
from records.pages import absolute
from records.routes import address

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# A place in the feed is the number and the time of an entry. This one is before the first.
Place = tuple[int, datetime]
_BEGINNING: Place = (0, _EPOCH)
# The first word of every cursor of this feed, so that those of other lists are refused.
_SCOPE = "changes"
_ANEW = "Leave “after” out to begin anew."


class ChangedRecordSerializer(serializers.Serializer[Any]):
    """The record under whose address another one stands now."""

    kind = serializers.ChoiceField(choices=KIND_NAMES, help_text="What kind of record it is.")
    key = serializers.CharField(help_text="Its slug or public id.")
    url = serializers.URLField(help_text="Its address in the API.")


class ChangeSerializer(ReadOnlySerializer):
    """What became of one public record."""

    position = serializers.IntegerField(
        source="number", help_text="Its place in the feed: later entries have larger ones."
    )
    kind = serializers.ChoiceField(choices=KIND_NAMES, help_text="What kind of record it is.")
    key = serializers.CharField(help_text="Its slug or public id, then.")
    action = serializers.ChoiceField(
        choices=Change.Action.choices, help_text="What became of it, seen from outside."
    )
    url = serializers.SerializerMethodField(
        help_text="Its address in the API; null when nothing stands there after this change."
    )
    into = serializers.SerializerMethodField(
        help_text="Where it is found now, when it was renamed or merged; else null."
    )
    at = serializers.DateTimeField(source="made_at", help_text="When the feed took it in.")

    class Meta:
        model = Change
        fields = ["position", "kind", "key", "action", "url", "into", "at"]

    @extend_schema_field({"type": ["string", "null"], "format": "uri"})
    def get_url(self, change: Change) -> str | None:
        return self._address(change.kind, change.key) if change.is_live else None

    @extend_schema_field(ChangedRecordSerializer(allow_null=True))
    def get_into(self, change: Change) -> dict[str, str] | None:
        if not change.into:
            return None
        url = self._address(change.kind, change.into)
        return {"kind": change.kind, "key": change.into, "url": url}

    def _address(self, kind: str, key: str) -> str:
        path = address(f"api:{kind_named(kind).route}-detail", key)
        return absolute(self.context["request"], path)


class ChangesPagination(BasePagination):
    """Pages of the feed, forwards only. `after` is where to go on, now or another day."""

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        size = read_page_size(request)
        start = _read_place(request.query_params.get("after"))
        # First number what waits, then ask how far the feed goes, then read the entries up to
        # there: an entry that is made meanwhile comes with the next page.
        self.more = number_changes()
        end = latest_change() or _BEGINNING
        _refuse_lost(start, end)
        newer = queryset.filter(number__gt=start[0], number__lte=end[0]).order_by("number")
        entries = [*newer[: size + 1]]
        if len(entries) > size:
            entries = entries[:size]
            self.more, end = True, (entries[-1].number, entries[-1].made_at)
        self.after = _encode_place(end)
        return entries

    def get_paginated_response(self, data: Any) -> Response:
        query = self.request.query_params.copy()
        query["after"] = self.after
        following = absolute(self.request, f"{self.request.path}?{query.urlencode()}")
        body = {"next": following if self.more else None, "after": self.after, "results": data}
        return Response(body, headers={"Link": f'<{following}>; rel="next"'} if self.more else None)

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["next", "after", "results"],
            "properties": {
                "next": {
                    "type": ["string", "null"],
                    "format": "uri",
                    "description": "The next page; null when there is nothing more at present.",
                },
                "after": {
                    "type": "string",
                    "description": "The place behind this page: keep it, and give it as “after” "
                    "to go on from here, at once or another day.",
                },
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            {
                "name": "after",
                "in": "query",
                "required": False,
                "description": "Only what came after this place in the feed: “after” of an earlier "
                "answer. Without it the feed begins at its beginning, from which it tells of every "
                "record. Its form is nobody’s business and may change.",
                "schema": {"type": "string"},
            },
            page_size_parameter("entries"),
        ]


class ChangeViewSet(ReadingMixin, mixins.ListModelMixin, viewsets.GenericViewSet[Change]):
    """What changed in the public record."""

    queryset = Change.objects.all()
    serializer_class = ChangeSerializer
    pagination_class = ChangesPagination
    renderer_classes = [JSONRenderer]
    filters = (
        Choice(
            name="kind",
            choices=tuple(KIND_NAMES),
            description="Only records of this kind.",
            example="event",
        ),
    )

    def known_parameters(self) -> Any:
        return self.filters, ("format", "after", "page_size")

    @extend_schema(
        description="What became of public records, in an order that misses nothing: created, "
        "updated, published again, renamed, withdrawn, merged, deleted.",
        responses={
            200: ChangeSerializer(many=True),
            (410, MEDIA_TYPE): OpenApiResponse(
                ProblemSerializer, "The feed does not know the place any more: begin anew."
            ),
        },
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().list(request, *args, **kwargs)


# --- places in the feed -------------------------------------------------------------------------


def _encode_place(place: Place) -> str:
    """A place as a cursor. The time tells an entry from another one that later has its number."""
    number, made_at = place
    text = orjson.dumps([_SCOPE, number, (made_at - _EPOCH) // timedelta(microseconds=1)])
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def _read_place(cursor: str | None) -> Place:
    """The place that a cursor names, the beginning without one. Trusts nothing in it.

    Raises `ParameterProblem`.
    """
    if cursor is None:
        return _BEGINNING
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        scope, number, moment = orjson.loads(raw)
        if scope != _SCOPE or type(number) is not int or type(moment) is not int or number < 0:
            raise ValueError("This is the cursor of something else.")
        return number, _EPOCH + timedelta(microseconds=moment)
    except (binascii.Error, ValueError, TypeError, OverflowError) as error:
        detail = f"Use “after” of an earlier answer of this feed as it was. {_ANEW}"
        raise ParameterProblem("bad-cursor", "after", cursor, detail, "") from error


def _refuse_lost(place: Place, newest: Place) -> None:
    """Refuse a place that this feed never had. Raises `Problem` (410).

    It is the place of another feed, or of this one before the database was set back to an earlier
    copy. A feed that went on from a copy gives the same numbers again, but at later times.
    """
    number, made_at = place
    if not number:
        return
    is_known = number <= newest[0]
    if is_known:
        # The entry of the place, or what stands before it if a newer one took its place since.
        up_to_here = Change.objects.filter(number__lte=number).order_by("-number")
        times = up_to_here.values_list("made_at", flat=True)[:1]
        is_known = all(time <= made_at for time in times)
    if not is_known:
        detail = f"The feed has no such place: the site was set back to an earlier copy. {_ANEW}"
        raise Problem(410, "cursor-lost", detail)
