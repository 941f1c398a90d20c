"""The pages of people, power bases and offices held."""

from __future__ import annotations

from typing import Any

from django.contrib import admin

from people.models import Person, PowerBase, Tenure
from records.admin import RecordAdmin, RowInline, publication_fields
from records.admin_lists import EvidenceFilter
from sources.admin import CitationInline


class OfficesOfPerson(RowInline):
    model = Tenure
    verbose_name = "office held"
    verbose_name_plural = "offices held"
    fields = (("office", "power_base"), ("span", "sole_holder"), "note")
    autocomplete_fields = ("power_base",)
    related = ("power_base",)
    ordering = ("span_sort", "id")


class HoldersOfPower(RowInline):
    model = Tenure
    verbose_name = "holder of office"
    verbose_name_plural = "people who drew power from it"
    fields = (("person", "office"), ("span", "sole_holder"), "note")
    autocomplete_fields = ("person",)
    related = ("person",)
    ordering = ("span_sort", "id")
    # A ruling party has had thousands.
    most_rows = 50


@admin.register(Person)
class PersonAdmin(RecordAdmin):
    list_display = ("name", "born", "died", "offices", "evidence", "status")
    list_filter = ("status", EvidenceFilter)
    search_fields = ("name", "sort_name", "native_name", "other_names")
    search_help_text = "Search names in every spelling"
    prepopulated_fields = {"slug": ("name",)}
    ordering = ("sort_name", "id")
    counted = ("tenures", "citations")
    inlines = (OfficesOfPerson, CitationInline)
    fieldsets = (
        (None, {"fields": ["name", ("sort_name", "native_name"), "other_names", "epithet"]}),
        ("Life", {"fields": [("born", "died"), "undated_reason", "summary"]}),
        publication_fields(),
    )

    @admin.display(description="offices")
    def offices(self, person: Person) -> int:
        return person.counts["tenures"]  # type: ignore[attr-defined]

    @admin.display(description="citations")
    def evidence(self, person: Person) -> int:
        return person.counts["citations"]  # type: ignore[attr-defined]

    def label(self, record: Person) -> str:
        # Namesakes are told apart by their years.
        years = [date.display() if date else "" for date in (record.born, record.died)]
        return f"{record.name} ({years[0]} – {years[1]})" if any(years) else record.name


@admin.register(PowerBase)
class PowerBaseAdmin(RecordAdmin):
    list_display = ("name", "abbreviation", "kind", "span", "parent", "evidence", "status")
    list_filter = ("status", "kind", EvidenceFilter)
    list_select_related = ("parent",)
    search_fields = ("name", "abbreviation", "native_name")
    search_help_text = "Search names and abbreviations"
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("parent",)
    counted = ("citations",)
    inlines = (HoldersOfPower, CitationInline)
    fieldsets = (
        (None, {"fields": ["name", ("abbreviation", "native_name"), ("kind", "parent")]}),
        ("When and what", {"fields": ["span", "undated_reason", "summary"]}),
        publication_fields(),
    )

    @admin.display(description="citations")
    def evidence(self, power_base: PowerBase) -> int:
        return power_base.counts["citations"]  # type: ignore[attr-defined]


@admin.register(Tenure)
class TenureAdmin(RecordAdmin):
    list_display = ("office", "person", "power_base", "span", "evidence")
    list_filter = ("sole_holder", EvidenceFilter)
    list_select_related = ("person", "power_base")
    search_fields = ("office", "person__name", "power_base__name")
    search_help_text = "Search offices, people and power bases"
    autocomplete_fields = ("person", "power_base")
    ordering = ("span_sort", "id")
    counted = ("citations",)
    label_related = ("person",)
    inlines = (CitationInline,)
    fieldsets = (
        (None, {"fields": ["person", "office", "power_base", ("span", "sole_holder"), "note"]}),
        ("For apps", {"fields": ["public_id"], "classes": ["collapse"]}),
    )

    @admin.display(description="citations")
    def evidence(self, tenure: Tenure) -> int:
        return tenure.counts["citations"]  # type: ignore[attr-defined]

    def label(self, record: Tenure) -> str:
        return f"{record.person}: {record}"

    def joins(self, record: Tenure) -> list[Any]:
        return [record.person, record.power_base]
