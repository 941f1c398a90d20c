"""Change lists and pickers that stay quick on large tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.forms import BaseInlineFormSet, ModelChoiceField
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property

from records.courses import belongs_to, every_course
from records.kinds import label_of, with_title
from records.publication import has_visible_evidence
from records.sorting import sort_key_fields


class CappedPaginator(Paginator):
    """Counts up to a limit: nobody pages further, and counting a whole table is slow.

    The page says “the first 10,000” then (templates/admin/pagination.html); search and filters
    reach the rest.
    """

    limit = 10_000

    @cached_property
    def count(self) -> int:
        if isinstance(self.object_list, QuerySet):
            return self.object_list.order_by()[: self.limit].count()
        return len(self.object_list)


class QuickListAdmin(admin.ModelAdmin):
    """A list in the admin that does not count a whole table."""

    list_per_page = 50
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    paginator = CappedPaginator

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        """The columns of the search box, folded: as the API searches, on every database alike."""
        names = super().get_search_fields(request)
        return [name if name[0] in "^=@" else f"{name}__folds" for name in names]


class ReadOnlyAdmin(QuickListAdmin):
    """Rows that Thaw writes itself: to look up, never to edit by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RecordChangeList(ChangeList):
    """A change list that counts related rows for the page shown, in one query per relation.

    A click on the heading of a name sorts as the lists of readers do.
    """

    def get_ordering_field(self, field_name: Any) -> Any:
        keys = {field.of: field.name for field in sort_key_fields(self.model)}
        return keys.get(field_name) or super().get_ordering_field(field_name)

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.is_capped = self.result_count >= CappedPaginator.limit
        rows = list(self.result_list)
        for name in getattr(self.model_admin, "counted", ()):
            relation: Any = self.model._meta.get_field(name)
            counts = dict(
                relation.related_model._default_manager.filter(
                    **{f"{relation.field.name}__in": rows}
                )
                .order_by()
                .values_list(relation.field.attname)
                .annotate(number=Count("pk"))
            )
            for row in rows:
                row.__dict__.setdefault("counts", {})[name] = counts.get(row.pk, 0)
        self.result_list = rows


