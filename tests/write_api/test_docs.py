"""docs/api-writing.md says what is: its requests are sent, one after the other."""

from __future__ import annotations

import json
import re

import pytest

from curation.models import Suggestion
from events.models import Event
from tests import ROOT
from tests.factories import CitationFactory, EventFactory, SourceFactory
from tests.support.write_api import Program

pytestmark = pytest.mark.django_db

PAGE = (ROOT / "docs" / "api-writing.md").read_text(encoding="utf-8")
REQUESTS = re.findall(r"^```http\n(.*?)^```", PAGE, re.M | re.S)


def test_every_request_of_the_page_is_answered_as_it_says() -> None:
    source = SourceFactory(slug="swain")
    CitationFactory(event=EventFactory(slug="secret-speech"), source=source)
    editor = Program("Editor", "publish", "editor")
    contributor = Program("Contributor", "write", "contributor")
    for text in REQUESTS:
        head, _, rest = text.partition("\n\n")
        method, address = head.splitlines()[0].split()
        body, _, said = (rest or head).rpartition("→ ")
        program = contributor if "of a contributor" in head else editor
        below = address.removeprefix("/api/v1/desk/")
        sent = json.loads(body) if rest else None
        if "If-Match" in head:
            response = program.change(below, sent, method)
        else:
            response = program.ask(method, below, sent)
        assert response.status_code == int(said), (text, response.content)
    assert len(REQUESTS) == 6
    assert Event.objects.get(slug="new-programme").status == "review"
    assert Suggestion.objects.get().reason == "Shorter"


def test_the_document_that_is_shown_has_the_members_that_are_there() -> None:
    EventFactory(slug="secret-speech")
    shown = json.loads(re.search(r"```json\n(.*?)```", PAGE, re.S)[1])  # type: ignore[index]
    read = Program().read("events/secret-speech/").json()
    assert {*shown} <= {*read}
    assert {*shown["span"]} == {*read["span"]}
    assert {*shown["desk"]} - {"…"} <= {*read["desk"]}


def test_the_places_that_are_named_are_those_that_there_are() -> None:
    named = re.search(r"The places are\n(.*?`sources`)", PAGE, re.S)
    assert named
    assert {*re.findall(r"`([a-z-]+)`", named[1])} == {*Program().read("").json()["places"]}
