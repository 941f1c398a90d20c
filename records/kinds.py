"""The kinds of record, each declared once, in the `kinds.py` of the app that it belongs to.

A kind says everything that the engine has to know of it: where it lives, what it is called, which
rows belong to it, what has to be public for readers to see it, where else it shows. Everything
else that goes over kinds (addresses of the API and of pages, versions, suggestions, the feed of
changes, merging, the site map, the admin's index, roles) asks here, and names none.

    register(Kind(model=Reform, order=70, listing="reforms", place="reforms", …))
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Protocol

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.module_loading import autodiscover_modules

# In `Shows`: the row's own record.
SELF = "id"


@dataclass(frozen=True)
class Shows:
    """Where one record shows in the document of another, along two columns of one table.

    The record in column `shown` of a row shows in the document of the record in column `inside`.
    A column is a foreign key, or `SELF` for the row's own record. `table` is the table of the rows
    where it is not the kind's own: that of a many-to-many field.
    """

    shown: str
    inside: str
    table: Any = None


@dataclass(frozen=True, kw_only=True)
class TimelineFacts:
    """What the timeline has to know of a kind whose records have a date `span`.

    `order`: the place of its lanes from the top; `heading`: the name of its lane and of the choice
    of the reader; `nouns`: for counting, one and many.
    `narrow(records, person=…, power_base=…, at_least=…)` gives those of the public records that
    match the filters of the timeline that are not None.
    `item(record)` gives the words in the drawing: the short ones, those with everything but the
    date, and the weight from 1 to 3. `shape` is `bars` or `dots`.
    `lane(record)` gives a lane of its own within the kind: what it sorts by, and its name.
    `template` shows a record in the list. `turning_points(records)` gives those of some records at
    which history turned, and `days_of_change(records, course)` those whose days the power map of a
    course offers, or that of all courses.
    `named_by`: the columns that the title, the addresses and the weight of a record are made of,
    for lists that show no more; blank for all columns.
    `only_taught`: of these there are so many that a timeline of all courses opens with those alone
    that belong to one of them.
    """

    order: int
    heading: str
    nouns: tuple[str, str]
    narrow: Callable[..., Any]
    template: str
    item: Callable[[Any], tuple[str, str, int]]
    needs: tuple[str, ...] = ()
    named_by: tuple[str, ...] = ()
    shape: str = "bars"
    lane: Callable[[Any], tuple[Any, str]] | None = None
    turning_points: Callable[[Any], Any] | None = None
    days_of_change: Callable[[Any, Any], Any] | None = None
    only_taught: bool = False


@dataclass(frozen=True, kw_only=True)
class SearchFacts:
    """By which words and date a search finds the records of a kind, beside their titles.

    `names`: the columns with other names, by which a record is found as by its title.
    `text`: the columns with what is told of it; None for all long texts.
    `dated_by`: the column of its date; blank for what the kind says happened, if anything.
    `title`: what it is called among results, where that is more than `Kind.title`.
    `needs`: the relations that `title` and the address follow.
    `address`: where it is read, where the record has no page or place of its own.
    `short`: what it is mostly called, where its title is longer: a surname.
    `weight`: from 0 to 4, how likely it is what a reader looks for among records that fit alike.
    `explains`: True for what answers a question, and does not only name what happened.
    `heading`: the name of the group of such results; blank for the kind's own plural.
    """

    names: tuple[str, ...] = ()
    text: tuple[str, ...] | None = None
    dated_by: str = ""
    title: Callable[[Any], str] | None = None
    needs: tuple[str, ...] = ()
    address: Callable[[Any], str] | None = None
    short: Callable[[Any], str] = field(default=lambda record: "")
    weight: Callable[[Any], int] = field(default=lambda record: 2)
    explains: bool = False
    heading: str = ""


@dataclass(frozen=True, kw_only=True)
class OwnGate:
    """What a kind asks of a record before readers may see it, beside a date and its sources.

    `lacks(record)` gives what it lacks: pairs of the field and what to do about it. It is asked of
    what stands in the database.
    `affected(record)` gives the public records of this kind that a change of `record`, of any kind,
    may have made lack something: itself, and those that name it. None gives all.
    """

    lacks: Callable[[Any], list[tuple[str, str]]]
    affected: Callable[[Any], Iterable[Any]]


class Past(Protocol):
    """How a page is shown as it was, where other records with versions of their own stand on it.

    The number of the record's version says nothing of those; a moment says both.
    """

    # The template that says of which moment it is; it is given the answer of `as_of` as `then`.
    template: str

    def last_change(self, record: Any) -> datetime:
        """When the page last became what readers see now."""

    def as_of(self, record: Any, at: datetime, fields: dict[str, Any]) -> Any:
        """What stood there at a moment. In: the record's own fields as a snapshot then had them.

        Out: an object whose `shown` is what the template of the page is given of it.
        """


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of record, or of row that belongs to a record."""

    model: type[Any]
    # The place of the kind in every list of kinds, from low to high.
    order: int
    # The listing of the API in whose addresses the kind's records stand; blank for none.
    listing: str = ""
    # The first part of the address of its pages; blank for what has no page of its own.
    place: str = ""
    # The key of a record of the shipped course, for descriptions.
    example: str = ""

    # What a record is called where it stands alone, and the relations that this follows.
    title: Callable[[Any], str] = str
    title_needs: tuple[str, ...] = ()
    # What tells two records of one title apart in a picker: dates, an author; blank for nothing.
    distinction: Callable[[Any], str] = field(default=lambda record: "")

    # The relations whose rows are edited, kept and restored with the record.
    rows: tuple[str, ...] = ()
    # Of a row: the foreign key to the record that it belongs to, what one is called in a list of
    # differences, and the heading over such rows.
    owner: str = ""
    noun: str = ""
    heading: str = ""
    # The fields whose value names a row in a list of differences; the first one filled is taken.
    called_by: tuple[str, ...] = ()

    # The foreign keys, where filled, of what has to be public for readers to see the record.
    needs: tuple[str, ...] = ()
    # True where documents of other records hold it whole, or call it by the names of what it joins.
    embedded: bool = False
    shows: tuple[Shows, ...] = ()
    # The day or span that a source of the record can be compared with; None for none.
    happened: Callable[[Any], Any] = field(default=lambda record: None)

    # The relations along which a course package finds its records: they come with what these lead
    # to, and bring none of it along, so that a package keeps to its own course.
    comes_with: tuple[str, ...] = ()

    # Two records may be merged into one; `refuse_merge` gives the reasons against a given pair.
    mergeable: bool = False
    refuse_merge: Callable[[Any, Any], list[str]] = field(default=lambda kept, merged: [])
    # Columns that are alike in two rows that say the same, beyond the unique constraints.
    same: tuple[str, ...] = ()

    # What else stands in the way of publishing such a record; None for nothing.
    gate: OwnGate | None = None

    # The condition that a record belongs to a course; None where only what its topics arrange and
    # its prose names does. See `records.arrangement`.
    in_course: Callable[[Any], Q] | None = None

    timeline: TimelineFacts | None = None
    # How a search finds its records. A listed kind is found by its title and long texts anyway.
    search: SearchFacts | None = None
    # The fields that the API lists of a version, in reading order; other long texts follow.
    facts: tuple[str, ...] = ()
    # What stands on the record's page and has versions of its own; see `Past`.
    past: Past | None = None
    # In a topic: the template for what stands above the teacher's words, and the field below them.
    entry_template: str = ""
    entry_text: str = ""
    # The heading of the admin's index under which it stands; blank for what is edited elsewhere.
    admin_group: str = ""

    @cached_property
    def name(self) -> str:
        """The kind as columns and the API name it: `power_base`."""
        return kind_name(self.model)

    @property
    def route(self) -> str:
        """The kind as names of addresses have it: `power-base`."""
        return self.name.replace("_", "-")

    @property
    def label(self) -> str:
        """The kind as versions name it: `people.powerbase`."""
        return str(self.model._meta.label_lower)

    @property
    def all_facts(self) -> tuple[str, ...]:
        """`facts`, and after them the long texts that it does not name; empty where it is."""
        texts = (
            column.name
            for column in self.model._meta.concrete_fields
            if isinstance(column, models.TextField) and column.name != "withdrawn_reason"
        )
        return (*self.facts, *(t for t in texts if t not in self.facts)) if self.facts else ()

    @property
    def is_root(self) -> bool:
        """True for a record with a history of its own, False for a row that belongs to one."""
        return hasattr(self.model, "version")

    @property
    def key_field(self) -> str:
        """The column that names one record in its address: see `key_column`."""
        return key_column(self.model)


