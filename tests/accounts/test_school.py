"""Signing in through a school’s OpenID Connect server, which a thread of the test plays."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.mfa.totp.internal.auth import TOTP
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import Group, User
from django.test import Client

from config import environment
from tests.ops.test_settings import SAFE
from tests.ops.test_settings import settings as started_with

pytestmark = pytest.mark.django_db

NINA = {"sub": "42", "email": "Nina@school.example", "email_verified": True, "name": "Nina"}
BUTTON = "/accounts/school/school/"


class School(BaseHTTPRequestHandler):
    """What such a server answers, as far as signing in needs it."""

    claims: dict[str, Any]
    address: str

    def _say(self, what: dict[str, Any]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(what).encode())

    def do_GET(self) -> None:
        if self.path.startswith("/.well-known/"):
            ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo"}
            found = {f"{name}_endpoint": f"{self.address}/{end}" for name, end in ends.items()}
            self._say({"issuer": self.address, "jwks_uri": f"{self.address}/keys", **found})
        else:
            self._say(self.claims)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        now = int(time.time())
        told = {**self.claims, "iss": self.address, "aud": "thaw", "iat": now, "exp": now + 60}
        key = "a-key-of-the-school-that-nobody-else-has"
        self._say(
            {
                "access_token": "a",
                "token_type": "Bearer",
                "id_token": jwt.encode(told, key, "HS256"),
            }
        )

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def school(settings: Any) -> Iterator[type[School]]:
    server = HTTPServer(("127.0.0.1", 0), School)
    School.address = f"http://127.0.0.1:{server.server_port}"
    School.claims = dict(NINA)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.SOCIALACCOUNT_PROVIDERS = environment.openid_connect(
        School.address, "thaw", "secret", "school account"
    )
    settings.OIDC_MATCH = True
    yield School
    server.shutdown()
    server.server_close()


@pytest.fixture
def nina() -> User:
    user = User.objects.create_user("nina", "nina@school.example", "thaw", is_staff=True)
    user.groups.add(Group.objects.get(name="Editor"))
    return user


def through_the_school(client: Client, query: str = "") -> Any:
    sent = client.post(f"{BUTTON}{query}")
    assert sent.status_code == 302, sent.content
    asked = parse_qs(urlsplit(sent["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    return client.get(f"{BUTTON}back/", {"code": "c", "state": asked["state"][0]})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_school_account_with_a_checked_address_signs_in(
    client: Client, school: type[School], nina: User
) -> None:
    assert "Sign in with your school account" in client.get("/accounts/login/").content.decode()
    for _ in range(2):
        answer = through_the_school(client)
        assert answer["Location"] == "/admin/"
        assert client.get("/admin/").status_code == 200
        client.post("/accounts/logout/")
    assert SocialAccount.objects.get().user == nina
    nina.refresh_from_db()
    assert nina.check_password("thaw"), "the password goes on"


def close(nina: User, settings: Any) -> None:
    User.objects.update(is_active=False)


def raise_to_superuser(nina: User, settings: Any) -> None:
    User.objects.update(is_superuser=True)


def leave_the_address_unchecked(nina: User, settings: Any) -> None:
    School.claims["email_verified"] = False


def have_two_of_the_address(nina: User, settings: Any) -> None:
    User.objects.create_user("nina-2", "nina@school.example")


def be_unknown(nina: User, settings: Any) -> None:
    School.claims["email"] = "somebody@school.example"


def not_match(nina: User, settings: Any) -> None:
    settings.OIDC_MATCH = False


@pytest.mark.parametrize(
    "happen",
    [close, raise_to_superuser, leave_the_address_unchecked, have_two_of_the_address, be_unknown,
     not_match],
)  # fmt: skip
def test_no_other_is_let_in_and_no_account_is_made(
    client: Client, school: type[School], nina: User, settings: Any, happen: Any
) -> None:
    happen(nina, settings)
    before = User.objects.count()
    answer = through_the_school(client)
    assert not signed_in(client)
    assert "No account here yet" in answer.content.decode()
    assert (User.objects.count(), SocialAccount.objects.count()) == (before, 0)


def test_whoever_is_signed_in_joins_the_two(
    client: Client, school: type[School], nina: User, settings: Any
) -> None:
    settings.OIDC_MATCH = False
    client.post("/accounts/login/", {"login": "nina", "password": "thaw"})
    assert "Join your school account" in client.get("/accounts/school/").content.decode()
    # The password once more: a browser left open is not enough.
    answer = through_the_school(client, "?process=connect")
    assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert not SocialAccount.objects.exists()
    client.post("/accounts/reauthenticate/", {"password": "thaw"})
    assert SocialAccount.objects.get().user == nina
    client.post("/accounts/logout/")
    through_the_school(client)
    assert signed_in(client)
    client.post("/accounts/reauthenticate/", {"password": "thaw"})
    data = {"account": SocialAccount.objects.get().pk}
    client.post("/accounts/school/", data)
    assert not SocialAccount.objects.exists()


def test_the_second_factor_is_asked_for_all_the_same(
    client: Client, school: type[School], nina: User
) -> None:
    TOTP.activate(nina, "JBSWY3DPEHPK3PXP")
    assert through_the_school(client)["Location"] == "/accounts/2fa/authenticate/"
    assert not signed_in(client)


def test_without_a_server_in_the_settings_there_is_no_such_door(client: Client, nina: User) -> None:
    client.force_login(nina)
    for address in ("/accounts/school/", BUTTON, f"{BUTTON}back/"):
        assert client.get(address).status_code == 404


def test_browsers_may_send_the_form_on_to_the_school() -> None:
    named = {
        "OIDC_SERVER_URL": "https://login.school.example/realms/staff",
        "OIDC_CLIENT_ID": "thaw",
        "OIDC_CLIENT_SECRET": "secret",
    }
    policy = "settings.CONTENT_SECURITY_POLICY['DIRECTIVES']['form-action']"
    started = started_with(policy, **SAFE, **named)
    assert started.returncode == 0, started.stderr
    assert eval(started.stdout) == ["'self'", "https://login.school.example"]
    lacking = started_with(policy, **SAFE, OIDC_SERVER_URL="https://login.school.example")
    assert "OIDC_CLIENT_ID and OIDC_CLIENT_SECRET" in lacking.stderr
