"""Public permalinks: every version that readers could see can be read, linked and cited."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from curation.models import Version
from curation.revisions import history
from curation.revisions.addresses import PLACES
from curation.revisions.past_records import record_then
from events.models import Participation, Position, PositionEvidence, Section, TopicEntry
from people.models import Tenure
from records.codec import codec_of
from records.kinds import kind_of, kinds
from records.models import Status
from records.pictures.models import Pictured
from reforms.models import Effect
from tests.factories import (
    CitationFactory,
    CourseFactory,
    EffectFactory,
    EventFactory,
    MeasureFactory,
    ParticipationFactory,
    PersonFactory,
    PowerBaseFactory,
    PowerBaseKindFactory,
    ReformFactory,
    SourceFactory,
    StatisticFactory,
    TenureFactory,
    TermFactory,
    TopicEntryFactory,
    TopicFactory,
)
from tests.support.pages import queries
from tests.support.versions import change

pytestmark = pytest.mark.django_db

FACTORIES: dict[str, Callable[..., Any]] = {
    "courses": CourseFactory,
    "topics": TopicFactory,
    "events": EventFactory,
    "people": PersonFactory,
    "power": PowerBaseFactory,
    "kinds-of-power": PowerBaseKindFactory,
    "reforms": ReformFactory,
    "statistics": MeasureFactory,
    "sources": SourceFactory,
    "glossary": TermFactory,
}


# --- reading one version ----------------------------------------------------------------------


@pytest.mark.parametrize("place", FACTORIES)
def test_every_kind_of_record_should_have_permalinks_history_and_a_way_there(
    client: Client, place: str
) -> None:
    record = FACTORIES[place]()
    page = client.get(record.get_absolute_url()).content.decode()
    for below in ("v/", "v/1/", "report/"):
        assert f'href="/{place}/{record.slug}/{below}"' in page
        assert client.get(f"/{place}/{record.slug}/{below}").status_code == 200


def test_places_should_be_those_with_factories_here() -> None:
    assert set(PLACES) == set(FACTORIES)


def test_old_version_should_read_as_it_was_and_name_the_current_one(client: Client) -> None:
    reform = ReformFactory(slug="economic-councils", aim="To break *ministries*.")
    change(reform, aim="To govern on the spot.", title="Sovnarkhozes")
    response = client.get("/reforms/economic-councils/v/1/")
    text = response.content.decode()
    version = Version.objects.of(reform).get(number=1)
    day = f"{version.made_at:%-d %B %Y}"
    for words in (
        '<h1 dir="auto">Regional economic councils</h1>',
        "To break <em>ministries</em>.",
        '<time datetime="1957-05-10">10 May 1957</time>',
        'The current version is <a href="/reforms/economic-councils/">version 2</a>',
        '<link rel="canonical" href="http://testserver/reforms/economic-councils/">',
        '<meta name="robots" content="noindex">',
        f"version 1 of {day}, http://testserver/reforms/economic-councils/v/1/",
        'rel="next" href="/reforms/economic-councils/v/2/"',
        'href="/reforms/economic-councils/v/"',
    ):
        assert words in text, words
    assert "To govern on the spot." not in text
    current = client.get("/reforms/economic-councils/v/2/").content.decode()
    assert "To govern on the spot." in current
    assert "It is the current version" in current
    assert 'rel="prev" href="/reforms/economic-councils/v/1/"' in current


def _person() -> Any:
    tenure = TenureFactory(note="Elected on *7 September*.", person__epithet="the Maize Man")
    TenureFactory(person=tenure.person, office="Chairman", span="27 March 1958 – 15 October 1964")
    CitationFactory(tenure=tenure, stance="disputes", note="Books give 13 September.")
    CitationFactory(person=tenure.person, claim="He was called the Maize Man", locator="ch. 1")
    return tenure.person


def _reform() -> Any:
    reform = ReformFactory(parent=ReformFactory(title="Planning reform"), reversed="1965")
    reform.initiators.add(PersonFactory(sort_name="Z"), PersonFactory(sort_name="A"))
    CitationFactory(effect=EffectFactory(reform=reform, change="strengthened"))
    EffectFactory(reform=reform)
    CitationFactory(reform=reform, stance="qualifies", claim="It raised output")
    return reform


def _event() -> Any:
    event = EventFactory()
    event.reforms.add(ReformFactory())
    ParticipationFactory(event=event, role="speaker")
    ParticipationFactory(event=event, part="subject")
    for stance in ("supports", "disputes"):
        CitationFactory(event=event, claim="It was kept secret", stance=stance)
    return event


def _measure() -> Any:
    measure = MeasureFactory(finding="The camps emptied", caveat="Exiles are not counted.")
    CitationFactory(measure=measure)
    CitationFactory(statistic=StatisticFactory(measure=measure), stance="disputes")
    # Two figures of one year that contradict each other.
    for value in (100_000, 200_000):
        figure = StatisticFactory(
            measure=measure, date="1953", value=value, as_written="", comparator="exactly"
        )
        CitationFactory(statistic=figure)
    return measure


def _course() -> Any:
    course = CourseFactory(summary="Eleven *years*.")
    course.bibliography.add(
        SourceFactory(kind="primary", title="Speech"), SourceFactory(kind="book", title="A life"),
        SourceFactory(kind="primary", title="Decree"),
    )  # fmt: skip
    TopicFactory(course=course)
    return course


def _topic() -> Any:
    topic = TopicFactory(summary="It began *before* the speech.")
    measure = MeasureFactory(finding="The camps emptied")
    CitationFactory(statistic=StatisticFactory(measure=measure))
    for n, (kind, record) in enumerate(
        {
            "event": EventFactory(summary="He read for *four* hours."),
            "reform": ReformFactory(),
            "person": PersonFactory(),
            "tenure": TenureFactory(),
            "effect": EffectFactory(),
            "measure": measure,
            "statistic": StatisticFactory(),
        }.items()
    ):
        entry = TopicEntryFactory(
            topic=topic,
            order=9 - n,
            role="cause",
            framing=f"*{kind}*",
            **{"event": None, kind: record},
        )
        if kind not in ("statistic", "measure"):
            CitationFactory(**{kind: entry.record}, claim="It was secret", stance="disputes")
    return topic


# What only the version of a topic says.
ENTRIES_THEN = r'<p class="small faint">The topic’s own words.*?</p>'

# A record with rows of every kind, and what its page shows of other records: from and to where.
PAGES: dict[str, tuple[Callable[[], Any], str]] = {
    "person": (_person, ""),
    "reform": (_reform, ""),
    "event": (_event, ""),
    "power base": (lambda: PowerBaseFactory(parent=PowerBaseFactory()), r'<h2 id="offices">.*'),
    "source": (lambda: SourceFactory(nature="A *memoir*."), r'<h2 id="rests-on-it">.*'),
    "measure": (_measure, r'<h2 id="take-away">.*'),
    "course": (_course, r"<h2>Topics</h2>.*(?=<h2>Bibliography)"),
    "topic": (_topic, r'<p class="no-print">.*?</p>'),
}


@pytest.mark.parametrize("kind", PAGES)
def test_version_should_look_as_its_page_did_when_it_was_current(client: Client, kind: str) -> None:
    make, of_others = PAGES[kind]
    record = make()
    with history.changing(record, by=None):
        pass
    page = client.get(record.get_absolute_url())
    was = (
        page.content.decode().partition('<h1 dir="auto">')[2].partition('<p class="about-record')[0]
    )
    was = re.sub(of_others, "", was, flags=re.DOTALL) if of_others else was
    # What readers saw stays, whatever is changed afterwards.
    change(record, **{"name" if hasattr(record, "name") else "title": "Another"})
    for rows in kind_of(record).rows:
        getattr(record, rows).all().delete()
    version = client.get(f"{record.get_absolute_url()}v/1/")
    now = version.content.decode().partition('<h1 dir="auto">')[2].partition('<h2 id="cite">')[0]
    now = re.sub(ENTRIES_THEN, "", now)
    assert " ".join(now.split()) == " ".join(was.split())
    assert page.templates[0].name == version.templates[0].name


def test_version_should_say_nothing_that_others_say_of_it_now(client: Client) -> None:
    person = _person()
    change(person, epithet="the Shoe")
    ParticipationFactory(person=person, event__title="canary")
    ReformFactory(title="canary").initiators.add(person)
    TopicEntryFactory(event=None, person=person, topic__title="canary")
    assert client.get(person.get_absolute_url()).content.count(b"canary") >= 3
    for number in (1, 2):
        assert b"canary" not in client.get(f"{person.get_absolute_url()}v/{number}/").content


def test_record_of_the_past_should_fail_rather_than_read_the_present() -> None:
    person = _person()
    change(person, epithet="the Shoe")
    was = record_then(Version.objects.of(person).get(number=1), person)
    assert (was.epithet, len(was.public_tenures)) == ("the Maize Man", 2)
    with pytest.raises(ValueError, match="primary key"):
        was.tenures.count()


def test_rows_should_stand_with_their_evidence(client: Client) -> None:
    tenure = TenureFactory(note="Elected on *7 September*.")
    person = tenure.person
    CitationFactory(tenure=tenure, stance="disputes", note="Books give 13 September.")
    CitationFactory(person=person, claim="He was born in Kalinovka", locator="ch. 1")
    change(person, epithet="the Maize Man")
    # What happens later does not reach back.
    tenure.delete()
    text = client.get(f"{person.get_absolute_url()}v/1/").content.decode()
    for words in (
        "First Secretary of the Central Committee",
        "7 September 1953 – 14 October 1964",
        f'href="{tenure.power_base.get_absolute_url()}">Communist Party of the Soviet Union</a>',
        "<em>7 September</em>",
        "Books give 13 September.",
        'class="certainty disputed">Disputed',
        "He was born in Kalinovka",
    ):
        assert words in text, words


def test_topic_should_have_the_words_and_order_of_its_version_and_the_records_of_today(
    client: Client,
) -> None:
    topic = TopicFactory(slug="thaw", title="The Thaw", short_answer="It *thawed*.")
    speech = TopicEntryFactory(topic=topic, order=1, framing="It shook the party.")
    camps = TopicEntryFactory(topic=topic, order=2, event__title="Camps opened")
    with history.changing(topic, by=None) as current:
        current.title, current.short_answer = "A frost", "It froze again."
        current.save()
        speech.order, speech.framing, speech.role = 3, "It shook nobody.", "cause"
        speech.save()
    speech.event.title = "The Closed Speech"
    speech.event.save()
    page = client.get("/topics/thaw/v/1/")
    text = page.content.decode()
    assert page.templates[0].name == "events/topic.html"
    for words in (
        '<h1 dir="auto">The Thaw</h1>',
        "It <em>thawed</em>.",
        "It shook the party.",
        "as they are today",
    ):
        assert words in text, words
    for words in ("A frost", "froze", "shook nobody", "The Secret Speech"):
        assert words not in text.partition('<h1 dir="auto">')[2], words
    assert text.index("The Closed Speech") < text.index("Camps opened")
    now = client.get("/topics/thaw/").content.decode()
    assert now.index("Camps opened") < now.index("The Closed Speech")
    assert "as they are today" not in now
    frames = [client.get(f"/embed/topics/thaw/{v}").content.decode() for v in ("?v=1", "")]
    assert "The Thaw" in frames[0]
    assert [f.index("The Closed Speech") < f.index("Camps opened") for f in frames] == [True, False]
    assert camps.event.get_absolute_url() in frames[0]


# What became of the record of an entry, and whether its version says that something stood there.
HIDDEN = [
    # Readers saw it, and are told that it was withdrawn where it stood.
    (lambda event: change(event, status=Status.WITHDRAWN, withdrawn_reason="canary"), True),
    (lambda event: event.delete(), True),
    # Renamed first: the version knows it by an address that it had.
    (
        lambda event: change(
            event, slug="canary-2", status=Status.WITHDRAWN, withdrawn_reason="canary"
        ),
        True,
    ),
    # Drafts are answered like what never was.
    (lambda event: change(event, status=Status.DRAFT), False),
    (
        lambda event: type(event).objects.update(
            status=Status.WITHDRAWN, withdrawn_reason="canary", published_at=None
        ),
        False,
    ),
]


@pytest.mark.parametrize(("hide", "is_said"), HIDDEN)
def test_entry_of_what_is_not_public_now_should_say_that_and_no_more(
    client: Client, hide: Callable[[Any], Any], is_said: bool
) -> None:
    topic = TopicFactory(slug="thaw")
    event = EventFactory(slug="canary", title="canary", summary="canary")
    CitationFactory(event=event, note="canary")
    TopicEntryFactory(topic=topic, event=event, role="cause", framing="canary")
    TopicEntryFactory(topic=topic, event=None, person=PersonFactory(name="Ivan Serov"))
    change(topic, summary="Longer.")
    hide(event)
    for address in ("/topics/thaw/v/1/", "/embed/topics/thaw/?v=1"):
        text = client.get(address).content.decode()
        assert ("The event of this entry is not public now." in text) is is_said
        assert "Ivan Serov" in text
        assert "canary" not in text
        # What stands there now is no part of the past, and not told by today’s page.
        assert "not public now" not in client.get("/topics/thaw/").content.decode()


def test_entries_of_a_topic_should_name_every_kind_of_record(client: Client) -> None:
    topic = TopicFactory()
    shown = {
        "event": EventFactory(title="Pospelov commission"),
        "reform": ReformFactory(title="Housing decree"),
        "person": PersonFactory(name="Georgy Malenkov"),
        "tenure": TenureFactory(
            person__name="Lavrenty Beria", office="Minister of Internal Affairs"
        ),
        "power_base": PowerBaseFactory(name="Ministry of State Security"),
        "effect": EffectFactory(power_base__name="Gosplan", reform__title="Planning reform"),
        "measure": MeasureFactory(name="Grain harvest"),
        "statistic": StatisticFactory(measure__name="Delegates arrested", as_written="1,108"),
    }
    for kind, record in shown.items():
        TopicEntryFactory(topic=topic, **{"event": None, kind: record})
    text = client.get(f"{topic.get_absolute_url()}v/1/").content.decode()
    for words in (
        ">Pospelov commission</a>",
        ">Housing decree</a>",
        ">Georgy Malenkov</a>",
        ">Lavrenty Beria, Minister of Internal Affairs</a>",
        ">Ministry of State Security</a>",
        ">Planning reform: Gosplan weakened</a>",
        ">Grain harvest</a>",
        ">Delegates arrested: about 1,108</a>",
    ):
        assert words in text, words


def test_renamed_reference_should_be_followed(client: Client) -> None:
    event = EventFactory()
    person = ParticipationFactory(event=event, person__slug="n-khrushchev").person
    change(event, summary="Longer.")
    person.slug, person.name = "nikita-khrushchev", "Nikita Sergeyevich Khrushchev"
    person.save()
    text = client.get(f"{event.get_absolute_url()}v/1/").content.decode()
    assert '<a href="/people/nikita-khrushchev/">Nikita Sergeyevich Khrushchev</a>' in text


def test_every_kept_field_should_be_read_or_left_out_on_purpose() -> None:
    # What readers are not shown as a field: it heads the page, orders a list or leads elsewhere.
    elsewhere = {
        "slug", "title", "name", "sort_name", "public_id",
        # Of rows: named by their heading, or shown by their place.
        "office", "power_base", "person", "sole_holder", "order",
    }  # fmt: skip
    # A picture may have been taken back, with what was said of it.
    elsewhere |= {field.name for field in Pictured._meta.fields}
    rows = {Tenure: "person", Effect: "reform", Participation: "event", TopicEntry: "topic"}
    rows |= {Section: "topic", Position: "topic", PositionEvidence: "topic"}
    for model, read in ((kind.model, kind.all_facts) for kind in kinds() if kind.facts):
        kept = set(codec_of(model, rows.get(model, "")).by_name)
        if model is PositionEvidence:
            elsewhere = elsewhere | {"source"}
        if model in (TopicEntry, PositionEvidence):
            elsewhere = elsewhere | {"event", "reform", "tenure", "effect", "measure", "statistic"}
        assert set(read) <= kept, model
        assert kept - set(read) <= elsewhere, model
    assert all(kind.facts for kind in kinds() if kind.is_root and kind.place)


# --- the list ---------------------------------------------------------------------------------


def test_history_should_say_when_what_and_why_but_who_to_staff_only(
    client: Client, editor: Any
) -> None:
    event = EventFactory()
    change(event, by=editor, reason="Fuller title", title="The Secret Speech of 1956")
    history.restore(Version.objects.of(event).get(number=1), by=editor, reason="Too full")
    address = f"{event.get_absolute_url()}v/"
    text = client.get(address).content.decode()
    assert text.index("restored from an earlier version") < text.index("Fuller title")
    assert "Too full" in text
    assert "editor" not in text.lower().replace("an editor", "")
    client.force_login(editor)
    response = client.get(address)
    assert "by editor" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_record_published_without_history_should_have_one_version(client: Client) -> None:
    event = EventFactory(version=4)
    text = client.get(f"{event.get_absolute_url()}v/").content.decode()
    assert text.count("/v/4/") == 1
    assert client.get(f"{event.get_absolute_url()}v/4/").status_code == 200
    assert client.get(f"{event.get_absolute_url()}v/3/").status_code == 404
    assert not Version.objects.exists()


def test_long_history_should_page_by_key(client: Client) -> None:
    event = EventFactory()
    for n in range(101):
        change(event, reason=f"Reason {n}.")
    address = f"{event.get_absolute_url()}v/"
    first = client.get(address)
    assert b"Reason 100." in first.content
    assert b"kept as it stood" not in first.content
    second = client.get(address, {"cursor": first.context["page"].next})
    assert b"kept as it stood" in second.content
    assert client.get(address, {"cursor": "nonsense"}).status_code == 200


# --- cost -------------------------------------------------------------------------------------


def test_version_should_cost_the_same_whatever_its_size(client: Client) -> None:
    small, large = TopicFactory(), TopicFactory()
    for topic, times in ((small, 1), (large, 25)):
        for _ in range(times):
            for kind, record in {
                "event": EventFactory(),
                "reform": ReformFactory(),
                "person": PersonFactory(),
                "tenure": TenureFactory(),
                "power_base": PowerBaseFactory(),
                "effect": EffectFactory(),
                "measure": MeasureFactory(),
                "statistic": StatisticFactory(),
            }.items():
                TopicEntryFactory(topic=topic, **{"event": None, kind: record})
        change(topic, summary="Longer.")
    few, many = (queries(client, f"{topic.get_absolute_url()}v/1/") for topic in (small, large))
    assert many == few
    assert many <= 25


def test_history_should_cost_the_same_whatever_its_length(client: Client) -> None:
    short, long = EventFactory(), EventFactory()
    for event, times in ((short, 1), (long, 30)):
        for _ in range(times):
            change(event)
    few, many = (queries(client, f"{event.get_absolute_url()}v/") for event in (short, long))
    assert many == few <= 3
