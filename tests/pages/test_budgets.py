"""What a student's page weighs over the wire, for the shipped course (design: 25, 12 and 6 kB)."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

pytestmark = pytest.mark.django_db

PAGES = [
    "/timeline/",
    "/courses/khrushchev/timeline/",
    "/timeline/?from=1952&to=1954",
    "/power/",
    "/power/?on=1953-06-01",
    "/search/?q=why+did+Kruschev+fall",
]
_LINKED = re.compile(r'(?:href|src)="/static/([^"]+\.(?:css|js|svg))"')


def weight(content: bytes) -> int:
    return len(gzip.compress(content, 6))


def files(client: Client, page: str) -> list[Path]:
    """The files of this site that a page asks for."""
    names = _LINKED.findall(client.get(page).content.decode())
    return [Path(str(finders.find(name))) for name in dict.fromkeys(names)]


@pytest.mark.usefixtures("khrushchev")
class TestTheShippedCourse:
    """On pages that hold all of it."""

    @pytest.mark.parametrize("page", PAGES)
    def test_a_page_should_weigh_at_most_25_kb(self, client: Client, page: str) -> None:
        assert weight(client.get(page).content) <= 25_000

    @pytest.mark.parametrize("page", PAGES)
    @pytest.mark.parametrize(("suffix", "most"), [(".css", 12_000), (".js", 6_000)])
    def test_styles_and_scripts_should_stay_light(
        self, client: Client, page: str, suffix: str, most: int
    ) -> None:
        found = [file.read_bytes() for file in files(client, page) if file.suffix == suffix]
        assert found
        assert sum(map(weight, found)) <= most

    @pytest.mark.parametrize("page", PAGES)
    def test_a_page_should_need_no_script_and_carry_no_style(
        self, client: Client, page: str
    ) -> None:
        text = client.get(page).content.decode()
        inline = re.findall(r"<script(?![^>]*(?:\bsrc=|application/ld\+json))", text)
        assert inline == []
        assert not re.search(r'\sstyle="|<style|\son\w+="', text)

    def test_every_mark_of_the_drawing_should_have_its_place_in_the_list(
        self, client: Client
    ) -> None:
        page = client.get("/timeline/")
        text = page.content.decode()
        marks = [mark for band in page.context["drawing"].bands for mark in band.marks]
        assert len(marks) == len(page.context["page"].items) > 100
        for mark in marks:
            assert f'id="{mark.item.href[1:]}"' in text
        # The list is for the keyboard; the drawing repeats it for the mouse.
        drawing = text[text.index('<figure class="drawing') : text.index("</figure>")]
        assert drawing.count("<a ") == drawing.count('tabindex="-1"') == len(marks)


def test_what_a_search_box_loads_should_stay_a_detail() -> None:
    assert weight(Path(str(finders.find("search.js"))).read_bytes()) <= 2_000


def test_the_module_of_the_timeline_should_stay_a_detail() -> None:
    assert weight(Path(str(finders.find("timeline.js"))).read_bytes()) <= 3_000
