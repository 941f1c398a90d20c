"""How readers see a lesson: prose with links, and its notes in order."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString
from markdown_it.token import Token

from events.lesson.naming import Named
from events.lesson.reading import (
    ELSEWHERE,
    MARKDOWN,
    SOURCE,
    TO_RECORD,
    Paragraph,
    anchor,
    read,
    read_citation,
)
from records import prose
from records.kinds import kind_of
from sources.certainty import NOT_EVIDENCE

_NOTHING = "\ue000\ue001"
_LINK = re.compile("\ue002([0-9]+)\ue001")
# What is looked for begins at the first letter of a word, and takes few spaces along: a text of one
# endless word or gap would else be gone through once for each of its letters.
_GAP = r"\s{0,4}"
# A number stands after the full stop, and at the end of no line but its own word’s.
_NUMBERS = f"((?:{_GAP}\ue000[0-9]+\ue001)+)"
_BEFORE_STOP = re.compile(f"{_NUMBERS}([.,;:!?]+)")
_LETTERS = "[^\\s<>\ue000-\ue003]"
_WITH_WORD = re.compile(f"(?<!{_LETTERS})({_LETTERS}*){_NUMBERS}")


@dataclass
class Note:
    """A place in a source that a lesson cites, under one number; `uses` counts how often."""

    number: int
    source: Any
    locator: str
    uses: int = 0

    @property
    def reference(self) -> str:
        """What it is in words: “Moshe Lewin, 2005, chapter 13”."""
        return f"{self.source.short_reference}, {self.locator}"

    @property
    def full_reference(self) -> str:
        """As a bibliography gives it, in plain words: author, title, date, place, address."""
        source = self.source
        date = source.issued.display() if source.issued else ""
        parts = [source.author, source.title, source.publisher, date, self.locator, source.url]
        return ", ".join(part for part in parts if part)

    @property
    def caution(self) -> str:
        """How certain it is, in words; blank for a source that is evidence and was read."""
        if self.source.kind in NOT_EVIDENCE:
            return "Course material, not evidence"
        return "" if self.source.checked == "read" else "Not read yet, but the work exists"


@dataclass
class Shown:
    """A section as readers see it: its anchor, its heading, its prose as HTML."""

    anchor: str
    heading: str
    html: SafeString
    # The notes that are cited first in this section.
    notes: list[Note]


@dataclass
class Piece:
    """A piece of evidence as readers see it: what it is, and the words on it as HTML.

    `label` names it on the page: A1 is the strongest of position A. `view_of` is the historian
    whose view it is, by name; blank for a record.
    """

    label: str
    stance: str
    does: str
    record: Any
    view_of: str
    date: Any
    html: SafeString
    words: str
    sources: list[Note]

    @property
    def anchor(self) -> str:
        return f"evidence-{self.label.lower()}"


@dataclass
class Argued:
    """A position as readers see it, with its evidence, strongest first."""

    letter: str
    name: str
    statement: str
    pieces: list[Piece]
    # The notes that are cited first in its evidence.
    notes: list[Note]

    @property
    def anchor(self) -> str:
        return f"position-{self.letter.lower()}"

    @property
    def counts(self) -> str:
        """How much there is on either side, in words: “3 support it, 1 limits it”."""
        number = dict.fromkeys(("supports", "limits"), 0)
        for piece in self.pieces:
            number[piece.stance] += 1
        words = {"supports": ("supports", "support"), "limits": ("limits", "limit")}
        return ", ".join(
            f"{count} {words[stance][count > 1]} it" for stance, count in number.items() if count
        )


@dataclass
class Lesson:
    """The prose of a topic as readers see it, with its positions, and its notes in order."""

    sections: list[Shown]
    positions: list[Argued]
    notes: list[Note]


def shown(
    sections: Sequence[Any], positions: Sequence[Any] = (), evidence: Sequence[Any] = ()
) -> Lesson:
    """Sections, and positions with their evidence, as readers see them: with nothing of what is
    not public but the words of its links.

    In: rows of one topic in any order; they may be unsaved, as those of a version are. Evidence
    has its records loaded, which are public.
    """
    ordered = sorted(sections, key=lambda section: (section.order, section.pk or 0))
    texts = [(section, read(section.text)) for section in ordered]
    weighed = sorted(evidence, key=lambda piece: (piece.position, piece.order, piece.pk or 0))
    words = [(piece, read(piece.why)) for piece in weighed]
    named = Named(paragraph for _, paragraphs in [*texts, *words] for paragraph in paragraphs)
    setting = _Setting(named)
    parts = [setting.section(*each) for each in texts]
    argued = [
        setting.position(position, [each for each in words if each[0].position == position.letter])
        for position in sorted(positions, key=lambda position: position.letter)
    ]
    return Lesson(parts, argued, [*setting.notes.values()])


class _Setting:
    """Sets the sections of one lesson, one after the other, and numbers its notes."""

    def __init__(self, named: Named) -> None:
        self._named = named
        self.notes: dict[tuple[int, str], Note] = {}

    def section(self, section: Any, paragraphs: list[Paragraph]) -> Shown:
        before = len(self.notes)
        html = "".join(self._html(paragraph) for paragraph in paragraphs)
        new = [*self.notes.values()][before:]
        return Shown(anchor(section), section.heading, SafeString(html), new)

    def position(self, position: Any, evidence: list[tuple[Any, list[Paragraph]]]) -> Argued:
        before = len(self.notes)
        pieces = [
            self._piece(f"{position.letter}{number}", *each)
            for number, each in enumerate(evidence, 1)
        ]
        new = [*self.notes.values()][before:]
        return Argued(position.letter, position.name, position.statement, pieces, new)

    def _piece(self, label: str, piece: Any, paragraphs: list[Paragraph]) -> Piece:
        record = piece.record
        is_view = piece.kind == SOURCE
        words = " ".join(paragraph.words for paragraph in paragraphs)
        # The words are read before the text is set, which makes other tokens of them.
        html = SafeString("".join(self._html(paragraph) for paragraph in paragraphs))
        cited = [each for paragraph in paragraphs for each in paragraph.citations]
        places = [(self._named.get(SOURCE, each.key), each.locator) for each in cited]
        sources = [self.notes[s.pk, at] for s, at in dict.fromkeys(places) if s is not None]
        return Piece(
            label,
            piece.stance,
            piece.get_stance_display(),
            record,
            (record.author or record.title) if is_view else "",
            None if is_view else kind_of(record).happened(record),
            html,
            words,
            sources,
        )

    def _html(self, paragraph: Paragraph) -> str:
        markup: list[str] = []
        for token in paragraph.tokens:
            if token.children:
                token.children = list(self._children(token.children, markup))
        options = MARKDOWN.options
        html = prose.cleaned(MARKDOWN.renderer.render(paragraph.tokens, options, {}))
        html = re.sub(f"{_GAP}{_NOTHING}", "", html)
        html = _BEFORE_STOP.sub(r"\2\1", html)
        html = _WITH_WORD.sub(self._held, html)
        html = _LINK.sub(lambda found: markup[int(found[1])], html).replace("\ue003", "</a>")
        return re.sub("\ue000([0-9]+)\ue001", lambda found: markup[int(found[1])], html)

    @staticmethod
    def _held(found: re.Match[str]) -> str:
        """A word with its numbers, which a line does not part."""
        numbers = "".join(found[2].split())
        return f'<span class="held">{found[1]}<sup class="refs">{numbers}</sup></span>'

    def _children(self, children: list[Token], markup: list[str]) -> Iterator[Token]:
        ends: list[str | None] = []
        for token in children:
            if token.type == "citation":
                yield self._text(self._numbers(token.content, markup))
            elif token.type == "link_open":
                href = str(token.attrGet("href") or "")
                to_record = TO_RECORD.fullmatch(href)
                if to_record is None:
                    is_ours = bool(ELSEWHERE.match(href)) or ":" not in href
                    ends.append(None if is_ours else "")
                    if is_ours:
                        yield token
                    continue
                record = self._named.get(to_record[1], to_record[2])
                ends.append("" if record is None else "\ue003")
                if record is not None:
                    opened = format_html('<a href="{}">', record.get_absolute_url())
                    markup.append(opened)
                    yield self._text(f"\ue002{len(markup) - 1}\ue001")
            elif token.type == "link_close":
                end = ends.pop()
                if end is None:
                    yield token
                elif end:
                    yield self._text(end)
            else:
                yield token

    @staticmethod
    def _text(content: str) -> Token:
        return Token("text", "", 0, content=content)

    def _numbers(self, written: str, markup: list[str]) -> str:
        """The places that stand for the numbers of one citation; blank for what readers see not."""
        places = []
        for cited in read_citation(Paragraph(0, []), written):
            source = self._named.get(SOURCE, cited.key)
            if source is None:
                continue
            place = (source.pk, cited.locator)
            note = self.notes.setdefault(place, Note(len(self.notes) + 1, source, cited.locator))
            note.uses += 1
            markup.append(_number(note))
            places.append(f"\ue000{len(markup) - 1}\ue001")
        # Of a citation that readers do not see, the space before it goes, too.
        return "".join(places) or _NOTHING


def _number(note: Note) -> str:
    """The number in a sentence, a button that opens the note in place."""
    first = format_html(' id="cites-note-{}"', note.number) if note.uses == 1 else ""
    return format_html(
        '<button type="button"{} popovertarget="box-{}" aria-label="Note {}: {}">{}</button>',
        first,
        note.number,
        note.number,
        note.reference,
        note.number,
    )
