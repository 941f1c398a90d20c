"""Class notes in, draft records out by `read_notes`, the entrance. The README has the grammar."""

from __future__ import annotations

import re
from dataclasses import replace

from workbench.notes import people
from workbench.notes.blocks import Block, blocks_of, nest
from workbench.notes.clauses import Clauses
from workbench.notes.dates import Dating, Habits, find_dates, habits_of
from workbench.notes.headings import headings_of
from workbench.notes.labels import Label, is_label, is_trouble, label_of, names
from workbench.notes.lines import lines_of
from workbench.notes.names import is_name
from workbench.notes.offices import is_office
from workbench.notes.sentences import LONGEST, Piece, bare, bare_end, clauses, sentences
from workbench.notes.source import Source
from workbench.notes.statements import title_of
from workbench.notes.structure import Confidence, Notes

_BEHIND_DATE = re.compile(
    r"\)?(?:\s{0,3}(?::|–|->|→|=|\||\t)\s{0,5}|\s{1,3}-{1,2}\s{1,3}|-\s{1,3})(?=\S)"
)
_ALONE = re.compile(r"[\s.,;:()\[\]–-]{0,6}")


def read_notes(text: str) -> Notes:
    """Read class notes into draft records.

    In: the notes as text. Out: the records in the order of the text, each with its place in it, and
    whatever was not understood in `unplaced`. Any text is read; nothing is raised.
    """
    source = Source(text)
    blocks = blocks_of(source, lines_of(source))
    habits = habits_of(source.plain, source.text)
    reader = _Reader(source, habits)
    headings = headings_of(source, blocks, habits)
    section: list[Block] = []
    for at, block in enumerate(blocks):
        if heading := headings.get(at):
            reader.section(section)
            section = []
            reader.heading(block, heading.start, heading.stop, heading.confidence)
        else:
            section.append(block)
    reader.section(section)
    return reader.collector.finish()


