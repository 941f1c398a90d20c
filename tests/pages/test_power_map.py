"""The power map: who held what on a day, and how surely."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from people.power_map import doubt_on
from records.dates import HistoricalDate, day_number
from records.models import Status
from tests.factories import EventFactory, PersonFactory, PowerBaseFactory, TenureFactory
from tests.support.pages import queries, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def struggle() -> None:
    """The offices of 1953–55 over which Khrushchev, Beria and Malenkov fought."""
    party = PowerBaseFactory(name="Communist Party", kind="party")
    secretariat = PowerBaseFactory(name="Secretariat", kind="party", parent=party)
    government = PowerBaseFactory(name="Council of Ministers", kind="state")
    police = PowerBaseFactory(name="Ministry of Internal Affairs", kind="security")
    khrushchev = PersonFactory(name="Nikita Khrushchev")
    beria = PersonFactory(name="Lavrentiy Beria", sort_name="Beria")
    malenkov = PersonFactory(name="Georgy Malenkov", sort_name="Malenkov")
    bulganin = PersonFactory(name="Nikolai Bulganin", sort_name="Bulganin")
    for person, base, office, span in (
        (beria, police, "Minister of Internal Affairs", "1953-03-05/1953-06-26"),
        (malenkov, government, "Premier", "1953-03-05/1955-02-08"),
        (bulganin, government, "Premier", "1955-02-08/1958-03-27"),
        (khrushchev, secretariat, "Secretary", "1953-03-14/1953-09-07"),
        (khrushchev, secretariat, "First Secretary", "1953-09-07/1964-10-14"),
    ):
        TenureFactory(person=person, power_base=base, office=office, span=span)


def rows(response: Any) -> list[tuple[str, str, str, str]]:
    """(power base, office, holder, doubt) of every row, in the order shown."""
    return [
        (body.base.name, row.tenure.office, row.tenure.person.name, row.doubt)
        for body in response.context["bodies"]
        for row in body.rows
    ]


@pytest.mark.usefixtures("struggle")
def test_june_1953_should_show_three_rivals_with_office_and_power_base(client: Client) -> None:
    page = client.get("/power/", {"on": "1953-06-01"})
    assert rows(page) == [
        ("Secretariat", "Secretary", "Nikita Khrushchev", ""),
        ("Council of Ministers", "Premier", "Georgy Malenkov", ""),
        ("Ministry of Internal Affairs", "Minister of Internal Affairs", "Lavrentiy Beria", ""),
    ]
    seen = words(page)
    assert "Who held power on 1 June 1953" in seen
    assert "Secretariat part of Communist Party" in seen
    assert page.context["canonical"].endswith("/power/?on=1953-06-01")


@pytest.mark.usefixtures("struggle")
def test_march_1955_should_show_neither_beria_nor_malenkov(client: Client) -> None:
    page = client.get("/power/", {"on": "1 March 1955"})
    assert [(office, who) for _, office, who, _ in rows(page)] == [
        ("First Secretary", "Nikita Khrushchev"),
        ("Premier", "Nikolai Bulganin"),
    ]


@pytest.mark.usefixtures("struggle")
def test_a_day_of_change_should_show_who_came_and_say_who_left(client: Client) -> None:
    page = client.get("/power/", {"on": "8 February 1955"})
    assert ("Council of Ministers", "Premier", "Nikolai Bulganin", "") in rows(page)
    assert "Georgy Malenkov" not in {who for _, _, who, _ in rows(page)}
    seen = words(page)
    assert "Nikolai Bulganin 8 February 1955 – 27 March 1958 Holds it, first day" in seen
    left = seen.split("Left office on this day")[1]
    assert left.strip().startswith("Georgy Malenkov : Premier 5 March 1953 – 8 February 1955")


@pytest.mark.usefixtures("struggle")
def test_the_map_should_lead_to_the_changes_on_either_side(client: Client) -> None:
    page = client.get("/power/", {"on": "1953-06-01"})
    # The day of Beria's arrest, and the day Khrushchev became a Secretary.
    assert page.context["next"]["iso"] == "1953-06-26"
    assert page.context["previous"]["iso"] == "1953-03-14"
    first = client.get("/power/", {"on": "1953-03-05"})
    assert first.context["previous"] == {}
    last = client.get("/power/", {"on": "1964-10-14"})
    assert last.context["next"] == {}


@pytest.mark.parametrize(
    ("span", "day", "doubt"),
    [
        ("1953-03-05/1953-06-26", (1953, 6, 25), ""),  # the last whole day in office
        ("1953/1955", (1953, 6, 1), "the start is known only as 1953"),
        ("1953/1955", (1954, 1, 1), ""),  # certainly running between two vague years
        ("1953/1955", (1955, 3, 1), "the end is known only as 1955"),
        ("1953-03/1955-02", (1953, 3, 31), ""),  # the last day of the month it began in
        ("1953", (1953, 6, 1), "known only as some time in 1953"),
        ("1953-06-01", (1953, 6, 1), ""),  # a single day
        ("1953/", (1960, 1, 1), "the end is not known"),
        ("1953/..", (1960, 1, 1), ""),  # open: no end has come
        ("/1957-03", (1950, 1, 1), "the start is not known"),
        ("1949-12?/1953", (1951, 1, 1), "the start, December 1949, is uncertain"),
        ("1949/1953~", (1951, 1, 1), "the end, 1953, is only approximate"),
    ],
)
def test_doubt_should_follow_the_precision_of_a_span(
    span: str, day: tuple[int, int, int], doubt: str
) -> None:
    assert doubt_on(HistoricalDate(span), day_number(*day)) == doubt


def test_a_vague_span_should_be_shown_as_possible(client: Client) -> None:
    TenureFactory(span="1953")
    seen = words(client.get("/power/", {"on": "1 June 1953"}))
    assert "May hold it : known only as some time in 1953" in seen
    assert "Holds it" not in seen


@pytest.mark.usefixtures("struggle")
@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("June 1953", "1 June 1953"),  # a month begins on its first day
        ("c. 1954", "1 January 1954"),
        ("1953/1955", "1 January 1953"),
        ("by 1954", "1 January 1954"),  # without a start: the first day of the end
    ],
)
def test_a_vague_day_should_be_narrowed_in_the_open(client: Client, asked: str, shown: str) -> None:
    page = client.get("/power/", {"on": asked})
    assert page.status_code == 200
    assert f"Who held power on {shown}" in words(page)
    assert "A map shows one day" in words(page)


@pytest.mark.parametrize(
    "asked", ["31 February 1956", "sometime", "1957/1955", "\0", "1956-13-01", "x" * 5000, "<b>"]
)
def test_an_impossible_day_should_answer_400_and_keep_the_form(client: Client, asked: str) -> None:
    EventFactory(title="The Secret Speech")
    page = client.get("/power/", {"on": asked})
    assert page.status_code == 400
    assert 'aria-invalid="true"' in page.content.decode()
    assert page.context["problem"] in words(page)
    # The turning points still lead on.
    assert "The Secret Speech" in words(page)
    assert "<b>" not in page.content.decode()


def test_an_impossible_day_should_be_kept_in_the_form_as_typed(client: Client) -> None:
    page = client.get("/power/", {"on": "31 February 1956"})
    assert 'value="31 February 1956"' in page.content.decode()
    assert "February 1956 had 29 days" in words(page)


@pytest.mark.usefixtures("struggle")
@pytest.mark.parametrize(
    ("asked", "nearest"),
    [
        ("1800-01-01", "5 March 1953"),  # before everybody
        ("1990-01-01", "13 October 1964"),  # after everybody
        ("44 BCE", "5 March 1953"),
        ("9999-12-31", "13 October 1964"),
    ],
)
def test_a_day_without_holders_should_offer_the_nearest(
    client: Client, asked: str, nearest: str
) -> None:
    page = client.get("/power/", {"on": asked})
    assert page.status_code == 200
    assert f"The nearest day with a known holder is {nearest}" in words(page)


@pytest.mark.usefixtures("struggle")
def test_without_a_day_the_map_should_open_at_the_earliest_turning_point(client: Client) -> None:
    EventFactory(title="Beria is arrested", span="1953-06-26")
    EventFactory(title="The Secret Speech", span="1956-02-25")
    EventFactory(title="A detail", span="1953-01-01", significance=1)
    EventFactory(title="CANARY", span="1953-02-01", status=Status.DRAFT)
    page = client.get("/power/")
    assert "Who held power on 26 June 1953" in words(page)
    assert [preset["event"].title for preset in page.context["presets"]] == [
        "Beria is arrested",
        "The Secret Speech",
    ]


@pytest.mark.usefixtures("struggle")
def test_without_turning_points_the_map_should_open_at_the_first_office(client: Client) -> None:
    assert "Who held power on 5 March 1953" in words(client.get("/power/"))


def test_without_anything_the_map_should_explain(client: Client) -> None:
    assert "There is no turning point or office" in words(client.get("/power/"))


def test_a_turning_point_known_to_the_month_should_not_become_a_day(client: Client) -> None:
    EventFactory(title="The party is divided", span="1962-11")
    TenureFactory()
    assert client.get("/power/", {"on": "1960-01-01"}).context["presets"] == []


def test_the_map_should_never_show_a_draft(client: Client) -> None:
    draft = {"status": Status.DRAFT}
    hidden = PowerBaseFactory(name="CANARY base", **draft)
    TenureFactory(person=PersonFactory(name="CANARY person", **draft))
    TenureFactory(power_base=hidden)
    TenureFactory(power_base=PowerBaseFactory(name="Secretariat", parent=hidden))
    EventFactory(title="CANARY event", **draft)
    page = client.get("/power/", {"on": "1960-01-01"})
    assert len(rows(page)) == 1
    assert "CANARY" not in page.content.decode()


@pytest.mark.usefixtures("struggle")
def test_the_map_should_say_what_changed_since_the_turning_point_before(client: Client) -> None:
    EventFactory(title="Stalin dies", span="1953-03-05")
    EventFactory(title="Malenkov resigns", span="1955-02-08")
    seen = words(client.get("/power/", {"on": "1953-10-01"}))
    assert "What changed from 5 March 1953 on" in seen
    gained, lost = seen.split("Gained")[1].split("Lost")
    assert "Georgy Malenkov : Premier" in gained
    assert "Nikita Khrushchev : First Secretary 7 September 1953 – 14 October 1964" in gained
    # Beria’s ministry and Khrushchev’s first office came and went between the two days.
    told = gained + lost.split("At the turning points")[0].split("items")[0]
    assert "Minister of Internal Affairs" not in told
    assert "Secretary 14 March" not in told


def test_what_a_turning_point_gave_and_took_should_stand_side_by_side(client: Client) -> None:
    EventFactory(title="Stalin dies", span="1953-03-05")
    seat = {"power_base": PowerBaseFactory(), "office": "Premier"}
    TenureFactory(
        person=PersonFactory(name="Joseph Stalin", born="1878", died="1953-03-05"),
        span="1946-03-15/1953-03-05",
        **seat,
    )
    TenureFactory(
        person=PersonFactory(name="Georgy Malenkov"), span="1953-03-05/1955-02-08", **seat
    )
    for day, heading in (
        ("1953-03-05", "What changed on 5 March 1953"),
        ("1953-06-01", "What changed from 5 March 1953 on"),
    ):
        page = client.get("/power/", {"on": day})
        assert heading in words(page)
        since = page.context["since"]
        assert [t.person.name for t in since["gained"]] == ["Georgy Malenkov"]
        assert [t.person.name for t in since["lost"]] == ["Joseph Stalin"]


@pytest.mark.usefixtures("struggle")
def test_before_any_turning_point_the_map_should_claim_no_change(client: Client) -> None:
    EventFactory(title="Stalin dies", span="1953-03-05")
    assert client.get("/power/", {"on": "1953-03-04"}).context["since"] is None


@pytest.mark.usefixtures("struggle")
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("1954-05-01", "from 7 September 1953 to 7 February 1955"),
        ("1959-01-01", "from 27 March 1958 to 13 October 1964"),
        ("1953-09-07", ""),  # Khrushchev’s first day as First Secretary
        ("1955-02-08", ""),  # a handover
        ("1990-01-01", ""),  # nobody is known to hold anything
    ],
)
def test_a_day_between_two_certain_dates_should_say_so(
    client: Client, day: str, expected: str
) -> None:
    seen = words(client.get("/power/", {"on": day}))
    assert ("between two certain dates" in seen) == bool(expected)
    assert expected in seen


def test_a_day_in_doubt_should_not_be_called_certain(client: Client) -> None:
    TenureFactory(span="1953/1955")
    # In 1953 and 1955 the office may have been empty; only between them it was not.
    assert client.get("/power/", {"on": "1953-06-01"}).context["steady"] is None
    seen = words(client.get("/power/", {"on": "1954-06-01"}))
    assert "from 31 December 1953 to 31 December 1954" in seen


@pytest.mark.parametrize(
    ("second", "contested"),
    [
        ({}, True),  # one seat, and the month of the handover leaves both possible
        ({"sole_holder": False}, False),
        ({"office": "Deputy Minister"}, False),
        ({"span": "1955-04/1957"}, False),  # not yet there
    ],
)
def test_an_office_should_be_contested_only_where_dates_leave_it_open(
    client: Client, second: dict[str, Any], contested: bool
) -> None:
    army = PowerBaseFactory(name="Soviet army", kind="army")
    seat = {"power_base": army, "office": "Minister of Defence"}
    TenureFactory(person=PersonFactory(name="Nikolai Bulganin"), span="1953-03/1955-02", **seat)
    zhukov = {"person": PersonFactory(name="Georgy Zhukov"), "span": "1955-02?/1957-10-26"}
    TenureFactory(**{**seat, **zhukov, **second})
    seen = words(client.get("/power/", {"on": "1955-02-15"}))
    assert ("Contested : so may Georgy Zhukov" in seen) == contested
    assert ("Contested : so may Nikolai Bulganin" in seen) == contested


@pytest.mark.usefixtures("struggle")
def test_a_handover_should_not_be_called_contested(client: Client) -> None:
    assert "Contested" not in words(client.get("/power/", {"on": "8 February 1955"}))


@pytest.mark.usefixtures("struggle")
def test_the_map_should_draw_all_offices_of_those_on_it_and_mark_the_day(client: Client) -> None:
    TenureFactory(person=PersonFactory(name="CANARY", status=Status.DRAFT))
    drawing = client.get("/power/", {"on": "1953-06-01"}).context["drawing"]
    assert [band.title[0][1] for band in drawing.bands] == [
        "Lavrentiy Beria",
        "Georgy Malenkov",
        "Nikita Khrushchev",
    ]
    # The past and the future of each, not that day alone.
    assert len(drawing.bands[2].marks) == 2
    assert drawing.left < float(drawing.marker) < drawing.width


def test_two_certain_holders_of_one_seat_should_be_called_a_contradiction(client: Client) -> None:
    seat = {"power_base": PowerBaseFactory(), "office": "Minister of Defence"}
    TenureFactory(person=PersonFactory(name="Nikolai Bulganin"), span="1953/1956", **seat)
    TenureFactory(person=PersonFactory(name="Georgy Zhukov"), span="1954/1957", **seat)
    seen = words(client.get("/power/", {"on": "1955-02-15"}))
    assert "Contradiction : there is one seat, and by the dates Georgy Zhukov held it too" in seen
    assert "by the dates Nikolai Bulganin held it too" in seen


def test_somebody_acting_should_be_named_so_and_contest_nothing(client: Client) -> None:
    seat = {"power_base": PowerBaseFactory(), "office": "Chairman"}
    TenureFactory(person=PersonFactory(name="Ivan Serov"), span="1954/1959", **seat)
    TenureFactory(person=PersonFactory(name="K. F. Lunev"), acting=True, span="1954/1959", **seat)
    seen = words(client.get("/power/", {"on": "1958-12-10"}))
    assert "Chairman (acting) K. F. Lunev" in seen
    assert "Contradiction" not in seen


@pytest.mark.parametrize(
    ("fields", "day", "shown"),
    [
        # Nothing bounds it but the life: he died in 1971.
        ({"span": "1954/"}, "1971-09-11", True),
        ({"span": "1954/"}, "2020-01-01", False),
        ({"span": "/1957-03"}, "1894-04-15", True),
        ({"span": "/1957-03"}, "1700-01-01", False),
        # The institution ended first.
        ({"span": "1954/", "power_base__span": "1946/1960"}, "1961-01-01", False),
        ({"span": "/1957", "power_base__span": "1946/1960"}, "1945-12-31", False),
        # Nobody is known to have seen him there later, or earlier.
        ({"span": "1954/", "attested": "1955-04/1956-12"}, "1956-12-31", True),
        ({"span": "1954/", "attested": "1955-04/1956-12"}, "1957-01-01", False),
        ({"span": "/1957", "attested": "1955"}, "1954-12-31", False),
        # Somebody whose life dates nobody has entered: no office lasts eighty years.
        ({"span": "1954/", "person__born": None, "person__died": None}, "2010-01-01", True),
        ({"span": "1954/", "person__born": None, "person__died": None}, "2040-01-01", False),
        # An end that is meant to be open is a statement, and holds no longer than he lives.
        ({"span": "1954/.."}, "1972-01-01", False),
    ],
)
def test_an_end_that_nobody_knows_should_reach_no_further_than_it_can(
    client: Client, fields: dict[str, Any], day: str, *, shown: bool
) -> None:
    base = {"power_base__span": None, "power_base__undated_reason": "Not read."}
    TenureFactory(**{**base, **fields})
    assert bool(rows(client.get("/power/", {"on": day}))) == shown


def test_the_next_holder_of_a_single_seat_should_end_an_unknown_term(client: Client) -> None:
    kgb = PowerBaseFactory(name="KGB", span="1954/1991")
    seat = {"power_base": kgb, "office": "Chairman"}
    TenureFactory(person=PersonFactory(name="Ivan Serov"), span="1954-03-13/", **seat)
    TenureFactory(person=PersonFactory(name="A. Shelepin"), span="1958-12-25/1961-11-13", **seat)
    holders = {
        day: [who for _, _, who, _ in rows(client.get("/power/", {"on": day}))]
        for day in ("1958-12-24", "1958-12-25", "1964-10-13")
    }
    assert holders["1958-12-24"] == ["Ivan Serov"]
    assert holders["1958-12-25"] == ["A. Shelepin"]
    # Nobody is known after Shelepin, and Serov did not come back.
    assert holders["1964-10-13"] == []


def test_dates_that_are_only_uncertain_should_be_told_from_days_left_open(client: Client) -> None:
    TenureFactory(span="1957-10-26/1967-03-31?", attested="1964-10-12")
    seen = words(client.get("/power/", {"on": "1958-01-01"}))
    assert "Probably holds it : the end, 31 March 1967, is uncertain" in seen
    # On this day a source shows him in the office.
    seen = words(client.get("/power/", {"on": "1964-10-12"}))
    assert "Holds it" in seen
    assert "Probably" not in seen


def test_the_map_should_say_whether_a_list_of_holders_is_complete(client: Client) -> None:
    base = PowerBaseFactory(holders_complete="1953-03-05/1961-10-30")
    TenureFactory(power_base=base)
    assert "All holders are listed" in words(client.get("/power/", {"on": "1957-07-01"}))
    assert "Others may be missing" in words(client.get("/power/", {"on": "1962-01-01"}))


@pytest.mark.parametrize("count", [5, 20])
def test_the_map_should_cost_18_queries(client: Client, count: int) -> None:
    for _ in range(count):
        TenureFactory(power_base__parent=PowerBaseFactory())
        EventFactory()
    # Tenures with their kinds, parents, who left, two ends of change on either
    # side, and turning points before and after; what was gained and lost; the offices that are
    # drawn; the ends of change once more, to say whether the day lies between them; whether a
    # course chose its days, and the courses to choose from.
    assert queries(client, "/power/?on=1960-01-01") == 18


@pytest.mark.usefixtures("khrushchev")
def test_the_shipped_course_should_show_the_struggle(client: Client) -> None:
    june = rows(client.get("/power/", {"on": "1953-06-01"}))
    assert {"Nikita Khrushchev", "Lavrentiy Beria", "Georgy Malenkov"} <= {r[2] for r in june}
    march = rows(client.get("/power/", {"on": "1955-03-01"}))
    premiers = {who for _, office, who, _ in march if "Premier" in office}
    assert premiers == {"Nikolai Bulganin"}
