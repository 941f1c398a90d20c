"""A snapshot as something to read: fields in reading order, rows with their evidence.

A snapshot names other records by their keys, as they were called when it was made. Readers see
only those that are public now, under their present names; a field or row about any other is left
out, whatever the snapshot says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.text import capfirst

from curation.whole import Snapshot, columns
from events.models import ARRANGED, Course, Event, Participation, Topic, TopicEntry
from people.models import Person, PowerBase, Tenure
from records.dates import HistoricalDate
from records.models import PastSlug, Sluggable
from reforms.models import Effect, Measure, Reform, Statistic
from sources.certainty import Evidence, evidence
from sources.models import Citation, Source

# What readers are shown of each kind, in the order in which they read it. Titles and names stand
# in the heading of the page or the row.
READ: dict[type[models.Model], tuple[str, ...]] = {
    Person: ("native_name", "epithet", "born", "died", "undated_reason", "other_names", "summary"),
    PowerBase: (
        "abbreviation",
        "native_name",
        "kind",
        "span",
        "undated_reason",
        "parent",
        "summary",
    ),
    Reform: (
        "span",
        "undated_reason",
        "reversed",
        "initiators",
        "parent",
        "problem",
        "aim",
        "measure_taken",
        "outcome",
    ),
    Measure: ("unit", "population", "finding", "caveat"),
    Event: ("span", "undated_reason", "significance", "reforms", "summary"),
    Source: (
        "kind",
        "author",
        "publisher",
        "issued",
        "url",
        "licence",
        "checked",
        "nature",
        "origin",
        "purpose",
        "value",
        "limits",
        "note",
    ),
    Course: ("span", "licence", "bibliography", "summary"),
    Topic: ("course", "order", "question", "span", "short_answer", "summary"),
    Tenure: ("span", "power_base", "note"),
    Effect: ("change", "why"),
    Participation: ("role", "part"),
    TopicEntry: ("role", "framing"),
}
# The heading over each kind of row, citations apart: they stand beside what they are about.
ROW_HEADINGS = {
    "tenures": "Offices",
    "effects": "What it did to power",
    "participations": "Who took part",
    "entries": "Its records, in the teacher’s order",
}
# The references without which a row says nothing; of an entry, the one that it has.
_NEEDED: dict[type[models.Model], tuple[str, ...]] = {
    Tenure: ("power_base",),
    Effect: ("power_base",),
    Participation: ("person",),
    TopicEntry: tuple(ARRANGED),
}
# What naming a record needs loaded.
_LOADED: dict[type[models.Model], tuple[str, ...]] = {
    Tenure: ("person", "power_base"),
    Effect: ("reform", "power_base"),
    Statistic: ("measure",),
}


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

    A constant number of queries: one for renamed records, and one per kind that is referred to.
    """
    public = _Public(_references(model, data))
    rows = []
    for name, kept in data["rows"].items():
        if name in ROW_HEADINGS:
            row_model = _row_model(model, name)
            parts = [part for row in kept if (part := _row(row_model, row, public))]
            if parts:
                rows.append(Rows(ROW_HEADINGS[name], parts))
    return Whole(_part(model, data, public, title, ""), rows)


def named(record: Any) -> str:
    """What a record is called where it stands alone: an office with its holder, and so on."""
    if isinstance(record, Tenure):
        return f"{record.person}, {record.office}"
    if isinstance(record, Effect):
        return f"{record.power_base}: {record.get_change_display().lower()} by {record.reform}"
    if isinstance(record, Statistic):
        return f"{record.measure}: {record.quantity}"
    return str(record)


def _row_model(model: type[models.Model], name: str) -> type[models.Model]:
    relation: Any = model._meta.get_field(name)
    return relation.related_model


# --- references -------------------------------------------------------------------------------

Reference = tuple[type[models.Model], str]


def _references(model: type[models.Model], data: dict[str, Any]) -> Iterator[Reference]:
    """Every other record that a snapshot, or a row of one, names."""
    kept = data["fields"]
    for column in columns(model):
        if isinstance(column, models.ForeignKey) and kept.get(column.name):
            yield column.related_model, kept[column.name]
    for relation in model._meta.many_to_many:
        for key in kept.get(relation.name, ()):
            yield relation.related_model, key
    for name, rows in data["rows"].items():
        for row in rows:
            yield from _references(_row_model(model, name), row)


