"""The desk of the API: the same gate, rules and memory as the admin, for programs."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from curation.models import Version
from curation.revisions.snapshot import ROWS
from events.models import Event
from tests.api.test_errors import problem
from tests.factories import (
    CitationFactory,
    CourseFactory,
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
from tests.support.write_api import SPEECH, Program, places, speech

pytestmark = pytest.mark.django_db

# --- reading ----------------------------------------------------------------------------------


def test_the_desk_says_whose_token_it_is_and_what_there_is() -> None:
    program = Program("Contributor", "write")
    body = program.read("").json()
    assert (body["account"], body["scope"]) == (program.user.username, "write")
    assert len(body["places"]) == len(ROWS)
    for address in [*body["places"].values(), body["suggestions"]]:
        path = address.removeprefix("http://testserver/api/v1/desk/")
        assert program.read(path).json()["results"] == []


def test_every_state_is_listed_and_can_be_chosen() -> None:
    for status in ("draft", "review", "published", "withdrawn"):
        EventFactory(status=status, withdrawn_reason="Forged." * (status == "withdrawn"))
    program = Program("Contributor", "read")
    body = program.read("events/?count=true").json()
    assert [row["status"] for row in body["results"]] == [
        "draft", "review", "published", "withdrawn",
    ]  # fmt: skip
    assert body["count"] == {"value": 4, "capped": False}
    [draft] = program.read("events/?status=draft").json()["results"]
    assert draft["page"] is None
    [public] = program.read("events/?status=published").json()["results"]
    assert public["page"].endswith(f"/events/{public['key']}/")
    assert problem(program.ask("GET", "events/?status=secret"), 400)["errors"]


def test_pages_of_the_desk_follow_each_other() -> None:
    EventFactory.create_batch(3)
    program = Program("Contributor", "read")
    first = program.read("events/?page_size=2&ordering=-added").json()
    second = program.read(first["next"].partition("/desk/")[2]).json()
    keys = [row["key"] for row in first["results"] + second["results"]]
    assert keys == [*Event.objects.order_by("-pk").values_list("slug", flat=True)]
    assert second["next"] is None


def test_a_whole_record_comes_with_its_rows_and_what_it_lacks() -> None:
    person = PersonFactory(slug="khrushchev", status="draft", born=None, died=None)
    tenure = TenureFactory(person=person, power_base=PowerBaseFactory(slug="party"))
    CitationFactory(tenure=tenure, source=SourceFactory(slug="swain"), locator="p. 7")
    body = Program("Contributor", "read").read("people/khrushchev/").json()
    [office] = body["tenures"]
    assert (office["id"], office["power_base"]) == (tenure.public_id, "party")
    assert office["span"] == {
        "edtf": "1953-09-07/1964-10-14",
        "as_written": "",
        "earliest": "1953-09-07",
        "latest": "1964-10-14",
    }
    assert office["citations"][0]["source"] == "swain"
    assert body["desk"]["status"] == "draft"
    assert {each["pointer"] for each in body["desk"]["lacking"]} == {"#/born", "#/citations"}


def test_figures_are_exact_numbers() -> None:
    StatisticFactory(public_id="share", value="0.500000", measure=MeasureFactory(slug="share"))
    response = Program("Contributor", "read").read("statistics/share/")
    assert b'"value":0.5,' in response.content
    assert response.json()["measure"] == "share"


def test_what_a_token_opened_is_kept_by_no_shared_cache() -> None:
    speech(status="draft")
    program = Program("Contributor", "read")
    response = program.read("events/secret-speech/")
    assert response["Cache-Control"] == "private, no-cache"
    assert "Authorization" in response["Vary"]
    again = program.ask("GET", "events/secret-speech/", **{"if-none-match": response["ETag"]})
    assert again.status_code == 304
    refused = Client().get("/api/v1/desk/events/secret-speech/")
    assert refused["Cache-Control"] == "private, no-cache"


@pytest.mark.django_db(transaction=True)
def test_a_listing_costs_the_same_whatever_it_holds(django_assert_num_queries: Any) -> None:
    program = Program("Contributor", "read")
    program.read("events/")
    for count in (1, 20):
        EventFactory.create_batch(count)
        StatisticFactory.create_batch(count)
        # The token, its owner’s groups, of whom a second factor is asked, the permissions of the
        # account and of those, and the rows.
        for place in ("events", "statistics"):
            with django_assert_num_queries(6):
                program.read(f"{place}/?page_size=200")


def test_a_figure_of_a_draft_has_no_page() -> None:
    StatisticFactory(public_id="gulag-1956", measure=MeasureFactory(status="draft"))
    desk = Program("Contributor", "read").read("statistics/gulag-1956/").json()["desk"]
    assert (desk["status"], desk["page"]) == ("published", None)


# --- making drafts ----------------------------------------------------------------------------


def test_a_draft_is_made_with_its_rows_and_remembered() -> None:
    PersonFactory(slug="khrushchev")
    SourceFactory(slug="swain")
    ReformFactory(slug="thaw")
    program = Program("Contributor", "write")
    response = program.ask("POST", "events/", {
        **SPEECH,
        "reforms": ["thaw"],
        "participations": [{"person": "khrushchev", "role": "gave the speech"}],
        "citations": [{"source": "swain", "locator": "chapter 4", "id": "swain-on-the-speech"}],
        "reason": "From the class notes",
    })  # fmt: skip
    assert response.status_code == 201, response.content
    assert response["Location"] == "http://testserver/api/v1/desk/events/secret-speech/"
    assert response["ETag"] == program.read("events/secret-speech/")["ETag"]
    event = Event.objects.get(slug="secret-speech")
    assert (event.status, str(event.span), event.significance) == ("draft", "25 February 1956", 3)
    assert [p.person.slug for p in event.participations.all()] == ["khrushchev"]
    assert event.citations.get().public_id == "swain-on-the-speech"
    assert [reform.slug for reform in event.reforms.all()] == ["thaw"]
    version = Version.objects.of(event).get()
    assert (version.action, version.by, version.reason) == (
        "created", program.user, "From the class notes",
    )  # fmt: skip
    # Readers learn nothing of it.
    assert Client().get("/api/v1/events/secret-speech/").status_code == 404


@pytest.mark.parametrize(
    ("written", "edtf", "words"),
    [
        ("June 1956", "1956-06", "June 1956"),  # as a teacher types it
        ("1956-06", "1956-06", ""),  # as a program would
        ({"edtf": "1956-06", "as_written": "mid-1956"}, "1956-06", "mid-1956"),  # both
        ("by 1961", "../1961", "by 1961"),  # an open beginning
        (None, None, None),  # not known
    ],
)
def test_a_date_is_written_in_words_or_edtf(written: Any, edtf: Any, words: Any) -> None:
    program = Program("Contributor", "write")
    response = program.ask("POST", "events/", {**SPEECH, "span": written})
    assert response.status_code == 201, response.content
    span = response.json()["span"]
    assert (span and span["edtf"], span and span["as_written"]) == (edtf, words)


def test_every_kind_of_record_goes_out_and_comes_back_unchanged() -> None:
    """What was read can be sent back as it is, and changes nothing."""
    reform, event = ReformFactory(), EventFactory()
    topic = TopicFactory(course=CourseFactory())
    TopicEntryFactory(topic=topic, event=event)
    TopicEntryFactory(topic=topic, event=None, reform=reform)
    ParticipationFactory(event=event)
    figure = StatisticFactory(reform=reform, baseline_value=2, change="rose")
    tenure = TenureFactory()
    for kind, record in {"event": event, "tenure": tenure, "statistic": figure}.items():
        CitationFactory(**{kind: record}, quotation="“So be it”")
    program = Program()
    count = 0
    for place in program.read("").json()["places"]:
        for row in program.read(f"{place}/").json()["results"]:
            address = f"{place}/{row['key']}/"
            read = program.read(address)
            response = program.ask(
                "PATCH", address, {**read.json(), "reason": "None"}, tag=read["ETag"]
            )
            assert response.status_code == 200, response.content
            assert response.content == read.content
            assert response["ETag"] == read["ETag"]
            count += 1
    assert count > 8
    assert not Version.objects.exists()


REFUSED = [
    ({"title": 5}, "#/title"),  # a number for a text
    ({"title": None}, "#/title"),  # nothing for a text
    ({"title": ""}, "#/title"),  # blank where there has to be something
    ({"title": "x" * 201}, "#/title"),  # longer than fits
    ({"slug": "Secret Speech"}, "#/slug"),  # no slug
    ({"significance": 4}, "#/significance"),  # more than there is
    ({"significance": True}, "#/significance"),  # JSON’s true is no 1
    ({"significance": 10**30}, "#/significance"),  # more than any column holds
    ({"span": "31 February 1956"}, "#/span"),  # a day that never was
    ({"span": "sometime"}, "#/span"),  # words that are no date
    ({"span": {"edtf": "1956", "month": 6}}, "#/span/month"),  # a date has no such member
    ({"span": {"edtf": "1956", "latest": "1957-01-01"}}, "#/span/latest"),  # it follows
    ({"span": 1956}, "#/span"),  # a number may be a year or a day
    ({"span": {"edtf": "1956", "as_written": 1956}}, "#/span/as_written"),  # no text
    ({"colour": "red"}, "#/colour"),  # unknown
    ({"non_field_errors": "red"}, "#/non_field_errors"),  # unknown, and a word of the framework’s
    ({"significance": "3"}, "#/significance"),  # a text is no number
    ({"significance": None}, "#/significance"),  # nothing for a number
    ({"reforms": ["thaw", "thaw"]}, "#/reforms/1"),  # named twice
    ({"citations": None}, "#/citations"),  # nothing for a list
    ({"citations": [{"source": "swain", "locator": "7", "non_field_errors": 1}]},
     "#/citations/0/non_field_errors"),  # unknown in a row
    ({"citations": [{"source": None, "locator": "7"}]}, "#/citations/0/source"),  # of nothing
    ({"status": "published"}, "#/status"),  # a state is not written
    ({"reforms": "thaw"}, "#/reforms"),  # a text for a list
    ({"reforms": ["no-such-reform"]}, "#/reforms/0"),  # not there
    ({"reforms": ["No Such"]}, "#/reforms/0"),  # not even a slug
    ({"citations": {}}, "#/citations"),  # an object for a list
    ({"citations": ["x"]}, "#/citations/0"),  # a text for a row
    ({"citations": [{"source": "none", "locator": "7"}]},
     "#/citations/0/source"),  # not there
    ({"citations": [{"source": "swain"}]}, "#/citations/0/locator"),  # no place in it
    ({"citations": [{"source": "swain", "locator": "7", "stance": "agrees"}]},
     "#/citations/0/stance"),  # unknown word
    ({"citations": [{"source": "swain", "locator": "7", "id": "of-another"}]},
     "#/citations/0/id"),  # the id of another record’s row
    ({"participations": [{"id": "999", "person": "khrushchev"}]},
     "#/participations/0/id"),  # no such row here
    ({"participations": [{"person": "khrushchev"}, {"person": "khrushchev"}]},
     "#/participations/1"),  # takes part once
    ({"reason": 7}, "#/reason"),  # no text
    ({"reason": "x" * 301}, "#/reason"),  # too long
    ({"desk": {"status": "published"}}, "#/desk"),  # a new record has none
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "pointer"), REFUSED)
def test_what_cannot_be_kept_is_named_with_its_place(wrong: Any, pointer: str) -> None:
    PersonFactory(slug="khrushchev")
    SourceFactory(slug="swain")
    CitationFactory(public_id="of-another", event=EventFactory())
    program = Program("Contributor", "write")
    versions = Version.objects.count()
    response = program.ask("POST", "events/", {**SPEECH, **wrong})
    found = places(response)
    assert [*found] == [pointer]
    assert len(found[pointer]) > 10
    assert not Event.objects.filter(slug="secret-speech").exists()
    assert Version.objects.count() == versions


def test_all_that_is_wrong_is_named_at_once() -> None:
    program = Program("Contributor", "write")
    SourceFactory(slug="swain")
    wrong = {
        "slug": "Two Words",
        "span": "never",
        "title": 1,
        "colour": 1,
        "reforms": ["none"],
        "citations": [{"source": "swain", "locator": "7", "stance": 1}, {"source": "swain"}],
    }
    found = places(program.ask("POST", "events/", wrong))
    # Those of the wrong type, those that only the record's own rules refuse, and a link to nothing.
    assert {*found} == {
        "#/slug", "#/span", "#/title", "#/colour", "#/reforms/0", "#/citations/0/stance",
    }  # fmt: skip
    del wrong["slug"], wrong["title"]
    found = places(program.ask("POST", "events/", {**SPEECH, **wrong}))
    assert {*found} == {
        "#/span", "#/colour", "#/reforms/0", "#/citations/0/stance", "#/citations/1/locator",
    }  # fmt: skip
    assert not Event.objects.exists()


def test_an_address_is_never_given_out_twice() -> None:
    speech()
    response = Program("Contributor", "write").ask("POST", "events/", SPEECH)
    assert [*places(response)] == ["#/slug"]


def test_a_verb_that_contradicts_its_numbers_is_refused() -> None:
    MeasureFactory(slug="ministries")
    figure = {"measure": "ministries", "value": 55, "baseline_value": 25, "change": "fell"}
    found = places(Program("Contributor", "write").ask("POST", "statistics/", figure))
    assert "contradicts" in found["#/change"]
