"""One row of a model as plain data, and back: which of its fields are kept, and how.

    codec = codec_of(Person)
    codec.encode(khrushchev)
    → {"slug": "nikita-khrushchev", "name": "Nikita Khrushchev",
       "born": {"edtf": "1894-04-15", "text": ""}, …}

Everything follows from the model's own `_meta`, so a new field is kept from its first day. Data is
what JSON can write: other records are named by their keys, numbers with a fraction are text.
Nothing here reads or writes other rows than the one it is given: who decodes says how a record is
found by its key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from records.dates import DateError, HistoricalDate
from records.fields import PARTS, HistoricalDateField
from records.kinds import key_of
from records.models import Published
from records.sorting import sort_key_fields

# How a record is found by its key; None where there is none.
Find = Callable[[type[models.Model], str], Any]
Reference = tuple[type[models.Model], str]


class NoSuchRecord(ValidationError):
    """Data names a record that is not there; `noun` and `key` say which.

    `index`: its place, where the data is a list of keys.
    """

    def __init__(self, model: type[models.Model], key: str, index: int | None = None) -> None:
        self.noun = str(model._meta.verbose_name)
        self.key = key
        self.index = index
        super().__init__(f"There is no {self.noun} “{key}”.", code="missing")


@dataclass(frozen=True)
class Problem:
    """One thing in data that cannot be set, by the name of its field (and a number in its list).

    `error` is a `NoSuchRecord` where a record is named that is not there. `code` is that of the
    error: `missing`, `unknown` for a field that the model does not have, or the field's own.
    """

    path: tuple[str | int, ...]
    message: str
    code: str
    error: ValidationError


@dataclass(frozen=True)
class KeptField:
    """One field of a row that data keeps.

    `source` is the model's field, which knows its type, choices, length, `verbose_name` and
    `help_text`; `required` says that a row cannot be saved without it. The subclasses say what the
    field is: `Plain`, `Date`, or a relation, `Key` (to one record) or `Keys` (to several).
    """

    name: str
    source: Any
    required: bool

    @property
    def is_date(self) -> bool:
        return isinstance(self, Date)

    @property
    def is_relation(self) -> bool:
        return isinstance(self, Key | Keys)

    def value_of(self, instance: Any) -> Any:
        """What an instance holds here."""
        return getattr(instance, self.name)

    def encode(self, value: Any) -> Any:
        """The data of a value."""
        raise NotImplementedError

    def decode(self, data: Any, find: Find) -> Any:
        """The value that data means. Raises `ValidationError`; `NoSuchRecord` for a wrong key."""
        raise NotImplementedError

    def references(self, data: Any) -> list[Reference]:
        """The other records that data of this field names."""
        return []

    def assign(self, instance: Any, value: Any) -> None:
        """Set the field of an instance, which is not saved."""
        setattr(instance, self.name, value)


@dataclass(frozen=True)
class Plain(KeptField):
    """A column of its own: text, number, yes or no."""

    source: models.Field[Any, Any]

    def encode(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            # Trailing zeros come and go with the database; 44 and 44.000000 are one value.
            return format(value.normalize(), "f")
        return value if isinstance(value, str | int | float | None) else str(value)

    def decode(self, data: Any, find: Find) -> Any:
        return self.source.to_python(data)


@dataclass(frozen=True)
class Date(KeptField):
    """A historical date, kept as its EDTF and its words; the day numbers follow from them."""

    source: HistoricalDateField

    def encode(self, value: Any) -> Any:
        return {"edtf": value.edtf, "text": value.text} if value else None

    def decode(self, data: Any, find: Find) -> Any:
        if data is None:
            return None
        if not isinstance(data, dict) or set(data) != {"edtf", "text"}:
            raise ValidationError("A date is kept as its “edtf” and its “text”.", code="invalid")
        try:
            return HistoricalDate.from_edtf(data["edtf"], data["text"])
        except DateError as error:
            raise ValidationError(str(error), code="invalid_date") from error


@dataclass(frozen=True)
class Key(KeptField):
    """A foreign key, kept as the key of the record."""

    source: models.ForeignKey[Any, Any]

    def encode(self, value: Any) -> Any:
        return key_of(value) if value is not None else None

    def decode(self, data: Any, find: Find) -> Any:
        return _found(self.source.related_model, data, find) if data else None

    def references(self, data: Any) -> list[Reference]:
        return [(self.source.related_model, str(data))] if data else []


@dataclass(frozen=True)
class Keys(KeptField):
    """A many-to-many field, kept as the sorted keys of the records.

    Its value is a list of records. It can be assigned to an instance that stands in the database
    only, and is written there at once.
    """

    source: models.ManyToManyField[Any, Any]

    def value_of(self, instance: Any) -> Any:
        return list(getattr(instance, self.name).all()) if instance.pk else []

    def encode(self, value: Any) -> Any:
        return sorted(key_of(record) for record in value)

    def decode(self, data: Any, find: Find) -> Any:
        if not isinstance(data, list):
            raise ValidationError("Several records are kept as a list of keys.", code="invalid")
        records, errors = [], []
        for index, key in enumerate(data):
            try:
                records.append(_found(self.source.related_model, key, find, index))
            except NoSuchRecord as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        return records

    def references(self, data: Any) -> list[Reference]:
        keys = data if isinstance(data, list) else []
        return [(self.source.related_model, str(key)) for key in keys]

    def assign(self, instance: Any, value: Any) -> None:
        getattr(instance, self.name).set(value)


def _found(model: Any, key: Any, find: Find, index: int | None = None) -> Any:
    record = find(model, str(key))
    if record is None:
        raise NoSuchRecord(model, str(key), index)
    return record


@dataclass(frozen=True)
class RowCodec:
    """Turns rows of `model` into data and back; `codec_of` gives it."""

    model: type[models.Model]
    fields: tuple[KeptField, ...]

    @cached_property
    def by_name(self) -> dict[str, KeptField]:
        return {field.name: field for field in self.fields}

    def encode(self, instance: Any) -> dict[str, Any]:
        """The fields of a row as data. Relations cost a query each unless they are loaded."""
        return {field.name: field.encode(field.value_of(instance)) for field in self.fields}

    def references(self, data: Mapping[str, Any]) -> Iterator[Reference]:
        """Every other record that data names, to be loaded before it is decoded."""
        for field in self.fields:
            if field.name in data:
                yield from field.references(data[field.name])

    def decode(
        self, data: Mapping[str, Any], find: Find
    ) -> tuple[dict[KeptField, Any], list[Problem]]:
        """The values that data means, and what cannot be meant so.

        A field that data does not have is not in the values: it keeps what it has. A name that no
        field has is a problem, never left aside.
        """
        values: dict[KeptField, Any] = {}
        problems: list[Problem] = []
        for name in data:
            if name not in self.by_name:
                problems.append(self._unknown(name))
        for field in self.fields:
            if field.name not in data:
                continue
            try:
                values[field] = field.decode(data[field.name], find)
            except ValidationError as error:
                problems += _problems(field, error)
        return values, problems

    def _unknown(self, name: str) -> Problem:
        noun = self.model._meta.verbose_name
        message = f"The {noun} has no field “{name}”."
        return Problem((name,), message, "unknown", ValidationError(message, code="unknown"))

    @staticmethod
    def assign(instance: Any, values: Mapping[KeptField, Any]) -> None:
        """Set decoded values on an instance; then save it, and call `assign_many`."""
        for field, value in values.items():
            if not isinstance(field, Keys):
                field.assign(instance, value)

    @staticmethod
    def assign_many(instance: Any, values: Mapping[KeptField, Any]) -> None:
        """Write the decoded many-to-many fields of an instance that was saved."""
        for field, value in values.items():
            if isinstance(field, Keys):
                field.assign(instance, value)


def _problems(field: KeptField, error: ValidationError) -> list[Problem]:
    return [
        Problem(_path(field, each), message, each.code or "", each)
        for each in error.error_list
        for message in each.messages
    ]


def _path(field: KeptField, error: ValidationError) -> tuple[str | int, ...]:
    index = error.index if isinstance(error, NoSuchRecord) else None
    return (field.name,) if index is None else (field.name, index)


def codec_of(model: type[models.Model], owner: str = "", also: tuple[str, ...] = ()) -> RowCodec:
    """The codec of a model's rows: plain columns, then dates, then many-to-many fields.

    Left out are the number of the row; what only orders its texts; what tells when and whether it
    is published, but for the names in `also`; the foreign key `owner` by which rows stand under
    their record, and the keys that the model names in `owner_keys` because any one of them may do
    so; and many-to-many fields whose links are rows of their own.
    """
    return _codec_of(model, owner, also)


@cache
def _codec_of(model: type[models.Model], owner: str, also: tuple[str, ...]) -> RowCodec:
    dates = getattr(model, "historical_dates", {})
    left_out = {f"{name}_{part}" for name in dates for part in PARTS}
    left_out |= {owner, *getattr(model, "owner_keys", ())}
    left_out |= {field.name for field in sort_key_fields(model)}
    if issubclass(model, Published):
        left_out |= {field.name for field in Published._meta.fields} - {*also}
    fields: list[KeptField] = []
    column: Any
    for column in model._meta.concrete_fields:
        if column.primary_key or column.name in left_out:
            continue
        kind = Key if isinstance(column, models.ForeignKey) else Plain
        required = not column.blank and not column.has_default()
        fields.append(kind(column.name, column, required))
    fields += [Date(name, date, date.required) for name, date in dates.items()]
    fields += [
        Keys(relation.name, relation, not relation.blank)
        for relation in model._meta.many_to_many
        if relation.remote_field.through._meta.auto_created  # type: ignore[union-attr]
    ]
    return RowCodec(model, tuple(fields))
