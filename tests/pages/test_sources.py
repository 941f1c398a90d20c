"""The bibliography, and the page of one source with everything that rests on it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from records.models import Status
from sources.models import Source
from tests.factories import (
    CitationFactory,
    EffectFactory,
    EventFactory,
    MeasureFactory,
    PersonFactory,
    PowerBaseFactory,
    ReformFactory,
    SourceFactory,
    StatisticFactory,
    TenureFactory,
)
from tests.support.growing import grow_source
from tests.support.pages import json_ld, queries, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def lewin() -> Any:
    return SourceFactory(slug="lewin-2005", publisher="London: Verso")


def test_sources_should_read_as_a_bibliography(client: Client, lewin: Any) -> None:
    SourceFactory(title="A Failed Empire", author="", issued=None, checked="exists")
    seen = words(client.get("/sources/"))
    assert "Moshe Lewin, The Soviet Century , London: Verso, 2005 ." in seen
    assert seen.index("A Failed Empire") < seen.index("The Soviet Century")
    assert "Book · Passage read" in seen
    assert "Book · Not read yet, but the work exists" in seen


DATES_IN_TITLES = [
    # title, author, issued, how a note refers to it
    ("Protocol, 5 March 1953", "", "1953-03-05", "Protocol, 5 March 1953"),
    ("Decree of June 1954", "", "1954-06", "Decree of June 1954"),
    # Another date than the one it was issued on: both are said.
    ("Session of 5 March 1953", "", "1953-03-06", "Session of 5 March 1953, 6 March 1953"),
    # A year may be the last of those that the book is about.
    ("Russia, 1953–1964", "", "1964", "Russia, 1953–1964, 1964"),
    # The title is not said, and so its date neither.
    ("Report, 8 February 1955", "Malenkov", "1955-02-08", "Malenkov, 8 February 1955"),
]


@pytest.mark.parametrize(("title", "author", "issued", "reference"), DATES_IN_TITLES)
def test_a_reference_should_say_its_date_once(
    client: Client, title: str, author: str, issued: str, reference: str
) -> None:
    source = SourceFactory(title=title, author=author, issued=issued)
    base = PowerBaseFactory(slug="party")
    CitationFactory(source=source, power_base=base, locator="p. 1")
    assert f" {reference} , p. 1" in words(client.get(base.get_absolute_url()))


def test_a_bibliography_should_not_repeat_the_date_of_a_title(client: Client) -> None:
    SourceFactory(title="Protocol, 5 March 1953", author="", publisher="", issued="1953-03-05")
    assert "Protocol, 5 March 1953 ." in words(client.get("/sources/"))


def test_sources_should_be_narrowed_to_a_kind(client: Client, lewin: Any) -> None:
    SourceFactory(title="Pravda", kind="press")
    page = client.get("/sources/", {"kind": "press"})
    assert "Pravda" in words(page)
    assert "The Soviet Century" not in words(page)
    assert '<option value="press" selected>' in page.content.decode()
    assert page.context["canonical"].endswith("/sources/?kind=press")
    assert "No source of this kind" in words(client.get("/sources/", {"kind": "primary"}))


@pytest.mark.parametrize("kind", ["pamphlet", "\0", "<b>", "x" * 3000])
def test_an_unknown_kind_should_say_so_and_show_all(client: Client, lewin: Any, kind: str) -> None:
    page = client.get("/sources/", {"kind": kind})
    assert page.status_code == 400
    assert "There is no kind of source called" in words(page)
    assert "The Soviet Century" in words(page)
    assert "<b>" not in page.content.decode()


def test_no_sources_should_say_so(client: Client) -> None:
    assert "No source has been published yet" in words(client.get("/sources/"))


def test_a_kind_should_be_kept_while_paging(client: Client) -> None:
    SourceFactory.create_batch(61, kind="press")
    first = client.get("/sources/", {"kind": "press"}).content.decode()
    assert "?kind=press&amp;cursor=" in first


def test_a_source_should_say_what_it_is_worth(client: Client, lewin: Any) -> None:
    worth = {
        "nature": "A social history.",
        "origin": "Written in France.",
        "purpose": "To explain the system.",
        "value": "The author fought in the Red Army.",
        "limits": "Thin on 1957.",
        "note": "Published in London.",
        "url": "https://books.example/lewin",
    }
    Source.objects.filter(pk=lewin.pk).update(**worth)
    page = client.get("/sources/lewin-2005/")
    for part in worth.values():
        assert part in words(page)
    assert "How far it was checked Passage read" in words(page)
    data = json_ld(page, "Book")
    assert (data["author"], data["datePublished"]) == ("Moshe Lewin", "2005")


def test_a_source_should_show_everything_that_rests_on_it(client: Client, lewin: Any) -> None:
    grow_source(lewin, 1)
    page = client.get("/sources/lewin-2005/")
    seen = words(page)
    for part in (
        "People Nikita Khrushchev",
        "Power bases Communist Party of the Soviet Union",
        "Tenures Nikita Khrushchev, First Secretary of the Central Committee",
        "Reforms Regional economic councils",
        "Effects Regional economic councils: Communist Party of the Soviet Union weakened",
        "Measures Prisoners in the GULAG",
        "Statistics Prisoners in the GULAG: about 1.6 million",
        "Events The Secret Speech",
    ):
        assert part in seen


def test_citations_of_one_record_should_stand_together(client: Client, lewin: Any) -> None:
    speech, other = EventFactory(), EventFactory(title="Beria is arrested")
    CitationFactory(source=lewin, event=speech, locator="chapter 1", claim="He spoke for hours.")
    CitationFactory(source=lewin, event=other)
    CitationFactory(source=lewin, event=speech, locator="chapter 2", stance="disputes")
    [kind] = client.get("/sources/lewin-2005/").context["kinds"]
    assert [(record, len(citations)) for record, citations in kind["records"]] == [
        (speech, 2),
        (other, 1),
    ]
    seen = words(client.get("/sources/lewin-2005/"))
    assert "Supports “He spoke for hours.”: chapter 1" in seen
    assert "Disputes : chapter 2" in seen


def test_a_source_should_never_show_what_rests_on_a_draft(client: Client, lewin: Any) -> None:
    draft = {"status": Status.DRAFT}
    for record in (
        {"person": PersonFactory(name="CANARY", **draft)},
        {"power_base": PowerBaseFactory(name="CANARY", **draft)},
        {"tenure": TenureFactory(office="CANARY", person=PersonFactory(**draft))},
        {"tenure": TenureFactory(office="CANARY", power_base=PowerBaseFactory(**draft))},
        {"reform": ReformFactory(title="CANARY", **draft)},
        {"effect": EffectFactory(reform=ReformFactory(title="CANARY", **draft))},
        {"effect": EffectFactory(power_base=PowerBaseFactory(name="CANARY", **draft))},
        {"measure": MeasureFactory(name="CANARY", **draft)},
        {"statistic": StatisticFactory(as_written="CANARY", **draft)},
        {"statistic": StatisticFactory(measure=MeasureFactory(name="CANARY", **draft))},
        {"event": EventFactory(title="CANARY", **draft)},
    ):
        CitationFactory(source=lewin, **record, note="CANARY note")
    SourceFactory(title="CANARY source", **draft)
    page = client.get("/sources/lewin-2005/")
    assert "Nothing that is published rests on it yet" in words(page)
    assert "CANARY" not in page.content.decode()
    assert "CANARY" not in client.get("/sources/").content.decode()


@pytest.mark.parametrize("count", [5, 20])
def test_sources_should_cost_2_queries(client: Client, count: int) -> None:
    SourceFactory.create_batch(count)
    # The sources, and the courses to choose from.
    assert queries(client, "/sources/") == 2


@pytest.mark.parametrize("times", [1, 6])
def test_a_source_should_cost_3_queries(client: Client, lewin: Any, times: int) -> None:
    grow_source(lewin, times)
    # The source; its citations, and the empty end of their computed order.
    assert queries(client, "/sources/lewin-2005/") == 3


def test_what_rests_on_a_source_should_page_by_key(client: Client, lewin: Any) -> None:
    for n in range(101):
        CitationFactory(source=lewin, event=EventFactory(title=f"Event {n:03}"))
    first = client.get("/sources/lewin-2005/")
    assert "Event 099" in words(first)
    assert "Event 100" not in words(first)
    second = client.get("/sources/lewin-2005/", {"cursor": first.context["page"].next})
    assert "Event 100" in words(second)
    assert "Event 099" not in words(second)


def test_an_address_should_last(client: Client, lewin: Any) -> None:
    lewin.slug = "soviet-century"
    lewin.save()
    moved = client.get("/sources/lewin-2005/")
    assert (moved.status_code, moved["Location"]) == (301, "/sources/soviet-century/")
    missing = client.get("/sources/soviet-centuries/")
    assert missing.status_code == 404
    assert "The Soviet Century" in words(missing)
    Source.objects.filter(pk=lewin.pk).update(
        status=Status.WITHDRAWN, withdrawn_reason="Not a source."
    )
    gone = client.get("/sources/soviet-century/")
    assert gone.status_code == 410
    assert "Not a source." in words(gone)


def test_course_material_teaches_and_lends_no_support(client: Client) -> None:
    notes = SourceFactory(slug="class-notes", kind="class_notes", checked="tradition")
    event = EventFactory(slug="secret-speech")
    CitationFactory(source=notes, event=event, locator="S19")
    CitationFactory(source=notes, event=event, locator="S20", stance="disputes")
    said = words(client.get("/sources/class-notes/"))
    assert "Teaches : S19" in said
    assert "Disputes : S20" in said
    measure = MeasureFactory(slug="prisoners", caveat="Camps only.")
    CitationFactory(source=notes, measure=measure)
    assert ', teaches"' in client.get("/statistics/prisoners/").content.decode()
