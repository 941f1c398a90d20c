"""Save something, look at the result, and undo it: nobody else ever sees it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from curation.revisions.snapshot import Snapshot, snapshot


@dataclass
class Rehearsal:
    """What a record would be: `snapshot` is there once the `with` block has ended."""

    snapshot: Snapshot = field(default_factory=dict)


@contextmanager
def rehearsal(record: Any = None) -> Iterator[Rehearsal]:
    """Whatever is saved inside is taken back at the end; nothing of it is ever seen by others.

        with rehearsal(person) as rehearsed:
            form.save()
            formset.save()
        suggest(person, rehearsed.snapshot, …)

    So what is only proposed passes every check that a change passes. In: the record whose snapshot
    is wanted, if any. What must not be taken back, such as a message, belongs after it. Objects in
    memory keep what was done to them: read them again.
    """
    rehearsed = Rehearsal()
    with transaction.atomic():
        yield rehearsed
        if record is not None:
            changed = type(record)._default_manager.get(pk=record.pk)
            rehearsed.snapshot = snapshot(changed)
        transaction.set_rollback(True)
