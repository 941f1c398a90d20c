"""The publishing gate: what a record still lacks before readers may see it.

Every statement that readers see rests on a source that they see. A citation whose source is a draft
or withdrawn counts for nothing here, because readers are not shown it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value

from records.kinds import Kind, kind_named, kind_of, kinds, root_of, title_of, with_title
from records.models import Status
from records.querysets import owner_is_published

# The relation by which a record has its evidence (see `records.models.AboutOneRecord`).
EVIDENCE = "citations"


@dataclass(frozen=True)
class Obstacle:
    """One thing that stands in the way of publishing: the field it belongs to, and what to do."""

    field: str
    message: str


# --- evidence -----------------------------------------------------------------------------------


def needs_evidence(model: Any) -> bool:
    """True for a kind of record, or of row, that states something and so has to be sourced.

    Classes that set `needs_citation = False` arrange other records and state nothing themselves.
    """
    relations = {relation.get_accessor_name() for relation in model._meta.related_objects}
    return EVIDENCE in relations and getattr(model, "needs_citation", True)


def statement_kinds() -> list[Kind]:
    """The kinds of which every public record or row has to be sourced."""
    return [kind for kind in kinds() if needs_evidence(kind.model)]


def has_visible_evidence(model: Any) -> Exists:
    """The condition that at least one source of a record is one that readers see."""
    relation = model._meta.get_field(EVIDENCE)
    seen = relation.related_model.objects.with_public_source()
    return Exists(seen.filter(**{relation.field.name: OuterRef("pk")}))


def without_evidence(model: Any) -> QuerySet[Any]:
    """The public records of a kind of which readers see no source. There should be none."""
    return model.objects.published().exclude(has_visible_evidence(model))


def all_without_evidence() -> list[Any]:
    """Every public statement of which readers see no source. One query for each kind.

    With them what its kind's own gate would not let through (`records.kinds.OwnGate`).
    """
    return without_source() + _stopped_at_their_own_gate(None)


def without_source(most: int | None = None) -> list[Any]:
    """The public statements of which readers see no source, without what else a gate asks.

    In: how many at most (None: all). One query where there is none, as there should be.
    """
    keys = [
        without_evidence(kind.model)
        .order_by()
        .annotate(name_of_kind=Value(kind.name))
        .values_list("name_of_kind", "pk")
        for kind in statement_kinds()
    ]
    found: dict[str, list[int]] = {}
    for name, pk in keys[0].union(*keys[1:], all=True)[:most]:
        found.setdefault(name, []).append(pk)
    return [
        bare
        for name, pks in found.items()
        for bare in with_title(kind_named(name).model.objects.filter(pk__in=pks))
    ]


def _stopped_at_their_own_gate(record: Any) -> list[Any]:
    """The public records which a change of `record` (None: any) may have made lack something."""
    return [
        each
        for kind in kinds()
        if kind.gate is not None
        for each in kind.gate.affected(record)
        if kind.gate.lacks(each)
    ]


def left_without_evidence(record: Any, *, came_in_sight: bool) -> list[Any]:
    """The public statements without visible evidence that a change of `record` may have caused.

    In: a record with a history of its own, after the change; and whether readers did not see it
    before. Out: the record itself, its rows and those of others that join it; for a source,
    everything that cites it; and what the gate of its own kind would not let through any more.
    One query for each kind. What has a state of its own, such as a figure, comes in sight with the
    record that it needs, and is not touched by other changes of it.
    """
    model = type(record)
    bare: list[Any] = []
    for kind in statement_kinds():
        touched = Q(pk=record.pk) if kind.model is model else Q()
        joins = came_in_sight or not hasattr(kind.model, "status")
        for name in kind.needs if joins else ():
            if kind.model._meta.get_field(name).related_model is model:
                touched |= Q(**{name: record})
        relation = kind.model._meta.get_field(EVIDENCE)
        rests_on_it = _rests_on(relation, record)
        if rests_on_it is not None:
            touched |= Q(rests_on_it)
        if touched:
            bare += with_title(without_evidence(kind.model).filter(touched))
    return bare + _stopped_at_their_own_gate(record)


def _rests_on(relation: Any, record: Any) -> Exists | None:
    """The condition that a statement cites `record`; None where `record` is no source."""
    evidence = relation.related_model
    if evidence._meta.get_field("source").related_model is not type(record):
        return None
    citing = evidence.objects.filter(source=record)
    return Exists(citing.filter(**{relation.field.name: OuterRef("pk")}))


def rows_without_evidence(records: Iterable[Any]) -> dict[int, list[Any]]:
    """The rows that would become public with each of some records, and of which readers would see
    no source.

    In: records of one kind, whatever their state. Out: by the number of the record. One query for
    each kind of row.
    """
    found: dict[int, list[Any]] = {}
    records = [record for record in records if record.pk is not None]
    if not records:
        return found
    for kind in statement_kinds():
        for name in kind.needs:
            if kind.model._meta.get_field(name).related_model is not type(records[0]):
                continue
            rows = kind.model.objects.filter(**{f"{name}__in": records})
            if hasattr(kind.model, "status"):
                rows = rows.filter(status=Status.PUBLISHED)
            for other in kind.needs:
                if other != name:
                    rows = rows.filter(owner_is_published(kind.model, other))
            rows = rows.exclude(has_visible_evidence(kind.model))
            for row in with_title(rows):
                found.setdefault(getattr(row, f"{name}_id"), []).append(row)
    return found


def name_statements(statements: Iterable[Any], most: int = 10) -> str:
    """Statements by name, for a sentence: “A”, “B” and 3 more."""
    names = [f"“{title_of(each)}”" for each in statements]
    if len(names) > most:
        names = [*names[:most], f"{len(names) - most} more"]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def roots_of(statements: Iterable[Any]) -> list[Any]:
    """The records with a history of their own that some statements are, or are rows of."""
    roots = {}
    for each in statements:
        root = root_of(each)
        roots[(type(root), root.pk)] = root
    return list(roots.values())


# --- the gate -----------------------------------------------------------------------------------


def date_obstacles(record: Any) -> list[Obstacle]:
    """What the record lacks in the way of a date; empty when it has one or says why not.

    In: a record whose class lists in `dated_by` the dates of which one is enough.
    """
    names: tuple[str, ...] = getattr(record, "dated_by", ())
    if not names or any(getattr(record, name) for name in names):
        return []
    if getattr(record, "undated_reason", "").strip():
        return []
    return [
        Obstacle(
            names[0],
            "Give a date, for example “June 1956”, or say under “why there is no date” why it "
            "has none.",
        )
    ]


def blank_obstacles(record: Any) -> list[Obstacle]:
    """What is still blank and must not be, once readers see the record.

    In: a record whose class may say so in `needed_to_publish`: fields, and what to do about each.
    """
    needed: dict[str, str] = getattr(record, "needed_to_publish", {})
    return [Obstacle(name, words) for name, words in needed.items() if not getattr(record, name)]


def citation_obstacles(record: Any, hidden: Iterable[Any]) -> list[Obstacle]:
    """What to do about a record of which readers would see no source.

    In: the record, and the sources it cites, of which readers see none.
    """
    states = [f"“{source}” is {source.get_status_display().lower()}" for source in hidden]
    if states:
        return [
            Obstacle(
                EVIDENCE,
                "Readers would see no source: "
                + "; ".join(sorted(set(states)))
                + ". Publish the source first, or cite one that readers see.",
            )
        ]
    return [
        Obstacle(
            EVIDENCE,
            "Add at least one citation: a source and the place in it, for example “chapter 13” "
            "or “p. 412”.",
        )
    ]


def row_obstacles(record: Any, rows: Iterable[Any]) -> list[Obstacle]:
    """What to do about rows that would become public, with `record`, without a source."""
    return [
        Obstacle(
            _rows_of(record, row),
            f"“{title_of(row)}” would be public without a source. Give this "
            f"{row._meta.verbose_name} a citation of its own, or choose “same source” in its row.",
        )
        for row in rows
    ]


def _rows_of(record: Any, row: Any) -> str:
    """The relation in which `record` has `row`: “tenures”."""
    joins = (row._meta.get_field(name) for name in kind_of(row).needs)
    return next(
        join.remote_field.get_accessor_name()
        for join in joins
        if join.related_model is type(record)
    )


def obstacles(
    record: Any,
    *,
    citations: int | None = None,
    rows: Iterable[Any] | None = None,
    with_rows: bool = True,
    own_gate: bool = True,
) -> list[Obstacle]:
    """Everything that keeps `record` from being published; empty when nothing does.

    In: a record, how many citations with public sources it is about to have, and its rows that
    would be without one (None: ask the database for those it has now). Lists of records load
    `citations__source` and ask `rows_without_evidence` once. `with_rows` is False on a form, whose
    rows do not stand in the database yet: then they are not looked at. `own_gate` is False where
    what a record names is perhaps missing for a reason that is told already.
    """
    lacking = date_obstacles(record) + blank_obstacles(record)
    if needs_evidence(type(record)):
        hidden: list[Any] = []
        if citations is None and record.pk:
            loaded = EVIDENCE in getattr(record, "_prefetched_objects_cache", {})
            cited = record.citations.all() if loaded else record.citations.select_related("source")
            hidden = [each.source for each in cited if not each.source.is_published]
            citations = len(cited) - len(hidden)
        if not citations:
            lacking += citation_obstacles(record, hidden)
    if not with_rows:
        return lacking
    if rows is None:
        rows = rows_without_evidence([record]).get(record.pk, []) if record.pk else []
    lacking += row_obstacles(record, rows)
    return lacking + own_obstacles(record) if own_gate else lacking


def own_obstacles(record: Any) -> list[Obstacle]:
    """What the gate of the record's own kind says of it, as it stands in the database."""
    gate = kind_of(record).gate
    if gate is None or record.pk is None:
        return []
    return [Obstacle(field, message) for field, message in gate.lacks(record)]
