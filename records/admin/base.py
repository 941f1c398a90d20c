"""What the admin pages of every record share; the apps' own admin modules build on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import BaseModelAdmin
from django.contrib.admin.utils import quote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.db.models import QuerySet
from django.forms.models import _get_foreign_key
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from records.admin.changelist import (
    LabelledAutocomplete,
    LabelledFormSet,
    LoadedChoiceField,
    QuickListAdmin,
    RecordChangeList,
)
from records.admin.forms import ProseBox, RecordForm, named
from records.kinds import is_visible, kind_of, label_of, title_of, with_title
from records.models import Published, Status
from records.publication import obstacles

# By this tag of a message the page that follows knows that what was typed is kept in the record,
# and that the device may forget it (static/admin/thaw/kept-form.js).
KEPT = "form-saved"
ORDER_ROWS = forms.Script("admin/thaw/order-rows.js", type="module")
PICKERS = forms.Script("admin/thaw/pickers.js", type="module")
RECORD_FORM = forms.Script("admin/thaw/record-form.js", type="module")
# The boxes of a record with a picture.
PICTURE_FIELDS: list[Any] = [
    "picture_file",
    "picture_alt",
    "picture_caption",
    ("picture_credit", "picture_licence"),
    "picture_origin",
]
CHOOSE_ONE = forms.Script("admin/thaw/choose-one.js", type="module")


def admin_url(record: Any, page: str = "change") -> str:
    """The address of a record's page in the admin: `change`, or `history`."""
    info = f"{record._meta.app_label}_{record._meta.model_name}"
    return reverse(f"admin:{info}_{page}", args=[quote(record.pk)])


class DateColumn:
    """Shows a historical date in lists and on read-only pages, sorted by its day number."""

    def __init__(self, name: str, label: str) -> None:
        self.name = name
        self.short_description = label
        self.admin_order_field = f"{name}_sort"

    def __call__(self, record: Any) -> str:
        date = getattr(record, self.name)
        return date.display() if date else "–"


