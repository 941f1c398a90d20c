"""Pages of a record's past in the admin: its versions, two of them compared, one restored."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from curation.models import Version
from curation.permissions import may_restore
from curation.revisions import history
from curation.revisions.diff import difference
from curation.revisions.snapshot import CannotRestore, snapshot
from records.admin.base import RecordAdmin
from records.kinds import root_of, title_of


class HistoryPages(RecordAdmin):
    """The page of a record, or of a row that belongs to one, with the pages of its past."""

    def _page(self, record: Any, name: str = "change", *args: Any) -> str:
        info = f"{record._meta.app_label}_{record._meta.model_name}"
        return reverse(f"admin:{info}_{name}", args=[quote(record.pk), *args])

    def get_urls(self) -> list[Any]:

        info = f"{self.opts.app_label}_{self.opts.model_name}"
        wrap = self.admin_site.admin_view
        return [
            path("<path:object_id>/compare/", wrap(self.compare_view), name=f"{info}_compare"),
            path(
                "<path:object_id>/restore/<int:number>/",
                wrap(self.restore_view),
                name=f"{info}_restore",
            ),
            *super().get_urls(),
        ]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Every version of the whole record, newest first."""
        record = self._viewable(request, object_id)
        owner = root_of(record)
        if owner is not None and owner != record:
            return HttpResponseRedirect(self._page(owner, "history"))
        versions = Version.objects.of(record).select_related("by").defer("snapshot")[:200]
        return self._answer(
            request,
            record,
            "history",
            {"title": f"History of {title_of(record)}", "versions": versions},
        )

    def compare_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Two versions beside each other: `?a=` and `?b=`, numbers of versions."""
        record = self._viewable(request, object_id)
        numbers = [request.GET.get(name, "") for name in ("a", "b")]
        chosen = {
            str(version.number): version
            for version in Version.objects.of(record)
            .filter(number__in=[n for n in numbers if n.isascii() and n.isdigit()][:2])
            .select_related("by")
        }
        if len(chosen) != 2:
            messages.error(request, "Choose two different versions to compare.")
            return HttpResponseRedirect(self._page(record, "history"))
        first, second = sorted(chosen.values(), key=lambda version: version.number)
        return self._answer(
            request,
            record,
            "compare",
            {
                "title": f"{title_of(record)}: versions {first.number} and {second.number}",
                "first": first,
                "second": second,
                "difference": difference(first.snapshot, second.snapshot),
            },
        )

    def restore_view(self, request: HttpRequest, object_id: str, number: int) -> HttpResponse:
        """Ask why, then make the record what it was; every obstacle is named, nothing half done."""

        record = self._viewable(request, object_id)
        if not may_restore(request.user, self.model):
            raise PermissionDenied
        version = Version.objects.of(record).filter(number=number).first()
        if version is None:
            messages.error(request, f"“{record}” has no version {number}.")
            return HttpResponseRedirect(self._page(record, "history"))
        problems: list[str] = []
        reason = request.POST.get("reason", "").strip()
        if request.method == "POST":
            if not reason:
                problems = ["Say why, for example “The change lost two citations”."]
            else:
                try:
                    history.restore(version, by=request.user, reason=reason)
                except CannotRestore as error:
                    problems = error.problems
                else:
                    messages.success(request, f"“{record}” is again as it was in version {number}.")
                    return HttpResponseRedirect(self._page(record, "history"))
        return self._answer(
            request,
            record,
            "restore",
            {
                "title": f"Restore version {number} of {title_of(record)}?",
                "version": version,
                "problems": problems,
                "reason": reason,
                "difference": difference(snapshot(record), version.snapshot),
            },
            status=409 if problems and reason else 400 if problems else 200,
        )

    def _viewable(self, request: HttpRequest, object_id: str) -> Any:

        record = self.get_object(request, unquote(object_id))
        if record is None:
            raise Http404
        if not self.has_view_or_change_permission(request, record):
            raise PermissionDenied
        return record

    def _answer(
        self,
        request: HttpRequest,
        record: Any,
        name: str,
        context: dict[str, Any],
        status: int = 200,
    ) -> HttpResponse:

        return TemplateResponse(
            request,
            f"admin/curation/{name}.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "original": record,
                "object": record,
                "may_restore": may_restore(request.user, self.model),
                **context,
            },
            status=status,
        )
