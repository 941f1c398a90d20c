"""No public power base is of a kind that readers do not see."""

from __future__ import annotations

from typing import Any

from people.models import PowerBase, PowerBaseKind


def lacks(base: Any) -> list[tuple[str, str]]:
    """What the kind of a power base lacks before readers may see both (`records.kinds.OwnGate`)."""
    kind = base.kind
    if kind.is_published:
        return []
    state = {"draft": "a draft", "review": "in review"}.get(kind.status, "withdrawn")
    return [
        (
            "kind",
            f"Its kind “{kind.name}” is {state}, so readers would not see it. Publish the kind, "
            "or choose another one.",
        )
    ]


def affected(record: Any) -> list[Any]:
    """The public power bases whose kind a change of `record` may have hidden; None gives all."""
    bases = PowerBase.objects.published()
    if isinstance(record, PowerBase):
        bases = bases.filter(pk=record.pk)
    elif isinstance(record, PowerBaseKind) and not record.is_published:
        bases = bases.filter(kind=record.pk)
    elif record is not None:
        return []
    hidden = bases.exclude(kind__in=PowerBaseKind.objects.published())
    return list(hidden.select_related("kind").order_by("sort_key", "id"))
