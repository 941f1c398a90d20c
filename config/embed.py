"""Parts of public pages for the frames of other sites, and the oEmbed answers that lead to them.

A frame shows what the page itself shows: its own view is asked, and another template is put over
the answer. So a frame can never show what the page would not.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from csp.decorators import csp_replace
from django.conf import settings
from django.db.models import Q
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    JsonResponse,
    QueryDict,
)
from django.template.response import TemplateResponse
from django.urls import ResolverMatch, resolve, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from events.models import Topic, TopicEntry
from records.kinds import title_of
from records.pages import MovedHere, absolute
from reforms.models import Measure
from reforms.past_figures import PastFigures
from sources.models import CITED, Citation, Source

# The page that is embedded → its frame: the frame's name, its template, the parameters that mean
# the same on both, and the height that suits it in pixels.
FRAMES: dict[str, tuple[str, str, tuple[str, ...], int]] = {
    "events:timeline": (
        "embed-timeline",
        "timeline",
        ("from", "to", "topic", "person", "kind"),
        640,
    ),
    "events:topic": ("embed-topic", "topic", ("v",), 640),
    "reforms:measure": ("embed-measure", "measure", ("v", "at"), 560),
    "people:power-map": ("embed-power-map", "power_map", ("on",), 640),
}
WIDTH = 720


def frame_of(match: ResolverMatch, query: QueryDict) -> str:
    """The path of the frame for a page, with the parameters that it takes; blank if it has none.

    In: what the page's address resolved to, and its query string.
    """
    if match.view_name not in FRAMES:
        return ""
    name, _, taken, _ = FRAMES[match.view_name]
    kept = [(key, value) for key in taken for value in query.getlist(key) if value]
    path = reverse(name, kwargs=match.kwargs)
    return f"{path}?{urlencode(kept)}" if kept else path


def framed(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let the sites of EMBED_ORIGINS, and no others, show the answer in a frame."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        allowed = {"frame-ancestors": settings.EMBED_ORIGINS}
        framed: Any = csp_replace(allowed)(xframe_options_exempt(view))
        return framed(request, *args, **kwargs)

    return answer


@require_safe
@framed
def frame(request: HttpRequest, page: str, **kwargs: Any) -> HttpResponse:
    """The frame of a page of `FRAMES`; `?v=3` shows public version 3 of its record for good.

    Figures change without their measure: `?v=3&at=` holds them to a moment, too.
    """
    path = reverse(page, kwargs=kwargs)
    pinned = request.GET.get("v", "").strip() if kwargs else ""
    if pinned:
        # What is no number is no version: 0 is the number of none.
        number = int(pinned) if pinned.isascii() and pinned.isdigit() and len(pinned) < 10 else 0
        path = f"{path}v/{number}/"
    match = resolve(path)
    inside = copy.copy(request)
    inside.path = inside.path_info = path
    inside.resolver_match = match
    answer: Any = match.func(inside, *match.args, **match.kwargs)
    if isinstance(answer, MovedHere):
        moved = urlsplit(answer.url)
        # A record that was merged into another has no version of that number any more.
        target = resolve(moved.path)
        if target.view_name == "curation:version":
            moved_kwargs = {"slug": target.kwargs["slug"]}
            at = {"at": request.GET["at"]} if request.GET.get("at") else {}
            query = f"?{urlencode({'v': target.kwargs['number'], **at})}"
        else:
            moved_kwargs, query = target.kwargs, ""
        name = FRAMES[page][0]
        return MovedHere(reverse(name, kwargs=moved_kwargs) + query)
    return _bare(answer, request, page, path, pinned=bool(pinned))


# What a frame shows follows from public records, as its page does (`PageMixin.keeps_answers`).
frame.keeps_answers = True  # type: ignore[attr-defined]


def _bare(
    answer: Any, request: HttpRequest, page: str, path: str, *, pinned: bool
) -> TemplateResponse:
    """The answer of a page's own view, to be rendered with the template of its frame."""
    assert isinstance(answer, TemplateResponse)
    assert answer.context_data is not None
    _, template, taken, _ = FRAMES[page]
    page_url = absolute(request, path)
    if answer.status_code in (404, 410):
        template, page_url = "missing", absolute(request, reverse("events:home"))
    elif "most" in answer.context_data:
        # More parameters than Django would read, perhaps: they are not looked at.
        template = "overloaded"
    elif pinned:
        page_url = absolute(request, answer.context_data["lasting"])
    elif kept := [(key, value) for key in taken for value in request.GET.getlist(key) if value]:
        page_url = f"{page_url}?{urlencode(kept)}"
    then: PastFigures | None = answer.context_data.get("then")
    answer.template_name = f"embed/{template}.html"
    answer.context_data.update(
        embedded=True,
        noindex=True,
        page_url=page_url,
        sources=list(
            Source.objects.published().filter(pk__in=then.source_ids).order_by("sort_key", "id")
            if then
            else _sources(_shown(answer.context_data))
        ),
    )
    return answer


