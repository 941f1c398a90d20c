"""What the API answers: dates, figures, evidence, links, filters and pages."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from events.models import Event
from reforms.models import Statistic
from tests.conftest import (
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

pytestmark = pytest.mark.django_db


def get(client: Client, address: str) -> Any:
    response = client.get(f"/api/v1/{address}")
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/json"
    return json.loads(response.content)


def slugs(client: Client, address: str) -> list[str]:
    key = "key" if address.startswith("timeline") else "slug"
    return [item.get(key) or item.get("id") for item in get(client, address)["results"]]


def test_the_root_lists_everything_and_all_of_it_answers(client: Client) -> None:
    root = get(client, "")
    assert [*root] == [
        "courses", "topics", "events", "people", "power-bases", "tenures", "reforms", "effects",
        "measures", "statistics", "sources", "citations", "timeline", "state", "changes",
        "schema", "docs",
    ]  # fmt: skip
    for name, address in root.items():
        assert client.get(address).status_code == (400 if name == "state" else 200)


# --- dates and figures ------------------------------------------------------------------------

DATES = [
    ("1956-02-25", "25 February 1956", "1956-02-25", "1956-02-25"),  # a day
    ("1956-06", "June 1956", "1956-06-01", "1956-06-30"),  # a month, to its last day
    ("1953/1964", "1953–1964", "1953-01-01", "1964-12-31"),  # a span
    ("1957-05-10/..", "since 10 May 1957", "1957-05-10", None),  # an open end
    ("-0043-03-15", "15 March 44 BCE", "-0043-03-15", "-0043-03-15"),  # before our era
    ("1957~", "about 1957", "1957-01-01", "1957-12-31"),  # about
]


@pytest.mark.parametrize(("edtf", "text", "earliest", "latest"), DATES)
def test_a_date_is_given_at_the_precision_it_has(
    client: Client, edtf: str, text: str, earliest: str | None, latest: str | None
) -> None:
    event = EventFactory(span=edtf)
    span = get(client, f"events/{event.slug}/")["span"]
    assert (span["edtf"], span["earliest"], span["latest"]) == (edtf, earliest, latest)
    assert span["text"] == event.span.display()
    if "/" not in edtf and "~" not in edtf:
        assert span["text"] == text


def test_no_date_is_null_and_says_why(client: Client) -> None:
    event = EventFactory(span=None, undated_reason="The sources give no year.")
    found = get(client, f"events/{event.slug}/")
    assert (found["span"], found["undated_reason"]) == (None, "The sources give no year.")


NUMBERS = [
    ("1600000", "1600000"),  # a whole number stays whole
    ("0.5", "0.5"),
    ("-3.25", "-3.25"),
    ("100", "100"),  # its own zeros are no end of zeros
    ("0", "0"),
    ("1234567.123456", "1234567.123456"),  # as many digits as SQLite keeps apart
]


@pytest.mark.parametrize(("value", "written"), NUMBERS)
def test_a_value_is_written_as_the_exact_number(client: Client, value: str, written: str) -> None:
    statistic = StatisticFactory(value=value)
    body = client.get(f"/api/v1/statistics/{statistic.public_id}/").content.decode()
    assert f'"value":{written},' in body


def test_a_figure_is_typed(client: Client) -> None:
    measure = MeasureFactory(slug="ministries", name="Central ministries", unit="ministries")
    statistic = StatisticFactory(
        measure=measure,
        comparator="exactly",
        value=25,
        as_written="",
        change="fell",
        baseline_comparator="about",
        baseline_value=55,
        baseline_date="1953",
        date="1954",
    )
    found = get(client, f"statistics/{statistic.public_id}/")
    assert found["measure"]["unit"] == "ministries"
    assert (found["comparator"], found["value"], found["change"]) == ("exactly", 25, "fell")
    assert found["upper_value"] is None
    assert found["phrase"] == "fell from about 55 to 25"
    assert found["baseline"]["value"] == 55
    assert found["baseline"]["comparator"] == "about"
    assert found["baseline"]["date"]["text"] == "1953"
    assert get(client, f"statistics/{StatisticFactory().public_id}/")["baseline"] is None


def test_a_measure_shows_its_series_and_every_disagreement(client: Client) -> None:
    measure = MeasureFactory(slug="gulag")
    notes = StatisticFactory(measure=measure, public_id="notes", date="1956", value=1_600_000)
    archive = StatisticFactory(
        measure=measure, public_id="archive", date="1956", value=781_630, comparator="exactly",
        as_written="",
    )  # fmt: skip
    StatisticFactory(measure=measure, public_id="before", date="1953", value=2_468_524)
    CitationFactory(statistic=notes, source__kind="class_notes")
    CitationFactory(statistic=notes, stance="disputes", note="The archives give half of it.")
    CitationFactory(statistic=archive)
    found = get(client, "measures/gulag/")
    assert [figure["id"] for figure in found["series"]] == ["before", "notes", "archive"]
    assert [(d["date"]["edtf"], d["statistics"]) for d in found["disagreements"]] == [
        ("1956", ["notes", "archive"])
    ]
    disputed, agreed = found["series"][1:]
    assert [c["stance"] for c in disputed["citations"]] == ["supports", "disputes"]
    assert disputed["certainty"] == [{"claim": "", "level": "disputed", "words": "Disputed"}]
    assert agreed["certainty"][0]["level"] == "single"


# --- evidence and links -----------------------------------------------------------------------


def test_evidence_stands_with_its_record(client: Client) -> None:
    event = EventFactory(slug="speech")
    source = SourceFactory(slug="taubman", title="Khrushchev: The Man and His Era")
    CitationFactory(
        public_id="one", event=event, source=source, locator="chapter 11", claim="It was secret.",
        stance="qualifies", checked="exists", quotation="q", note="n",
    )  # fmt: skip
    found = get(client, "events/speech/")
    site = "http://testserver"
    assert found["citations"] == [
        {
            "id": "one",
            "claim": "It was secret.",
            "stance": "qualifies",
            "source": {
                "slug": "taubman",
                "title": "Khrushchev: The Man and His Era",
                "url": f"{site}/api/v1/sources/taubman/",
                "page": f"{site}/sources/taubman/",
            },
            "locator": "chapter 11",
            "quotation": "q",
            "checked": "exists",
            "note": "n",
            "url": f"{site}/api/v1/citations/one/",
        }
    ]
    assert found["certainty"] == [
        {"claim": "It was secret.", "level": "qualified", "words": "Qualified by the evidence"}
    ]
    assert get(client, "events/")["results"][0]["certainty"] == found["certainty"]
    citation = get(client, "citations/one/")
    assert citation["record"]["url"] == f"{site}/api/v1/events/speech/"
    assert citation["record"]["kind"] == "event"
    assert citation["page"] == f"{site}/events/speech/"


def test_every_record_gives_its_two_addresses_and_both_answer(client: Client) -> None:
    records = {
        "courses": CourseFactory(), "topics": TopicFactory(), "events": EventFactory(),
        "people": PersonFactory(), "power-bases": PowerBaseFactory(), "reforms": ReformFactory(),
        "measures": MeasureFactory(), "sources": SourceFactory(),
    }  # fmt: skip
    for route, record in records.items():
        found = get(client, f"{route}/{record.slug}/")
        assert found["url"] == f"http://testserver/api/v1/{route}/{record.slug}/"
        assert found["page"] == f"http://testserver{record.get_absolute_url()}"
        assert client.get(found["url"]).status_code == 200
    for route, record in {
        "tenures": TenureFactory(), "effects": EffectFactory(), "statistics": StatisticFactory(),
    }.items():  # fmt: skip
        found = get(client, f"{route}/{record.public_id}/")
        assert found["url"] == f"http://testserver/api/v1/{route}/{record.public_id}/"
        assert found["page"] == f"http://testserver{record.get_absolute_url()}"


def test_the_site_may_be_told_its_public_name(client: Client, settings: Any) -> None:
    settings.SITE_URL = "https://thaw.example"
    assert get(client, "")["events"] == "https://thaw.example/api/v1/events/"


def test_a_detail_holds_what_belongs_to_it(client: Client) -> None:
    person = PersonFactory(slug="khrushchev", other_names="Khrushchov; Nikita Sergeyevich")
    reform = ReformFactory(slug="councils")
    ReformFactory(slug="planning", parent=reform)
    reform.initiators.add(person)
    EffectFactory(public_id="weaken", reform=reform)
    StatisticFactory(public_id="count", reform=reform)
    TenureFactory(public_id="later", person=person, span="1958/1964")
    TenureFactory(public_id="first", person=person, span="1953/1964")
    found = get(client, "people/khrushchev/")
    assert found["other_names"] == ["Khrushchov", "Nikita Sergeyevich"]
    assert [tenure["id"] for tenure in found["tenures"]] == ["first", "later"]
    assert found["related"]["reforms"] == "http://testserver/api/v1/reforms/?person=khrushchev"
    assert slugs(client, "reforms/?person=khrushchev") == ["councils"]
    found = get(client, "reforms/councils/")
    assert [step["slug"] for step in found["steps"]] == ["planning"]
    assert [effect["id"] for effect in found["effects"]] == ["weaken"]
    assert [figure["id"] for figure in found["statistics"]] == ["count"]
    assert get(client, "reforms/planning/")["parent"]["slug"] == "councils"


def test_a_topic_gives_its_records_in_the_teachers_order(client: Client) -> None:
    topic = TopicFactory(slug="thaw")
    event = EventFactory(slug="speech")
    tenure = TenureFactory(public_id="first-secretary", person__name="Nikita Khrushchev")
    TopicEntryFactory(topic=topic, order=2, event=event, role="consequence", framing="So it was.")
    TopicEntryFactory(topic=topic, order=1, event=None, tenure=tenure, role="cause")
    found = get(client, "topics/thaw/")
    assert [(e["role"], e["record"]["kind"], e["record"]["key"]) for e in found["entries"]] == [
        ("cause", "tenure", "first-secretary"),
        ("consequence", "event", "speech"),
    ]
    assert found["entries"][0]["record"]["title"].startswith("Nikita Khrushchev: First Secretary")
    assert [t["slug"] for t in get(client, "events/speech/")["topics"]] == ["thaw"]
    course = get(client, f"courses/{topic.course.slug}/")
    assert [t["slug"] for t in course["topics"]] == ["thaw"]


# --- filters, orders, pages -------------------------------------------------------------------


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
    topic.course.bibliography.add(source)


QUESTIONS = [
    ("events/", ["arrest", "speech", "congress"]),
    ("events/?ordering=-date", ["congress", "speech", "arrest"]),
    ("events/?ordering=title", ["congress", "arrest", "speech"]),
    ("events/?from=1956", ["speech", "congress"]),
    ("events/?from=25 February 1956&to=1956-02-25", ["speech"]),
    ("events/?to=June 1953", ["arrest"]),  # to its last day
    ("events/?from=27 June 1953&to=1956-01", []),
    ("events/?from=1961-10-31", ["congress"]),  # known to the month: it may have been then
    ("events/?topic=topic", ["speech"]),  # once, though it stands there twice
    ("events/?person=beria", ["arrest"]),
    ("events/?reform=amnesty", ["arrest"]),
    ("events/?power_base=mvd", ["arrest"]),
    ("events/?significance=3", ["speech"]),
    ("events/?search=BERIA arrested", ["arrest"]),  # every word, any case
    ("events/?search=beria congress", []),
    ("people/", ["beria", "khrushchev"]),
    ("people/?ordering=born", ["khrushchev", "beria"]),
    ("people/?topic=topic", ["beria"]),
    ("people/?power_base=party", ["khrushchev"]),
    ("people/?search=Берия", ["beria"]),
    ("people/?from=1954", ["khrushchev"]),
    ("people/?to=1895", ["khrushchev"]),
    ("power-bases/?kind=security", ["mvd"]),
    ("power-bases/?parent=party", ["mvd"]),
    ("power-bases/?to=1950", ["mvd"]),
    ("tenures/", ["b", "k"]),
    ("tenures/?person=khrushchev", ["k"]),
    ("tenures/?power_base=mvd", ["b"]),
    ("tenures/?kind=party", ["k"]),
    ("tenures/?search=minister", ["b"]),
    ("tenures/?from=1954", ["k"]),
    ("reforms/?person=beria", ["amnesty"]),
    ("reforms/?person=khrushchev", []),
    ("reforms/?power_base=mvd&topic=topic", ["amnesty"]),
    ("effects/?change=weakened&reform=amnesty&power_base=mvd", ["weakens"]),
    ("effects/?change=split", []),
    ("measures/?reform=amnesty", ["released"]),
    ("measures/?search=gulag", ["released"]),
    ("statistics/?measure=released&reform=amnesty&event=arrest", ["figure"]),
    ("statistics/?comparator=about&change=fell&from=1953&to=1953", ["figure"]),
    ("statistics/?from=1954", []),
    ("sources/?kind=primary", ["source"]),
    ("sources/?course=course&to=1953", ["source"]),
    ("citations/?stance=disputes", ["c1"]),
    ("citations/?kind=event", ["c2"]),
    ("citations/?statistic=figure&source=source", ["c1"]),
    ("citations/?checked=exists", ["c2"]),
    ("topics/?course=course", ["topic"]),
    ("courses/?search=ussr", ["course"]),
    ("courses/?source=source", ["course"]),
    ("courses/?from=1956&to=1957", ["course"]),
    ("courses/?to=1900", []),
    ("topics/?from=1965", []),
    ("topics/?event=speech", ["topic"]),
    ("topics/?event=arrest", []),
    ("topics/?person=beria", ["topic"]),
    ("topics/?reform=amnesty", ["topic"]),
    ("topics/?tenure=b", []),
    ("events/?course=course", ["speech"]),
    ("events/?measure=released", ["arrest"]),
    ("events/?source=source", []),  # it is cited for a figure of the event, and not for the event
    ("events/?stance=supports", ["arrest"]),
    ("events/?stance=disputes", []),
    ("people/?event=arrest", ["beria"]),
    ("people/?reform=amnesty", ["beria"]),
    ("people/?course=course", ["beria"]),
    ("power-bases/?person=beria", ["mvd"]),
    ("power-bases/?reform=amnesty", ["mvd"]),
    ("power-bases/?course=course", []),
    ("tenures/?course=course", []),
    ("reforms/?event=arrest", ["amnesty"]),
    ("reforms/?event=speech", []),
    ("reforms/?measure=released", ["amnesty"]),
    ("reforms/?course=course", ["amnesty"]),
    ("effects/?person=beria", ["weakens"]),
    ("effects/?person=khrushchev", []),
    ("effects/?kind=security", ["weakens"]),
    ("measures/?event=arrest", ["released"]),
    ("measures/?event=speech", []),
    ("statistics/?source=source", ["figure"]),
    ("statistics/?stance=disputes", ["figure"]),
    ("statistics/?stance=supports", []),
    ("sources/?statistic=figure", ["source"]),
    ("sources/?person=beria", []),
    ("sources/?topic=topic", []),
    ("citations/?topic=topic", []),  # it has the speech, and nothing is cited for that
    ("citations/?course=course", []),
    ("timeline/?course=course", ["amnesty", "speech"]),
    ("timeline/", ["b", "amnesty", "arrest", "k", "speech", "congress"]),
    ("timeline/?ordering=-date", ["congress", "speech", "k", "arrest", "amnesty", "b"]),
    ("timeline/?kind=reform", ["amnesty"]),
    ("timeline/?person=beria", ["b", "amnesty", "arrest"]),
    ("timeline/?power_base=mvd", ["b", "amnesty", "arrest"]),
    ("timeline/?topic=topic", ["amnesty", "speech"]),
    ("timeline/?from=1956-03&to=1960", ["k"]),  # still in office
]


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize(("address", "expected"), QUESTIONS)
def test_a_listing_answers_what_it_is_asked(
    client: Client, address: str, expected: list[str]
) -> None:
    assert slugs(client, address) == expected


@pytest.mark.usefixtures("record")
@pytest.mark.parametrize("route", ["events", "timeline", "people", "citations"])
def test_pages_lead_on_and_back(client: Client, route: str) -> None:
    whole = get(client, f"{route}/")
    assert (whole["next"], whole["previous"]) == (None, None)
    first = client.get(f"/api/v1/{route}/?page_size=1&to=1970" if route != "citations" else
                       f"/api/v1/{route}/?page_size=1")  # fmt: skip
    found, pages = [], [first]
    while True:
        body = pages[-1].json()
        found += body["results"]
        links = pages[-1].get("Link", "")
        assert (f'<{body["next"]}>; rel="next"' in links) == bool(body["next"])
        assert (f'<{body["previous"]}>; rel="prev"' in links) == bool(body["previous"])
        if not body["next"]:
            break
        assert body["next"].startswith(f"http://testserver/api/v1/{route}/?page_size=1&")
        pages.append(client.get(body["next"]))
    assert found == whole["results"]
    back = client.get(pages[1].json()["previous"]).json()
    assert back["results"] == first.json()["results"]
    assert (back["next"], back["previous"]) == (first.json()["next"], None)


@pytest.mark.usefixtures("record")
def test_evidence_is_found_by_the_topic_that_what_it_is_for_stands_in(client: Client) -> None:
    topic = TopicFactory(slug="arrests", course__slug="other")
    TopicEntryFactory(topic=topic, event=Event.objects.get(slug="arrest"))
    figure = Statistic.objects.get(public_id="figure")
    TopicEntryFactory(topic=topic, event=None, statistic=figure)
    assert slugs(client, "citations/?topic=arrests") == ["c1", "c2"]
    assert slugs(client, "citations/?course=other&stance=disputes") == ["c1"]
    assert slugs(client, "citations/?topic=arrests&event=arrest") == ["c2"]
    assert "source" in slugs(client, "sources/?topic=arrests")
    assert len(slugs(client, "sources/?topic=arrests")) == 2


# --- who held what ----------------------------------------------------------------------------


def held(client: Client, on: str) -> list[tuple[str, str, bool]]:
    state = get(client, f"state/?on={on}")
    return [
        (base["power_base"]["slug"], tenure["person"]["slug"], tenure["certain"])
        for base in state["power_bases"]
        for tenure in base["tenures"]
    ]


@pytest.mark.usefixtures("record")
def test_the_state_says_who_held_what_on_a_day(client: Client) -> None:
    assert held(client, "1953-06-01") == [("mvd", "beria", True)]
    assert held(client, "27 June 1953") == []
    assert held(client, "1953-06-26") == [("mvd", "beria", True)]  # the last day counts
    assert held(client, "1953") == [
        ("party", "khrushchev", True),
        ("mvd", "beria", True),
    ]
    state = get(client, "state/?on=1953&kind=security")
    assert [base["power_base"]["slug"] for base in state["power_bases"]] == ["mvd"]
    state = get(client, "state/?on=1953-06-01&power_base=party")
    assert state["on"]["text"] == "1 June 1953"
    assert (state["power_bases"], state["truncated"]) == ([], False)


SPANS = [
    ("1953/1955", "1954-06-01", True),  # whatever the days, it was held
    ("1953/1955", "1953-06-01", False),  # it may have begun later in 1953
    ("1953/1955", "1955-06-01", False),  # it may have ended earlier in 1955
    ("1953-03/1955", "1953-04-01", True),
    ("1954", "1954-06-01", False),  # some time in 1954
    ("1953/..", "1980-01-01", True),  # still held
    ("1953/", "1980-01-01", False),  # nobody knows until when
    ("../1955", "1900-01-01", True),  # since time out of mind
    ("1953~/1955", "1954-06-01", False),  # about
    ("1953-03-05/1953-06-26", "1953-06", True),  # surely on some day of the month
    ("1953/1955", "1953", True),  # surely on some day of the year
]


@pytest.mark.parametrize(("span", "on", "certain"), SPANS)
def test_the_state_says_when_the_dates_leave_it_open(
    client: Client, span: str, on: str, certain: bool
) -> None:
    TenureFactory(span=span, person__born=None, person__died=None)
    assert [c for *_, c in held(client, on)] == [certain]


# --- conditional reads, other sites -----------------------------------------------------------


def test_content_that_did_not_change_is_not_sent_again(client: Client) -> None:
    event = EventFactory(slug="speech")
    for address in ("/api/v1/events/", "/api/v1/events/speech/", "/api/v1/"):
        first = client.get(address)
        again = client.get(address, headers={"if-none-match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
        assert "no-cache" in first["Cache-Control"]
        assert "Accept" in first["Vary"]
        assert "Cookie" not in first["Vary"]
    tag = client.get("/api/v1/events/speech/")["ETag"]
    event.title = "The speech"
    event.save()
    changed = client.get("/api/v1/events/speech/", headers={"if-none-match": tag})
    assert changed.status_code == 200
    assert changed["ETag"] != tag


def test_head_says_what_get_would(client: Client) -> None:
    EventFactory(slug="speech")
    head, whole = client.head("/api/v1/events/speech/"), client.get("/api/v1/events/speech/")
    assert (head.status_code, head.content) == (200, b"")
    assert head["ETag"] == whole["ETag"]


def test_other_sites_may_read(client: Client) -> None:
    response = client.get("/api/v1/events/", headers={"origin": "https://school.example"})
    assert response["Access-Control-Allow-Origin"] == "*"
    exposed = response["Access-Control-Expose-Headers"].lower()
    assert "etag" in exposed
    assert "link" in exposed
    asked = client.options(
        "/api/v1/events/",
        headers={"origin": "https://school.example", "access-control-request-method": "GET"},
    )
    assert asked.status_code == 200
    assert "GET" in asked["Access-Control-Allow-Methods"]
    assert "POST" not in asked["Access-Control-Allow-Methods"]


def test_options_says_what_is_allowed(client: Client) -> None:
    for address in ("/api/v1/events/", "/api/v1/state/", "/api/v1/"):
        response = client.options(address)
        assert response.status_code == 204
        assert {*response["Allow"].split(", ")} == {"GET", "HEAD", "OPTIONS"}


def test_accept_and_format_give_the_same(client: Client) -> None:
    EventFactory()
    by_accept = client.get("/api/v1/events/", headers={"accept": "application/json"})
    assert by_accept.content == client.get("/api/v1/events/?format=json").content
