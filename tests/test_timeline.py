"""The timeline page: one order, plain GET filters, and clear answers to odd questions."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import (
    EventFactory,
    ParticipationFactory,
    PersonFactory,
    ReformFactory,
    TenureFactory,
    TopicEntryFactory,
)

pytestmark = pytest.mark.django_db


def shown(client: Client, **parameters: str) -> list[str]:
    """What the timeline shows, in its order."""
    response = client.get("/timeline/", parameters)
    assert response.status_code == 200
    return [str(getattr(record, "office", record)) for _, record in response.context["page"].items]


@pytest.fixture
def years() -> None:
    """A reform, an office and events of 1953–1961, at every precision."""
    EventFactory(title="Stalin dies", span="1953-03-05", significance=3)
    TenureFactory(office="Premier", span="1953-03-05/1955-02-08")
    EventFactory(title="Secret Speech", span="1956-02-25", significance=2)
    ReformFactory(title="Councils", span="1957")
    EventFactory(title="Half rehabilitated", span="by 1961", significance=1)
    EventFactory(title="Undated rumour", span=None, undated_reason="No source gives a year.")


def test_timeline_should_weave_all_kinds_in_order_of_time(client: Client, years: None) -> None:
    assert shown(client) == [
        "Stalin dies",
        "Premier",
        "Secret Speech",
        "Councils",
        "Half rehabilitated",  # “by 1961” stands at 1961, not before everything
    ]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        # A month: everything that may touch it, a running office and an open past too.
        ({"from": "June 1953", "to": "June 1953"}, ["Premier", "Half rehabilitated"]),
        # EDTF is as good as English.
        ({"from": "1957"}, ["Councils", "Half rehabilitated"]),
        ({"to": "1953-03"}, ["Stalin dies", "Premier", "Half rehabilitated"]),
        ({"kind": "reform"}, ["Councils"]),
        ({"kind": "event", "significance": "3"}, ["Stalin dies"]),
        # Nothing there.
        ({"from": "1990"}, []),
    ],
)
def test_timeline_should_filter(
    client: Client, years: None, parameters: dict[str, str], expected: list[str]
) -> None:
    assert shown(client, **parameters) == expected


def test_timeline_should_filter_by_topic_and_person(client: Client) -> None:
    entry = TopicEntryFactory(event__title="In the topic")
    EventFactory(title="Elsewhere")
    person = PersonFactory(slug="georgy-zhukov")
    ParticipationFactory(person=person, event__title="Zhukov dismissed")
    TenureFactory(person=person, office="Minister of Defence")
    assert shown(client, topic=entry.topic.slug) == ["In the topic"]
    assert shown(client, person="georgy-zhukov") == ["Minister of Defence", "Zhukov dismissed"]


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"from": "sometime"}, "sometime"),
        ({"to": "31 February 1956"}, "29 days"),
        ({"from": "1957/1955"}, "ends before it starts"),
        # The right dates in the wrong boxes.
        ({"from": "1964", "to": "1953"}, "Exchange the two"),
        ({"topic": "no-such-topic"}, "There is no topic"),
        ({"person": "nobody"}, "There is no person"),
        ({"kind": "war"}, "not one of the available choices"),
        ({"topic": "nul\0byte"}, "Null characters"),
        ({"from": "9" * 5000}, "at most 60 characters"),
    ],
)
def test_timeline_should_explain_what_it_cannot_read(
    client: Client, parameters: dict[str, str], words: str
) -> None:
    response = client.get("/timeline/", parameters)
    assert response.status_code == 400
    assert words in response.content.decode()


def test_timeline_should_say_so_when_nothing_falls_into_the_choice(client: Client) -> None:
    EventFactory()
    assert "Nothing that is published" in client.get("/timeline/?from=1990").content.decode()


def test_timeline_should_begin_again_at_a_lost_place(client: Client) -> None:
    EventFactory(title="Secret Speech")
    text = client.get("/timeline/?cursor=nonsense").content.decode()
    assert "no longer known" in text
    assert "Secret Speech" in text


def test_timeline_should_page_through_every_record_once(client: Client) -> None:
    for n in range(130):
        EventFactory(title=f"e{n}", span=f"{1950 + n % 10}")
    first = client.get("/timeline/").context["page"]
    second = client.get("/timeline/", {"cursor": first.next}).context["page"]
    seen = [record.pk for _, record in first.items + second.items]
    assert len(seen) == len(set(seen)) == 130
    assert second.next is None


def test_timeline_should_cost_the_same_whatever_its_size(client: Client, years: None) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/timeline/")
        return len(captured)

    few = cost()
    for _ in range(60):
        EventFactory()
        TenureFactory()
    assert cost() == few
    # Two a kind at the undated end of the list, and two lists of choices.
    assert few <= 8
