"""Pages of a long list by key, never by offset: the thousandth page costs what the first does.

A page is found by comparing with the last row of the page before it, so it takes one range query
on an index (two where the list crosses from dated to undated rows), no COUNT and no OFFSET. Rows
that others add or remove meanwhile neither repeat nor hide a row.

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
# Beyond every id that a database gives out, and below every one of them.
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
    """Where a page begins: beyond the key `values`, or at it when `inclusive`."""

    values: tuple[Any, ...]
    forward: bool = True
    inclusive: bool = False


@dataclass(frozen=True)
class _Column:
    """One column of an ordering. Nulls come last whichever way it runs."""

    name: str
    descending: bool
    field: Field[Any, Any]
    nullable: bool

    def beyond(self, value: Any, forward: bool) -> Q | None:
        """The condition that a row lies beyond `value` in this column; None if no row can."""
        if value is None:
            return None if forward else Q(**{f"{self.name}__isnull": False})
        lookup = "gt" if forward != self.descending else "lt"
        condition = Q(**{f"{self.name}__{lookup}": value})
        return condition | self.equal(None) if forward and self.nullable else condition

    def equal(self, value: Any) -> Q:
        return Q(**({f"{self.name}__isnull": True} if value is None else {self.name: value}))

    def bound(self, value: Any, forward: bool) -> Q:
        """What the index can use: the rows at `value` and beyond it. `value` is not null."""
        return Q(**{f"{self.name}__{'gte' if forward != self.descending else 'lte'}": value})

    def order(self, forward: bool) -> Any:
        descending = self.descending == forward
        expression = F(self.name)
        if not self.nullable:
            return expression.desc() if descending else expression.asc()
        # Turned round, the nulls come first. Django takes True or None, never False.
        nulls: dict[str, Any] = {"nulls_last": True} if forward else {"nulls_first": True}
        return expression.desc(**nulls) if descending else expression.asc(**nulls)


class Keyset:
    """A list's ordering, and the way to take pages of it.

    In: column names, “-” before one for descending; the last must be unique, as `id` is. A column
    may be a path (`person__sort_name`), an annotation, or null: rows without a value come last.
    `listing` tells apart lists of one model and ordering whose cursors should not be exchanged.
    `nulls=False` promises that the first column always has a value, whatever its field allows: the
    query for rows without one is then left out.
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
        words = "|".join((self.listing or model._meta.label_lower, *self.ordering))
        return hashlib.blake2b(words.encode(), digest_size=4).hexdigest()


class WovenKeyset:
    """One ordering over several kinds of record, as a timeline needs it.

    In: two columns, numbers both, that every kind has, such as ("span_sort", "id"), and the names
    of all kinds in the order in which records of the same day stand. `nulls` is as for `Keyset`.
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
        """Take one page of all `querysets` together; one query each, or two at the undated end.

        In: a queryset per kind that is wanted; kinds left out do not upset the cursor. Out: a page
        whose items are pairs (kind, record). Raises `CursorError`.
        """
        words = "|".join((self.listing, *self.ordering, *self.kinds))
        scope = hashlib.blake2b(words.encode(), digest_size=4).hexdigest()
        place: _Place | None = None
        found: list[tuple[tuple[Any, ...], tuple[str, Any]]] = []
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
                found.append(((value, rank, key), (kind, row)))
        forward = place is None or place.forward
        found.sort(key=lambda pair: self._sort_key(pair[0]), reverse=not forward)
        keys = [key for key, _ in found]
        return _page([row for _, row in found], keys, place, size, scope)

    def _sort_key(self, key: tuple[Any, ...]) -> tuple[Any, ...]:
        value, rank, row_id = key
        sign = -1 if self.ordering[0].startswith("-") else 1
        id_sign = -1 if self.ordering[1].startswith("-") else 1
        return (value is None, sign * (value or 0), rank, id_sign * row_id)


def _within_kind(place: _Place | None, rank: int, descending: bool) -> _Place | None:
    """The place of a woven list as it falls in the rows of one kind.

    At one and the same date, kinds before the place's own lie wholly before it, and kinds after it
    wholly beyond: an id that no row has stands for either.
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
    """Cut one row off again if there is one too many, and point at the neighbours."""
    forward = place is None or place.forward
    more = len(rows) > size
    rows, keys = rows[:size], keys[:size]
    if not forward:
        rows, keys = rows[::-1], keys[::-1]
    if not keys:
        # The rows of this page went away: lead back to where the reader came from.
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

    Rows whose first column is null are a stretch of their own at the end of the list, and read by
    a query of their own: “nulls last” is an order that SQLite has no index for.
    """
    first, *others = columns
    forward = place is None or place.forward
    # Within its stretch the first column has no nulls, so a plain order can use the index.
    stretches = [(queryset, [_Column(first.name, first.descending, first.field, False), *others])]
    if first.nullable:
        dated, shown = stretches[0]
        stretches = [
            (dated.filter(**{f"{first.name}__isnull": False}), shown),
            (queryset.filter(first.equal(None)), others),
        ]
    begins_undated = first.nullable and place is not None and place.values[0] is None
    if place is not None and forward == begins_undated:
        # The place lies in the stretch that is read second, or the only one: the other is behind.
        stretches = stretches[-1:] if forward else stretches[:1]
    elif not forward:
        stretches.reverse()
    rows: list[Any] = []
    for stretch, shown in stretches:
        if len(rows) == limit:
            break
        if place is not None and begins_undated == (shown is others):
            stretch = stretch.filter(_beyond(shown, place.values[-len(shown) :], place))
        order = [column.order(forward) for column in shown]
        rows.extend(stretch.order_by(*order)[: limit - len(rows)])
    return rows


def _beyond(columns: list[_Column], values: Sequence[Any], place: _Place) -> Q:
    """The condition that a row lies beyond a key: a > x, or a = x and b > y, and so on."""
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
    first, *others = [_column(queryset, name) for name in names]
    if not nulls:
        first = _Column(first.name, first.descending, first.field, False)
    return [first, *others]


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
    """Read a cursor back, trusting nothing in it. Raises `CursorError`."""
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
    found, direction, *values = parts
    if found != scope:
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
