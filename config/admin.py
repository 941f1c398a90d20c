"""The admin site: its name, its index in a teacher's order, and the echo of the date box."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse

from dashboard.page import desk_of
from records.admin.changelist import LabelJsonView
from records.admin.forms import date_echo, figure_echo
from records.kinds import kinds

# Headings of the index in the order in which a teacher needs them. Kinds of record stand where
# they say (`admin_group`); what follows a heading is no kind of record.
GROUPS = [
    ("teaching", "Teaching", ["workbench.notespage"]),
    ("history", "What happened", []),
    ("power", "Who held power", []),
    ("figures", "Figures", []),
    ("evidence", "Evidence", []),
    (
        "review",
        "Review",
        ["curation.suggestion", "curation.report", "curation.version", "curation.merge"],
    ),
    ("upkeep", "Upkeep", ["records.pastslug"]),
    ("accounts", "Accounts", ["auth.user", "auth.group", "curation.accesstoken"]),
]
# What the index calls a model, where the model's own name is for those who program.
NAMES = {"curation.version": "History"}


class ThawAdminSite(AdminSite):
    site_header = "Thaw"
    site_title = "Thaw"
    index_title = "The teachers’ desk"
    empty_value_display = "–"

    def get_urls(self) -> list[Any]:
        # Lazy: the pages of records register themselves with this site.
        from events.admin import lesson_keys

        figures = path("figure-echo/", self.admin_view(figure_echo), name="figure-echo")
        echo = path("date-echo/", self.admin_view(date_echo), name="date-echo")
        keys = path("lesson-keys/", self.admin_view(lesson_keys), name="lesson-keys")
        return [echo, figures, keys, *super().get_urls()]

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Lead to the one page of signing in, which asks for the second factor, too."""
        if request.user.is_authenticated and not self.has_permission(request):
            # Signed in already, so that another page of signing in would lead back here for ever.
            context = {"page_title": "No access to the desk", "noindex": True}
            return render(request, "accounts/no_desk.html", context, status=403)
        address = f"{reverse('account_login')}?{request.GET.urlencode()}"
        return HttpResponseRedirect(address.rstrip("?"))

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:
        return HttpResponseRedirect(reverse("account_change_password"))

    def index(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The desk: what waits, what is lacking, what changed; and all models beside it."""
        return super().index(request, {**(extra_context or {}), **desk_of(request.user)})

    def autocomplete_view(self, request: HttpRequest) -> Any:
        return LabelJsonView.as_view(admin_site=self)(request)

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The models by what they are about; the page of one app lists that app's as ever.

        A model that no group names stands under its own app at the end, so that none is lost.
        """
        if app_label is not None:
            return super().get_app_list(request, app_label)
        apps = super().get_app_list(request)
        models = {
            f"{app['app_label']}.{model['object_name'].lower()}": model
            for app in apps
            for model in app["models"]
        }
        for key, name in NAMES.items():
            if key in models:
                models[key]["name"] = name
        groups = []
        for label, name, others in GROUPS:
            keys = [kind.label for kind in kinds() if kind.admin_group == label]
            shown = [models.pop(key) for key in [*keys, *others] if key in models]
            groups.append(self._group(label, name, shown))
        left = {id(model) for model in models.values()}
        for app in apps:
            app["models"] = [model for model in app["models"] if id(model) in left]
        return [group for group in [*groups, *apps] if group["models"]]

    def _group(self, label: str, name: str, models: list[Any]) -> dict[str, Any]:
        return {
            "name": name,
            "app_label": label,
            # A group is no app and has no page of its own: its heading is text.
            "app_url": "",
            "has_module_perms": bool(models),
            "models": models,
        }
