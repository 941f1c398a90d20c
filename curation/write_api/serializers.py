"""A whole record as the document that programs read and write at the desk of the API.

It says what a snapshot says (`snapshot`), with the members of a record at the top and plain
JSON types, each described for programs and refused by name:

    {"slug": "secret-speech", "title": "The Secret Speech", "span": {"edtf": "1956-02-25", …},
     "participations": [{"id": "12", "person": "khrushchev", "role": "gave the speech"}],
     "citations": [{"id": "b7k…", "source": "lewin-2005", "locator": "chapter 13", …}]}

The serializer of a kind is made from the fields that its codec keeps and the rows that belong to
it. Its instance is a snapshot, and so is what it gives when a document was read (`run_validation`).
Nothing here writes to the database: `put_back` does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from django.core.validators import (
    MaxLengthValidator,
    MaxValueValidator,
    MinLengthValidator,
    MinValueValidator,
    RegexValidator,
)
from django.db import models
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from curation.revisions.snapshot import INNER, ROWS, Snapshot
from curation.write_api.fields import (
    HistoricalDateField,
    KeyField,
    KeysField,
    NumberField,
    StrictChoiceField,
    TextField,
    WholeNumberField,
    YesNoField,
)
from curation.write_api.figures import with_figures
from records.codec import Date, KeptField, Key, Keys, codec_of
from records.models import KEY_PATTERN, Identified, new_public_id

MOST_ROWS = 2000
_Field = serializers.Field[Any, Any, Any, Any]
_WHOLE = "Give a whole number from 0 to 32767."
_RANGE = [MinValueValidator(0, _WHOLE), MaxValueValidator(32767, _WHOLE)]
# What JSON can write and no database keeps (see `records.api.parsers`).
_NO_NUL = RegexValidator(r"^[^\u0000]*$")


class KeptSerializer(serializers.Serializer[Any]):
    # A record, or a row of one (of Meta.model). `instance` is the snapshot that stands, or an
    # empty one. No docstring: drf-spectacular would describe every document by it.

    def to_internal_value(self, data: Mapping[str, Any]) -> Snapshot:
        """The snapshot after a merge patch (RFC 7396): what is left out stays as it is.

        Faults come in the order of the document, and a member that is not known is one of them.
        """
        proposed: Any = self.instance
        proposed = {**proposed, "fields": dict(proposed["fields"]), "rows": dict(proposed["rows"])}
        errors: dict[str, Any] = {}
        members = {name: field for name, field in self.fields.items() if name != "id"}
        data, refused = with_figures(self.Meta.model, data, proposed["fields"])  # type: ignore[attr-defined]
        for name, value in data.items():
            try:
                if name in refused:
                    raise refused[name]
                if name not in members:
                    message = f"There is no such member. Known are: {', '.join(members)}."
                    raise ValidationError(message)
                self.set_value(
                    proposed, members[name].source_attrs, members[name].run_validation(value)
                )
            except ValidationError as error:
                errors[name] = error.detail
        if errors:
            raise ValidationError(errors)
        return proposed


class RowsSerializer(serializers.ListSerializer[Any]):
    """The rows of one kind, given whole: a standing row that is not there goes.

    A row with the `id` of a standing one keeps the members that are left out of it; one without
    is new.
    """

    def fail(self, key: str, **kwargs: Any) -> Any:
        raise ValidationError("Give a list of rows; [] for none.")

    def to_internal_value(self, data: Any) -> list[Snapshot]:
        if not isinstance(data, list):
            self.fail("not_a_list")
        if len(data) > MOST_ROWS:
            raise ValidationError(f"A record has at most {MOST_ROWS:,} rows of a kind.")
        owner: Any = self.parent
        standing = owner.instance["rows"].get(self.field_name, [])
        self._standing = {row["id"]: row for row in standing}
        self._seen: set[str] = set()
        return super().to_internal_value(data)

    def run_child_validation(self, data: Any) -> Any:
        if not isinstance(data, dict):
            raise ValidationError("Give an object.")
        try:
            identity = self._identity(data.get("id"))
        except ValidationError as error:
            raise ValidationError({"id": error.detail}) from error
        if identity in self._seen:
            raise ValidationError({"id": [f"“{identity}” stands in the list already."]})
        if identity:
            self._seen.add(identity)
        row: Any = self.child
        rows: dict[str, Any] = {name: [] for name in INNER.get(row.Meta.model, ())}
        new = {"id": identity, "fields": {}, "rows": rows}
        row.instance = self._standing.get(identity) or new
        return row.run_validation({name: part for name, part in data.items() if name != "id"})

    def _identity(self, row_id: Any) -> str:
        """The id of a row: its own, or a fresh one where rows have lasting ids (else blank)."""
        row: Any = self.child
        lasting = issubclass(row.Meta.model, Identified)
        if row_id is None:
            return new_public_id() if lasting else ""
        if not isinstance(row_id, str):
            raise ValidationError(
                "Give the id of a row that stands here, or leave it out for a new one."
            )
        if row_id in self._standing:
            return row_id
        if not lasting:
            message = f"No row “{row_id[:80]}” stands here. Leave “id” out for a new one."
            raise ValidationError(message)
        return str(KeyField("row").run_validation(row_id))


# --- made from the kinds ----------------------------------------------------------------------


@cache
def serializer_of(model: type[models.Model], owner: str = "") -> type[KeptSerializer]:
    """The serializer of a kind’s documents; of its rows, where `owner` names their record."""
    members: dict[str, Any] = {}
    if owner:
        members["id"] = TextField(help_text="Names the row; a new row needs none.", required=False)
    for kept_field in codec_of(model, owner).fields:
        if owner and kept_field.name == "public_id":
            continue  # A row’s `id`.
        members[kept_field.name] = _field(kept_field)
    for name in ROWS.get(model, INNER.get(model, ())):
        relation: Any = model._meta.get_field(name)
        row_model = relation.related_model
        members[name] = RowsSerializer(
            child=serializer_of(row_model, _owner(relation))(),
            source=f"rows.{name}",
            help_text=f"Its {row_model._meta.verbose_name_plural}.",
            required=False,
        )
    kind = "Row" if owner else "Document"
    members["Meta"] = type("Meta", (), {"model": model})
    name = f"{model.__name__}{kind}Serializer"
    return type(name, (KeptSerializer,), members)


def _owner(relation: Any) -> str:
    """The name of the key to a row’s owner: one and the same where several kinds may own it."""
    names: tuple[str, ...] = getattr(relation.related_model, "owner_keys", ())
    return names[0] if relation.field.name in names else str(relation.field.name)


def _field(kept_field: KeptField) -> _Field:
    column: Any = kept_field.source
    options: dict[str, Any] = {"source": f"fields.{kept_field.name}", "required": False}
    options["help_text"] = str(column.help_text)
    if isinstance(kept_field, Date):
        options["help_text"] = options["help_text"] or f"Date: {column.verbose_name}."
        return HistoricalDateField(allow_null=True, **options)
    if isinstance(kept_field, Keys):
        noun = str(column.related_model._meta.verbose_name)
        options["help_text"] = options["help_text"] or f"Keys, each of a {noun}."
        return KeysField(child=KeyField(noun), **options)
    options["help_text"] = options["help_text"] or f"{str(column.verbose_name).capitalize()}."
    if isinstance(kept_field, Key):
        noun = str(column.related_model._meta.verbose_name)
        return KeyField(noun, allow_null=column.null, **options)
    if isinstance(column, models.DecimalField):
        return NumberField(allow_null=column.null, **options)
    if isinstance(column, models.BooleanField):
        return YesNoField(**options)
    choices = [value for value, _ in column.choices or ()]
    if isinstance(column, models.IntegerField):
        if choices:
            return StrictChoiceField(choices, **options)
        return WholeNumberField(validators=_RANGE, **options)
    assert isinstance(column, models.CharField | models.TextField), column
    if choices:
        if column.blank:
            choices = ["", *filter(None, choices)]
        return StrictChoiceField(choices, **options)
    return TextField(validators=_described(column), **options)


def _described(column: Any) -> list[Any]:
    validators: list[Any] = []
    if column.max_length:
        validators.append(MaxLengthValidator(column.max_length))
    if not column.blank:
        validators.append(MinLengthValidator(1))
    has_key = column.name in ("slug", "public_id")
    return [*validators, RegexValidator(rf"\A{KEY_PATTERN}\Z") if has_key else _NO_NUL]


# --- the parts of a refusal -------------------------------------------------------------------


def paths(detail: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[Any, str]]:
    """Each place that a `ValidationError` is about, in order, with what is wrong there."""
    if isinstance(detail, Mapping):
        for step, inner in detail.items():
            yield from paths(inner, (*path, step))
    else:
        yield path, detail[0]


def without(change: Mapping[str, Any], detail: Any) -> dict[str, Any]:
    """The part of `change` that was not refused in `detail`: members at fault are left out.

    A row that is at fault keeps its other members.
    """
    accepted: dict[str, Any] = {}
    for name, value in change.items():
        wrong = detail.get(name)
        if not wrong:
            accepted[name] = value
        elif isinstance(value, list) and isinstance(wrong, Mapping) and _are_of_rows(wrong):
            accepted[name] = [without(row, wrong.get(index, {})) for index, row in enumerate(value)]
    return accepted


def _are_of_rows(detail: Mapping[Any, Any]) -> bool:
    """True for errors by row and member; those of a list of keys have no members."""
    return all(isinstance(each, Mapping) for each in detail.values())
