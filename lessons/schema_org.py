"""Terms and claims in the terms of schema.org, from what the API gives of them."""

from __future__ import annotations

from typing import Any

from lessons.models import Verdict
from records.schema_org import evidence_for, linked, thing
from sources.schema_org import RECORD_TYPES

Record = dict[str, Any]


def term(record: Record) -> Record:
    names = [record.get("native_name"), *record.get("other_names", ())]
    return thing(
        "DefinedTerm",
        record,
        name=record.get("name"),
        alternateName=[name for name in names if name],
        description=record.get("definition"),
        subjectOf=evidence_for(record),
    )


def review(record: Record) -> Record:
    """A claim with its verdict. The verdicts are words and no marks out of five."""
    about, source = record.get("record"), record.get("source")
    verdict = record.get("verdict")
    claimed = {
        "@type": "Claim",
        "name": record.get("statement"),
        "appearance": linked("CreativeWork", source),
        "about": linked(RECORD_TYPES[about["kind"]], about) if about else None,
    }
    return thing(
        "ClaimReview",
        record,
        claimReviewed=record.get("statement"),
        reviewBody=record.get("reasoning"),
        reviewRating={"@type": "Rating", "alternateName": Verdict(verdict).label}
        if verdict
        else None,
        itemReviewed={name: value for name, value in claimed.items() if value},
        citation=evidence_for(record),
    )
