"""Where one sentence or clause ends and the next begins."""

from __future__ import annotations

import re
from collections.abc import Iterator

from workbench.notes.vocabulary import words

Piece = tuple[int, int]

_SHORT = words(
    """
    c ca cf mr mrs ms dr st no nos vs v p pp ch vol ed eds etc eg e.g i.e approx fl d b r jan feb
    mar apr jun jul aug sep sept oct nov dec gen col capt lt sgt rev hon sir gov sen rep jr sr co
    b.c a.d b.c.e c.e u.s u.k u.s.s.r m mn bn inc ltd art fig est incl
    """
)
_END = re.compile(r"[.!?]+[\"')\]]{0,3}(?=\s+[\"'\[]{0,2}[A-Z0-9À-Þ£$€])")
_SEMICOLON = re.compile(r";|\s{1,3}\|\s{1,3}")
_LAST_WORD = re.compile(r"[A-Za-z.]+\Z")


# What is longer is read in pieces, so that no text takes longer than its length warrants.
LONGEST = 1200


def sentences(text: str, start: int, end: int) -> Iterator[Piece]:
    """The sentences of a stretch of text, as places in it; one that does not end is cut."""
    for begin, stop in _sentences(text, start, end):
        while stop - begin > LONGEST:
            cut = text.rfind(" ", begin + LONGEST // 2, begin + LONGEST)
            cut = cut if cut > 0 else begin + LONGEST
            if text[begin:cut].strip():
                yield _trimmed(text, begin, cut)
            begin = cut
        if text[begin:stop].strip():
            yield _trimmed(text, begin, stop)


def _sentences(text: str, start: int, end: int) -> Iterator[Piece]:
    begin = start
    for match in _END.finditer(text, start, end):
        if match[0][0] == "." and match.start() > begin:
            word = _LAST_WORD.search(text, max(begin, match.start() - 12), match.start())
            if word and (word[0].lower() in _SHORT or (len(word[0]) == 1 and word[0].isupper())):
                continue
        yield _trimmed(text, begin, match.end())
        begin = match.end()
    if text[begin:end].strip():
        yield _trimmed(text, begin, end)


def clauses(text: str, start: int, end: int) -> Iterator[Piece]:
    """The parts of a stretch of text between semicolons; those in brackets do not part it."""
    begin = start
    for match in _SEMICOLON.finditer(text, start, end):
        before = text[begin : match.start()]
        if before.count("(") > before.count(")") and ")" in text[match.end() : end]:
            continue
        if before.strip():
            yield _trimmed(text, begin, match.start())
        begin = match.end()
    if text[begin:end].strip():
        yield _trimmed(text, begin, end)


def _trimmed(text: str, start: int, end: int) -> Piece:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def bare_end(text: str, start: int, end: int) -> Piece:
    """The same piece without the blanks around it."""
    return _trimmed(text, start, end)


def bare(text: str, start: int, end: int) -> Piece:
    """The same piece without the points and commas around it. A quotation keeps its marks."""
    start, end = _trimmed(text, start, end)
    while start < end and text[start] in ".,;:–-|>=→ \t":
        start += 1
    while end > start and text[end - 1] in ".,;:–-|=→ \t":
        end -= 1
    if (
        end > start
        and text[start] == "("
        and text[end - 1] == ")"
        and "(" not in text[start + 1 : end]
    ):
        start, end = start + 1, end - 1
    return start, end
