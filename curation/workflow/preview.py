"""A page as it will be once it is published, for those who may know of it before.

The public page is rendered by the very view that readers will meet, while the record counts
as published for this one rendering. So no preview can differ from the page, and a preview reads
only: it writes nothing, opens no transaction and waits for nobody's lock.
"""

from __future__ import annotations

import copy
import logging
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urldefrag

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import resolve, reverse
from django.views.decorators.http import require_safe

from curation.permissions import may
from curation.revisions.snapshot import KINDS
from records.as_published import shown_as_published
from records.kinds import kind_of
from records.models import Status
from records.pages import absolute

logger = logging.getLogger(__name__)

_KINDS = {model._meta.model_name: model for model in KINDS.values()}
# Asking “only if it changed” about a page that is never kept makes no sense.
_CONDITIONAL = ("HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE")


def preview_url(record: Any) -> str:
    """The address at which signed-in staff see `record` as its page will be."""
    return reverse("curation:preview", args=[record._meta.model_name, record.pk])


def signed_preview_url(request: HttpRequest, record: Any) -> str:
    """A full address that shows the preview to anybody who has it, for PREVIEW_DAYS days.

    It stays good when the record is changed, and leads to the public page once there is one.
    """
    token = _signer().sign(f"{record._meta.model_name}:{record.pk}")
    return absolute(request, reverse("curation:signed-preview", args=[token]))


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt="curation.workflow.preview")


@require_safe
def preview(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """The preview for signed-in staff who may view that kind of record."""
    model = _KINDS.get(kind)
    if model is None:
        raise Http404
    if not request.user.is_authenticated:
        return _private(redirect_to_login(request.get_full_path(), reverse("admin:login")))
    if not (request.user.is_staff and may(request.user, "view", model)):
        return _notice(
            request,
            403,
            "You may not see this preview",
            "Your account has no permission to see records of this kind before they are published. "
            "Ask an administrator for it, or a colleague for a preview link.",
        )
    record = model._default_manager.filter(pk=pk).first()
    if record is None:
        raise Http404
    return _shown(request, record)


@require_safe
def signed_preview(request: HttpRequest, token: str) -> HttpResponse:
    """The preview for somebody who was sent a link, without an account."""
    days = settings.PREVIEW_DAYS
    try:
        kind, _, pk = _signer().unsign(token, max_age=timedelta(days=days)).partition(":")
    except signing.SignatureExpired:
        logger.warning("A preview link was refused: it has expired.")
        return _notice(
            request,
            410,
            "This preview link has expired",
            f"Preview links last {days} {'day' if days == 1 else 'days'}. Ask whoever sent it to "
            "you for a new one.",
        )
    except signing.BadSignature:
        logger.warning("A preview link was refused: it was altered or is not complete.")
        return _notice(
            request,
            404,
            "This preview link does not work",
            "Its address is not complete, or was altered. Open it again from the message in which "
            "it was sent, or ask for a new one.",
        )
    record: Any = _KINDS[kind]._default_manager.filter(pk=pk).first()
    if record is None:
        return _notice(
            request,
            410,
            "There is nothing to preview any more",
            "The record that this link was made for has been deleted.",
        )
    if record.status == Status.WITHDRAWN:
        # Its public address says why.
        return _private(HttpResponseRedirect(record.get_absolute_url()))
    return _shown(request, record)


def _shown(request: HttpRequest, record: Any) -> HttpResponse:
    """The preview of a record, or the way to its page if it has one."""
    model: Any = type(record)
    if model.objects.published().filter(pk=record.pk).exists():
        return _private(HttpResponseRedirect(record.get_absolute_url()))
    response = _as_published(request, record)
    banner = render_to_string(
        "curation/_preview_banner.html",
        {
            "status": Status(record.status).label,
            "figure": urldefrag(record.get_absolute_url()).fragment,
        },
    )
    # After rendering, so that the page itself is what readers will get, to the letter.
    response.content = re.sub(
        rb"<body[^>]*>", lambda body: body[0] + banner.strip().encode(), response.content, count=1
    )
    return _private(response)


def _as_published(request: HttpRequest, record: Any) -> Any:
    """The record's public page, fully rendered, as if it were published now."""
    # With what its page cannot be seen without.
    needed = [getattr(record, name) for name in kind_of(record).needs]
    address = record.get_absolute_url().partition("#")[0]
    match = resolve(address)
    # The class itself, past anything that was put around it to keep its answers.
    view: Any = match.func
    with shown_as_published(record, *needed):
        response = view.view_class.as_view(**view.view_initkwargs)(
            _as_reader(request, address, match), *match.args, **match.kwargs
        )
        if hasattr(response, "render"):
            response.render()
    return response


def _as_reader(request: HttpRequest, address: str, match: Any) -> HttpRequest:
    """The request that a reader without an account would send for `address`."""
    reader = copy.copy(request)
    reader.method = "GET"
    reader.path = reader.path_info = address
    reader.resolver_match = match
    reader.META = {
        name: value for name, value in request.META.items() if name not in _CONDITIONAL
    } | {"PATH_INFO": address}
    reader.__dict__.pop("headers", None)
    reader.user = AnonymousUser()
    return reader


def _notice(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    context = {"page_title": title, "text": text, "noindex": True}
    return _private(render(request, "curation/notice.html", context, status=status))


def _private(response: Any) -> Any:
    """Keep an answer out of caches and search engines, and its address out of other sites' logs."""
    response["Cache-Control"] = "no-store, private"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
