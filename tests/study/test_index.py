"""The search knows what readers see, at once, and nothing else."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from curation.merging.merge import merge
from curation.models import Change
from events.models import Event, Topic
from people.models import Person
from sources.models import Citation
from study.search.database import EVERYTHING
from study.search.finding import search
from study.search.index import catch_up, rebuild
from study.search.models import SearchEntry, SearchState, SearchWord
from study.search.public import still_public
from tests.factories import (
    CitationFactory,
    EventFactory,
    PersonFactory,
    SectionFactory,
    TermFactory,
    TopicFactory,
)
from tests.support.at_once import at_once, needs_two_writers

pytestmark = pytest.mark.django_db


def titles(typed: str) -> list[str]:
    return [hit.title for hit in search(typed, narrowed=EVERYTHING, most=20).hits]


def known() -> dict[str, int]:
    return dict(SearchWord.objects.values_list("word", "entries"))


def test_a_draft_is_found_once_it_is_published_and_not_after_it_is_withdrawn() -> None:
    event = EventFactory(title="The Kengir uprising", status="draft")
    assert titles("kengir") == []
    assert "kengir" not in known()
    event.status = "published"
    event.save()
    assert titles("kengir") == ["The Kengir uprising"]
    assert known()["kengir"] == 1
    event.status, event.withdrawn_reason = "withdrawn", "Wrongly dated."
    event.save()
    assert titles("kengir") == []
    assert "kengir" not in known()


def test_a_new_name_is_found_and_the_old_one_is_not() -> None:
    event = EventFactory(title="The shooting in Novocherkassk", summary="Workers strike.")
    assert titles("novocherkassk") == ["The shooting in Novocherkassk"]
    Event.objects.filter(pk=event.pk).update(title="The strike of 1962")
    assert titles("novocherkassk") == []
    assert titles("strike 1962") == ["The strike of 1962"]


def test_what_a_changed_record_shows_in_follows_it() -> None:
    citation = CitationFactory(
        event=EventFactory(), source__title="Gulag: A History", locator="chapter 24"
    )
    assert "Gulag: A History, chapter 24" in titles("gulag chapter 24")
    source = citation.source
    source.title = "The Soviet Century"
    source.save()
    assert "The Soviet Century, chapter 24" in titles("soviet century chapter 24")
    assert "Gulag: A History, chapter 24" not in titles("gulag chapter 24")


def test_a_section_goes_with_its_topic() -> None:
    section = SectionFactory(heading="Promises and harvests", text="Maize grew *badly*.")
    assert titles("harvests") == ["Promises and harvests"]
    section.text = "Wheat grew badly."
    section.save()
    assert titles("wheat") == ["Promises and harvests"]
    assert titles("maize") == []
    Topic.objects.filter(pk=section.topic_id).update(status="draft")
    assert titles("harvests") == []


def test_merged_records_are_found_as_one(editor: Any) -> None:
    kept = PersonFactory(name="Lavrentiy Beria", sort_name="Beria, Lavrentiy")
    merged = PersonFactory(name="Lavrenti Berija", sort_name="Berija, Lavrenti")
    assert {*titles("beria")} == {"Lavrentiy Beria", "Lavrenti Berija"}
    merge(kept, merged, by=editor, reason="One man, two spellings")
    assert titles("beria") == ["Lavrentiy Beria"]
    assert titles("Berija") == ["Lavrentiy Beria"]


def test_a_deleted_record_leaves_nothing() -> None:
    person = PersonFactory(name="Frol Kozlov", sort_name="Kozlov, Frol")
    assert titles("kozlov") == ["Frol Kozlov"]
    person.delete()
    assert titles("kozlov") == []
    assert not Person.objects.exists()
    assert not SearchEntry.objects.filter(kind="person").exists()


def test_a_row_that_is_made_anew_under_its_public_id_is_there_once() -> None:
    citation = CitationFactory(event=EventFactory(), locator="Kengir, page 1")
    assert len(titles("kengir")) == 1
    copied = {
        column.attname: getattr(citation, column.attname)
        for column in citation._meta.concrete_fields
        if not column.primary_key
    }
    number = citation.pk
    citation.delete()
    Citation.objects.create(pk=number + 1000, **copied)
    assert len(titles("kengir")) == 1
    assert SearchEntry.objects.filter(kind="citation").count() == 1


def test_an_entry_that_is_behind_its_record_is_not_shown() -> None:
    event = EventFactory(title="The Kengir uprising")
    catch_up()
    assert still_public([("event", event.pk)]) == {("event", event.pk)}
    Event.objects.filter(pk=event.pk).update(status="draft")
    assert still_public([("event", event.pk)]) == set()


def test_to_make_it_anew_gives_what_was_there() -> None:
    for title in ("The Secret Speech", "The Hungarian uprising", "Beria is shot"):
        EventFactory(title=title)
    TermFactory(name="sovnarkhoz", native_name="совнархоз", definition="A regional council.")
    SectionFactory(heading="Promises and harvests", text="Maize grew badly.")
    catch_up()

    def everything() -> Any:
        state = SearchState.objects.values_list("number", "made_at", "entries").get()
        return [*SearchEntry.objects.order_by("pk").values_list()], known(), state

    before = everything()
    SearchWord.objects.filter(word="secret").update(entries=7)
    SearchEntry.objects.filter(kind="term").delete()
    out = io.StringIO()
    call_command("rebuild_search", stdout=out)
    assert everything() == before
    assert f"{len(before[0])} entries" in out.getvalue()
    assert titles("speech") == ["The Secret Speech"]


def test_a_feed_that_began_anew_makes_everything_anew() -> None:
    EventFactory(title="The Kengir uprising")
    rebuild()
    SearchState.objects.update(number=10**6)
    SearchEntry.objects.all().delete()
    assert titles("kengir") == ["The Kengir uprising"]


def test_without_anything_public_nothing_is_found() -> None:
    assert titles("Khrushchev") == []
    EventFactory(title="The Kengir uprising", status="draft")
    assert titles("kengir 1954") == []


def test_many_changes_are_taken_in_by_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("study.search.index.MOST_AT_ONCE", 2)
    for number in range(5):
        EventFactory(title=f"Uprising {number}")
    assert len(titles("uprising")) == 5
    assert SearchState.objects.get().number == Change.objects.latest("number").number


def test_how_many_queries_a_search_takes() -> None:
    """However many kinds are found: none for each of them."""
    TopicFactory(title="The Secret Speech in Moscow", slug="speech")
    EventFactory(title="The Secret Speech")
    catch_up()
    with CaptureQueriesContext(
        connection,
    ) as few:
        assert len(titles("secret speech")) == 2
    TermFactory(name="secret speech")
    PersonFactory(name="Secret Speech")
    SectionFactory(heading="A secret speech", topic__slug="another")
    catch_up()
    with CaptureQueriesContext(connection) as more:
        assert len(titles("secret speech")) == 5
    assert len(few) == len(more) <= 12
    # What was saved is taken in by whoever asks first, and costs nobody anything after that.
    assert not any("INSERT" in query["sql"] for query in more.captured_queries)


@needs_two_writers
@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_take_everything_in_once() -> None:
    for number in range(30):
        EventFactory(title=f"Uprising {number}", summary="Prisoners rise.")
    found = at_once(*[lambda: titles("uprising")] * 4)
    assert [len(each) for each in found] == [20] * 4
    assert known()["upriz"] == SearchEntry.objects.filter(kind="event").count() == 30
    assert SearchState.objects.get().number == Change.objects.latest("number").number
