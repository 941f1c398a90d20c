"""Records with as much around them as a test asks for, to see what their pages cost."""

from __future__ import annotations

from typing import Any

from tests.factories import (
    CitationFactory,
    EffectFactory,
    EventFactory,
    MeasureFactory,
    ParticipationFactory,
    PersonFactory,
    PowerBaseFactory,
    ReformFactory,
    StatisticFactory,
    TenureFactory,
    TopicEntryFactory,
)


def grow_topic(topic: Any, times: int) -> None:
    """`times` rounds of one entry of every kind, each with a citation that disputes it."""
    for n in range(times):
        records = {
            "event": EventFactory(),
            "reform": ReformFactory(),
            "person": PersonFactory(),
            "tenure": TenureFactory(),
            "power_base": PowerBaseFactory(),
            "effect": EffectFactory(),
            "measure": MeasureFactory(),
            "statistic": StatisticFactory(),
        }
        StatisticFactory(measure=records["measure"])
        ParticipationFactory(event=records["event"])
        for kind, record in records.items():
            CitationFactory(**{kind: record}, stance="disputes", note="The archives say otherwise.")
            TopicEntryFactory(topic=topic, order=n, **{"event": None, kind: record})


def grow_person(person: Any, times: int) -> None:
    """`times` offices, events, reforms and topics, each office with evidence."""
    for _ in range(times):
        base = PowerBaseFactory(parent=PowerBaseFactory())
        CitationFactory(tenure=TenureFactory(person=person, power_base=base))
        ParticipationFactory(person=person)
        ReformFactory().initiators.add(person)
        TopicEntryFactory(event=None, person=person)
        CitationFactory(person=person)


def grow_power_base(base: Any, times: int) -> None:
    """`times` parts, offices, effects and topics of a power base, with evidence."""
    for _ in range(times):
        PowerBaseFactory(parent=base)
        CitationFactory(tenure=TenureFactory(power_base=base))
        CitationFactory(effect=EffectFactory(power_base=base))
        TopicEntryFactory(event=None, power_base=base)
        CitationFactory(power_base=base)


def grow_reform(reform: Any, times: int) -> None:
    """`times` of everything that a reform's page shows, each with evidence."""
    for _ in range(times):
        ReformFactory(parent=reform)
        reform.initiators.add(PersonFactory())
        CitationFactory(effect=EffectFactory(reform=reform))
        CitationFactory(statistic=StatisticFactory(reform=reform))
        EventFactory().reforms.add(reform)
        TopicEntryFactory(event=None, reform=reform)
        CitationFactory(reform=reform)


def grow_measure(measure: Any, times: int) -> None:
    """`times` figures with evidence, a reform and an event each; every second one disputed."""
    for n in range(times):
        figure = StatisticFactory(
            measure=measure, date=str(1900 + n), reform=ReformFactory(), event=EventFactory()
        )
        CitationFactory(statistic=figure, stance="disputes" if n % 2 else "supports")
        TopicEntryFactory(event=None, measure=measure)
        CitationFactory(measure=measure)


def grow_source(source: Any, times: int, **fields: Any) -> None:
    """`times` citations of every kind of record."""
    for _ in range(times):
        for record in (
            {"person": PersonFactory()},
            {"power_base": PowerBaseFactory()},
            {"tenure": TenureFactory()},
            {"reform": ReformFactory()},
            {"effect": EffectFactory()},
            {"measure": MeasureFactory()},
            {"statistic": StatisticFactory()},
            {"event": EventFactory()},
        ):
            CitationFactory(source=source, **record, **fields)
