"""The members of a document: what JSON each takes, what is kept of it, how it is described.

Pure values: nothing here asks the database whether a record that is named exists.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from records.dates import DateError, HistoricalDate, iso_day
from records.models import KEY_PATTERN

_KEY = re.compile(rf"\A{KEY_PATTERN}\Z")
KEY_SCHEMA = {"pattern": f"^{KEY_PATTERN}$", "maxLength": 80}


class Unfit(ValueError):
    """A value that a member cannot have; says what it can be. `path` leads on inside of it."""

    def __init__(self, message: str, path: tuple[str | int, ...] = ()) -> None:
        super().__init__(message)
        self.path = path


@dataclass(frozen=True)
class Member:
    """One member of a document. `read` takes JSON and gives what a snapshot keeps, or raises
    `Unfit`; `write` goes the other way; `schema` describes it (JSON Schema 2020-12)."""

    name: str
    description: str

    def read(self, value: Any) -> Any:
        raise NotImplementedError

    def write(self, kept: Any) -> Any:
        return kept

    def schema(self) -> dict[str, Any]:
        raise NotImplementedError

    def described(self) -> dict[str, Any]:
        return {**self.schema(), "description": self.description}


@dataclass(frozen=True)
class Text(Member):
    longest: int | None
    choices: tuple[str, ...] = ()
    blank: bool = True
    pattern: str = ""

    def read(self, value: Any) -> Any:
        if not isinstance(value, str):
            raise Unfit("Give a text; “” for none.")
        if self.choices and value not in self.choices:
            raise Unfit(f"Use one of {', '.join(filter(None, self.choices))}.")
        return value

    def schema(self) -> dict[str, Any]:
        if self.choices:
            return {"type": "string", "enum": [*self.choices]}
        found: dict[str, Any] = {"type": "string"}
        if self.longest:
            found["maxLength"] = self.longest
        if not self.blank:
            found["minLength"] = 1
        # What JSON can write and no database keeps (see `records.api_parsing`).
        return {**found, "pattern": self.pattern or r"^[^\u0000]*$"}


@dataclass(frozen=True)
class Whole(Member):
    choices: tuple[int, ...] = ()

    def read(self, value: Any) -> Any:
        if not isinstance(value, int) or isinstance(value, bool):
            raise Unfit("Give a whole number, for example 1.")
        if self.choices and value not in self.choices:
            raise Unfit(f"Use one of {', '.join(map(str, self.choices))}.")
        if not 0 <= value <= 32767:
            raise Unfit("Give a whole number from 0 to 32767.")
        return value

    def schema(self) -> dict[str, Any]:
        if self.choices:
            return {"type": "integer", "enum": [*self.choices]}
        return {"type": "integer", "minimum": 0, "maximum": 32767}


@dataclass(frozen=True)
class YesNo(Member):
    def read(self, value: Any) -> Any:
        if not isinstance(value, bool):
            raise Unfit("Give true or false.")
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


@dataclass(frozen=True)
class Number(Member):
    null: bool

    def read(self, value: Any) -> Any:
        if value is None and self.null:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            raise Unfit("Give a number, for example 1600000." + (" Or null." if self.null else ""))
        return format(Decimal(value).normalize(), "f")

    def write(self, kept: Any) -> Any:
        return None if kept is None else Decimal(kept)

    def schema(self) -> dict[str, Any]:
        return {"type": ["number", "null"] if self.null else "number"}


@dataclass(frozen=True)
class Link(Member):
    null: bool
    noun: str

    def read(self, value: Any) -> Any:
        if value is None and self.null:
            return None
        return key(value, self.noun)

    def schema(self) -> dict[str, Any]:
        return {"type": ["string", "null"] if self.null else "string", **KEY_SCHEMA}


@dataclass(frozen=True)
class Links(Member):
    noun: str

    def read(self, value: Any) -> Any:
        if not isinstance(value, list):
            raise Unfit(f"Give a list of keys, each of a {self.noun}; [] for none.")
        found: list[str] = []
        for index, each in enumerate(value):
            try:
                found.append(key(each, self.noun))
            except Unfit as error:
                raise Unfit(str(error), (index,)) from error
            if found[-1] in found[:-1]:
                raise Unfit(f"“{found[-1]}” stands in the list already.", (index,))
        return sorted(found)

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string", **KEY_SCHEMA}}


def key(value: Any, noun: str) -> str:
    """A slug or public id as it may be sent. Raises `Unfit`."""
    if isinstance(value, str) and len(value) <= 80 and _KEY.match(value):
        return value
    raise Unfit(f"Give the slug or public id of a {noun}, for example “secret-speech”.")


@dataclass(frozen=True)
class Date(Member):
    """Read as an object; written as the same, or as words or EDTF, just as in the admin."""

    def read(self, value: Any) -> Any:
        if value is None:
            return None
        try:
            date = HistoricalDate.parse(value) if isinstance(value, str) else self._of_object(value)
        except DateError as error:
            raise Unfit(str(error)) from error
        return {"edtf": date.edtf, "text": date.text}

    def _of_object(self, value: Any) -> HistoricalDate:
        if not isinstance(value, dict) or not isinstance(value.get("edtf"), str):
            raise Unfit(
                "Give a date in words or EDTF, for example “June 1956” or “1956-06”, an object "
                "{“edtf”, “as_written”}, or null."
            )
        if unknown := sorted({*value} - {"edtf", "as_written", "earliest", "latest"}):
            raise Unfit("A date has edtf and as_written, and no such member.", (unknown[0],))
        words = value.get("as_written", "")
        if not isinstance(words, str):
            raise Unfit("Give the words of the source; “” for none.", ("as_written",))
        date = HistoricalDate.from_edtf(value["edtf"], words)
        for end, day in (("earliest", date.earliest), ("latest", date.latest)):
            if end in value and value[end] != iso_day(day):
                raise Unfit("It follows from edtf and is not set. Leave it out.", (end,))
        return date

    def write(self, kept: Any) -> Any:
        if kept is None:
            return None
        date = HistoricalDate.from_edtf(kept["edtf"], kept["text"])
        return {
            "edtf": date.edtf,
            "as_written": date.text,
            "earliest": iso_day(date.earliest),
            "latest": iso_day(date.latest),
        }

    def schema(self) -> dict[str, Any]:
        return {
            "oneOf": [
                {"$ref": "#/components/schemas/WrittenDate"},
                {"type": "string", "description": "Only when writing: words, or EDTF."},
                {"type": "null"},
            ]
        }
