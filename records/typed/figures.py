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

LONGEST_FIGURE = 200
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


class FigureError(ValueError):
    """A figure that cannot be read: what is wrong, entries that work, and what it could mean."""

    def __init__(
        self, problem: str, examples: tuple[str, ...] = (), readings: tuple[str, ...] = ()
    ) -> None:
        self.problem, self.examples, self.readings = problem, examples, readings
        *earlier, last = [f"“{example}”" for example in examples] or [""]
        offer = f" Try {', '.join(earlier)}{' or ' if earlier else ''}{last}." if last else ""
        super().__init__(problem + offer)


def number_words(value: Decimal) -> str:
    """A number with thousands separators and no trailing zeros: 1600000.000000 → “1,600,000”."""
    text = f"{value:,.6f}".rstrip("0").rstrip(".")
    return "0" if text in {"-0", ""} else text.replace("-", "−")


_USUAL = ("1,600,000", "1/2", "over 26,000", "5–8")

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

_SCALES = {
    "hundred": 10**2, "k": 10**3, "thousand": 10**3, "thousands": 10**3, "million": 10**6,
    "millions": 10**6, "m": 10**6, "mn": 10**6, "mln": 10**6, "billion": 10**9, "billions": 10**9,
    "bn": 10**9, "trillion": 10**12, "tn": 10**12, "dozen": 12,
}  # fmt: skip
_ONE_TO_NINETEEN = """zero one two three four five six seven eight nine ten eleven twelve thirteen
    fourteen fifteen sixteen seventeen eighteen nineteen"""
_ONES = {word: n for n, word in enumerate(_ONE_TO_NINETEEN.split())}
_TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
_PARTS = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6,
    "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "twentieth": 20, "hundredth": 100,
}  # fmt: skip
_WORD_FRACTION = re.compile(
    rf"(?:(?P<n>a|an|the|{'|'.join(_ONES)})[ -])?(?P<part>{'|'.join(_PARTS)})s?(?: of)?"
)
_NUMBER = re.compile(r"(?:[0-9]+(?:[ ,.'][0-9]+)*|[.,][0-9]+)")
_FRACTION = re.compile(r"(?:([0-9]+) )?([0-9]{1,6}) ?/ ?([0-9]{1,6})")
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
        return FigureError(error.problem, working or _USUAL, error.readings)


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
        raise _not_understood(written)
    rest, said = _without_unit(rest, unit)
    ends = _range(rest)
    if ends and comparator in ("exactly", "about"):
        low_text, high_text = ends
        high, scale = _value(high_text, written)
        low, low_scale = _value(low_text, written)
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
            "between", _fit(low), _fit(high), said or unit,
            "" if shown.lower().replace("-", "–") in (plain, plain_dash) else shown,
        )  # fmt: skip
    value = _value(rest, written)[0]
    # "1/2" of percent is 50; "33 1/3%" says its unit.
    value = _fit(value if said else _in_unit(value, rest, unit))
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
    """The words as they are kept: without the unit, which pages say once behind them."""
    bare = written
    for name in sorted(_UNITS.get(_unit(unit), {unit.lower()}) if unit else (), key=len)[::-1]:
        if name.isalpha() or " " in name:
            bare = re.sub(rf" ?\b{re.escape(name)}\.?$", "", bare, flags=re.I)
    return bare.strip()[:60]


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
            set(_SCALES) | set(_PARTS) | set(_ONES) | set(_TENS) | {"and", "to", "or"}
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


def _value(text: str, written: str) -> tuple[Decimal, int]:
    """The number that a text without comparator and unit means, and its scale ("million")."""
    negative = re.match(r"(?:minus |[–-] ?)", text)
    if negative:
        value, scale = _value_of(text[negative.end() :], written)
        return -value, scale
    return _value_of(text.removeprefix("+"), written)


def _value_of(text: str, written: str) -> tuple[Decimal, int]:
    scale = 1
    while match := re.fullmatch(rf"(.*[0-9a-z]) ?({'|'.join(_SCALES)})", text):
        if match[1].split()[-1:] == ["a"] or not re.search(r"[0-9]|^[a-z -]+$", match[1]):
            break
        if len(match[2]) < 3 and not match[1][-1].isdigit():
            break
        text, scale = match[1].strip(), scale * _SCALES[match[2]]
    if (half := re.fullmatch(r"half an? (.+)", text)) and half[1] in _SCALES:
        return Decimal(_SCALES[half[1]]) / 2, _SCALES[half[1]]
    if fraction := _FRACTION.fullmatch(text):
        if int(fraction[3]) == 0:
            raise FigureError("Nothing can be divided by 0.", ("1/2",))
        return (int(fraction[1] or 0) + Decimal(int(fraction[2])) / int(fraction[3])) * scale, scale
    if words := _WORD_FRACTION.fullmatch(text):
        count = 1 if words["n"] in (None, "a", "an", "the") else _ONES[words["n"]]
        return Decimal(count) / _PARTS[words["part"]] * scale, scale
    if _NUMBER.fullmatch(text):
        return _digits(text, written) * scale, scale
    if (spoken := _spoken(text)) is not None:
        return Decimal(spoken) * scale, scale
    raise _not_understood(written)