class _Reader(Clauses):
    """Reads lines and what stands under them; what is left of each it reads as clauses."""

    def __init__(self, source: Source, habits: Habits) -> None:
        super().__init__(source, habits)
        self._has_person = False
        # Points under a person are said of them, and are no reforms by their form alone.
        self._under_person = False

    def heading(self, block: Block, start: int, stop: int, sure: Confidence) -> None:
        self.collector.begin_line(block.start)
        self.collector.topic(start, stop, sure)
        years = set(re.findall(r"(?<![0-9])1[0-9]{3}(?![0-9])", self.plain[start:stop]))
        self.habits = replace(self.all_habits, year=years.pop() if len(years) == 1 else None)
        self._has_person = False

    def section(self, blocks: list[Block]) -> None:
        for block in nest(blocks):
            self.block(block)

    def block(self, block: Block) -> None:
        self.collector.begin_line(block.start)
        start, stop = block.begin, block.stop
        if block.children and stop - start <= LONGEST and self._over_children(block):
            return
        self.text(start, stop)
        for child in block.children:
            self.block(child)

    def text(self, start: int, stop: int) -> None:
        """Read a line or paragraph that has nothing under it."""
        self.line_year = None
        if stop - start <= LONGEST and self._line(start, stop):
            return
        for sentence in sentences(self.plain, start, stop):
            if sentence != (start, stop) and self._sentence(*sentence):
                continue
            for piece in clauses(self.plain, *sentence):
                self.statement(*piece)

    def _sentence(self, start: int, stop: int) -> bool:
        """Read a sentence among others that introduces a person, or has a label and a colon."""
        if self._person(start, stop) or self._of_last_person(start, stop):
            return True
        label = label_of(self.plain, start, stop)
        return bool(label and label.sign == ":" and self._labelled(start, stop, label))

    def _line(self, start: int, stop: int) -> bool:
        """Read a line that introduces a person, or begins with a date or a label."""
        is_one = next(sentences(self.plain, start, stop), None) == bare_end(self.plain, start, stop)
        if is_one and (self._person(start, stop) or self._of_last_person(start, stop)):
            return True
        if self._date_led(start, stop):
            return True
        label = label_of(self.plain, start, stop)
        return bool(label and self._labelled(start, stop, label))

    # --- people -------------------------------------------------------------------------------

    def _person(self, start: int, stop: int) -> bool:
        found = people.introduced(self.plain, start, stop)
        if found is None:
            return False
        self._keep_person(found, start, stop)
        return True

    def _keep_person(
        self, found: people.Found, start: int, stop: int, also: tuple[Piece, ...] = ()
    ) -> None:
        held = None
        if found.held:
            held = self.span(*found.held)
            if held is None:
                self.collector.unplaced(*found.held)
            found.rest += self.around_date(*found.held)
        sure = Confidence.STATED if found.certain else Confidence.LIKELY
        self.collector.person(
            start, stop, found.name, found.office, found.power_base, found.epithet, held, sure, also
        )
        self._has_person = True
        for office, first, last in found.further:
            self.collector.person(
                first, last, found.name, office, None, None, self.span(first, last), sure
            )
        for piece in sorted(found.rest):
            low, high = bare(self.plain, *piece)
            if low < high:
                self.statement(low, high, subject=found.name)

    def _of_last_person(self, start: int, stop: int) -> bool:
        """Read “Power base: the army” on a line of its own into the person before it."""
        if not self._has_person or not people.says_base(self.plain, start, stop):
            return False
        last = self.collector.notes.people[-1]
        found = people.Found(last.name, last.office, last.power_base, last.epithet)
        if not people.add(self.plain, start, stop, found):
            return False
        self.collector.add_to_last_person(
            start, stop, replace(last, power_base=found.power_base, epithet=found.epithet)
        )
        return True

    # --- what begins with a date ----------------------------------------------------------------

    def _date_led(self, start: int, stop: int) -> bool:
        head = self.plain[start : min(stop, start + 90)]
        dates = find_dates(head, self.habits)
        if not dates or re.search(r"\w", head[: dates[0].outer]):
            return False
        date = dates[0]
        end = start + date.end
        behind = _BEHIND_DATE.match(self.plain, end, stop)
        if not behind:
            return False
        lead = date.moved(start)
        pieces = [
            piece
            for sentence in sentences(self.plain, behind.end(), stop)
            for piece in clauses(self.plain, *sentence)
        ]
        if not pieces:
            return False
        if date.problem:
            self.collector.doubt(lead.start, lead.end, date.problem)
        first = bare(self.plain, *pieces[0])
        clause = self.collector.clause(*first, self.habits, lead)
        if self._is_reform(first) and len(pieces) > 1:
            self.keep_reform(start, stop, first, pieces[1:], Confidence.LIKELY, lead)
            self.collector.event(start, first[1], self.words(*first), date.edtf, Confidence.STATED)
            return True
        if clause.only_figures:
            self.collector.claim(start, first[1])
        else:
            sure = Confidence.LIKELY if date.problem else Confidence.STATED
            self.collector.event(start, first[1], self.words(*first), date.edtf, sure)
        self.maybe_person(first)
        for piece in pieces[1:]:
            self.statement(*piece, lead=lead)
        return True

    def _is_reform(self, piece: Piece) -> bool:
        words = self.plain[slice(*piece)]
        return len(words.split()) <= 7 and words[:1].isupper() and names(words) == "reform"

    # --- labels -----------------------------------------------------------------------------------

    def _labelled(self, start: int, stop: int, label: Label) -> bool:
        title = bare(self.plain, start, label.end)
        words = self.plain[slice(*title)]
        if not is_label(words) or self.collector.figures_in(*title, self.habits):
            return False
        kind = names(words)
        pieces = self.pieces(label.begin, stop)
        if label.sign == ";":
            if kind == "event" and (find_dates(words, self.habits) or is_trouble(words)):
                return self._event(start, stop, title, pieces)
            if (self._under_person and kind != "reform") or is_office(words):
                return False
            sure = Confidence.STATED if kind == "reform" else Confidence.LIKELY
            if is_name(words) and " " in words:
                sure = Confidence.GUESS  # it may be a person
            self.keep_reform(start, stop, title, pieces, sure)
            return True
        if (
            kind == "generic"
            or not pieces
            or (label.sign in "=-→" and kind != "reform" and label.sign != "-")
        ):
            return False
        if dated := self._date_alone(pieces[0]):
            return self._dated_label(start, stop, title, pieces, dated, kind)
        if kind == "reform":
            self.keep_reform(start, stop, title, pieces, Confidence.STATED)
            return True
        dates = find_dates(words, self.habits)
        if (kind == "event" and (dates or label.sign != ":" or len(words.split()) <= 4)) or (
            dates and label.sign == ":" and dates[0].edtf
        ):
            return self._event(start, stop, title, pieces)
        counts = sum(self.collector.figures_in(*piece, self.habits) for piece in pieces)
        if (
            len(pieces) > 1
            and counts <= len(pieces) / 2
            and not re.search(r"[.!?]\s", self.plain[label.begin : stop])
        ):
            self.keep_reform(start, stop, title, pieces, Confidence.GUESS)
            return True
        return False

    def _date_alone(self, piece: Piece) -> tuple[Dating, int] | None:
        """The date that a piece consists of or begins with, and where what follows it begins."""
        words = self.plain[slice(*piece)]
        dates = find_dates(words[:80], self.habits)
        if not dates or not dates[0].edtf or _ALONE.fullmatch(words[: dates[0].outer]) is None:
            return None
        date = dates[0]
        placed = date.moved(piece[0])
        if _ALONE.fullmatch(words[date.end :]):
            return placed, piece[1]
        behind = _BEHIND_DATE.match(words, date.end)
        return (placed, piece[0] + behind.end()) if behind else None

    def _dated_label(
        self, start: int, stop: int, title: Piece, pieces: list[Piece],
        dated: tuple[Dating, int], kind: str,
    ) -> bool:  # fmt: skip
        """Read “Agrarian Reform Law – June 1950 – land taken from landlords”."""
        date, begin = dated
        rest = [(begin, pieces[0][1]), *pieces[1:]] if begin < pieces[0][1] else pieces[1:]
        self.collector.event(start, date.end, self.words(*title), date.edtf, Confidence.STATED)
        if kind == "reform" and rest:
            self.keep_reform(start, stop, title, rest, Confidence.STATED, date)
            return True
        for piece in rest:
            self.statement(*bare(self.plain, *piece), lead=date)
        return True

    def _says_only_when(self, piece: Piece, date: Dating) -> bool:
        """Tell “signed 28 June 1919” from a piece that says more than when it happened."""
        words = self.plain[slice(*piece)]
        rest = f"{words[: date.outer]} {words[date.end :]}".split()
        return len(rest) <= 1 or (len(rest) == 2 and rest[0] in ("was", "were"))

    def _event(self, start: int, stop: int, title: Piece, pieces: list[Piece]) -> bool:
        dates = [d for d in find_dates(self.plain[slice(*title)], self.habits) if d.edtf]
        lead = None
        if dates:
            date = dates[0]
            lead = date.moved(title[0])
        low, high = title_of(self.plain, *title, lead, self.all_habits.year_led)
        if lead is None and pieces:
            clause_dates = find_dates(self.plain[slice(*pieces[0])], self.habits)
            known = [date for date in clause_dates if date.edtf]
            plain = [date for date in known if not re.search(r"[/\[]", date.edtf or "")]
            if known and (known[0].outer <= 1 or (len(known) == 1 and plain)):
                lead = known[0]
        words = self.words(low, high)
        stop = title[1]
        if not dates and lead and self._says_only_when(pieces[0], lead):
            stop = pieces[0][1]
            pieces = pieces[1:]
        self.collector.event(start, stop, words, lead.edtf if lead else None, Confidence.LIKELY)
        for piece in pieces:
            self.statement(*piece, lead=lead, beside=True)
        return True

    # --- what stands over points ------------------------------------------------------------------

    def _over_children(self, block: Block) -> bool:
        """Read a line with points under it as one thing: a person, a reform or a heading."""
        start, stop = block.begin, block.stop
        title = bare(self.plain, start, stop)
        words = self.plain[slice(*title)]
        if found := people.introduced(self.plain, start, stop) or self._named_only(words, block):
            return self._person_over(block, found)
        text = self.plain[start:stop]
        if len(words.split()) > 12 or re.search(r"[.!?;][\"')]?\Z", text):
            return False
        label = label_of(self.plain, start, stop)
        if label and text.rstrip()[-1] != ":" and find_dates(words, self.habits):
            return False
        kind = names(words[: label.end - start] if label and label.sign != ";" else words)
        if kind == "generic" or (kind == "" and text.endswith(":") and not self._is_titled(words)):
            self.collector.topic(*title, Confidence.LIKELY)
            for child in block.children:
                self.block(child)
            return True
        if kind == "event":
            return False
        if kind == "reform" and is_label(words[: label.end - start] if label else words):
            self._reform_over(block, title, label)
            return True
        return False

    def _is_titled(self, words: str) -> bool:
        return len(words.split()) <= 6 and words[:1].isupper()

    def _named_only(self, words: str, block: Block) -> people.Found | None:
        """A name over points that say the office: “John Morton”, and under it “Lord Chancellor”."""
        if not is_name(words):
            return None
        for child in block.children:
            said = self.plain[child.begin : child.stop]
            office = is_office(said) and not people.introduced(self.plain, child.begin, child.stop)
            if office or people.says_base(self.plain, child.begin, child.stop):
                return people.Found(words)
        return None

    def _person_over(self, block: Block, found: people.Found) -> bool:
        others: list[Block] = []
        said: list[Piece] = []
        for child in block.children:
            if people.add(self.plain, child.begin, child.stop, found):
                said.append((child.start, child.end))
                others += child.children
            else:
                others.append(child)
        self._keep_person(found, block.begin, block.stop, tuple(said))
        self._under_person = True
        for child in others:
            self.block(child)
        self._under_person = False
        return True

    def _reform_over(self, block: Block, title: Piece, label: Label | None) -> None:
        parts: list[Piece] = []
        if label:
            title = bare(self.plain, block.begin, label.end)
            parts = self.pieces(label.begin, block.stop)
        places: list[Piece] = []

        def under(children: list[Block]) -> None:
            for child in children:
                piece = bare(self.plain, child.begin, child.stop)
                if piece[0] < piece[1]:
                    parts.append(piece)
                    places.append((child.start, child.end))
                under(child.children)

        under(block.children)
        self.collector.reform(
            block.begin, block.stop, title, parts, Confidence.STATED, tuple(places)
        )
        for part in parts:
            self.part(title, part)
