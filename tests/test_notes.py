"""Evidence beside the text: statement and note lead to each other, under one number."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from typing import Any

import pytest
from django.test import Client

from curation.addresses import PLACES
from tests import conftest as make

pytestmark = pytest.mark.django_db

# A number beside a statement, and the number at a note: the citation, the name for a screen reader,
# and what the eye sees.
BESIDE = re.compile(
    r'<a id="cites-([^"]+)" href="#citation-([^"]+)" aria-label="([^"]+)">(\d+)</a>'
)
AT_NOTE = re.compile(r'<a class="back" href="#cites-([^"]+)" aria-label="([^"]+)">(\d+)</a>')


def page(client: Client, address: str) -> str:
    return str(client.get(address).content.decode())


def test_a_statement_and_its_note_lead_to_each_other(client: Client) -> None:
    event = make.EventFactory(slug="speech")
    for public_id, stance in (("lewin", "supports"), ("taubman", "disputes")):
        make.CitationFactory(event=event, public_id=public_id, stance=stance)
    text = page(client, "/events/speech/")
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
    topic = make.TopicFactory(slug="numbered")
    for number in range(4):
        entry = make.TopicEntryFactory(topic=topic, order=number + 1)
        # Statements come apart in the notes, and their numbers follow the notes.
        for claim in ("He spoke at night", "", "He spoke at night"):
            make.CitationFactory(event=entry.event, claim=claim)
    text = page(client, "/topics/numbered/")
    everywhere = [str(number) for number in range(1, 13)]
    assert [number for *_, number in BESIDE.findall(text)] == everywhere
    assert [number for *_, number in AT_NOTE.findall(text)] == everywhere


def test_what_was_typed_is_escaped_in_the_name_of_a_note(client: Client) -> None:
    event = make.EventFactory(slug="speech")
    make.CitationFactory(event=event, source=make.SourceFactory(author='"><script>'))
    assert "<script>" not in page(client, "/events/speech/").split("<main")[1].split("</main>")[0]


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
            if beside != at_note:
                wrong.append(f"{path}: {sorted(beside ^ at_note)[:4]} have one end only")
            notes += len(at_note)
        assert paths, f"the course has {place}"
    assert wrong == []
    assert notes > 500, "the course has as many notes as this"
