"""Accounts to try every role with, on a developer's own machine only."""

from __future__ import annotations

import os
import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

ACCOUNTS = {"contributor": "Contributor", "editor": "Editor", "administrator": "Administrator"}


class Command(BaseCommand):
    help = (
        "Makes the accounts contributor, editor and administrator (only with DEBUG=1). Their "
        "password is THAW_DEMO_PASSWORD, or one made up and printed once. Accounts that exist "
        "are left as they are."
    )

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("Demo accounts are made with DEBUG=1 only, never on a public site.")
        User = get_user_model()
        existing = set(
            User.objects.filter(username__in=ACCOUNTS).values_list("username", flat=True)
        )
        missing = {name: role for name, role in ACCOUNTS.items() if name not in existing}
        if not missing:
            self.stdout.write("The demo accounts exist already and were left as they are.")
            return
        chosen = os.environ.get("THAW_DEMO_PASSWORD", "")
        password = chosen or secrets.token_urlsafe(9)
        for name, role in missing.items():
            user = User.objects.create_user(
                username=name,
                email=f"{name}@school.example",
                password=password,
                is_staff=True,
                is_superuser=name == "administrator",
            )
            user.groups.add(Group.objects.get(name=role))
        self.stdout.write(f"Made the demo accounts {', '.join(missing)}.")
        if chosen:
            self.stdout.write("Their password is the one in THAW_DEMO_PASSWORD.")
        else:
            self.stdout.write(f"Their password, shown this once: {password}")
