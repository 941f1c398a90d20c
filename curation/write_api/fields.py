"""Fields of Django REST framework that take one type of JSON and turn no other into it.

`to_internal_value` gives what a snapshot keeps, `to_representation` goes the other way. Nothing
here asks the database whether a record that is named exists: `put_back` finds all of them at once.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.fields import empty

from records.dates import DateError, HistoricalDate, iso_day
from records.models import KEY_PATTERN
from records.typed.dates import typed_date
from records.typed.figures import FigureError, read_figure

_KEY = re.compile(rf"\A{KEY_PATTERN}\Z")
_LONGEST_KEY = 80


class Doubt(str):
    """The code of a refusal that is a question: `readings` are what the text could mean."""

    readings: tuple[str, ...]

    def __new__(cls, readings: tuple[str, ...]) -> Doubt:
        doubt = super().__new__(cls, "doubt")
        doubt.readings = readings
        return doubt


def not_read(error: DateError | FigureError) -> ValidationError:
    """The refusal of a text that is not understood, or that has two readings."""
    return ValidationError(str(error), code=Doubt(error.readings) if error.readings else None)


class StrictField(serializers.Field[Any, Any, Any, Any]):
    """Takes JSON of `types` alone, where DRF’s own fields would read “3” or true as 1.

    Whatever else is sent, null included, is refused with the sentence `refusal`.
    """

    types: tuple[type, ...] = ()
    refusal = ""

    def fail(self, key: str, **kwargs: Any) -> Any:
        raise ValidationError(self.refusal)

    def to_internal_value(self, data: Any) -> Any:
        # Not `isinstance`: true is an integer to Python, and none to JSON.
        return data if type(data) in self.types else self.fail("invalid")

    def to_representation(self, value: Any) -> Any:
        return value


@extend_schema_field(str)
class TextField(StrictField):
    """A text as it is sent. Its validators only describe it: `put_back` asks those of the column.

    So one pass over the whole record names every length, blank and pattern that is wrong.
    """

    types, refusal = (str,), "Give a text; “” for none."

    def run_validators(self, value: Any) -> None:
        pass


@extend_schema_field(int)
class WholeNumberField(StrictField):
    types, refusal = (int,), "Give a whole number, for example 1."


@extend_schema_field(bool)
class YesNoField(StrictField):
    types, refusal = (bool,), "Give true or false."


@extend_schema_field(
    {
        "oneOf": [
            {"type": "number"},
            {"type": "string", "description": "Only when writing: as people write it."},
        ]
    }
)
class NumberField(StrictField):
    """An exact number, or one as people write it; a snapshot keeps it as text.

    A figure that says more than its number is spread over its columns before it comes here.
    """

    types = (int, Decimal)
    refusal = "Give a number, for example 1600000, or its words, for example “1.6 million”."

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.refusal += " Or null." if self.allow_null else ""

    def to_internal_value(self, data: Any) -> str:
        if type(data) is str:
            try:
                figure = read_figure(data)
            except FigureError as error:
                raise not_read(error) from error
            if figure.comparator != "exactly":
                self.fail("invalid")
            data = figure.value
        return format(Decimal(super().to_internal_value(data)).normalize(), "f")

    def to_representation(self, value: str) -> Decimal:
        return Decimal(value)


class StrictChoiceField(serializers.ChoiceField):
    """One of `choices`, which are all texts or all whole numbers."""

    def run_validation(self, data: Any = empty) -> Any:
        values = [*self.choices]
        kind = TextField if isinstance(values[0], str) else WholeNumberField
        if kind().run_validation(data) not in values:
            raise ValidationError(f"Use one of {', '.join(str(each) for each in values if each)}.")
        return data


@extend_schema_field({"type": "string", "pattern": f"^{KEY_PATTERN}$", "maxLength": _LONGEST_KEY})
class KeyField(StrictField):
    """The slug or public id of another record. In: `noun`, what kind of record that is."""

    types = (str,)

    def __init__(self, noun: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.noun = noun
        self.refusal = f"Give the slug or public id of a {noun}, for example “secret-speech”."

    def to_internal_value(self, data: Any) -> Any:
        key = super().to_internal_value(data)
        return key if len(key) <= _LONGEST_KEY and _KEY.match(key) else self.fail("invalid")


class KeysField(serializers.ListField):
    """A list of keys, each once; a snapshot keeps them sorted. The first wrong one is named."""

    child: KeyField

    def fail(self, key: str, **kwargs: Any) -> Any:
        raise ValidationError(f"Give a list of keys, each of a {self.child.noun}; [] for none.")

    def to_internal_value(self, data: Any) -> list[str]:
        keys: list[str] = []
        for index, each in enumerate(data if isinstance(data, list) else self.fail("not_a_list")):
            try:
                keys.append(self.child.run_validation(each))
                if keys[-1] in keys[:-1]:
                    raise ValidationError(f"“{keys[-1]}” stands in the list already.")
            except ValidationError as error:
                place: Any = {index: error.detail}
                raise ValidationError(place) from error
        return sorted(keys)


class WrittenDateSerializer(serializers.Serializer[Any]):
    """A date at the precision that is known."""

    edtf = serializers.CharField(help_text="EDTF, levels 0 and 1, and some of level 2.")
    as_written = serializers.CharField(required=False, help_text="The words of the source, if any.")
    earliest = serializers.CharField(read_only=True, allow_null=True)
    latest = serializers.CharField(read_only=True, allow_null=True)

    def to_representation(self, instance: HistoricalDate) -> dict[str, Any]:
        return {
            "edtf": instance.edtf,
            "as_written": instance.text,
            "earliest": iso_day(instance.earliest),
            "latest": iso_day(instance.latest),
        }


@extend_schema_field(
    {
        "oneOf": [
            {"$ref": "#/components/schemas/WrittenDate"},
            {"type": "string", "description": "Only when writing: words, or EDTF."},
        ]
    }
)
class HistoricalDateField(serializers.Field[Any, Any, Any, Any]):
    """Read as an object; written as the same, or as words or EDTF, just as in the admin."""

    def to_internal_value(self, data: Any) -> dict[str, str]:
        try:
            date = typed_date(data) if isinstance(data, str) else self._of_object(data)
        except DateError as error:
            raise not_read(error) from error
        return {"edtf": date.edtf, "text": date.text}

    def _of_object(self, data: Any) -> HistoricalDate:
        if not isinstance(data, dict) or not isinstance(data.get("edtf"), str):
            raise ValidationError(
                "Give a date in words or EDTF, for example “June 1956” or “1956-06”, an object "
                "{“edtf”, “as_written”}, or null."
            )
        if unknown := sorted({*data} - {*WrittenDateSerializer().fields}):
            message = "A date has edtf and as_written, and no such member."
            raise ValidationError({unknown[0]: [message]})
        as_written = data.get("as_written", "")
        if not isinstance(as_written, str):
            raise ValidationError({"as_written": ["Give the words of the source; “” for none."]})
        date = HistoricalDate.from_edtf(data["edtf"], as_written)
        for end, day in (("earliest", date.earliest), ("latest", date.latest)):
            if end in data and data[end] != iso_day(day):
                raise ValidationError({end: ["It follows from edtf and is not set. Leave it out."]})
        return date

    def to_representation(self, value: dict[str, str]) -> Any:
        date = HistoricalDate.from_edtf(value["edtf"], value["text"])
        return WrittenDateSerializer(date).data
