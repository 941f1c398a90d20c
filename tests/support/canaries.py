"""A small public record with something hidden tied to every relation that it has.

Everything is found from the models themselves: each text of a hidden row is a word of its own
(a *canary*), so that a leak tells which column of which row it came from, and a model or relation
added later takes part by itself.
"""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models
from factory.django import DjangoModelFactory

from curation.models import Merge, Report, Suggestion, Version
from curation.revisions import history
from curation.revisions.snapshot import ROWS, snapshot
from records.kinds import kind_of
from records.models import AboutOneRecord, PastSlug, Sluggable, Status
from records.pictures.models import Pictured
from tests import factories
from tests.support.images import WORDS, kept

CANARY = re.compile(r"canary-\d{4}", re.IGNORECASE)
HIDDEN = (Status.DRAFT, Status.REVIEW, Status.WITHDRAWN)
# What readers of a withdrawn record are told; no secret.
REASON = "It was misread"
# Rooms whose rows no reader is ever shown as they stand, or that are no record of history.
NO_RECORDS = {"records", "curation", "accounts", "config", "study", "workbench"}


def record_models() -> list[type[models.Model]]:
    """Every model of history, each after those that it points at."""
    found = [
        model
        for config in apps.get_app_configs()
        if Path(config.path).parent == settings.BASE_DIR and config.label not in NO_RECORDS
        for model in config.get_models()
    ]
    ordered: list[type[models.Model]] = []
    while found:
        ready = [
            m
            for m in found
            if {link.related_model for link in [*links(m), *plain_lists(m)]} <= {*ordered, m}
        ]
        assert ready, f"These models point at each other in a circle: {found}"
        ordered += ready
        found = [model for model in found if model not in ready]
    return ordered


def links(model: type[models.Model]) -> list[Any]:
    """The foreign keys of a model."""
    return [f for f in model._meta.concrete_fields if isinstance(f, models.ForeignKey)]


def plain_lists(model: type[models.Model]) -> list[Any]:
    """Many-to-many fields without rows of their own."""
    return [
        f
        for f in model._meta.many_to_many
        if f.remote_field.through._meta.auto_created  # type: ignore[union-attr]
    ]


def has_status(model: type[models.Model]) -> bool:
    return any(f.name == "status" for f in model._meta.concrete_fields)


def _factory(model: type[models.Model]) -> Any:
    for factory in vars(factories).values():
        if (
            isinstance(factory, type)
            and issubclass(factory, DjangoModelFactory)
            and factory._meta.model is model
        ):
            return factory
    raise AssertionError(
        f"{model.__name__} has no factory in tests/factories.py, so that nothing hidden can be "
        "made of it for the crawl. Give it one."
    )


@dataclass
class World:
    """What there is: `public` one record of each model, `open` public ones that name something
    hidden, `hidden` everything readers must not see, and whose word each canary is."""

    public: dict[type[models.Model], Any] = field(default_factory=dict)
    open: list[Any] = field(default_factory=list)
    hidden: dict[type[models.Model], list[Any]] = field(default_factory=lambda: defaultdict(list))
    statuses: dict[Any, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)
    _count: Any = field(default_factory=itertools.count)

    def word(self, meaning: str) -> str:
        """A fresh canary that stands for `meaning`."""
        word = f"canary-{next(self._count):04}"
        self.words[word] = meaning
        return word

    def keys(self, records: list[Any]) -> list[str]:
        """The slugs and public ids by which addresses name `records`."""
        return [key for r in records for key in (getattr(r, n, "") for n in KEYS) if key]


KEYS = ("slug", "public_id")


def make_world() -> World:
    """Everything is public first and kept as a version; then the hidden part is hidden."""
    world = World()
    for model in record_models():
        _make_public(world, model)
    for model in record_models():
        _surround(world, model)
    for record in world.public.values():
        if type(record) in ROWS:
            history.baseline(record)
    _hide(world)
    for record in world.public.values():
        if type(record) in ROWS:
            history.remember(record, by=None, reason="Read again")
    _fill_the_desk(world)
    return world


