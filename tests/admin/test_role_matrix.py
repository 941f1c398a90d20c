"""The table of docs/roles.md, every cell tried with real requests, crafted ones included."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from curation.merging.merge import merge
from curation.models import AccessToken, Merge, Report, Suggestion, Version
from curation.revisions import history
from curation.revisions.snapshot import snapshot
from curation.workflow.suggestions import suggest
from curation.write_api.tokens import make as make_token
from events.models import Event
from people.models import Person
from tests import ROOT
from tests.factories import CitationFactory, EventFactory, PersonFactory
from tests.support.admin_forms import data_of, page_of
from tests.support.enumerated import few_of

pytestmark = [pytest.mark.django_db, pytest.mark.alike]

PAGE = ROOT / "docs" / "roles.md"


def matrix() -> list[tuple[str, str, bool]]:
    """(what, role, whether) of every cell."""
    table = re.findall(r"(?m)^\| (.+) \|$", PAGE.read_text(encoding="utf-8").split("\n\n")[2])
    head, _, *rows = ([cell.strip() for cell in row.split("|")] for row in table)
    return [
        (what, role, {"yes": True, "no": False}[cell])
        for what, *cells in rows
        for role, cell in zip(head[1:], cells, strict=True)
    ]


def where_roles_differ() -> list[tuple[str, str, bool]]:
    """The cells of the two roles between which most of the table changes, and of the administrators
    where editors may not."""
    editors = {what: may for what, role, may in matrix() if role == "Editor"}
    return [
        (what, role, may)
        for what, role, may in matrix()
        if role in ("Contributor", "Editor") or (role == "Administrator" and not editors[what])
    ]


class Somebody:
    """An account of a role, which sends whatever a browser or a crafted request could."""

    def __init__(self, role: str) -> None:
        self.user = User.objects.create_user("somebody", password="thaw", is_staff=True)
        if role != "no role":
            self.user.groups.add(Group.objects.get(name=role))
        self.client = Client()
        self.client.force_login(self.user)
        # Has every box on its page, also those that the role does not get to see.
        self.all_mighty = Client()
        self.other = User.objects.create_superuser("other", password="thaw")
        self.all_mighty.force_login(self.other)

    def save(self, url: str, **changed: Any) -> None:
        self.client.post(url, data_of(self.all_mighty, url) | changed)

    def act(self, records: list[Any], action: str, **more: Any) -> None:
        options = records[0]._meta
        url = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
        data = {"action": action, "_selected_action": [r.pk for r in records], "step": "apply"}
        data |= {f"expected-{record.pk}": record.version for record in records}
        self.client.post(url, data | {"reason": "Because"} | more)


def cited(status: str) -> Any:
    event = EventFactory(status=status)
    CitationFactory(event=event)
    return event


def status(record: Any) -> str:
    return type(record).objects.get(pk=record.pk).status


def adds(who: Somebody) -> bool:
    who.save(reverse("admin:events_event_add"), title="Beria arrested", slug="beria-arrested")
    return Event.objects.filter(slug="beria-arrested", status="draft").exists()


def changes(who: Somebody, state: str) -> bool:
    event = cited(state)
    who.save(page_of(event), title="Other")
    return Event.objects.filter(pk=event.pk, title="Other").exists()


def moves(who: Somebody, before: str, after: str, **more: Any) -> bool:
    """By the form and by the list; both must say the same."""
    by_form, by_list = cited(before), cited(before)
    who.save(page_of(by_form), status=after, **more)
    who.act([by_list], {"review": "submit", "published": "publish", "withdrawn": "withdraw"}[after])
    done = {status(by_form) == after, status(by_list) == after}
    assert len(done) == 1, "form and list answer differently"
    return done.pop()


def suggests(who: Somebody) -> bool:
    event = cited("published")
    who.save(page_of(event), title="Other")
    return Suggestion.objects.filter(by=who.user, record_id=event.pk).exists()


def sets_a_time(who: Somebody) -> bool:
    event = cited("review")
    day, hour = f"{timezone.now() + timedelta(days=1):%Y-%m-%d %H:%M}".split()
    who.save(page_of(event), publish_at_0=day, publish_at_1=hour)
    return Event.objects.filter(pk=event.pk, publish_at__isnull=False).exists()


def decides(who: Somebody, what: dict[str, Any], state: str) -> bool:
    event = cited("published")
    base = snapshot(event)
    made = suggest(
        event,
        {**base, "fields": {**base["fields"], "title": "Other"}},
        base_version=1,
        base_snapshot=base,
        by=who.other,
        reason="Shorter",
    )
    who.client.post(page_of(made), what)
    made.refresh_from_db()
    return made.state == state


def restores(who: Somebody) -> bool:
    event = cited("published")
    with history.changing(event, by=None) as current:
        current.title = "Other"
        current.save()
    who.client.post(page_of(event, "restore", 1), {"reason": "It was right before"})
    return Event.objects.filter(pk=event.pk, title=event.title).exists()


def deletes(who: Somebody) -> bool:
    by_form, by_list = cited("draft"), cited("draft")
    who.client.post(page_of(by_form, "delete"), {"post": "yes"})
    who.act([by_list], "delete_selected", post="yes")
    left = Event.objects.filter(pk__in=[by_form.pk, by_list.pk]).count()
    assert left != 1, "form and list answer differently"
    return not left


def brings_back(who: Somebody) -> bool:
    event = cited("draft")
    history.delete(event, by=None, reason="By mistake")
    version = Version.objects.get(action="deleted")
    url = reverse("admin:curation_version_bring_back", args=[version.pk])
    who.client.post(url, {"reason": "By mistake"})
    return Event.objects.filter(slug=event.slug).exists()


def merges(who: Somebody) -> bool:
    kept, double = PersonFactory(), PersonFactory()
    who.act([kept, double], "merge", keep=kept.pk)
    return not Person.objects.filter(pk=double.pk).exists()


def takes_apart(who: Somebody) -> bool:
    kept, double = PersonFactory(), PersonFactory()
    made = merge(kept, double, by=who.other, reason="One man")
    who.client.post(page_of(made), {"reason": "Two after all"})
    return Merge.objects.filter(pk=made.pk, undone_at__isnull=False).exists()


def answers(who: Somebody) -> bool:
    report = Report.objects.create(
        model="events.event", record_id=1, title="Speech", version=1, message="Another day?"
    )
    who.client.post(page_of(report), {"state": "handled", "answer": "Corrected."})
    return Report.objects.filter(state="handled", handled_by=who.user).exists()


def previews(who: Somebody) -> bool:
    event = cited("draft")
    return who.client.get(f"/preview/event/{event.pk}/").status_code == 200


def reads_history(who: Somebody) -> bool:
    event = cited("draft")
    return who.client.get(page_of(event, "history")).status_code == 200


def makes_accounts(who: Somebody) -> bool:
    secret = "Virgin-Lands-1954"
    data = {"username": "new", "password1": secret, "password2": secret, "usable_password": "true"}
    who.client.post(reverse("admin:auth_user_add"), data)
    return User.objects.filter(username="new").exists()


def makes_a_token(who: Somebody) -> bool:
    day = timezone.localdate() + timedelta(days=1)
    data = {"name": "App", "scope": "read", "last_day": f"{day:%Y-%m-%d}"}
    who.client.post(reverse("admin:curation_accesstoken_add"), data)
    return AccessToken.objects.filter(owner=who.user).exists()


def revokes_tokens(who: Somebody) -> bool:
    """By the page and by the list; both must say the same."""
    # Those of superusers are for superusers alone.
    colleague = User.objects.create_user("colleague", is_staff=True)
    tokens = [make_token(colleague, "App", "read")[0] for _ in range(2)]
    who.client.post(page_of(tokens[0], "revoke"))
    chosen = {"action": "revoke_chosen", "_selected_action": [tokens[1].pk]}
    who.client.post(reverse("admin:curation_accesstoken_changelist"), chosen)
    revoked = AccessToken.objects.exclude(revoked_at=None).count()
    assert revoked != 1, "page and list answer differently"
    return revoked == 2


PROBES: dict[str, Callable[[Somebody], bool]] = {
    "Add a draft": adds,
    "Change a draft": lambda who: changes(who, "draft"),
    "Send a draft for review": lambda who: moves(who, "draft", "review"),
    "Preview a draft": previews,
    "Read the history of a record": reads_history,
    "Suggest a change to what readers see": suggests,
    "Change what readers see, at once": lambda who: changes(who, "published"),
    "Publish": lambda who: moves(who, "review", "published"),
    "Set a time of publication": sets_a_time,
    "Withdraw": lambda who: moves(who, "published", "withdrawn", withdrawn_reason="Misread"),
    "Accept a suggestion": lambda who: decides(
        who, {"do": "accept", "path": ["fields/title"]}, "accepted"
    ),
    "Return a suggestion": lambda who: decides(
        who, {"do": "return", "comment": "Which edition?"}, "returned"
    ),
    "Restore a version": restores,
    "Delete a draft": deletes,
    "Bring back what was deleted": brings_back,
    "Merge two records": merges,
    "Undo a merge": takes_apart,
    "Answer a reader’s report": answers,
    # No page imports yet; what one will ask for is settled.
    "Import a course": lambda who: who.user.has_perm("curation.import_records"),
    "Make an access token": makes_a_token,
    "Revoke other people’s access tokens": revokes_tokens,
    "Look after accounts": makes_accounts,
}


def test_the_table_and_the_probes_name_the_same() -> None:
    assert {what for what, _, _ in matrix()} == set(PROBES)
    assert {role for _, role, _ in matrix()} - {"no role"} == {
        *Group.objects.values_list("name", flat=True)
    }


@pytest.mark.parametrize(("what", "role", "may"), few_of(matrix(), *where_roles_differ()))
def test_a_role_may_do_what_the_table_says(what: str, role: str, may: bool) -> None:
    assert PROBES[what](Somebody(role)) is may


@pytest.mark.parametrize(
    "permission", re.findall(r"`(curation\.\w+)`", PAGE.read_text(encoding="utf-8"))
)
def test_the_permissions_exist(permission: str) -> None:
    editor = User.objects.create_user("editor")
    editor.groups.add(Group.objects.get(name="Editor"))
    assert editor.has_perm(permission)
