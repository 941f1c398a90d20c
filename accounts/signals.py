"""What follows when an account changes, whatever changed it: its access tokens are looked at."""

from __future__ import annotations

import time
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import m2m_changed, post_save

from accounts.middleware import TOUCHED
from accounts.security_log import note
from curation.write_api.tokens import end_if_changed

# Fields that a token does not stand on, and that are saved by themselves.
ASIDE = {"last_login"}


def _saved(
    sender: Any, instance: Any, created: bool, update_fields: Any = None, **kwargs: Any
) -> None:
    if kwargs.get("raw") or created or (update_fields and set(update_fields) <= ASIDE):
        return
    # Only `set_password` leaves the new one there until the account is saved.
    if instance._password is not None:
        note("password set", instance.pk)
    end_if_changed(instance)


def _groups_changed(
    sender: Any, instance: Any, action: str, reverse: bool, pk_set: Any, **kwargs: Any
) -> None:
    # A group that is emptied at once (`post_clear` from its side) names nobody: its tokens end when
    # they are used.
    if action not in {"post_add", "post_remove", "post_clear"} or pk_set == set():
        return
    users = get_user_model().objects.filter(pk__in=pk_set or ()) if reverse else [instance]
    for user in users:
        end_if_changed(user)


def _touch(sender: Any, request: Any, user: Any, **kwargs: Any) -> None:
    request.session[TOUCHED] = int(time.time())


def _forget_session(sender: Any, request: Any, **kwargs: Any) -> None:
    """What the list of sessions keeps of a browser, such as its address, goes with the session."""
    UserSession.objects.filter(session_key=request.session.session_key or "").delete()


def connect() -> None:
    """Begin to listen; once is enough, and twice does no harm."""
    user_model: Any = get_user_model()
    post_save.connect(_saved, user_model, dispatch_uid="accounts.saved")
    m2m_changed.connect(
        _groups_changed, user_model.groups.through, dispatch_uid="accounts.groups_changed"
    )
    user_logged_in.connect(_touch, dispatch_uid="accounts.touch")
    user_logged_out.connect(_forget_session, dispatch_uid="accounts.forget_session")
