"""The pages of reforms and what they did; of measures and their figures."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from records.admin import RecordAdmin, RowInline, publication_fields
from records.admin_lists import EvidenceFilter, LabelledFormSet
from records.models import Status
from records.permissions import may_publish
from reforms.models import Effect, Measure, Reform, Statistic
from sources.admin import CitationInline

FIGURE_FIELDS: list[Any] = [
    ("comparator", "value", "upper_value", "as_written"),
    "date",
    ("change", "baseline_comparator", "baseline_value"),
    "baseline_date",
]


class EffectInline(RowInline):
    model = Effect
    verbose_name = "effect on power"
    verbose_name_plural = "effects on power"
    fields = (("power_base", "change"), "why")
    autocomplete_fields = ("power_base",)
    related = ("power_base",)
    ordering = ("id",)


@admin.register(Reform)
class ReformAdmin(RecordAdmin):
    list_display = ("title", "span", "reversed", "parent", "evidence", "status")
    list_filter = ("status", EvidenceFilter)
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
        ("What was done", {"fields": ["problem", "aim", "measure_taken", "outcome", "reversed"]}),
        publication_fields(),
    )

    @admin.display(description="citations")
    def evidence(self, reform: Reform) -> int:
        return reform.counts["citations"]  # type: ignore[attr-defined]


@admin.register(Effect)
class EffectAdmin(RecordAdmin):
    list_display = ("change", "reform", "power_base", "evidence")
    list_filter = ("change", EvidenceFilter)
    list_select_related = ("reform", "power_base")
    search_fields = ("reform__title", "power_base__name")
    search_help_text = "Search titles of reforms and names of power bases"
    autocomplete_fields = ("reform", "power_base")
    ordering = ("id",)
    counted = ("citations",)
    label_related = ("reform", "power_base")
    inlines = (CitationInline,)
    fieldsets = (
        (None, {"fields": ["reform", "power_base", "change", "why"]}),
        ("For apps", {"fields": ["public_id"], "classes": ["collapse"]}),
    )

    @admin.display(description="citations")
    def evidence(self, effect: Effect) -> int:
        return effect.counts["citations"]  # type: ignore[attr-defined]

    def label(self, record: Effect) -> str:
        return f"{record.reform}: {record.power_base} {record.get_change_display().lower()}"

    def joins(self, record: Effect) -> list[Any]:
        return [record.reform, record.power_base]


class FigureFormSet(LabelledFormSet):
    """Figures of a measure. A published one stays as it is for somebody who may not publish."""

    locks_published = False

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if self.locks_published and form.instance.status not in {Status.DRAFT, Status.REVIEW}:
            for field in form.fields.values():
                field.disabled = True


class FigureInline(RowInline):
    model = Statistic
    formset = FigureFormSet
    verbose_name = "figure"
    verbose_name_plural = "figures"
    fields = (*FIGURE_FIELDS, "note", "status")
    # A figure is published on its own page, where its evidence is.
    readonly_fields = ("status",)
    # It is a record of its own, with evidence and an id that apps know: deleted on its own page.
    can_delete = False
    ordering = ("date_sort", "id")
    most_rows = 50

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        formset = super().get_formset(request, obj, **kwargs)
        locks = not may_publish(request.user, Statistic)
        return type(formset.__name__, (formset,), {"locks_published": locks})


@admin.register(Measure)
class MeasureAdmin(RecordAdmin):
    list_display = ("name", "unit", "population", "figures", "status")
    list_filter = ("status",)
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
class StatisticAdmin(RecordAdmin):
    list_display = ("figure", "measure", "date", "evidence", "status")
    list_filter = ("status", "comparator", "change", EvidenceFilter)
    list_select_related = ("measure",)
    search_fields = ("measure__name", "as_written", "population")
    search_help_text = "Search names of measures, and figures as written"
    autocomplete_fields = ("measure", "reform", "event")
    # The order of the index `statistic_series`.
    ordering = ("measure_id", "date_sort", "id")
    counted = ("citations",)
    label_related = ("measure",)
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

    def label(self, record: Statistic) -> str:
        date = f", {record.date.display()}" if record.date else ""
        return f"{record.measure}: {record.phrase}{date}"

    def joins(self, record: Statistic) -> list[Any]:
        return [record, record.measure]
