"""The other records that a snapshot names, and those of them that readers may see now.

A snapshot names others by their keys, as they were when it was made. Readers see only those that
are public now, under their present names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from django.db import models

from records.addresses import gone, present_slugs
from records.codec import Reference, codec_of
from records.kinds import kind_of, with_title


def references(model: type[models.Model], data: dict[str, Any]) -> Iterator[Reference]:
    """Every other record that a snapshot, or a row of one, names."""
    yield from codec_of(model).references(data["fields"])
    for name, rows in data["rows"].items():
        for row in rows:
            yield from references(row_model_of(model, name), row)


class PublicNow:
    """Those of some references that readers may follow now."""

    def __init__(self, references: Iterable[Reference]) -> None:
        wanted: dict[type[models.Model], set[str]] = {}
        for model, key in references:
            wanted.setdefault(model, set()).add(key)
        moved = present_slugs(wanted)
        self._found: dict[Reference, Any] = {}
        self._present: dict[Reference, str] = {}
        for model, keys in wanted.items():
            # The present key of each → those by which it was named.
            named: dict[str, list[str]] = {}
            for key in keys:
                present = moved.get((model._meta.label_lower, key), key)
                self._present[model, key] = present
                named.setdefault(present, []).append(key)
            column = kind_of(model).key_field
            manager: Any = model.objects  # type: ignore[attr-defined]
            records = manager.published().filter(**{f"{column}__in": set(named)})
            for record in with_title(records):
                for key in named[getattr(record, column)]:
                    self._found[model, key] = record

    def get(self, model: Any, key: str | None) -> Any:
        """The record that a snapshot names, or None where readers may not see it."""
        return self._found.get((model, key)) if key else None

    def is_gone(self, model: Any, key: str) -> bool:
        """True where readers saw the record once and may not see it now."""
        return (model, self._present[model, key]) in self._gone

    @cached_property
    def _gone(self) -> set[Reference]:
        missing: dict[type[models.Model], set[str]] = {}
        for reference, present in self._present.items():
            if reference not in self._found:
                missing.setdefault(reference[0], set()).add(present)
        return gone(missing)

    def some(self, model: Any, keys: Iterable[str]) -> list[Any]:
        """Those of several records that readers may see, in the usual order of their kind."""
        wanted = {(model, key) for key in keys}
        # Two keys may name one record, which was renamed.
        return list({r.pk: r for named, r in self._found.items() if named in wanted}.values())


def needed_by(model: type[models.Model], row: dict[str, Any]) -> list[Reference]:
    """The records that a row is about, without its owner: a row says nothing without them."""
    kind, fields = kind_of(model), row["fields"]
    return [
        (model._meta.get_field(name).related_model, fields[name])  # type: ignore[misc]
        for name in kind.needs
        if name != kind.owner and fields.get(name)
    ]


def stands_alone(model: type[models.Model]) -> bool:
    """True for rows that are about no other record than their owner, and say something by
    themselves: the sections of a topic."""
    kind = kind_of(model)
    return set(kind.needs) <= {kind.owner}


def row_model_of(model: type[models.Model], name: str) -> type[models.Model]:
    """The model of the rows that a record, or a row of one, keeps under a name."""
    relation: Any = model._meta.get_field(name)
    return relation.related_model
