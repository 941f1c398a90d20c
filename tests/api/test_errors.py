"""Every error under /api/ has one shape, names what was wrong, and says what would be right."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from config.api import RootView, router
from records.api.problem_types import PROBLEM_TYPES
from tests.factories import (
    EventFactory,
    MeasureFactory,
    PersonFactory,
    StatisticFactory,
    TenureFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db

LISTINGS = [prefix for prefix, _, _ in router.registry if prefix != "state"]


def problem(response: Any, status: int) -> dict[str, Any]:
    """The problem document of a response, checked for its shape."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    document = json.loads(response.content)
    assert {*document} - {"errors"} == {"type", "title", "status", "code", "detail"}
    assert document["type"] == f"/api/problems/{document['code']}/"
    assert document["title"] == PROBLEM_TYPES[document["code"]].title
    assert PROBLEM_TYPES[document["code"]].status == status
    assert document["status"] == status
    assert document["detail"]
    return document


@pytest.mark.parametrize("route", [*LISTINGS, "state", ""])
def test_an_unknown_parameter_is_named_with_those_that_are_known(
    client: Client, route: str
) -> None:
    address = f"/api/v1/{route}/" if route else "/api/v1/"
    document = problem(client.get(address, {"colour": "red"}), 400)
    assert document["code"] == "unknown-parameter"
    assert "“colour”" in document["detail"]
    assert "format" in document["detail"]
    assert document["errors"][0]["parameter"] == "colour"


def test_a_listing_names_all_that_it_knows(client: Client) -> None:
    detail = problem(client.get("/api/v1/events/?form=x"), 400)["detail"]
    assert detail.endswith(
        "Known are: count, course, cursor, expand, fields, format, from, measure, ordering, "
        "page_size, person, power_base, reform, search, significance, source, stance, to, topic."
    )


def test_a_detail_takes_no_filter_of_the_list(client: Client) -> None:
    event = EventFactory()
    assert client.get(f"/api/v1/events/{event.slug}/?format=json").status_code == 200
    assert problem(client.get(f"/api/v1/events/{event.slug}/?topic=x"), 400)["errors"]


MALFORMED = [
    ("events/?from=sometime", "from"),  # words that are no date
    ("events/?to=31 February 1956", "to"),  # a day that never was
    ("events/?from=1957/1955", "from"),  # ends before it begins
    ("events/?from=1960&to=1950", "to"),  # the two exchanged
    ("events/?significance=4", "significance"),  # one more than there is
    ("events/?significance=high", "significance"),  # a word
    ("events/?significance=%C2%B2", "significance"),  # a digit, but no number
    ("events/?topic=no-such-topic", "topic"),  # of the right form
    ("events/?topic=No such topic", "topic"),  # not even of the form
    ("events/?topic=" + "x" * 3000, "topic"),  # longer than any slug
    ("events/?topic=", "topic"),  # empty
    ("events/?search=%00", "search"),  # a byte that no database takes
    ("events/?search=" + "x" * 101, "search"),  # too long
    ("events/?ordering=colour", "ordering"),  # unknown
    ("events/?page_size=0", "page_size"),
    ("events/?page_size=201", "page_size"),
    ("events/?page_size=10000", "page_size"),
    ("events/?page_size=-1", "page_size"),
    ("events/?page_size=ten", "page_size"),
    ("events/?page_size=%D9%A3", "page_size"),  # an Arabic three
    ("events/?page_size=" + "9" * 5000, "page_size"),  # longer than int() will read
    ("events/?cursor=nonsense", "cursor"),
    ("events/?fields=colour", "fields"),
    ("events/?count=yes", "count"),
    ("events/?format=xml", "format"),
    ("tenures/?kind=monarchy", "kind"),
    ("citations/?stance=agrees", "stance"),
    ("citations/?tenure=none-such", "tenure"),
    ("timeline/?kind=person", "kind"),
    ("timeline/?from=13/13/1956", "from"),
    ("timeline/?cursor=nonsense", "cursor"),
    ("state/?on=31 February 1956", "on"),  # impossible
    ("state/?on=1953-06-31", "on"),  # impossible in EDTF
    ("state/?on=1953-06-01/..", "on"),  # no end
    ("state/?on=whenever", "on"),
    ("state/", "on"),  # missing
]