def _spoken(text: str) -> int | None:
    """The number of "twenty-five" or "three hundred and one"; None for other words."""
    total = 0
    for word in re.split(r"[ -]+", text):
        if word in ("and", ""):
            continue
        if word in ("a", "an") and total == 0:
            total = 1
        elif word in _ONES:
            total += _ONES[word]
        elif word in _TENS:
            total += _TENS[word]
        elif word in ("hundred", "thousand", "million") and total:
            total *= _SCALES[word]
        else:
            return None
    return total if re.search("[a-z]", text) else None


def _digits(text: str, written: str) -> Decimal:
    """The number of "1,600,000" or "1.5"; a question where comma or point has two readings."""
    marks = re.findall(r"[ ,.']", text)
    kinds = set(marks)
    groups = re.split(r"[ ,.']", text)
    in_threes = len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:])
    plain = "".join(groups)
    if not marks:
        return Decimal(text)
    if len(kinds) == 1:
        mark = marks[0]
        if mark in " '":
            if in_threes and groups[0]:
                return Decimal(plain)
            raise _not_understood(written)
        if len(marks) > 1:
            if in_threes and groups[0] not in ("", "0"):
                return Decimal(plain)  # "1.600.000" has one reading
            raise _not_understood(written)
        point = Decimal(f"{groups[0] or 0}.{groups[1]}")
        starts_with_zero = groups[0] in ("", "0")
        if mark == "," and in_threes and not starts_with_zero:
            return Decimal(plain)
        if mark == "." and not (in_threes and not starts_with_zero):
            return point
        if mark == "," and starts_with_zero:
            return point
        raise _two_readings(text, written, point, Decimal(plain))
    if len(kinds) == 2 and marks[-1] in ".," and marks.count(marks[-1]) == 1:
        whole = re.split(r"[ ,.']", text[: text.rindex(marks[-1])])
        if len(whole[0]) <= 3 and all(len(group) == 3 for group in whole[1:]):
            return Decimal(f"{''.join(whole)}.{groups[-1]}")
    raise _not_understood(written)


def _two_readings(text: str, written: str, *values: Decimal) -> FigureError:
    readings = tuple(
        written.lower().replace(text, f"{value}0" if value == 0 else _plain(value), 1)
        for value in values
    )
    return FigureError(
        f"“{written}” could be {_plain(values[0])} or {number_words(values[1])}.",
        readings,
        readings,
    )


def _plain(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _in_unit(value: Decimal, text: str, unit: str) -> Decimal:
    """A fraction in the unit of the measure: a half is 50 percent."""
    parts = "|".join(_PARTS)
    if re.search("[0-9] [0-9]", text):
        return value
    if "/" not in text and not re.search(rf"\b(?:{parts})s?\b", text):
        return value
    name = _unit(unit) if unit else ""
    return value * {"percent": 100, "per mille": 1000}.get(name, 1)


def _fit(value: Decimal) -> Decimal:
    if abs(value) >= _MOST:
        raise FigureError(
            "A figure has at most fourteen digits before the point.", ("99,999,999,999,999",)
        )
    rounded = value.quantize(_STEP)
    if rounded == 0 and value != 0:
        raise FigureError("A figure has at most six digits behind the point.", ("0.000001",))
    fitted = rounded.normalize()
    exponent = fitted.as_tuple().exponent
    return fitted.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else fitted


def _not_understood(written: str) -> FigureError:
    problem = f"“{written}” is not understood as a figure."
    found = re.search(r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?", written)
    if scientific := re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)e\+?([0-9]{1,2})", written.lower()):
        value = Decimal(scientific[1]) * 10 ** int(scientific[2])
        return FigureError(problem, (number_words(value),))
    if found and len(re.findall("[0-9]+", written.replace(",", "").replace(".", ""))) == 1:
        whole = number_words(Decimal(re.sub("[^0-9]", "", written)[:14]))
        number = whole if re.search("[,.]", written) else found[0]
        return FigureError(problem, (number, f"about {number}"))
    return FigureError(problem, _USUAL)
