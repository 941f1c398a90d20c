"""The timeline page: one order, plain GET filters, and clear answers to odd questions."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from events.timeline import page as timeline_page
from events.timeline.query import timeline
from events.timeline.spans import Years, groups
from tests.factories import (
    EffectFactory,
    EventFactory,
    ParticipationFactory,
    PersonFactory,
    PowerBaseFactory,
    ReformFactory,
    TenureFactory,
    TopicEntryFactory,
)
from tests.support.pages import queries, words

pytestmark = pytest.mark.django_db

# How much the timeline shows at once where a test needs more than that: it is 300 elsewhere.
MOST = 60


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A timeline that shows only `MOST` records at once."""
    monkeypatch.setattr(timeline_page, "MOST", MOST)


def shown(client: Client, **parameters: str) -> list[str]:
    """What the timeline shows, in its order."""
    response = client.get("/timeline/", parameters)
    assert response.status_code == 200
    return [str(getattr(record, "office", record)) for _, record in response.context["page"].items]


@pytest.fixture
def years() -> None:
    """A reform, an office and events of 1953–1961, at every precision."""
    EventFactory(title="Stalin dies", span="1953-03-05", significance=3)
    TenureFactory(office="Premier", span="1953-03-05/1955-02-08")
    EventFactory(title="Secret Speech", span="1956-02-25", significance=2)
    ReformFactory(title="Councils", span="1957")
    EventFactory(title="Half rehabilitated", span="by 1961", significance=1)
    EventFactory(title="Undated rumour", span=None, undated_reason="No source gives a year.")


def test_timeline_should_weave_all_kinds_in_order_of_time(client: Client, years: None) -> None:
    assert shown(client) == [
        "Stalin dies",
        "Premier",
        "Secret Speech",
        "Councils",
        "Half rehabilitated",  # “by 1961” stands at 1961, not before everything
    ]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        # A month: everything that may touch it, a running office and an open past too.
        ({"from": "June 1953", "to": "June 1953"}, ["Premier", "Half rehabilitated"]),
        # EDTF is as good as English.
        ({"from": "1957"}, ["Councils", "Half rehabilitated"]),
        ({"to": "1953-03"}, ["Stalin dies", "Premier", "Half rehabilitated"]),
        ({"kind": "reform"}, ["Councils"]),
        ({"kind": "event", "significance": "3"}, ["Stalin dies"]),
        # Nothing there.
        ({"from": "1990"}, []),
    ],
)
def test_timeline_should_filter(
    client: Client, years: None, parameters: dict[str, str], expected: list[str]
) -> None:
    assert shown(client, **parameters) == expected


def test_timeline_should_filter_by_topic_and_person(client: Client) -> None:
    entry = TopicEntryFactory(event__title="In the topic")
    EventFactory(title="Elsewhere")
    person = PersonFactory(slug="georgy-zhukov")
    ParticipationFactory(person=person, event__title="Zhukov dismissed")
    TenureFactory(person=person, office="Minister of Defence")
    assert shown(client, topic=entry.topic.slug) == ["In the topic"]
    assert shown(client, person="georgy-zhukov") == ["Minister of Defence", "Zhukov dismissed"]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"from": "sometime"}, "sometime"),
        ({"to": "31 February 1956"}, "29 days"),
        ({"from": "1957/1955"}, "ends before it starts"),
        # The right dates in the wrong boxes.
        ({"from": "1964", "to": "1953"}, "Exchange the two"),
        ({"topic": "no-such-topic"}, "There is no topic"),
        ({"person": "nobody"}, "There is no person"),
        ({"kind": "war"}, "not one of the available choices"),
        ({"topic": "nul\0byte"}, "Null characters"),
        ({"from": "9" * 5000}, "at most 60 characters"),
    ],
)
def test_timeline_should_explain_what_it_cannot_read(
    client: Client, parameters: dict[str, str], expected: str
) -> None:
    response = client.get("/timeline/", parameters)
    assert response.status_code == 400
    assert expected in response.content.decode()


def test_timeline_should_tell_people_of_one_name_apart(client: Client) -> None:
    for slug, born in (("sam-1", "1950"), ("sam-2", "1971"), ("ann", "1960")):
        sort_name = "Example, Ann" if slug == "ann" else "Example, Sam"
        PersonFactory(slug=slug, sort_name=sort_name, born=born, died=None)
    page = client.get("/timeline/").content.decode()
    for name in ("Example, Sam (1950 – )", "Example, Sam (1971 – )", ">Example, Ann<"):
        assert name in page


