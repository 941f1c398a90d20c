"""Suggestions in the API: what one has suggested, and what became of it."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from curation.models import Suggestion
from curation.permissions import may_decide
from curation.write_api.access import DeskMixin
from curation.write_api.schema import DeskSchema
from curation.write_api.views import suggestion_bodies
from records.api.filters import Choice
from records.api.problems import Problem
from records.paging import Keyset


class SuggestionViewSet(DeskMixin, viewsets.GenericViewSet[Any]):
    """One’s own suggestions; for those who decide, everybody’s. Decided in the admin."""

    schema = DeskSchema()
    model = Suggestion
    place = "suggestions"
    orderings: ClassVar[dict[str, tuple[str, ...]]] = {"-made": ("-id",), "made": ("id",)}
    filters = (
        Choice(
            name="state",
            choices=tuple(Suggestion.State.values),
            description="Only suggestions in this state.",
            example="waiting",
        ),
    )

    def known_parameters(self) -> Any:
        if self.action == "list":
            return self.filters, ("format", "page_size", "cursor", "ordering", "count")
        return (), ("format",)

    def keyset(self, columns: tuple[str, ...]) -> Any:
        return Keyset(columns, nulls=False)

    def get_queryset(self) -> Any:
        self.require("view")
        suggestions = Suggestion.objects.select_related("by").defer("base", "proposed")
        user: Any = self.request.user
        return suggestions if may_decide(user) else suggestions.filter(by=user)

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(suggestion_bodies(page or (), request))

    def retrieve(self, request: Request, suggestion: int) -> Response:
        row = self.get_queryset().filter(pk=suggestion).first()
        if row is None:
            detail = f"There is no suggestion {suggestion} that you may see."
            raise Problem(404, "not-found", detail)
        [body] = suggestion_bodies([row], request)
        return Response(body)
