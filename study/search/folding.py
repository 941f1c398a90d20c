"""Words as the search compares them: what is typed and what is found are folded alike.

Pure; knows no database. `words("De-Stalinization's XXth year")` gives the words with their places
in the text, each under one key: without case, marks and script, in one spelling, without endings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from study.search.letters import is_cyrillic, latin, roman_in_latin

# No word of a text is longer; what is longer was never meant as one.
LONGEST_WORD = 40
# Between the parts of one word: hyphens, and apostrophes of either kind.
_WORD = re.compile(r"[^\W_]+(?:[-‐‑'’ʼ][^\W_]+)*")
# What taking marks off may leave: the stroke of “½”.
_NO_LETTER = re.compile(r"[\W_]")
_INNER = re.compile(r"[-‐‑'’ʼ]")
_HYPHEN = re.compile(r"[-‐‑]")
_POSSESSIVE = re.compile(r"['’ʼ]s?$")
_NUMBERED = re.compile(r"(\d+)(?:st|nd|rd|th|й|го|м|ый|ой|е|s)$")
_ROMAN = re.compile(r"(?=[ivx]{2})(x{0,3})(ix|iv|v?i{0,3})(?:th|st|nd|rd)?$")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10}

_ONES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_TEENS = ("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
          "seventeenth", "eighteenth", "nineteenth")  # fmt: skip
_ORDINALS = {
    # “First” and “second” stand in titles of office, not for figures.
    **{word: str(n) for n, word in enumerate(_ONES, 1) if n > 2},
    **{word: str(n) for n, word in enumerate(_TEENS, 10)},
    "twentieth": "20",
    "thirtieth": "30",
    **{f"twenty{word}": str(20 + n) for n, word in enumerate(_ONES, 1)},
    "двадцатый": "20",
    "двадцатого": "20",
    "двадцатом": "20",
}
# Endings of Russian surnames in their cases: «Хрущёва», «Хрущёву», «Хрущёвым»; and Furtseva.
_SURNAME = re.compile(r"(.{2,}(?:ov|ev|in))(?:a|u|ym|om|e|y|oy|ykh)$")
# Russian words with English sisters: «десталинизация», «революция».
_ATSIYA = re.compile(r"(t?s)i(?:ya|i|yu|yey|ey|y)$")
# One spelling of each, on both sides of the Atlantic.
_SPELLINGS = {
    "grey": "gray",
    "plough": "plow",
    "cheque": "check",
    "gaol": "jail",
    "sceptic": "skeptic",
    "judgement": "judgment",
    "czar": "tsar",
    "tzar": "tsar",
    "programme": "program",
    "manoeuvre": "maneuver",
    "men": "man",
    "women": "woman",
    "children": "child",
    "won": "win",
    "fell": "fall",
    "fallen": "fall",
    "shot": "shoot",
    "rose": "rise",
    "risen": "rise",
    "led": "lead",
    "leader": "lead",
    "leadership": "lead",
    "lost": "lose",
    "sent": "send",
    "held": "hold",
    "began": "begin",
    "became": "become",
    "gave": "give",
    "took": "take",
    "dying": "die",
    "crises": "crisis",
    "crisis": "crisis",
    "analysis": "analysis",
}
_UNDOUBLED = re.compile(r"([bdgklmnprt])\1$")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, where it stands, and the keys by which it is found.

    `key` is that of the whole; `parts` are those of a word with a hyphen, each by itself.
    """

    start: int
    end: int
    plain: str
    key: str
    parts: tuple[str, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(key for key in (self.key, *self.parts) if key)


def words(text: str) -> Iterator[Word]:
    """The words of a text in order. In: plain text, in any script and case."""
    for found in _WORD.finditer(text):
        yield _word(found.start(), found.end(), found[0])


def _word(start: int, end: int, typed: str) -> Word:
    whole = _POSSESSIVE.sub("", typed)
    pieces = [piece for piece in _HYPHEN.split(whole) if piece]
    joined = _INNER.sub("", whole)[: 2 * LONGEST_WORD]
    parts = tuple(key_of(_INNER.sub("", each)) for each in pieces) if len(pieces) > 1 else ()
    if len(pieces) > 1 and all(piece.isdigit() for piece in pieces):
        # Years, and no word of its own: “1953-55”.
        return Word(start, end, latin(typed), parts[0], parts[1:])
    plain = _NO_LETTER.sub("", latin(joined))[:LONGEST_WORD]
    return Word(start, end, plain, key_of(joined), parts)


@lru_cache(100_000)
def key_of(word: str) -> str:
    """The key of one word: `destaliniz` of “De-Stalinisation”, `20` of “XX” and of “20th”.

    In: a word without hyphen or apostrophe. Out: at most 40 letters and digits.
    """
    was_cyrillic = is_cyrillic(word)
    low = word.lower()
    if low in _ORDINALS:
        return _ORDINALS[low]
    if numbered := _NUMBERED.match(low):
        return numbered[1]
    folded = latin(roman_in_latin(low))
    if roman := _ROMAN.match(folded):
        return str(_value(folded[: roman.end(2)]))
    if folded in _ORDINALS:
        return _ORDINALS[folded]
    if was_cyrillic:
        folded = _ATSIYA.sub(lambda found: "tion" if found[1] == "ts" else "sion", folded)
    return _stem(_NO_LETTER.sub("", folded))[:LONGEST_WORD]


def _value(roman: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in roman]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-one if one < following else one for one, following in pairs)


def _stem(word: str) -> str:
    """A word in one spelling and without its ending. Light, so that Stalinism is not Stalin."""
    if word in _SPELLINGS:
        return _SPELLINGS[word]
    if len(word) < 4 or not word.isascii() or word[0].isdigit():
        return word
    if surname := _SURNAME.match(word):
        word = surname[1]
    word = _singular(word)
    word = _SPELLINGS.get(word, word)
    word = _without_time(word)
    word = _in_one_spelling(word)
    if len(word) > 4 and word.endswith("e"):
        word = word[:-1]
    return word


def _singular(word: str) -> str:
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    if word.endswith("sses") or word.endswith(("ches", "shes", "xes")):
        return word[:-2]
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def _without_time(word: str) -> str:
    if word.endswith("ied"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    for ending in ("ed", "ing"):
        stem = word.removesuffix(ending)
        if stem != word and len(stem) > 3 and any(vowel in stem for vowel in "aeiouy"):
            return _UNDOUBLED.sub(r"\1", stem)
    return word


def _in_one_spelling(word: str) -> str:
    """British and American spelling as one, and what was done as the doing of it."""
    for ending, other in (
        ("isation", "iz"),
        ("ization", "iz"),
        ("izer", "iz"),
        ("iser", "iz"),
        ("ise", "iz"),
        ("ize", "iz"),
        ("is", "iz"),
        ("yse", "yz"),
        ("yze", "yz"),
        ("our", "or"),
        ("tre", "ter"),
        ("ence", "ens"),
        ("ense", "ens"),
        ("ogue", "og"),
    ):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + other
    if word.endswith(("tion", "sion")) and len(word) >= 8:
        return word[:-3]
    if word.endswith("ly") and len(word) > 6:
        return word[:-2]
    return word
