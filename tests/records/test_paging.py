"""Pages by key: every row once, in order, both ways, with and without dates."""

from __future__ import annotations

import base64
import itertools
from typing import Any

import orjson
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from events.models import Event
from people.models import Person, Tenure
from records.paging import CursorError, Keyset, Page, WovenKeyset
from reforms.models import Reform
from tests.factories import EventFactory, PersonFactory, ReformFactory, TenureFactory

pytestmark = pytest.mark.django_db


def forwards(take: Any) -> list[Page]:
    pages = [take(None)]
    while pages[-1].next:
        pages.append(take(pages[-1].next))
        assert len(pages) < 50
    return pages


def backwards(take: Any, cursor: str | None) -> list[Page]:
    pages: list[Page] = []
    while cursor:
        pages.insert(0, take(cursor))
        cursor = pages[0].previous
        assert len(pages) < 50
    return pages


@pytest.fixture
def people() -> list[Person]:
    # Two born in one year, and two whose birth is unknown.
    births = ["1894-04-15", "1902-01-08", "1890", None, "1890", None, "1896-12-01"]
    return [
        PersonFactory(
            born=born, died=None, undated_reason="" if born else "The sources are silent."
        )
        for born in births
    ]


ORDERINGS = [
    (("born_sort", "id"), [2, 4, 0, 6, 1, 3, 5]),  # unknown births last
    (("-born_sort", "-id"), [1, 6, 0, 4, 2, 5, 3]),  # … whichever way it runs
    (("-born_sort", "id"), [1, 6, 0, 2, 4, 3, 5]),  # mixed directions
    (("sort_name", "id"), [0, 1, 2, 3, 4, 5, 6]),  # all equal but for the id
    (("-id",), [6, 5, 4, 3, 2, 1, 0]),  # one column
    (("sort_name", "-born_sort", "id"), [1, 6, 0, 2, 4, 3, 5]),  # a null in the second column
]


@pytest.mark.parametrize(("ordering", "expected"), ORDERINGS)
@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 8])
def test_every_row_comes_once_and_in_order_both_ways(
    people: list[Person], ordering: tuple[str, ...], expected: list[int], size: int
) -> None:
    keyset = Keyset(ordering)

    def take(cursor: str | None) -> Page:
        return keyset.page(Person.objects.published(), size=size, cursor=cursor)

    there = forwards(take)
    assert [row for page in there for row in page.items] == [people[n] for n in expected]
    assert there[0].previous is None
    back = backwards(take, there[-1].previous)
    assert [page.items for page in back] == [page.items for page in there[:-1]]
    assert [page.next for page in back] == [page.next for page in there[:-1]]


def test_an_empty_list_is_one_page_without_neighbours() -> None:
    page = Keyset(("born_sort", "id")).page(Person.objects.published(), size=5, cursor=None)
    assert page == Page([], None, None)


def test_rows_added_and_removed_meanwhile_neither_repeat_nor_hide_one(
    people: list[Person],
) -> None:
    keyset = Keyset(("born_sort", "id"))
    first = keyset.page(Person.objects.published(), size=3, cursor=None)
    PersonFactory(born="1880", died=None)
    first.items[-1].delete()
    second = keyset.page(Person.objects.published(), size=3, cursor=first.next)
    assert second.items == [people[6], people[1], people[3]]


def test_a_page_that_became_empty_leads_back_without_losing_a_row(people: list[Person]) -> None:
    keyset = Keyset(("born_sort", "id"))
    rows = Person.objects.published()
    first = keyset.page(rows, size=5, cursor=None)
    Person.objects.filter(pk__in=[people[3].pk, people[5].pk]).delete()
    gone = keyset.page(rows, size=5, cursor=first.next)
    assert gone.items == []
    assert gone.next is None
    assert keyset.page(rows, size=5, cursor=gone.previous).items == first.items


def test_a_path_to_another_table_may_order() -> None:
    for name in ("Molotov, Vyacheslav", "Beria, Lavrenty", "Malenkov, Georgy"):
        TenureFactory(person__sort_name=name)
    keyset = Keyset(("person__sort_name", "id"))
    rows = Tenure.objects.published().select_related("person")
    pages = forwards(lambda cursor: keyset.page(rows, size=2, cursor=cursor))
    names = [row.person.sort_name for page in pages for row in page.items]
    assert names == ["Beria, Lavrenty", "Malenkov, Georgy", "Molotov, Vyacheslav"]


def test_a_page_takes_one_query_and_one_more_only_at_the_undated_end(
    people: list[Person], django_assert_num_queries: Any
) -> None:
    keyset = Keyset(("born_sort", "id"))
    with django_assert_num_queries(1) as asked:
        page = keyset.page(Person.objects.published(), size=3, cursor=None)
    assert "OFFSET" not in asked[0]["sql"]
    assert "LIMIT 4" in asked[0]["sql"]
    with django_assert_num_queries(2):
        keyset.page(Person.objects.published(), size=3, cursor=page.next)


def sound_cursor() -> str:
    PersonFactory.create_batch(2)
    page = Keyset(("born_sort", "id")).page(Person.objects.published(), size=1, cursor=None)
    assert page.next
    return page.next


def changed(position: int, value: Any) -> str:
    """A sound cursor with one part replaced: 0 the list, 1 the direction, 2 the date, 3 the id."""
    cursor = sound_cursor()
    parts = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    parts[position] = value
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def test_the_cursor_changed_by_nothing_is_accepted() -> None:
    cursor = changed(1, ">")
    page = Keyset(("born_sort", "id")).page(Person.objects.published(), size=1, cursor=cursor)
    assert len(page.items) == 1


