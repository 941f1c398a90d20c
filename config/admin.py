"""The admin site: its name, its index in a teacher's order, and the echo of the date box."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import path

from curation.desk_page import desk_of
from records.admin_lists import LabelJsonView
from records.forms import date_echo

# Headings of the index, each with its models in the order in which a teacher needs them.
GROUPS = [
    ("teaching", "Teaching", ["events.course", "events.topic"]),
    ("history", "What happened", ["events.event", "reforms.reform", "reforms.effect"]),
    ("power", "Who held power", ["people.person", "people.powerbase", "people.tenure"]),
    ("figures", "Figures", ["reforms.measure", "reforms.statistic"]),
    ("evidence", "Evidence", ["sources.source", "sources.citation"]),
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
        echo = path("date-echo/", self.admin_view(date_echo), name="date-echo")
        return [echo, *super().get_urls()]

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
        groups = [
            self._group(label, name, [models.pop(key) for key in keys if key in models])
            for label, name, keys in GROUPS
        ]
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
