"""Evidence beside the text: statement and note lead to each other, under one number."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from typing import Any

import pytest
from django.test import Client

from curation.revisions.addresses import PLACES
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.alike]

# A number beside a statement, and the number at a note: the citation, the name for a screen reader,
# and what the eye sees.
BESIDE = re.compile(
    r'<a id="cites-([^"]+)" href="#citation-([^"]+)" aria-label="([^"]+)">(\d+)</a>'
)
AT_NOTE = re.compile(r'<a class="back" href="#cites-([^"]+)" aria-label="([^"]+)">(\d+)</a>')


def page(client: Client, address: str) -> str:
    return str(client.get(address).content.decode())


def test_a_statement_and_its_note_lead_to_each_other(client: Client) -> None:
    measure = make.MeasureFactory(slug="prisoners", caveat="Camps and colonies, not prisons.")
    for public_id, stance in (("lewin", "supports"), ("taubman", "disputes")):
        make.CitationFactory(measure=measure, public_id=public_id, stance=stance)
    text = page(client, "/statistics/prisoners/")
    beside = BESIDE.findall(text)
    assert beside == [
        ("lewin", "lewin", "Note 1: Moshe Lewin, 2005, supports", "1"),
        ("taubman", "taubman", "Note 2: Moshe Lewin, 2005, disputes", "2"),
    ]
    assert AT_NOTE.findall(text) == [
        ("lewin", "Note 1, back to its statement", "1"),
        ("taubman", "Note 2, back to its statement", "2"),
    ]
    # The number stands at the end of the text, and the note follows it.
    assert text.index('id="cites-lewin"') < text.index('id="citation-lewin"')


def test_notes_are_numbered_through_a_page_in_its_order(client: Client) -> None:
    reform = make.ReformFactory(slug="numbered")
    for year in range(1953, 1957):
        figure = make.StatisticFactory(reform=reform, date=str(year))
        # Statements come apart in the notes, and their numbers follow the notes.
        for claim in ("As of January", "", "As of January"):
            make.CitationFactory(statistic=figure, claim=claim)
    text = page(client, "/reforms/numbered/")
    everywhere = [str(number) for number in range(1, 13)]
    assert [number for *_, number in BESIDE.findall(text)] == everywhere
    assert [number for *_, number in AT_NOTE.findall(text)] == everywhere


@pytest.mark.parametrize(
    ("kind", "address"),
    [("event", "/events/shown/"), ("person", "/people/shown/"), ("reform", "/reforms/shown/")],
)
def test_a_page_reads_first_and_its_evidence_is_folded(
    client: Client, kind: str, address: str
) -> None:
    factory = {"event": make.EventFactory, "person": make.PersonFactory}
    record = factory.get(kind, make.ReformFactory)(slug="shown")
    for stance in ("supports", "disputes"):
        make.CitationFactory(**{kind: record}, stance=stance, public_id=stance)
    text = page(client, address)
    fold = text[text.index('<details class="fold">') : text.index("</details>", text.index("fold"))]
    line = fold[: fold.index("</summary>")]
    assert "2 notes" in line
    assert 'class="certainty disputed">Disputed' in line, "seen while it is folded"
    assert 'id="citation-disputes"' in fold
    assert BESIDE.findall(text) == [], "no row of numbers under the text"


def test_what_was_typed_is_escaped_in_the_name_of_a_note(client: Client) -> None:
    measure = make.MeasureFactory(slug="prisoners", caveat="Camps only.")
    make.CitationFactory(measure=measure, source=make.SourceFactory(author='"><script>'))
    assert (
        "<script>"
        not in page(client, "/statistics/prisoners/").split("<main")[1].split("</main>")[0]
    )


@pytest.mark.slow
def test_every_way_within_a_page_leads_somewhere(client: Client, khrushchev: Any) -> None:
    """On every page of the shipped course, and on the version of one record of each kind."""
    wrong = []
    notes = 0
    for place, model in PLACES.items():
        published: Any = model.objects.published()  # type: ignore[attr-defined]
        paths = [record.get_absolute_url() for record in published]
        for path in [*paths, f"{paths[0]}v/1/"]:
            text = page(client, path)
            ids = Counter(re.findall(r'\sid="([^"]+)"', text))
            wrong += [f"{path}: {name} stands twice" for name, times in ids.items() if times > 1]
            for target in re.findall(r'href="#([^"]+)"', text):
                if unescape(target) not in ids:
                    wrong.append(f"{path}: #{target} leads nowhere")
            beside = {(public_id, number) for _, public_id, _, number in BESIDE.findall(text)}
            at_note = {(public_id, number) for public_id, _, number in AT_NOTE.findall(text)}
            # Those of a lesson open in place (tests/pages/test_lessons.py).
            at_note = {(key, number) for key, number in at_note if not key.startswith("note-")}
            beside = {(key, number) for key, number in beside if not key.startswith("note-")}
            if beside != at_note:
                wrong.append(f"{path}: {sorted(beside ^ at_note)[:4]} have one end only")
            notes += len(at_note)
        assert paths, f"the course has {place}"
    assert wrong == []
    assert notes > 50, "the course has as many numbered notes as this"
