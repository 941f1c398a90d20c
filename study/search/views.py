"""The page of the search, and what it suggests while somebody types."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from events.models import Course, Topic
from records.addresses import Found as PublicRecord
from records.addresses import Moved, find
from records.api.conditional import cacheable_page, keep
from records.dates import DateError, HistoricalDate
from records.kinds import Kind
from records.models import KEY_PATTERN
from records.pages import PageMixin, overloaded
from records.typed.dates import date_in_address
from study.search.asking import LONGEST_QUERY
from study.search.database import Narrowed
from study.search.documents import facts_of, kinds_by_name
from study.search.finding import Found, Hit, mended, search
from study.search.narrowing import narrowed_to
from study.search.snippets import Marker, Piece

MOST_HITS, MOST_SUGGESTIONS = 50, 8
# Beyond so many a list of choices helps nobody.
MOST_CHOICES = 60
_SHORTEST_TO_SUGGEST = 2
_KEY = re.compile(KEY_PATTERN)
# What readers may try where nothing was asked for, or found; every course has some of them.
EXAMPLES = ("Khrushchev", "June 1957", "20th Congress", "secret speech", "why did he fall")


@dataclass(frozen=True)
class Shown:
    """A result as the page has it."""

    hit: Hit
    title: list[Piece]
    snippet: list[Piece]


@dataclass
class Group:
    """The results of one kind, the best first, and how many there are."""

    kind: Kind
    heading: str
    number: int
    results: list[Shown] = field(default_factory=list)


@dataclass
class Chosen:
    """The filters of one request, as they were understood, and what was not."""

    kind: str = ""
    course: Any = None
    topic: Any = None
    first: HistoricalDate | None = None
    last: HistoricalDate | None = None
    problems: dict[str, str] = field(default_factory=dict)

    def narrowed(self) -> Narrowed:
        return narrowed_to(self.kind, self.course, self.topic, self.first, self.last)


def heading_of(kind: Kind) -> str:
    """The name of a group of results: “People”, “In the lessons”."""
    plural = str(kind.model._meta.verbose_name_plural)
    return facts_of(kind).heading or plural[:1].upper() + plural[1:]


def read_filters(request: HttpRequest) -> Chosen:
    """The filters of an address. What is not understood counts for nothing, and is said."""
    chosen, given = Chosen(), request.GET
    if kind := given.get("kind", "").strip():
        if kind in kinds_by_name():
            chosen.kind = kind
        else:
            chosen.problems["kind"] = f"There is no kind “{kind[:60]}”. Here are all kinds."
    for name, model in (("course", Course), ("topic", Topic)):
        if slug := given.get(name, "").strip():
            record = _named(model, slug)
            if record is not None:
                setattr(chosen, name, record)
            else:
                every = f"Here is what is in every {name}."
                chosen.problems[name] = f"There is no {name} “{slug[:60]}”. {every}"
    for name, where in (("from", "first"), ("to", "last")):
        if words := given.get(name, "").strip():
            try:
                setattr(chosen, where, date_in_address(words))
            except DateError as error:
                chosen.problems[name] = str(error)
    if chosen.first and chosen.last and chosen.first.earliest > chosen.last.latest:
        chosen.problems["to"] = (
            f"It ends ({chosen.last.display()}) before it begins ({chosen.first.display()}). "
            "Exchange the two."
        )
        chosen.first = chosen.last = None
    return chosen


def _named(model: Any, slug: str) -> Any:
    if len(slug) > 80 or not _KEY.fullmatch(slug):
        return None
    answer = find(model, slug)
    return answer.record if isinstance(answer, PublicRecord | Moved) else None


class SearchView(PageMixin, TemplateView):
    """Everything that readers see, found by words and dates: plain GET, no script needed."""

    # The index is brought up to date first, and a copy would have it a moment later.
    asks_primary = True
    template_name = "study/search.html"
    title = "Search"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return overloaded(request) or super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        typed = request.GET.get("q", "")
        chosen = read_filters(request)
        found = search(typed, narrowed=chosen.narrowed(), most=MOST_HITS) if typed else None
        context = self.get_context_data(
            typed=typed[:LONGEST_QUERY],
            chosen=chosen,
            found=found,
            noindex=True,
            examples=EXAMPLES,
            **_choices(),
        )
        if found is not None:
            context |= _shown(found)
            context["page_title"] = f"Search: {typed[:60]}" if typed.strip() else self.title
        return self.render_to_response(context, status=400 if chosen.problems else 200)


def _choices() -> dict[str, Any]:
    """What the filters offer."""
    topics = Topic.objects.published().select_related("course").order_by("course_id", "order")
    return {
        "kinds": [(name, heading_of(kind)) for name, kind in kinds_by_name().items()],
        "courses": [*Course.objects.published().order_by("sort_key", "id")[:MOST_CHOICES]],
        "topics": [*topics[:MOST_CHOICES]],
    }


def _shown(found: Found) -> dict[str, Any]:
    marker = Marker(found.keys)
    groups: dict[str, Group] = {}
    for hit in found.hits:
        name = hit.kind.name
        group = groups.setdefault(
            name, Group(hit.kind, heading_of(hit.kind), found.by_kind.get(name, 0))
        )
        group.results.append(Shown(hit, marker.pieces(hit.title), marker.snippet(hit.text)))
    return {"groups": [*groups.values()], "mended": mended(found)}


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """What somebody may be about to type: `?q=khrus`. Titles of what readers see, and addresses."""
    typed = request.GET.get("q", "")
    hits: list[Hit] = []
    if len(typed.strip()) >= _SHORTEST_TO_SUGGEST:
        found = search(
            typed, narrowed=Narrowed(), most=MOST_SUGGESTIONS, unfinished=True, only_names=True
        )
        hits = found.hits
    answer = JsonResponse(
        {
            "suggestions": [
                {
                    "title": hit.title,
                    "kind": facts_of(hit.kind).heading or str(hit.kind.model._meta.verbose_name),
                    "url": hit.url,
                }
                for hit in hits
            ]
        }
    )
    answer["X-Robots-Tag"] = "noindex"
    keep(answer)
    cached: HttpResponse = cacheable_page(answer, request)
    return cached
