"""Two people at one record: what each typed is kept, and nobody takes back what the other saved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from curation.models import Suggestion, Version
from events.models import Event
from people.models import Tenure
from tests.factories import (
    CitationFactory,
    EventFactory,
    PersonFactory,
    PowerBaseFactory,
    ReformFactory,
)
from tests.support.accounts import signed_in
from tests.support.admin_forms import citation_rows, data_of, errors_of, page_of

pytestmark = pytest.mark.django_db

Words = dict[str, Any]


@pytest.fixture
def desk() -> Client:
    return signed_in("Editor", "nina")


@pytest.fixture
def both(desk: Client) -> Callable[[Any, Words, Words], Any]:
    """I open a form, a colleague changes the record, and then I save: the answer to me."""
    colleague = signed_in("Editor", "boris")

    def saved(record: Any, mine: Words, theirs: Words) -> Any:
        form = data_of(desk, page_of(record)) | mine
        answer = colleague.post(page_of(record), data_of(colleague, page_of(record)) | theirs)
        assert answer.status_code == 302
        answer = desk.post(
            page_of(record), {k: v for k, v in form.items() if v is not None}, follow=True
        )
        record.refresh_from_db()
        return answer

    return saved


def boxes(answer: Any) -> Words:
    """What stands in the boxes of a form that was refused, and goes out when it is sent again."""
    context = answer.context
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    shown = {each.html_name: each.value() for form in forms for each in form}
    versions = {"record_version": context["record_version"], **dict(context["row_versions"])}
    return versions | {name: value for name, value in shown.items() if value not in (None, False)}


class TestBoxes:
    @pytest.mark.parametrize(
        ("mine", "theirs", "kept"),
        [
            # Each in a box of their own: words, a date, a choice.
            ({"summary": "Mine."}, {"title": "Theirs"}, {"title": "Theirs", "summary": "Mine."}),
            ({"title": "Mine"}, {"span": "May 1956"}, {"title": "Mine", "span_edtf": "1956-05"}),
            ({"span": "May 1956"}, {"significance": 1}, {"significance": 1}),
            # Both wrote the same, and there is nothing to decide.
            ({"title": "Ours", "summary": ""}, {"title": "Ours"}, {"title": "Ours", "summary": ""}),
            # What a colleague emptied stays empty.
            ({"title": "Mine"}, {"summary": ""}, {"title": "Mine", "summary": ""}),
        ],
    )  # fmt: skip
    def test_a_box_that_i_left_takes_what_my_colleague_wrote(
        self, both: Any, speech: Event, mine: Words, theirs: Words, kept: Words
    ) -> None:
        Event.objects.filter(pk=speech.pk).update(summary="First.\n\nSecond.")
        answer = both(speech, mine, theirs)
        assert "While you were writing, boris saved “" in answer.content.decode()
        assert {name: getattr(speech, name) for name in kept} == kept
        assert speech.version == 3

    def test_pickers_are_joined_too(self, both: Any, speech: Event) -> None:
        reform = ReformFactory(status="draft")
        both(speech, {"title": "Mine"}, {"reforms": [reform.pk]})
        assert [*speech.reforms.all()] == [reform]

    def test_where_both_wrote_i_see_both_and_decide(
        self, both: Any, desk: Client, speech: Event
    ) -> None:
        theirs = {"title": "The Secret Speech", "summary": "Theirs."}
        refused = both(speech, {"summary": "My long and careful summary."}, theirs)
        found = errors_of(refused)
        assert list(found) == ["summary"]
        assert "boris wrote here while you were writing: “Theirs.”" in found["summary"][0]
        assert "Changed by others while you were writing" in refused.content.decode()
        assert (speech.title, speech.summary) == ("The Secret Speech", "Theirs.")
        again = boxes(refused)
        assert again["title"] == "The Secret Speech", "I did not touch it"
        assert again["summary"] == "My long and careful summary."
        assert desk.post(page_of(speech), again).status_code == 302
        speech.refresh_from_db()
        assert (speech.title, speech.summary) == (
            "The Secret Speech",
            "My long and careful summary.",
        )

    def test_a_picker_in_which_both_chose_names_what_they_chose(
        self, both: Any, office: Tenure
    ) -> None:
        mine, theirs = PowerBaseFactory(name="Mine"), PowerBaseFactory(name="Council of Ministers")
        found = errors_of(both(office, {"power_base": mine.pk}, {"power_base": theirs.pk}))
        assert "“Council of Ministers" in found["power_base"][0]

    def test_a_row_that_went_to_another_record_is_refused_whole(
        self, both: Any, office: Tenure
    ) -> None:
        found = errors_of(both(office, {"office": "Mine"}, {"person": PersonFactory().pk}))
        assert "was changed by somebody else" in str(found)

    @pytest.mark.parametrize(
        "theirs",
        [
            {"status": "review"},
            {"status": "review", "publish_at_0": "2056-02-25", "publish_at_1": "09:00"},
        ],
    )
    def test_what_versions_do_not_keep_is_not_taken_back_either(
        self, both: Any, theirs: Words
    ) -> None:
        event = EventFactory(status="draft")
        both(event, {"summary": "Mine."}, theirs)
        assert (event.status, event.summary) == ("review", "Mine.")
        assert bool(event.publish_at) is ("publish_at_0" in theirs)
        if event.publish_at:
            assert event.publish_at > timezone.now()

    def test_without_the_version_that_i_opened_nothing_is_guessed(
        self, both: Any, desk: Client, speech: Event
    ) -> None:
        form = data_of(desk, page_of(speech)) | {"summary": "Mine."}
        other = data_of(desk, page_of(speech)) | {"title": "Theirs"}
        desk.post(page_of(speech), other)
        Version.objects.filter(number=1).delete()
        found = errors_of(desk.post(page_of(speech), form))
        assert "was changed by somebody else" in found["__all__"][0]

    def test_a_suggestion_changes_only_what_its_author_touched(self, speech: Event) -> None:
        contributor, editor = signed_in("Contributor"), signed_in("Editor", "boris")
        mine = data_of(contributor, page_of(speech)) | {"summary": "Mine."}
        editor.post(page_of(speech), data_of(editor, page_of(speech)) | {"title": "Theirs"})
        assert contributor.post(page_of(speech), mine).status_code == 302
        suggestion = Suggestion.objects.get()
        assert suggestion.proposed["fields"]["title"] == "Theirs"
        assert suggestion.proposed["fields"]["summary"] == "Mine."


class TestRows:
    @pytest.fixture
    def rows(self, speech: Event) -> Event:
        CitationFactory(event=speech, public_id="speech-taubman", order=1, locator="p. 270")
        return speech

    def locators(self, speech: Event) -> list[str]:
        return [*speech.citations.order_by("order", "id").values_list("locator", flat=True)]

    def test_two_boxes_of_one_row_are_both_kept(self, both: Any, rows: Event) -> None:
        both(rows, {"citations-1-quotation": "Mine"}, {"citations-1-locator": "p. 271"})
        citation = rows.citations.get(public_id="speech-taubman")
        assert (citation.locator, citation.quotation) == ("p. 271", "Mine")

    def test_new_rows_of_both_are_kept(self, both: Any, rows: Event, desk: Client) -> None:
        source = rows.citations.first().source_id
        first, second = (
            citation_rows({"source": source, "locator": place, "order": 2}, stored=2)
            for place in ("p. 1", "p. 2")
        )
        both(rows, first, second)
        assert sorted(self.locators(rows)[2:]) == ["p. 1", "p. 2"]

    def test_a_row_that_i_left_and_they_removed_is_gone(self, both: Any, rows: Event) -> None:
        first = self.locators(rows)[0]
        # The row behind it, and a new one, move up.
        source = rows.citations.first().source_id
        new = citation_rows({"source": source, "locator": "new", "order": 2}, stored=2)
        both(rows, {"citations-1-quotation": "Mine", **new}, {"citations-0-DELETE": "on"})
        assert self.locators(rows) == ["p. 270", "new"]
        assert first not in self.locators(rows)
        assert rows.citations.get(locator="p. 270").quotation == "Mine"

    def test_a_row_that_i_wrote_in_and_they_removed_waits_as_a_new_one(
        self, both: Any, rows: Event, desk: Client
    ) -> None:
        refused = both(rows, {"citations-0-locator": "Mine"}, {"citations-0-DELETE": "on"})
        found = errors_of(refused)
        assert list(found) == ["citations-1-__all__"]
        assert "boris removed this row while you were writing in it" in str(found)
        again = boxes(refused)
        assert again["citations-1-locator"] == "Mine"
        assert desk.post(page_of(rows), again).status_code == 302
        assert sorted(self.locators(rows)) == ["Mine", "p. 270"]

    def test_a_row_that_they_changed_is_not_removed_unseen(
        self, both: Any, rows: Event, desk: Client
    ) -> None:
        refused = both(rows, {"citations-1-DELETE": "on"}, {"citations-1-locator": "p. 271"})
        assert "boris changed this row while you were writing" in str(errors_of(refused))
        assert "p. 271" in self.locators(rows)
        again = boxes(refused) | {"citations-1-DELETE": "on"}
        assert desk.post(page_of(rows), again).status_code == 302
        assert "p. 271" not in self.locators(rows)


class TestRowsOfOtherRecords:
    """Holders on the page of their power base belong to the persons."""

    def change(self, desk: Client, tenure: Tenure, mine: Words, theirs: Words) -> Any:
        base = tenure.power_base
        form = data_of(desk, page_of(base))
        prefix = next(key.removesuffix("-office") for key in form if key.endswith("-office"))
        colleague = signed_in("Editor", "boris")
        other = data_of(colleague, page_of(tenure)) | theirs
        assert colleague.post(page_of(tenure), other).status_code == 302
        changed = {f"{prefix}-{name}": value for name, value in mine.items()}
        return desk.post(page_of(base), form | changed)

    def test_they_are_joined_as_well(self, desk: Client, office: Tenure) -> None:
        answer = self.change(desk, office, {"span": "1953-09/1964"}, {"office": "Theirs"})
        assert answer.status_code == 302
        office.refresh_from_db()
        assert (office.office, office.span.edtf) == ("Theirs", "1953-09/1964")

    def test_a_row_that_i_left_stays_as_they_saved_it(self, desk: Client, office: Tenure) -> None:
        assert self.change(desk, office, {}, {"office": "Theirs"}).status_code == 302
        office.refresh_from_db()
        assert office.office == "Theirs"

    def test_where_both_wrote_i_decide(self, desk: Client, office: Tenure) -> None:
        found = errors_of(self.change(desk, office, {"office": "Mine"}, {"office": "Theirs"}))
        assert "boris wrote here while you were writing: “Theirs”" in str(found)
        office.refresh_from_db()
        assert office.office == "Theirs"

    def test_a_row_on_its_own_page_is_joined_with_its_whole_record(
        self, desk: Client, office: Tenure
    ) -> None:
        mine = data_of(desk, page_of(office)) | {"office": "Mine"}
        theirs = data_of(desk, page_of(office.person)) | {"epithet": "Theirs"}
        assert desk.post(page_of(office.person), theirs).status_code == 302
        assert desk.post(page_of(office), mine).status_code == 302
        office.refresh_from_db()
        assert (office.office, office.person.epithet) == ("Mine", "Theirs")


def test_joining_costs_the_same_whatever_the_page_holds(
    both: Any, speech: Event, django_assert_max_num_queries: Any
) -> None:
    for order in range(1, 9):
        CitationFactory(event=speech, order=order)
    with django_assert_max_num_queries(150):
        both(speech, {"summary": "Mine."}, {"title": "Theirs"})
