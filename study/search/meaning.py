"""What the words of a question may stand for in this index: other spellings, slips, other words.

For each word there are alternatives with weights: the word itself, what sounds like it, what begins
like it, what a slip makes of it, and other words for the same thing. All words of a question are
looked up together, with two queries, and a third where some word is a slip.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import Q

from study.search.database import Alternatives, Key
from study.search.folding import Word
from study.search.models import SearchWord
from study.search.sounds import distance, most_slips, near_skeletons, skeleton, sound
from study.search.synonyms import others

# How much a hit counts by way of what it was found.
# Other words say themselves how near they are.
ITSELF, SOUNDS_ALIKE, BEGINS, SLIP = 1.0, 0.85, 0.8, 0.75
# A shorter word sounds like too many others that are spelt rightly.
_SHORTEST_SOUND = 5
# So many times as many entries hold the usual spelling of a word that some book misspells.
_MUCH_MORE = 20
# How many words may stand for one that is not finished, or misspelt: the most frequent first.
_MOST_BEGUN, _MOST_MENDED = 20, 4


@dataclass
class Meant:
    """A word of a question, and what may stand for it: keys with the weight of a hit by them."""

    typed: str
    word: Word
    weights: dict[tuple[Key, ...], float] = field(default_factory=dict)
    # How many entries hold the word, or what is meant by it.
    entries: int = 0
    # The keys that it was mended to, where nothing holds the word as it was typed.
    mended: tuple[str, ...] = ()

    @property
    def alternatives(self) -> Alternatives:
        return (*self.weights,)

    def rarity(self, entries: int) -> float:
        """How much a hit by this word tells, the more the fewer entries hold it."""
        return math.log(1 + (entries + 1) / (self.entries + 1))

    def allow(self, keys: Iterable[Key], weight: float) -> None:
        chosen = (*keys,)
        self.weights[chosen] = max(weight, self.weights.get(chosen, 0.0))


def meant(asked: Sequence[Word], *, unfinished: bool = False) -> list[Meant]:
    """What each word may stand for. In: the words, and whether the last one may go on.

    Out: one for each word that could stand for anything here, or that nothing is known of.
    """
    found = [Meant(word.plain, word) for word in asked]
    known = _known(found)
    for each in found:
        _take_known(each, known)
    for each in found:
        if not any(weight == ITSELF for weight in each.weights.values()) or (
            unfinished and each is found[-1]
        ):
            _take_begun(each)
    _mend([each for each in found if not each.weights])
    for each in found:
        # Those that nothing here is like find nothing, and say so.
        each.weights = each.weights or {(Key(each.word.key),): ITSELF}
    return found


def _known(found: Sequence[Meant]) -> dict[str, list[SearchWord]]:
    """The words of the index that sound like those that are asked for, or stand for them."""
    keys = {key for each in found for key in each.word.keys}
    keys |= {other for key in keys for other in others(key)}
    heard = {sound(key) for each in found for key in each.word.keys if len(key) > 2}
    by_sound: dict[str, list[SearchWord]] = {}
    for row in SearchWord.objects.filter(Q(pk__in=keys) | Q(sound__in=heard)):
        by_sound.setdefault(row.sound, []).append(row)
    return by_sound


def _take_known(each: Meant, by_sound: dict[str, list[SearchWord]]) -> None:
    rows = {row.word: row for some in by_sound.values() for row in some}
    key, parts = each.word.key, each.word.parts
    if key in rows:
        each.entries = rows[key].entries
        each.allow([Key(key)], ITSELF)
    if parts and all(part in rows for part in parts):
        each.entries = max(each.entries, min(rows[part].entries for part in parts))
        each.allow([Key(part) for part in parts], ITSELF)
    spelt_rightly = bool(each.weights)
    alike = sorted(by_sound.get(sound(key), ()), key=lambda row: (-row.entries, row.word))
    for row in alike if len(key) >= 3 else ():
        if row.word == key or (spelt_rightly and not _is_other_spelling(key, row.word)):
            continue
        # Once misspelt in print, a word is there; hundreds of others say how it is spelt.
        is_usual = spelt_rightly and row.entries > _MUCH_MORE * each.entries
        each.allow([Key(row.word)], ITSELF if is_usual else SOUNDS_ALIKE)
        if is_usual or not spelt_rightly:
            each.mended = (*each.mended, row.word)
    if each.weights:
        each.entries = max(rows[keys[0].text].entries for keys in each.weights)
    for other, nearness in others(key).items():
        if other in rows:
            each.allow([Key(other)], nearness if spelt_rightly else max(nearness, SOUNDS_ALIKE))
            if not spelt_rightly:
                each.entries = max(each.entries, rows[other].entries)


def _is_other_spelling(key: str, other: str) -> bool:
    """True for a name that two books spell in two ways, and not for two words that sound alike."""
    return (
        min(len(key), len(other)) >= _SHORTEST_SOUND
        and key[:1] == other[:1]
        and distance(key, other, 2) <= 2
    )


def _take_begun(last: Meant) -> None:
    """Take all that begin like a word, for one that may not be finished."""
    beginnings = sorted({last.word.plain, last.word.key})
    rows = [
        row
        for beginning in beginnings
        if len(beginning) > 1
        for row in _beginning_with(beginning).order_by("-entries", "word")[:_MOST_BEGUN]
    ]
    if not rows:
        return
    for keys in [*last.weights]:
        if keys[0].text[:2] != last.word.plain[:2]:
            # “Khrush” is the beginning of a name, and no other way to write “crush”.
            del last.weights[keys]
    last.mended = ()
    last.entries = max(last.entries, *(row.entries for row in rows))
    for row in rows:
        last.allow([Key(row.word)], BEGINS)
    for beginning in beginnings:
        if len(beginning) > 1:
            last.allow([Key(beginning, begins=True)], BEGINS)


def _beginning_with(text: str) -> Any:
    if connection.vendor == "sqlite":
        # LIKE would read every word; this asks the key.
        return SearchWord.objects.filter(word__gte=text, word__lt=f"{text}\U0010ffff")
    return SearchWord.objects.filter(word__startswith=text)


def _mend(misspelt: Sequence[Meant]) -> None:
    """Take the nearest words there are, for those that nothing holds. One query for them all."""
    forms = {
        form: skeleton(form)
        for each in misspelt
        for form in (each.word.key, each.word.plain)
        if most_slips(len(form)) and form.isalpha()
    }
    if not forms:
        return
    near = {bare: near_skeletons(bare) for bare in {*forms.values()}}
    wanted = {one for some in near.values() for one in some}
    rows = [*SearchWord.objects.filter(skeleton__in=wanted)]
    for each in misspelt:
        some: dict[str, tuple[int, int, int, str]] = {}
        for form in (each.word.key, each.word.plain):
            if form not in forms:
                continue
            most = most_slips(len(form))
            for row in rows:
                if row.skeleton not in near[forms[form]]:
                    continue
                slips = distance(form, row.word, most + 1)
                heard = distance(sound(form), row.sound, 3)
                # “Jukov” is two letters from Zhukov, and one sound.
                is_near = slips + heard <= most + 1 or (heard <= 1 and slips <= most + 1)
                if is_near and row.word.isalpha():
                    rank = (slips + heard, slips, -row.entries, row.word)
                    some[row.word] = min(rank, some.get(row.word, rank))
        _take_nearest(each, some)


def _take_nearest(each: Meant, some: dict[str, tuple[int, int, int, str]]) -> None:
    if not some:
        return
    best = min(some.values())
    chosen = sorted(rank for rank in some.values() if rank[0] <= best[0] + 1)[:_MOST_MENDED]
    each.mended = tuple(word for *_, word in chosen)
    for slips, _, entries, word in chosen:
        each.allow([Key(word)], SLIP if slips == best[0] else SLIP / 2)
        each.entries = max(each.entries, -entries)