@pytest.mark.parametrize(("address", "parameter"), MALFORMED)
def test_a_malformed_value_is_answered_with_one_that_would_do(
    client: Client, address: str, parameter: str
) -> None:
    document = problem(client.get(f"/api/v1/{address}"), 400)
    [error] = document["errors"]
    assert error["parameter"] == parameter
    assert f"“{parameter}”" in document["detail"]
    assert len(document["detail"]) < 500
    assert error["example"] or parameter in ("cursor", "topic", "tenure")


def test_the_example_that_is_offered_works(client: Client) -> None:
    for _, parameter in MALFORMED:
        if parameter in ("from", "to", "significance", "search", "ordering", "page_size", "format"):
            document = problem(client.get("/api/v1/events/", {parameter: "\0"}), 400)
            example = document["errors"][0]["example"]
            if example:
                assert client.get("/api/v1/events/", {parameter: example}).status_code == 200


def test_a_parameter_given_twice_is_refused(client: Client) -> None:
    document = problem(client.get("/api/v1/events/?from=1956&from=1957"), 400)
    assert document["code"] == "repeated-parameter"


def test_a_cursor_of_another_listing_or_ordering_is_refused(client: Client) -> None:
    EventFactory.create_batch(2)
    TenureFactory.create_batch(2)
    following = client.get("/api/v1/events/?page_size=1").json()["next"]
    cursor = following.split("cursor=")[1].split("&")[0]
    for address in ("tenures/?", "timeline/?", "events/?ordering=title&"):
        document = problem(client.get(f"/api/v1/{address}cursor={cursor}"), 400)
        assert document["code"] == "bad-cursor"
        assert "another list" in document["detail"]
    assert client.get(f"/api/v1/events/?cursor={cursor}").status_code == 200


NOWHERE = ["/api/", "/api/v2/", "/api/v1/emperors/", "/api/v1/events/No-Such/", "/api/v1/x%00y/",
           "/api/v1/people/nikita-khrushchev/tenures/", "/api/v1/events/%ED%A0%80/"]  # fmt: skip


@pytest.mark.parametrize("address", NOWHERE)
def test_an_unknown_address_is_a_problem_too(client: Client, address: str) -> None:
    problem(client.get(address), 404)


def test_an_address_without_its_slash_leads_to_the_one_with(client: Client) -> None:
    response = client.get("/api/v1/events?from=1956")
    assert (response.status_code, response["Location"]) == (301, "/api/v1/events/?from=1956")


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("route", [*LISTINGS, "state"])
def test_nothing_can_be_written(client: Client, route: str, method: str) -> None:
    response = getattr(client, method)(f"/api/v1/{route}/", {"title": "x"}, "application/json")
    problem(response, 405)
    assert {*response["Allow"].split(", ")} == {"GET", "HEAD", "OPTIONS"}


def test_a_detail_cannot_be_written_either(client: Client) -> None:
    event = EventFactory()
    for method in ("put", "patch", "delete", "post"):
        problem(getattr(client, method)(f"/api/v1/events/{event.slug}/"), 405)


@pytest.mark.parametrize("form", ["json", "csv", "jsonld", "xml"])
def test_options_say_what_may_be_done_in_any_form(client: Client, form: str) -> None:
    for address in ("events/", f"events/{EventFactory().slug}/", "timeline/"):
        response = client.options(f"/api/v1/{address}?format={form}")
        if form == "xml":
            problem(response, 400)
            continue
        assert (response.status_code, response.content) == (204, b"")
        assert {*response["Allow"].split(", ")} == {"GET", "HEAD", "OPTIONS"}


def test_a_form_that_there_is_not_is_not_acceptable(client: Client) -> None:
    for address in ("/api/v1/", "/api/v1/events/", "/api/v1/state/?on=1953"):
        document = problem(client.get(address, headers={"accept": "application/xml"}), 406)
        assert "application/json" in document["detail"]
    for address in ("/api/v1/", "/api/v1/state/?on=1953"):
        problem(client.get(address, headers={"accept": "text/csv"}), 406)
    browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    response = client.get("/api/v1/events/", headers={"accept": browser})
    assert response["Content-Type"] == "application/json"


def test_a_withdrawn_record_says_why(client: Client) -> None:
    EventFactory(slug="hoax", status="withdrawn", withdrawn_reason="The letter was forged.")
    document = problem(client.get("/api/v1/events/hoax/"), 410)
    assert document["code"] == "withdrawn"
    assert "The letter was forged." in document["detail"]
    StatisticFactory(public_id="hoax", status="withdrawn", withdrawn_reason="Misread.")
    assert "Misread." in problem(client.get("/api/v1/statistics/hoax/"), 410)["detail"]


