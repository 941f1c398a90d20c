"""The pages of events, courses and topics."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin import site
from django.core.exceptions import ValidationError
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest, JsonResponse
from django.urls import reverse
from django.utils.html import format_html

from curation.workflow.admin import RevisionedAdmin
from events.lesson.gate import mistakes, unseen
from events.lesson.naming import linkable_kinds
from events.lesson.rows import DIFFER
from events.models import (
    ARRANGED,
    WEIGHED,
    Course,
    Event,
    Participation,
    Position,
    PositionEvidence,
    Section,
    Topic,
    TopicEntry,
)
from records.admin.base import CHOOSE_ONE, ORDER_ROWS, RowInline, publication_fields
from records.admin.changelist import CourseFilter, EvidenceFilter, LabelledFormSet
from records.admin.forms import ProseBox, RecordForm
from records.kinds import is_visible, key_of, label_of, title_of, with_title, with_titles
from sources.admin import CitationInline

# What the labels of a topic's pickers follow.
ARRANGED_RELATED = tuple(with_titles(ARRANGED))
WEIGHED_RELATED = tuple(with_titles(WEIGHED))


class EntriesOnPage:
    """Rows about one record each as a topic’s page shows them: a stored one with the picker it
    uses only.

    Eight pickers in each of 200 entries would be a page of 4 MB. New rows, and rows that were
    refused, show all. Everything else is Django's own object, which this stands in front of.
    """

    def __init__(self, entries: Any) -> None:
        self._entries = entries

    def __getattr__(self, name: str) -> Any:
        return getattr(self._entries, name)

    def __iter__(self) -> Iterator[Any]:
        for entry in self._entries:
            if entry.original is not None and not entry.form.errors:
                kinds = entry.original.kinds
                unused = {name for name in kinds if entry.form[name].value() in (None, "")}
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
class EventAdmin(RevisionedAdmin):
    list_display = ("title", "span", "significance", "evidence", "status")
    list_filter = ("status", "significance", CourseFilter, EvidenceFilter)
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


@admin.register(Course)
class CourseAdmin(RevisionedAdmin):
    list_display = ("title", "span", "number_of_topics", "status")
    list_filter = ("status",)
    search_fields = ("title", "slug")
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("bibliography", "turning_points")
    counted = ("topics",)
    fieldsets = (
        (None, {"fields": ["title", "span", "summary", "licence", "bibliography"]}),
        ("Power map", {"fields": ["turning_points"]}),
        publication_fields(),
    )

    @admin.display(description="topics")
    def number_of_topics(self, course: Course) -> int:
        return course.counts["topics"]  # type: ignore[attr-defined]


class TopicEntryInline(RowInline):
    model = TopicEntry
    verbose_name = "entry"
    verbose_name_plural = "entries, in the order of the page"
    fields = (("order", "role", "turning_point"), *ARRANGED, "framing")
    autocomplete_fields = ARRANGED
    related = ARRANGED_RELATED
    ordering = ("order", "id")
    classes = ("ordered-rows", "choose-one")
    # Each entry brings eight pickers: two hundred take a server a second, two thousand a minute.
    most_rows = 120
    show_change_link = False

    class Media:
        js = [ORDER_ROWS, CHOOSE_ONE]


class LessonBox(ProseBox):
    """A large box for the prose of a section, beside which a script puts a picker.

    The picker writes the key of a record or source at the place of the cursor. Without the script
    the key is typed, as the help under the box says.
    """

    class Media:
        js = [forms.Script("admin/thaw/lesson-box.js", type="module")]

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> Any:
        attrs = super().build_attrs(base_attrs, extra_attrs)
        kinds = [(kind.name, str(kind.model._meta.verbose_name)) for kind in linkable_kinds()]
        return {
            **attrs,
            "rows": 16,
            "class": "vLargeTextField lesson-text",
            "data-kinds": json.dumps(kinds, ensure_ascii=False),
            "data-keys": reverse("admin:lesson-keys"),
        }


class ProseRowForm(RecordForm):
    """A row whose prose names records and sources; what is wrong with it stands at its box."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.instance.lesson_text
        # Of a draft the mistakes are told, and refuse nothing.
        if self.instance.pk and not self.is_bound and (found := mistakes([self.instance])):
            self.fields[name].help_text = format_html(
                '{} <strong class="lesson-mistakes">Before readers can see it: {}</strong>',
                self.fields[name].help_text,
                " ".join(_at(mistake) for mistake in found),
            )

    def _post_clean(self) -> None:
        super()._post_clean()
        name = self.instance.lesson_text
        if not self.is_public or self.has_error(name):
            return
        for mistake in mistakes([self.instance]):
            self.add_error(name, ValidationError(_at(mistake), code="lesson"))

    @property
    def is_public(self) -> bool:
        """True where readers see the row as soon as it is saved."""
        row = self.instance
        # The topic of a new row may be new as well, and have no number yet.
        has_topic = row.topic_id or "topic" in row._state.fields_cache
        return bool(has_topic and row.topic.is_published)


