"""Every address of the site. Public addresses are a promise: docs/addresses.md."""

from typing import Any

from django.contrib import admin
from django.contrib.sitemaps import views as sitemap_views
from django.urls import include, path

from config import embed, style, views
from config.serving import probes
from lessons.sitemaps import CheckSitemap
from records.kinds import apps_of_kinds, paged_kinds
from records.pictures.views import picture
from records.sitemaps import sitemap_of

sitemaps: dict[str, Any] = {kind.place: sitemap_of(kind.model) for kind in paged_kinds()}
sitemaps["checks"] = CheckSitemap

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("robots.txt", views.robots, name="robots"),
    path("favicon.ico", views.favicon, name="favicon"),
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
    path("sitemap.xml", sitemap_views.index, {"sitemaps": sitemaps}, name="sitemap"),
    path(
        "sitemap-<section>.xml",
        sitemap_views.sitemap,
        {"sitemaps": sitemaps},
        name="django.contrib.sitemaps.views.sitemap",
    ),
    path("pictures/<str:file>", picture, name="picture"),
    path("style/", style.style, name="style"),
    path("embed/timeline/", embed.frame, {"page": "events:timeline"}, name="embed-timeline"),
    path("embed/topics/<slug:slug>/", embed.frame, {"page": "events:topic"}, name="embed-topic"),
    path(
        "embed/statistics/<slug:slug>/",
        embed.frame,
        {"page": "reforms:measure"},
        name="embed-measure",
    ),
    path("embed/power/", embed.frame, {"page": "people:power-map"}, name="embed-power-map"),
    path("oembed", embed.oembed, name="oembed"),
    path("api/", include("config.api")),
    *(path("", include(f"{app}.urls")) for app in apps_of_kinds()),
    path("", include("curation.urls")),
    path("", include("study.urls")),
]

handler400 = "config.api.bad_request"
handler404 = views.page_not_found
handler500 = "config.api.server_error"
