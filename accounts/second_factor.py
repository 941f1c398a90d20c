"""The second factor: of whom it is asked, and what stays closed to them until they have one."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings

from accounts.models import SecondFactorRule
from curation.permissions import PUBLISH

# Recovery codes are a way back, no factor of their own.
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
# Whoever changes accounts can make one that publishes.
ACCOUNTS = "auth.change_user"


# From the least to the most.
_STEPS = SecondFactorRule.Asked.values


def choices() -> list[tuple[str, str]]:
    """What somebody who looks after accounts can choose: nothing below SECOND_FACTOR."""
    return SecondFactorRule.Asked.choices[_STEPS.index(settings.SECOND_FACTOR) :]


def asked_of() -> str:
    """Of whom a second factor is asked: by the setting, or by the row where that asks for more."""
    floor = str(settings.SECOND_FACTOR)
    if floor == _STEPS[-1]:
        return floor
    # Asked of the database each time, so that it holds from the next request on.
    chosen = SecondFactorRule.objects.values_list("asked_of", flat=True).first()
    return max(floor, chosen or floor, key=_STEPS.index)


def is_required(user: Any) -> bool:
    """True for an account that has to have a second factor."""
    asked = asked_of()
    if asked == SecondFactorRule.Asked.STAFF:
        return bool(user.is_staff)
    if asked == SecondFactorRule.Asked.PUBLISHERS:
        return may_ask(user) or bool(user.has_perm(PUBLISH))
    return False


def may_ask(user: Any) -> bool:
    """True for somebody who may say of whom a second factor is asked."""
    return bool(user.has_perm(ACCOUNTS))


def has_one(user: Any) -> bool:
    """True for an account with an authenticator app or a passkey."""
    return Authenticator.objects.filter(user=user.pk, type__in=FACTORS).exists()


def is_missing(user: Any) -> bool:
    """True for an account that has to set up a second factor before it may go on."""
    return is_required(user) and not has_one(user)


def objection_to_tokens(owner: Any) -> str:
    """Why no access token of this account is accepted for now; blank where it may be used."""
    if is_missing(owner):
        return "The owner of this access token has to set up a second factor first."
    return ""
