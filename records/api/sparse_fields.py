"""`?fields=` and `?count=`: only some members of each record, and how many records there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from records.api.problems import ParameterProblem

# Nobody needs to know a larger number exactly, and it would take long to count.
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
    members = [*fields]
    named = {name.strip() for name in text.split(",")}
    if unknown := sorted(named - {*members}):
        detail = f"There is no member “{unknown[0][:40]}”. Known are: {', '.join(members)}."
        raise ParameterProblem(
            "malformed-parameter", "fields", text, detail, ",".join((*members[:2], "url"))
        )
    for name in members:
        if name not in named:
            del fields[name]


def wants_count(text: str) -> bool:
    """Whether `?count=` asks for a count. Raises `ParameterProblem`."""
    if text not in ("true", "false"):
        raise ParameterProblem("malformed-parameter", "count", text, "Use true or false.", "true")
    return text == "true"


def counted(querysets: Any) -> dict[str, Any]:
    """How many rows a queryset has, or all querysets of a mapping together, up to `MOST_COUNTED`.

    Out: `value`, and `capped`, true if there are more. One query for each queryset, none of which
    reads more than `MOST_COUNTED` rows and one.
    """
    total = 0
    for queryset in querysets.values() if isinstance(querysets, Mapping) else (querysets,):
        if total <= MOST_COUNTED:
            total += queryset.order_by().values("pk")[: MOST_COUNTED + 1 - total].count()
    return {"value": min(total, MOST_COUNTED), "capped": total > MOST_COUNTED}
