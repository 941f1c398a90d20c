"""The timeline in the API: events, reforms and offices in one order of time."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets

from events import schema_org
from events.timeline import KINDS, ORDER, timeline
from events.timelinejs import TimelineJSRenderer
from people.models import Tenure
from records.api import (
    HistoricalDateSerializer,
    ListingMixin,
    api_url,
    key_of,
    page_url,
    title_of,
)
from records.api_filters import COURSE, Choice, Filter, From, Related, To
from records.keyset import WovenKeyset
from records.problems import ParameterProblem


class TimelineItemSerializer(serializers.Serializer[Any]):
    """A dated record of any kind, at its place in time."""

    kind = serializers.ChoiceField(
        choices=[*KINDS], read_only=True, help_text="What kind of record it is."
    )
    key = serializers.CharField(read_only=True, help_text="Its slug or public id.")
    title = serializers.CharField(read_only=True, help_text="What it is called.")
    date = HistoricalDateSerializer(read_only=True, help_text="When it was.")
    significance = serializers.IntegerField(
        allow_null=True,
        read_only=True,
        help_text="Of an event: 1 a detail, 2 notable, 3 a turning point.",
    )
    url = serializers.URLField(read_only=True, help_text="Its address in the API.")
    page = serializers.URLField(read_only=True, help_text="Its public page.")

    def to_representation(self, instance: tuple[str, Any]) -> dict[str, Any]:
        kind, record = instance
        request = self.context["request"]
        item = {
            "kind": kind,
            "key": key_of(record),
            "title": title_of(record),
            "date": HistoricalDateSerializer(record.span).data,
            "significance": getattr(record, "significance", None),
            "url": api_url(record, request),
            "page": page_url(record, request),
        }
        return {name: item[name] for name in item if name in self.fields}


class TimelineViewSet(ListingMixin, mixins.ListModelMixin, viewsets.GenericViewSet[Any]):
    """Events, reforms and tenures in one order of time."""

    serializer_class = TimelineItemSerializer
    renderer_classes = [*ListingMixin.renderer_classes, TimelineJSRenderer]
    queryset = Tenure.objects.none()
    schema_org = staticmethod(schema_org.timeline_item)
    orderings: ClassVar[dict[str, tuple[str, ...]]] = {
        "date": ORDER.ordering,
        "-date": tuple(f"-{name}" for name in ORDER.ordering),
    }
    filters: ClassVar[tuple[Filter, ...]] = (
        Related(
            name="topic",
            model="events.Topic",
            description="Only what stands in this topic (a slug).",
            example="de-stalinisation",
        ),
        COURSE,
        Related(
            name="person",
            model="people.Person",
            description="Only events the person took part in, reforms the person began, and "
            "offices the person held (a slug).",
            example="khrushchev",
        ),
        Related(
            name="power_base",
            model="people.PowerBase",
            description="Only reforms that changed this power base, events of such reforms, and "
            "offices that rested on it (its slug).",
            example="communist-party",
        ),
        Choice(
            name="kind",
            choices=tuple(KINDS),
            description="Only records of this kind.",
            example="event",
        ),
        From(),
        To(),
    )

    def filter_queryset(self, queryset: Any) -> Any:
        """The timeline's own querysets, one per kind, in place of a single one."""
        given = self.values
        return timeline(
            kinds={given["kind"]} if "kind" in given else None,
            first=given["from"].earliest if "from" in given else None,
            last=given["to"].latest if "to" in given else None,
            topic=given.get("topic"),
            course=given.get("course"),
            person=given.get("person"),
            power_base=given.get("power_base"),
        )

    def keyset(self, columns: tuple[str, ...]) -> Any:
        return WovenKeyset((columns[0], columns[1]), tuple(KINDS), listing="timeline", nulls=False)

    @extend_schema(description="Events, reforms and offices in one order of time.")
    def list(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        names = request.query_params.get("fields")
        if names and request.accepted_renderer.format == TimelineJSRenderer.format:
            raise ParameterProblem(
                "malformed-parameter",
                "fields",
                names,
                "A slide of TimelineJS is made of all members. Leave it out.",
                "",
            )
        return super().list(request, *args, **kwargs)