def test_timeline_should_offer_the_nearest_records_when_nothing_falls_into_the_choice(
    client: Client,
) -> None:
    EventFactory(title="Secret Speech", span="1956-02-25")
    EventFactory(title="Stalin dies", span="1953-03-05")
    EventFactory(title="CANARY", span="1955-02-08", status="draft")
    page = client.get("/timeline/?from=1954&to=1955")
    assert page.status_code == 200
    assert "Nothing that is published" in words(page)
    # The last before and the first after, and nothing that is hidden.
    assert "5 March 1953 : Stalin dies 25 February 1956 : Secret Speech" in words(page)
    assert "CANARY" not in words(page)
    assert [str(e) for e in client.get("/timeline/?from=1990").context["nearest"]] == [
        "Secret Speech"
    ]


def test_timeline_should_offer_to_exchange_dates_in_the_wrong_boxes(client: Client) -> None:
    EventFactory(title="Secret Speech")
    page = client.get("/timeline/?from=1964&to=1953&kind=event")
    assert page.status_code == 400
    assert 'href="?from=1953&amp;to=1964&amp;kind=event"' in page.content.decode()


@pytest.mark.parametrize("address", ["/timeline/", "/power/"])
@pytest.mark.parametrize("count", [51, 10_001])
def test_thousands_of_filters_should_lead_back_to_the_page(
    client: Client, address: str, count: int
) -> None:
    page = client.get(address, QUERY_STRING="&".join(f"kind={n}" for n in range(count)))
    assert page.status_code == 400
    assert "Too many filters" in words(page)
    assert f'<a href="{address}">' in page.content.decode()


def test_timeline_should_begin_again_at_a_lost_place(client: Client) -> None:
    EventFactory(title="Secret Speech")
    text = client.get("/timeline/?cursor=nonsense").content.decode()
    assert "no longer known" in text
    assert "Secret Speech" in text


@pytest.mark.usefixtures("short")
def test_a_full_year_should_be_paged_through_every_record_once(client: Client) -> None:
    # More than the page shows at once, and no smaller span to offer.
    for n in range(MOST + 10):
        EventFactory(title=f"e{n}", span="1956")
    seen = []
    cursor = ""
    while cursor is not None:
        page = client.get("/timeline/", {"cursor": cursor} if cursor else {}).context["page"]
        seen += [record.pk for _, record in page.items]
        cursor = page.next
    assert len(seen) == len(set(seen)) == MOST + 10


@pytest.mark.usefixtures("short")
def test_a_long_timeline_should_open_from_decades(client: Client) -> None:
    for n in range(MOST):
        EventFactory(span=f"{1900 + 10 * (n % 10)}")
    # It begins before the decade that is opened, and runs on into it.
    TenureFactory(office="Premier", span="1899/1951")
    TenureFactory(office="CANARY", span="1955", person__status="draft")
    page = client.get("/timeline/")
    assert [(g.years.words, g.words) for g in page.context["groups"]][:2] == [
        ("1899", "1 office"),  # nothing is earlier
        ("1900s", "6 events"),
    ]
    assert 'href="?from=1950&amp;to=1959&amp;begins=on"' in page.content.decode()
    # A group opens to what it counted, and the same years without “begins” to what runs on, too.
    opened = shown(client, **{"from": "1950", "to": "1959", "begins": "on"})
    assert opened == ["The Secret Speech"] * 6
    opened = shown(client, **{"from": "1950", "to": "1959"})
    assert sorted(opened) == ["Premier"] + ["The Secret Speech"] * 6
    assert "CANARY" not in opened


@pytest.mark.usefixtures("short")
def test_a_decade_with_too_much_should_open_from_years(client: Client) -> None:
    for n in range(MOST + 1):
        EventFactory(span=f"{1950 + n % 10}")
    EventFactory(span="1900")
    page = client.get("/timeline/?from=1950&to=1959")
    assert [g.years.words for g in page.context["groups"]] == [f"{1950 + n}" for n in range(10)]
    assert sum(g.total for g in page.context["groups"]) == MOST + 1


def test_groups_should_count_a_record_once_however_often_a_filter_finds_it(client: Client) -> None:
    base = PowerBaseFactory(slug="mvd")
    for n in range(MOST + 1):
        reform = ReformFactory(span=f"{1950 + n % 20}")
        EffectFactory(reform=reform, power_base=base)
        EffectFactory(reform=reform, power_base=base, change="split")
    found = groups(timeline(power_base=base), 1950, 1969)
    assert sum(group.total for group in found) == MOST + 1


@pytest.mark.parametrize("span", ["-0043", "-0050/0014", "Y-17000", "Y5799999", "/-0043", "0000"])
def test_ages_far_apart_should_be_shown_together(client: Client, span: str) -> None:
    EventFactory(title="Long ago", span=span)
    EventFactory(title="Secret Speech")
    page = client.get("/timeline/")
    assert page.status_code == 200
    assert {str(record) for _, record in page.context["page"].items} == {
        "Long ago",
        "Secret Speech",
    }
    for zoom in page.context["zooms"]:
        assert client.get("/timeline/", {"from": zoom.start, "to": zoom.end}).status_code == 200


