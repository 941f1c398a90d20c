"""The desk in the admin: every record curated, and the queues of suggestions and reports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone

from curation import history
from curation.actions import ListActions
from curation.curated import REASON, Curated
from curation.differences import difference
from curation.merging import CannotMerge, left_behind, moved_rows, undo
from curation.models import AccessToken, Merge, Report, Suggestion, Version
from curation.suggestions import (
    CannotDecide,
    CannotSuggest,
    accept,
    may_decide,
    return_with_comment,
    review,
    take_back,
)
from curation.token_admin import AccessTokenAdmin
from curation.whole import INNER, ROWS, CannotRestore
from events.models import Participation, TopicEntry
from records.admin_lists import CappedPaginator
from sources.models import Citation


def curate(site: admin.AdminSite) -> None:
    """Wrap the admin classes that the rooms below registered, each in its own place."""
    models: list[type[Model]] = [*ROWS, *INNER, Citation, Participation, TopicEntry]
    for model in models:
        if not site.is_registered(model):
            continue
        plain: Any = type(site.get_model_admin(model))
        form = type(plain.form)("CuratedForm", (plain.form,), {"change_reason": REASON})
        site.unregister(model)
        site.register(model, type(plain.__name__, (Curated, ListActions, plain), {"form": form}))


curate(admin.site)
admin.site.register(AccessToken, AccessTokenAdmin)


class Memory(admin.ModelAdmin):
    """Rows that the desk writes itself: to look up, never to edit by hand."""

    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class GoneFilter(admin.SimpleListFilter):
    """Deleted records that nobody brought back yet."""

    title = "what happened"
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*Version.Action.choices]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(Version)
class VersionAdmin(Memory):
    list_display = ("title", "number", "action", "status", "by", "made_at", "reason")
    list_filter = (GoneFilter, "status", "model")
    list_select_related = ("by",)
    search_fields = ("title", "key")
    ordering = ("-made_at", "-id")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("snapshot")

    def get_urls(self) -> list[Any]:
        back = self.admin_site.admin_view(self.bring_back_view)
        return [
            path("<int:pk>/bring-back/", back, name="curation_version_bring_back"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        version = self.get_object(request, object_id)
        if version is None:
            raise Http404
        if not self.has_view_permission(request, version):
            raise PermissionDenied
        record = history.record_of(version)
        if record is not None:
            info = f"{record._meta.app_label}_{record._meta.model_name}"
            return HttpResponseRedirect(reverse(f"admin:{info}_history", args=[record.pk]))
        return HttpResponseRedirect(reverse("admin:curation_version_bring_back", args=[version.pk]))

    def bring_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask why, then bring a deleted record back as a draft."""
        if not request.user.has_perm("curation.restore_version"):
            raise PermissionDenied
        version = Version.objects.filter(pk=pk).first()
        if version is None:
            raise Http404
        reason = request.POST.get("reason", "").strip()
        problems: list[str] = []
        if request.method == "POST":
            if not reason:
                problems = ["Say why, for example “It was deleted by mistake”."]
            else:
                try:
                    record = history.bring_back(version, by=request.user, reason=reason)
                except CannotRestore as error:
                    problems = error.problems
                else:
                    messages.success(
                        request, f"“{record}” is back as a draft, under its old address."
                    )
                    info = f"{record._meta.app_label}_{record._meta.model_name}"
                    return HttpResponseRedirect(reverse(f"admin:{info}_change", args=[record.pk]))
        return TemplateResponse(
            request,
            "admin/curation/bring_back.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": f"Bring back “{version.title}”?",
                "version": version,
                "problems": problems,
                "reason": reason,
            },
            status=409 if problems and reason else 400 if problems else 200,
        )


