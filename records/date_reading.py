"""From plain English to EDTF: how the words of a teacher become a historical date.

`read_words` is the one entrance. What English leaves open is decided here, once, and shown to
whoever typed it by the echo in the admin; `docs/dates.md` gives the decisions with examples:

- "by 1961" is the open start `../1961`; "before 1961" ends a step earlier, `../1960`.
- "until 1961" tells that something had begun, not when: the unknown start `/1961`.
- "from 1957" and "since 1957" are the open end `1957/..`; "after 1957" is `1958/..`.
- "between 1957 and 1961" is the span `1957/1961`: level 1 has no "some day within".
- "c. 1957–1961" says "about" of the start alone, "probably 1957–1961" doubts both ends.
- "early", "mid" and "late" have no agreed bounds and are refused, as are numbers alone for a day
  and "1900s", which is a decade to some and a century to others.
- A day without "O.S." is taken as Gregorian, the calendar of EDTF, however early it is.

Whole entries are told apart here; `records.english_dates` reads one date, `records.english_spans`
two ends or one, `records.old_style` a Julian day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from records.calendar import MONTHS, Day
from records.date_entry import DateError, quoted, refusal, tidy
from records.edtf import read_edtf
from records.english_dates import (
    DAY,
    MONTH,
    SEASON,
    NotUnderstood,
    is_edtf_shaped,
    marked,
    read_piece,
)
from records.english_spans import is_span_of_years, read_one_ended, read_span
from records.old_style import read_styles


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: canonical EDTF, the Julian day if the words give one, and the language."""

    edtf: str
    julian: Day | None
    is_english: bool


_VAGUE = re.compile(
    r"\b(?P<part>early|mid|middle|late|beginning|start|end|turn|first half|second half)\b"
    r"(?:[ -](?:in|of))?(?: the)?[ -]"
)
# "By the end of 1956" and "from the start of 1957" say no more and no less than the year does.
_WHOLE_ENDS = re.compile(
    r"^(?:(by|until|till|up to|to|through) (?:the )?end of"
    r"|(from|since) (?:the )?(?:start|beginning) of) "
)
_REMARKS = {
    "uncertain",
    "start uncertain",
    "end uncertain",
    "both ends uncertain",
    "approximate",
    "start unknown",
    "end unknown",
    "decade",
    "century",
}


@lru_cache(maxsize=8192)
def read_words(words: str) -> Reading:
    """Read a date in plain English or in EDTF of level 0 or 1.

    Raises `DateError`, whose message ends with entries that do work, for anything else.
    """
    plain = tidy(words)
    _refuse_bare_numbers(plain)
    lowered = plain.lower()
    try:
        if is_span_of_years(plain):
            return _read_english(lowered)
        # A space before a qualifier or around the slash is a slip.
        closed = re.sub(r" (?=[?~%]+(?:$| ?/))", "", plain)
        if is_edtf_shaped(closed):
            return Reading(read_edtf(closed).edtf, None, False)
        return _read_english(lowered)
    except NotUnderstood:
        raise _not_understood(plain) from None


