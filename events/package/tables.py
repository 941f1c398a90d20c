"""The tables of a course package, column by column. The one place that names them.

Reading, writing, the descriptor and `docs/content-format.md` are all derived from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import models

from events.models import ARRANGED, Course, Event, Participation, Topic, TopicEntry
from people.models import Person, PowerBase, Tenure
from reforms.models import Effect, Measure, Reform, Statistic
from sources.models import CITED, Citation, Source

DESCRIPTOR = "datapackage.json"
FORMAT = 1


@dataclass(frozen=True)
class Column:
    """One column: its header, what a cell of it holds, and what it means to a reader.

    `type` is one of: key (of this row), ref (key of a row in `refers_to`), refs (several, separated
    by one space), kind and record (which table a row of another table lives in, and its key), text,
    choice, number, whole, yes-no, date (EDTF), words (of the date in the column before).
    """

    name: str
    type: str
    meaning: str
    required: bool = False
    refers_to: str = ""
    # May be missing from the header, and is written only where some row needs it.
    optional: bool = False

    @property
    def date(self) -> str:
        """Of a column of words: the date they belong to."""
        return self.name.removesuffix("_text")


@dataclass(frozen=True)
class Table:
    """One CSV table: the model whose rows it holds and the order in which they are written.

    Rows are matched by `key`. A table with `part_of` holds rows without an identity of their own:
    all of those that belong to one owner (named by that column) are replaced as a whole.
    """

    name: str
    model: type[models.Model]
    columns: tuple[Column, ...]
    key: str = ""
    order: tuple[str, ...] = ()
    part_of: str = ""
    # Columns that no two rows may share, beside the key.
    unique: tuple[str, ...] = ()
    # What a citation or an entry may be about, in the order of the tables' kinds.
    kinds: tuple[str, ...] = ()

    @property
    def file(self) -> str:
        return f"{self.name}.csv"

    @property
    def header(self) -> list[str]:
        """The columns that every file of this table has, in order."""
        return [column.name for column in self.columns if not column.optional]

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)

    def choices(self, column: Column) -> list[str]:
        """The values that a choice column takes, or the kinds that a kind column takes."""
        if column.type == "kind":
            return list(self.kinds)
        field: Any = self.model._meta.get_field(column.name)
        return [str(value) for value, _ in field.choices]


def _slug() -> Column:
    return Column("slug", "key", "Its address: the name that other tables use for it.", True)


def _public_id() -> Column:
    return Column("public_id", "key", "Its lasting name in the API and in other tables.", True)


def _text(name: str, meaning: str, required: bool = False) -> Column:
    return Column(name, "text", meaning, required)


def _ref(name: str, table: str, meaning: str, required: bool = False) -> Column:
    return Column(name, "ref", meaning, required, table)


def _choice(name: str, meaning: str, required: bool = True) -> Column:
    return Column(name, "choice", meaning, required)


def _date(name: str, meaning: str, required: bool = False) -> tuple[Column, Column]:
    return (
        Column(name, "date", meaning, required),
        Column(f"{name}_text", "words", "The same in words as written; blank when EDTF says all."),
    )


def _undated() -> Column:
    return _text("undated_reason", "Why there is no date; only for a row without one.")


def _status() -> tuple[Column, Column]:
    return (
        _choice("status", "Who sees it: readers see what is published."),
        Column(
            "withdrawn_reason",
            "text",
            "Why it was withdrawn. The column may be left out when nothing was.",
            optional=True,
        ),
    )


def _order(meaning: str) -> Column:
    return Column("order", "whole", meaning, True)


def _record(meaning: str) -> Column:
    return Column("record", "record", meaning, True)


def _kind(meaning: str) -> Column:
    return Column("kind", "kind", meaning, True)


TABLES: tuple[Table, ...] = (
    Table(
        "courses",
        Course,
        (
            _slug(),
            _text("title", "The name of the course.", True),
            _text("summary", "What it is about. Markdown."),
            *_date("span", "The years it covers."),
            _text("licence", "The licence of its texts: “CC BY 4.0”."),
            *_status(),
        ),
        key="slug",
        order=("slug",),
    ),
    Table(
        "bibliography",
        Course.bibliography.through,
        (
            _ref("course", "courses", "The course that lists the source.", True),
            _ref("source", "sources", "The source, cited or not.", True),
        ),
        order=("course", "source"),
        part_of="course",
        unique=("course", "source"),
    ),
    Table(
        "topics",
        Topic,
        (
            _ref("course", "courses", "The course it belongs to.", True),
            _order("Its number in the course, from 1."),
            _slug(),
            _text("title", "The name of the topic.", True),
            _text("question", "The enquiry question that it answers.", True),
            _text("short_answer", "The answer in a few sentences. Markdown.", True),
            _text("summary", "The topic in a few paragraphs. Markdown."),
            *_date("span", "The years it covers."),
            *_status(),
        ),
        key="slug",
        order=("course", "order"),
        unique=("course", "order"),
    ),
    Table(
        "topic-entries",
        TopicEntry,
        (
            _ref("topic", "topics", "The topic in which the record stands.", True),
            _order("Its place in the topic."),
            _choice("role", "Its part in the story."),
            _kind("Which kind of record it shows."),
            _record("The key of that record."),
            _text("framing", "What the record means for this topic. Markdown."),
        ),
        order=("topic", "order", "role", "kind", "record", "framing"),
        part_of="topic",
        kinds=tuple(ARRANGED),
    ),
    Table(
        "people",
        Person,
        (
            _slug(),
            _text("name", "The name as readers see it.", True),
            _text("native_name", "The name in the person’s own script."),
            _text("sort_name", "What lists are sorted by: “Khrushchev, Nikita”.", True),
            _text("other_names", "Other names and spellings, separated by semicolons."),
            _text("epithet", "What the person was called."),
            *_date("born", "Birth."),
            *_date("died", "Death; blank for somebody alive."),
            _undated(),
            _text("summary", "Who this was. Markdown."),
            *_status(),
        ),
        key="slug",
        order=("slug",),
    ),
    Table(
        "power-bases",
        PowerBase,
        (
            _slug(),
            _text("name", "The name of the institution or group.", True),
            _text("abbreviation", "Its abbreviation."),
            _text("native_name", "Its name in its own language."),
            _choice("kind", "What sort of power base it is."),
            _ref("parent", "power-bases", "The larger body it belongs to."),
            *_date("span", "When it existed."),
            _undated(),
            _text("summary", "What it was and why power could rest on it. Markdown."),
            *_status(),
        ),
        key="slug",
        order=("slug",),
    ),
    Table(
        "tenures",
        Tenure,
        (
            _public_id(),
            _ref("person", "people", "Who held the office.", True),
            _text("office", "The office.", True),
            _ref("power_base", "power-bases", "What the office drew on.", True),
            *_date("span", "When it was held.", True),
            Column("sole_holder", "yes-no", "Whether only one person can hold it at a time.", True),
            _text("note", "What readers should know about it."),
        ),
        key="public_id",
        order=("public_id",),
    ),
    Table(
        "reforms",
        Reform,
        (
            _slug(),
            _text("title", "The name of the reform.", True),
            _ref("parent", "reforms", "The larger reform that it is a step of."),
            Column("initiators", "refs", "Who began it.", refers_to="people"),
            *_date("span", "When it was carried out."),
            _undated(),
            Column(
                "problem",
                "text",
                "What was wrong when it began. Markdown. The column may be left out when no reform "
                "says.",
                optional=True,
            ),
            _text("aim", "What it was meant to achieve. Markdown."),
            _text("measure_taken", "What was actually done. Markdown."),
            _text("outcome", "What came of it. Markdown."),
            *_date("reversed", "When it was reversed; blank if it never was."),
            *_status(),
        ),
        key="slug",
        order=("slug",),
    ),
    Table(
        "effects",
        Effect,
        (
            _public_id(),
            _ref("reform", "reforms", "The reform.", True),
            _ref("power_base", "power-bases", "The power base that it changed.", True),
            _choice("change", "What it did to it."),
            _text("why", "How and why. Markdown."),
        ),
        key="public_id",
        order=("public_id",),
        unique=("reform", "power_base", "change"),
    ),
    Table(
        "measures",
        Measure,
        (
            _slug(),
            _text("name", "What is counted.", True),
            _text("unit", "In what unit: “persons”, “percent”.", True),
            _text("population", "Of whom or what.", True),
            _text("finding", "What the figures show, in one sentence."),
            _text("caveat", "What to know about the figures. Markdown."),
            *_status(),
        ),
        key="slug",
        order=("slug",),
    ),
    Table(
        "statistics",
        Statistic,
        (
            _public_id(),
            _ref("measure", "measures", "What was counted.", True),
            _text("population", "Only when narrower than the measure’s."),
            _choice("comparator", "How the value is meant."),
            Column(
                "value", "number", "The value in the measure’s unit; a half is 50 percent.", True
            ),
            Column("upper_value", "number", "The higher value; only with between."),
            _text("as_written", "As the source writes it: “1/2”."),
            _choice("change", "What became of the value before.", False),
            _choice("baseline_comparator", "How the value before is meant.", False),
            Column("baseline_value", "number", "The value before; needed when change is given."),
            *_date("baseline_date", "The date of the value before."),
            *_date("date", "The day, month or years the figure is for."),
            _undated(),
            _ref("reform", "reforms", "The reform it tells of."),
            _ref("event", "events", "The event it tells of."),
            _text("note", "What readers should know about this figure. Markdown."),
            *_status(),
        ),
        key="public_id",
        order=("public_id",),
    ),
    Table(
        "events",
        Event,
        (
            _slug(),
            _text("title", "The name of the event.", True),
            *_date("span", "When it happened."),
            _undated(),
            _text("summary", "What happened. Markdown."),
            _choice("significance", "1 detail, 2 notable, 3 turning point."),
            Column("reforms", "refs", "The reforms it belongs to.", refers_to="reforms"),
            *_status(),
        ),
        key="slug",
        order=("slug",),
    ),
    Table(
        "participations",
        Participation,
        (
            _ref("event", "events", "The event.", True),
            _order("The person’s place in the list."),
            _ref("person", "people", "Who took part.", True),
            _text("role", "The part they played."),
            Column(
                "part",
                "choice",
                "“subject” for somebody whom the event was about, blank for one who took part. "
                "The column may be left out when nobody was a subject.",
                optional=True,
            ),
        ),
        order=("event", "order", "person"),
        part_of="event",
        unique=("event", "person"),
    ),
    Table(
        "sources",
        Source,
        (
            _slug(),
            _text("title", "The title, or a description where there is none.", True),
            _choice("kind", "What sort of source it is."),
            _text("author", "The author; blank when not known."),
            _text("publisher", "Publisher, journal, newspaper or archive."),
            *_date("issued", "When it was published, or written if that is older."),
            _text("url", "The web address."),
            _text("licence", "Its licence."),
            _choice("checked", "How far it was checked."),
            _text("nature", "What kind of thing it is."),
            _text("origin", "Who made it, where and when."),
            _text("purpose", "Why it was made, and for whom."),
            _text("value", "What it is good evidence for."),
            _text("limits", "What it cannot tell, or may distort."),
            _text("note", "Anything else readers should know."),
            *_status(),
        ),
        key="slug",
        order=("slug",),
    ),
    Table(
        "citations",
        Citation,
        (
            _kind("Which kind of record it is evidence for."),
            _record("The key of that record."),
            _order("Its place among the citations of the record."),
            _public_id(),
            _text("claim", "The one statement it bears on; blank for the record as a whole."),
            _ref("source", "sources", "Where the evidence is.", True),
            _text("locator", "The place in the source: “ch. 13”. Never blank.", True),
            _text("quotation", "Word for word, and short."),
            _choice("stance", "Whether it bears the statement out."),
            _choice("checked", "How far the passage was checked."),
            _text("note", "What the evidence says, and why it qualifies or disputes."),
        ),
        key="public_id",
        order=("kind", "record", "order", "public_id"),
        kinds=tuple(CITED),
    ),
)

BY_NAME = {table.name: table for table in TABLES}

# Rows come after the rows they refer to.
LOADING_ORDER = tuple(
    BY_NAME[name]
    for name in (
        "sources",
        "people",
        "power-bases",
        "tenures",
        "reforms",
        "effects",
        "measures",
        "events",
        "statistics",
        "courses",
        "bibliography",
        "topics",
        "topic-entries",
        "participations",
        "citations",
    )
)

# The table that holds each kind of record that a citation or an entry may be about.
TABLE_OF_KIND = {
    "person": BY_NAME["people"],
    "power_base": BY_NAME["power-bases"],
    "tenure": BY_NAME["tenures"],
    "reform": BY_NAME["reforms"],
    "effect": BY_NAME["effects"],
    "measure": BY_NAME["measures"],
    "statistic": BY_NAME["statistics"],
    "event": BY_NAME["events"],
}
