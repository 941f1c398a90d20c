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
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from records.dates import (
    MONTHS,
    SEASONS,
    DateError,
    calendar_date,
    day_number,
    display_day,
    julian_to_gregorian,
    ordinal,
    quoted,
    read_edtf,
    refusal,
    tidy,
    year_edtf,
    year_words,
)

_Day = tuple[int, int, int]


class StylesDisagree(DateError):
    """The Old Style and the New Style day of a pair are not the same day."""


class _Unread(DateError):
    """A part of the entry was not understood; `read_words` says so of the entry as written."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read: canonical EDTF, the Julian day if the words give one, and the language."""

    edtf: str
    julian: _Day | None
    is_english: bool


_MONTH_NUMBERS = {name.lower(): n for n, name in enumerate(MONTHS, 1)}
_MONTH_NUMBERS |= {name[:3].lower(): n for n, name in enumerate(MONTHS, 1)} | {"sept": 9}
_SEASON_NUMBERS = {name: n for n, name in SEASONS.items()} | {"fall": 23}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ORDINALS = {
    word: n
    for n, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
            "twentieth",
        ],
        1,
    )
}
_ORDINALS["twenty-first"] = 21

_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTH_NUMBERS, key=len, reverse=True))})\.?"
_SEASON = rf"(?P<season>{'|'.join(_SEASON_NUMBERS)})"
_YEAR = r"(?P<year>(?:ce )?[0-9]+(?: b?ce)?)"
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_OF = r"(?: of(?: the year)?|,)? "
_WEEKDAY = rf"(?:(?P<weekday>{'|'.join(_WEEKDAYS).lower()}),? (?:the )?)?"

_DAY_FIRST = re.compile(rf"{_WEEKDAY}{_DAY}(?: of)? {_MONTH}{_OF}{_YEAR}")
_MONTH_FIRST = re.compile(rf"{_WEEKDAY}{_MONTH} (?:the )?{_DAY}(?:, ?| (?:of )?){_YEAR}")
_MONTH_YEAR = re.compile(rf"{_MONTH}{_OF}{_YEAR}")
_SEASON_YEAR = re.compile(rf"{_SEASON}{_OF}{_YEAR}")
_WITHIN = re.compile(
    r"(?:an? unknown|an? unspecified|an?|some|one) (?P<part>day|month) (?:in|of) (?P<whole>.+)"
)
_DECADE = re.compile(r"(?P<year>[0-9]{1,4})'?s(?P<era> b?ce)?(?: (?P<meant>decade|century))?")
_CENTURY = re.compile(
    rf"(?:(?P<n>[0-9]{{1,3}})(?:st|nd|rd|th)|(?P<word>{'|'.join(_ORDINALS)}))"
    r"[ -](?:century|cent|c)\.?(?P<era> b?ce)?"
)
_YEAR_ALONE = re.compile(_YEAR)
# The same without a year, for the start of a span that leaves it to the end.
_NO_YEAR = re.compile(
    rf"{_DAY}(?: of)? {_MONTH}|{_MONTH.replace('month', 'm2')}"
    rf" {_DAY.replace('day', 'd2')}"
)

_EDTF_SHAPE = re.compile(r"[0-9xyest:z+?~%.\[\]{},–-]*(?: ?/ ?[0-9xyest:z+?~%.–-]*)*", re.I)
_EDTF_DATE = re.compile(
    r"-?[0-9x]{4}(?:-(?:0[1-9]|1[0-2]|2[1-4]|xx)(?:-[0-9x]{2})?)?[?~%]?|y-?[0-9]+[?~%]?", re.I
)
_YEARS = re.compile(r"[0-9]{4}[?~%]?( ?)([–-])( ?)([0-9]{2}|[0-9]{4})[?~%]?")

_ABOUT = re.compile(
    r"(?:(?:circa|about|around|approximately|roughly)\b|(?:ca|approx)\b\.?|c\b\.?|c(?=[0-9]))\s*"
)
_DOUBT = re.compile(r"(?:probably|possibly|perhaps|maybe|likely)\s+")
_FILLER = re.compile(r"(?:(?:in|on|during|the|year|dated)\s+)+")
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
_NOW = {"present", "the present", "now", "today", "date", "onwards", "onward", "ongoing"}


