"""The timeline in the API: events, reforms and offices in one order of time."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, viewsets

from events import schema_org
from events.timeline.query import KINDS, ORDER, in_brief, timeline
from events.timeline.timelinejs import TimelineJSRenderer
from people.models import Tenure
from records.api.filters import COURSE, Choice, Filter, From, Related, To
from records.api.links import api_url, page_url
from records.api.problems import ParameterProblem
from records.api.serializers import HistoricalDateSerializer
from records.api.views import ListingMixin, both_ways
from records.kinds import key_of, title_of
from records.paging import WovenKeyset

# One for all rows: it keeps nothing of what it shows.
_DATE = HistoricalDateSerializer()


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
            "date": _DATE.to_representation(record.span),
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
    orderings = both_ways(date=ORDER.ordering)
    filters: ClassVar[tuple[Filter, ...]] = (
        Related(
            name="topic",
            description="Only what stands in this topic (a slug).",
            example="de-stalinisation",
        ),
        COURSE,
        Related(
            name="person",
            description="Only events the person took part in, reforms the person began, and "
            "offices the person held (a slug).",
            example="khrushchev",
        ),
        Related(
            name="power_base",
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
        values = self.values
        found = timeline(
            kinds={values["kind"]} if "kind" in values else None,
            first=values["from"].earliest if "from" in values else None,
            last=values["to"].latest if "to" in values else None,
            topic=values.get("topic"),
            course=values.get("course"),
            person=values.get("person"),
            power_base=values.get("power_base"),
        )
        return in_brief(found)

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
