"""What pages show in the place of a date: the date, or why there is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.factories import (
    EventFactory,
    ParticipationFactory,
    PersonFactory,
    PowerBaseFactory,
    ReformFactory,
    StatisticFactory,
)
from tests.support.pages import words

pytestmark = pytest.mark.django_db

SILENT = "The minutes <of 1962> were burnt."


def its_own(record: Any) -> Any:
    return record


def with_person(event: Any) -> Any:
    return ParticipationFactory(event=event).person


def with_reform(event: Any) -> Any:
    event.reforms.add(reform := ReformFactory(span="1962-11"))
    return reform


def begun_by(reform: Any) -> Any:
    reform.initiators.add(person := PersonFactory())
    return person


def of_measure(statistic: Any) -> Any:
    return statistic.measure


# What makes the record, the field of its date, and the record on whose page it is shown.
PLACES = [
    (EventFactory, "span", its_own),
    # In the list of events of a person.
    (EventFactory, "span", with_person),
    # In the list of events of a reform.
    (EventFactory, "span", with_reform),
    (ReformFactory, "span", its_own),
    # In the list of reforms that a person began.
    (ReformFactory, "span", begun_by),
    (PowerBaseFactory, "span", its_own),
    # A figure is dated by another field.
    (StatisticFactory, "date", of_measure),
]


@pytest.mark.parametrize(("make", "field", "place"), PLACES)
def test_a_date_should_stand_as_an_element_of_time(
    client: Client, make: Any, field: str, place: Callable[[Any], Any]
) -> None:
    page = place(make(**{field: "1962-06-02"}))
    text = client.get(page.get_absolute_url()).content.decode()
    assert '<time datetime="1962-06-02">2 June 1962</time>' in text


@pytest.mark.parametrize(("make", "field", "place"), PLACES)
def test_the_reason_should_stand_where_there_is_no_date(
    client: Client, make: Any, field: str, place: Callable[[Any], Any]
) -> None:
    page = place(make(**{field: None}, undated_reason=SILENT))
    answer = client.get(page.get_absolute_url())
    assert SILENT in words(answer)
    # It is what somebody typed, and no markup.
    assert "<of 1962>" not in answer.content.decode()


@pytest.mark.parametrize(
    ("make", "address", "said"),
    [
        (ReformFactory, "", "Carried out Not known"),
        (ReformFactory, "/reforms/", "undated"),
        (PowerBaseFactory, "", "Existed Not known"),
    ],
)
def test_what_gives_no_reason_should_be_called_undated(
    client: Client, make: Any, address: str, said: str
) -> None:
    record = make(span=None, undated_reason=SILENT)
    # No form publishes such a record, but nothing in the database forbids it.
    type(record)._base_manager.filter(pk=record.pk).update(undated_reason="")
    assert said in words(client.get(address or record.get_absolute_url()))
