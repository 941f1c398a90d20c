"""Courses, topics and events in the terms of schema.org, from what the API gives of them."""

from __future__ import annotations

from typing import Any

from events.lesson.reading import words
from records.schema_org import evidence_for, lasting, linked, thing
from sources.schema_org import RECORD_TYPES

Record = dict[str, Any]


def course(record: Record) -> Record:
    return thing(
        "Course",
        record,
        name=record.get("title"),
        description=record.get("summary"),
        license=record.get("licence"),
        hasPart=[linked("LearningResource", topic) for topic in record.get("topics", ())],
    )


def topic(record: Record) -> Record:
    entries = [entry["record"] for entry in record.get("entries", ())]
    return thing(
        "LearningResource",
        record,
        name=record.get("title"),
        description=record.get("question"),
        abstract=record.get("short_answer"),
        position=record.get("order"),
        isPartOf=linked("Course", record.get("course")),
        hasPart=[_section(record, section) for section in record.get("sections", ())],
        about=[linked(RECORD_TYPES[entry["kind"]], entry) for entry in entries if entry],
    )


def _section(topic: Record, section: Record) -> Record:
    return {
        "@type": "WebPageElement",
        "@id": f"{topic.get('page')}#section-{section.get('id')}",
        "name": section.get("heading"),
        "text": words(section.get("text") or ""),
    }


def event(record: Record) -> Record:
    people = [part["person"] for part in record.get("participants", ())]
    return thing(
        "Event",
        record,
        name=record.get("title"),
        description=record.get("summary"),
        attendee=[linked("Person", person) for person in people if person],
        superEvent=[linked("Event", reform) for reform in record.get("reforms", ())],
        subjectOf=evidence_for(record),
        **lasting(record.get("span")),
    )


def timeline_item(record: Record) -> Record:
    kind = RECORD_TYPES.get(record.get("kind", ""), "Thing")
    return thing(kind, record, name=record.get("title"), **lasting(record.get("date")))
