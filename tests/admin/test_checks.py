"""What the desk asks of the record: coverage, doubles, contradictions, what waits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from curation.models import Report, Suggestion
from curation.revisions import history
from curation.revisions.snapshot import snapshot
from curation.workflow.publishing import submit
from curation.workflow.suggestions import return_with_comment
from dashboard.checks.chronology import contradictions
from dashboard.checks.coverage import MOST_TOPICS, coverage
from dashboard.checks.duplicates import near, possible_duplicates
from dashboard.queries import Waiting, drafts_of, recent_changes, returned_to, waiting_for
from sources.models import Source
from tests.factories import (
    CitationFactory,
    EventFactory,
    MeasureFactory,
    ParticipationFactory,
    PersonFactory,
    PowerBaseFactory,
    ReformFactory,
    SourceFactory,
    StatisticFactory,
    TenureFactory,
    TopicEntryFactory,
    TopicFactory,
)
from tests.support.accounts import account

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher() -> User:
    return account("Contributor", "maria")


# --- coverage ---------------------------------------------------------------------------------


def test_coverage_should_count_records_and_not_citations() -> None:
    topic = TopicFactory()
    bare, single, double, disputed = (TopicEntryFactory(topic=topic).event for _ in range(4))
    TopicEntryFactory(topic=topic, event=single, role="consequence")
    one, two, notes = SourceFactory(), SourceFactory(), SourceFactory(kind="class_notes")
    CitationFactory(event=single, source=one)
    CitationFactory(event=single, source=one, locator="p. 2")
    # Class notes are shown, and are no second source.
    CitationFactory(event=single, source=notes)
    CitationFactory(event=double, source=one)
    CitationFactory(event=double, source=two)
    CitationFactory(event=double, source=two, stance="disputes", note="Gives another day.")
    CitationFactory(event=disputed, source=one, stance="disputes")
    (row,) = coverage()
    assert (row.entries, row.bare, row.located) == (4, 1, 3)
    assert (row.seconded, row.unexplained, row.unchecked) == (1, 1, 0)
    assert not bare.citations.exists()


def test_coverage_should_count_sources_nobody_looked_at_for_a_year() -> None:
    topic, other = TopicFactory(), TopicFactory()
    old, fresh = SourceFactory(), SourceFactory()
    for entry in (TopicEntryFactory(topic=topic), TopicEntryFactory(topic=topic)):
        CitationFactory(event=entry.event, source=old)
        CitationFactory(event=entry.event, source=fresh)
    CitationFactory(event=TopicEntryFactory(topic=other).event, source=fresh)
    Source.objects.filter(pk=old.pk).update(updated_at=timezone.now() - timedelta(days=366))
    Source.objects.filter(pk=fresh.pk).update(updated_at=timezone.now() - timedelta(days=364))
    assert {row.topic: row.unchecked for row in coverage()} == {topic: 1, other: 0}


def test_coverage_should_know_every_kind_of_record() -> None:
    topic = TopicFactory()
    measure = MeasureFactory()
    figure = StatisticFactory()
    tenure = TenureFactory()
    for record in ({"measure": measure}, {"statistic": figure}, {"tenure": tenure}):
        TopicEntryFactory(topic=topic, event=None, **record)
    CitationFactory(tenure=tenure)
    CitationFactory(statistic=figure)
    (row,) = coverage()
    assert (row.entries, row.located) == (3, 2)
    # A measure is evidenced by its figures.
    CitationFactory(statistic=StatisticFactory(measure=measure))
    (row,) = coverage()
    assert (row.entries, row.located) == (3, 3)


def test_coverage_should_leave_out_withdrawn_topics_and_stop_somewhere() -> None:
    TopicFactory(status="withdrawn", withdrawn_reason="Merged into another.")
    course = TopicFactory(status="draft").course
    for _ in range(MOST_TOPICS):
        TopicFactory(course=course)
    assert len(coverage()) == MOST_TOPICS


# --- doubles ----------------------------------------------------------------------------------

NAMES: list[tuple[str, str, bool]] = [
    ("Lavrentiy Beria", "Lavrenti Beria", True),  # one letter
    ("Beria, Lavrentiy", "Lavrentiy Beria", True),  # another order
    ("Lavréntiy Beria", "lavrentiy beria", True),  # accents and capitals
    ("Georgy Malenkov", "Georgy Zhukov", False),  # one first name
    ("20th Party Congress", "22nd Party Congress", False),  # two numbers
    ("", "", False),
    ("Пётр Поспелов", "Петр Поспелов", True),  # ё written as е
]


@pytest.mark.parametrize(("one", "other", "expected"), NAMES)
def test_names_should_be_near(one: str, other: str, expected: bool) -> None:
    assert near(one, other) is expected


DOUBLES: list[tuple[str, Callable[..., Any], dict[str, Any], dict[str, Any], bool]] = [
    (
        "one man, two spellings",
        PersonFactory,
        {"name": "Lavrentiy Beria", "sort_name": "Beria, Lavrentiy"},
        {"name": "Lavrenti Beria", "sort_name": "Beria, Lavrenti"},
        True,
    ),
    (
        "initials and one birthday",
        PersonFactory,
        {},
        {"name": "N. S. Khrushchev", "sort_name": "Khrushchev, N. S."},
        True,
    ),
    ("father and son", PersonFactory, {}, {"born": "1935", "died": "2020"}, False),
    (
        "husband and wife",
        PersonFactory,
        {},
        {"name": "Nina Khrushcheva", "sort_name": "Khrushcheva, Nina", "born": "1900"},
        False,
    ),
    ("one day, one title", EventFactory, {}, {"title": "Secret Speech"}, True),
    ("one title, two days", EventFactory, {}, {"span": "1957-02-25"}, False),
    ("one day, two titles", EventFactory, {}, {"title": "Congress closes"}, False),
    ("one book", SourceFactory, {}, {"title": "The Soviet century", "author": "M. Lewin"}, True),
    ("two editions", SourceFactory, {}, {"issued": "2016"}, False),
    ("two authors", SourceFactory, {}, {"author": "Karl Schlögel"}, False),
]


@pytest.mark.parametrize(
    ("name", "factory", "one", "other", "expected"), DOUBLES, ids=[d[0] for d in DOUBLES]
)
def test_possible_duplicates_should_be_found(
    name: str, factory: Any, one: dict[str, Any], other: dict[str, Any], expected: bool
) -> None:
    older, newer = factory(**one), factory(**other)
    found = [(pair.older, pair.newer) for pair in possible_duplicates()]
    assert found == ([(older, newer)] if expected else [])


# --- contradictions ---------------------------------------------------------------------------


def office(person: str, span: str, base: Any, **more: Any) -> Any:
    holder = PersonFactory(name=person, born=None, died=None)
    return TenureFactory(person=holder, power_base=base, span=span, **more)


def two_holders(first: str, second: str, **more: Any) -> None:
    base = PowerBaseFactory()
    office("Malenkov", first, base, **more)
    office("Bulganin", second, base, **more)


CONTRADICTIONS: list[tuple[str, Callable[[], Any], str]] = [
    # What is entered, and what the desk says; nothing when it may well be so.
    (
        "present after death",
        lambda: ParticipationFactory(event__span="1973-04-01"),
        "is after Nikita Khrushchev died (11 September 1971)",
    ),
    (
        "present before birth",
        lambda: ParticipationFactory(event__span="1890"),
        "is before Nikita Khrushchev was born (15 April 1894)",
    ),
    # Stalin was denounced in the Secret Speech, three years after his death.
    (
        "subject after death",
        lambda: ParticipationFactory(event__span="1973-04-01", part="subject"),
        "",
    ),
    ("in the year of death", lambda: ParticipationFactory(event__span="1971"), ""),
    ("no dates of life", lambda: ParticipationFactory(person__died=None, person__born=None), ""),
    (
        "two on one seat",
        lambda: two_holders("1953-03-06/1955-02-08", "1955-02-07/1958-03-27"),
        "both hold “First Secretary of the Central Committee”",
    ),
    ("handed over on the day", lambda: two_holders("1953-03-06/1955-02-08", "1955-02-08/1958"), ""),
    ("handed over in the year", lambda: two_holders("1953/1955", "1955/1958"), ""),
    (
        "several seats",
        lambda: two_holders("1953/1958", "1955/1957", sole_holder=False),
        "",
    ),
    ("still in office", lambda: two_holders("1953/..", "1955/1958"), ""),
    (
        "an office before its body existed",
        lambda: TenureFactory(span="1950/1953", power_base__span="1954-03-13/1991"),
        "before Communist Party of the Soviet Union existed (13 March 1954 – 1991)",
    ),
    (
        "an office after its body ended",
        lambda: TenureFactory(span="1953/1956", power_base__span="1922/1954"),
        "after Communist Party of the Soviet Union ended (1922–1954)",
    ),
    (
        "an office from the year of its body",
        lambda: TenureFactory(span="1954/1958", power_base__span="1954-03-13/1991"),
        "",
    ),
    ("a body of no known end", lambda: TenureFactory(power_base__span="1912/.."), ""),
    (
        "reversed in the year it began",
        lambda: ReformFactory(span="1957-05-10", reversed="1957"),
        "may be before it began (10 May 1957)",
    ),
    ("reversed later", lambda: ReformFactory(span="1957-05-10", reversed="1965-10"), ""),
    ("never reversed", ReformFactory, ""),
    (
        "a figure from the future",
        lambda: CitationFactory(statistic=StatisticFactory(date="1956"), source__issued="1955"),
        "1956, is cited from The Soviet Century, published 1955",
    ),
    (
        "a figure of the year of the source",
        lambda: CitationFactory(statistic=StatisticFactory(date="1956-05"), source__issued="1956"),
        "",
    ),
    (
        "a source without a date",
        lambda: CitationFactory(statistic=StatisticFactory(), source__issued=None),
        "",
    ),
]


@pytest.mark.parametrize(
    ("name", "enter", "words"), CONTRADICTIONS, ids=[c[0] for c in CONTRADICTIONS]
)
def test_contradictions_should_be_told(name: str, enter: Callable[[], Any], words: str) -> None:
    enter()
    messages = [found.message for found in contradictions()]
    assert len(messages) == bool(words)
    assert all(words in message for message in messages)


def test_an_old_record_should_be_looked_at_when_it_changes(editor: Any) -> None:
    part = ParticipationFactory(event__span="1972")
    for _ in range(3):
        ParticipationFactory()
    assert contradictions(latest=2) == []
    with history.changing(part.person, by=editor) as current:
        current.summary = "Changed lately."
        current.save()
    (found,) = contradictions(latest=2)
    assert (found.kind, found.record) == ("lifetime", part.event)


# --- what waits, what was returned, what lacks something --------------------------------------


def suggestion(event: Any, by: Any) -> Suggestion:
    base = snapshot(event)
    return Suggestion.objects.create(
        model="events.event",
        record_id=event.pk,
        title=str(event),
        base_version=event.version,
        base=base,
        proposed={**base, "fields": {**base["fields"], "title": "The Speech"}},
        reason="Shorter",
        by=by,
    )


def test_an_editor_should_see_what_waits_and_a_contributor_nothing(
    teacher: Any, editor: Any
) -> None:
    EventFactory(status="draft")
    first, second = EventFactory(status="review"), PersonFactory(status="review")
    asked = suggestion(EventFactory(), teacher)
    report = Report.objects.create(
        model="events.event", record_id=first.pk, title="Speech", version=1, message="Wrong day"
    )
    waiting = waiting_for(editor)
    assert waiting.records == [first, second]
    assert (waiting.suggestions, waiting.reports) == ([asked], [report])
    assert waiting_for(teacher) == Waiting([], [], [])
    assert len(waiting_for(editor, most=1).records) == 1


def test_my_drafts_should_say_what_they_lack(teacher: Any, editor: Any) -> None:
    mine, theirs = EventFactory(status="draft"), EventFactory(status="draft")
    complete = MeasureFactory(status="draft")
    sent = EventFactory(status="draft")
    history.remember_new(complete, by=teacher)
    history.remember_new(mine, by=teacher)
    history.remember_new(theirs, by=editor)
    history.remember_new(sent, by=teacher)
    submit(sent, by=teacher)
    drafts = drafts_of(teacher)
    assert [d.record for d in drafts] == [mine, complete]
    assert [[o.field for o in d.lacks] for d in drafts] == [["citations"], []]
    CitationFactory(event=mine)
    assert drafts_of(teacher)[0].lacks == []


def test_returned_suggestions_should_come_back_to_their_author(teacher: Any, editor: Any) -> None:
    waiting, returned = suggestion(EventFactory(), teacher), suggestion(EventFactory(), teacher)
    return_with_comment(returned, by=editor, comment="Which edition?")
    assert returned_to(teacher) == [returned]
    assert returned_to(editor) == []
    assert waiting.is_open


def test_recent_changes_should_be_the_latest_first(editor: Any) -> None:
    for title in ("First", "Second", "Third"):
        history.remember_new(EventFactory(title=title), by=editor)
    assert [v.title for v in recent_changes(most=2)] == ["Third", "Second"]


def test_the_desk_should_need_as_many_queries_for_much_as_for_little(
    teacher: Any, editor: Any
) -> None:
    def fill(number: int) -> None:
        topic = TopicFactory()
        for _ in range(number):
            entry = TopicEntryFactory(topic=topic, event__status="draft")
            CitationFactory(event=entry.event, stance="disputes")
            history.remember_new(entry.event, by=teacher)
            submit(EventFactory(status="draft"), by=teacher)
            returned = suggestion(EventFactory(), teacher)
            return_with_comment(returned, by=editor, comment="No")
            suggestion(EventFactory(), teacher)
            ParticipationFactory(event__span="1980")
            CitationFactory(statistic=StatisticFactory(date="1956"), source__issued="1955")
            two_holders("1953/1958", "1955/1957")
            ReformFactory(reversed="1957")

    def ask() -> int:
        # The permissions of a user are loaded once for a request.
        assert editor.has_perm("events.delete_event")
        with CaptureQueriesContext(connection) as queries:
            coverage()
            possible_duplicates()
            contradictions()
            waiting_for(editor)
            drafts_of(teacher)
            returned_to(teacher)
            recent_changes()
        return len(queries)

    fill(1)
    few = ask()
    fill(5)
    assert ask() == few
    assert few <= 45
