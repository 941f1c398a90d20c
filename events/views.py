"""The first page, courses, topics, events and the timeline."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q
from django.http import HttpResponse
from django.urls import reverse

from events.lesson.graph import living_graph
from events.lesson.reading import anchor
from events.lesson.setting import shown
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
from events.querysets import load_evidence
from events.timeline.lanes import lanes
from events.timeline.query import KINDS
from people.models import Person
from records.addresses import Moved, find_absent
from records.pages import Crumb, ListPage, MovedHere, RecordPage, absolute, page_or_first
from records.paging import Keyset
from records.routes import address
from records.schema_org import iso_span
from records.timeline.drawing import draw
from reforms.figures import disagreements
from sources.certainty import Evidence
from sources.models import Source
from sources.positions import contested


class HomeView(ListPage):
    """What Thaw is, and every course with its topics."""

    template_name = "events/home.html"
    keyset = Keyset(("sort_key", "id"), listing="courses")
    page_size = 10
    description = (
        "Political history from evidence: every statement dated and sourced, and where the "
        "evidence disagrees, you see it."
    )

    def get_queryset(self) -> Any:
        topics = Topic.objects.published().order_by("order")
        return Course.objects.published().prefetch_related(
            Prefetch("topics", topics, to_attr="public_topics")
        )

    def get_json_ld(self) -> dict[str, Any]:
        return {
            "@context": "https://schema.org",
            "@type": "WebSite",
            "name": "Thaw",
            "url": absolute(self.request, self.request.path),
        }


def _beside(key: str) -> Exists:
    """Whether there are other courses than the one in column `key`: then a page keeps to it."""
    return Exists(Course.objects.published().exclude(pk=OuterRef(key)))


class CourseView(RecordPage):
    template_name = "events/course.html"

    def get_queryset(self) -> Any:
        courses: Any = Course.objects.published().annotate(is_one_of_many=_beside("pk"))
        return courses.prefetch_related(
            Prefetch(
                "topics", Topic.objects.published().order_by("order"), to_attr="public_topics"
            ),
            Prefetch(
                "bibliography",
                Source.objects.published().order_by("kind", "sort_key", "id"),
                to_attr="public_bibliography",
            ),
        )

    @classmethod
    def own(cls, record: Any) -> dict[str, Any]:
        return {"bibliography": sorted(record.public_bibliography, key=lambda source: source.kind)}

    def get_description(self) -> str:
        return self.object.summary

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        course = self.object
        return super().get_context_data(
            in_course=course if course.is_one_of_many else None, **kwargs
        )

    def get_json_ld(self) -> dict[str, Any]:
        return {
            "@context": "https://schema.org",
            "@type": "Course",
            "name": self.object.title,
            "url": absolute(self.request, self.object.get_absolute_url()),
            "hasPart": [
                {
                    "@type": "LearningResource",
                    "name": topic.title,
                    "url": absolute(self.request, topic.get_absolute_url()),
                }
                for topic in self.object.public_topics
            ],
        }


def for_and_against() -> tuple[Prefetch[Any], ...]:
    """What a topic’s positions and their evidence are loaded with: what readers may see."""
    evidence: Any = PositionEvidence.objects.published()
    return (
        Prefetch("positions", Position.objects.published(), "public_positions"),
        Prefetch("evidence", evidence.with_records(), "public_evidence"),
    )


class TopicView(RecordPage):
    """One enquiry: question, short answer, then the records in the teacher's order."""

    template_name = "events/topic.html"
    keyset = Keyset(("order", "id"), listing="entries")
    # A teacher's topic fits on one page; a collector's, with thousands of entries, has several.
    page_size = 200

    def get_queryset(self) -> Any:
        return (
            Topic.objects.published()
            .select_related("course")
            .annotate(is_in_one_of_many=_beside("course"))
            .prefetch_related(
                Prefetch("sections", Section.objects.published(), "public_sections"),
                *for_and_against(),
            )
        )

    def get_description(self) -> str:
        return self.object.question

    def get_breadcrumbs(self) -> list[Crumb]:
        course = self.object.course
        return [Crumb(course.title, course.get_absolute_url())]

    def get_json_ld(self) -> dict[str, Any]:
        return {
            "@context": "https://schema.org",
            "@type": "LearningResource",
            "name": self.object.title,
            "description": self.object.question,
            "url": (page := absolute(self.request, self.object.get_absolute_url())),
            "isPartOf": {
                "@type": "Course",
                "name": self.object.course.title,
                "url": absolute(self.request, self.object.course.get_absolute_url()),
            },
            "hasPart": [
                {
                    "@type": "WebPageElement",
                    "name": section.heading,
                    "url": f"{page}#{anchor(section)}",
                }
                for section in self.object.public_sections
            ],
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        topic = self.object
        page, lost = page_or_first(
            self.keyset,
            TopicEntry.objects.published().filter(topic=topic).with_records(),
            size=self.page_size,
            request=self.request,
        )
        topic.public_entries = page.items
        siblings = Topic.objects.published().filter(course=topic.course_id)
        in_course = topic.course if topic.is_in_one_of_many else None
        timeline = (
            reverse("events:timeline-in-course", kwargs={"course": in_course.slug})
            if in_course
            else reverse("events:timeline")
        )
        return super().get_context_data(
            page=page,
            cursor_lost=lost,
            in_course=in_course,
            previous_topic=siblings.filter(order__lt=topic.order).order_by("-order").first(),
            next_topic=siblings.filter(order__gt=topic.order).order_by("order").first(),
            timeline_url=f"{timeline}?topic={topic.slug}",
            take_away_url=take_away_url(topic),
            **kwargs,
        )

    @classmethod
    def own(cls, record: Any) -> dict[str, Any]:
        entries = record.public_entries
        load_evidence(entries)
        lesson = shown(record.public_sections, record.public_positions, record.public_evidence)
        return {
            "lesson": lesson,
            "graph": living_graph(lesson.positions),
            "turning_points": _turning_points(entries),
            # In a version also those that stood there and are not public any more.
            "entries": sorted([*entries, *getattr(record, "gone_entries", [])], key=_order),
            "people": cls._people(entries),
            "disputed": [entry for entry in entries if _contested(entry, "disputed")],
            "qualified": [
                (entry, statements)
                for entry in entries
                if (statements := _contested(entry, "qualified"))
            ],
            "drawing": _drawing(entries),
        }

    @staticmethod
    def _people(entries: list[TopicEntry]) -> Any:
        """Who appears in these entries: themselves, in an office, or in an event."""
        shown = {e.person_id for e in entries if e.person_id}
        shown |= {e.tenure.person_id for e in entries if e.tenure}
        themselves = Person.objects.filter(pk__in=shown).order_by().values("pk")
        took_part = Participation.objects.filter(
            event__in={e.event_id for e in entries if e.event_id}
        )
        # One set of numbers: an “or” over a join is answered by reading everybody.
        appear = took_part.order_by().values("person").union(themselves)
        return Person.objects.published().filter(pk__in=appear).order_by("sort_key", "id")


class TakeAwayView(RecordPage):
    """The positions of a topic and their evidence as plain text, each with its reference."""

    template_name = "events/evidence.txt"
    content_type = "text/plain; charset=utf-8"

    def get_queryset(self) -> Any:
        topics = Topic.objects.published().select_related("course")
        return (
            topics.filter(positions__isnull=False).distinct().prefetch_related(*for_and_against())
        )

    def missing(self, slug: str) -> HttpResponse:
        answer = find_absent(Topic, slug)
        if isinstance(answer, Moved):
            return MovedHere(take_away_url(answer.record))
        return super().missing(slug)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        topic = self.object
        lesson = shown([], topic.public_positions, topic.public_evidence)
        return {
            "topic": topic,
            "positions": lesson.positions,
            "page": absolute(self.request, topic.get_absolute_url()),
        }


def take_away_url(topic: Topic) -> str:
    """The address of the positions of a topic and their evidence as plain text."""
    return address("events:take-away", topic.slug)


def _turning_points(entries: list[TopicEntry]) -> list[TopicEntry]:
    """The entries with which the lesson begins, in order of time; those without a date last."""
    chosen = [entry for entry in entries if entry.turning_point and entry.event]

    def time(entry: TopicEntry) -> tuple[bool, int]:
        span = entry.record.span
        return span is None, span.sort if span else 0

    return sorted(chosen, key=time)


def _order(entry: TopicEntry) -> int:
    return entry.order


def _contested(entry: TopicEntry, level: str) -> list[Evidence]:
    """The statements of an entry's record that stand at one level of certainty."""
    return [group for group in contested(entry.record.public_citations) if group.level == level]


def _drawing(entries: list[TopicEntry]) -> Any:
    """The dated entries of a topic as a timeline, each leading to its entry on the page."""
    orders = {(entry.kind, entry.record.pk): entry.order for entry in entries}
    dated = [
        (entry.kind, entry.record)
        for entry in entries
        if entry.kind in KINDS and entry.record.span is not None
    ]
    return draw(lanes(dated, lambda kind, record: f"#entry-{orders[kind, record.pk]}"))


class EventView(RecordPage):
    template_name = "events/event.html"

    def get_queryset(self) -> Any:
        return Event.objects.published().for_event_page()

    def get_description(self) -> str:
        return self.object.summary

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb("Timeline", reverse("events:timeline"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        event = self.object
        topics = Topic.objects.published().filter(entries__event=event).distinct().order_by("id")
        neighbours = Event.objects.published().filter(span_sort__isnull=False)
        before = after = None
        if event.span_sort is not None:
            here = Q(span_sort=event.span_sort)
            # The bound lets the index begin beside the event; the “or” alone reads one whole side.
            before = (
                neighbours.filter(span_sort__lte=event.span_sort)
                .filter(Q(span_sort__lt=event.span_sort) | here & Q(id__lt=event.id))
                .order_by("-span_sort", "-id")
                .first()
            )
            after = (
                neighbours.filter(span_sort__gte=event.span_sort)
                .filter(Q(span_sort__gt=event.span_sort) | here & Q(id__gt=event.id))
                .order_by("span_sort", "id")
                .first()
            )
        return super().get_context_data(
            topics=topics,
            before=before,
            after=after,
            disagreements=disagreements(event.public_statistics),
            **kwargs,
        )

    @classmethod
    def own(cls, record: Any) -> dict[str, Any]:
        people = record.public_participations
        return {
            "took_part": [person for person in people if not person.is_subject],
            "subjects": [person for person in people if person.is_subject],
        }

    def get_json_ld(self) -> dict[str, Any]:
        event = self.object
        data: dict[str, Any] = {
            "@context": "https://schema.org",
            "@type": "Event",
            "name": event.title,
            "url": absolute(self.request, event.get_absolute_url()),
        }
        # schema.org takes ISO 8601; a qualified or open date has no honest form there.
        if event.span and not (event.span.is_approximate or event.span.is_uncertain):
            data |= iso_span(event.span)
        return data
