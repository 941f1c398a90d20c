"""Who held the key offices on fourteen days of the course, in the API and on the power map.

The table was worked out by hand from the lists of holders. The rule: at the end of the day, so that
on a day of handover it is the one who came.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from people.models import Tenure
from people.power_map import holdings
from records.dates import OPEN_FUTURE, OPEN_PAST, display_day

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("khrushchev")]

# The offices of the table in its order, each by the institution and the beginning of its name.
OFFICES = (
    ("secretariat", "First Secretary of the Central Committee"),
    ("council-of-ministers", "Chairman of the Council of Ministers"),
    ("supreme-soviet", "Chairman of the Presidium"),
    ("soviet-army", "Minister of Defence"),
    ("mvd", "Minister of"),
    ("kgb", "Chairman"),
)

# Day; holder of each of the offices, blank for nobody; full members of the Presidium.
DAYS: list[tuple[str, tuple[str, ...], str]] = [
    (
        "1953-03-04",
        ("", "stalin", "shvernik", "", "kruglov", ""),
        "andrianov aristov beria bulganin chesnokov ignatiev kaganovich khrushchev "
        "korotchenko kuusinen kuznetsov-v malenkov malyshev melnikov mikhailov mikoyan "
        "molotov pervukhin ponomarenko saburov shkiryatov shvernik stalin suslov "
        "voroshilov",
    ),
    (
        "1953-03-06",
        ("", "malenkov", "shvernik", "bulganin", "beria", ""),
        "beria bulganin kaganovich khrushchev malenkov mikoyan molotov pervukhin saburov "
        "voroshilov",
    ),
    (
        "1953-03-15",
        ("", "malenkov", "voroshilov", "bulganin", "beria", ""),
        "beria bulganin kaganovich khrushchev malenkov mikoyan molotov pervukhin saburov "
        "voroshilov",
    ),
    (
        "1953-06-27",
        ("", "malenkov", "voroshilov", "bulganin", "kruglov", ""),
        "beria bulganin kaganovich khrushchev malenkov mikoyan molotov pervukhin saburov "
        "voroshilov",
    ),
    (
        "1953-09-08",
        ("khrushchev", "malenkov", "voroshilov", "bulganin", "kruglov", ""),
        "bulganin kaganovich khrushchev malenkov mikoyan molotov pervukhin saburov voroshilov",
    ),
    (
        "1955-02-09",
        ("khrushchev", "bulganin", "voroshilov", "zhukov", "kruglov", "serov"),
        "bulganin kaganovich khrushchev malenkov mikoyan molotov pervukhin saburov voroshilov",
    ),
    (
        "1956-02-26",
        ("khrushchev", "bulganin", "voroshilov", "zhukov", "dudorov", "serov"),
        "bulganin kaganovich khrushchev kirichenko malenkov mikoyan molotov pervukhin "
        "saburov suslov voroshilov",
    ),
    (
        "1957-06-20",
        ("khrushchev", "bulganin", "voroshilov", "zhukov", "dudorov", "serov"),
        "bulganin kaganovich khrushchev kirichenko malenkov mikoyan molotov pervukhin "
        "saburov suslov voroshilov",
    ),
    (
        "1957-07-01",
        ("khrushchev", "bulganin", "voroshilov", "zhukov", "dudorov", "serov"),
        "aristov belyaev brezhnev bulganin furtseva ignatov khrushchev kirichenko kozlov "
        "kuusinen mikoyan shvernik suslov voroshilov zhukov",
    ),
    (
        "1957-10-28",
        ("khrushchev", "bulganin", "voroshilov", "malinovsky", "dudorov", "serov"),
        "aristov belyaev brezhnev bulganin furtseva ignatov khrushchev kirichenko kozlov "
        "kuusinen mikoyan shvernik suslov voroshilov zhukov",
    ),
    (
        "1958-03-28",
        ("khrushchev", "khrushchev", "voroshilov", "malinovsky", "dudorov", "serov"),
        "aristov belyaev brezhnev bulganin furtseva ignatov khrushchev kirichenko kozlov "
        "kuusinen mikoyan mukhitdinov shvernik suslov voroshilov",
    ),
    (
        "1960-05-08",
        ("khrushchev", "khrushchev", "brezhnev", "malinovsky", "", "shelepin"),
        "aristov brezhnev furtseva ignatov khrushchev kosygin kozlov kuusinen mikoyan "
        "mukhitdinov podgorny polyansky shvernik suslov voroshilov",
    ),
    (
        "1964-10-13",
        ("khrushchev", "khrushchev", "mikoyan", "malinovsky", "", "semichastny"),
        "brezhnev khrushchev kirilenko kosygin kozlov mikoyan podgorny polyansky shvernik "
        "suslov voronov",
    ),
    (
        "1964-10-16",
        ("brezhnev", "kosygin", "mikoyan", "malinovsky", "", "semichastny"),
        "brezhnev kirilenko kosygin kozlov mikoyan podgorny polyansky shvernik suslov voronov",
    ),
]


def held_in_the_api(client: Client, day: str) -> list[tuple[str, str, str]]:
    """(slug of the power base, office, slug of the holder) of everything held on a day."""
    state = client.get("/api/v1/state/", {"on": day}).json()
    return [
        (last_part(base["power_base"]), held["office"], last_part(held["person"]))
        for base in state["power_bases"]
        for held in base["tenures"]
    ]


def held_on_the_map(client: Client, day: str) -> list[tuple[str, str, str]]:
    bodies = client.get("/power/", {"on": day}).context["bodies"]
    return [
        (body.base.slug, row.tenure.office, row.tenure.person.slug)
        for body in bodies
        for row in body.rows
    ]


def last_part(link: dict[str, Any]) -> str:
    return str(link["url"]).rstrip("/").rpartition("/")[2]


@pytest.mark.parametrize("held", [held_in_the_api, held_on_the_map])
@pytest.mark.parametrize(("day", "holders", "members"), DAYS, ids=[day for day, *_ in DAYS])
def test_each_key_office_should_have_its_holder_at_the_end_of_the_day(
    client: Client, held: Any, day: str, holders: tuple[str, ...], members: str
) -> None:
    rows = held(client, day)
    for (base, office), holder in zip(OFFICES, holders, strict=True):
        found = [who for b, o, who in rows if b == base and o.startswith(office)]
        assert found == ([holder] if holder else []), (base, office)
    full = {who for _, office, who in rows if office.startswith("Full member of the Presidium")}
    assert full == set(members.split())


@pytest.mark.parametrize(
    ("day", "leading"), [("1953-03-06", "malenkov"), ("1953-03-15", "khrushchev")]
)
def test_before_september_1953_the_map_should_show_who_led_without_the_title(
    client: Client, day: str, leading: str
) -> None:
    led = [who for _, office, who in held_on_the_map(client, day) if office.startswith("Leading")]
    assert led == [leading]


def test_before_march_1953_the_army_should_have_a_minister_of_its_own(client: Client) -> None:
    rows = held_on_the_map(client, "1953-03-04")
    assert ("soviet-army", "Minister of War", "vasilevsky") in rows


@pytest.mark.parametrize("day", ["1700-01-01", "2020-01-01"])
def test_nobody_should_hold_an_office_in_1700_or_2020(client: Client, day: str) -> None:
    assert held_in_the_api(client, day) == held_on_the_map(client, day) == []


def test_no_seat_for_one_should_have_two_certain_holders_on_any_day_of_change() -> None:
    days = {d for row in Tenure.objects.values_list("span_earliest", "span_latest") for d in row}
    for day in sorted(d for d in days if OPEN_PAST < d < OPEN_FUTURE):
        held = Tenure.objects.on(day).for_power_map().order_by("power_base_id")
        for body in holdings(held, day):
            assert not [row.tenure for row in body.rows if row.clashes], display_day(day)
