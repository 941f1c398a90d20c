"""What a clause without a label is: an event, a claim, or for a person to place."""

from __future__ import annotations

import re

from workbench.notes.changes import Clause
from workbench.notes.dates import Dating
from workbench.notes.labels import has_verb, names
from workbench.notes.vocabulary import CAUSES, CHANGES

_CAUSE = re.compile(rf"(?<![A-Za-z]){CAUSES}", re.I)
_CHANGE = re.compile(rf"\b{CHANGES}\b", re.I)
_ASIDE = re.compile(
    r"(?:nb|n\.b\.|to ?do|homework|h/w|see (?:page|p\.|textbook|chapter|notes|also)|textbook|"
    r"pp?\. ?[0-9]|https?://|www\.|check |ask |look up|revise |remember to|\?)",
    re.I,
)
_AIM = re.compile(
    r"(?:the |its |his |main |an? ){0,2}(?:aim|target|goal|planned|hoped|hope|wanted)\b", re.I
)
_VERB = r"\b(?:[a-z]+(?:ed|s)|built|won|lost|fell|shot|sold|sent|fled|died|met|cut|gone|made)\b"
_VERB_BEFORE = re.compile(r"\b(?:and|became|was|were|had|who|which|that)\b")


def is_for_a_person(words: str) -> bool:
    """Tell whether somebody has to place this: a question, a reminder, a scrap of two words."""
    plain = words.strip()
    if plain.rstrip("\"')").endswith("?") or _ASIDE.match(plain):
        return True
    return len(re.findall(r"[^\W_]+", plain)) <= 2 and not re.search(_VERB, plain)


def dated_event(text: str, start: int, end: int, clause: Clause) -> Dating | None:
    """The date that makes a clause an event; None where it only says how things stood."""
    dates = [date for date in clause.dates if date.edtf]
    if not dates or text[start] == '"' or _AIM.match(text, start, end):
        return None
    date = dates[0]
    if cause := _CAUSE.search(text, start, end):
        dates = [one for one in dates if one.start < cause.start()]
        if not dates:
            return None
        date = dates[0]
    assert date.edtf is not None
    if date.edtf.endswith("/.."):
        return None
    opening = start
    if date.outer - start <= 1:
        opening = date.end
    words = text[opening:end].lstrip(" ,:–-")
    if clause.statistics and _is_all_figures(text, opening, end, clause, words, date):
        return None
    return date


def _is_all_figures(
    text: str, opening: int, end: int, clause: Clause, words: str, date: Dating
) -> bool:
    """Tell whether a clause says only what a number was or became in its time."""
    if len({one.date for one in clause.statistics if one.date}) > 1:
        return True  # “£3,000 in 1493 and £35,000 in 1505”
    if (date.edtf or "").startswith("../"):
        return any(one.date == date.edtf for one in clause.statistics)
    first = min(one.start for one in clause.statistics)
    if not re.search(r"\w", text[opening:first]) or re.search(r"[:=] ?\Z", text[opening:first]):
        return True
    change = _CHANGE.search(text, opening, min(end, first))
    if change is None or (opening < date.start < change.start()):
        return False
    ahead = text[opening : change.start()]
    return len(ahead.split()) <= 5 and not _VERB_BEFORE.search(ahead)


def names_an_event(words: str) -> bool:
    """Tell whether a few words without a date are the name of something that happened."""
    short = len(words.split()) <= 6 and words[:1].isupper() and not has_verb(words)
    return short and names(words) == "event"


def title_of(
    text: str, start: int, end: int, date: Dating | None, year_led: bool = False
) -> tuple[int, int]:
    """Where the title of an event begins and ends: without a date at either edge of it.

    With `year_led` the notes begin their lines with years, which are then no part of a name.
    """
    if date is None:
        return start, end
    low, high = start, end
    if date.outer - start <= 2 and not re.search(r"\w", text[start : date.outer]):
        behind = re.match(r"[\s)\],:;=–>→|-]{0,6}(?:- )?", text[date.end : end])
        low = date.end + (behind.end() if behind else 0)
        only_year = re.fullmatch("[0-9]{4}", text[date.start : date.end]) and not year_led
        if (
            only_year
            and re.match(r"[A-Z0-9]\w* ", text[low:end])
            and text[date.end : low] == " "
            and date.outer == date.start
        ):
            # “1962 Party Reforms”: the year is part of a name.
            low = start
    elif not re.search(r"\w", text[date.end : end]):
        high = date.outer
        while high > start and (text[high - 1].isspace() or text[high - 1] in "([,:–-=→>"):
            high -= 1
    count = len(re.findall(r"\w{2,}", text[low:high]))
    led = date.outer == date.start
    return (low, high) if count > 1 or (led and count) else (start, end)
