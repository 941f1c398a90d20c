"""Access tokens in the admin: made by their owner, shown once, revoked at any time."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from curation.models import AccessToken
from curation.permissions import PUBLISH
from curation.write_api.tokens import LONGEST, USUAL, make, revoke
from records.admin.changelist import QuickListAdmin

if TYPE_CHECKING:
    Form = forms.ModelForm[AccessToken]
else:
    Form = forms.ModelForm

# Whoever looks after accounts sees every token but a superuser’s, to end it: never to make one for
# somebody else.
SEES_ALL = "auth.change_user"


class TokenForm(Form):
    last_day = forms.DateField(
        label="Last day",
        widget=admin.widgets.AdminDateWidget,
        help_text=f"It works until the end of this day, at most {LONGEST.days} days from now.",
    )

    class Meta:
        model = AccessToken
        fields = ("name", "scope")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["last_day"].initial = timezone.localdate() + USUAL

    def clean_name(self) -> str:
        if not (name := self.cleaned_data["name"].strip()):
            raise forms.ValidationError("Say what it is for, for example “Timetable app”.")
        return str(name)

    def clean_last_day(self) -> Any:
        day, today = self.cleaned_data["last_day"], timezone.localdate()
        if day < today:
            raise forms.ValidationError(
                f"That day has passed. Give a later one, for example {today + USUAL:%Y-%m-%d}."
            )
        if day > today + LONGEST:
            raise forms.ValidationError(
                f"A token works for a year at most: until {today + LONGEST:%Y-%m-%d} if it is made "
                "today. Make a new one then."
            )
        return day


class AccessTokenAdmin(QuickListAdmin):
    """One’s own tokens. A token that ended stays in the list, to say that there was one."""

    form = TokenForm
    list_select_related = ("owner",)
    search_fields = ("name", "hint", "owner__username")
    actions = ("revoke_chosen",)

    @admin.display(description="state")
    def state(self, token: AccessToken) -> str:
        if token.revoked_at:
            return f"Revoked: {token.get_revoked_because_display()}"
        return "In use" if token.holds() else "Expired"

    def get_list_display(self, request: HttpRequest) -> Any:
        owner = ("owner",) if request.user.has_perm(SEES_ALL) else ()
        return ("name", "hint", *owner, "scope", "expires_at", "last_used_at", "state")

    # --- who may what --------------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> Any:
        tokens = super().get_queryset(request)
        own = Q(owner=request.user.pk)
        if request.user.is_superuser:
            return tokens
        if request.user.has_perm(SEES_ALL):
            return tokens.filter(own | Q(owner__is_superuser=False))
        return tokens.filter(own)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_revoke_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """True for the owner, and for those who look after accounts. The list holds no others."""
        return self.has_view_permission(request, obj)

    # --- making --------------------------------------------------------------------------------

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        # Each is shown on a page of its own after saving, so that there is one way to save.
        extra = {"show_save_and_add_another": False, "show_save_and_continue": False}
        return super().add_view(request, form_url, {**(extra_context or {}), **extra})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return ("name", "scope", "last_day")
        return (
            "name", "hint", "owner", "scope", "made_at", "expires_at", "last_used_at", "revoked_at",
            "revoked_because",
        )  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.get_fields(request, obj) if obj is not None else ()

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "scope" and not request.user.has_perm(PUBLISH):
            scopes = AccessToken.Scope
            kwargs["choices"] = [(s.value, s.label) for s in scopes if s != scopes.PUBLISH]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        ends = datetime.combine(form.cleaned_data["last_day"], time.max)
        token, secret = make(
            request.user,
            form.cleaned_data["name"],
            form.cleaned_data["scope"],
            timezone.make_aware(ends),
        )
        obj.pk = token.pk
        obj.refresh_from_db()
        request._secret = secret  # type: ignore[attr-defined]

    @method_decorator(never_cache)
    def response_add(self, request: HttpRequest, obj: Any, *args: Any, **kwargs: Any) -> Any:
        # Shown by this very answer: a redirect would have to keep the token somewhere on its way.
        return TemplateResponse(
            request,
            "admin/curation/token_made.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "title": f"The token for “{obj.name}”",
                "token": obj,
                "secret": request._secret,  # type: ignore[attr-defined]
            },
        )

    # --- revoking ------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.revoke_view)
        address = path("<int:pk>/revoke/", view, name="curation_accesstoken_revoke")
        return [address, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        token = self.get_object(request, object_id)
        extra = {**(extra_context or {}), "title": str(token) if token else None}
        if token is not None and token.holds():
            extra["revoke_url"] = reverse("admin:curation_accesstoken_revoke", args=[token.pk])
        return super().change_view(request, object_id, form_url, extra)

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, then end the token."""
        token = self.get_queryset(request).filter(pk=pk).first()
        if not self.has_view_permission(request):
            raise PermissionDenied
        if token is None:
            raise Http404
        if request.method == "POST":
            revoke(token)
            self.message_user(request, f"{token} is revoked: nothing can use it any more.")
            return HttpResponseRedirect(reverse("admin:curation_accesstoken_changelist"))
        return TemplateResponse(
            request,
            "admin/curation/token_revoke.html",
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "original": token,
                "title": "Revoke it?",
                "token": token,
            },
        )

    @admin.action(description="Revoke the chosen tokens", permissions=["revoke"])
    def revoke_chosen(self, request: HttpRequest, queryset: Any) -> None:
        tokens = [token for token in queryset if token.revoked_at is None]
        for token in tokens:
            revoke(token)
        self.message_user(
            request,
            f"Revoked: {', '.join(map(str, tokens))}." if tokens else "They were revoked already.",
            messages.SUCCESS,
        )
