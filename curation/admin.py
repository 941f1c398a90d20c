"""What was kept, suggested, merged and reported, in the admin; and access tokens."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html

from curation import evidence_admin as evidence_admin  # registers its pages
from curation.merging.merge import CannotMerge, left_behind, moved_rows, undo
from curation.models import AccessToken, Merge, Report, Suggestion, Version
from curation.permissions import may_answer_reports, may_bring_back, may_decide, may_merge
from curation.revisions import history
from curation.revisions.diff import difference
from curation.revisions.snapshot import CannotRestore
from curation.workflow.suggestions import (
    CannotDecide,
    CannotSuggest,
    accept,
    return_with_comment,
    review,
    take_back,
)
from curation.write_api.token_admin import AccessTokenAdmin
from records.admin.base import admin_url
from records.admin.changelist import ReadOnlyAdmin

admin.site.register(AccessToken, AccessTokenAdmin)


class Memory(ReadOnlyAdmin):
    """What the desk keeps of its own work."""

    def get_visible(self, request: HttpRequest, object_id: str) -> Any:
        """The row of a page. Raises `Http404`, or `PermissionDenied` for who may not see it."""
        row = self.get_object(request, object_id)
        if row is None:
            raise Http404
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return row


@admin.register(Version)
class VersionAdmin(Memory):
    list_display = ("title", "number", "action", "status", "by", "made_at", "reason")
    list_filter = ("action", "status", "model")
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
        version = self.get_visible(request, object_id)
        record = history.record_of(version)
        if record is not None:
            return HttpResponseRedirect(admin_url(record, "history"))
        return HttpResponseRedirect(reverse("admin:curation_version_bring_back", args=[version.pk]))

    def bring_back_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask why, then bring a deleted record back as a draft."""
        if not may_bring_back(request.user):
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
                    return HttpResponseRedirect(admin_url(record))
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
        suggestions = super().get_queryset(request).defer("base", "proposed")
        # Contributors see their own; who decides sees all.
        if may_decide(request.user):
            return suggestions
        return suggestions.filter(by=request.user)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The suggestion beside the record as it is now, to accept, accept in part or return."""
        suggestion = self.get_visible(request, object_id)
        problems: list[str] = []
        if request.method == "POST":
            try:
                outcome = self._decide(request, suggestion)
            except CannotDecide as error:
                problems = error.problems
            except (CannotSuggest, history.MovedOn) as error:
                problems = [str(error)]
            else:
                messages.success(request, outcome)
                return HttpResponseRedirect(reverse("admin:index"))
            suggestion.refresh_from_db()
        reviewed = record_url = None
        if history.record_of(suggestion) is not None:
            reviewed = review(suggestion)
            record_url = admin_url(reviewed.record)
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
                "review": reviewed,
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
            record = history.record_of(suggestion)
            page: Any = admin.site.get_model_admin(type(record))
            return f"“{suggestion.title}” is changed as suggested. It {page.who_sees(record)}"
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
        merge = self.get_visible(request, object_id)
        problems: list[str] = []
        reason = request.POST.get("reason", "").strip()
        if request.method == "POST":
            try:
                record = undo(merge, by=request.user, reason=reason)
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
                "title": f"{merge.merged_title} into {merge.kept_title}",
                "merge": merge,
                "moved": moved_rows(merge),
                "left": left_behind(merge),
                "difference": difference(merge.merged_before, merge.kept_before),
                "may_undo": may_merge(request.user),
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
    fields = ("record", "version_read", "made_at", "message", "state", "answer")
    readonly_fields = ("record", "version_read", "made_at", "message")

    @admin.display(description="message")
    def excerpt(self, report: Report) -> str:
        return report.message[:80]

    @admin.display(description="record")
    def record(self, report: Report) -> str:
        """The record, on its page at the desk, where it is put right."""
        record = history.record_of(report)
        if record is None:
            return f"{report.title} (deleted, or merged into another)"
        return format_html('<a href="{}">{}</a>', admin_url(record), report.title)

    @admin.display(description="version read")
    def version_read(self, report: Report) -> str:
        """What the reader saw: the version that they read, and all that came after it."""
        record = history.record_of(report)
        if record is None:
            return str(report.version)
        public = f"{record.get_absolute_url()}v/{report.version}/"
        since = f"; {record.version} now" if record.version != report.version else ""
        return format_html(
            '<a href="{}">version {}</a>{} (<a href="{}">history</a>)',
            public,
            report.version,
            since,
            admin_url(record, "history"),
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_answer_reports(request.user)

    def save_model(self, request: HttpRequest, obj: Report, form: Any, change: bool) -> None:
        if "state" in form.changed_data:
            obj.handled_by_id = request.user.pk
            obj.handled_at = timezone.now()
        super().save_model(request, obj, form, change)
