"""Asking by evidence: which source is cited for a record, and what it says of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef

from records.api_filters import Choice, Filter, Named, Related
from records.querysets import owner_is_published
from sources.models import CITED, Citation
from sources.querysets import source_is_published

# What evidence is given for and topics show: the model, and one that the shipped course has.
_RECORDS = {
    "person": ("people.Person", "khrushchev"),
    "power_base": ("people.PowerBase", "kgb"),
    "tenure": ("people.Tenure", "khrushchev-first-secretary-1953"),
    "reform": ("reforms.Reform", "sovnarkhoz-reform"),
    "effect": ("reforms.Effect", "amnesty-1953-weakened-gulag"),
    "measure": ("reforms.Measure", "gulag-prisoners"),
    "statistic": ("reforms.Statistic", "gulag-prisoners-1956-notes"),
    "event": ("events.Event", "secret-speech"),
}
_BY_PUBLIC_ID = ("tenure", "effect", "statistic")


def about(described: Callable[[str], str], *, rows: str = "", key: str = "") -> list[Filter]:
    """A filter for each kind of record of `_RECORDS`.

    In: what it does, given the words for the record; and, where the records that are listed do not
    name it themselves, the rows that name both and the name by which they do (see `Named`).
    """
    found: list[Filter] = []
    for name, (model, example) in _RECORDS.items():
        by = "a public id" if name in _BY_PUBLIC_ID else "a slug"
        words: dict[str, Any] = {
            "name": name,
            "model": model,
            "description": described(f"{name.replace('_', ' ')} ({by})"),
            "example": example,
        }
        found.append(Named(**words, rows=rows, key=key) if rows else Related(**words))
    return found


def cited(kind: str) -> tuple[Filter, Filter]:
    """The filters of a listing of records of `kind` by the evidence that is given for them."""
    return (
        Named(
            name="source",
            model="sources.Source",
            rows="sources.Citation",
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
        entry: Any = apps.get_model("events.TopicEntry")
        # Whether readers may see the record itself is asked of the citations, and once is enough.
        topic_is_published = owner_is_published("events.Topic", "topic_id")
        entries = entry.objects.filter(topic_is_published, **{self.lookup: value})
        # Kind by kind, since each kind has an index of its own.
        first, *others = (
            Citation.objects.filter(
                **{f"{kind}__in": entries.filter(**{f"{kind}__isnull": False}).values(kind)}
            )
            .order_by()
            .values("pk")
            for kind in CITED
        )
        found = Citation.objects.published().filter(pk__in=first.union(*others))
        return queryset.filter(pk__in=found.values(self.out))
