"""Who and what of the notes stands in the record already: offered, so that nobody is entered twice.

A name is known by the whole of it, by its surname, or by a spelling that is nearly the same. Two
people who could be meant are both named.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from people.models import Person, PowerBase
from records.folding import fold

_NEAR = 0.84
_TITLES = frozenset(
    ("sir", "lord", "lady", "king", "queen", "tsar", "emperor", "cardinal", "general", "marshal")
)


@dataclass(frozen=True, slots=True)
class Known:
    """A record that some words of the notes may mean. `sure` is False for a near spelling."""

    name: str
    slug: str
    sure: bool


@dataclass(slots=True)
class Register:
    """The people and power bases of the database, by their folded names."""

    people: list[tuple[Known, frozenset[str], str]] = field(default_factory=list)
    power_bases: list[tuple[Known, frozenset[str]]] = field(default_factory=list)

    def person(self, name: str) -> list[Known]:
        """The people whom a name may mean: by their whole name, else surname, else spelling."""
        words = _folded(name)
        bare = " ".join(word for word in words.split() if word not in _TITLES) or words
        if whole := [known for known, names, _ in self.people if words in names or bare in names]:
            return whole
        if " " not in bare:
            if same := [known for known, _, surname in self.people if surname == bare]:
                return same
            return [
                Known(known.name, known.slug, False)
                for known, _, surname in self.people
                if _is_near(bare, surname)
            ]
        first, last = bare.split()[0], bare.split()[-1]
        return [
            Known(known.name, known.slug, False)
            for known, names, surname in self.people
            if (surname == last or _is_near(last, surname))
            and any(one.split()[0][:1] == first[:1] for one in names)
        ]

    def power_base(self, name: str) -> list[Known]:
        """The power bases that some words name, by name or abbreviation."""
        words = _folded(name)
        if whole := [known for known, names in self.power_bases if words in names]:
            return whole
        return [
            Known(known.name, known.slug, False)
            for known, names in self.power_bases
            if any(
                len(one) > 5 and (one in words or words in one) for one in names if len(words) > 5
            )
        ]


def register() -> Register:
    """Everybody and every power base in the database, drafts too, in two queries."""
    found = Register()
    for person in Person.objects.order_by("sort_key", "id"):
        others = [*person.other_names.split(";"), person.native_name, _in_order(person.sort_name)]
        names = frozenset(filter(None, map(_folded, [person.name, *others])))
        surname = _folded(person.sort_name.split(",")[0])
        found.people.append((Known(person.name, person.slug, True), names, surname))
    for base in PowerBase.objects.order_by("sort_key", "id"):
        own = [base.name, base.abbreviation, base.native_name]
        found.power_bases.append(
            (Known(base.name, base.slug, True), frozenset(filter(None, map(_folded, own))))
        )
    return found


def said(known: Iterable[Known]) -> str:
    """“already in the record as Nikita Khrushchev”, "" for nobody."""
    names = list(known)
    if not names:
        return ""
    joined = " or ".join(one.name for one in names[:4])
    if len(names) > 1 or not names[0].sure:
        return f"perhaps in the record as {joined}"
    return f"already in the record as {joined}"


def _in_order(sort_name: str) -> str:
    family, _, given = sort_name.partition(",")
    return f"{given.strip()} {family.strip()}".strip()


def _folded(words: str) -> str:
    plain = unicodedata.normalize("NFD", fold(words))
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    return " ".join(re.findall(r"\w+", re.sub(r"^the ", "", letters.replace("'s", ""))))


def _is_near(one: str, other: str) -> bool:
    """Tell whether two surnames could be one in two spellings: Khrushchev, Khruschev."""
    if min(len(one), len(other)) < 5 or one[0] != other[0]:
        return False
    return SequenceMatcher(None, one, other).ratio() >= _NEAR
