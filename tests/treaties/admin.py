from django.contrib import admin

from curation.workflow.admin import RevisionedAdmin
from records.admin.base import publication_fields
from sources.admin import CitationInline
from tests.treaties.models import Treaty


@admin.register(Treaty)
class TreatyAdmin(RevisionedAdmin):
    list_display = ("title", "span", "status")
    search_fields = ("title",)
    prepopulated_fields = {"slug": ("title",)}
    inlines = (CitationInline,)
    fieldsets = (
        (None, {"fields": ["title", "span", "undated_reason", "terms"]}),
        publication_fields(),
    )
