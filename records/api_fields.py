"""What of a listing a request wants: only some members of each record, and how many there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from records.problems import ParameterProblem

# Counting further would cost more than knowing is worth.
MOST_COUNTED = 10_000

FIELDS = {
    "name": "fields",
    "in": "query",
    "required": False,
    "description": "Only these members of each record, their names separated by commas; `url` is "
    "one of them.",
    "schema": {"type": "string"},
}
COUNT = {
    "name": "count",
    "in": "query",
    "required": False,
    "description": f"“true” adds `count`: how many there are in all, counted to {MOST_COUNTED:,}.",
    "schema": {"type": "string", "enum": ["true", "false"], "default": "false"},
}
COUNTED = {
    "type": "object",
    "required": ["value", "capped"],
    "properties": {
        "value": {
            "type": "integer",
            "minimum": 0,
            "maximum": MOST_COUNTED,
            "description": "How many records the whole list has.",
        },
        "capped": {
            "type": "boolean",
            "description": "True when there are more than `value`, which is as far as is counted.",
        },
    },
    "description": "Only with count=true.",
}


def keep_only(serializer: Any, text: str) -> None:
    """Leave of a serializer (or of the one for each item) only the members that `text` names.

    In: names separated by commas. Raises `ParameterProblem`, listing what is known.
    """
    fields = getattr(serializer, "child", serializer).fields
    known = [*fields]
    wanted = {name.strip() for name in text.split(",")}
    if unknown := sorted(wanted - {*known}):
        detail = f"There is no member “{unknown[0][:40]}”. Known are: {', '.join(known)}."
        raise ParameterProblem(
            "malformed-parameter", "fields", text, detail, ",".join((*known[:2], "url"))
        )
    for name in known:
        if name not in wanted:
            del fields[name]


def wants_count(text: str) -> bool:
    """Whether `?count=` asks for a count. Raises `ParameterProblem`."""
    if text not in ("true", "false"):
        raise ParameterProblem("malformed-parameter", "count", text, "Use true or false.", "true")
    return text == "true"


def counted(found: Any) -> dict[str, Any]:
    """How many rows a queryset (or a mapping of them) has, counted to `MOST_COUNTED`.

    One query for each queryset; none reads further than the cap.
    """
    total = 0
    for queryset in found.values() if isinstance(found, Mapping) else (found,):
        if total <= MOST_COUNTED:
            total += queryset.order_by().values("pk")[: MOST_COUNTED + 1 - total].count()
    return {"value": min(total, MOST_COUNTED), "capped": total > MOST_COUNTED}
