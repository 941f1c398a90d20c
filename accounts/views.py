"""Pages of one’s own account that django-allauth lacks, or answers otherwise than Thaw does."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView, PasswordChangeView
from allauth.socialaccount.views import connections
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from accounts.security_log import note
from accounts.tries import WINDOW


class SignInView(LoginView):
    """The one door: whoever signs in anywhere comes through here."""

    def form_invalid(self, form: Any) -> HttpResponse:
        if not form.has_error("__all__", "too_many_login_attempts"):
            return super().form_invalid(form)
        # Neither a form nor what stands around a page: whoever guesses asks for it all the time.
        response: HttpResponse = render(self.request, "accounts/too_many_tries.html", status=429)
        response["Retry-After"] = str(WINDOW)
        # The log has its one line already; Django would write one for each answer.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response


class PasswordView(PasswordChangeView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and not request.user.has_usable_password():
            messages.info(request, "You sign in through your school, and have no password here.")
            return redirect("mfa_index")
        return super().dispatch(request, *args, **kwargs)


class SessionsView(ListUserSessionsView):
    """One’s own sessions. Its one button ends all but the one that it is pressed in."""

    def form_valid(self, form: Any) -> HttpResponse:
        account: Any = self.request.user
        before = len(UserSession.objects.purge_and_list(account))
        response: HttpResponse = super().form_valid(form)
        ended = before - UserSession.objects.filter(user=account).count()
        note("other sessions ended", account.pk, sessions=ended)
        return response


@login_required
@require_POST
def end_session(request: HttpRequest, pk: int) -> HttpResponse:
    """End one of one’s own sessions: the telephone that was lost, the school’s computer."""
    session = get_object_or_404(UserSession, pk=pk, user=request.user.pk)
    session.end()
    note("session ended", request.user.pk)
    messages.success(request, "That browser is signed out.")
    return redirect("usersessions_list")


def form_not_accepted(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The answer to a form of another session than the present one, for `CSRF_FAILURE_VIEW`.

    That is nearly always the form of somebody who signed out or in again, in another window, since
    they opened it. In: why Django refuses it, which is written to the log and helps nobody here.
    """
    is_desk = request.path.startswith("/admin/")
    context = {"page_title": "This form was not accepted", "noindex": True, "is_desk": is_desk}
    return render(request, "accounts/form_not_accepted.html", context, status=403)


def school_account(request: HttpRequest) -> HttpResponseBase:
    """Join a school account to one’s own, and part them; 404 where no school’s server is named."""
    if not settings.SOCIALACCOUNT_PROVIDERS:
        raise Http404
    answer: HttpResponseBase = connections(request)
    return answer
