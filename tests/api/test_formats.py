"""Members on request, counts, and the same answer as a table or as linked data."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.api import router
from records.api import sparse_fields
from records.api.csv_renderer import cell
from tests.factories import (
    EventFactory,
    PersonFactory,
    ReformFactory,
    StatisticFactory,
    TenureFactory,
)
from tests.support.api import read
from tests.support.enumerated import few_of
from tests.write_api.test_drafts import CANARY, HIDDEN, published, surround, walk

pytestmark = [pytest.mark.django_db, pytest.mark.alike]

# Those that list records themselves.
LISTINGS = [
    prefix for prefix, _, _ in router.registry if prefix not in ("state", "changes", "search")
]


def table(client: Client, address: str) -> list[dict[str, str]]:
    response = client.get(f"/api/v1/{address}")
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return [*csv.DictReader(StringIO(response.content.decode(), newline=""), strict=True)]


# --- fields -----------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", LISTINGS)
def test_only_the_members_that_are_asked_for_are_given(client: Client, prefix: str) -> None:
    published()
    [*_, whole] = read(client, f"{prefix}/")["results"]
    [*_, part] = read(client, f"{prefix}/?fields=url,%20page")["results"]
    assert part == {"url": whole["url"], "page": whole["page"]}
    name = next(iter(whole))
    assert read(client, f"{prefix}/?fields={name}")["results"][-1] == {name: whole[name]}


def test_a_detail_takes_fields_too(client: Client) -> None:
    event = EventFactory(slug="speech", title="The speech")
    assert read(client, "events/speech/?fields=title,citations") == {
        "title": event.title,
        "citations": read(client, "events/speech/")["citations"],
    }


@pytest.mark.parametrize("address", ["events/", "timeline/", "people/stalin/"])
@pytest.mark.parametrize("names", ["colour", "url,colour", "url,,page", "URL"])
def test_a_member_that_does_not_exist_is_refused_with_those_that_do(
    client: Client, address: str, names: str
) -> None:
    PersonFactory(slug="stalin")
    response = client.get(f"/api/v1/{address}?fields={names}")
    assert response.status_code == 400
    [error] = response.json()["errors"]
    assert error["parameter"] == "fields"
    assert "Known are: " in error["detail"]
    assert "page" in error["detail"]
    assert client.get(f"/api/v1/{address}?fields={error['example']}").status_code == 200


# --- count ------------------------------------------------------------------------------------


def test_a_count_is_given_only_when_it_is_asked_for(client: Client) -> None:
    EventFactory.create_batch(3, significance=2)
    EventFactory(significance=3)
    EventFactory(status="draft")
    assert "count" not in read(client, "events/")
    assert "count" not in read(client, "events/?count=false")
    # Of the whole list, as filtered, and not of the page.
    counted = read(client, "events/?count=true&significance=2&page_size=1")
    assert counted["count"] == {"value": 3, "capped": False}
    assert "count=true" in counted["next"]
    assert client.get("/api/v1/events/?count=yes").status_code == 400


def test_the_timeline_is_counted_over_all_kinds(client: Client) -> None:
    EventFactory.create_batch(2)
    ReformFactory()
    TenureFactory()
    assert read(client, "timeline/?count=true&page_size=1")["count"] == {
        "value": 4,
        "capped": False,
    }


@pytest.mark.parametrize(("most", "capped"), [(3, True), (4, False), (2, True)])
def test_a_count_goes_no_further_than_its_cap(
    client: Client, monkeypatch: Any, most: int, capped: bool
) -> None:
    EventFactory.create_batch(3)
    ReformFactory()
    monkeypatch.setattr(sparse_fields, "MOST_COUNTED", most)
    count = read(client, "timeline/?count=true")["count"]
    assert count == {"value": min(most, 4), "capped": capped}


def test_a_count_costs_one_query(client: Client) -> None:
    EventFactory.create_batch(3)
    with CaptureQueriesContext(
        connection,
    ) as plain:
        read(client, "events/")
    with CaptureQueriesContext(connection) as counting:
        read(client, "events/?count=true")
    assert len(counting) == len(plain) + 1
    assert any("LIMIT 10001" in query["sql"] for query in counting.captured_queries)


# --- tables -----------------------------------------------------------------------------------


def test_a_table_has_a_row_for_each_record_and_a_column_for_each_member(client: Client) -> None:
    event = EventFactory(
        slug="speech", title='The “secret” speech, "On the cult"', span="1956-02-25"
    )
    event.reforms.add(ReformFactory(slug="rehabilitation"), ReformFactory(slug="amnesty"))
    EventFactory(slug="plan", span=None, undated_reason="Nobody wrote it down.")
    speech, plan = table(client, "events/?format=csv")
    assert speech["title"] == event.title
    assert (speech["span.edtf"], speech["span.text"]) == ("1956-02-25", "25 February 1956")
    assert {*speech["reforms"].split(" ")} == {"rehabilitation", "amnesty"}
    assert (plan["span.edtf"], plan["undated_reason"]) == ("", "Nobody wrote it down.")
    assert [*speech] == [*table(client, "events/plan/?format=csv&fields=" + ",".join(
        dict.fromkeys(column.split(".")[0] for column in speech)
    ))[0]]  # fmt: skip


def test_lines_end_as_the_standard_says(client: Client) -> None:
    EventFactory(summary="One line.\nAnother.")
    content = client.get("/api/v1/events/?format=csv&fields=slug,summary").content
    assert content.startswith(b"slug,summary\r\n")
    assert b'"One line.\nAnother."\r\n' in content


def test_the_columns_do_not_depend_on_the_rows(client: Client) -> None:
    statistic = StatisticFactory()
    full = client.get("/api/v1/statistics/?format=csv").content.split(b"\r\n")[0]
    assert b"baseline.date.edtf" in full
    statistic.delete()
    assert client.get("/api/v1/statistics/?format=csv").content == full + b"\r\n"


@pytest.mark.parametrize("prefix", LISTINGS)
def test_every_listing_and_detail_can_be_a_table(client: Client, prefix: str) -> None:
    published()
    rows = table(client, f"{prefix}/?format=csv")
    found = read(client, f"{prefix}/")["results"]
    assert [row["url"] for row in rows] == [record["url"] for record in found]
    assert table(client, f"{rows[0]['url'].split('/api/v1/')[1]}?format=csv")


def test_a_table_pages_by_its_link_header(client: Client) -> None:
    EventFactory.create_batch(3)
    first = client.get("/api/v1/events/?format=csv&page_size=2")
    assert first["Link"].endswith('rel="next"')
    following = first["Link"].split(">")[0].strip("<")
    assert len(table(client, following.split("/api/v1/")[1])) == 1


CELLS = [
    ("=HYPERLINK(0)", "'=HYPERLINK(0)"),  # run by a spreadsheet
    ("+1", "'+1"),
    ("-0043-03-15", "'-0043-03-15"),  # 44 BCE, which would be subtracted
    ("@SUM(A1)", "'@SUM(A1)"),
    ("\tx", "'\tx"),
    ("'x", "''x"),  # so that dropping one apostrophe always gives the text
    ("a=b", "a=b"),
    (-3.25, "-3.25"),  # a number is no formula
    (None, ""),
    (True, "true"),
    ([], ""),
    (["a", "b"], "a; b"),
    (["=a"], "'=a"),
    ([{"x": None}], '[{"x":null}]'),
]


@pytest.mark.parametrize(("value", "written"), CELLS)
def test_a_cell_is_never_a_formula(value: Any, written: str) -> None:
    assert cell(value) == written


# --- linked data ------------------------------------------------------------------------------


def linked(client: Client, address: str) -> Any:
    response = client.get(f"/api/v1/{address}", headers={"accept": "application/ld+json"})
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == "application/ld+json"
    return json.loads(response.content)


def test_a_record_is_a_thing_of_schema_org(client: Client) -> None:
    tenure = TenureFactory(
        person=PersonFactory(slug="khrushchev", name="Nikita Khrushchev", born="1894-04-15"),
        office="First Secretary",
        span="1953-09-07/1964-10-14",
    )
    person = linked(client, "people/khrushchev/")
    assert person["@context"] == "https://schema.org"
    assert person["@type"] == "Person"
    assert person["@id"] == "http://testserver/people/khrushchev/"
    assert (person["name"], person["birthDate"]) == ("Nikita Khrushchev", "1894-04-15")
    [role] = person["memberOf"]
    assert (role["roleName"], role["startDate"], role["endDate"]) == (
        "First Secretary", "1953-09-07", "1964-10-14",
    )  # fmt: skip
    assert role["memberOf"]["name"] == str(tenure.power_base)


@pytest.mark.parametrize("span", ["1957~", "1956/..", "195X", "1956-21"])
def test_a_date_that_is_not_exact_is_not_made_so(client: Client, span: str) -> None:
    event = EventFactory(span=span)
    said = linked(client, f"events/{event.slug}/")
    assert "endDate" not in said
    assert said.get("startDate") == ("1956" if span == "1956/.." else None)


@pytest.mark.parametrize(
    ("comparator", "place"),
    [("exactly", "value"), ("over", "minValue"), ("under", "maxValue"), ("about", None)],
)
def test_a_figure_stands_where_its_exactness_puts_it(
    client: Client, comparator: str, place: str | None
) -> None:
    statistic = StatisticFactory(comparator=comparator, value=25, as_written="")
    said = linked(client, f"statistics/{statistic.public_id}/")
    numbers = {name: said[name] for name in ("value", "minValue", "maxValue") if name in said}
    assert numbers == ({place: 25} if place else {})


@pytest.mark.parametrize("prefix", LISTINGS)
def test_every_listing_and_detail_can_be_linked_data(client: Client, prefix: str) -> None:
    published()
    graph = linked(client, f"{prefix}/")["@graph"]
    assert graph
    assert all(thing["@type"] and thing["@id"].startswith("http://testserver/") for thing in graph)
    for record in read(client, f"{prefix}/")["results"]:
        assert linked(client, record["url"].split("/api/v1/")[1])["@type"]


@pytest.mark.parametrize("prefix", LISTINGS)
@pytest.mark.parametrize("form", ["csv", "jsonld"])
def test_any_one_member_can_be_had_in_any_form(client: Client, prefix: str, form: str) -> None:
    published()
    for name in read(client, f"{prefix}/")["results"][0]:
        assert client.get(f"/api/v1/{prefix}/?fields={name}&format={form}").status_code == 200


# --- which form -------------------------------------------------------------------------------

FORMS = {"json": "application/json", "csv": "text/csv", "jsonld": "application/ld+json"}


@pytest.mark.parametrize(("form", "media_type"), FORMS.items())
def test_accept_and_format_give_the_same_bytes(client: Client, form: str, media_type: str) -> None:
    EventFactory(slug="speech")
    for address in ("/api/v1/events/", "/api/v1/events/speech/", "/api/v1/timeline/"):
        by_accept = client.get(address, headers={"accept": media_type})
        by_format = client.get(f"{address}?format={form}")
        assert by_accept.content == by_format.content
        assert by_accept["ETag"] == by_format["ETag"]
        assert by_accept["Content-Type"] == by_format["Content-Type"]
        assert by_accept["Content-Type"].split(";")[0] == media_type
        # A cache may give an answer on only where nothing in the request chose its form.
        assert "Accept" in by_accept["Vary"]
        assert "Accept" not in by_format["Vary"].split(", ")


@pytest.mark.parametrize("form", FORMS)
def test_an_error_has_one_form_whatever_was_asked_for(client: Client, form: str) -> None:
    for address, status in (("events/none/", 404), ("events/", 400)):
        response = client.get(f"/api/v1/{address}?format={form}" + "&colour=red" * (status == 400))
        assert response.status_code == status
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["status"] == status


def test_a_past_address_keeps_the_form_that_was_asked_for(client: Client) -> None:
    person = PersonFactory(slug="jughashvili")
    person.slug = "stalin"
    person.save()
    response = client.get("/api/v1/people/jughashvili/?format=csv")
    assert response.status_code == 301
    assert response["Location"].endswith("/people/stalin/?format=csv")


@pytest.mark.parametrize("status", few_of(HIDDEN, "draft"))
@pytest.mark.parametrize("form", ["csv", "jsonld"])
def test_no_form_shows_anything_of_a_draft(client: Client, status: str, form: str) -> None:
    surround(published(), status)
    for address in walk(client):
        path = address.split("?")[0]
        if path.rstrip("/") in ("/api/v1", "/api/v1/state", "/api/v1/changes", "/api/v1/search"):
            continue
        response = client.get(path, {"format": form})
        assert response.status_code == 200, path
        assert CANARY not in response.content.lower(), path


@pytest.mark.parametrize("status", HIDDEN)
def test_nothing_of_a_draft_is_counted(client: Client, status: str) -> None:
    surround(published(), status)
    for prefix in LISTINGS:
        found = read(client, f"{prefix}/?count=true&page_size=200")
        assert found["count"] == {"value": len(found["results"]), "capped": False}, prefix