def _refuse_bare_numbers(plain: str) -> None:
    """Raise `DateError` for entries in figures alone that are read in more than one way."""
    parts = re.split(r" ?[/.–-] ?", plain)
    if not all(map(re.compile("[0-9]{1,4}").fullmatch, parts)):
        return
    sizes = [len(part) for part in parts]
    values = [int(part) for part in parts]
    if len(parts) == 3 and max(sizes[:2]) <= 2 and sizes[2] in (2, 4):
        year = values[2] if sizes[2] == 4 else 1900 + values[2]
        days = [
            f"{d} {MONTHS[m - 1]} {year}"
            for d, m in (values[:2], values[1::-1])
            if 1 <= m <= 12 and 1 <= d <= 28 and year >= 1000
        ]
        raise refusal(
            "Numbers alone do not say which is the day and which the month: countries "
            "differ. Write the month as a word.",
            *(days or ["5 March 1953"]),
        )
    if (
        len(parts) == 3
        and sizes[0] == 4
        and max(sizes[1:]) <= 2
        and not re.fullmatch(r"[0-9]+[–-]..[–-]..", plain)
    ):
        raise refusal("A date in figures is year, month and day joined by hyphens.", "1956-06-30")
    if len(parts) != 2 or sorted(sizes) not in ([1, 4], [2, 4]):
        return
    year, other = values if sizes[0] == 4 else (values[1], values[0])
    following = f"{plain[:2]}{other:02}"
    if (
        sizes == [4, 2]
        and re.search(r"–", plain)
        and " " not in plain
        and (1 <= other <= 12 or 21 <= other <= 24)
    ):
        spans = [f"{plain[:4]}–{following}"] if int(following) > year >= 1000 else []
        raise refusal(
            f"{quoted(plain)} could be a span of years or EDTF for a part of one year.",
            *spans,
            f"{plain[:4]}-{other:02}",
        )
    if "/" in plain or "." in plain or sizes != [4, 2]:
        following = f"{plain[:4]}"[: 4 - len(parts[1])] + parts[1]
        examples = [f"{year}–{following}"] if sizes[0] == 4 and int(following) > year else []
        if year >= 1000 and 1 <= other <= 12:
            examples += [f"{MONTHS[other - 1]} {year}", f"{year}-{other:02}"]
        examples = examples or ["1956-06", "1956/1957"]
        raise refusal(
            f"{quoted(plain)} is not clear: months are words or two figures after a "
            "hyphen, years have four figures.",
            *examples,
        )


def _not_understood(text: str) -> DateError:
    year = re.search(r"(?<![0-9])[1-9][0-9]{3}(?![0-9])", text)
    if year:
        return refusal(
            f"{quoted(text)} is not understood as a date.",
            year[0],
            f"June {year[0]}",
            f"c. {year[0]}",
        )
    if re.fullmatch(rf"(?:{DAY} )?{MONTH}|{SEASON}", text.lower()):
        return refusal(f"{quoted(text)} does not say which year.", "5 March 1953", "June 1956")
    return refusal(
        f"{quoted(text)} is not understood as a date.",
        "5 March 1953",
        "June 1956",
        "by 1961",
        "1957–1961",
        "c. 1957",
        "44 BCE",
    )


def _read_english(lowered: str) -> Reading:
    text, remarks, aside = _take_remarks(_standard(lowered))
    if re.search(r"@[on]s", text + aside) or re.match(r"[0-9]{1,2} ?(?:/|\() ?[0-9]", text):
        edtf, julian = read_styles(text, aside)
        return Reading(_qualify(edtf, remarks), julian, True)
    if aside:
        raise NotUnderstood
    if match := re.search(r"\b(?:unknown|open)\b", text) if "/" in text else None:
        raise refusal(
            f"“{match[0]}” is from an older draft of EDTF: an unknown end is left empty, "
            "an open one is two dots.",
            "1957/",
            "1957/..",
            "/1961",
            "../1961",
        )
    text = _WHOLE_ENDS.sub(r"\1\2 ", text)
    if vague := _VAGUE.search(text):
        raise _vague(lowered, vague["part"])
    if re.search(r"[0-9a-z] or [0-9a-z]", text):
        raise refusal(
            "Alternatives are EDTF level 2, which is not kept: give the span that holds "
            "them, or the likelier one as uncertain.",
            "1957–1958",
            "8 January 1902 (uncertain)",
        )
    found = read_one_ended(text, remarks) or read_span(text)
    if found is None:
        meant = " ".join(sorted(remarks & {"decade", "century"}))
        remarks -= {"decade", "century"}
        found = read_piece(f"{text} {meant}".strip())
    return Reading(read_edtf(_qualify(found, remarks)).edtf, None, True)


