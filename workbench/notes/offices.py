"""Offices: what words name one, where its dates stand, and what is said beside it."""

from __future__ import annotations

import re

from workbench.notes.dates import MONTH
from workbench.notes.vocabulary import OFFICES, ROLES, TITLES


def _any_of(words: frozenset[str]) -> str:
    return rf"(?:{'|'.join(sorted(map(re.escape, words), key=len, reverse=True))})s?"


OFFICE_WORD = _any_of(OFFICES)
_ROLE_WORD = _any_of(OFFICES | ROLES)
# “first President”, “US Secretary of State”, “Head of MVD”: at most three words before the office.
_OFFICE = re.compile(
    rf"(?:the |a |an )?(?:[\w.'&/-]+ ){{0,3}}?(?:[\w.'-]+-)?{_ROLE_WORD}\b(?!'s)", re.I
)
# An office itself, and none that only stands behind “of” (“favourite of the Queen”).
AT_HEAD = re.compile(
    rf"(?:the )?(?:(?!of\b)[\w.'&/-]+ ){{0,3}}?(?:[\w.'-]+-)?{OFFICE_WORD}\b", re.I
)
_NOT_BEFORE_OFFICE = re.compile(
    r"\b(?:was|is|were|by|his|her|their|he|she|with|against|from|who|under|for|that|not|to|"
    r"replaced|succeeded|followed|[a-z]+ed|(?!king\b)[a-z]+ing)\b",
    re.I,
)
BECAME = re.compile(
    r"(?:(?:who )?(?:had |has )?(?:been )?(?:was |is )?(?:later |then |also |first )?"
    r"(?:was|is|became|becomes|become|served as|serves as|appointed|appointed as|made|elected|"
    r"elected as|named|promoted to|chosen as|crowned)) (?:the |an? )?(?=\S)",
    re.I,
)
REPLACED = re.compile(
    r"(?P<how>(?:replaced|replaces|succeeded|succeeds|followed|follows|took over from|"
    r"takes over from) (?P<whom>[^,;]{2,60}?) as) (?:the )?(?P<office>\S[^,;]*)",
    re.I,
)
_ALSO = re.compile(r"(?:and |then |later |also |and then |previously |formerly )+", re.I)
_VERBAL = re.compile(r"(?:[a-z]+ed|wanted|led|was|had|believed|ran|won|made|wrote|gave)\b", re.I)
OFFICE_AT = re.compile(
    rf"(?:the |an? )?(?:[A-Z][\w.'-]*\.? |first |last |deputy |acting |sole |joint |new |chief |"
    rf"vice |general |foreign |prime |great |high |grand ){{0,4}}"
    rf"(?:[\w]+-)?(?i:{OFFICE_WORD})\b(?!'s|-)"
    r"(?: of(?: the)? (?:[A-Z][\w'.-]*|opposition|army|party|council|church|people|treasury|king|"
    r"navy|state|war|police|republic)(?: (?:of|and|the|for|[A-Z][\w'.-]*))*| (?:for|to) (?:the )?"
    r"[A-Z][\w'.-]*(?: (?:of|and|the|for|[A-Z][\w'.-]*))*)?",
)
_CAPITALISED_OFFICE = re.compile(rf"{OFFICE_WORD}", re.I)
_DATES_BEHIND = re.compile(
    r"\s{0,3}[(–-]?\s{0,3}(?:,\s?)?(?:\b(?:from|since|until|till|in|by|between|after|before|c\.|"
    r"circa|about) )?(?:the )?(?:early |late |mid-?)?(?:(?:[0-9]{1,2}(?:st|nd|rd|th)? )?(?:"
    + MONTH
    + r"\s?[-–]\s?)?"
    + MONTH
    + r",? (?:[0-9]{1,2}(?:st|nd|rd|th)?,? ?)?)?"
    r"(?:[0-9]{4}|(?:[0-9]{1,4}\s?[-–/]\s?)?[0-9]{1,4} ?(?:BCE?|AD|CE)).*\Z"
    r"|\s{1,3}(?:until|before|after|under|during|from|since|once|twice"
    r"|three times|four times|five times|six times|[0-9] times)\b.*\Z|\s(?:at|aged) [0-9].*\Z"
)


def is_office(words: str) -> bool:
    """Tell whether some words begin with an office."""
    match = _OFFICE.match(words)
    return bool(match and not _NOT_BEFORE_OFFICE.search(match[0]))


def office_of(
    words: str, first: bool
) -> tuple[str, tuple[int, int] | None, tuple[int, int] | None] | None:
    """The office that some words name, where its dates stand, and what else they say."""
    rest = None
    offset = 0
    if replaced := REPLACED.match(words):
        offset, rest = replaced.start("office"), (0, len(words))
    elif became := BECAME.match(words):
        offset = became.end()
    elif also := _ALSO.match(words):
        offset = also.end()
    office = words[offset:]
    if not is_office(office):
        return None
    if _VERBAL.match(office.split()[0]) and not is_office(office.split()[0]):
        return None
    cut = _cut_dates(office)
    aside = re.search(r"\s{0,3}\((?![^()]*[0-9]{4})[^()]+\)\s{0,3}\Z", office[:cut])
    opening = office.rfind("(", 0, cut)
    if aside is None and opening >= 0 and re.search(r"\w", office[opening:cut]):
        # The date belongs to something else in brackets: “(founded 1823)”.
        name = without_article(office[:opening].strip(" ,–-"))
        return (name, None, rest or (offset + opening, len(words))) if name else None
    cut_name = cut
    if aside and rest is None:
        rest = offset + aside.start(), offset + aside.end()
        cut_name = aside.start()
    name = without_article(office[:cut_name].strip(" ,(–-"))
    held = (offset + cut, len(words)) if cut < len(office) else None
    return (name, held, rest) if name else None


def _cut_dates(office: str) -> int:
    match = _DATES_BEHIND.search(office)
    return match.start() if match else len(office)


def is_only_office(words: str) -> bool:
    office = OFFICE_AT.fullmatch(words)
    if re.match(rf"(?:the )?(?:{'|'.join(TITLES)}) (?:of )?[A-Z]", words, re.I) and " of " in words:
        return False
    return bool(office) and bool(_CAPITALISED_OFFICE.search(words)) and len(words.split()) <= 7


def without_article(words: str) -> str:
    words = words.strip(" .,;:")
    if len(words) > 2 and words[0] in "'\"" and words[-1] == words[0]:
        words = words[1:-1]
    return re.sub(r"^(?:the|an?) (?=\S)", "", words, flags=re.I)
