"""Letters as a search compares them: small, Latin, without marks. Pure; knows no database."""

from __future__ import annotations

from unicodedata import normalize

# Russian and Ukrainian letters in English ones, after the usage of English books on the Soviet
# Union: х as kh, ж as zh, щ as shch. Ё is written as е in most Russian print, so it is read as е.
_LATIN_OF = {
    "а": "a",
    "б": "b",
    "в": "v",
    "г": "g",
    "д": "d",
    "е": "e",
    "ж": "zh",
    "з": "z",
    "и": "i",
    "й": "y",
    "к": "k",
    "л": "l",
    "м": "m",
    "н": "n",
    "о": "o",
    "п": "p",
    "р": "r",
    "с": "s",
    "т": "t",
    "у": "u",
    "ф": "f",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ъ": "",
    "ы": "y",
    "ь": "",
    "э": "e",
    "ю": "yu",
    "я": "ya",
    "є": "e",
    "і": "i",
    "ї": "i",
    "ґ": "g",
}
# Letters that keep their stroke or their two halves when marks are taken off.
_UNMARKED = {"ł": "l", "đ": "d", "ø": "o", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th"}
_LETTERS = str.maketrans({**_LATIN_OF, **_UNMARKED})
_CYRILLIC_ROMAN = str.maketrans("хімXІМ", "ximXIM")


def is_cyrillic(text: str) -> bool:
    """True for a text with a Russian or Ukrainian letter in it."""
    return any("Ѐ" <= letter <= "ӿ" for letter in text)


def latin(text: str) -> str:
    """A text in small Latin letters without marks: «Хрущёв» as `khrushchev`, “Poznań” as `poznan`.

    Letters of other scripts than Latin and Cyrillic stay as they are.
    """
    if text.isascii():
        return text.lower()
    # й is и with a mark to Unicode, and another letter to readers.
    kept = text.lower().replace("й", "\0")
    plain = "".join(c for c in normalize("NFKD", kept) if not "\u0300" <= c <= "\u036f")
    return plain.replace("\0", "й").translate(_LETTERS)


def roman_in_latin(word: str) -> str:
    """A Roman figure that was typed with Russian letters, as «ХХ съезд» has it, in Latin ones."""
    small = word.lower()
    return small.translate(_CYRILLIC_ROMAN) if {*small} <= {*"хімixvcm"} else word
