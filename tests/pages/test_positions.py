"""For and against: positions on a question, their evidence, and the living graph."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from curation.revisions import history
from curation.revisions.evidence import StandsBare
from curation.workflow import publishing
from curation.workflow.publishing import LastEvidence
from events.lesson.graph import living_graph
from events.lesson.setting import shown
from events.models import Position, PositionEvidence, Topic
from records.models import Status
from tests import factories as make

pytestmark = pytest.mark.django_db


def argued(**topic: Any) -> Topic:
    """A topic with two positions: the speech supports A, a historian's view limits B."""
    lewin = make.SourceFactory(slug="lewin-2005")
    speech = make.EventFactory(slug="secret-speech", title="The Secret Speech", span="1956-02-25")
    make.CitationFactory(event=speech, source=lewin)
    topic = make.TopicFactory(slug="de-stalinisation", **topic)
    make.PositionFactory(topic=topic, statement="It was a decisive break.")
    make.PositionFactory(topic=topic, letter="B", name="Limited", statement="It went half way.")
    make.PositionEvidenceFactory(topic=topic, event=speech)
    make.PositionEvidenceFactory(
        topic=topic,
        position="B",
        stance="limits",
        event=None,
        source=lewin,
        why="Moshe Lewin sees more in it [@lewin-2005, p. 4].",
    )
    return topic  # type: ignore[no-any-return]


def test_positions_stand_side_by_side_with_their_evidence(client: Client) -> None:
    topic = argued()
    page = client.get(topic.get_absolute_url()).content.decode()
    places = [page.index(f'id="{name}"') for name in ("position-a", "evidence-a1", "position-b")]
    assert places == sorted(places)
    assert "It was a decisive break." in page
    for words in ("Supports it", "25 February 1956", "The Secret Speech", "Limits it"):
        assert words in page
    # A historian stands there by name, and leads to the source.
    assert '<a href="/sources/lewin-2005/">Moshe Lewin</a>' in page
    # The evidence has numbers and notes as prose has.
    assert 'aria-label="Note 1: Moshe Lewin, 2005, chapter 13"' in page
    assert 'id="note-2"' in page


def test_the_strongest_evidence_stands_first(client: Client) -> None:
    topic = argued()
    weaker = make.PositionEvidenceFactory(topic=topic, order=3, event__title="A weaker one")
    make.PositionEvidenceFactory(topic=topic, order=2, event__title="A weak one")
    lesson = shown([], topic.positions.all(), topic.evidence.all())
    titles = [piece.record.title for piece in lesson.positions[0].pieces]
    assert titles == ["The Secret Speech", "A weak one", weaker.event.title]
    assert [piece.label for piece in lesson.positions[0].pieces] == ["A1", "A2", "A3"]


# What hides a piece of evidence: the state of its record.
@pytest.mark.parametrize("status", ["draft", "review", "withdrawn"])
def test_evidence_that_readers_do_not_see_is_hidden(client: Client, status: str) -> None:
    topic = argued()
    hidden = make.EventFactory(title="A CANARY", status=status, withdrawn_reason="Twice.")
    make.PositionEvidenceFactory(topic=topic, event=hidden, why="CANARY [@lewin-2005, p. 4].")
    for address in (
        topic.get_absolute_url(),
        f"{topic.get_absolute_url()}evidence.txt",
        f"/api/v1/topics/{topic.slug}/",
    ):
        assert "CANARY" not in client.get(address).content.decode(), address


