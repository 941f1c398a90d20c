"""Access tokens: made once, kept as a digest, and what a request with one may do."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from curation.models import AccessToken

# Programs that look for lost secrets know a token by how it begins.
PREFIX = "thaw_"
LONGEST = timedelta(days=366)
USUAL = timedelta(days=90)
# “Last used” is for people: exact to a minute, it costs a minute’s first request one write.
EXACT = timedelta(minutes=1)


def digest_of(secret: str) -> str:
    """What is kept of a token: its SHA-256 in hexadecimal."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def make(
    owner: Any, name: str, scope: str, expires_at: datetime | None = None
) -> tuple[AccessToken, str]:
    """Make a token. Out: its row, and the token itself, which nobody can be told again."""
    secret = f"{PREFIX}{secrets.token_urlsafe(32)}"
    token = AccessToken.objects.create(
        owner=owner,
        name=name,
        scope=scope,
        digest=digest_of(secret),
        hint=secret[-4:],
        expires_at=expires_at or timezone.now() + USUAL,
    )
    return token, secret


def revoke(token: AccessToken) -> None:
    """End a token now; the row stays, to say that there was one."""
    AccessToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now())
    token.refresh_from_db(fields=["revoked_at"])


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
        found = AccessToken.objects.select_related("owner")
        token = found.filter(digest=digest_of(secret.strip())).first()
        if token is None:
            raise AuthenticationFailed("There is no such access token. Was all of it copied?")
        if token.revoked_at is not None:
            raise AuthenticationFailed("This access token was revoked. Make a new one.")
        if not token.holds():
            day = timezone.localtime(token.expires_at)
            raise AuthenticationFailed(
                f"This access token expired on {day:%d %B %Y}. Make a new one."
            )
        if not token.owner.is_active:
            raise AuthenticationFailed("The account of this access token is closed.")
        _used(token)
        return token.owner, token

    def authenticate_header(self, request: Request) -> str:
        """The challenge of a 401 (RFC 6750, section 3)."""
        if "HTTP_AUTHORIZATION" in request.META:
            return 'Bearer realm="Thaw", error="invalid_token"'
        return 'Bearer realm="Thaw"'


def _used(token: AccessToken) -> None:
    now = timezone.now()
    old = Q(last_used_at=None) | Q(last_used_at__lt=now - EXACT)
    if token.last_used_at is None or token.last_used_at < now - EXACT:
        AccessToken.objects.filter(old, pk=token.pk).update(last_used_at=now)
