"""How much one address, or one token, is answered in a minute."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from curation.write_api.tokens import make
from records.api import throttling
from tests.api.test_errors import problem
from tests.support.write_api import Program

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few(settings: Any) -> Any:
    """Three for an address, five for a token, and a cache that no other test counts in."""
    local = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": local, "LOCATION": "limits"}}
    settings.API_LIMITS = {"address": 3, "token": 5}
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def one_minute(monkeypatch: Any) -> None:
    """All within one minute, ten seconds before its end."""
    monkeypatch.setattr(throttling.time, "time", lambda: 60 * 1000 + 50.0)


def test_an_address_learns_what_is_left_and_when_to_come_back(client: Client) -> None:
    for left in (2, 1, 0):
        response = client.get("/api/v1/")
        assert response["RateLimit-Policy"] == '"address";q=3;w=60'
        assert response["RateLimit"] == f'"address";r={left};t=11'
    refused = client.get("/api/v1/")
    assert problem(refused, 429)["code"] == "too-many-requests"
    assert refused["Retry-After"] == "11"
    assert refused["RateLimit"] == '"address";r=0;t=11'


def test_what_is_refused_counts_as_well(client: Client) -> None:
    for address in ("events/?colour=red", "events/none/", "state/"):
        assert client.get(f"/api/v1/{address}").status_code in (400, 404)
    problem(client.get("/api/v1/"), 429)


def test_the_next_minute_begins_anew(client: Client, monkeypatch: Any) -> None:
    for _ in range(4):
        client.get("/api/v1/")
    monkeypatch.setattr(throttling.time, "time", lambda: 60 * 1001.0)
    assert client.get("/api/v1/").status_code == 200


def test_each_address_has_its_own_and_a_household_one(client: Client) -> None:
    for address in ("192.0.2.1", "192.0.2.2", "2001:db8::1"):
        for _ in range(3):
            assert client.get("/api/v1/", REMOTE_ADDR=address).status_code == 200
    # Within one /64 anybody can choose the other half of the address.
    problem(client.get("/api/v1/", REMOTE_ADDR="2001:db8::2"), 429)
    assert client.get("/api/v1/", REMOTE_ADDR="2001:db8:0:1::1").status_code == 200


def test_a_forwarded_address_is_believed_only_of_our_own_proxy(
    client: Client, settings: Any
) -> None:
    for number in range(3):
        client.get("/api/v1/", headers={"x-forwarded-for": f"192.0.2.{number}"})
    problem(client.get("/api/v1/", headers={"x-forwarded-for": "192.0.2.9"}), 429)
    settings.BEHIND_PROXY = True
    assert (
        client.get("/api/v1/", headers={"x-forwarded-for": "1.1.1.1, 192.0.2.9"}).status_code == 200
    )


def test_a_token_is_counted_by_itself(client: Client) -> None:
    program, other = Program("Editor", "read"), Program("Contributor", "read")
    for _ in range(3):
        client.get("/api/v1/")
    for left in (4, 3, 2, 1, 0):
        response = program.ask("GET", "events/")
        assert response["RateLimit"] == f'"token";r={left};t=11'
    problem(program.ask("GET", "events/"), 429)
    assert other.ask("GET", "events/").status_code == 200
    # It counts wherever the token is sent, public addresses included.
    sent = {"authorization": f"Bearer {program.secret}"}
    problem(client.get("/api/v1/events/", headers=sent), 429)


def test_guessing_tokens_counts_by_address(client: Client) -> None:
    for guess in range(3):
        sent = {"authorization": f"Bearer thaw_{guess}"}
        problem(client.get("/api/v1/desk/", headers=sent), 401)
    problem(client.get("/api/v1/desk/", headers={"authorization": "Bearer thaw_4"}), 429)


def test_a_second_token_does_not_share_the_first_ones_count(django_user_model: Any) -> None:
    first = Program("Contributor", "read")
    for _ in range(5):
        first.ask("GET", "events/")
    _, first.secret = make(first.user, "Another", "read")
    assert first.ask("GET", "events/").status_code == 200


def test_pages_are_not_counted(client: Client) -> None:
    for _ in range(6):
        assert client.get("/").status_code == 200


def test_nothing_is_limited_where_the_limit_is_nought(client: Client, settings: Any) -> None:
    settings.API_LIMITS = {"address": 0, "token": 0}
    for _ in range(6):
        response = client.get("/api/v1/")
    assert response.status_code == 200
    assert "RateLimit" not in response
