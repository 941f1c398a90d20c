"""Actions on several records of a list: look at what will happen to each, then do it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.widgets import AutocompleteSelect
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from curation import bulk
from curation.merging import (
    MERGEABLE,
    CannotMerge,
    left_behind,
    merge,
    moved_rows,
    rehearse,
)
from curation.publishing import Refused
from curation.whole import ROWS
from events.models import ARRANGED, Event, Topic, TopicEntry
from records.models import Status
from records.permissions import may_publish
from sources.models import CITED, Checked, Citation, Source

if TYPE_CHECKING:
    from records.admin import RecordAdmin as Base
else:
    Base = object


class ReasonForm(forms.Form):
    """Why; kept with every version that comes of it."""

    reason = forms.CharField(label="Why", max_length=300, required=False)

    def action(self) -> bulk.BulkAction:
        raise NotImplementedError


class SubmitForm(ReasonForm):
    def action(self) -> bulk.BulkAction:
        return bulk.Submit()


class PublishForm(ReasonForm):
    def action(self) -> bulk.BulkAction:
        return bulk.Publish()


class WithdrawForm(ReasonForm):
    reason = forms.CharField(
        label="Why",
        max_length=300,
        help_text="Readers see it in place of the page: “The figure was misread.”",
    )

    def action(self) -> bulk.BulkAction:
        return bulk.Withdraw()


class SignificanceForm(ReasonForm):
    significance = forms.TypedChoiceField(coerce=int, choices=Event.Significance)

    def action(self) -> bulk.BulkAction:
        return bulk.SetSignificance(self.cleaned_data["significance"])


def _picker(field: Any, site: Any, column: Any) -> None:
    """Let a box search as the pickers of a record's page do."""
    field.widget = AutocompleteSelect(column, site)
    field.widget.is_required = field.required
    field.widget.choices = field.choices


