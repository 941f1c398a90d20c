"""The pages of people, power bases and offices held."""

from __future__ import annotations

from django.contrib import admin

from curation.workflow.admin import RevisionedAdmin
from people.models import Person, PowerBase, PowerBaseKind, Tenure
from records.admin.base import PICTURE_FIELDS, publication_fields
from records.admin.changelist import CourseFilter, EvidenceFilter
from sources.admin import CitationInline, SourcedRowInline


class OfficesOfPerson(SourcedRowInline):
    model = Tenure
    verbose_name = "office held"
    verbose_name_plural = "offices held"
    fields = (
        ("office", "power_base"),
        ("span", "sole_holder", "acting"),
        "attested",
        "note",
        "same_source",
    )
    autocomplete_fields = ("power_base",)
    related = ("power_base",)
    ordering = ("span_sort", "id")


class HoldersOfPower(SourcedRowInline):
    model = Tenure
    verbose_name = "holder of office"
    verbose_name_plural = "people who drew power from it"
    fields = (
        ("person", "office"),
        ("span", "sole_holder", "acting"),
        "attested",
        "note",
        "same_source",
    )
    autocomplete_fields = ("person",)
    related = ("person",)
    ordering = ("span_sort", "id")
    # A ruling party has had thousands.
    most_rows = 50


@admin.register(Person)
class PersonAdmin(RevisionedAdmin):
    list_display = ("full_name", "born", "died", "offices", "evidence", "status")
    list_filter = ("status", CourseFilter, EvidenceFilter)
    search_fields = ("name", "sort_name", "native_name", "other_names")
    search_help_text = "Search names in every spelling"
    prepopulated_fields = {"slug": ("name",)}
    ordering = ("sort_key", "id")
    counted = ("tenures", "citations")
    inlines = (OfficesOfPerson, CitationInline)
    fieldsets = (
        (None, {"fields": ["name", ("sort_name", "native_name"), "other_names", "epithet"]}),
        ("Life", {"fields": [("born", "died"), "undated_reason", "summary"]}),
        ("Portrait", {"fields": PICTURE_FIELDS}),
        publication_fields(),
    )

    # People are found by their surname, as readers find them.
    @admin.display(description="name", ordering="sort_key")
    def full_name(self, person: Person) -> str:
        return person.name

    @admin.display(description="offices")
    def offices(self, person: Person) -> int:
        return person.counts["tenures"]  # type: ignore[attr-defined]

    @admin.display(description="citations")
    def evidence(self, person: Person) -> int:
        return person.counts["citations"]  # type: ignore[attr-defined]


@admin.register(PowerBase)
class PowerBaseAdmin(RevisionedAdmin):
    list_display = ("name", "abbreviation", "kind", "span", "parent", "evidence", "status")
    list_filter = ("status", "kind", CourseFilter, EvidenceFilter)
    list_select_related = ("kind", "parent")
    search_fields = ("name", "abbreviation", "native_name")
    search_help_text = "Search names and abbreviations"
    prepopulated_fields = {"slug": ("name",)}
    autocomplete_fields = ("parent", "successors")
    counted = ("citations",)
    inlines = (HoldersOfPower, CitationInline)
    fieldsets = (
        (None, {"fields": ["name", ("abbreviation", "native_name"), ("kind", "parent")]}),
        ("When and what", {"fields": ["span", "undated_reason", "summary"]}),
        ("After it, and who held office in it", {"fields": ["successors", "holders_complete"]}),
        publication_fields(),
    )

    @admin.display(description="citations")
    def evidence(self, power_base: PowerBase) -> int:
        return power_base.counts["citations"]  # type: ignore[attr-defined]


@admin.register(PowerBaseKind)
class PowerBaseKindAdmin(RevisionedAdmin):
    list_display = ("name", "order", "bases", "status")
    list_filter = ("status", CourseFilter)
    search_fields = ("name", "slug")
    search_help_text = "Search kinds of power base"
    prepopulated_fields = {"slug": ("name",)}
    ordering = ("order", "sort_key", "id")
    counted = ("power_bases",)
    fieldsets = (
        (None, {"fields": ["name", "order", "summary"]}),
        publication_fields(),
    )

    @admin.display(description="power bases")
    def bases(self, kind: PowerBaseKind) -> int:
        return kind.counts["power_bases"]  # type: ignore[attr-defined]


@admin.register(Tenure)
class TenureAdmin(RevisionedAdmin):
    list_display = ("office", "person", "power_base", "span", "evidence")
    list_filter = ("sole_holder", "acting", CourseFilter, EvidenceFilter)
    list_select_related = ("person", "power_base")
    search_fields = ("office", "person__name", "power_base__name")
    search_help_text = "Search offices, people and power bases"
    autocomplete_fields = ("person", "power_base")
    ordering = ("span_sort", "id")
    counted = ("citations",)
    inlines = (CitationInline,)
    fieldsets = (
        (
            None,
            {
                "fields": [
                    "person",
                    "office",
                    "power_base",
                    ("span", "sole_holder", "acting"),
                    "attested",
                    "note",
                ]
            },
        ),
        ("For apps", {"fields": ["public_id"], "classes": ["collapse"]}),
    )

    @admin.display(description="citations")
    def evidence(self, tenure: Tenure) -> int:
        return tenure.counts["citations"]  # type: ignore[attr-defined]
