"""What a form refuses, it refuses at the box that is wrong, with words that help."""

from __future__ import annotations

from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from events.models import Event, Position, TopicEntry
from people.models import Person, Tenure
from records.models import PastSlug
from reforms.models import Statistic
from sources.models import Citation
from tests.factories import (
    CitationFactory,
    EventFactory,
    PersonFactory,
    PowerBaseFactory,
    ReformFactory,
    SectionFactory,
    SourceFactory,
    StatisticFactory,
    TenureFactory,
    TopicFactory,
)
from tests.support.admin_forms import citation_rows, data_of, errors_of, page_of

pytestmark = pytest.mark.django_db


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
        own, row = page_of(statistic), page_of(statistic.measure)
        found = errors_of(desk.post(own, data_of(desk, own) | changed))
        assert list(found) == [place]
        assert words in found[place][0]
        in_row = {f"statistics-0-{name}": value for name, value in changed.items()}
        found = errors_of(desk.post(row, data_of(desk, row) | in_row))
        assert list(found) == [f"statistics-0-{place}"]
        assert Statistic.objects.get().change == ""

    def test_an_office_entered_twice(self, desk: Client) -> None:
        tenure = TenureFactory(person__status="draft")
        row, own = page_of(tenure.person), page_of(tenure)
        data = data_of(desk, row)
        first = {n: v for n, v in data.items() if n.startswith("tenures-0-")}
        two = {n.replace("-0-", f"-{k}-", 1): v for k in (1, 2) for n, v in first.items()}
        for number in (1, 2):
            two |= {f"tenures-{number}-id": "", f"tenures-{number}-public_id": ""}
        # Beside the one that stands, and beside another that is new.
        for changed, places in (
            ({}, {"tenures-1-", "tenures-2-"}),
            ({"tenures-1-office": "Chairman", "tenures-2-office": "Chairman"}, {"tenures-2-"}),
        ):
            found = errors_of(desk.post(row, data | two | changed | {"tenures-TOTAL_FORMS": "3"}))
            said = {place: words for place, words in found.items() if "entered already" in words[0]}
            assert {place[:10] for place in said} == places, found
        assert Tenure.objects.count() == 1
        # On a page of its own, too.
        add = reverse("admin:people_tenure_add")
        found = errors_of(desk.post(add, data_of(desk, own) | {"public_id": "another"}))
        assert ["entered already" in words[0] for words in found.values()] == [True], found
        assert Tenure.objects.count() == 1

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
        own, row = page_of(tenure), page_of(tenure.person)
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
        url = page_of(tenure.person)
        found = errors_of(desk.post(url, data_of(desk, url) | {"died": "1960"}))
        assert list(found) == ["tenures-0-span"]

    def test_death_before_birth(self, desk: Client) -> None:
        url = page_of(PersonFactory(status="draft"))
        assert list(errors_of(desk.post(url, data_of(desk, url) | {"died": "1890"}))) == ["died"]

    def test_citation_without_locator(self, desk: Client) -> None:
        event = EventFactory(status="draft")
        url = page_of(event)
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
        url = page_of(topic)
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

    def test_a_lesson_is_published_whole_or_says_where_it_is_not(self, desk: Client) -> None:
        topic = TopicFactory(status="draft")
        section = SectionFactory(topic=topic, text="He spoke.\n\nThey [wept](event:hidden).")
        EventFactory(slug="hidden", status="draft", title="The weeping")
        address = page_of(topic)
        page = desk.get(address).content.decode()
        assert "Before readers can see it: Paragraph 1: It rests on nothing" in page
        # A draft is kept as it is; what readers would see is not.
        data = data_of(desk, address)
        assert desk.post(address, data).status_code == 302
        data = data_of(desk, address) | {"status": "published"}
        found = errors_of(desk.post(address, data))
        assert list(found) == ["sections-0-text"]
        first, second, third = found["sections-0-text"]
        assert first.startswith("Paragraph 1: It rests on nothing")
        assert second.startswith("Paragraph 2: The event “The weeping” is a draft")
        assert third.startswith("Paragraph 2: It rests on nothing")
        SourceFactory(slug="lewin-2005")
        data["sections-0-text"] = "He spoke [@lewin-2005, chapter 13]."
        assert desk.post(address, data).status_code == 302
        section.refresh_from_db()
        assert section.topic.is_published
        assert section.text == "He spoke [@lewin-2005, chapter 13]."

    def test_positions_are_refused_where_they_are_the_same(self, desk: Client) -> None:
        SourceFactory(slug="lewin-2005")
        topic = TopicFactory(status="draft")
        address = page_of(topic)
        both = {
            "positions-TOTAL_FORMS": 2,
            "positions-0-letter": "A",
            "positions-0-name": "A break",
            "positions-0-statement": "He broke with Stalin.",
            "positions-1-letter": "B",
            "positions-1-name": "Another",
            "positions-1-statement": "He  BROKE with Stalin.",
            "evidence-TOTAL_FORMS": 1,
            "evidence-0-position": "A",
            "evidence-0-stance": "supports",
            "evidence-0-order": 1,
            "evidence-0-why": "He said so [@lewin-2005, p. 4].",
        }
        for number in (0, 1):
            both[f"positions-{number}-public_id"] = f"break-{number}"
        data = data_of(desk, address) | both | {"evidence-0-public_id": "break-speech"}
        found = errors_of(desk.post(address, data))
        assert list(found) == ["positions-1-statement", "evidence-0-__all__"]
        assert found["positions-1-statement"][0].startswith("Position A says this already.")
        assert "exactly one record or source" in found["evidence-0-__all__"][0]
        assert not Position.objects.exists(), "nothing half written"
        # Positions and their evidence are entered at once, and the topic waits for the rest.
        data |= {
            "positions-1-statement": "He did not.",
            "evidence-0-event": EventFactory(title="The speech").pk,
            "status": "published",
        }
        refused = desk.post(address, data).content.decode()
        assert "Position “B. Another” has no evidence that readers see." in unescape(refused)
        assert desk.post(address, data | {"status": "draft"}).status_code == 302
        assert [str(each) for each in topic.positions.all()] == ["A. A break", "B. Another"]
        assert topic.evidence.get().event.title == "The speech"

    def test_the_picker_of_a_lesson_finds_keys(self, desk: Client, client: Client) -> None:
        EventFactory(slug="secret-speech")
        EventFactory(slug="other", title="Launch of Sputnik", status="draft")
        address = reverse("admin:lesson-keys")
        found = desk.get(address, {"kind": "event", "words": "secret"}).json()["results"]
        assert found == [
            {
                "key": "secret-speech",
                "title": "The Secret Speech",
                "text": "The Secret Speech (25 February 1956)",
                "public": True,
            }
        ]
        found = desk.get(address, {"kind": "event", "words": "sputnik"}).json()["results"]
        assert [one["public"] for one in found] == [False]
        assert desk.get(address, {"kind": "nothing"}).json() == {"results": []}
        client.logout()
        assert client.get(address).status_code == 302, "drafts are for staff"

    def test_taken_address(self, desk: Client) -> None:
        PersonFactory(slug="nikita-khrushchev")
        other = PersonFactory(status="draft", slug="nikita-k")
        url = page_of(other)
        found = errors_of(desk.post(url, data_of(desk, url) | {"slug": "nikita-khrushchev"}))
        assert list(found) == ["slug"]
        assert "nikita-khrushchev-2" in found["slug"][0]

    def test_address_that_was_once_used(self, desk: Client) -> None:
        first = PersonFactory(slug="old-name")
        first.slug = "new-name"
        first.save()
        other = PersonFactory(status="draft")
        url = page_of(other)
        found = errors_of(desk.post(url, data_of(desk, url) | {"slug": "old-name"}))
        assert "never used twice" in found["slug"][0]
        assert PastSlug.objects.count() == 1

    def test_withdrawal_without_reason(self, desk: Client) -> None:
        url = page_of(CitationFactory(event=EventFactory()).event)
        found = errors_of(desk.post(url, data_of(desk, url) | {"status": "withdrawn"}))
        assert list(found) == ["withdrawn_reason"]

    def test_topic_number_that_is_taken(self, desk: Client) -> None:
        topic = TopicFactory(order=1)
        other = TopicFactory(course=topic.course, order=2)
        url = page_of(other)
        found = errors_of(desk.post(url, data_of(desk, url) | {"order": 1}))
        assert list(found) == ["order"]

    def test_an_effect_stated_twice(self, desk: Client) -> None:
        reform, power_base = ReformFactory(status="draft"), PowerBaseFactory()
        url = page_of(reform)
        form = data_of(desk, url) | {"effects-TOTAL_FORMS": 2}
        for number in (0, 1):
            form |= {
                f"effects-{number}-power_base": power_base.pk,
                f"effects-{number}-change": "weakened",
            }
        assert "effects" in errors_of(desk.post(url, form))
        assert not reform.effects.exists()


def test_a_picker_with_a_value_that_no_picker_sends_is_refused_at_its_box(
    desk: Client, speech: Event
) -> None:
    form = data_of(desk, page_of(speech)) | {"citations-0-source": "lewin-2005"}
    assert "citations-0-source" in errors_of(desk.post(page_of(speech), form))