@lru_cache(maxsize=8192)
def read_words(words: str) -> Reading:
    """Read a date in plain English or in EDTF of level 0 or 1.

    Raises `DateError`, whose message ends with entries that do work, for anything else.
    """
    plain = tidy(words)
    _refuse_bare_numbers(plain)
    lowered = plain.lower()
    try:
        if _is_span_of_years(plain):
            return _read_english(lowered)
        # A space before a qualifier or around the slash is a slip.
        closed = re.sub(r" (?=[?~%]+(?:$| ?/))", "", plain)
        if _is_edtf_shaped(closed):
            return Reading(read_edtf(closed).edtf, None, False)
        return _read_english(lowered)
    except _Unread:
        raise _not_understood(plain) from None


def _is_span_of_years(text: str) -> bool:
    """Tell "1957-61" and "1957 - 1961" from the EDTF "1957-06", and from the slip "1957-13"."""
    match = _YEARS.fullmatch(text)
    if match is None or _EDTF_DATE.fullmatch(text):
        return False
    return len(match[4]) == 4 or match[0][4:5] != "-" or int(match[4]) > int(text[2:4])


def _is_edtf_shaped(text: str) -> bool:
    # Decades ("1950s"), "1st" and a dash that leads nowhere have the shape too, but are English.
    english = re.fullmatch(r"[0-9]+'?s|[0-9]*1st|.*[0-9]–|–.*", text, re.I)
    return bool(_EDTF_SHAPE.fullmatch(text) and re.search(r"[0-9X/]", text) and not english)


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
    if re.fullmatch(rf"(?:{_DAY} )?{_MONTH}|{_SEASON}", text.lower()):
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


# --- whole entries --------------------------------------------------------------------------


def _read_english(lowered: str) -> Reading:
    text, remarks, aside = _take_remarks(_standard(lowered))
    if re.search(r"@[on]s", text + aside) or re.match(r"[0-9]{1,2} ?(?:/|\() ?[0-9]", text):
        edtf, julian = _read_styles(text, aside)
        return Reading(_qualify(edtf, remarks), julian, True)
    if aside:
        raise _Unread
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
    found = _read_one_ended(text, remarks) or _read_span(text)
    if found is None:
        meant = " ".join(sorted(remarks & {"decade", "century"}))
        remarks -= {"decade", "century"}
        found = _read_piece(f"{text} {meant}".strip())
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
        end if end in ("", "..") else _marked(end, mark)
        for end, mark in zip(ends, wanted, strict=True)
    )


def _marked(edtf: str, marks: str) -> str:
    bare = edtf.rstrip("?~%")
    present = set(edtf[len(bare) :].replace("%", "?~") + marks)
    return bare + ("%" if len(present) == 2 else "".join(present))


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


# --- spans ----------------------------------------------------------------------------------

_BETWEEN = re.compile(r"between (.+?) and (.+)")
_SPACED = re.compile(r"(?:from )?(.+?) (?:(?:up )?to|until|till|through|–|-) (.+)")
_ONE_ENDED = re.compile(
    r"(by|not? later than|before|until|till|up to|to|through|from|since|not? earlier than|after)"
    r"(?: the)? (.+)"
)


def _read_one_ended(text: str, remarks: set[str]) -> str | None:
    if (
        onward := re.fullmatch(r"(?:from |since )?(.+?) ?(?:onwards?|on|and after|to date)", text)
    ) or (
        (onward := re.fullmatch(r"(?:from |since )?(.+?) ?(?:–|-|\bto|\buntil|\btill) ?(.+)", text))
        and onward[2] in _NOW
    ):
        return f"{_read_piece(onward[1])}/.."
    match = _ONE_ENDED.fullmatch(text)
    if match is None:
        return None
    word, rest = match.groups()
    if word == "from" and _split(text):
        return None
    piece = _read_piece(rest)
    if word == "by" or "later" in word:
        return f"../{piece}"
    if word == "before":
        return f"../{_next_to(piece, -1)}"
    if word in ("from", "since") or "earlier" in word:
        return f"{piece}/" if "end unknown" in remarks else f"{piece}/.."
    if word == "after":
        return f"{_next_to(piece, 1)}/.."
    return f"/{piece}"


def _next_to(piece: str, step: int) -> str:
    """Return the day, month or year just before (step -1) or just after (1) that of `piece`.

    A date that is only "about" right stays: a step would claim to know it.
    """
    if piece[-1] in "~%":
        return piece
    bare = piece.rstrip("?~%")
    span = read_edtf(bare)
    point = span.start
    assert point is not None
    edge = point.earliest - 1 if step < 0 else point.latest + 1
    year, month, day = calendar_date(edge)
    if point.kind == "day":
        stepped = f"{year_edtf(year)}-{month:02}-{day:02}"
    elif point.kind in ("month", "season", "day of month"):
        stepped = f"{year_edtf(year)}-{month:02}"
    else:
        stepped = year_edtf(year)
    return stepped + piece[len(bare) :]