def make_pairs() -> World:
    """A smaller world: one public record of each model, one draft of each that can be one, and
    something about each on the desk."""
    world = World()
    for model in record_models():
        _make_public(world, model)
    for model in filter(has_status, record_models()):
        tied = [link for link in links(model) if link not in _one_of(model)]
        required = {link.name: world.public[link.related_model] for link in tied}
        world.hidden[model] = [_factory(model)(**required, status=Status.DRAFT)]
    for record in [*world.public.values(), *(r for made in world.hidden.values() for r in made)]:
        if type(record) in ROWS:
            history.baseline(record)
    _fill_the_desk(world)
    # Their numbers are those that the next change of each record takes.
    Version.objects.filter(action="changed").delete()
    return world


def _make_public(world: World, model: type[models.Model]) -> None:
    values: dict[str, Any] = {}
    shown = _one_of(model)
    for link in links(model):
        if link.related_model is not model and link not in shown[1:]:
            values[link.name] = world.public[link.related_model]
    values |= {link.name: None for link in shown[1:]}
    for key in KEYS:
        if any(f.name == key for f in model._meta.concrete_fields):
            values[key] = f"public-{model._meta.model_name}"
    if issubclass(model, Pictured):
        values |= {"picture_file": kept(), **WORDS}
    record = _factory(model)(**values)
    world.public[model] = record
    for many in plain_lists(model):
        getattr(record, many.name).add(world.public[many.related_model])
    # A row that shows one of several kinds of record: one row for each kind.
    for other in shown[1:]:
        columns = {link.name: None for link in shown} | {
            other.name: world.public[other.related_model]
        }
        key = {k: f"{v}-{other.name}".replace("_", "-") for k, v in values.items() if k in KEYS}
        _factory(model)(**(values | columns | key))


def _one_of(model: type[models.Model]) -> list[Any]:
    """The foreign keys of which a row has exactly one; empty for a record of its own."""
    if issubclass(model, AboutOneRecord):
        return [link for link in links(model) if link.name in model.kinds]
    nullable = [link for link in links(model) if link.null]
    return [] if has_status(model) else nullable


def _surround(world: World, model: type[models.Model]) -> None:
    """Tie hidden things of `model`, and public ones that point at hidden ones, to the public."""
    one_of = _one_of(model)
    required = {link.name: world.public[link.related_model] for link in links(model)
                if link not in one_of}  # fmt: skip
    if has_status(model):
        for status in HIDDEN:
            _make_hidden(world, model, required, status)
        # One tied to nothing, for what is found without any relation.
        loose = {n: v for n, v in required.items() if not model._meta.get_field(n).null}
        _make_hidden(world, model, loose, Status.DRAFT)
    for link in links(model):
        for target in [*world.hidden[link.related_model]]:
            if link.related_model is model and world.statuses[target] == Status.PUBLISHED:
                continue
            values = required | {link.name: target}
            if link in one_of:
                values = {each.name: None for each in one_of} | values
                _make_hidden(world, model, values, Status.PUBLISHED)
            elif one_of:
                for shown in one_of:
                    columns = {each.name: None for each in one_of}
                    columns[shown.name] = world.public[shown.related_model]
                    _make_hidden(world, model, values | columns, Status.PUBLISHED)
            elif link.null or (has_status(model) and link.name not in kind_of(model).needs):
                # It is public all the same, and does not say what it names.
                made = _factory(model)(**values)
                world.open.append(made)
                for many in plain_lists(model):
                    getattr(made, many.name).set(world.hidden[many.related_model])
            else:
                _make_hidden(world, model, values, Status.PUBLISHED)
    for many in plain_lists(model):
        getattr(world.public[model], many.name).add(*world.hidden[many.related_model])