_KINDS: dict[type[Any], Kind] = {}
# True once every app has declared its kinds.
_DECLARED = False


def declare_all() -> None:
    """Load the `kinds` of every app. Called once, when the models are there."""
    global _DECLARED
    autodiscover_modules("kinds")
    _DECLARED = True


def register(*declared: Kind) -> None:
    """Declare kinds. Each model once; raises ValueError for a second declaration."""
    for kind in declared:
        if kind.model in _KINDS:
            raise ValueError(f"The kind {kind.name} is declared twice.")
        _KINDS[kind.model] = kind


def kinds() -> list[Kind]:
    """Every kind, rows among them, in order.

    Raises RuntimeError while they are still being declared: a list would lack the rest.
    """
    if not _DECLARED:
        raise RuntimeError(
            "The kinds of record are asked for before all apps have declared theirs. A module "
            "“kinds” may import models and querysets only."
        )
    return sorted(_KINDS.values(), key=lambda kind: kind.order)


def listed_kinds() -> list[Kind]:
    """The kinds with an address in the API."""
    return [kind for kind in kinds() if kind.listing]


def root_kinds() -> list[Kind]:
    """The kinds with a history of their own."""
    return [kind for kind in kinds() if kind.is_root]


def paged_kinds() -> list[Kind]:
    """The kinds whose records have pages of their own."""
    return [kind for kind in kinds() if kind.place]


def apps_of_kinds() -> list[str]:
    """The names of the apps that declare kinds, those that others stand on first."""
    labels = {kind.model._meta.app_label for kind in _KINDS.values()}
    return [config.name for config in apps.get_app_configs() if config.label in labels]


