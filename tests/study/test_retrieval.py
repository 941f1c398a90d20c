"""What students ask finds first what a teacher would point to; the same on every database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from study.search.asking import ask
from study.search.database import EVERYTHING, Alternatives, Key, with_words
from study.search.finding import search
from study.search.index import catch_up
from study.search.meaning import meant
from study.search.models import SearchEntry

TABLE = Path(__file__).with_name("retrieval.txt")
# Of the reciprocals of the places at which the expected hits stand.
LEAST_MEAN = 0.9
MOST = 10


class Asked(NamedTuple):
    question: str
    expected: frozenset[str]


def asked() -> Iterator[Asked]:
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            question, _, expected = line.partition(" => ")
            yield Asked(question, frozenset(expected.split(" or ")))


def found(question: str) -> list[str]:
    hits = search(question, narrowed=EVERYTHING, most=MOST).hits
    return [f"{hit.kind.name}/{hit.key}" for hit in hits]


@pytest.mark.django_db
@pytest.mark.usefixtures("khrushchev")
class TestTheShippedCourse:
    """Its index is made once, by the first question."""

    def test_the_expected_hits_should_stand_first(self, capsys: pytest.CaptureFixture[str]) -> None:
        late, total, number = [], 0.0, 0
        for question, expected in asked():
            hits = found(question)
            place = next((n for n, hit in enumerate(hits, 1) if hit in expected), 0)
            total += 1 / place if place else 0
            number += 1
            if place != 1:
                late.append(f"{question}: {place or 'not found'}, first {hits[:2]}")
        mean = total / number
        with capsys.disabled():
            print(f"\nMean reciprocal rank of {number} questions: {mean:.3f}")  # noqa: T201
        assert number >= 80
        assert mean >= LEAST_MEAN, "\n".join(late)

    def test_every_database_should_find_the_entries_that_hold_the_words(self) -> None:
        """Reckoned here from the stored words, so that SQLite and PostgreSQL answer alike."""
        catch_up()
        entries = {
            pk: ({*title.split(), *names.split()}, {*text.split()})
            for pk, title, names, text in SearchEntry.objects.order_by("pk").values_list(
                "pk", "title_keys", "name_keys", "text_keys"
            )
        }
        for question, _ in [*asked()][::4]:
            groups = [word.alternatives for word in meant(ask(question).words)]
            if not groups:
                continue
            in_names = [pk for pk, (names, _) in entries.items() if holds(groups, names)]
            anywhere = [pk for pk, (names, text) in entries.items() if holds(groups, names | text)]
            most = len(entries)
            assert with_words(groups, EVERYTHING, most, in_names=True) == in_names, question
            assert with_words(groups, EVERYTHING, most, in_names=False) == anywhere, question


def holds(groups: list[Alternatives], words: set[str]) -> bool:
    return all(any(all(has(key, words) for key in keys) for keys in group) for group in groups)


def has(key: Key, words: set[str]) -> bool:
    if key.begins:
        return any(word.startswith(key.text) for word in words)
    return key.text in words
