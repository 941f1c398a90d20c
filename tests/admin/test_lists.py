"""The desk at size: groups of the index, lists, and queries that do not grow with rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from events.admin import TopicEntryInline
from people.admin import HoldersOfPower
from records.admin.changelist import CappedPaginator
from tests.factories import (
    CitationFactory,
    CourseFactory,
    EffectFactory,
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
from tests.support.admin_forms import data_of, page_of
from tests.support.enumerated import few_of
from tests.support.pages import queries

pytestmark = [pytest.mark.django_db, pytest.mark.alike]

RECORDS = ["sources", "people", "reforms", "events"]


def a_row_of_everything() -> None:
    """One row in every change list, each with rows of its own around it."""
    person, reform, event = PersonFactory(), ReformFactory(parent=ReformFactory()), EventFactory()
    power_base = PowerBaseFactory(parent=PowerBaseFactory())
    tenure = TenureFactory(person=person, power_base=power_base)
    effect = EffectFactory(reform=reform, power_base=power_base)
    statistic = StatisticFactory(reform=reform, event=event)
    ParticipationFactory(event=event, person=person)
    topic = TopicFactory()
    shown = {"tenure": tenure, "effect": effect, "statistic": statistic, "event": event}
    for name, record in shown.items():
        TopicEntryFactory(topic=topic, **{"event": None, name: record})
        CitationFactory(**{name: record})


LISTS = [
    f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    for model in apps.get_models()
    if model._meta.app_label in RECORDS and not model._meta.auto_created
]


def test_every_record_has_a_page_in_the_admin() -> None:
    missing = [
        model.__name__
        for model in apps.get_models()
        if model._meta.app_label in [*RECORDS, "records"]
        and not model._meta.auto_created
        and not admin.site.is_registered(model)
    ]
    assert missing == []


def test_a_list_costs_the_same_for_any_number_of_rows(desk: Client) -> None:
    for _ in range(3):
        a_row_of_everything()
    few = {}
    for name in LISTS:
        desk.get(reverse(name))
        few[name] = queries(desk, reverse(name))
    for _ in range(7):
        a_row_of_everything()
    many = {name: queries(desk, reverse(name)) for name in LISTS}
    assert many == few
    assert max(few.values()) <= 8, "session, user, number, rows, counts and filters"


def event_with(number: int) -> Any:
    event = EventFactory(status="draft")
    for _ in range(number):
        CitationFactory(event=event)
        ParticipationFactory(event=event)
    return event


def person_with(number: int) -> Any:
    person = PersonFactory(status="draft")
    for _ in range(number):
        CitationFactory(person=person)
        TenureFactory(person=person)
    return person


def power_base_with(number: int) -> Any:
    power_base = PowerBaseFactory(status="draft")
    for _ in range(number):
        TenureFactory(power_base=power_base)
    return power_base


def reform_with(number: int) -> Any:
    reform = ReformFactory(status="draft")
    for _ in range(number):
        EffectFactory(reform=reform)
        CitationFactory(reform=reform)
    reform.initiators.set([PersonFactory() for _ in range(number)])
    return reform


def measure_with(number: int) -> Any:
    measure = MeasureFactory(status="draft")
    for _ in range(number):
        StatisticFactory(measure=measure)
    return measure


def course_with(number: int) -> Any:
    course = CourseFactory(status="draft")
    course.bibliography.set([SourceFactory() for _ in range(number)])
    return course


def topic_with(number: int) -> Any:
    topic = TopicFactory(status="draft")
    for _ in range(number // 5):
        for shown in (
            {"event": EventFactory()},
            {"event": None, "tenure": TenureFactory()},
            {"event": None, "effect": EffectFactory()},
            {"event": None, "statistic": StatisticFactory()},
            {"event": None, "person": PersonFactory()},
        ):
            TopicEntryFactory(topic=topic, **shown)
    return topic


@pytest.mark.parametrize(
    "make",
    few_of(
        [
            event_with,
            person_with,
            power_base_with,
            reform_with,
            measure_with,
            course_with,
            topic_with,
        ],
        # The most pickers to a row, and rows of five kinds.
        event_with,
        topic_with,
    ),
)
def test_a_form_costs_the_same_with_5_rows_and_with_25(
    desk: Client, make: Callable[[int], Any]
) -> None:
    few, many = page_of(make(5)), page_of(make(25))
    desk.get(few)
    expected = queries(desk, few)
    assert queries(desk, many) == expected
    # With the citations that a row may take its source from, and the bodies that came after; a
    # topic has positions and their evidence besides, and asks for the days of its course; a power
    # base asks for the kinds there are, and for its own.
    assert expected <= {topic_with: 18, power_base_with: 17}.get(make, 15)


def test_a_refused_form_asks_for_no_label_twice(desk: Client) -> None:
    """The pickers of a form that comes back hold what was posted, not what is stored."""

    def labels_asked(number: int) -> int:
        event = event_with(number)
        form = data_of(desk, page_of(event)) | {"span": "sometime"}
        other = SourceFactory(title="Khrushchev: The Man and His Era")
        form |= {f"citations-{row}-source": other.pk for row in range(number)}
        with CaptureQueriesContext(connection) as caught:
            page = desk.post(page_of(event), form).content.decode()
        assert page.count("Khrushchev: The Man and His Era") >= number
        # Checking what was posted costs a query a row; showing it again must not.
        return sum('"sources_source"."id" IN (' in query["sql"] for query in caught)

    assert labels_asked(2) == labels_asked(12) == 1


def test_rows_too_many_for_a_page_have_a_list_of_their_own(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(HoldersOfPower, "most_rows", 3)
    power_base = power_base_with(4)
    url = page_of(power_base)
    page = desk.get(url)
    assert 'name="tenures-0-office"' not in page.content.decode()
    address = f"{reverse('admin:people_tenure_changelist')}?power_base__id__exact={power_base.pk}"
    assert address in page.content.decode()
    assert len(desk.get(address).context["cl"].result_list) == 4
    saved = desk.post(url, data_of(desk, url) | {"abbreviation": "KPSS"})
    assert saved.status_code == 302
    assert power_base.tenures.count() == 4


def test_a_list_counts_to_a_limit_and_says_so(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = reverse("admin:events_event_changelist")
    EventFactory.create_batch(3)
    assert "3 events" in desk.get(url).content.decode()
    monkeypatch.setattr(CappedPaginator, "limit", 2)
    page = desk.get(url).content.decode()
    assert "The first 2 events; search or filter" in page


@pytest.mark.parametrize(
    ("model", "words"),
    [
        # Every spelling of a name.
        ("people_person", "Хрущ"),
        ("people_person", "khrushchev, nik"),
        ("people_powerbase", "cpsu"),
        # An office by its holder.
        ("people_tenure", "Nikita"),
        ("events_event", "secret"),
        ("reforms_reform", "councils"),
        ("reforms_statistic", "1.6 million"),
        ("sources_source", "lewin"),
        # A citation by its source.
        ("sources_citation", "soviet century"),
        ("events_topic", "how far"),
    ],
)
def test_search(desk: Client, model: str, words: str) -> None:
    a_row_of_everything()
    url = reverse(f"admin:{model}_changelist")
    assert list(desk.get(url, {"q": words}).context["cl"].result_list)
    assert not list(desk.get(url, {"q": "Napoleon"}).context["cl"].result_list)


def test_lists_find_records_without_evidence(desk: Client) -> None:
    bare, cited = EventFactory(), EventFactory()
    CitationFactory(event=cited)
    url = reverse("admin:events_event_changelist")
    for value, expected in (("none", [bare]), ("some", [cited])):
        found = desk.get(url, {"evidence": value}).context["cl"].result_list
        assert list(found) == expected


def test_lists_sort_by_date_and_show_it_at_its_precision(desk: Client) -> None:
    later, earlier = EventFactory(span="June 1956"), EventFactory(span="c. 1953")
    page = desk.get(reverse("admin:events_event_changelist"), {"o": "2"})
    assert list(page.context["cl"].result_list) == [earlier, later]
    assert "c. 1953" in page.content.decode()


class TestIndex:
    def test_groups_are_a_teachers(self, desk: Client) -> None:
        groups = {
            group["name"]: [model["name"] for model in group["models"]]
            for group in desk.get(reverse("admin:index")).context["app_list"]
        }
        assert list(groups)[:5] == [
            "Teaching",
            "What happened",
            "Who held power",
            "Figures",
            "Evidence",
        ]
        assert groups["Teaching"] == ["Courses", "Topics", "Terms", "Claims", "Pages of notes"]
        assert groups["Who held power"] == [
            "People",
            "Power bases",
            "Tenures",
            "Kinds of power base",
        ]
        assert "Accounts" in groups

    def test_every_registered_model_stands_in_it_once(self, desk: Client) -> None:
        found = [
            model["model"]
            for group in desk.get(reverse("admin:index")).context["app_list"]
            for model in group["models"]
        ]
        assert len(found) == len(set(found))
        off_the_index = {"Participation", "Section", "Position", "PositionEvidence", "TopicEntry"}
        expected = {model for model in admin.site._registry if model.__name__ not in off_the_index}
        assert set(found) == expected

    def test_a_group_says_nothing_of_what_the_user_may_not_see(
        self, client: Client, django_user_model: Any
    ) -> None:
        client.force_login(django_user_model.objects.create_user("new", is_staff=True))
        page = client.get(reverse("admin:index"))
        assert page.context["app_list"] == []
        assert "no role yet" in page.content.decode()

    def test_the_page_of_one_app_still_answers(self, desk: Client) -> None:
        assert desk.get(reverse("admin:app_list", args=["people"])).status_code == 200


def test_pages_keep_the_strict_content_policy(desk: Client) -> None:
    topic = topic_with(5)
    for url in (reverse("admin:index"), reverse("admin:events_event_changelist"), page_of(topic)):
        page = desk.get(url)
        text = page.content.decode()
        assert "script-src 'self'" in page["Content-Security-Policy"]
        assert "unsafe" not in page["Content-Security-Policy"]
        assert "<style" not in text
        assert " style=" not in text
        assert "<script>" not in text
        assert " onclick=" not in text


def test_a_topic_of_thousands_should_link_to_its_entries_instead_of_drawing_them(
    desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TopicEntryInline, "most_rows", 3)
    topic = TopicFactory()
    page = f"/admin/events/topic/{topic.pk}/change/"
    TopicEntryFactory.create_batch(3, topic=topic)
    assert 'name="entries-0-role"' in desk.get(page).content.decode()
    TopicEntryFactory(topic=topic)
    shown = desk.get(page).content.decode()
    assert "entries-0-role" not in shown
    assert f"/admin/events/topicentry/?topic__id__exact={topic.pk}" in shown
