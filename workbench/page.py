"""What the workbench shows of one topic: the notes with their pieces marked, and a row for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from people.models import Person, PowerBase
from records.admin.base import admin_url
from records.kinds import title_of
from reforms.models import Measure
from workbench.boxes import Becomes
from workbench.drafting import is_own, main_records
from workbench.forms import PieceForm, SectionForm, TopicForm, topic_stamp
from workbench.models import NotesItem, NotesPage, NotesRecord
from workbench.readiness import standing

# Boxes that stand in a row before its own: what it becomes is chosen, the stamp is hidden.
_FIRST = ("becomes", "joins", "stamp")
MOST_NAMES = 2_000
# The lists of names that boxes offer, by the id of the list.
_OFFERED: dict[str, Any] = {
    "known-people": Person,
    "known-bases": PowerBase,
    "known-measures": Measure,
}


@dataclass
class Stretch:
    """Some letters of the notes, and the piece that they belong to, if any."""

    text: str
    item: NotesItem | None = None
    is_first: bool = False


@dataclass
class Row:
    """A piece of the notes with its boxes, its record and what that lacks."""

    item: NotesItem
    form: PieceForm
    record: Any = None
    url: str = ""
    is_open: bool = True
    # A record that was there before these notes.
    stands: bool = False
    state: str = ""
    line: str = ""
    lacks: list[str] = field(default_factory=list)

    @property
    def boxes(self) -> list[tuple[Any, str]]:
        """Its boxes, each with what is wrong with it."""
        return [
            (self.form[name], self.item.problems.get(name, ""))
            for name in self.form.fields
            if name not in _FIRST
        ]

    @property
    def beside(self) -> list[str]:
        """What is wrong, and not with one of its boxes."""
        own = {name for name in self.form.fields if name not in _FIRST}
        return [words for name, words in self.item.problems.items() if name not in own]

    @property
    def unfolded(self) -> bool:
        """True for a piece that somebody has to do something about."""
        return bool(self.item.problems) or self.item.becomes == Becomes.LATER


def bench_of(
    page: NotesPage,
    topic: Any,
    part: Any,
    sent: Mapping[str, Any] | None,
    problems: dict[str, str],
) -> dict[str, Any]:
    """Everything that the page of a topic shows, as the template takes it.

    In: the pieces of this part; the form as it was sent where the topic could not be kept, and
    what is wrong with it.
    """
    hidden = standing(page, topic)
    lacks: dict[int, list[str]] = {}
    for one in hidden:
        if one.item is not None:
            lacks.setdefault(one.item.pk, []).extend(each.message for each in one.lacks)
    pieces = [*page.items.filter(topic=topic).prefetch_related("records")]
    became = main_records(pieces)
    abouts = [
        (str(item.pk), title_of(became[item.pk][1])[:80])
        for item in pieces
        if item.pk in became and item.becomes != Becomes.CLAIM
    ]
    rows = []
    for item in part:
        item.page = page
        link, record = became.get(item.pk, (None, None))
        rows.append(_row(item, link, record, abouts, lacks.get(item.pk, [])))
    media = TopicForm().media + SectionForm().media
    for row in rows:
        media += row.form.media
    return {
        "page": page,
        "topic": topic,
        "topic_url": admin_url(topic),
        "part": part,
        "rows": rows,
        "stretches": list(stretches(page)),
        "topic_stamp": topic_stamp(topic),
        "topic_form": _topic_form(topic, sent),
        "sections": _sections(topic, sent),
        "problems": problems,
        "hidden": hidden,
        "waiting": [one for one in hidden if one.lacks],
        "ready": [one for one in hidden if not one.lacks],
        "names": {
            name: model.objects.order_by("sort_key").values_list("name", flat=True)[:MOST_NAMES]
            for name, model in _OFFERED.items()
        },
        "media": media,
    }  # fmt: skip


def _row(
    item: NotesItem,
    link: NotesRecord | None,
    record: Any,
    abouts: list[tuple[str, str]],
    lacks: list[str],
) -> Row:
    row = Row(item, PieceForm(item, abouts), record, lacks=lacks, line=_line(item))
    if record is None or link is None:
        row.state = {
            Becomes.NOTHING: "left out",
            Becomes.LATER: "to decide",
        }.get(Becomes(item.becomes), "no draft yet")
        return row
    row.url = admin_url(record)
    own = is_own(link, record)
    row.is_open = own or not link.made
    row.state = record.get_status_display().lower()
    if not link.made:
        row.stands = True
        row.state = f"stands in the record already ({row.state})"
    elif not own and not record.is_published:
        row.state += ", changed on its own page since"
        row.is_open = False
    return row


def _line(item: NotesItem) -> str:
    """The line or lines of the notes in which a piece stands, whole."""
    text = item.page.text
    start = text.rfind("\n", 0, item.start) + 1
    end = text.find("\n", item.end)
    return text[start : end if end >= 0 else len(text)].strip()


def _topic_form(topic: Any, sent: Mapping[str, Any] | None) -> TopicForm:
    initial = {name: getattr(topic, name) for name in ("title", "question", "short_answer")}
    return TopicForm(sent, prefix="topic", initial=initial)


def _sections(topic: Any, sent: Mapping[str, Any] | None) -> list[SectionForm]:
    """A form for every section of the lesson, and an empty one."""
    standing_rows = [
        {"row": section.public_id, "heading": section.heading, "text": section.text}
        for section in topic.sections.all()
    ]
    return [
        SectionForm(sent, prefix=f"section-{number}", initial=row)
        for number, row in enumerate([*standing_rows, {}])
    ]


def stretches(page: NotesPage) -> Iterator[Stretch]:
    """The notes cut where a piece begins or ends; what two pieces hold belongs to the shorter."""
    places: list[tuple[int, int, NotesItem]] = []
    for item in page.items.all():
        places.append((item.start, item.end, item))
        places += [(start, end, item) for start, end in item.also]
    # The shortest last, so that it is found first from behind.
    places.sort(key=lambda place: place[0] - place[1])
    owner: list[NotesItem | None] = [None] * len(page.text)
    for start, end, item in places:
        owner[start:end] = [item] * (min(end, len(page.text)) - start)
    seen: set[int] = set()
    at = 0
    while at < len(owner):
        whose, end = owner[at], at
        while end < len(owner) and owner[end] is whose:
            end += 1
        is_first = whose is not None and whose.pk not in seen
        if whose is not None:
            seen.add(whose.pk)
        yield Stretch(page.text[at:end], whose, is_first)
        at = end
