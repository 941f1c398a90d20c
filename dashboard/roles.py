"""The three roles, as groups with Django's own permissions.

Contributors write drafts and suggest changes; editors also publish, decide and delete;
administrators also look after accounts. `curation.permissions` says what a permission means for
what readers see.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.db import connections, models
from django.db.migrations.operations import CreateModel

from records.kinds import kinds

CONTRIBUTOR = (
    "curation.view_version",
    "curation.view_suggestion",
    "curation.add_suggestion",
    "curation.view_accesstoken",
    "curation.add_accesstoken",
)
EDITOR = (
    *CONTRIBUTOR,
    "records.view_pastslug",
    "curation.publish_records",
    "curation.restore_version",
    "curation.import_records",
    "curation.decide_suggestion",
    "curation.view_merge",
    "curation.merge_records",
    "curation.view_report",
    "curation.change_report",
)
ADMINISTRATOR = (
    *EDITOR,
    *(f"auth.{action}_user" for action in ("view", "add", "change", "delete")),
    "auth.view_group",
)
# By role: its own permissions, and the actions that it may do to records of every kind.
ROLES: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "Contributor": (CONTRIBUTOR, ("view", "add", "change")),
    "Editor": (EDITOR, ("view", "add", "change", "delete")),
    "Administrator": (ADMINISTRATOR, ("view", "add", "change", "delete")),
}


def permissions_for(models_: Iterable[type[models.Model]], actions: Iterable[str]) -> list[str]:
    """The names of the permissions to do `actions` with records of `models_`."""
    return [
        f"{model._meta.app_label}.{action}_{model._meta.model_name}"
        for model in models_
        for action in actions
    ]


def grant(database: str, role: str, names: Iterable[str]) -> None:
    """Give the group `role` the permissions named “app.codename”, and leave those that it has.

    Raises LookupError for a permission that does not exist: a role must never come out smaller
    than it reads.
    """
    group_model, permission_model = (apps.get_model("auth", n) for n in ("Group", "Permission"))
    permissions = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in permission_model.objects.using(database).select_related("content_type")
    }
    granted = list(names)
    if unknown := sorted(set(granted) - permissions.keys()):
        raise LookupError(f"The role {role} names unknown permissions: {', '.join(unknown)}")
    group, _ = group_model.objects.using(database).get_or_create(name=role)
    group.permissions.add(*(permissions[name] for name in granted))


def after_migrations(using: str, plan: Any = (), **kwargs: Any) -> None:
    """Receives `post_migrate` of this app: makes roles that are missing, whole.

    A role that is there keeps what an administrator gave it or took from it; it only gets the
    permissions of kinds of record whose table was made just now.
    """
    group_model: Any = apps.get_model("auth", "Group")
    if not {"auth_group", "auth_permission"} <= {*connections[using].introspection.table_names()}:
        return
    all_models = [kind.model for kind in kinds()]
    new_tables = {
        (migration.app_label, operation.name_lower)
        for migration, taken_back in plan or ()
        if not taken_back
        for operation in migration.operations
        if isinstance(operation, CreateModel)
    }
    new_models = [m for m in all_models if (m._meta.app_label, m._meta.model_name) in new_tables]
    existing = {*group_model.objects.using(using).values_list("name", flat=True)}
    if existing >= ROLES.keys() and not new_models:
        return
    # Django makes the permissions of an app after its migrations, and this app may come first.
    for label in {"auth", "records", "curation", *(m._meta.app_label for m in all_models)}:
        create_permissions(apps.get_app_config(label), verbosity=0, using=using)
    for role, (own_permissions, actions) in ROLES.items():
        if role in existing:
            grant(using, role, permissions_for(new_models, actions))
        else:
            grant(using, role, [*own_permissions, *permissions_for(all_models, actions)])
