"""Words that mean the same are compared as the same, however they are written."""

from __future__ import annotations

import pytest

from study.search.asking import ask
from study.search.folding import words
from study.search.sounds import distance, near_skeletons, skeleton, sound


def keys(text: str) -> list[str]:
    return [word.key for word in words(text)]


@pytest.mark.parametrize(
    "alike",
    [
        "Хрущёв ХРУЩЕВ хрущева Khrushchev Khrushchev's Khrushchev’s",  # script, case, ё, endings
        "de-Stalinisation destalinization De-Stalinised десталинизация",  # hyphen, s and z
        "XX 20th twentieth 20 ХХ XXth",  # figures; the fifth is typed in Russian letters
        "XXII twenty-second 22nd",
        "labour labor",
        "defence defense",
        "centre centers",
        "reforms reform reformed",
        "parties party",
        "rehabilitation rehabilitated rehabilitate",
        "dies died dying",
        "Poznań Poznan POZNAŃ",
        "Фурцева Furtseva",
    ],
)
def test_one_word_has_one_key(alike: str) -> None:
    assert len({*keys(alike)}) == 1, keys(alike)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Stalin", "Stalinism"),
        ("Stalin", "Stalingrad"),
        ("party", "partisan"),
        ("congress", "Congo"),
        ("1956", "1957"),
    ],
)
def test_two_words_have_two_keys(one: str, other: str) -> None:
    assert keys(one) != keys(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kruschev", "Khrushchev"),
        ("Krushchev", "Хрущёв"),
        ("Novotcherkask", "Novocherkassk"),
        ("Malenkof", "Malenkov"),
        ("Kosigin", "Kosygin"),
        ("Ekaterina", "Yekaterina"),
        ("Berea", "Beria"),
        ("sovnarhoz", "совнархоз"),
    ],
)
def test_names_that_sound_alike(one: str, other: str) -> None:
    assert sound(*keys(one)) == sound(*keys(other))


def test_how_far_two_words_are_apart() -> None:
    assert distance("zhukov", "zhukov", 2) == 0
    assert distance("zhukov", "zhkuov", 2) == 1  # two letters exchanged
    assert distance("jukov", "zhukov", 2) == 2
    assert distance("beria", "brezhnev", 2) == 3  # farther than it matters
    assert skeleton("zhukov") in near_skeletons(skeleton("jukov"))


@pytest.mark.parametrize(
    ("typed", "rest", "date"),
    [
        ("June 1957", [], "1957-06"),
        ("plenum of June 1957", ["plenum"], "1957-06"),
        ("1953-55", [], "1953/1955"),
        ("from 1953 to 1955", [], "1953/1955"),
        ("25.02.1956", [], "1956-02-25"),
        ("what happened on 14 October 1964?", [], "1964-10-14"),
        ("июнь 1957 г.", [], "1957-06"),
        ("в марте 1953 года", [], "1953-03"),
        ("the 1950s", [], "195X"),
        ("105 councils", ["105", "council"], ""),  # a figure, and no year
        ("20th Congress 1956", ["20", "congress"], "1956"),
        ("why did Khrushchev fall", ["khrushchev", "fall"], ""),
        ("who", ["who"], ""),  # all that was asked for
        ("99999", ["99999"], ""),
        ("31 February 1956", ["31"], "1956-02"),  # no such day
        ("", [], ""),
    ],
)
def test_what_is_understood(typed: str, rest: list[str], date: str) -> None:
    asked = ask(typed)
    assert [word.key for word in asked.words] == rest
    assert (asked.date.edtf if asked.date else "") == date
