"""What somebody typed into the search, as it is understood: a date, and words. Pure.

`ask("why did Khruschev fall in October 1964?")` gives the words “Khruschev” and “fall”, and October
1964. What words may stand for, in a given index, is for `study.search.meaning`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from records.dates import DateError, HistoricalDate
from records.typed.dates import date_in_address
from study.search.folding import Word, words
from study.search.synonyms import STOP_WORDS

# Characters and words; a question of a student has ten words. The rest is not read.
LONGEST_QUERY = 200
MOST_WORDS = 12
_MONTHS = """
january february march april may june july august september october november december
jan feb mar apr jun jul aug sep sept oct nov dec
"""
_RUSSIAN_MONTHS = {
    "январ": "January",
    "феврал": "February",
    "март": "March",
    "апрел": "April",
    "мая": "May",
    "май": "May",
    "июн": "June",
    "июл": "July",
    "август": "August",
    "сентябр": "September",
    "октябр": "October",
    "ноябр": "November",
    "декабр": "December",
}
_AROUND_MONTHS = """
spring summer autumn winter early mid late end beginning between from to and of the
until before after since about circa c. ca
"""
_OF_DATES = frozenset([*_MONTHS.split(), *_AROUND_MONTHS.split()])
# These may stand within a date, and neither begin nor end one.
_INSIDE = {"and", "of", "to", "the", "end", "may"}
_YEAR = re.compile(r"(?<!\d)(?:1\d|20)\d\ds?(?!\d)")
_FIGURES = re.compile(r"\d[\d.,/–—-]*(?:st|nd|rd|th|s)?,?|[–—/-]|г\.?|года|году")
_MOST_IN_DATE = 8
_QUESTION = re.compile(r"\s*(?:why|how|was|were|did|do|does|what|to what|почему|как)\b", re.I)
_ENDS = "?!.,;:()[]{}\"“”«»'*"
# “Year”, which Russian dates end with.
_YEAR_WORDS = {"г", "года", "году", "г."}


@dataclass(frozen=True)
class Asked:
    """What was typed: its words without those that say nothing, a date, and whether it asks why.

    `was_cut` is true where more was typed than is read.
    """

    words: tuple[Word, ...]
    date: HistoricalDate | None
    # The keys of the words that make up the date: “1957”.
    date_keys: tuple[str, ...]
    is_question: bool
    was_cut: bool

    @property
    def is_empty(self) -> bool:
        return not self.words and self.date is None


def ask(typed: str) -> Asked:
    """Read what was typed. In: any text. Nothing in it is refused: what means nothing is left."""
    plain = " ".join(typed.replace("\0", " ")[:LONGEST_QUERY].split())
    rest, date, dated = _take_date(plain)
    every = [word for word in words(rest) if word.key]
    telling = [word for word in every if word.plain not in STOP_WORDS]
    telling = [word for word in telling if rest[word.start : word.end].lower() not in STOP_WORDS]
    # “To be or not to be” is all that was asked for then.
    chosen = telling or ([] if date else every)
    return Asked(
        tuple(chosen[:MOST_WORDS]),
        date,
        tuple(dict.fromkeys(key for word in words(dated) for key in word.keys if _dates(key))),
        bool(_QUESTION.match(plain)),
        len(typed) > LONGEST_QUERY or len(chosen) > MOST_WORDS,
    )


def _dates(key: str) -> bool:
    return key[:1].isdigit() or key in _MONTHS.split()


def _take_date(plain: str) -> tuple[str, HistoricalDate | None, str]:
    """The text without its date, the date, and the words of that. The longest date is taken."""
    if not _YEAR.search(plain):
        return plain, None, ""
    tokens = plain.split()[: 4 * MOST_WORDS]
    bare = [token.strip(_ENDS) for token in tokens]
    for length in range(min(_MOST_IN_DATE, len(tokens)), 0, -1):
        for start in range(len(tokens) - length + 1):
            some = bare[start : start + length]
            if not _may_be_date(some):
                continue
            date = _read(some)
            if date is not None:
                rest = [*tokens[:start], *tokens[start + length :]]
                return " ".join(rest), date, " ".join(some)
    return plain, None, ""


def _may_be_date(some: list[str]) -> bool:
    if not any(_YEAR.search(token) for token in some):
        return False
    low = [token.lower() for token in some]
    if low[0] in _INSIDE or low[-1] in _INSIDE or low[0] in _YEAR_WORDS:
        return False
    return all(
        token in _OF_DATES
        or _FIGURES.fullmatch(token)
        or _month_of(token)
        or all(part in _OF_DATES or _FIGURES.fullmatch(part) for part in re.split("[–-]", token))
        for token in low
    )


def _month_of(token: str) -> str:
    return next((name for stem, name in _RUSSIAN_MONTHS.items() if token.startswith(stem)), "")


def _read(some: list[str]) -> HistoricalDate | None:
    english = [_month_of(t.lower()) or t for t in some if t.lower() not in _YEAR_WORDS]
    try:
        return date_in_address(" ".join(english))
    except DateError:
        return None
