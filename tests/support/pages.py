"""How tests read a public page: its words, its data for machines, and what it cost."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

_LD = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.S)


_DESCRIPTION: list[bytes] = []


def api_description(client: Client) -> Any:
    """The API’s description in OpenAPI. It is made once for all tests: it holds nothing of a
    database, and takes a third of a second."""
    if not _DESCRIPTION:
        answer = client.get("/api/schema/")
        assert answer.status_code == 200
        _DESCRIPTION.append(answer.content)
    return json.loads(_DESCRIPTION[0])


def public_paths(client: Client) -> dict[str, Any]:
    """What the API’s description says can be read without a token: path → its operations."""
    described = api_description(client)["paths"]
    return {p: item for p, item in described.items() if not p.startswith("/api/v1/desk/")}


def queries(client: Client, address: str) -> int:
    """How many queries a page costs. The page must answer 200."""
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def words(response: Any) -> str:
    """What a reader sees: the page without markup, white space made single."""
    body = _LD.sub("", response.content.decode())
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def json_ld(response: Any, kind: str) -> dict[str, Any]:
    """The page's one JSON-LD block of a schema.org type."""
    blocks = [json.loads(block) for block in _LD.findall(response.content.decode())]
    [found] = [block for block in blocks if block["@type"] == kind]
    return found
