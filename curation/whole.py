"""A whole record as data: its fields and its rows, taken out and put back.

A whole record is what a teacher edits on one page: a person with the offices held, each with its
evidence. As data (a *snapshot*) it is a dict of plain JSON, in which other records are named by
their keys, so that it can be kept, compared and put back years later:

    {"record": "people.person",
     "fields": {"name": "Nikita Khrushchev", "born": {"edtf": "1894-04-15", "text": ""}, …},
     "rows": {"tenures": [{"id": "khrushchev-premier-1958", "fields": {…}, "rows": {…}}]}}
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from events.models import Course, Event, Participation, Topic, TopicEntry
from people.models import Person, PowerBase, Tenure
from records.dates import HistoricalDate
from records.models import Identified, PastSlug, Sluggable
from reforms.models import Effect, Measure, Reform, Statistic
from sources.models import CITED, Citation, Source

Snapshot = dict[str, Any]

# Every kind of record that has a history of its own, and the rows that belong to it.
ROWS: dict[type[models.Model], tuple[str, ...]] = {
    Person: ("tenures", "citations"),
    PowerBase: ("citations",),
    Reform: ("effects", "citations"),
    Measure: ("citations",),
    Statistic: ("citations",),
    Event: ("participations", "citations"),
    Source: (),
    Course: (),
    Topic: ("entries",),
}
# Rows that have rows themselves.
INNER: dict[type[models.Model], tuple[str, ...]] = {Tenure: ("citations",), Effect: ("citations",)}
# The foreign key by which a row belongs to its record.
OWNED_BY: dict[type[models.Model], str] = {
    Tenure: "person",
    Effect: "reform",
    Participation: "event",
    TopicEntry: "topic",
}
KINDS: dict[str, type[models.Model]] = {model._meta.label_lower: model for model in ROWS}
# What tells when and whether something is published is the history's own business.
_LEFT_OUT = {
    "id",
    "status",
    "withdrawn_reason",
    "published_at",
    "publish_at",
    "created_at",
    "updated_at",
    "version",
}


def owners(instance: models.Model) -> list[models.Model]:
    """The whole records that `instance` is a part of: itself, or those its row belongs to."""
    if type(instance) in ROWS:
        return [instance]
    if name := OWNED_BY.get(type(instance)):
        return [getattr(instance, name)]
    if isinstance(instance, Citation):
        return owners(instance.record) if instance.record else []
    return []


def key_of(record: models.Model) -> str:
    """The key by which snapshots and packages name a record."""
    if isinstance(record, Sluggable):
        return record.slug
    return record.public_id if isinstance(record, Identified) else str(record.pk)


def snapshot(record: models.Model) -> Snapshot:
    """The whole record as it stands in the database, rows and all."""
    return {
        "record": record._meta.label_lower,
        "fields": _fields(record, parent=None),
        "rows": {name: _rows(record, name) for name in ROWS[type(record)]},
    }


def _rows(record: models.Model, name: str) -> list[dict[str, Any]]:
    relation: Any = record._meta.get_field(name)
    rows = getattr(record, name).select_related(*_followed(relation.related_model))
    return [
        {
            "id": key_of(row),
            "fields": _fields(row, parent=relation.field.name),
            "rows": {inner: _rows(row, inner) for inner in INNER.get(type(row), ())},
        }
        for row in rows
    ]


def _followed(model: type[models.Model]) -> list[str]:
    return [field.name for field in columns(model) if isinstance(field, models.ForeignKey)]


def columns(model: type[models.Model], parent: str | None = None) -> list[models.Field[Any, Any]]:
    """The plain columns of a model that a snapshot keeps, in the model's own order."""
    dates = getattr(model, "historical_dates", {})
    hidden = {f"{name}_{part}" for name in dates for part in _DATE_PARTS}
    links = set(CITED) if model is Citation else set()
    return [
        field
        for field in model._meta.concrete_fields
        if field.name not in _LEFT_OUT | hidden | links and field.name != parent
    ]


_DATE_PARTS = ("edtf", "text", "earliest", "latest", "sort")