BROKEN = [
    lambda: "not a cursor",
    lambda: "é",
    lambda: "bm9uc2Vuc2U",  # base64 of something else
    lambda: "W10",  # an empty list
    lambda: "e30",  # not a list
    lambda: base64.urlsafe_b64encode(b"[" * 1400).decode(),  # deep
    lambda: "A" * 5000,  # long
    lambda: sound_cursor()[:-3],  # cut off
    lambda: changed(0, "00000000"),  # another list
    lambda: changed(1, "="),  # no direction
    lambda: changed(2, "soon"),  # a word for a number
    lambda: changed(2, [1]),  # a list for a number
    lambda: changed(3, None),  # an id is never null
    lambda: changed(3, 1e300),  # past what a database holds
    lambda: changed(3, "1\0"),  # a byte that no database takes
]


@pytest.mark.parametrize("broken", BROKEN)
def test_a_cursor_that_was_not_handed_out_is_refused(broken: Any) -> None:
    cursor = broken()
    with pytest.raises(CursorError, match="cursor"):
        Keyset(("born_sort", "id")).page(Person.objects.published(), size=1, cursor=cursor)


def test_a_cursor_of_another_ordering_or_another_list_is_refused() -> None:
    cursor = sound_cursor()
    EventFactory.create_batch(2)
    for keyset, rows in (
        (Keyset(("-born_sort", "-id")), Person.objects.published()),
        (Keyset(("born_sort", "id"), listing="students"), Person.objects.published()),
        (Keyset(("span_sort", "id")), Event.objects.published()),
    ):
        with pytest.raises(CursorError, match="another list"):
            keyset.page(rows, size=1, cursor=cursor)


births = st.lists(st.one_of(st.none(), st.integers(1880, 1884).map(str)), max_size=8)


@settings(max_examples=40, suppress_health_check=[*HealthCheck])
@given(
    births=births,
    ordering=st.sampled_from([ordering for ordering, _ in ORDERINGS]),
    size=st.integers(1, 9),
)
def test_whatever_the_rows_pages_are_the_sorted_list_cut_up(
    births: list[str | None], ordering: tuple[str, ...], size: int
) -> None:
    with transaction.atomic():
        rows = [PersonFactory(born=born, died=None, undated_reason="Silence.") for born in births]
        # Sorted by the least column first: Python’s sort keeps the order of equals.
        for name in reversed(ordering):
            column = name.removeprefix("-")
            low = "" if column == "sort_name" else 0
            rows.sort(
                key=lambda row, c=column, low=low: getattr(row, c) or low,
                reverse=name.startswith("-"),
            )
            rows.sort(key=lambda row, c=column: getattr(row, c) is None)
        keyset = Keyset(ordering)
        pages = forwards(
            lambda cursor: keyset.page(Person.objects.published(), size=size, cursor=cursor)
        )
        assert [row for page in pages for row in page.items] == rows
        assert all(len(page.items) == size for page in pages[:-1])
        transaction.set_rollback(True)


KINDS = ("event", "reform", "tenure")


@pytest.mark.parametrize(
    ("ordering", "size"),
    list(itertools.product([("span_sort", "id"), ("-span_sort", "-id")], [1, 2, 3, 4, 9, 20])),
)
def test_several_kinds_weave_into_one_order(ordering: tuple[str, str], size: int) -> None:
    spans = ["1953-03-05", "1956-02-25", "1956-02-25", "1957-05-10"]
    made: list[tuple[Any, ...]] = []
    for span, (rank, (kind, factory)) in itertools.product(
        spans,
        enumerate(zip(KINDS, (EventFactory, ReformFactory, TenureFactory), strict=True)),
    ):
        record = factory(span=span)
        sign = -1 if ordering[0].startswith("-") else 1
        made.append((sign * record.span_sort, rank, sign * record.pk, kind, record))
    undated = EventFactory(span=None, undated_reason="The sources give no year.")
    expected = [(kind, record) for *_, kind, record in sorted(made, key=lambda row: row[:3])]
    expected.append(("event", undated))
    querysets = {
        "event": Event.objects.published(),
        "reform": Reform.objects.published(),
        "tenure": Tenure.objects.published(),
    }
    keyset = WovenKeyset(ordering, KINDS, listing="timeline")

    def take(cursor: str | None) -> Page:
        return keyset.page(querysets, size=size, cursor=cursor)

    there = forwards(take)
    assert [item for page in there for item in page.items] == expected
    back = backwards(take, there[-1].previous)
    assert [page.items for page in back] == [page.items for page in there[:-1]]


def test_leaving_a_kind_out_does_not_upset_a_woven_cursor() -> None:
    event, reform, tenure = EventFactory(), ReformFactory(), TenureFactory()
    keyset = WovenKeyset(("span_sort", "id"), KINDS, listing="timeline")
    first = keyset.page(
        {"tenure": Tenure.objects.published(), "event": Event.objects.published()}, size=1
    )
    assert first.items == [("tenure", tenure)]
    rest = keyset.page({"reform": Reform.objects.published()}, size=5, cursor=first.next)
    assert rest.items == [("reform", reform)]
    assert keyset.page({"event": Event.objects.published()}, size=5).items == [("event", event)]
