"""The pages of events, courses and topics."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from events.models import ARRANGED, Course, Event, Participation, Topic, TopicEntry
from records.admin import CHOOSE_ONE, ORDER_ROWS, RecordAdmin, RowInline, publication_fields
from records.admin_lists import EvidenceFilter
from sources.admin import CitationInline

# What the labels of a topic's pickers follow.
ARRANGED_RELATED = (
    "event",
    "reform",
    "person",
    "tenure__person",
    "power_base",
    "effect__reform",
    "effect__power_base",
    "measure",
    "statistic__measure",
)


class EntriesOnPage:
    """The entries of a topic as its page shows them: a stored one with the picker it uses only.

    Eight pickers in each of 200 entries would be a page of 4 MB. New entries, and entries that
    were refused, show all. Everything else is Django's own object, which this stands in front of.
    """

    def __init__(self, entries: Any) -> None:
        self._entries = entries

    def __getattr__(self, name: str) -> Any:
        return getattr(self._entries, name)

    def __iter__(self) -> Iterator[Any]:
        for entry in self._entries:
            if entry.original is not None and not entry.form.errors:
                unused = {name for name in ARRANGED if entry.form[name].value() in (None, "")}
                entry.fieldsets = [
                    (name, options | {"fields": [f for f in options["fields"] if f not in unused]})
                    for name, options in entry.fieldsets
                ]
            yield entry


class ParticipationInline(RowInline):
    model = Participation
    verbose_name = "person in this event"
    verbose_name_plural = "people in this event"
    fields = (("person", "role", "part", "order"),)
    autocomplete_fields = ("person",)
    related = ("person",)
    ordering = ("order", "id")
    classes = ("ordered-rows",)
    show_change_link = False

    class Media:
        js = [ORDER_ROWS]


@admin.register(Event)
class EventAdmin(RecordAdmin):
    list_display = ("title", "span", "significance", "evidence", "status")
    list_filter = ("status", "significance", EvidenceFilter)
    search_fields = ("title", "slug")
    search_help_text = "Search titles and addresses"
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("reforms",)
    # The order of the index `event_by_span`, so that a page of 100,000 costs a page.
    ordering = ("span_earliest", "span_latest", "id")
    counted = ("citations",)
    inlines = (ParticipationInline, CitationInline)
    fieldsets = (
        (None, {"fields": ["title", "span", "undated_reason", "summary", "significance"]}),
        ("Part of", {"fields": ["reforms"]}),
        publication_fields(),
    )

    @admin.display(description="citations")
    def evidence(self, event: Event) -> int:
        return event.counts["citations"]  # type: ignore[attr-defined]

    def label(self, record: Event) -> str:
        return f"{record.title} ({record.span.display()})" if record.span else record.title


@admin.register(Course)
class CourseAdmin(RecordAdmin):
    list_display = ("title", "span", "number_of_topics", "status")
    list_filter = ("status",)
    search_fields = ("title", "slug")
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("bibliography",)
    counted = ("topics",)
    fieldsets = (
        (None, {"fields": ["title", "span", "summary", "licence", "bibliography"]}),
        publication_fields(),
    )

    @admin.display(description="topics")
    def number_of_topics(self, course: Course) -> int:
        return course.counts["topics"]  # type: ignore[attr-defined]


class TopicEntryInline(RowInline):
    model = TopicEntry
    verbose_name = "entry"
    verbose_name_plural = "entries, in the order of the page"
    fields = (("order", "role"), *ARRANGED, "framing")
    autocomplete_fields = ARRANGED
    related = ARRANGED_RELATED
    ordering = ("order", "id")
    classes = ("ordered-rows", "choose-one")
    # Each entry brings eight pickers: two hundred take a server a second, two thousand a minute.
    most_rows = 120
    show_change_link = False

    class Media:
        js = [ORDER_ROWS, CHOOSE_ONE]


@admin.register(Topic)
class TopicAdmin(RecordAdmin):
    list_display = ("title", "course", "order", "span", "number_of_entries", "status")
    list_filter = ("status", ("course", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("course",)
    search_fields = ("title", "question", "slug")
    search_help_text = "Search titles, questions and addresses"
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("course",)
    ordering = ("course_id", "order", "id")
    counted = ("entries",)
    inlines = (TopicEntryInline,)
    fieldsets = (
        (None, {"fields": [("course", "order"), "title", "span", "question", "short_answer"]}),
        ("More to read", {"fields": ["summary"]}),
        publication_fields(),
    )

    def get_inline_formsets(self, *args: Any, **kwargs: Any) -> Any:
        return [
            EntriesOnPage(found) if isinstance(found.opts, TopicEntryInline) else found
            for found in super().get_inline_formsets(*args, **kwargs)
        ]

    @admin.display(description="entries")
    def number_of_entries(self, topic: Topic) -> int:
        return topic.counts["entries"]  # type: ignore[attr-defined]


class RowOnItsParentsPage(RecordAdmin):
    """Registered so that it can be looked up, and left off the index: it is edited elsewhere."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False


@admin.register(Participation)
class ParticipationAdmin(RowOnItsParentsPage):
    list_display = ("event", "person", "role")
    list_select_related = ("event", "person")
    search_fields = ("person__name",)
    autocomplete_fields = ("event", "person")
    ordering = ("-id",)
    fields = ("event", "person", "role", "part", "order")

    def joins(self, record: Participation) -> list[Any]:
        return [record.event, record.person]


@admin.register(TopicEntry)
class TopicEntryAdmin(RowOnItsParentsPage):
    list_display = ("topic", "order", "role", "shows")
    list_select_related = ("topic", *ARRANGED_RELATED)
    list_filter = ("role",)
    search_fields = ("topic__title", "framing")
    autocomplete_fields = ("topic", *ARRANGED)
    ordering = ("topic_id", "order", "id")
    fields = ("topic", ("order", "role"), *ARRANGED, "framing")

    @admin.display(description="shows")
    def shows(self, entry: TopicEntry) -> str:
        record = entry.record
        page: Any = self.admin_site.get_model_admin(type(record))
        return page.label(record)

    def joins(self, record: TopicEntry) -> list[Any]:
        return [record.topic]
