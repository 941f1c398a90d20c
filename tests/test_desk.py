"""The desk in the admin: versions, reasons, two people at once, suggestions, going back."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

from curation import history
from curation.models import Suggestion, Version
from curation.whole import snapshot
from events.models import Event
from people.models import Person, Tenure
from tests.admin_forms import data_of, errors_of
from tests.conftest import (
    CitationFactory,
    EventFactory,
    PersonFactory,
    PowerBaseFactory,
    SourceFactory,
    TenureFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db


def sign_in(role: str, name: str = "") -> Client:
    user = User.objects.create_user(name or role.lower(), password="thaw", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    client = Client()
    client.force_login(user)
    return client


def page(record: Any, name: str = "change", *args: Any) -> str:
    info = f"{record._meta.app_label}_{record._meta.model_name}"
    return reverse(f"admin:{info}_{name}", args=[record.pk, *args])


@pytest.fixture
def speech() -> Event:
    event = EventFactory(slug="secret-speech", title="Secret Speech")
    CitationFactory(event=event, public_id="speech-lewin")
    return event


@pytest.fixture
def office() -> Tenure:
    tenure = TenureFactory()
    for record in ("person", "power_base"):
        CitationFactory(**{record: getattr(tenure, record)})
    return tenure


@pytest.fixture
def desk() -> Client:
    return sign_in("Editor")


def versions(record: Any) -> list[tuple[int, str, str]]:
    found = Version.objects.of(record).order_by("number")
    return [*found.values_list("number", "action", "reason")]


class TestVersions:
    def test_a_change_keeps_before_and_after_with_its_reason(
        self, desk: Client, speech: Event
    ) -> None:
        form = data_of(desk, page(speech)) | {"title": "The Secret Speech"}
        assert desk.post(page(speech), form | {"change_reason": "Usual name"}).status_code == 302
        assert versions(speech) == [(1, "baseline", ""), (2, "changed", "Usual name")]

    def test_saving_without_a_change_makes_no_version(self, desk: Client, speech: Event) -> None:
        desk.post(page(speech), data_of(desk, page(speech)))
        assert versions(speech) == []

    def test_line_ends_of_a_browser_are_no_change(self, desk: Client, speech: Event) -> None:
        Event.objects.filter(pk=speech.pk).update(summary="First.\n\nSecond.")
        form = data_of(desk, page(speech)) | {"summary": "First.\r\n\r\nSecond."}
        desk.post(page(speech), form)
        assert versions(speech) == []

    def test_a_published_record_asks_why(self, desk: Client, speech: Event) -> None:
        form = data_of(desk, page(speech)) | {"title": "The Secret Speech", "change_reason": " "}
        found = errors_of(desk.post(page(speech), form))
        assert "Say why it changes" in found["change_reason"][0]
        speech.refresh_from_db()
        assert speech.title == "Secret Speech"

    def test_a_draft_does_not(self, desk: Client) -> None:
        event = EventFactory(status="draft")
        form = data_of(desk, page(event)) | {"title": "Other", "change_reason": ""}
        assert desk.post(page(event), form).status_code == 302

    def test_a_new_record_is_its_own_first_version(self, desk: Client) -> None:
        url = reverse("admin:events_event_add")
        form = data_of(desk, url) | {"title": "Beria arrested", "slug": "beria-arrested"}
        assert desk.post(url, form).status_code == 302
        event = Event.objects.get(slug="beria-arrested")
        assert [action for _, action, _ in versions(event)] == ["created"]

    def test_publishing_and_withdrawing_are_named(self, desk: Client, speech: Event) -> None:
        form = data_of(desk, page(speech))
        form |= {"status": "withdrawn", "withdrawn_reason": "The date was misread."}
        desk.post(page(speech), form)
        assert [action for _, action, _ in versions(speech)] == ["baseline", "withdrawn"]

    def test_a_public_page_does_not_vanish_into_a_draft(self, desk: Client, speech: Event) -> None:
        form = data_of(desk, page(speech)) | {"status": "draft"}
        assert "withdraw it with a reason" in errors_of(desk.post(page(speech), form))["status"][0]

    def test_a_row_changed_elsewhere_counts_for_its_owner(
        self, desk: Client, office: Tenure
    ) -> None:
        tenure = office
        person = tenure.person
        # On its own page…
        form = data_of(desk, page(tenure)) | {"office": "First Secretary"}
        assert desk.post(page(tenure), form).status_code == 302
        # …and among the holders on the page of the power base.
        base = tenure.power_base
        form = data_of(desk, page(base))
        prefix = next(k.removesuffix("-office") for k in form if k.endswith("-office"))
        assert desk.post(page(base), form | {f"{prefix}-office": "Premier"}).status_code == 302
        assert [action for _, action, _ in versions(person)] == ["baseline", "changed", "changed"]

    def test_a_tenure_that_moves_to_another_person_counts_for_both(self, desk: Client) -> None:
        tenure, other = TenureFactory(), PersonFactory()
        first = tenure.person
        desk.post(page(tenure), data_of(desk, page(tenure)) | {"person": other.pk})
        for person in (first, other):
            assert versions(person)[-1][1] == "changed"


class TestTwoPeopleAtOnce:
    def test_the_second_save_shows_the_first_and_keeps_every_word(
        self, desk: Client, speech: Event
    ) -> None:
        colleague = sign_in("Editor", "colleague")
        mine = data_of(desk, page(speech)) | {"summary": "My long and careful summary."}
        theirs = data_of(colleague, page(speech)) | {"title": "The Secret Speech"}
        colleague.post(page(speech), theirs)
        refused = desk.post(page(speech), mine)
        text = refused.content.decode()
        assert "was changed by somebody else" in errors_of(refused)["__all__"][0]
        assert "by colleague" in text
        assert "<ins>The" in text
        assert "My long and careful summary." in text
        speech.refresh_from_db()
        assert (speech.title, speech.summary) == ("The Secret Speech", "")
        # Having seen it, saving again goes through, now from the present version.
        again = mine | {"record_version": refused.context["record_version"]}
        again |= {"title": "The Secret Speech"}
        assert desk.post(page(speech), again).status_code == 302
        speech.refresh_from_db()
        assert speech.summary == "My long and careful summary."

    def test_a_row_on_its_own_page_is_checked_against_its_owner(
        self, desk: Client, office: Tenure
    ) -> None:
        tenure = office
        mine = data_of(desk, page(tenure)) | {"office": "Mine"}
        theirs = data_of(desk, page(tenure.person)) | {"epithet": "Theirs"}
        assert desk.post(page(tenure.person), theirs).status_code == 302
        assert "__all__" in errors_of(desk.post(page(tenure), mine))

    def test_a_row_among_others_is_checked_too(self, desk: Client, office: Tenure) -> None:
        tenure = office
        base = tenure.power_base
        mine = data_of(desk, page(base))
        prefix = next(k.removesuffix("-office") for k in mine if k.endswith("-office"))
        theirs = data_of(desk, page(tenure)) | {"office": "Theirs"}
        assert desk.post(page(tenure), theirs).status_code == 302
        found = errors_of(desk.post(page(base), mine | {f"{prefix}-office": "Mine"}))
        assert "changed by somebody else" in str(found)
        tenure.refresh_from_db()
        assert tenure.office == "Theirs"


class TestSuggestions:
    @pytest.fixture
    def contributor(self) -> Client:
        return sign_in("Contributor")

    def test_a_contributors_change_to_a_public_page_waits(
        self, contributor: Client, speech: Event
    ) -> None:
        before = snapshot(speech)
        form = data_of(contributor, page(speech)) | {"title": "The Secret Speech"}
        form |= {"citations-0-locator": "p. 240"}
        answer = contributor.post(page(speech), form, follow=True)
        assert "Your suggestion is with the editors" in answer.content.decode()
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
        form = data_of(contributor, page(speech)) | {"span": "31 February 1956"}
        assert "29 days" in errors_of(contributor.post(page(speech), form))["span"][0]
        assert not Suggestion.objects.exists()

    def test_it_cannot_publish_or_withdraw_by_a_crafted_post(
        self, contributor: Client, speech: Event
    ) -> None:
        form = data_of(contributor, page(speech)) | {
            "title": "Crafted",
            "status": "withdrawn",
            "withdrawn_reason": "Gone",
        }
        contributor.post(page(speech), form)
        speech.refresh_from_db()
        assert (speech.status, speech.title) == ("published", "Secret Speech")

    def test_an_editor_accepts_and_the_page_changes(
        self, contributor: Client, desk: Client, speech: Event
    ) -> None:
        form = data_of(contributor, page(speech)) | {"title": "The Secret Speech"}
        contributor.post(page(speech), form)
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
        form = data_of(contributor, page(speech)) | {"title": "The Secret Speech"}
        contributor.post(page(speech), form)
        suggestion = Suggestion.objects.get()
        url = reverse("admin:curation_suggestion_change", args=[suggestion.pk])
        assert desk.post(url, {"do": "return"}).status_code == 409
        assert desk.post(url, {"do": "return", "comment": "Which book?"}).status_code == 302
        suggestion.refresh_from_db()
        assert (suggestion.state, suggestion.comment) == ("returned", "Which book?")

    def test_a_contributor_decides_nothing_and_sees_only_their_own(
        self, contributor: Client, speech: Event
    ) -> None:
        other = sign_in("Contributor", "other")
        form = data_of(other, page(speech)) | {"title": "The Secret Speech"}
        other.post(page(speech), form)
        url = reverse("admin:curation_suggestion_change", args=[Suggestion.objects.get().pk])
        assert contributor.get(url).status_code == 404
        assert other.post(url, {"do": "accept", "path": ["fields/title"]}).status_code == 403
        assert other.post(url, {"do": "drop"}).status_code == 302
        assert Suggestion.objects.get().state == "dropped"


class TestGoingBack:
    def test_history_compares_and_restores(self, desk: Client, speech: Event) -> None:
        CitationFactory(event=speech, order=1)
        before = snapshot(speech)
        form = data_of(desk, page(speech)) | {"title": "Wrong", "citations-0-DELETE": "on"}
        desk.post(page(speech), form)
        assert "Corrected from the protocol" in desk.get(page(speech, "history")).content.decode()
        compared = desk.get(page(speech, "compare"), {"a": 1, "b": 2}).content.decode()
        assert "<del>Secret Speech</del><ins>Wrong</ins>" in compared
        assert "Citation: " in compared
        url = page(speech, "restore", 1)
        assert desk.post(url, {"reason": ""}).status_code == 400
        assert desk.post(url, {"reason": "It was right before"}).status_code == 302
        speech.refresh_from_db()
        assert snapshot(speech) == before
        assert versions(speech)[-1] == (3, "restored", "It was right before")

    def test_contributors_restore_nothing(self, speech: Event, editor: Any) -> None:
        with history.changing(speech, by=editor) as current:
            current.title = "Other"
            current.save()
        client = sign_in("Contributor")
        assert client.post(page(speech, "restore", 1), {"reason": "x"}).status_code == 403

    @pytest.mark.parametrize(
        "numbers", [{}, {"a": "1"}, {"a": "1", "b": "1"}, {"a": "x", "b": "²"}]
    )
    def test_comparing_needs_two_versions(
        self, desk: Client, speech: Event, numbers: dict[str, str]
    ) -> None:
        answer = desk.get(page(speech, "compare"), numbers, follow=True)
        assert "Choose two different versions" in answer.content.decode()

    def test_a_deleted_record_comes_back(self, desk: Client) -> None:
        tenure = TenureFactory(person__status="draft", person__slug="nikita")
        person = tenure.person
        assert desk.post(page(person, "delete"), {"post": "yes"}).status_code == 302
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
        desk.get(page(speech, "history"))


def test_power_base_page_should_list_its_holders(desk: Client) -> None:
    base = PowerBaseFactory()
    TenureFactory(power_base=base)
    assert "First Secretary" in desk.get(page(base)).content.decode()


class TestListActions:
    def act(self, client: Client, model: str, action: str, records: list[Any], **more: Any) -> Any:
        return client.post(
            reverse(f"admin:{model}_changelist"),
            {"action": action, "_selected_action": [r.pk for r in records], **more},
        )

    def test_publishing_shows_what_will_happen_and_does_only_that(self, desk: Client) -> None:
        ready, bare = EventFactory(status="draft"), EventFactory(status="draft")
        CitationFactory(event=ready)
        shown = self.act(desk, "events_event", "publish", [ready, bare]).content.decode()
        assert "Becomes public" in shown
        assert "Add at least one citation" in shown
        assert f'name="expected-{bare.pk}"' not in shown
        more = {"step": "apply", f"expected-{ready.pk}": 1}
        self.act(desk, "events_event", "publish", [ready, bare], **more)
        ready.refresh_from_db()
        bare.refresh_from_db()
        assert (ready.status, bare.status) == ("published", "draft")
        assert versions(ready)[-1][1] == "published"

    def test_what_moved_on_since_the_preview_is_left_alone(self, desk: Client) -> None:
        event = EventFactory(status="draft")
        CitationFactory(event=event)
        with history.changing(event, by=None):
            pass
        more = {"step": "apply", f"expected-{event.pk}": 1}
        answer = self.act(desk, "events_event", "publish", [event], **more)
        assert "is as it was" in desk.get(answer["Location"]).content.decode()
        event.refresh_from_db()
        assert event.status == "draft"

    def test_withdrawing_asks_for_the_reason(self, desk: Client, speech: Event) -> None:
        shown = self.act(desk, "events_event", "withdraw", [speech], step="preview", reason="")
        assert "This field is required" in shown.content.decode()
        speech.refresh_from_db()
        assert speech.status == "published"

    def test_a_citation_and_a_topic_are_added(self, desk: Client, speech: Event) -> None:
        source, topic = SourceFactory(), TopicFactory()
        more = {"step": "apply", f"expected-{speech.pk}": 1, "source": source.pk}
        more |= {"locator": "ch. 13", "stance": "supports", "checked": "exists", "reason": "Read"}
        self.act(desk, "events_event", "add_citation", [speech], **more)
        assert speech.citations.filter(source=source, locator="ch. 13").exists()
        more = {"step": "apply", f"expected-{speech.pk}": 2, "topic": topic.pk, "role": "cause"}
        self.act(desk, "events_event", "add_to_topic", [speech], **more)
        assert topic.entries.get().event == speech

    @pytest.mark.parametrize("action", ["add_citation", "add_to_topic", "set_significance"])
    def test_what_an_action_needs_is_asked_for_first(
        self, desk: Client, speech: Event, action: str
    ) -> None:
        asked = self.act(desk, "events_event", action, [speech])
        assert "Show what will happen" in asked.content.decode()
        assert "errornote" not in asked.content.decode()

    def test_a_contributor_is_offered_no_publishing(self, speech: Event) -> None:
        client = sign_in("Contributor")
        page = client.get(reverse("admin:events_event_changelist")).content.decode()
        assert 'value="submit"' in page
        assert 'value="publish"' not in page
        draft = EventFactory(status="draft")
        CitationFactory(event=draft)
        more = {"step": "apply", f"expected-{draft.pk}": 1}
        self.act(client, "events_event", "publish", [draft], **more)
        draft.refresh_from_db()
        assert draft.status == "draft"

    def test_two_records_merge_and_come_apart(self, desk: Client) -> None:
        kept, double = PersonFactory(slug="nikita"), PersonFactory(slug="nikita-s")
        TenureFactory(person=double)
        shown = self.act(desk, "people_person", "merge", [kept, double], keep=kept.pk)
        assert "First Secretary" in shown.content.decode()
        more = {"keep": kept.pk, "step": "apply", "reason": "One man"}
        answer = self.act(desk, "people_person", "merge", [kept, double], **more)
        assert kept.tenures.count() == 1
        assert Client().get("/people/nikita-s/")["Location"] == "/people/nikita/"
        assert desk.post(answer["Location"], {"reason": ""}).status_code == 409
        assert desk.post(answer["Location"], {"reason": "Two after all"}).status_code == 302
        assert Person.objects.get(slug="nikita-s").tenures.count() == 1

    def test_the_published_one_of_two_stays_unless_told_otherwise(self, desk: Client) -> None:
        draft, public = PersonFactory(status="draft"), PersonFactory()
        shown = self.act(desk, "people_person", "merge", [draft, public])
        assert shown.status_code == 200
        assert shown.context["kept"] == public

    @pytest.mark.parametrize("number", [1, 3])
    def test_merging_takes_exactly_two(self, desk: Client, number: int) -> None:
        people = [PersonFactory() for _ in range(number)]
        self.act(desk, "people_person", "merge", people)
        assert Person.objects.count() == number


def test_a_draft_offers_its_preview_and_a_link_for_a_colleague(desk: Client) -> None:
    event = EventFactory(status="draft", title="Beria arrested")
    context = desk.get(page(event)).context
    assert "Beria arrested" in desk.get(context["preview_url"]).content.decode()
    assert "Beria arrested" in Client().get(context["signed_preview_url"]).content.decode()
