"""Sources and citations in the terms of schema.org, from what the API gives of them."""

from __future__ import annotations

from typing import Any

from records.schema_org import exact, linked, picture, thing
from sources.models import Source

Record = dict[str, Any]

# What kinds of source are called there; any other is a creative work.
TYPES: dict[str, str] = {
    Source.Kind.MONOGRAPH: "Book",
    Source.Kind.ARTICLE: "Article",
    Source.Kind.PRESS: "NewsArticle",
}
RECORD_TYPES = {
    "person": "Person",
    "power_base": "Organization",
    "tenure": "OrganizationRole",
    "reform": "Event",
    "effect": "Claim",
    "measure": "Dataset",
    "statistic": "Observation",
    "event": "Event",
    "term": "DefinedTerm",
    "checked_claim": "Claim",
}


def source(record: Record) -> Record:
    return thing(
        TYPES.get(record.get("kind", ""), "CreativeWork"),
        record,
        name=record.get("title"),
        author=record.get("author"),
        publisher=record.get("publisher"),
        datePublished=exact(record.get("issued")),
        license=record.get("licence"),
        sameAs=record.get("web_address"),
        description=record.get("nature"),
        image=picture(record),
    )


def citation(record: Record) -> Record:
    about = record.get("record")
    return thing(
        "Quotation" if record.get("quotation") else "CreativeWork",
        {"page": record.get("url")},
        identifier=record.get("id"),
        text=record.get("quotation"),
        abstract=record.get("claim"),
        pagination=record.get("locator"),
        comment=record.get("note"),
        isPartOf=linked("CreativeWork", record.get("source")),
        about=linked(RECORD_TYPES[about["kind"]], about) if about else None,
    )
