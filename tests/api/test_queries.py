"""What an answer costs: the same few queries whatever it holds, and never a count or an offset."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from curation.changefeed.sequencer import settled_change
from records.api import content_version
from tests.factories import (
    CitationFactory,
    CourseFactory,
    EffectFactory,
    EventFactory,
    MeasureFactory,
    ParticipationFactory,
    PersonFactory,
    PowerBaseFactory,
    ReformFactory,
    SourceFactory,
    StatisticFactory,
    TenureFactory,
    TopicEntryFactory,
    TopicFactory,
)
from tests.support.enumerated import few_of

pytestmark = [pytest.mark.django_db, pytest.mark.alike]

# The most queries that an answer may take: the rows themselves, then one for each kind of thing
# that is loaded with them. The last page of an order by date takes one more, for undated rows.
BUDGETS = {
    "courses/": 1,
    "topics/": 1,
    "events/": 5,
    "people/": 2,
    "power-bases/": 2,
    "tenures/": 2,
    "reforms/": 4,
    "effects/": 2,
    "measures/": 2,
    "statistics/": 3,
    "sources/": 1,
    # Its source, and one for each of the eight kinds of record that a page is evidence for.
    "citations/": 10,
    "timeline/": 3,
    "state/?on=1956": 1,
    "courses/course/": 3,
    "topics/topic/": 5,
    "events/event/": 7,
    "people/person/": 4,
    "power-bases/base/": 5,
    "tenures/tenure/": 2,
    "reforms/reform/": 8,
    "effects/effect/": 2,
    "measures/measure/": 4,
    "statistics/statistic/": 2,
    "sources/source/": 1,
    "citations/citation/": 3,
}
# The same for linked records given in full: for each kind and depth, one page of its listing more.
EXPANDED = {
    "events/?expand=participants.person": 5 + 2,
    "events/?expand=reforms.parent,reforms.initiators": 5 + 4 + 4 + 2,
    "people/person/?expand=tenures.power_base,citations.source": 5 + 2 + 1,
    "topics/topic/?expand=entries.record": 5 + 5 + 2 + 2 + 2 + 4 + 2 + 2 + 2,
    "tenures/?expand=person,power_base.parent": 2 + 2 + 2 + 2,
    "statistics/?expand=measure,reform,event": 3 + 2 + 4 + 5,
    "citations/?expand=record,source": 10 + 5 + 2 + 2 + 2 + 4 + 2 + 2 + 2 + 1,
    "state/?on=1956&expand=power_bases.tenures.person": 1 + 2,
}
DETAILS = [address for address in BUDGETS if address.count("/") == 2]
LISTINGS = [address for address in BUDGETS if address.count("/") == 1 and "?" not in address]


class Record:
    """One connected record, which grows by as many rows as are asked for in every relation."""

    def __init__(self) -> None:
        self.course = CourseFactory(slug="course")
        self.topic = TopicFactory(slug="topic", course=self.course)
        self.source = SourceFactory(slug="source")
        self.person = PersonFactory(slug="person")
        self.base = PowerBaseFactory(slug="base")
        self.reform = ReformFactory(slug="reform", parent=ReformFactory())
        self.event = EventFactory(slug="event")
        self.measure = MeasureFactory(slug="measure")
        self.tenure = TenureFactory(public_id="tenure", person=self.person, power_base=self.base)
        self.effect = EffectFactory(public_id="effect", reform=self.reform, power_base=self.base)
        self.statistic = StatisticFactory(
            public_id="statistic", measure=self.measure, reform=self.reform, event=self.event
        )
        CitationFactory(public_id="citation", event=self.event, source=self.source)

    def grow(self, rows: int) -> None:
        for _ in range(rows):
            person, base = PersonFactory(), PowerBaseFactory(parent=self.base)
            reform, event = ReformFactory(parent=self.reform), EventFactory()
            topic = TopicFactory(course=self.course)
            tenure = TenureFactory(person=self.person, power_base=base)
            effect = EffectFactory(reform=self.reform, power_base=base)
            statistic = StatisticFactory(
                measure=self.measure, reform=self.reform, event=self.event, baseline_value=2
            )
            self.reform.initiators.add(person)
            self.event.reforms.add(reform)
            reform.initiators.add(person)
            event.reforms.add(reform)
            ParticipationFactory(event=self.event, person=person)
            ParticipationFactory(event=event, person=person)
            cited = {
                "person": [self.person, person], "power_base": [self.base, base],
                "tenure": [self.tenure, tenure], "reform": [self.reform, reform],
                "effect": [self.effect, effect], "measure": [self.measure, MeasureFactory()],
                "statistic": [self.statistic, statistic], "event": [self.event, event],
            }  # fmt: skip
            for kind, records in cited.items():
                for record in records:
                    CitationFactory(**{kind: record})
                    TopicEntryFactory(topic=self.topic, **{"event": None, kind: record})
            TopicEntryFactory(topic=topic, event=self.event)


@pytest.fixture(autouse=True)
def without_last_modified(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is counted here is what the answer takes; one query more says when anything changed."""
    monkeypatch.setattr(content_version, "_counter", None)