class _Public:
    """Those of some references that readers may follow now."""

    def __init__(self, references: Iterable[Reference]) -> None:
        wanted: dict[type[models.Model], set[str]] = {}
        for model, key in references:
            wanted.setdefault(model, set()).add(key)
        moved = _moved(wanted)
        self._found: dict[Reference, Any] = {}
        for model, keys in wanted.items():
            now = {key: moved.get((model._meta.label_lower, key), key) for key in keys}
            column = "slug" if issubclass(model, Sluggable) else "public_id"
            manager: Any = model.objects  # type: ignore[attr-defined]
            records = manager.published().filter(**{f"{column}__in": set(now.values())})
            by_key = {
                getattr(record, column): record
                for record in records.select_related(*_LOADED.get(model, ()))
            }
            for key, current in now.items():
                if current in by_key:
                    self._found[model, key] = by_key[current]

    def get(self, model: Any, key: str | None) -> Any:
        """The record that a snapshot names, or None where readers may not see it."""
        return self._found.get((model, key)) if key else None


def _moved(wanted: dict[type[models.Model], set[str]]) -> dict[tuple[str, str], str]:
    """(kind, past slug) → present slug, of those that were renamed or merged since."""
    condition = Q(pk__in=[])
    for model, keys in wanted.items():
        if issubclass(model, Sluggable):
            condition |= Q(model=model._meta.label_lower, slug__in=keys)
    past = PastSlug.objects.filter(condition).exclude(current_slug="")
    return {(one.model, one.slug): one.current_slug for one in past}


# --- parts ------------------------------------------------------------------------------------


def _row(model: type[models.Model], row: dict[str, Any], public: _Public) -> Part | None:
    """A row to be read, or None when it is about something that is not public."""
    kept = row["fields"]
    named_by = [(name, kept[name]) for name in _NEEDED[model] if kept.get(name)]
    found = [public.get(model._meta.get_field(name).related_model, key) for name, key in named_by]
    if not found or None in found:
        return None
    if model is Tenure:
        return _part(model, row, public, kept["office"], "")
    return _part(model, row, public, named(found[0]), found[0].get_absolute_url())


def _part(
    model: type[models.Model], data: dict[str, Any], public: _Public, name: str, url: str
) -> Part:
    facts = [fact for name in READ[model] if (fact := _fact(model, name, data["fields"], public))]
    return Part(
        name,
        url,
        [fact for fact in facts if not fact.prose],
        [fact for fact in facts if fact.prose],
        _evidence(data["rows"].get("citations", []), public),
    )


def _fact(
    model: type[models.Model], name: str, kept: dict[str, Any], public: _Public
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
        links = [Link(named(r), r.get_absolute_url()) for r in records if r is not None]
        return Fact(label, links=links) if links else None
    if isinstance(column, models.URLField):
        return Fact(label, url=value)
    if isinstance(column, models.TextField):
        return Fact(label, prose=value)
    return Fact(label, text=str(dict(column.flatchoices).get(value, value)))


def _evidence(rows: list[dict[str, Any]], public: _Public) -> list[Evidence]:
    """Kept citations as evidence, those of sources that are not public left out."""
    return evidence(_citations(rows, public))


def past_citations(kept: Sequence[list[dict[str, Any]]]) -> list[list[Citation]]:
    """The kept citations of several records, those of sources that are not public left out.

    In: the citation rows of one snapshot per record. Out: as many lists, in the same order; two
    queries for any number.
    """
    public = _Public((Source, row["fields"]["source"]) for rows in kept for row in rows)
    return [_citations(rows, public) for rows in kept]


def _citations(rows: list[dict[str, Any]], public: _Public) -> list[Citation]:
    citations = []
    for row in rows:
        kept = row["fields"]
        source = public.get(Source, kept["source"])
        if source is not None:
            citations.append(
                Citation(
                    public_id=row["id"],
                    source=source,
                    locator=kept["locator"],
                    claim=kept.get("claim", ""),
                    stance=kept["stance"],
                    checked=kept.get("checked", ""),
                    quotation=kept.get("quotation", ""),
                    note=kept.get("note", ""),
                )
            )
    return citations
