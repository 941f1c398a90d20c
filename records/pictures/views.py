"""The files of pictures, for those who may see a record that shows them."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import get_permission_codename
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from records.pictures.making import TYPE
from records.pictures.models import signer, with_picture
from records.pictures.store import picture_of_file, read

# A picture that is withdrawn goes from the caches of readers within this time.
SECONDS = 3600
# Opened by itself, the file can run nothing, load nothing and be framed nowhere.
_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"


@require_safe
def picture(request: HttpRequest, file: str) -> HttpResponse:
    """One file of a picture.

    Readers see it while a published record shows it; staff who may view a record that names it, and
    whoever has the preview of one, see it before. To all others it is not there.
    """
    name = picture_of_file(file)
    is_public = bool(name) and _is_public(name)
    if not name or not (is_public or _may_see(request, name)):
        return _missing()
    try:
        content = read(file)
    except FileNotFoundError:
        return _missing()
    response = HttpResponse(content, content_type=TYPE)
    response["Content-Disposition"] = "inline"
    response["Content-Security-Policy"] = _POLICY
    response["X-Content-Type-Options"] = "nosniff"
    # Apps on other sites show it, as the API says they may.
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["ETag"] = f'"{file.removesuffix(".jpg")}"'
    response["Cache-Control"] = f"public, max-age={SECONDS}" if is_public else "private, no-store"
    # It is packed as tightly as it gets: whatever compresses answers would only lose time on it.
    request.META["HTTP_ACCEPT_ENCODING"] = ""
    answer = get_conditional_response(request, response["ETag"], None, response)
    return answer if isinstance(answer, HttpResponse) else response


def _is_public(name: str) -> bool:
    return any(rows.published().exists() for rows in with_picture(name))


def _may_see(request: HttpRequest, name: str) -> bool:
    if key := request.GET.get("key"):
        try:
            return bool(signer().unsign(key, timedelta(days=settings.PREVIEW_DAYS)) == name)
        except signing.BadSignature:
            return False
    user = request.user
    if not (user.is_authenticated and user.is_staff):
        return False
    # Also what no record names any more: versions do.
    return any(
        user.has_perm(
            f"{rows.model._meta.app_label}.{get_permission_codename('view', rows.model._meta)}"
        )
        for rows in with_picture(name)
    )


def _missing() -> HttpResponse:
    response = HttpResponse("There is no such picture.\n", "text/plain; charset=utf-8", 404)
    response["Cache-Control"] = "no-store"
    return response
