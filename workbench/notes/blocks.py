"""Lines joined into what was meant as one: a paragraph that was wrapped, a point that runs on.

Each block knows what stands under it, by how far in it is and by its mark: “a)” under “1.”, a
bullet under a line that has none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import pairwise

from workbench.notes.lines import Line
from workbench.notes.source import Source

_FULL = re.compile(r"[.!?:;][\"')\]]{0,3}$")
# A line as long as this was broken by the width of a page, if the next one goes on.
_WRAPPED = 65


@dataclass(slots=True)
class Block:
    line: int
    start: int
    end: int
    begin: int
    stop: int
    indent: int
    mark: str
    is_bold: bool
    after_blank: bool
    before_blank: bool = False
    underlined: str = ""
    # How long its last line is.
    width: int = 0
    depth: tuple[int, float] = (0, 0)
    children: list[Block] = field(default_factory=list)


def blocks_of(source: Source, lines: list[Line]) -> list[Block]:
    """The blocks in the order of the text, each with its depth; `nest` hangs them together."""
    blocks: list[Block] = []
    wraps = _is_wrapped(source, lines)
    for line in lines:
        last = blocks[-1] if blocks else None
        if line.rule:
            if last and not line.after_blank and line.rule in "=-~–_" and not last.underlined:
                last.underlined, last.end = line.rule, line.end
            continue
        if last and _goes_on(source, last, line, wraps):
            last.end, last.stop, last.width = line.end, line.stop, line.stop - line.begin
            continue
        if last:
            last.before_blank = line.after_blank
        blocks.append(
            Block(
                line.number, line.start, line.end, line.begin, line.stop, line.indent, line.mark,
                line.is_bold, line.after_blank, width=line.stop - line.begin,
            )
        )  # fmt: skip
    if blocks:
        blocks[-1].before_blank = True
    _deepen(blocks)
    return blocks


def _is_wrapped(source: Source, lines: list[Line]) -> bool:
    """Tell whether a page’s width ended the lines: most that go on are of one length, and of those
    that follow a long one a third begins in the middle of a sentence, with a small letter."""
    inner = [
        (one.stop - one.begin, source.plain[other.begin].islower())
        for one, other in pairwise(lines)
        if not (one.mark or other.mark or other.after_blank or one.rule or other.rule)
    ]
    if len(inner) < 2:
        return False
    longest = max(length for length, _ in inner)
    small = [goes_on for length, goes_on in inner if length >= longest - 18]
    return 45 <= longest <= 130 and len(small) > len(inner) / 2 and sum(small) >= len(small) / 3


def _goes_on(source: Source, last: Block, line: Line, wraps: bool) -> bool:
    if line.after_blank or line.mark or line.is_bold or last.underlined or last.is_bold:
        return False
    if last.mark.startswith("#"):
        return False
    before = source.plain[last.begin : last.stop]
    ends = bool(_FULL.search(before))
    first = source.plain[line.begin]
    if last.mark and line.indent > last.indent:
        return not ends and first.islower()
    if line.indent > last.indent + 1:
        return False
    if wraps and not last.mark and last.width >= 45:
        return True
    return (
        not ends
        and first.islower()
        and ((last.width >= _WRAPPED and ";" not in before) or before[-1] in ",–-")
    )


_RANKS = {"": 0, ">": 0, "I": 1, "A": 1.5, "1": 2, "a": 4, "i": 5}


def _deepen(blocks: list[Block]) -> None:
    bullets: list[str] = []
    for block in blocks:
        rank: float
        if block.mark in _RANKS:
            rank = _RANKS[block.mark]
        elif block.mark.startswith("1"):
            rank = 2 + block.mark.count(".") / 4
        elif block.mark.startswith("#"):
            rank = -10 + len(block.mark)
        else:
            # A kind of bullet that comes later than another at the same place stands under it.
            if block.mark not in bullets:
                bullets.append(block.mark)
            rank = 6 + bullets.index(block.mark)
        block.depth = (block.indent, rank)


def is_under(block: Block, other: Block) -> bool:
    """Tell whether a block stands under another that comes before it."""
    if block.indent >= other.indent + 2:
        return True
    return abs(block.indent - other.indent) < 2 and block.depth[1] > other.depth[1]


def nest(blocks: list[Block]) -> list[Block]:
    """Hang every block under the one it belongs to; return those that stand under none."""
    top: list[Block] = []
    open_blocks: list[Block] = []
    for block in blocks:
        while open_blocks and not is_under(block, open_blocks[-1]):
            open_blocks.pop()
        (open_blocks[-1].children if open_blocks else top).append(block)
        open_blocks.append(block)
    return top
