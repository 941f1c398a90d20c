"""The date box: plain English in, an echo out, and nothing changed that nobody touched."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from people.admin import PersonAdmin
from people.models import Person
from records.admin.forms import HistoricalDateFormField
from records.dates import HistoricalDate
from tests.factories import CitationFactory, EventFactory, PersonFactory, TenureFactory
from tests.support.admin_forms import data_of, errors_of

pytestmark = pytest.mark.django_db


class TestField:
    def test_an_untouched_box_keeps_words_that_cannot_be_read_again(self) -> None:
        field = HistoricalDateFormField()
        stored = HistoricalDate.from_edtf("1956-21", "the spring after the congress")
        field.keep(stored)
        assert field.prepare_value(stored) == "the spring after the congress"
        assert field.clean(" the spring  after the congress ") is stored
        assert not field.has_changed(stored, "the spring after the congress")

    @pytest.mark.parametrize(
        ("initial", "data", "changed"),
        [
            # Nothing before, nothing now.
            (None, "", False),
            # Shown as EDTF and sent back as shown.
            (HistoricalDate("1956-06"), "1956-06", False),
            # Other words for the same month are a change: they are kept as written.
            (HistoricalDate("1956-06"), "June 1956", True),
            # Spaces that a browser or a person adds are none.
            (HistoricalDate.parse("June 1956"), " June  1956 ", False),
            # Emptied.
            (HistoricalDate("1956-06"), "", True),
        ],
    )
    def test_has_changed(self, initial: Any, data: str, changed: bool) -> None:
        assert HistoricalDateFormField().has_changed(initial, data) is changed


class TestBox:
    def test_shows_the_stored_words_and_how_they_are_understood(self, desk: Client) -> None:
        event = EventFactory(span="by 1961")
        page = desk.get(reverse("admin:events_event_change", args=[event.pk])).content.decode()
        assert 'value="by 1961"' in page
        assert HistoricalDate.parse("by 1961").describe() in page

    def test_echoes_what_was_typed_when_another_box_is_wrong(self, desk: Client) -> None:
        url = reverse("admin:people_person_add")
        answer = desk.post(url, data_of(desk, url) | {"born": "c. 1894", "died": "sometime"})
        assert HistoricalDate.parse("c. 1894").describe() in answer.content.decode()
        assert set(errors_of(answer)) >= {"died"}

    @pytest.mark.parametrize(
        "words",
        [
            # Says nothing about when.
            "sometime",
            # No such day.
            "31 February 1956",
            # Ends before it starts.
            "1957/1955",
        ],
    )
    def test_refuses_at_the_box_and_keeps_the_stored_date(self, desk: Client, words: str) -> None:
        event = EventFactory(status="draft", span="1956-02-25")
        url = reverse("admin:events_event_change", args=[event.pk])
        found = errors_of(desk.post(url, data_of(desk, url) | {"span": words}))
        assert list(found) == ["span"]
        assert "Try" in found["span"][0], "an example of what can be understood"
        event.refresh_from_db()
        assert event.span == HistoricalDate("1956-02-25")

    def test_saves_words_in_all_their_columns(self, desk: Client) -> None:
        event = EventFactory(status="draft")
        url = reverse("admin:events_event_change", args=[event.pk])
        assert desk.post(url, data_of(desk, url) | {"span": "June 1956"}).status_code == 302
        event.refresh_from_db()
        expected = HistoricalDate.parse("June 1956")
        assert (event.span_edtf, event.span_text) == ("1956-06", "June 1956")
        assert (event.span_earliest, event.span_latest) == (expected.earliest, expected.latest)

    def test_empties(self, desk: Client) -> None:
        person = PersonFactory(status="draft", died="1971-09-11")
        url = reverse("admin:people_person_change", args=[person.pk])
        desk.post(url, data_of(desk, url) | {"died": ""})
        person.refresh_from_db()
        assert person.died is None

    def test_an_unchanged_form_changes_nothing(self, desk: Client) -> None:
        person = PersonFactory(status="draft")
        person.born = HistoricalDate.from_edtf("1894-04-15", "the year of the famine’s end")
        person.save()
        TenureFactory(person=person, span="1955~/1956")
        CitationFactory(person=person)
        before = Person.objects.values().get(), person.tenures.values().get()
        url = reverse("admin:people_person_change", args=[person.pk])
        answer = desk.post(url, data_of(desk, url))
        assert answer.status_code == 302
        after = Person.objects.values().get(), person.tenures.values().get()
        for values in (before[0], after[0]):
            del values["updated_at"]
        assert after == before

    def test_works_in_a_row_and_only_there(self, desk: Client) -> None:
        tenure = TenureFactory(person__status="draft")
        url = reverse("admin:people_person_change", args=[tenure.person.pk])
        page = desk.get(url).content.decode()
        assert 'name="tenures-0-span"' in page
        assert HistoricalDate("1953-09-07/1964-10-14").describe() in page
        form = data_of(desk, url)
        assert desk.post(url, form | {"tenures-0-span": "sometime"}).status_code == 200
        answer = desk.post(url, form | {"tenures-0-span": "1958 – 1964"})
        assert answer.status_code == 302
        tenure.refresh_from_db()
        assert tenure.span.edtf == "1958/1964"

    def test_clears_in_lists_and_read_only_pages_say_the_date_or_a_dash(self) -> None:
        column = PersonAdmin(Person, None).died  # type: ignore[arg-type, attr-defined]
        assert column(Person(died="1971-09-11")) == "11 September 1971"
        assert column(Person()) == "–"


class TestEcho:
    url = "/admin/date-echo/"

    @pytest.mark.parametrize(
        ("words", "understood"),
        [("June 1956", True), ("44 BCE", True), ("31 February 1956", False), ("", True)],
    )
    def test_answers_in_words(self, desk: Client, words: str, understood: bool) -> None:
        answer = desk.get(self.url, {"words": words}).json()
        assert answer["understood"] is understood
        expected = HistoricalDate.parse(words).describe() if words and understood else None
        assert expected is None or answer["message"] == expected
        assert bool(answer["message"]) is bool(words)

    def test_is_for_staff(self, client: Client, django_user_model: Any) -> None:
        assert client.get(self.url, {"words": "1956"}).status_code == 302
        client.force_login(django_user_model.objects.create_user("pupil"))
        assert client.get(self.url, {"words": "1956"}).status_code == 302

    def test_survives_very_long_words(self, desk: Client) -> None:
        assert desk.get(self.url, {"words": "1" * 5000}).json()["understood"] is False
