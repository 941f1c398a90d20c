"""In which order entries answer a question. Pure; the same on every database.

A hit counts by how much it tells (rare words tell more), by where it stands (in the title, in
another name, in the text), and by whether it is the very word. What lacks words of the question
falls far behind; what is called exactly as was typed comes first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from records.dates import HistoricalDate
from study.search.database import Key
from study.search.documents import weight_of
from study.search.meaning import Meant

IN_TITLE, IN_NAME, IN_TEXT = 1.0, 0.95, 0.5
# How much more it counts to hold all words than some.
_ALL_OF_THEM = 1.5
# What being called exactly so, or in part, adds; what words side by side add.
_CALLED_SO, _SIDE_BY_SIDE = 0.6, 0.08
# What the lightest entry counts, what each step of weight adds to it, and what an entry adds that
# explains, where somebody asks why.
_LIGHTEST, _WEIGHS, _EXPLAINS = 0.7, 0.15, 0.15
# What a date tells, beside words.
_DATE_TELLS = 3.0


@dataclass(slots=True)
class Candidate:
    """An entry that may answer."""

    id: int
    kind: str
    record_id: int
    earliest: int | None
    latest: int | None
    title_keys: str
    name_keys: str
    text_keys: str
    score: float = 0.0

    def __post_init__(self) -> None:
        # So that a key can be looked for with a space on either side.
        self.title_keys = f" {self.title_keys} "
        self.name_keys = f" {self.name_keys} "
        self.text_keys = f" {self.text_keys} "

    @property
    def names(self) -> list[str]:
        """Each of its names, its title first."""
        return [self.title_keys, *self.name_keys.split("|")]


@dataclass(frozen=True)
class Question:
    """What entries are ranked by."""

    words: Sequence[Meant]
    date: HistoricalDate | None
    date_keys: tuple[str, ...]
    entries: int
    explaining: frozenset[str] = frozenset()


def rank(question: Question, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates that hold something of what was asked for, the best first."""
    for candidate in candidates:
        candidate.score = _score(question, candidate)
    found = [candidate for candidate in candidates if candidate.score > 0]
    return sorted(found, key=lambda candidate: (-round(candidate.score, 6), candidate.id))


def _score(question: Question, candidate: Candidate) -> float:
    told = whole = 0.0
    matched: set[str] = set()
    for word in question.words:
        rarity = word.rarity(question.entries)
        whole += rarity
        hit, keys = _hit(word, candidate)
        told += rarity * hit
        matched |= keys
    if question.date is not None:
        whole += _DATE_TELLS
        told += _DATE_TELLS * _nearness(question, candidate)
        if question.words and not question.date.is_interval:
            matched |= {key for key in question.date_keys if f" {key} " in candidate.title_keys}
    if not told:
        return 0.0
    score = (told / whole) ** _ALL_OF_THEM * (1 + _CALLED_SO * _called_so(candidate, matched))
    if _side_by_side(question.words, candidate):
        score *= 1 + _SIDE_BY_SIDE
    score *= _LIGHTEST + _WEIGHS * weight_of(candidate.id)
    return score * (1 + _EXPLAINS) if candidate.kind in question.explaining else score


def _hit(word: Meant, candidate: Candidate) -> tuple[float, set[str]]:
    """How well an entry holds a word, from 0 to 1, and by which keys."""
    best, keys_of_best = 0.0, set[str]()
    for keys, weight in word.weights.items():
        place, held = 1.0, set[str]()
        for key in keys:
            found, by = _place(key, candidate)
            place = min(place, found)
            held |= by
        if place:
            if weight * place > best:
                best = weight * place
            keys_of_best |= held
    return best, keys_of_best


def _place(key: Key, candidate: Candidate) -> tuple[float, set[str]]:
    sought = f" {key.text}" if key.begins else f" {key.text} "
    for held, place in (
        (candidate.title_keys, IN_TITLE),
        (candidate.name_keys, IN_NAME),
        (candidate.text_keys, IN_TEXT),
    ):
        if sought in held:
            if not key.begins:
                return place, {key.text}
            return place, {each for each in held.split() if each.startswith(key.text)}
    return 0.0, set()


def _called_so(candidate: Candidate, matched: set[str]) -> float:
    """How much of one of its names was asked for, from 0 to 1."""
    if not matched:
        return 0.0
    best = 0.0
    for name in candidate.names:
        if not any(key in name for key in matched):
            continue
        keys = {*name.split()} - _SAY_NOTHING
        if keys:
            best = max(best, len(keys & matched) / len(keys))
    return best


# As `folding` has the words that stand in titles without saying anything.
_LITTLE_WORDS = "a an the of in on at to for from by with and is are was i v na"
_SAY_NOTHING = frozenset(_LITTLE_WORDS.split())


def _side_by_side(words: Sequence[Meant], candidate: Candidate) -> bool:
    """True where words of the question follow each other in its title or text, too."""
    typed = [word.word.key for word in words]
    return any(
        f" {one} {other} " in text
        for one, other in pairwise(typed)
        for text in (candidate.title_keys, candidate.text_keys)
    )


def _nearness(question: Question, candidate: Candidate) -> float:
    """How well an entry fits the date that was asked for, from 0 to 1."""
    date = question.date
    assert date is not None
    first, last = date.earliest, date.latest
    keys = question.date_keys
    if candidate.earliest is None or candidate.latest is None:
        by_date = 0.0
    elif (candidate.earliest, candidate.latest) == (first, last):
        by_date = 1.0
    elif candidate.earliest >= first and candidate.latest <= last:
        by_date = 0.95
    elif candidate.earliest <= last and candidate.latest >= first:
        shared = min(candidate.latest, last) - max(candidate.earliest, first) + 1
        longer = max(candidate.latest - candidate.earliest, last - first) + 1
        by_date = 0.3 + 0.5 * shared / longer
    else:
        by_date = 0.0
    if keys and all(f" {key} " in candidate.title_keys for key in keys):
        return max(by_date, 0.95)
    held = (candidate.name_keys, candidate.text_keys)
    if keys and all(any(f" {key} " in keys_held for keys_held in held) for key in keys):
        return max(by_date, IN_TEXT)
    return by_date
