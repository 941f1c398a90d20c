"""How readers see a lesson: prose with links, and its notes in order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from events.lesson.naming import Named
from events.lesson.outline import Place, outlined
from events.lesson.reading import SOURCE, Paragraph, anchor, read
from records.kinds import kind_of
from sources.certainty import NOT_EVIDENCE


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
        issued = source.date_beside_title
        date = issued.display() if issued else ""
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

    def section(self, section: Any, paragraphs: Sequence[Paragraph]) -> Shown:
        before = len(self.notes)
        html = self._html(section.text, paragraphs)
        new = [*self.notes.values()][before:]
        return Shown(anchor(section), section.heading, html, new)

    def position(self, position: Any, evidence: list[tuple[Any, Sequence[Paragraph]]]) -> Argued:
        before = len(self.notes)
        pieces = [
            self._piece(f"{position.letter}{number}", *each)
            for number, each in enumerate(evidence, 1)
        ]
        new = [*self.notes.values()][before:]
        return Argued(position.letter, position.name, position.statement, pieces, new)

    def _piece(self, label: str, piece: Any, paragraphs: Sequence[Paragraph]) -> Piece:
        record = piece.record
        is_view = piece.kind == SOURCE
        words = " ".join(paragraph.words for paragraph in paragraphs)
        html = self._html(piece.why, paragraphs)
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

    def _html(self, text: str, paragraphs: Iterable[Paragraph]) -> SafeString:
        named = {pair for paragraph in paragraphs for pair in paragraph.named}
        seen = frozenset(pair for pair in named if self._named.get(*pair) is not None)
        outline = outlined(text, seen)
        return SafeString(outline.filled([self._markup(place) for place in outline.places]))

    def _markup(self, place: Place) -> str:
        record = self._named.get(place.kind, place.key)
        if place.locator is None:
            return format_html('<a href="{}">', record.get_absolute_url())
        new = Note(len(self.notes) + 1, record, place.locator)
        note = self.notes.setdefault((record.pk, place.locator), new)
        note.uses += 1
        return _number(note)


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
