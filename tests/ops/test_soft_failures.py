"""Redis or the database fails: what readers, programs and probes are answered, in one process."""

from __future__ import annotations

import contextlib
import socket
import sqlite3
import struct
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import caches
from django.core.cache.backends.redis import RedisCache
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from redis.exceptions import OutOfMemoryError

from config import environment
from config.postgresql.silence import BoundedConnection, Silence
from config.serving import soft_cache
from config.serving.patience import PatienceMiddleware, at_most, seconds_to_wait
from config.serving.unavailable import passes
from curation.models import Report
from tests.accounts.test_signing_in import code_of
from tests.factories import EventFactory

pytestmark = pytest.mark.django_db


# --- Redis --------------------------------------------------------------------------------------


@pytest.fixture(params=["stopped", "hanging"])
def no_redis(request: Any, settings: Any) -> Iterator[None]:
    """A cache in a Redis that refuses connections, or takes them and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        if request.param == "stopped":
            silent.close()
        settings.CACHES = {"default": environment.cache(f"redis://127.0.0.1:{port}/0")}
        soft_cache._away.clear()
        yield
        soft_cache._away.clear()


def test_everything_is_a_miss_and_counting_goes_on_without_redis(
    no_redis: None, caplog: Any
) -> None:
    cache = caches["default"]
    assert cache.get("key", "default") == "default"
    assert cache.add("count", 1, 60) is True
    assert cache.add("count", 1, 60) is False
    assert cache.incr("count") == 2
    cache.set_many({"a": 1, "b": 2}, 60)
    assert cache.get_many(["a", "b", "c"]) == {"a": 1, "b": 2}
    assert cache.get_or_set("made", lambda: 3, 60) == 3
    assert cache.touch("made", 60)
    assert "made" in cache
    assert cache.delete("made")
    assert not cache.has_key("made")
    with pytest.raises(ValueError):
        cache.incr("never")
    # One line, and Redis is asked once: what hangs delays nobody else.
    assert [r.message for r in caplog.records if r.name == "config.serving.soft_cache"] == [
        next(r.message for r in caplog.records if "Redis fails" in r.message)
    ]


def test_redis_is_asked_again_and_old_counts_are_forgotten(
    no_redis: None, monkeypatch: Any, caplog: Any
) -> None:
    clock = [1000.0]
    monkeypatch.setattr(soft_cache.time, "monotonic", lambda: clock[0])
    cache = caches["default"]
    cache.set("kept", 1, 60)
    clock[0] += soft_cache.PAUSE + 1
    assert cache.get("kept") == 1
    # It fails still, which the log has said.
    assert caplog.text.count("Redis fails") == 1
    # Redis was there in between, and other processes wrote.
    soft_cache._away.clear()
    assert cache.get("kept") is None


def test_a_redis_that_is_full_is_logged_once_and_used_again(
    no_redis: None, monkeypatch: Any, caplog: Any
) -> None:
    clock, full = [1000.0], [True]
    monkeypatch.setattr(soft_cache.time, "monotonic", lambda: clock[0])

    def write(*_: Any, **__: Any) -> bool:
        if full[0]:
            raise OutOfMemoryError("command not allowed when used memory > 'maxmemory'")
        return True

    # What it holds can still be read.
    monkeypatch.setattr(RedisCache, "get", lambda *_, **__: "from Redis")
    monkeypatch.setattr(RedisCache, "add", write)
    cache = caches["default"]
    for _ in range(3):
        assert cache.get("key") == "from Redis"
        assert cache.add("count", 1, 60) is not None
        clock[0] += soft_cache.PAUSE + 1
    full[0] = False
    cache.add("count", 1, 60)
    said = [r.message for r in caplog.records if r.name == "config.serving.soft_cache"]
    assert [line.split(" (")[0] for line in said] == ["Redis fails", "Redis answers again."]


def test_reading_and_reporting_go_on_without_redis_and_limits_hold(
    no_redis: None, client: Client, settings: Any, monkeypatch: Any
) -> None:
    settings.API_LIMITS = {"address": 3, "token": 3}
    answers = [client.get("/api/v1/").status_code for _ in range(4)]
    assert answers == [200, 200, 200, 429]
    event = EventFactory()
    form = client.get(f"{event.get_absolute_url()}report/")
    monkeypatch.setattr("curation.workflow.reports.SOONEST", -1)
    sent = client.post(
        f"{event.get_absolute_url()}report/",
        {"token": form.context["token"], "message": "The year should be 1957."},
    )
    assert (sent.status_code, Report.objects.count()) == (303, 1)


def test_signing_in_and_the_second_factor_go_on_without_redis_and_limits_hold(
    no_redis: None, client: Client, django_user_model: Any
) -> None:
    """All that counts tries does so in the process, so that guessing stays slow too."""
    secret = "tram violet seldom harbour"
    teacher = django_user_model.objects.create_superuser("teacher", password=secret)
    door, second = reverse("account_login"), reverse("mfa_authenticate")

    def sign_in(browser: Client, name: str = "teacher", word: str = secret) -> Any:
        return browser.post(door, {"login": name, "password": word})

    # Set up, with the password asked once more.
    assert sign_in(client)["Location"] == "/admin/"
    place = reverse("mfa_activate_totp")
    client.post(f"{reverse('account_reauthenticate')}?next={place}", {"password": secret})
    code = code_of(client.get(place).context["form"].secret)
    assert client.post(place, {"code": code}).status_code == 302
    addresses = ["mfa_index", "mfa_view_recovery_codes", "mfa_add_webauthn", "usersessions_list"]
    assert {client.get(reverse(each)).status_code for each in addresses} == {200}
    assert client.post(reverse("account_logout")).status_code == 302

    # Asked for: a recovery code, since the one of the app was used just now.
    assert sign_in(client)["Location"] == second
    assert client.get(second).status_code == 200
    for number in range(2):
        assert client.post(second, {"code": f"00000{number}"}).status_code == 200
    [recovery, *_] = Authenticator.objects.get(user=teacher, type="recovery_codes").wrap(
    ).get_unused_codes()  # fmt: skip
    assert client.post(second, {"code": recovery})["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200

    # Guessing ends after as many tries as ever, with the answer of ever.
    guesses = [sign_in(Client(), "somebody", f"wrong-{n}").status_code for n in range(6)]
    assert guesses == [200] * 5 + [429]
    sign_in(stranger := Client())
    for number in range(5):
        answer = stranger.post(second, {"code": f"00000{number}"})
    answer = stranger.post(second, {"code": "999999"})
    assert "Too many tries" in answer.content.decode()
    assert stranger.get("/admin/").status_code == 302


# --- the database -------------------------------------------------------------------------------


def sqlite_error(code: int, words: str) -> OperationalError:
    """An error as Django passes it on."""
    cause = sqlite3.OperationalError(words)
    cause.sqlite_errorcode = code
    error = OperationalError(words)
    error.__cause__ = cause
    return error


# What passes and what is a fault of ours.
ERRORS = [
    (sqlite_error(5, "database is locked"), True),
    (sqlite_error(8, "attempt to write a readonly database"), True),
    (sqlite_error(13, "database or disk is full"), True),
    # The extended code of the same: 10 + 3 * 256, a write that failed.
    (sqlite_error(778, "disk I/O error"), True),
    (sqlite_error(14, "unable to open database file"), True),
    (sqlite_error(1, "no such table: events_event"), False),
    (ValueError("a fault of ours"), False),
    (None, False),
]


@pytest.mark.parametrize(("error", "expected"), ERRORS)
def test_only_what_passes_is_an_outage(error: Any, expected: bool) -> None:
    assert passes(error) is expected


@pytest.fixture
def no_database() -> Iterator[None]:
    def fail(*_: Any) -> Any:
        raise sqlite_error(14, "unable to open database file")

    with connection.execute_wrapper(fail):
        yield


ADDRESSES = ["/", "/timeline/", "/changes.atom", "/sitemap.xml", "/people/khrushchev/", "/nowhere/"]


@pytest.mark.parametrize("address", [*ADDRESSES, "/admin/", "/preview/event/1/"])
def test_pages_say_that_it_passes(address: str, client: Client, editor: Any, request: Any) -> None:
    client.force_login(editor)
    client.raise_request_exception = False
    request.getfixturevalue("no_database")
    answer = client.get(address)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert "load the page again" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert "default-src 'self'" in answer["Content-Security-Policy"]


@pytest.mark.parametrize("address", ["events/", "events/secret-speech/", "state/?on=1956"])
def test_the_api_says_so_as_a_problem(address: str, client: Client, no_database: None) -> None:
    answer = client.get(f"/api/v1/{address}", headers={"origin": "https://app.example"})
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["code"] == "unavailable"
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_a_frame_says_so_inside_the_other_site(client: Client, no_database: None) -> None:
    answer = client.get("/embed/topics/de-stalinisation/")
    assert answer.status_code == 503
    assert "frame-ancestors 'self' https:" in answer["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer


# --- probes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
@pytest.mark.parametrize("host", ["10.0.0.7:8000", "thaw.example", "", "no host at all"])
def test_probes_need_no_host_and_no_https(
    address: str, host: str, client: Client, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["thaw.example"]
    settings.SECURE_SSL_REDIRECT = True
    answer = client.get(address, headers={"host": host})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    # Nothing else is answered so.
    assert client.get("/", headers={"host": host}).status_code in (301, 400)


def test_only_health_is_well_without_a_database(client: Client, no_database: None) -> None:
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer.json() == {"status": "the database cannot be used: unable to open database file"}


@pytest.mark.django_db(transaction=True)
def test_a_database_that_can_only_be_read_is_not_ready(client: Client) -> None:
    switch = (
        ("PRAGMA query_only = {}", "ON", "OFF")
        if connection.vendor == "sqlite"
        else ("SET default_transaction_read_only = {}", "on", "off")
    )
    assert client.get("/readyz").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute(switch[0].format(switch[1]))
        try:
            answer = client.get("/readyz")
        finally:
            cursor.execute(switch[0].format(switch[2]))
    assert answer.status_code == 503
    assert "read" in answer.json()["status"]
    assert client.get("/readyz").status_code == 200


# --- a PostgreSQL that hangs ----------------------------------------------------------------------


def message(kind: bytes, body: bytes) -> bytes:
    """A message of PostgreSQL’s protocol (its manual, “Message Formats”)."""
    return kind + struct.pack("!i", len(body) + 4) + body


@pytest.fixture
def silent_postgresql() -> Iterator[int]:
    """A server that lets everybody in and answers no question. Out: its port."""
    welcome = message(b"R", struct.pack("!i", 0))
    for name, value in ((b"server_version", b"16.0"), (b"client_encoding", b"UTF8")):
        welcome += message(b"S", name + b"\0" + value + b"\0")
    welcome += message(b"K", struct.pack("!ii", 1, 1)) + message(b"Z", b"I")
    kept: list[socket.socket] = []

    def let_in(listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                kept.append(client)
                client.recv(10_000)
                client.sendall(welcome)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        Thread(target=let_in, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
    for client in kept:
        client.close()


def test_a_request_gives_up_a_server_that_says_nothing(silent_postgresql: int) -> None:
    """What it waited on is closed, and the error is one that passes."""
    way = f"host=127.0.0.1 port={silent_postgresql} user=thaw sslmode=disable gssencmode=disable"
    with BoundedConnection.connect(way, autocommit=True) as silent:
        with at_most(0.2), pytest.raises(Silence, match="has not answered") as raised:
            silent.execute("SELECT 1")
        assert silent.closed
    error = OperationalError("as Django passes it on")
    error.__cause__ = raised.value
    assert passes(error)


def test_a_request_has_a_bound_and_a_command_has_none(rf: Any, settings: Any) -> None:
    settings.DATABASE_PATIENCE = 7
    seen: list[float | None] = []
    PatienceMiddleware(lambda request: seen.append(seconds_to_wait.get()))(rf.get("/"))
    settings.DATABASE_PATIENCE = 0
    PatienceMiddleware(lambda request: seen.append(seconds_to_wait.get()))(rf.get("/"))
    assert (seen, seconds_to_wait.get()) == ([7, None], None)
