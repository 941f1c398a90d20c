"""A reader who tries every public address that the URL configuration has.

Addresses come from the configuration itself, from links in the answers, from the boxes of search
forms and from the parameters that the API describes. A pattern whose parameters the crawler does
not know how to fill is an error, so that no new view stays unvisited.
"""

from __future__ import annotations

import re
import zipfile
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from io import BytesIO
from itertools import product
from typing import Any
from urllib.parse import unquote, urlencode, urljoin, urlsplit

from django.db import models
from django.test import Client
from django.urls import (
    NoReverseMatch,
    Resolver404,
    ResolverMatch,
    get_resolver,
    resolve,
    reverse,
)
from django.urls.resolvers import URLPattern, URLResolver
from drf_spectacular.generators import SchemaGenerator

from config.api import router
from config.urls import sitemaps
from curation.revisions.addresses import PLACES
from events.models import Course, Event
from tests.support.canaries import CANARY, World

# Not for readers, and why. Whatever else the configuration has is crawled.
NOT_PUBLIC = {
    "admin": "the desk: only for those who signed in and may see drafts",
    "curation:preview": "a draft on purpose, for those who signed in and may see it",
    "curation:signed-preview": "a draft on purpose, for whoever was sent the signed link",
    **dict.fromkeys(
        ("mfa_remove_webauthn", "mfa_edit_webauthn", "usersessions_end"),
        "one’s own account: only for those who signed in, and of nobody else",
    ),
    **dict.fromkeys(
        ("socialaccount_connections", "openid_connect_login", "openid_connect_callback"),
        "404 where the settings name no school’s server; see tests/accounts/test_school.py",
    ),
    "api:desk": "only for those with an access token; see test_api_desk.py",
}
# What the parameters of addresses can be, apart from keys of records.
LISTED: dict[str, list[Any]] = {
    "number": [1, 2, 3],  # a version: the first, the present, and one that is a draft
    "section": [*sitemaps],
    "code": ["not-found", "withdrawn", "nothing-like-it"],  # a kind of problem
}
# Views that ask for the address of another page, and by which parameter.
ABOUT_ADDRESSES = {"oembed": "url"}
HOST = "http://testserver"
# More variations of one address than this come from links on pages that links led to.
MOST_QUERIES = 300


@dataclass(frozen=True)
class Pattern:
    """One address of the configuration, as `namespace:name`, and what it takes."""

    name: str
    route: str
    view: Any
    parameters: tuple[str, ...]

    @property
    def reason(self) -> str:
        """Why it is not for readers; blank for all others."""
        steps = self.name.split(":")
        within = (":".join(steps[:end]) for end in range(len(steps), 0, -1))
        return next((NOT_PUBLIC[each] for each in within if each in NOT_PUBLIC), "")


def patterns(resolver: URLResolver | None = None, within: str = "", route: str = "",
             taken: tuple[str, ...] = ()) -> Iterator[Pattern]:  # fmt: skip
    """Every pattern of the configuration, those of nested includes too."""
    for entry in (resolver or get_resolver()).url_patterns:
        here = route + str(entry.pattern)
        names = (*taken, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLPattern):
            name = entry.name if isinstance(entry.name, str) else ""
            yield Pattern(f"{within}{name}", here, entry.callback, names)
        else:
            space = f"{within}{entry.namespace}:" if entry.namespace else within
            yield from patterns(entry, space, here, names)


@dataclass
class Visit:
    """One answer: which hidden words it held that nobody had typed."""

    address: str
    status: int
    found: set[str]


