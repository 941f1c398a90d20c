"""The citations on the page of every record, and the sources of its rows.

Their own pages: `curation/evidence_admin.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property

from records.admin.base import RowInline
from records.admin.changelist import LabelledFormSet
from records.admin.forms import RecordForm
from records.models import Published
from records.publication import citation_obstacles, has_visible_evidence, needs_evidence
from sources.models import CITED, Citation

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
        if not needs_evidence(type(record)):
            return
        citations = [
            form
            for form in self.forms
            if (form.instance.pk or form.has_changed()) and not self._is_deleted(form)
        ]
        # A box that was refused has its own error, and says nothing of the source.
        sources = [
            form.instance.source for form in citations if form.instance.source_id is not None
        ]
        hidden = [source for source in sources if not source.is_published]
        if len(hidden) == len(sources):
            [obstacle] = citation_obstacles(record, hidden)
            raise ValidationError(obstacle.message, code="unpublishable")

    def has_kept(self) -> bool:
        """True when the record will have a citation once the page is saved."""
        return any(
            (form.instance.pk or form.has_changed()) and not form.data.get(f"{form.prefix}-DELETE")
            for form in self.forms
        )

    def _is_deleted(self, form: Any) -> bool:
        return (
            bool(self.can_delete and form.cleaned_data.get("DELETE")) if form.is_valid() else False
        )


class SourcedRowForm(RecordForm):
    """A row that states something, with a choice that gives it a source of the page's record."""

    same_source = forms.ChoiceField(
        label="Source",
        required=False,
        help_text="Readers see a source beside every row. One choice gives the row a citation "
        "that the record has; other evidence is entered on the row’s own page.",
    )


class SourcedRowFormSet(LabelledFormSet):
    """Rows of one record that may take their source from it."""

    # The other formsets of the page, among them the citations; set by the page.
    neighbours: Iterable[Any] = ()

    FIRST = "first"

    @cached_property
    def _own_citations(self) -> list[Citation]:
        if self.instance.pk is None:
            return []
        supporting = self.instance.citations.filter(stance=Citation.Stance.SUPPORTS)
        return list(supporting.select_related("source"))

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        has_own = getattr(form.instance, "is_sourced", False)
        form.fields["same_source"].choices = [
            ("", "Has a source of its own" if has_own else "None yet"),
            (self.FIRST, "Same source as the first citation of this page"),
            *(
                (str(each.pk), f"Same source: {each.source.short_reference}, {each.locator}")
                for each in self._own_citations
            ),
        ]

    def clean(self) -> None:
        super().clean()
        asking = [form for form in self.forms if self._choice(form) == self.FIRST]
        if asking and not any(formset.has_kept() for formset in self._citations()):
            for form in asking:
                form.add_error(
                    "same_source",
                    "This page has no citation yet. Add one under “Citations”, for example a book "
                    "and “chapter 13”, or leave this at “None yet”.",
                )

    def _citations(self) -> list[CitationFormSet]:
        return [each for each in self.neighbours if isinstance(each, CitationFormSet)]

    def _choice(self, form: Any) -> str:
        if not form.is_valid() or (self.can_delete and form.cleaned_data.get("DELETE")):
            return ""
        return str(form.cleaned_data.get("same_source", ""))

    def all_saved(self) -> None:
        super().all_saved()
        chosen = {form: choice for form in self.forms if (choice := self._choice(form))}
        if not chosen:
            return
        citations = list(self.instance.citations.select_related("source"))
        by_choice = {str(each.pk): each for each in citations}
        supporting = [each for each in citations if each.stance == Citation.Stance.SUPPORTS]
        by_choice[self.FIRST] = next(iter(supporting or citations))
        for form, choice in chosen.items():
            # One that was removed in the same step gives nothing: the gate says so.
            if choice in by_choice:
                by_choice[choice].give_to(form.instance)


class SourcedRowInline(RowInline):
    """Rows that state something: offices, effects."""

    form = SourcedRowForm
    formset = SourcedRowFormSet

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).annotate(is_sourced=has_visible_evidence(self.model))


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
