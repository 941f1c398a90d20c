"""What the API answers: dates, figures, evidence, links, filters and pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.factories import (
    CitationFactory,
    CourseFactory,
    EffectFactory,
    EventFactory,
    MeasureFactory,
    PersonFactory,
    PowerBaseFactory,
    ReformFactory,
    SourceFactory,
    StatisticFactory,
    TenureFactory,
    TopicEntryFactory,
    TopicFactory,
)
from tests.support.api import read, slugs

pytestmark = pytest.mark.django_db


def test_the_root_lists_everything_and_all_of_it_answers(client: Client) -> None:
    root = read(client, "")
    assert [*root] == [
        "courses", "topics", "events", "people", "power-bases", "tenures",
        "power-base-kinds", "reforms", "effects", "measures", "statistics", "terms", "claims",
        "sources", "citations",
        "timeline", "state", "changes", "search",
        "schema", "docs",
    ]  # fmt: skip
    for name, address in root.items():
        # These ask for something first: for which day, for which words.
        asks = name in ("state", "search")
        assert client.get(address).status_code == (400 if asks else 200)


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
    span = read(client, f"events/{event.slug}/")["span"]
    assert (span["edtf"], span["earliest"], span["latest"]) == (edtf, earliest, latest)
    assert span["text"] == event.span.display()
    if "/" not in edtf and "~" not in edtf:
        assert span["text"] == text


def test_no_date_is_null_and_says_why(client: Client) -> None:
    event = EventFactory(span=None, undated_reason="The sources give no year.")
    found = read(client, f"events/{event.slug}/")
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
    found = read(client, f"statistics/{statistic.public_id}/")
    assert found["measure"]["unit"] == "ministries"
    assert (found["comparator"], found["value"], found["change"]) == ("exactly", 25, "fell")
    assert found["upper_value"] is None
    assert found["phrase"] == "fell from about 55 to 25"
    assert found["baseline"]["value"] == 55
    assert found["baseline"]["comparator"] == "about"
    assert found["baseline"]["upper_value"] is None
    assert (found["baseline"]["as_written"], found["baseline"]["amount"]) == ("", "about 55")
    assert found["baseline"]["date"]["text"] == "1953"
    assert read(client, f"statistics/{StatisticFactory().public_id}/")["baseline"] is None


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
    found = read(client, "measures/gulag/")
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
    found = read(client, "events/speech/")
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
    assert read(client, "events/")["results"][0]["certainty"] == found["certainty"]
    citation = read(client, "citations/one/")
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
        found = read(client, f"{route}/{record.slug}/")
        assert found["url"] == f"http://testserver/api/v1/{route}/{record.slug}/"
        assert found["page"] == f"http://testserver{record.get_absolute_url()}"
        assert client.get(found["url"]).status_code == 200
    for route, record in {
        "tenures": TenureFactory(), "effects": EffectFactory(), "statistics": StatisticFactory(),
    }.items():  # fmt: skip
        found = read(client, f"{route}/{record.public_id}/")
        assert found["url"] == f"http://testserver/api/v1/{route}/{record.public_id}/"
        assert found["page"] == f"http://testserver{record.get_absolute_url()}"


def test_the_site_may_be_told_its_public_name(client: Client, settings: Any) -> None:
    settings.SITE_URL = "https://thaw.example"
    assert read(client, "")["events"] == "https://thaw.example/api/v1/events/"


def test_a_detail_holds_what_belongs_to_it(client: Client) -> None:
    person = PersonFactory(slug="khrushchev", other_names="Khrushchov; Nikita Sergeyevich")
    reform = ReformFactory(slug="councils")
    ReformFactory(slug="planning", parent=reform)
    reform.initiators.add(person)
    EffectFactory(public_id="weaken", reform=reform)
    StatisticFactory(public_id="count", reform=reform)
    TenureFactory(public_id="later", person=person, span="1958/1964")
    TenureFactory(public_id="first", person=person, span="1953/1964")
    found = read(client, "people/khrushchev/")
    assert found["other_names"] == ["Khrushchov", "Nikita Sergeyevich"]
    assert [tenure["id"] for tenure in found["tenures"]] == ["first", "later"]
    assert found["related"]["reforms"] == "http://testserver/api/v1/reforms/?person=khrushchev"
    assert slugs(client, "reforms/?person=khrushchev") == ["councils"]
    found = read(client, "reforms/councils/")
    assert [step["slug"] for step in found["steps"]] == ["planning"]
    assert [effect["id"] for effect in found["effects"]] == ["weaken"]
    assert [figure["id"] for figure in found["statistics"]] == ["count"]
    assert read(client, "reforms/planning/")["parent"]["slug"] == "councils"


def test_a_topic_gives_its_records_in_the_teachers_order(client: Client) -> None:
    topic = TopicFactory(slug="thaw")
    event = EventFactory(slug="speech")
    tenure = TenureFactory(public_id="first-secretary", person__name="Nikita Khrushchev")
    TopicEntryFactory(topic=topic, order=2, event=event, role="consequence", framing="So it was.")
    TopicEntryFactory(topic=topic, order=1, event=None, tenure=tenure, role="cause")
    found = read(client, "topics/thaw/")
    assert [(e["role"], e["record"]["kind"], e["record"]["key"]) for e in found["entries"]] == [
        ("cause", "tenure", "first-secretary"),
        ("consequence", "event", "speech"),
    ]
    assert found["entries"][0]["record"]["title"].startswith("Nikita Khrushchev, First Secretary")
    assert [t["slug"] for t in read(client, "events/speech/")["topics"]] == ["thaw"]
    course = read(client, f"courses/{topic.course.slug}/")
    assert [t["slug"] for t in course["topics"]] == ["thaw"]


# --- who held what ----------------------------------------------------------------------------


def held(client: Client, on: str) -> list[tuple[str, str, bool]]:
    state = read(client, f"state/?on={on}")
    return [
        (base["power_base"]["slug"], tenure["person"]["slug"], tenure["certain"])
        for base in state["power_bases"]
        for tenure in base["tenures"]
    ]


@pytest.mark.usefixtures("record")
def test_the_state_says_who_held_what_on_a_day(client: Client) -> None:
    assert held(client, "1953-06-01") == [("mvd", "beria", True)]
    assert held(client, "27 June 1953") == []
    assert held(client, "1953-06-25") == [("mvd", "beria", True)]
    assert held(client, "1953-06-26") == []  # at the end of his last day he is out
    assert held(client, "1953") == [
        ("party", "khrushchev", True),
        ("mvd", "beria", True),
    ]
    state = read(client, "state/?on=1953&kind=security")
    assert [base["power_base"]["slug"] for base in state["power_bases"]] == ["mvd"]
    state = read(client, "state/?on=1953-06-01&power_base=party")
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
    # An institution without dates: those of one would bound an open beginning.
    base = PowerBaseFactory(span=None, undated_reason="Not read.")
    TenureFactory(span=span, power_base=base, person__born=None, person__died=None)
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
