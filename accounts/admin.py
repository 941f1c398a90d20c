"""Accounts in the admin: made, given a role and closed, by whoever stands at least as high."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from accounts import second_factor
from accounts.models import SecondFactorRule
from accounts.second_factor import FACTORS
from accounts.security_log import note
from accounts.standing import ROLES, give_role, is_above, role_of, roles_to_give
from curation.models import AccessToken

User: Any = get_user_model()

# What decides over an account, and what nobody changes of their own.
STANDING = ("is_active", "is_staff", "is_superuser", "groups", "role")

# What Django calls otherwise, in words for a teacher.
WORDS = {
    "is_active": ("Open", "Untick it to close the account. What it wrote stays under its name."),
    "is_staff": ("May open the desk", "Without it, a role counts for nothing."),
}


def other_superusers(account: Any) -> bool:
    """True where somebody else can look after everything. Waits for who changes superusers now."""
    superusers = User.objects.select_for_update().filter(
        is_superuser=True, is_active=True, is_staff=True
    )
    return any(each.pk != account.pk for each in superusers.order_by("pk"))


class RoleField(forms.ChoiceField):
    """The three roles, as far as the person at the form may give them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.RadioSelect,
            required=False,
            help_text="Contributors write drafts and suggest changes; editors also publish and "
            "decide; administrators also look after accounts.",
            **kwargs,
        )

    def offer(self, actor: Any) -> None:
        self.choices = [("", "No role"), *((role, role) for role in roles_to_give(actor))]


class StandingForm(forms.ModelForm):
    """A form for one account. `actor`, who fills it in, is set by the admin."""

    actor: Any

    def clean(self) -> Any:
        cleaned = super().clean()
        changed = [name for name in STANDING if name in self.fields and name in self.changed_data]
        if self.instance.pk == self.actor.pk:
            for name in changed:
                self.add_error(
                    name,
                    "Nobody changes this of their own account, so that nobody locks themself out. "
                    "Ask another administrator.",
                )
        elif self.instance.is_superuser and self.instance.is_active:
            stays = all(
                self.cleaned_data.get(name) for name in ("is_superuser", "is_active", "is_staff")
            )
            if not stays and not other_superusers(self.instance):
                self.add_error(
                    "is_superuser",
                    "This is the last superuser. Make another one first, for example with "
                    "“manage.py createsuperuser”.",
                )
        return cleaned


class AccountForm(StandingForm, UserChangeForm):
    """For everybody but superusers: one role, and neither flags nor permissions."""

    role = RoleField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "role" in self.fields:
            self.fields["role"].initial = role_of(self.instance)
            self.fields["role"].offer(self.actor)  # type: ignore[attr-defined]
        for name, (label, words) in WORDS.items():
            if name in self.fields:
                self.fields[name].label, self.fields[name].help_text = label, words


class SuperuserForm(StandingForm, UserChangeForm):
    """For superusers: everything that Django keeps of an account."""


class NewAccountForm(AdminUserCreationForm):
    """A name, a role and a password. Whoever has a role may open the desk."""

    actor: Any
    role = RoleField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].offer(self.actor)  # type: ignore[attr-defined]

    def save(self, commit: bool = True) -> Any:
        self.instance.is_staff = bool(self.cleaned_data["role"])
        return super().save(commit)


class RuleForm(forms.Form):
    """Of whom the site asks a second factor."""

    asked_of = forms.ChoiceField(label="Who has to have a second factor?", widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        box: Any = self.fields["asked_of"]
        box.choices = second_factor.choices()
        box.initial = second_factor.asked_of()


class RoleFilter(admin.SimpleListFilter):
    title = "role"
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("none", "No role"), *((role, role) for role in ROLES)]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() == "none":
            return queryset.exclude(groups__name__in=ROLES)
        return queryset.filter(groups__name=self.value()) if self.value() else queryset


