"""What words sound like, for names that are spelt in many ways, and how far two words are apart.

Pure; knows no database. `sound("kruschev") == sound("khrushchev")`. A skeleton is a sound without
its vowels: what a slip leaves of a word is mostly there.
"""

from __future__ import annotations

import re
from functools import lru_cache

# Groups of letters that one Russian letter became in English, German and French books, the longest
# first. Capitals stand for sounds of more than one letter.
_GROUPS = (
    ("shtch", "S"),
    ("shch", "S"),
    ("schtsch", "S"),
    ("tsch", "S"),
    ("sch", "S"),
    ("tch", "S"),
    ("sh", "S"),
    ("ch", "S"),
    ("cz", "S"),
    ("zh", "z"),
    ("kh", "k"),
    ("gh", "g"),
    ("ph", "f"),
    ("th", "t"),
    ("ck", "k"),
    ("ts", "z"),
    ("tz", "z"),
    ("x", "ks"),
    ("q", "k"),
    ("w", "f"),
    ("v", "f"),
    ("h", "k"),
)
_GROUP = re.compile("|".join(group for group, _ in _GROUPS))
_SOUND_OF = dict(_GROUPS)
_SOFT_C = re.compile(r"c(?=[eiy])")
_DOUBLED = re.compile(r"(.)\1+")
_VOWELS = re.compile(r"[aeiou]")
_LAST_VOWELS = re.compile(r"(?<=..)[aeiou]+$")
# Every consonant that a sound may have; what may be missing from a skeleton, or wrong in it.
_CONSONANTS = "Sbdfgklmnprstz"
# A skeleton that is longer has hundreds of neighbours, and a word so long has few.
_LONGEST_SKELETON = 10


@lru_cache(100_000)
def sound(key: str) -> str:
    """What a key sounds like. In: a key of `folding`. Figures sound like themselves."""
    if not key.isascii() or not key.isalpha():
        return key
    heard = _GROUP.sub(lambda found: _SOUND_OF[found[0]], key)
    heard = _SOFT_C.sub("s", heard).replace("c", "k").replace("y", "i").replace("j", "i")
    heard = _DOUBLED.sub(r"\1", heard)
    # “Yekaterina” and “Ekaterina”, “Yefremov” and “Efremov”.
    heard = heard.removeprefix("i") if heard.startswith("ie") else heard
    return _LAST_VOWELS.sub("", heard)


def skeleton(key: str) -> str:
    """The consonants of what a key sounds like; a figure as it is."""
    heard = sound(key)
    return _VOWELS.sub("", heard) if heard.isalpha() and heard.isascii() else heard


def near_skeletons(bare: str) -> set[str]:
    """A skeleton and all that are one slip from it: a sound too many, too few, wrong, exchanged."""
    if len(bare) > _LONGEST_SKELETON or not bare.isalpha():
        return {bare}
    halves = [(bare[:place], bare[place:]) for place in range(len(bare) + 1)]
    missing = {left + right[1:] for left, right in halves if right}
    exchanged = {left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1}
    wrong = {left + other + right[1:] for left, right in halves if right for other in _CONSONANTS}
    added = {left + other + right for left, right in halves for other in _CONSONANTS}
    return {bare} | missing | exchanged | wrong | added


def most_slips(length: int) -> int:
    """How many slips a word may have: a short one none, since it would be another word."""
    return 0 if length < 5 else 1 if length < 8 else 2 if length < 11 else 3


def distance(one: str, other: str, most: int) -> int:
    """The number of slips between two words: letters added, lost, changed, neighbours exchanged.

    In: the number above which it does not matter. Out: that number and one more for all such.
    """
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = [*range(len(other) + 1)]
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, against in enumerate(other, 1):
            cost = min(
                before[j] + 1,
                row[j - 1] + 1,
                before[j - 1] + (letter != against),
            )
            if earlier and i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == against:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)
