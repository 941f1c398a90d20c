"""Actions on several records of a list: look at what will happen to each, then do it."""

from __future__ import annotations

from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.actions import delete_selected
from django.contrib.admin.widgets import AutocompleteSelect
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from curation.merging.merge import CannotMerge, left_behind, merge, moved_rows, rehearse
from curation.permissions import may_merge, may_publish
from curation.workflow.publishing import Refused
from dashboard.bulk import operations
from dashboard.checks.duplicates import keep_apart
from events.models import ARRANGED, Event, Topic, TopicEntry
from records.kinds import kind_of
from records.models import Status
from sources.models import CITED, Checked, Citation, Source


class ReasonForm(forms.Form):
    """Asks for the reason, which is kept with every version that the action makes."""

    reason = forms.CharField(label="Why", max_length=300, required=False)

    def action(self) -> operations.BulkAction:
        raise NotImplementedError


class SubmitForm(ReasonForm):
    def action(self) -> operations.BulkAction:
        return operations.Submit()


class PublishForm(ReasonForm):
    def action(self) -> operations.BulkAction:
        return operations.Publish()


class WithdrawForm(ReasonForm):
    reason = forms.CharField(
        label="Why",
        max_length=300,
        help_text="Readers see it in place of the page: “The figure was misread.”",
    )

    def action(self) -> operations.BulkAction:
        return operations.Withdraw()


class SignificanceForm(ReasonForm):
    significance = forms.TypedChoiceField(coerce=int, choices=Event.Significance)

    def action(self) -> operations.BulkAction:
        return operations.SetSignificance(self.cleaned_data["significance"])


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

    def action(self) -> operations.BulkAction:
        return operations.AddToTopic(self.cleaned_data["topic"], self.cleaned_data["role"])


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

    def action(self) -> operations.BulkAction:
        data = self.cleaned_data
        return operations.AddCitation(
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


def list_actions(admin: Any, request: HttpRequest, actions: dict[str, Any]) -> dict[str, Any]:
    """The actions of a list of whole records, with those on many records (`RecordAdmin.offers`)."""
    kind = kind_of(admin.model)
    if not kind.is_root or not admin.has_change_permission(request):
        return actions
    if "delete_selected" in actions:
        _, name, label = actions["delete_selected"]
        actions[name] = (_delete, name, label)
    for name in _offered(admin, request):
        label = FORMS[name][0]
        actions[name] = (partial(_bulk, name), name, label)
    if kind.mergeable and may_merge(request.user):
        actions["merge"] = (_merge, "merge", "Merge two into one…")
    return actions


def _offered(admin: Any, request: HttpRequest) -> list[str]:
    name = kind_of(admin.model).name
    names = ["submit"]
    if may_publish(request.user, admin.model):
        names += ["publish", "withdraw"]
    if name in ARRANGED:
        names.append("add_to_topic")
    if admin.model is Event:
        names.append("set_significance")
    if name in CITED:
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
    plan: list[operations.Planned] = []
    try:
        if step and form.is_valid():
            if step == "apply":
                expected = _expected(request)
                reason = form.cleaned_data["reason"]
                outcomes = operations.apply(
                    admin.model, expected, form.action(), by=request.user, reason=reason
                )
                _report(admin, request, outcomes)
                return None
            plan = operations.preview(queryset, form.action(), by=request.user)
        elif not step and name in {"submit", "publish"}:
            plan = operations.preview(queryset, form_class.action(form), by=request.user)
        chosen = operations.choice(queryset)
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
    versions = {}
    for name in request.POST:
        pk, value = name.removeprefix("expected-"), str(request.POST[name])
        if pk != name and pk.isdecimal() and value.isdecimal():
            versions[int(pk)] = int(value)
    return versions


def _report(admin: Any, request: HttpRequest, outcomes: list[operations.Done]) -> None:
    succeeded = [row for row in outcomes if row.ok]
    if succeeded:
        noun = admin.opts.verbose_name if len(succeeded) == 1 else admin.opts.verbose_name_plural
        admin.message_user(request, f"Done for {len(succeeded)} {noun}.", messages.SUCCESS)
    for row in outcomes:
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
    if request.POST.get("step") == "apart":
        keep_apart(kept, merged, by=request.user)
        admin.message_user(
            request,
            f"“{kept}” and “{merged}” are left apart: the desk shows them as doubles no more.",
        )
        return HttpResponseRedirect(reverse("admin:index"))
    problems: list[str] = []
    rehearsed = None
    try:
        if request.POST.get("step") == "apply":
            result = merge(kept, merged, by=request.user, reason=request.POST.get("reason", ""))
            admin.message_user(
                request, f"“{result.merged_title}” is now part of “{result.kept_title}”."
            )
            return HttpResponseRedirect(reverse("admin:curation_merge_change", args=[result.pk]))
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
