"""Courses, topics and events in the API."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from events import schema_org
from events.models import Course, Event, Participation, Topic, TopicEntry
from records.api import (
    HistoricalDateSerializer,
    LinkSerializer,
    RecordLinkSerializer,
    RecordSerializer,
    RecordViewSet,
    RelatedListsField,
)
from records.api_filters import COURSE, TOPIC, Choice, From, Related, Search, To
from reforms.api_figures import StatisticDetailSerializer, figures
from reforms.models import Reform
from sources.api import CitedSerializer, EvidencedSerializer
from sources.api_filters import about, cited
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
        to="topic", source="public_topics", many=True, help_text="Its topics, in order."
    )
    related = RelatedListsField(
        {"bibliography": ("source", "course"), "topics": ("topic", "course")}
    )

    class Meta(CourseSerializer.Meta):
        fields = [*CourseSerializer.Meta.fields, "topics", "related"]


class TopicSerializer(RecordSerializer):
    """One enquiry: a question and a short answer."""

    course = LinkSerializer(to="course", help_text="The course it belongs to.")
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
    filters = (
        Related(
            name="source",
            model="sources.Source",
            lookup="bibliography",
            many=True,
            description="Only courses that have this source in their bibliography (its slug).",
            example="applebaum-2003",
        ),
        From(),
        To(),
        Search(columns=("title",), description="Words in the title.", example="USSR"),
    )

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
        *about(
            lambda what: f"Only topics in which this {what} stands.",
            rows="events.TopicEntry",
            key="topic",
        ),
        From(),
        To(),
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

    person = LinkSerializer(to="person", help_text="Who took part, or whom the event was about.")
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
    reforms = LinkSerializer(
        to="reform", source="public_reforms", many=True, help_text="Reforms it is part of."
    )
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
    topics = LinkSerializer(
        to="topic", source="public_topics", many=True, help_text="Topics in which it stands."
    )

    class Meta(EventSerializer.Meta):
        fields = [*EventSerializer.Meta.fields, "statistics", "citations", "topics"]

    def to_representation(self, instance: Any) -> dict[str, Any]:
        # Each once, even where a topic shows the event twice.
        topics = {entry.topic_id: entry.topic for entry in instance.public_entries}
        instance.public_topics = [*topics.values()]
        return super().to_representation(instance)


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
        COURSE,
        *cited("event"),
        Related(
            name="measure",
            model="reforms.Measure",
            lookup="statistics__measure",
            also={"statistics__status": "published"},
            many=True,
            description="Only events that a figure of this measure belongs to (a slug).",
            example="gulag-prisoners",
        ),
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
