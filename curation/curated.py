"""What the desk adds to every record's page in the admin: versions, suggestions, no lost words.

`curation.admin` wraps the admin classes of the rooms below with `Curated`, which they cannot know.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from curation import history
from curation.differences import difference
from curation.history_pages import HistoryPages, whole_of
from curation.models import Suggestion, Version
from curation.preview import preview_url, signed_preview_url
from curation.publishing import NOT_IN_REVIEW, refusal, when
from curation.suggestions import CannotSuggest, suggest
from curation.whole import OWNED_BY, ROWS, owners, snapshot
from records.models import Status
from records.permissions import may_publish

if TYPE_CHECKING:
    Form = forms.ModelForm[Any]
else:
    Form = object

REASON = forms.CharField(
    label="Why this change",
    required=False,
    max_length=300,
    help_text="Kept with the version. Readers see it in the page’s history, for example "
    "“Corrected the date from the protocol”.",
)


def _without(fieldsets: Any, names: set[str]) -> list[Any]:
    return [
        (title, {**options, "fields": [name for name in options["fields"] if name not in names]})
        for title, options in fieldsets
    ]


def _rows_of_others(formset: Any) -> list[Any]:
    """The rows on a page that belong to other records than the page's own: holders of a power
    base belong to the person, figures to themselves."""
    model = formset.model
    if model in ROWS or OWNED_BY.get(model, formset.fk.name) != formset.fk.name:
        return formset.initial_forms
    return []


class CuratedForm(Form):
    """Mixed into the form of a record: the reason, and the check that nobody else saved before."""

    asks_reason = False
    owner: Any = None
    expected = ""
    user: Any = None

    def clean(self) -> Any:
        cleaned = super().clean()
        if self.asks_reason and not self.cleaned_data.get("change_reason", "").strip():
            self.add_error(
                "change_reason",
                "Readers see this record. Say why it changes, for example “Corrected the date from "
                "the protocol”.",
            )
        status = self.cleaned_data.get("status")
        moves = type(self.instance) in ROWS and self.owner and status != self.owner.status
        # The same ways from state to state as everywhere else.
        if status and moves and (words := refusal(self.owner, status, by=self.user)):
            self.add_error("status", words)
        self._check_time()
        if self.owner is not None and self.expected and self.expected != str(self.owner.version):
            self.add_error(
                None,
                f"“{self.owner}” was changed by somebody else while you were writing. What they "
                "changed stands above; your words are all below. Look through both, then save "
                "again: what you see below is what will be kept.",
            )
        return cleaned

    def _check_time(self) -> None:
        """The time of publication: as `curation.publishing.schedule` has it, at its box.

        The box is there only for those who may publish (see `Curated.get_fieldsets`).
        """
        at = self.cleaned_data.get("publish_at")
        if at is None:
            return
        is_new = "publish_at" in self.changed_data
        if self.cleaned_data.get("status") == Status.REVIEW:
            if is_new and at <= timezone.now():
                self.add_error(
                    "publish_at", "That time has passed. Give a later one, or publish it now."
                )
        elif is_new:
            self.add_error("publish_at", f"{NOT_IN_REVIEW} Or leave this empty.")
        else:
            # Published by hand, or taken back: the clock has nothing left to do.
            self.cleaned_data["publish_at"] = None


class Curated(HistoryPages):
    """Mixed into the admin class of a record or of a row that belongs to one."""

    change_form_template = "admin/curation/change_form.html"
    object_history_template = "admin/curation/history.html"

    # --- who may what --------------------------------------------------------------------------

    def suggests(self, request: HttpRequest, record: Any) -> bool:
        """True when this person's change to this record becomes a suggestion."""
        return (
            record is not None
            and record.pk is not None
            and type(record) in ROWS
            and not may_publish(request.user, self.model)
            and request.user.has_perm("curation.add_suggestion")
            and self._closed_as_stored(request, record)
        )

    def _closed_as_stored(self, request: HttpRequest, record: Any) -> bool:
        # A refused form has written into the instance; what is stored decides.
        answers = request.__dict__.setdefault("_closed_records", {})
        return answers.setdefault((type(record), record.pk), self.is_closed(record))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) or (
            obj is not None
            and request.user.has_perm(f"{self.opts.app_label}.change_{self.opts.model_name}")
            and self.suggests(request, obj)
        )

    def may_enter_public(self, request: HttpRequest, obj: Any) -> bool:
        return super().may_enter_public(request, obj) or self.suggests(request, obj)

    # --- the form ------------------------------------------------------------------------------

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "publish_at" and field is not None:
            # Two boxes for one moment: Django writes their names beside them, and labels neither.
            for box, name in zip(field.widget.widgets, ("day", "time"), strict=True):
                box.attrs["aria-label"] = f"Publish on: {name}"
        return field

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        owner = whole_of(obj) if obj is not None and obj.pk else None
        stored = type(owner)._default_manager.get(pk=owner.pk) if owner is not None else None
        attributes = {
            "owner": stored,
            "user": request.user,
            "expected": request.POST.get("record_version", ""),
            "asks_reason": stored is not None and stored.is_published,
        }
        return type(form)(form.__name__, (CuratedForm, form), attributes)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        fieldsets = list(super().get_fieldsets(request, obj))
        if not may_publish(request.user, self.model):
            fieldsets = _without(fieldsets, {"publish_at"})
        if obj is None or obj.pk is None:
            return fieldsets
        if self.suggests(request, obj):
            fieldsets = _without(
                fieldsets, {"status", "withdrawn_reason", "publish_at", "public_id"}
            )
        owner = whole_of(obj)
        if owner is not None and self.has_change_permission(request, obj):
            fieldsets.append(("This change", {"fields": ["change_reason"]}))
        return [(name, options) for name, options in fieldsets if options["fields"]]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj") or (args[3] if len(args) > 3 else None)
        owner = whole_of(obj) if obj is not None and obj.pk else None
        if owner is not None:
            owner = type(owner)._default_manager.get(pk=owner.pk)
            context["record_version"] = owner.version
            context["row_versions"] = self._row_versions(owner, context)
            context["suggests"] = self.suggests(request, obj)
            if request.method == "POST":
                context["moved_on"] = moved_on(owner, request.POST.get("record_version", ""))
            if type(obj) in ROWS and not owner.is_published:
                context["preview_url"] = preview_url(obj)
                context["signed_preview_url"] = signed_preview_url(request, obj)
            if context["suggests"]:
                context["own_suggestion"] = Suggestion.objects.filter(
                    model=owner._meta.label_lower,
                    record_id=owner.pk,
                    by_id=request.user.pk,
                    state=Suggestion.State.WAITING,
                ).first()
        return super().render_change_form(request, context, *args, **kwargs)

    def _row_versions(self, owner: Any, context: dict[str, Any]) -> list[tuple[str, int]]:
        """Hidden boxes for rows that belong to other records than the page: name and version."""
        found = []
        for inline in context["inline_admin_formsets"]:
            for row in _rows_of_others(inline.formset):
                belongs = whole_of(row.instance) if row.instance.pk else None
                if belongs is not None and belongs != owner:
                    found.append((f"{row.prefix}-owner_version", belongs.version))
        return found

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:
        formsets, inlines = super()._create_formsets(request, obj, change)  # type: ignore[misc]
        if request.method == "POST" and change:
            for formset in formsets:
                for row in _rows_of_others(formset):
                    self._refuse_moved_row(request, row, owners(obj))
        return formsets, inlines

    def _refuse_moved_row(self, request: HttpRequest, row: Any, own: list[Any]) -> None:
        expected = request.POST.get(f"{row.prefix}-owner_version", "")
        if not expected or not row.instance.pk or not row.has_changed():
            return
        stored = type(row.instance)._default_manager.get(pk=row.instance.pk)
        belongs = whole_of(stored)
        if belongs is None or belongs in own:
            return
        belongs = history.locked(belongs)
        if str(belongs.version) != expected and row.is_valid():
            row.add_error(
                None,
                f"“{belongs}” was changed by somebody else while you were writing; this row reads "
                f"“{stored}” now. Look at it, then save again: what you see below will be kept.",
            )

    # --- saving --------------------------------------------------------------------------------

    def _changeform_view(
        self, request: HttpRequest, object_id: Any, form_url: str, extra_context: Any
    ) -> HttpResponse:
        if request.method != "POST" or not object_id:
            return super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        record = self.get_object(request, unquote(object_id))
        owner = whole_of(record) if record is not None else None
        if owner is None:
            return super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        # Held from here to the end, so that the check of the version and the save are one step.
        history.locked(owner)
        if not self.suggests(request, record):
            return super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        return self._suggested(request, record, object_id, form_url, extra_context)

    def _suggested(
        self, request: HttpRequest, record: Any, object_id: str, form_url: str, extra: Any
    ) -> HttpResponse:
        """Save as if it were allowed, take the result as data, and undo it: that is the proposal.

        So a suggestion passes every check that a change passes, and the page stays as it was.
        """
        base, base_version = snapshot(record), record.version
        request._suggestion_reason = None  # type: ignore[attr-defined]
        place = transaction.savepoint()
        response = super()._changeform_view(request, object_id, form_url, extra)  # type: ignore[misc]
        reason = request._suggestion_reason  # type: ignore[attr-defined]
        proposed = snapshot(type(record)._default_manager.get(pk=record.pk))
        transaction.savepoint_rollback(place)
        if reason is None:
            return response
        for _ in messages.get_messages(request):
            pass  # “Changed successfully” would not be true.
        try:
            suggest(
                type(record)._default_manager.get(pk=record.pk),
                proposed,
                base_version=base_version,
                base_snapshot=base,
                by=request.user,
                reason=reason,
            )
        except CannotSuggest as error:
            messages.warning(request, str(error))
        else:
            messages.success(
                request,
                "Your suggestion is with the editors. The page stays as it is until one of them "
                "accepts it; you find it on the desk.",
            )
        return HttpResponseRedirect(self._page(record))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        request._owners = {}  # type: ignore[attr-defined]
        if change:
            stored = self.model._default_manager.get(pk=obj.pk)
            request._status_before = getattr(stored, "status", "")  # type: ignore[attr-defined]
            self._hold(request, owners(stored))
        super().save_model(request, obj, form, change)

    def _hold(self, request: HttpRequest, found: list[Any]) -> None:
        """Read records that may be about to change, each once, so that nothing of them is lost."""
        for owner in found:
            key = (type(owner), owner.pk)
            if key not in request._owners:  # type: ignore[attr-defined]
                stored = history.locked(owner)
                request._owners[key] = (stored, history.unkept(stored))  # type: ignore[attr-defined]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        for formset in formsets:
            for row in formset.forms:
                if row.has_changed() and row.instance.pk:
                    stored = type(row.instance)._default_manager.filter(pk=row.instance.pk).first()
                    if stored is not None:
                        self._hold(request, owners(stored))
        super().save_related(request, form, formsets, change)
        reason = form.cleaned_data.get("change_reason", "")
        if not reason and "publish_at" in form.changed_data:
            reason = when(form.cleaned_data["publish_at"])
        if getattr(request, "_suggestion_reason", "") is None:
            request._suggestion_reason = reason  # type: ignore[attr-defined]
            return
        record = self.model._default_manager.get(pk=form.instance.pk)
        if not change and type(record) in ROWS:
            history.remember_new(record, by=request.user, reason=reason)
        elif (
            not change
            or set(form.changed_data) - {"change_reason"}
            or any(formset.has_changed() for formset in formsets)
        ):
            self._remember(request, record, reason)

    def _remember(self, request: HttpRequest, record: Any, reason: str) -> None:
        """Count the change for every whole record it touched: before it, after it, by its rows."""
        action = history.status_action(
            getattr(request, "_status_before", ""), getattr(record, "status", "")
        )
        touched = dict(request._owners)  # type: ignore[attr-defined]
        for owner in owners(record):
            touched.setdefault((type(owner), owner.pk), (owner, None))
        for (model, pk), (before, data) in touched.items():
            history.keep_unkept(before, data)
            own = type(record) in ROWS and pk == record.pk and model is type(record)
            history.remember(
                model._default_manager.get(pk=pk),
                by=request.user,
                reason=reason,
                action=action if own else Version.Action.CHANGED,
            )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        if type(obj) in ROWS:
            history.delete(obj, by=request.user, reason="")
            return
        found = [history.locked(owner) for owner in owners(obj)]
        for owner in found:
            history.baseline(owner)
        name = str(obj)
        super().delete_model(request, obj)
        for owner in found:
            history.remember(owner, by=request.user, reason=f"Removed: {name}")

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            for record in queryset:
                self.delete_model(request, record)


def moved_on(owner: Any, expected: str) -> Any:
    """What others changed in `owner` since version `expected`; None when nobody did."""
    if (
        not expected
        or expected == str(owner.version)
        or not (expected.isascii() and expected.isdigit())
    ):
        return None
    versions = Version.objects.of(owner).select_related("by")
    then = versions.filter(number=int(expected)).first()
    return {
        "difference": difference(then.snapshot if then else None, snapshot(owner)),
        "versions": versions.filter(number__gt=int(expected)),
    }
