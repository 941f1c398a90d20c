"""What answers say to caches in front: a proxy's own, and a network's."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from events.models import Event
from tests.factories import EventFactory

pytestmark = pytest.mark.django_db

ASK = "public, no-cache"


@pytest.fixture(autouse=True)
def speech(settings: Any) -> Event:
    settings.BEHIND_PROXY = True
    return EventFactory(slug="secret-speech", status="published")


def said(client: Client, address: str, **headers: str) -> tuple[int, str | None, str | None]:
    answer = client.get(address, headers=headers)
    return answer.status_code, answer.get("Cache-Control"), answer.get("X-Accel-Expires")


# Address → what it answers, what caches of any kind are told, and what nginx is.
ANSWERS = [
    ("/events/secret-speech/", 200, ASK, "@1"),
    ("/timeline/", 200, ASK, "@1"),
    ("/api/v1/events/secret-speech/", 200, ASK, "@1"),
    # These take the place of a page that was kept.
    ("/events/nothing/", 404, None, "@1"),
    # A form, with a cookie against forged ones.
    ("/events/secret-speech/report/", 200, None, None),
]


@pytest.mark.parametrize(("address", "status", "to_all", "to_nginx"), ANSWERS)
def test_caches_in_front_ask_each_time(
    client: Client, address: str, status: int, to_all: str | None, to_nginx: str | None
) -> None:
    answered = said(client, address)
    assert (answered[0], answered[2]) == (status, to_nginx)
    if to_all is not None:
        assert answered[1] == to_all


def test_with_seconds_pages_are_shown_without_asking_and_nothing_else(
    client: Client, settings: Any
) -> None:
    settings.SHARED_CACHE_SECONDS = 30
    seconds = "public, max-age=0, s-maxage=30, stale-while-revalidate=30, stale-if-error=600"
    assert said(client, "/events/secret-speech/") == (200, seconds, "30")
    # Whoever has it is told the same again.
    tag = client.get("/events/secret-speech/")["ETag"]
    assert said(client, "/events/secret-speech/", if_none_match=tag) == (304, seconds, "30")
    # Programs are counted, and a version may be hidden.
    for address in ("/api/v1/events/secret-speech/", "/api/v1/events/secret-speech/versions/"):
        assert said(client, address) == (200, ASK, "@1")
    assert said(client, "/events/nothing/")[2] == "@1"


def test_nothing_of_somebody_who_is_signed_in_is_kept(editor: Any, settings: Any) -> None:
    settings.SHARED_CACHE_SECONDS = 30
    client = Client()
    client.force_login(editor)
    assert said(client, "/events/secret-speech/") == (200, "private, no-cache", None)


def test_without_a_proxy_nobody_is_told(settings: Any) -> None:
    settings.BEHIND_PROXY = False
    assert said(Client(), "/events/secret-speech/") == (200, ASK, None)
