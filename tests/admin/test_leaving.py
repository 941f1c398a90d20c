"""Nothing typed is lost: a session that ended, signing in again, and what a device may forget."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from events.models import Event
from tests.factories import EventFactory, TopicEntryFactory, TopicFactory
from tests.support.accounts import signed_in
from tests.support.admin_forms import data_of, page_of

pytestmark = pytest.mark.django_db

PASSWORD = "Virgin-Lands-1954"


def messages_of(answer: object) -> dict[str, str]:
    """What the page says was done: words and classes of each message."""
    return {str(each): each.tags for each in answer.context["messages"]}  # type: ignore[attr-defined]


class TestSignedOut:
    def test_a_form_sent_by_nobody_leads_to_signing_in_and_back_to_the_form(
        self, client: Client, editor: User, speech: Event
    ) -> None:
        editor.set_password(PASSWORD)
        editor.save()
        client.force_login(editor)
        form = data_of(client, page_of(speech)) | {"title": "The Secret Speech"}
        client.cookies.pop("sessionid")
        answer = client.post(page_of(speech), form, follow=True)
        assert answer.redirect_chain[-1][0].startswith(reverse("account_login"))
        typed = {"login": editor.username, "password": PASSWORD, "next": page_of(speech)}
        assert f'name="next" value="{page_of(speech)}"' in answer.content.decode()
        assert client.post(reverse("account_login"), typed)["Location"] == page_of(speech)

    @pytest.mark.parametrize(
        ("path", "way_back"),
        [
            # The form of a record offers what was typed.
            (
                "/admin/events/event/add/?_changelist_filters=q%3D1956",
                "it offers to put your words",
            ),
            # Signing in twice keeps nothing, and a password least of all.
            ("/accounts/login/", "send the form once more"),
        ],
    )
    def test_a_form_of_an_earlier_session_gets_a_page_that_helps(
        self, editor: User, path: str, way_back: str
    ) -> None:
        client = Client(enforce_csrf_checks=True)
        client.force_login(editor)
        answer = client.post(path, {"csrfmiddlewaretoken": "a" * 64, "title": "Typed"})
        text = answer.content.decode()
        assert answer.status_code == 403
        assert "nothing was saved" in text
        assert way_back in text
        assert f'href="{path}"' in text
        assert "Typed" not in text


class TestWhatADeviceMayForget:
    def test_a_good_save_says_so_and_a_refused_one_does_not(
        self, desk: Client, speech: Event
    ) -> None:
        form = data_of(desk, page_of(speech)) | {"title": "The Secret Speech"}
        refused = desk.post(page_of(speech), form | {"change_reason": ""})
        assert re.search(r'id="kept-form"\s+data-refused', refused.content.decode())
        assert messages_of(refused) == {}
        saved = desk.post(page_of(speech), form, follow=True)
        assert [tags for tags in messages_of(saved).values() if "form-saved" in tags]

    def test_a_suggestion_is_kept_too(self, speech: Event) -> None:
        client = signed_in("Contributor")
        form = data_of(client, page_of(speech)) | {"title": "The Secret Speech"}
        [tags] = messages_of(client.post(page_of(speech), form, follow=True)).values()
        assert "form-saved" in tags

    def test_no_form_with_a_password_is_ever_kept(self) -> None:
        client = signed_in("Administrator")
        administrator = User.objects.get()
        assert 'id="kept-form"' in client.get(reverse("admin:events_event_add")).content.decode()
        for name, args in (("add", []), ("change", [administrator.pk])):
            page = client.get(reverse(f"admin:auth_user_{name}", args=args)).content.decode()
            assert 'id="kept-form"' not in page, name


class TestWhoSeesItNow:
    def saved(self, desk: Client, record: object) -> str:
        answer = desk.post(page_of(record), data_of(desk, page_of(record)), follow=True)
        return " ".join(messages_of(answer))

    @pytest.mark.parametrize(
        ("states", "said"),
        [
            (["published"], "“Destalinisation” is published: readers see it now."),
            (["published", "draft"], "readers see the page now, but not 1 of its entries"),
            (["draft", "review"], "readers see the page now, but none of its entries"),
        ],
    )
    def test_a_topic_says_which_of_its_entries_readers_do_not_see(
        self, desk: Client, states: list[str], said: str
    ) -> None:
        topic = TopicFactory(title="Destalinisation", status="published")
        for state in states:
            TopicEntryFactory(topic=topic, event=EventFactory(status=state))
        assert said in self.saved(desk, topic)

    def test_a_topic_of_a_draft_course_says_that_readers_do_not_see_it(self, desk: Client) -> None:
        topic = TopicFactory(course__status="draft", course__title="Thaw", status="published")
        assert "readers do not see it: they do once “Thaw” is published" in self.saved(desk, topic)
