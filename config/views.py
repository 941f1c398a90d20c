"""Answers that belong to no app: robots, and errors."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse

from events.models import Event, Topic
from people.models import Person
from records.pages import absolute, nearest
from reforms.models import Reform


def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read (RFC 9309): every public page, not the desk."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /accounts/",
        f"Sitemap: {absolute(request, reverse('sitemap'))}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def favicon(request: HttpRequest) -> HttpResponse:
    """The site's sign, for browsers and readers of feeds that only know this address."""
    answer = redirect(static("thaw.svg"))
    answer["Cache-Control"] = "public, max-age=86400"
    return answer


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that no page has, with published records of similar names."""
    slug = request.path.rstrip("/").rpartition("/")[2][:80].replace("\0", "")
    found: list[Any] = []
    if slug:
        for model in (Topic, Event, Person, Reform):
            found += nearest(model.objects.published(), slug, limit=2)
    return render(
        request,
        "records/missing.html",
        {
            "page_title": "No such page",
            "slug": request.path,
            "nearest": found,
            "status": 404,
            "noindex": True,
        },
        status=404,
    )