@pytest.mark.parametrize(
    ("spans", "zooms"),
    [
        (("-0149", "0149"), ["200–101 BCE", "100–1 BCE", "1 CE–99 CE", "100 CE–199 CE"]),
        (("-0999", "0999"), ["1000–1 BCE", "1 CE–999 CE"]),
        (("-0012", "0012"), ["20–11 BCE", "10–1 BCE", "1 CE–9 CE", "10s"]),
    ],
)
def test_spans_to_open_should_be_round_before_the_common_era(
    client: Client, spans: tuple[str, str], zooms: list[str]
) -> None:
    for span in spans:
        EventFactory(span=span)
    page = client.get("/timeline/")
    assert [zoom.words for zoom in page.context["zooms"]] == zooms


def test_spans_to_open_should_be_decades_and_turning_points(client: Client, years: None) -> None:
    page = client.get("/timeline/?kind=event")
    assert [zoom.words for zoom in page.context["zooms"]] == ["1950s", "1960s"]
    assert [(y.start, y.end) for y, _ in page.context["turning_points"]] == [("1952", "1954")]
    assert 'href="?kind=event&amp;from=1952&amp;to=1954"' in page.content.decode()


def test_every_item_should_keep_its_own_address(client: Client) -> None:
    EventFactory(slug="secret-speech")
    TenureFactory(public_id="khrushchev-first")
    ReformFactory(slug="councils")
    text = client.get("/timeline/").content.decode()
    for anchor in ("event-secret-speech", "tenure-khrushchev-first", "reform-councils"):
        assert text.count(f'id="{anchor}"') == 1
        # The drawing leads there.
        assert f'href="#{anchor}"' in text


def test_a_topic_should_draw_its_own_dated_entries(client: Client) -> None:
    entry = TopicEntryFactory(event__title="The Secret Speech")
    TopicEntryFactory(
        topic=entry.topic, event__title="Rumour", event__span=None, event__undated_reason="None."
    )
    TopicEntryFactory(event__title="Elsewhere")
    drawing = client.get(entry.topic.get_absolute_url()).context["drawing"]
    [mark] = [mark for band in drawing.bands for mark in band.marks]
    assert (mark.text, mark.item.href) == ("The Secret Speech", f"#entry-{entry.order}")


def test_timeline_should_cost_the_same_whatever_its_size(client: Client, years: None) -> None:
    few = queries(client, "/timeline/")
    for _ in range(20):
        EventFactory()
        TenureFactory()
    assert queries(client, "/timeline/") == few
    # A page, a count and two ends of time a kind, the turning points, and three lists of choices.
    assert few == 16


@pytest.mark.usefixtures("short")
def test_groups_should_cost_the_same_whatever_their_size(client: Client) -> None:
    for n in range(MOST + 1):
        EventFactory(span=f"{1950 + n % 20}", significance=2)
    assert client.get("/timeline/").context["groups"]
    few = queries(client, "/timeline/")
    for n in range(20):
        EventFactory(span=f"{1700 + n}")
        TenureFactory()
    assert queries(client, "/timeline/") == few
    # As above without a page.
    assert few == 13


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        # As long as the span that is shown, as far as there are records.
        ("from=1956&to=1957", ["1954–1955", "1958–1959"]),
        ("from=1953&to=1954", ["1955–1956"]),
        ("from=1963&to=1964", ["1961–1962"]),
        ("from=June+1956&to=August+1956", ["1955", "1957"]),
        # The whole, and a span without an end, have nothing beside them.
        ("", []),
        ("from=1956", []),
        ("from=1900&to=2000", []),
    ],
)
def test_a_span_should_lead_to_the_one_before_and_after(
    client: Client, asked: str, shown: list[str]
) -> None:
    for year in (1953, 1956, 1957, 1964):
        EventFactory(span=str(year))
    text = client.get(f"/timeline/?{asked}").content.decode()
    nav = text.split('aria-label="Span of the timeline"')[1].split("</nav>")[0]
    found = re.findall(r'<a rel="(?:prev|next)"[^>]*>(?:← )?([^<]+?)(?: →)?</a>', nav)
    assert found == shown


# The astronomical years of a span, and how a page names it.
NAMED = [
    ((1953, 1953), "1953"),
    ((1953, 1955), "1953–1955"),
    ((-43, -43), "44 BCE"),
    ((-526, -501), "527–502 BCE"),
    # 0 is 1 BCE.
    ((-9, 0), "10–1 BCE"),
    ((-9, 9), "10 BCE–9 CE"),
]


@pytest.mark.parametrize(("years", "named"), NAMED)
def test_a_span_should_be_named_as_people_say_it(years: tuple[int, int], named: str) -> None:
    assert Years(*years).words == named
