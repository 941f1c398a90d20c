"""What editors do with many records at once, from the lists of the desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from curation.revisions import history
from events.models import Event
from people.models import Person
from tests.factories import (
    CitationFactory,
    EventFactory,
    PersonFactory,
    SourceFactory,
    TenureFactory,
    TopicFactory,
)
from tests.support.accounts import signed_in
from tests.support.versions import versions

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Client:
    return signed_in("Editor")


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
        client = signed_in("Contributor")
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