def _split(text: str) -> tuple[str, str] | None:
    match = _BETWEEN.fullmatch(text) or _SPACED.fullmatch(text)
    if match:
        return match[1], match[2]
    bare = _FILLER.sub("", _ABOUT.sub("", text, count=1), count=1)
    for dash in "–-":
        if text.count(dash) == 1 and (dash == "–" or not _EDTF_DATE.fullmatch(bare)):
            first, last = text.split(dash)
            return first.strip().removeprefix("from "), last.strip()
    return None


def _read_span(text: str) -> str | None:
    # "May 26–28, 1953" names its month first; turned round, the end holds month and year.
    text = re.sub(
        rf"{_MONTH} {_DAY} ?([–-]) ?(?P<last>[0-9]{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}",
        r"\g<day>\3\g<last> \g<month> \g<year>",
        text,
    )
    ends = _split(text)
    if ends is None or _CENTURY.fullmatch(_FILLER.sub("", text, count=1)):
        return None
    first, last = ends
    if not first or not last:
        shown = first or last
        read_edtf(f"/{_read_piece(shown)}")  # what is wrong with that end comes first
        raise refusal(
            f"{quoted(text)} lacks one end.",
            *(
                (f"from {shown}", f"from {shown} (end unknown)")
                if not last
                else (f"until {shown}", f"by {shown}")
            ),
        )
    doubt = ""
    if match := _DOUBT.match(first):
        first, doubt = first[match.end() :], "?"
    if re.fullmatch(r"[0-9]{2}[?~%]?", last) and (
        opening := re.search(r"([0-9]{4})[?~%]?$", first)
    ):
        last = opening[1][:2] + last
    if re.fullmatch(r"[0-9]{1,3}", last) and re.search(r"\bce\b", first):
        last += " ce"  # "AD 14–37"
    start = _read_piece(_borrowed(first, last))
    end = _read_piece(last)
    return f"{_marked(start, doubt)}/{_marked(end, doubt)}"


def _borrowed(first: str, last: str) -> str:
    """Give the start of a span what it leaves to the end: era, year, or month and year."""
    bare = _FILLER.sub("", _ABOUT.sub("", last, count=1), count=1)
    for pattern in (_DAY_FIRST, _MONTH_FIRST, _MONTH_YEAR, _SEASON_YEAR, _YEAR_ALONE):
        if match := pattern.match(bare):
            break
    else:
        return first
    named = match.groupdict()
    year = named["year"]
    alone = not named.get("month") and not named.get("season")
    core = _FILLER.sub("", _ABOUT.sub("", first, count=1), count=1)
    if named.get("day") and re.fullmatch(_DAY, core):
        return f"{first} {named['month']} {year}"
    if re.fullmatch(_MONTH, core) or re.fullmatch(_SEASON, core) or _NO_YEAR.fullmatch(core):
        # "March-1957" is a month with a stray hyphen rather than a span.
        return first if alone else f"{first} {year}"
    if era := re.search("b?ce", year):
        ends_in_year = re.search(r"(?:^|[a-z.,] )[0-9]{1,9}$", core)
        if ends_in_year and not re.search(r"\bb?ce\b", core):
            return f"{first} {era[0]}"
    return first


# --- one date -------------------------------------------------------------------------------


def _read_piece(text: str) -> str:
    """Read one date with what qualifies it; return it as EDTF."""
    marks = ""
    if match := re.fullmatch(r"(.*[^ ]) ?\((uncertain|approximate)\)", text):
        text, marks = match[1], "?" if match[2] == "uncertain" else "~"
    for _ in range(3):
        text = text[match.end() :] if (match := _FILLER.match(text)) else text
        if match := _ABOUT.match(text):
            text, marks = text[match.end() :], marks + "~"
        elif match := _DOUBT.match(text):
            text, marks = text[match.end() :], marks + "?"
    while text and text[-1] in "?~%":
        text, marks = text[:-1].rstrip(), marks + text[-1].replace("%", "?~")
    return _marked(_read_body(text), marks)


