"""What a figure counts: the words behind it, up to their plural (“political prisoners”)."""

from __future__ import annotations

import re

from workbench.notes.vocabulary import words

_STOP = words(
    """
    in on at by from to with and or of for as were was is are be been being had have has who which
    that than but because after before since until during under over between per out the a an it
    he she they his her their its then when while where could would did not no so also now this
    these those each every against into within without among through more less most only by-then
    lost won made given them us took voted joined died killed dead went led set kept out
    """
)
_PLURALS = words(
    """
    people men women mps peers children policemen servicemen clergymen countrymen noblemen gentry
    troops cattle sheep police iugera denarii talents personnel horse foot infantry cavalry staff
    clergy
    kulaks boyars zemstva soviets media mice feet livres louis ducats francs marks roubles rubles
    lire yen yuan rials
    km kg ha mw lbs hp
    """
)
_TIMES = words("year yr month week day hour decade century mile acre vote seat ton tonne")
_TIME_PLURALS = {"yr": "years", "yrs": "years", "century": "centuries"}
_NO_PLURALS = words("is was this thus its his has us congress as always perhaps across less")
_WORD = re.compile(r"(?:-|\s{1,3})([A-Za-zÀ-ÿ][\w'’-]*)")
_GLUED = re.compile(r"(?:km|kg|ft|ha|mph|lbs?|cm|mm)\b")
_OF = re.compile(r"\s{1,3}of (?:the |its |his |their |all |these |those )?")
_MOST_WORDS = 4


def unit_behind(text: str, at: int) -> tuple[str | None, int]:
    """The words that say what is counted behind a place, and where they end; None for none."""
    if sign := _GLUED.match(text, at):
        return sign[0], sign.end()
    if of := _OF.match(text, at):
        # “1/2 of the secretaries” is a part of them; “some 300 of his supporters” counts them.
        unit, end = _plural(text, of.end() - 1)
        return (unit, end) if unit else (None, at)
    return _plural(text, at)


def _plural(text: str, at: int) -> tuple[str | None, int]:
    said: list[str] = []
    place = at
    while len(said) < _MOST_WORDS and (match := _WORD.match(text, place)):
        word = match[1].rstrip("'’")
        low = word.lower()
        if low in _STOP or (low.endswith("ed") and len(low) > 4 and said):
            break
        said.append(word)
        place = match.end()
        if (low in _TIMES or low == "yrs") and len(said) == 1:
            return _TIME_PLURALS.get(low, f"{low}s"), place
        if low in ("century", "decade"):
            return None, at
        if _is_plural(low):
            while said and (said[0].lower().endswith(("ed", "ly")) or "ly-" in said[0]):
                said.pop(0)
            return (" ".join(said) or None), place
    if len(said) == 1 and _OF.match(text, place) and said[0][0].islower():
        return said[0], place
    return None, at


def _is_plural(word: str) -> bool:
    if word in _PLURALS:
        return True
    return (
        word.endswith("s")
        and not word.endswith(("ss", "us", "'s", "’s"))
        and len(word) > 3
        and word not in _NO_PLURALS
    )
