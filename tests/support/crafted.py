"""Whatever somebody could send to any address of the site, and what came of it in the database.

Addresses come from the URL configuration itself, their arguments from real records: one that
readers see and one draft of each kind, and something of everything else that the desk has. A
pattern whose arguments nobody gave is an error, so that no new address stays untried.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import product
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection, models, transaction
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils import timezone

from curation.merging.merge import merge
from curation.models import AccessToken, Merge, Report, Suggestion, Version
from curation.revisions import history
from curation.revisions.addresses import PLACES
from curation.revisions.snapshot import ROWS
from curation.workflow.preview import signed_preview_url
from curation.write_api.tokens import make as make_token
from curation.write_api.views import DESK_PLACES
from events.models import Course, Event
from people.models import Person
from records.kinds import key_of
from records.models import PastSlug
from tests.factories import PersonFactory
from tests.support.admin_forms import data_of
from tests.support.canaries import World, make_pairs, record_models
from tests.support.crawling import Pattern, patterns

ROLES = ("nobody", "no role", "Contributor", "Editor", "Administrator", "superuser")
SECRET = "tram violet seldom harbour"
# Kept of every request, or of whoever is signed in, and no part of what anybody may change.
ASIDE = {"django_session", "usersessions_usersession", "django_admin_log"}
# Notes of the change feed: they follow from what was written.
ASIDE |= {"curation_pendingchange", "curation_change"}
STAMPS = {"last_used_at", "last_login", "updated_at"}
_WRITES = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM|INSERT OR IGNORE INTO) "(\w+)"')

Rows = dict[Any, dict[str, Any]]


@dataclass
class Change:
    """One row that a request changed: as it was (None: not there), and as it is (None: gone)."""

    table: str
    key: Any
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    def columns(self) -> set[str]:
        before, after = self.before or {}, self.after or {}
        return {n for n in {*before, *after} if before.get(n, ...) != after.get(n, ...)}


@dataclass
class Sent:
    """One request: the pattern it is for, and what is sent there."""

    pattern: Pattern
    method: str
    address: str
    data: Any
    tag: str = ""

    def __str__(self) -> str:
        return f"{self.method} {self.address} {str(self.data)[:300]}"


@dataclass
class Site:
    """Somebody of each role, what they could reach for, and what each request may carry."""

    world: World
    people: dict[str, User] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    targets: dict[type[models.Model], list[Any]] = field(default_factory=dict)
    token: str = ""
    _before: dict[str, Rows] = field(default_factory=dict)
    _public: dict[str, Rows] = field(default_factory=dict)

    # --- who -----------------------------------------------------------------------------------

    def browser(self, role: str) -> Client:
        client = Client(raise_request_exception=False)
        if role in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[role]
        return client

    def send(self, role: str, sent: Sent) -> tuple[int, list[Change], bool]:
        """Send a request, see what came of it, and take it back.

        Out: the status, every row that was changed, and whether readers are shown the same.
        """
        written: set[str] = set()

        def listen(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
            if found := _WRITES.match(sql):
                written.add(found[1])
            return execute(sql, *more)

        client, headers = self.browser(role), {}
        body: dict[str, Any] = {"data": sent.data}
        if sent.address.startswith("/api/"):
            body = {"data": json.dumps(sent.data), "content_type": "application/json"}
            if role in self.secrets:
                headers["authorization"] = f"Bearer {self.secrets[role]}"
            if sent.tag:
                headers["if-match"] = sent.tag
        with transaction.atomic():
            with connection.execute_wrapper(listen):
                answer = getattr(client, sent.method)(sent.address, headers=headers, **body)
            after = {table: rows(table) for table in sorted(written - ASIDE)}
            records = {model._meta.db_table for model in record_models()}
            public = shown() if records & after.keys() else None
            transaction.set_rollback(True)
        for table in after.keys() - self._before.keys():
            self._before[table] = rows(table)
        self._public = self._public or shown()
        changes = [
            Change(table, key, self._before[table].get(key), found.get(key))
            for table, found in after.items()
            for key in {**self._before[table], **found}
            if self._before[table].get(key) != found.get(key)
        ]
        return answer.status_code, changes, public in (None, self._public)

    # --- where ---------------------------------------------------------------------------------

    def addresses(self, pattern: Pattern) -> list[str]:
        """What a pattern stands for. AssertionError where an argument is not known."""
        model = model_of(pattern)
        values = [self._values(name, pattern, model) for name in pattern.parameters]
        return [
            filled(pattern, dict(zip(pattern.parameters, chosen, strict=True)))
            for chosen in product(*values)
        ]

    def _values(self, name: str, pattern: Pattern, model: Any) -> list[Any]:
        if name in ("object_id", "pk", "id") and model:
            found = self.targets[model]
            assert found, f"There is no {model.__name__} to send something to. Make one."
            return [record.pk for record in found]
        event = self.world.public[Event]
        place = pattern.route.partition("/<")[0].rpartition("/")[2]
        known: dict[str, list[Any]] = {
            "content_type_id": [ContentType.objects.get_for_model(Event).pk],
            "object_id": [event.pk],
            "pk": [event.pk],  # of a preview, a passkey, a session: somebody else’s or none
            "kind": ["event"],
            "token": [self.token],
            "app_label": ["events"],
            "url": ["nothing-like-it/"],
            "provider_id": ["school"],
            "section": ["events"],
            "code": ["not-found"],
            "suggestion": [record.pk for record in self.targets[Suggestion]],
            "place": ["events"],
            "number": [1],
            "file": [self.world.public[Person].picture_file],
            "public_id": ["public-tenure"],
            "course": [self.world.public[Course].slug],
        }
        if name == "key":
            [desk] = [each for each, found in DESK_PLACES.items() if found == place]
            return [key_of(record) for record in self.targets[desk]]
        if name == "slug":
            shown_there = self.world.public.get(PLACES.get(place, Event), event)
            return [shown_there.slug]
        if name in known:
            return known[name]
        raise AssertionError(
            f"Nobody said what <{name}> stands for in “{pattern.route}”. Say so in "
            "tests/support/crafted.py, so that the address is tried by every role."
        )

    # --- what ----------------------------------------------------------------------------------

    def everything(self) -> Iterator[Sent]:
        """Every request there is to try."""
        for pattern in patterns():
            for address in self.addresses(pattern):
                yield from self.requests(pattern, address)

    def requests(self, pattern: Pattern, address: str) -> Iterator[Sent]:
        if address.startswith("/api/"):
            yield from self._of_the_api(pattern, address)
            return
        model = model_of(pattern)
        if model and pattern.name.endswith(("_add", "_change")):
            try:
                form = data_of(self.browser("superuser"), address)
            except (AttributeError, KeyError, TypeError):
                form = {}  # Refused to everybody, or a page that has a form of another kind.
            # What the form itself sends with a word changed, and with all that can be had.
            words = {
                n: f"Crafted {v}" for n, v in form.items() if n in ("title", "name", "summary")
            }
            if pattern.name.endswith("_add"):
                words["slug"] = "crafted"
            yield Sent(pattern, "post", address, form | words)
            yield Sent(pattern, "post", address, form | self.grabbing() | words)
            return
        yield Sent(pattern, "post", address, {})
        if address.startswith(("/admin/", "/accounts/")):
            yield Sent(pattern, "post", address, self.grabbing())
        if model and pattern.name.endswith("_changelist"):
            request = RequestFactory().get(address)
            request.user = self.people["superuser"]
            chosen = self.targets[model]
            listed = {
                "_selected_action": [record.pk for record in chosen],
                "step": "apply",
                **{f"expected-{r.pk}": getattr(r, "version", "") for r in chosen},
            }
            for action in admin.site._registry[model].get_actions(request):
                more = {"action": action, "keep": chosen[0].pk, **listed}
                yield Sent(pattern, "post", address, self.grabbing() | more)

    def grabbing(self) -> dict[str, Any]:
        """Whatever any box of any form takes, to have more than one was given."""
        powers = [*Permission.objects.values_list("pk", flat=True)]
        return {
            "post": "yes", "reason": "Because", "change_reason": "Because", "confirm": "yes",
            "status": "published", "withdrawn_reason": "Misread", "publish_at_0": "2999-01-01",
            "do": "accept", "path": ["fields/title", "fields/name"], "comment": "Because",
            "state": "handled", "answer": "Done.", "is_superuser": "on", "is_staff": "on",
            "is_active": "on", "role": "Administrator", "user_permissions": powers,
            "groups": [*Group.objects.values_list("pk", flat=True)], "permissions": powers,
            "password1": SECRET, "password2": SECRET, "oldpassword": "thaw", "password": "thaw",
            "usable_password": "true", "username": "crafted", "login": "crafted",
            "owner": self.people["superuser"].pk, "scope": "publish",
            "last_day": f"{timezone.localdate() + timedelta(days=9):%Y-%m-%d}",
            "asked_of": "staff",
        }  # fmt: skip

    def _of_the_api(self, pattern: Pattern, address: str) -> Iterator[Sent]:
        methods = ("post", "put", "patch", "delete")
        if "/desk/" not in address:
            # Nothing is written there, whatever is sent.
            yield from (Sent(pattern, each, address, {}) for each in methods)
            return
        whole = re.sub(r"(submit|publish|withdraw|back-to-draft)/$", "", address)
        key = {"authorization": f"Bearer {self.secrets['superuser']}"}
        read = self.browser("superuser").get(whole, headers=key)
        document = read.json() if read.status_code == 200 else {}
        changed: dict[str, Any] = {"reason": "Because", "status": "published"}
        names = [name for name in ("title", "name", "word", "text") if name in document]
        changed |= {name: f"Crafted {document[name]}" for name in names}
        if whole != address:
            yield Sent(pattern, "post", address, {"reason": "Because"}, read.get("ETag", ""))
            return
        new = {"reason": "Because"}
        if results := document.get("results"):
            new |= {n: v for n, v in results[0].items() if n not in ("desk", "url")}
            new |= {n: "crafted" for n in ("slug", "public_id") if n in new}
        yield Sent(pattern, "post", address, new)
        for each in methods[1:]:
            without_status = {n: v for n, v in changed.items() if n != "status"}
            yield Sent(pattern, each, address, without_status, read.get("ETag", ""))


def rows(table: str) -> Rows:
    """All rows of a table by their key, without the columns that say when somebody was there."""
    models_by_table = {m._meta.db_table: m for m in apps.get_models(include_auto_created=True)}
    return {
        row[models_by_table[table]._meta.pk.attname]: {
            name: value for name, value in row.items() if name not in STAMPS
        }
        for row in models_by_table[table]._base_manager.values()
    }


def shown() -> dict[str, Rows]:
    """What readers are shown: the rows behind the one door, by kind."""
    return {
        model._meta.label: {
            row["id"]: {name: value for name, value in row.items() if name not in STAMPS}
            for row in model._default_manager.published().values()  # type: ignore[attr-defined]
        }
        for model in record_models()
        if hasattr(model._default_manager, "published")
    }


def model_of(pattern: Pattern) -> Any:
    """The model whose pages of the admin a pattern is among; None elsewhere."""
    steps = pattern.route.split("/")
    if len(steps) < 4 or steps[0] != "admin":
        return None
    try:
        return apps.get_model(steps[1], steps[2])
    except LookupError:
        return None


def filled(pattern: Pattern, arguments: dict[str, Any]) -> str:
    """The address of a pattern. It leads to that pattern and no other."""
    route = re.sub(r"[\^$]", "", pattern.route)
    for name, value in arguments.items():
        group = rf"\(\?P<{name}>(?:[^()]|\([^()]*\))*\)"
        route = re.sub(rf"{group}|<(\w+:)?{name}>", str(value), route, count=1)
    address = f"/{route}"
    # Django itself leaves out the mark of a beginning within a route.
    assert resolve(address).route.replace("^", "") == pattern.route.replace("^", ""), address
    return address


def make_site() -> Site:
    """Everything that there is to reach for, and somebody of each role."""
    site = Site(make_pairs())
    world = site.world
    site.targets = {m: [world.public[m], *world.hidden[m]] for m in record_models()}
    for role in ROLES[1:]:
        user = User.objects.create_user(role.replace(" ", "-").lower(), password="thaw")
        user.is_staff = True
        user.is_superuser = role == "superuser"
        user.save()
        if role in ("Contributor", "Editor", "Administrator"):
            user.groups.add(Group.objects.get(name=role))
        site.people[role] = user
        client = Client()
        client.force_login(user)
        site.sessions[role] = client.session.session_key
        site.secrets[role] = make_token(user, "Crafted", "publish")[1]
    colleague = User.objects.create_user("colleague", password="thaw", is_staff=True)
    colleague.groups.add(Group.objects.get(name="Contributor"))
    for user in (colleague, site.people["superuser"]):
        Authenticator.objects.create(user=user, type="totp", data={"secret": "none"})
        make_token(user, "Of another", "publish")
    site.targets[User] = [colleague, site.people["superuser"]]
    site.targets[Group] = [Group.objects.get(name="Editor")]
    site.targets[AccessToken] = [*AccessToken.objects.filter(name="Of another")]
    kept, double, gone = PersonFactory(), PersonFactory(), PersonFactory(status="draft")
    merge(kept, double, by=None, reason="One man")
    history.delete(gone, by=None, reason="By mistake")
    PastSlug.objects.create(model="events.event", slug="once", current_slug="public-event")
    site.targets[Version] = [Version.objects.get(action="deleted")]
    for model in (Suggestion, Merge, Report, PastSlug):
        site.targets[model] = [*model._default_manager.order_by("-pk")[:1]]
    site.token = signed_preview_url(RequestFactory().get("/"), world.hidden[Event][0]).rsplit(
        "/", 2
    )[-2]
    assert {*ROWS} <= {*site.targets}
    return site
