"""The admin's first page: for each role what it may act on, with links, at a fixed cost."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from curation.models import Merge, Report, Suggestion
from curation.revisions import history
from curation.revisions.snapshot import snapshot
from curation.workflow.publishing import schedule, submit
from curation.workflow.suggestions import accept, return_with_comment, suggest
from events.models import Event
from people.models import Person
from tests.factories import (
    CitationFactory,
    EventFactory,
    MeasureFactory,
    ParticipationFactory,
    PersonFactory,
    ReformFactory,
    StatisticFactory,
    TopicEntryFactory,
    TopicFactory,
)
from tests.support.accounts import account
from tests.support.admin_forms import data_of, errors_of, page_of
from tests.support.enumerated import few_of
from tests.support.pages import queries

pytestmark = [pytest.mark.django_db, pytest.mark.alike]
INDEX = "/admin/"


@pytest.fixture
def contributor() -> User:
    return account("Contributor")


@pytest.fixture
def teacher() -> User:
    return account("Editor")


def desk_of(user: User) -> Any:
    client = Client()
    client.force_login(user)
    return client.get(INDEX)


def headings(user: User) -> list[str]:
    return re.findall(r'<h2 id="desk-[a-z]+">(.+?)</h2>', desk_of(user).content.decode())


def suggested(by: User, event: Any) -> Suggestion:
    base = snapshot(event)
    proposed = {**base, "fields": {**base["fields"], "title": "The Speech"}}
    return suggest(
        event, proposed, base_version=event.version, base_snapshot=base, by=by, reason="Shorter"
    )


def reported(record: Any) -> Report:
    return Report.objects.create(
        model=record._meta.label_lower,
        record_id=record.pk,
        title=str(record),
        version=record.version,
        message="My book gives another day.",
    )


class TestRoles:
    def test_an_empty_desk_says_so_in_words(self, teacher: User) -> None:
        page = desk_of(teacher).content.decode()
        for words in (
            "Nothing waits for you",
            "You have no drafts",
            "None among the latest records and changes.",
            "None among the latest records.",
            "There is no topic yet.",
            "Nothing was changed yet.",
        ):
            assert words in page

    def test_an_editor_decides_and_merges(self, teacher: User) -> None:
        found = headings(teacher)
        assert found[0] == "Waiting for you"
        assert "Possible doubles" in found
        assert "Your suggestions" not in found

    def test_a_contributor_sees_nothing_to_decide(self, contributor: User, teacher: User) -> None:
        EventFactory(status="review", title="In review")
        reported(EventFactory(title="Reported"))
        suggested(teacher, EventFactory(title="Suggested"))
        PersonFactory()
        PersonFactory()
        found = headings(contributor)
        assert found[0] == "Your suggestions"
        assert not {"Waiting for you", "Possible doubles", "Published by the clock"} & {*found}
        page = desk_of(contributor).content.decode()
        assert not any(title in page for title in ("In review", "Reported", "Suggested"))

    def test_an_account_without_a_role_sees_why_it_is_empty(self) -> None:
        user = User.objects.create_user("new", password="thaw", is_staff=True)
        TopicFactory()
        ParticipationFactory(event__span="1980")
        page = desk_of(user)
        assert headings(user) == []
        assert "no role yet" in page.content.decode()


class TestLines:
    def test_what_waits_opens_where_it_is_decided(self, teacher: User, contributor: User) -> None:
        record = EventFactory(status="review")
        suggestion = suggested(contributor, EventFactory())
        report = reported(EventFactory())
        page = desk_of(teacher).content.decode()
        for url in (page_of(record), page_of(suggestion), page_of(report)):
            assert f'href="{url}"' in page

    def test_a_draft_says_what_it_lacks_and_leads_to_the_field(self, contributor: User) -> None:
        draft = EventFactory(status="draft", span=None)
        history.remember_new(draft, by=contributor)
        client = Client()
        client.force_login(contributor)
        links = re.findall(rf'href="{page_of(draft)}#([\w-]+)"', client.get(INDEX).content.decode())
        assert links == ["id_span", "citations-group"]
        form = client.get(page_of(draft)).content.decode()
        for anchor in links:
            assert f'href="#{anchor}"' in form, "the form's own list leads there too"
            assert f'id="{anchor}"' in form, "and something of that name is there"

    @pytest.mark.parametrize(
        ("factory", "more"),
        [
            # Every kind that can lack something.
            (PersonFactory, {"born": None, "died": None}),
            (ReformFactory, {"span": None}),
            (StatisticFactory, {"date": None}),
        ],
    )
    def test_every_kind_leads_to_its_fields(
        self, contributor: User, factory: Any, more: dict[str, Any]
    ) -> None:
        client = Client()
        client.force_login(contributor)
        form = client.get(page_of(factory(status="draft", **more))).content.decode()
        anchors = re.findall(r'<li><a href="#([\w-]+)"', form)
        assert len(anchors) == 2
        assert all(f'id="{anchor}"' in form for anchor in anchors)

    def test_my_suggestions_are_there_until_they_are_decided(
        self, contributor: User, teacher: User
    ) -> None:
        waiting = suggested(contributor, EventFactory(title="Waiting one"))
        returned = suggested(contributor, EventFactory(title="Returned one"))
        return_with_comment(returned, by=teacher, comment="Which edition?")
        suggested(account("Contributor", "other"), EventFactory(title="Of another"))
        page = desk_of(contributor).content.decode()
        assert page.index("Returned one") < page.index("Waiting one")
        assert "Which edition?" in page
        assert page_of(waiting) in page
        assert "Of another" not in page

    def test_two_that_may_be_one_are_merged_from_here(self, teacher: User) -> None:
        older, newer = PersonFactory(), PersonFactory()
        client = Client()
        client.force_login(teacher)
        page = client.get(INDEX).content.decode()
        [form] = re.findall(
            r'(?s)<form method="post" action="(/admin/people/person/)">(.+?)<', page
        )
        fields = re.findall(r'<input type="hidden" name="(_selected_action)" value="(\d+)">', page)
        assert form[0] == reverse("admin:people_person_changelist")
        assert [int(pk) for _, pk in fields] == [older.pk, newer.pk]
        started = client.post(
            form[0], {"action": "merge", "_selected_action": [older.pk, newer.pk]}
        )
        assert "Which one stays?" in started.content.decode()

    def test_two_that_are_two_are_left_apart_for_good(self, teacher: User) -> None:
        older, newer = PersonFactory(name="Nikita Khrushchev"), PersonFactory(name="N. Khrushchev")
        third = PersonFactory(name="Nikita Khrushchev")
        client = Client()
        client.force_login(teacher)
        sent = {"action": "merge", "step": "apart", "_selected_action": [older.pk, third.pk]}
        # Twice, as two editors do who open the desk at one time.
        for _ in range(2):
            answer = client.post(reverse("admin:people_person_changelist"), sent, follow=True)
            assert "are left apart" in answer.content.decode()
        found = [(double.older.url, double.newer.url) for double in answer.context["doubles"]]
        assert (page_of(older), page_of(third)) not in found
        assert Person.objects.count() == 3
        assert not Merge.objects.exists()
        assert newer.pk

    def test_a_contributor_sees_what_became_of_a_suggestion(
        self, contributor: User, teacher: User
    ) -> None:
        accepted, old = (
            suggested(contributor, CitationFactory(event=EventFactory(title=title)).event)
            for title in ("New", "Old one")
        )
        for each in (accepted, old):
            accept(each, by=teacher, comment="Well found")
        Suggestion.objects.filter(pk=old.pk).update(decided_at=timezone.now() - timedelta(weeks=5))
        page = desk_of(contributor).content.decode()
        assert "accepted by editor" in page
        assert "Well found" in page
        assert page_of(accepted) in page
        assert page_of(old) not in page

    def test_a_report_leads_to_the_record_and_to_the_version_that_was_read(
        self, teacher: User
    ) -> None:
        event = EventFactory(version=3)
        about = {"model": "events.event", "title": "Secret Speech", "message": "The year is 1956."}
        report = Report.objects.create(**about, record_id=event.pk, version=2)
        gone = Report.objects.create(**about, record_id=event.pk + 1, version=2)
        client = Client()
        client.force_login(teacher)
        page = client.get(page_of(report)).content.decode()
        assert f'href="{page_of(event)}"' in page
        assert f'href="{event.get_absolute_url()}v/2/"' in page
        assert "3 now" in page
        assert "deleted, or merged into another" in client.get(page_of(gone)).content.decode()

    def test_dates_that_contradict_lead_to_the_record(self, contributor: User) -> None:
        part = ParticipationFactory(event__span="1980")
        page = desk_of(contributor).content.decode()
        assert page_of(part.event) in page
        assert "after Nikita Khrushchev died" in page

    def test_a_topic_says_how_much_of_it_has_evidence(self, contributor: User) -> None:
        entry = TopicEntryFactory()
        TopicEntryFactory(topic=entry.topic)
        CitationFactory(event=entry.event)
        page = desk_of(contributor).content.decode()
        assert page_of(entry.topic) in page
        assert "1 without" in page

    def test_recent_changes_say_who_and_why(self, contributor: User, teacher: User) -> None:
        event = EventFactory(title="Secret Speech")
        with history.changing(event, by=teacher, reason="Usual name") as current:
            current.title = "The Secret Speech"
            current.save()
        page = desk_of(contributor).content.decode()
        assert "changed: Usual name" in page
        assert "first kept" not in page


class TestClock:
    def ready(self, **more: Any) -> Any:
        event = EventFactory(status="draft", **more)
        CitationFactory(event=event)
        submit(event, by=None)
        return event

    def test_what_has_a_time_waits_for_the_clock_and_not_for_me(self, teacher: User) -> None:
        event = self.ready(title="Gagarin flies")
        schedule(event, timezone.now() + timedelta(days=1), by=teacher)
        context = desk_of(teacher).context
        assert [line.title for line in context["scheduled"]] == ["Gagarin flies"]
        assert context["waiting"]["records"] == []

    def test_what_was_held_back_waits_for_me_again(self, teacher: User) -> None:
        event = self.ready()
        schedule(event, timezone.now() + timedelta(days=1), by=teacher)
        Event.objects.filter(pk=event.pk).update(publish_at=timezone.now() - timedelta(hours=1))
        context = desk_of(teacher).context
        assert context["scheduled"] == []
        assert [line.detail for line in context["waiting"]["records"]] == ["was due "]


@pytest.mark.parametrize("role", few_of(["Contributor", "Editor", "Administrator"], "Editor"))
def test_the_desk_costs_the_same_for_3_and_for_12_of_everything(role: str) -> None:
    user, other = account(role), account("Contributor", "other")
    client = Client()
    client.force_login(user)

    def fill(number: int) -> None:
        topic = TopicFactory()
        for n in range(number):
            entry = TopicEntryFactory(topic=topic, event__status="draft")
            CitationFactory(event=entry.event, stance="disputes")
            for kind in (EventFactory, PersonFactory, MeasureFactory):
                history.remember_new(kind(status="draft"), by=user)
            submit(EventFactory(status="draft"), by=other)
            held = StatisticFactory(status="review")
            held.publish_at = timezone.now() + timedelta(days=n + 1)
            held.save()
            for by in (user, other):
                suggested(by, EventFactory())
                returned = suggested(by, EventFactory())
                return_with_comment(returned, by=None, comment="Which edition?")
            reported(PersonFactory())
            ParticipationFactory(event__span="1980")
            CitationFactory(statistic=StatisticFactory(date="1956"), source__issued="1955")
            ReformFactory(reversed="1957")

    fill(3)
    queries(client, INDEX)
    few = queries(client, INDEX)
    fill(9)
    assert queries(client, INDEX) == few
    assert few <= 64
    assert Person.objects.count() > 12


class TestTimeOnTheForm:
    """The time of publication, as `curation.workflow.publishing.schedule` has it."""

    def save(self, user: User, event: Any, **changed: str) -> Any:
        client = Client()
        client.force_login(user)
        return client.post(page_of(event), data_of(client, page_of(event)) | changed)

    @pytest.fixture
    def event(self) -> Any:
        event = EventFactory(status="review")
        CitationFactory(event=event)
        return event

    def at(self, **ahead: float) -> dict[str, str]:
        day, time = f"{timezone.now() + timedelta(**ahead):%Y-%m-%d %H:%M:%S}".split()
        return {"publish_at_0": day, "publish_at_1": time}

    def test_an_editor_sets_it_and_takes_it_away(self, teacher: User, event: Any) -> None:
        assert self.save(teacher, event, **self.at(days=1), change_reason="").status_code == 302
        event.refresh_from_db()
        assert event.publish_at > timezone.now()
        assert history.Version.objects.of(event)[0].reason.startswith("To be published on")
        none = {"publish_at_0": "", "publish_at_1": "", "change_reason": ""}
        assert self.save(teacher, event, **none).status_code == 302
        event.refresh_from_db()
        assert event.publish_at is None
        assert history.Version.objects.of(event)[0].reason == "No longer by the clock"

    def test_only_a_record_in_review_waits_for_a_time(self, teacher: User) -> None:
        for status in ("draft", "published"):
            event = EventFactory(status=status)
            CitationFactory(event=event)
            found = errors_of(self.save(teacher, event, **self.at(days=1)))
            assert "Only a record in review" in found["publish_at"][0]

    def test_a_time_that_has_passed_is_refused(self, teacher: User, event: Any) -> None:
        found = errors_of(self.save(teacher, event, **self.at(days=-1)))
        assert "has passed" in found["publish_at"][0]

    def test_publishing_by_hand_stops_the_clock(self, teacher: User, event: Any) -> None:
        self.save(teacher, event, **self.at(days=1))
        assert self.save(teacher, event, status="published").status_code == 302
        event.refresh_from_db()
        assert (event.status, event.publish_at) == ("published", None)

    def test_a_contributor_has_no_say_in_it(self, contributor: User, event: Any) -> None:
        assert self.save(contributor, event, **self.at(days=1), title="Other").status_code == 302
        event.refresh_from_db()
        assert (event.title, event.publish_at) == ("Other", None)


def test_deleting_what_readers_see_says_how_to_go_on(teacher: User) -> None:
    public, draft = EventFactory(title="The Secret Speech"), EventFactory(status="draft")
    client = Client()
    client.force_login(teacher)
    url = reverse("admin:events_event_changelist")
    chosen = {"action": "delete_selected", "_selected_action": [public.pk, draft.pk]}
    for step in ({}, {"post": "yes"}):
        page = client.post(url, chosen | step, follow=True).content.decode()
        assert "“The Secret Speech”: withdraw it first" in page
    assert Event.objects.count() == 2
