"""The pages of sources and citations in the admin.

They stand here because their app lies below this one, which keeps every record's versions.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import Truncator

from curation.workflow.admin import RevisionedAdmin
from curation.workflow.forms import RevisionedForm
from records.admin.base import CHOOSE_ONE, PICTURE_FIELDS, publication_fields
from records.admin.changelist import CourseFilter
from records.kinds import label_of, with_titles
from sources.admin import EVIDENCE_FIELDS, CitationForm
from sources.models import CITED, Citation, Source


class CitationPageForm(RevisionedForm, CitationForm):
    """The form of a citation on its own page."""


@admin.register(Citation)
class CitationAdmin(RevisionedAdmin):
    form = CitationPageForm
    list_display = ("statement", "about", "source", "locator", "stance", "checked")
    list_display_links = ("statement",)
    list_filter = ("stance", "checked")
    list_select_related = ("source", *with_titles(CITED))
    search_fields = ("claim", "locator", "source__title")
    search_help_text = "Search statements, places in sources, and titles of sources"
    autocomplete_fields = ("source", *CITED)
    # Newest first, by the key of the table: every other order sorts all of it for each page.
    ordering = ("-id",)
    fieldsets = (
        (None, {"fields": EVIDENCE_FIELDS}),
        (
            "The record it is evidence for (exactly one)",
            {"fields": tuple(CITED), "classes": ["choose-one"]},
        ),
        ("For apps", {"fields": ["public_id"], "classes": ["collapse"]}),
    )

    class Media:
        js = [CHOOSE_ONE]

    @admin.display(description="statement", ordering="claim")
    def statement(self, citation: Citation) -> str:
        return Truncator(citation.claim or "The record as a whole").chars(80)

    @admin.display(description="about")
    def about(self, citation: Citation) -> str:
        return label_of(citation.record)


@admin.register(Source)
class SourceAdmin(RevisionedAdmin):
    list_display = ("title", "author", "kind", "issued", "checked", "cited", "status")
    list_filter = ("status", "kind", "checked", CourseFilter)
    search_fields = ("title", "author", "slug")
    search_help_text = "Search titles, authors and addresses"
    prepopulated_fields = {"slug": ("title",)}
    counted = ("citations",)
    fieldsets = (
        (None, {"fields": ["title", "kind", "author", "publisher", "issued"]}),
        ("Where to find it", {"fields": ["url", "licence", "checked"]}),
        (
            "What the evidence is worth",
            {"fields": ["nature", "origin", "purpose", "value", "limits", "note"]},
        ),
        ("Picture of it, such as a scan of a page", {"fields": PICTURE_FIELDS}),
        publication_fields(),
    )

    @admin.display(description="times cited")
    def cited(self, source: Source) -> int:
        return source.counts["citations"]  # type: ignore[attr-defined]

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Say what still rests on the source instead of listing every citation."""
        source = self.get_object(request, object_id)
        number = source.citations.count() if source else 0
        if source and number and self.has_delete_permission(request, source):
            times = "once" if number == 1 else f"{number} times"
            self.message_user(
                request,
                f"“{source}” is cited {times} and cannot be deleted: those records would lose "
                "their evidence. Remove the citations or point them at another source first.",
                messages.ERROR,
            )
            return HttpResponseRedirect(
                f"{reverse('admin:sources_citation_changelist')}?source__id__exact={source.pk}"
            )
        return super().delete_view(request, object_id, extra_context)
