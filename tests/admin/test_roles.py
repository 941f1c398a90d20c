"""What each role may do, and the accounts to try them with."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from dashboard import roles
from people.models import Person, Tenure
from reforms.models import Statistic
from tests.factories import (
    CitationFactory,
    EventFactory,
    MeasureFactory,
    PersonFactory,
    PowerBaseFactory,
    SourceFactory,
    StatisticFactory,
    TenureFactory,
)
from tests.support.accounts import account
from tests.support.admin_forms import data_of, errors_of

pytestmark = pytest.mark.django_db


def sign_in(client: Client, role: str) -> User:
    user = account(role)
    client.force_login(user)
    return user


@pytest.mark.parametrize(
    ("role", "may", "may_not"),
    [
        # Contributors write, and take nothing away.
        ("Contributor", ["people.add_person", "sources.change_citation"], ["people.delete_person"]),
        # Editors publish and delete, and leave accounts alone.
        ("Editor", ["people.delete_person", "events.delete_topicentry"], ["auth.change_user"]),
        ("Administrator", ["auth.change_user", "reforms.delete_reform"], ["auth.delete_group"]),
    ],
)
def test_a_role_has_what_it_needs_and_no_more(
    client: Client, role: str, may: list[str], may_not: list[str]
) -> None:
    user = sign_in(client, role)
    assert all(user.has_perm(name) for name in may)
    assert not any(user.has_perm(name) for name in may_not)


def test_a_role_that_names_an_unknown_permission_fails_loudly() -> None:
    with pytest.raises(LookupError, match=r"people\.fly_person"):
        roles.grant("default", "Contributor", ["people.add_person", "people.fly_person"])


def test_every_role_may_enter_every_kind_of_record() -> None:
    labels = {"events", "people", "reforms", "sources"}
    known = {
        f"{model._meta.app_label}.add_{model._meta.model_name}"
        for model in apps.get_models()
        if model._meta.app_label in labels and not model._meta.auto_created
    }
    for role in roles.ROLES:
        permissions = Group.objects.get(name=role).permissions.select_related("content_type")
        names = {f"{p.content_type.app_label}.{p.codename}" for p in permissions}
        assert known <= names, role


def test_a_role_keeps_what_an_administrator_took_from_it() -> None:
    group = Group.objects.get(name="Contributor")
    group.permissions.clear()
    call_command("migrate", verbosity=0)
    assert not group.permissions.exists()


class TestContributor:
    @pytest.fixture(autouse=True)
    def _signed_in(self, client: Client) -> None:
        sign_in(client, "Contributor")

    def test_adds_a_draft(self, client: Client) -> None:
        url = reverse("admin:people_person_add")
        form = data_of(client, url)
        form |= {"name": "Frol Kozlov", "sort_name": "Kozlov, Frol", "slug": "frol-kozlov"}
        assert client.post(url, form).status_code == 302
        assert Person.objects.get().status == "draft"

    def test_is_offered_no_way_to_publish_and_a_crafted_request_is_refused(
        self, client: Client
    ) -> None:
        person = PersonFactory(status="draft")
        CitationFactory(person=person)
        url = reverse("admin:people_person_change", args=[person.pk])
        page = client.get(url).content.decode()
        assert 'value="review"' in page
        assert 'value="published"' not in page
        for status in ("published", "withdrawn"):
            answer = client.post(url, data_of(client, url) | {"status": status})
            assert "status" in errors_of(answer)
        person.refresh_from_db()
        assert person.status == "draft"

    def test_suggests_a_change_to_a_published_record_and_changes_nothing(
        self, client: Client
    ) -> None:
        person = PersonFactory(name="Nikita Khrushchev")
        CitationFactory(person=person)
        url = reverse("admin:people_person_change", args=[person.pk])
        page = client.get(url).content.decode()
        assert "You are suggesting a change" in page
        assert 'name="status"' not in page
        client.post(url, data_of(client, url) | {"name": "Somebody Else"})
        person.refresh_from_db()
        assert person.name == "Nikita Khrushchev"

    def test_cannot_add_what_would_be_public_at_once(self, client: Client) -> None:
        person, power_base = PersonFactory(), PowerBaseFactory()
        url = reverse("admin:people_tenure_add")
        form = data_of(client, url) | {
            "person": person.pk,
            "power_base": power_base.pk,
            "office": "Premier",
            "span": "27 March 1958 – 14 October 1964",
        }
        assert "Ask an editor" in str(errors_of(client.post(url, form)))
        assert not Tenure.objects.exists()
        draft = PersonFactory(status="draft")
        assert client.post(url, form | {"person": draft.pk}).status_code == 302

    def test_cannot_move_a_draft_row_to_published_records(self, client: Client) -> None:
        tenure = TenureFactory(person__status="draft")
        url = reverse("admin:people_tenure_change", args=[tenure.pk])
        answer = client.post(url, data_of(client, url) | {"person": PersonFactory().pk})
        assert "Ask an editor" in str(errors_of(answer))
        assert 'name="office"' in answer.content.decode(), "the form stays open for correcting"

    def test_cannot_change_the_evidence_of_a_published_record(self, client: Client) -> None:
        citation = CitationFactory(event=EventFactory())
        url = reverse("admin:sources_citation_change", args=[citation.pk])
        assert client.post(url, {"locator": "p. 1"}).status_code == 403

    def test_a_published_figure_of_a_draft_measure_stays_as_it_is(self, client: Client) -> None:
        measure = MeasureFactory(status="draft")
        StatisticFactory(measure=measure)
        url = reverse("admin:reforms_measure_change", args=[measure.pk])
        client.post(url, data_of(client, url) | {"statistics-0-value": "5"})
        assert Statistic.objects.get().value == 1_600_000

    def test_deletes_nothing(self, client: Client) -> None:
        source = SourceFactory(status="draft")
        url = reverse("admin:sources_source_delete", args=[source.pk])
        assert client.post(url, {"post": "yes"}).status_code == 403


class TestEditor:
    @pytest.fixture(autouse=True)
    def _signed_in(self, client: Client) -> None:
        sign_in(client, "Editor")

    def test_publishes_a_record_with_date_and_evidence(self, client: Client) -> None:
        person = PersonFactory(status="draft")
        CitationFactory(person=person)
        url = reverse("admin:people_person_change", args=[person.pk])
        answer = client.post(url, data_of(client, url) | {"status": "published"}, follow=True)
        assert "readers see it now" in answer.content.decode()
        person.refresh_from_db()
        assert person.is_published
        assert person.published_at is not None

    def test_deletes_a_draft_and_withdraws_what_is_published(self, client: Client) -> None:
        draft, published = EventFactory(status="draft"), EventFactory()
        for event, expected in ((draft, 302), (published, 403)):
            url = reverse("admin:events_event_delete", args=[event.pk])
            assert client.post(url, {"post": "yes"}).status_code == expected

    def test_sees_no_accounts(self, client: Client) -> None:
        assert client.get(reverse("admin:auth_user_changelist")).status_code == 403


class TestDemoAccounts:
    def test_are_made_once_with_the_given_password(
        self, settings: Any, monkeypatch: pytest.MonkeyPatch, client: Client
    ) -> None:
        settings.DEBUG = True
        monkeypatch.setenv("THAW_DEMO_PASSWORD", "Virgin-Lands-1954")
        call_command("make_demo_accounts")
        for name in ("contributor", "editor", "administrator"):
            assert client.login(username=name, password="Virgin-Lands-1954")
            assert client.get(reverse("admin:index")).status_code == 200
        monkeypatch.setenv("THAW_DEMO_PASSWORD", "another")
        call_command("make_demo_accounts")
        assert not client.login(username="editor", password="another"), "edits are kept"
        assert User.objects.filter(is_superuser=True).get().username == "administrator"

    def test_print_a_made_up_password_once(
        self, settings: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any, client: Client
    ) -> None:
        settings.DEBUG = True
        monkeypatch.delenv("THAW_DEMO_PASSWORD", raising=False)
        call_command("make_demo_accounts")
        password = capsys.readouterr().out.split()[-1]
        assert client.login(username="contributor", password=password)
        call_command("make_demo_accounts")
        assert password not in capsys.readouterr().out

    def test_are_refused_without_debug(self, settings: Any) -> None:
        settings.DEBUG = False
        with pytest.raises(CommandError, match="DEBUG=1"):
            call_command("make_demo_accounts")
        assert not User.objects.exists()


@pytest.mark.parametrize(("status", "left"), [("published", True), ("draft", False)])
def test_an_office_of_a_public_person_is_removed_by_those_who_may_publish(
    client: Client, status: str, left: bool
) -> None:
    """Whoever may delete offices, and publish nothing, takes nothing from what readers see."""
    user = sign_in(client, "Contributor")
    user.user_permissions.add(Permission.objects.get(codename="delete_tenure"))
    tenure = TenureFactory(person=PersonFactory(status=status))
    address = reverse("admin:people_tenure_delete", args=[tenure.pk])
    answer = client.post(address, {"post": "yes"})
    assert answer.status_code == (403 if left else 302)
    assert Tenure.objects.filter(pk=tenure.pk).exists() is left
