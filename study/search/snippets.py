"""The matching words of a text: which pieces of it are marked, and the part that has most of them.

Pure. Text stays text: a template escapes each piece and sets the marks around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from study.search.database import Key
from study.search.folding import Word, words

# Characters of a snippet, and how many of them may stand before its first marked word.
LONGEST, BEFORE = 240, 60
_POSSESSIVE = re.compile(r"['’]s?$")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text, marked or not."""

    text: str
    is_marked: bool = False


def first_written(text: str, key: str) -> str:
    """The first word of a text that has a key, as it stands there; blank for none."""
    found = (text[word.start : word.end] for word in words(text) if key in word.keys)
    return _POSSESSIVE.sub("", next(found, ""))


class Marker:
    """Knows which words are marked."""

    def __init__(self, keys: Iterable[Key]) -> None:
        keys = [*keys]
        self._whole = frozenset(key.text for key in keys if not key.begins)
        self._beginnings = (*{key.text for key in keys if key.begins},)

    def holds(self, word: Word) -> bool:
        if any(key in self._whole for key in word.keys):
            return True
        return bool(self._beginnings) and word.plain.startswith(self._beginnings)

    def pieces(self, text: str) -> list[Piece]:
        """The whole of a short text, in pieces."""
        return _cut(text, [word for word in words(text) if self.holds(word)], 0, len(text))

    def snippet(self, text: str) -> list[Piece]:
        """The part of a text with most of the words in it; its beginning where it has none."""
        marked = [word for word in words(text) if self.holds(word)]
        start = self._best_start(text, marked)
        end = len(text)
        if end - start > LONGEST:
            end = _last_space(text, start, start + LONGEST)
        pieces = _cut(text, [w for w in marked if start <= w.start and w.end <= end], start, end)
        before = [Piece("… ")] if start else []
        return [*before, *pieces, *([Piece(" …")] if end < len(text) else [])]

    def _best_start(self, text: str, marked: Sequence[Word]) -> int:
        if len(text) <= LONGEST or not marked:
            return 0

        def worth(first: Word) -> tuple[int, int]:
            inside = [w for w in marked if first.start <= w.start < first.start + LONGEST - BEFORE]
            return len({word.key for word in inside}), len(inside)

        best = max(marked[:200], key=worth)
        start = max(0, best.start - BEFORE)
        if not start:
            return 0
        space = text.find(" ", start, best.start)
        return space + 1 if space >= 0 else best.start


def _last_space(text: str, start: int, end: int) -> int:
    space = text.rfind(" ", start + 1, end)
    return space if space > start else end


def _cut(text: str, marked: Sequence[Word], start: int, end: int) -> list[Piece]:
    pieces, place = [], start
    for word in marked:
        if word.start > place:
            pieces.append(Piece(text[place : word.start]))
        pieces.append(Piece(text[word.start : word.end], is_marked=True))
        place = word.end
    if place < end:
        pieces.append(Piece(text[place:end]))
    return pieces


def plain(pieces: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def places(pieces: Iterable[Piece]) -> list[tuple[int, int]]:
    """Where marked words stand in what `plain` gives: their first character, and that behind."""
    found, place = [], 0
    for piece in pieces:
        if piece.is_marked:
            found.append((place, place + len(piece.text)))
        place += len(piece.text)
    return found
