"""What every public page shares: its head, its breadcrumbs, and what a missing record answers."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
)
from django.template.response import TemplateResponse
from django.views.generic import DetailView, TemplateView
from django.views.generic.base import ContextMixin

from records.keyset import CursorError, Keyset, Page
from records.models import PastSlug, Status, was_public

# No form of the public pages has nearly as many fields.
MOST_PARAMETERS = 50


@dataclass(frozen=True)
class Crumb:
    """One step of the way from the home page to this one."""

    label: str
    url: str


def absolute(request: HttpRequest, path: str) -> str:
    """The full address of `path`: under SITE_URL where it is set, else under the host asked for."""
    return f"{settings.SITE_URL}{path}" if settings.SITE_URL else request.build_absolute_uri(path)


class PageMixin(ContextMixin):
    """Head and breadcrumbs of a page. Subclasses give `title`, and what else they have."""

    request: HttpRequest
    title = ""
    description = ""

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


class RecordPage(PageMixin, DetailView):
    """The page of one published record, found by its slug.

    An address it once had redirects (301), a withdrawn or deleted record answers 410 with the
    reason, and an unknown one 404 with the nearest names.
    """

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.object = self.get_object()
        except Http404:
            return self.missing(kwargs["slug"])
        return self.render_to_response(self.get_context_data(object=self.object))

    def get_title(self) -> str:
        return str(self.object)

    def missing(self, slug: str) -> HttpResponse:
        """The answer for a slug under which nothing is published."""
        model: Any = self.get_queryset().model
        label = model._meta.label_lower
        past = PastSlug.objects.filter(model=label, slug=slug, was_public=True).first()
        if past and past.current_slug:
            current = model.objects.published().filter(slug=past.current_slug).first()
            if current:
                return HttpResponsePermanentRedirect(current.get_absolute_url())
        # Withdrawn after it was renamed: the old address gives the reason as the new one does.
        present = past.current_slug if past and past.current_slug else slug
        withdrawn = model._default_manager.filter(slug=present, status=Status.WITHDRAWN).first()
        seen = withdrawn is not None and was_public(withdrawn)
        if seen or (past and not past.current_slug):
            reason = withdrawn.withdrawn_reason if seen else "It was deleted."
            return self._refused(410, "This page was withdrawn", {"reason": reason})
        return self._refused(
            404,
            "Nothing is published here",
            {"slug": slug, "nearest": nearest(model.objects.published(), slug)},
        )

    def _refused(self, status: int, title: str, context: dict[str, Any]) -> HttpResponse:
        noun = self.get_queryset().model._meta.verbose_name
        return TemplateResponse(
            self.request,
            "records/missing.html",
            {"page_title": title, "noun": noun, "status": status, "noindex": True, **context},
            status=status,
        )


def nearest(published: Any, slug: str, limit: int = 5) -> list[Model]:
    """Up to `limit` published records whose slugs look like `slug`, the likeliest first."""
    # Only slugs that share a word or a beginning are compared, so that a mistyped address costs
    # little however large the record is.
    candidates: dict[str, Any] = {}
    for word in sorted({part for part in slug.split("-") if len(part) > 3}, key=len)[-2:]:
        candidates.update((r.slug, r) for r in published.filter(slug__contains=word)[:100])
        # A misspelt word stands in no slug, and yet begins like the right one.
        candidates.update((r.slug, r) for r in published.filter(slug__startswith=word[:3])[:100])
    candidates.update((r.slug, r) for r in published.filter(slug__startswith=slug[:2])[:200])
    return [candidates[s] for s in get_close_matches(slug, candidates, n=limit, cutoff=0.5)]


def overloaded(request: HttpRequest) -> HttpResponse | None:
    """The answer to an address with more parameters than any form here has; None for others.

    Looks at the address as it was sent: Django would refuse to read thousands of parameters.
    """
    asked = request.META.get("QUERY_STRING", "")
    if asked.count("&") < MOST_PARAMETERS:
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
