"""The tables of docs/notes.md are true: each row is read, and becomes what the page says."""

from __future__ import annotations

import re

import pytest

from tests import ROOT
from workbench.notes.reading import read_notes
from workbench.recognition import Register
from workbench.report import rows

PAGE = (ROOT / "docs/notes.md").read_text(encoding="utf-8")


def table(head: str) -> list[tuple[str, str]]:
    return [
        (written, said)
        for body in re.findall(
            rf"(?m)^\| in your notes \| {head} \|\n\| --- \| --- \|\n((?:\|.*\n)+)", PAGE
        )
        for written, said in re.findall(r"(?m)^\| (.*?) \| (.*?) \|$", body)
    ]


@pytest.mark.parametrize(("written", "said"), table("becomes"))
def test_what_notes_become(written: str, said: str) -> None:
    assert rows(read_notes(written), Register()) == said.split(" · ")


@pytest.mark.parametrize(("written", "said"), table("is said as"))
def test_what_is_doubted(written: str, said: str) -> None:
    assert [doubt.problem for doubt in read_notes(written).doubts] == [said]


def test_the_page_has_its_tables() -> None:
    assert (len(table("becomes")), len(table("is said as"))) == (18, 4)
