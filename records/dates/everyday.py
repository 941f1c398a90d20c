"""Forms that teachers write every day, put into those that `english` and `english_spans` read.

"5-Mar-1953", "6.iii.1953", "Thurs 5 March 1953", "February 14 to 25, 1956", "May/June 1957",
"pre-1953", "1953 (?)", "5 March 1953, 9.50 p.m.". Each rule mends one kind of form and leaves every
other text as it is; what has two readings is asked about in `numeric`. Text arrives tidied and in
small letters.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from records.dates.calendar import MONTHS, ordinal
from records.dates.english import MONTH_NUMBERS, ORDINALS, WEEKDAYS
from records.dates.entry import refusal

ANY_MONTH = rf"(?:{'|'.join(sorted(MONTH_NUMBERS, key=len, reverse=True))})"
_SEASON = "(?:spring|summer|autumn|fall|winter)"
_DAY = "[0-9]{1,2}(?:st|nd|rd|th)?"
_SHORT_OR_LONG = "(?:[0-9]{4}|'[0-9]{2})"

_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_WEEKDAY = r"(mon|tue|wed|thu|fri|sat|sun)(?:s|rs?|day|sday|nesday|rsday|urday)?\b\.?,?"
_DAY_WORDS = {word: n for word, n in ORDINALS.items() if n < 21} | {
    f"twenty-{word}": 20 + n for word, n in ORDINALS.items() if n < 10
}
_DAY_WORDS |= {"thirtieth": 30, "thirty-first": 31}
_ANY_DAY_WORD = "|".join(sorted(_DAY_WORDS, key=len, reverse=True))

_HOUR = r"(?:[01]?[0-9]|2[0-4])"
_CLOCK = (
    rf"(?:{_HOUR}[.:h][0-5][0-9](?::[0-5][0-9])?(?: ?[ap]\.? ?m\b\.?| ?h(?:rs?|ours)\b\.?)?"
    rf"|{_HOUR} ?(?:[ap]\.? ?m\b\.?|o'clock)|noon|midnight|midday)"
)
_PART_OF_DAY = (
    "(?:(?:the )?(?:(?:early|late|mid)[ -])?"
    "(?:morning|forenoon|afternoon|evening|night|nightfall|dawn|dusk))"
)
_TIME = rf"(?:{_CLOCK}|{_PART_OF_DAY})"
_TIME_BEHIND = re.compile(
    rf"(.*(?:[0-9]{{4}}|b?ce|'[0-9]{{2}})),? "
    rf"(?:(?:at|about|around|in|c\.) )*(?:{_TIME}|\((?:at )?{_TIME}\))"
)
_TIME_BEFORE = re.compile(
    rf"(?:(?:at |about |in |on |during )*{_TIME}(?: (?:of|on),?|,)? |overnight (?:on |of )?)"
    rf"(?:the )?(?={_DAY}[ /–-]|{ANY_MONTH}\b|(?:{'|'.join(WEEKDAYS).lower()})\b)"
)


def _roman(match: re.Match[str]) -> str:
    return f"{match[1]} {MONTHS[_ROMAN.index(match[3])].lower()} {match[4]}"


def _full_weekday(match: re.Match[str]) -> str:
    return next(day for day in WEEKDAYS if day.lower().startswith(match[1])).lower() + " "


def _weekday_first(match: re.Match[str]) -> str:
    return (
        next(day for day in WEEKDAYS if day.lower().startswith(match[2])).lower() + f" {match[1]}"
    )


def _day_word(match: re.Match[str]) -> str:
    return ordinal(_DAY_WORDS[match[1]])


def _days_in_a_row(match: re.Match[str]) -> str:
    first, last = (int(re.sub("[^0-9]", "", match[n])) for n in (1, 2))
    return f"{match[1]}–{match[2]}{match[3]}" if last == first + 1 else match[0]


def _months_in_a_row(match: re.Match[str]) -> str:
    first, last = MONTH_NUMBERS[match[1]], MONTH_NUMBERS[match[2]]
    return f"{match[1]}–{match[2]}{match[3]}" if last == first + 1 else match[0]


# A rule is asked only of a text that has one of the signs it begins with; "" is asked of all.
_Rule = tuple[str, re.Pattern[str], str | Callable[[re.Match[str]], str]]
# In this order: some build on those before them.
_RULES: tuple[_Rule, ...] = (
    ("-", re.compile(r"(?<=[0-9a-z]) ?-- ?(?=[0-9a-z])"), "–"),
    ("?", re.compile(r" ?[(\[]\?[)\]]"), "?"),
    ("?", re.compile(r"^\?(?=[0-9]{4}$)"), "possibly "),
    ("~", re.compile(r"^~ ?(?=[0-9]{4}$)"), "c. "),
    # What is in brackets as a whole, as catalogues write what they supply.
    ("([", re.compile(r"^\(([^()]+)\)$|^\[((?:(?!\.\.)[^\[\],])+)\]$"), r"\1\2"),
    # "1066×1087": at some time between the two, as medievalists write it.
    ("x×", re.compile(r"^([0-9]{4}) ?[x×] ?([0-9]{4})$"), r"between \1 and \2"),
    ("&", re.compile(r" ?& ?"), " and "),
    # A figure and a month that touch: "5March1953".
    ("", re.compile(rf"(?<=[0-9])(?={ANY_MONTH}(?:[0-9 ]|$))"), " "),
    ("", re.compile(rf"\b({ANY_MONTH})(?=[0-9]{{4}}\b)"), r"\1 "),
    ("", re.compile(rf"\b({_ANY_DAY_WORD})(?= (?:of )?{ANY_MONTH}\b)"), _day_word),
    ("", re.compile(rf"(?<=[a-z] )({_ANY_DAY_WORD})(?=,? (?:of )?[0-9]{{4}}\b)"), _day_word),
    # "6.iii.1953", "25 X 1917"
    (
        "ivx", re.compile(
            rf"\b([0-9]{{1,2}})( ?[./-] ?| )({'|'.join(sorted(_ROMAN, key=len, reverse=True))})"
            rf"\2({_SHORT_OR_LONG}|[0-9]{{2}})\b"
        ),
        _roman,
    ),
    # "5-Mar-1953", "5.March.1953", "5/Mar/1953"; "Mar-5-1953"; "1953-Mar-05"
    (
        "./-",
        re.compile(rf"\b([0-9]{{1,2}})([./-])({ANY_MONTH})\2({_SHORT_OR_LONG}|[0-9]{{2}})\b"),
        r"\1 \3 \4",
    ),
    (
        "./-", re.compile(rf"\b({ANY_MONTH})([./-])([0-9]{{1,2}})\2({_SHORT_OR_LONG})\b"),
        r"\3 \1 \4",
    ),
    (
        "", re.compile(
            rf"\b([0-9]{{4}})([./-]|,? )({ANY_MONTH})\.?(?:\2| )"
            r"([0-9]{1,2}(?:st|nd|rd|th)?)\b(?!,? [0-9])"
        ),
        r"\4 \3 \1",
    ),
    ("", re.compile(rf"^([0-9]{{4}})(?:-|,? )({ANY_MONTH}|{_SEASON})\.?$"), r"\2 \1"),
    ("-.", re.compile(rf"^({ANY_MONTH})[-.]([0-9]{{4}})$"), r"\1 \2"),
    # "5. March 1953", "3.–5. March 1953"
    (".", re.compile(rf"^([0-9]{{1,2}})\. ?(?=[–/-] ?[0-9]{{1,2}}\. ?{ANY_MONTH}\b)"), r"\1"),
    (".", re.compile(rf"\b([0-9]{{1,2}})\. ?(?={ANY_MONTH}\b)"), r"\1 "),
    ("", re.compile(rf"\b{_WEEKDAY} ?(?=(?:the )?(?:[0-9]|{ANY_MONTH}\b))"), _full_weekday),
    ("", re.compile(rf"^([^–/]*[0-9]),? \(?{_WEEKDAY}\)?$"), _weekday_first),
    # The word says what happened, not when.
    (
        "", re.compile(
            r"^(?:b\.|born|d\.|died|r\.|reigned|ruled|publ?\.|published) ?(?:in |on |from )?"
            rf"(?=[0-9c'\[]|about|{ANY_MONTH}\b|{_SEASON}\b)"
        ),
        "",
    ),
    ("-", re.compile(r"\b(early|mid|late)-(?=[0-9a-z])"), r"\1 "),
    ("", re.compile(r"^(?:pre|ante)[ -](?=[0-9a-z])"), "before "),
    ("", re.compile(r"^post[ -](?=[0-9a-z])"), "after "),
    ("o", re.compile(r"^(.*[0-9?esy]),? or (?:later|after|since)( \([a-z]+\))?$"),
     r"not before \1\2"),
    ("o", re.compile(r"^(.*[0-9?esy]),? or (?:earlier|before)( \([a-z]+\))?$"), r"not after \1\2"),
    ("h", re.compile(r"^(.*[0-9s]),? at the latest$"), r"by \1"),
    ("h", re.compile(r"^(.*[0-9s]),? at the earliest$"), r"not before \1"),
    # "February 14 to 25, 1956" names its month first; turned round, its end holds month and year.
    (
        "", re.compile(
            rf"\b({ANY_MONTH})\.? (?:the )?({_DAY}) ?(–|-|/|to|until|till|through|and|or) ?({_DAY})"
            r"(?:,| of)? ?(?=(?:[0-9]{4}|'[0-9]{2}|[0-9]+ b?ce)\b)"
        ),
        r"\2 \3 \4 \1 ",
    ),
    # Two days or months that follow each other; two others are no span.
    ("a", re.compile(rf"^({_DAY}) and ({_DAY})( {ANY_MONTH}\.?,? [0-9]{{4}})$"), _days_in_a_row),
    ("a", re.compile(rf"^({ANY_MONTH})\.? and ({ANY_MONTH})(\.?,? [0-9]{{4}})$"), _months_in_a_row),
    # A stroke between two months, two seasons or two decades, or between such dates.
    ("/", re.compile(rf"^({ANY_MONTH})\.? ?/ ?({ANY_MONTH}\.?,? .+)$"), r"\1–\2"),
    ("/", re.compile(rf"^({_SEASON}) ?/ ?({_SEASON} .+)$"), r"\1–\2"),
    (
        "/", re.compile(rf"^({ANY_MONTH}\.?,? [0-9]{{4}}) ?/ ?({ANY_MONTH}\.?,? [0-9]{{4}})$"),
        r"\1 – \2",
    ),
    ("s", re.compile(r"^([0-9]{3}0'?s) ?[/–-] ?([0-9]0)'?s$"),
     lambda m: f"{m[1]}–{m[1][:2]}{m[2]}s"),
    ("s", re.compile(r"^([0-9]{3}0'?s) ?[/-] ?([0-9]{3}0'?s)$"), r"\1–\2"),
    # "19th–20th centuries"
    (
        "c", re.compile(
            r"^(?:the )?([0-9]{1,2}(?:st|nd|rd|th)) ?(?:–|-|/|to|and) ?(?:the )?"
            r"([0-9]{1,2}(?:st|nd|rd|th)) (?:centuries|century|cents?\.?|c\.)( b?ce)?$"
        ),
        r"\1 century\3 – \2 century\3",
    ),
    ("c", re.compile(r"^c\.? ?([0-9]{1,2}(?:st|nd|rd|th))$"), r"\1 century"),
    ("c", re.compile(r"^([0-9]{1,2}(?:st|nd|rd|th)) ?c$"), r"\1 century"),
    # "1956-10-23/11-04" and "2007-11-13/15": ISO 8601 lets the end leave out what it shares.
    ("/", re.compile(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9]{2}-[0-9]{2})$"),
     lambda m: f"{m[1]}/{m[1][:5]}{m[2]}"),
    ("/", re.compile(r"^([0-9]{4}-[0-9]{2}-[0-9]{2})/([0-9]{2})$"),
     lambda m: f"{m[1]}/{m[1][:8]}{m[2]}"),
    ("/", re.compile(r"^([0-9]{4})-([01][0-9])/([01][0-9])$"),
     lambda m: f"{m[1]}-{m[2]}/{m[1]}-{m[3]}" if m[3] > m[2] else m[0]),
    ("qh", re.compile(r"^(q[1-4]|h[12])[ /-]?([0-9]{4})$"), r"\1 \2"),
    ("qh", re.compile(r"^([0-9]{4})[ /-]?(q[1-4]|h[12])$"), r"\2 \1"),
)  # fmt: skip


Rules = tuple[tuple[frozenset[str], re.Pattern[str], str | Callable[[re.Match[str]], str]], ...]


def with_signs(rules: Iterable[_Rule]) -> Rules:
    """Return rules as `mend` takes them."""
    return tuple((frozenset(signs), pattern, new) for signs, pattern, new in rules)


def mend(text: str, rules: Rules) -> str:
    """Return `text` after every rule in turn; those whose signs it lacks are passed over."""
    signs = set(text)
    for needed, pattern, replacement in rules:
        # To search first spares `sub` its reading of the replacement: most rules do not match.
        if (not needed or not needed.isdisjoint(signs)) and pattern.search(text):
            changed = pattern.sub(replacement, text)
            if changed != text:
                text = " ".join(changed.split())
                signs = set(text)
    return text


_COMPILED_RULES = with_signs(_RULES)

# Most entries need no mending, and skip it.
_PLAIN = re.compile(
    r"(?:c\. |by |until |from |since |before |after )?"
    rf"(?:(?:[0-9]{{1,2}} )?{ANY_MONTH} )?[0-9]{{4}}"
    r"(?:(?:–|-| – | - )[0-9]{4})?|[0-9]{4}s|[0-9]{4}-[0-9]{2}-[0-9]{2}"
)
_STOP_BEHIND_A_YEAR = re.compile(r"[0-9]{3}\.$")


def everyday(text: str) -> tuple[str, bool]:
    """Return an entry in the forms that the readers know, and whether it named a time of day."""
    text = text.strip(" ,;")
    if _PLAIN.fullmatch(text):
        return text, False
    text = text[:-1] if _STOP_BEHIND_A_YEAR.search(text) else text
    text = mend(text, _COMPILED_RULES)
    timed = False
    if match := _TIME_BEHIND.fullmatch(text):
        text, timed = match[1], True
    if match := _TIME_BEFORE.match(text):
        text, timed = text[match.end() :], True
        # "the night of 24/25 February", "of 24 to 25 February": the days on both its sides.
    return " ".join(text.split()), timed


_STANDARD = with_signs(
    (
        ("b", re.compile(r"\bb\. ?c\. ?e\b\.?|\bb\. ?c\b\.?|\bbc\b|(?<=[0-9])bce?\b"), " bce "),
        ("ac", re.compile(r"\ba\. ?d\b\.?|\bad\b|\bc\. ?e\.|(?<=[0-9])(?:ad|ce)\b"), " ce "),
        ("oj", re.compile(r"\bo\. ?s\b\.?|\bos\b|\bold[ -]style\b|\bjulian\b"), " @os "),
        ("n", re.compile(r"\bn\. ?s\b\.?|\bns\b|\bnew[ -]style\b|\bgregorian\b"), " @ns "),
        ("c", re.compile(r"(?<=@[on]s ) ?calendar\b|\bcalendar(?= @[on]s)"), ""),
        ("[", re.compile(r"\[([^\[\]]*@[on]s[^\[\]]*)\]"), r"(\1)"),
        ("(", re.compile(r"\( "), "("),
        (",);", re.compile(r" (?=[),;])"), ""),
        # "15 April [O.S. 3 April] 1894", as encyclopedias print it.
        ("(", re.compile(r"^(.+) (\([^()]*@[on]s[^()]*\)) ([0-9]+(?: b?ce)?)$"), r"\1 \3 \2"),
    )
)
# "Winter 1953–54" is one season, not a span.
_WINTER = re.compile(r"\bwinter(?: of)? ([0-9]+) ?([–/-]) ?([0-9]+)( b?ce\b)?")
_WINTER_OF_ERAS = re.compile(r"\bwinter 1 bce – 1 ce\b")


def standard(text: str) -> str:
    """Return a text with eras as bce and ce, calendars as @os and @ns, a winter by its year."""
    text = mend(" ".join(text.split()), _STANDARD).strip(" ,;")
    text = text[:-1].rstrip(" ,;") if re.search(r"[^.]\.$", text) else text
    return _WINTER_OF_ERAS.sub("winter 1 bce", one_winter(text))


def _one_of_two_years(match: re.Match[str]) -> str:
    first, _, last, era = match.groups()
    following = int(first) + (-1 if era == " bce" else 1)
    if last == str(following) or (len(first) == 4 and last == str(following)[-len(last) :]):
        return f"winter {first}{era or ''}"
    return match[0]


def one_winter(text: str) -> str:
    """Return a text with "winter 1953–54" as "winter 1953"."""
    return _WINTER.sub(_one_of_two_years, text)


_OTHER_CALENDARS = (
    (r"\b(?:a\.?h\.?|hijri|hegira|anno hegirae|h\.)$|\bhijri\b|\bhegira\b", "Islamic"),
    (r"\b(?:tishri|heshvan|kislev|tevet|shevat|adar|nisan|iyar|sivan|tammuz|av|elul)\b|"
     r"\banno mundi\b", "Jewish"),
    (r"\bsel\.?$|\bseleucid\b", "Seleucid"),
    (r"\b(?:vend[ée]miaire|brumaire|frimaire|niv[ôo]se|pluvi[ôo]se|vent[ôo]se|germinal|"
     r"flor[ée]al|prairial|messidor|thermidor|fructidor)\b", "French Republican"),
    (r"\b(?:muharram|safar|rabi|jumada|rajab|sha'?ban|ramadan|shawwal)\b", "Islamic"),
    (r"\b(?:a\.?u\.?c\.?|ab urbe condita)$", "Roman"),
)  # fmt: skip
_OTHER_CALENDAR = [(re.compile(pattern), name) for pattern, name in _OTHER_CALENDARS]


def refuse_other_calendars(text: str) -> None:
    """Raise `DateError`, naming the calendar, for a date that does not count from 1 CE."""
    for pattern, name in _OTHER_CALENDAR:
        if pattern.search(text):
            raise refusal(
                f"That is a date of the {name} calendar, which is not converted: give the day or "
                "the year in the calendar of the West, and keep the other in the text.",
            )
