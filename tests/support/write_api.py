"""A program that works at the desk of the API, for the tests."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group, User
from django.test import Client
from django.utils import timezone

from curation.write_api.tokens import make
from tests.api.test_errors import problem
from tests.factories import EventFactory

SPEECH = {
    "slug": "secret-speech",
    "title": "The Secret Speech",
    "span": "25 February 1956",
    "summary": "In closed session.",
    "significance": 3,
}


def speech(**changed: Any) -> Any:
    return EventFactory(slug="secret-speech", **changed)


def places(response: Any, status: int = 422) -> dict[str, str]:
    """Pointer → what is wrong there."""
    return {each["pointer"]: each["detail"] for each in problem(response, status)["errors"]}


class Program:
    """Sends JSON with the token of somebody who has `role` (blank: none)."""

    def __init__(self, role: str = "Editor", scope: str = "publish", name: str = "") -> None:
        self.user, _ = User.objects.get_or_create(
            username=name or f"{role or 'nobody'}-{scope}", defaults={"is_staff": True}
        )
        if role:
            self.user.groups.add(Group.objects.get(name=role))
        self.token, self.secret = make(
            self.user, "Tests", scope, timezone.now() + timedelta(days=1)
        )
        self.client = Client()

    def ask(
        self, method: str, address: str, body: Any = None, *, tag: str = "", **headers: str
    ) -> Any:
        sent = {"authorization": f"Bearer {self.secret}", **headers}
        if tag:
            sent["if-match"] = tag
        data = body if isinstance(body, bytes) else json.dumps(body)
        return self.client.generic(
            method,
            f"/api/v1/desk/{address}",
            data if body is not None else b"",
            headers=sent,
            content_type=headers.get("content-type", "application/json"),
        )

    def read(self, address: str) -> Any:
        response = self.ask("GET", address)
        assert response.status_code == 200, response.content
        return response

    def change(self, address: str, body: Any, method: str = "PATCH") -> Any:
        """Change what was just read."""
        whole = address
        for move in ("submit", "publish", "withdraw", "back-to-draft"):
            whole = whole.removesuffix(f"{move}/")
        return self.ask(method, address, body, tag=self.read(whole)["ETag"])
