"""One action on many records: first say what will happen to each, then do it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import prefetch_related_objects

from curation.permissions import may, may_change
from curation.revisions import history
from curation.workflow.publishing import (
    Refused,
    publish,
    refusal,
    submit,
    withdraw,
)
from events.models import ARRANGED, Event, Topic, TopicEntry
from records.kinds import kind_name
from records.models import Status
from records.publication import needs_evidence, obstacles, rows_without_evidence
from sources.models import CITED, Citation, Source

# What one page can ask a teacher to look over, and one request can do.
MOST_AT_ONCE = 200


@dataclass
class Planned:
    """What will happen to one record, or why nothing will (`refused`). `version` is posted back."""

    record: Any
    version: int
    will: str
    refused: str = ""


@dataclass
class Done:
    """What happened to one record; `problem` says why nothing did."""

    title: str
    pk: int
    problem: str = ""

    @property
    def ok(self) -> bool:
        return not self.problem


class BulkAction:
    """What can be done to many records at once. `result` says what happens to each record."""

    result = ""

    def prepare(self, records: list[Any]) -> None:
        """Load at once what `refusal` needs to know of all records."""

    def refusal(self, record: Any, by: Any) -> str:
        """Why nothing will happen to `record`; blank when something will."""
        raise NotImplementedError

    def refuse(self, record: Any, by: Any) -> None:
        """Raise `Refused` with what `refusal` says, if it says something."""
        if problem := self.refusal(record, by):
            raise Refused(problem)

    def do(self, record: Any, by: Any, expected: int, reason: str) -> None:
        """Do it to one record. Raises `Refused` or `history.MovedOn` with nothing changed."""
        raise NotImplementedError

    @contextmanager
    def together(self, by: Any, reason: str) -> Iterator[None]:
        """Called once around all records."""
        yield


class Submit(BulkAction):
    """Send drafts for review."""

    result = "Goes to review"

    def refusal(self, record: Any, by: Any) -> str:
        return refusal(record, Status.REVIEW, by=by)

    def do(self, record: Any, by: Any, expected: int, reason: str) -> None:
        submit(record, by=by, reason=reason, expected=expected)


class Publish(BulkAction):
    """Let readers see the records that lack nothing."""

    result = "Becomes public"

    def prepare(self, records: list[Any]) -> None:
        if records and needs_evidence(type(records[0])):
            prefetch_related_objects(records, "citations__source")
        self._rows = rows_without_evidence(records)

    def refusal(self, record: Any, by: Any) -> str:
        if problem := refusal(record, Status.PUBLISHED, by=by):
            return problem
        lacking = obstacles(record, rows=self._rows.get(record.pk, []))
        return " ".join(obstacle.message for obstacle in lacking)

    def do(self, record: Any, by: Any, expected: int, reason: str) -> None:
        outcome = publish(record, by=by, reason=reason, expected=expected)
        if not outcome.done:
            raise Refused(" ".join(obstacle.message for obstacle in outcome.obstacles))


class Withdraw(BulkAction):
    """Take pages from readers, who see the reason."""

    result = "Is withdrawn, and readers see the reason"

    def refusal(self, record: Any, by: Any) -> str:
        return refusal(record, Status.WITHDRAWN, by=by)

    def do(self, record: Any, by: Any, expected: int, reason: str) -> None:
        withdraw(record, by=by, reason=reason, expected=expected)


class SetSignificance(BulkAction):
    """Set how much events matter."""

    def __init__(self, significance: int) -> None:
        self.significance = Event.Significance(significance)
        self.result = f"Becomes “{self.significance.label}”"

    def refusal(self, record: Any, by: Any) -> str:
        if not isinstance(record, Event):
            return "Only events have a significance."
        if record.significance == self.significance:
            return f"It is “{self.significance.label}” already."
        return change_refusal(record, by)

    def do(self, record: Any, by: Any, expected: int, reason: str) -> None:
        with history.changing(record, by=by, reason=reason, expected=expected) as current:
            self.refuse(current, by)
            current.significance = self.significance
            current.save()


class AddCitation(BulkAction):
    """Give records one piece of evidence each: the same source and place."""

    def __init__(self, source: Source, locator: str, **more: Any) -> None:
        """`more`: claim, stance, checked, quotation, note, as in `Citation`."""
        self.values = {"source": source, "locator": locator, **more}
        self.result = f"Cites {source.short_reference}, {locator}"

    def prepare(self, records: list[Any]) -> None:
        self._has: set[int] = set()
        if records and (kind := _name_in(CITED, type(records[0]))):
            ids = [record.pk for record in records]
            self._has = set(self._same(kind, ids).values_list(f"{kind}_id", flat=True))

    def _same(self, kind: str, ids: list[int]) -> Any:
        return Citation.objects.filter(
            **{f"{kind}__in": ids},
            source=self.values["source"],
            locator=self.values["locator"],
            claim=self.values.get("claim", ""),
            stance=self.values.get("stance", Citation.Stance.SUPPORTS),
        )

    def refusal(self, record: Any, by: Any) -> str:
        if not _name_in(CITED, type(record)):
            return f"A {record._meta.verbose_name} takes no citations."
        if record.pk in self._has:
            return "It has this citation already."
        return change_refusal(record, by)

    def do(self, record: Any, by: Any, expected: int, reason: str) -> None:
        with history.changing(record, by=by, reason=reason, expected=expected) as current:
            self.prepare([current])
            self.refuse(current, by)
            kind = _name_in(CITED, type(current))
            last = current.citations.order_by("-order").values_list("order", flat=True).first()
            citation = Citation(**{kind: current, **self.values, "order": (last or 0) + 1})
            citation.full_clean()
            citation.save()


class AddToTopic(BulkAction):
    """Put records at the end of a topic. It is the topic that changes, and gets a version."""

    def __init__(self, topic: Topic, role: str = TopicEntry.Role.EVENT) -> None:
        self.topic = topic
        self.role = TopicEntry.Role(role)
        self.result = f"Stands in “{topic}” as {self.role.label.lower()}"

    def prepare(self, records: list[Any]) -> None:
        self._has: set[int] = set()
        if records and (kind := _name_in(ARRANGED, type(records[0]))):
            entries = TopicEntry.objects.filter(topic=self.topic, **{f"{kind}__in": records})
            self._has = set(entries.values_list(f"{kind}_id", flat=True))

    def refusal(self, record: Any, by: Any) -> str:
        if not _name_in(ARRANGED, type(record)):
            return f"A {record._meta.verbose_name} cannot stand in a topic."
        if record.pk in self._has:
            return f"It is in “{self.topic}” already."
        return change_refusal(self.topic, by)

    def do(self, record: Any, by: Any, expected: int, reason: str) -> None:
        current = history.locked(record, expected)
        self.prepare([current])
        self.refuse(current, by)
        kind = _name_in(ARRANGED, type(current))
        last = self.topic.entries.order_by("-order").values_list("order", flat=True).first()
        TopicEntry.objects.create(
            **{kind: current, "topic": self.topic, "role": self.role, "order": (last or 0) + 1}
        )
        self.added += 1

    @contextmanager
    def together(self, by: Any, reason: str) -> Iterator[None]:
        """However many entries come, they are one change of the topic."""
        with transaction.atomic():
            self.topic = history.locked(self.topic)
            self.added = 0
            history.baseline(self.topic)
            yield
            if self.added:
                history.remember(self.topic, by=by, reason=reason)


def _name_in(names: list[str], model: type[models.Model]) -> str:
    """The name of a kind, if it is among those that citations or entries take; blank if not."""
    name = kind_name(model)
    return name if name in names else ""


def change_refusal(record: Any, by: Any) -> str:
    """Why `by` cannot change `record` directly; blank when `by` can."""
    if not may(by, "change", type(record)):
        return f"You may not change a {record._meta.verbose_name}."
    if not may_change(by, record):
        return f"Readers see “{record}”: suggest the change instead."
    return ""


def choice(records: Any) -> list[Any]:
    """A queryset, or a list of ids, as a list. Raises `Refused` for more than `MOST_AT_ONCE`."""
    chosen = list(records[: MOST_AT_ONCE + 1])
    if len(chosen) > MOST_AT_ONCE:
        raise Refused(f"Choose at most {MOST_AT_ONCE} records at once.")
    return chosen


def preview(records: Any, action: BulkAction, *, by: Any) -> list[Planned]:
    """What `action` will do to each of `records`; nothing is changed.

    The number of queries does not depend on how many records there are.

    In: a queryset of one kind. Raises `Refused` for more than `MOST_AT_ONCE`.
    """
    chosen = choice(records)
    action.prepare(chosen)
    return [
        Planned(record, record.version, "" if problem else action.result, problem)
        for record in chosen
        for problem in [action.refusal(record, by)]
    ]


def apply(
    model: type[models.Model],
    expected: dict[int, int],
    action: BulkAction,
    *,
    by: Any,
    reason: str = "",
) -> list[Done]:
    """Do `action` to the records that the preview showed, each for itself.

    In: number → version of every record, as posted with the preview. A record that was changed
    since, is gone or is refused is reported and stays as it is; the others are done.
    """
    ids = choice(sorted(expected))
    records = model._default_manager.in_bulk(ids)
    with action.together(by, reason):
        return [_done(records.get(pk), pk, expected[pk], action, by, reason) for pk in ids]


def _done(record: Any, pk: int, expected: int, action: BulkAction, by: Any, reason: str) -> Done:
    if record is None:
        return Done(f"number {pk}", pk, "It is no longer there.")
    try:
        with transaction.atomic():
            action.do(record, by, expected, reason)
    except (Refused, history.MovedOn) as refused:
        return Done(str(record), pk, str(refused))
    except type(record).DoesNotExist:
        return Done(str(record), pk, "It is no longer there.")
    except ValidationError as error:
        return Done(str(record), pk, " ".join(error.messages))
    return Done(str(record), pk)