def _read_body(text: str) -> str:
    if match := _WITHIN.fullmatch(text):
        whole = _read_piece(match["whole"])
        depth = whole.lstrip("-").count("-")
        if (
            whole[-1] in "?~%"
            or "X" in whole
            or "Y" in whole
            or depth > (match["part"] == "day")
            or not re.fullmatch(r"-?[0-9]{4}(-(0[1-9]|1[0-2]))?", whole)
        ):
            raise _Unread
        return whole + ("-XX" if match["part"] == "month" or depth else "-XX-XX")
    if match := _DAY_FIRST.fullmatch(text) or _MONTH_FIRST.fullmatch(text):
        day = _year(match["year"]), _MONTH_NUMBERS[match["month"]], int(match["day"])
        _check_weekday(match["weekday"], day)
        return _edtf_day(day)
    if match := _MONTH_YEAR.fullmatch(text):
        return f"{_short_year(match['year'])}-{_MONTH_NUMBERS[match['month']]:02}"
    if match := _SEASON_YEAR.fullmatch(text):
        return f"{_short_year(match['year'])}-{_SEASON_NUMBERS[match['season']]}"
    if match := _DECADE.fullmatch(text):
        return _decade(match)
    if match := _CENTURY.fullmatch(text):
        number = int(match["n"]) if match["n"] else _ORDINALS[match["word"]]
        if not 1 <= number <= 100:
            raise refusal("Centuries run from the 1st to the 100th.", "19th century")
        return f"{'-' if match['era'] == ' bce' else ''}{number - 1:02}XX"
    if _YEAR_ALONE.fullmatch(text):
        return year_edtf(_year(text))
    if _is_edtf_shaped(text) and "/" not in text and text[0] != "-":
        return read_edtf(text).edtf
    raise _Unread


def _decade(match: re.Match[str]) -> str:
    digits, era, meant = match["year"], match["era"] or "", match["meant"]
    number = int(digits)
    if era == " bce":
        raise refusal(
            "Decades BCE are counted backwards and are kept as a span of years.",
            f"{number + 9}–{max(number, 1)} BCE",
        )
    if number % 10:
        decade = f"{number // 10 * 10}s" if number >= 1000 and number % 100 >= 10 else "1950s"
        raise refusal(f"{quoted(digits + 's')} is not a decade.", decade)
    if len(digits) < 4 and not era:
        raise refusal(f"{quoted(digits + 's')} does not say of which century.", "1950s", "50s CE")
    if number % 100 == 0 and not meant:
        shown = digits + "s" + era.upper()
        raise refusal(
            f"{quoted(shown)} is a decade to some and a century to others.",
            f"{shown} (decade)",
            f"{ordinal(number // 100 + 1)} century",
        )
    if meant == "century" and number % 100 == 0:
        return f"{number // 100:02}XX"
    if meant == "century":
        raise refusal(f"{quoted(digits + 's')} is not a century.", "1950s", "20th century")
    return f"{number // 10:03}X"


def _year(text: str) -> int:
    """Return the astronomical year of "1956", "14 ce", "ce 14" or "44 bce"."""
    digits = re.sub("[^0-9]", "", text)
    number = int(digits)
    if text.count("ce") > 1 or (digits[0] == "0" and number and len(digits) != 4):
        raise _Unread
    if text.isdecimal() and len(text) != 4:
        shown = max(number, 1)
        raise refusal(
            f"{quoted(text)} needs its era to be read as a year.",
            *((f"{shown} CE", f"{shown} BCE") if shown < 10_000 else ("17001 BCE",)),
        )
    if number == 0:
        raise refusal("There is no year 0: 1 BCE is followed by 1 CE.", "1 BCE", "1 CE")
    year = 1 - number if "bce" in text else number
    year_edtf(year)  # refuses what is too far away
    return year


def _short_year(text: str) -> str:
    year = _year(text)
    if abs(year) > 9999:
        raise refusal("A year of more than four digits has no months in EDTF.", year_words(year))
    return year_edtf(year)


def _edtf_day(day: _Day) -> str:
    year = _short_year(year_words(day[0]).lower())
    day_number(*day)  # refuses 31 February
    return f"{year}-{day[1]:02}-{day[2]:02}"


def _check_weekday(name: str | None, day: _Day) -> None:
    if name is None:
        return
    number = day_number(*day)
    actual = _WEEKDAYS[(number - 1) % 7]  # 1 January of year 1 is a Monday in this calendar
    if actual.lower() != name:
        raise refusal(
            f"{display_day(number)} was a {actual}, not a {name.title()}.", display_day(number)
        )


# --- Old Style ------------------------------------------------------------------------------