_STANDARD = (
    (re.compile(r"\bb\. ?c\. ?e\b\.?|\bb\. ?c\b\.?|\bbc\b|(?<=[0-9])bce?\b"), " bce "),
    (re.compile(r"\ba\. ?d\b\.?|\bad\b|\bc\. ?e\.|(?<=[0-9])(?:ad|ce)\b"), " ce "),
    (re.compile(r"\bo\. ?s\b\.?|\bos\b|\bold[ -]style\b|\bjulian\b"), " @os "),
    (re.compile(r"\bn\. ?s\b\.?|\bns\b|\bnew[ -]style\b|\bgregorian\b"), " @ns "),
    (re.compile(r"(?<=@[on]s ) ?calendar\b|\bcalendar(?= @[on]s)"), ""),
    (re.compile(r"\[([^\[\]]*@[on]s[^\[\]]*)\]"), r"(\1)"),
    (re.compile(r"\( "), "("),
    (re.compile(r" (?=[),;])"), ""),
    # "15 April [O.S. 3 April] 1894", as encyclopedias print it.
    (re.compile(r"^(.+) (\([^()]*@[on]s[^()]*\)) ([0-9]+(?: b?ce)?)$"), r"\1 \3 \2"),
)
# "Winter 1953–54" is one season, not a span.
_WINTER = re.compile(r"\bwinter(?: of)? ([0-9]+) ?([–/-]) ?([0-9]+)( b?ce\b)?")
_WINTER_OF_ERAS = re.compile(r"\bwinter 1 bce – 1 ce\b")


def _standard(text: str) -> str:
    for pattern, replacement in _STANDARD:
        text = pattern.sub(replacement, " ".join(text.split()))
    text = " ".join(text.split()).strip(" ,;")
    text = text[:-1].rstrip(" ,;") if re.search(r"[^.]\.$", text) else text
    return _WINTER_OF_ERAS.sub("winter 1 bce", _WINTER.sub(_one_winter, text))


def _one_winter(match: re.Match[str]) -> str:
    first, _, last, era = match.groups()
    following = int(first) + (-1 if era == " bce" else 1)
    if last == str(following) or (len(first) == 4 and last == str(following)[-2:]):
        return f"winter {first}{era or ''}"
    return match[0]


def _take_remarks(text: str) -> tuple[str, set[str], str]:
    """Part "1957 (uncertain)" into the date, the known remarks, and the rest of the brackets."""
    remarks: set[str] = set()
    aside = ""
    while match := re.fullmatch(r"(.*[^ (]) ?\(([^()]*)\)", text):
        items = [item.strip() for item in re.split("[,;]", match[2])]
        known = {item for item in items if item in _REMARKS}
        other = ", ".join(item for item in items if item not in _REMARKS)
        if other and aside:
            break
        text, aside = match[1].rstrip(" ,;"), aside or other
        remarks |= known
    return text, remarks, aside


def _qualify(edtf: str, remarks: set[str]) -> str:
    """Add the qualifiers that remarks ask for to the EDTF of a date or a span."""
    ends = edtf.split("/")
    wanted = [""] * len(ends)
    for remark in sorted(remarks):
        if remark == "approximate":
            wanted = [mark + "~" for mark in wanted]
        elif remark in ("uncertain", "both ends uncertain"):
            wanted = [mark + "?" for mark in wanted]
        elif len(ends) == 2 and remark == "start uncertain":
            wanted[0] += "?"
        elif len(ends) == 2 and remark == "end uncertain":
            wanted[1] += "?"
        elif not (
            (remark == "start unknown" and ends[0] == "")
            or (remark == "end unknown" and ends[-1] == "")
        ):
            raise refusal(
                f"“({remark})” does not fit this date.",
                "1957 (uncertain)",
                "from 1957 (end unknown)",
            )
    return "/".join(
        end if end in ("", "..") else marked(end, mark)
        for end, mark in zip(ends, wanted, strict=True)
    )


def _vague(text: str, part: str) -> DateError:
    found = re.search(r"(?<![0-9])[1-9][0-9]{3}(?![0-9])", text)
    year = int(found[0]) if found else 1957
    third = {
        "early": 0,
        "beginning": 0,
        "start": 0,
        "first half": 0,
        "late": 2,
        "end": 2,
        "second half": 2,
    }.get(part, 1)
    if "centur" in text or not found:
        examples = ["1880–1899", "19th century"]
    elif re.search(r"[0-9]'?s\b", text):
        first = year // 10 * 10 + (0, 4, 6)[third]
        examples = [f"{first}–{first + 3}", f"c. {first + 1}"]
    else:
        months = ("January–April", "May–August", "September–December")[third]
        examples = [f"{months} {year}", f"c. {year}"]
    return refusal(
        f"“{part}” has no agreed bounds, so it would be lost or guessed: give the months "
        "or years that the evidence bears out, or say about.",
        *examples,
    )
