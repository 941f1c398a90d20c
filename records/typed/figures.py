"""Figures as people write them: text in, a number out, or a question, or a refusal that helps.

`read_figure` is the one entrance. "1,600,000", "1.6 million", "42k", "1/2", "two thirds", "−3.5",
"5–8", "over 26,000", "c. 500", "at least 24", "£42,000" and "44 per cent" are read; "1,5" and
"1.600" have two readings and are asked about. Nothing is guessed and nothing is rounded but a
fraction. Pure: no Django, no database.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from records.typed.numbers import (
    ONES,
    PARTS,
    SCALES,
    TENS,
    USUAL,
    FigureError,
    not_understood,
    number_of,
    number_words,
)

LONGEST_FIGURE = 200
# What the column of the words as written holds.
LONGEST_WORDS = 60
# What the column of a figure holds: fourteen digits before the point and six behind it.
_MOST = Decimal(10) ** 14
_STEP = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Figure:
    """What was read. `as_written` is "" where the number by itself says all that was written."""

    comparator: str
    value: Decimal
    upper_value: Decimal | None
    unit: str
    as_written: str


# Words before a figure that say how exact it is; the longer ones first.
COMPARATORS = {
    "over": ("just over", "well over", "over", "more than", "above", "exceeding", "upwards of",
             "in excess of", "greater than", ">"),
    "under": ("just under", "well under", "under", "less than", "fewer than", "below", "nearly",
              "almost", "not quite", "<"),
    "at_least": ("at least", "no fewer than", "no less than", "not less than", "not fewer than",
                 "a minimum of", "minimum", ">=", "≥"),
    "about": ("about", "circa", "approximately", "approx.", "approx", "around", "roughly", "some",
              "ca.", "ca", "c.", "c", "close to", "~", "≈"),
    "exactly": ("exactly", "precisely"),
}  # fmt: skip
_COMPARATOR_OF = {word: name for name, words in COMPARATORS.items() for word in words}
_COMPARATOR = re.compile(
    "(?:"
    + "|".join(
        re.escape(word) + (r"\b" if word[-1].isalpha() and len(word) > 1 else "")
        for word in sorted(_COMPARATOR_OF, key=len, reverse=True)
    )
    + r") ?(?=[0-9a-z£$€₽.½¼¾-])"
)
_MOSTS = re.compile(r"(?:at most|up to|no more than|not more than|a maximum of|maximum|<=|≤) ?(.+)")
_OR_MORE = re.compile(r"(.+?) ?(?:\+|or more|and more|and over|or over)")
_OR_SO = re.compile(r"(.+?) or so")

_MARKS = {"½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5",
          "⅗": "3/5", "⅘": "4/5", "⅙": "1/6", "⅚": "5/6", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8",
          "⅞": "7/8", "⅒": "1/10"}  # fmt: skip
_CURRENCIES = {
    "£": {"£", "pound", "pounds", "pounds sterling", "gbp"},
    "$": {"$", "dollar", "dollars", "us dollars", "usd"},
    "€": {"€", "euro", "euros", "eur"},
    "₽": {"₽", "rouble", "roubles", "ruble", "rubles", "rub"},
}
_UNITS = {
    "percent": {"percent", "per cent", "%", "pct", "p.c.", "pc"},
    "per mille": {"per mille", "‰", "permille", "promille", "per thousand"},
    **_CURRENCIES,
}
_UNIT_BEHIND = re.compile(
    r" ?(%|‰|per ?cent\b\.?|per ?mille\b|promille\b|per thousand\b|pct\b|[£$€₽])$"
)


def same_unit(one: str, other: str) -> bool:
    """Tell whether two names of a unit are of one unit: “%” and “percent”, “person”, “persons”."""
    return _unit(one) == _unit(other)


def _unit(name: str) -> str:
    plain = " ".join(name.lower().split())
    for unit, names in _UNITS.items():
        if plain in names:
            return unit
    return plain.removesuffix("s")


def read_figure(text: str, unit: str = "") -> Figure:
    """Read a figure, alone or of a measure that counts in `unit`; a half of percent is 50.

    Raises `FigureError` for what is not understood, has two readings, or is of another unit.
    """
    outcome = _outcome(text, unit)
    if isinstance(outcome, FigureError):
        raise outcome.with_traceback(None)
    return outcome


@lru_cache(maxsize=4096)
def _outcome(text: str, unit: str) -> Figure | FigureError:
    try:
        return _read(text, unit)
    except FigureError as error:
        working = tuple(example for example in error.examples if _works(example, unit))
        return FigureError(error.problem, working or USUAL, error.readings)


def _works(example: str, unit: str) -> bool:
    try:
        _read(example, unit)
    except FigureError:
        return False
    return True


def _tidy(text: str) -> str:
    if len(text) > LONGEST_FIGURE:
        raise FigureError(f"That is {len(text)} characters; a figure has at most 200.", ("1,600",))
    text = "".join(f" {_MARKS[char]}" if char in _MARKS else char for char in text)
    plain = []
    for char in text:
        category = unicodedata.category(char)
        if char.isspace():
            plain.append(" ")
        elif category == "Nd":
            plain.append(str(unicodedata.decimal(char)))
        elif char in "‐‑‒–—―−﹣－":
            plain.append("–" if char in "‒–—―" else "-")
        elif char in "’‘`´":
            plain.append("'")
        elif char in "⁄∕／":
            plain.append("/")
        elif category in ("Cc", "Cs"):
            raise FigureError("The figure holds a character that cannot be kept.", ("1,600",))
        elif category != "Cf":
            plain.append(char)
    return " ".join("".join(plain).split()).strip(" ;")


def _read(text: str, unit: str) -> Figure:
    written = _tidy(text)
    if not written:
        raise FigureError("No figure was given.", ("1,600,000", "1/2", "over 26,000"))
    lowered = written.lower().rstrip(".") if not written.endswith("p.c.") else written.lower()
    if most := _MOSTS.fullmatch(lowered):
        upper = _read(most[1], unit)
        raise FigureError(
            "“At most” is not kept: give both bounds, or say under.",
            (f"between 0 and {number_words(upper.value)}", f"under {number_words(upper.value)}"),
        )
    comparator, word, rest = "exactly", "", lowered
    if match := _COMPARATOR.match(rest):
        word = match[0].strip()
        comparator, rest = _COMPARATOR_OF[word], rest[match.end() :].strip()
        rest = rest.removeprefix("of ")
    elif more := _OR_MORE.fullmatch(rest):
        comparator, word, rest = "at_least", "or more", more[1]
    elif so := _OR_SO.fullmatch(rest):
        comparator, word, rest = "about", "or so", so[1]
    if not rest:
        raise not_understood(written)
    rest, said = _without_unit(rest, unit)
    if said and _unit(said) in _WHOLES:
        rest = re.sub(r" (?:of )?(?:an?|one)$", "", rest)  # "half a per cent"
    ends = _range(rest)
    if ends and comparator in ("exactly", "about"):
        low_text, high_text = ends
        high, scale = number_of(high_text, written)
        low, low_scale = number_of(low_text, written)
        if low_scale == 1 and scale != 1 and low * scale < high:
            low *= scale  # "1.6–2 million"
        if not said:
            low, high = _in_unit(low, low_text, unit), _in_unit(high, high_text, unit)
        if low >= high:
            raise FigureError(
                f"“{written}” runs from the higher to the lower number.",
                (f"{number_words(high)}–{number_words(low)}",),
            )
        plain = f"between {number_words(low)} and {number_words(high)}"
        plain_dash = f"{number_words(low)}–{number_words(high)}"
        shown = _kept(written, said or unit)
        return Figure(
            "between", _fit(low, low_text), _fit(high, high_text), said or unit,
            "" if shown.lower().replace("-", "–") in (plain, plain_dash) else shown,
        )  # fmt: skip
    value = number_of(rest, written)[0]
    if said and _PART.search(rest) and (whole := _WHOLES.get(_unit(said))):
        _ask_of_what(written, lowered, value, said, whole)
    # "1/2" of percent is 50; "33 1/3%" says its unit.
    value = _fit(value if said else _in_unit(value, rest, unit), rest)
    shown = _kept(written, said or unit)
    same = {number_words(value), f"{word} {number_words(value)}".strip(), str(value)}
    usual = {"over", "under", "about", "at least", ""}
    if word in usual and shown.lower() in same | {s.replace("−", "-") for s in same}:
        shown = ""
    elif word in usual | {"c.", "ca.", "circa", "c", "more than", "less than", "approximately"}:
        number = shown[len(word) :].strip() if shown.lower().startswith(word) else shown
        shown = "" if number.replace("-", "−") == number_words(value) else number
    return Figure(comparator, value, None, said or unit, shown)


def _kept(written: str, unit: str) -> str:
    """The words as they are kept: without the unit, which pages say once behind them.

    A fraction of percent keeps it: “1/2 percent” is no half of the whole.
    """
    bare = written
    names = _UNITS.get(_unit(unit), {unit.lower()}) if unit else set()
    if not (_PART.search(written.lower()) and _unit(unit) in _WHOLES):
        for name in sorted(names, key=len)[::-1]:
            if name.isalpha() or " " in name:
                bare = re.sub(rf" ?\b{re.escape(name)}\.?$", "", bare, flags=re.I)
    bare = bare.strip()
    if len(bare) > LONGEST_WORDS:
        raise FigureError(
            f"The words of a figure are kept up to {LONGEST_WORDS} characters, and these have "
            f"{len(bare)}: put the rest into the note.",
        )
    return bare


def _ask_of_what(written: str, lowered: str, value: Decimal, said: str, whole: int) -> None:
    """Raise a question for “half percent”: a half of one percent, or 50 percent."""
    if re.search(r"\b(?:an?|one|of) (?:per|%)|[0-9/]", lowered):
        return
    readings = tuple(f"{number_words(_fit(each, '/'))} {said}" for each in (value, value * whole))
    raise FigureError(f"“{written}” could be {' or '.join(readings)}.", readings, readings)


def _without_unit(text: str, unit: str) -> tuple[str, str]:
    """Take the unit off a figure; return the rest and the unit that it named, "" for none."""
    named = ""
    if text[0] in _CURRENCIES or re.match(r"-[£$€₽]", text):
        named = text.lstrip("-")[0]
        text = text.replace(named, "", 1).strip()
    elif match := _UNIT_BEHIND.search(text):
        named = match[1].rstrip(".")
        text = text[: match.start()]
        text = text.replace(named, "")  # "5%–8%"
    elif match := _WORDS_BEHIND.fullmatch(text):
        behind = match[2]
        words = behind.removeprefix("of ").strip()
        if words != "of" and not set(re.findall("[a-z]+", words)) & (
            set(SCALES) | set(PARTS) | set(ONES) | set(TENS) | {"and", "to", "or"}
        ):
            named, text = words, match[1]
    if not named:
        return text, ""
    if unit and not same_unit(named, unit):
        raise FigureError(
            f"“{named}” is not what this measure counts in, which is {unit}.", (text.strip(),)
        )
    return text.strip(), unit or (_unit(named) if _unit(named) in _UNITS else named)


_WORDS_BEHIND = re.compile(
    r"(.*(?:[0-9]|hundred|thousand|million|billion|half|third|quarter)s?) ([^0-9]+)"
)


def _range(text: str) -> tuple[str, str] | None:
    match = re.fullmatch(r"between (.+?) and (.+)", text) or re.fullmatch(
        r"(?:from )?(-?[^–]*[0-9a-z]) ?(?:–|-|(?<= )to(?= )) ?(-?[0-9.].*)", text
    )
    return (match[1].strip(), match[2].strip()) if match else None


_PART = re.compile(rf"/|\b(?:{'|'.join(PARTS)})s?\b")
_WHOLES = {"percent": 100, "per mille": 1000}


def _in_unit(value: Decimal, text: str, unit: str) -> Decimal:
    """A fraction in the unit of the measure: a half is 50 percent."""
    if re.search("[0-9] [0-9]", text) or not _PART.search(text):
        return value
    return value * (_WHOLES.get(_unit(unit), 1) if unit else 1)


def _fit(value: Decimal, text: str) -> Decimal:
    """The number as its column holds it. Only a fraction, as `text` has it, is rounded."""
    if abs(value) >= _MOST:
        raise FigureError(
            "A figure has at most fourteen digits before the point.", ("99,999,999,999,999",)
        )
    rounded = value.quantize(_STEP)
    if rounded != value and (rounded == 0 or not _PART.search(text)):
        raise FigureError(
            "A figure has at most six digits behind the point.",
            (number_words(rounded or _STEP),),
        )
    fitted = rounded.normalize()
    exponent = fitted.as_tuple().exponent
    return fitted.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else fitted
