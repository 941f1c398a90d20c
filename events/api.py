"""Courses, topics and events in the API."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework import serializers

from events import schema_org
from events.lesson.naming import set_public_texts
from events.models import (
    Course,
    Event,
    Participation,
    Position,
    PositionEvidence,
    Section,
    Topic,
    TopicEntry,
)
from records.api.filters import COURSE, TOPIC, Choice, From, Related, Search, To
from records.api.links import LinkSerializer, RecordLinkSerializer
from records.api.serializers import HistoricalDateSerializer, RecordSerializer, RelatedListsField
from records.api.views import RecordViewSet, both_ways
from reforms.api_figures import StatisticDetailSerializer, figures
from reforms.models import Reform
from sources.api import CitedSerializer, EvidencedSerializer
from sources.api_filters import about, cited
from sources.querysets import public_citations

# --- courses and topics ---------------------------------------------------------------------


class CourseSerializer(RecordSerializer):
    """A course: topics in order, and a bibliography."""

    span = HistoricalDateSerializer(allow_null=True, help_text="The years it covers.")

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
    turning_points = LinkSerializer(
        to="event",
        source="public_turning_points",
        many=True,
        help_text="The events whose days its power map offers; empty where it takes the events of "
        "the course that are marked as turning points.",
    )
    related = RelatedListsField("course", bibliography="source", topics="topic")

    class Meta(CourseSerializer.Meta):
        fields = [*CourseSerializer.Meta.fields, "topics", "turning_points", "related"]


class TopicSerializer(RecordSerializer):
    """One enquiry: a question and a short answer."""

    course = LinkSerializer(to="course", help_text="The course it belongs to.")
    span = HistoricalDateSerializer(allow_null=True, help_text="The years it covers.")

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
    record = RecordLinkSerializer(about=TopicEntry, help_text="The record.")

    class Meta:
        model = TopicEntry
        fields = ["order", "role", "framing", "turning_point", "record"]
        read_only_fields = fields


class SectionSerializer(serializers.ModelSerializer[Section]):
    """A part of a lesson: a heading, and prose that says what it rests on."""

    id = serializers.CharField(source="public_id", help_text="Its lasting name.")

    class Meta:
        model = Section
        fields = ["id", "order", "heading", "text"]
        read_only_fields = fields


class PositionEvidenceSerializer(serializers.ModelSerializer[PositionEvidence]):
    """What supports a position or limits it: a record, or a source for a historian's view."""

    id = serializers.CharField(source="public_id", help_text="Its lasting name.")
    order = serializers.IntegerField(help_text="Its strength: 1 is the strongest.")
    stance = serializers.ChoiceField(
        choices=PositionEvidence.Stance.choices, help_text="What it does to the position."
    )
    record = RecordLinkSerializer(
        about=PositionEvidence, help_text="The record; a source for a historian’s view."
    )
    why = serializers.CharField(
        help_text="What it shows, and why that supports or limits the position. Markdown, which "
        "names records and cites sources as the text of a section does."
    )

    class Meta:
        model = PositionEvidence
        fields = ["id", "order", "stance", "record", "why"]
        read_only_fields = fields


class PositionSerializer(serializers.ModelSerializer[Position]):
    """One answer to the question, with what supports and what limits it."""

    id = serializers.CharField(source="public_id", help_text="Its lasting name.")
    letter = serializers.CharField(help_text="A, B or C: its place among the positions.")
    name = serializers.CharField(help_text="Its short name.")
    statement = serializers.CharField(help_text="What it answers, in one sentence.")
    evidence = PositionEvidenceSerializer(
        source="public_evidence", many=True, help_text="Its evidence, strongest first."
    )

    class Meta:
        model = Position
        fields = ["id", "letter", "name", "statement", "evidence"]
        read_only_fields = fields


class TopicDetailSerializer(TopicSerializer):
    """One enquiry, with its lesson, its positions, and its records in the teacher's order."""

    sections = SectionSerializer(
        source="public_sections",
        many=True,
        help_text="Its lesson in prose. Markdown, in which “[words](event:secret-speech)” names a "
        "record by its kind and key, and “[@lewin-2005, chapter 13]” a source by its slug.",
    )
    positions = PositionSerializer(
        source="public_positions",
        many=True,
        help_text="The positions for and against which there is evidence, side by side.",
    )
    entries = TopicEntrySerializer(
        source="public_entries", many=True, help_text="Its records, in the teacher’s order."
    )
    related = RelatedListsField(
        "topic",
        events="event",
        people="person",
        reforms="reform",
        statistics="statistic",
        timeline="timeline",
    )

    def to_representation(self, instance: Any) -> dict[str, Any]:
        set_public_texts([*instance.public_sections, *instance.public_evidence])
        for position in instance.public_positions:
            position.public_evidence = [
                piece for piece in instance.public_evidence if piece.position == position.letter
            ]
        return super().to_representation(instance)

    class Meta(TopicSerializer.Meta):
        fields = [*TopicSerializer.Meta.fields, "sections", "positions", "entries", "related"]


@extend_schema(description="Courses: topics in order, and a bibliography.")
class CourseViewSet(RecordViewSet):
    model = Course
    list_class = CourseSerializer
    detail_class = CourseDetailSerializer
    schema_org = staticmethod(schema_org.course)
    orderings = both_ways(title=("sort_key", "id"))
    filters = (
        Related(
            name="source",
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
        turning_points: Any = Event.objects.published().order_by("span_sort", "id")
        return courses.prefetch_related(
            Prefetch("topics", topics, to_attr="public_topics"),
            Prefetch("turning_points", turning_points, to_attr="public_turning_points"),
        )


@extend_schema(description="Enquiries: a question, a short answer, and records in order.")
class TopicViewSet(RecordViewSet):
    model = Topic
    list_class = TopicSerializer
    detail_class = TopicDetailSerializer
    schema_org = staticmethod(schema_org.topic)
    orderings = both_ways(order=("course_id", "order", "id"))
    filters = (
        Related(
            name="course",
            description="Only topics of this course (a slug).",
            example="khrushchev",
        ),
        *about(
            lambda what: f"Only topics in which this {what} stands.",
            rows=TopicEntry,
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
        entries = TopicEntry.objects.published().with_records().order_by("order", "id")
        sections: Any = Section.objects.published().order_by("order", "id")
        evidence: Any = PositionEvidence.objects.published().with_records()
        return topics.prefetch_related(
            Prefetch("sections", sections, to_attr="public_sections"),
            Prefetch("positions", Position.objects.published(), to_attr="public_positions"),
            Prefetch("evidence", evidence, to_attr="public_evidence"),
            Prefetch("entries", entries, to_attr="public_entries"),
        )


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
    orderings = both_ways(date=("span_sort", "id"), title=("sort_key", "id"))
    filters = (
        TOPIC,
        COURSE,
        *cited("event"),
        Related(
            name="measure",
            lookup="statistics__measure",
            also={"statistics__status": "published"},
            many=True,
            description="Only events that a figure of this measure belongs to (a slug).",
            example="gulag-prisoners",
        ),
        _PERSON,
        Related(
            name="reform",
            lookup="reforms",
            many=True,
            description="Only events that are part of this reform (a slug).",
            example="sovnarkhoz-reform",
        ),
        Related(
            name="power_base",
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
