"""Lines that introduce a person: a name, then an office, what their power rested on, a byname.

`Khrushchev = Secretary of the Central Committee, powerbase was the CPSU, known as the
'apparatchik's apparatchik'`. In place of “=” stand a dash, a colon, an arrow or brackets; “Lord
Chancellor: John Morton” names the office first. “Backed by” says who helped, and is no power base.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from workbench.notes.dates import MONTH
from workbench.notes.names import NAME_AT_START, is_name
from workbench.notes.offices import (
    AT_HEAD,
    BECAME,
    OFFICE_AT,
    OFFICE_WORD,
    REPLACED,
    is_office,
    is_only_office,
    office_of,
    without_article,
)

_BASE = re.compile(
    r"(?:(?:his|her|their|whose|main|the|and|with|a|its) ){0,3}"
    r"(?:power[ -]?base|base of power|source of power|basis of power|base|support base)"
    r"(?: (?:was|were|is|are|lay|lies|came|comes))?(?: (?:in|from|with|on))?\s{0,2}[:=–-]?\s{0,2}"
    r"(?P<base>\S.*)",
    re.I,
)
_POWER = re.compile(
    r"(?:and |(?:his|her|their|whose) ){0,2}(?:power|authority|position|influence|strength) "
    r"(?:rested|rests|was based|is based|based|depended|depends|came|comes|lay|lies|was built|"
    r"derived) (?:up)?(?:on|in|from) (?P<base>\S.*)",
    re.I,
)
_BYNAME = re.compile(
    r"(?:and |also |often |sometimes |was |is |he was |popularly |later |better )*"
    r"(?:known as|nicknamed|nickname:?|called(?= (?:the |an? )?['\"]| the [A-Z])|"
    r"dubbed|a\.?k\.?a\.?|alias|styled|"
    r"remembered as)\s{1,3}"
    r"(?P<name>\S.*)",
    re.I,
)
_QUOTED = re.compile(r"(?:the |an? )?(?:\"(?P<double>[^\"]+)\"|'(?P<single>.+?)'(?![A-Za-z]))")
_SEPARATOR = re.compile(
    r"\s{0,3}(?:=+>?|:|->|→|\s[-–]{1,2}\s|–|\t+|\|)\s{0,3}|(?<=\S)\s{1,3}-(?=\S)"
)
_BRACKETED = re.compile(
    r"(?P<name>[^()]{2,50}?)\s?\((?P<inside>[^()]{2,80})\)\s{0,2}[:–,;=-]?\s{0,2}"
)
_RELATION = re.compile(
    r"(?:But |And |Then |Later |Meanwhile,? |However,? )?"
    r"(?:(?:His|Her|Their|The|A) (?:[a-z]+ )?(?:brother|sister|son|daughter|nephew|uncle|cousin|"
    r"wife|husband|rival|ally|friend|successor|predecessor|colleague|deputy|general|lawyer) )?"
)
_SEGMENT = re.compile(
    r"[,;](?![0-9]{3})\s{0,5}|\.\s{1,3}(?=[A-Z\"'])|\s{1,3}[-–]{1,2}\s{1,3}"
    rf"(?![0-9]|{MONTH})|\s{{0,3}}(?:->|→|\|)\s{{0,3}}|"
    rf"\s{{1,2}}(?=(?:and )?then [A-Za-z])|\s{{1,2}}& (?=[A-Z][a-z]+'s )"
)
_INSIDE_DATE = re.compile(rf"\b{MONTH} [0-9]{{1,2}}(?:st|nd|rd|th)?\Z")
_APPOSITION = re.compile(r", [^,.;]{3,60},(?= )")
_BASE_BEHIND = re.compile(
    r"(?:the )?(?P<base>\S.{0,60}?) (?:was |were |is |are |as )?(?:his|her|their) (?:main )?"
    r"power[ -]?base\Z",
    re.I,
)
# “Power base - the household”: the sign stands before what is said.
_WAITS = re.compile(r"(?:power[ -]?base|base of power|known as|nickname)\s{0,2}\Z", re.I)
_ASIDE = re.compile(r"\s{0,3}\([^()]+\)\s{0,3}\Z")


@dataclass(slots=True)
class Found:
    """A person in a stretch of text. Each span of `rest` says something else of them."""

    name: str
    office: str | None = None
    power_base: str | None = None
    epithet: str | None = None
    rest: list[tuple[int, int]] = field(default_factory=list)
    # Offices after the first, and where each of them stands.
    further: list[tuple[str, int, int]] = field(default_factory=list)
    # Where the dates of the office stand.
    held: tuple[int, int] | None = None
    certain: bool = True

    @property
    def says_something(self) -> bool:
        return bool(self.office or self.power_base or self.epithet)


def introduced(text: str, start: int, end: int) -> Found | None:
    """The person whom the text between two places introduces, None if it does not."""
    head = text[start : min(end, start + 160)]
    if bracketed := _BRACKETED.match(head):
        inside = bracketed["inside"].strip()
        if is_name(_bare(bracketed["name"])) and is_office(inside):
            found = Found(_bare(bracketed["name"]))
            _read(text, start + bracketed.start("inside"), start + bracketed.end("inside"), found)
            _read(text, start + bracketed.end(), end, found)
            return found
    for separator in _SEPARATOR.finditer(head):
        left = _bare(head[: separator.start()])
        begin = start + separator.end()
        head_end = separator.start()
        passing = re.fullmatch(r"([^,]+),( (?:the|an?) [^,]{3,40})", left)
        if passing and is_name(passing[1]) and not is_name(left):
            left, head_end = passing[1], head.index(",")
        if _is_person(left, "=" in separator[0]):
            found = Found(_without_brackets(left))
            if aside := re.search(r"\(([^()]+)\)\s{0,3}\Z", head[: separator.start()]):
                inside = start + aside.start(1), start + aside.end(1)
                if re.fullmatch(r"the [A-Z]\w+(?: [A-Z]\w+)?", aside[1]):
                    found.epithet = without_article(aside[1])  # “Ivan IV (the Terrible)”
                elif re.search("[0-9]", aside[1]):
                    found.held = inside
                else:
                    found.rest.append(inside)
            if head_end < separator.start():
                found.rest.append((start + head_end, start + separator.start()))
            _read(text, begin, end, found, first=True)
            if found.says_something:
                return found
            return None
        right_end = _first_end(text, begin, end)
        right = _bare(text[begin:right_end])
        if is_only_office(left) and is_name(_without_dates(right)):
            found = Found(_without_dates(right), office=left)
            _read(text, right_end, end, found)
            return found
        break
    return _by_comma(text, start, end)


def _by_comma(text: str, start: int, end: int) -> Found | None:
    """“Robespierre, leader of the Jacobins”, “Lord Chancellor John Morton, backed by the king”."""
    first_end = _first_end(text, start, end)
    left = _bare(text[start:first_end])
    if is_name(left) and first_end < end:
        second_end = _first_end(text, first_end + 1, end)
        second = text[first_end + 1 : second_end].strip()
        third = text[second_end + 1 : _first_end(text, second_end + 1, end)].strip()
        base = any(_BASE.match(each) or _BYNAME.match(each) for each in (second, third))
        plain = is_office(second) and not re.search(r"\b(?:was|had|were|became|has|is)\b", second)
        # “A priest from Dorset” is said in passing; an office introduces somebody.
        plain = plain and bool(re.search(rf"\b{OFFICE_WORD}\b", second, re.I))
        if base or (plain and len(second.split()) <= 9 and not is_name_list(text, start, end)):
            found = Found(left, certain=False)
            _read(text, first_end, end, found, first=True)
            return found if found.says_something else None
    return None


def is_name_list(text: str, start: int, end: int) -> bool:
    return bool(re.search(r",[^,]{2,40},? and [A-Z]", text[start : min(end, start + 120)]))


def in_prose(text: str, start: int, end: int) -> Found | None:
    """The person of whom a sentence says that they held or took an office."""
    if relation := _RELATION.match(text, start, end):
        start = relation.end()
    name = NAME_AT_START.match(text, start, end)
    if not name or name[0].split()[0].lower() in ("he", "she", "it", "they", "this", "the", "who"):
        return None
    words = name[0]
    behind = name.end()
    if apposition := _APPOSITION.match(text, behind, end):
        behind = apposition.end()
    # A paragraph that goes on with the same surname is of nobody new; that is for a person to see.
    became = BECAME.match(text, behind + 1, end)
    replaced = REPLACED.match(text, behind + 1, end)
    begin = replaced.start("office") if replaced else became.end() if became else -1
    if begin < 0 or not is_name(words):
        return None
    office = OFFICE_AT.match(text, begin, end)
    if office is None:
        return None
    plain = re.sub(r"^(?:the|an?) ", "", office[0])
    return Found(words, office=plain.strip(), certain=False)


def add(text: str, start: int, end: int, found: Found) -> bool:
    """Read a line under a person into that person; False where it says nothing of the kind."""
    before = (found.office, found.power_base, found.epithet)
    trial = Found(found.name, *before)
    _read(text, start, end, trial, first=found.office is None)
    if (trial.office, trial.power_base, trial.epithet) == before:
        return False
    found.office, found.power_base, found.epithet = trial.office, trial.power_base, trial.epithet
    found.rest += trial.rest
    found.further += trial.further
    return True


def says_base(text: str, start: int, end: int) -> bool:
    """Tell whether a line by itself is about a power base or a byname (“Power base: the army”)."""
    words = text[start:end]
    return bool(
        re.match(
            r"(?:(?:his|her|their) )?power[ -]?base\b|known as\b|nickname|base of power",
            words.strip(),
            re.I,
        )
    )


def _read(text: str, start: int, end: int, found: Found, *, first: bool = False) -> None:
    """Read what is said of a person, a piece between commas at a time."""
    at = start
    while at < end:
        stop = _first_end(text, at, end)
        low, high = at, stop
        while low < high and not (text[low].isalnum() or text[low] in "'\"(£$"):
            low += 1
        words = text[low:high].rstrip(" .")
        at = max(stop + 1, low + 1)
        if not words:
            continue
        if base := _BASE.match(words) or _POWER.match(words):
            said = base["base"]
            if aside := _ASIDE.search(said):
                found.rest.append((low + base.start("base") + aside.start(), low + len(words)))
                said = said[: aside.start()]
            found.power_base = found.power_base or without_article(said)
        elif found.power_base is None and (base := _BASE_BEHIND.fullmatch(words)):
            found.power_base = without_article(base["base"])
        elif byname := _BYNAME.match(words):
            name, name_end = _byname(text, low + byname.start("name"), end)
            if found.epithet is None and name:
                found.epithet, at = name, max(at, name_end)
        elif found.office and found.epithet is None and (byname := _QUOTED.fullmatch(words)):
            found.epithet = (byname["double"] or byname["single"]).strip(" .")
        elif found.office is None and (office := office_of(words, first)):
            found.office, held, rest = office
            if held:
                found.held = low + held[0], low + held[1]
            if rest:
                found.rest.append((low + rest[0], low + rest[1]))
        elif found.office and found.held is None and _is_span(words):
            found.held = low, low + len(words)
        elif (
            found.office
            and (office := office_of(words, first))
            and not office[2]
            and AT_HEAD.match(office[0])
        ):
            found.further.append((office[0], low, low + len(words)))
        else:
            found.rest.append((low, low + len(words)))
        first = False
    _take_quoted(text, found)


def _take_quoted(text: str, found: Found) -> None:
    """Take a quoted byname that stands before the office (“the Liberator”; MP for Clare)."""
    for piece in found.rest:
        byname = _QUOTED.fullmatch(text[slice(*piece)].strip())
        if found.office and found.epithet is None and byname:
            found.epithet = (byname["double"] or byname["single"]).strip(" .")
            found.rest.remove(piece)
            return


def _is_span(words: str) -> bool:
    return (
        bool(
            re.match(
                r"(?:from |since |until |in |[0-9]{4}|[A-Z][a-z]+ [0-9]|[0-9]{1,2} [A-Z])", words
            )
        )
        and len(words) < 40
        and bool(re.search("[0-9]", words))
        and not re.search(r"\b[a-z]{4,}ed\b", words)
    )


def _byname(text: str, start: int, end: int) -> tuple[str, int]:
    """A byname, quoted or up to the next comma, and where it ends."""
    if quoted := _QUOTED.match(text, start, end):
        return (quoted["double"] or quoted["single"]).strip(" ."), quoted.end()
    stop = _first_end(text, start, end)
    return without_article(text[start:stop].strip(" .'\"")), stop


def _first_end(text: str, start: int, end: int) -> int:
    """Where the piece ends that begins here: at a comma or the like outside brackets and quotes."""
    for match in _SEGMENT.finditer(text, start, end):
        before = text[start : match.start()]
        if _INSIDE_DATE.search(before[-20:]) and re.match(
            r",?\s{0,3}[0-9]{1,4}", text[match.start() : end]
        ):
            continue
        if _WAITS.search(before):
            continue
        if before.count("(") > before.count(")") or before.count('"') % 2:
            continue
        return match.start()
    return end


def _is_person(left: str, by_equals: bool) -> bool:
    plain = _without_brackets(left)
    if is_name(plain) and not is_only_office(plain):
        return True
    return by_equals and bool(re.fullmatch(r"[a-zà-ÿ'-]{3,20}(?: [a-zà-ÿ'-]{3,20})?", plain))


def _without_brackets(words: str) -> str:
    return re.sub(r"\s?\([^()]*\)\Z", "", words).strip()


def _without_dates(words: str) -> str:
    return re.sub(r"\s?[(,]?\s?(?:from |since )?[0-9]{4}.*\Z", "", words).strip()


def _bare(words: str) -> str:
    return " ".join(words.split()).strip(" .,;:-–=*")
