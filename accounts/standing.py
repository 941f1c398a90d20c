"""Who may change whose account: nobody one that is above their own.

A superuser may change every account. Everybody else sees no superuser at all, and changes only
accounts that may do nothing which they themselves may not: a password that one can set is an
account that one can use.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

# The roles that somebody who looks after accounts can give, from the least to the most. What each
# may do is in `dashboard.roles`.
ROLES = ("Contributor", "Editor", "Administrator")


def powers_of(user: Any) -> set[int]:
    """The ids of all permissions that an account holds, by groups or by itself.

    Closed accounts included, which could be opened again. Not for superusers, who hold none by row.
    """
    held = Permission.objects.filter(Q(group__user=user) | Q(user=user))
    return set(held.values_list("pk", flat=True))


def is_above(other: Any, actor: Any) -> bool:
    """True for an account that may do something which `actor` may not."""
    if actor.is_superuser:
        return False
    return bool(other.is_superuser) or not powers_of(other) <= powers_of(actor)


def roles_to_give(actor: Any) -> list[str]:
    """The names of the roles that `actor` may give: those that may do nothing beyond `actor`."""
    groups = {group.name: group for group in Group.objects.filter(name__in=ROLES)}
    known = [groups[name] for name in ROLES if name in groups]
    if actor.is_superuser:
        return [group.name for group in known]
    own = powers_of(actor)
    return [
        group.name for group in known if set(group.permissions.values_list("pk", flat=True)) <= own
    ]


def role_of(user: Any) -> str:
    """The highest role of an account; blank for none."""
    names = {group.name for group in user.groups.all()}
    return next((role for role in reversed(ROLES) if role in names), "")


def give_role(user: Any, role: str) -> None:
    """Give an account one role instead of those that it has. A school’s own groups stay."""
    others = user.groups.exclude(name__in=ROLES)
    user.groups.set([*others, *Group.objects.filter(name=role)])
