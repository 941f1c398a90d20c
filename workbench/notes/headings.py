"""Which lines are headings, in the ways that people write them.

Some say so by their looks: `#` of Markdown, an underline, capitals, bold, “Topic: …”. Others only
by where they stand: a short line without a full stop above points, numbers or sentences.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.notes.blocks import Block, is_under
from workbench.notes.dates import Habits, find_dates
from workbench.notes.labels import label_of, names
from workbench.notes.names import is_name
from workbench.notes.offices import is_office
from workbench.notes.people import introduced, says_base
from workbench.notes.source import Source
from workbench.notes.structure import Confidence
from workbench.notes.vocabulary import GENERIC

_NAMED = re.compile(
    r"(?:topic|chapter|unit|section|lesson|theme|week|module|part|key question|enquiry)"
    r"(?: ?(?:[0-9]{1,2}|[IVX]{1,4}|one|two|three|four|five|six))?"
    r"\s{0,2}(?::|\.|–|\s-)\s{1,3}(?=\S)",
    re.I,
)
# “- Weimar Germany -”, “*** 1848 ***”
_ORNAMENT = re.compile(r"\s{0,20}([-=~*–—_+•]{1,5})\s{1,3}(?P<title>\S.{0,80}?)\s{1,3}\1\s{0,20}")
_ENDS = re.compile(r"[.!;,][\"')\]]{0,3}\Z")
_CONTENT = re.compile(r";| = |=>|->|→|\s\|\s|\t")
_LONGEST = 14


@dataclass(frozen=True, slots=True)
class Heading:
    """Where the title of a heading begins and ends, and how plainly it is one."""

    start: int
    stop: int
    confidence: Confidence


def headings_of(source: Source, blocks: list[Block], habits: Habits) -> dict[int, Heading]:
    """The headings among the blocks, by their place in the list."""
    found: dict[int, Heading] = {}
    for at, block in enumerate(blocks):
        if heading := _by_looks(source, block):
            found[at] = heading
    has_looks = bool(found)
    sentences = _end_with_stops(source, blocks)
    for at, block in enumerate(blocks):
        if at not in found and _by_place(source, blocks, at, has_looks, sentences, habits):
            sure = Confidence.LIKELY if has_looks or not sentences else Confidence.STATED
            found[at] = Heading(*_title(source, block), sure)
    return found


def _by_looks(source: Source, block: Block) -> Heading | None:
    start, stop = _title(source, block)
    words = source.plain[start:stop]
    if not re.search(r"[^\W_]", words):
        return None
    if ornament := _ORNAMENT.fullmatch(source.text, block.start, block.end):
        return Heading(*ornament.span("title"), Confidence.STATED)
    if block.mark.startswith("#") or (block.underlined and len(words.split()) <= _LONGEST):
        return Heading(start, stop, Confidence.STATED)
    if len(words.split()) > _LONGEST or _ENDS.search(words):
        return None
    if (named := _NAMED.match(words)) and not block.mark.strip("1IiaA"):
        return Heading(start + named.end(), stop, Confidence.STATED)
    if block.is_bold and block.mark in ("", "1", "I", "A"):
        return Heading(start, stop, Confidence.STATED)
    letters = [char for char in words if char.isalpha()]
    capitals = all(char.isupper() for char in letters)
    if capitals and len(letters) >= 5 and block.mark in ("", "1", "I", "A") and "=" not in words:
        return Heading(start, stop, Confidence.STATED)
    return None


def _title(source: Source, block: Block) -> tuple[int, int]:
    start, stop = block.begin, block.stop
    while stop > start and (source.plain[stop - 1].isspace() or source.plain[stop - 1] in ":-–"):
        stop -= 1
    while start < stop and source.plain[start].isspace():
        start += 1
    return start, stop


def _end_with_stops(source: Source, blocks: list[Block]) -> bool:
    """Tell whether these notes end their sentences, so that a line without an end stands out."""
    plain = [block for block in blocks if block.stop - block.begin > 25 or block.mark]
    ended = sum(
        source.plain[block.stop - 1] in ".!?;\"')" for block in plain if block.stop > block.begin
    )
    return bool(plain) and ended >= 0.6 * len(plain)


def _by_place(
    source: Source, blocks: list[Block], at: int, has_looks: bool, sentences: bool, habits: Habits
) -> bool:
    block = blocks[at]
    if block.stop - block.begin > 200:
        return False
    following = blocks[at + 1] if at + 1 < len(blocks) else None
    start, stop = _title(source, block)
    words = source.plain[start:stop]
    count = len(words.split())
    if (
        following is None
        or not words
        or count > _LONGEST
        or _ENDS.search(source.plain[start : block.stop])
    ):
        return False
    if block.mark not in ("", "1", "I", "A") and not block.mark.startswith("1."):
        return False
    if not (words[0].isupper() or words[0].isdigit() or words[0] in "\"'") or _CONTENT.search(
        words
    ):
        return False
    if _says_something(source, block, following, habits):
        return False
    if _is_centred(blocks, at):
        return True
    parent = is_under(following, block) and not _is_centred(blocks, at + 1)
    if (
        has_looks
        and parent
        and (
            (names(words) in ("reform", "event") and _is_one_thing(source, block, words))
            or label_of(source.plain, start, stop)
        )
    ):
        return False
    if source.plain[block.stop - 1] == ":" and _is_generic(words):
        return True
    if _is_generic(words) and count <= 3 and not block.mark and words[0].isupper():
        return True
    if block.mark and parent and names(words) == "reform" and _has_content(source, blocks, block):
        return False
    if block.mark:
        beneath = following.mark == "" and not following.after_blank
        beneath = beneath and not _is_heading_like(source, following)
        return (parent or beneath) and count <= 10
    if block.indent >= 2 and at and not _is_generic(words):
        return False
    if parent:
        return True
    if following.mark and following.indent >= block.indent:
        return True
    if at == 0 and _is_heading_like(source, following):
        return True
    if sentences:
        return _is_sentence(source, following) or block.before_blank or _is_generic(words)
    if block.after_blank and block.before_blank and count <= 10:
        return _capitalised(words) > 0 or at == 0
    return not has_looks and block.after_blank and count <= 8 and _capitalised(words) >= 0.6


def _says_something(source: Source, block: Block, following: Block, habits: Habits) -> bool:
    """Tell whether a line introduces a person or begins with a date: then it is no heading."""
    text = source.plain
    words = text[block.begin : block.stop]
    if introduced(text, block.begin, block.stop) or says_base(text, block.begin, block.stop):
        return True
    if is_name(words.strip(" :")) and (
        (
            is_office(text[following.begin : following.stop])
            and not introduced(text, following.begin, following.stop)
        )
        or says_base(text, following.begin, following.stop)
    ):
        return True
    dates = find_dates(words, habits)
    return (
        bool(dates)
        and dates[0].outer == 0
        and bool(re.match(r"\s{0,3}(?::|–|-|,)\s{0,3}\S", words[dates[0].end :]))
        and not (dates[0].end >= len(words) - 2)
    )


def _is_one_thing(source: Source, block: Block, words: str) -> bool:
    """Tell whether a line over points names one act or event, and does not only set a theme."""
    colon = source.plain[block.stop - 1] == ":"
    listed = block.mark not in ("", "A", "I")
    return colon or listed or not block.after_blank or any(map(str.isdigit, words))


def _is_centred(blocks: list[Block], at: int) -> bool:
    """Tell whether a line without a mark stands in the middle, over lines at the left."""
    if at + 1 >= len(blocks) or blocks[at].mark or (at and not _is_centred(blocks, 0)):
        return False
    return blocks[at].indent >= 3 and blocks[at + 1].indent <= blocks[at].indent - 3


def _has_content(source: Source, blocks: list[Block], block: Block) -> bool:
    """Tell whether other lines with the same mark say something, so that none is a heading."""
    alike = [other for other in blocks if other.mark == block.mark and other.indent == block.indent]
    return any(
        _CONTENT.search(source.plain, other.begin, other.stop)
        or source.plain[other.stop - 1] == "."
        or other.stop - other.begin > 90
        for other in alike
    )


def _is_heading_like(source: Source, block: Block) -> bool:
    words = source.plain[block.begin : block.stop]
    return (
        not block.mark
        and words[:1].isupper()
        and len(words.split()) <= _LONGEST
        and not _ENDS.search(words)
        and not _CONTENT.search(words)
    )


def _is_sentence(source: Source, block: Block) -> bool:
    words = source.plain[block.begin : block.stop]
    return bool(words) and (
        words[-1] in ".!?;\"')" or bool(_CONTENT.search(words)) or len(words) > 90
    )


def _is_generic(words: str) -> bool:
    plain = re.findall(r"[a-z-]+", words.lower())
    return bool(plain) and len(plain) <= 5 and (plain[0] in GENERIC or plain[-1] in GENERIC)


def _capitalised(words: str) -> float:
    """How many of the longer words begin with a capital, from 0 to 1."""
    longer = [word for word in re.findall(r"[^\W\d_][\w'-]*", words) if len(word) > 3]
    return sum(word[0].isupper() for word in longer) / len(longer) if longer else 0.0
