"""`?expand=`: linked records in full, where a listing or a detail only names them.

An answer is made as usual. Then each link in it that the request names is expanded: it gets the
members that the listing of its kind gives to the record, beside those that it had. A record that
the listing does not show is not shown here either. Each kind of record costs the queries of one
page of its listing, however many links there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from records.api.links import LISTINGS, Link
from records.api.problems import ParameterProblem
from records.kinds import key_of, kind_named, listed_kinds
from records.pages import absolute
from records.routes import listing_address

# Anybody may ask, so the work has limits: how many links may follow one another, and how many
# links of one answer may be expanded.
DEEPEST, MOST_LINKS = 2, 2_000

# The names of members on the way from a record to a link in it.
Path = tuple[str, ...]


@dataclass(frozen=True)
class Expandable:
    """A place in an answer where links stand.

    In: its path, and how many links deep it lies, from 1; the kinds of record that links there may
    lead to; whether there is a list on the way; the members that a link there has unexpanded.
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
    """The class of views that lists records of a kind."""
    return LISTINGS[kind_named(kind).model]


@cache
def expandables(serializer_class: type[serializers.Serializer[Any]]) -> dict[str, Expandable]:
    """Everything that can be expanded in answers of a serializer, by dotted name."""
    places = _places(serializer_class().fields, (), 1, False)
    return {place.name: place for place in sorted(places, key=lambda place: place.name)}


def _places(
    fields: Mapping[str, Any], above: Path, depth: int, listed: bool
) -> Iterator[Expandable]:
    """The places of links among fields, and in what these hold. In: where the fields stand."""
    for name, field in fields.items():
        many = isinstance(field, serializers.ListSerializer)
        item = field.child if many else field
        path = (*above, name)
        if isinstance(item, Link):
            place = Expandable(path, depth, item.kinds, listed or many, tuple(item.fields))
            yield place
            if depth < DEEPEST:
                yield from _behind(place)
        elif isinstance(item, serializers.BaseSerializer) and hasattr(item, "fields"):
            yield from _places(item.fields, path, depth, listed or many)


def _behind(place: Expandable) -> Iterator[Expandable]:
    """What can be expanded further in the records that links at a place lead to.

    Where records of several kinds have a link of the same name, it is one place for all of them.
    """
    by_path: dict[Path, Expandable] = {}
    for kind in place.kinds:
        fields = listing_of(kind).list_class().fields
        for each in _places(fields, place.path, place.depth + 1, place.listed):
            same = by_path.get(each.path)
            kinds = (*same.kinds, *each.kinds) if same else each.kinds
            by_path[each.path] = Expandable(
                each.path, each.depth, tuple(dict.fromkeys(kinds)), each.listed, each.fields
            )
    yield from by_path.values()


def expanding(view: Any) -> tuple[str, ...]:
    """The name of the parameter if an endpoint has something to expand, else nothing."""
    return ("expand",) if expandables(view.get_serializer_class()) else ()


def parameter(serializer_class: type[serializers.Serializer[Any]]) -> dict[str, Any]:
    """The parameter `expand` of an endpoint as OpenAPI describes it."""
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
    """The places that a request wants expanded, with those on the way to them, in order of depth.

    Raises `ParameterProblem` for an unknown name, for a link that `fields` leaves out, and for what
    the format of the answer cannot hold.
    """
    text = request.query_params.get("expand")
    if text is None:
        return ()
    by_name = expandables(serializer_class)
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in by_name:
            raise _problem(
                text,
                f"There is no link “{name[:60]}” to expand. Known are: {', '.join(by_name)}.",
                next(iter(by_name)),
            )
    paths = {by_name[name].path for name in names}
    needed_paths = {path[:end] for path in paths for end in range(1, len(path) + 1)}
    places = [place for place in by_name.values() if place.path in needed_paths]
    fields = request.query_params.get("fields")
    members_asked = {name.strip() for name in fields.split(",")} if fields else None
    answer_format = request.accepted_renderer.format
    if answer_format == "jsonld":
        detail = "JSON-LD names other records by their address. Ask for JSON or CSV."
        raise _problem(text, detail, "")
    for place in places:
        if members_asked is not None and place.path[0] not in members_asked:
            detail = f"“fields” leaves out “{place.path[0]}”. Name it there, or not here."
            raise _problem(text, detail, "")
        if answer_format == "csv" and not place.listed and len(place.kinds) > 1:
            detail = f"“{place.name}” can be of any kind, so that a table has no columns for it."
            raise _problem(text, f"{detail} Ask for JSON.", "")
    return tuple(sorted(places, key=lambda place: place.depth))


