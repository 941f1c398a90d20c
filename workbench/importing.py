"""A page of notes read in: its source, its topics, and a draft for whatever was understood."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from django.db import transaction

from events.models import Course, Topic
from records.folding import fold
from sources.models import Source
from workbench.boxes import pieces
from workbench.drafting import Drafts
from workbench.models import NotesItem, NotesPage
from workbench.notes.reading import read_notes
from workbench.notes.structure import Notes, Unplaced
from workbench.settling import settle
from workbench.writing import NotWritten, free_slug, write

# Between two pieces there is room for those that one of them is split into.
STEP = 100


class ReadAlready(Exception):
    """The same notes were read into the course before, and not taken back: `page` is that page."""

    def __init__(self, page: NotesPage) -> None:
        super().__init__(
            f"These very notes were read in on {page.made_at:%d %B %Y} as “{page.title}”. Go on "
            "with that page, or take it back first."
        )
        self.page = page


def digest_of(text: str) -> str:
    """By which notes are recognised: SHA-256 of the text, whatever its line ends are."""
    return hashlib.sha256("\n".join(text.strip().splitlines()).encode()).hexdigest()


@transaction.atomic
def read_in(text: str, course: Course, *, title: str, by: Any, file_name: str = "") -> NotesPage:
    """Make drafts of everything that is understood of some notes; all of it, or nothing.

    In: the text; the course; what the notes are called, and who reads them in (None: a command).
    Raises `ReadAlready`, and `NotWritten` for somebody who may not add records.
    """
    digest = digest_of(text)
    # Of two who read the same notes in at once, the second finds them read.
    Course.objects.select_for_update().get(pk=course.pk)
    standing = NotesPage.objects.filter(course=course, digest=digest, taken_back_at=None).first()
    if standing is not None:
        raise ReadAlready(standing)
    title = " ".join(title.split())[:200]
    source = write(
        Source,
        {
            "slug": free_slug(Source, title),
            "title": title,
            "kind": "class_notes",
            "checked": "tradition",
        },
        {},
        by=by,
        reason=f"The notes “{title}” were read in"[:300],
    )
    page = NotesPage.objects.create(
        course=course, source=source, title=title, file_name=file_name[:200], text=text,
        digest=digest, by=by,
    )  # fmt: skip
    drafts = Drafts(page, by)
    drafts.link(None, source, made=True)
    items = _items(page, read_notes(text), drafts)
    settle(drafts, items)
    for topic in dict.fromkeys(item.topic for item in items if item.topic):
        drafts.arrange(topic, [item for item in items if item.topic == topic])
    return page


def _items(page: NotesPage, notes: Notes, drafts: Drafts) -> list[NotesItem]:
    """Keep every piece of the notes, under the topic whose heading stands before it."""
    starts = [topic.start for topic in notes.topics]
    topics: dict[int, Topic] = {}
    items = []
    for number, (note, becomes, boxes) in enumerate(pieces(notes), 1):
        at = bisect_right(starts, note.start)
        if at not in topics:
            name = notes.topics[at - 1].title if at else page.title
            topics[at] = _topic(page, name, drafts)
        items.append(
            NotesItem(
                page=page,
                topic=topics[at],
                order=number * STEP,
                becomes=becomes,
                words=page.text[note.start : note.end],
                line=note.line,
                start=note.start,
                end=note.end,
                also=[list(place) for place in getattr(note, "also", ())],
                confidence=(
                    NotesItem.Confidence.GUESS
                    if isinstance(note, Unplaced)
                    else note.confidence.value
                ),
                doubt=" ".join(_doubts(notes, note)),
                boxes=boxes,
            )
        )
    # A heading with nothing under it is a topic all the same.
    for at, topic in enumerate(notes.topics, 1):
        if at not in topics:
            topics[at] = _topic(page, topic.title, drafts)
    NotesItem.objects.bulk_create(items)
    return list(page.items.select_related("topic"))


def _doubts(notes: Notes, note: Any) -> Iterator[str]:
    for doubt in notes.doubts:
        if note.start <= doubt.start and doubt.end <= note.end:
            yield doubt.problem


def _topic(page: NotesPage, title: str, drafts: Drafts) -> Topic:
    """The topic of this title in the course, or a new draft behind the others."""
    wanted = fold(title).strip()
    for topic in page.course.topics.all():
        if fold(topic.title).strip() == wanted:
            return topic
    taken = {*page.course.topics.values_list("order", flat=True)}
    number = max(taken, default=0) + 1
    made: Topic = write(
        Topic,
        {
            "slug": free_slug(Topic, title),
            "course": page.course.slug,
            "order": number,
            "title": title[:200],
        },
        {},
        by=drafts.by,
        reason=drafts.reason,
    )
    drafts.link(None, made, made=True)
    return made


def new_course(title: str, *, by: Any) -> Course:
    """A draft of a course that has a title alone. Raises `NotWritten`."""
    title = " ".join(title.split())
    if Course.objects.filter(title__iexact=title).exists():
        raise NotWritten({"new_course": f"There is a course “{title}”. Choose it above."})
    made: Course = write(
        Course,
        {"slug": free_slug(Course, title), "title": title},
        {"title": "new_course", "slug": "new_course"},
        by=by,
        reason="For notes that were read in",
    )
    return made


def split(item: NotesItem, words: list[str]) -> list[NotesItem]:
    """Make several pieces of one, which stays the first of them. Out: the new ones.

    In: the words of each, at least two. Their places are those of their words in the notes, where
    these stand there as they are.
    """
    following = item.page.items.filter(order__gt=item.order).order_by("order").first()
    room = following.order - item.order if following else STEP
    step = max(room // len(words), 1)
    whole, order, at = (item.start, item.end), item.order, item.start
    made = []
    for number, part in enumerate(words):
        found = item.page.text.find(part, at, whole[1])
        start, end = (found, found + len(part)) if found >= 0 else whole
        at = end if found >= 0 else at
        piece = item if number == 0 else NotesItem(
            page=item.page, topic=item.topic, order=order + number * step, line=item.line,
            confidence=item.confidence, doubt=item.doubt,
        )  # fmt: skip
        piece.words, piece.start, piece.end, piece.boxes = part, start, end, {"words": part}
        piece.save()
        if piece is not item:
            made.append(piece)
    return made