def test_knowing_when_anything_last_changed_costs_one_query(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    Record().grow(2)
    for address in BUDGETS:
        plain = len(queries(client, address))
        with monkeypatch.context() as counting:
            counting.setattr(content_version, "_counter", settled_change)
            assert len(queries(client, address)) == plain + 1, address


def queries(client: Client, address: str) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        response = client.get(f"/api/v1/{address}")
    assert response.status_code == 200, response.content
    return [query["sql"] for query in asked]


@pytest.mark.parametrize(
    "address",
    few_of(
        [*BUDGETS, *EXPANDED],
        # Records with the most around them, the listing of everything cited, and links in full.
        *("people/person/", "events/event/", "topics/topic/", "reforms/", "citations/"),
        *("timeline/", "state/?on=1956", "events/?expand=participants.person"),
    ),
)
def test_an_answer_costs_the_same_whatever_it_holds(client: Client, address: str) -> None:
    record = Record()
    record.grow(1)
    few = queries(client, address)
    record.grow(3)
    many = queries(client, address)
    assert len(many) == len(few), "\n".join(many)
    assert len(many) <= {**BUDGETS, **EXPANDED}[address], "\n".join(many)
    assert not any("COUNT(" in sql or "OFFSET" in sql for sql in many)


@pytest.mark.slow
def test_a_large_page_costs_as_many_queries_as_a_small_one(client: Client) -> None:
    Record().grow(101)
    CourseFactory.create_batch(101)
    SourceFactory.create_batch(101)
    for route in LISTINGS:
        # Five citations are not of all kinds; sixteen in a row are, as they grow here.
        small = queries(client, f"{route}?page_size={16 if route == 'citations/' else 5}")
        large = queries(client, f"{route}?page_size=100")
        assert len(small) == len(large) <= BUDGETS[route], route
    for address in EXPANDED:
        if address.count("/") == 1 and "on=" not in address:
            small = queries(client, f"{address}&page_size={16 if 'citations' in address else 5}")
            large = queries(client, f"{address}&page_size=100")
            assert len(small) == len(large) <= EXPANDED[address], address


FILTERED = {  # filters cost one query each, for the record that they name
    "events/?topic=topic&person=person&reform=reform&power_base=base&from=1900&to=2000": 8,
    "timeline/?topic=topic&person=person&power_base=base": 6,
    "citations/?source=source&event=event": 5,
    "people/?topic=topic&search=khrushchev": 3,
}


@pytest.mark.parametrize("address", FILTERED)
def test_a_filter_costs_one_query(client: Client, address: str) -> None:
    Record().grow(3)
    assert len(queries(client, address)) <= FILTERED[address]
