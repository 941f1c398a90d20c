"""Records that may be one and the same, for a teacher to look at and perhaps merge.

Comparing every record with every other would take too long. Only the latest records are compared,
so that a double is noticed when it is entered: each with those that share its date or the beginning
of its name. One query for each kind finds these, and reads a limited number of rows.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.db.models.functions import Left, Lower

from curation.models import KeptApart
from events.models import Event
from people.models import Person
from sources.models import Source

LATEST = 200
# Candidates read per kind, and pairs compared letter by letter.
MOST_CANDIDATES = 1000
MOST_COMPARED = 3000
MOST = 20
# Words that most titles have, so that they say nothing about two titles being the same.
_SMALL = {"the", "a", "an", "of", "in", "and", "to", "on", "for", "by", "at", "from", "with"}


# Pairs that somebody left apart: the label of their kind, the older and the newer.
Apart = frozenset[tuple[str, int, int]]


def keep_apart(one: Any, other: Any, *, by: Any) -> None:
    """Remember that two records of one kind are two, so that the desk asks no more."""
    older, newer = sorted((one.pk, other.pk))
    KeptApart.objects.get_or_create(
        model=one._meta.label_lower, older_id=older, newer_id=newer, defaults={"by": by}
    )


@dataclass(frozen=True)
class Pair:
    """Two records that may be one, the older first, and why it seems so."""

    older: Any
    newer: Any
    why: str


def possible_duplicates(*, most: int = MOST) -> list[Pair]:
    """Pairs among people, events and sources, at most `most` of each; seven queries."""
    apart = _kept_apart()
    return [
        *similar_people(most=most, apart=apart),
        *similar_events(most=most, apart=apart),
        *similar_sources(most=most, apart=apart),
    ]


def similar_people(*, most: int = MOST, apart: Apart = frozenset()) -> list[Pair]:
    """People of nearly one name whose years of birth do not differ."""
    only = ("pk", "name", "sort_name", "slug", *_columns("born"))
    newest = list(Person.objects.order_by("-pk").only(*only)[:LATEST])
    starts = _starts(person.sort_name[:3] for person in newest)
    candidates = (
        Person.objects.alias(start=Lower(Left("sort_name", 3)))
        .filter(start__in=starts)
        .order_by("-pk")
        .only(*only)[:MOST_CANDIDATES]
    )
    return _pairs(newest, candidates, _person_key, _same_person, most, apart)


def _person_key(person: Any) -> str:
    """The beginning of the surname and the initial: “Beria, Lavrentiy” → “ber l”."""
    surname, *first = plain(person.sort_name).split() or [""]
    return f"{surname[:3]} {first[0][:1] if first else ''}"


def _same_person(one: Any, other: Any) -> str:
    born = one.born, other.born
    if all(born) and not born[0].overlaps(born[1].earliest, born[1].latest):
        return ""
    if near(one.name, other.name) or near(one.sort_name, other.sort_name):
        return "The names are nearly the same."
    # “Khrushchev, N. S.” and “Khrushchev, Nikita”, born on one day.
    surnames = [plain(person.sort_name).split()[:1] for person in (one, other)]
    if all(born) and surnames[0] == surnames[1]:
        return "One surname and initial, and one date of birth."
    return ""


def similar_events(*, most: int = MOST, apart: Apart = frozenset()) -> list[Pair]:
    """Events that begin on one day, month or year and share most words of their titles."""
    only = ("pk", "title", "slug", *_columns("span"))
    newest: list[Any] = list(Event.objects.order_by("-pk").only(*only)[:LATEST])
    days = {(event.span_earliest, event.span_latest) for event in newest}
    candidates = (
        Event.objects.filter(span_earliest__in={day for day, _ in days if day is not None})
        .order_by("-pk")
        .only(*only)[:MOST_CANDIDATES]
    )
    return _pairs(newest, candidates, _event_key, _same_event, most, apart)


def _event_key(event: Any) -> str:
    return str(event.span_earliest)


def _same_event(one: Any, other: Any) -> str:
    mine, theirs = words_of(one.title), words_of(other.title)
    shared = mine & theirs
    if len(shared) * 2 >= max(len(mine), len(theirs)) or near(one.title, other.title):
        return "One date, and nearly the same title."
    return ""


def similar_sources(*, most: int = MOST, apart: Apart = frozenset()) -> list[Pair]:
    """Sources of nearly one title by nearly one author; different editions are left apart."""
    only = ("pk", "title", "author", "slug", *_columns("issued"))
    newest = list(Source.objects.order_by("-pk").only(*only)[:LATEST])
    starts = _starts(source.title[:5] for source in newest)
    candidates = (
        Source.objects.alias(start=Lower(Left("title", 5)))
        .filter(start__in=starts)
        .order_by("-pk")
        .only(*only)[:MOST_CANDIDATES]
    )
    return _pairs(newest, candidates, _source_key, _same_source, most, apart)


def _source_key(source: Any) -> str:
    return plain(source.title)[:5]


def _same_source(one: Any, other: Any) -> str:
    issued = one.issued, other.issued
    if all(issued) and not issued[0].overlaps(issued[1].earliest, issued[1].latest):
        return ""
    if one.author and other.author and not words_of(one.author) & words_of(other.author):
        return ""
    return "Nearly the same title." if near(one.title, other.title) else ""


def _starts(names: Iterable[str]) -> set[str]:
    # As written too: SQLite makes small letters of a to z only.
    return {start for name in names for start in (name, name.lower())}


def _columns(date: str) -> list[str]:
    return [f"{date}_{part}" for part in ("edtf", "text", "earliest", "latest", "sort")]


def _pairs(
    newest: Iterable[Any],
    candidates: Iterable[Any],
    key: Callable[[Any], str],
    same: Callable[[Any, Any], str],
    most: int,
    apart: Apart,
) -> list[Pair]:
    """Pairs of a new record and a candidate under one key that `same` gives a reason for, but
    those that somebody left apart."""
    blocks: dict[str, list[Any]] = defaultdict(list)
    for record in candidates:
        blocks[key(record)].append(record)
    pairs: dict[tuple[int, int], Pair] = {}
    compared = 0
    for record in newest:
        for other in blocks[key(record)]:
            older, newer = sorted((record, other), key=lambda r: r.pk)
            if older.pk == newer.pk or (older.pk, newer.pk) in pairs:
                continue
            if (record._meta.label_lower, older.pk, newer.pk) in apart:
                continue
            compared += 1
            if compared > MOST_COMPARED:
                return list(pairs.values())
            if why := same(older, newer):
                pairs[(older.pk, newer.pk)] = Pair(older, newer, why)
                if len(pairs) == most:
                    return list(pairs.values())
    return list(pairs.values())


def _kept_apart() -> Apart:
    # The latest, because only the latest records are compared.
    kept = KeptApart.objects.order_by("-newer_id")
    return frozenset(kept.values_list("model", "older_id", "newer_id")[:MOST_COMPARED])


def plain(text: str) -> str:
    """Small letters and digits only, without accents: “Lavrentiĭ Beria!” → “lavrentii beria”."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    without_accents = "".join(c for c in letters if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", without_accents))


def words_of(text: str) -> set[str]:
    """The words of a text without those that most titles have."""
    return set(plain(text).split()) - _SMALL


def near(one: str, other: str) -> bool:
    """True when two names are the same but for order, accents or a letter or two in ten.

    Numbers must agree: the 20th and the 22nd congress are two.
    """
    a, b = plain(one), plain(other)
    if not a or not b:
        return False
    if sorted(a.split()) == sorted(b.split()):
        return True
    if re.findall(r"\d+", a) != re.findall(r"\d+", b):
        return False
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    return (
        matcher.real_quick_ratio() >= 0.88
        and matcher.quick_ratio() >= 0.88
        and matcher.ratio() >= 0.88
    )