class RecordOptions(BaseModelAdmin):
    """Date columns, date boxes and pickers; for pages and for rows inside pages."""

    form: Any = RecordForm
    formfield_overrides: ClassVar[dict[Any, Any]] = {models.TextField: {"widget": ProseBox}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Under the date's own name, which is what lists and read-only pages look up.
        for name, date in getattr(self.opts.model, "historical_dates", {}).items():
            setattr(self, name, DateColumn(name, date.verbose_name))

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # A record is deleted on its own page, which shows what hangs on it.
            field.widget.can_delete_related = False
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        if db_field.name not in self.get_autocomplete_fields(request):
            return super().formfield_for_foreignkey(db_field, request, **kwargs)
        target = self.admin_site.get_model_admin(db_field.remote_field.model)
        kwargs["widget"] = LabelledAutocomplete(db_field, self.admin_site)
        kwargs["form_class"] = LoadedChoiceField
        model = db_field.remote_field.model
        kwargs["queryset"] = with_title(model._default_manager.all())
        field: Any = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if isinstance(target, RecordAdmin):
            field.label_from_instance = target.label
        return field


class RecordAdmin(RecordOptions, QuickListAdmin):
    """The page of a record, and of a row that belongs to records."""

    # Reverse relations whose rows the list counts (see RecordChangeList).
    counted: ClassVar[tuple[str, ...]] = ()
    # What apps above offer to do with records of a list: each takes the page, the request and the
    # actions so far, by name, and gives them with its own.
    offers: ClassVar[list[Callable[[Any, HttpRequest, dict[str, Any]], dict[str, Any]]]] = []

    class Media:
        css: ClassVar[dict[str, list[str]]] = {"screen": ["admin/thaw/forms.css"]}
        js: ClassVar[list[Any]] = [PICKERS, RECORD_FORM]

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> Any:
        return RecordChangeList

    def label(self, record: Any) -> str:
        """How a picker names the record, so that no two look the same."""
        return label_of(record)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions: dict[str, Any] = super().get_actions(request)
        for offer in self.offers:
            actions = offer(self, request, actions)
        return actions

    # --- forms ---------------------------------------------------------------------------------

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form: Any = super().get_form(request, obj, change, **kwargs)
        counts = any(
            getattr(inline, "counts_citations", False)
            for inline in self.get_inline_instances(request, obj)
        )
        attributes = {"citations": 1 if counts else None}
        return type(form)(form.__name__, (form,), attributes)

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        # A draft has no page yet, and a link to “not found” helps nobody.
        if obj is None or not is_visible(obj):
            return None
        address = getattr(obj, "get_absolute_url", None)
        return address() if address else None

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> HttpResponse:
        if change and request.method == "GET" and isinstance(obj, Published):
            context["record_status"] = obj.get_status_display()
            context["is_public"] = obj.is_published
            if obj.status in (Status.DRAFT, Status.REVIEW):
                context["obstacles"] = [named(self.model, o) for o in obstacles(obj)]
                context["is_ready"] = not context["obstacles"]
        if change and obj is not None:
            context["long_lists"] = self._long_lists(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> Any:
        """The inlines of the page, without those that have more rows than a page can show."""
        inlines = super().get_inline_instances(request, obj)
        if obj is None or obj.pk is None:
            return inlines
        # Asked several times in one request; the answer must not change between the questions.
        answers = request.__dict__.setdefault("_long_inlines", {})
        if (key := (self.model, obj.pk)) not in answers:
            answers[key] = [
                type(inline)
                for inline in inlines
                if isinstance(inline, RowInline) and inline.is_long(obj)
            ]
        return [inline for inline in inlines if type(inline) not in answers[key]]

    def _long_lists(self, request: HttpRequest, obj: Any) -> list[dict[str, str]]:
        """Links to the rows that are too many for the page of their record."""
        links = []
        for inline in request.__dict__.get("_long_inlines", {}).get((self.model, obj.pk), []):
            options = inline.model._meta
            address = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
            foreign_key = _get_foreign_key(self.model, inline.model).name
            links.append(
                {
                    "name": str(inline.verbose_name_plural or options.verbose_name_plural),
                    "address": f"{address}?{foreign_key}__id__exact={obj.pk}",
                }
            )
        return links

    # --- after saving --------------------------------------------------------------------------

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for formset in formsets:
            formset.all_saved()

    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().response_add(request, obj, *args, **kwargs)
        self._say_who_sees(request, obj)
        return response

    def response_change(self, request: HttpRequest, obj: Any) -> Any:
        response = super().response_change(request, obj)
        self._say_who_sees(request, obj)
        return response

    def message_user(
        self,
        request: HttpRequest,
        message: Any,
        level: int | str = messages.INFO,
        extra_tags: str = "",
        fail_silently: bool = False,
    ) -> None:
        if level == messages.SUCCESS and request.method == "POST":
            extra_tags = f"{extra_tags} {KEPT}".strip()
        super().message_user(request, message, level, extra_tags, fail_silently)

    def _say_who_sees(self, request: HttpRequest, obj: Any) -> None:
        if isinstance(obj, Published):
            self.message_user(request, f"“{title_of(obj)}” {self.who_sees(obj)}", messages.INFO)

    def who_sees(self, record: Any) -> str:
        """Whether readers see the record now: what follows its name in a sentence."""
        if record.is_published and not is_visible(record):
            needed = [getattr(record, name) for name in kind_of(record).needs]
            above = next(each for each in needed if each is not None and not is_visible(each))
            return (
                f"is published, but readers do not see it: they do once “{title_of(above)}” is "
                "published, too."
            )
        return {
            Status.DRAFT: "is a draft: readers do not see it yet.",
            Status.REVIEW: "is in review: readers do not see it until an editor publishes it.",
            Status.PUBLISHED: "is published: readers see it now.",
            Status.WITHDRAWN: "is withdrawn: readers see the reason instead of the page.",
        }[Status(record.status)]


def publication_fields() -> tuple[str, Any]:
    """The section of a form that decides who sees the record."""
    fields = ["slug", "status", "publish_at", "withdrawn_reason"]
    return "Address and publication", {"fields": fields}


class RowInline(RecordOptions, admin.StackedInline):
    """Rows that are part of a record and edited on its page."""

    formset = LabelledFormSet
    extra = 0
    show_change_link = True
    view_on_site = False
    # Relations that the rows' labels and pickers follow, fetched with the rows.
    related: ClassVar[tuple[str, ...]] = ()
    # With more rows than this the page links to a list of them; None: always on the page.
    most_rows: ClassVar[int | None] = None

    def is_long(self, parent: Any) -> bool:
        if self.most_rows is None:
            return False
        foreign_key = _get_foreign_key(self.parent_model, self.model, self.fk_name).name
        rows = self.model._default_manager.filter(**{foreign_key: parent}).order_by()
        return rows[: self.most_rows + 1].count() > self.most_rows

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related(*self.related)

    # Whoever may change a record may change its rows, and remove them: they are parts of it.

    def _parent_allows(self, request: HttpRequest, obj: Any) -> bool:
        parent = self.admin_site.get_model_admin(self.parent_model)
        return obj is None or obj.pk is None or parent.has_change_permission(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_add_permission(request, obj) and self._parent_allows(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self._parent_allows(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)
