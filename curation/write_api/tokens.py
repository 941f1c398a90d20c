"""Access tokens: made once, kept as a digest, and what a request with one may do.

A token stands on what its owner was when it was made: an account in use, that may open the desk,
with that role and that password. When one of these changes, it is revoked. `end_if_changed` does so
at the change; a request with the token asks again, since bulk changes and scripts send no signal.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from curation.models import AccessToken

security = logging.getLogger("thaw.security")

Revoked = AccessToken.Revoked

# Questions of apps above this one. In: the owner of a token. Out: why no token of theirs is
# accepted for now, in words for the program; blank where nothing is against it.
objections: list[Callable[[Any], str]] = []

# Programs that look for lost secrets know a token by how it begins.
PREFIX = "thaw_"
LONGEST = timedelta(days=366)
USUAL = timedelta(days=90)
# “Last used” is for people: exact to a minute, it costs a minute’s first request one write.
EXACT = timedelta(minutes=1)


def digest_of(secret: str) -> str:
    """The digest that is kept instead of a token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def marks_of(owner: Any) -> dict[str, str]:
    """What a token keeps of its owner: digests of the password as it is kept, and of the role.

    The role is the groups and whether the owner is a superuser. A password whose hash was renewed
    counts as another one, as it does for Django’s sessions.
    """
    groups = ",".join(map(str, sorted(group.pk for group in owner.groups.all())))
    return {
        "made_under_password": digest_of(owner.password),
        "made_under_role": digest_of(f"{groups};{bool(owner.is_superuser)}"),
    }


def make(
    owner: Any, name: str, scope: str, expires_at: datetime | None = None
) -> tuple[AccessToken, str]:
    """Make a token. Out: its row, and the token itself, which cannot be shown again."""
    secret = f"{PREFIX}{secrets.token_urlsafe(32)}"
    token = AccessToken.objects.create(
        owner=owner,
        name=name,
        scope=scope,
        digest=digest_of(secret),
        hint=secret[-4:],
        expires_at=expires_at or timezone.now() + USUAL,
        **marks_of(owner),
    )
    security.info(
        "access token made: account=%s token=%s scope=%s",
        owner.pk,
        token.pk,
        scope,
        extra={"event": "token-made"},
    )
    return token, secret


def revoke(token: AccessToken, because: str = Revoked.BY_HAND) -> None:
    """End a token now; the row stays, to say that there was one, and why it ended."""
    ended = AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(
        revoked_at=timezone.now(), revoked_because=because
    )
    token.refresh_from_db(fields=["revoked_at", "revoked_because"])
    if ended:
        security.info(
            "access token revoked: account=%s token=%s because=%s",
            token.owner_id,
            token.pk,
            because,
            extra={"event": "token-ended"},
        )


def why_ended(token: AccessToken) -> str:
    """Why its owner’s token ends (a value of `AccessToken.Revoked`); blank where it goes on."""
    owner = token.owner
    if not owner.is_active:
        return Revoked.CLOSED
    if not owner.is_staff:
        return Revoked.STAFF
    marks = marks_of(owner)
    if token.made_under_role != marks["made_under_role"]:
        return Revoked.ROLE
    if token.made_under_password != marks["made_under_password"]:
        return Revoked.PASSWORD
    return ""


def end_if_changed(owner: Any) -> None:
    """Revoke the tokens of an account that is not any more what it was when they were made."""
    for token in AccessToken.objects.filter(owner=owner.pk, revoked_at=None):
        token.owner = owner
        if because := why_ended(token):
            revoke(token, because)


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer thaw_…` (RFC 6750, section 2.1). No cookie counts."""

    def authenticate(self, request: Request) -> tuple[Any, AccessToken] | None:
        header = request.META.get("HTTP_AUTHORIZATION")
        if header is None:
            return None
        kind, _, secret = header.strip().partition(" ")
        if kind.lower() != "bearer" or not secret.strip():
            raise AuthenticationFailed(
                "Send the token as “Authorization: Bearer thaw_…”, or leave the header out to read "
                "what is public."
            )
        tokens = AccessToken.objects.select_related("owner")
        token = tokens.filter(digest=digest_of(secret.strip())).first()
        if token is None:
            security.warning("token-unknown", extra={"event": "token-unknown"})
            raise AuthenticationFailed("There is no such access token. Was all of it copied?")
        if token.revoked_at is None and (because := why_ended(token)):
            revoke(token, because)
        if token.revoked_at is not None:
            _refused("token-revoked", token)
            raise AuthenticationFailed(
                f"This access token was revoked: {token.get_revoked_because_display()}. "
                "Make a new one."
            )
        if not token.holds():
            _refused("token-expired", token)
            day = timezone.localtime(token.expires_at)
            raise AuthenticationFailed(
                f"This access token expired on {day:%d %B %Y}. Make a new one."
            )
        if against := next(filter(None, (ask(token.owner) for ask in objections)), ""):
            _refused("token-objected", token)
            raise AuthenticationFailed(against)
        _used(token)
        return token.owner, token

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401 (RFC 6750, section 3)."""
        if "HTTP_AUTHORIZATION" in request.META:
            return 'Bearer realm="Thaw", error="invalid_token"'
        return 'Bearer realm="Thaw"'


def _refused(event: str, token: AccessToken) -> None:
    """Log that a token that was good once was used. It is named by its number alone."""
    facts = {"event": event, "token": token.pk, "account": token.owner_id}
    security.warning(event, extra=facts)


def _used(token: AccessToken) -> None:
    now = timezone.now()
    old = Q(last_used_at=None) | Q(last_used_at__lt=now - EXACT)
    if token.last_used_at is None or token.last_used_at < now - EXACT:
        AccessToken.objects.filter(old, pk=token.pk).update(last_used_at=now)
