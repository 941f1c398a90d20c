"""Which record shows in the document of which other record, as the API's details are made.

When a person is renamed, every document that names the person is another one. `LINKS` says where
to look: along which columns of which tables one record shows in another. What readers cannot see
does not count, on either side; that is for whoever follows the links (`curation.changes`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models

from events.models import ARRANGED, Course, Event, Participation, Topic, TopicEntry
from people.models import Person, PowerBase, Tenure
from reforms.models import Effect, Measure, Reform, Statistic
from sources.models import CITED, Citation, Source

# Every kind of record with an address in the API, what others stand on before what stands on it.
KINDS: dict[str, Any] = {
    "source": Source,
    "person": Person,
    "power_base": PowerBase,
    "tenure": Tenure,
    "reform": Reform,
    "effect": Effect,
    "event": Event,
    "measure": Measure,
    "statistic": Statistic,
    "course": Course,
    "topic": Topic,
    "citation": Citation,
}
KIND_OF = {model: kind for kind, model in KINDS.items()}
# Documents hold these whole, or call them by the names of what they join, so that whatever changes
# in one changes what holds it. Of other records, documents show a name and an address.
WHOLE = frozenset({"tenure", "effect", "statistic", "citation"})
# What a record cannot be seen without, by column and kind alike: those that are filled.
NEEDS: dict[str, tuple[str, ...]] = {
    "tenure": ("person", "power_base"),
    "effect": ("reform", "power_base"),
    "statistic": ("measure",),
    "topic": ("course",),
    "citation": ("source", *CITED),
}
SELF = "id"


@dataclass(frozen=True)
class Link:
    """The record in column `shown` of a row of `table` shows in the document of that in `where`.

    A column is a foreign key, or `SELF` for the row's own record.
    """

    table: Any
    shown: str
    where: str

    def kind(self, column: str) -> str:
        """The kind of the record that a column names."""
        if column == SELF:
            return KIND_OF[self.table]
        return KIND_OF[self.table._meta.get_field(column).related_model]

    def column(self, name: str) -> str:
        """The column in the database, quoted."""
        return f'"{self.table._meta.get_field(name).column}"'


LINKS: tuple[Link, ...] = (
    *(Link(Tenure, name, SELF) for name in ("person", "power_base")),
    Link(Tenure, SELF, "person"),
    *(Link(Effect, name, SELF) for name in ("reform", "power_base")),
    Link(Effect, SELF, "reform"),
    *(Link(Statistic, name, SELF) for name in ("measure", "reform", "event")),
    *(Link(Statistic, SELF, name) for name in ("measure", "reform", "event")),
    *(
        Link(model, *pair)
        for model in (PowerBase, Reform)
        for pair in (("parent", SELF), (SELF, "parent"))
    ),
    Link(Topic, "course", SELF),
    Link(Topic, SELF, "course"),
    *(Link(Citation, name, SELF) for name in ("source", *CITED)),
    *(Link(Citation, SELF, name) for name in CITED),
    Link(Participation, "person", "event"),
    *(Link(TopicEntry, name, "topic") for name in ARRANGED),
    Link(TopicEntry, "topic", "event"),
    Link(Event.reforms.through, "reform", "event"),
    Link(Reform.initiators.through, "person", "reform"),
    # A course's document has the address of its bibliography, its page the bibliography itself.
    Link(Course.bibliography.through, "source", "course"),
)
TABLES: tuple[Any, ...] = tuple(dict.fromkeys([*KINDS.values(), *(link.table for link in LINKS)]))


def shows_elsewhere(column: models.Field[Any, Any]) -> bool:
    """True if documents of other records may hold what stands in a column of a record.

    Long texts, times and the count of versions stand in a record's own document only.
    """
    own = isinstance(column, models.TextField | models.DateTimeField)
    return not own and column.name not in ("id", "version")
