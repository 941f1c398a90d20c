"""Change forms: the publishing gate, and every error at its place with nothing half written."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from events.models import Event
from sources.models import Citation, Source
from tests.factories import (
    CitationFactory,
    EventFactory,
    MeasureFactory,
    ParticipationFactory,
    ReformFactory,
    SourceFactory,
    StatisticFactory,
    TenureFactory,
    TopicEntryFactory,
    TopicFactory,
)
from tests.support.admin_forms import citation_rows, data_of, errors_of, page_of

pytestmark = pytest.mark.django_db


class TestPublishingGate:
    def test_refuses_without_citation_at_the_citations(self, desk: Client) -> None:
        event = EventFactory(status="draft")
        url = page_of(event)
        found = errors_of(desk.post(url, data_of(desk, url) | {"status": "published"}))
        assert list(found) == ["citations"]
        assert Event.objects.get().status == "draft"

    def test_refuses_without_date_at_the_date(self, desk: Client) -> None:
        event = EventFactory(status="draft", span=None)
        CitationFactory(event=event)
        url = page_of(event)
        form = data_of(desk, url) | {"status": "published"}
        assert list(errors_of(desk.post(url, form))) == ["span"]
        answer = desk.post(url, form | {"undated_reason": "The sources give no year."})
        assert answer.status_code == 302

    def test_counts_the_citation_entered_on_the_same_form(self, desk: Client) -> None:
        event = EventFactory(status="draft")
        url = page_of(event)
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
        url = page_of(event)
        found = errors_of(desk.post(url, data_of(desk, url) | {"citations-0-DELETE": "on"}))
        assert list(found) == ["citations"]
        assert Citation.objects.count() == 1

    def test_asks_no_citation_of_what_only_arranges(self, desk: Client) -> None:
        topic = TopicFactory(status="draft")
        url = page_of(topic)
        assert desk.post(url, data_of(desk, url) | {"status": "published"}).status_code == 302

    def test_says_what_still_stands_in_the_way(self, desk: Client) -> None:
        event = EventFactory(status="draft", span=None)
        page = desk.get(page_of(event)).content.decode()
        assert "Add at least one citation" in page
        assert "Give a date" in page
        CitationFactory(event=event)
        event.span = "1956"
        event.save()
        assert "Nothing stands in the way" in desk.get(page_of(event)).content.decode()

    def test_a_figure_is_published_on_its_own_page_only(self, desk: Client) -> None:
        statistic = StatisticFactory(status="draft")
        url = page_of(statistic.measure)
        desk.post(url, data_of(desk, url) | {"statistics-0-status": "published"})
        statistic.refresh_from_db()
        assert statistic.status == "draft"

    def test_a_published_figure_cannot_lose_its_date_in_a_row(self, desk: Client) -> None:
        statistic = StatisticFactory()
        CitationFactory(statistic=statistic)
        url = page_of(statistic.measure)
        found = errors_of(desk.post(url, data_of(desk, url) | {"statistics-0-date": ""}))
        assert list(found) == ["statistics-0-date"]


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
        assert published.get_absolute_url() in desk.get(page_of(published)).content.decode()
        assert draft.get_absolute_url() not in desk.get(page_of(draft)).content.decode()

    def test_pickers_tell_rows_apart(self, desk: Client) -> None:
        tenure = TenureFactory(person__name="Georgy Malenkov", office="Premier")
        query = {"app_label": "sources", "model_name": "citation", "field_name": "tenure"}
        answer = desk.get(reverse("admin:autocomplete"), query | {"term": "prem"}).json()
        assert answer["results"][0]["text"].startswith("Georgy Malenkov, Premier")
        entry = TopicEntryFactory(event=None, tenure=tenure)
        assert "Georgy Malenkov, Premier" in desk.get(page_of(entry.topic)).content.decode()

    def test_order_numbers_are_saved(self, desk: Client) -> None:
        topic = TopicFactory(status="draft")
        first, second = (TopicEntryFactory(topic=topic, order=n) for n in (1, 2))
        url = page_of(topic)
        desk.post(url, data_of(desk, url) | {"entries-0-order": 2, "entries-1-order": 1})
        assert list(topic.entries.all()) == [second, first]

    def test_a_new_measure_takes_its_figures_with_it(self, desk: Client) -> None:
        measure = MeasureFactory(status="draft")
        url = page_of(measure)
        form = data_of(desk, url) | {
            "statistics-TOTAL_FORMS": 1,
            "statistics-0-comparator": "over",
            "statistics-0-value": "26000",
            "statistics-0-date": "1953 – 1964",
        }
        assert desk.post(url, form).status_code == 302
        assert measure.statistics.get().phrase == "over 26,000"


class TestRowsThatStay:
    """A page checks the rows that changed; what stands in the database keeps its rules there."""

    @pytest.fixture
    def speech(self) -> Event:
        event = EventFactory()
        for slug in ("nikita-khrushchev", "nikolai-bulganin"):
            ParticipationFactory(event=event, person__slug=slug)
        for source in ("lewin-2005", "taubman-2003"):
            CitationFactory(event=event, source__slug=source)
        return event

    def test_a_changed_row_is_compared_with_one_that_stays(
        self, desk: Client, speech: Event
    ) -> None:
        data = data_of(desk, page_of(speech))
        data["participations-0-person"] = data["participations-1-person"]
        found = errors_of(desk.post(page_of(speech), data))
        assert any(name.startswith("participations") for name in found), found
        assert speech.participations.values("person").distinct().count() == 2

    def test_a_new_row_is_compared_with_one_that_stays(self, desk: Client, speech: Event) -> None:
        data = data_of(desk, page_of(speech))
        new = {"person": data["participations-0-person"], "role": "spoke", "order": 2}
        data |= {f"participations-2-{name}": value for name, value in new.items()}
        data["participations-TOTAL_FORMS"] = 3
        found = errors_of(desk.post(page_of(speech), data))
        assert any(name.startswith("participations") for name in found), found
        assert speech.participations.count() == 2

    def test_another_source_is_found_though_no_row_had_it(
        self, desk: Client, speech: Event
    ) -> None:
        source = SourceFactory(slug="service-2009")
        data = data_of(desk, page_of(speech)) | {"citations-1-source": source.pk}
        assert desk.post(page_of(speech), data).status_code == 302
        assert {*speech.citations.values_list("source__slug", flat=True)} == {
            "lewin-2005",
            "service-2009",
        }

    @pytest.mark.parametrize("source", ["999999", ""])
    def test_a_source_that_is_not_there_is_refused_at_its_box(
        self, desk: Client, speech: Event, source: str
    ) -> None:
        data = data_of(desk, page_of(speech)) | {"citations-1-source": source}
        found = errors_of(desk.post(page_of(speech), data))
        assert [*found] == ["citations-1-source"]

    def test_a_row_that_somebody_removed_meanwhile_is_not_written_again(
        self, desk: Client, speech: Event
    ) -> None:
        data = data_of(desk, page_of(speech)) | {"citations-0-locator": "p. 274"}
        speech.citations.get(pk=data["citations-0-id"]).delete()
        found = errors_of(desk.post(page_of(speech), data))
        assert "citations-0-id" in found
        assert speech.citations.count() == 1

    def test_a_row_of_another_record_cannot_be_sent_along(
        self, desk: Client, speech: Event
    ) -> None:
        other = CitationFactory(event=EventFactory(), locator="chapter 13")
        data = data_of(desk, page_of(speech))
        data |= {"citations-0-id": other.pk, "citations-0-locator": "p. 274"}
        desk.post(page_of(speech), data)
        other.refresh_from_db()
        assert other.locator == "chapter 13"
        assert other.event_id != speech.pk

    def test_links_to_several_records_are_kept_and_changed(self, desk: Client) -> None:
        event = EventFactory()
        CitationFactory(event=event)
        councils, return_of_ministries = ReformFactory(slug="councils"), ReformFactory()
        event.reforms.set([councils])
        data = data_of(desk, page_of(event)) | {"title": "The Plenum"}
        assert desk.post(page_of(event), data).status_code == 302
        assert [*event.reforms.all()] == [councils]
        data = data_of(desk, page_of(event)) | {"reforms": [return_of_ministries.pk]}
        assert desk.post(page_of(event), data).status_code == 302
        assert [*event.reforms.all()] == [return_of_ministries]
