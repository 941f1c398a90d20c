"""Who may do what, in Django's own permissions: the groups are in curation/migrations."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_permission_codename
from django.db import models

from records.models import Status

# What somebody who may not publish can give a record as its status.
UNPUBLISHED = (Status.DRAFT, Status.REVIEW)


def may_publish(user: Any, model: type[models.Model]) -> bool:
    """True for somebody who may publish and withdraw records of `model`.

    One permission for all kinds, declared by the desk (curation) and named here as text, and the
    right to change that kind at all.
    """
    change = get_permission_codename("change", model._meta)
    return bool(
        user.has_perm("curation.publish_records")
        and user.has_perm(f"{model._meta.app_label}.{change}")
    )