def _make_hidden(
    world: World, model: type[models.Model], values: dict[str, Any], status: str
) -> None:
    """One row that readers must not see: for what it is itself, or for what it belongs to."""
    name = f"{model._meta.label} ({status})"
    texts = {
        f.name: world.word(f"{name}: {f.name}")
        for f in model._meta.concrete_fields
        if _is_text(f) and f.name != "withdrawn_reason"
    }
    texts |= {
        f.name: f"https://example.org/{texts[f.name]}"
        for f in model._meta.concrete_fields
        if isinstance(f, models.URLField)
    }
    # Words of a figure stand beside its number.
    numbers = {figure.value: 5 for figure in getattr(model, "figures", ())}
    # A picture has a licence, or it is none.
    licence = {"picture_licence": "cc0-1.0"} if issubclass(model, Pictured) else {}
    record = _factory(model)(**(texts | numbers | licence | values))
    for many in plain_lists(model):
        getattr(record, many.name).add(world.public[many.related_model])
    stored = model._base_manager.filter(pk=record.pk)
    for date in getattr(model, "historical_dates", {}):
        column = f"{date}_text"
        if getattr(record, date, None) is not None:
            stored.update(**{column: world.word(f"{name}: {column}")})
    world.hidden[model].append(record)
    world.statuses[record] = status


def _is_text(column: Any) -> bool:
    parts = re.search(r"_(edtf|text)$", column.name)
    dates = getattr(column.model, "historical_dates", {})
    if parts and column.name[: parts.start()] in dates:
        return False
    return isinstance(column, models.CharField | models.TextField) and not column.choices


def _hide(world: World) -> None:
    for model, records in world.hidden.items():
        for record in records:
            status = world.statuses[record]
            if status == Status.WITHDRAWN and model in ROWS:
                history.baseline(record)
            if has_status(model) and status != Status.PUBLISHED:
                values: dict[str, Any] = {"status": status, "published_at": None}
                if status == Status.WITHDRAWN:
                    values = {"status": status, "withdrawn_reason": REASON}
                model._base_manager.filter(pk=record.pk).update(**values)
            record.refresh_from_db()
            if model in ROWS:
                history.baseline(record)
            if isinstance(record, Sluggable):
                past = world.word(f"past slug of {model._meta.label} ({status})")
                PastSlug.objects.create(
                    model=model._meta.label_lower,
                    slug=past,
                    current_slug=record.slug,
                    was_public=status == Status.WITHDRAWN,
                )


def _fill_the_desk(world: World) -> None:
    """What only the desk sees of public records: drafts of them, suggestions, merges, reports."""
    for record in world.public.values():
        if type(record) not in ROWS:
            continue
        about = {"model": record._meta.label_lower, "record_id": record.pk}

        def told(what: str, record: Any = record) -> str:
            return world.word(f"{what} of {record._meta.label}")

        proposed = snapshot(record)
        for name, value in proposed["fields"].items():
            if isinstance(value, str) and name not in KEYS:
                proposed["fields"][name] = told(f"proposed {name}")
        Suggestion.objects.create(
            **about, title=told("title of a suggestion"), base_version=1, base=proposed,
            proposed=proposed, reason=told("reason of a suggestion"),
            comment=told("comment on a suggestion"),
        )  # fmt: skip
        Report.objects.create(
            **about, title=told("title of a report"), version=1, message=told("report"),
            answer=told("answer to a report"),
        )  # fmt: skip
        Merge.objects.create(
            model=about["model"], kept_id=record.pk, kept_title=told("merge"), moved={},
            merged_key=told("key of a merge"), merged_title=told("title of a merge"),
            kept_before=proposed, merged_before=proposed, reason=told("reason of a merge"),
        )  # fmt: skip
        Version.objects.create(
            **about, key=told("key of a draft version"), title=told("title of a draft version"),
            number=record.version + 1, action="changed", status="draft", snapshot=proposed,
            reason=told("reason of a draft version"),
        )  # fmt: skip
