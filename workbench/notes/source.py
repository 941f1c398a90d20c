"""The text of notes, and the same text with its layout out of the way.

`plain` is as long as `text`, character by character: ends of lines and marks of bold type are
blanks there, curly quotes are straight, and dashes are “-” or “–”. What is found in the one is
therefore at the same place in the other.
"""

from __future__ import annotations

import re
from bisect import bisect_right

_BOLD = re.compile(r"\*{1,3}(?=\S)|(?<=\S)\*{1,3}|__(?=\S)|(?<=\S)__|`")
_ALIKE = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛´", "'"),
        **dict.fromkeys("“”„‟«»", '"'),
        **dict.fromkeys("\u2010\u2011\u2212\ufe63\uff0d", "-"),
        **dict.fromkeys("\u2012\u2014\u2015", "–"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f\r\n\v\f\x85\u2028\u2029\ufeff", " "),
        **dict.fromkeys("⟶⇒➔➜➝⟹", "→"),
    }
)
_BEFORE_MARK = re.compile(r" (?=[,;:.!?)\]])")
END_OF_LINE = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")


class Source:
    """Notes as they were given. `line_of` counts lines from 1, as editors do."""

    def __init__(self, text: str) -> None:
        self.text = text
        bold = _BOLD.sub(lambda match: " " * len(match[0]), text)
        self.plain = bold.translate(_ALIKE)
        self._starts = [0, *(match.end() for match in END_OF_LINE.finditer(text))]

    def line_of(self, offset: int) -> int:
        return bisect_right(self._starts, offset)

    def words(self, start: int, end: int) -> str:
        """The words between two places, for reading: one blank between two, no marks of type."""
        kept = self.text[start:end]
        bold = "".join(
            " " if blank == " " else char
            for blank, char in zip(self.plain[start:end], kept, strict=True)
        )
        return _BEFORE_MARK.sub("", " ".join(bold.split()))
