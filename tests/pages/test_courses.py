"""A course as a boundary: its own timeline, power map and lists, beside those of all courses."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from curation.workflow import publishing
from events.models import Course, Event, Topic
from events.package.loading import load_package
from events.package.reading import read_package
from events.package.writing import dump, write_folder
from events.timeline.page import TimelineView
from people.models import Person, Tenure
from sources.models import Source
from tests.factories import (
    CitationFactory,
    CourseFactory,
    EventFactory,
    MeasureFactory,
    ParticipationFactory,
    PersonFactory,
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
from tests.support.pages import queries, words
from tests.support.small_course import make_course

pytestmark = pytest.mark.django_db

# The pages that a course has of its own, by what follows the address of the course.
PAGES = ["timeline", "people", "power", "reforms", "statistics", "sources", "glossary"]


@pytest.fixture
def khrushchev() -> Course:
    """1953–1964: the Secret Speech, the councils, and an office that ended with the course."""
    course = CourseFactory(slug="khrushchev", title="The USSR under Khrushchev", span="1953/1964")
    topic = TopicFactory(course=course, slug="de-stalinisation")
    party = PowerBaseFactory(slug="party", name="Communist Party")
    leader = PersonFactory(slug="khrushchev")
    office = "First Secretary"
    TenureFactory(person=leader, power_base=party, office=office, span="1953-09-07/1964-10-14")
    # Before the course: he is of it, and this office of his is not.
    TenureFactory(person=leader, office="Head of Moscow’s party", span="1935/1938")
    speech = EventFactory(slug="secret-speech", title="Secret Speech", span="1956-02-25")
    TopicEntryFactory(topic=topic, event=speech)
    TopicEntryFactory(topic=topic, event=None, reform=ReformFactory(title="Regional councils"))
    figure = StatisticFactory(measure__name="Prisoners in the GULAG")
    TopicEntryFactory(topic=topic, event=None, statistic=figure)
    lewin = SourceFactory(slug="lewin-2005", title="The Soviet Century")
    taubman = SourceFactory(slug="taubman-2003", title="Khrushchev: The Man and His Era")
    course.bibliography.add(SourceFactory(title="Khrushchev Remembers"))
    SectionFactory(
        topic=topic,
        text="[He](person:khrushchev) spoke in 1956 [@lewin-2005, chapter 13].",
    )
    CitationFactory(source=taubman, event=speech)
    CitationFactory(source=lewin, event=speech)
    return course


@pytest.fixture
def brezhnev() -> Course:
    """1964–1982: shares the party, and the person who lost his office, with the course before."""
    course = CourseFactory(slug="brezhnev", title="The USSR under Brezhnev", span="1964/1982")
    topic = TopicFactory(course=course, slug="after-khrushchev", title="After Khrushchev")
    successor = PersonFactory(slug="brezhnev", name="Leonid Brezhnev", sort_name="Brezhnev, Leonid")
    party, _ = type(PowerBaseFactory()).objects.get_or_create(slug="party")
    TenureFactory(
        person=successor,
        power_base=party,
        office="General Secretary",
        span="1964-10-14/1982-11-10",
        public_id="brezhnev-general-secretary",
    )
    entry = TopicEntryFactory(
        topic=topic, event=None, tenure=Tenure.objects.get(public_id="brezhnev-general-secretary")
    )
    fall = EventFactory(slug="khrushchev-removed", title="Khrushchev removed", span="1964-10-14")
    TopicEntryFactory(topic=topic, event=fall)
    if former := Person.objects.filter(slug="khrushchev").first():
        ParticipationFactory(event=fall, person=former, role="removed")
    CitationFactory(source=SourceFactory(title="The Brezhnev years"), tenure=entry.tenure)
    return course


@pytest.fixture
def both(khrushchev: Course, brezhnev: Course) -> tuple[Course, Course]:
    # What stands in no course at all.
    EventFactory(title="Nobody’s event", span="1961-04-12", significance=1)
    PersonFactory(slug="nobody", name="Nobody’s person")
    MeasureFactory(name="Nobody’s measure")
    ReformFactory(title="Nobody’s reform")
    SourceFactory(title="Nobody’s source")
    TermFactory(name="Nobody’s term")
    # Given to a topic; only linked by one; given to topics of both courses.
    first, second = Topic.objects.order_by("course_id")
    TermFactory(slug="sovnarkhoz", name="sovnarkhoz").topics.add(first)
    TermFactory(slug="zastoi", name="zastoi")
    Topic.objects.filter(pk=second.pk).update(summary="[Standstill](term:zastoi) came.")
    TermFactory(slug="nomenklatura", name="nomenklatura").topics.add(first, second)
    TenureFactory(person__name="Somebody Else", office="Minister", span="1955/1957")
    return khrushchev, brezhnev


def test_each_page_should_show_only_what_belongs_to_its_course(
    client: Client, both: tuple[Course, Course]
) -> None:
    # By page: what the first course has, what the second has, what both have.
    expected = {
        "timeline": ("Secret Speech", "Khrushchev removed", ""),
        "people": ("", "Leonid Brezhnev", "Nikita Khrushchev"),
        "reforms": ("Regional councils", "", ""),
        "statistics": ("Prisoners in the GULAG", "", ""),
        "sources": ("The Soviet Century", "The Brezhnev years", ""),
        "glossary": ("sovnarkhoz", "zastoi", "nomenklatura"),
    }
    for page, (first, second, shared) in expected.items():
        of_khrushchev = words(client.get(f"/courses/khrushchev/{page}/"))
        of_brezhnev = words(client.get(f"/courses/brezhnev/{page}/"))
        of_all = words(client.get(f"/{page}/"))
        for seen in (first, second, shared):
            assert seen in of_all, page
        assert first in of_khrushchev, page
        assert second in of_brezhnev, page
        assert not first or first not in of_brezhnev, page
        assert not second or second not in of_khrushchev, page
        assert shared in of_khrushchev
        assert shared in of_brezhnev
        assert "Nobody’s" not in of_khrushchev + of_brezhnev, page


def test_a_glossary_of_a_course_should_name_its_own_topics_alone(
    client: Client, both: tuple[Course, Course]
) -> None:
    seen = words(client.get("/courses/khrushchev/glossary/"))
    assert "Used in De-Stalinisation" in seen
    assert "After Khrushchev" not in seen
    assert "Used in De-Stalinisation , After Khrushchev" in words(client.get("/glossary/"))


def test_sources_should_be_the_bibliography_and_what_is_cited(
    client: Client, both: tuple[Course, Course]
) -> None:
    seen = words(client.get("/courses/khrushchev/sources/"))
    for title in (
        "Khrushchev Remembers",  # its bibliography
        "The Soviet Century",  # its prose
        "Khrushchev: The Man and His Era",  # the evidence of its records
    ):
        assert title in seen


def test_offices_should_be_those_held_in_the_years_of_the_course(
    both: tuple[Course, Course],
) -> None:
    def offices(course: Course) -> set[str]:
        return {str(t.office) for t in Tenure.objects.published().in_course(course)}

    khrushchev, brezhnev = both
    assert offices(khrushchev) == {"First Secretary"}
    # Khrushchev is in the second course by an event; his offices are not what it is about.
    assert offices(brezhnev) == {"General Secretary"}


def test_the_power_map_should_keep_to_the_power_bases_of_the_course(
    client: Client, both: tuple[Course, Course]
) -> None:
    address = "/courses/khrushchev/power/?on=1956-01-01"
    assert "Somebody Else" in words(client.get("/power/?on=1956-01-01"))
    seen = words(client.get(address))
    assert "Nikita Khrushchev" in seen
    assert "Somebody Else" not in seen
    # In a shared power base, whoever held an office: a list that is complete stays so.
    assert "Leonid Brezhnev" in words(client.get("/courses/khrushchev/power/?on=1970-01-01"))


def test_a_course_should_choose_the_days_of_its_power_map(
    client: Client, both: tuple[Course, Course]
) -> None:
    def days(address: str) -> list[str]:
        return [str(preset["event"]) for preset in client.get(address).context["presets"]]

    khrushchev, _ = both
    # None chosen: the turning points that each course teaches.
    assert days("/courses/khrushchev/power/") == ["Secret Speech"]
    assert days("/courses/brezhnev/power/") == ["Khrushchev removed"]
    khrushchev.turning_points.add(EventFactory(title="Beria arrested", span="1953-06-26"))
    khrushchev.turning_points.add(EventFactory(title="CANARY", span="1954-01-01", status="draft"))
    assert days("/courses/khrushchev/power/") == ["Beria arrested"]
    page = client.get("/courses/khrushchev/power/")
    assert page.context["day"].words == "26 June 1953"
    assert days("/courses/brezhnev/power/") == ["Khrushchev removed"]
    # All courses: what one chose, and the turning points of the one that chose none.
    assert days("/power/") == ["Beria arrested", "Khrushchev removed"]


def test_the_timeline_should_open_on_the_years_of_the_course(
    client: Client, both: tuple[Course, Course]
) -> None:
    party = Tenure.objects.get(office="First Secretary").power_base
    early = TenureFactory(
        person=Person.objects.get(slug="khrushchev"),
        power_base=party,
        office="Member of the Presidium",
        span="1939/1964",
    )
    TopicEntryFactory(
        topic=Topic.objects.get(slug="de-stalinisation"), event__title="Born", event__span="1894"
    )
    page = client.get("/courses/khrushchev/timeline/")
    # What reaches into these years stands apart, and what lies before them not at all.
    assert [year for year, _, _ in page.context["years"]] == [1953, 1956, 1957]
    assert [record for _, _, record, _ in page.context["begun_before"]] == [early]
    assert page.context["drawing"].ticks[0].label >= "1953"
    everything = client.get("/courses/khrushchev/timeline/?all=on")
    assert [year for year, _, _ in everything.context["years"]] == [1894, 1939, 1953, 1956, 1957]


def test_the_timeline_of_all_should_open_with_the_offices_of_the_courses(
    client: Client, both: tuple[Course, Course]
) -> None:
    def offices(address: str) -> set[str]:
        items = client.get(address).context["page"].items
        return {record.office for kind, record in items if kind == "tenure"}

    taught = {"First Secretary", "General Secretary"}
    everyone = {*taught, "Minister", "Head of Moscow’s party"}
    assert offices("/timeline/") == taught
    assert "Every office" in words(client.get("/timeline/"))
    # The rest is one click away; and whoever asks for offices gets them.
    assert offices("/timeline/?all=on") == everyone
    assert offices("/timeline/?kind=tenure&from=1930") == everyone
    assert offices("/timeline/?person=khrushchev") == {"First Secretary", "Head of Moscow’s party"}


def test_the_timeline_of_many_topics_should_leave_no_office_out(
    client: Client, both: tuple[Course, Course], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TimelineView, "most_topics", 1)
    assert "Minister" in words(client.get("/timeline/"))
    assert "Every office" not in words(client.get("/timeline/"))
    # One course is asked for, whatever its size.
    assert "Minister" not in words(client.get("/courses/khrushchev/timeline/"))


@pytest.mark.parametrize("page", PAGES)
def test_all_courses_and_each_course_should_be_one_click_apart(
    client: Client, both: tuple[Course, Course], page: str
) -> None:
    links = re.findall(r'href="([^"]+)"', client.get(f"/{page}/").content.decode())
    assert f"/courses/khrushchev/{page}/" in links
    assert f"/courses/brezhnev/{page}/" in links
    links = re.findall(r'href="([^"]+)"', client.get(f"/courses/brezhnev/{page}/").content.decode())
    assert f"/{page}/" in links
    assert "/courses/brezhnev/" in links


def navigation(client: Client, address: str) -> list[str]:
    text = client.get(address).content.decode()
    [nav] = re.findall(r'<nav aria-label="Main">(.*?)</nav>', text, re.S)
    return re.findall(r'<a href="([^"]+)"', nav)


@pytest.mark.parametrize(
    "address",
    ["/courses/khrushchev/", "/topics/de-stalinisation/", "/courses/khrushchev/people/"],
)
def test_the_head_should_keep_to_the_course(
    client: Client, both: tuple[Course, Course], address: str
) -> None:
    own = [f"/courses/khrushchev/{page}/" for page in PAGES]
    assert navigation(client, address) == own


def test_a_topic_should_lead_to_the_timeline_of_its_course(
    client: Client, both: tuple[Course, Course]
) -> None:
    page = client.get("/topics/de-stalinisation/")
    assert 'href="/courses/khrushchev/timeline/?topic=de-stalinisation"' in page.content.decode()
    assert "Secret Speech" in words(
        client.get("/courses/khrushchev/timeline/?topic=de-stalinisation")
    )


def test_the_only_course_should_leave_pages_as_they_are(client: Client, khrushchev: Course) -> None:
    for address in ("/", "/courses/khrushchev/", "/topics/de-stalinisation/", "/people/"):
        assert navigation(client, address) == [f"/{page}/" for page in PAGES]
    assert "Only one of them" not in words(client.get("/people/"))
    # The pages are there all the same.
    assert navigation(client, "/courses/khrushchev/people/")[1] == "/courses/khrushchev/people/"


@pytest.mark.parametrize("page", PAGES)
def test_a_course_that_readers_do_not_see_should_have_no_pages(
    client: Client, both: tuple[Course, Course], page: str
) -> None:
    CourseFactory(slug="secret", title="CANARY", status="draft")
    khrushchev, brezhnev = both
    publishing.withdraw(brezhnev, by=None, reason="It repeated another course.")
    assert client.get(f"/courses/nowhere/{page}/").status_code == 404
    secret = client.get(f"/courses/secret/{page}/")
    assert secret.status_code == 404
    assert "CANARY" not in secret.content.decode()
    gone = client.get(f"/courses/brezhnev/{page}/")
    assert gone.status_code == 410
    assert "It repeated another course." in words(gone)
    assert "/courses/brezhnev/" not in client.get(f"/{page}/").content.decode()
    khrushchev.slug = "the-thaw"
    khrushchev.save()
    moved = client.get(f"/courses/khrushchev/{page}/?cursor=x")
    assert moved.status_code == 301
    assert moved["Location"] == f"/courses/the-thaw/{page}/?cursor=x"


@pytest.mark.parametrize("page", PAGES)
def test_an_empty_course_should_have_empty_pages(
    client: Client, both: tuple[Course, Course], page: str
) -> None:
    course = CourseFactory(slug="empty", title="Empty")
    draft = TopicFactory(course=course, status="draft")
    TopicEntryFactory(topic=draft, event__title="CANARY")
    SectionFactory(topic=draft, text="[He](person:khrushchev) spoke.")
    answer = client.get(f"/courses/empty/{page}/")
    assert answer.status_code == 200
    main = answer.content.decode().split("<main")[1]
    assert "CANARY" not in main
    assert "Nikita" not in main


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_a_course_should_cost_the_same_whatever_its_size(
    client: Client, both: tuple[Course, Course], page: str
) -> None:
    few = queries(client, f"/courses/khrushchev/{page}/")
    topic = Topic.objects.get(slug="de-stalinisation")
    for n in range(12):
        event = TopicEntryFactory(topic=topic, event__significance=1).event
        ParticipationFactory(event=event)
        CitationFactory(event=event)
        SectionFactory(topic=topic, text=f"[It](event:{event.slug}) was {n}.")
        person = PersonFactory()
        TopicEntryFactory(topic=topic, event=None, person=person)
        TenureFactory(person=person)
        figure = StatisticFactory()
        TopicEntryFactory(topic=topic, event=None, statistic=figure)
        TopicEntryFactory(topic=topic, event=None, reform=ReformFactory())
    assert queries(client, f"/courses/khrushchev/{page}/") <= few + 1  # a list of more kinds
    assert few <= 26


def test_prose_should_name_a_record_under_an_address_it_once_had(khrushchev: Course) -> None:
    person = Person.objects.get(slug="khrushchev")
    person.slug = "nikita-sergeyevich"
    person.save()
    found = Person.objects.published().in_course(Course.objects.get(slug="khrushchev"))
    assert list(found) == [person]


def test_a_draft_should_bring_nothing_into_a_course(khrushchev: Course) -> None:
    hidden = EventFactory(title="CANARY", status="draft")
    beria = PersonFactory(slug="beria", name="Lavrentiy Beria")
    ParticipationFactory(event=hidden, person=beria)
    TopicEntryFactory(topic=Topic.objects.get(), event=hidden)
    found = Person.objects.published().in_course(Course.objects.get())
    assert beria not in found


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("people/?course=brezhnev", {"brezhnev", "khrushchev"}),
        ("events/?course=brezhnev", {"khrushchev-removed"}),
        ("terms/?course=brezhnev", {"zastoi", "nomenklatura"}),
        ("timeline/?course=brezhnev", {"khrushchev-removed", "brezhnev-general-secretary"}),
    ],
)
def test_the_api_should_keep_to_a_course(
    client: Client, both: tuple[Course, Course], address: str, expected: set[str]
) -> None:
    results = client.get(f"/api/v1/{address}").json()["results"]
    assert {row.get("key") or row["slug"] for row in results} == expected


def test_the_state_in_the_api_should_keep_to_a_course(
    client: Client, both: tuple[Course, Course]
) -> None:
    def held(query: str) -> set[str]:
        answer = client.get(f"/api/v1/state/?on=1956-01-01{query}").json()
        return {t["office"] for body in answer["power_bases"] for t in body["tenures"]}

    assert held("") == {"First Secretary", "Minister"}
    assert held("&course=khrushchev") == {"First Secretary"}
    answer = client.get("/api/v1/state/?on=1956-01-01&course=nowhere")
    assert answer.status_code == 400
    assert "No published course has this slug." in answer.json()["detail"]


def test_a_package_should_carry_the_days_of_the_power_map(tmp_path: Any) -> None:
    course = make_course()
    course.turning_points.set(Event.objects.filter(slug="secret-speech"))
    write_folder(dump(course), tmp_path / "package")
    course.turning_points.clear()
    for _ in range(2):
        load_package(read_package(tmp_path / "package"))
        assert [event.slug for event in course.turning_points.all()] == ["secret-speech"]


def test_the_lists_of_the_desk_should_find_what_belongs_to_a_course(
    client: Client, both: tuple[Course, Course], editor: Any
) -> None:
    client.force_login(editor)
    PowerBaseFactory(name="Ministry of Finance")
    draft = TopicFactory(course=both[1], status="draft")
    TopicEntryFactory(topic=draft, event__title="Still a draft topic")
    for model, own, foreign in [
        ("people/person", "Leonid Brezhnev", "Nobody’s person"),
        ("people/powerbase", "Communist Party", "Ministry of Finance"),
        ("events/event", "Still a draft topic", "Secret Speech"),
        ("sources/source", "The Brezhnev years", "The Soviet Century"),
        ("reforms/reform", "", "Regional councils"),
        ("reforms/statistic", "", "about 1.6 million"),
        ("people/tenure", "General Secretary", "Minister"),
        ("lessons/term", "zastoi", "sovnarkhoz"),
    ]:
        page = client.get(f"/admin/{model}/?in_course=brezhnev")
        assert page.status_code == 200, model
        shown = " ".join(map(str, page.context["cl"].result_list))
        everything = " ".join(map(str, client.get(f"/admin/{model}/").context["cl"].result_list))
        assert own in shown, model
        assert foreign not in shown, model
        assert foreign in everything, model
    assert not client.get("/admin/events/event/?in_course=nowhere").context["cl"].result_list
    assert Source.objects.count() > 3
