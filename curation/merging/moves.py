"""Rows moved from one record to another, each step written down so that it can be walked back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models

from curation.revisions.snapshot import ROWS
from records.kinds import find_kind, root_of
from records.models import Identified


@dataclass
class Step:
    """One row that was moved (its `column` now names `target`) or dropped as a double of `target`.

    `values` are all its columns as they were before. A step of the kind "named" gave the record
    `target` a spelling of the merged one, `label`, in its `column`.
    """

    kind: str  # "moved", "dropped", "named"
    table: str
    pk: int
    column: str
    target: int
    label: str
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def model(self) -> Any:
        return apps.get_model(self.table)


def pack(step: Step) -> dict[str, Any]:
    return asdict(step)


def unpack(packed: dict[str, Any]) -> Step:
    return Step(**packed)


def pointers(model: type[models.Model]) -> list[tuple[type[models.Model], Any]]:
    """Every table and column that can point at a record of `model`, in a fixed order.

    The tables behind many-to-many fields are among them.
    """
    return [
        (table, column)
        for table in sorted(
            apps.get_models(include_auto_created=True), key=lambda m: m._meta.label_lower
        )
        for column in table._meta.concrete_fields
        if column.is_relation and column.related_model is model
    ]


def rows_of(record: Any) -> Iterator[tuple[Any, Any]]:
    """Every row that points at `record`, with the column by which it does."""
    for table, column in pointers(type(record)):
        for row in table._base_manager.filter(**{column.attname: record.pk}).order_by("pk"):
            yield row, column


def owners_of(record: Any) -> set[tuple[str, int]]:
    """The whole records (kind, number) that change when what points at `record` moves."""
    owners: set[tuple[str, int]] = set()
    for row, _ in rows_of(record):
        owners |= _owned(row)
        if type(row) not in ROWS:
            for inner, _ in rows_of(row):
                owners |= _owned(inner)
    return owners


def _owned(row: Any) -> set[tuple[str, int]]:
    declared_by = type(row)._meta.auto_created
    if declared_by:
        # A line of a many-to-many field is part of the record that declares the field.
        for relation in declared_by._meta.many_to_many:
            if relation.remote_field.through is type(row):
                pk = getattr(row, type(row)._meta.get_field(relation.m2m_field_name()).attname)
                return {(declared_by._meta.label_lower, pk)}
    root = root_of(row)
    return {(root._meta.label_lower, root.pk)} if root is not None else set()


def absorb(kept: Any, merged: Any, steps: list[Step]) -> None:
    """Point everything at `kept` that points at `merged`, then delete `merged`.

    Rows that `kept` has already are absorbed into those in turn, with what points at them.
    """
    for row, column in list(rows_of(merged)):
        twin = _twin(row, column, kept)
        if twin is not None:
            absorb(twin, row, steps)
            continue
        steps.append(_step("moved", row, column.attname, kept.pk))
        type(row)._base_manager.filter(pk=row.pk).update(**{column.attname: kept.pk})
    steps.append(_step("dropped", merged, "", kept.pk))
    deleted, _ = merged.delete()
    assert deleted == 1, "something still pointed at what was merged"


def keep_names(kept: Any, merged: Any, steps: list[Step]) -> None:
    """Add to the other names of `kept` every name of `merged` that it does not have.

    Only of kinds that keep other names. Raises `ValueError`, in words, where they do not fit.
    """
    if not hasattr(kept, OTHER_NAMES):
        return
    column = kept._meta.get_field(OTHER_NAMES)
    known = {_plain_name(name) for name in _names_of(kept)}
    names = _names_of(kept, (OTHER_NAMES,))
    for name in _names_of(merged):
        if _plain_name(name) in known:
            continue
        known.add(_plain_name(name))
        names.append(name)
        steps.append(Step("named", kept._meta.label_lower, kept.pk, OTHER_NAMES, kept.pk, name))
    text = "; ".join(names)
    if len(text) > column.max_length:
        raise ValueError(
            f"The other names of “{kept}” would have {len(text)} characters, and "
            f"{column.max_length} are kept. Shorten them first."
        )
    type(kept)._base_manager.filter(pk=kept.pk).update(**{OTHER_NAMES: text})


OTHER_NAMES = "other_names"


def _names_of(record: Any, columns: tuple[str, ...] = ("name", "native_name", OTHER_NAMES)) -> Any:
    texts = [getattr(record, column, "") for column in columns]
    return [name.strip() for text in texts for name in text.split(";") if name.strip()]


def _plain_name(name: str) -> str:
    """A name without what does not make another spelling: “Zhukov, Georgy”, “Georgy Zhukov”."""
    return " ".join(sorted(name.replace(",", " ").casefold().split()))


def _twin(row: Any, column: Any, kept: Any) -> Any:
    """The row of `kept` that says what `row` says, if it has one."""
    model = type(row)
    names = [set(c.fields) for c in model._meta.total_unique_constraints]
    names += [set(together) for together in model._meta.unique_together]
    alike = [
        {model._meta.get_field(name).attname for name in unique}
        for unique in names
        if column.name in unique
    ]
    kind = find_kind(model)
    if kind is not None and kind.same:
        alike.append(set(kind.same))
    for attributes in alike:
        same_values = {name: getattr(row, name) for name in attributes} | {column.attname: kept.pk}
        twin: Any = (
            model._base_manager.filter(**same_values).exclude(pk=row.pk).order_by("pk").first()
        )
        if twin is not None:
            return twin
    return None


def _step(kind: str, row: Any, column: str, target: int) -> Step:
    values = {f.attname: _plain(getattr(row, f.attname)) for f in row._meta.concrete_fields}
    return Step(kind, row._meta.label_lower, row.pk, column, target, label_of(row), values)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def label_of(row: Any) -> str:
    """What a row is called in a list of what moved: “citation: Supports: chapter 13”."""
    if type(row)._meta.auto_created:
        return str(type(row)._meta.verbose_name)
    return f"{row._meta.verbose_name}: {row}"


# --- walking back ------------------------------------------------------------------------------


def way_back(steps: list[Step]) -> tuple[list[Step], list[str]]:
    """The steps to take back, last first, and what makes that impossible, in words.

    A row that would have been deleted together with another record in the meantime (a part in an
    event that is gone) is left out.
    """
    coming = {(step.table, step.pk) for step in steps if step.kind == "dropped"}
    back: list[Step] = []
    problems: list[str] = []
    for step in reversed(steps):
        if step.kind == "named":
            back.append(step)
            continue
        lost = [c for c in _missing(step) if (_target(c), step.values[c.attname]) not in coming]
        if any(c.remote_field.on_delete is models.CASCADE for c in lost):
            coming.discard((step.table, step.pk))
            continue
        for column in lost:
            if column.null:
                step.values[column.attname] = None
            elif step.kind == "dropped":
                problems.append(
                    f"“{step.label}” cannot come back, because the "
                    f"{column.related_model._meta.verbose_name} it names was deleted since."
                )
        if step.kind == "moved":
            problems += _changed(step)
        elif standing(step) is not None:
            problems.append(f"“{step.label}” cannot come back: its number is in use again.")
        back.append(step)
    return back, problems


def _changed(step: Step) -> list[str]:
    row = standing(step)
    if row is None:
        return [
            f"“{step.label}” was removed since. Restore a version that had it, or leave the two "
            "records merged."
        ]
    if getattr(row, step.column) != step.target:
        return [f"“{step.label}” was moved elsewhere since. Move it back first."]
    return []


def take_back(step: Step) -> None:
    """Point a moved row at what it pointed at before, or make a dropped row again as it was."""
    if step.kind == "named":
        _forget_name(step)
        return
    if step.kind == "moved":
        row = standing(step)
        before = step.values[step.column]
        step.model._base_manager.filter(pk=row.pk).update(**{step.column: before})
        return
    row = step.model(**{c.attname: c.to_python(step.values[c.attname]) for c in _columns(step)})
    # Raw: exactly as it was, its times of change included.
    row.save_base(raw=True, force_insert=True)


def _forget_name(step: Step) -> None:
    record = step.model._base_manager.get(pk=step.target)
    names = [name for name in _names_of(record, (step.column,)) if name != step.label]
    step.model._base_manager.filter(pk=record.pk).update(**{step.column: "; ".join(names)})


def standing(step: Step) -> Any:
    """The row of a step as it is now; restoring a version makes rows anew under their public id."""
    manager = step.model._base_manager
    row = manager.filter(pk=step.pk).first()
    if row is None and issubclass(step.model, Identified):
        row = manager.filter(public_id=step.values["public_id"]).first()
    return row


def _columns(step: Step) -> list[Any]:
    # A column that was added since keeps its default.
    return [c for c in step.model._meta.concrete_fields if c.attname in step.values]


def _missing(step: Step) -> Iterator[Any]:
    """The foreign keys of a step's row whose record is gone."""
    for column in _columns(step):
        value = step.values[column.attname]
        if column.is_relation and value is not None:
            manager = column.related_model._base_manager
            if not manager.filter(pk=value).exists():
                yield column


def _target(column: Any) -> str:
    return str(column.related_model._meta.label_lower)
