"""A snapshot as something to read: fields in reading order, rows with their evidence.

The other records that a snapshot names stand here under their present names. A field or row about
a record that is not public now is left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.utils.text import capfirst

from curation.revisions.references import (
    PublicNow,
    needed_by,
    references,
    row_model_of,
    stands_alone,
)
from curation.revisions.snapshot import Snapshot
from records.dates import HistoricalDate
from records.kinds import kind_of, title_of
from sources.certainty import Evidence, evidence
from sources.models import Citation, Source


@dataclass(frozen=True)
class Link:
    """Another record that is public now, under its present name."""

    name: str
    url: str


@dataclass(frozen=True)
class Fact:
    """One field: a text, a date or links in a line, or `prose` as Markdown under a heading."""

    label: str
    text: str = ""
    prose: str = ""
    date: HistoricalDate | None = None
    links: list[Link] = field(default_factory=list)
    url: str = ""


@dataclass
class Part:
    """A record, or a row of it, to be read: the facts, the longer texts, and the evidence."""

    name: str
    url: str
    facts: list[Fact]
    texts: list[Fact]
    evidence: list[Evidence]


@dataclass
class Rows:
    """The rows of one kind, under their heading."""

    heading: str
    parts: list[Part]


@dataclass
class Whole:
    """A whole record to be read."""

    record: Part
    rows: list[Rows]


def readable(data: Snapshot, title: str, model: type[models.Model]) -> Whole:
    """Turn a snapshot of a record of kind `model` into what a reader sees.

    The number of queries is constant: one for renamed records, and one for each kind that is named.
    """
    public = PublicNow(references(model, data))
    rows = []
    for name, kept in data["rows"].items():
        row_model = row_model_of(model, name)
        # Citations stand beside what they are about.
        if heading := kind_of(row_model).heading:
            parts = [part for row in kept if (part := _row(row_model, row, public))]
            if parts:
                rows.append(Rows(heading, parts))
    return Whole(_part(model, data, public, title, ""), rows)


# --- parts ------------------------------------------------------------------------------------


def _row(model: type[models.Model], row: dict[str, Any], public: PublicNow) -> Part | None:
    """A row to be read, or None when it is about something that is not public."""
    fields = row["fields"]
    kind = kind_of(model)
    needed = [public.get(*reference) for reference in needed_by(model, row)]
    if None in needed or not (needed or stands_alone(model)):
        return None
    if kind.called_by and fields.get(kind.called_by[0]) and kind.called_by[0] not in kind.needs:
        return _part(model, row, public, fields[kind.called_by[0]], "")
    return _part(model, row, public, title_of(needed[0]), needed[0].get_absolute_url())


def _part(
    model: type[models.Model], data: dict[str, Any], public: PublicNow, name: str, url: str
) -> Part:
    facts = [
        fact
        for name in kind_of(model).all_facts
        if (fact := _fact(model, name, data["fields"], public))
    ]
    return Part(
        name,
        url,
        [fact for fact in facts if not fact.prose],
        [fact for fact in facts if fact.prose],
        _evidence(data["rows"].get("citations", []), public),
    )


def _fact(
    model: type[models.Model], name: str, kept: dict[str, Any], public: PublicNow
) -> Fact | None:
    """One field to be read; None where it is empty, not public, or was not kept at the time."""
    value = kept.get(name)
    if value is None or value in ("", []):
        return None
    dates = getattr(model, "historical_dates", {})
    if name in dates:
        date = HistoricalDate.from_edtf(value["edtf"], value["text"])
        return Fact(capfirst(dates[name].verbose_name), date=date)
    column: Any = model._meta.get_field(name)
    label = capfirst(column.verbose_name)
    if column.is_relation:
        keys = value if isinstance(value, list) else [value]
        records = [public.get(column.related_model, key) for key in keys]
        links = [Link(title_of(r), r.get_absolute_url()) for r in records if r is not None]
        return Fact(label, links=links) if links else None
    if isinstance(column, models.URLField):
        return Fact(label, url=value)
    if isinstance(column, models.TextField):
        return Fact(label, prose=value)
    return Fact(label, text=str(dict(column.flatchoices).get(value, value)))


def _evidence(rows: list[dict[str, Any]], public: PublicNow) -> list[Evidence]:
    """Kept citations as evidence, those of sources that are not public left out."""
    return evidence(kept_citations(rows, public))


def past_citations(kept: Sequence[list[dict[str, Any]]]) -> list[list[Citation]]:
    """The kept citations of several records, those of sources that are not public left out.

    In: the citation rows of one snapshot per record. Out: as many lists, in the same order; two
    queries for any number.
    """
    public = PublicNow((Source, row["fields"]["source"]) for rows in kept for row in rows)
    return [kept_citations(rows, public) for rows in kept]


def kept_citations(rows: list[dict[str, Any]], public: PublicNow) -> list[Citation]:
    """The kept citations of one record, those of sources that are not public left out."""
    citations = []
    for row in rows:
        fields = row["fields"]
        source = public.get(Source, fields["source"])
        if source is not None:
            citations.append(
                Citation(
                    public_id=row["id"],
                    source=source,
                    locator=fields["locator"],
                    claim=fields.get("claim", ""),
                    stance=fields["stance"],
                    checked=fields.get("checked", ""),
                    quotation=fields.get("quotation", ""),
                    note=fields.get("note", ""),
                )
            )
    return citations
