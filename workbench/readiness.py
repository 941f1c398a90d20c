"""What stands between the drafts of some notes and their readers, and publishing them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from curation.permissions import may_publish
from curation.revisions import history
from curation.workflow import publishing
from events.models import Course, Event, Topic
from people.models import Person, PowerBase
from records.kinds import is_visible, kind_of, with_title
from records.publication import (
    EVIDENCE,
    Obstacle,
    needs_evidence,
    obstacles,
    rows_without_evidence,
)
from reforms.models import Measure, Reform, Statistic
from sources.models import Citation, Source
from workbench.models import NotesItem, NotesPage, NotesRecord
from workbench.writing import keep_up

# What others need comes first: evidence before statements, a course before its topics.
ORDER: tuple[type[Any], ...] = (
    Source,
    PowerBase,
    Person,
    Measure,
    Reform,
    Event,
    Statistic,
    Course,
    Topic,
)


@dataclass
class Standing:
    """A record that readers do not see yet: the piece it came of, and what it lacks."""

    record: Any
    item: NotesItem | None
    lacks: list[Obstacle]


@dataclass
class Published:
    """What came of publishing: what readers see now, what an editor has to publish, and what waits
    for more than that, with the reasons."""

    seen: list[Any] = field(default_factory=list)
    sent: list[Any] = field(default_factory=list)
    waits: list[tuple[Any, str]] = field(default_factory=list)

    def send(self, standing: Standing) -> None:
        """Count a record as one that is in review, with what an editor will find lacking."""
        if standing.lacks:
            lacking = " ".join(each.message for each in standing.lacks)
            self.waits.append((standing.record, f"It waits for an editor. {lacking}"))
        else:
            self.sent.append(standing.record)


def hidden(page: NotesPage, topic: Topic) -> list[tuple[Any, NotesItem | None]]:
    """The records of a topic of the notes that readers do not see, those first that others need.

    The notes as their source, whatever pieces of the topic rest on that these notes made, also for
    another topic, its course and itself.
    """
    made = {*page.records.filter(made=True).values_list("model", "record_id")}
    links = NotesRecord.objects.filter(page=page, item__topic=topic)
    items = {item.pk: item for item in page.items.filter(topic=topic)}
    found: dict[tuple[str, int], NotesItem | None] = {}
    for link in links.order_by("item__order", "id"):
        if (link.model, link.record_id) in made:
            found.setdefault((link.model, link.record_id), items.get(link.item_id or 0))
    records: list[tuple[Any, NotesItem | None]] = []
    whole: dict[type[Any], list[int]] = {
        Source: [page.as_source.pk],
        Course: [page.course_id],
        Topic: [topic.pk],
    }
    for model in ORDER:
        label = model._meta.label_lower
        pks = [pk for name, pk in found if name == label]
        pks += whole.get(model, [])
        wanted = with_title(model.objects.filter(pk__in=pks))
        if needs_evidence(model):
            wanted = wanted.prefetch_related("citations__source")
        by_pk = {record.pk: record for record in wanted}
        for pk in dict.fromkeys(pks):
            if pk in by_pk and not by_pk[pk].is_published:
                records.append((by_pk[pk], found.get((label, pk))))
    return records


def standing(page: NotesPage, topic: Topic) -> list[Standing]:
    """What each hidden record of a topic lacks, apart from what publishing the others brings it.

    That the notes are a draft is no obstacle of what cites them: they are published first.
    """
    every = hidden(page, topic)
    citing = _citing(page)
    bare: dict[tuple[type[Any], int], list[Any]] = {}
    for model in ORDER:
        records = [record for record, _ in every if type(record) is model]
        for pk, rows in rows_without_evidence(records).items():
            bare[model, pk] = [row for row in rows if (kind_of(row).name, row.pk) not in citing]
    rows_found = []
    for record, item in every:
        lacks = obstacles(record, rows=bare.get((type(record), record.pk), []))
        if (kind_of(record).name, record.pk) in citing:
            lacks = [each for each in lacks if each.field != EVIDENCE]
        rows_found.append(Standing(record, item, lacks))
    return rows_found


def _citing(page: NotesPage) -> set[tuple[str, int]]:
    """What cites the notes, by kind and number: their source is published before it."""
    columns = {f"{name}_id": name for name in Citation.kinds}
    return {
        (name, row[column])
        for row in Citation.objects.filter(source=page.as_source).values(*columns)
        for column, name in columns.items()
        if row[column]
    }


def publish_ready(page: NotesPage, topic: Topic, *, by: Any) -> Published:
    """Let readers see whatever lacks nothing, and say what waits and why.

    Somebody who may not publish sends it for review.
    """
    outcome = Published()
    for one in standing(page, topic):
        record = one.record
        model = type(record)
        publishes = may_publish(by, model)
        move = publishing.publish if publishes else publishing.submit
        before = record.version
        if not publishes and record.status == "review":
            outcome.send(one)
            continue
        try:
            done = move(record, by=by, reason=f"From the notes “{page.title}”"[:300])
        except (publishing.Refused, history.MovedOn) as refused:
            outcome.waits.append((record, str(refused)))
            continue
        if not done.done:
            outcome.waits.append((record, " ".join(each.message for each in done.obstacles)))
            continue
        keep_up(done.record, before)
        if publishes:
            outcome.seen.append(done.record)
        else:
            outcome.send(one)
    for record in [one for one in outcome.seen if not is_visible(one)]:
        outcome.seen.remove(record)
        outcome.waits.append((record, "It is published with what it belongs to."))
    return outcome


def names(records: Iterable[Any]) -> str:
    """Records by name, for a sentence."""
    return ", ".join(f"“{record}”" for record in records)
