"""How an answer of the API grows with the record: the same questions at two sizes."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Any
from unittest.mock import patch

from django.db import connection
from django.test import Client

from config.api import router
from events.models import Topic
from people.models import Person, PowerBase
from records.api import content_version
from reforms.models import Reform
from sources.models import Source

# The feed of changes gives numbers to what was loaded when it is read, and is tried by itself.
LISTINGS = [prefix for prefix, _, _ in router.registry if prefix not in ("state", "changes")]
# How many rows a page has; at both sizes the same, so that the same work is compared.
PAGE = {"courses": 1, "topics": 2, "measures": 2, "power-bases": 4}
FILTERED = [
    "events/?from=1956&to=1957",
    "events/?significance=3&ordering=-date",
    "events/?topic={topic}",
    "events/?person={person}",
    "events/?power_base={power_base}",
    "events/?stance=disputes",
    "people/?power_base={power_base}",
    "people/?ordering=born",
    "tenures/?kind=party",
    "tenures/?power_base={power_base}",
    "tenures/?ordering=-date",
    "reforms/?person={person}",
    "effects/?reform={reform}",
    "statistics/?from=1950&to=1952",
    "statistics/?reform={reform}",
    "citations/?source={source}",
    "citations/?stance=disputes",
    "citations/?topic={topic}",
    "sources/?topic={topic}",
    "topics/?person={person}",
    "timeline/?from=1956&to=1957",
    "timeline/?topic={topic}",
    "timeline/?person={person}",
    "timeline/?power_base={power_base}",
    "timeline/?ordering=-date",
    "events/?expand=participants.person",
    "citations/?expand=record,source",
]


@dataclass(frozen=True)
class Cost:
    """What an answer took: seconds, queries, and how many records it gave."""

    seconds: float
    queries: int
    rows: int


def costs(client: Client) -> dict[str, Cost]:
    """The cost of the first and of a late page of every listing, and of filtered pages."""
    with patch.object(content_version, "_counter", None):
        # As in the tests of what an answer takes: when anything changed is one query more.
        return _costs(client)


def _costs(client: Client) -> dict[str, Cost]:
    found = {}
    for name in LISTINGS:
        first = f"/api/v1/{name}/?page_size={PAGE.get(name, 10)}"
        found[f"{name}, first page"] = cost(client, first)
        late = first
        for _ in range(20):
            body = client.get(late).json()
            # The last page is not full, so that its cost says nothing.
            if not body["next"] or not client.get(body["next"]).json()["next"]:
                break
            late = body["next"]
        found[f"{name}, late page"] = cost(client, late)
    one = {
        name: model.objects.published().order_by("pk")[model.objects.published().count() // 2].slug
        for name, model in (
            ("topic", Topic), ("person", Person), ("power_base", PowerBase), ("reform", Reform),
            ("source", Source),
        )
    }  # fmt: skip
    for address in FILTERED:
        found[address] = cost(client, f"/api/v1/{address.format(**one)}&page_size=5")
    return found


def cost(client: Client, address: str) -> Cost:
    """The cost of one answer; its time is the best of five.

    SQLite works in this process, so that time of the processor holds all the work there is, and a
    busy machine changes nothing. PostgreSQL works in another, and is timed by the clock.
    """
    clock = process_time if connection.vendor == "sqlite" else perf_counter
    best = float("inf")
    queries = 0

    def count(execute: Any, *statement: Any) -> Any:
        nonlocal queries
        queries += 1
        return execute(*statement)

    with connection.execute_wrapper(count):
        body: Any = client.get(address).json()
    assert "results" in body, (address, body)
    for _ in range(5):
        began = clock()
        client.get(address)
        best = min(best, clock() - began)
    return Cost(best, queries, len(body["results"]))
