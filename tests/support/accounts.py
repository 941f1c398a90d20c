"""People of a role, and the browsers they are signed in with."""

from __future__ import annotations

from django.contrib.auth.models import Group, User
from django.test import Client


def account(role: str, name: str = "") -> User:
    """Somebody of a role, under its name where no other is given."""
    user = User.objects.create_user(name or role.lower(), password="thaw", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    return user


def signed_in(role: str, name: str = "") -> Client:
    """The browser of somebody of a role."""
    client = Client()
    client.force_login(account(role, name))
    return client
