"""The HTML of a text, but for what differs from page to page: the numbers of its notes, and where
its links lead now.

That is most of the work of setting a lesson, and depends on the text and on what readers see alone:
it is done once, and kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from functools import lru_cache

from markdown_it.token import Token

from events.lesson.reading import (
    ELSEWHERE,
    KEPT,
    MARKDOWN,
    SOURCE,
    TO_RECORD,
    Paragraph,
    read,
    read_citation,
)
from records import prose

_NOTHING = "\ue000\ue001"
_LINK = re.compile("\ue002([0-9]+)\ue001")
_NUMBER = re.compile("\ue000([0-9]+)\ue001")
# What is looked for begins at the first letter of a word, and takes few spaces along: a text of one
# endless word or gap would else be gone through once for each of its letters.
_GAP = r"\s{0,4}"
# A number stands after the full stop, and at the end of no line but its own word’s.
_NUMBERS = f"((?:{_GAP}\ue000[0-9]+\ue001)+)"
_BEFORE_STOP = re.compile(f"{_NUMBERS}([.,;:!?]+)")
_LETTERS = "[^\\s<>\ue000-\ue003]"
_WITH_WORD = re.compile(f"(?<!{_LETTERS})({_LETTERS}*){_NUMBERS}")


@dataclass(frozen=True)
class Place:
    """What belongs at one place of a text: the beginning of a link, or the number of a note.

    `locator` says where in the source; None for a link.
    """

    kind: str
    key: str
    locator: str | None = None


@dataclass(frozen=True)
class Outline:
    """HTML that has marks where something is still to come, and what that is, in their order."""

    html: str
    places: tuple[Place, ...]

    def filled(self, markup: Sequence[str]) -> str:
        """The HTML, with the markup that belongs to each of `places`."""
        html = _LINK.sub(lambda found: markup[int(found[1])], self.html).replace("\ue003", "</a>")
        return _NUMBER.sub(lambda found: markup[int(found[1])], html)


@lru_cache(KEPT)
def outlined(text: str, seen: frozenset[tuple[str, str]]) -> Outline:
    """The outline of a text. In: the kinds and keys of what it names that readers see.

    Of links to anything else the words remain, and of citations nothing.
    """
    places: list[Place] = []
    html = "".join(_outlined(paragraph, seen, places) for paragraph in read(text))
    return Outline(html, (*places,))


def _outlined(paragraph: Paragraph, seen: frozenset[tuple[str, str]], places: list[Place]) -> str:
    tokens = []
    for token in paragraph.tokens:
        # What was read stays as it is, for whoever asks next.
        token = copy(token)
        if token.children:
            token.children = list(_children(token.children, seen, places))
        tokens.append(token)
    html = prose.cleaned(MARKDOWN.renderer.render(tokens, MARKDOWN.options, {}))
    html = re.sub(f"{_GAP}{_NOTHING}", "", html)
    html = _BEFORE_STOP.sub(r"\2\1", html)
    return _WITH_WORD.sub(_held, html)


def _held(found: re.Match[str]) -> str:
    """A word with its numbers, which a line does not part."""
    numbers = "".join(found[2].split())
    return f'<span class="held">{found[1]}<sup class="refs">{numbers}</sup></span>'


def _children(
    children: list[Token], seen: frozenset[tuple[str, str]], places: list[Place]
) -> Iterator[Token]:
    ends: list[str | None] = []
    for token in children:
        if token.type == "citation":
            yield _text(_numbers(token.content, seen, places))
        elif token.type == "link_open":
            href = str(token.attrGet("href") or "")
            to_record = TO_RECORD.fullmatch(href)
            if to_record is None:
                is_ours = bool(ELSEWHERE.match(href)) or ":" not in href
                ends.append(None if is_ours else "")
                if is_ours:
                    yield token
                continue
            is_seen = (to_record[1], to_record[2]) in seen
            ends.append("\ue003" if is_seen else "")
            if is_seen:
                places.append(Place(to_record[1], to_record[2]))
                yield _text(f"\ue002{len(places) - 1}\ue001")
        elif token.type == "link_close":
            end = ends.pop()
            if end is None:
                yield token
            elif end:
                yield _text(end)
        else:
            yield token


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _numbers(written: str, seen: frozenset[tuple[str, str]], places: list[Place]) -> str:
    """The marks for the numbers of one citation; blank for what readers see not."""
    marks = []
    for cited in read_citation(Paragraph(0, []), written):
        if (SOURCE, cited.key) in seen:
            places.append(Place(SOURCE, cited.key, cited.locator))
            marks.append(f"\ue000{len(places) - 1}\ue001")
    # Of a citation that readers do not see, the space before it goes, too.
    return "".join(marks) or _NOTHING