class AccountAdmin(UserAdmin):
    """Only superusers see superusers, and nobody changes an account that may do more than they."""

    add_form = NewAccountForm
    add_fieldsets = (
        (None, {"fields": ("username", "role", "usable_password", "password1", "password2")}),
    )
    list_display = ("username", "name", "role", "is_active", "second_factor", "last_login")
    list_filter = (RoleFilter, "is_active", "is_staff")
    search_fields = ("username", "first_name", "last_name", "email")
    list_per_page = 50
    show_full_result_count = False
    # Accounts are closed one by one, with a look at each.
    actions = None
    readonly_fields = ("last_login", "date_joined")
    PLAIN = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("What the account may do", {"fields": ("is_active", "is_staff", "role")}),
        ("When", {"fields": ("last_login", "date_joined")}),
    )

    @admin.display(description="name", ordering="last_name")
    def name(self, account: Any) -> str:
        return str(account.get_full_name())

    @admin.display(description="role")
    def role(self, account: Any) -> str:
        return role_of(account)

    @admin.display(description="second factor", boolean=True)
    def second_factor(self, account: Any) -> bool:
        return bool(account.has_factor)

    # --- who sees and changes whom -------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> Any:
        factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=FACTORS)
        found = super().get_queryset(request).annotate(has_factor=Exists(factors))
        found = found.prefetch_related("groups")
        return found if request.user.is_superuser else found.filter(is_superuser=False)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (obj is None or not is_above(obj, request.user))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        if not allowed or obj is None:
            return allowed
        return obj.pk != request.user.pk and not is_above(obj, request.user)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None or request.user.is_superuser:
            return super().get_fieldsets(request, obj)
        return self.PLAIN

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is not None:
            kwargs["form"] = SuperuserForm if request.user.is_superuser else AccountForm
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        form.actor = request.user
        return form

    # --- what follows --------------------------------------------------------------------------

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        if "role" in form.changed_data:
            give_role(form.instance, form.cleaned_data["role"])

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        words = "account changed" if change else "account made"
        note(words, obj.pk, by=request.user.pk, fields=",".join(form.changed_data))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """An account takes its access tokens along, which nobody deletes by themselves."""
        shown, counts, lacking, protected = super().get_deleted_objects(objs, request)
        return shown, counts, lacking - {AccessToken._meta.verbose_name}, protected

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        if obj.is_superuser and not other_superusers(obj):
            raise PermissionDenied
        number = obj.pk
        super().delete_model(request, obj)
        note("account deleted", number, by=request.user.pk)

    # --- a telephone that was lost -------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.remove_factors_view)
        rule = self.admin_site.admin_view(self.rule_view)
        return [
            path("<int:pk>/second-factor/", view, name="auth_user_second_factor"),
            path("second-factor/", rule, name="auth_user_second_factor_rule"),
            *super().get_urls(),
        ]

    def rule_view(self, request: HttpRequest) -> HttpResponse:
        """Say of whom a second factor is asked. It holds from everybody’s next request on."""
        if not second_factor.may_ask(request.user):
            raise PermissionDenied
        form = RuleForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            asked_of = form.cleaned_data["asked_of"]
            SecondFactorRule.objects.update_or_create(defaults={"asked_of": asked_of})
            note("second factor asked", request.user.pk, of=asked_of)
            self.message_user(request, "Saved. It holds from everybody’s next page on.")
            return HttpResponseRedirect(reverse("admin:auth_user_changelist"))
        return TemplateResponse(
            request,
            "admin/auth/user/second_factor_rule.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": "Of whom a second factor is asked",
                "form": form,
            },
        )

    def remove_factors_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, then take away the second factors of an account and sign it out everywhere."""
        account = self.get_queryset(request).filter(pk=pk).first()
        if account is None:
            raise Http404
        if not self.has_change_permission(request, account):
            raise PermissionDenied
        if request.method == "POST":
            Authenticator.objects.filter(user=account).delete()
            for session in UserSession.objects.filter(user=account):
                session.end()
            note("second factor removed", account.pk, by=request.user.pk)
            text = f"{account} has no second factor now, and signs in with the password alone."
            self.message_user(request, text, messages.SUCCESS)
            return HttpResponseRedirect(reverse("admin:auth_user_change", args=[account.pk]))
        return TemplateResponse(
            request,
            "admin/auth/user/second_factor.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "original": account,
                "title": "Take the second factor away?",
                "account": account,
            },
        )


class RoleAdmin(GroupAdmin):
    """Groups hold permissions, so only superusers change them; others see which there are."""

    list_display = ("name",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("name", "permissions") if request.user.is_superuser else ("name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_active and request.user.is_superuser)


# Secrets of second factors and other people's sessions are nobody's to browse.
for config in apps.get_app_configs():
    if config.name.startswith("allauth"):
        for model in config.get_models():
            if admin.site.is_registered(model):
                admin.site.unregister(model)
for model, model_admin in ((User, AccountAdmin), (Group, RoleAdmin)):
    admin.site.unregister(model)
    admin.site.register(model, model_admin)
