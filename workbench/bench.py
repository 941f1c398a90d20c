"""What somebody does on the page of a topic: every box kept, every draft brought up to date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from curation.revisions.snapshot import snapshot
from events.models import Topic
from workbench.boxes import Becomes, as_another_kind
from workbench.drafting import Drafts
from workbench.forms import PieceForm, SectionForm, TopicForm, stamp, topic_stamp
from workbench.importing import split
from workbench.models import NotesItem, NotesPage
from workbench.settling import settle
from workbench.writing import NotWritten, write

# As many pieces as one page shows: a form has a thousand boxes at most.
MOST = 60
_JOINED_TO = {Becomes.REFORM: "done", Becomes.EVENT: "summary", Becomes.LATER: "words"}


def save_pieces(
    page: NotesPage, topic: Topic, items: list[NotesItem], data: Mapping[str, Any], *, by: Any
) -> list[str]:
    """Keep what was typed into the boxes of some pieces, and write the drafts that it changes.

    In: the pieces in their order, and the form as it was sent. Out: what went wrong beside the
    boxes. Each piece is kept whatever is wrong with it: its `problems` say so.
    """
    drafts = Drafts(page, by)
    said: list[str] = []
    changed: list[NotesItem] = []
    before: NotesItem | None = None
    for item in items:
        form = PieceForm(item)
        boxes = form.typed(data)
        if boxes is not None:
            changed += _take(item, boxes, form, data, before)
        if item.becomes != Becomes.NOTHING:
            before = item
    settle(drafts, dict.fromkeys(changed))
    try:
        with transaction.atomic():
            drafts.arrange(topic, page.items.filter(topic=topic).prefetch_related("records"))
    except NotWritten as error:
        said += error.problems.values()
    return said


def _take(
    item: NotesItem,
    boxes: dict[str, str],
    form: PieceForm,
    data: Mapping[str, Any],
    before: NotesItem | None,
) -> list[NotesItem]:
    """Take over what was typed about one piece. Out: the pieces that changed by it."""
    becomes = data.get(form.add_prefix("becomes"), "")
    if becomes not in Becomes.values:
        becomes = item.becomes
    joins = data.get(form.add_prefix("joins")) == "on"
    if (becomes, boxes) == (item.becomes, item.boxes) and not joins:
        # What could not be written before may be possible now.
        return [item] if item.problems else []
    if data.get(form.add_prefix("stamp")) not in (None, stamp(item)):
        typed = "; ".join(boxes.values())
        item.problems = {"": f"Somebody changed this piece meanwhile, and it stands as they left "
                             f"it. You had written: {typed}"}  # fmt: skip
        item.save(update_fields=["problems"])
        return []
    item.boxes = boxes
    if joins:
        return _join(item, before)
    if becomes != item.becomes:
        item.boxes = as_another_kind(item, becomes)
        item.becomes = becomes
        return [item]
    if becomes == Becomes.LATER:
        parts = [line.strip() for line in boxes.get("words", "").splitlines() if line.strip()]
        if len(parts) > 1:
            return [item, *split(item, parts)]
    return [item]


def _join(item: NotesItem, before: NotesItem | None) -> list[NotesItem]:
    """Put the words of a piece to those of the one above it, and leave it as nothing."""
    box = _JOINED_TO.get(Becomes(before.becomes)) if before is not None else None
    if before is None or box is None:
        item.problems = {"joins": "Only a reform, an event or what is not decided yet takes more "
                                  "words: the piece above is none."}  # fmt: skip
        item.save(update_fields=["problems", "boxes"])
        return []
    words = item.boxes.get("words") or item.words
    standing = before.boxes.get(box, "")
    joint = " " if box == "words" else "\n- " if box == "done" else "\n\n"
    before.boxes = {**before.boxes, box: f"{standing}{joint}{words}".strip()}
    before.also = [*before.also, [item.start, item.end]]
    before.save(update_fields=["boxes", "also"])
    item.becomes = Becomes.NOTHING
    return [before, item]


def save_topic(
    page: NotesPage, topic: Topic, data: Mapping[str, Any], *, by: Any
) -> dict[str, str]:
    """Keep the title, question, answer and sections of a topic. Out: what is wrong, by box."""
    form = TopicForm(data, prefix="topic")
    sections = [
        SectionForm(data, prefix=f"section-{n}") for n in range(len(topic.sections.all()) + 1)
    ]
    if form.add_prefix("title") not in data:
        return {}
    if not form.is_valid():
        return {name: " ".join(map(str, errors)) for name, errors in form.errors.items()}
    standing = {row["id"] for row in snapshot(topic)["rows"]["sections"]}
    rows: list[dict[str, Any]] = []
    shown: set[str] = set()
    for section in sections:
        section.is_valid()
        row = section.cleaned_data
        shown.add(row.get("row", ""))
        heading, text = row.get("heading", ""), row.get("text", "")
        if not heading and not text:
            continue
        known = {"id": row["row"]} if row.get("row") in standing else {}
        rows.append({**known, "heading": heading, "text": text, "order": len(rows) + 1})
    # What a colleague has added since is not on the form, and stays behind what is.
    rows += [{"id": each} for each in sorted(standing - shown)]
    change: dict[str, Any] = dict(form.cleaned_data)
    if rows or standing:
        change["sections"] = rows
    if data.get("topic-stamp") not in (None, topic_stamp(topic)) and _differs(topic, change):
        return {
            "": f"Somebody changed “{topic}” while you wrote. It says now: “{topic.title}”, "
            f"“{topic.question}”, “{topic.short_answer}”. In the boxes is what you wrote: put the "
            "two together, then save again."
        }
    places = {"title": "title", "question": "question", "short_answer": "short_answer"}
    places |= {f"sections.{n}": f"section-{n}" for n in range(len(rows))}
    places |= {"sections": "section-0"}
    try:
        with transaction.atomic():
            write(Topic, change, places, record=topic, by=by, reason=Drafts(page, by).reason)
    except NotWritten as error:
        return error.problems
    return {}


def _differs(topic: Topic, change: Mapping[str, Any]) -> bool:
    """True where a form says something else than the topic does now."""
    boxes = any(getattr(topic, name) != change[name] for name in TopicForm.base_fields)
    stands = [(row.public_id, row.heading, row.text) for row in topic.sections.all()]
    sent = [
        (row.get("id"), row.get("heading"), row.get("text"))
        for row in change.get("sections", ())
        if "heading" in row
    ]
    return boxes or any(row not in stands for row in sent)
