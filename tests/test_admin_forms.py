"""Change forms: the publishing gate, and every error at its place with nothing half written."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from events.models import Event, TopicEntry
from people.models import Person, Tenure
from records.models import PastSlug
from reforms.models import Statistic
from sources.models import Citation, Source
from tests.admin_forms import data_of, errors_of
from tests.conftest import (
    CitationFactory,
    EventFactory,
    MeasureFactory,
    PersonFactory,
    PowerBaseFactory,
    ReformFactory,
    SourceFactory,
    StatisticFactory,
    TenureFactory,
    TopicEntryFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, editor: User) -> Client:
    client.force_login(editor)
    return client


def change(record: Any) -> str:
    return reverse(
        f"admin:{record._meta.app_label}_{record._meta.model_name}_change", args=[record.pk]
    )


def citation_rows(*rows: dict[str, Any], stored: int = 0) -> dict[str, Any]:
    """What a browser sends for new citations after `stored` existing ones."""
    data: dict[str, Any] = {"citations-TOTAL_FORMS": stored + len(rows)}
    for number, row in enumerate(rows, start=stored):
        for name, value in {"stance": "supports", "checked": "read", "order": 0, **row}.items():
            data[f"citations-{number}-{name}"] = value
    return data


class TestPublishingGate:
    def test_refuses_without_citation_at_the_citations(self, desk: Client) -> None:
        event = EventFactory(status="draft")
        url = change(event)
        found = errors_of(desk.post(url, data_of(desk, url) | {"status": "published"}))
        assert list(found) == ["citations"]
        assert Event.objects.get().status == "draft"

    def test_refuses_without_date_at_the_date(self, desk: Client) -> None:
        event = EventFactory(status="draft", span=None)
        CitationFactory(event=event)
        url = change(event)
        form = data_of(desk, url) | {"status": "published"}
        assert list(errors_of(desk.post(url, form))) == ["span"]
        answer = desk.post(url, form | {"undated_reason": "The sources give no year."})
        assert answer.status_code == 302

    def test_counts_the_citation_entered_on_the_same_form(self, desk: Client) -> None:
        event = EventFactory(status="draft")
        url = change(event)
        row = {"source": SourceFactory().pk, "locator": "chapter 13"}
        form = data_of(desk, url) | {"status": "published"} | citation_rows(row)
        assert desk.post(url, form).status_code == 302
        assert Event.objects.get().is_published

    def test_counts_on_a_new_record_too(self, desk: Client) -> None:
        url = reverse("admin:events_event_add")
        form = data_of(desk, url) | {
            "title": "Arrest of Beria",
            "slug": "arrest-of-beria",
            "span": "26 June 1953",
            "status": "published",
        }
        assert list(errors_of(desk.post(url, form))) == ["citations"]
        assert not Event.objects.exists()
        row = {"source": SourceFactory().pk, "locator": "chapter 13"}
        assert desk.post(url, form | citation_rows(row)).status_code == 302
        assert Event.objects.get().citations.get().locator == "chapter 13"

    def test_does_not_count_a_citation_that_is_removed(self, desk: Client) -> None:
        event = EventFactory()
        CitationFactory(event=event)
        url = change(event)
        found = errors_of(desk.post(url, data_of(desk, url) | {"citations-0-DELETE": "on"}))
        assert list(found) == ["citations"]
        assert Citation.objects.count() == 1

    def test_asks_no_citation_of_what_only_arranges(self, desk: Client) -> None:
        topic = TopicFactory(status="draft")
        url = change(topic)
        assert desk.post(url, data_of(desk, url) | {"status": "published"}).status_code == 302

    def test_says_what_still_stands_in_the_way(self, desk: Client) -> None:
        event = EventFactory(status="draft", span=None)
        page = desk.get(change(event)).content.decode()
        assert "Add at least one citation" in page
        assert "Give a date" in page
        CitationFactory(event=event)
        event.span = "1956"
        event.save()
        assert "Nothing stands in the way" in desk.get(change(event)).content.decode()

    def test_a_figure_is_published_on_its_own_page_only(self, desk: Client) -> None:
        statistic = StatisticFactory(status="draft")
        url = change(statistic.measure)
        desk.post(url, data_of(desk, url) | {"statistics-0-status": "published"})
        statistic.refresh_from_db()
        assert statistic.status == "draft"

    def test_a_published_figure_cannot_lose_its_date_in_a_row(self, desk: Client) -> None:
        statistic = StatisticFactory()
        CitationFactory(statistic=statistic)
        url = change(statistic.measure)
        found = errors_of(desk.post(url, data_of(desk, url) | {"statistics-0-date": ""}))
        assert list(found) == ["statistics-0-date"]


class TestErrorsAtTheirPlace:
    @pytest.mark.parametrize(
        ("changed", "place", "words"),
        [
            # The verb contradicts the numbers: 25 is less than 55.
            (
                {"value": "25", "baseline_value": "55", "change": "rose", "as_written": ""},
                "change",
                "contradicts",
            ),
            # A verb without the value before.
            ({"change": "fell"}, "baseline_value", "needs the value before"),
            # “Between” without its second value.
            ({"comparator": "between"}, "upper_value", "higher second value"),
        ],
    )
    def test_figures(self, desk: Client, changed: dict[str, str], place: str, words: str) -> None:
        statistic = StatisticFactory(status="draft")
        own, row = change(statistic), change(statistic.measure)
        found = errors_of(desk.post(own, data_of(desk, own) | changed))
        assert list(found) == [place]
        assert words in found[place][0]
        in_row = {f"statistics-0-{name}": value for name, value in changed.items()}
        found = errors_of(desk.post(row, data_of(desk, row) | in_row))
        assert list(found) == [f"statistics-0-{place}"]
        assert Statistic.objects.get().change == ""

    @pytest.mark.parametrize(
        ("span", "words"),
        [
            # Ends before it starts.
            ("1964/1953", "Try"),
            # Begins after death in 1971.
            ("1972 – 1973", "after"),
            # Begins before birth in 1894.
            ("1890 – 1895", "before"),
            # Not said at all.
            ("", "Say when the office was held"),
        ],
    )
    def test_tenures(self, desk: Client, span: str, words: str) -> None:
        tenure = TenureFactory(person__status="draft")
        own, row = change(tenure), change(tenure.person)
        found = errors_of(desk.post(own, data_of(desk, own) | {"span": span}))
        assert list(found) == ["span"]
        assert len(found["span"]) == 1
        assert words in found["span"][0]
        found = errors_of(desk.post(row, data_of(desk, row) | {"tenures-0-span": span}))
        assert list(found) == ["tenures-0-span"]
        assert Tenure.objects.get().span == tenure.span

    def test_tenure_outside_the_life_of_a_person_entered_with_it(self, desk: Client) -> None:
        url = reverse("admin:people_person_add")
        form = data_of(desk, url) | {
            "name": "Lavrentiy Beria",
            "sort_name": "Beria, Lavrentiy",
            "slug": "lavrentiy-beria",
            "born": "1899",
            "died": "23 December 1953",
            "tenures-TOTAL_FORMS": 1,
            "tenures-0-office": "Minister of Internal Affairs",
            "tenures-0-power_base": PowerBaseFactory().pk,
            "tenures-0-span": "5 March 1953 – 26 June 1954",
        }
        found = errors_of(desk.post(url, form))
        assert list(found) == ["tenures-0-span"]
        assert "died" in found["tenures-0-span"][0]
        assert not Person.objects.exists(), "nothing half written"
        answer = desk.post(url, form | {"tenures-0-span": "5 March – 26 June 1953"})
        assert answer.status_code == 302
        assert Person.objects.get().tenures.get().span.edtf == "1953-03-05/1953-06-26"

    def test_a_new_death_is_compared_with_offices_that_stay(self, desk: Client) -> None:
        tenure = TenureFactory(person__status="draft")
        url = change(tenure.person)
        found = errors_of(desk.post(url, data_of(desk, url) | {"died": "1960"}))
        assert list(found) == ["tenures-0-span"]

    def test_death_before_birth(self, desk: Client) -> None:
        url = change(PersonFactory(status="draft"))
        assert list(errors_of(desk.post(url, data_of(desk, url) | {"died": "1890"}))) == ["died"]

    def test_citation_without_locator(self, desk: Client) -> None:
        event = EventFactory(status="draft")
        url = change(event)
        row = {"source": SourceFactory().pk, "locator": "  "}
        found = errors_of(desk.post(url, data_of(desk, url) | citation_rows(row)))
        assert found == {
            "citations-0-locator": [
                "Say where in the source, for example “chapter 13” or “p. 412”."
            ]
        }
        assert not Citation.objects.exists()

    def test_citation_of_no_record_and_of_two(self, desk: Client) -> None:
        url = reverse("admin:sources_citation_add")
        form = data_of(desk, url) | {"source": SourceFactory().pk, "locator": "chapter 13"}
        assert "Choose the one record" in str(errors_of(desk.post(url, form)))
        two = {"person": PersonFactory().pk, "event": EventFactory().pk}
        found = errors_of(desk.post(url, form | two))
        assert found == {"__all__": ["A citation is evidence for one record only: choose one."]}
        assert not Citation.objects.exists()

    @pytest.mark.parametrize("number", [0, 2])
    def test_topic_entry_with_two_records_or_none(self, desk: Client, number: int) -> None:
        topic = TopicFactory(status="draft")
        url = change(topic)
        form = data_of(desk, url) | {
            "title": "Another title",
            "entries-TOTAL_FORMS": 1,
            "entries-0-order": 1,
            "entries-0-role": "cause",
            "entries-0-framing": "Why it began.",
        }
        if number:
            form |= {"entries-0-event": EventFactory().pk, "entries-0-reform": ReformFactory().pk}
        found = errors_of(desk.post(url, form))
        assert list(found) == ["entries-0-__all__"]
        assert len(found["entries-0-__all__"]) == 1
        assert "exactly one record" in found["entries-0-__all__"][0]
        topic.refresh_from_db()
        assert topic.title == "De-Stalinisation", "nothing half written"
        assert not TopicEntry.objects.exists()

    def test_taken_address(self, desk: Client) -> None:
        PersonFactory(slug="nikita-khrushchev")
        other = PersonFactory(status="draft", slug="nikita-k")
        url = change(other)
        found = errors_of(desk.post(url, data_of(desk, url) | {"slug": "nikita-khrushchev"}))
        assert list(found) == ["slug"]
        assert "nikita-khrushchev-2" in found["slug"][0]

    def test_address_that_was_once_used(self, desk: Client) -> None:
        first = PersonFactory(slug="old-name")
        first.slug = "new-name"
        first.save()
        other = PersonFactory(status="draft")
        url = change(other)
        found = errors_of(desk.post(url, data_of(desk, url) | {"slug": "old-name"}))
        assert "never used twice" in found["slug"][0]
        assert PastSlug.objects.count() == 1

    def test_withdrawal_without_reason(self, desk: Client) -> None:
        url = change(CitationFactory(event=EventFactory()).event)
        found = errors_of(desk.post(url, data_of(desk, url) | {"status": "withdrawn"}))
        assert list(found) == ["withdrawn_reason"]

    def test_topic_number_that_is_taken(self, desk: Client) -> None:
        topic = TopicFactory(order=1)
        other = TopicFactory(course=topic.course, order=2)
        url = change(other)
        found = errors_of(desk.post(url, data_of(desk, url) | {"order": 1}))
        assert list(found) == ["order"]

    def test_an_effect_stated_twice(self, desk: Client) -> None:
        reform, power_base = ReformFactory(status="draft"), PowerBaseFactory()
        url = change(reform)
        form = data_of(desk, url) | {"effects-TOTAL_FORMS": 2}
        for number in (0, 1):
            form |= {
                f"effects-{number}-power_base": power_base.pk,
                f"effects-{number}-change": "weakened",
            }
        assert "effects" in errors_of(desk.post(url, form))
        assert not reform.effects.exists()


class TestPages:
    def test_a_cited_source_is_kept_and_the_page_says_why(self, desk: Client) -> None:
        source = SourceFactory(status="draft")
        CitationFactory(source=source, event=EventFactory())
        url = reverse("admin:sources_source_delete", args=[source.pk])
        answer = desk.post(url, {"post": "yes"}, follow=True)
        assert "is cited once and cannot be deleted" in answer.content.decode()
        assert Source.objects.count() == 1
        action = {"action": "delete_selected", "_selected_action": [source.pk], "post": "yes"}
        answer = desk.post(reverse("admin:sources_source_changelist"), action)
        assert answer.status_code == 200
        assert Source.objects.count() == 1

    def test_view_on_site_leads_to_published_pages_only(self, desk: Client) -> None:
        draft, published = EventFactory(status="draft"), EventFactory()
        assert published.get_absolute_url() in desk.get(change(published)).content.decode()
        assert draft.get_absolute_url() not in desk.get(change(draft)).content.decode()

    def test_pickers_tell_rows_apart(self, desk: Client) -> None:
        tenure = TenureFactory(person__name="Georgy Malenkov", office="Premier")
        query = {"app_label": "sources", "model_name": "citation", "field_name": "tenure"}
        answer = desk.get(reverse("admin:autocomplete"), query | {"term": "prem"}).json()
        assert answer["results"][0]["text"].startswith("Georgy Malenkov: Premier")
        entry = TopicEntryFactory(event=None, tenure=tenure)
        assert "Georgy Malenkov: Premier" in desk.get(change(entry.topic)).content.decode()

    def test_order_numbers_are_saved(self, desk: Client) -> None:
        topic = TopicFactory(status="draft")
        first, second = (TopicEntryFactory(topic=topic, order=n) for n in (1, 2))
        url = change(topic)
        desk.post(url, data_of(desk, url) | {"entries-0-order": 2, "entries-1-order": 1})
        assert list(topic.entries.all()) == [second, first]

    def test_a_new_measure_takes_its_figures_with_it(self, desk: Client) -> None:
        measure = MeasureFactory(status="draft")
        url = change(measure)
        form = data_of(desk, url) | {
            "statistics-TOTAL_FORMS": 1,
            "statistics-0-comparator": "over",
            "statistics-0-value": "26000",
            "statistics-0-date": "1953 – 1964",
        }
        assert desk.post(url, form).status_code == 302
        assert measure.statistics.get().phrase == "over 26,000"