@admin.register(Suggestion)
class SuggestionAdmin(Memory):
    list_display = ("title", "reason", "by", "made_at", "state")
    list_filter = ("state", "model")
    list_select_related = ("by",)
    search_fields = ("title", "reason")

    def get_queryset(self, request: HttpRequest) -> Any:
        found = super().get_queryset(request).defer("base", "proposed")
        # Contributors see their own; who decides sees all.
        if may_decide(request.user):
            return found
        return found.filter(by=request.user)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The suggestion beside the record as it is now, to accept, accept in part or return."""
        suggestion = self.get_object(request, object_id)
        if suggestion is None:
            raise Http404
        if not self.has_view_permission(request, suggestion):
            raise PermissionDenied
        problems: list[str] = []
        if request.method == "POST":
            try:
                done = self._decide(request, suggestion)
            except CannotDecide as error:
                problems = error.problems
            except (CannotSuggest, history.MovedOn) as error:
                problems = [str(error)]
            else:
                messages.success(request, done)
                return HttpResponseRedirect(reverse("admin:index"))
            suggestion.refresh_from_db()
        seen = record_url = None
        if history.record_of(suggestion) is not None:
            seen = review(suggestion)
            info = f"{seen.record._meta.app_label}_{seen.record._meta.model_name}"
            record_url = reverse(f"admin:{info}_change", args=[seen.record.pk])
        else:
            problems.append("The record was deleted or merged into another. Bring it back first.")
        mine = suggestion.by_id == request.user.pk
        return TemplateResponse(
            request,
            "admin/curation/suggestion.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": str(suggestion),
                "suggestion": suggestion,
                "review": seen,
                "record_url": record_url,
                "may_decide": suggestion.is_open and may_decide(request.user),
                "may_take_back": mine and suggestion.state in {"waiting", "returned"},
                "problems": problems,
                "comment": request.POST.get("comment", ""),
            },
            status=409 if problems else 200,
        )

    def _decide(self, request: HttpRequest, suggestion: Suggestion) -> str:
        comment = request.POST.get("comment", "").strip()
        what = request.POST.get("do")
        if what == "drop" and suggestion.by_id == request.user.pk:
            take_back(suggestion, by=request.user)
            return "Your suggestion is taken back."
        if not may_decide(request.user):
            raise PermissionDenied
        if what == "return":
            return_with_comment(suggestion, by=request.user, comment=comment)
            return f"The suggestion for “{suggestion.title}” went back with your comment."
        if what == "accept":
            paths = set(request.POST.getlist("path"))
            version = request.POST.get("version", "")
            expected = int(version) if version.isascii() and version.isdigit() else None
            accept(suggestion, by=request.user, paths=paths, comment=comment, expected=expected)
            return f"“{suggestion.title}” is changed as suggested; readers see it now."
        raise CannotDecide("Choose what to do: accept it, or return it with a comment.")


@admin.register(Merge)
class MergeAdmin(Memory):
    list_display = ("merged_title", "kept_title", "by", "made_at", "undone_at")
    list_filter = ("model",)
    list_select_related = ("by",)
    search_fields = ("merged_title", "kept_title")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("kept_before", "merged_before", "moved")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """What was merged, and the way to take it apart again."""
        found = self.get_object(request, object_id)
        if found is None:
            raise Http404
        if not self.has_view_permission(request, found):
            raise PermissionDenied
        problems: list[str] = []
        reason = request.POST.get("reason", "").strip()
        if request.method == "POST":
            try:
                record = undo(found, by=request.user, reason=reason)
            except CannotMerge as error:
                problems = error.problems
            else:
                messages.success(request, f"“{record}” is a record of its own again.")
                return HttpResponseRedirect(request.path)
        return TemplateResponse(
            request,
            "admin/curation/merge_detail.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": f"{found.merged_title} into {found.kept_title}",
                "merge": found,
                "moved": moved_rows(found),
                "left": left_behind(found),
                "difference": difference(found.merged_before, found.kept_before),
                "may_undo": request.user.has_perm("curation.merge_records"),
                "problems": problems,
                "reason": reason,
            },
            status=409 if problems else 200,
        )


class ReportForm(forms.ModelForm):
    class Meta:
        model = Report
        fields = ("state", "answer")


@admin.register(Report)
class ReportAdmin(Memory):
    list_display = ("title", "excerpt", "version", "made_at", "state")
    list_filter = ("state", "model")
    search_fields = ("title", "message")
    form = ReportForm
    fields = ("title", "version", "made_at", "message", "state", "answer")
    readonly_fields = ("title", "version", "made_at", "message")

    @admin.display(description="message")
    def excerpt(self, report: Report) -> str:
        return report.message[:80]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.has_perm("curation.change_report"))

    def save_model(self, request: HttpRequest, obj: Report, form: Any, change: bool) -> None:
        if "state" in form.changed_data:
            obj.handled_by_id = request.user.pk
            obj.handled_at = timezone.now()
        super().save_model(request, obj, form, change)