class SectionForm(ProseRowForm):
    class Meta:
        widgets: ClassVar[dict[str, Any]] = {"text": LessonBox}


class ReasonBox(LessonBox):
    """A smaller box of the same sort, for the sentence of a piece of evidence."""

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> Any:
        return {**super().build_attrs(base_attrs, extra_attrs), "rows": 4}


class PositionEvidenceForm(ProseRowForm):
    class Meta:
        widgets: ClassVar[dict[str, Any]] = {"why": ReasonBox}

    def _post_clean(self) -> None:
        super()._post_clean()
        record = self.instance.record if self.is_public else None
        if record is not None and not is_visible(record):
            self.add_error(self.instance.kind, ValidationError(unseen(record), code="lesson"))


def _at(mistake: Any) -> str:
    return f"Paragraph {mistake.paragraph}: {mistake.message}"


def lesson_keys(request: HttpRequest) -> JsonResponse:
    """What a picker beside a section finds: `?kind=` and `?words=`; for staff, see config.admin.

    Out: `results`, at most twenty, each with the `key` and the `title` to write, and `text` to
    tell it from others.
    """
    known = {kind.name: kind for kind in linkable_kinds()}
    kind = known.get(request.GET.get("kind", ""))
    asked = request.GET.get("words", "").strip()[:100]
    if kind is None:
        return JsonResponse({"results": []})
    page = site.get_model_admin(kind.model)
    if not page.has_view_permission(request):
        return JsonResponse({"results": []}, status=403)
    found, _ = page.get_search_results(request, page.get_queryset(request), asked)
    records = with_title(found)[:20]
    results = [
        {
            "key": key_of(record),
            "title": title_of(record),
            "text": label_of(record),
            "public": is_visible(record),
        }
        for record in records
    ]
    return JsonResponse({"results": results})


class SectionInline(RowInline):
    model = Section
    form = SectionForm
    verbose_name = "section"
    verbose_name_plural = "sections of the lesson"
    fields = (("heading", "order"), "text", "public_id")
    ordering = ("order", "id")
    classes = ("ordered-rows",)
    show_change_link = False

    class Media:
        js = [ORDER_ROWS]


class PositionsOnPage(LabelledFormSet):
    """The positions of a topic: no two of them say the same."""

    def clean(self) -> None:
        super().clean()
        said: dict[str, str] = {}
        letters: dict[str, str] = {}
        for form in self.forms:
            if form.errors or (not form.has_changed() and form.instance.pk is None):
                continue
            if form.cleaned_data.get(DELETION_FIELD_NAME):
                continue
            position = form.instance
            if first := said.get(position.says):
                form.add_error("statement", f"Position {first} says this already. {DIFFER}")
            if position.letter in letters:
                form.add_error(
                    "letter",
                    f"Position “{letters[position.letter]}” has the letter {position.letter} "
                    "already. Choose another.",
                )
            said.setdefault(position.says, position.letter)
            letters.setdefault(position.letter, position.name)


class PositionInline(RowInline):
    model = Position
    formset = PositionsOnPage
    verbose_name = "position"
    verbose_name_plural = "for and against: two or three positions on the question"
    fields = (("letter", "name"), "statement", "public_id")
    ordering = ("letter", "id")
    max_num = 3
    show_change_link = False