@dataclass
class Crawler:
    world: World
    client: Client = field(default_factory=Client)
    visits: dict[str, Visit] = field(default_factory=dict)
    # What each route of the configuration answered.
    reached: dict[str, set[int]] = field(default_factory=dict)
    _waiting: deque[str] = field(default_factory=deque)
    _boxes: set[tuple[str, str]] = field(default_factory=set)
    _queries: dict[str, int] = field(default_factory=dict)

    def leaks(self) -> list[str]:
        """Each hidden word that was shown: where, and which column of what it is."""
        return [
            f"{visit.address}: {self.world.words.get(word, word)}"
            for visit in self.visits.values()
            for word in sorted(visit.found)
        ]

    def crawl(self, *, until_leak: bool = False) -> Crawler:
        """Visit everything. `until_leak`: stop at the first hidden word."""
        for pattern in patterns():
            if not pattern.reason:
                self._waiting.extend(self.addresses(pattern))
        self._waiting.extend(self.described())
        while self._waiting:
            address = self._waiting.popleft()
            if address not in self.visits:
                visit = self.visit(address)
                if until_leak and visit.found:
                    break
        return self

    # --- where to go ---------------------------------------------------------------------------

    def addresses(self, pattern: Pattern) -> Iterator[str]:
        """What a pattern stands for: the public records, the hidden ones, and names of neither."""
        names = [name for name in pattern.parameters if name != "place"]
        for place, model in _places(pattern):
            values = [self._values(name, pattern, model) for name in names]
            for chosen in product(*values):
                arguments = dict(zip(names, chosen, strict=True))
                if place:
                    # The pages' converter takes the model, other addresses its name.
                    arguments["place"] = model if "<place:place>" in pattern.route else place
                yield self._reversed(pattern, arguments)
        if box := ABOUT_ADDRESSES.get(pattern.name):
            for about in self._pages():
                yield f"{self._reversed(pattern, {})}?{urlencode({box: HOST + about})}"

    def _values(self, name: str, pattern: Pattern, model: Any) -> list[Any]:
        if name in ("slug", "public_id", "key"):
            return self.keys(model or _model_of(pattern))
        if name == "course":
            return self.keys(Course)
        if name == "file":
            return self.pictures()
        if name in LISTED:
            return LISTED[name]
        raise AssertionError(
            f"The crawl does not know what <{name}> stands for in “{pattern.route}”. Say so in "
            "tests/support/crawling.py, or list the pattern in NOT_PUBLIC with the reason."
        )

    def keys(self, model: Any) -> list[str]:
        """Slugs and public ids of one model, or of all where it is not known which."""
        world = self.world
        records = [*world.public.values(), *world.open]
        records += [record for hidden in world.hidden.values() for record in hidden]
        chosen = [r for r in records if model is None or type(r) is model]
        past = [
            word
            for word, meaning in world.words.items()
            if model is not None and meaning.startswith(f"past slug of {model._meta.label} ")
        ]
        return [*dict.fromkeys(world.keys(chosen)), *past, "nothing-like-it"]

    def pictures(self) -> list[str]:
        """The files that records name as their pictures, public and hidden, and one of none."""
        world = self.world
        records = [*world.public.values(), *world.open]
        records += [record for hidden in world.hidden.values() for record in hidden]
        named = [getattr(record, "picture_file", "") for record in records]
        return [*dict.fromkeys(filter(None, named)), "nothing-like-it.jpg"]

    def _pages(self) -> Iterator[str]:
        """The page of every record that has one of its own."""
        for place, model in PLACES.items():
            yield from (f"/{place}/{key}/" for key in self.keys(model))
        yield from (f"/timeline/?topic={key}" for key in self.keys(PLACES["topics"]))

    def _reversed(self, pattern: Pattern, arguments: dict[str, Any]) -> str:
        if pattern.name.rpartition(":")[2]:
            try:
                return reverse(pattern.name, kwargs=arguments)
            except NoReverseMatch:
                # Its letters do not fit what the address may hold, so nobody can ask for it.
                assert arguments, pattern
                return "/nothing-like-it/"
        assert not pattern.parameters, f"“{pattern.route}” needs a name to be crawled."
        return "/" + re.sub(r"[\^$]", "", pattern.route)

    def described(self) -> Iterator[str]:
        """Every endpoint of the API with each parameter that its description names."""
        schema: Any = SchemaGenerator().get_schema(request=None, public=True)
        for path, methods in schema["paths"].items():
            parameters = methods.get("get", {}).get("parameters", [])
            queries = [p for p in parameters if p["in"] == "query"]
            must = {p["name"]: p.get("example", "") for p in queries if p.get("required")}
            for address in self._filled(path, [p["name"] for p in parameters if p["in"] == "path"]):
                yield f"{address}?{urlencode(must)}" if must else address
                for parameter in queries:
                    for value in self._asked(parameter):
                        yield f"{address}?{urlencode(must | {parameter['name']: value})}"

    def _filled(self, path: str, names: list[str]) -> list[str]:
        if not names:
            return [path]
        public = self.world.keys([*self.world.public.values()])
        filled = [re.sub(r"\{\w+\}", key, path) for key in public]
        return [address for address in filled if self.client.get(address).status_code == 200]

    def _asked(self, parameter: dict[str, Any]) -> list[str]:
        schema = parameter.get("schema", {})
        given = [parameter["example"]] if "example" in parameter else []
        listed = schema.get("enum", schema.get("items", {}).get("enum", []))
        guesses = [] if listed else self.guesses(parameter["name"])
        return [*map(str, [*given, *listed]), *guesses]

    def guesses(self, name: str) -> list[str]:
        """What somebody who looks for hidden things may put into the box or parameter `name`."""
        world = self.world
        plain = name.replace("_", "").replace("-", "")
        about = [model for model in world.hidden if model._meta.model_name == plain] or [Event]
        keys = [key for m in about for key in world.keys([*world.hidden[m], world.public[m]])]
        return ["canary", *(keys if about != [Event] else [keys[0], keys[-1]])]

    # --- visiting ------------------------------------------------------------------------------

    def visit(self, address: str) -> Visit:
        """Ask for one address, look for hidden words, and put what it leads to on the list."""
        answer: Any = self.client.get(address)
        if match := _match(address):
            self.reached.setdefault(match.route.replace("^", ""), set()).add(answer.status_code)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if zipfile.is_zipfile(BytesIO(body)):
            with zipfile.ZipFile(BytesIO(body)) as package:
                body = b"\n".join(package.read(name) for name in package.namelist())
        text = body.decode("utf-8", "replace")
        said = "\n".join([text, unquote(text), *map(str, answer.headers.values())])
        typed = {word.lower() for word in CANARY.findall(address)}
        visit = Visit(
            address, answer.status_code, {w.lower() for w in CANARY.findall(said)} - typed
        )
        self.visits[address] = visit
        if answer.status_code in (200, 301, 302, 303, 308):
            links = [answer.headers.get("Location", "")]
            for found in (*self._links(address, text), *links):
                self._queue(urljoin(HOST + address, found))
        return visit

    def _links(self, address: str, text: str) -> Iterator[str]:
        yield from (unescape(found) for found in re.findall(rf"{HOST}[^\s\"'<>,\\]*", text))
        if "<html" in text[:2000]:
            page = _Page()
            page.feed(text)
            yield from page.links
            for action, boxes in page.forms:
                target = action or urlsplit(address).path
                for box in boxes:
                    # A form that stands on many pages of one view is tried on one of them.
                    if (tried := (_view_name(target), box)) not in self._boxes:
                        self._boxes.add(tried)
                        yield from (f"{target}?{urlencode({box: g})}" for g in self.guesses(box))

    def _queue(self, url: str) -> None:
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" != HOST:
            return
        address = f"{parts.path}?{parts.query}" if parts.query else parts.path
        if address in self.visits or not _is_public(parts.path):
            return
        if parts.query:
            self._queries[parts.path] = self._queries.get(parts.path, 0) + 1
            if self._queries[parts.path] > MOST_QUERIES:
                return
        self._waiting.append(address)


