"""The first page, courses, topics, events and the timeline."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Q
from django.urls import reverse

from events.lanes import lanes
from events.models import Course, Event, Topic, TopicEntry
from events.timeline import KINDS
from people.models import Person
from records.keyset import CursorError, Keyset
from records.pages import Crumb, ListPage, RecordPage, absolute
from records.timeline_drawing import draw
from reforms.figures import disagreements
from sources.certainty import Evidence
from sources.models import Source
from sources.positions import contested


class HomeView(ListPage):
    """What Thaw is, and every course with its topics."""

    template_name = "events/home.html"
    keyset = Keyset(("title", "id"), listing="courses")
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


class CourseView(RecordPage):
    template_name = "events/course.html"

    def get_queryset(self) -> Any:
        courses: Any = Course.objects.published()
        return courses.prefetch_related(
            Prefetch(
                "topics", Topic.objects.published().order_by("order"), to_attr="public_topics"
            ),
            Prefetch(
                "bibliography",
                Source.objects.published().order_by("kind", "title"),
                to_attr="public_bibliography",
            ),
        )

    def get_description(self) -> str:
        return self.object.summary

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


class TopicView(RecordPage):
    """One enquiry: question, short answer, then the records in the teacher's order."""

    template_name = "events/topic.html"
    keyset = Keyset(("order", "id"), listing="entries")
    # A teacher's topic fits on one page; a collector's, with thousands of entries, has several.
    page_size = 200

    def get_queryset(self) -> Any:
        return Topic.objects.published().select_related("course")

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
            "url": absolute(self.request, self.object.get_absolute_url()),
            "isPartOf": {
                "@type": "Course",
                "name": self.object.course.title,
                "url": absolute(self.request, self.object.course.get_absolute_url()),
            },
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        topic = self.object
        entries = TopicEntry.objects.published().filter(topic=topic).for_topic_page()
        cursor = self.request.GET.get("cursor") or None
        try:
            page = self.keyset.page(entries, size=self.page_size, cursor=cursor)
        except CursorError:
            page = self.keyset.page(entries, size=self.page_size, cursor=None)
            kwargs["cursor_lost"] = True
        siblings = Topic.objects.published().filter(course=topic.course_id)
        return super().get_context_data(
            page=page,
            entries=page.items,
            people=self._people(page.items),
            disputed=[entry for entry in page.items if _contested(entry, "disputed")],
            qualified=[
                (entry, statements)
                for entry in page.items
                if (statements := _contested(entry, "qualified"))
            ],
            drawing=_drawing(page.items),
            previous_topic=siblings.filter(order__lt=topic.order).order_by("-order").first(),
            next_topic=siblings.filter(order__gt=topic.order).order_by("order").first(),
            timeline_url=f"{reverse('events:timeline')}?topic={topic.slug}",
            **kwargs,
        )

    def _people(self, entries: list[TopicEntry]) -> Any:
        """Who appears in these entries: themselves, in an office, or in an event."""
        return (
            Person.objects.published()
            .filter(
                Q(pk__in={e.person_id for e in entries if e.person_id})
                | Q(pk__in={e.tenure.person_id for e in entries if e.tenure})
                | Q(participations__event__in={e.event_id for e in entries if e.event_id})
            )
            .distinct()
            .order_by("sort_name", "id")
        )


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
            before = (
                neighbours.filter(Q(span_sort__lt=event.span_sort) | here & Q(id__lt=event.id))
                .order_by("-span_sort", "-id")
                .first()
            )
            after = (
                neighbours.filter(Q(span_sort__gt=event.span_sort) | here & Q(id__gt=event.id))
                .order_by("span_sort", "id")
                .first()
            )
        people = event.public_participations
        return super().get_context_data(
            topics=topics,
            took_part=[person for person in people if not person.is_subject],
            subjects=[person for person in people if person.is_subject],
            before=before,
            after=after,
            disagreements=disagreements(event.public_statistics),
            **kwargs,
        )

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
            if event.span.start:
                data["startDate"] = event.span.start.edtf
            if event.span.end:
                data["endDate"] = event.span.end.edtf
        return data
