"""What django-allauth is told: who may sign in, from where, how often, and where it leads then."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts import tries
from accounts.security_log import account_called, note
from accounts.tries import network_mark
from records.rate_counter import network


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; everybody signs in by name and password."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": "This name and this password do not belong together. "
        "Capitals count in the password.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again: nothing is "
        "lost, and your account is not closed.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str) -> bool:
        """Only this very host: others that the site answers for may be somebody else’s."""
        request = self.request
        return url_has_allowed_host_and_scheme(
            url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
        )

    def get_client_ip(self, request: HttpRequest) -> str:
        """The network that a session is listed with: for IPv6 the first address of its /64."""
        return network(request).partition("/")[0]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("mfa_index")

    # --- tries ---------------------------------------------------------------------------------

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        self._name = str(credentials.get("username") or "")
        allowed, first = tries.begin(request, self._name)
        if first:
            # Once: a thousand refusals would be a thousand lines.
            mark = network_mark(request)
            note("too many tries", account_called(self._name), network=mark)
        if not allowed:
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        tries.take_back(self.request, self._name)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        tries.remember_browser(request, response, user.get_username())
        return response

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Whoever only signs in through the school has no password to ask for again."""
        if not self.get_reauthentication_methods(self.request.user):
            return False
        return bool(super().is_reauthentication_required(app=app))


class FactorAdapter(DefaultMFAAdapter):
    def get_totp_label(self, user: Any) -> str:
        """What the app on the telephone shows: the name to sign in with, not an e-mail address."""
        return str(user.get_username())

    def _get_user_identifier(self, user: Any) -> str:
        return str(user.get_username())


class SchoolAdapter(DefaultSocialAccountAdapter):
    """Signing in through the school’s OpenID Connect: for accounts that exist, never a new one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Join a school account to the account with the same e-mail address, where OIDC_MATCH asks.

        Only an address that the school says it has checked, that exactly one account has, and no
        superuser’s: who runs the school’s accounts does not run this site. A superuser joins by
        hand, signed in.
        """
        if request.user.is_authenticated or sociallogin.is_existing or not settings.OIDC_MATCH:
            return
        checked = [each.email for each in sociallogin.email_addresses if each.verified]
        if not checked:
            return
        found = list(get_user_model().objects.filter(email__iexact=checked[0], is_active=True)[:2])
        if len(found) == 1 and not found[0].is_superuser:
            sociallogin.connect(request, found[0])
            note("school account joined", found[0].pk)

    def on_authentication_error(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        note("school sign-in failed", None, network=network_mark(request))
