"""The pages of terms and claims."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest

from curation.workflow.admin import RevisionedAdmin
from lessons.models import ABOUT, CheckedClaim, Term
from lessons.verdicts import mismatch
from records.admin.base import CHOOSE_ONE, publication_fields
from records.admin.changelist import CourseFilter, EvidenceFilter
from sources.admin import CitationInline


@admin.register(Term)
class TermAdmin(RevisionedAdmin):
    list_display = ("name", "native_name", "definition", "evidence", "status")
    list_filter = ("status", CourseFilter, EvidenceFilter)
    search_fields = ("name", "native_name", "other_names")
    search_help_text = "Search terms in every spelling"
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("topics",)
    counted = ("citations",)
    inlines = (CitationInline,)
    fieldsets = (
        (None, {"fields": ["name", ("native_name", "say"), "other_names", "definition"]}),
        ("Where it is needed", {"fields": ["topics"]}),
        publication_fields(),
    )

    @admin.display(description="citations")
    def evidence(self, term: Term) -> int:
        return term.counts["citations"]  # type: ignore[attr-defined]


@admin.register(CheckedClaim)
class ClaimAdmin(RevisionedAdmin):
    list_display = ("statement", "code", "topic", "verdict", "evidence", "status")
    list_filter = ("status", "verdict", "common_mistake", EvidenceFilter)
    list_select_related = ("topic",)
    search_fields = ("statement", "code")
    search_help_text = "Search statements and their numbers in the notes"
    autocomplete_fields = ("topic", "source", *ABOUT)
    ordering = ("topic_id", "common_mistake", "order", "id")
    counted = ("citations",)
    inlines = (CitationInline,)
    fieldsets = (
        (
            "What is claimed",
            {"fields": ["statement", "common_mistake", ("source", "locator"), ("code", "order")]},
        ),
        ("What it is about", {"fields": ["topic", *ABOUT], "classes": ["choose-one"]}),
        ("The verdict", {"fields": ["verdict", "reasoning"]}),
        ("Publication", {"fields": ["status", "publish_at", "withdrawn_reason"]}),
        ("For apps", {"fields": ["public_id"], "classes": ["collapse"]}),
    )

    class Media:
        js = [CHOOSE_ONE]

    @admin.display(description="citations")
    def evidence(self, claim: CheckedClaim) -> int:
        return claim.counts["citations"]

    def _say_who_sees(self, request: HttpRequest, obj: Any) -> None:
        super()._say_who_sees(request, obj)
        if doubt := mismatch(obj.verdict, obj.citations.select_related("source")):
            self.message_user(
                request, f"{doubt} It is saved as you chose; look at both again.", messages.WARNING
            )
