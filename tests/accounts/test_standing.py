"""Nobody changes an account above their own: every role with crafted requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse

from accounts.admin import other_superusers
from accounts.standing import ROLES
from curation.models import AccessToken
from curation.write_api.tokens import make as make_token
from dashboard.roles import ROLES as MADE_ROLES
from tests.support.admin_forms import data_of, errors_of

pytestmark = pytest.mark.django_db

SECRET = "tram violet seldom harbour"
NOBODY: set[str] = set()
SUPERUSER = {"superuser"}
BOTH = {"Administrator", "superuser"}


def account(name: str, *roles: str, **fields: Any) -> User:
    user = User.objects.create_user(name, password="thaw", is_staff=True, **fields)
    user.groups.set(Group.objects.filter(name__in=roles))
    return user


def page(user: User | Group, name: str = "change") -> str:
    return reverse(f"admin:auth_{user._meta.model_name}_{name}", args=[user.pk])


class Somebody:
    """Whoever sends the request, and those whom it is about."""

    def __init__(self, role: str) -> None:
        self.client, root = Client(), Client()
        self.root = account("root", is_superuser=True)
        root.force_login(self.root)
        # Has every box on its page, also those that the role does not get to see.
        self.all_mighty = root
        self.colleague = account("colleague", "Contributor")
        # Above every role, and no superuser.
        self.keeper = account("keeper", "Administrator")
        self.keeper.user_permissions.add(Permission.objects.get(codename="change_group"))
        self.me = self.root
        if role == "superuser":
            self.client = root
        elif role != "anonymous":
            self.me = account("me", role)
            self.client.force_login(self.me)

    def save(self, user: User, **changed: Any) -> User:
        """Send every box of the account, those changed that are named; None leaves one out."""
        data = {"role": "", **data_of(self.all_mighty, page(user)), **changed}
        sent = {name: value for name, value in data.items() if value is not None}
        self.client.post(page(user), sent)
        return User.objects.get(pk=user.pk)

    def sets_password(self, user: User) -> bool:
        data = {"password1": SECRET, "password2": SECRET, "usable_password": "true"}
        self.client.post(reverse("admin:auth_user_password_change", args=[user.pk]), data)
        return User.objects.get(pk=user.pk).check_password(SECRET)


def all_permissions() -> list[int]:
    return [*Permission.objects.values_list("pk", flat=True)]


def rises(who: Somebody) -> bool:
    """The report that this began with: one’s own form, a box that it does not show."""
    who.save(who.me, is_superuser="on", user_permissions=all_permissions(), role="Administrator")
    me = User.objects.get(pk=who.me.pk)
    return me.username != "root" and (me.is_superuser or me.user_permissions.exists())


def gives_a_group_of_power(who: Somebody) -> bool:
    power = Group.objects.create(name="Power")
    power.permissions.set(all_permissions())
    saved = who.save(who.colleague, groups=[power.pk], role="Power")
    return saved.groups.filter(pk=power.pk).exists()


def gives_a_role(who: Somebody) -> bool:
    role = Group.objects.get(name="Administrator")
    return who.save(who.colleague, groups=[role.pk], role=role.name).groups.contains(role)


def makes_a_superuser(who: Somebody) -> bool:
    data = {"username": "new", "password1": SECRET, "password2": SECRET, "usable_password": "true"}
    data |= {"is_superuser": "on", "user_permissions": all_permissions(), "role": "Administrator"}
    who.client.post(reverse("admin:auth_user_add"), data)
    new = User.objects.filter(username="new").first()
    return new is not None and (new.is_superuser or new.user_permissions.exists())


def deletes(who: Somebody, user: User) -> bool:
    """By its page, and by the action of Django’s lists, which this list does not have."""
    chosen = {"action": "delete_selected", "_selected_action": [user.pk], "post": "yes"}
    who.client.post(reverse("admin:auth_user_changelist"), chosen)
    assert User.objects.filter(pk=user.pk).exists(), "by the list"
    # Its tokens go along, which nobody deletes by themselves.
    make_token(user, "App", "read")
    who.client.post(page(user, "delete"), {"post": "yes"})
    return not User.objects.filter(pk=user.pk).exists()


def takes_the_factor(who: Somebody, user: User) -> bool:
    Authenticator.objects.create(user=user, type="totp", data={})
    who.client.post(reverse("admin:auth_user_second_factor", args=[user.pk]))
    return not Authenticator.objects.exists()


def revokes(who: Somebody, user: User) -> bool:
    token, _ = make_token(user, "App", "read")
    who.client.post(reverse("admin:curation_accesstoken_revoke", args=[token.pk]))
    return AccessToken.objects.exclude(revoked_at=None).exists()


def makes_a_token_for_another(who: Somebody) -> bool:
    data = {"name": "App", "scope": "read", "last_day": "2999-01-01", "owner": who.root.pk}
    who.client.post(reverse("admin:curation_accesstoken_add"), data)
    return AccessToken.objects.filter(owner=who.root).exclude(owner=who.me).exists()


def sees(who: Somebody, address: str) -> bool:
    answer = who.client.get(address)
    return answer.status_code == 200 and b"root" in answer.content


def opens_again(who: Somebody) -> bool:
    """A closed account has no permissions for now, and all of them once it is opened."""
    User.objects.filter(pk=who.keeper.pk).update(is_active=False)
    return who.save(who.keeper, is_active="on").is_active


def changes_a_group(who: Somebody) -> bool:
    group = Group.objects.get(name="Contributor")
    who.client.post(page(group), {"name": group.name, "permissions": all_permissions()})
    return group.permissions.count() == Permission.objects.count()


def adds_a_group(who: Somebody) -> bool:
    data = {"name": "New", "permissions": all_permissions()}
    who.client.post(reverse("admin:auth_group_add"), data)
    return Group.objects.filter(name="New").exists()


ACTS: list[tuple[str, Callable[[Somebody], bool], set[str]]] = [
    ("make themself a superuser", rises, NOBODY),
    ("make another a superuser", lambda w: w.save(w.colleague, is_superuser="on").is_superuser,
     SUPERUSER),
    ("make a new superuser", makes_a_superuser, NOBODY),
    ("give permissions", lambda w: w.save(
        w.colleague, user_permissions=all_permissions()).user_permissions.exists(), SUPERUSER),
    ("give a group that is no role", gives_a_group_of_power, SUPERUSER),
    ("give a role", gives_a_role, BOTH),
    ("rename a colleague", lambda w: w.save(w.colleague, first_name="Nina").first_name == "Nina",
     BOTH),
    ("rename a superuser", lambda w: w.save(w.root, first_name="Nina").first_name == "Nina",
     SUPERUSER),
    ("close a superuser’s account", lambda w: not w.save(
        account("other", is_superuser=True), is_active=None).is_active, SUPERUSER),
    ("open a closed account above theirs", opens_again, SUPERUSER),
    ("set a colleague’s password", lambda w: w.sets_password(w.colleague), BOTH),
    ("set a superuser’s password", lambda w: w.sets_password(w.root), SUPERUSER),
    ("set the password of who may more", lambda w: w.sets_password(w.keeper), SUPERUSER),
    ("delete a colleague", lambda w: deletes(w, w.colleague), BOTH),
    ("delete a superuser", lambda w: deletes(w, account("o", is_superuser=True)), SUPERUSER),
    ("delete who may more", lambda w: deletes(w, w.keeper), SUPERUSER),
    ("take a colleague’s second factor", lambda w: takes_the_factor(w, w.colleague), BOTH),
    ("take a superuser’s second factor", lambda w: takes_the_factor(w, w.root), SUPERUSER),
    ("take the second factor of who may more", lambda w: takes_the_factor(w, w.keeper), SUPERUSER),
    ("see a superuser in the list", lambda w: sees(w, reverse("admin:auth_user_changelist")),
     SUPERUSER),
    ("see a superuser’s page", lambda w: sees(w, page(w.root)), SUPERUSER),
    ("see a superuser’s history", lambda w: sees(w, page(w.root, "history")), SUPERUSER),
    ("change a group", changes_a_group, SUPERUSER),
    ("add a group", adds_a_group, SUPERUSER),
    ("delete a group", lambda w: not (
        w.client.post(page(Group.objects.get(name="Editor"), "delete"), {"post": "yes"})
        and Group.objects.filter(name="Editor").exists()), SUPERUSER),
    ("revoke a colleague’s token", lambda w: revokes(w, w.colleague), BOTH),
    ("revoke a superuser’s token", lambda w: revokes(w, w.root), SUPERUSER),
    ("make a token for another", makes_a_token_for_another, NOBODY),
]  # fmt: skip


@pytest.mark.parametrize("role", ["anonymous", *ROLES, "superuser"])
@pytest.mark.parametrize(("what", "act", "allowed"), ACTS, ids=[what for what, *_ in ACTS])
def test_a_role_may(
    what: str, act: Callable[[Somebody], bool], allowed: set[str], role: str
) -> None:
    assert act(Somebody(role)) is (role in allowed)


def test_the_roles_to_give_are_those_of_the_project() -> None:
    assert set(ROLES) == MADE_ROLES.keys()


def test_a_school_s_own_group_stays_when_the_role_changes() -> None:
    who = Somebody("Administrator")
    club = Group.objects.create(name="History club")
    who.colleague.groups.add(club)
    saved = who.save(who.colleague, role="Editor")
    assert {group.name for group in saved.groups.all()} == {"History club", "Editor"}


def test_a_role_that_was_made_more_than_one_s_own_is_not_offered() -> None:
    who = Somebody("Administrator")
    Group.objects.get(name="Editor").permissions.add(Permission.objects.get(codename="add_group"))
    who.save(who.colleague, role="Editor")
    assert not who.colleague.groups.filter(name="Editor").exists()
    assert 'value="Editor"' not in who.client.get(page(who.colleague)).content.decode()


def test_whoever_is_given_a_role_may_open_the_desk() -> None:
    who = Somebody("Administrator")
    data = {"username": "new", "password1": SECRET, "password2": SECRET, "usable_password": "true"}
    who.client.post(reverse("admin:auth_user_add"), {**data, "role": "Editor"})
    client = Client()
    assert client.login(username="new", password=SECRET)
    assert client.get(reverse("admin:index")).status_code == 200


@pytest.mark.parametrize("role", ["Administrator", "superuser"])
@pytest.mark.parametrize(
    ("changed", "box"),
    [
        ({"is_active": None}, "is_active"),  # signed out, for good
        ({"is_staff": None}, "is_staff"),  # no desk to undo it at
        ({"role": "", "groups": []}, "role"),  # no right to undo it
        ({"is_superuser": None}, "is_superuser"),
    ],
)
def test_nobody_locks_themself_out(role: str, changed: dict[str, Any], box: str) -> None:
    who = Somebody(role)
    data = {"role": "Administrator", **data_of(who.all_mighty, page(who.me)), **changed}
    sent = {name: value for name, value in data.items() if value is not None}
    answer = who.client.post(page(who.me), sent)
    me = User.objects.get(pk=who.me.pk)
    assert (me.is_active, me.is_staff, me.is_superuser, me.groups.count()) == (
        True, True, role == "superuser", role != "superuser",
    )  # fmt: skip
    # Boxes that the form lacks are not read.
    if answer.status_code == 200:
        assert "Ask another administrator" in errors_of(answer)[box][0]
    who.client.post(page(who.me, "delete"), {"post": "yes"})
    assert User.objects.filter(pk=who.me.pk).exists()


def test_the_last_superuser_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two that take each other away at once: the second to ask finds nobody else left."""
    who = Somebody("superuser")
    other = account("other", is_superuser=True)
    data = data_of(who.all_mighty, page(other))
    User.objects.filter(pk=who.root.pk).update(is_superuser=False)
    assert not other_superusers(other)
    User.objects.filter(pk=who.root.pk).update(is_superuser=True)
    assert other_superusers(other)
    monkeypatch.setattr("accounts.admin.other_superusers", lambda account: False)
    for box in ("is_superuser", "is_active", "is_staff"):
        sent = {name: value for name, value in data.items() if name != box}
        [error] = errors_of(who.client.post(page(other), sent))["is_superuser"]
        assert "last superuser" in error
    assert who.client.post(page(other, "delete"), {"post": "yes"}).status_code == 403
    assert User.objects.filter(pk=other.pk, is_superuser=True, is_active=True).exists()


def test_secrets_of_second_factors_are_on_no_page_of_the_admin(admin_client: Client) -> None:
    for label in ("mfa", "usersessions", "socialaccount", "account"):
        assert admin_client.get(f"/admin/{label}/").status_code == 404
