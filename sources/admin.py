"""The pages of sources and citations, and the citations on the page of every record."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.text import Truncator

from records.admin import CHOOSE_ONE, RecordAdmin, RowInline, publication_fields
from records.admin_lists import LabelledFormSet
from records.forms import RecordForm
from records.models import Published
from records.publication import obstacles
from sources.models import CITED, Citation, Source

EVIDENCE_FIELDS: list[Any] = [
    ("source", "locator"),
    ("stance", "checked", "order"),
    "claim",
    "quotation",
    "note",
]


class CitationFormSet(LabelledFormSet):
    """The submitted citations of one record, which the publishing gate counts."""

    def clean(self) -> None:
        super().clean()
        record = self.instance
        if not isinstance(record, Published) or not record.is_published:
            return
        kept = [
            form
            for form in self.forms
            if (form.instance.pk or form.has_changed()) and not self._is_deleted(form)
        ]
        for obstacle in obstacles(record, citations=len(kept)):
            if obstacle.field == "citations":
                raise ValidationError(obstacle.message, code="unpublishable")

    def _is_deleted(self, form: Any) -> bool:
        return (
            bool(self.can_delete and form.cleaned_data.get("DELETE")) if form.is_valid() else False
        )


class CitationInline(RowInline):
    """Evidence for the record of the page."""

    model = Citation
    formset = CitationFormSet
    fields = EVIDENCE_FIELDS
    autocomplete_fields = ("source",)
    related = ("source",)
    ordering = ("order", "id")
    counts_citations = True


class CitationForm(RecordForm):
    def clean(self) -> Any:
        cleaned: Any = super().clean()
        chosen = [name for name in CITED if cleaned.get(name) or self.has_error(name)]
        if not chosen and any(name in self.fields for name in CITED):
            raise ValidationError(
                "Choose the one record that this is evidence for, for example one event.",
                code="no_record",
            )
        return cleaned


@admin.register(Citation)
class CitationAdmin(RecordAdmin):
    form = CitationForm
    list_display = ("statement", "about", "source", "locator", "stance", "checked")
    list_display_links = ("statement",)
    list_filter = ("stance", "checked")
    list_select_related = (
        "source",
        "person",
        "power_base",
        "tenure__person",
        "reform",
        "effect__reform",
        "effect__power_base",
        "measure",
        "statistic__measure",
        "event",
    )
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
        record = citation.record
        page: Any = self.admin_site.get_model_admin(type(record))
        return page.label(record)

    def joins(self, record: Citation) -> list[Any]:
        cited = record.record
        if cited is None:
            return []
        page: Any = self.admin_site.get_model_admin(type(cited))
        return page.joins(cited)


@admin.register(Source)
class SourceAdmin(RecordAdmin):
    list_display = ("title", "author", "kind", "issued", "checked", "cited", "status")
    list_filter = ("status", "kind", "checked")
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
        publication_fields(),
    )

    @admin.display(description="times cited")
    def cited(self, source: Source) -> int:
        return source.counts["citations"]  # type: ignore[attr-defined]

    def label(self, record: Source) -> str:
        issued = record.issued.display() if record.issued else ""
        about = ", ".join(filter(None, [record.author, issued]))
        return f"{record.title} ({about})" if about else record.title

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