def _fields(record: Any, parent: str | None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in columns(type(record), parent):
        value = getattr(record, field.name)
        if isinstance(field, models.ForeignKey):
            value = key_of(value) if value is not None else None
        elif isinstance(value, Decimal):
            # Trailing zeros come and go with the database; 44 and 44.000000 are one value.
            value = format(value.normalize(), "f")
        found[field.name] = value
    for name in getattr(type(record), "historical_dates", {}):
        date = getattr(record, name)
        found[name] = {"edtf": date.edtf, "text": date.text} if date else None
    for relation in many(type(record)):
        found[relation.name] = sorted(key_of(r) for r in getattr(record, relation.name).all())
    return found


def many(model: type[models.Model]) -> list[Any]:
    """Plain many-to-many fields; those with rows of their own are kept as rows."""
    return [
        f
        for f in model._meta.many_to_many
        if f.remote_field.through._meta.auto_created  # type: ignore[union-attr]
    ]


@dataclass(frozen=True)
class Fault:
    """One thing in a snapshot that cannot be kept: where, what, and the same in a sentence.

    `path` leads there by the names of rows and fields and the numbers of rows, from 0; `code` is
    that of the refused field, or `missing` for a record that is named and not there.
    """

    path: tuple[str | int, ...]
    message: str
    sentence: str
    code: str = ""


class CannotRestore(Exception):
    """Nothing could be put back; `problems` lists why, in words for a teacher.

    `faults` are the same with their places, where a snapshot was at fault.
    """

    def __init__(self, problems: list[str], faults: list[Fault] | None = None) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems
        self.faults = faults or []


def put_back(data: Snapshot, record: Any = None) -> Any:
    """Make `record` (None: a new one) what the snapshot says, rows and all.

    Rows keep their identity: those that still exist are changed, missing ones come back under
    their old public id, others go. One transaction: all of it or nothing. State of publication is
    left as it is; a new record is a draft. Raises `CannotRestore` with everything that stands in
    the way, such as a slug that another record has taken or a source that was deleted.
    """
    model = KINDS[data["record"]]
    faults: list[Fault] = []
    with transaction.atomic():
        record = _write(record if record is not None else model(), data, faults, {}, ())
        if faults:
            raise CannotRestore([fault.sentence for fault in faults], faults)
    return record


Path = tuple[str | int, ...]


def _write(
    record: Any, data: dict[str, Any], faults: list[Fault], fixed: dict[str, Any], path: Path
) -> Any:
    model = type(record)
    kept = data["fields"]
    for name, value in fixed.items():
        setattr(record, name, value)
    for field in columns(model):
        if field.name not in kept or field.name in fixed:
            continue
        value = kept[field.name]
        if isinstance(field, models.ForeignKey):
            here = (*path, field.name)
            found = _find(field.related_model, value, faults, here) if value else None
            setattr(record, field.name, found)
        else:
            setattr(record, field.attname, field.to_python(value))
    for name in getattr(model, "historical_dates", {}):
        if name in kept:
            date = kept[name]
            setattr(
                record, name, HistoricalDate.from_edtf(date["edtf"], date["text"]) if date else None
            )
    before = len(faults)
    try:
        record.full_clean()
    except ValidationError as error:
        faults += _said(record, error, path)
    if len(faults) > before:
        return record
    record.save()
    for relation in many(model):
        if relation.name in kept:
            found_all = [
                _find(relation.related_model, key, faults, (*path, relation.name, index))
                for index, key in enumerate(kept[relation.name])
            ]
            getattr(record, relation.name).set([r for r in found_all if r is not None])
    for name, rows in data["rows"].items():
        _write_rows(record, name, rows, faults, (*path, name))
    return record


def _write_rows(
    record: Any, name: str, rows: list[dict[str, Any]], faults: list[Fault], path: Path
) -> None:
    relation: Any = record._meta.get_field(name)
    model = relation.related_model
    standing = {key_of(row): row for row in getattr(record, name).all()}
    wanted = {row["id"] for row in rows}
    for key, row in standing.items():
        if key not in wanted:
            row.delete()
    for index, row in enumerate(rows):
        instance = standing.get(row["id"])
        if instance is None:
            instance = model()
            if issubclass(model, Identified):
                instance.public_id = row["id"]
            elif row["id"].isdecimal():
                # Numbers are never given out twice, so the row's own is still free.
                instance.pk = int(row["id"])
        _write(instance, row, faults, {relation.field.name: record}, (*path, index))


def _find(model: Any, key: str, faults: list[Fault], path: Path) -> Any:
    """The record that a snapshot names by `key`, under its present address if it was renamed."""
    if issubclass(model, Sluggable):
        found = model._default_manager.filter(slug=key).first()
        if found is None:
            past = PastSlug.objects.filter(model=model._meta.label_lower, slug=key).first()
            if past and past.current_slug:
                found = model._default_manager.filter(slug=past.current_slug).first()
    elif issubclass(model, Identified):
        found = model._default_manager.filter(public_id=key).first()
    else:
        found = model._default_manager.filter(pk=key).first()
    if found is None:
        noun = model._meta.verbose_name
        sentence = f"The {noun} “{key}” no longer exists; bring it back first."
        faults.append(Fault(path, f"There is no {noun} “{key}”.", sentence, "missing"))
    return found


def _said(record: Any, error: ValidationError, path: Path) -> list[Fault]:
    noun = record._meta.verbose_name
    said = []
    for name, errors in error.error_dict.items():
        label = "" if name == "__all__" else f", {name.replace('_', ' ')}"
        place = path if name == "__all__" else (*path, name)
        for each in errors:
            for message in each.messages:
                sentence = f"{noun.capitalize()}{label}: {message}"
                said.append(Fault(place, message, sentence, each.code or ""))
    return said
