"""One number as people write it: in figures, in words, as a fraction, with a scale behind it.

`number_of` is the entrance; `records.typed.figures` reads what stands around the number. Commas and
points that have two readings are asked about.
"""

from __future__ import annotations

import re
from decimal import Decimal


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


USUAL = ("1,600,000", "1/2", "over 26,000", "5–8")

SCALES = {
    "hundred": 10**2, "k": 10**3, "thousand": 10**3, "thousands": 10**3, "million": 10**6,
    "millions": 10**6, "m": 10**6, "mn": 10**6, "mln": 10**6, "billion": 10**9, "billions": 10**9,
    "bn": 10**9, "trillion": 10**12, "tn": 10**12, "dozen": 12,
}  # fmt: skip
_ONE_TO_NINETEEN = """zero one two three four five six seven eight nine ten eleven twelve thirteen
    fourteen fifteen sixteen seventeen eighteen nineteen"""
ONES = {word: n for n, word in enumerate(_ONE_TO_NINETEEN.split())}
TENS = {
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70,
    "eighty": 80, "ninety": 90,
}  # fmt: skip
PARTS = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6,
    "seventh": 7, "eighth": 8, "ninth": 9, "tenth": 10, "twentieth": 20, "hundredth": 100,
}  # fmt: skip
_WORD_FRACTION = re.compile(
    rf"(?:(?P<n>a|an|the|{'|'.join(ONES)})[ -])?(?P<part>{'|'.join(PARTS)})s?(?: of)?"
)
_NUMBER = re.compile(r"(?:[0-9]+(?:[ ,.'][0-9]+)*|[.,][0-9]+)")
_FRACTION = re.compile(r"(?:([0-9]+) )?([0-9]{1,6}) ?/ ?([0-9]{1,6})")


def number_of(text: str, written: str) -> tuple[Decimal, int]:
    """The number that a text without comparator and unit means, and its scale ("million")."""
    negative = re.match(r"(?:minus |[–-] ?)", text)
    if negative:
        value, scale = _value_of(text[negative.end() :], written)
        return -value, scale
    return _value_of(text.removeprefix("+"), written)


def _value_of(text: str, written: str) -> tuple[Decimal, int]:
    scale = 1
    while match := re.fullmatch(rf"(.*[0-9a-z]) ?({'|'.join(SCALES)})", text):
        if match[1].split()[-1:] == ["a"] or not re.search(r"[0-9]|^[a-z -]+$", match[1]):
            break
        if len(match[2]) < 3 and not match[1][-1].isdigit():
            break
        text, scale = match[1].strip(), scale * SCALES[match[2]]
    if (half := re.fullmatch(r"half an? (.+)", text)) and half[1] in SCALES:
        return Decimal(SCALES[half[1]]) / 2, SCALES[half[1]]
    if fraction := _FRACTION.fullmatch(text):
        if int(fraction[3]) == 0:
            raise FigureError("Nothing can be divided by 0.", ("1/2",))
        return (int(fraction[1] or 0) + Decimal(int(fraction[2])) / int(fraction[3])) * scale, scale
    if words := _WORD_FRACTION.fullmatch(text):
        count = 1 if words["n"] in (None, "a", "an", "the") else ONES[words["n"]]
        return Decimal(count) / PARTS[words["part"]] * scale, scale
    if _NUMBER.fullmatch(text):
        return _digits(text, written) * scale, scale
    if (spoken := _spoken(text)) is not None:
        return Decimal(spoken) * scale, scale
    raise not_understood(written)


def _spoken(text: str) -> int | None:
    """The number of "twenty-five" or "three hundred and one"; None for other words."""
    total = 0
    for word in re.split(r"[ -]+", text):
        if word in ("and", ""):
            continue
        if word in ("a", "an") and total == 0:
            total = 1
        elif word in ONES:
            total += ONES[word]
        elif word in TENS:
            total += TENS[word]
        elif word in ("hundred", "thousand", "million") and total:
            total *= SCALES[word]
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
            raise not_understood(written)
        if len(marks) > 1:
            if in_threes and groups[0] not in ("", "0"):
                return Decimal(plain)  # "1.600.000" has one reading
            raise not_understood(written)
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
    raise not_understood(written)


def _two_readings(text: str, written: str, *values: Decimal) -> FigureError:
    readings = tuple(written.lower().replace(text, _in_one_reading(value), 1) for value in values)
    return FigureError(
        f"“{written}” could be {_plain(values[0])} or {number_words(values[1])}.",
        readings,
        readings,
    )


def _in_one_reading(value: Decimal) -> str:
    """A number as nobody can misread it: a zero behind 1.125, which could be 1,125."""
    plain = _plain(value)
    return f"{plain}0" if value == 0 or re.fullmatch(r"-?[0-9]{1,3}\.[0-9]{3}", plain) else plain


def _plain(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def not_understood(written: str) -> FigureError:
    problem = f"“{written}” is not understood as a figure."
    found = re.search(r"[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?", written)
    if scientific := re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)e\+?([0-9]{1,2})", written.lower()):
        value = Decimal(scientific[1]) * 10 ** int(scientific[2])
        return FigureError(problem, (number_words(value),))
    if found and len(re.findall("[0-9]+", written.replace(",", "").replace(".", ""))) == 1:
        whole = number_words(Decimal(re.sub("[^0-9]", "", written)[:14]))
        number = whole if re.search("[,.]", written) else found[0]
        return FigureError(problem, (number, f"about {number}"))
    return FigureError(problem, USUAL)
