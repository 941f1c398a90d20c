"""What keeps a lesson from being published, and what a change elsewhere spoils in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from django.db.models import Exists, OuterRef, Q

from events.lesson.naming import Named, linkable_kinds
from events.lesson.reading import EXAMPLE_CITATION, EXAMPLE_LINK, SOURCE, Paragraph, read
from records.addresses import find_any
from records.kinds import Kind, is_visible, key_column, kind_named, title_of
from records.models import KEY_PATTERN, PastSlug

# Characters in all sections of a topic: six times what a lesson should have, and as much as is set
# in a moment whatever it is made of.
LONGEST_LESSON = 40_000


@dataclass(frozen=True)
class Mistake:
    """What keeps a row with prose from being published: where, and what to do about it."""

    row: Any
    paragraph: int
    message: str

    def __str__(self) -> str:
        return f"{self.row.in_words}, paragraph {self.paragraph}: {self.message}"


def mistakes(rows: Iterable[Any]) -> list[Mistake]:
    """Everything that is wrong with the prose of some rows, in their order.

    In: sections and pieces of evidence, which need not be saved. A few queries for all of them,
    and one for each record that readers do not see.
    """
    texts = [(row, read(getattr(row, row.lesson_text))) for row in rows]
    named = Named(paragraph for _, paragraphs in texts for paragraph in paragraphs)
    return [
        Mistake(row, paragraph.number, message)
        for row, paragraphs in texts
        for paragraph in paragraphs
        for message in _wrong_with(paragraph, named)
    ]


def _wrong_with(paragraph: Paragraph, named: Named) -> Iterator[str]:
    yield from paragraph.faults
    known = {kind.name for kind in linkable_kinds()}
    for kind, key in dict.fromkeys(paragraph.links):
        if kind not in known:
            near = get_close_matches(kind, known, 1)
            hint = f" Did you mean “{near[0]}:{key}”?" if near else ""
            yield (
                f"“{kind}:{key}” names a kind of record that there is not. Write one of "
                f"{', '.join(sorted(known))}.{hint}"
            )
        elif named.get(kind, key) is None:
            yield _unseen(kind, key)
    for key in dict.fromkeys(cited.key for cited in paragraph.citations):
        if named.get(SOURCE, key) is None:
            yield _unseen(SOURCE, key)
    if not paragraph.faults and not named.holds(paragraph):
        yield (
            "It rests on nothing that readers see. Name a record that has evidence, as in "
            f"{EXAMPLE_LINK}, or cite a source, as in {EXAMPLE_CITATION}."
        )


def _unseen(name: str, key: str) -> str:
    """What to do about a record that is named, and that readers do not see."""
    model = kind_named(name).model
    noun = model._meta.verbose_name
    record = find_any(model, key)
    if record is None:
        keys = model._default_manager.values_list(key_column(model), flat=True)[:5_000]
        near = get_close_matches(key, keys, 1)
        return f"There is no {noun} “{key}”." + (f" Did you mean “{near[0]}”?" if near else "")
    return unseen(record)


def unseen(record: Any) -> str:
    """What to do about a record that readers do not see."""
    if hasattr(record, "status") and not record.is_published:
        state = {"draft": "a draft", "review": "in review"}.get(record.status, "withdrawn")
        why = f"is {state}"
    else:
        why = "belongs to a record that is not public"
    return (
        f"The {record._meta.verbose_name} “{title_of(record)}” {why}, so readers would not see it. "
        "Publish it first, or leave the link out."
    )


def lacks(topic: Any) -> list[tuple[str, str]]:
    """What the lesson of a topic lacks before readers may see it (`records.kinds.OwnGate`)."""
    evidence = list(topic.evidence.with_records().order_by("position", "order", "id"))
    sections = list(topic.sections.all())
    return [
        *_too_long(sections),
        *(("sections", str(mistake)) for mistake in mistakes(sections)),
        *_without_evidence(list(topic.positions.all()), evidence),
        *(("evidence", str(mistake)) for mistake in mistakes(evidence)),
    ]


def _too_long(sections: list[Any]) -> Iterator[tuple[str, str]]:
    """What to do about a lesson that is longer than a page can be."""
    length = sum(len(section.text) for section in sections)
    if length > LONGEST_LESSON:
        yield (
            "sections",
            f"The sections have {length:,} characters together, and a page shows at most "
            f"{LONGEST_LESSON:,}. Students read about 7,000 in one lesson: shorten them, or make "
            "two topics of this one.",
        )


def _without_evidence(positions: list[Any], evidence: list[Any]) -> Iterator[tuple[str, str]]:
    """What positions and their evidence lack, apart from what is wrong with their prose."""
    if len(positions) == 1:
        yield (
            "positions",
            f"Position “{positions[0]}” stands alone. Add a second one that answers the question "
            "in another way, or remove it.",
        )
    for position in positions:
        given = [piece for piece in evidence if piece.position == position.letter]
        if any(is_visible(piece.record) for piece in given):
            continue
        hidden = "; ".join(sorted({unseen(piece.record) for piece in given}))
        yield (
            "positions",
            f"Position “{position}” has no evidence that readers see. "
            + (hidden or f"Add a record or a source to letter {position.letter}."),
        )
    letters = {position.letter for position in positions}
    for letter in sorted({piece.position for piece in evidence} - letters):
        yield "evidence", f"There is evidence for position {letter}, and no such position. {LETTER}"


# What to do about evidence for a position that is not there.
LETTER = "Add the position, or choose the letter of another one."


def affected(record: Any) -> list[Any]:
    """The public topics whose lessons a change of `record` may have spoiled; None gives all.

    A lesson is named where it holds a link that leads nowhere now, to the record or to what readers
    see only with it (an office is seen with its holder), or where such a record is the evidence for
    a position.
    """
    # Lazy: the models of this app are declared as kinds from the module that imports this one.
    from events.models import WITH_PROSE, Position, PositionEvidence, Topic

    topics = Topic.objects.published().order_by("pk")
    if isinstance(record, Topic):
        return list(topics.filter(pk=record.pk))
    if record is None:
        spoiled = [rows.objects.filter(topic=OuterRef("pk")) for rows in (*WITH_PROSE, Position)]
    else:
        spoiled = [
            rows.objects.filter(naming, topic=OuterRef("pk"))
            for rows in WITH_PROSE
            if (naming := _naming(record, rows.lesson_text))
        ]
        if about := _being(record):
            spoiled.append(PositionEvidence.objects.filter(about, topic=OuterRef("pk")))
        if not is_visible(record) or any(_is_lost_with(kind, record) for kind in _weighed()):
            # A row that was removed took its place as evidence with it.
            given = PositionEvidence.objects.filter(
                topic=OuterRef("topic"), position=OuterRef("letter")
            )
            spoiled.append(Position.objects.filter(~Exists(given), topic=OuterRef("pk")))
    condition = Q()
    for rows in spoiled:
        condition |= Q(Exists(rows))
    return list(topics.filter(condition)) if spoiled else []


def _weighed() -> list[Kind]:
    """The kinds that may be evidence for a position."""
    from events.models import WEIGHED

    return [kind_named(name) for name in WEIGHED]


def _being(record: Any) -> Q:
    """The condition that a piece of evidence is a record that readers do not see, or needs it;
    empty where none can."""
    condition = Q()
    if is_visible(record):
        return condition
    for kind in _weighed():
        if kind.model is type(record):
            condition |= Q(**{kind.name: record.pk})
        for name in kind.needs:
            if kind.model._meta.get_field(name).related_model is type(record):
                condition |= Q(**{f"{kind.name}__{name}": record.pk})
    return condition


def _naming(record: Any, text: str) -> Q:
    """The condition that a row's `text` names a record, or what needs it, and readers do not see
    that; empty where none can."""
    model, naming = type(record), Q()
    for kind in linkable_kinds():
        if kind.model is model and not is_visible(record):
            for key in _all_keys(record):
                naming |= Q(**{f"{text}__contains": f"({kind.name}:{key})"})
                if kind.name == SOURCE:
                    naming |= Q(**{f"{text}__contains": f"@{key}"})
        elif _is_lost_with(kind, record):
            for key in _lost_keys(kind):
                naming |= Q(**{f"{text}__contains": f"({kind.name}:{key})"})
    return naming


def _is_lost_with(kind: Kind, record: Any) -> bool:
    """True where readers may have lost records of `kind` by a change of `record`.

    Its rows may have been removed; what has a state of its own goes only with the whole record.
    """
    if hasattr(kind.model, "status") and is_visible(record):
        return False
    joins = (kind.model._meta.get_field(name) for name in kind.needs)
    return any(join.related_model is type(record) for join in joins)


def _all_keys(record: Any) -> list[str]:
    """The key of a record, and those that it had."""
    key = getattr(record, key_column(type(record)))
    past = PastSlug.objects.filter(model=record._meta.label_lower, current_slug=key)
    return [key, *past.values_list("slug", flat=True)]


def _lost_keys(kind: Kind) -> set[str]:
    """The keys of a kind that public lessons name, and under which readers see nothing."""
    from events.models import WITH_PROSE

    pattern = re.compile(rf"\({kind.name}:({KEY_PATTERN})\)")
    keys: set[str] = set()
    for rows in WITH_PROSE:
        naming = rows.objects.published().filter(
            **{f"{rows.lesson_text}__contains": f"({kind.name}:"}
        )
        for text in naming.values_list(rows.lesson_text, flat=True):
            keys.update(pattern.findall(text))
    if not keys:
        return keys
    seen = kind.model.objects.published().filter(**{f"{kind.key_field}__in": keys})
    return keys - set(seen.values_list(kind.key_field, flat=True))
