"""Reads the body of a request: JSON (RFC 8259), without what no record could keep."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rest_framework.parsers import BaseParser

from records.api.problems import Problem

LARGEST_BODY = 1024 * 1024  # bytes; the longest topic of the shipped course has a fiftieth of it
DEEPEST = 20  # levels of arrays and objects
# Digits. No figure of history has more, and a very long number takes long to read.
LONGEST_NUMBER = 100


class JSONParser(BaseParser):
    """A body of JSON, as plain values; numbers with a point are exact (`Decimal`).

    Raises `Problem`: 411 without a length, 413 when it is too large, 400 when it is no JSON.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        request = (parser_context or {})["request"]
        refuse_large(request)
        body = stream.read(LARGEST_BODY + 1)
        if len(body) > LARGEST_BODY:
            raise too_large()
        return read_json(body)


class MergePatchParser(JSONParser):
    """The same for a merge patch (RFC 7396): the members of a record that are to be replaced."""

    media_type = "application/merge-patch+json"


def too_large() -> Problem:
    """The answer (413) to a body that is larger than `LARGEST_BODY`."""
    most = f"{LARGEST_BODY // 1024:,} KiB"
    return Problem(413, "content-too-large", f"A body may have {most}; send one record at a time.")


def refuse_large(request: Any) -> None:
    """Refuse a body by the length in its headers, before any of it is read.

    Raises `Problem`: 411 without a length, 413 when it is too large.
    """
    if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
        raise Problem(411, "length-required", "Send the length of the body in Content-Length.")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isascii() and length.isdigit() and int(length[:20]) > LARGEST_BODY:
        raise too_large()


def read_json(body: bytes) -> Any:
    """The value of a JSON text in UTF-8. Raises `Problem` (400), which says what is wrong where."""
    try:
        value = json.loads(
            body.decode("utf-8"),
            object_pairs_hook=_members,
            parse_float=_number,
            parse_int=_whole_number,
            parse_constant=_no_constant,
        )
    except UnicodeDecodeError as error:
        raise _malformed(f"It is not UTF-8: byte {error.start} cannot be read.") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _malformed(f"It is not JSON: {error.msg} ({place}).") from error
    except RecursionError as error:
        raise _malformed(f"It is nested deeper than {DEEPEST} levels.") from error
    _refuse_unkeepable(value, "")
    return value


def _malformed(detail: str, pointer: str | None = None) -> Problem:
    errors = [{"pointer": pointer, "detail": detail}] if pointer is not None else None
    return Problem(400, "malformed-json", f"The body cannot be read. {detail}", errors=errors)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        double = next(name for name in names if names.count(name) > 1)
        # RFC 8259, section 4: programs differ in which of the two they read.
        raise _malformed(f"The member {_printable(double)} stands twice in one object.")
    return members


def _number(text: str) -> Decimal:
    value = Decimal(text) if len(text) <= LONGEST_NUMBER else None
    # A short text such as 1e999999999 would take a gigabyte to write out.
    if value is None or (value and abs(value.adjusted()) > LONGEST_NUMBER):
        raise _malformed(f"The number {text[:20]}… is beyond any figure.")
    return value


def _whole_number(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise _malformed(f"The number {text[:20]}… is beyond any figure.")
    return int(text)


def _no_constant(name: str) -> Any:
    raise _malformed(f"{name} is no number that JSON knows.")


def _refuse_unkeepable(value: Any, pointer: str) -> None:
    """Refuse a value that JSON can hold and no record can keep. In: the place of it, as a pointer.

    Raises `Problem` (400), which names the place.
    """
    if pointer.count("/") > DEEPEST:
        raise _malformed(f"It is nested deeper than {DEEPEST} levels.", "#")
    if isinstance(value, str):
        _refuse_unkeepable_text(value, pointer)
    elif isinstance(value, dict):
        for name, member in value.items():
            _refuse_unkeepable_text(name, pointer)
            _refuse_unkeepable(member, f"{pointer}/{escaped(name)}")
    elif isinstance(value, list):
        for index, member in enumerate(value):
            _refuse_unkeepable(member, f"{pointer}/{index}")


def _refuse_unkeepable_text(text: str, pointer: str) -> None:
    if "\0" in text:
        raise _malformed("A text holds a NUL, which no database keeps.", f"#{pointer}")
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        detail = "A text holds half of a character (a lone surrogate)."
        raise _malformed(detail, f"#{pointer}") from error


def escaped(name: str) -> str:
    """A member’s name in a JSON Pointer (RFC 6901, section 3)."""
    return name.replace("~", "~0").replace("/", "~1")


def pointer_to(path: tuple[str | int, ...]) -> str:
    """A place as a JSON Pointer in the form of a URI fragment (RFC 6901, section 6): #/a/0/b."""
    return "#" + "".join(f"/{escaped(str(step))}" for step in path)


def _printable(name: str) -> str:
    """A member’s name in quotes, shortened, and without what cannot be written in UTF-8."""
    return f"“{name[:40]}”".encode("utf-8", "replace").decode()
