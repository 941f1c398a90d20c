"""Figures in running words. This finds the words of a figure; `records.typed.figures` reads them.

Ordinals (“22nd Congress”), ages (“aged 36”, “women over 30”), times of day and numbers in names
(“Article 48”, “Fourteen Points”) are no figures.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from records.typed.figures import COMPARATORS, Figure, FigureError, read_figure
from records.typed.numbers import ONES, SCALES, TENS
from workbench.notes.units import unit_behind
from workbench.notes.vocabulary import CHANGES

_ONES = "|".join(word for word, n in ONES.items() if n > 1)
_TENS = "|".join(TENS)
_SPOKEN = (
    rf"(?:(?:{_TENS})(?:[- ](?:{_ONES}|one))?|(?:{_ONES}))"
    r"(?:[- ](?:hundred|thousand)(?: and (?:[a-z]+))?)?"
)
_DIGITS = (
    r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,4}(?:\.[0-9]{1,6})?|[0-9]{1,9}(?:\.[0-9]{1,6})?|\.[0-9]{1,6})"
)
_FRACTION = r"(?:[0-9]{1,3} )?[0-9]{1,2}/[0-9]{1,3}|[0-9]{0,4}[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞]"
_SCALE = r"(?: ?(?:hundred|thousand|million|billion|trillion)\b| ?(?:bn|mn|tn)\b|(?:k|m)\b| m\b)"
_WORD_PART = (
    r"(?:(?:a|an|one|two|three|four|five|seven|nine)[- ])?"
    r"(?:half|third|quarter|fifth|sixth|seventh|eighth|ninth|tenth)s?"
)
_UNIT = r"(?: ?%| ?per ?cent\b| percent\b| ?pct\b| per thousand\b|‰)"
_CURRENCY = r"[£$€₽]"
_WORDS_BEFORE = "|".join(
    re.escape(word) + (r"\b" if word[-1].isalpha() else "")
    for word in sorted({w for words in COMPARATORS.values() for w in words}, key=len, reverse=True)
    if word not in ("c", "some", "under", "ca", "minimum", "<", ">")
)
_COMPARATOR = (
    rf"(?:(?:{_WORDS_BEFORE}|as many as|as much as|up to|at most|no more than|not more than|"
    r"a maximum of|some|under|a total of|(?<![-=])[<>]) ?(?:of )?)"
)
_PLAIN = rf"{_CURRENCY}? ?(?:{_FRACTION}|{_DIGITS}){_SCALE}?(?: ?{_CURRENCY})?{_UNIT}?"

_CANDIDATE = re.compile(
    rf"(?<![A-Za-z0-9.,/'])(?P<how>{_COMPARATOR})?(?:"
    rf"(?P<between>between {_PLAIN} and {_PLAIN})"
    rf"|(?P<range>{_PLAIN}(?: ?[-–] ?){_PLAIN})"
    rf"|(?P<digits>{_PLAIN})"
    rf"|(?P<part>{_WORD_PART}(?= of\b| the\b| (?:a )?(?:million|billion)\b| its\b| their\b| were\b)"
    r"(?: a(?= (?:million|billion)))?(?: million| billion)?)"
    rf"|(?P<spoken>(?:a|half a) (?:hundred|thousand|million|billion)\b|one(?= in | out of )|"
    rf"{_SPOKEN}(?: (?:million|billion))?\b{_UNIT}?)"
    r")(?P<more> or more\b| or so\b| and more\b|\+| approx\b\.?)?",
    re.I,
)
_OUT_OF = re.compile(
    r"(?P<first>[0-9][0-9,]*|"
    + _ONES
    + r"|one) (?:out of|in|of|of the|out of the|in every|out of every) "
    r"(?:the |every )?(?P<whole>[0-9][0-9,]*|" + _ONES + r")(?![0-9]|,[0-9]|%| ?per)"
)
_LABELLED = re.compile(
    r"(?<![A-Za-z])(?:articles?|clauses?|sections?|chapters?|pages?|pp?|nos?|numbers?|resolutions?|room|"
    r"orders?|decrees?|line|route|unit|level|questions?|part|day|week|year|version|figure|table|note|"
    r"source|regiment|division|group of|gang of|vol|volume|phase|stage|war|lot|camp|points?|"
    r"paragraph|amendment|item|model|mark|type|class|grade|form|basket|apollo|sputnik|vostok|directive|"
    r"protocol|psalm|law|case|act|bill|step|reason|factor|aim|topic|lesson|ww|world war|channel|"
    r"department|bureau|fraction|appendix|tier|round|book|scene|instruction|charter|plan|area|"
    r"downing street|studio|block|list|zone|parallel|the big|big|order no|decree no|group)"
    r"\.? ?(?:no\.? ?)?\Z",
    re.I,
)
_NAMED = re.compile(
    r" (?:Points|Point|Days?|Demands|Acts|Tables|Articles|Year|Years|Plan|Theses|Principles|Hours?|"
    r"Emancipations|Campaigns|Olds|Weeks|Commandments|Estates|Downing|Mile|Powers|Rules|Weeks|"
    r"Months|Nations|Sisters|Brothers|Antis|Anti|Kingdoms|Modernisations|Freedoms|Cultivations)\b"
)
_PLANNED = re.compile(r"[- ][Yy]ear[- ][Pp]lan|[- ]point (?:plan|programme|program|charter)", re.I)
_AGE_BEFORE = re.compile(
    r"(?:\b(?:aged|ages|age|age of|ages of|years of age|aged over|aged under|aged between|age from|"
    r"at the age of|turned|birthday)(?: of)? ?(?:about |only |just |over |under |between )?"
    r"(?:[0-9]{1,2} ?(?:to|and|-|–) ?)?)\Z",
    re.I,
)
_AGE_BEHIND = re.compile(
    r"(?:[- ]years?[- ]olds?\b| years? of age| ?(?:-|to|and|–) ?[0-9]{1,2}[- ]years?[- ]olds?)",
    re.I,
)
_OF_AGE = re.compile(
    r"(?:children|men|women|boys|girls|people|males|females|adults|citizens|workers|voters|"
    r"those|anyone|anybody|everyone|everybody|all|persons?|subjects|pupils|students|"
    r"[A-Z][a-z]+(?:ans|men|women|ns|ards|ese|ish)) (?:(?:aged|who were|were|from) )?\Z"
)
_AGE_WORD = re.compile(r"(?:over|under|above|below|from|between)", re.I)
_COUNTS = re.compile(r" [a-z-]+(?:s|men|women|people)\b|%| ?per ?cent")
_TIME = re.compile(r" ?(?:a\.?m\b|p\.?m\b|o'clock|[ap]m\b)|[.:][0-9]{2} ?(?:am|pm)\b")
_SCORES = re.compile(r"[:/-][0-9]|(?:-)[A-Za-z]")
_NOT_SPOKEN_BEFORE = re.compile(
    r"\b(?:the|these|those|his|her|their|its|both|first|last|other|all|our|my|of|gang of|group of|"
    r"big|into|in|or|and|any|only|for|no|every|page|chapter|part|world war|war) \Z",
    re.I,
)
_NOT_COUNTED = re.compile(
    r" (?:main |key |major |big |clear |important )?(?:reasons?|aims?|ways?|types?|causes?|"
    r"factors?|things?|sides?|parts?|sons?|daughters?|brothers?|wives|times|halves|points?|steps|"
    r"stages|groups?|problems?|examples?|views?|kinds?|sorts?|questions|of|or|and)\b"
)
# “2-3,000” means 2,000 to 3,000.
_SHORT_SPAN = re.compile(r"(.*?)([0-9]{1,3}) ?[-–] ?([0-9]{1,3}),000")
_SPANS = frozenset(["years", "months", "weeks", "days", "hours", "decades"])
_NOT_HALVES = re.compile(r"\b(?:first|second|other|latter|last|the) \Z", re.I)


@dataclass(frozen=True, slots=True)
class Found:
    """A figure in the text. `first` is where its number begins, behind words such as “over”."""

    start: int
    first: int
    end: int
    words: str
    figure: Figure
    unit: str | None
    # The end of the words that say what was counted.
    unit_end: int
    whole: int | None = None
    problem: str = ""


def find_figures(text: str, masked: str) -> tuple[list[Found], list[tuple[int, int, str]]]:
    """The figures of a clause, and what looks like one and cannot be read, with the reason.

    `masked` is the text with its dates blanked out.
    """
    found: list[Found] = []
    refused: list[tuple[int, int, str]] = []
    at = 0
    while match := _CANDIDATE.search(masked, at):
        at = max(match.end(), match.start() + 1)
        if whole := _OUT_OF.match(masked, _number_start(match)):
            one = _out_of(text, masked, match, whole)
            if one:
                found.append(one)
                at = whole.end()
                continue
        if _is_no_figure(masked, match):
            continue
        words = text[match.start() : match.end()].strip()
        try:
            figure, problem = _read(words)
        except FigureError as error:
            if error.readings or match["digits"]:
                refused.append((match.start(), match.end(), str(error)))
            continue
        unit, unit_end = unit_behind(masked, match.end())
        if figure.unit:
            unit, unit_end = figure.unit, match.end()
        elif (
            (match["part"] and "illion" not in words) or "/" in words or re.search("[½⅓⅔¼¾]", words)
        ):
            unit, unit_end = None, match.end()
        start = match.start() + (len(match[0]) - len(match[0].lstrip()))
        if (
            match["how"]
            and unit in _SPANS
            and _lasts(match["how"], masked[max(0, start - 12) : start])
        ):
            # “$13 billion over four years” lasted four years.
            start, words = _number_start(match), text[_number_start(match) : match.end()]
            figure = read_figure(words)
        found.append(
            Found(
                start,
                _number_start(match),
                match.end(),
                words,
                figure,
                unit,
                unit_end,
                None,
                problem,
            )
        )
    return found, refused


def _lasts(how: str, before: str) -> bool:
    return how.strip() == "over" and not re.search(r"\b(?:for|lasted|took|of|was|were) \Z", before)


def _number_start(match: re.Match[str]) -> int:
    return match.end("how") if match["how"] else match.start()


def _read(words: str) -> tuple[Figure, str]:
    """What the reader makes of the words of a figure, and a doubt about them."""
    plain = re.sub(r"^(?:as many as|as much as|a total of) ?", "", words, flags=re.I)
    most = re.match(
        r"(?:up to|at most|no more than|not more than|a maximum of) ?(?:of )?(.+)", plain, re.I
    )
    if most:
        proposed = f"under {most[1]}"
        return read_figure(proposed), f"“{words}” is a most; taken as “{proposed}”."
    if behind := re.fullmatch(r"(.+) approx\.?", plain, re.I):
        return read_figure(f"approx. {behind[1]}"), ""
    if short := _SHORT_SPAN.fullmatch(plain):
        full = f"{short[1]}{short[2]},000–{short[3]},000"
        return read_figure(full), f"“{words}” was taken as “{full}”."
    problem = "" if plain == words else f"“{words}” was taken as “{plain}”."
    return read_figure(plain), problem


def _out_of(text: str, masked: str, match: re.Match[str], whole: re.Match[str]) -> Found | None:
    first, of = (_whole_number(whole[name]) for name in ("first", "whole"))
    if first is None or of is None or not first <= of or of < 3:
        return None
    if " in " in whole[0] and not (of <= 1000 and first < of):
        return None
    how = (match["how"] or "").strip()
    try:
        figure = read_figure(f"{how} {whole['first']}".strip())
    except FigureError:
        return None
    unit, unit_end = unit_behind(masked, whole.end())
    words = text[match.start() : whole.end()].strip()
    return Found(match.start(), whole.start(), whole.end(), words, figure, unit, unit_end, of)


def _whole_number(words: str) -> int | None:
    if words.replace(",", "").isdecimal():
        return int(words.replace(",", ""))
    return ONES.get(words.lower())


def _is_no_figure(text: str, match: re.Match[str]) -> bool:
    number = _number_start(match)
    if re.search(r"[A-Za-z][-–]\Z", text[max(0, number - 2) : number]):
        return True
    before, behind = (
        text[max(0, match.start() - 24) : match.start()],
        text[match.end() : match.end() + 40],
    )
    words = match[0]
    if match["part"]:
        return bool(
            _NOT_HALVES.search(before)
            and not match["how"]
            and not re.match("two|three", words, re.I)
        )
    if match["spoken"]:
        return _is_no_spoken(text, match, before, behind)
    has_unit = bool(re.search(rf"{_UNIT}|{_CURRENCY}", words))
    if has_unit:
        return False
    glued = re.match(r"(?:km|kg|ft|ha|mph|lbs?|cm|mm)\b", behind)
    if (re.match(r"[A-Za-z0-9]", behind) and not glued) or re.match(r",[0-9]|\.[0-9]", behind):
        return True
    if (
        _LABELLED.search(text[max(0, number - 24) : number])
        or _NAMED.match(behind)
        or _PLANNED.match(behind)
    ):
        return True
    if _is_age(text, match, before, behind) or _TIME.match(behind):
        return True
    if (
        re.search(r"\bat \Z", before)
        and re.fullmatch(r"[0-9]{1,2}", words)
        and not _COUNTS.match(behind)
    ):
        return True
    if match["digits"] and (_SCORES.match(behind) and not re.match("-[a-z]", behind)):
        return True
    if re.match(r"-(?:year|month|day|week|hour)-?", behind):
        return False
    if re.match("-[a-z]", behind):
        return True  # “40-shilling freeholders”
    if fraction := re.search(r"([0-9]+)/([0-9]+)", words):
        low, high = int(fraction[1]), int(fraction[2])
        return not 0 < low < high or high == 11 or (high > 12 and high not in (16, 20, 50, 100))
    if before.endswith("(") and behind.startswith(")"):
        return len(words) < 3 or (words.isdecimal() and len(words) == 4)
    if behind.startswith(")") and len(words) < 3 and "(" not in before:
        return True
    # “Apollo 11 landed”: a number behind a name belongs to it, unless it counts something.
    named = re.search(r"(?:\A|[^.!?;:,] )[A-Z][A-Za-z]+ \Z", text[max(0, number - 24) : number])
    if re.fullmatch(r"[0-9]{1,2}", words) and re.match(" [A-Z]", behind):
        return unit_behind(text, match.end())[0] is None  # “9 Thermidor”
    return bool(
        named and words.isdecimal() and len(words) < 3 and not unit_behind(text, match.end())[0]
    )


def _is_no_spoken(text: str, match: re.Match[str], before: str, behind: str) -> bool:
    words = match["spoken"]
    if before.endswith('"'):
        return True  # “two societies, one black, one white”
    if words[0].isupper() and match.start() > 0 and re.search(r"[A-Za-z,] \Z", before):
        return True
    counted = re.match(r" [A-Z][a-z]+ [a-z]+s\b", behind) and not words[0].isupper()
    if (
        (re.match(r"[-A-Za-z]| [A-Z]", behind) and not counted)
        or _NAMED.match(behind)
        or _PLANNED.match(behind)
    ):
        return not re.match(r"-(?:year|month|day|week|hour)s?\b(?![- ][Pp]lan)", behind)
    if re.search(rf"(?:{'|'.join(SCALES)})|%|per ?cent", words, re.I):
        return bool(re.search(r"\b(?:the|a|per) \Z", before)) and not re.search(" ", words)
    if re.search(r"\b(?:from|to|by) \Z", before) and re.search(rf"\b{CHANGES}\b", text, re.I):
        return False
    if not match["how"] and _NOT_SPOKEN_BEFORE.search(before):
        return not re.match(r" (?:years|months|weeks|days)\b", behind) or bool(
            re.search(r"\b(?:first|last|these|those) \Z", before)
        )
    if _NOT_COUNTED.match(behind) or _is_age(text, match, before, behind):
        return True
    return unit_behind(text, match.end())[0] is None and not match["how"]


def _is_age(text: str, match: re.Match[str], before: str, behind: str) -> bool:
    number = text[_number_start(match) : match.end()]
    if _AGE_BEHIND.match(behind) or _AGE_BEFORE.search(
        text[max(0, _number_start(match) - 24) : _number_start(match)]
    ):
        return True
    small = re.fullmatch(r"(?:between )?[0-9]{1,2}(?:(?: and |[-–])[0-9]{1,2})?", number.strip())
    how = (match["how"] or "").strip() or ("between" if match["between"] else "")
    if small and re.match("'?s\\b", behind) and how:
        return True
    return bool(
        small and _AGE_WORD.match(how) and _OF_AGE.search(before) and not _COUNTS.match(behind)
    )


def in_scale_of(words: str, other: str) -> str:
    """The words of a figure with the scale that only the other one says: “1.3” to “6 million”."""
    scale = re.search(_SCALE, other, re.I)
    if scale and not re.search(rf"{_SCALE}|[0-9]{{4}}|,[0-9]{{3}}|/", words, re.I):
        return words + scale[0]
    return words


def in_unit_of(words: str, other: str) -> str:
    """The words of a figure with the sign that only the other one says: “12” to “20%”."""
    if re.search(rf"{_UNIT}|{_CURRENCY}", words, re.I):
        return words
    if sign := re.search(_CURRENCY, other):
        return re.sub(r"(?=[0-9.])", sign[0], words, count=1)
    unit = re.search(_UNIT, other, re.I)
    return words + unit[0] if unit else words