def test_a_withdrawn_record_says_why_under_its_past_address_too(client: Client) -> None:
    event = EventFactory(slug="letter")
    event.slug, event.status, event.withdrawn_reason = "hoax", "withdrawn", "It was forged."
    event.save()
    assert "It was forged." in problem(client.get("/api/v1/events/letter/"), 410)["detail"]


@pytest.mark.parametrize("ending", ["as it is", "renamed", "deleted"])
def test_what_was_entered_as_withdrawn_was_never_there(client: Client, ending: str) -> None:
    """No reader ever saw it, so neither the API nor the pages say a word about it."""
    event = EventFactory(
        slug="hoax", status="withdrawn", withdrawn_reason="Forged.", published_at=None
    )
    keys = ["hoax"]
    if ending == "renamed":
        event.slug = "forgery"
        event.save()
        keys.append("forgery")
    elif ending == "deleted":
        event.delete()
    for key in keys:
        document = problem(client.get(f"/api/v1/events/{key}/"), 404)
        assert "Forged." not in document["detail"]
        page = client.get(f"/events/{key}/")
        assert page.status_code == 404
        assert "Forged." not in page.content.decode()


def test_a_deleted_record_is_gone(client: Client) -> None:
    PersonFactory(slug="nobody").delete()
    assert problem(client.get("/api/v1/people/nobody/"), 410)["code"] == "deleted"


def test_a_past_address_leads_to_the_present_one(client: Client) -> None:
    topic = TopicFactory(slug="destalinization")
    topic.slug = "de-stalinisation"
    topic.save()
    topic.slug = "break-with-stalin"
    topic.save()
    for past in ("destalinization", "de-stalinisation"):
        response = client.get(f"/api/v1/topics/{past}/?format=json")
        assert response.status_code == 301
        assert (
            response["Location"] == "http://testserver/api/v1/topics/break-with-stalin/?format=json"
        )
    # A filter by the past address still finds the topic.
    assert client.get("/api/v1/events/?topic=destalinization").status_code == 200


def test_the_past_address_of_a_draft_leads_nowhere(client: Client) -> None:
    measure = MeasureFactory(slug="camps")
    measure.slug, measure.status = "gulag", "draft"
    measure.save()
    problem(client.get("/api/v1/measures/camps/"), 404)


def test_an_error_that_nobody_foresaw_has_the_shape_too(monkeypatch: Any) -> None:
    def fail(*args: Any) -> None:
        raise RuntimeError("secret cause")

    monkeypatch.setattr(RootView, "get", fail)
    response = Client(raise_request_exception=False).get("/api/v1/")
    document = problem(response, 500)
    assert "secret" not in json.dumps(document)


def test_an_error_of_a_page_stays_a_page(monkeypatch: Any) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("secret cause")

    monkeypatch.setattr("people.views.PersonView.get", fail)
    PersonFactory(slug="stalin")
    response = Client(raise_request_exception=False).get("/people/stalin/")
    assert response.status_code == 500
    assert response["Content-Type"].startswith("text/html")


def test_a_host_that_is_not_ours_is_refused_in_the_shape_too(client: Client) -> None:
    problem(client.get("/api/v1/", headers={"host": "elsewhere.example"}), 400)


# --- the pages on problems --------------------------------------------------------------------


@pytest.mark.parametrize("code", PROBLEM_TYPES)
def test_the_type_of_a_problem_opens_a_page_on_it(client: Client, code: str) -> None:
    response = client.get(f"/api/problems/{code}/", headers={"accept": "text/html"})
    assert response.status_code == 200
    html = response.content.decode()
    kind = PROBLEM_TYPES[code]
    for words in (kind.title, kind.meaning, kind.remedy, code, str(kind.status)):
        assert escape(words) in html
    listed = client.get("/api/problems/").content.decode()
    assert f'href="/api/problems/{code}/"' in listed


def test_a_problem_that_there_is_not_has_no_page(client: Client) -> None:
    assert client.get("/api/problems/bad-weather/").status_code == 404


def test_the_type_is_whole_where_the_site_knows_its_name(client: Client, settings: Any) -> None:
    settings.SITE_URL = "https://thaw.example"
    document = client.get("/api/v1/events/none/").json()
    assert document["type"] == "https://thaw.example/api/problems/not-found/"
