"""What counts as published: what is, and in a preview the few records that are shown before.

    with shown_as_published(draft):
        …  # `published()` finds the draft, and every row of it that is loaded says it is public.

Nothing is written. What is shown so is known to the code inside the block and to nothing else: not
to other threads, not to other requests of the same thread, not to anything after the block.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

PUBLISHED = "published"


@dataclass(frozen=True)
class _Shown:
    """The records that count as published, by model, and the moment at which they became so."""

    keys: dict[type[Any], frozenset[int]]
    moment: datetime


_SHOWN: ContextVar[_Shown | None] = ContextVar("shown_as_published", default=None)


@contextmanager
def shown_as_published(*records: Any) -> Iterator[None]:
    """Let saved records count as published while the block runs, as if that had happened now.

    Ask for what is public, load it and render it inside the block: querysets that were built
    before do not know of it, and those that are built inside must not be kept. Only for reading:
    an instance that is loaded here says `published`, and would write that if it were saved.
    """
    keys: dict[type[Any], frozenset[int]] = {}
    for record in records:
        keys[type(record)] = keys.get(type(record), frozenset()) | {record.pk}
    token = _SHOWN.set(_Shown(keys, timezone.now()))
    try:
        yield
    finally:
        _SHOWN.reset(token)


def is_only_shown(record: Any) -> bool:
    """True for a record that counts as published in this block alone."""
    shown = _SHOWN.get()
    return shown is not None and record.pk in shown.keys.get(type(record), ())


def state_is_published(model: type[Any], path: str = "") -> Q:
    """The condition that the state of a record is public; what else it needs is not asked.

    In: the model of the record, and the path to it from the rows that are asked for, which is
    blank where those are the records themselves.
    """
    before = f"{path}__" if path else ""
    condition = Q(**{f"{before}status": PUBLISHED})
    shown = _SHOWN.get()
    if shown is not None and model in shown.keys:
        condition |= Q(**{f"{before}pk__in": sorted(shown.keys[model])})
    return condition


def count_as_published(record: Any) -> None:
    """Give an instance that was just loaded the state it is shown in. Changes nothing else."""
    shown = _SHOWN.get()
    if shown is None or not is_only_shown(record):
        return
    # A column that was not loaded is read later, by an instance that comes through here too.
    if "status" in record.__dict__:
        record.status = PUBLISHED
    if "published_at" in record.__dict__ and record.published_at is None:
        record.published_at = shown.moment
        # What has not happened yet is nowhere said to have happened.
        record.is_yet_to_be_published = True
