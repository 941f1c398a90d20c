"""What a section’s text says, paragraph by paragraph. Pure: reads nothing but the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from records import prose
from records.models import KEY_PATTERN

SOURCE = "source"
EXAMPLE_LINK = "[the Secret Speech](event:secret-speech)"
EXAMPLE_CITATION = "[@lewin-2005, chapter 13]"

# How many texts a process keeps as they were read, the latest asked for.
KEPT = 500
# Addresses that are those of no record.
ELSEWHERE = re.compile(r"(?:https?:|mailto:|/|#)", re.IGNORECASE)
TO_RECORD = re.compile(rf"([a-z_]+):({KEY_PATTERN})")
CITED = re.compile(rf"@({KEY_PATTERN})(?:\s*,\s*(.*))?", re.DOTALL)
# What was meant as one of the two, and is read as neither.
_UNREAD = re.compile(r"\]\(\s*[A-Za-z_]+:(?!//)[^)\n]*\)?|\[@[^\[\]\n]*$")
# While the HTML of what was typed is cleaned, characters of no language stand for our own markup.
OPENERS = re.compile("[\ue000-\ue003]")


@dataclass(frozen=True)
class Cited:
    """A place in a source, as a text names it."""

    key: str
    locator: str


@dataclass
class Paragraph:
    """A paragraph, or another block of text (a list, a quotation), and what it names.

    `number` counts from 1 in its section; `links` holds kinds and keys; `faults` says what is
    wrong with the way in which something is written.
    """

    number: int
    tokens: list[Token]
    words: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    citations: list[Cited] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def named(self) -> list[tuple[str, str]]:
        """The kinds and keys of all records and sources that it names."""
        return [*self.links, *((SOURCE, cited.key) for cited in self.citations)]


def _citation_rule(state: StateInline, silent: bool) -> bool:
    """Read `[@key, place]` at this place of a line."""
    if not state.src.startswith("[@", state.pos):
        return False
    end = state.src.find("]", state.pos)
    if end < 0:
        return False
    if not silent:
        token = state.push("citation", "", 0)
        token.content = state.src[state.pos + 1 : end]
    state.pos = end + 1
    return True


MARKDOWN = prose.parser()
MARKDOWN.inline.ruler.before("link", "citation", _citation_rule)


@lru_cache(KEPT)
def read(text: str) -> tuple[Paragraph, ...]:
    """The paragraphs of a section’s text. Reads nothing but the text.

    They are kept for whoever asks next: nobody may change what is in them.
    """
    # The characters that stand for markup while it is made are nobody’s to type.
    tokens = MARKDOWN.parse(OPENERS.sub("", text), prose.references())
    paragraphs: list[Paragraph] = []
    start = 0
    for place, token in enumerate(tokens):
        if token.level:
            continue
        if token.nesting >= 0:
            start = place
        if token.nesting <= 0 and token.type != "hr":
            block = Paragraph(len(paragraphs) + 1, tokens[start : place + 1])
            _look_through(block)
            paragraphs.append(block)
    return (*paragraphs,)


def words(text: str) -> str:
    """The plain words of a text, a blank line between its paragraphs."""
    return "\n\n".join(paragraph.words for paragraph in read(text))


def anchor(section: Any) -> str:
    """The name of a section’s place on the page of its topic."""
    return f"section-{section.public_id}"


def _look_through(block: Paragraph) -> None:
    words: list[str] = []
    for token in block.tokens:
        _look_at_line(block, token.children or (), words)
        words.append(" ")
    block.words = re.sub(r"\s+(?=[.,;:!?])", "", " ".join("".join(words).split()))
    for unread in _UNREAD.findall(block.words):
        block.faults.append(
            f"“{unread.strip()}” is not read as a link or a citation. Write {EXAMPLE_LINK} or "
            f"{EXAMPLE_CITATION}, without spaces in the key."
        )


def _look_at_line(block: Paragraph, children: Iterable[Token], words: list[str]) -> None:
    for token in children:
        if token.type == "link_open":
            _look_at_link(block, token)
        elif token.type == "citation":
            block.citations += read_citation(block, token.content)
        elif token.type in ("softbreak", "hardbreak"):
            words.append(" ")
        else:
            words.append(token.content)


def _look_at_link(block: Paragraph, token: Token) -> None:
    address = str(token.attrGet("href") or "")
    if ELSEWHERE.match(address) or ":" not in address:
        return
    if named := TO_RECORD.fullmatch(address):
        block.links.append((named[1], named[2]))
    else:
        block.faults.append(
            f"“{address}” names no record. Write its kind and its key, as in {EXAMPLE_LINK}."
        )


def read_citation(block: Paragraph, written: str) -> Iterator[Cited]:
    for one in re.split(r"\s*;\s*(?=@)", written.strip()):
        read_as = CITED.fullmatch(one)
        if read_as is None:
            block.faults.append(
                f"“[{one}]” names no source. Write its key and the place in it, as in "
                f"{EXAMPLE_CITATION}."
            )
        elif not (locator := " ".join((read_as[2] or "").split())):
            block.faults.append(
                f"“[{one}]” does not say where in the source. Write for example "
                f"“[@{read_as[1]}, chapter 13]” or “[@{read_as[1]}, p. 4]”."
            )
        else:
            yield Cited(read_as[1], locator)
