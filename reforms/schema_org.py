"""Reforms, effects and figures in the terms of schema.org, from what the API gives of them."""

from __future__ import annotations

from typing import Any

from records.schema_org import evidence_for, exact, lasting, linked, thing

Record = dict[str, Any]


def reform(record: Record) -> Record:
    return thing(
        "Event",
        record,
        name=record.get("title"),
        description=record.get("measure_taken"),
        organizer=[linked("Person", person) for person in record.get("initiators", ())],
        superEvent=linked("Event", record.get("parent")),
        subEvent=[linked("Event", step) for step in record.get("steps", ())],
        subjectOf=evidence_for(record),
        **lasting(record.get("span")),
    )


def effect(record: Record) -> Record:
    about = [
        linked("Event", record.get("reform")),
        linked("Organization", record.get("power_base")),
    ]
    return thing(
        "Claim",
        record,
        name=record.get("change"),
        text=record.get("why"),
        about=[each for each in about if each],
        subjectOf=evidence_for(record),
    )


def measure(record: Record) -> Record:
    return thing(
        "Dataset",
        record,
        name=record.get("name"),
        description=record.get("finding") or record.get("caveat"),
        variableMeasured=thing(
            "PropertyValue",
            {},
            name=record.get("name"),
            description=record.get("population"),
            unitText=record.get("unit"),
        ),
        hasPart=[statistic(each) for each in record.get("series", ())],
        subjectOf=evidence_for(record),
    )


# What schema.org calls the number of each comparator. “About” has no place there but in words.
_PLACES = {
    "exactly": "value",
    "over": "minValue",
    "at_least": "minValue",
    "between": "minValue",
    "under": "maxValue",
}


def statistic(record: Record) -> Record:
    counted = record.get("measure")
    comparator = record.get("comparator", "")
    number = {}
    if comparator in _PLACES and "value" in record:
        number[_PLACES[comparator]] = record["value"]
    if comparator == "between":
        number["maxValue"] = record.get("upper_value")
    return thing(
        "Observation",
        record,
        name=record.get("phrase"),
        variableMeasured=linked("Dataset", counted),
        unitText=counted["unit"] if counted else None,
        observationDate=exact(record.get("date")),
        description=record.get("population"),
        subjectOf=evidence_for(record),
        **number,
    )
