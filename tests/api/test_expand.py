"""`?expand=`: linked records in full, as their listing gives them, and never a draft."""

from __future__ import annotations

import csv
import json
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from records.api import expand
from tests.api.test_schema import operation_of
from tests.factories import (
    EventFactory,
    PowerBaseFactory,
    ReformFactory,
    StatisticFactory,
    TenureFactory,
    TopicEntryFactory,
)
from tests.support.api import read
from tests.support.enumerated import few_of
from tests.support.pages import api_description, public_paths
from tests.write_api.test_drafts import CANARY, HIDDEN, published, surround

pytestmark = [pytest.mark.django_db, pytest.mark.alike]


def described(client: Client) -> dict[str, list[str]]:
    """What can be expanded, by the address of each endpoint, as the description says it."""
    found = {}
    for path, item in public_paths(client).items():
        for parameter in item["get"].get("parameters", []):
            if parameter["name"] == "expand":
                assert (parameter["style"], parameter["explode"]) == ("form", False)
                found[path] = parameter["schema"]["items"]["enum"]
    return found


def joined(address: str, query: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{query}"


def asked(path: str) -> str:
    """An address of an endpoint that answers about `published()`."""
    key = path.strip("/").split("/")[2]
    known = {
        "courses": "course", "topics": "topic", "events": "event", "people": "person",
        "power-bases": "power-base", "tenures": "tenure", "reforms": "reform", "effects": "effect",
        "measures": "measure", "statistics": "statistic", "terms": "term",
        "claims": "checked-claim", "power-base-kinds": "party", "citations": "cites-tenure",
        "state": "",
    }  # fmt: skip
    if key == "state":
        return "state/?on=1956"
    return f"{key}/{known[key]}/" if "{" in path else f"{key}/"


def links_at(value: Any, names: list[str]) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, list):
        return [found for each in value for found in links_at(each, names)]
    return links_at(value.get(names[0]), names[1:]) if names else [value]


def rows(answer: Any) -> list[Any]:
    return answer.get("results", [answer])


def listed(client: Client, link: Any) -> Any:
    """The record behind a link, as the listing of its kind gives it."""
    place = link["url"].removeprefix("http://testserver/api/v1/").split("/")[0]
    [found] = [each for each in read(client, f"{place}/")["results"] if each["url"] == link["url"]]
    return found


# --- what a link becomes ------------------------------------------------------------------------


@pytest.mark.slow
def test_every_link_that_is_described_grows_by_what_its_listing_says(client: Client) -> None:
    published()
    ReformFactory(slug="step", parent=ReformFactory(slug="whole", parent=ReformFactory()))
    tried = 0
    for path, names in described(client).items():
        address = asked(path)
        plain = read(client, address)
        for name in names:
            grown = read(client, joined(address, f"expand={name}"))
            for link in links_at(rows(grown), name.split(".")):
                full = listed(client, link)
                assert {*full} <= {*link}
                # Its own members stay, as “kind” of a link to a record of any kind does.
                assert {n: v for n, v in link.items() if n in full and n != "kind"} == {
                    n: v for n, v in full.items() if n != "kind"
                }
                tried += 1
            # What was there is there still, in the same place and with the same value.
            assert pruned(grown, plain) == plain
    assert tried > 60


def pruned(grown: Any, plain: Any) -> Any:
    """`grown` without the members that `plain` does not have at the same place."""
    if isinstance(plain, dict):
        return {
            name: grown[name] if name in ("next", "previous") else pruned(grown[name], plain[name])
            for name in plain
        }
    if isinstance(plain, list):
        assert len(grown) == len(plain)
        return [pruned(*pair) for pair in zip(grown, plain, strict=True)]
    return grown


def test_links_behind_links_grow_and_no_others(client: Client) -> None:
    council = ReformFactory(slug="council", parent=ReformFactory(slug="economy"))
    EventFactory(slug="plenum").reforms.add(ReformFactory(slug="regions", parent=council))
    plain = read(client, "events/plenum/?expand=reforms")["reforms"][0]
    assert "aim" in plain
    assert [*plain["parent"]] == ["slug", "title", "url", "page"]
    deep = read(client, "events/plenum/?expand=reforms.parent")["reforms"][0]
    assert "aim" in deep  # what lies on the way grows too
    assert deep["parent"]["aim"] == read(client, "reforms/council/")["aim"]
    assert [*deep["parent"]["parent"]] == ["slug", "title", "url", "page"]


def test_one_record_that_is_linked_twice_grows_only_where_it_is_asked_for(client: Client) -> None:
    whole = ReformFactory(slug="whole", parent=ReformFactory(parent=ReformFactory()))
    ReformFactory(slug="a", parent=whole)
    found = read(client, "reforms/whole/?expand=steps.parent,parent")
    assert "aim" in found["steps"][0]["parent"]
    # The parent's own parent was not asked for, though the same kind was loaded for others.
    assert [*found["parent"]["parent"]] == ["slug", "title", "url", "page"]
    assert [*found["steps"][0]["parent"]["parent"]] == ["slug", "title", "url", "page"]


def test_a_record_of_any_kind_grows_by_its_own_kind(client: Client) -> None:
    base = PowerBaseFactory(slug="party", kind="party", parent=PowerBaseFactory(slug="state"))
    reform = ReformFactory(slug="reform", parent=ReformFactory(slug="larger"))
    entry = TopicEntryFactory(topic__slug="topic", event=None, power_base=base)
    TopicEntryFactory(topic=entry.topic, event=None, reform=reform)
    first, second = read(client, "topics/topic/?expand=entries.record.parent")["entries"]
    assert (first["record"]["kind"], first["record"]["name"]) == ("power_base", base.name)
    # One name, two kinds: each leads to its own.
    assert first["record"]["parent"]["name"]
    assert second["record"]["parent"]["measure_taken"] == reform.parent.measure_taken


