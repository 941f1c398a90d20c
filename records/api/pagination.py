"""Pages of a listing, by key and both ways; see `records.paging`."""

from __future__ import annotations

from typing import Any

from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from records.api.problems import ParameterProblem
from records.api.sparse_fields import COUNT, COUNTED, counted, wants_count
from records.pages import absolute
from records.paging import CursorError, Page

PAGE_SIZE, LARGEST_PAGE = 50, 200


def read_page_size(request: Request) -> int:
    """What `page_size` asks for. Raises `ParameterProblem`."""
    text = request.query_params.get("page_size", str(PAGE_SIZE))
    # At most three digits: int() of a text as long as an address line is work for nothing.
    size = int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0
    if not 1 <= size <= LARGEST_PAGE:
        raise ParameterProblem(
            "malformed-parameter",
            "page_size",
            text,
            f"Use a whole number from 1 to {LARGEST_PAGE}.",
            str(PAGE_SIZE),
        )
    return size


def page_size_parameter(noun: str) -> dict[str, Any]:
    """The parameter `page_size` as OpenAPI describes it. In: what a page holds, in the plural."""
    return {
        "name": "page_size",
        "in": "query",
        "required": False,
        "description": f"How many {noun}, from 1 to {LARGEST_PAGE}.",
        "schema": {
            "type": "integer",
            "minimum": 1,
            "maximum": LARGEST_PAGE,
            "default": PAGE_SIZE,
        },
    }


class KeysetPagination(BasePagination):
    """Pages by key, both ways; see `records.paging`. The view gives the ordering."""

    page: Page
    count: dict[str, Any] | None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        self.request = request
        size = read_page_size(request)
        cursor = request.query_params.get("cursor")
        try:
            self.page = view.ordering(request).page(queryset, size=size, cursor=cursor)
        except CursorError as error:
            raise ParameterProblem("bad-cursor", "cursor", cursor or "", str(error), "") from error
        asks_count = wants_count(request.query_params.get("count", "false"))
        self.count = counted(queryset) if asks_count else None
        return self.page.items

    def _address(self, cursor: str | None) -> str | None:
        if cursor is None:
            return None
        query = self.request.query_params.copy()
        query["cursor"] = cursor
        return absolute(self.request, f"{self.request.path}?{query.urlencode()}")

    def get_paginated_response(self, data: Any) -> Response:
        following, preceding = self._address(self.page.next), self._address(self.page.previous)
        links = [
            f'<{address}>; rel="{rel}"'
            for rel, address in (("next", following), ("prev", preceding))
            if address
        ]
        body = {"next": following, "previous": preceding, "results": data}
        if self.count is not None:
            body["count"] = self.count
        return Response(body, headers={"Link": ", ".join(links)} if links else None)

    def get_paginated_response_schema(self, schema: Any) -> dict[str, Any]:
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {
                "next": {**address, "description": "The next page; null on the last."},
                "previous": {**address, "description": "The page before; null on the first."},
                "results": schema,
                "count": COUNTED,
            },
        }

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            page_size_parameter("records"),
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "description": "Where the page begins: taken from “next” or “previous” of this "
                "listing, in this ordering. Its form is nobody’s business and may change.",
                "schema": {"type": "string"},
            },
            {
                "name": "ordering",
                "in": "query",
                "required": False,
                "description": "The order of the list; “-” turns it round. Records without a date "
                "come last either way.",
                "schema": {
                    "type": "string",
                    "enum": [*view.orderings],
                    "default": next(iter(view.orderings)),
                },
            },
            COUNT,
        ]
