"""Which records belong to a course: everything that its pages need to say what they say."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db.models import QuerySet

from events.models import Course
from events.package.keys import chunks
from events.package.tables import BY_NAME, TABLE_OF_KIND, Table

# From the records of one table to those of another that come with them: the table, and the way
# back from it. A person brings tenures, a tenure its power base, a reform its effects, and so on.
FOLLOWS: dict[str, tuple[tuple[str, str], ...]] = {
    "courses": (("topics", "course"), ("sources", "courses")),
    "topics": tuple((table.name, "topic_entries__topic") for table in TABLE_OF_KIND.values()),
    "people": (("tenures", "person"),),
    "tenures": (("people", "tenures"), ("power-bases", "tenures")),
    "power-bases": (("power-bases", "parts"),),
    "reforms": (
        ("reforms", "steps"),
        ("reforms", "parent"),
        ("people", "reforms"),
        ("effects", "reform"),
        ("statistics", "reform"),
        ("events", "reforms"),
    ),
    "effects": (("reforms", "effects"), ("power-bases", "effects")),
    "measures": (("statistics", "measure"),),
    "statistics": (
        ("measures", "statistics"),
        ("reforms", "statistics"),
        ("events", "statistics"),
    ),
    "events": (
        ("reforms", "events"),
        ("people", "events"),
        ("statistics", "event"),
    ),
}


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
    fresh: dict[str, set[int]] = {"courses": {course.pk}}
    while fresh:
        found: dict[str, set[int]] = defaultdict(set)
        for name, ids in fresh.items():
            for target, way_back in FOLLOWS.get(name, ()):
                found[target] |= _reached(BY_NAME[target], way_back, ids, published)
                _bound(members, found, most)
        fresh = {name: ids - members[name] for name, ids in found.items() if ids - members[name]}
        for name, ids in fresh.items():
            members[name] |= ids
    for kind, table in TABLE_OF_KIND.items():
        members["citations"] |= _reached(BY_NAME["citations"], kind, members[table.name], published)
        _bound(members, {}, most)
    members["sources"] |= _reached(BY_NAME["sources"], "citations", members["citations"], published)
    return members


def _bound(members: dict[str, set[int]], found: dict[str, set[int]], most: int | None) -> None:
    total = sum(len(ids | found.get(name, set())) for name, ids in members.items())
    total += sum(len(ids) for name, ids in found.items() if name not in members)
    if most is not None and total > most:
        raise TooLarge(f"It has more than {most:,} records.")


def visible(table: Table, published: bool) -> QuerySet[Any]:
    """The rows of a table from which a package is made: all, or those that readers may see."""
    manager: Any = table.model._default_manager
    return manager.published() if published else manager.all()


def _reached(table: Table, way_back: str, ids: set[int], published: bool) -> set[int]:
    found: set[int] = set()
    for chunk in chunks(sorted(ids)):
        rows = visible(table, published).filter(**{f"{way_back}__in": chunk}).order_by()
        found.update(rows.values_list("pk", flat=True))
    return found