class PositionEvidenceInline(RowInline):
    model = PositionEvidence
    form = PositionEvidenceForm
    verbose_name = "piece of evidence"
    verbose_name_plural = "for and against: the evidence, each piece for one position"
    fields = (("position", "stance", "order"), *WEIGHED, "why", "public_id")
    autocomplete_fields = WEIGHED
    related = WEIGHED_RELATED
    ordering = ("position", "order", "id")
    classes = ("choose-one",)
    most_rows = 60
    show_change_link = False

    class Media:
        js = [CHOOSE_ONE]


@admin.register(Topic)
class TopicAdmin(RevisionedAdmin):
    list_display = ("title", "course", "order", "span", "number_of_entries", "status")
    list_filter = ("status", ("course", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("course",)
    search_fields = ("title", "question", "slug")
    search_help_text = "Search titles, questions and addresses"
    prepopulated_fields = {"slug": ("title",)}
    autocomplete_fields = ("course",)
    ordering = ("course_id", "order", "id")
    counted = ("entries",)
    inlines = (SectionInline, PositionInline, PositionEvidenceInline, TopicEntryInline)
    fieldsets = (
        (None, {"fields": [("course", "order"), "title", "span", "question", "short_answer"]}),
        ("More to read", {"fields": ["summary"]}),
        publication_fields(),
    )

    def get_inline_formsets(self, *args: Any, **kwargs: Any) -> Any:
        return [
            EntriesOnPage(formset) if hasattr(formset.opts.model, "about_name") else formset
            for formset in super().get_inline_formsets(*args, **kwargs)
        ]

    def who_sees(self, record: Any) -> str:
        said = super().who_sees(record)
        if not is_visible(record):
            return said
        shown = [
            is_visible(entry.record) for entry in record.entries.select_related(*ARRANGED_RELATED)
        ]
        if hidden := shown.count(False):
            which = (
                "none of its entries" if hidden == len(shown) else f"not {hidden} of its entries"
            )
            return (
                f"is published: readers see the page now, but {which}, until those are published."
            )
        return said

    @admin.display(description="entries")
    def number_of_entries(self, topic: Topic) -> int:
        return topic.counts["entries"]  # type: ignore[attr-defined]


class RowOnItsParentsPage(RevisionedAdmin):
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


@admin.register(Section)
class SectionAdmin(RowOnItsParentsPage):
    list_display = ("heading", "topic", "order")
    list_select_related = ("topic",)
    search_fields = ("heading", "topic__title")
    autocomplete_fields = ("topic",)
    ordering = ("topic_id", "order", "id")
    fields = ("topic", ("heading", "order"), "text", "public_id")


@admin.register(Position)
class PositionAdmin(RowOnItsParentsPage):
    list_display = ("name", "letter", "topic", "statement")
    list_select_related = ("topic",)
    search_fields = ("name", "statement", "topic__title")
    autocomplete_fields = ("topic",)
    ordering = ("topic_id", "letter", "id")
    fields = ("topic", ("letter", "name"), "statement", "public_id")


@admin.register(PositionEvidence)
class PositionEvidenceAdmin(RowOnItsParentsPage):
    list_display = ("topic", "position", "order", "stance", "what")
    list_select_related = ("topic", *WEIGHED_RELATED)
    list_filter = ("stance",)
    search_fields = ("topic__title", "why")
    autocomplete_fields = ("topic", *WEIGHED)
    ordering = ("topic_id", "position", "order", "id")
    fields = ("topic", ("position", "stance", "order"), *WEIGHED, "why", "public_id")

    @admin.display(description="what it is")
    def what(self, piece: PositionEvidence) -> str:
        return label_of(piece.record)


@admin.register(TopicEntry)
class TopicEntryAdmin(RowOnItsParentsPage):
    list_display = ("topic", "order", "role", "shows")
    list_select_related = ("topic", *ARRANGED_RELATED)
    list_filter = ("role",)
    search_fields = ("topic__title", "framing")
    autocomplete_fields = ("topic", *ARRANGED)
    ordering = ("topic_id", "order", "id")
    fields = ("topic", ("order", "role", "turning_point"), *ARRANGED, "framing")

    @admin.display(description="shows")
    def shows(self, entry: TopicEntry) -> str:
        return label_of(entry.record)
