"""Every address of the site. Public addresses are a promise: docs/addresses.md."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("", include("people.urls")),
    path("", include("reforms.urls")),
    path("", include("sources.urls")),
    path("", include("events.urls")),
]
