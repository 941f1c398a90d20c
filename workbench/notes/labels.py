"""A few words in front of the rest: “Ending Terror; …”, “Factory Act 1833: …”, “Kapp Putsch – …”.

What the label names decides what the line becomes: a reform with its parts, an event, or claims.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.notes.vocabulary import EVENTS, GENERIC, REFORMS, TROUBLES

_SEPARATOR = re.compile(
    r"\s{0,3};\s{0,5}|\s{0,3}:(?=\s)\s{1,5}|\s{1,3}[-–]{1,2}\s{1,3}|\s{0,3}(?:→|->|=>|=)\s{0,3}|\s{0,3}\t\s{0,5}"
)
_FINITE = re.compile(
    r"\b(?:was|were|is|are|had|has|have|became|becomes|died|dies|led|won|lost|made|gave|took|began|"
    r"came|went|saw|sent|built|sold|shot|bought|brought|held|kept|left|met|ran|rose|sank|stood|"
    r"wrote|fought|fled|fell|got|grew|chose|broke|could|would|did|does|will|must|may not|"
    r"[a-z]{3,}ed)\b(?=.*\w)"
)
_ENDS_IN_VERB = re.compile(
    r"\b(?:(?!need|feed|seed)[a-z]{2,}ed|built|set up|won|lost|begun|begins|sent|made|held|"
    r"born|shot|sold|fell|met|fled|died|dies)\Z"
)
_LONGEST = 70


@dataclass(frozen=True, slots=True)
class Label:
    """Where a label ends, where what it introduces begins, and the sign between them."""

    end: int
    begin: int
    sign: str


def label_of(text: str, start: int, end: int) -> Label | None:
    """The label of a stretch of text; None where it has none."""
    for match in _SEPARATOR.finditer(text, start, min(end, start + _LONGEST + 5)):
        sign = match[0].strip() or "–"
        words = text[start : match.start()]
        if words.count("(") > words.count(")") or words.count('"') % 2:
            continue
        if match.start() - start > _LONGEST or match.end() >= end or not words.strip():
            return None
        if re.search(r"[.!?]\s", words) or re.match(r"\s{0,3}[\"']", words):
            return None
        return Label(match.start(), match.end(), sign[0])
    return None


def has_verb(words: str) -> bool:
    """Tell whether some words say what somebody did or was, and so are a sentence."""
    return bool(_FINITE.search(words))


def is_label(words: str) -> bool:
    """Tell whether some words name a thing, and are no sentence with a semicolon after it."""
    count = len(words.split())
    if count > 7 or (not words[:1].isupper() and not words[:1].isdigit()):
        return False
    if _ENDS_IN_VERB.search(words):
        return False
    if count <= 3:
        return True
    return not has_verb(words) and not re.search(r"\b(?:in|by|on|from) [0-9]", words)


def _plain(word: str) -> str:
    return word.lower().strip(".,'\"()")


def _is_in(word: str, words: frozenset[str]) -> bool:
    word = word.removesuffix("'s")
    return word in words or (word.endswith("s") and word[:-1] in words)


def names(words: str) -> str:
    """What a label names: “reform”, “event”, “generic” or "" for what is not known."""
    bare = re.sub(r"\([^()]*\)|[0-9][0-9–/-]*", " ", words)
    each = [_plain(word) for word in re.split(r"[\s/-]+", bare) if _plain(word)]
    if not each:
        return ""
    if _is_in(each[0], GENERIC) and len(each) <= 4:
        return "generic"
    for preposition in ("of", "in", "on", "at", "for", "against", "with", "between", "to"):
        if preposition in each[1:]:
            head = each[each.index(preposition, 1) - 1]
            if kind := _kind(head):
                return kind
    if kind := _kind(each[-1]):
        return kind
    if _is_in(each[-1], GENERIC):
        return "generic"
    return next((kind for word in each if (kind := _kind(word))), "")


def _kind(word: str) -> str:
    if re.search(r"i[sz]ation\Z|perestroika|glasnost", word):
        return "reform"
    if _is_in(word, EVENTS):
        return "event"
    return "reform" if _is_in(word, REFORMS) else ""


def is_trouble(words: str) -> bool:
    """Tell whether a label names what no reform can be: a rebellion, a battle, a death."""
    return any(_is_in(_plain(word), TROUBLES) for word in words.split())