def _problem(text: str, detail: str, example: str) -> ParameterProblem:
    return ParameterProblem("malformed-parameter", "expand", text, detail, example)


# --- expanding the links --------------------------------------------------------------------


def expand(rows: Iterable[Any], places: Iterable[Expandable], request: Request) -> None:
    """Expand the links at some places of serialised records. The records themselves are changed.

    In: the records of an answer, and places as `read_expansion` gives them. Raises
    `ParameterProblem` if more than `MOST_LINKS` links would be expanded.
    """
    rows, places, count = [*rows], [*places], 0
    kinds = {
        absolute(request, listing_address(f"api:{kind.route}-list")): kind.name
        for kind in listed_kinds()
    }
    for depth in range(1, DEEPEST + 1):
        links: dict[str, list[tuple[str, Any]]] = defaultdict(list)
        for place in places:
            if place.depth == depth:
                for row in rows:
                    for link in _links(row, place.path):
                        # Its address tells to which kind of record a link leads, and its key.
                        listing, key, _ = link["url"].rsplit("/", 2)
                        links[kinds[f"{listing}/"]].append((key, link))
                        count += 1
        if count > MOST_LINKS:
            detail = (
                f"More than {MOST_LINKS:,} links of this answer would grow. Ask for a smaller "
                "page, expand less, or read the listing of what is linked."
            )
            raise _problem(request.query_params["expand"], detail, "")
        for kind, links_of_kind in links.items():
            members = _members(kind, {key for key, _ in links_of_kind}, request)
            for key, link in links_of_kind:
                # There are none for a record that was withdrawn while this answer was made.
                for name, value in members.get(key, {}).items():
                    link.setdefault(name, value)


def _links(row: Any, path: Path) -> list[Any]:
    """The links at a path of one record, free to be changed.

    They and all that lies on the way to them are copied first: a record that was expanded once is
    shared by all links that lead to it.
    """
    holders = [row]
    for name in path:
        holders = [each for holder in holders for each in _copied(holder, name)]
    return holders


def _copied(holder: Any, name: str) -> list[Any]:
    """Replace a member, an object or a list of them, by a copy. Out: the copied objects."""
    value = holder.get(name)
    if value is None:
        return []
    if isinstance(value, list):
        holder[name] = copies = [dict(each) for each in value]
        return copies
    holder[name] = copy = dict(value)
    return [copy]


def _members(kind: str, keys: set[str], request: Request) -> dict[str, dict[str, Any]]:
    """The members that the listing of a kind gives to the records with these keys, by key."""
    view = listing_of(kind)(action="list", request=request, format_kwarg=None)
    records = [*view.get_queryset().filter(**{f"{view.lookup_field}__in": keys})]
    serializer = view.list_class(records, many=True, context=view.get_serializer_context())
    return {
        key_of(record): members for record, members in zip(records, serializer.data, strict=True)
    }


def grown_fields(place: Expandable) -> dict[str, Any]:
    """The fields that an expanded link gets, for the columns of a table.

    In: a place whose links lead to one kind of record only.
    """
    fields: Mapping[str, Any] = listing_of(place.kinds[0]).list_class().fields
    return {name: field for name, field in fields.items() if name not in place.fields}
