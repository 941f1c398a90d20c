"""Events, courses and topics with their rows, as the engine has to know them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from events.lesson import gate
from events.lesson.reading import anchor
from events.models import (
    ARRANGED,
    WEIGHED,
    Course,
    Event,
    Participation,
    Position,
    PositionEvidence,
    Section,
    Topic,
    TopicEntry,
)
from people.models import Person, PowerBase
from records.arrangement import arrange_by, entries
from records.kinds import SELF, Kind, OwnGate, SearchFacts, Shows, TimelineFacts, register
from reforms.models import Reform


def _turning_points(events: Any) -> Any:
    return events.filter(significance=Event.Significance.TURNING_POINT)


def _days_of_change(events: Any, course: Course | None) -> Any:
    """The events that courses chose for their power maps; of one that chose none, what turned."""
    courses = Course.objects.published() if course is None else Course.objects.filter(pk=course.pk)
    chosen = Event.objects.filter(turning_points_of__in=courses)
    if course is not None:
        if chosen.exists():
            return events.filter(pk__in=chosen.values("pk"))
        return _turning_points(events.in_course(course))
    if not chosen.exists():
        return _turning_points(events)
    silent = entries().filter(topic__course__in=courses.filter(turning_points=None))
    turned = Q(
        significance=Event.Significance.TURNING_POINT,
        pk__in=silent.filter(event__isnull=False).values("event"),
    )
    return events.filter(Q(pk__in=chosen.values("pk")) | turned)


def _events(
    events: Any, *, person: Person | None, power_base: PowerBase | None, at_least: int
) -> Any:
    if power_base is not None:
        reforms = Reform.objects.published().filter(effects__power_base=power_base)
        events = events.filter(reforms__in=reforms).distinct()
    if person is not None:
        events = events.filter(participations__person=person)
    return events.filter(significance__gte=at_least) if at_least > 1 else events


register(
    Kind(
        model=Course,
        order=10,
        listing="courses",
        place="courses",
        example="khrushchev",
        # A course's document has the address of its bibliography, its page the bibliography itself.
        shows=(
            Shows("source", "course", Course.bibliography.through),
            Shows("event", "course", Course.turning_points.through),
        ),
        admin_group="teaching",
        search=SearchFacts(dated_by="span", weight=lambda course: 3),
        facts=("span", "licence", "bibliography", "turning_points", "summary"),
    ),
    Kind(
        model=Topic,
        order=20,
        listing="topics",
        place="topics",
        example="de-stalinisation",
        rows=("sections", "positions", "evidence", "entries"),
        needs=("course",),
        gate=OwnGate(lacks=gate.lacks, affected=gate.affected),
        shows=(Shows("course", SELF), Shows(SELF, "course")),
        admin_group="teaching",
        search=SearchFacts(
            names=("question",), dated_by="span", weight=lambda topic: 4, explains=True
        ),
        facts=("course", "order", "question", "span", "short_answer", "summary"),
    ),
    Kind(
        model=Event,
        order=30,
        listing="events",
        place="events",
        example="secret-speech",
        distinction=lambda event: event.span.display() if event.span else "",
        rows=("participations", "citations"),
        shows=(Shows("reform", "event", Event.reforms.through),),
        happened=lambda event: event.span,
        mergeable=True,
        timeline=TimelineFacts(
            order=1,
            heading="Events",
            nouns=("event", "events"),
            narrow=_events,
            named_by=("slug", "title", "significance"),
            template="events/_event_in_timeline.html",
            item=lambda event: (str(event), str(event), event.significance),
            shape="dots",
            turning_points=_turning_points,
            days_of_change=_days_of_change,
        ),
        entry_text="summary",
        search=SearchFacts(weight=lambda event: event.significance + 1),
        facts=("span", "undated_reason", "significance", "reforms", "summary"),
        admin_group="history",
    ),
    Kind(
        model=Participation,
        order=31,
        title_needs=("event", "person"),
        owner="event",
        noun="Participant",
        heading="Who took part",
        called_by=("person",),
        needs=("event", "person"),
        shows=(Shows("person", "event"),),
        facts=("role", "part"),
    ),
    Kind(
        model=TopicEntry,
        order=21,
        owner="topic",
        noun="Entry",
        heading="Its records, in the teacher’s order",
        called_by=("person", "power_base", "event", "reform", "statistic", "measure"),
        needs=("topic", *ARRANGED),
        shows=(*(Shows(name, "topic") for name in ARRANGED), Shows("topic", "event")),
        same=("topic_id", "role", *(f"{name}_id" for name in ARRANGED)),
        facts=("role", "framing", "turning_point"),
    ),
    Kind(
        model=Section,
        order=22,
        owner="topic",
        noun="Section",
        heading="Its sections",
        called_by=("heading",),
        needs=("topic",),
        # It stands in no document but its own topic's.
        shows=(Shows("topic", "topic"),),
        search=SearchFacts(
            title=lambda section: section.heading,
            needs=("topic",),
            address=lambda section: f"{section.topic.get_absolute_url()}#{anchor(section)}",
            explains=True,
            heading="In the lessons",
        ),
        facts=("heading", "text"),
    ),
    Kind(
        model=Position,
        order=23,
        owner="topic",
        noun="Position",
        heading="Its positions",
        called_by=("name",),
        needs=("topic",),
        # It stands in no document but its own topic's.
        shows=(Shows("topic", "topic"),),
        search=SearchFacts(
            text=("statement",),
            title=lambda position: f"{position.name}: {position.topic.question}",
            needs=("topic",),
            address=lambda position: (
                f"{position.topic.get_absolute_url()}#position-{position.letter.lower()}"
            ),
            heading="Positions",
        ),
        facts=("letter", "statement"),
    ),
    Kind(
        model=PositionEvidence,
        order=24,
        owner="topic",
        noun="Evidence",
        heading="Its evidence for and against",
        called_by=(*WEIGHED,),
        needs=("topic", *WEIGHED),
        shows=tuple(Shows(name, "topic") for name in WEIGHED),
        same=("topic_id", "position", *(f"{name}_id" for name in WEIGHED)),
        facts=("position", "stance", "why"),
    ),
)
arrange_by(TopicEntry)
