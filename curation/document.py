"""A whole record as the document that programs read and write at the desk of the API.

It says what a snapshot says (`curation.whole`), with the members of a record at the top and plain
JSON types, each described for programs and refused by name:

    {"slug": "secret-speech", "title": "The Secret Speech", "span": {"edtf": "1956-02-25", …},
     "participations": [{"id": "12", "person": "khrushchev", "role": "gave the speech"}],
     "citations": [{"id": "b7k…", "source": "lewin-2005", "locator": "chapter 13", …}]}

Nothing here writes to the database; `written` turns a document into a snapshot to be put back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db import models

from curation.members import Date, Link, Links, Member, Number, Text, Unfit, Whole, YesNo, key
from curation.whole import INNER, ROWS, Fault, Snapshot, columns, many, snapshot
from records.models import KEY_PATTERN, Identified, new_public_id

MOST_ROWS = 2000


@dataclass(frozen=True)
class Rows(Member):
    """The rows of one kind. Each has an `id`; without one it is new."""

    model: type[models.Model]
    parent: str

    @property
    def component(self) -> str:
        return f"{self.model.__name__}Row"

    def write(self, kept: Any) -> Any:
        return [{"id": row["id"], **write_members(self.members, row)} for row in kept]

    @property
    def members(self) -> dict[str, Member]:
        return members_of(self.model, self.parent)

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"$ref": f"#/components/schemas/{self.component}"}}


@cache
def members_of(model: type[models.Model], parent: str = "") -> dict[str, Member]:
    """The members of a record’s document, or of a row’s, by name and in order."""
    found: list[Member] = []
    for field in columns(model, parent or None):
        if parent and field.name == "public_id":
            continue  # A row’s `id`.
        found.append(_member(field))
    for name, date in getattr(model, "historical_dates", {}).items():
        found.append(Date(name, date.help_text or f"Date: {date.verbose_name}."))
    for relation in many(model):
        noun = str(relation.related_model._meta.verbose_name)
        found.append(
            Links(relation.name, str(relation.help_text) or f"Keys, each of a {noun}.", noun)
        )
    for name in ROWS.get(model, INNER.get(model, ())):
        inner: Any = model._meta.get_field(name)
        noun = str(inner.related_model._meta.verbose_name_plural)
        found.append(Rows(name, f"Its {noun}.", inner.related_model, inner.field.name))
    return {member.name: member for member in found}


def _member(field: Any) -> Member:
    description = str(field.help_text) or f"{str(field.verbose_name).capitalize()}."
    choices = tuple(value for value, _ in field.choices or ())
    if isinstance(field, models.ForeignKey):
        noun = str(field.related_model._meta.verbose_name)
        return Link(field.name, description, field.null, noun)
    if isinstance(field, models.DecimalField):
        return Number(field.name, description, field.null)
    if isinstance(field, models.BooleanField):
        return YesNo(field.name, description)
    if isinstance(field, models.IntegerField):
        return Whole(field.name, description, choices)
    assert isinstance(field, models.CharField | models.TextField), field
    if choices and field.blank:
        choices = ("", *(choice for choice in choices if choice))
    pattern = f"^{KEY_PATTERN}$" if field.name in ("slug", "public_id") else ""
    return Text(field.name, description, field.max_length, choices, field.blank, pattern)


# --- writing out ------------------------------------------------------------------------------


def write_members(members: Mapping[str, Member], kept: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: member.write(kept["rows" if isinstance(member, Rows) else "fields"][name])
        for name, member in members.items()
    }


def document(record: models.Model) -> dict[str, Any]:
    """The members of a record as it stands in the database, rows and all."""
    return write_members(members_of(type(record)), snapshot(record))


# --- reading in -------------------------------------------------------------------------------


def written(
    model: type[models.Model], change: Mapping[str, Any], base: Snapshot | None = None
) -> tuple[Snapshot, list[Fault]]:
    """The snapshot that a record would have after `change`, and what cannot be meant so.

    In: members to replace, as in a merge patch (RFC 7396): a member that is left out stays as it
    is. A list of rows is given whole: a row with the `id` of a standing one keeps the members that
    are left out of it, one without is new, and a standing row that is not there goes. `base` is
    the record before (None: a new one).
    """
    faults: list[Fault] = []
    empty: Snapshot = {
        "record": model._meta.label_lower,
        "fields": {},
        "rows": {name: [] for name in ROWS[model]},
    }
    return _read(members_of(model), change, base or empty, (), faults), faults


def _read(
    members: Mapping[str, Member],
    change: Mapping[str, Any],
    base: Snapshot,
    path: tuple[str | int, ...],
    faults: list[Fault],
) -> Snapshot:
    fields, rows = dict(base["fields"]), dict(base["rows"])
    for name, value in change.items():
        member = members.get(name)
        if member is None:
            known = ", ".join(members)
            faults.append(_fault((*path, name), f"There is no such member. Known are: {known}."))
        elif isinstance(member, Rows):
            rows[name] = _read_rows(
                member, value, base["rows"].get(name, []), (*path, name), faults
            )
        else:
            try:
                fields[name] = member.read(value)
            except Unfit as error:
                faults.append(_fault((*path, name, *error.path), str(error)))
    return {**base, "fields": fields, "rows": rows}


def _read_rows(
    member: Rows,
    value: Any,
    standing: list[dict[str, Any]],
    path: tuple[str | int, ...],
    faults: list[Fault],
) -> list[dict[str, Any]]:
    if not isinstance(value, list):
        faults.append(_fault(path, "Give a list of rows; [] for none."))
        return standing
    if len(value) > MOST_ROWS:
        faults.append(_fault(path, f"A record has at most {MOST_ROWS:,} rows of a kind."))
        return standing
    before = {row["id"]: row for row in standing}
    found: list[dict[str, Any]] = []
    seen: set[str] = set()
    for index, each in enumerate(value):
        here = (*path, index)
        if not isinstance(each, dict):
            faults.append(_fault(here, "Give an object."))
            continue
        try:
            identity = _identity(member, each.get("id"), before)
        except Unfit as error:
            faults.append(_fault((*here, "id"), str(error)))
            continue
        if identity in seen:
            faults.append(_fault((*here, "id"), f"“{identity}” stands in the list already."))
            continue
        if identity:
            seen.add(identity)
        inner: dict[str, Any] = {name: [] for name in INNER.get(member.model, ())}
        base = before.get(identity) or {"id": identity, "fields": {}, "rows": inner}
        change = {name: part for name, part in each.items() if name != "id"}
        found.append(_read(member.members, change, base, here, faults))
    return found


def _identity(member: Rows, given: Any, before: Mapping[str, Any]) -> str:
    """The id of a row: its own, or a fresh one where rows have lasting ids (else blank)."""
    lasting = issubclass(member.model, Identified)
    if given is None:
        return new_public_id() if lasting else ""
    if not isinstance(given, str):
        raise Unfit("Give the id of a row that stands here, or leave it out for a new one.")
    if given not in before and not lasting:
        raise Unfit(f"No row “{given[:80]}” stands here. Leave “id” out for a new one.")
    return given if given in before else key(given, "row")


def _fault(path: tuple[str | int, ...], message: str) -> Fault:
    return Fault(path, message, message)


# --- description ------------------------------------------------------------------------------


def components() -> dict[str, Any]:
    """The schemas of all documents and rows, for the API’s description."""
    found: dict[str, Any] = {
        "WrittenDate": {
            "type": "object",
            "required": ["edtf"],
            "additionalProperties": False,
            "properties": {
                "edtf": {"type": "string", "description": "EDTF, levels 0 and 1."},
                "as_written": {"type": "string", "description": "The words of the source, if any."},
                "earliest": {"type": ["string", "null"], "readOnly": True},
                "latest": {"type": ["string", "null"], "readOnly": True},
            },
            "description": "A date at the precision that is known.",
        }
    }
    for model in ROWS:
        _describe(found, f"{model.__name__}Document", members_of(model), {})
    return found


def _describe(
    found: dict[str, Any], name: str, members: Mapping[str, Member], first: dict[str, Any]
) -> None:
    found[name] = {
        "type": "object",
        "additionalProperties": False,
        "properties": first | {each.name: each.described() for each in members.values()},
    }
    for member in members.values():
        if isinstance(member, Rows) and member.component not in found:
            identity = {"type": "string", "description": "Names the row; a new row needs none."}
            _describe(found, member.component, member.members, {"id": identity})
