"""A life in power: what was gained and lost when, and who else was there."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from people.career import turns
from people.models import PowerBase, Tenure
from records.models import Status
from reforms.judgement import judged
from sources.models import Citation, Source
from tests.factories import (
    CitationFactory,
    EventFactory,
    ParticipationFactory,
    PersonFactory,
    PowerBaseFactory,
    ReformFactory,
    TenureFactory,
)
from tests.support.pages import words


def tenures(*spans: tuple[str, int]) -> list[Tenure]:
    """Offices that were never saved, each with its span and the number of its power base."""
    bases = {number: PowerBase(pk=number, name=f"Base {number}") for _, number in spans}
    return [Tenure(office=span, span=span, power_base=bases[number]) for span, number in spans]


@pytest.mark.parametrize(
    ("held", "told"),
    [
        # One office: gained, then no longer held.
        (
            [("1953-09-07/1964-10-14", 1)],
            [("1953-09-07", "Gained"), ("1964-10-14", "No longer held")],
        ),
        # The next office follows at once in the same power base, so nothing was lost between.
        (
            [("1938-01/1947-03-03", 1), ("1947-03-03/1949-12", 1)],
            [("1938-01", "Gained"), ("1949-12", "No longer held")],
        ),
        # A gap of years is a loss and a return.
        (
            [("1935/1938", 1), ("1949/1953", 1)],
            [
                ("1935", "Gained"),
                ("1938", "No longer held"),
                ("1949", "Gained"),
                ("1953", "No longer held"),
            ],
        ),
        # An end that nobody knows is no loss.
        ([("1953-03-05/..", 1)], [("1953-03-05", "Gained")]),
        # “Some time in 1953” says neither how long nor that it ended.
        ([("1953", 1)], [("1953", "Gained")]),
        # Two power bases are told in one order of time, losses of a day before gains.
        (
            [("1946/1953-03-05", 1), ("1953-03-05/1955", 2)],
            [
                ("1946", "Gained"),
                ("1953-03-05", "No longer held"),
                ("1953-03-05", "Gained"),
                ("1955", "No longer held"),
            ],
        ),
    ],
)
def test_power_bases_should_be_gained_and_lost_in_order_of_time(
    held: list[tuple[str, int]], told: list[tuple[str, str]]
) -> None:
    assert [(turn.date.edtf, turn.words) for turn in turns(tenures(*held))] == told


@pytest.mark.django_db
def test_a_person_should_show_who_else_was_there_and_no_more(client: Client) -> None:
    base = PowerBaseFactory(name="Secretariat")
    person = PersonFactory(slug="khrushchev")
    TenureFactory(person=person, power_base=base, span="1953-09-07/1964-10-14")

    def other(name: str, span: str, **fields: Any) -> None:
        someone = PersonFactory(name=name, **fields)
        TenureFactory(person=someone, power_base=base, office="Secretary", span=span, note="")

    other("Leonid Brezhnev", "1956-02-27/1960-07-16")
    # He went on the day the other came.
    other("Georgy Malenkov", "1948-07-01/1953-09-07")
    other("CANARY", "1956/1960", status=Status.DRAFT)
    seen = words(client.get("/people/khrushchev/"))
    block = seen[seen.index("Who else was there") :]
    assert (
        "Leonid Brezhnev also in Secretariat: Secretary, 27 February 1956 – 16 July 1960" in block
    )
    assert "Malenkov" not in block
    assert "CANARY" not in seen
    # The record knows of no friendship.
    assert "only a source can say" in block


@pytest.mark.django_db
def test_events_of_a_person_should_name_the_others_with_their_parts(client: Client) -> None:
    arrest = EventFactory(title="Beria is arrested")
    ParticipationFactory(event=arrest, person=PersonFactory(slug="khrushchev"), role="led the plot")
    ParticipationFactory(event=arrest, person=PersonFactory(name="Georgy Zhukov"), role="arrested")
    hidden = PersonFactory(name="CANARY", status=Status.DRAFT)
    ParticipationFactory(event=arrest, person=hidden)
    seen = words(client.get("/people/khrushchev/"))
    assert "Beria is arrested : led the plot Also in it: Georgy Zhukov (arrested)" in seen
    assert "CANARY" not in seen


@pytest.mark.django_db
def test_a_reform_should_say_how_it_was_judged_and_when_reversed(client: Client) -> None:
    reform = ReformFactory(slug="sovnarkhozy", reversed="1965-09")
    CitationFactory(reform=reform)
    CitationFactory(reform=reform, stance="disputes", note="It never took hold.")
    seen = words(client.get("/reforms/sovnarkhozy/"))
    block = seen[seen.index("How it was judged, and when reversed") :]
    assert "1 source supports what is said of it here, 1 source disputes it." in block
    assert "Disputes it It never took hold." in block
    assert "It was reversed: September 1965" in block


def citation(stance: str, source: int, kind: str = "monograph") -> Citation:
    return Citation(stance=stance, source=Source(pk=source, kind=kind))


@pytest.mark.parametrize(
    ("citations", "said"),
    [
        # One source cited twice is one source.
        ([citation("supports", 1)] * 2, "1 source supports what is said of it here"),
        (
            [citation("supports", 1), citation("supports", 2), citation("qualifies", 3)],
            "2 sources support what is said of it here, 1 source qualifies it",
        ),
        # What is taught judges nothing.
        (
            [citation("supports", 1, "class_notes")],
            "It is known from course material only, so far",
        ),
    ],
)
def test_sources_should_be_counted_and_course_material_not(
    citations: list[Citation], said: str
) -> None:
    assert judged(citations) == said


def test_nothing_cited_should_judge_nothing() -> None:
    assert judged([]) == ""