def kind_name(model: type[models.Model] | models.Model) -> str:
    """The name of a model as a kind: `power_base` for `PowerBase`."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", model._meta.object_name or "").lower()


def kind_of(record: Any) -> Kind:
    """The kind of a record or of a model."""
    model = record if isinstance(record, type) else type(record)
    return _KINDS[model]


def find_kind(model: type[Any]) -> Kind | None:
    """The kind of a model; None for a model that is no kind of record."""
    return _KINDS.get(model)


def kind_named(name: str) -> Kind:
    """The kind of a name as columns have it: `power_base`. Raises KeyError."""
    for kind in _KINDS.values():
        if kind.name == name:
            return kind
    raise KeyError(name)


def title_of(record: Any) -> str:
    """The one name of a record: on its page, in the API, feeds, versions and the admin."""
    kind = _KINDS.get(type(record))
    return kind.title(record) if kind else str(record)


def label_of(record: Any) -> str:
    """The name of a record with what tells it from others of that name, for pickers."""
    more = distinction_of(record)
    return f"{title_of(record)} ({more})" if more else title_of(record)


def distinction_of(record: Any) -> str:
    """What tells a record from others of its name; blank for nothing."""
    kind = _KINDS.get(type(record))
    return kind.distinction(record) if kind else ""


def root_of(record: Any) -> Any:
    """The record with a history of its own that this record is, or that this row belongs to.

    None for a row of which that is not said yet, and for what is no record at all.
    """
    kind = _KINDS.get(type(record))
    if kind is None:
        return None
    if kind.is_root:
        return record
    if not kind.owner:
        # It belongs to the one record that it is about.
        return root_of(record.record)
    # One that is entered on the same form has no number yet, and is there all the same.
    if getattr(record, f"{kind.owner}_id") is None and kind.owner not in record._state.fields_cache:
        return None
    return root_of(getattr(record, kind.owner))


def is_visible(record: Any) -> bool:
    """True for what readers see: its own state is public, and so is all that it needs.

    `published()` asks the same of the database.
    """
    kind = _KINDS.get(type(record))
    if kind is None:
        return False
    needed = [getattr(record, name) for name in kind.needs]
    is_public = not hasattr(record, "status") or record.is_published
    return is_public and all(is_visible(each) for each in needed if each is not None)


def key_column(model: type[Any]) -> str:
    """The column by whose value addresses and data name a record: slug, public id or number."""
    return next((name for name in ("slug", "public_id") if hasattr(model, name)), "pk")


def key_of(record: Any) -> str:
    """The key by which addresses, snapshots and packages name a record."""
    return str(getattr(record, key_column(type(record))))


def with_titles(names: Iterable[str]) -> list[str]:
    """The relations to load with rows about one record each, so that every record can be named.

    In: the names of the kinds, which are those of the foreign keys.
    """
    relations: list[str] = []
    for name in names:
        needs = kind_named(name).title_needs
        relations += [f"{name}__{need}" for need in needs] or [name]
    return relations


def with_title(queryset: Any) -> Any:
    """Records of one kind, with what their titles need loaded."""
    kind = find_kind(queryset.model)
    # Without a name, `select_related` follows every foreign key.
    needs = kind.title_needs if kind else ()
    return queryset.select_related(*needs) if needs else queryset


def timeline_kinds() -> list[Kind]:
    """The kinds on the timeline, in the order of their lanes."""
    dated = [(kind.timeline.order, kind) for kind in kinds() if kind.timeline is not None]
    return [kind for _, kind in sorted(dated, key=lambda pair: pair[0])]


def searched_kinds() -> list[Kind]:
    """The kinds that a search finds: those that are listed, and others that say how."""
    return [kind for kind in kinds() if kind.listing or kind.search is not None]


def days_of_change(course: Any = None) -> Any:
    """The public records whose days the power map offers; None where no kind has any.

    In: the course whose map it is; None for all.
    """
    for kind in timeline_kinds():
        if kind.timeline is not None and kind.timeline.days_of_change is not None:
            dated = kind.model.objects.published().filter(span_sort__isnull=False)
            return kind.timeline.days_of_change(dated, course)
    return None


def needs_first(chosen: Iterable[Kind]) -> list[Kind]:
    """Kinds in the order in which their apps declare them, but each after those it points at.

    Kinds that are about one record of any kind come last.
    """
    chosen_models = {kind.model for kind in chosen}
    place_of_app = {config.label: n for n, config in enumerate(apps.get_app_configs())}
    # A dict, for its order.
    placed: dict[type[Any], Kind] = {}

    def place(model: type[Any]) -> None:
        for column in model._meta.concrete_fields:
            target = column.related_model
            if target in chosen_models and target is not model and target not in placed:
                place(target)
        placed.setdefault(model, _KINDS[model])

    declared = sorted(
        (model for model in _KINDS if model in chosen_models),
        key=lambda model: (hasattr(model, "about_name"), place_of_app[model._meta.app_label]),
    )
    for model in declared:
        place(model)
    return list(placed.values())