def _read_styles(text: str, aside: str) -> tuple[str, _Day | None]:
    """Read a day that gives its Julian form, alone or beside the Gregorian one.

    "O.S." here means the Julian calendar only; the year is taken to begin on 1 January.
    """
    marks = ""
    if match := _ABOUT.match(text):
        text, marks = text[match.end() :], "~"
    text = _FILLER.sub("", text, count=1) if _FILLER.match(text) else text
    if re.search(r" (?:to|until) |–| - ", text):
        raise refusal(
            "A span takes its days in New Style: convert each Julian end first.",
            "7 November 1917 – 3 March 1918",
            "25 October 1917 O.S.",
        )
    if match := re.fullmatch(
        rf"([0-9]{{1,2}}) ?(?:/ ?([0-9]{{1,2}})|\(([0-9]{{1,2}})\)) "
        rf"{_MONTH},? {_YEAR}",
        text,
    ):
        # "3/15 April 1894" and "3 (15) April 1894": Old Style first, as Russian editions print it.
        tail = f"{match['month']} {match['year']}"
        parts = [f"{match[1]} {tail} @os", f"{match[2] or match[3]} {tail} @ns"]
    else:
        if re.fullmatch(r" *@[on]s *", aside):
            text, aside = f"{text} {aside}", ""  # "3 April 1894 (Old Style)"
        parts = [part for part in (*re.split(r" ?[/=] ?", text), aside) if part.strip()]
    if len(parts) == 1:
        day = _styled_day(parts[0])
        if "@os" not in parts[0]:
            return _marked(_edtf_day(_with_year(day)), marks), None
        julian = _with_year(day)
        return _marked(_edtf_day(julian_to_gregorian(*julian)), marks), julian
    olds = [part for part in parts if "@os" in part]
    news = [part for part in parts if "@ns" in part]
    plain = [part for part in parts if "@" not in part]
    old, new = (olds or plain)[:1], (news or plain)[:1]
    if len(parts) != 2 or not old or not new or old == new:
        raise refusal(
            "Give one Old Style day and one New Style day.",
            "15 April 1894 (O.S. 3 April)",
            "3 April 1894 O.S.",
        )
    try:
        edtf, julian = _agreed(_styled_day(old[0]), _styled_day(new[0]))
    except StylesDisagree:
        if match is None:
            raise
        raise StylesDisagree(
            str(
                refusal(
                    "Two days with a slash or brackets are read as Old Style and New Style, and "
                    "these do not agree.",
                    "9–10 March 1956",
                    "3/15 April 1894",
                )
            )
        ) from None
    return _marked(edtf, marks), julian


_Loose = tuple[int | None, int, int]


def _styled_day(part: str) -> _Loose:
    """Return (year or None, month, day) of one half of a pair."""
    bare = " ".join(re.sub(r"@[on]s", " ", part).split()).strip(" ,;")
    if match := _DAY_FIRST.fullmatch(bare) or _MONTH_FIRST.fullmatch(bare):
        return _year(match["year"]), _MONTH_NUMBERS[match["month"]], int(match["day"])
    if match := _NO_YEAR.fullmatch(bare):
        month = match["month"] or match["m2"]
        return None, _MONTH_NUMBERS[month], int(match["day"] or match["d2"])
    raise refusal(
        "Old Style and New Style need a whole day.",
        "3 April 1894 O.S.",
        "15 April 1894 (O.S. 3 April)",
    )


def _with_year(day: _Loose) -> _Day:
    if day[0] is None:
        raise refusal("The day lacks its year.", "3 April 1894 O.S.")
    return day[0], day[1], day[2]


def _agreed(old: _Loose, new: _Loose) -> tuple[str, _Day]:
    """Return the EDTF and the Julian day of a pair; a year left out is taken from the other."""
    known = old[0] if old[0] is not None else new[0]
    if known is None:
        raise refusal("The days lack their year.", "15 April 1894 (O.S. 3 April)")
    # In the first days of a Gregorian year the Julian one has not yet begun.
    candidates = [known, known - 1, known + 1] if old[0] is None else [known]
    for year in candidates:
        julian = (year, old[1], old[2])
        given = julian_to_gregorian(*julian)
        if given[1:] == new[1:] and new[0] in (None, given[0]):
            return _edtf_day(given), julian
    julian = (known, old[1], old[2])
    given = julian_to_gregorian(*julian)
    old_words = f"{old[2]} {MONTHS[old[1] - 1]} {year_words(known)}"
    right = f"{display_day(day_number(*given))} ({old_words} Old Style)"
    raise StylesDisagree(
        str(
            refusal(
                f"The two days disagree: {old_words} Old Style was "
                f"{display_day(day_number(*given))}, not {new[2]} {MONTHS[new[1] - 1]}"
                f"{'' if new[0] is None else ' ' + year_words(new[0])}.",
                right,
            )
        )
    )
