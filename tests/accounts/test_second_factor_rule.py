"""Who says at the desk of whom a second factor is asked, and what follows for whom."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from accounts.models import SecondFactorRule
from accounts.second_factor import asked_of
from events.models import Event
from tests.api.test_errors import problem
from tests.factories import CitationFactory, EventFactory
from tests.support.accounts import account
from tests.support.admin_forms import data_of, page_of
from tests.support.write_api import Program

pytestmark = pytest.mark.django_db

PLACE = "/admin/auth/user/second-factor/"


def somebody(role: str) -> Client:
    client = Client()
    if role == "superuser":
        client.force_login(User.objects.create_superuser("root"))
    elif role == "no role":
        client.force_login(User.objects.create_user("member", is_staff=True))
    elif role != "nobody":
        client.force_login(account(role))
    return client


# Who may say it.
MAY = [
    ("nobody", False),
    ("no role", False),
    ("Contributor", False),
    ("Editor", False),
    ("Administrator", True),
    ("superuser", True),
]


@pytest.mark.parametrize(("role", "may"), MAY)
def test_only_who_looks_after_accounts_says_of_whom_it_is_asked(
    role: str, may: bool, caplog: Any
) -> None:
    caplog.set_level(logging.INFO, "thaw.security")
    client = somebody(role)
    assert (client.get(PLACE).status_code == 200) is may
    answer = client.post(PLACE, {"asked_of": "staff"})
    assert answer.status_code == (302 if may or role == "nobody" else 403)
    assert asked_of() == ("staff" if may else "optional")
    said = [r.getMessage() for r in caplog.records if "second factor asked" in r.getMessage()]
    assert bool(said) is may
    # And takes it back, who may: with a second factor by now, or not at all.
    client.post(PLACE, {"asked_of": "optional"})
    assert asked_of() == ("staff" if may else "optional")


# Of whom it is asked, a role, whether that role has to have one.
ASKED = [
    ("optional", "Editor", False),
    ("publishers", "Contributor", False),
    ("publishers", "Editor", True),
    ("publishers", "Administrator", True),
    ("publishers", "superuser", True),
    ("staff", "no role", True),
    ("staff", "Contributor", True),
]


@pytest.mark.parametrize(("rule", "role", "asked"), ASKED)
def test_it_holds_from_the_next_request_until_one_is_set_up(
    rule: str, role: str, asked: bool
) -> None:
    client = somebody(role)
    before = client.get("/admin/events/event/").status_code
    administrator = Client()
    administrator.force_login(account("Administrator", "chief"))
    administrator.post(PLACE, {"asked_of": rule})
    answer = client.get("/admin/events/event/")
    if not asked:
        assert answer.status_code == before
        return
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/2fa/")
    page = client.get(answer["Location"])
    assert "takes a second factor" in page.content.decode()
    TOTP.activate(User.objects.get(pk=client.session["_auth_user_id"]), "JBSWY3DPEHPK3PXP")
    assert client.get("/admin/events/event/").status_code == before


def test_who_has_none_does_not_publish_at_any_door(client: Client) -> None:
    """By the form, by the list, and by a program."""
    events = [EventFactory(status="review"), EventFactory(status="review")]
    for event in events:
        CitationFactory(event=event)
    program = Program("Editor", "publish")
    client.force_login(program.user)
    form = data_of(client, page_of(events[0])) | {"status": "published"}
    SecondFactorRule.objects.create(asked_of="publishers")
    assert client.post(page_of(events[0]), form)["Location"] == "/accounts/2fa/"
    chosen = {"action": "publish", "_selected_action": [events[1].pk], "step": "apply"}
    chosen[f"expected-{events[1].pk}"] = events[1].version
    client.post(reverse("admin:events_event_changelist"), chosen)
    answer = program.ask("POST", f"events/{events[1].slug}/publish/", {})
    assert "second factor" in problem(answer, 401)["detail"]
    assert not Event.objects.filter(status="published").exists()
    # With one, the very same requests publish.
    TOTP.activate(program.user, "JBSWY3DPEHPK3PXP")
    client.post(page_of(events[0]), form)
    client.post(reverse("admin:events_event_changelist"), chosen)
    assert Event.objects.filter(status="published").count() == 2


# The setting, the row, and what holds: whichever asks for more.
FLOORS = [
    ("optional", None, "optional"),
    ("optional", "publishers", "publishers"),
    ("publishers", None, "publishers"),
    ("publishers", "optional", "publishers"),
    ("publishers", "staff", "staff"),
    ("staff", "optional", "staff"),
]


@pytest.mark.parametrize(("floor", "row", "holds"), FLOORS)
def test_the_setting_is_the_floor(floor: str, row: str | None, holds: str, settings: Any) -> None:
    settings.SECOND_FACTOR = floor
    if row:
        SecondFactorRule.objects.create(asked_of=row)
    assert asked_of() == holds


def test_less_than_the_setting_is_neither_offered_nor_taken(settings: Any) -> None:
    settings.SECOND_FACTOR = "publishers"
    client = Client()
    user = account("Administrator")
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    client.force_login(user)
    page = client.get(PLACE).content.decode()
    assert 'value="optional"' not in page
    assert 'value="publishers"' in page
    assert client.post(PLACE, {"asked_of": "optional"}).status_code == 200
    assert not SecondFactorRule.objects.exists()


@pytest.mark.parametrize("row", [{"id": 2}, {"asked_of": "everybody"}])
def test_the_database_keeps_one_rule_of_a_known_kind(row: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SecondFactorRule.objects.create(**row)


def test_the_list_of_users_leads_there() -> None:
    client = somebody("Administrator")
    assert PLACE in client.get(reverse("admin:auth_user_changelist")).content.decode()
