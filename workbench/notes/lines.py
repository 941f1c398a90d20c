"""One line of notes: how far in it stands, what marks it, and where its words begin and end.

Marks are bullets (“•”, “-”, “*”, “o”), numbers (“1.”, “2)”, “(3)”, “IV.”), letters (“a)”), `#` of
Markdown, and `>` of a quotation. A line of “===” or “---” underlines the one above it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from workbench.notes.source import END_OF_LINE, Source

# The longest run of white space in front of a line that is counted.
_DEEPEST = 200
_UNDERLINE = re.compile(r"\s{0,200}(={3,}|-{3,}|_{3,}|~{3,}|–{3,}|\*{3,}|#{3,})\s{0,200}")
_QUOTE = re.compile(r"(?:>\s{0,3}){1,5}")
_MARKDOWN = re.compile(r"(#{1,6})\s{1,20}(?=\S)")
_BULLET = re.compile(
    r"([-–•◦▪▫■□●○‣⁃∙·*+►▸➢✓✔→|]|o(?=\s{1,20}[A-Za-z0-9]))\s{1,20}(?=\S)|([•◦▪●○‣►▸➢])(?=\S)"
)
_BOX = re.compile(r"\[[ xX]?\]\s{1,5}")
_NUMBER = re.compile(r"(?:\(?([0-9]{1,2})[.)](?![0-9])|\(([0-9]{1,2})\))(?:\s{1,20}|(?=[A-Z]))")
_SECTION = re.compile(
    r"([0-9]{1,2}(?:\.[0-9]{1,2}){1,3})\.?\s{1,20}(?=[A-Z]|[0-9]{1,2} [A-Z]|[0-9]{4})"
)
_ROMAN = re.compile(r"\(?([IVX]{1,5}|[ivx]{1,5})[.)]\s{1,20}")
_LETTER = re.compile(r"\(?([A-Ha-h])[.)]\s{1,20}")


@dataclass(frozen=True, slots=True)
class Line:
    """`start` and `end` bound the whole line, `begin` and `stop` its words without the mark."""

    number: int
    start: int
    end: int
    begin: int
    stop: int
    indent: int
    mark: str
    is_bold: bool
    after_blank: bool
    rule: str

    @property
    def is_blank(self) -> bool:
        return self.begin == self.stop


def lines_of(source: Source) -> list[Line]:
    """Every line that is not blank. An underline comes with no words and its sign in `rule`."""
    found = []
    start, after_blank = 0, True
    ends = [*((m.start(), m.end()) for m in END_OF_LINE.finditer(source.text))]
    ends.append((len(source.text), len(source.text)))
    for number, (end, following) in enumerate(ends, 1):
        if source.plain[start:end].strip():
            found.append(_line(source, number, start, end, after_blank))
            after_blank = False
        else:
            after_blank = True
        start = following
    return found


def _line(source: Source, number: int, start: int, end: int, after_blank: bool) -> Line:
    text = source.text[start:end]
    if rule := _UNDERLINE.fullmatch(text):
        return Line(number, start, end, end, end, 0, "", False, after_blank, rule[1][0])
    body = len(text) - len(text.lstrip())
    indent = sum(4 if char == "\t" else 1 for char in text[: min(body, _DEEPEST)])
    mark = ""
    if quote := _QUOTE.match(text, body):
        body, mark = quote.end(), ">"
    if found := _MARKDOWN.match(text, body):
        body, mark = found.end(), "#" * len(found[1])
    elif found := _BULLET.match(text, body):
        body, mark = found.end(), found[1] or found[2]
        if box := _BOX.match(text, body):
            body = box.end()
    elif found := _SECTION.match(text, body):
        body, mark = found.end(), "1" + ".1" * found[1].count(".")
    elif found := _NUMBER.match(text, body):
        body, mark = found.end(), "1"
    elif found := _ROMAN.match(text, body):
        body, mark = found.end(), "I" if found[1].isupper() else "i"
    elif found := _LETTER.match(text, body):
        body, mark = found.end(), "A" if found[1].isupper() else "a"
    stop = start + len(text.rstrip())
    if mark.startswith("#"):
        stop = start + len(text.rstrip().rstrip("#").rstrip())
    words = text[body:].strip()
    is_bold = bool(re.match(r"(\*\*|__)[^*_]+\1:?$|\*\*[^*]+:\*\*$", words)) and len(words) > 4
    begin = min(start + body, stop)
    while begin < stop and source.plain[begin].isspace():
        begin += 1
    while stop > begin and source.plain[stop - 1].isspace():
        stop -= 1
    return Line(number, start, end, begin, stop, indent, mark, is_bold, after_blank, "")
