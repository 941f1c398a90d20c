"""What looks like the name of a person, and what only begins like one."""

from __future__ import annotations

import re

from workbench.notes.vocabulary import GENERIC, MONTHS, OFFICES, THINGS

_TITLE = (
    r"(?:Sir|Lord|Lady|Dr|Mr|Mrs|Earl|Duke|Count|Baron|Prince|Princess|King|Queen|Tsar|Tsarina|"
    r"Emperor|Empress|Kaiser|Cardinal|Archbishop|Bishop|Pope|General|Marshal|Field Marshal|Admiral|"
    r"Colonel|President|St|Saint|Father|Sultan|Shah|Viscount|Marquess|Comte|Emir|Chairman)\.?"
)
_WORD = r"(?:[A-ZÀ-ÞĀ-Ž][\w'.-]*|[А-ЯЁ][а-яё-]+)"
_PARTICLE = (
    r"(?:von|van|de|der|den|du|la|le|of|the|al|bin|ibn|da|di|del|y|zu|el|ben|af|ap|ab|"
    r"ferch|ter|ten)"
)
_NAME = re.compile(
    rf"(?:the )?(?:{_TITLE} )*{_WORD}(?:(?: {_PARTICLE}){{0,2}} {_WORD}){{0,4}}(?: [IVX]{{1,5}})?"
    r"(?: \([^()]{1,40}\))?"
)
# “Edward Seymour, Duke of Somerset”
_PEERAGE = re.compile(
    r", (?:1st |2nd |3rd )?(?:Duke|Earl|Lord|Marquess|Viscount|Count|Baron|Prince) of [A-Z]\w+\Z"
)
# Offices that are surnames too, behind two other names: “Martin Luther King”.
_ALSO_SURNAMES = frozenset(
    {"king", "pope", "bishop", "duke", "prince", "baron", "marshal", "abbot"}
)
NAME_AT_START = re.compile(rf"(?:{_TITLE} )*{_WORD}(?:(?: {_PARTICLE}){{0,2}} {_WORD}){{0,3}}")


def is_name(words: str) -> bool:
    """Tell whether some words could be the name of a person."""
    words = _PEERAGE.sub("", words.strip())
    if not 2 <= len(words) <= 60 or words.endswith("'s") or not _NAME.fullmatch(words):
        return False
    if re.search(r"[0-9]", words):
        return False
    each = [word.strip(".'()").lower() for word in re.split(r"[\s-]+", words)]
    if any(word in MONTHS for word in each) and len(each) == 1:
        return False
    surname = each[-1] in _ALSO_SURNAMES and len(each) > 2 and words.split()[-1][0].isupper()
    if each[-1] in OFFICES and len(each) > 1 and not surname:
        return False  # “Prime Minister”
    titled = re.match(rf"{_TITLE} ", words)
    return not any(_is_thing(word) for word in (each[1:] if titled else each))


def _is_thing(word: str) -> bool:
    if word in ("the", "of", "will", "long", "law", "march", "may", "john"):
        return False
    return word in THINGS or (word.endswith("s") and word[:-1] in THINGS - GENERIC)
