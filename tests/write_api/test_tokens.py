"""Access tokens: made in the admin by their owner, shown once, kept as a digest, revoked."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from curation.models import AccessToken
from curation.write_api.tokens import digest_of, make, revoke
from tests.api.test_errors import problem
from tests.support.accounts import signed_in
from tests.support.write_api import Program

pytestmark = pytest.mark.django_db

ADD = "/admin/curation/accesstoken/add/"
LIST = "/admin/curation/accesstoken/"


def make_one(client: Client, **changed: Any) -> Any:
    day = timezone.localdate() + timedelta(days=30)
    data = {"name": "Timetable app", "scope": "write", "last_day": f"{day:%Y-%m-%d}"}
    return client.post(ADD, data | changed)


def secret_on(page: Any) -> str:
    [found] = re.findall(r'value="(thaw_[\w-]{43})"', page.content.decode())
    return str(found)


def test_a_token_is_shown_once_and_kept_nowhere() -> None:
    client = signed_in("Contributor")
    page = make_one(client)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    secret = secret_on(page)
    token = AccessToken.objects.get()
    assert (token.owner.username, token.hint) == ("contributor", secret[-4:])
    assert token.digest == digest_of(secret)
    assert secret not in str(AccessToken.objects.values_list())
    for address in (LIST, reverse("admin:curation_accesstoken_change", args=[token.pk])):
        shown = client.get(address).content.decode()
        assert secret[-4:] in shown
        assert secret[:-4] not in shown


def test_a_token_works_until_its_last_day_ends_and_says_when_it_was_used() -> None:
    before, last = timezone.now(), timezone.localdate() + timedelta(days=20)
    page = make_one(signed_in("Contributor"), last_day=f"{last:%Y-%m-%d}")
    sent = {"authorization": f"Bearer {secret_on(page)}"}
    assert Client().get("/api/v1/desk/", headers=sent).status_code == 200
    token = AccessToken.objects.get()
    assert before <= token.last_used_at <= timezone.now()
    assert timezone.localtime(token.expires_at).date() == last
    assert token.holds(token.expires_at - timedelta(seconds=1))
    assert not token.holds(token.expires_at)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"name": " "}, "required"),  # nobody would know it again
        ({"last_day": "2001-01-01"}, "passed"),  # over before it begins
        ({"last_day": "2999-01-01"}, "year at most"),  # for ever, as good as
        ({"last_day": "soon"}, "valid date"),  # no day
        ({"scope": "everything"}, "not one of the available choices"),  # no scope
    ],
)
def test_a_token_that_cannot_be_is_refused_at_its_box(changed: Any, words: str) -> None:
    page = make_one(signed_in("Contributor"), **changed)
    assert words in page.content.decode()
    assert not AccessToken.objects.exists()


def test_who_may_not_publish_makes_no_token_that_does() -> None:
    contributor, editor = signed_in("Contributor"), signed_in("Editor")
    assert "not one of the available choices" in (
        make_one(contributor, scope="publish").content.decode()
    )
    assert secret_on(make_one(editor, scope="publish"))


def test_everybody_sees_their_own_and_an_administrator_all() -> None:
    contributor, editor = signed_in("Contributor"), signed_in("Editor")
    make_one(contributor, name="Of the contributor")
    make_one(editor, name="Of the editor")
    assert "Of the editor" not in contributor.get(LIST).content.decode()
    assert "Of the contributor" not in editor.get(LIST).content.decode()
    administrator = signed_in("Administrator").get(LIST).content.decode()
    assert "Of the editor" in administrator
    assert "Of the contributor" in administrator


def test_an_owner_revokes_a_token_at_any_time() -> None:
    client = signed_in("Contributor")
    sent = {"authorization": f"Bearer {secret_on(make_one(client))}"}
    token = AccessToken.objects.get()
    page = client.get(reverse("admin:curation_accesstoken_change", args=[token.pk]))
    address = reverse("admin:curation_accesstoken_revoke", args=[token.pk])
    assert address in page.content.decode()
    assert client.get(address).status_code == 200
    assert Client().get("/api/v1/desk/", headers=sent).status_code == 200
    assert client.post(address).status_code == 302
    refused = Client().get("/api/v1/desk/", headers=sent)
    assert "revoked" in problem(refused, 401)["detail"]
    # It stays in the list, and is not changed or deleted there.
    assert "Revoked" in client.get(LIST).content.decode()
    assert (
        address
        not in client.get(
            reverse("admin:curation_accesstoken_change", args=[token.pk])
        ).content.decode()
    )


def test_nobody_else_revokes_it_but_who_looks_after_accounts() -> None:
    make_one(signed_in("Contributor"))
    token = AccessToken.objects.get()
    address = reverse("admin:curation_accesstoken_revoke", args=[token.pk])
    assert signed_in("Editor").post(address).status_code == 404
    chosen = {"action": "revoke_chosen", "_selected_action": [token.pk]}
    User.objects.get(username="editor")
    editor = Client()
    editor.force_login(User.objects.get(username="editor"))
    editor.post(LIST, chosen)
    token.refresh_from_db()
    assert token.revoked_at is None
    signed_in("Administrator").post(LIST, chosen)
    token.refresh_from_db()
    assert token.revoked_at is not None


def test_a_token_is_neither_changed_nor_deleted() -> None:
    client = signed_in("Administrator")
    make_one(client)
    token = AccessToken.objects.get()
    client.post(reverse("admin:curation_accesstoken_change", args=[token.pk]), {"name": "Other"})
    client.post(reverse("admin:curation_accesstoken_delete", args=[token.pk]), {"post": "yes"})
    client.post(LIST, {"action": "delete_selected", "_selected_action": [token.pk], "post": "yes"})
    assert AccessToken.objects.get().name == "Timetable app"


# --- sending it -------------------------------------------------------------------------------


def sent(authorization: str) -> Any:
    return Client().get("/api/v1/desk/", headers={"authorization": authorization})


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer thaw_unknown",  # a token that nobody made
        "Bearer",  # none at all
        "Bearer ",
        "Basic ZWRpdG9yOnRoYXc=",  # a password
        "thaw_unknown",  # without the word before it
        "Bearer thaw_\u00e9",  # letters that no token has
        "Bearer " + "x" * 5000,  # longer than any
    ],
)
def test_what_is_no_token_is_refused(authorization: str) -> None:
    document = problem(sent(authorization), 401)
    assert document["code"] == "bad-token"


def test_a_token_that_does_not_hold_is_refused_everywhere() -> None:
    program = Program("Contributor", "read")
    AccessToken.objects.update(expires_at=timezone.now())
    for address in ("desk/", "events/", ""):
        headers = {"authorization": f"Bearer {program.secret}"}
        response = Client().get(f"/api/v1/{address}", headers=headers)
        assert "expired" in problem(response, 401)["detail"]
        assert response["WWW-Authenticate"] == 'Bearer realm="Thaw", error="invalid_token"'


def lose_the_desk(user: User) -> None:
    user.is_staff = False
    user.save()


def lose_the_account(user: User) -> None:
    user.is_active = False
    user.save()


def change_role(user: User) -> None:
    user.groups.set(Group.objects.filter(name="Contributor"))


def leave_by_the_group(user: User) -> None:
    Group.objects.get(name="Editor").user_set.remove(user)


def rise(user: User) -> None:
    user.is_superuser = True
    user.save(update_fields=["is_superuser"])


def change_password(user: User) -> None:
    user.set_password("Virgin-Lands-1954")
    user.save()


# What no signal tells of: a script, a bulk change, another program on the same database.
def lose_the_desk_in_bulk(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_staff=False)


def change_role_in_bulk(user: User) -> None:
    User.groups.through.objects.filter(user=user).delete()


def change_password_in_bulk(user: User) -> None:
    User.objects.filter(pk=user.pk).update(password="!")


AT_THE_CHANGE = [
    (lose_the_desk, "may not open the desk"),
    (lose_the_account, "account was closed"),
    (change_role, "role changed"),
    (leave_by_the_group, "role changed"),
    (rise, "role changed"),
    (change_password, "password changed"),
]
AT_USE = [
    (lose_the_desk_in_bulk, "may not open the desk"),
    (change_role_in_bulk, "role changed"),
    (change_password_in_bulk, "password changed"),
]


@pytest.mark.parametrize(("happen", "words"), [*AT_THE_CHANGE, *AT_USE])
def test_a_token_ends_with_what_its_owner_was(
    happen: Callable[[User], None], words: str, admin_client: Client
) -> None:
    program = Program("Editor", "publish")
    program.read("")
    happen(program.user)
    if (happen, words) in AT_THE_CHANGE:
        assert AccessToken.objects.get().revoked_at, "not only when somebody tries it"
    detail = problem(program.ask("GET", ""), 401)["detail"]
    assert "revoked" in detail
    assert words in detail
    assert words in admin_client.get(LIST).content.decode()


def test_a_token_stays_ended_when_its_owner_is_again_what_they_were() -> None:
    program = Program("Editor", "publish")
    program.user.groups.clear()
    program.user.groups.add(Group.objects.get(name="Editor"))
    assert problem(program.ask("GET", ""), 401)["code"] == "bad-token"


def test_a_token_outlives_what_is_no_change_of_standing(client: Client) -> None:
    program = Program("Editor", "publish")
    program.user.first_name = "Nina"
    program.user.save()
    program.user.groups.set(Group.objects.filter(name="Editor"))
    client.force_login(program.user)
    program.read("")


def test_tokens_of_the_release_before_go_on() -> None:
    program, ended = Program("Editor", "publish"), Program("Editor", "read")
    revoke(ended.token)
    # As the migration finds them, before the database asks for a reason.
    AccessToken.objects.update(made_under_password="", made_under_role="")
    migration = import_module("curation.migrations.0002_tokens_end_with_the_account")
    migration.take_down_marks(apps, SimpleNamespace(connection=connection))
    program.read("")
    assert AccessToken.objects.get(pk=ended.token.pk).revoked_because == "by-hand"


def test_last_used_is_written_once_a_minute(django_assert_num_queries: Any) -> None:
    program = Program("Contributor", "read")
    # The token, its owner’s groups, of whom a second factor is asked, and when it was used.
    with django_assert_num_queries(4):
        program.read("")
    with django_assert_num_queries(3):
        program.read("")


def test_a_token_changes_nothing_of_what_is_public() -> None:
    program = Program("Editor", "publish")
    headers = {"authorization": f"Bearer {program.secret}"}
    plain, signed = Client().get("/api/v1/"), Client().get("/api/v1/", headers=headers)
    assert plain.content == signed.content
    assert plain["ETag"] == signed["ETag"]
    assert signed["Cache-Control"] == "public, no-cache"


def test_a_token_is_revoked_once(editor: Any) -> None:
    token, _ = make(editor, "Tests", "read")
    revoke(token)
    first = token.revoked_at
    revoke(token)
    assert token.revoked_at == first