def test_a_listing_keeps_its_pages_and_what_is_expanded(client: Client) -> None:
    TenureFactory.create_batch(3)
    first = read(client, "tenures/?expand=person&page_size=2")
    assert "expand=person" in first["next"]
    assert "born" in client.get(first["next"]).json()["results"][0]["person"]


def test_expanded_answers_are_as_described(client: Client) -> None:
    published()
    schema = api_description(client)
    for path, names in described(client).items():
        address = joined(f"/api/v1/{asked(path)}", f"expand={','.join(names)}")
        described_answer = operation_of(schema, address)["responses"]["200"]["content"]
        shape = {
            **described_answer["application/json"]["schema"], "components": schema["components"]
        }  # fmt: skip
        response = client.get(address)
        assert response.status_code == 200, response.content
        assert [*Draft202012Validator(shape).iter_errors(response.json())] == [], address


# --- never a draft ------------------------------------------------------------------------------


@pytest.mark.parametrize("status", few_of(HIDDEN, "draft"))
def test_nothing_of_a_draft_is_expanded(client: Client, status: str) -> None:
    surround(published(), status)
    for path, names in described(client).items():
        address = joined(asked(path), f"expand={','.join(names)}&page_size=200")
        if "{" in path or "state" in path:
            address = address.removesuffix("&page_size=200")
        response = client.get(f"/api/v1/{address}")
        assert response.status_code == 200, response.content
        assert CANARY not in response.content.lower(), path


# --- what is refused ----------------------------------------------------------------------------

REFUSED = [
    ("tenures/?expand=colour", "Known are: person, power_base, power_base.parent."),  # no such link
    ("tenures/?expand=office", "Known are: "),  # a member, but no link
    ("tenures/?expand=person,,power_base", "Known are: "),  # an empty name
    ("reforms/?expand=parent.parent.parent", "Known are: "),  # deeper than two
    ("tenures/?expand=person&fields=office", "“fields” leaves out “person”"),
    ("tenures/?expand=person&format=jsonld", "JSON-LD names other records by their address"),
    ("citations/?expand=record&format=csv", "no columns"),  # a row of any kind
    ("citations/?expand=record.person&format=csv", "no columns"),  # on the way to a link
    ("tenures/?expand=", "Give it a value"),
]


@pytest.mark.parametrize(("address", "said"), REFUSED)
def test_what_cannot_be_expanded_is_refused_and_why(
    client: Client, address: str, said: str
) -> None:
    published()
    response = client.get(f"/api/v1/{address}")
    assert response.status_code == 400
    [error] = response.json()["errors"]
    assert error["parameter"] == "expand"
    assert said in error["detail"]


@pytest.mark.parametrize("address", ["courses/", "people/", "sources/s/", "timeline/", ""])
def test_where_nothing_is_linked_there_is_no_such_parameter(client: Client, address: str) -> None:
    document = client.get(f"/api/v1/{address}?expand=person").json()
    assert document["code"] == "unknown-parameter"
    assert "expand" not in document["detail"].split("Known are: ")[1]


def test_more_links_than_one_answer_may_hold_are_refused(client: Client, monkeypatch: Any) -> None:
    TenureFactory.create_batch(3)
    monkeypatch.setattr(expand, "MOST_LINKS", 5)
    assert client.get("/api/v1/tenures/?expand=person").status_code == 200
    response = client.get("/api/v1/tenures/?expand=person,power_base")
    assert response.status_code == 400
    assert "More than 5 links" in response.json()["detail"]
    assert client.get("/api/v1/tenures/?expand=person,power_base&page_size=2").status_code == 200


# --- with the other parameters ------------------------------------------------------------------


def test_fields_choose_first_and_what_is_left_may_grow(client: Client) -> None:
    TenureFactory(person__slug="khrushchev")
    [row] = read(client, "tenures/?fields=office,person&expand=person")["results"]
    assert [*row] == ["person", "office"]
    assert row["person"]["sort_name"]


def table(client: Client, address: str) -> list[dict[str, str]]:
    content = client.get(f"/api/v1/{address}").content.decode()
    return [*csv.DictReader(StringIO(content, newline=""), strict=True)]


def test_in_a_table_a_single_link_becomes_columns_and_a_list_stays_one_cell(
    client: Client,
) -> None:
    base = PowerBaseFactory(slug="mvd", parent=PowerBaseFactory(slug="state", span="1917/1991"))
    TenureFactory(power_base=base)
    TenureFactory(power_base=PowerBaseFactory(parent=None))
    first, second = table(client, "tenures/?expand=power_base.parent&format=csv")
    assert first["power_base.kind"] == base.kind.slug
    assert first["power_base.parent.span.edtf"] == "1917/1991"
    assert second["power_base.parent.span.edtf"] == second["power_base.parent.slug"] == ""
    event = EventFactory()
    event.reforms.add(ReformFactory(slug="amnesty", aim="To empty the camps."))
    [row] = table(client, "events/?expand=reforms&format=csv")
    assert json.loads(row["reforms"])[0]["aim"] == "To empty the camps."
    # The columns do not depend on what is linked.
    StatisticFactory(reform=None, event=None)
    [row] = table(client, "statistics/?expand=reform,event.reforms&format=csv")
    assert row["reform.span.edtf"] == row["event.reforms"] == ""
