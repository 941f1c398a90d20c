"""What needs no check when only some columns of a row have changed.

The database keeps every rule of the models by itself, so what stands in it and did not change
cannot break one. Asking again costs a query for each link and three for each rule.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db import models
from django.db.models import Q

from records.fields import PARTS


def unchanged(model: type[models.Model], changed: Iterable[str]) -> set[str]:
    """The columns to leave out of `full_clean(exclude=…)` of a row that stands in the database.

    In: the names of the fields whose values are others than there; a historical date is one field.
    A column that did not change and shares a rule with one that did is not left out.
    """
    dates = getattr(model, "historical_dates", {})
    touched: set[str] = set()
    for name in changed:
        touched |= {f"{name}_{part}" for part in PARTS} if name in dates else {name}
    together = [rule for rule in _rules(model) if rule & touched]
    return {field.name for field in model._meta.fields}.difference(touched, *together)


@cache
def _rules(model: type[models.Model]) -> tuple[frozenset[str], ...]:
    """The columns of each rule that the model keeps over several of them, or over one."""
    return tuple(frozenset(_columns(model, rule)) for rule in model._meta.constraints) + tuple(
        frozenset(names) for names in model._meta.unique_together
    )


def _columns(model: type[models.Model], rule: Any) -> set[str]:
    condition = getattr(rule, "condition", None)
    if getattr(rule, "expressions", ()) or not isinstance(condition, Q | None):
        # Which columns an expression reads is not told: as if it were all.
        return {field.name for field in model._meta.fields}
    names = {*getattr(rule, "fields", ())}
    if condition is not None:
        names |= condition.referenced_base_fields
    return {model._meta.get_field(name).name for name in names}
