"""Slips of the keyboard put right before anything is read: “by 19611/2 of”, “in1956”, “Septmber”.

Each is mended where one reading is left, and said as a doubt with the reading proposed. The mended
text knows where each of its characters comes from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches

from workbench.notes.vocabulary import MONTHS

_PREPOSITION = "(?:in|by|from|since|until|before|after|on|of|to)"
_BREAKS = (
    # A year and what follows it: "19611/2", "1956,over" is no slip of reading, "1956the" is.
    re.compile(r"(?<![0-9.,/])(?:1[0-9]{3}|20[0-9]{2})(?=[0-9]/[0-9](?![0-9/]))"),
    re.compile(r"(?<![0-9A-Za-z.,/])(?:1[0-9]{3}|20[0-9]{2})(?=[a-rt-z][a-z]{2})"),
    # A word and the year or figure behind it.
    re.compile(rf"\b{_PREPOSITION}(?=[12][0-9]{{3}}(?![0-9]))", re.I),
    re.compile(rf"(?<![A-Za-z]){_PREPOSITION}(?=[£$€][0-9])"),
)
_LETTERS = re.compile(
    r"(?<![A-Za-z0-9])[lI][0-9]{3}(?![0-9A-Za-z])|(?<![A-Za-z0-9])1[89][0-9]?[oO][0-9]?(?![0-9A-Za-z])"
)
_RUN_TOGETHER = re.compile(r"(?<![A-Za-z])[A-Z][a-z]{2,}(?=[A-Z][a-z]{2,}(?![A-Za-z]))")
_RUN_EXCEPTIONS = re.compile(r"(?:Mac|Fitz|Mc|De|Le|La|Van|Von)$")
_MONTH_LIKE = re.compile(
    r"(?<![A-Za-z])[A-Z][a-z]{3,9}(?=,? (?:[0-9]{1,2}, ?)?[12][0-9]{3}(?![0-9]))"
)
_KNOWN = frozenset(["August", "Summer", "Winter", "Spring", "Autumn", "Marx", "Party", "Reform"])


@dataclass(frozen=True, slots=True)
class Slip:
    start: int
    end: int
    problem: str


@dataclass(frozen=True, slots=True)
class Mended:
    """A stretch of text as it was meant; `place` leads from it to the text as it was given."""

    text: str
    places: list[int]
    slips: list[Slip]

    def place(self, offset: int) -> int:
        return self.places[offset]


def mended(text: str, start: int, end: int) -> Mended:
    """Return the text between two places with its slips put right."""
    changes: list[tuple[int, int, str, str]] = []
    for pattern in _BREAKS:
        for match in pattern.finditer(text, start, end):
            at = match.end()
            rest = re.match(r"[0-9/]+|\w+", text[at : min(at + 12, end)])
            said = f"taken as “{match[0]}” and “{rest[0] if rest else ''}”"
            changes.append((at, at, " ", said))
    for match in _LETTERS.finditer(text, start, end):
        year = match[0].replace("l", "1").replace("I", "1").replace("o", "0").replace("O", "0")
        if len(year) == 4:
            changes.append((match.start(), match.end(), year, f"taken as {year}"))
    for match in _MONTH_LIKE.finditer(text, start, end):
        word = match[0].lower()
        if word in MONTHS or match[0] in _KNOWN or len(word) < 5:
            continue
        if near := get_close_matches(word, MONTHS, 1, 0.84):
            month = near[0].capitalize()
            changes.append((match.start(), match.end(), month, f"taken as {month}"))
    return _apply(text, start, end, sorted(changes))


def _apply(text: str, start: int, end: int, changes: list[tuple[int, int, str, str]]) -> Mended:
    parts: list[str] = []
    places: list[int] = []
    slips: list[Slip] = []
    at = start
    for first, last, new, said in changes:
        if first < at:
            continue
        parts += [text[at:first], new]
        places += [
            *range(at, first),
            *(min(first + n, max(first, last - 1)) for n in range(len(new))),
        ]
        at = last
        low, high = _word_around(text, first, last, start, end)
        slips.append(Slip(low, high, f"“{text[low:high]}” looks like a slip: {said}."))
    parts.append(text[at:end])
    places += [*range(at, end), end]
    return Mended("".join(parts), places, slips)


def _word_around(text: str, first: int, last: int, start: int, end: int) -> tuple[int, int]:
    low, high = first, last
    while low > start and not text[low - 1].isspace() and first - low < 30:
        low -= 1
    while high < end and not text[high].isspace() and high - last < 30:
        high += 1
    return low, high


def run_together(text: str, start: int, end: int) -> list[Slip]:
    """Words that lost the blank between them (“CentralCommittee”). They are kept as they stand."""
    slips = []
    for match in _RUN_TOGETHER.finditer(text, start, end):
        if _RUN_EXCEPTIONS.search(match[0]):
            continue
        low, high = match.start(), match.end()
        while high < end and text[high].isalpha():
            high += 1
        slips.append(
            Slip(
                low, high, f"“{text[low:high]}” looks like “{match[0]} {text[match.end() : high]}”."
            )
        )
    return slips
