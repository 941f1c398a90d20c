"""Reading the public API."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client


def read(client: Client, address: str) -> Any:
    """The JSON at an address below /api/v1/, which must answer 200."""
    response = client.get(f"/api/v1/{address}")
    assert response.status_code == 200, response.content
    assert response["Content-Type"].split(";")[0] in ("application/json", "application/ld+json")
    return json.loads(response.content)


def slugs(client: Client, address: str) -> list[str]:
    """What a listing shows: the slug, key or public id of each item, in its order."""
    key = "key" if address.startswith("timeline") else "slug"
    return [item.get(key) or item.get("id") for item in read(client, address)["results"]]
