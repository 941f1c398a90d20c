"""Forms of notes, one row each: what a line of that form becomes, and why somebody writes it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.as_json import as_json
from workbench.notes.reading import read_notes
from workbench.notes.structure import Notes


def read(text: str) -> dict[str, list[dict[str, Any]]]:
    return as_json(read_notes(text))


def some(rows: list[dict[str, Any]], *keys: str) -> list[tuple[Any, ...]]:
    return [tuple(row[key] for key in keys) for row in rows]


# --- headings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("# Poland\n\n## 1956\nGomulka returned.", ["Poland", "1956"]),  # Markdown
        ("Poland\n======\nGomulka returned.", ["Poland"]),  # an underline
        ("POLAND IN 1956\nGomulka returned.", ["POLAND IN 1956"]),  # capitals
        ("**Poland in 1956**\n- Gomulka returned", ["Poland in 1956"]),  # bold
        ("Topic 3: Poland\nGomulka returned.", ["Poland"]),  # said in words
        ("1. Poland\na) Gomulka returned.\n2. Hungary\na) Nagy returned.", ["Poland", "Hungary"]),
        ("Poland\n\tGomulka returned\n\tUnrest went on", ["Poland"]),  # what stands under it
        ("Poland\n- Gomulka returned\nHungary\n- Nagy returned", ["Poland", "Hungary"]),
        ("Causes:\n- bread was dear", ["Causes"]),  # a colon
        ("A. Poland\n1. Gomulka came back\n\nB. Hungary\n1. Nagy fell", ["Poland", "Hungary"]),
        ("1. Gomulka returned in 1956.\n2. Nagy was shot in 1958.", []),  # a list is none
        ("Gomulka = First Secretary", []),  # a person is none
    ],
)
def test_headings(text: str, titles: list[str]) -> None:
    assert [topic["title"] for topic in read(text)["topics"]] == titles


# --- people -----------------------------------------------------------------------------------

MORTON = ("John Morton", "Lord Chancellor", None, None)


@pytest.mark.parametrize(
    ("line", "person"),
    [
        ("John Morton = Lord Chancellor", MORTON),
        ("John Morton - Lord Chancellor", MORTON),
        ("John Morton – Lord Chancellor.", MORTON),
        ("John Morton: Lord Chancellor", MORTON),
        ("John Morton (Lord Chancellor)", MORTON),
        ("John Morton -> Lord Chancellor 1487-1500", MORTON),
        ("John Morton, the Lord Chancellor, taxed the rich", MORTON),
        ("**John Morton**: Lord Chancellor", MORTON),
        ("Lord Chancellor: John Morton", MORTON),
        ("In 1487 John Morton became Lord Chancellor.", MORTON),
        ("John Morton, the lawyer: Lord Chancellor", MORTON),
        (
            "Edward I = King of England, power base - the household, known as 'Longshanks'",
            ("Edward I", "King of England", "household", "Longshanks"),
        ),
        ("Llywelyn ap Gruffudd = Prince of Wales",
         ("Llywelyn ap Gruffudd", "Prince of Wales", None, None)),
        ("John Morton, a priest from Dorset, became Lord Chancellor in 1487", MORTON),
        (
            "Malenkov = replaced Stalin as Premier, powerbase was the Soviet State.",
            ("Malenkov", "Premier", "Soviet State", None),
        ),
        ("Sulla = Dictator 82-79 BC", ("Sulla", "Dictator", None, None)),
        ("Pompey: general; veterans his power base", ("Pompey", "general", "veterans", None)),
        ("Crassus, richest man in Rome, power base: the equites",
         ("Crassus", None, "equites", None)),
        # A surname that is an office too.
        (
            "**Martin Luther King** (President of the SCLC) - power base: southern Black churches",
            ("Martin Luther King", "President of the SCLC", "southern Black churches", None),
        ),
        # Who helped is no power base.
        ("Ebert = President, backed by the army", ("Ebert", "President", None, None)),
        (
            "Louis Philippe: King of the French, aka 'the Citizen King'",
            ("Louis Philippe", "King of the French", None, "the Citizen King"),
        ),
        (
            "Khrushchev = Secretary, known as the 'apparatchik's apparatchik'.",
            ("Khrushchev", "Secretary", None, "apparatchik's apparatchik"),
        ),
        (
            "Duke of Wellington = Prime Minister, power rested on the Lords",
            ("Duke of Wellington", "Prime Minister", "Lords", None),
        ),
        ("Stalin\n- General Secretary\n- power base: the party",
         ("Stalin", "General Secretary", "party", None)),
    ],
)  # fmt: skip
def test_people(line: str, person: tuple[Any, ...]) -> None:
    people = read(line)["people"]
    assert some(people, "name", "office", "power_base", "epithet") == [person]


@pytest.mark.parametrize(
    "line",
    [
        "Gulag = prison camps",  # what a word means
        "CPSU = Communist Party of the Soviet Union",
        "Church - landowner since the Conquest",
        "He became consul in 59 BCE.",  # nobody named
        "Lenin: 'Peace, Bread, Land'",  # a slogan
    ],
)
def test_what_is_no_person(line: str) -> None:
    assert read(line)["people"] == []


# --- reforms ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "title", "parts"),
    [
        ("Ending Terror; camps closed; prisoners freed.", "Ending Terror",
         ["camps closed", "prisoners freed"]),
        ("Factory Act 1833: hours cut; inspectors named", "Factory Act 1833",
         ["hours cut", "inspectors named"]),
        ("Dawes Plan – loans came; all went", "Dawes Plan", ["loans came", "all went"]),
        ("Reform\n- Corn Act (1846)\n  - duties ended\n  - the party split", "Corn Act (1846)",
         ["duties ended", "the party split"]),
        ("Dawes Plan -> loans came", "Dawes Plan", ["loans came"]),
    ],
)  # fmt: skip
def test_reforms(text: str, title: str, parts: list[str]) -> None:
    assert some(read(text)["reforms"], "title", "parts") == [(title, parts)]


def test_a_rebellion_with_a_semicolon_is_no_reform() -> None:
    document = read("Wyatt's Rebellion; 3,000 men marched on London in January 1554")
    assert document["reforms"] == []
    assert some(document["events"], "title", "date") == [("Wyatt's Rebellion", "1554-01")]


# --- figures ------------------------------------------------------------------------------------

FIGURES: list[tuple[str, list[tuple[Any, ...]]]] = [
    # value, upper value, comparator, baseline, date, baseline date
    ("Ministries cut from 55 to 25", [("25", None, "exactly", "55", None, None)]),
    (
        "income of £29,000 in 1485 rose to £42,000 by 1509",
        [("42000", None, "exactly", "29000", "../1509", "1485")],
    ),
    ("seats rose 12 -> 107", [("107", None, "exactly", "12", None, None)]),
    ("jobless rose from 1.3 to 6 million", [("6000000", None, "exactly", "1300000", None, None)]),
    ("rose to 6 million from 1.3 million", [("6000000", None, "exactly", "1300000", None, None)]),
    ("about 3,000 to 4,000 dead", [("3000", "4000", "between", None, None, None)]),
    ("population: 8.2m (1841) --> 6.6m (1851)",
     [("6600000", None, "exactly", "8200000", "1851", "1841")]),
    ("2-3,000 fled", [("2000", "3000", "between", None, None, None)]),
    ("20-25% of land", [("20", "25", "between", None, None, None)]),
    ("nearly half of them starved", [("0.5", None, "under", None, None, None)]),
    ("tribunes raised from two to ten", [("10", None, "exactly", "2", None, None)]),
    ("36 out of 62 families bound", [("36", None, "exactly", None, None, None)]),
    ("250,000+ workers struck", [("250000", None, "at_least", None, None, None)]),
    (
        "In 1928 they won 12 seats, in 1930 107 seats",
        [("12", None, "exactly", None, "1928", None), ("107", None, "exactly", None, "1930", None)],
    ),
    (
        "12 seats in 1928, 107 in 1930",
        [("12", None, "exactly", None, "1928", None), ("107", None, "exactly", None, "1930", None)],
    ),
    # The years of the change are those of its two ends.
    ("between 1929 and 1932 the jobless rose from 1 million to 6 million",
     [("6000000", None, "exactly", "1000000", "1932", "1929")]),
    ("by 19611/2 of them were cleared", [("0.5", None, "exactly", None, "../1961", None)]),
]  # fmt: skip


@pytest.mark.parametrize(("line", "figures"), FIGURES)
def test_figures(line: str, figures: list[tuple[Any, ...]]) -> None:
    rows = read(line)["statistics"]
    keys = ("value", "upper_value", "comparator", "baseline", "date", "baseline_date")
    assert some(rows, *keys) == figures


@pytest.mark.parametrize(
    "line",
    [
        "22nd Party Congress met",  # an ordinal
        "Robespierre died aged 36",  # ages
        "women over 30 could vote",
        "insurance for Americans over 65",
        "he was a 14-year-old boy",
        "Article 48 was used",  # numbers in names
        "Fourteen Points were drawn up",
        "the First Five-Year Plan",
        "troops crossed the 38th parallel",
        "Apollo 11 landed",
        "40-shilling freeholders lost the vote",
        "at 9.30 am the mob came",  # a time of day
        "Louis XVI fled",
        "in 1848 Paris rose",  # a year
    ],
)
def test_what_is_no_figure(line: str) -> None:
    assert read(line)["statistics"] == []


# --- dates and events -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "title", "date"),
    [
        ("Nov.-Dec. 1569: Northern Rising", "Northern Rising", "1569-11/1569-12"),
        ("1485 - Battle of Bosworth", "Battle of Bosworth", "1485"),
        ("Nov 1923: Munich Putsch", "Munich Putsch", "1923-11"),
        ("22 August 1485: Richard falls", "Richard falls", "1485-08-22"),
        ("Battle of Bosworth - 22 August 1485", "Battle of Bosworth", "1485-08-22"),
        ("Kapp Putsch (March 1920)", "Kapp Putsch", "1920-03"),
        ("On 16 June 1487 the rebels lost.", "the rebels lost", "1487-06-16"),
        ("6/27/1950: troops sent", "troops sent", "1950-06-27"),
        ("Caesar fell on 15 March 44 BC.", "Caesar fell", "-0043-03-15"),
        ("Khrushchev fell in Octobr 1964", "Khrushchev fell", "1964-10"),  # a slip
        ("1789\n- 14 July: the Bastille fell", "the Bastille fell", "1789-07-14"),  # of its heading
        # a word that says no more than when it happened is no event of its own
        ("Treaty of Versailles: signed 28 June 1919; the army shrank", "Treaty of Versailles",
         "1919-06-28"),
        ("Bloody Sunday, 9 January 1905", "Bloody Sunday", "1905-01-09"),  # a day in a name
        ("14 July: the Bastille fell", "the Bastille fell", None),  # the year is not said
    ],
)  # fmt: skip
def test_events(line: str, title: str, date: str | None) -> None:
    assert some(read(line)["events"], "title", "date") == [(title, date)]


def test_a_day_is_of_the_year_that_its_line_named_last() -> None:
    document = read("Votes were cast on 12 April 1931; the king left on 14 April.")
    assert some(document["events"], "date") == [("1931-04-12",), ("1931-04-14",)]


def test_what_is_taken_for_granted_is_a_doubt() -> None:
    notes = read_notes(
        "by 19611/2 of them. From 1904-05 war. CentralCommittee met.\n14 July he fell."
    )
    said = " ".join(doubt.problem for doubt in notes.doubts)
    for words in ("“1961” and “1/2”", "May 1904", "Central Committee", "does not say which year"):
        assert words in said


# --- nothing is dropped ---------------------------------------------------------------------------

_WORDS = st.sampled_from(
    [
        "1956", "in 1956", "=", ";", ":", "-", "–", "->", "(", ")", '"', "'", ".", ",", "•", "*",
        "#", "##", "**", "1.", "a)", "£42,000", "44%", "1/2", "from 55 to 25", "Khrushchev =",
        "Premier", "powerbase was the Church", "known as 'Uncle'", "Act", "War", "June", "½", "|",
        "and", "of", "44 BC", "rose", "by 19611/2", "\t", "\n", "\n\n", "\r\n", "===", "---", "???",
        "Хрущёв", "中国", "é", "Reform; one; two.", "\n- ", "\n  - ",
        "His power base was the army.",
        "Poor Law Act (1834)", "John Morton", "Lord Chancellor", "Kapp Putsch: 12,000 men",
    ]
)  # fmt: skip
_TEXTS = st.lists(_WORDS | st.text(max_size=8), max_size=60).map(" ".join)


def places(notes: Notes) -> list[tuple[int, int]]:
    kinds = (notes.topics, notes.people, notes.reforms, notes.statistics, notes.events,
             notes.claims, notes.unplaced)  # fmt: skip
    return [
        place
        for rows in kinds
        for row in rows  # type: ignore[attr-defined]
        for place in ((row.start, row.end), *getattr(row, "also", ()))
    ]


@given(_TEXTS)
def test_every_letter_is_in_a_record_or_listed(text: str) -> None:
    notes = read_notes(text)
    held = set()
    for start, end in places(notes):
        assert 0 <= start <= end <= len(text)
        held.update(range(start, end))
    assert [at for at, char in enumerate(text) if char.isalnum() and at not in held] == []


@given(_TEXTS)
def test_reading_says_the_same_of_both_ends_of_lines(text: str) -> None:
    # Windows ends a line with two characters; that is no difference to anybody who reads.
    unix = "\n".join(text.replace("\r", " ").splitlines())
    assert read(unix) == read(unix.replace("\n", "\r\n"))


def test_a_record_knows_its_line_and_its_words() -> None:
    text = "Poland\n- Gomulka freed over 26,000 people in 1956\n"
    figure = read_notes(text).statistics[0]
    assert (figure.line, text[figure.start : figure.end]) == (2, "over 26,000")


@pytest.mark.parametrize(
    "piece", ["(", "()", "((\n", '" ', "A = ", "; ", "**", "in 1956 ", "1,", "\t"]
)
def test_work_grows_with_the_length_alone(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Twice the text asks the patterns for at most twice as many places; no clock is looked at.
    from workbench.notes import changes

    asked: list[int] = []
    original = changes.find_dates

    def counting(text: str, habits: Any) -> Any:
        asked.append(len(text))
        return original(text, habits)

    monkeypatch.setattr(changes, "find_dates", counting)
    read_notes(piece * 6000)
    assert max(asked, default=0) <= 1300
    assert sum(asked) <= 2 * 6000 * len(piece)
