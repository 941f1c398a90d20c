"""What the tests of the API share."""

from __future__ import annotations

import pytest

from tests.factories import (
    CheckedClaimFactory,
    CitationFactory,
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
    TermFactory,
    TopicEntryFactory,
    TopicFactory,
)


@pytest.fixture
def record() -> None:
    """A small, connected record to ask questions of."""
    khrushchev = PersonFactory(slug="khrushchev", sort_name="Khrushchev, Nikita")
    beria = PersonFactory(
        slug="beria", name="Lavrenty Beria", native_name="Лаврентий Берия",
        sort_name="Beria, Lavrenty", born="1899-03-29", died="1953-12-23",
    )  # fmt: skip
    party = PowerBaseFactory(slug="party", kind="party")
    mvd = PowerBaseFactory(slug="mvd", name="MVD", kind="security", parent=party, span="1946/1991")
    TenureFactory(public_id="k", person=khrushchev, power_base=party, span="1953-09-07/1964-10-14")
    TenureFactory(
        public_id="b", person=beria, power_base=mvd, office="Minister of Internal Affairs",
        span="1953-03-05/1953-06-26",
    )  # fmt: skip
    arrest = EventFactory(
        slug="arrest", title="Beria is arrested", span="1953-06-26", significance=2
    )
    speech = EventFactory(slug="speech", span="1956-02-25", significance=3)
    EventFactory(slug="congress", title="A congress", span="1961-10", significance=1)
    amnesty = ReformFactory(slug="amnesty", title="Amnesty", span="1953-03-27")
    amnesty.initiators.add(beria)
    arrest.reforms.add(amnesty)
    EffectFactory(public_id="weakens", reform=amnesty, power_base=mvd)
    ParticipationFactory(event=arrest, person=beria)
    ParticipationFactory(event=speech, person=khrushchev)
    topic = TopicFactory(slug="topic", course__slug="course")
    for given in (
        {"event": speech},
        {"event": None, "reform": amnesty},
        {"event": None, "person": beria},
    ):
        TopicEntryFactory(topic=topic, **given)
    TopicEntryFactory(topic=topic, event=speech, role="consequence")  # twice in one topic
    measure = MeasureFactory(slug="released")
    figure = StatisticFactory(
        public_id="figure", measure=measure, reform=amnesty, event=arrest, date="1953",
        change="fell", baseline_value=2_500_000,
    )  # fmt: skip
    source = SourceFactory(slug="source", kind="primary", issued="1953")
    CitationFactory(public_id="c1", statistic=figure, source=source, stance="disputes")
    CitationFactory(public_id="c2", event=arrest, checked="exists")
    TermFactory(slug="amnesty", name="amnesty").topics.add(topic)
    CheckedClaimFactory(public_id="claim", topic=topic, event=speech, source=source)
    topic.course.bibliography.add(source)
