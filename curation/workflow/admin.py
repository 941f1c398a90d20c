"""The page of a record in the admin: versions, suggestions, and no words lost."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from curation import permissions
from curation.models import Suggestion, Version
from curation.permissions import UNPUBLISHED, may_publish
from curation.revisions import history
from curation.revisions.evidence import Before, StandsBare, before_changing, refuse_bare
from curation.revisions.rehearsal import rehearsal
from curation.revisions.snapshot import ROWS, snapshot
from curation.workflow.forms import RevisionedForm
from curation.workflow.preview import preview_url, signed_preview_url
from curation.workflow.publishing import take_back, when
from curation.workflow.suggestions import CannotSuggest, suggest
from curation.workflow.two_at_once import (
    OWNER_VERSION,
    JoiningPages,
    RowMovedOn,
    are_of_others,
    is_older,
    moved_on,
    rows_of_others,
)
from records.kinds import root_of, title_of
from records.publication import roots_of


def _without(fieldsets: Any, names: set[str]) -> list[Any]:
    return [
        (title, {**options, "fields": [name for name in options["fields"] if name not in names]})
        for title, options in fieldsets
    ]


class RevisionedAdmin(JoiningPages):
    """The page of a record, or of a row that belongs to one.

    Every change is kept as a version with who, when and why; a change by somebody who may not
    publish to what readers see becomes a suggestion; nobody's words are lost to another's.
    """

    form: Any = RevisionedForm

    change_form_template = "admin/curation/change_form.html"
    object_history_template = "admin/curation/history.html"

    # --- who may what --------------------------------------------------------------------------

    def suggests(self, request: HttpRequest, record: Any) -> bool:
        """True when this person's change to this record becomes a suggestion."""
        if record is None or record.pk is None:
            return False
        return self._as_stored(request, "suggests", record, permissions.suggests)

    def _as_stored(
        self, request: HttpRequest, name: str, record: Any, ask: Callable[[Any, Any], bool]
    ) -> bool:
        """The answer of `ask` about the record as it is stored, which is the first answer.

        It is kept, because a form that was refused has written into the record by the second time.
        """
        answers = request.__dict__.setdefault("_answers_as_stored", {})
        key = (name, type(record), record.pk)
        if key not in answers:
            answers[key] = ask(request.user, record)
        return bool(answers[key])

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        if obj is None or obj.pk is None:
            return True
        return self._as_stored(request, "changes", obj, permissions.may_change) or self.suggests(
            request, obj
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if obj is None:
            return super().has_delete_permission(request, obj)
        return permissions.may_delete(request.user, obj)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "status" and not may_publish(request.user, self.model):
            kwargs["choices"] = [(status.value, status.label) for status in UNPUBLISHED]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

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
        owner = root_of(obj) if obj is not None and obj.pk else None
        stored = self._held_or_read(request, owner) if owner is not None else None
        attributes = {
            "owner": stored,
            "user": request.user,
            "expected": request.POST.get("record_version", ""),
            "asks_reason": stored is not None and stored.is_published,
            # What is suggested is public only once an editor has accepted it.
            "enters_at_once": not self.suggests(request, obj),
            "stands_bare": getattr(request, "_stands_bare", None),
            "refuse_clashes": partial(self.refuse_clashes, request),
        }
        return type(form)(form.__name__, (form,), attributes)

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
        owner = root_of(obj)
        if owner is not None and self.has_change_permission(request, obj):
            offer = ["take_back"] if self._offers_to_take_back(request, owner) else []
            fieldsets.append(("This change", {"fields": ["change_reason", *offer]}))
        return [(name, options) for name, options in fieldsets if options["fields"]]

    def _offers_to_take_back(self, request: HttpRequest, owner: Any) -> bool:
        """True where other statements would lose their last source, and may go back to review."""
        refused: StandsBare | None = getattr(request, "_stands_bare", None)
        if refused is None:
            return False
        return all(
            root != owner and may_publish(request.user, type(root))
            for root in roots_of(refused.statements)
        )

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj") or (args[3] if len(args) > 3 else None)
        owner = root_of(obj) if obj is not None and obj.pk else None
        if owner is not None:
            owner = type(owner)._default_manager.get(pk=owner.pk)
            context["record_version"] = owner.version
            context["row_versions"] = self._row_versions(owner, context)
            if self.has_change_permission(request, obj):
                context["row_versions"] += self.shown(context["adminform"].form)
            context["suggests"] = self.suggests(request, obj)
            if request.method == "POST":
                opened = getattr(request, "_opened_at", request.POST.get("record_version", ""))
                context["moved_on"] = moved_on(owner, opened)
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
        boxes = []
        for inline in context["inline_admin_formsets"]:
            for row in rows_of_others(inline.formset):
                row_owner = root_of(row.instance) if row.instance.pk else None
                if row_owner is not None and row_owner != owner:
                    boxes.append((f"{row.prefix}{OWNER_VERSION}", row_owner.version))
        return boxes

    def _create_formsets(self, request: HttpRequest, obj: Any, change: bool) -> Any:
        formsets, inlines = super()._create_formsets(request, obj, change)  # type: ignore[misc]
        for formset in formsets:
            formset.neighbours = formsets
            if are_of_others(formset):
                formset.refuse_row = partial(permissions.entry_refusal, request.user)
        if request.method == "POST" and change:
            for formset in formsets:
                for row in rows_of_others(formset):
                    self._refuse_moved_row(request, row, root_of(obj))
                for row in formset.forms if hasattr(request, "_joined") else ():
                    if row.is_valid() or row.has_changed():
                        self.refuse_clashes(request, row)
        return formsets, inlines

    def _refuse_moved_row(self, request: HttpRequest, row: Any, page_owner: Any) -> None:
        expected = request.POST.get(f"{row.prefix}{OWNER_VERSION}", "")
        if not expected or not row.instance.pk or not row.has_changed():
            return
        stored = type(row.instance)._default_manager.get(pk=row.instance.pk)
        row_owner = root_of(stored)
        if row_owner is None or row_owner == page_owner:
            return
        row_owner = history.locked(row_owner)
        if not is_older(expected, row_owner):
            return
        if not hasattr(request, "_joined") and not hasattr(request, "_not_joined"):
            raise RowMovedOn
        if row.is_valid():
            row.add_error(
                None,
                f"“{row_owner}” was changed by somebody else while you were writing; this row "
                f"reads “{stored}” now. Look at it, then save again: what you see below will be "
                "kept.",
            )

    # --- saving --------------------------------------------------------------------------------

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except StandsBare as error:
            # Once more from the same words, so that the page says what is wrong and keeps them.
            request.__dict__.pop("_held_records", None)
            request._stands_bare = error  # type: ignore[attr-defined]
            return super().changeform_view(request, *args, **kwargs)

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        # What the page has loaded a moment ago, and not written into yet.
        loaded = request.__dict__.pop("_loaded", None)
        return loaded or super().get_object(request, *args, **kwargs)

    def _changeform_view(
        self, request: HttpRequest, object_id: Any, form_url: str, extra_context: Any
    ) -> HttpResponse:
        if request.method != "POST" or not object_id:
            return super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        record = self.get_object(request, unquote(object_id))
        owner = root_of(record) if record is not None else None
        if owner is None:
            return super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        # Held from here to the end, so that the check of the version and the save are one step.
        held = self._hold(request, owner)
        if held.version != owner.version:
            # Somebody saved while this waited: what was read before is not what stands.
            record = self.get_object(request, unquote(object_id))
        if record is None:
            # A row that they removed.
            return super()._changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        if is_older(request.POST.get("record_version", ""), held):
            self.join_what_others_saved(request, record, held)
        request._loaded = record  # type: ignore[attr-defined]
        try:
            return self._posted(request, record, object_id, form_url, extra_context)
        except RowMovedOn:
            record = self.model._default_manager.get(pk=record.pk)
            self.join_what_others_saved(request, record, held)
            request._not_joined = not hasattr(request, "_joined")  # type: ignore[attr-defined]
            return self._posted(request, record, object_id, form_url, extra_context)

    def _posted(
        self, request: HttpRequest, record: Any, object_id: str, form_url: str, extra: Any
    ) -> HttpResponse:
        if not self.suggests(request, record):
            return super()._changeform_view(request, object_id, form_url, extra)  # type: ignore[misc]
        held = self._held_or_read(request, record)
        return self._suggested(request, held, object_id, form_url, extra)

    def response_change(self, request: HttpRequest, obj: Any) -> Any:
        self.say_what_was_joined(request, obj)
        return super().response_change(request, obj)

    def _suggested(
        self, request: HttpRequest, record: Any, object_id: str, form_url: str, extra: Any
    ) -> HttpResponse:
        """Save as if it were allowed, take the result as data, and undo it: that is the proposal.

        So a suggestion passes every check that a change passes, and the page stays as it was.
        """
        base, base_version = snapshot(record), record.version
        request._suggestion_reason = None  # type: ignore[attr-defined]
        with rehearsal(record) as rehearsed:
            response = super()._changeform_view(request, object_id, form_url, extra)  # type: ignore[misc]
        reason = request._suggestion_reason  # type: ignore[attr-defined]
        if reason is None:
            return response
        for _ in messages.get_messages(request):
            pass  # “Changed successfully” would not be true.
        try:
            suggest(
                record,
                rehearsed.snapshot,
                base_version=base_version,
                base_snapshot=base,
                by=request.user,
                reason=reason,
            )
        except CannotSuggest as error:
            messages.warning(request, str(error))
        else:
            self.message_user(
                request,
                f"Your suggestion for “{title_of(record)}” is with the editors. The page stays as "
                "it is until one of them accepts it; you find it on the desk.",
                messages.SUCCESS,
            )
        return HttpResponseRedirect(self._page(record))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        request._owners = {}  # type: ignore[attr-defined]
        if change:
            is_whole = type(obj) in ROWS
            stored = (
                self._held_or_read(request, obj)
                if is_whole
                else self.model._default_manager.get(pk=obj.pk)
            )
            request._status_before = getattr(stored, "status", "")  # type: ignore[attr-defined]
            self._keep_before(request, root_of(stored))
        if type(obj) not in ROWS:
            # The record that the row belongs to from now on.
            self._keep_before(request, root_of(obj))
        super().save_model(request, obj, form, change)

    def _hold(self, request: HttpRequest, owner: Any) -> Any:
        """A whole record as it stood when this request first needed it, held until its end."""
        held: dict[Any, Any] = request.__dict__.setdefault("_held_records", {})
        if (key := (type(owner), owner.pk)) not in held:
            held[key] = history.locked(owner)
        return held[key]

    def _held_or_read(self, request: HttpRequest, owner: Any) -> Any:
        """A whole record as it stands in the database, whatever a form wrote into `owner`."""
        held = request.__dict__.get("_held_records", {})
        if (key := (type(owner), owner.pk)) in held:
            return held[key]
        return type(owner)._default_manager.get(pk=owner.pk)

    def _keep_before(self, request: HttpRequest, owner: Any) -> None:
        """Read a record that may be about to change, once, so that nothing of it is lost.

        In: the record; None for a row that belongs to none.
        """
        before: dict[Any, Any] = request._owners  # type: ignore[attr-defined]
        if owner is not None and (key := (type(owner), owner.pk)) not in before:
            held = self._hold(request, owner)
            before[key] = (held, history.unkept(held))
            self._stood(request).look_at(held)

    def _stood(self, request: HttpRequest) -> Before:
        """How the records that this request touches stood before it changed anything."""
        stood: Before = request.__dict__.setdefault("_stood", Before())
        return stood

    def _keep_evidence(self, request: HttpRequest, record: Any) -> None:
        """Refuse what would leave statements without a source (`StandsBare`)."""
        roots = {(type(held), held.pk): held for held, _ in request._owners.values()}  # type: ignore[attr-defined]
        if (root := root_of(record)) is not None:
            roots[(type(root), root.pk)] = root
        relieve = partial(take_back, by=request.user) if request.POST.get("take_back") else None
        refuse_bare(roots.values(), self._stood(request), relieve)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        # Rows of the page's own record are kept with it.
        for formset in filter(are_of_others, formsets):
            for row in formset.forms:
                if row.has_changed() and row.instance.pk:
                    stored = type(row.instance)._default_manager.filter(pk=row.instance.pk).first()
                    if stored is not None:
                        self._keep_before(request, root_of(stored))
        super().save_related(request, form, formsets, change)
        self._keep_evidence(request, form.instance)
        reason = form.cleaned_data.get("change_reason", "")
        if not reason and "publish_at" in form.changed_data:
            reason = when(form.cleaned_data["publish_at"])
        if getattr(request, "_suggestion_reason", "") is None:
            request._suggestion_reason = reason  # type: ignore[attr-defined]
            return
        record = form.instance
        if not change and type(record) in ROWS:
            record.refresh_from_db()
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
        if (root := root_of(record)) is not None:
            touched.setdefault((type(root), root.pk), (root, None))
        for (model, pk), (before, data) in touched.items():
            history.keep_unkept(before, data)
            is_page_record = (model, pk) == (type(record), record.pk)
            history.remember(
                record if is_page_record else model._default_manager.get(pk=pk),
                by=request.user,
                reason=reason,
                action=action if is_page_record else Version.Action.CHANGED,
            )

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        if type(obj) in ROWS:
            history.delete(obj, by=request.user, reason="")
            return
        if (root := root_of(obj)) is None:
            super().delete_model(request, obj)
            return
        owner, name = history.locked(root), str(obj)
        history.baseline(owner)
        before = before_changing(owner)
        super().delete_model(request, obj)
        refuse_bare([owner], before)
        history.remember(owner, by=request.user, reason=f"Removed: {name}")

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except StandsBare as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.path.removesuffix("delete/") + "change/")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        try:
            return super().changelist_view(request, extra_context)
        except StandsBare as error:
            messages.error(request, str(error))
            return HttpResponseRedirect(request.get_full_path())

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        with transaction.atomic():
            for record in queryset:
                self.delete_model(request, record)
