"""Courses, topics, events and the timeline in the API."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, viewsets

from events import schema_org
from events.models import Course, Event, Participation, Topic, TopicEntry
from events.timeline import KINDS, ORDER, timeline
from events.timelinejs import TimelineJSRenderer
from people.models import Tenure
from records.api import (
    HistoricalDateSerializer,
    LinkSerializer,
    ListingMixin,
    RecordLinkSerializer,
    RecordSerializer,
    RecordViewSet,
    RelatedListsField,
    api_url,
    key_of,
    page_url,
    title_of,
)
from records.api_filters import TOPIC, Choice, Filter, From, Related, Search, To
from records.keyset import WovenKeyset
from records.problems import ParameterProblem
from reforms.api_figures import StatisticDetailSerializer, figures
from reforms.models import Reform
from sources.api import CitedSerializer, EvidencedSerializer
from sources.querysets import public_citations

UPDATED = "When it last changed here."


# --- courses and topics ---------------------------------------------------------------------


class CourseSerializer(RecordSerializer):
    """A course: topics in order, and a bibliography."""

    span = HistoricalDateSerializer(allow_null=True, help_text="The years it covers.")
    updated = serializers.DateTimeField(source="updated_at", help_text=UPDATED)

    class Meta:
        model = Course
        fields = ["slug", "title", "summary", "span", "licence", "updated", "url", "page"]


class CourseTopicSerializer(LinkSerializer):
    """A topic of a course, in brief."""

    order = serializers.IntegerField(help_text="Its place in the course, from 1.")
    question = serializers.CharField(help_text="The question that it answers.")

    def to_representation(self, instance: Any) -> dict[str, Any]:
        link = super().to_representation(instance)
        return {**link, "order": instance.order, "question": instance.question}


class CourseDetailSerializer(CourseSerializer):
    """A course with its topics."""

    topics = CourseTopicSerializer(
        source="public_topics", many=True, help_text="Its topics, in order."
    )
    related = RelatedListsField(
        {"bibliography": ("source", "course"), "topics": ("topic", "course")}
    )

    class Meta(CourseSerializer.Meta):
        fields = [*CourseSerializer.Meta.fields, "topics", "related"]


class TopicSerializer(RecordSerializer):
    """One enquiry: a question and a short answer."""

    course = LinkSerializer(help_text="The course it belongs to.")
    span = HistoricalDateSerializer(allow_null=True, help_text="The years it covers.")
    updated = serializers.DateTimeField(source="updated_at", help_text=UPDATED)

    class Meta:
        model = Topic
        fields = [
            "slug",
            "title",
            "course",
            "order",
            "question",
            "short_answer",
            "summary",
            "span",
            "updated",
            "url",
            "page",
        ]


class TopicEntrySerializer(serializers.ModelSerializer[TopicEntry]):
    """A record in a topic, and its part in the story."""

    role = serializers.ChoiceField(choices=TopicEntry.Role.choices, help_text="Its part.")
    record = RecordLinkSerializer(help_text="The record.")

    class Meta:
        model = TopicEntry
        fields = ["order", "role", "framing", "record"]
        read_only_fields = fields


class TopicDetailSerializer(TopicSerializer):
    """One enquiry, with its records in the teacher's order."""

    entries = TopicEntrySerializer(
        source="public_entries", many=True, help_text="Its records, in the teacher’s order."
    )
    related = RelatedListsField(
        {
            "events": ("event", "topic"),
            "people": ("person", "topic"),
            "reforms": ("reform", "topic"),
            "statistics": ("statistic", "topic"),
            "timeline": ("timeline", "topic"),
        }
    )

    class Meta(TopicSerializer.Meta):
        fields = [*TopicSerializer.Meta.fields, "entries", "related"]


@extend_schema(description="Courses: topics in order, and a bibliography.")
class CourseViewSet(RecordViewSet):
    model = Course
    list_class = CourseSerializer
    detail_class = CourseDetailSerializer
    schema_org = staticmethod(schema_org.course)
    orderings: ClassVar[dict[str, tuple[str, ...]]] = {
        "title": ("title", "id"),
        "-title": ("-title", "-id"),
    }
    filters = (Search(columns=("title",), description="Words in the title.", example="USSR"),)

    def get_queryset(self) -> Any:
        courses = Course.objects.published()
        if self.action == "list":
            return courses
        topics = Topic.objects.published().order_by("order", "id")
        return courses.prefetch_related(Prefetch("topics", topics, to_attr="public_topics"))


