"""People, power bases and offices in the terms of schema.org, from what the API gives of them."""

from __future__ import annotations

from typing import Any

from records.schema_org import evidence_for, exact, lasting, linked, picture, thing

Record = dict[str, Any]


def person(record: Record) -> Record:
    names = [record.get("native_name"), *record.get("other_names", ())]
    return thing(
        "Person",
        record,
        name=record.get("name"),
        alternateName=[name for name in names if name],
        birthDate=exact(record.get("born")),
        deathDate=exact(record.get("died")),
        description=record.get("summary"),
        image=picture(record),
        memberOf=[tenure(each) for each in record.get("tenures", ())],
        subjectOf=evidence_for(record),
    )


def power_base(record: Record) -> Record:
    # A single date says when it existed, not that it began or ended then.
    span = record.get("span")
    lasted = lasting(span) if span and "/" in span["edtf"] else {}
    names = [record.get("abbreviation"), record.get("native_name")]
    return thing(
        "Organization",
        record,
        name=record.get("name"),
        alternateName=[name for name in names if name],
        foundingDate=lasted.get("startDate"),
        dissolutionDate=lasted.get("endDate"),
        description=record.get("summary"),
        parentOrganization=linked("Organization", record.get("parent")),
        subOrganization=[linked("Organization", part) for part in record.get("parts", ())],
        subjectOf=evidence_for(record),
    )


def power_base_kind(record: Record) -> Record:
    return thing("DefinedTerm", record, name=record.get("name"), description=record.get("summary"))


def tenure(record: Record) -> Record:
    return thing(
        "OrganizationRole",
        record,
        roleName=record.get("office"),
        member=linked("Person", record.get("person")),
        memberOf=linked("Organization", record.get("power_base")),
        description=record.get("note"),
        subjectOf=evidence_for(record),
        **lasting(record.get("span")),
    )
