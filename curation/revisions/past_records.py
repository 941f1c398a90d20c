"""A record as a version kept it, as an instance that the templates of its page take.

    was = record_then(version, now=khrushchev)
    was.name, was.public_tenures, was.public_citations  # as they were then

Nothing here is ever saved: an instance of the past has no number, so whoever asks it for a relation
fails loudly instead of reading the rows of the present. What a page shows of other records hangs on
it as `public_` and the name of the relation, as the views of present pages load it: a foreign key
as the record or None, several records and rows as a list. Rows bring their own citations.
"""

from __future__ import annotations

from typing import Any

from curation.models import Version
from curation.revisions.references import PublicNow, needed_by, references, stands_alone
from curation.revisions.rendering import kept_citations
from records.codec import Key, Keys, RowCodec, codec_of
from records.kinds import kind_of


def record_then(version: Version, now: Any) -> Any:
    """The record of a public version, with its rows and their evidence; a few queries for any size.

    In: the version, and the record as it is now, which gives the address. Other records stand in
    it under their present names, and only where they are public. A row about one that readers saw
    once and may not see now is among `gone_` and the name of the relation, and its `gone` is the
    noun for that record; a row about any other is left out. A field that the version does not have
    is new since, and has its default.
    """
    model = type(now)
    public = PublicNow(references(model, version.snapshot))
    was = _instance(model(), codec_of(model), version.snapshot, public)
    was.slug = now.slug
    was.status, was.version, was.updated_at = version.status, version.number, version.made_at
    was.published_at = now.published_at
    return was


def _instance(was: Any, codec: RowCodec, data: dict[str, Any], public: PublicNow) -> Any:
    """Fill a new instance from the fields and rows that a version kept."""
    fields = data["fields"]
    for field in codec.fields:
        if isinstance(field, Keys):
            others = public.some(field.source.related_model, fields.get(field.name, ()))
            setattr(was, f"public_{field.name}", others)
        elif isinstance(field, Key):
            record = public.get(field.source.related_model, fields.get(field.name))
            setattr(was, f"public_{field.name}", record)
            setattr(was, field.name, record)
        elif field.name in fields:
            field.assign(was, field.decode(fields[field.name], public.get))
    for name in kind_of(type(was)).rows:
        setattr(was, f"public_{name}", _rows(was, name, data["rows"].get(name, []), public))
    return was


def _rows(was: Any, name: str, kept: list[dict[str, Any]], public: PublicNow) -> list[Any]:
    if name == "citations":
        return list(kept_citations(kept, public))
    relation: Any = type(was)._meta.get_field(name)
    model, owner = relation.related_model, relation.field.name
    codec = codec_of(model, owner)
    rows, gone = [], []
    for data in kept:
        row = _instance(model(), codec, data, public)
        setattr(row, owner, was)
        if hasattr(row, "public_id"):
            row.public_id = data["id"]
        needed = needed_by(model, data)
        hidden = [reference for reference in needed if public.get(*reference) is None]
        if (needed or stands_alone(model)) and not hidden:
            rows.append(row)
        elif needed and all(public.is_gone(*reference) for reference in hidden):
            row.gone = hidden[0][0]._meta.verbose_name
            gone.append(row)
    setattr(was, f"gone_{name}", gone)
    return rows
