"""Somebody who mirrors the public record by its change feed, as tests need them."""

from __future__ import annotations

from typing import Any

from django.test import Client

from records.kinds import listed_kinds

FEED = "/api/v1/changes/"


class Reader:
    """Keeps in step: the documents as the feed leads to them, beside all as they are.

    After `catch_up`, `copy` has to equal `everything()`.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        self.after = ""
        self.copy: dict[tuple[str, str], Any] = {}

    def entries(self, **asked: Any) -> list[dict[str, Any]]:
        """What is new, page by page. In: parameters of the feed."""
        entries: list[dict[str, Any]] = []
        while True:
            query = asked | ({"after": self.after} if self.after else {})
            page = self.client.get(FEED, query)
            assert page.status_code == 200, page.content
            body = page.json()
            self.after = body["after"]
            entries += body["results"]
            if body["next"] is None:
                return entries

    def catch_up(self) -> list[tuple[str, str, str]]:
        """Follow the feed as the reference client does. Out: kind, key and action of each entry."""
        entries = self.entries(page_size=200)
        for entry in entries:
            here = entry["kind"], entry["key"]
            answer = self.client.get(entry["url"]) if entry["url"] else None
            if answer is not None and answer.status_code == 200:
                self.copy[here] = answer.json()
            else:
                self.copy.pop(here, None)
        return [(entry["kind"], entry["key"], entry["action"]) for entry in entries]

    def everything(self) -> dict[tuple[str, str], Any]:
        """Every public document, found by the listings."""
        documents = {}
        for kind in listed_kinds():
            address: str | None = f"/api/v1/{kind.listing}/?page_size=200"
            while address:
                page = self.client.get(address).json()
                for each in page["results"]:
                    key = each.get("slug") or each["id"]
                    documents[kind.name, key] = self.client.get(each["url"]).json()
                address = page["next"]
        return documents
