"""Asking by evidence: which source is cited for a record, and what it says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef

from records.api.filters import Choice, Filter, Named, Related
from records.arrangement import entries
from records.kinds import kind_named
from sources.models import CITED, Citation
from sources.querysets import source_is_published


def about(described: Callable[[str], str], *, rows: Any = None, key: str = "") -> list[Filter]:
    """A filter for each kind of record that evidence is given for.

    In: what it does, given the words for the record; and, where the records that are listed do not
    name it themselves, the rows that name both and the name by which they do (see `Named`): then
    only the kinds that those rows may be about.
    """
    filters: list[Filter] = []
    for name in rows.kinds if rows else CITED:
        kind = kind_named(name)
        by = "a slug" if kind.key_field == "slug" else "a public id"
        arguments: dict[str, Any] = {
            "name": name,
            "description": described(f"{name.replace('_', ' ')} ({by})"),
            "example": kind.example,
        }
        filters.append(Named(**arguments, rows=rows, key=key) if rows else Related(**arguments))
    return filters


def cited(kind: str) -> tuple[Filter, Filter]:
    """The filters of a listing of records of `kind` by the evidence that is given for them."""
    return (
        Named(
            name="source",
            rows=Citation,
            key=kind,
            description="Only what this source is cited for (a source’s slug).",
            example="applebaum-2003",
        ),
        Cited(
            name="stance",
            kind=kind,
            choices=tuple(Citation.Stance.values),
            description="Only what some evidence takes this stand on: “disputes” for what is "
            "disputed.",
            example="disputes",
        ),
    )


@dataclass(frozen=True, kw_only=True)
class Cited(Choice):
    """Records of `kind` for which a public source gives evidence of one stance."""

    kind: str

    def narrow(self, queryset: Any, value: str) -> Any:
        citations = Citation.objects.filter(source_is_published(), stance=value)
        # Asked of each record in turn: evidence that supports is given for nearly all of them.
        return queryset.filter(Exists(citations.filter(**{f"{self.kind}_id": OuterRef("pk")})))


@dataclass(frozen=True, kw_only=True)
class Arranged(Related):
    """What the evidence for records in a topic holds in its column `out`; itself by default.

    `lookup` leads from an entry of a topic to the record that is given.
    """

    lookup: str = "topic"
    out: str = "pk"

    def narrow(self, queryset: Any, value: Any) -> Any:
        # Whether readers may see the record itself is asked of the citations, and once is enough.
        shown = entries().filter(**{self.lookup: value})
        # Not everything that is cited may stand in a topic.
        names = [name for name in CITED if name in shown.model.kinds]
        # Kind by kind, since each kind has an index of its own.
        first, *later = (
            Citation.objects.filter(
                **{f"{kind}__in": shown.filter(**{f"{kind}__isnull": False}).values(kind)}
            )
            .order_by()
            .values("pk")
            for kind in names
        )
        citations = Citation.objects.published().filter(pk__in=first.union(*later))
        return queryset.filter(pk__in=citations.values(self.out))
