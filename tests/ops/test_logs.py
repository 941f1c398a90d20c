"""A line for each request and each event, and in none of them what nobody should read."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from config.serving import logs
from curation.workflow.preview import signed_preview_url
from curation.write_api.tokens import revoke
from tests.factories import EventFactory
from tests.ops.test_settings import SAFE, settings
from tests.support.write_api import Program

pytestmark = pytest.mark.django_db


class Written:
    """What the log of a server would hold."""

    def __init__(self) -> None:
        self._stream = StringIO()
        self.handler = logging.StreamHandler(self._stream)
        self.handler.addFilter(logs.Careful())
        self.handler.setFormatter(logs.JSONFormatter())

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    def lines(self, logger: str) -> list[dict[str, Any]]:
        found = [json.loads(line) for line in self.text.splitlines()]
        return [line for line in found if line["logger"] == logger]


@pytest.fixture
def log() -> Iterator[Written]:
    written = Written()
    # Under pytest the root logger keeps warnings only.
    root, before = logging.getLogger(), logging.getLogger().level
    root.addHandler(written.handler)
    root.setLevel("INFO")
    yield written
    root.setLevel(before)
    root.removeHandler(written.handler)


def test_a_request_has_a_line_and_a_name(client: Client, editor: Any, log: Written) -> None:
    client.force_login(editor)
    answer = client.get("/admin/?q=Anna+Pauker", REMOTE_ADDR="192.0.2.77")
    [line] = log.lines("thaw.requests")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", line["time"])
    assert re.fullmatch("[0-9a-f]{32}", line["request"])
    assert answer["X-Request-ID"] == line["request"]
    assert line["account"] == editor.pk
    assert (line["method"], line["path"], line["status"]) == ("GET", "/admin/", 200)
    assert line["ms"] >= 0
    for secret in ("Pauker", "192.0.2", editor.username, editor.email):
        assert secret not in log.text


def test_the_name_given_by_the_proxy_is_kept_and_no_other(client: Client, log: Written) -> None:
    for given, kept in (
        ("7f3a-0001_Az", True),
        ("short", False),
        ("a" * 65, False),
        ('"} {"level": "x', False),  # another line of JSON
        ("192.0.2.7:4433", False),
    ):
        answer = client.get("/healthz", headers={"x-request-id": given})
        assert (answer["X-Request-ID"] == given) is kept
    assert log.lines("thaw.requests")[0]["request"] == "7f3a-0001_Az"


def test_a_program_is_named_by_its_account_and_looked_up_no_more_often(log: Written) -> None:
    program = Program()
    program.read("events/")
    assert log.lines("thaw.requests")[-1]["account"] == program.user.pk


def test_no_link_that_opens_something_is_written(client: Client, log: Written, rf: Any) -> None:
    link = signed_preview_url(rf.get("/"), EventFactory(status="draft"))
    token = link.rstrip("/").rpartition("/")[2]
    assert client.get(link).status_code == 200
    assert client.post(link).status_code == 405
    # With a part of the address lost or put on, and below another address.
    assert client.get(link.rstrip("/") + "x/").status_code == 404
    assert client.get(f"/previews/{token}/").status_code == 404
    assert client.get(f"/api/v1/{token}").status_code == 404
    client.get("/timeline/", {"next": link})
    assert [line["path"] for line in log.lines("thaw.requests")] == [
        "/preview/…/",
        "/preview/…/",
        "/preview/…/",
        "/previews/…/",
        "/api/v1/…",
        "/timeline/",
    ]
    assert token.rpartition(":")[2] not in log.text


def test_an_error_tells_of_the_request_and_not_of_its_link(
    client: Client, log: Written, rf: Any, monkeypatch: Any
) -> None:
    link = signed_preview_url(rf.get("/"), EventFactory(status="draft"))

    def fail(*_: Any) -> Any:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr("curation.workflow.preview._shown", fail)
    client.raise_request_exception = False
    answer = client.get(link)
    assert answer.status_code == 500
    [line] = log.lines("django.request")
    assert line["message"] == "Internal Server Error: /preview/…/"
    assert line["request"] == answer["X-Request-ID"]
    assert "a fault of ours" in line["exception"]


def test_what_concerns_security_has_a_line_of_its_own(
    client: Client, log: Written, settings: Any
) -> None:
    settings.API_LIMITS = {"address": 0, "token": 5}
    contributor = Program("Contributor", "read")
    assert contributor.ask("POST", "events/", {}).status_code == 403
    for _ in range(5):
        last = contributor.ask("GET", "events/")
    assert last.status_code == 429
    settings.API_LIMITS = {"address": 0, "token": 0}
    contributor.token.expires_at = timezone.now() - timedelta(days=1)
    contributor.token.save()
    assert contributor.ask("GET", "events/").status_code == 401
    revoke(contributor.token)
    assert contributor.ask("GET", "events/").status_code == 401
    client.get("/api/v1/desk/", headers={"authorization": "Bearer thaw_guessed"})
    lines = log.lines("thaw.security")
    assert [line["event"] for line in lines] == [
        "token-made",
        "permission-refused",
        "throttled",
        "token-expired",
        "token-ended",
        "token-revoked",
        "token-unknown",
    ]
    named = [line for line in lines if "account" in line]
    assert {line["account"] for line in named} == {contributor.user.pk}
    assert len(named) == 4


def test_a_line_stays_one_line() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 1, "A %s", ("title\nERROR forged",), None)
    logs.Careful().filter(record)
    assert logs.LineFormatter().format(record).endswith("INFO x request=- A title ERROR forged")
    assert "\n" not in logs.JSONFormatter().format(record)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "INFO thaw.requests request=given-by-a-proxy answered method=GET path=/healthz"),
        ({"LOG_FORMAT": "json"}, '"request": "given-by-a-proxy", "message": "answered"'),
    ],
)
def test_a_server_writes_to_standard_error(environ: dict[str, str], expected: str) -> None:
    ask = (
        "__import__('django.test').test.Client()"
        ".get('/healthz?a=secret', headers={'x-request-id': 'given-by-a-proxy'}).status_code"
    )
    ran = settings(ask, **SAFE, **environ)
    assert expected in ran.stderr
    assert "secret" not in ran.stderr


def test_a_format_that_is_not_known_is_refused() -> None:
    ran = settings("1", **SAFE, LOG_FORMAT="xml")
    assert "LOG_FORMAT is “xml”. Use text or json." in ran.stderr


@pytest.mark.parametrize("address", ["/", "/api/v1/", "/admin/login/", "/healthz", "/nowhere/"])
def test_browsers_are_told_that_no_page_uses_their_devices(address: str, client: Client) -> None:
    policy = client.get(address)["Permissions-Policy"]
    assert {"camera=()", "geolocation=()", "microphone=()"} <= set(policy.split(", "))
