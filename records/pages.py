"""What every public page shares: its head, its breadcrumbs, and what a missing record answers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
)
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.generic import DetailView, TemplateView
from django.views.generic.base import ContextMixin

from records.addresses import Found, Gone, Moved, find, find_absent, nearest
from records.api.conditional import cacheable_page, keep
from records.courses import courses
from records.kinds import title_of
from records.paging import CursorError, Keyset, Page

# The end of the name of an address that shows one course: “people:index-in-course”.
IN_COURSE = "-in-course"
# So many courses a page offers beside all of them.
MOST_COURSES = 12
# No form of the public pages has nearly as many fields.
MOST_PARAMETERS = 50
# A path without dots, doubled slashes, or anything that an address writes otherwise.
_PLAIN_PATH = re.compile(r"(/[a-zA-Z0-9_-]+)+/?")


@dataclass(frozen=True)
class Crumb:
    """One step of the way from the home page to this one."""

    label: str
    url: str


def absolute(request: HttpRequest, path: str) -> str:
    """The full address of `path`: under SITE_URL where it is set, else under the host asked for."""
    if settings.SITE_URL:
        return f"{settings.SITE_URL}{path}"
    if _PLAIN_PATH.fullmatch(path):
        # Nothing in it to resolve or to quote, and an answer of the API has hundreds.
        return f"{_root(request)}{path}"
    return request.build_absolute_uri(path)


def _root(request: Any) -> str:
    """The scheme and host that were asked for, which are looked at once for each request."""
    # What the API is given holds Django's own request.
    own = getattr(request, "_request", request)
    if not hasattr(own, "root_address"):
        own.root_address = f"{own.scheme}://{own.get_host()}"
    root: str = own.root_address
    return root


class PageMixin(ContextMixin):
    """Head and breadcrumbs of a page. Subclasses give `title`, and what else they have."""

    request: HttpRequest
    title = ""
    description = ""
    # False where a page follows from more than public records, so that none may be kept.
    keeps_answers = True

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> Any:
        response: Any = super().render_to_response(context, **kwargs)  # type: ignore[misc]
        response.add_post_render_callback(self._labelled)
        return response

    def _labelled(self, rendered: Any) -> Any:
        """The page with what it says to caches."""
        if self.keeps_answers:
            keep(rendered)
        return cacheable_page(rendered, self.request)

    def get_title(self) -> str:
        return self.title

    def get_description(self) -> str:
        return self.description

    def get_breadcrumbs(self) -> list[Crumb]:
        """The pages above this one, the home page left out."""
        return []

    def get_json_ld(self) -> dict[str, Any] | None:
        """What the page is about as schema.org data; never more than the record says."""
        return None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = self.get_breadcrumbs()
        trail = {
            "@context": "https://schema.org",
            "@type": "BreadcrumbList",
            "itemListElement": [
                {
                    "@type": "ListItem",
                    "position": position,
                    "name": crumb.label,
                    "item": absolute(self.request, crumb.url),
                }
                for position, crumb in enumerate(crumbs, 1)
            ],
        }
        return super().get_context_data(
            page_title=self.get_title(),
            page_description=self.get_description(),
            canonical=absolute(self.request, self.request.path),
            breadcrumbs=crumbs,
            breadcrumbs_json_ld=trail if crumbs else None,
            page_json_ld=self.get_json_ld(),
            **kwargs,
        )


class MovedHere(HttpResponsePermanentRedirect):
    """The answer for an address that a record once had: 301 to where it is now.

    Browsers ask again each time. Without being told so they keep a 301 for good, and a merge that
    was undone would live on in them.
    """

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self["Cache-Control"] = "no-cache"


class RecordPage(PageMixin, DetailView):
    """The page of one published record, found by its slug.

    An address it once had redirects (301), a withdrawn or deleted record answers 410 with the
    reason, and an unknown one 404 with the nearest names.

    A version of the record is shown by the same template, set in another frame, with `own()` of
    the record as it was; what other records say of it is not there then.
    """

    # The template that the page's own extends.
    frame = "base.html"

    @classmethod
    def own(cls, record: Any) -> dict[str, Any]:
        """What the template is given that follows from the record and its rows alone.

        In: the record with them loaded, as `public_` and the name of each relation. No queries but
        a few for what other records say of themselves.
        """
        return {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(frame=self.frame, **self.own(self.object), **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.object = self.get_object()
        except Http404:
            return self.missing(kwargs["slug"])
        return self.render_to_response(self.get_context_data(object=self.object))

    def get_title(self) -> str:
        return title_of(self.object)

    def missing(self, slug: str) -> HttpResponse:
        """The answer for a slug under which nothing is published."""
        model: Any = self.get_queryset().model
        answer = find_absent(model, slug)
        if isinstance(answer, Moved):
            return MovedHere(answer.record.get_absolute_url())
        return absent(self.request, model, slug, answer)

    def _refused(self, status: int, title: str, context: dict[str, Any]) -> HttpResponse:
        return refused(self.request, self.get_queryset().model, status, title, context)


def absent(request: HttpRequest, model: Any, slug: str, answer: Any) -> HttpResponse:
    """The page for a slug without a public record. In: why, as `records.addresses` tells it."""
    if isinstance(answer, Gone):
        reason = answer.reason or "It was deleted."
        return refused(request, model, 410, "This page was withdrawn", {"reason": reason})
    context = {"slug": slug, "nearest": nearest(model.objects.published(), slug)}
    return refused(request, model, 404, "Nothing is published here", context)


def refused(
    request: HttpRequest, model: Any, status: int, title: str, context: dict[str, Any]
) -> HttpResponse:
    """A page that says why there is nothing. In: what `records/missing.html` is given."""
    noun = model._meta.verbose_name
    return TemplateResponse(
        request,
        "records/missing.html",
        {"page_title": title, "noun": noun, "status": status, "noindex": True, **context},
        status=status,
    )


class CoursePage(PageMixin):
    """A page about all courses that shows one of them as well, under the address of the course.

    `course` is None on the page about all. Comes before the view's other bases. An address with a
    course that is not public answers as the page of the course does.
    """

    course: Any = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if slug := kwargs.get("course", ""):
            model = courses().model
            answer = find(model, slug)
            if isinstance(answer, Moved):
                here = reverse(self._route, kwargs={"course": answer.record.slug})
                query = request.META.get("QUERY_STRING", "")
                return HttpResponsePermanentRedirect(f"{here}?{query}" if query else here)
            if not isinstance(answer, Found):
                return absent(request, model, slug, answer)
            self.course = answer.record
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response

    @property
    def _route(self) -> str:
        match = self.request.resolver_match
        return match.view_name if match else ""

    @cached_property
    def courses(self) -> list[Any]:
        """The courses to choose from, the first few; more of them are on the first page."""
        return list(courses()[:MOST_COURSES])

    def narrowed(self, records: Any) -> Any:
        """Those of some records that the page is about."""
        return records if self.course is None else records.in_course(self.course)

    def get_breadcrumbs(self) -> list[Crumb]:
        if self.course is None:
            return []
        return [Crumb(self.course.title, self.course.get_absolute_url())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(in_course=self.course, **kwargs)
        if self.course is not None:
            whole = self._route.removesuffix(IN_COURSE)
            context["page_title"] = f"{context['page_title']} · {self.course.title}"
            return {**context, "all_courses": reverse(whole)}
        if len(self.courses) > 1:
            route = f"{self._route}{IN_COURSE}"
            context["one_course"] = [
                (course, reverse(route, kwargs={"course": course.slug})) for course in self.courses
            ]
        return context


def overloaded(request: HttpRequest) -> HttpResponse | None:
    """The answer to an address with more parameters than any form here has; None for others.

    Looks at the address as it was sent: Django would refuse to read thousands of parameters.
    """
    query = request.META.get("QUERY_STRING", "")
    if query.count("&") < MOST_PARAMETERS:
        return None
    context = {"page_title": "Too many filters", "most": MOST_PARAMETERS, "noindex": True}
    return TemplateResponse(request, "records/overloaded.html", context, status=400)


def page_or_first(
    keyset: Keyset, queryset: Any, *, size: int, request: HttpRequest
) -> tuple[Page, bool]:
    """The page at the request's `?cursor=`, or the first one where the cursor is not known.

    Out: the page, and whether its cursor was lost (old, mistyped, or of another list).
    """
    cursor = request.GET.get("cursor") or None
    try:
        return keyset.page(queryset, size=size, cursor=cursor), False
    except CursorError:
        return keyset.page(queryset, size=size), True


class ListPage(PageMixin, TemplateView):
    """A list that pages by key in both directions: `?cursor=`.

    Subclasses give `get_queryset()`, already filtered to what is public, and `keyset`, the order.
    """

    keyset: Keyset
    page_size = 60

    def get_queryset(self) -> Any:
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # An old or mistyped place in the list: begin at the beginning and say so.
        page, lost = page_or_first(
            self.keyset, self.get_queryset(), size=self.page_size, request=self.request
        )
        return super().get_context_data(page=page, items=page.items, cursor_lost=lost, **kwargs)
