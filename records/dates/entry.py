"""What somebody typed as a date: mended where the slip is plain, refused in words that help.

Every refusal of the date modules is made here, so that each one says what is wrong and offers
entries that work.
"""

from __future__ import annotations

import unicodedata
from typing import Any

LONGEST_TEXT = 200


class DateError(ValueError):
    """A date that cannot be kept. The message is for a teacher: what is wrong, what would work.

    `problem` is the message without its examples, `examples` are entries that do work, and
    `readings` are those of them that the entry itself could mean: with any, it is a question.
    """

    def __init__(
        self, problem: str, examples: tuple[str, ...] = (), readings: tuple[str, ...] = ()
    ) -> None:
        self.problem, self.examples, self.readings = problem, examples, readings
        *earlier, last = [f"“{example}”" for example in examples] or [""]
        offer = f" Try {', '.join(earlier)}{' or ' if earlier else ''}{last}." if last else ""
        super().__init__(problem + offer)

    def __reduce__(self) -> Any:
        return type(self), (self.problem, self.examples, self.readings)


class WhichCentury(DateError):
    """A year of two figures, which the years that a course is about may settle."""


def refusal(problem: str, *examples: str) -> DateError:
    """Return the error that states `problem` (a sentence) and offers `examples`, which all work."""
    return DateError(problem, examples)


def question(problem: str, *readings: str) -> DateError:
    """Return the error that asks which of `readings` is meant: the entry could be any of them."""
    return DateError(problem, readings, readings)


def quoted(words: str) -> str:
    """Return `words` in quotation marks, shortened to 60 characters, for use in a message."""
    return f"“{words if len(words) <= 60 else words[:59] + '…'}”"


_HYPHENS = dict.fromkeys(map(ord, "\u2010\u2011\u2212\ufe63\uff0d"), "-")
_DASHES = dict.fromkeys(map(ord, "\u2012\u2013\u2014\u2015"), "–")
_QUOTES = dict.fromkeys(map(ord, "‘’‚‛′`´"), "'") | dict.fromkeys(map(ord, "“”„‟«»"), '"')
_SLIPS = _HYPHENS | _DASHES | _QUOTES | dict.fromkeys(map(ord, "\u2215\u2044\uff0f"), "/")


def tidy(words: str) -> str:
    """Return `words` with typing slips mended; the letters keep their case.

    Any white space becomes single spaces, invisible characters go, digits of any script become
    0–9, hyphens become "-", every longer dash "–". Raises `DateError` when there is nothing left,
    when there are more than 200 characters, or for characters that no text should hold.
    """
    if len(words) > LONGEST_TEXT:
        raise refusal(
            f"That is {len(words)} characters; a date has at most {LONGEST_TEXT}.", "5 March 1953"
        )
    if words.isascii() and words.isprintable():
        plain = words
    else:
        plain = "".join(map(_mended, words)).translate(_SLIPS)
    plain = " ".join(plain.split())
    if not plain:
        raise refusal("No date was given.", "June 1956", "c. 1957")
    return plain


def _mended(char: str) -> str:
    if char.isspace():
        return " "
    category = unicodedata.category(char)
    if category == "Nd":
        return str(unicodedata.decimal(char))
    if category == "Cf":
        return ""
    if category in ("Cc", "Cs"):
        raise refusal("The date holds a character that cannot be shown or kept.", "5 March 1953")
    return char