class EvidenceFilter(admin.SimpleListFilter):
    """Records with citations, and those that still lack any."""

    title = "evidence"
    parameter_name = "evidence"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("none", "No citation yet"),
            ("hidden", "No source that readers see"),
            ("some", "Has citations"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "hidden":
            return queryset.exclude(has_visible_evidence(queryset.model))
        if self.value() not in {"none", "some"}:
            return queryset
        relation: Any = queryset.model._meta.get_field("citations")
        cited = Exists(
            relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
        )
        return queryset.filter(cited if self.value() == "some" else ~cited)


class CourseFilter(admin.SimpleListFilter):
    """What belongs to a course, as its pages have it, with the drafts among its topics counted."""

    title = "course"
    parameter_name = "in_course"
    # Beyond this many, nobody finds one in a list.
    most = 50

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            (course.slug, course.title)
            for course in every_course().order_by("sort_key", "id")[: self.most]
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        course = every_course().filter(slug=self.value()).first()
        if course is None:
            return queryset.none()
        return queryset.filter(belongs_to(queryset.model, course.with_drafts()))


@cache
def _address_of_pickers(site: str) -> str:
    # The same for every picker of a page, of which there may be hundreds.
    return reverse("admin:autocomplete", current_app=site)


class LabelledAutocomplete(AutocompleteSelect):
    """A picker that knows the labels of the rows it shows.

    Django's own asks the database once per picker; here `share_rows` asks once for all pickers of
    a column.
    """

    labels: dict[str, str] | None = None

    def get_url(self) -> str:
        return _address_of_pickers(self.admin_site.name)

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        # A tampered value, such as a slug, is refused by the field; here it is no row to look up.
        chosen = [str(pk) for pk in value if str(pk).isdecimal()]
        if self.labels is None or any(pk not in self.labels for pk in chosen):
            return super().optgroups(name, chosen, attrs)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        for pk in chosen:
            options.append(self.create_option(name, pk, self.labels[pk], True, len(options)))
        return [(None, options, 0)]


class LoadedChoiceField(ModelChoiceField):
    """A choice among records that knows those which the page has loaded already.

    Django's own asks the database for every box by itself, though it was not touched.
    """

    # By the value of the box.
    loaded: Mapping[str, Any] = MappingProxyType({})

    def to_python(self, value: Any) -> Any:
        return self.loaded.get(str(value)) or super().to_python(value)


def share_rows(forms: list[Any]) -> None:
    """Give every picker in the forms of one formset its record and label, with one query a column
    at most."""
    if not forms:
        return
    for name, field in forms[0].fields.items():
        picker = getattr(field.widget, "widget", field.widget)
        if not isinstance(picker, LabelledAutocomplete):
            continue
        rows: dict[str, Any] = {}
        values: set[str] = set()
        for form in forms:
            value = form[name].value()
            if value in (None, ""):
                continue
            # The rows of an inline come with what they point at (`related` of the inline).
            record = form.instance._state.fields_cache.get(name)
            if record is not None and str(record.pk) == str(value):
                rows[str(value)] = record
            elif str(value).isdecimal():
                values.add(str(value))
        if missing := values - rows.keys():
            rows |= {str(row.pk): row for row in field.queryset.filter(pk__in=missing)}
        labels = {value: field.label_from_instance(row) for value, row in rows.items()}
        for form in forms:
            form.fields[name].loaded = rows
            widget = form.fields[name].widget
            getattr(widget, "widget", widget).labels = labels


class LabelledFormSet(BaseInlineFormSet):
    """An inline formset that costs the same number of queries for 5 rows and for 50, as long as
    they stay as they are."""

    # Where rows belong to other records than the page's own: says why a row may not be entered or
    # changed by whoever writes, and nothing where it may.
    refuse_row: Callable[[Any], str] | None = None

    @cached_property
    def forms(self) -> list[Any]:
        forms = super().forms
        share_rows(forms)
        for form in forms:
            # Such a row stays as it is; it is changed on its own page, or suggested there.
            if self.refuse_row is not None and form.instance.pk and self.refuse_row(form.instance):
                for field in form.fields.values():
                    field.disabled = True
        return forms

    def all_saved(self) -> None:
        """Do what needs the record and all its rows in the database. Called in the transaction."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        row = form.instance
        name = row._meta.pk.name
        if row.pk is not None and isinstance(number := form.fields[name], ModelChoiceField):
            # The hidden box with the number of a row that stands before us.
            form.fields[name] = LoadedChoiceField(
                number.queryset, initial=row.pk, required=False, widget=number.widget
            )
            form.fields[name].loaded = {str(row.pk): row}

    def _refuse_doubles(self) -> None:
        """Two rows that the database would not keep beside each other.

        Django compares what boxes hold; here a box may fill several columns, as that of a date.
        """
        meta: Any = self.model._meta  # type: ignore[union-attr]
        kept = [form for form in self.forms if not (form.errors or _is_leaving(form))]
        for constraint in meta.total_unique_constraints:
            columns = [
                meta.get_field(name).attname for name in constraint.fields if name != self.fk.name
            ]
            seen: set[Any] = set()
            for form in kept:
                values = tuple(getattr(form.instance, column) for column in columns)
                if values in seen and form.has_changed():
                    form.add_error(None, constraint.get_violation_error_message())
                if None not in values:
                    seen.add(values)

    def clean(self) -> None:
        super().clean()
        self._refuse_doubles()
        if self.refuse_row is None:
            return
        for form in self.forms:
            if form.has_changed() and not form.errors:
                problem = self.refuse_row(form.instance)
                if problem:
                    form.add_error(None, ValidationError(problem, code="public"))


def _is_leaving(form: Any) -> bool:
    """Whether a row is removed, or is an empty one that nobody filled in."""
    is_empty = form.instance.pk is None and not form.has_changed()
    return is_empty or bool(form.cleaned_data.get(DELETION_FIELD_NAME))


class LabelJsonView(AutocompleteJsonView):
    """Answers a picker with labels that tell rows of one name apart."""

    model_admin: Any

    def get_queryset(self) -> QuerySet[Any]:
        queryset: QuerySet[Any] = with_title(super().get_queryset())
        return queryset

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return {"id": str(getattr(obj, to_field_name)), "text": label_of(obj)}