class _Page(HTMLParser):
    """The links of a page, and the boxes of its forms that ask (not those that send)."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, set[str]]] = []
        self._asks = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._asks = given.get("method", "get").lower() == "get"
            if self._asks:
                self.forms.append((given.get("action", ""), set()))
        elif tag in ("input", "select", "textarea") and self._asks and given.get("name"):
            self.forms[-1][1].add(given["name"])
        elif given.get("href") or (given.get("src") and tag != "script"):
            self.links.append(given.get("href") or given["src"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._asks = False


def _match(address: str) -> ResolverMatch | None:
    try:
        return resolve(unquote(urlsplit(address).path))
    except Resolver404:
        return None


def _view_name(address: str) -> str:
    match = _match(address)
    return str(match.view_name) if match else ""


def _is_public(path: str) -> bool:
    name = _view_name(path)
    return bool(name) and name not in NOT_PUBLIC and name.partition(":")[0] not in NOT_PUBLIC


def _places(pattern: Pattern) -> list[tuple[str, Any]]:
    """What the first part of an address can be, and the model it stands for; blank for none."""
    if "place" not in pattern.parameters:
        return [("", None)]
    if "<place:place>" in pattern.route:
        return [*PLACES.items()]
    return [(prefix, view.model) for prefix, view, _ in router.registry if hasattr(view, "model")]


def _model_of(pattern: Pattern) -> type[models.Model] | None:
    """The model that a pattern is about, where its view or the part before the key says so."""
    shown = getattr(pattern.view, "view_class", None) or getattr(pattern.view, "cls", None)
    place = pattern.route.partition("/<")[0].rpartition("/")[2]
    return getattr(shown, "model", None) or PLACES.get(place)
