"""Who may do what, in Django's own permissions: the groups are in curation/migrations."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_permission_codename
from django.db import models

from records.models import Status

# What somebody who may not publish can give a record as its status.
UNPUBLISHED = (Status.DRAFT, Status.REVIEW)


def may_publish(user: Any, model: type[models.Model]) -> bool:
    """True for somebody who may publish, withdraw and delete records of `model`.

    It is Django's permission to delete: both take a page away from readers or give it to them, and
    no role has the one without the other.
    """
    codename = get_permission_codename("delete", model._meta)
    return bool(user.has_perm(f"{model._meta.app_label}.{codename}"))
