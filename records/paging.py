"""Pages of a long list by key, never by offset: the thousandth page costs what the first does.

A page begins behind the last row of the page before it, which its cursor names. So it takes one
query for a range of an index (two where dated rows end and undated ones begin), no COUNT and no
OFFSET. When others add or remove rows meanwhile, no row is repeated and none is left out.

    page = Keyset(("span_sort", "id")).page(Event.objects.published(), size=50, cursor=cursor)
    page.items, page.next, page.previous
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import orjson
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import F, Field, Model, Q, QuerySet

LONGEST_CURSOR = 2000
# Ids that no row has: one after all of them, and one before all of them.
_LAST_ID, _NO_ID = 2**63 - 1, 0
_SCALARS = (str, int, float, bool, type(None))


class CursorError(ValueError):
    """A cursor that this list did not hand out. The message is fit to show."""


@dataclass
class Page:
    """The rows of one page in the list's order, and the cursors of its neighbours.

    `next` and `previous` are None where there is no further page on that side.
    """

    items: list[Any]
    next: str | None
    previous: str | None


@dataclass(frozen=True)
class _Place:
    """Where a page begins, and in which direction it is read.

    `values` are those of the columns of a row. The page begins behind that row, or with it if
    `inclusive`.
    """

    values: tuple[Any, ...]
    forward: bool = True
    inclusive: bool = False


@dataclass(frozen=True)
class _Column:
    """One column of an ordering. Rows without a value come last, in either direction."""

    name: str
    descending: bool
    field: Field[Any, Any]
    nullable: bool

    def beyond(self, value: Any, forward: bool) -> Q | None:
        """The condition that a row comes after `value` in this column; None if no row can.

        In: a value or None, and False to read backwards, where a row “after” it comes before it.
        """
        if value is None:
            return None if forward else Q(**{f"{self.name}__isnull": False})
        lookup = "gt" if forward != self.descending else "lt"
        condition = Q(**{f"{self.name}__{lookup}": value})
        return condition | self.equal(None) if forward and self.nullable else condition

    def equal(self, value: Any) -> Q:
        """The condition that a row has this value, or none where `value` is None."""
        return Q(**({f"{self.name}__isnull": True} if value is None else {self.name: value}))

    def bound(self, value: Any, forward: bool) -> Q:
        """A condition that an index can answer: rows with `value`, which is not None, and after."""
        return Q(**{f"{self.name}__{'gte' if forward != self.descending else 'lte'}": value})

    def order(self, forward: bool) -> Any:
        """The expression to order by."""
        descending = self.descending == forward
        expression = F(self.name)
        if not self.nullable:
            return expression.desc() if descending else expression.asc()
        # Read backwards, rows without a value come first. Django takes True or None, never False.
        nulls: dict[str, Any] = {"nulls_last": True} if forward else {"nulls_first": True}
        return expression.desc(**nulls) if descending else expression.asc(**nulls)


class Keyset:
    """The ordering of a list, of which it takes pages.

    In: column names, with “-” for descending; the last must be unique, as `id` is. A column may be
    a path (`person__sort_name`) or an annotation, and may be without a value: such rows come last.
    `listing` is a name for a list whose cursors another list of the same model and ordering must
    not accept. `nulls=False` promises that the first column always has a value, whatever its field
    allows, which saves the query for rows without one.
    """

    def __init__(self, ordering: Sequence[str], *, listing: str = "", nulls: bool = True) -> None:
        if not ordering:
            raise ValueError("A keyset needs at least one column.")
        self.ordering = tuple(ordering)
        self.listing = listing
        self.nulls = nulls

    def page(self, queryset: QuerySet[Any], *, size: int, cursor: str | None = None) -> Page:
        """Take one page of `queryset`, in this ordering whatever ordering it had.

        In: how many rows (1 or more), and a cursor of a page of this list (None or "": the first
        page). Out: the page. Raises `CursorError` for a cursor of another list, or of none.
        """
        columns = self._columns(queryset)
        scope = self._scope(queryset.model)
        place = _decoded(cursor, scope, columns) if cursor else None
        rows = _fetch(queryset, columns, place, size + 1)
        keys = [tuple(_value(row, column.name) for column in columns) for row in rows]
        return _page(rows, keys, place, size, scope)

    def _columns(self, queryset: QuerySet[Any]) -> list[_Column]:
        return _columns(queryset, self.ordering, self.nulls)

    def _scope(self, model: type[Model]) -> str:
        description = "|".join((self.listing or model._meta.label_lower, *self.ordering))
        return hashlib.blake2b(description.encode(), digest_size=4).hexdigest()


class WovenKeyset:
    """One ordering over several kinds of record, as a timeline needs it.

    In: two columns of numbers that every kind has, such as ("span_sort", "id"), and the names of
    all kinds, in which order records of the same day come. `listing` and `nulls`: as for `Keyset`.
    """

    def __init__(
        self,
        ordering: tuple[str, str],
        kinds: Sequence[str],
        *,
        listing: str,
        nulls: bool = True,
    ) -> None:
        self.nulls = nulls
        self.ordering = ordering
        self.kinds = tuple(kinds)
        self.listing = listing

    def page(
        self, querysets: Mapping[str, QuerySet[Any]], *, size: int, cursor: str | None = None
    ) -> Page:
        """Take one page of all `querysets` together; one query each, or two where dates end.

        In: a queryset for each kind that is wanted; a cursor also holds for fewer or more kinds.
        Out: a page whose items are pairs (kind, record). Raises `CursorError`.
        """
        description = "|".join((self.listing, *self.ordering, *self.kinds))
        scope = hashlib.blake2b(description.encode(), digest_size=4).hexdigest()
        place: _Place | None = None
        items: list[tuple[tuple[Any, ...], tuple[str, Any]]] = []
        for kind, queryset in querysets.items():
            columns = _columns(queryset, self.ordering, self.nulls)
            rank = self.kinds.index(kind)
            if cursor and place is None:
                first, last = columns
                ranks = _Column("kind", False, last.field, False)
                place = _decoded(cursor, scope, [first, ranks, last])
            here = _within_kind(place, rank, columns[1].descending)
            for row in _fetch(queryset, columns, here, size + 1):
                value, key = (_value(row, column.name) for column in columns)
                items.append(((value, rank, key), (kind, row)))
        forward = place is None or place.forward
        items.sort(key=lambda item: self._sort_key(item[0]), reverse=not forward)
        keys = [key for key, _ in items]
        return _page([item for _, item in items], keys, place, size, scope)

    def _sort_key(self, key: tuple[Any, ...]) -> tuple[Any, ...]:
        value, rank, row_id = key
        sign = -1 if self.ordering[0].startswith("-") else 1
        id_sign = -1 if self.ordering[1].startswith("-") else 1
        return (value is None, sign * (value or 0), rank, id_sign * row_id)


def _within_kind(place: _Place | None, rank: int, descending: bool) -> _Place | None:
    """The place in a list of several kinds, as a place among the rows of one kind.

    In: the place, the rank of this kind among all, and whether ids run downwards. At the date of
    the place, all rows of a kind with a lower rank come before it, and all rows of a kind with a
    higher rank after it. An id that no row has says so.
    """
    if place is None:
        return None
    value, at_rank, row_id = place.values
    if rank == at_rank:
        return _Place((value, row_id), place.forward, place.inclusive)
    behind = (rank < at_rank) != descending
    return _Place((value, _LAST_ID if behind else _NO_ID), place.forward)


def _page(
    rows: list[Any], keys: list[tuple[Any, ...]], place: _Place | None, size: int, scope: str
) -> Page:
    """The page of these rows, with the cursors of its neighbours.

    In: its rows in the direction of reading, one more than `size` if there is a further page; their
    keys; the place where they begin; what the cursors of this list begin with.
    """
    forward = place is None or place.forward
    more = len(rows) > size
    rows, keys = rows[:size], keys[:size]
    if not forward:
        rows, keys = rows[::-1], keys[::-1]
    if not keys:
        # Its rows were deleted meanwhile. Lead back to the page from which the reader came.
        back = (
            None
            if place is None
            else _encoded(scope, _Place(place.values, not forward, not place.inclusive))
        )
        return Page([], None if forward else back, back if forward else None)
    following = _encoded(scope, _Place(keys[-1]))
    preceding = _encoded(scope, _Place(keys[0], forward=False))
    if forward:
        return Page(rows, following if more else None, preceding if place else None)
    return Page(rows, following, preceding if more else None)


def _fetch(
    queryset: QuerySet[Any], columns: list[_Column], place: _Place | None, limit: int
) -> list[Any]:
    """Up to `limit` rows from `place`, in the direction of reading.

    Rows without a value in the first column come last, and are read by a query of their own: SQLite
    has no index for the order “nulls last”.
    """
    first, *undated = columns
    forward = place is None or place.forward
    # Each stretch is a queryset and the columns to order it by. Where the first column always has a
    # value, a plain order can use the index.
    stretches = [(queryset, [_Column(first.name, first.descending, first.field, False), *undated])]
    if first.nullable:
        dated, shown = stretches[0]
        stretches = [
            (dated.filter(**{f"{first.name}__isnull": False}), shown),
            (queryset.filter(first.equal(None)), undated),
        ]
    begins_undated = first.nullable and place is not None and place.values[0] is None
    if place is not None and forward == begins_undated:
        # The place lies in the stretch that would be read second: the other one is behind it.
        stretches = stretches[-1:] if forward else stretches[:1]
    elif not forward:
        stretches.reverse()
    rows: list[Any] = []
    for stretch, shown in stretches:
        if len(rows) == limit:
            break
        if place is not None and begins_undated == (shown is undated):
            stretch = stretch.filter(_beyond(shown, place.values[-len(shown) :], place))
        order = [column.order(forward) for column in shown]
        rows.extend(stretch.order_by(*order)[: limit - len(rows)])
    return rows


def _beyond(columns: list[_Column], values: Sequence[Any], place: _Place) -> Q:
    """The condition that a row comes after a key: a > x, or a = x and b > y, and so on."""
    alternatives: list[Q] = []
    same = Q()
    for column, value in zip(columns, values, strict=True):
        step = column.beyond(value, place.forward)
        if step is not None:
            alternatives.append(same & step)
        same &= column.equal(value)
    if place.inclusive:
        alternatives.append(same)
    condition = reduce(or_, alternatives) if alternatives else Q(pk__in=[])
    if len(columns) > 1 and values[0] is not None and not columns[0].nullable:
        return columns[0].bound(values[0], place.forward) & condition
    return condition


# --- columns and cursors --------------------------------------------------------------------


def _columns(queryset: QuerySet[Any], names: Sequence[str], nulls: bool) -> list[_Column]:
    first, *later = [_column(queryset, name) for name in names]
    if not nulls:
        first = _Column(first.name, first.descending, first.field, False)
    return [first, *later]


def _column(queryset: QuerySet[Any], name: str) -> _Column:
    bare = name.removeprefix("-")
    descending = name.startswith("-")
    annotation = queryset.query.annotations.get(bare)
    if annotation is not None:
        return _Column(bare, descending, annotation.output_field, nullable=True)
    model: Any = queryset.model
    nullable = False
    field: Any = None
    for part in bare.split("__"):
        field = model._meta.pk if part == "pk" else model._meta.get_field(part)
        if not isinstance(field, Field):
            raise FieldDoesNotExist(f"{bare} does not end in a column of {queryset.model}.")
        nullable = nullable or field.null
        model = field.related_model
    return _Column(bare, descending, getattr(field, "target_field", field), nullable)


def _value(row: Any, name: str) -> Any:
    if isinstance(row, Mapping):
        return row[name]
    return reduce(lambda value, part: getattr(value, part, None), name.split("__"), row)


def _plain(value: Any) -> Any:
    return value if isinstance(value, _SCALARS) else str(value)


def _encoded(scope: str, place: _Place) -> str:
    direction = (">" if place.forward else "<") + ("=" if place.inclusive else "")
    text = orjson.dumps([scope, direction, *map(_plain, place.values)])
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def _decoded(cursor: str, scope: str, columns: list[_Column]) -> _Place:
    """The place that a cursor names. Trusts nothing in it. Raises `CursorError`."""
    unknown = CursorError(
        "The cursor cannot be read. Use one from “next” or “previous” of this list, or leave it "
        "out to start from the beginning."
    )
    if len(cursor) > LONGEST_CURSOR:
        raise unknown
    try:
        raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        parts = orjson.loads(raw)
    except (binascii.Error, ValueError) as error:
        raise unknown from error
    if not isinstance(parts, list) or len(parts) < 2:
        raise unknown
    scope_in_cursor, direction, *values = parts
    if scope_in_cursor != scope:
        raise CursorError(
            "The cursor belongs to another list or another ordering. Use one from “next” or "
            "“previous” of this list, or leave it out to start from the beginning."
        )
    if direction not in (">", "<", ">=", "<=") or len(values) != len(columns):
        raise unknown
    read = tuple(
        _read(column, value, unknown) for column, value in zip(columns, values, strict=True)
    )
    return _Place(read, direction[0] == ">", direction.endswith("="))


def _read(column: _Column, value: Any, unknown: CursorError) -> Any:
    if value is None:
        if not column.nullable:
            raise unknown
        return None
    if not isinstance(value, _SCALARS) or (isinstance(value, str) and "\0" in value):
        raise unknown
    if isinstance(value, (int, float)) and not -_LAST_ID <= value <= _LAST_ID:
        raise unknown
    try:
        return column.field.to_python(value)
    except (ValidationError, ValueError, TypeError, OverflowError) as error:
        raise unknown from error
