"""One line on the logger `thaw.security` for whatever concerns the safety of an account.

A line names accounts by number and networks by a mark, so that lines which belong together can be
found, and holds no name, no address and no secret. Access tokens log their own lines
(`curation.write_api.tokens`).
"""

from __future__ import annotations

import logging
from typing import Any

from allauth.mfa import signals as mfa_signals
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.utils.text import slugify

from accounts.tries import network_mark

security = logging.getLogger("thaw.security")


def note(what: str, account: Any, **more: Any) -> None:
    """Write one line. In: what happened, the number of the account (None: no such), other facts."""
    facts = {"account": "none" if account is None else account, **more}
    words = " ".join(f"{name}=%s" for name in facts)
    security.info(f"{what}: {words}", *facts.values(), extra={"event": slugify(what)})


def account_called(name: str) -> int | None:
    """The number of the account with this name; None where there is none."""
    found = get_user_model().objects.filter(username__iexact=name[:150])
    return found.values_list("pk", flat=True).first()


def _signed_in(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    note("signed in", user.pk, network=network_mark(request))


def _signed_out(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    if user is not None:
        note("signed out", user.pk)


def _failed(sender: Any, credentials: dict[str, Any], request: Any = None, **kwargs: Any) -> None:
    account = account_called(str(credentials.get("username") or ""))
    note("wrong password", account, network=network_mark(request))


def _factor(what: str) -> Any:
    def noted(sender: Any, request: Any, user: Any, authenticator: Any, **kwargs: Any) -> None:
        note(f"second factor {what}", user.pk, type=authenticator.type)

    return noted


# Kept here, since a signal only keeps weak references to its receivers.
_RECEIVERS = [
    (user_logged_in, _signed_in),
    (user_logged_out, _signed_out),
    (user_login_failed, _failed),
    (mfa_signals.authenticator_added, _factor("added")),
    (mfa_signals.authenticator_removed, _factor("removed")),
    (mfa_signals.authenticator_reset, _factor("renewed")),
    (mfa_signals.authentication_failed, _factor("refused")),
]


def connect() -> None:
    """Begin to listen; once is enough, and twice does no harm."""
    for number, (signal, receiver) in enumerate(_RECEIVERS):
        signal.connect(receiver, dispatch_uid=f"accounts.security_log.{number}")
