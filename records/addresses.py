"""What became of an address: who has it now, who had it, and why nobody has.

The one place that answers this, for pages, the API, versions, suggestions and imports alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import reduce
from itertools import chain
from operator import or_
from typing import Any

from django.db import connection
from django.db.models import Q

from records.kinds import kind_of
from records.models import PastSlug, Status, was_public


@dataclass(frozen=True)
class Found:
    """The record has this address, and readers see it."""

    record: Any


@dataclass(frozen=True)
class Moved:
    """The record had this address once, or is what the record there was merged into."""

    record: Any


@dataclass(frozen=True)
class Gone:
    """Readers saw it once. `reason` is why it was withdrawn; blank where it was deleted."""

    reason: str

    @property
    def was_deleted(self) -> bool:
        return not self.reason


@dataclass(frozen=True)
class Missing:
    """Readers never saw anything there."""


Answer = Found | Moved | Gone | Missing


def find(model: Any, key: str) -> Answer:
    """What readers find at an address. In: a kind's model, and its slug or public id."""
    column = kind_of(model).key_field
    record = model.objects.published().filter(**{column: key}).first()
    if record is not None:
        return Found(record)
    return find_absent(model, key)


def find_absent(model: Any, key: str) -> Moved | Gone | Missing:
    """What became of an address under which nothing is public now. In: as `find`."""
    column = kind_of(model).key_field
    past = None
    if column == "slug":
        past = PastSlug.objects.filter(
            model=model._meta.label_lower, slug=key, was_public=True
        ).first()
    if past is not None and not past.current_slug:
        return Gone("")
    # Withdrawn after it was renamed: the old address gives the reason as the new one does.
    present = past.current_slug if past is not None else key
    if past is not None:
        record = model.objects.published().filter(slug=present).first()
        if record is not None:
            return Moved(record)
    if hasattr(model, "status"):
        withdrawn = model._default_manager.filter(
            **{column: present}, status=Status.WITHDRAWN
        ).first()
        if withdrawn is not None and was_public(withdrawn):
            return Gone(withdrawn.withdrawn_reason)
    return Missing()


def find_any(model: Any, key: str) -> Any:
    """The record of any state under an address that it has or had; None where there is none."""
    column = kind_of(model).key_field
    if column == "pk" and not str(key).isdecimal():
        return None
    record = model._default_manager.filter(**{column: key}).first()
    if record is None and column == "slug":
        past = PastSlug.objects.filter(model=model._meta.label_lower, slug=key).first()
        if past is not None and past.current_slug:
            record = model._default_manager.filter(slug=past.current_slug).first()
    return record


def present_slugs(keys_by_model: Mapping[Any, set[str]]) -> dict[tuple[str, str], str]:
    """The present slugs of records that were renamed or merged, in one query.

    In: slugs as they once were, by model. Out: (label of the kind, past slug) → present slug, of
    those that changed.
    """
    condition = Q(pk__in=[])
    for model, keys in keys_by_model.items():
        if kind_of(model).key_field == "slug":
            condition |= Q(model=model._meta.label_lower, slug__in=keys)
    past = PastSlug.objects.filter(condition).exclude(current_slug="")
    return {(one.model, one.slug): one.current_slug for one in past}


def gone(wanted: Mapping[Any, set[str]]) -> set[tuple[Any, str]]:
    """Those keys of records that readers saw once and may not see now; no draft is among them.

    In: present keys under which nothing is public, by model. Out: (model, key). One query for all
    that were deleted, and one for each kind that has others.
    """
    labels = {model._meta.label_lower: model for model in wanted}
    deleted = PastSlug.objects.filter(
        model__in=labels, slug__in={*chain(*wanted.values())}, current_slug="", was_public=True
    )
    found = {(labels[past.model], past.slug) for past in deleted}
    found = {(model, key) for model, key in found if key in wanted[model]}
    for model, keys in wanted.items():
        kind = kind_of(model)
        own = [""] if hasattr(model, "status") else []
        once = model._default_manager.filter(
            *(_was_seen(path) for path in [*own, *(f"{need}__" for need in kind.needs)]),
            **{f"{kind.key_field}__in": keys},
        )
        found |= {(model, key) for key in once.values_list(kind.key_field, flat=True)}
    return found


def _was_seen(path: str) -> Q:
    withdrawn = Q(**{f"{path}status": Status.WITHDRAWN, f"{path}published_at__isnull": False})
    return Q(**{f"{path}status": Status.PUBLISHED}) | withdrawn


def nearest(published: Any, slug: str, limit: int = 5) -> list[Any]:
    """Up to `limit` published records whose slugs look like `slug`, the likeliest first."""
    # Only slugs that share a word or a beginning are compared, so that a mistyped address costs
    # little however large the record is. A misspelt word stands in no slug, and yet begins like
    # the right one.
    words = sorted({part for part in slug.split("-") if len(part) > 3}, key=len)[-2:]
    shared = reduce(or_, (Q(slug__contains=word) for word in words), Q(pk__in=[]))
    # First the slugs alone, in any state: an index holds them, and whether readers see a record is
    # asked of the few that are left.
    slugs = published.model._base_manager.order_by("slug").values_list("slug", flat=True)
    alike = {*slugs.filter(shared)[:200]}
    for start in {slug[:2], *(word[:3] for word in words)}:
        alike.update(slugs.filter(_begins(start))[:200])
    candidates = {record.slug: record for record in published.filter(slug__in=alike)}
    return [candidates[s] for s in get_close_matches(slug, candidates, n=limit, cutoff=0.5)]


def _begins(start: str) -> Q:
    """The condition that a slug begins with some letters, said so that an index can answer it."""
    condition = Q(slug__startswith=start)
    if connection.vendor == "sqlite":
        # Its LIKE uses no index. Slugs have letters, digits and hyphens, all before “{”.
        condition &= Q(slug__gte=start, slug__lt=f"{start}{{")
    return condition
