"""`?expand=`: linked records in full, where a listing or a detail only names them.

An answer is made as usual. Then the links in it that a request names grow by the members that the
listing of their kind gives: what they had stays, and nothing is found but what that listing shows.
Each kind costs the queries of one page of its listing, however many links there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import resolve, reverse
from rest_framework import serializers
from rest_framework.request import Request

from records.api_links import ROUTES, Link, key_of
from records.pages import absolute
from records.problems import ParameterProblem

# How many links may follow one another, and how many links of one answer may grow: what anybody
# may ask for has to be bounded.
DEEPEST, MOST_LINKS = 2, 2_000

Path = tuple[str, ...]


@dataclass(frozen=True)
class Expandable:
    """A place in an answer where links stand: its path, and how many links deep it lies, from 1.

    `kinds` are the kinds of record that may be linked there, `listed` says whether a list lies on
    the way, and `fields` are the members that a link there has before it grows.
    """

    path: Path
    depth: int
    kinds: tuple[str, ...]
    listed: bool
    fields: tuple[str, ...]

    @property
    def name(self) -> str:
        return ".".join(self.path)


# --- what can be expanded -------------------------------------------------------------------


def listing_of(kind: str) -> Any:
    """The class of views that lists records of a kind.

    Found by its address, because the views stand in rooms above this one.
    """
    match: Any = resolve(reverse(f"api:{ROUTES[kind]}-list"))
    return match.func.cls


@cache
def expandables(serializer_class: type[serializers.Serializer[Any]]) -> dict[str, Expandable]:
    """Everything that can be expanded in answers of a serializer, by dotted name."""
    found = _places(serializer_class().fields, (), 1, False)
    return {place.name: place for place in sorted(found, key=lambda place: place.name)}


def _places(
    fields: Mapping[str, Any], above: Path, depth: int, listed: bool
) -> Iterator[Expandable]:
    for name, field in fields.items():
        many = isinstance(field, serializers.ListSerializer)
        one = field.child if many else field
        path = (*above, name)
        if isinstance(one, Link):
            place = Expandable(path, depth, one.kinds, listed or many, tuple(one.fields))
            yield place
            if depth < DEEPEST:
                yield from _behind(place)
        elif isinstance(one, serializers.BaseSerializer) and hasattr(one, "fields"):
            yield from _places(one.fields, path, depth, listed or many)


def _behind(place: Expandable) -> Iterator[Expandable]:
    """What can be expanded further in the records that a link leads to, of whatever kind."""
    seen: dict[Path, Expandable] = {}
    for kind in place.kinds:
        fields = listing_of(kind).list_class().fields
        for each in _places(fields, place.path, place.depth + 1, place.listed):
            before = seen.get(each.path)
            kinds = (*before.kinds, *each.kinds) if before else each.kinds
            seen[each.path] = Expandable(
                each.path, each.depth, tuple(dict.fromkeys(kinds)), each.listed, each.fields
            )
    yield from seen.values()


def expanding(view: Any) -> tuple[str, ...]:
    """The name of the parameter, for an endpoint that has something to expand."""
    return ("expand",) if expandables(view.get_serializer_class()) else ()


def parameter(serializer_class: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """`?expand=` of an endpoint as OpenAPI describes it."""
    return {
        "name": "expand",
        "in": "query",
        "required": False,
        "description": "Links that are given with all members of the listing of their kind, their "
        f"names separated by commas; at most {MOST_LINKS:,} links in one answer. Not for JSON-LD.",
        "style": "form",
        "explode": False,
        "schema": {
            "type": "array",
            "items": {"type": "string", "enum": [*expandables(serializer_class)]},
        },
    }


# --- what a request wants -------------------------------------------------------------------


def read_expansion(
    request: Request, serializer_class: type[serializers.Serializer[Any]]
) -> tuple[Expandable, ...]:
    """The places that a request wants expanded, the shallow ones first, with those on the way.

    Raises `ParameterProblem` for a name that there is not, for what `fields` leaves out, and for
    what the form of the answer has no room for.
    """
    text = request.query_params.get("expand")
    if text is None:
        return ()
    known = expandables(serializer_class)
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in known:
            raise _refused(
                text,
                f"There is no link “{name[:60]}” to expand. Known are: {', '.join(known)}.",
                next(iter(known)),
            )
    paths = {known[name].path for name in names}
    wanted = {path[:end] for path in paths for end in range(1, len(path) + 1)}
    places = [place for place in known.values() if place.path in wanted]
    fields = request.query_params.get("fields")
    kept = {name.strip() for name in fields.split(",")} if fields else None
    form = request.accepted_renderer.format
    if form == "jsonld":
        detail = "JSON-LD names other records by their address. Ask for JSON or CSV."
        raise _refused(text, detail, "")
    for place in places:
        if kept is not None and place.path[0] not in kept:
            detail = f"“fields” leaves out “{place.path[0]}”. Name it there, or not here."
            raise _refused(text, detail, "")
        if form == "csv" and not place.listed and len(place.kinds) > 1:
            detail = f"“{place.name}” can be of any kind, so that a table has no columns for it."
            raise _refused(text, f"{detail} Ask for JSON.", "")
    return tuple(sorted(places, key=lambda place: place.depth))


def _refused(text: str, detail: str, example: str) -> ParameterProblem:
    return ParameterProblem("malformed-parameter", "expand", text, detail, example)


# --- growing the links ----------------------------------------------------------------------


def expand(rows: Iterable[Any], places: Iterable[Expandable], request: Request) -> None:
    """Let the links at `places` of serialised records grow, in place.

    In: the records of an answer, and places as `read_expansion` gives them. Raises
    `ParameterProblem` when more than `MOST_LINKS` links would grow.
    """
    rows, places, grown = [*rows], [*places], 0
    kinds = {absolute(request, reverse(f"api:{ROUTES[kind]}-list")): kind for kind in ROUTES}
    for depth in range(1, DEEPEST + 1):
        links: dict[str, list[tuple[str, Any]]] = defaultdict(list)
        for place in places:
            if place.depth == depth:
                for row in rows:
                    for link in _links(row, place.path):
                        # A link says by its address what it leads to.
                        listing, key, _ = link["url"].rsplit("/", 2)
                        links[kinds[f"{listing}/"]].append((key, link))
                        grown += 1
        if grown > MOST_LINKS:
            detail = (
                f"More than {MOST_LINKS:,} links of this answer would grow. Ask for a smaller "
                "page, expand less, or read the listing of what is linked."
            )
            raise _refused(request.query_params["expand"], detail, "")
        for kind, found in links.items():
            members = _members(kind, {key for key, _ in found}, request)
            for key, link in found:
                # Missing only if it was withdrawn since the answer was begun.
                for name, value in members.get(key, {}).items():
                    link.setdefault(name, value)


def _links(row: Any, path: Path) -> list[Any]:
    """The links at a path of one record, ready to be changed.

    What lies on the way is copied: expanded records are shared by all the links that lead to them.
    """
    found = [row]
    for name in path:
        found = [each for holder in found for each in _copied(holder, name)]
    return found


def _copied(holder: Any, name: str) -> list[Any]:
    value = holder.get(name)
    if value is None:
        return []
    if isinstance(value, list):
        holder[name] = copies = [dict(each) for each in value]
        return copies
    holder[name] = copy = dict(value)
    return [copy]


def _members(kind: str, keys: set[str], request: Request) -> dict[str, dict[str, Any]]:
    """What the listing of a kind says of the records with these keys, by key."""
    view = listing_of(kind)(action="list", request=request, format_kwarg=None)
    records = [*view.get_queryset().filter(**{f"{view.lookup_field}__in": keys})]
    serializer = view.list_class(records, many=True, context=view.get_serializer_context())
    return {
        key_of(record): members for record, members in zip(records, serializer.data, strict=True)
    }


def grown_fields(place: Expandable) -> dict[str, Any]:
    """The fields by which links at a place grow, for tables. In: a place of one kind only."""
    fields: Mapping[str, Any] = listing_of(place.kinds[0]).list_class().fields
    return {name: field for name, field in fields.items() if name not in place.fields}
