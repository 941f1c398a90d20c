"""Which record shows in the document of which other record, as the API's details are made.

When a person is renamed, every document that names the person is another one. `DEPENDENCIES` says
where to look: along which columns of which tables one record shows in another. What readers cannot
see does not count, on either side; `sequencer`, which follows the dependencies, sees to that.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models

from records.kinds import SELF, kind_named, kinds, listed_kinds, needs_first

# Every kind of record with an address in the API. A kind comes after those that it depends on.
_LISTED = needs_first(listed_kinds())
KINDS: dict[str, Any] = {kind.name: kind.model for kind in _LISTED}
KIND_OF = {model: kind for kind, model in KINDS.items()}
# Of records of these kinds, other documents hold every member, or a title made from the records
# that they join, so that any change of one may change every document that it shows in. Of records
# of all other kinds, other documents hold a title and an address only.
EMBEDDED = frozenset(kind.name for kind in _LISTED if kind.embedded)
# By kind: the foreign keys to records that must be public for a record of this kind to be public.
# A key that is empty asks for nothing. Each key has the name of the kind that it leads to.
VISIBLE_THROUGH: dict[str, tuple[str, ...]] = {
    kind.name: kind.needs for kind in _LISTED if kind.needs
}


@dataclass(frozen=True)
class Dependency:
    """In each row of `table`: the record of column `shown` shows in the document of column `where`.

    A column is a foreign key, or `SELF` for the row's own record. Either may be empty in a row,
    which then makes nothing show.
    """

    table: Any
    shown: str
    where: str

    def kind(self, name: str) -> str:
        """The kind of the record that a column leads to. In: `shown` or `where`."""
        if name == SELF:
            return KIND_OF[self.table]
        return KIND_OF[self.table._meta.get_field(name).related_model]

    def column(self, name: str) -> str:
        """The name that the database has for a column, in quotes. In: `shown` or `where`."""
        return f'"{self.table._meta.get_field(name).column}"'


DEPENDENCIES: tuple[Dependency, ...] = tuple(
    Dependency(shows.table or kind.model, shows.shown, shows.inside)
    for kind in kinds()
    for shows in kind.shows
)
# Every table whose rows the triggers watch.
TABLES: tuple[Any, ...] = tuple(
    dict.fromkeys([*KINDS.values(), *(dependency.table for dependency in DEPENDENCIES)])
)


def key_column(kind: str) -> str:
    """The column of a kind that ends the address of a record: `slug`, or `public_id` of a row."""
    return kind_named(kind).key_field


def shows_elsewhere(column: models.Field[Any, Any]) -> bool:
    """True if documents of other records may hold what stands in a column of a record.

    Long texts, times and the count of versions stand in a record's own document only.
    """
    is_text_or_time = isinstance(column, models.TextField | models.DateTimeField)
    return not is_text_or_time and column.name not in ("id", "version")
