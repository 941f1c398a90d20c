"""Random writing of every sort, to see whether the feed of changes misses any of it.

Run in processes of its own, several at once: `storm(seed, strokes)`. The same seed chooses the same
strokes; what comes of them depends on what the others do meanwhile.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import Error, models, transaction

from curation.merging import merge
from curation.merging.merge import CannotMerge
from curation.models import Merge, Version
from curation.revisions import history
from curation.revisions.evidence import StandsBare
from curation.revisions.history import MovedOn
from curation.revisions.snapshot import KINDS, ROWS, CannotRestore
from curation.workflow import publishing
from curation.workflow.publishing import Refused
from events.models import Course, Event, Participation, Topic, TopicEntry
from people.models import Person, PowerBase, PowerBaseKind, Tenure
from records.kinds import kinds
from records.models import Sluggable
from reforms.models import Effect, Measure, Reform, Statistic
from sources.models import CITED, Citation, Source

# What a writer is told when others were quicker, or when a stroke is against a rule.
REFUSALS = (
    Refused, CannotMerge, CannotRestore, MovedOn, ObjectDoesNotExist, ValidationError,
    models.ProtectedError, StandsBare, Error,
)  # fmt: skip
TITLES = {Person: "name", PowerBase: "name", Measure: "name", Statistic: "note"}


def calm() -> dict[str, int]:
    """Make the record that the storm falls upon. Out: how many of each kind."""
    sources = [Source.objects.create(slug=f"source-{n}", title=f"Source {n}", kind="monograph",
                                     status="published") for n in range(6)]  # fmt: skip
    course = Course.objects.create(slug="course", title="Course", status="published")
    course.bibliography.set(sources[:3])
    topics = [Topic.objects.create(slug=f"topic-{n}", course=course, order=n + 1, title=f"T{n}",
                                   question="Why?", status="published")
              for n in range(4)]  # fmt: skip
    # A site that was migrated has it from the beginning.
    PowerBaseKind.objects.get_or_create(
        slug="party", defaults={"name": "Party", "status": "published"}
    )
    made: dict[type[Any], list[Any]] = {Source: sources, Course: [course], Topic: topics}
    for model in (Person, PowerBase, Reform, Measure, Event, Statistic):
        made[model] = [make(model, f"{model._meta.model_name}-{n}", made) for n in range(10)]
    for n in range(10):
        person, base, reform = made[Person][n], made[PowerBase][n], made[Reform][n]
        tenure = Tenure.objects.create(
            public_id=f"tenure-{n}", person=person, power_base=base, office="Secretary", span="1953"
        )
        effect = Effect.objects.create(
            public_id=f"effect-{n}", reform=reform, power_base=base, change="weakened"
        )
        made[Event][n].reforms.add(reform)
        reform.initiators.add(person)
        Participation.objects.create(event=made[Event][n], person=person)
        for row, kind in ((tenure, "tenure"), (effect, "effect"), (person, "person")):
            Citation.objects.create(source=sources[n % 6], locator="p. 1", **{kind: row})
            TopicEntry.objects.create(topic=topics[n % 4], order=n, **{kind: row})
        TopicEntry.objects.create(topic=topics[n % 4], order=n, event=made[Event][n])
    return {model._meta.model_name: len(rows) for model, rows in made.items()}


def make(model: type[Any], key: str, made: dict[type[Any], list[Any]]) -> Any:
    """A published record with one citation, in front of nothing."""
    title: dict[str, Any] = {TITLES.get(model, "title"): key}
    if model is Statistic:
        measures: list[Any] = made.get(Measure) or [*Measure.objects.all()]
        title |= {"measure": random.choice(measures), "value": 5, "date": "1956", "public_id": key}
    else:
        title["slug"] = key
    kind = PowerBaseKind.objects.first()
    dates = {Person: {"born": "1894", "sort_name": key}, PowerBase: {"kind": kind},
             Measure: {"unit": "persons", "population": "all"}}  # fmt: skip
    values = dates.get(model, {})
    dated = {"span": "1956"} if model in (Event, Reform, PowerBase) else {}
    record = model.objects.create(**title, **values, **dated, status="published")
    if model._meta.model_name in {kind.replace("_", "") for kind in CITED}:
        kind = next(k for k in CITED if k.replace("_", "") == model._meta.model_name)
        source = Source.objects.order_by("?").first()
        Citation.objects.create(source=source, locator="p. 1", **{kind: record})
    return record


class Writer:
    """One writer with a seed of its own."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.seed = seed
        self.count = 0

    def any(self, *models_: Any) -> Any:
        """A random record, of some kinds or of all."""
        model = self.chance.choice(models_ or [*ROWS])
        keys = [*model._default_manager.order_by("pk").values_list("pk", flat=True)]
        if not keys:
            raise model.DoesNotExist
        return model._default_manager.get(pk=self.chance.choice(keys))

    def word(self) -> str:
        self.count += 1
        return f"w{self.seed}-{self.count}"

    # --- strokes ------------------------------------------------------------------------------

    def edit(self) -> None:
        record = self.any()
        name = TITLES.get(type(record), "title") if self.chance.random() < 0.5 else "summary"
        if not hasattr(record, name):
            name = TITLES.get(type(record), "title")
        with history.changing(record, by=None, reason="Edit") as current:
            setattr(current, name, self.word())
            current.save()

    def rename(self) -> None:
        record = self.any(*(model for model in ROWS if issubclass(model, Sluggable)))
        with history.changing(record, by=None, reason="Rename") as current:
            current.slug = self.word()
            current.save()

    def rows(self) -> None:
        """Something that joins two records comes, goes or moves."""
        person, base, event = self.any(Person), self.any(PowerBase), self.any(Event)
        do: Callable[[], Any] = self.chance.choice(
            [
                lambda: Tenure.objects.create(
                    public_id=self.word(), person=person, power_base=base, office="O", span="1955"
                ),
                lambda: self.any(Tenure).delete(),
                lambda: self.any(Citation).delete(),
                lambda: self.any(Participation).delete(),
                lambda: self.any(TopicEntry).delete(),
                lambda: Participation.objects.create(event=event, person=person),
                lambda: Citation.objects.create(
                    public_id=self.word(), event=event, source=self.any(Source), locator="p. 2"
                ),
                lambda: TopicEntry.objects.create(topic=self.any(Topic), order=9, person=person),
                lambda: event.reforms.set([self.any(Reform), self.any(Reform)]),
                lambda: self.any(Reform).initiators.set([person]),
                lambda: self.any(Course).bibliography.set([self.any(Source)]),
            ]
        )
        with history.changing(person, by=None, reason="Rows"):
            do()

    def relink(self) -> None:
        """Past the desk: a script that writes straight to the tables."""
        do: Callable[[], Any] = self.chance.choice(
            [
                lambda: self._update(self.any(Statistic), reform=self.any(Reform)),
                lambda: self._update(self.any(Statistic), event=self.any(Event)),
                lambda: self._update(self.any(Statistic), measure=self.any(Measure)),
                lambda: self._update(self.any(Tenure), person=self.any(Person)),
                lambda: self._update(self.any(Citation), source=self.any(Source)),
                lambda: Participation.objects.filter(event=self.any(Event)).update(role="spoke"),
                lambda: self._update(self.any(PowerBase), abbreviation="KGB"),
            ]
        )
        do()

    def _update(self, row: Any, **values: Any) -> None:
        if not type(row)._base_manager.filter(pk=row.pk).update(**values):
            raise ObjectDoesNotExist

    def withdraw(self) -> None:
        # The last source of others is refused, or takes them along.
        along = self.chance.random() < 0.3
        publishing.withdraw(self.any(), by=None, reason="Misread.", with_dependents=along)

    def publish(self) -> None:
        model = self.chance.choice([*ROWS])
        # Read once: the others publish meanwhile.
        hidden = [*model._default_manager.exclude(status="published").order_by("pk")]
        record = self.chance.choice(hidden) if hidden else None
        if record is None or not publishing.publish(record, by=None).done:
            raise Refused("There was nothing to publish.")

    def merge(self) -> None:
        model = self.chance.choice([kind.model for kind in kinds() if kind.mergeable])
        merge.merge(self.any(model), self.any(model), by=None, reason="One thing")

    def take_apart(self) -> None:
        undone = Merge.objects.filter(undone_at=None).first()
        if undone is None:
            raise Refused("There was nothing to take apart.")
        merge.undo(undone, by=None, reason="Two things")

    def delete(self) -> None:
        history.delete(self.any(Person, Event, Statistic, Topic, Reform), by=None, reason="Gone")

    def bring_back(self) -> None:
        gone = [*Version.objects.filter(action="deleted").order_by("pk")]
        version = self.chance.choice(gone) if gone else None
        if version is None:
            raise Refused("There was nothing to bring back.")
        history.bring_back(version, by=None, reason="Back")

    def restore(self) -> None:
        versions = Version.objects.filter(model__in=KINDS).order_by("pk")
        if not (count := versions.count()):
            raise Refused("There was no version.")
        history.restore(versions[self.chance.randrange(count)], by=None, reason="As it was")

    def enter(self) -> None:
        model = self.chance.choice([Person, Event, Statistic, Reform, Measure, PowerBase])
        with transaction.atomic():
            record = make(model, self.word(), {})
            history.remember_new(record, by=None)
            if self.chance.random() < 0.3:
                model._base_manager.filter(pk=record.pk).update(status="draft", published_at=None)


WEIGHTS = {
    Writer.edit: 30, Writer.rename: 6, Writer.rows: 16, Writer.relink: 14, Writer.withdraw: 7,
    Writer.publish: 12, Writer.merge: 4, Writer.take_apart: 2, Writer.delete: 3,
    Writer.bring_back: 3, Writer.restore: 5, Writer.enter: 6,
}  # fmt: skip


def storm(seed: int, strokes: int) -> dict[str, int]:
    """Write until so many strokes succeeded. Out: how many of which, and how many were refused."""
    random.seed(seed)
    writer, done = Writer(seed), Counter[str]()
    while done.total() - done["refused"] < strokes:
        [stroke] = writer.chance.choices([*WEIGHTS], [*WEIGHTS.values()])
        try:
            stroke(writer)
            done[stroke.__name__] += 1
        except REFUSALS:
            done["refused"] += 1
    return done
