"""Signing in: how often, where to, with what besides a password, and what the log says of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from tests.api.test_errors import problem
from tests.support.write_api import Program

pytestmark = pytest.mark.django_db

SECRET = "tram violet seldom harbour"
DOOR = "/accounts/login/"


@pytest.fixture(autouse=True)
def _nothing_counted_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def teacher() -> User:
    user = User.objects.create_user("teacher", password=SECRET, is_staff=True)
    user.groups.add(Group.objects.get(name="Editor"))
    return user


def try_once(
    client: Client, name: str = "teacher", secret: str = "wrong", address: str = "192.0.2.1",
    **more: str,
) -> Any:  # fmt: skip
    data = {"login": name, "password": secret, **more}
    return client.post(DOOR, data, REMOTE_ADDR=address)


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# --- where it leads ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "leads"),
    [
        ("", "/admin/"),  # nothing asked for
        ("/admin/events/event/", "/admin/events/event/"),
        ("https://evil.example/", "/admin/"),  # another site
        ("//evil.example/", "/admin/"),  # the same, shorter
        ("https://other.school.example/", "/admin/"),  # a host of ours that is not this one
        ("javascript:alert(1)", "/admin/"),
    ],
)
def test_signing_in_leads_on_within_this_site(
    client: Client, teacher: User, asked: str, leads: str, settings: Any
) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "other.school.example"]
    settings.CSRF_TRUSTED_ORIGINS = ["https://other.school.example"]
    answer = try_once(client, secret=SECRET, next=asked)
    assert (answer.status_code, answer["Location"]) == (302, leads)


def test_the_door_of_the_admin_leads_to_the_one_door(client: Client, teacher: User) -> None:
    answer = client.get("/admin/login/?next=/admin/events/event/")
    assert answer["Location"] == f"{DOOR}?next=%2Fadmin%2Fevents%2Fevent%2F"
    data = {"username": "teacher", "password": SECRET}
    client.post("/admin/login/", data)
    assert not signed_in(client)


def test_an_account_without_a_role_is_told_so(client: Client) -> None:
    User.objects.create_user("reader", password=SECRET)
    try_once(client, "reader", SECRET)
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 403
    assert "no role here yet" in answer.content.decode()


def test_a_closed_account_does_not_sign_in(client: Client, teacher: User) -> None:
    User.objects.update(is_active=False)
    answer = client.post(DOOR, {"login": "teacher", "password": SECRET}, follow=True)
    assert "account is closed" in answer.content.decode()
    assert not signed_in(client)


@pytest.mark.parametrize(
    "place", ["signup/", "email/", "password/reset/", "password/set/", "confirm-email/", "school/"]
)
def test_nobody_signs_up_and_no_page_needs_e_mail(client: Client, place: str) -> None:
    assert client.get(f"/accounts/{place}").status_code == 404


def test_no_cache_keeps_a_page_of_an_account(client: Client, teacher: User) -> None:
    client.force_login(teacher)
    for address in (DOOR, "/accounts/2fa/", "/accounts/sessions/", "/accounts/password/"):
        assert "no-store" in client.get(address)["Cache-Control"]


# --- how often --------------------------------------------------------------------------------


def test_the_sixth_try_waits_and_the_right_password_with_it(client: Client, teacher: User) -> None:
    assert [try_once(client).status_code for _ in range(5)] == [200] * 5
    answer = try_once(client, secret=SECRET)
    assert (answer.status_code, answer["Retry-After"]) == (429, "300")
    assert "Too many tries" in answer.content.decode()
    assert not signed_in(client)


@pytest.mark.parametrize("name", ["teacher", "TEACHER"])
def test_nobody_keeps_a_teacher_out_from_elsewhere(
    client: Client, teacher: User, name: str
) -> None:
    for _ in range(9):
        try_once(Client(), name, address="198.51.100.7")
    assert try_once(client, secret=SECRET).status_code == 302


def test_a_class_behind_one_address_does_not_keep_its_teacher_out(teacher: User) -> None:
    """The browser in which the teacher signed in before has a count of its own."""
    own = Client()
    try_once(own, secret=SECRET)
    own.post("/accounts/logout/")
    for number in range(60):
        try_once(Client(), "teacher" if number % 2 else f"pupil-{number}")
    assert try_once(Client(), secret=SECRET).status_code == 429
    assert try_once(own, secret=SECRET).status_code == 302


def test_a_browser_that_is_known_guesses_no_faster_for_long(teacher: User) -> None:
    own = Client()
    try_once(own, secret=SECRET)
    own.post("/accounts/logout/")
    assert [try_once(own).status_code for _ in range(11)] == [200] * 10 + [429]


def test_a_browser_that_says_it_is_known_is_not_believed(client: Client, teacher: User) -> None:
    client.cookies["thaw_known"] = "WyJmb3JnZWQiXQ:1abc:forged"
    assert [try_once(client).status_code for _ in range(6)][-1] == 429


def test_one_network_tries_one_password_on_thirty_names_at_most(client: Client) -> None:
    answers = [try_once(client, f"name-{number}").status_code for number in range(31)]
    assert answers == [200] * 30 + [429]


def test_right_passwords_do_not_count(teacher: User) -> None:
    for _ in range(9):
        assert try_once(Client(), secret=SECRET).status_code == 302


def test_behind_a_proxy_the_last_address_counts(
    client: Client, teacher: User, settings: Any
) -> None:
    settings.BEHIND_PROXY = True
    for number in range(6):
        # What a client writes in front of it changes nothing.
        forged = f"203.0.113.{number}, 192.0.2.1"
        answer = client.post(
            DOOR, {"login": "teacher", "password": "wrong"}, headers={"x-forwarded-for": forged}
        )
    assert answer.status_code == 429


# --- the log ----------------------------------------------------------------------------------


def test_the_log_has_one_line_for_each_and_names_nobody(
    client: Client, teacher: User, caplog: Any
) -> None:
    caplog.set_level(logging.INFO, "thaw.security")
    for _ in range(150):
        try_once(client)
    try_once(Client(), "nobody-of-this-name", address="198.51.100.7")
    try_once(Client(), secret=SECRET, address="198.51.100.8")
    lines = [r.getMessage() for r in caplog.records if r.name == "thaw.security"]
    # Every refusal has a line besides, as at every other page (config.serving.logs).
    assert lines.count("throttled") == 145
    lines = [line for line in lines if line != "throttled"]
    said = [line.partition(" network=")[0] for line in lines]
    assert said == [
        *[f"wrong password: account={teacher.pk}"] * 5,
        # For the name, and later for the network.
        *[f"too many tries: account={teacher.pk}"] * 2,
        "wrong password: account=none",
        f"signed in: account={teacher.pk}",
    ]
    everything = "\n".join(lines)
    for personal in ("teacher", "nobody-of", "192.0.2", "198.51", SECRET):
        assert personal not in everything
    # The same network has the same mark, and another one another.
    marks = [line.partition("network=")[2] for line in lines]
    assert len(set(marks)) == 3


# --- passwords --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("tram violet seldom harbour", True),
        ("Virgin-Lands-1954", True),  # the one of the demo accounts
        ("corn1957corn", True),  # “corn” is no common password
        ("shorter", False),  # seven letters
        ("elevenchars", False),  # eleven
        ("123456789012", False),  # figures only
        ("Password1964!", False),  # “password”, stretched
        ("P4ssw0rd-1964", False),
        ("sunshinesunshine", False),  # said twice
        ("qwertyuiop123", False),
        ("nikita.teacher", False),  # the name to sign in with, nearly
    ],
)
def test_a_password_is_long_and_not_common(password: str, good: bool) -> None:
    user = User(username="nikita.teacher")
    if good:
        validate_password(password, user)
    else:
        with pytest.raises(ValidationError):
            validate_password(password, user)


def test_a_password_is_changed_on_one_s_own_page(client: Client, teacher: User) -> None:
    try_once(client, secret=SECRET)
    assert client.get("/admin/password_change/")["Location"] == "/accounts/password/"
    other = "lantern quiet ferry mustard"
    data = {"oldpassword": SECRET, "password1": "Password1964!", "password2": "Password1964!"}
    refused = client.post("/accounts/password/", data).content.decode()
    assert "common password made longer" in refused
    data |= {"password1": other, "password2": other}
    client.post("/accounts/password/", data)
    assert client.get("/admin/").status_code == 200, "this browser stays signed in"
    assert User.objects.get().check_password(other)


# --- the second factor ------------------------------------------------------------------------


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.fixture
def protected(teacher: User) -> User:
    TOTP.activate(teacher, "JBSWY3DPEHPK3PXP")
    return teacher


def test_a_password_alone_opens_nothing_then(client: Client, protected: User) -> None:
    answer = try_once(client, secret=SECRET)
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert client.get("/admin/")["Location"].startswith("/admin/login/")
    client.post(answer["Location"], {"code": "000000"})
    assert not signed_in(client)
    client.post(answer["Location"], {"code": code_of("JBSWY3DPEHPK3PXP")})
    assert client.get("/admin/").status_code == 200


def test_codes_are_not_guessed(client: Client, protected: User) -> None:
    try_once(client, secret=SECRET)
    for number in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": f"00000{number}"})
    right = {"code": code_of("JBSWY3DPEHPK3PXP")}
    answer = client.post("/accounts/2fa/authenticate/", right)
    assert "Too many tries" in answer.content.decode()
    assert not signed_in(client)


def test_a_recovery_code_lets_in_once(protected: User) -> None:
    [code, *_] = RecoveryCodes.activate(protected).get_unused_codes()
    for expected in (True, False):
        client = Client()
        try_once(client, secret=SECRET)
        client.post("/accounts/2fa/authenticate/", {"code": code})
        assert signed_in(client) is expected


def test_a_factor_is_set_up_and_removed_and_the_log_says_so(
    client: Client, teacher: User, caplog: Any, django_capture_on_commit_callbacks: Any
) -> None:
    caplog.set_level(logging.INFO, "thaw.security")
    try_once(client, secret=SECRET)
    place = reverse("mfa_activate_totp")
    # The password once more: a browser left open is not enough.
    assert "reauthenticate" in client.get(place)["Location"]
    client.post(f"/accounts/reauthenticate/?next={place}", {"password": SECRET})
    shown = client.get(place)
    secret = shown.context["form"].secret
    page = shown.content.decode()
    assert secret in page
    # Nothing inline but data, which the content policy lets be.
    assert "style=" not in page
    with django_capture_on_commit_callbacks(execute=True):
        client.post(place, {"code": code_of(secret)})
    client.post(reverse("mfa_deactivate_totp"))
    lines = [r.getMessage() for r in caplog.records]
    assert f"second factor added: account={teacher.pk} type=totp" in lines
    assert f"second factor removed: account={teacher.pk} type=totp" in lines
    assert not Authenticator.objects.exists()


# Of whom a second factor is asked: setting, role, whether.
ASKED = [
    ("optional", "Editor", False),
    ("publishers", "Contributor", False),
    ("publishers", "Editor", True),
    ("publishers", "Administrator", True),
    ("staff", "Contributor", True),
]


@pytest.mark.parametrize(("setting", "role", "asked"), ASKED)
def test_whoever_has_to_have_a_second_factor_waits_at_its_page(
    client: Client, settings: Any, setting: str, role: str, asked: bool
) -> None:
    settings.SECOND_FACTOR = setting
    program = Program(role, "read")
    client.force_login(program.user)
    for address in ("/admin/", "/admin/events/event/", "/admin/curation/accesstoken/add/"):
        answer = client.get(address)
        assert (answer.status_code == 302) is asked
        if asked:
            assert answer["Location"] == "/accounts/2fa/"
    # Signing out and setting one up stay open.
    assert client.get("/accounts/2fa/").status_code == 200
    # A program does not get round it.
    if asked:
        assert "second factor" in problem(program.ask("GET", ""), 401)["detail"]
    TOTP.activate(program.user, "JBSWY3DPEHPK3PXP")
    assert client.get("/admin/").status_code == 200
    program.read("")


# --- sessions ---------------------------------------------------------------------------------


def test_one_ends_one_s_own_sessions_and_no_others(teacher: User) -> None:
    here, there, elsewhere = Client(), Client(), Client()
    User.objects.create_user("colleague", password=SECRET, is_staff=True)
    for browser, name in ((here, "teacher"), (there, "teacher"), (elsewhere, "colleague")):
        try_once(browser, name, SECRET)
    page = here.get("/accounts/sessions/").content.decode()
    assert page.count("Another browser") == 1
    other = UserSession.objects.get(session_key=there.session.session_key)
    foreign = UserSession.objects.get(session_key=elsewhere.session.session_key)
    assert here.post(reverse("usersessions_end", args=[foreign.pk])).status_code == 404
    assert here.get(reverse("usersessions_end", args=[other.pk])).status_code == 405
    here.post(reverse("usersessions_end", args=[other.pk]))
    reached = [browser.get("/admin/").status_code for browser in (here, there, elsewhere)]
    assert reached == [200, 302, 200]
    # The address of a browser is kept for no longer than it is signed in.
    here.post("/accounts/logout/")
    assert [*UserSession.objects.values_list("user__username", flat=True)] == ["colleague"]


def test_all_other_sessions_are_ended_at_once_and_the_log_says_so(
    teacher: User, caplog: Any
) -> None:
    caplog.set_level(logging.INFO, "thaw.security")
    here, there, school, elsewhere = Client(), Client(), Client(), Client()
    User.objects.create_user("colleague", password=SECRET, is_staff=True)
    browsers = (
        (here, "teacher"),
        (there, "teacher"),
        (school, "teacher"),
        (elsewhere, "colleague"),
    )
    for browser, name in browsers:
        try_once(browser, name, SECRET)
    assert here.post(reverse("usersessions_list"))["Location"] == reverse("usersessions_list")
    reached = [browser.get("/admin/").status_code for browser, _ in browsers]
    assert reached == [200, 302, 302, 200]
    said = [r.getMessage() for r in caplog.records if "ended" in r.getMessage()]
    assert said == [f"other sessions ended: account={teacher.pk} sessions=2"]
    # Nobody else’s, and nobody’s without signing in.
    assert Client().post(reverse("usersessions_list")).status_code == 302
    assert elsewhere.get("/admin/").status_code == 200


def test_whoever_is_away_for_long_is_signed_out(
    client: Client, teacher: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SESSION_COOKIE_AGE = 600
    try_once(client, secret=SECRET)
    before = client.session.get_expiry_date()
    client.get("/admin/")
    assert client.cookies["sessionid"]["max-age"] == 600
    # A minute later, a request moves the end; a page that everybody reads does not.
    session = client.session
    session["touched"] -= 61
    session.save()
    client.cookies["sessionid"]["max-age"] = ""
    client.get("/timeline/")
    assert client.cookies["sessionid"]["max-age"] == ""
    client.get("/admin/")
    assert client.cookies["sessionid"]["max-age"] == 600
    assert client.session.get_expiry_date() > before
    # Nobody came: the store forgets the session, whatever a browser still sends.
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    Session.objects.update(expire_date=timezone.now())
    assert client.get("/admin/").status_code == 302
