"""The pages of reforms and what they did; of measures and their figures."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db import models

from curation.workflow.admin import RevisionedAdmin
from records.admin.base import RecordOptions, RowInline, publication_fields
from records.admin.changelist import CourseFilter, EvidenceFilter
from records.admin.forms import FigureFormField, FigureInput
from reforms.forms import FigureForm, FigureRowForm
from reforms.models import Effect, Measure, Reform, Statistic
from sources.admin import CitationInline, SourcedRowInline

FIGURE_FIELDS: list[Any] = [
    ("comparator", "value", "upper_value", "as_written"),
    "date",
    ("change", "baseline_comparator", "baseline_value"),
    ("baseline_upper_value", "baseline_as_written"),
    "baseline_date",
]


class EffectInline(SourcedRowInline):
    model = Effect
    verbose_name = "effect on power"
    verbose_name_plural = "effects on power"
    fields = (("power_base", "change"), "why", "same_source")
    autocomplete_fields = ("power_base",)
    related = ("power_base",)
    ordering = ("id",)


@admin.register(Reform)
class ReformAdmin(RevisionedAdmin):
    list_display = ("title", "span", "reversed", "parent", "evidence", "status")
    list_filter = ("status", CourseFilter, EvidenceFilter)
    list_select_related = ("parent",)
    search_fields = ("title", "slug")
    search_help_text = "Search titles and addresses"
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("parent", "initiators")
    # The order of the index `reform_by_span`, so that a page costs a page.
    ordering = ("span_earliest", "span_latest", "id")
    counted = ("citations",)
    inlines = (EffectInline, CitationInline)
    fieldsets = (
        (None, {"fields": ["title", "span", "undated_reason", "parent", "initiators"]}),
        (
            "What was done",
            {"fields": ["problem", "aim", "measure_taken", "opposition", "outcome", "reversed"]},
        ),
        publication_fields(),
    )

    @admin.display(description="citations")
    def evidence(self, reform: Reform) -> int:
        return reform.counts["citations"]  # type: ignore[attr-defined]


@admin.register(Effect)
class EffectAdmin(RevisionedAdmin):
    list_display = ("change", "reform", "power_base", "evidence")
    list_filter = ("change", CourseFilter, EvidenceFilter)
    list_select_related = ("reform", "power_base")
    search_fields = ("reform__title", "power_base__name")
    search_help_text = "Search titles of reforms and names of power bases"
    autocomplete_fields = ("reform", "power_base")
    ordering = ("id",)
    counted = ("citations",)
    inlines = (CitationInline,)
    fieldsets = (
        (None, {"fields": ["reform", "power_base", "change", "why"]}),
        ("For apps", {"fields": ["public_id"], "classes": ["collapse"]}),
    )

    @admin.display(description="citations")
    def evidence(self, effect: Effect) -> int:
        return effect.counts["citations"]  # type: ignore[attr-defined]


# A number as people write it, and not as a box of the type number leaves it.
FIGURE_BOXES: dict[Any, Any] = {
    **RecordOptions.formfield_overrides,
    models.DecimalField: {"form_class": FigureFormField, "widget": FigureInput},
}


class FigureInline(RowInline):
    model = Statistic
    form = FigureRowForm
    formfield_overrides = FIGURE_BOXES
    verbose_name = "figure"
    verbose_name_plural = "figures"
    fields = (*FIGURE_FIELDS, "note", "status")
    # A figure is published on its own page, where its evidence is.
    readonly_fields = ("status",)
    # It is a record of its own, with evidence and an id that apps know: deleted on its own page.
    can_delete = False
    ordering = ("date_sort", "id")
    most_rows = 50


@admin.register(Measure)
class MeasureAdmin(RevisionedAdmin):
    list_display = ("name", "unit", "population", "figures", "status")
    list_filter = ("status", CourseFilter)
    search_fields = ("name", "population", "slug")
    search_help_text = "Search names, populations and addresses"
    prepopulated_fields = {"slug": ("name",)}
    counted = ("statistics",)
    inlines = (FigureInline, CitationInline)
    fieldsets = (
        (None, {"fields": ["name", ("unit", "population"), "finding", "caveat"]}),
        publication_fields(),
    )

    @admin.display(description="figures")
    def figures(self, measure: Measure) -> int:
        return measure.counts["statistics"]  # type: ignore[attr-defined]


@admin.register(Statistic)
class StatisticAdmin(RevisionedAdmin):
    form = FigureForm
    formfield_overrides = FIGURE_BOXES
    list_display = ("figure", "measure", "date", "evidence", "status")
    list_filter = ("status", "comparator", "change", CourseFilter, EvidenceFilter)
    list_select_related = ("measure",)
    search_fields = ("measure__name", "as_written", "population")
    search_help_text = "Search names of measures, and figures as written"
    autocomplete_fields = ("measure", "reform", "event")
    # The order of the index `statistic_series`.
    ordering = ("measure_id", "date_sort", "id")
    counted = ("citations",)
    inlines = (CitationInline,)
    fieldsets = (
        (None, {"fields": ["measure", "population", *FIGURE_FIELDS[:1], "date", "undated_reason"]}),
        ("Change", {"fields": FIGURE_FIELDS[2:]}),
        ("What it belongs to", {"fields": [("reform", "event"), "note"]}),
        ("Publication", {"fields": ["status", "withdrawn_reason"]}),
        ("For apps", {"fields": ["public_id"], "classes": ["collapse"]}),
    )

    @admin.display(description="figure", ordering="value")
    def figure(self, statistic: Statistic) -> str:
        return statistic.phrase

    @admin.display(description="citations")
    def evidence(self, statistic: Statistic) -> int:
        return statistic.counts["citations"]  # type: ignore[attr-defined]
