"""Whatever anybody sends to any address: no error of ours, and nothing beyond what a role may do.

`support/crafted.py` takes the addresses from the URL configuration and their arguments from real
records. Each request is sent as somebody of each role, what it changed is read row by row from the
database, and it is taken back. A superuser sends all of it too: what changes nothing then, would
be no proof of anything.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import clear_url_caches, path

from config import urls
from config.serving import probes
from tests.support.crafted import ROLES, Change, Sent, Site, make_site
from tests.support.crawling import patterns
from tests.support.enumerated import few_of

pytestmark = pytest.mark.django_db

# Who somebody is, and how they prove it.
ACCOUNTS = {
    "auth_user", "auth_user_groups", "auth_user_user_permissions", "auth_group",
    "auth_group_permissions", "auth_permission", "mfa_authenticator", "curation_accesstoken",
    "socialaccount_socialaccount", "accounts_secondfactorrule",
}  # fmt: skip
# What a contributor never touches, whoever it is about.
OF_EDITORS = {"curation_merge", "curation_report", "records_pastslug"}


@pytest.fixture(scope="module")
def site(django_db_setup: None, django_db_blocker: Any) -> Iterator[Site]:
    """Made once for all tests of this file, each request of which is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_site()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def requests(site: Site, django_db_blocker: Any) -> list[Sent]:
    with django_db_blocker.unblock():
        return [*site.everything()]


def is_own(change: Change, owner: int) -> bool:
    """One’s own password, second factor and tokens."""
    rows = [row for row in (change.before, change.after) if row]
    if change.table == "auth_user":
        return change.key == owner and change.columns() == {"password"}
    column = {"mfa_authenticator": "user_id", "curation_accesstoken": "owner_id"}
    name = column.get(change.table)
    return name is not None and all(row[name] == owner for row in rows)


def objection(role: str, change: Change, site: Site) -> str:
    """Why a role may not make this change; blank where it may."""
    if role == "superuser" or (role != "nobody" and is_own(change, site.people[role].pk)):
        return ""
    if role in ("nobody", "no role"):
        return "may change nothing"
    if change.table in ACCOUNTS:
        return objection_to_account(role, change, site)
    if role == "Contributor":
        if change.table in OF_EDITORS:
            return "is for editors"
        if change.table == "curation_suggestion" and change.before:
            return "decides over a suggestion"
        if change.before and "status" in change.before and not change.after:
            return "deletes a draft"
    return ""


def objection_to_account(role: str, change: Change, site: Site) -> str:
    """Only an administrator changes accounts, none that is above, and gives roles alone."""
    root = site.people["superuser"].pk
    if role != "Administrator":
        return "changes an account"
    rows = [row for row in (change.before, change.after) if row]
    if change.table in ("auth_group", "auth_group_permissions", "auth_user_user_permissions"):
        return "gives powers"
    if change.table == "auth_user" and (change.key == root or any(r["is_superuser"] for r in rows)):
        return "changes a superuser, or makes one"
    if any(root in (row.get("user_id"), row.get("owner_id")) for row in rows):
        return "changes what is a superuser’s"
    return ""


def wrongs(role: str, requests: list[Sent], site: Site) -> tuple[list[str], set[str]]:
    """What is wrong with the answers to `requests`, and the patterns that changed something."""
    wrong, changing = [], set()
    for sent in requests:
        status, changes, same_for_readers = site.send(role, sent)
        if status >= 500:
            wrong.append(f"{role}: {sent}: {status}")
        for change in changes:
            if because := objection(role, change, site):
                wrong.append(f"{role}: {sent}: {because}: {change}")
        if role in ("nobody", "no role", "Contributor") and not same_for_readers:
            wrong.append(f"{role}: {sent}: readers are shown something else")
        if changes:
            changing.add(sent.pattern.name or sent.pattern.route)
    return wrong, changing


@pytest.mark.crafted
@pytest.mark.parametrize("role", ROLES)
def test_nothing_is_changed_beyond_a_role_at_any_address(
    role: str, site: Site, requests: list[Sent]
) -> None:
    assert {sent.pattern for sent in requests} == {*patterns()}
    wrong, changing = wrongs(role, requests, site)
    assert wrong == []
    if role == "superuser":
        assert {*FEW} <= changing


# Some addresses of each kind, and the most that each role can reach for.
FEW = [
    "admin:events_event_change",
    "admin:events_event_delete",
    "admin:people_tenure_change",
    "admin:curation_merge_change",
    "admin:curation_version_bring_back",
    "admin:curation_accesstoken_revoke",
    "admin:auth_user_change",
    "admin:auth_user_second_factor",
    "admin:auth_group_change",
    "api:desk:events-detail",
]


@pytest.mark.alike
@pytest.mark.parametrize("role", few_of(ROLES, "Contributor"))
def test_nothing_is_changed_beyond_a_role(role: str, site: Site) -> None:
    chosen = [each for each in patterns() if each.name in FEW]
    assert len(chosen) == len(FEW)
    sent = [r for p in chosen for address in site.addresses(p) for r in site.requests(p, address)]
    wrong, changing = wrongs(role, sent, site)
    assert wrong == []
    assert (changing == {*FEW}) is (role == "superuser")


# --- it can fail ------------------------------------------------------------------------------


@pytest.mark.crafted
def test_an_address_of_which_nobody_said_what_it_takes_is_found(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = path("shelf/<int:shelf>/", probes.healthz, name="shelf")
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, unknown])
    clear_url_caches()
    try:
        with pytest.raises(AssertionError, match="Nobody said what <shelf> stands for"):
            list(site.everything())
    finally:
        monkeypatch.undo()
        clear_url_caches()