@extend_schema(description="Enquiries: a question, a short answer, and records in order.")
class TopicViewSet(RecordViewSet):
    model = Topic
    list_class = TopicSerializer
    detail_class = TopicDetailSerializer
    schema_org = staticmethod(schema_org.topic)
    orderings: ClassVar[dict[str, tuple[str, ...]]] = {
        "order": ("course_id", "order", "id"),
        "-order": ("-course_id", "-order", "-id"),
    }
    filters = (
        Related(
            name="course",
            model="events.Course",
            description="Only topics of this course (a slug).",
            example="khrushchev",
        ),
        Search(
            columns=("title", "question"),
            description="Words in title or question.",
            example="stalin",
        ),
    )

    def get_queryset(self) -> Any:
        topics = Topic.objects.published().select_related("course")
        if self.action == "list":
            return topics
        entries = TopicEntry.objects.published().order_by("order", "id")
        entries = entries.select_related(
            "event",
            "reform",
            "person",
            "power_base",
            "measure",
            "tenure__person",
            "tenure__power_base",
            "effect__reform",
            "effect__power_base",
            "statistic__measure",
        )
        return topics.prefetch_related(Prefetch("entries", entries, to_attr="public_entries"))


# --- events ---------------------------------------------------------------------------------


class ParticipationSerializer(serializers.ModelSerializer[Participation]):
    """A person's part in an event."""

    person = LinkSerializer(help_text="Who took part, or whom the event was about.")
    part = serializers.ChoiceField(
        choices=[("", "Took part"), ("subject", "Its subject")],
        help_text="“subject” for somebody whom the event was about, blank for one who took part.",
    )

    class Meta:
        model = Participation
        fields = ["person", "role", "part"]
        read_only_fields = fields


class EventSerializer(CitedSerializer):
    """Something that happened at a time."""

    span = HistoricalDateSerializer(allow_null=True, help_text="When it happened.")
    significance = serializers.IntegerField(
        min_value=1, max_value=3, help_text="1 a detail, 2 notable, 3 a turning point."
    )
    reforms = LinkSerializer(source="public_reforms", many=True, help_text="Reforms it is part of.")
    participants = ParticipationSerializer(
        source="public_participations", many=True, help_text="Who took part, and how."
    )
    updated = serializers.DateTimeField(source="updated_at", help_text=UPDATED)

    class Meta:
        model = Event
        fields = [
            "slug",
            "title",
            "span",
            "undated_reason",
            "summary",
            "significance",
            "reforms",
            "participants",
            "certainty",
            "updated",
            "url",
            "page",
        ]


class EventDetailSerializer(EventSerializer, EvidencedSerializer):
    """Something that happened at a time, with its figures, the evidence and its topics."""

    statistics = StatisticDetailSerializer(
        source="public_statistics", many=True, help_text="Figures that belong to it."
    )
    topics = serializers.SerializerMethodField(help_text="Topics in which it stands.")

    class Meta(EventSerializer.Meta):
        fields = [*EventSerializer.Meta.fields, "statistics", "citations", "topics"]

    @extend_schema_field(LinkSerializer(many=True))
    def get_topics(self, event: Any) -> Any:
        topics = {entry.topic_id: entry.topic for entry in event.public_entries}
        return LinkSerializer([*topics.values()], many=True, context=self.context).data


_PERSON = Related(
    name="person",
    model="people.Person",
    lookup="participations__person",
    many=True,
    description="Only events in which this person took part (a slug).",
    example="khrushchev",
)
_SIGNIFICANCE = Choice(
    name="significance",
    choices=(1, 2, 3),
    lookup="significance",
    description="Only events of this weight: 1 a detail, 2 notable, 3 a turning point.",
    example="3",
)


@extend_schema(description="What happened, when, and who took part.")
class EventViewSet(RecordViewSet):
    model = Event
    list_class = EventSerializer
    detail_class = EventDetailSerializer
    schema_org = staticmethod(schema_org.event)
    orderings: ClassVar[dict[str, tuple[str, ...]]] = {
        "date": ("span_sort", "id"),
        "-date": ("-span_sort", "-id"),
        "title": ("title", "id"),
        "-title": ("-title", "-id"),
    }
    filters = (
        TOPIC,
        _PERSON,
        Related(
            name="reform",
            model="reforms.Reform",
            lookup="reforms",
            many=True,
            description="Only events that are part of this reform (a slug).",
            example="sovnarkhoz-reform",
        ),
        Related(
            name="power_base",
            model="people.PowerBase",
            lookup="reforms__effects__power_base",
            also={"reforms__status": "published"},
            many=True,
            description="Only events of a reform that changed this power base (its slug).",
            example="communist-party",
        ),
        _SIGNIFICANCE,
        From(),
        To(),
        Search(
            columns=("title", "summary"),
            description="Words in title or summary.",
            example="congress",
        ),
    )

    def get_queryset(self) -> Any:
        reforms = Reform.objects.published().order_by("span_sort", "id")
        participations = Participation.objects.published().select_related("person")
        events = Event.objects.published().prefetch_related(
            public_citations(),
            Prefetch("reforms", reforms, to_attr="public_reforms"),
            Prefetch("participations", participations, to_attr="public_participations"),
        )
        if self.action == "list":
            return events
        entries = TopicEntry.objects.published().select_related("topic").order_by("topic_id")
        return events.prefetch_related(
            Prefetch("statistics", figures(), to_attr="public_statistics"),
            Prefetch("topic_entries", entries, to_attr="public_entries"),
        )


# --- the timeline ---------------------------------------------------------------------------


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
