"""Home, course, topic and event pages, as a reader meets them."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from records.models import Status
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
from tests.support.growing import grow_topic
from tests.support.pages import queries, words

pytestmark = pytest.mark.django_db


def test_a_topic_should_lead_to_its_own_part_of_the_timeline(client: Client) -> None:
    topic = TopicFactory(slug="the-fall")
    TopicEntryFactory(topic=topic, event__title="Plenum of October 1964", event__span="1964-10-14")
    EventFactory(title="Launch of Sputnik", span="1957-10-04")
    text = client.get(topic.get_absolute_url()).content.decode()
    [address] = re.findall(r'<a href="([^"]+)">This topic on the timeline</a>', text)
    timeline = words(client.get(unescape(address)))
    assert "Plenum of October 1964" in timeline
    assert "Launch of Sputnik" not in timeline


def test_home_should_show_courses_with_their_topics_in_order(client: Client) -> None:
    course = CourseFactory(title="The USSR under Khrushchev")
    TopicFactory(course=course, order=2, title="Early government reforms")
    TopicFactory(course=course, order=1, title="Leadership struggle")
    text = client.get("/").content.decode()
    assert text.index("Leadership struggle") < text.index("Early government reforms")


def test_home_should_say_so_when_nothing_is_published(client: Client) -> None:
    CourseFactory(status=Status.DRAFT, title="Unready course")
    response = client.get("/")
    assert "No course has been published yet" in response.content.decode()
    assert "Unready course" not in response.content.decode()


def test_topic_should_put_question_and_answer_before_the_entries(client: Client) -> None:
    topic = TopicFactory(question="How far did he go?", short_answer="Halfway, and *no further*.")
    TopicEntryFactory(topic=topic, framing="It shook the **party**.")
    text = client.get(topic.get_absolute_url()).content.decode()
    assert text.index("How far did he go?") < text.index("<em>no further</em>")
    assert text.index("<em>no further</em>") < text.index("<strong>party</strong>")


def test_topic_should_set_evidence_beside_its_entry_and_name_disputes(client: Client) -> None:
    entry = TopicEntryFactory()
    notes = SourceFactory(kind="class_notes", title="Class notes", author="")
    claim = "Khrushchev did not criticise Stalin directly"
    CitationFactory(event=entry.event, source=notes, claim=claim)
    CitationFactory(
        event=entry.event, claim=claim, stance="disputes", note="It names Stalin throughout."
    )
    text = client.get(entry.topic.get_absolute_url()).content.decode()
    assert 'class="certainty disputed">Disputed' in text
    assert "What is disputed" in text
    assert text.count("It names Stalin throughout.") == 2  # beside the entry, and in the summary


def test_topic_should_cost_the_same_whatever_its_size(client: Client) -> None:
    small, large = TopicFactory(), TopicFactory()
    grow_topic(small, 1)
    grow_topic(large, 6)
    few, many = queries(client, small.get_absolute_url()), queries(client, large.get_absolute_url())
    assert many == few
    # With positions and their evidence.
    assert many <= 19


def test_topic_of_thousands_should_page_by_key(client: Client) -> None:
    topic = TopicFactory()
    for n in range(201):
        TopicEntryFactory(topic=topic, order=n, event__title=f"Event number {n}")
    first = client.get(topic.get_absolute_url())
    assert "Event number 199" in first.content.decode()
    assert "Event number 200" not in first.content.decode()
    second = client.get(topic.get_absolute_url(), {"cursor": first.context["page"].next})
    assert "Event number 200" in second.content.decode()


def test_topic_should_not_show_a_draft_through_any_relation(client: Client) -> None:
    topic = TopicFactory()
    hidden = {"status": Status.DRAFT}
    draft_person = PersonFactory(name="CANARY person", **hidden)
    draft_base = PowerBaseFactory(name="CANARY base", **hidden)
    draft_measure = MeasureFactory(name="CANARY measure", **hidden)
    measure = MeasureFactory()
    StatisticFactory(measure=measure, as_written="CANARY figure", **hidden)
    event = EventFactory()
    ParticipationFactory(event=event, person=draft_person)
    CitationFactory(event=event, source=SourceFactory(title="CANARY", author="", **hidden))
    cases = {
        "event": EventFactory(title="CANARY event", **hidden),
        "reform": ReformFactory(title="CANARY reform", **hidden),
        "person": draft_person,
        "tenure": TenureFactory(person=draft_person),
        "power_base": draft_base,
        "effect": EffectFactory(power_base=draft_base, why="CANARY effect"),
        "measure": draft_measure,
        "statistic": StatisticFactory(measure=draft_measure),
    }
    for kind, record in cases.items():
        TopicEntryFactory(topic=topic, **{"event": None, kind: record}, framing=f"CANARY {kind}")
    TopicEntryFactory(topic=topic, event=event)
    TopicEntryFactory(topic=topic, event=None, measure=measure)
    TopicFactory(course=topic.course, order=topic.order + 1, title="CANARY topic", **hidden)
    for address in (
        "/",
        topic.get_absolute_url(),
        topic.course.get_absolute_url(),
        event.get_absolute_url(),
        "/timeline/",
        "/sitemap-events.xml",
    ):
        assert "CANARY" not in client.get(address).content.decode(), address


def test_topic_of_a_draft_course_should_not_exist(client: Client) -> None:
    topic = TopicFactory(course__status=Status.DRAFT)
    assert client.get(topic.get_absolute_url()).status_code == 404


def test_event_should_name_people_figures_and_neighbours(client: Client) -> None:
    before = EventFactory(title="Pospelov commission", span="1955-12-31")
    event = EventFactory()
    after = EventFactory(title="Georgian demonstrations", span="1956-03-04/1956-03-10")
    ParticipationFactory(event=event, role="gave the speech")
    statistic = StatisticFactory(event=event, measure__name="Delegates arrested", value=1108)
    CitationFactory(statistic=statistic)
    text = client.get(event.get_absolute_url()).content.decode()
    for seen in (str(before), str(after), "gave the speech", "Delegates arrested"):
        assert seen in text
    assert '<time datetime="1956-02-25">25 February 1956</time>' in text


def test_event_should_tell_whom_it_was_about_from_who_took_part(client: Client) -> None:
    event = EventFactory(slug="secret-speech")
    stalin = PersonFactory(name="Joseph Stalin", died="1953-03-05")
    ParticipationFactory(event=event, person=stalin, role="denounced", part="subject")
    ParticipationFactory(event=event, role="gave the speech", order=1)
    seen = words(client.get("/events/secret-speech/"))
    took_part = seen[seen.index("Who took part") : seen.index("Whom it was about")]
    assert "Nikita Khrushchev : gave the speech" in took_part
    assert "Stalin" not in took_part
    assert "Joseph Stalin : denounced" in seen[seen.index("Whom it was about") :]
    told = client.get("/api/v1/events/secret-speech/").json()["participants"]
    assert [(one["person"]["title"], one["part"]) for one in told] == [
        ("Joseph Stalin", "subject"),
        ("Nikita Khrushchev", ""),
    ]


def test_event_page_should_cost_the_same_whatever_its_size(client: Client) -> None:
    small, large = EventFactory(), EventFactory(span="1957")
    for event, times in ((small, 1), (large, 8)):
        for _ in range(times):
            ParticipationFactory(event=event)
            CitationFactory(event=event)
            CitationFactory(statistic=StatisticFactory(event=event))
            event.reforms.add(ReformFactory())
    few, many = queries(client, small.get_absolute_url()), queries(client, large.get_absolute_url())
    assert many == few
    assert many <= 10


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [
        # Never published: as if it were not there.
        (Status.DRAFT, 404, "Nothing is published here"),
        (Status.REVIEW, 404, "Nothing is published here"),
        # Once public: the reason stays public.
        (Status.WITHDRAWN, 410, "The date was misread."),
    ],
)
def test_event_that_is_not_public_should_answer_by_its_state(
    client: Client, status: str, answer: int, words: str
) -> None:
    event = EventFactory(status=status, withdrawn_reason="The date was misread.")
    response = client.get(event.get_absolute_url())
    assert response.status_code == answer
    assert words in response.content.decode()


def test_renamed_event_should_redirect_for_good(client: Client) -> None:
    event = EventFactory(slug="closed-session")
    for slug in ("speech-of-1956", "the-secret-speech"):
        event.slug = slug
        event.save()
    for old in ("closed-session", "speech-of-1956"):
        response = client.get(f"/events/{old}/")
        assert (response.status_code, response["Location"]) == (301, "/events/the-secret-speech/")


def test_deleted_event_should_be_gone(client: Client) -> None:
    event = EventFactory(slug="deleted-event")
    event.delete()
    assert client.get("/events/deleted-event/").status_code == 410


def test_mistyped_address_should_offer_the_nearest(client: Client) -> None:
    EventFactory(slug="the-secret-speech", title="The Secret Speech")
    response = client.get("/events/secret-spech/")
    assert response.status_code == 404
    assert "/events/the-secret-speech/" in response.content.decode()
    # An address outside every pattern finds its way too.
    response = client.get("/nowhere/the-secret-speach")
    assert response.status_code == 404
    assert "/events/the-secret-speech/" in response.content.decode()


def test_json_ld_should_not_let_a_title_out_of_its_script(client: Client) -> None:
    topic = TopicFactory(title="</script><script>alert(1)</script>")
    text = client.get(topic.get_absolute_url()).content.decode()
    assert "<script>alert" not in text
    assert "\\u003C/script\\u003E" in text


@pytest.mark.parametrize(("count", "where"), [(4, "notes"), (5, "notes many")])
def test_more_evidence_than_text_should_stand_under_it(
    client: Client, count: int, where: str
) -> None:
    event = EventFactory()
    for _ in range(count):
        CitationFactory(event=event)
    TopicEntryFactory(topic=TopicFactory(slug="struggle"), event=event)
    assert (
        f'<div class="{where} plain-notes" role="note"'
        in client.get("/topics/struggle/").content.decode()
    )