def _shown(context: dict[str, Any]) -> list[Any]:
    """The records that a page shows: of its list, its entries or its years, and its own."""
    page = context.get("page")
    items = context.get("entries") or (page.items if page else [])
    # A timeline weaves kinds, and a topic holds each record behind its entry.
    records = [item[1] if isinstance(item, tuple) else item for item in items]
    records = [item.record if isinstance(item, TopicEntry) else item for item in records]
    return [record for record in [context.get("object"), *records] if record is not None]


def _sources(records: list[Any]) -> Any:
    """The published sources of some published records, by title."""
    asked = Q()
    for name in CITED:
        field: Any = Citation._meta.get_field(name)
        if ids := [record.pk for record in records if isinstance(record, field.related_model)]:
            asked |= Q(**{f"{name}__in": ids})
    if not asked:
        return Source.objects.none()
    citations = Citation.objects.published().filter(asked)
    return (
        Source.objects.published()
        .filter(pk__in=citations.values("source"))
        .order_by("sort_key", "id")
    )


@require_safe
def oembed(request: HttpRequest) -> HttpResponse:
    """What another site asks before it embeds a page (oembed.com): the frame, ready to paste."""
    url = request.GET.get("url", "").strip()
    form = request.GET.get("format", "json")
    if form != "json":
        return _words(501, "Thaw answers as JSON only: leave out “format”, or set format=json.")
    if not url:
        return _words(400, "Say which page: /oembed?url= and its full address.")
    limits = {}
    for name in ("maxwidth", "maxheight"):
        asked = request.GET.get(name, "")
        if asked and not (
            asked.isascii() and asked.isdigit() and 0 < len(asked) < 6 and int(asked)
        ):
            return _words(400, f"“{name}” is a whole number of pixels, for example {name}=640.")
        limits[name] = int(asked) if asked else 10_000
    try:
        match, query = page_at(request, url)
        title = _title(match)
    except Http404 as error:
        return _words(404, str(error))
    width = min(WIDTH, limits["maxwidth"])
    height = min(FRAMES[match.view_name][3], limits["maxheight"])
    home = absolute(request, reverse("events:home"))
    found = {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": "Thaw",
        "provider_url": home,
        "cache_age": 3600,
        "html": iframe(absolute(request, frame_of(match, query)), title, width, height),
        "width": width,
        "height": height,
    }
    return JsonResponse(found, json_dumps_params={"ensure_ascii": False})


def iframe(url: str, title: str, width: int = WIDTH, height: int = 640) -> SafeString:
    """The HTML that puts a frame into a page. In: its full address, and what it shows, in words."""
    return format_html(
        '<iframe src="{}" title="{}" width="{}" height="{}" loading="lazy"></iframe>',
        url,
        f"{title} – Thaw",
        width,
        height,
    )


def _title(match: ResolverMatch) -> str:
    """What an embeddable page is called. Raises `Http404` when no such record is published."""
    model: Any = {"events:topic": Topic, "reforms:measure": Measure}.get(match.view_name)
    if model is None:
        return "Timeline" if match.view_name == "events:timeline" else "Who held power"
    record = model.objects.published().filter(slug=match.kwargs["slug"]).first()
    if record is None:
        raise Http404(f"No {model._meta.verbose_name} is published at that address.")
    return title_of(record)


def _words(status: int, words: str) -> HttpResponse:
    return HttpResponse(f"{words}\n", status=status, content_type="text/plain; charset=utf-8")


def page_at(request: HttpRequest, url: str) -> tuple[ResolverMatch, QueryDict]:
    """The embeddable page at a full address of this site, in either of its forms (page or frame).

    Raises `Http404`, whose words say why there is none.
    """
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    own = {request.get_host(), urlsplit(settings.SITE_URL).netloc} - {""}
    if parts.scheme not in ("http", "https") or parts.netloc not in own:
        raise Http404("That is an address of another site. Thaw only knows its own pages.")
    query = QueryDict(parts.query)
    try:
        match = resolve(parts.path)
    except Http404 as error:
        raise Http404("Thaw has no page at that address.") from error
    if match.view_name == "curation:version":
        # A version that was cited: its record's frame, pinned to it.
        record = f"/{parts.path.strip('/').split('/v/')[0]}/"
        asked = {"v": match.kwargs["number"], **({"at": query["at"]} if "at" in query else {})}
        query = QueryDict(urlencode(asked))
        match = resolve(record)
    elif match.func is frame:
        page = match.kwargs.pop("page")
        match = resolve(reverse(page, kwargs=match.kwargs))
    if match.view_name not in FRAMES:
        raise Http404(
            "That page cannot be embedded. Timeline, topics, figures and the power map can."
        )
    return match, query
