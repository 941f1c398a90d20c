"""What the tests of merging share."""

from __future__ import annotations

import pytest

from people.models import Person
from tests.factories import (
    CitationFactory,
    EventFactory,
    ParticipationFactory,
    PersonFactory,
    PowerBaseFactory,
    ReformFactory,
    SourceFactory,
    TenureFactory,
    TopicEntryFactory,
    TopicFactory,
)


@pytest.fixture
def beria_twice() -> tuple[Person, Person]:
    """One man under two spellings, with offices, parts, entries and evidence on both."""
    kept = PersonFactory(slug="lavrentiy-beria", name="Lavrentiy Beria", born="1899", died="1953")
    merged = PersonFactory(slug="lavrenti-beria", name="Lavrenti Beria", born="1899", died="1953")
    merged.slug = "l-p-beria"
    merged.save()
    ministry = PowerBaseFactory(slug="mvd", name="Ministry of Internal Affairs", kind="security")
    source = SourceFactory(slug="lewin-2005")
    minister = {"office": "Minister of Internal Affairs", "power_base": ministry, "span": "1953"}
    office = TenureFactory(person=kept, public_id="minister", **minister)
    double = TenureFactory(person=merged, public_id="minister-again", **minister)
    TenureFactory(person=merged, public_id="deputy-premier", power_base=ministry, span="1953")
    # The same evidence on both offices, and one piece that only the double has.
    CitationFactory(tenure=office, public_id="o1", source=source, locator="ch. 3")
    CitationFactory(tenure=double, public_id="o2", source=source, locator="ch. 3", note="twice")
    CitationFactory(tenure=double, public_id="o3", source=source, locator="ch. 4")
    CitationFactory(person=kept, public_id="p1", source=source, locator="p. 1")
    CitationFactory(person=merged, public_id="p2", source=source, locator="p. 1")
    CitationFactory(person=merged, public_id="p3", source=source, locator="p. 1", stance="disputes")
    arrest = EventFactory(slug="arrest", title="Arrest of Beria", span="1953-06-26")
    ParticipationFactory(event=arrest, person=kept, role="arrested")
    ParticipationFactory(event=arrest, person=merged, role="was arrested")
    trial = EventFactory(slug="trial", title="Trial of Beria", span="1953-12")
    ParticipationFactory(event=trial, person=merged, role="accused")
    ReformFactory(slug="amnesty", title="The amnesty", span="1953-03-27").initiators.add(merged)
    shared = ReformFactory(slug="republics", title="Republics policy", span="1953-06-12")
    shared.initiators.add(kept, merged)
    topic = TopicFactory(slug="succession")
    TopicEntryFactory(topic=topic, event=None, person=kept, role="cause", framing="The rival")
    TopicEntryFactory(topic=topic, event=None, person=merged, role="cause", framing="The threat")
    TopicEntryFactory(topic=topic, event=None, person=merged, role="consequence")
    TopicEntryFactory(topic=topic, event=None, tenure=double)
    return kept, merged
