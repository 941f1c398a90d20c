"""One action on many records: first what will happen to each, then the doing of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Count

from curation import history
from curation.publishing import Refused, may_change, may_decide, publish, refusal, submit, withdraw
from events.models import ARRANGED, Event, Topic, TopicEntry
from records.models import Status
from records.permissions import UNPUBLISHED
from records.publication import obstacles
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
    """What can be done to many records at once. `words` say what happens to each."""

    words = ""

    def prepare(self, records: list[Any]) -> None:
        """Load at once what `refusal` needs to know of all records."""

    def refusal(self, record: Any, by: Any) -> str:
        """Why nothing will happen to `record`; blank when something will."""
        raise NotImplementedError

    def do(self, record: Any, by: Any, expected: int, reason: str) -> None:
        """Do it to one record. Raises `Refused` or `history.MovedOn` with nothing changed."""
        raise NotImplementedError

    @contextmanager
    def together(self, by: Any, reason: str) -> Iterator[None]:
        """What surrounds the doing of all."""
        yield


class Submit(BulkAction):
    """Send drafts for review."""

    words = "Goes to review"

    def refusal(self, record: Any, by: Any) -> str:
        return refusal(record, Status.REVIEW, by=by)

    def do(self, record: Any, by: Any, expected: int, reason: str) -> None:
        submit(record, by=by, reason=reason, expected=expected)


class Publish(BulkAction):
    """Let readers see the records that lack nothing."""

    words = "Becomes public"

    def prepare(self, records: list[Any]) -> None:
        self._citations: dict[int, int] = {}
        if records and getattr(records[0], "needs_citation", True):
            counted = type(records[0])._default_manager.filter(pk__in=[r.pk for r in records])
            self._citations = dict(
                counted.order_by().annotate(n=Count("citations")).values_list("pk", "n")
            )

    def refusal(self, record: Any, by: Any) -> str:
        if words := refusal(record, Status.PUBLISHED, by=by):
            return words
        lacking = obstacles(record, citations=self._citations.get(record.pk, 0))
        return " ".join(obstacle.message for obstacle in lacking)

    def do(self, record: Any, by: Any, expected: int, reason: str) -> None:
        outcome = publish(record, by=by, reason=reason, expected=expected)
        if not outcome.done:
            raise Refused(" ".join(obstacle.message for obstacle in outcome.obstacles))


class Withdraw(BulkAction):
    """Take pages from readers, who see the reason."""

    words = "Is withdrawn, and readers see the reason"

    def refusal(self, record: Any, by: Any) -> str:
        return refusal(record, Status.WITHDRAWN, by=by)

    def do(self, record: Any, by: Any, expected: int, reason: str) -> None:
        withdraw(record, by=by, reason=reason, expected=expected)


class SetSignificance(BulkAction):
    """Say of events how much they matter."""

    def __init__(self, significance: int) -> None:
        self.significance = Event.Significance(significance)
        self.words = f"Becomes “{self.significance.label}”"

    def refusal(self, record: Any, by: Any) -> str:
        if not isinstance(record, Event):
            return "Only events have a significance."
        if record.significance == self.significance:
            return f"It is “{self.significance.label}” already."
        return closed(record, by)

    def do(self, record: Any, by: Any, expected: int, reason: str) -> None:
        with history.changing(record, by=by, reason=reason, expected=expected) as current:
            if words := self.refusal(current, by):
                raise Refused(words)
            current.significance = self.significance
            current.save()


class AddCitation(BulkAction):
    """Give records one piece of evidence each: the same source and place."""

    def __init__(self, source: Source, locator: str, **more: Any) -> None:
        """`more`: claim, stance, checked, quotation, note, as in `Citation`."""
        self.values = {"source": source, "locator": locator, **more}
        self.words = f"Cites {source.short_reference}, {locator}"

    def prepare(self, records: list[Any]) -> None:
        self._has: set[int] = set()
        if records and (kind := kind_of(type(records[0]), Citation, CITED)):
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
        if not kind_of(type(record), Citation, CITED):
            return f"A {record._meta.verbose_name} takes no citations."
        if record.pk in self._has:
            return "It has this citation already."
        return closed(record, by)

    def do(self, record: Any, by: Any, expected: int, reason: str) -> None:
        with history.changing(record, by=by, reason=reason, expected=expected) as current:
            self.prepare([current])
            if words := self.refusal(current, by):
                raise Refused(words)
            kind = kind_of(type(current), Citation, CITED)
            last = current.citations.order_by("-order").values_list("order", flat=True).first()
            citation = Citation(**{kind: current, **self.values, "order": (last or 0) + 1})
            citation.full_clean()
            citation.save()


class AddToTopic(BulkAction):
    """Put records at the end of a topic. It is the topic that changes, and gets a version."""

    def __init__(self, topic: Topic, role: str = TopicEntry.Role.EVENT) -> None:
        self.topic = topic
        self.role = TopicEntry.Role(role)
        self.words = f"Stands in “{topic}” as {self.role.label.lower()}"

    def prepare(self, records: list[Any]) -> None:
        self._has: set[int] = set()
        if records and (kind := kind_of(type(records[0]), TopicEntry, ARRANGED)):
            entries = TopicEntry.objects.filter(topic=self.topic, **{f"{kind}__in": records})
            self._has = set(entries.values_list(f"{kind}_id", flat=True))

    def refusal(self, record: Any, by: Any) -> str:
        if not kind_of(type(record), TopicEntry, ARRANGED):
            return f"A {record._meta.verbose_name} cannot stand in a topic."
        if record.pk in self._has:
            return f"It is in “{self.topic}” already."
        return closed(self.topic, by)

    def do(self, record: Any, by: Any, expected: int, reason: str) -> None:
        current = history.locked(record, expected)
        self.prepare([current])
        if words := self.refusal(current, by):
            raise Refused(words)
        kind = kind_of(type(current), TopicEntry, ARRANGED)
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


def kind_of(model: type[models.Model], table: Any, names: list[str]) -> str:
    """The name under which `table` (citations, entries) points at `model`; blank for none."""
    return next((n for n in names if table._meta.get_field(n).related_model is model), "")


def closed(record: Any, by: Any) -> str:
    """Why `by` cannot change `record` directly; blank when nothing speaks against it."""
    if not may_change(by, type(record)):
        return f"You may not change a {record._meta.verbose_name}."
    if record.status not in UNPUBLISHED and not may_decide(by, type(record)):
        return f"Readers see “{record}”: suggest the change instead."
    return ""


def preview(records: Any, action: BulkAction, *, by: Any) -> list[Planned]:
    """What `action` will do to each of `records`; nothing is changed.

    The number of queries does not depend on how many records there are.

    In: a queryset of one kind. Raises `Refused` for more than `MOST_AT_ONCE`.
    """
    chosen = list(records[: MOST_AT_ONCE + 1])
    if len(chosen) > MOST_AT_ONCE:
        raise Refused(f"Choose at most {MOST_AT_ONCE} records at once.")
    action.prepare(chosen)
    return [
        Planned(record, record.version, "" if words else action.words, words)
        for record in chosen
        for words in [action.refusal(record, by)]
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

    In: number → version of every record, as posted with the preview. One that moved on since, is
    gone or refuses is reported and left as it is; the others are done.
    """
    if len(expected) > MOST_AT_ONCE:
        raise Refused(f"Choose at most {MOST_AT_ONCE} records at once.")
    found = model._default_manager.in_bulk(sorted(expected))
    with action.together(by, reason):
        return [
            _done(found.get(pk), pk, expected[pk], action, by, reason) for pk in sorted(expected)
        ]


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
