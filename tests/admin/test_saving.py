"""The desk in the admin: versions, reasons, two people at once, suggestions, going back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from curation.models import Suggestion, Version
from curation.revisions import history
from curation.revisions.snapshot import snapshot
from events.models import Event
from people.models import Person, Tenure
from tests.factories import (
    CitationFactory,
    EventFactory,
    PersonFactory,
    PowerBaseFactory,
    TenureFactory,
)
from tests.support.accounts import signed_in
from tests.support.admin_forms import data_of, errors_of, page_of
from tests.support.versions import versions

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    return signed_in("Editor")


class TestVersions:
    def test_a_change_keeps_before_and_after_with_its_reason(
        self, desk: Client, speech: Event
    ) -> None:
        form = data_of(desk, page_of(speech)) | {"title": "The Secret Speech"}
        assert desk.post(page_of(speech), form | {"change_reason": "Usual name"}).status_code == 302
        assert versions(speech) == [(1, "baseline", ""), (2, "changed", "Usual name")]

    def test_saving_without_a_change_makes_no_version(self, desk: Client, speech: Event) -> None:
        desk.post(page_of(speech), data_of(desk, page_of(speech)))
        assert versions(speech) == []

    def test_line_ends_of_a_browser_are_no_change(self, desk: Client, speech: Event) -> None:
        Event.objects.filter(pk=speech.pk).update(summary="First.\n\nSecond.")
        form = data_of(desk, page_of(speech)) | {"summary": "First.\r\n\r\nSecond."}
        desk.post(page_of(speech), form)
        assert versions(speech) == []

    def test_a_published_record_asks_why(self, desk: Client, speech: Event) -> None:
        form = data_of(desk, page_of(speech)) | {"title": "The Secret Speech", "change_reason": " "}
        found = errors_of(desk.post(page_of(speech), form))
        assert "Say why it changes" in found["change_reason"][0]
        speech.refresh_from_db()
        assert speech.title == "Secret Speech"

    def test_a_draft_does_not(self, desk: Client) -> None:
        event = EventFactory(status="draft")
        form = data_of(desk, page_of(event)) | {"title": "Other", "change_reason": ""}
        assert desk.post(page_of(event), form).status_code == 302

    def test_a_new_record_is_its_own_first_version(self, desk: Client) -> None:
        url = reverse("admin:events_event_add")
        form = data_of(desk, url) | {"title": "Beria arrested", "slug": "beria-arrested"}
        assert desk.post(url, form).status_code == 302
        event = Event.objects.get(slug="beria-arrested")
        assert [action for _, action, _ in versions(event)] == ["created"]

    def test_publishing_and_withdrawing_are_named(self, desk: Client, speech: Event) -> None:
        form = data_of(desk, page_of(speech))
        form |= {"status": "withdrawn", "withdrawn_reason": "The date was misread."}
        desk.post(page_of(speech), form)
        assert [action for _, action, _ in versions(speech)] == ["baseline", "withdrawn"]

    def test_a_public_page_does_not_vanish_into_a_draft(self, desk: Client, speech: Event) -> None:
        form = data_of(desk, page_of(speech)) | {"status": "draft"}
        assert (
            "withdraw it with a reason" in errors_of(desk.post(page_of(speech), form))["status"][0]
        )

    def test_a_row_changed_elsewhere_counts_for_its_owner(
        self, desk: Client, office: Tenure
    ) -> None:
        tenure = office
        person = tenure.person
        # On its own page…
        form = data_of(desk, page_of(tenure)) | {"office": "First Secretary"}
        assert desk.post(page_of(tenure), form).status_code == 302
        # …and among the holders on the page of the power base.
        base = tenure.power_base
        form = data_of(desk, page_of(base))
        prefix = next(k.removesuffix("-office") for k in form if k.endswith("-office"))
        assert desk.post(page_of(base), form | {f"{prefix}-office": "Premier"}).status_code == 302
        assert [action for _, action, _ in versions(person)] == ["baseline", "changed", "changed"]

    def test_a_tenure_that_moves_to_another_person_counts_for_both(self, desk: Client) -> None:
        tenure, other = TenureFactory(), PersonFactory()
        first = tenure.person
        desk.post(page_of(tenure), data_of(desk, page_of(tenure)) | {"person": other.pk})
        for person in (first, other):
            assert versions(person)[-1][1] == "changed"


class TestSuggestions:
    @pytest.fixture
    def contributor(self) -> Client:
        return signed_in("Contributor")

    def test_a_contributors_change_to_a_public_page_waits(
        self, contributor: Client, speech: Event
    ) -> None:
        before = snapshot(speech)
        form = data_of(contributor, page_of(speech)) | {"title": "The Secret Speech"}
        form |= {"citations-0-locator": "p. 240"}
        answer = contributor.post(page_of(speech), form, follow=True)
        assert "Your suggestion for “Secret Speech” is with the editors" in answer.content.decode()
        speech.refresh_from_db()
        assert snapshot(speech) == before
        assert versions(speech) == []
        suggestion = Suggestion.objects.get()
        assert suggestion.proposed["fields"]["title"] == "The Secret Speech"
        assert suggestion.proposed["rows"]["citations"][0]["id"] == "speech-lewin"
        assert suggestion.proposed["rows"]["citations"][0]["fields"]["locator"] == "p. 240"

    def test_it_passes_the_same_checks_as_a_change(
        self, contributor: Client, speech: Event
    ) -> None:
        form = data_of(contributor, page_of(speech)) | {"span": "31 February 1956"}
        assert "29 days" in errors_of(contributor.post(page_of(speech), form))["span"][0]
        assert not Suggestion.objects.exists()

    def test_it_cannot_publish_or_withdraw_by_a_crafted_post(
        self, contributor: Client, speech: Event
    ) -> None:
        form = data_of(contributor, page_of(speech)) | {
            "title": "Crafted",
            "status": "withdrawn",
            "withdrawn_reason": "Gone",
        }
        contributor.post(page_of(speech), form)
        speech.refresh_from_db()
        assert (speech.status, speech.title) == ("published", "Secret Speech")

    def test_an_editor_accepts_and_the_page_changes(
        self, contributor: Client, desk: Client, speech: Event
    ) -> None:
        form = data_of(contributor, page_of(speech)) | {"title": "The Secret Speech"}
        contributor.post(page_of(speech), form)
        suggestion = Suggestion.objects.get()
        url = reverse("admin:curation_suggestion_change", args=[suggestion.pk])
        text = desk.get(url).content.decode()
        assert "<ins>The" in text
        assert desk.post(url, {"do": "accept", "path": ["fields/title"]}).status_code == 302
        speech.refresh_from_db()
        assert (speech.title, speech.version) == ("The Secret Speech", 2)
        # A second editor, or the back button: refused, nothing changed.
        assert desk.post(url, {"do": "accept", "path": ["fields/title"]}).status_code == 409

    def test_an_editor_returns_it_only_with_a_comment(
        self, contributor: Client, desk: Client, speech: Event
    ) -> None:
        form = data_of(contributor, page_of(speech)) | {"title": "The Secret Speech"}
        contributor.post(page_of(speech), form)
        suggestion = Suggestion.objects.get()
        url = reverse("admin:curation_suggestion_change", args=[suggestion.pk])
        assert desk.post(url, {"do": "return"}).status_code == 409
        assert desk.post(url, {"do": "return", "comment": "Which book?"}).status_code == 302
        suggestion.refresh_from_db()
        assert (suggestion.state, suggestion.comment) == ("returned", "Which book?")

    def test_a_contributor_decides_nothing_and_sees_only_their_own(
        self, contributor: Client, speech: Event
    ) -> None:
        other = signed_in("Contributor", "other")
        form = data_of(other, page_of(speech)) | {"title": "The Secret Speech"}
        other.post(page_of(speech), form)
        url = reverse("admin:curation_suggestion_change", args=[Suggestion.objects.get().pk])
        assert contributor.get(url).status_code == 404
        assert other.post(url, {"do": "accept", "path": ["fields/title"]}).status_code == 403
        assert other.post(url, {"do": "drop"}).status_code == 302
        assert Suggestion.objects.get().state == "dropped"


class TestGoingBack:
    def test_history_compares_and_restores(self, desk: Client, speech: Event) -> None:
        CitationFactory(event=speech, order=1)
        before = snapshot(speech)
        form = data_of(desk, page_of(speech)) | {"title": "Wrong", "citations-0-DELETE": "on"}
        desk.post(page_of(speech), form)
        assert (
            "Corrected from the protocol" in desk.get(page_of(speech, "history")).content.decode()
        )
        compared = desk.get(page_of(speech, "compare"), {"a": 1, "b": 2}).content.decode()
        assert "<del>Secret Speech</del><ins>Wrong</ins>" in compared
        assert "Citation: " in compared
        url = page_of(speech, "restore", 1)
        assert desk.post(url, {"reason": ""}).status_code == 400
        assert desk.post(url, {"reason": "It was right before"}).status_code == 302
        speech.refresh_from_db()
        assert snapshot(speech) == before
        assert versions(speech)[-1] == (3, "restored", "It was right before")

    def test_contributors_restore_nothing(self, speech: Event, editor: Any) -> None:
        with history.changing(speech, by=editor) as current:
            current.title = "Other"
            current.save()
        client = signed_in("Contributor")
        assert client.post(page_of(speech, "restore", 1), {"reason": "x"}).status_code == 403

    @pytest.mark.parametrize(
        "numbers", [{}, {"a": "1"}, {"a": "1", "b": "1"}, {"a": "x", "b": "²"}]
    )
    def test_comparing_needs_two_versions(
        self, desk: Client, speech: Event, numbers: dict[str, str]
    ) -> None:
        answer = desk.get(page_of(speech, "compare"), numbers, follow=True)
        assert "Choose two different versions" in answer.content.decode()

    def test_a_deleted_record_comes_back(self, desk: Client) -> None:
        tenure = TenureFactory(person__status="draft", person__slug="nikita")
        person = tenure.person
        assert desk.post(page_of(person, "delete"), {"post": "yes"}).status_code == 302
        assert not Person.objects.exists()
        version = Version.objects.get(action="deleted")
        url = reverse("admin:curation_version_bring_back", args=[version.pk])
        assert desk.post(url, {"reason": "By mistake"}).status_code == 302
        assert Tenure.objects.get().person.slug == "nikita"
        assert desk.post(url, {"reason": "Again"}).status_code == 409

    def test_deleting_in_bulk_is_kept_too(self, desk: Client) -> None:
        events = [EventFactory(status="draft") for _ in range(2)]
        desk.post(
            reverse("admin:events_event_changelist"),
            {
                "action": "delete_selected",
                "_selected_action": [event.pk for event in events],
                "post": "yes",
            },
        )
        assert Version.objects.filter(action="deleted").count() == 2


def test_pages_of_the_desk_should_cost_the_same_whatever_the_history(
    desk: Client, speech: Event, django_assert_max_num_queries: Any
) -> None:
    for n in range(12):
        with history.changing(speech, by=None) as current:
            current.title = f"Title {n}"
            current.save()
    with django_assert_max_num_queries(9):
        desk.get(page_of(speech, "history"))


def test_power_base_page_should_list_its_holders(desk: Client) -> None:
    base = PowerBaseFactory()
    TenureFactory(power_base=base)
    assert "First Secretary" in desk.get(page_of(base)).content.decode()


def test_a_draft_offers_its_preview_and_a_link_for_a_colleague(desk: Client) -> None:
    event = EventFactory(status="draft", title="Beria arrested")
    context = desk.get(page_of(event)).context
    assert "Beria arrested" in desk.get(context["preview_url"]).content.decode()
    assert "Beria arrested" in Client().get(context["signed_preview_url"]).content.decode()
