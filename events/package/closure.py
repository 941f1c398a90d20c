"""Which records belong to a course: everything that its pages need to say what they say."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import F, Q, QuerySet

from events.lesson.naming import named_in
from events.models import WITH_PROSE, Course
from events.package.keys import chunks
from events.package.tables import BY_NAME, TABLE_OF_KIND, TABLES, Table, relations, table_of
from records.kinds import SELF, Shows, kind_of

_CITATIONS, _SOURCES = BY_NAME["citations"], BY_NAME["sources"]
# The tables whose prose names records, with their rows.
_WITH_PROSE = {table_of(model).name: model for model in WITH_PROSE}
# What the rule of `_follows` lacks, and what it has too much: a reform brings its events, which its
# document does not name, and a topic its sections and positions, which have no document of their
# own, but the state does not bring every ministry.
_ALSO = {
    "reforms": [("events", "reforms")],
    "power-bases": [("power-bases", "successors")],
    "topics": [("sections", "topic"), ("positions", "topic"), ("position-evidence", "topic")],
}
_NOT = {("power-bases", "parent")}


def _follows() -> dict[str, list[tuple[str, str]]]:
    """From the records of one table to those of another that come with them.

    Out: by table, the other table and the way back from it. A record brings what it names, by a
    field of its own or by rows without an identity; and those that name it and show in its
    document (`Kind.shows`): a person brings tenures, a tenure its power base, a reform its effects.
    What says along which of its fields it comes (`Kind.comes_with`) does not bring those.
    """
    follows: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, ways in _ALSO.items():
        follows[name] += ways
    for table in TABLES:
        if table is _CITATIONS or table.model._meta.auto_created:
            # Evidence comes last; the links of a list are followed along the list.
            continue
        owner = table.column(table.part_of).refers_to if table.part_of else ""
        for field, target in relations(table):
            way_back = field.related_query_name()
            if owner and field.name != table.part_of:
                follows[owner].append((target.name, f"{way_back}__{table.part_of}"))
            if owner:
                continue
            kind = kind_of(table.model)
            if field.name in kind.comes_with:
                follows[target.name].append((table.name, field.name))
                continue
            follows[table.name].append((target.name, way_back))
            shown = Shows(SELF, field.name) in kind.shows
            if shown and (table.name, field.name) not in _NOT:
                follows[target.name].append((table.name, field.name))
    return dict(follows)


FOLLOWS = _follows()


class TooLarge(Exception):
    """A course has more records than were asked for."""


def closure(
    course: Course, *, published: bool = False, most: int | None = None
) -> dict[str, set[int]]:
    """The primary keys, by table, of every record that belongs to a course.

    Starts at the topics, their entries and the bibliography and follows `FOLLOWS` until nothing is
    new; citations and their sources come last. With `published`, only what readers may see, and
    nothing is reached through a record that they may not. The tables of rows without an identity
    (entries, participations, bibliography) are left to whoever writes them. Raises `TooLarge` as
    soon as there are more than `most` records.
    """
    members: dict[str, set[int]] = defaultdict(set)
    members["courses"] = {course.pk}
    newly_reached: dict[str, set[int]] = {"courses": {course.pk}}
    while newly_reached:
        reached: dict[str, set[int]] = defaultdict(set)
        for name, ids in newly_reached.items():
            for target, way_back in FOLLOWS.get(name, ()):
                reached[target] |= _reached(BY_NAME[target], way_back, ids, published)
                _bound(members, reached, most)
            if (rows := _WITH_PROSE.get(name)) is not None:
                for target, named in _named(rows, ids, published).items():
                    reached[target] |= named
                _bound(members, reached, most)
        reached["tenures"] |= _holders(course, newly_reached.get("power-bases", set()), published)
        newly_reached = {
            name: ids - members[name] for name, ids in reached.items() if ids - members[name]
        }
        for name, ids in newly_reached.items():
            members[name] |= ids
    for kind in _CITATIONS.kinds:
        cited = members[TABLE_OF_KIND[kind].name]
        members["citations"] |= _reached(_CITATIONS, kind, cited, published)
        _bound(members, {}, most)
    members["sources"] |= _reached(_SOURCES, "citations", members["citations"], published)
    return members


def _holders(course: Course, power_bases: set[int], published: bool) -> set[int]:
    """The offices of institutions that belong to the years of a course.

    An institution does not bring everybody who ever held office in it: of one that two courses
    share, each has the holders of its own years. But where its list is said to be complete, the
    holders of those days come along, or a package would say what it does not keep.
    """
    listed = Q(
        span_earliest__lte=F("power_base__holders_complete_latest"),
        span_latest__gte=F("power_base__holders_complete_earliest"),
    )
    if course.span is not None:
        listed |= Q(span_earliest__lte=course.span.latest, span_latest__gte=course.span.earliest)
    reached: set[int] = set()
    for chunk in chunks(sorted(power_bases)):
        rows = visible(BY_NAME["tenures"], published).filter(listed, power_base__in=chunk)
        reached.update(rows.order_by().values_list("pk", flat=True))
    return reached


def _named(rows_with_prose: Any, ids: set[int], published: bool) -> dict[str, set[int]]:
    """The primary keys, by table, of the records that the prose of some rows of a model names."""
    texts: list[str] = []
    for chunk in chunks(sorted(ids)):
        found = rows_with_prose.objects.filter(pk__in=chunk)
        texts += found.values_list(rows_with_prose.lesson_text, flat=True)
    named: dict[str, set[int]] = defaultdict(set)
    for kind, keys in named_in(texts).items():
        table = table_of(kind.model)
        rows = visible(table, published)
        for some in chunks(sorted(keys)):
            found = rows.filter(**{f"{kind.key_field}__in": some})
            named[table.name].update(found.values_list("pk", flat=True))
    return named


def _bound(members: dict[str, set[int]], reached: dict[str, set[int]], most: int | None) -> None:
    total = sum(len(ids | reached.get(name, set())) for name, ids in members.items())
    total += sum(len(ids) for name, ids in reached.items() if name not in members)
    if most is not None and total > most:
        raise TooLarge(f"It has more than {most:,} records.")


def visible(table: Table, published: bool) -> QuerySet[Any]:
    """The rows of a table from which a package is made: all, or those that readers may see."""
    manager: Any = table.model._default_manager
    return manager.published() if published else manager.all()


def _reached(table: Table, way_back: str, ids: set[int], published: bool) -> set[int]:
    reached_ids: set[int] = set()
    for chunk in chunks(sorted(ids)):
        rows = visible(table, published).filter(**{f"{way_back}__in": chunk}).order_by()
        reached_ids.update(rows.values_list("pk", flat=True))
    return reached_ids
