"""Lists sort names as the Unicode Collation Algorithm does, on every database alike."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.core.management import call_command
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from pyuca.collator import Collator_10_0_0

from curation.merging.merge import merge, undo
from curation.models import Version
from curation.revisions import history
from events.models import Course, Event
from people.models import Person, PowerBase
from records.paging import LONGEST_CURSOR
from records.sorting import LONGEST_KEY, sort_key
from tests.factories import (
    CourseFactory,
    EventFactory,
    MeasureFactory,
    PersonFactory,
    PowerBaseFactory,
    ReformFactory,
    SourceFactory,
    TenureFactory,
    TermFactory,
)
from tests.support.api import read
from tests.support.small_course import make_course
from tests.support.write_api import Program

NAMES = [
    # each with why it stands behind the one before it
    "101st Division",
    "asad, hafez",  # a digit comes before a letter
    "Asad, Hafez",  # a small letter before a capital one, all else being alike
    "Åsad, Hafez",  # a plain letter before one with an accent, all else being alike
    "Åse, Hanna",  # Å is an A, and s-a comes before s-e
    "Asel, Timur",  # the accent counts only where all letters are alike: a comma before “l”
    "Bohr, Niels",
    "Cabot, John",
    "Çakır, Ayşe",  # Ç is a C
    "Camus, Albert",
    "de Gaulle, Charles",  # case counts only where all else is alike
    "Degas, Edgar",  # a space comes before a letter
    "Đilas, Milovan",  # Đ is a D
    "Djilas, Milovan",
    "Jean Paul",
    "Jean-Paul",  # a space before a hyphen
    "Jeanneney, Jules",  # and a hyphen before a letter
    "Kádár, János",
    "Łódź, Jan",  # Ł is an L
    "Lon Nol",
    "O'Brien, Conor",
    "O’Brien, Conor",  # the apostrophe of a typewriter before that of a printer
    "Obrien, Conor",  # and both before a letter
    "Zhukov, Georgy",
    "Ежов, Николай",  # Latin before Cyrillic
    "Елкин, Борис",
    "Ёлкин, Борис",  # Ё is an Е with two dots
    "Ельцин, Борис",
    "Жуков, Георгий",
    "Иванов, Иван",
    "Йоффе, Адольф",  # Й is a letter of its own
    "Калинин, Михаил",
]


def shuffled() -> list[str]:
    names = [*NAMES]
    random.Random(1956).shuffle(names)
    return names


def by_pages(client: Client, address: str, size: int) -> list[dict[str, Any]]:
    """What a listing shows, read a page at a time by the links it gives."""
    found: list[dict[str, Any]] = []
    page = read(client, f"{address}&page_size={size}")
    while True:
        found += page["results"]
        if page["next"] is None:
            return found
        page = read(client, page["next"].split("/api/v1/")[1])


@pytest.fixture
def people() -> None:
    for n, name in enumerate(shuffled()):
        PersonFactory(slug=f"person-{n}", name="Somebody", sort_name=name)


# Every listing of records that are called something: how one is made, what it is sorted by.
LISTINGS = [
    (PersonFactory, "people", "name", "sort_name"),
    (PowerBaseFactory, "power-bases", "name", "name"),
    (TermFactory, "terms", "name", "name"),
    (MeasureFactory, "measures", "name", "name"),
    (ReformFactory, "reforms", "title", "title"),
    (EventFactory, "events", "title", "title"),
    (CourseFactory, "courses", "title", "title"),
    (SourceFactory, "sources", "title", "title"),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("factory", "listing", "ordering", "column"), LISTINGS)
def test_a_listing_should_be_in_order_and_page_through_it(
    client: Client, factory: Any, listing: str, ordering: str, column: str
) -> None:
    # The glossary has a word once, in whatever case.
    names = [name for name in NAMES if name != "asad, hafez"]
    for n, name in enumerate(name for name in shuffled() if name in names):
        factory(slug=f"record-{n}", **{column: name})
    rows = by_pages(client, f"{listing}/?ordering={ordering}", 7)
    assert [row[column] for row in rows] == names
    assert all("sort_key" not in row for row in rows)
    back = by_pages(client, f"{listing}/?ordering=-{ordering}", 100)
    assert [row[column] for row in back] == names[::-1]


@pytest.mark.django_db
def test_the_pages_of_readers_and_of_the_desk_should_agree(
    people: None, client: Client, admin_client: Client
) -> None:
    seen = [person.sort_name for person in client.get("/people/").context["page"].items]
    assert seen == NAMES
    desk = admin_client.get("/admin/people/person/").context["cl"].result_list
    assert [person.sort_name for person in desk] == NAMES


@pytest.mark.django_db
def test_a_click_on_a_heading_at_the_desk_should_sort_as_readers_see_it(
    admin_client: Client,
) -> None:
    for n, name in enumerate(shuffled()):
        PowerBaseFactory(slug=f"base-{n}", name=name)
    lists = [
        admin_client.get("/admin/people/powerbase/", {"o": o}).context["cl"].result_list
        for o in ("1", "-1")
    ]
    assert [[base.name for base in each] for each in lists] == [NAMES, NAMES[::-1]]


@pytest.mark.django_db
def test_a_click_on_the_name_of_people_should_sort_by_surname(
    people: None, admin_client: Client
) -> None:
    lists = [
        admin_client.get("/admin/people/person/", {"o": o}).context["cl"].result_list
        for o in ("1", "-1")
    ]
    assert [[person.sort_name for person in each] for each in lists] == [NAMES, NAMES[::-1]]


@pytest.mark.django_db
def test_the_lanes_of_a_timeline_should_be_in_order(client: Client) -> None:
    names = ["Academy", "Åland", "Zemstvo", "Ёлкин", "Жуков"]
    person = PersonFactory()
    for n in (2, 4, 1, 3, 0):
        base = PowerBaseFactory(slug=f"base-{n}", name=names[n], abbreviation="")
        TenureFactory(person=person, power_base=base)
    page = client.get(f"/timeline/?person={person.slug}").content.decode()
    assert re.findall(r'class="lane"[^>]*>([^<]+)<', page) == names


@pytest.mark.django_db
def test_a_letter_of_the_glossary_should_stand_once(client: Client) -> None:
    for n, name in enumerate(["Ebert", "Élysée", "embargo", "Ёлка", "Ежовщина", "Йод", "Икра"]):
        TermFactory(slug=f"term-{n}", name=name)
    letters = client.get("/glossary/").context["letters"]
    assert [(letter, [term.name for term in terms]) for letter, terms in letters] == [
        ("E", ["Ebert", "Élysée", "embargo"]),
        ("Е", ["Ежовщина", "Ёлка"]),
        ("И", ["Икра"]),
        ("Й", ["Йод"]),
    ]


# --- kept by whatever writes --------------------------------------------------------------------


def _saved() -> None:
    person = PersonFactory(sort_name="Zhukov")
    person.sort_name = "Åse"
    person.save()


def _created_in_bulk() -> None:
    Person.objects.bulk_create([Person(slug="a", name="Åse", sort_name="Åse")])


def _changed_in_bulk() -> None:
    person = PersonFactory(sort_name="Zhukov")
    person.sort_name = "Åse"
    Person.objects.bulk_update([person], ["sort_name", "sort_key"])


def _updated() -> None:
    PersonFactory(sort_name="Zhukov")
    Person.objects.update(sort_name="Åse")


def _restored() -> None:
    person = PersonFactory(sort_name="Åse")
    with history.changing(person, by=None) as current:
        current.sort_name = "Zhukov"
        current.save()
    history.restore(Version.objects.of(person).last(), by=None, reason="As it was")


def _brought_back() -> None:
    person = PersonFactory(sort_name="Åse")
    history.delete(person, by=None, reason="Too much")
    history.bring_back(Version.objects.of(person).first(), by=None, reason="Not so")


def _merged_and_apart() -> None:
    kept, twin = PersonFactory(sort_name="Åse"), PersonFactory(sort_name="Aase")
    undo(merge(kept, twin, by=None, reason="One"), by=None, reason="Two")


def _written_at_the_desk_of_the_api() -> None:
    program = Program("Editor", "publish")
    fields = {"slug": "ase", "name": "Åse", "sort_name": "Zhukov", "born": "1894"}
    assert program.ask("POST", "people/", fields).status_code == 201
    assert program.change("people/ase/", {"sort_name": "Åse"}).status_code == 200
    assert "sort_key" not in program.read("people/ase/").content.decode()


def _loaded_from_data_of_an_older_version() -> None:
    [row] = serializers.serialize("python", [PersonFactory(sort_name="Åse")])
    Person.objects.all().delete()
    del row["fields"]["sort_key"]
    for each in serializers.deserialize("python", [row]):
        each.save()


WAYS = [
    _saved,
    _created_in_bulk,
    _changed_in_bulk,
    _updated,
    _restored,
    _brought_back,
    _merged_and_apart,
    _written_at_the_desk_of_the_api,
    _loaded_from_data_of_an_older_version,
]


@pytest.mark.django_db
@pytest.mark.parametrize("write", WAYS)
def test_whatever_writes_a_name_should_keep_its_place(write: Callable[[], None]) -> None:
    write()
    stored = dict(Person.objects.values_list("sort_name", "sort_key"))
    assert "Åse" in stored
    assert stored == {name: sort_key(name) for name in stored}


@pytest.mark.django_db
def test_a_course_package_should_keep_the_places_and_know_nothing_of_them(tmp_path: Path) -> None:
    make_course()
    call_command("dump_course", "thaw", tmp_path / "thaw", verbosity=0)
    table = tmp_path / "thaw" / "power-bases.csv"
    text = table.read_text(encoding="utf-8")
    assert "sort_key" not in text
    assert ",Soviet state," in text
    table.write_text(text.replace(",Soviet state,", ",Åse’s state,"), encoding="utf-8")
    call_command("load_course", tmp_path / "thaw", verbosity=0)
    names = ["Åse’s state", "Ministries"]
    assert [*PowerBase.objects.values_list("name", "sort_key")] == [
        (name, sort_key(name)) for name in names
    ]
    for row in [*Course.objects.all(), *Event.objects.all()]:
        assert type(row).objects.filter(sort_key=sort_key(row.title), pk=row.pk).exists()


@pytest.mark.django_db
def test_a_text_that_only_the_database_knows_should_be_refused() -> None:
    person = PersonFactory(sort_name="Zhukov")
    person.sort_name = "Åse"
    with pytest.raises(ValueError, match="bulk_update"):
        Person.objects.bulk_update([person], ["sort_name"])


# --- the key itself -----------------------------------------------------------------------------

# Letters of three scripts, loose accents, punctuation, and what has no weight at all.
TEXTS = st.text("aAáåzZbøłđßеёжйиЖàǹ\u0301\u0300\u0327 ,-.'’“1٣漢\u200d", max_size=12)
WHOLE = Collator_10_0_0()


@given(one=TEXTS, other=TEXTS)
def test_the_key_should_say_what_the_whole_algorithm_says(one: str, other: str) -> None:
    short = (sort_key(one), sort_key(other))
    whole = (WHOLE.sort_key(one), WHOLE.sort_key(other))
    assert (short[0] < short[1], short[0] == short[1]) == (
        whole[0] < whole[1],
        whole[0] == whole[1],
    )


@pytest.mark.parametrize("text", ["", "Å" * 300, "漢" * 300, "ﷺ" * 20])
def test_a_key_should_fit_its_column_and_a_cursor(text: str) -> None:
    key = sort_key(text)
    assert len(key) <= LONGEST_KEY < LONGEST_CURSOR // 2
    assert set(key) <= set("0123456789abcdef")
