"""One gate for every change of state: by hand, in bulk and by the clock."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone

from curation.changefeed.sequencer import latest_change, settled_change
from curation.models import Version
from curation.revisions import history
from curation.revisions.history import MovedOn
from curation.workflow.publishing import Refused, back_to_draft, publish, schedule, submit, withdraw
from dashboard.bulk.operations import (
    MOST_AT_ONCE,
    AddCitation,
    AddToTopic,
    Publish,
    SetSignificance,
    Submit,
    Withdraw,
    apply,
    preview,
)
from events.models import Course, Event, TopicEntry
from sources.models import Citation
from tests.factories import (
    CitationFactory,
    CourseFactory,
    EventFactory,
    SourceFactory,
    TopicEntryFactory,
    TopicFactory,
)
from tests.support.accounts import account
from tests.support.at_once import at_once, needs_two_writers

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher() -> User:
    return account("Contributor", "maria")


def cited(**fields: Any) -> Event:
    event = EventFactory(**fields)
    CitationFactory(event=event)
    return event


def actions(record: Any) -> list[str]:
    return [version.action for version in Version.objects.of(record).order_by("number")]


def test_a_record_should_go_all_the_way_and_back(teacher: Any, editor: Any) -> None:
    event = cited(status="draft")
    assert submit(event, by=teacher, reason="Ready").done
    assert publish(event, by=editor).done
    event.refresh_from_db()
    assert (event.status, event.published_at is not None) == ("published", True)
    assert withdraw(event, by=editor, reason="The day was misread.").done
    event.refresh_from_db()
    assert (event.status, event.withdrawn_reason) == ("withdrawn", "The day was misread.")
    assert publish(event, by=editor, reason="Corrected").done
    event.refresh_from_db()
    assert (event.status, event.withdrawn_reason) == ("published", "")
    withdraw(event, by=editor, reason="Again")
    assert back_to_draft(event, by=editor).record.status == "draft"
    assert actions(event) == [
        "baseline",
        "submitted",
        "published",
        "withdrawn",
        "published",
        "withdrawn",
        "changed",
    ]
    first = Version.objects.of(event).get(number=2)
    assert (first.by, first.reason, first.status) == (teacher, "Ready", "review")


def test_publishing_without_evidence_or_date_should_say_what_is_missing(editor: Any) -> None:
    event = EventFactory(status="review", span=None)
    outcome = publish(event, by=editor)
    assert (outcome.done, [o.field for o in outcome.obstacles]) == (False, ["span", "citations"])
    event.refresh_from_db()
    assert (event.status, event.version, actions(event)) == ("review", 1, [])


def test_an_incomplete_draft_may_be_sent_for_review_and_told_what_it_lacks(teacher: Any) -> None:
    outcome = submit(EventFactory(status="draft"), by=teacher)
    assert (outcome.done, [o.field for o in outcome.obstacles]) == (True, ["citations"])


REFUSED: list[tuple[str, str, Any, str, str]] = [
    # Who asks, the state the event is in, what is asked, and what the refusal says.
    ("teacher", "draft", publish, "published", "Only an editor"),
    ("teacher", "review", publish, "published", "Only an editor"),
    ("teacher", "published", withdraw, "withdrawn", "Only an editor"),
    ("teacher", "withdrawn", back_to_draft, "draft", "Only an editor"),
    ("teacher", "withdrawn", publish, "published", "Only an editor"),
    ("pupil", "draft", submit, "review", "You may not change"),
    ("editor", "published", publish, "published", "published already"),
    ("editor", "review", submit, "review", "in review already"),
    ("editor", "published", back_to_draft, "draft", "withdraw it with a reason first"),
    ("editor", "published", submit, "review", "withdraw it with a reason first"),
    ("editor", "withdrawn", submit, "review", "make it a draft first"),
    ("editor", "draft", withdraw, "withdrawn", "Readers never saw it"),
]


@pytest.mark.parametrize(
    ("who", "status", "ask", "to", "words"), REFUSED, ids=[f"{r[0]}-{r[1]}-{r[3]}" for r in REFUSED]
)
def test_a_change_of_state_should_be_refused(
    who: str,
    status: str,
    ask: Any,
    to: str,
    words: str,
    teacher: Any,
    editor: Any,
    django_user_model: Any,
) -> None:
    users = {"teacher": teacher, "editor": editor}
    by = users.get(who) or django_user_model.objects.create_user(who)
    event = cited(status=status, withdrawn_reason="Misread." if status == "withdrawn" else "")
    with pytest.raises(Refused, match=words):
        ask(event, by=by, reason="Because")
    event.refresh_from_db()
    assert (event.status, event.version, actions(event)) == (status, 1, [])


def test_withdrawing_should_need_a_reason(editor: Any) -> None:
    with pytest.raises(Refused, match="Say why"):
        withdraw(cited(), by=editor, reason="  ")


def test_a_record_that_moved_on_should_not_be_published_unseen(editor: Any) -> None:
    event = cited(status="review")
    with history.changing(event, by=editor) as current:
        current.title = "Another title"
        current.save()
    with pytest.raises(MovedOn):
        publish(event, by=editor, expected=1)
    event.refresh_from_db()
    assert event.status == "review"


# --- bulk --------------------------------------------------------------------------


def test_preview_should_tell_each_record_apart_and_change_nothing(editor: Any) -> None:
    ready = cited(status="review", slug="ready")
    EventFactory(status="review", slug="bare")
    cited(status="published", slug="out")
    planned = {row.record.slug: row for row in preview(Event.objects.all(), Publish(), by=editor)}
    assert (planned["ready"].will, planned["ready"].refused) == ("Becomes public", "")
    assert planned["ready"].version == ready.version
    assert "at least one citation" in planned["bare"].refused
    assert planned["out"].refused == "It is published already."
    assert set(Event.objects.values_list("status", flat=True)) == {"review", "published"}


def test_preview_should_need_as_many_queries_for_many_as_for_one(
    editor: Any, django_assert_max_num_queries: Any
) -> None:
    source, topic = SourceFactory(), TopicFactory()
    for _ in range(30):
        cited(status="draft")
    for action in (
        Submit(),
        Publish(),
        Withdraw(),
        SetSignificance(1),
        AddCitation(source, "ch. 1"),
        AddToTopic(topic),
    ):
        with django_assert_max_num_queries(4):
            assert len(preview(Event.objects.all(), action, by=editor)) == 30


def test_apply_should_do_what_it_can_and_report_the_rest(editor: Any) -> None:
    ready, bare, moved = (
        cited(status="review"),
        EventFactory(status="review"),
        cited(status="review"),
    )
    expected = {
        row.record.pk: row.version for row in preview(Event.objects.all(), Publish(), by=editor)
    }
    with history.changing(moved, by=editor) as current:
        current.title = "Changed meanwhile"
        current.save()
    results = {d.pk: d for d in apply(Event, {**expected, 9999: 1}, Publish(), by=editor)}
    assert results[ready.pk].ok
    assert "at least one citation" in results[bare.pk].problem
    assert "was changed since you opened it" in results[moved.pk].problem
    assert results[9999].problem == "It is no longer there."
    assert [*Event.objects.published()] == [ready]


def test_bulk_submit_and_withdraw_should_keep_versions(teacher: Any, editor: Any) -> None:
    drafts = [cited(status="draft"), cited(status="draft")]
    everything = {event.pk: 1 for event in drafts}
    assert all(d.ok for d in apply(Event, everything, Submit(), by=teacher, reason="Unit 3"))
    assert all(d.ok for d in apply(Event, dict.fromkeys(everything, 2), Publish(), by=editor))
    third = dict.fromkeys(everything, 3)
    assert all(d.ok for d in apply(Event, third, Withdraw(), by=editor, reason="Misread"))
    for event in drafts:
        assert actions(event) == ["baseline", "submitted", "published", "withdrawn"]


def test_bulk_should_not_let_a_contributor_change_what_readers_see(teacher: Any) -> None:
    event = cited()
    source, topic = SourceFactory(), TopicFactory()
    for action in (
        Publish(),
        Withdraw(),
        SetSignificance(1),
        AddCitation(source, "ch. 1"),
        AddToTopic(topic),
    ):
        (row,) = preview(Event.objects.all(), action, by=teacher)
        assert row.refused, action
        (result,) = apply(Event, {event.pk: 1}, action, by=teacher, reason="Because")
        assert not result.ok, action
    event.refresh_from_db()
    assert (event.version, event.significance, event.citations.count()) == (1, 3, 1)
    assert not TopicEntry.objects.exists()
    assert not Version.objects.filter(by=teacher).exists()


def test_significance_should_be_set_in_bulk(editor: Any) -> None:
    one, two = cited(significance=1), cited(significance=2)
    rows = {r.record: r for r in preview(Event.objects.all(), SetSignificance(2), by=editor)}
    assert (rows[one].will, rows[two].refused) == ("Becomes “Notable”", "It is “Notable” already.")
    apply(Event, {one.pk: 1}, SetSignificance(2), by=editor, reason="Syllabus")
    one.refresh_from_db()
    assert (one.significance, actions(one)) == (2, ["baseline", "changed"])


def test_one_citation_should_be_added_to_many_records_once_each(editor: Any) -> None:
    events = [cited(), cited()]
    add = AddCitation(SourceFactory(), "chapter 13", note="On both.")
    done = apply(Event, {e.pk: 1 for e in events}, add, by=editor, reason="Read")
    assert all(d.ok for d in done)
    again = apply(Event, {e.pk: 2 for e in events}, add, by=editor, reason="Read")
    assert {d.problem for d in again} == {"It has this citation already."}
    assert Citation.objects.filter(locator="chapter 13").count() == 2
    (bad,) = apply(Event, {events[0].pk: 2}, AddCitation(SourceFactory(), ""), by=editor)
    assert "Say where in the source" in bad.problem


def test_records_should_come_into_a_topic_as_one_change_of_it(editor: Any) -> None:
    topic = TopicFactory()
    first = TopicEntryFactory(topic=topic, order=4).event
    events = [EventFactory(), EventFactory()]
    done = apply(Event, {e.pk: 1 for e in [first, *events]}, AddToTopic(topic, "cause"), by=editor)
    assert [d.ok for d in done] == [False, True, True]
    assert [(e.event, e.role, e.order) for e in topic.entries.all()] == [
        (first, "event", 4),
        (events[0], "cause", 5),
        (events[1], "cause", 6),
    ]
    assert actions(topic) == ["baseline", "changed"]
    apply(Event, {first.pk: 1}, AddToTopic(topic), by=editor)
    assert actions(topic) == ["baseline", "changed"]


def test_bulk_should_refuse_kinds_and_numbers_that_do_not_fit(editor: Any) -> None:
    course = CourseFactory()
    for action in (
        SetSignificance(1),
        AddCitation(SourceFactory(), "p. 1"),
        AddToTopic(TopicFactory()),
    ):
        rows = {r.record: r for r in preview(Course.objects.all(), action, by=editor)}
        assert rows[course].refused, action
    with pytest.raises(Refused, match=f"at most {MOST_AT_ONCE}"):
        apply(Event, dict.fromkeys(range(MOST_AT_ONCE + 1), 1), Publish(), by=editor)
    Event.objects.bulk_create(
        Event(slug=f"event-{n}", title="Event") for n in range(MOST_AT_ONCE + 1)
    )
    with pytest.raises(Refused, match=f"at most {MOST_AT_ONCE}"):
        preview(Event.objects.all(), Publish(), by=editor)


# --- by the clock --------------------------------------------------------------------------


def run() -> str:
    out = StringIO()
    call_command("publish_scheduled", stdout=out)
    return out.getvalue()


def test_what_a_script_wrote_gets_its_number(editor: Any) -> None:
    Event.objects.filter(pk=cited(status="published").pk).update(title="Written past the desk")
    assert settled_change() is None
    run()
    assert settled_change() is not None
    assert latest_change() == settled_change()


def test_what_is_due_should_be_published_once(editor: Any) -> None:
    past, future = timezone.now() - timedelta(minutes=1), timezone.now() + timedelta(days=1)
    due, later = cited(status="review", title="Due"), cited(status="review", title="Later")
    draft = cited(status="draft", title="Draft", publish_at=past)
    bare = EventFactory(status="review", title="Bare")
    for event, at in ((due, past), (later, future), (bare, past)):
        schedule(event, at, by=editor)
    said = run()
    assert "Published: event “Due”." in said
    assert "Not published: event “Bare”. Add at least one citation" in said
    assert "1 published, 1 held back." in said
    assert [*Event.objects.published()] == [due]
    due.refresh_from_db()
    version = Version.objects.of(due)[0]
    assert (due.publish_at, version.action, version.by) == (None, "published", None)
    assert version.reason == "At the time that was set"
    assert "0 published, 1 held back." in run()
    draft.refresh_from_db()
    later.refresh_from_db()
    assert (draft.status, later.status) == ("draft", "review")


def test_only_an_editor_should_set_the_time(teacher: Any, editor: Any) -> None:
    event = cited(status="review")
    with pytest.raises(Refused, match="Only an editor"):
        schedule(event, timezone.now(), by=teacher)
    with pytest.raises(Refused, match="Only a record in review"):
        schedule(cited(status="draft"), timezone.now(), by=editor)
    assert schedule(event, None, by=editor).record.publish_at is None


def test_what_was_changed_after_the_time_was_set_should_wait_for_an_editor(
    teacher: Any, editor: Any
) -> None:
    event = cited(status="review")
    schedule(event, timezone.now() - timedelta(minutes=1), by=editor)
    with history.changing(event, by=teacher) as current:
        current.title = "Not what the editor read"
        current.save()
    assert "maria changed it since its time was set" in run()
    assert not Event.objects.published().exists()


@needs_two_writers
@pytest.mark.django_db(transaction=True)
def test_two_clocks_at_once_should_publish_once() -> None:
    event = cited(status="review", publish_at=timezone.now() - timedelta(minutes=1))
    said = at_once(run, run)
    assert "".join(said).count("Published: event") == 1
    assert actions(event) == ["baseline", "published"]