class TopicForm(ReasonForm):
    topic = forms.ModelChoiceField(Topic.objects.all())
    role = forms.ChoiceField(choices=TopicEntry.Role, initial=TopicEntry.Role.EVENT)

    def __init__(self, *args: Any, site: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _picker(self.fields["topic"], site, TopicEntry._meta.get_field("topic"))

    def action(self) -> bulk.BulkAction:
        return bulk.AddToTopic(self.cleaned_data["topic"], self.cleaned_data["role"])


class CitationForm(ReasonForm):
    source = forms.ModelChoiceField(Source.objects.all())
    locator = forms.CharField(
        label="Place in the source",
        max_length=200,
        help_text="The same for all of them, for example “chapter 13”.",
    )
    stance = forms.ChoiceField(choices=Citation.Stance, initial=Citation.Stance.SUPPORTS)
    checked = forms.ChoiceField(
        label="How far it was checked", choices=Checked, initial=Checked.EXISTS
    )

    def __init__(self, *args: Any, site: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _picker(self.fields["source"], site, Citation._meta.get_field("source"))

    def action(self) -> bulk.BulkAction:
        data = self.cleaned_data
        return bulk.AddCitation(
            data["source"], data["locator"], stance=data["stance"], checked=data["checked"]
        )


# Name → what the list offers, and the form that asks for what it needs.
FORMS: dict[str, tuple[str, type[ReasonForm]]] = {
    "submit": ("Send for review…", SubmitForm),
    "publish": ("Publish…", PublishForm),
    "withdraw": ("Withdraw…", WithdrawForm),
    "add_to_topic": ("Add to a topic…", TopicForm),
    "set_significance": ("Set significance…", SignificanceForm),
    "add_citation": ("Add a citation…", CitationForm),
}


class ListActions(Base):
    """Mixed into the admin class of every whole record."""

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        found: dict[str, Any] = super().get_actions(request)
        if self.model not in ROWS or not self.has_change_permission(request):
            return found
        if "delete_selected" in found:
            _, name, label = found["delete_selected"]
            found[name] = (_delete, name, label)
        for name in self._offered(request):
            label = FORMS[name][0]
            found[name] = (partial(_bulk, name), name, label)
        if self.model in MERGEABLE and request.user.has_perm("curation.merge_records"):
            found["merge"] = (_merge, "merge", "Merge two into one…")
        return found

    def _offered(self, request: HttpRequest) -> list[str]:
        names = ["submit"]
        if may_publish(request.user, self.model):
            names += ["publish", "withdraw"]
        if bulk.kind_of(self.model, TopicEntry, ARRANGED):
            names.append("add_to_topic")
        if self.model is Event:
            names.append("set_significance")
        if bulk.kind_of(self.model, Citation, CITED):
            names.append("add_citation")
        return names


def _delete(admin: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
    """Django's own deletion, after saying which records readers see and how to go on."""
    public = [str(record) for record in queryset.filter(status=Status.PUBLISHED)[:4]]
    if not public:
        return delete_selected(admin, request, queryset)
    named = ", ".join(f"“{title}”" for title in public[:3]) + (" and others" if public[3:] else "")
    admin.message_user(
        request,
        f"Nothing was deleted. Readers see {named}: withdraw it first, with a reason, so that they "
        "learn what happened.",
        messages.ERROR,
    )
    return None


def _bulk(name: str, admin: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
    label, form_class = FORMS[name]
    step = request.POST.get("step", "")
    extra = {"site": admin.admin_site} if form_class in (TopicForm, CitationForm) else {}
    form = form_class(request.POST if step else None, **extra)
    plan: list[bulk.Planned] = []
    try:
        if step and form.is_valid():
            if step == "apply":
                expected = _expected(request)
                reason = form.cleaned_data["reason"]
                done = bulk.apply(
                    admin.model, expected, form.action(), by=request.user, reason=reason
                )
                _report(admin, request, done)
                return None
            plan = bulk.preview(queryset, form.action(), by=request.user)
        elif not step and name in {"submit", "publish"}:
            plan = bulk.preview(queryset, form_class.action(form), by=request.user)
        chosen = queryset[: bulk.MOST_AT_ONCE + 1]
        if len(chosen) > bulk.MOST_AT_ONCE:
            raise Refused(f"Choose at most {bulk.MOST_AT_ONCE} records at once.")
    except Refused as refused:
        admin.message_user(request, str(refused), messages.ERROR)
        return None
    return TemplateResponse(
        request,
        "admin/curation/bulk.html",
        {
            **admin.admin_site.each_context(request),
            "opts": admin.opts,
            "title": label.rstrip("…"),
            "action": name,
            "form": form,
            "plan": plan,
            "ready": any(not planned.refused for planned in plan),
            "chosen": chosen,
            "media": admin.media + form.media,
        },
    )


def _expected(request: HttpRequest) -> dict[int, int]:
    """Number → version of each record that the preview said something will happen to."""
    found = {}
    for name in request.POST:
        pk, value = name.removeprefix("expected-"), str(request.POST[name])
        if pk != name and pk.isdecimal() and value.isdecimal():
            found[int(pk)] = int(value)
    return found


def _report(admin: Any, request: HttpRequest, done: list[bulk.Done]) -> None:
    well = [row for row in done if row.ok]
    if well:
        noun = admin.opts.verbose_name if len(well) == 1 else admin.opts.verbose_name_plural
        admin.message_user(request, f"Done for {len(well)} {noun}.", messages.SUCCESS)
    for row in done:
        if not row.ok:
            admin.message_user(
                request, f"“{row.title}” is as it was: {row.problem}", messages.WARNING
            )


def _merge(admin: Any, request: HttpRequest, queryset: Any) -> HttpResponse | None:
    records = list(queryset[:3])
    if len(records) != 2:
        admin.message_user(request, "Tick exactly two records to merge.", messages.ERROR)
        return None
    # Of a draft and a published record the published one stays, unless somebody says otherwise.
    likely = min(records, key=lambda record: (not record.is_published, record.pk))
    kept = next((r for r in records if str(r.pk) == request.POST.get("keep")), likely)
    merged = next(r for r in records if r.pk != kept.pk)
    problems: list[str] = []
    rehearsed = None
    try:
        if request.POST.get("step") == "apply":
            made = merge(kept, merged, by=request.user, reason=request.POST.get("reason", ""))
            admin.message_user(
                request, f"“{made.merged_title}” is now part of “{made.kept_title}”."
            )
            return HttpResponseRedirect(reverse("admin:curation_merge_change", args=[made.pk]))
        rehearsed = rehearse(kept, merged, by=request.user)
    except CannotMerge as error:
        problems = error.problems
    return TemplateResponse(
        request,
        "admin/curation/merge.html",
        {
            **admin.admin_site.each_context(request),
            "opts": admin.opts,
            "title": "Merge two into one",
            "records": records,
            "kept": kept,
            "merged": merged,
            "moved": moved_rows(rehearsed) if rehearsed else [],
            "left": left_behind(rehearsed) if rehearsed else [],
            "problems": problems,
            "reason": request.POST.get("reason", ""),
        },
        status=409 if problems else 200,
    )