def test_the_evidence_can_be_taken_away_as_text(client: Client) -> None:
    topic = argued()
    answer = client.get(f"{topic.get_absolute_url()}evidence.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    text = answer.content.decode()
    assert "A. A decisive break\nIt was a decisive break." in text
    assert "A1 Supports it: The Secret Speech (25 February 1956)" in text
    assert (
        "He denounced Stalin by name.\n[Moshe Lewin, The Soviet Century, 2005, chapter 13]" in text
    )
    assert (
        f"{topic.get_absolute_url()}evidence.txt"
        in client.get(topic.get_absolute_url()).content.decode()
    )
    topic.slug = "destalinisation"
    topic.save()
    moved = client.get("/topics/de-stalinisation/evidence.txt")
    assert (moved.status_code, moved["Location"]) == (301, "/topics/destalinisation/evidence.txt")
    assert client.get("/topics/nothing/evidence.txt").status_code == 404


def test_the_api_gives_positions_with_their_evidence(client: Client) -> None:
    topic = argued()
    first, second = client.get(f"/api/v1/topics/{topic.slug}/").json()["positions"]
    assert (first["letter"], first["statement"]) == ("A", "It was a decisive break.")
    [speech] = first["evidence"]
    assert (speech["stance"], speech["order"]) == ("supports", 1)
    assert (speech["record"]["kind"], speech["record"]["key"]) == ("event", "secret-speech")
    assert speech["why"] == "He denounced Stalin by name [@lewin-2005, chapter 13]."
    assert second["evidence"][0]["record"]["kind"] == "source"


# What is done to a sound topic, and a word of what the gate then says.
SPOILED = [
    (lambda t: t.evidence.filter(position="B").delete(), "“B. Limited” has no evidence"),
    (lambda t: t.positions.filter(letter="B").delete(), "A. A decisive break” stands alone"),
    (lambda t: t.positions.filter(letter="B").update(letter="C"), "no such position"),
    (lambda t: t.evidence.filter(position="A").update(why="He spoke."), "rests on nothing"),
    (lambda t: t.evidence.update(why="So [@lewin-2004, p. 4]."), "Did you mean “lewin-2005”?"),
]


@pytest.mark.parametrize(("spoil", "said"), SPOILED, ids=[said for _, said in SPOILED])
def test_the_gate_says_which_position_lacks_what(spoil: Any, said: str) -> None:
    topic = argued(status=Status.DRAFT)
    spoil(topic)
    outcome = publishing.publish(topic, by=None)
    assert not outcome.done
    assert any(said in obstacle.message for obstacle in outcome.obstacles)
    topic = Topic.objects.get()
    assert not topic.is_published


def test_a_position_keeps_its_last_evidence() -> None:
    topic = argued()
    event = topic.evidence.get(position="A").event
    with pytest.raises(LastEvidence, match="decisive break” has no evidence"):
        publishing.withdraw(event, by=None, reason="Entered twice.")
    with (
        pytest.raises(StandsBare, match="“De-Stalinisation” could not stay public"),
        history.changing(topic, by=None),
    ):
        PositionEvidence.objects.filter(position="A").delete()
    publishing.withdraw(event, by=None, reason="Entered twice.", with_dependents=True)
    topic.refresh_from_db()
    assert topic.status == Status.REVIEW


def test_an_office_that_is_removed_takes_no_position_with_it() -> None:
    topic = argued()
    office = make.TenureFactory()
    make.CitationFactory(tenure=office)
    make.CitationFactory(person=office.person)
    topic.evidence.filter(position="A").update(event=None, tenure=office)
    with (
        pytest.raises(StandsBare, match="“De-Stalinisation” could not stay public"),
        history.changing(office.person, by=None),
    ):
        office.delete()


# Two statements that are one to a reader.
@pytest.mark.parametrize(
    "same", ["It was a decisive break.", "it WAS a  decisive break.", " It was a decisivebreak."]
)
def test_two_positions_of_one_question_differ(same: str) -> None:
    topic = argued()
    third = Position(topic=topic, letter="C", name="Other", statement=same)
    with pytest.raises(ValidationError, match="Position A says this already"):
        third.full_clean(validate_constraints=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        third.save()
    # Of another question it is another answer.
    make.PositionFactory(topic=make.TopicFactory(), statement=same)


def test_a_version_shows_the_positions_it_had(client: Client) -> None:
    topic = argued()
    with history.changing(topic, by=None):
        topic.positions.filter(letter="A").update(statement="It was a clean break.")
    page = client.get(f"{topic.get_absolute_url()}v/1/").content.decode()
    assert "It was a decisive break." in page
    assert "It was a clean break." not in page
    assert 'id="evidence-a1"' in page


# --- the living graph -------------------------------------------------------------------------


def test_the_graph_follows_the_evidence_through_time() -> None:
    topic = argued()
    for position, stance, span in (
        ("B", "supports", "1956-06-30"),
        ("A", "limits", "1961"),
        ("B", "supports", "1953"),
    ):
        make.PositionEvidenceFactory(
            topic=topic, position=position, stance=stance, order=2, event__span=span
        )
    lesson = shown([], topic.positions.all(), topic.evidence.all())
    graph = living_graph(lesson.positions)
    assert graph is not None
    # In order of time; the historian's view has no date, and is not drawn.
    assert [dot.label for dot in graph.dots] == ["B3", "A1", "B2", "A2"]
    upper, lower = (line.y for line in graph.lines)
    heights = [dot.y for dot in graph.dots]
    assert heights == [lower, upper, lower, (upper + lower) // 2]
    assert [year.words for year in graph.years] == ["1953", "1956", "1961"]
    assert graph.summary == "1953: B3 supports; 1956: A1 supports, B2 supports; 1961: A2 limits"


def test_too_little_evidence_makes_no_graph(client: Client) -> None:
    topic = argued()
    assert living_graph(shown([], topic.positions.all(), topic.evidence.all()).positions) is None
    page = client.get(topic.get_absolute_url()).content.decode()
    assert "living-graph" not in re.sub(r"<style.*?</style>", "", page)
