"""Change lists and pickers that stay quick on large tables."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.autocomplete import AutocompleteJsonView
from django.contrib.admin.views.main import ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property


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


class RecordChangeList(ChangeList):
    """A change list that counts related rows for the page shown, in one query per relation."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.is_capped = self.result_count >= CappedPaginator.limit
        rows = list(self.result_list)
        for name in getattr(self.model_admin, "counted", ()):
            relation: Any = self.model._meta.get_field(name)
            found = dict(
                relation.related_model._default_manager.filter(
                    **{f"{relation.field.name}__in": rows}
                )
                .order_by()
                .values_list(relation.field.attname)
                .annotate(number=Count("pk"))
            )
            for row in rows:
                row.__dict__.setdefault("counts", {})[name] = found.get(row.pk, 0)
        self.result_list = rows


class EvidenceFilter(admin.SimpleListFilter):
    """Records with citations, and those that still lack any."""

    title = "evidence"
    parameter_name = "evidence"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("none", "No citation yet"), ("some", "Has citations")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in {"none", "some"}:
            return queryset
        relation: Any = queryset.model._meta.get_field("citations")
        cited = Exists(
            relation.related_model._default_manager.filter(**{relation.field.name: OuterRef("pk")})
        )
        return queryset.filter(cited if self.value() == "some" else ~cited)


@cache
def _address_of_pickers(site: str) -> str:
    # The same for every picker of a page, of which there may be hundreds.
    return reverse("admin:autocomplete", current_app=site)


class LabelledAutocomplete(AutocompleteSelect):
    """A picker that knows the labels of the rows it shows.

    Django's own asks the database once per picker; here `share_labels` asks once for all pickers
    of a column.
    """

    labels: dict[str, str] | None = None

    def get_url(self) -> str:
        return _address_of_pickers(self.admin_site.name)

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        chosen = [str(pk) for pk in value if pk not in (None, "")]
        if self.labels is None or any(pk not in self.labels for pk in chosen):
            return super().optgroups(name, value, attrs)
        options = [] if self.is_required else [self.create_option(name, "", "", False, 0)]
        for pk in chosen:
            options.append(self.create_option(name, pk, self.labels[pk], True, len(options)))
        return [(None, options, 0)]


def share_labels(forms: list[Any]) -> None:
    """Give every picker in the forms of one formset its label, with one query a column at most."""
    if not forms:
        return
    for name, field in forms[0].fields.items():
        picker = getattr(field.widget, "widget", field.widget)
        if not isinstance(picker, LabelledAutocomplete):
            continue
        labels: dict[str, str] = {}
        asked: set[str] = set()
        for form in forms:
            value = form[name].value()
            if value in (None, ""):
                continue
            # The rows of an inline come with what they point at (`related` of the inline).
            known = form.instance._state.fields_cache.get(name)
            if known is not None and str(known.pk) == str(value):
                labels[str(value)] = field.label_from_instance(known)
            elif str(value).isdecimal():
                asked.add(str(value))
        if missing := asked - labels.keys():
            for row in field.queryset.filter(pk__in=missing):
                labels[str(row.pk)] = field.label_from_instance(row)
        for form in forms:
            widget = form.fields[name].widget
            getattr(widget, "widget", widget).labels = labels


class LabelledFormSet(BaseInlineFormSet):
    """An inline formset whose pickers cost the same number of queries for 5 rows and for 50."""

    @cached_property
    def forms(self) -> list[Any]:
        forms = super().forms
        share_labels(forms)
        return forms


class LabelJsonView(AutocompleteJsonView):
    """Answers a picker with labels that tell rows of one name apart."""

    model_admin: Any

    def get_queryset(self) -> QuerySet[Any]:
        queryset = super().get_queryset()
        related = self.model_admin.label_related
        return queryset.select_related(*related) if related else queryset

    def serialize_result(self, obj: Any, to_field_name: str) -> dict[str, str]:
        return {"id": str(getattr(obj, to_field_name)), "text": self.model_admin.label(obj)}
