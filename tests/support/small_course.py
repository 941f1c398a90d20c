"""A course with one record of every kind, for what would take too long with the shipped one."""

from __future__ import annotations

from events.models import Course
from tests.factories import (
    CheckedClaimFactory,
    CitationFactory,
    CourseFactory,
    EffectFactory,
    EventFactory,
    MeasureFactory,
    ParticipationFactory,
    PersonFactory,
    PositionEvidenceFactory,
    PositionFactory,
    PowerBaseFactory,
    ReformFactory,
    SectionFactory,
    SourceFactory,
    StatisticFactory,
    TenureFactory,
    TermFactory,
    TopicEntryFactory,
    TopicFactory,
)


def make_course() -> Course:
    """One topic with a record of every kind, and text that a spreadsheet would spoil."""
    lewin = SourceFactory(slug="lewin-2005")
    course = CourseFactory(slug="thaw", title="The Thaw", licence="CC BY 4.0")
    course.bibliography.add(lewin, SourceFactory(slug="taubman-2003", title="Khrushchev"))
    topic = TopicFactory(course=course, slug="secret-speech-topic", order=1)
    state = PowerBaseFactory(slug="soviet-state", name="Soviet state", kind="state")
    ministries = PowerBaseFactory(slug="ministries", name="Ministries", kind="state", parent=state)
    khrushchev = PersonFactory(
        slug="nikita-khrushchev",
        born="15 April 1894 (O.S. 3 April)",
        summary='He said: "the cult".\r\n\r\nThen, a second paragraph.',
    )
    tenure = TenureFactory(
        public_id="khrushchev-premier",
        person=khrushchev,
        power_base=ministries,
        office="Chairman of the Council of Ministers",
        span="1958-03-27/1964-10-14",
        note="- not elected\n- not sole ruler",
    )
    larger = ReformFactory(slug="devolution", title="Devolution", span="1953/1957")
    reform = ReformFactory(
        slug="economic-councils",
        parent=larger,
        problem="Ministries looked\nafter their own branch.",
        aim="=SUM of many aims",
    )
    reform.initiators.add(khrushchev)
    effect = EffectFactory(public_id="councils-weaken", reform=reform, power_base=ministries)
    event = EventFactory(slug="secret-speech", summary="@home and abroad", significance=3)
    event.reforms.add(reform)
    ParticipationFactory(event=event, person=khrushchev, order=1)
    measure = MeasureFactory(slug="council-count", name="Economic councils", unit="councils")
    statistic = StatisticFactory(
        public_id="councils-105",
        measure=measure,
        value="105",
        comparator="exactly",
        as_written="105",
        change="rose",
        baseline_comparator="exactly",
        baseline_value=0,
        baseline_date="1956",
        date="1957-05-10",
        reform=reform,
        event=event,
    )
    records = {
        "person": khrushchev,
        "power_base": ministries,
        "tenure": tenure,
        "reform": reform,
        "effect": effect,
        "measure": measure,
        "statistic": statistic,
        "event": event,
    }
    for order, (kind, record) in enumerate(records.items(), 1):
        TopicEntryFactory(
            topic=topic, order=order, **{"event": None, kind: record}, framing="'- an apostrophe"
        )
        CitationFactory(public_id=f"c-{order}", source=lewin, order=order, **{kind: record})
    topic.entries.filter(event=event).update(turning_point=True)
    PositionFactory(
        public_id="struggle-a", topic=topic, name="Yes", statement="=He did, because he spoke."
    )
    PositionFactory(
        public_id="struggle-b", topic=topic, letter="B", name="No", statement="He did not."
    )
    weighed = {"A": {"event": event}, "B": {"event": None, "source": lewin}}
    for letter, record in weighed.items():
        PositionEvidenceFactory(
            public_id=f"struggle-{letter.lower()}-1",
            topic=topic,
            position=letter,
            stance="supports" if letter == "A" else "limits",
            why="=He [said](event:secret-speech) so [@lewin-2005, chapter 13].",
            **record,
        )
    SectionFactory(
        public_id="secret-speech-topic-causes",
        topic=topic,
        text="=He spoke at [the Congress](event:secret-speech), because the camps were emptying "
        "[@taubman-2003, pp. 270–274; @lewin-2005, chapter 13].\n\n- He held "
        "[the office](tenure:khrushchev-premier) later.",
    )
    for number, kept in enumerate((larger, state), 20):
        kind = "reform" if kept is larger else "power_base"
        CitationFactory(public_id=f"c-{number}", source=lewin, **{kind: kept})
    term = TermFactory(slug="sovnarkhoz", name="sovnarkhoz", other_names="council; совет")
    term.topics.add(topic)
    CitationFactory(public_id="c-24", source=lewin, term=term)
    claim = CheckedClaimFactory(
        public_id="councils-brought-malenkov-down",
        topic=topic,
        event=None,
        reform=reform,
        code="S16",
        source=SourceFactory(slug="class-notes", title="Class notes", kind="class_notes"),
        reasoning="He had fallen\ntwo years before.",
    )
    CitationFactory(public_id="c-25", source=lewin, stance="disputes", checked_claim=claim)
    caesar = PersonFactory(
        slug="caesar", name="Caesar", sort_name="Caesar", born="-0099-07-12", died="44 BCE"
    )
    CitationFactory(public_id="c-30", source=lewin, person=caesar)
    ParticipationFactory(
        event=event, person=caesar, order=2, role="named in the speech", part="subject"
    )
    withdrawn = EventFactory(
        slug="misread", title="A misread event", status="withdrawn", withdrawn_reason="Misread."
    )
    TopicEntryFactory(topic=topic, order=50, event=withdrawn)
    draft = EventFactory(slug="draft-event", title="A draft", status="draft", span=None)
    TopicEntryFactory(topic=topic, order=51, event=draft)
    return course
