"""Suggestions in the API: what one has suggested, and what became of it."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from curation.api_desk import suggestion_bodies
from curation.api_desk_access import DeskMixin
from curation.api_desk_schema import DeskSchema
from curation.models import Suggestion
from curation.suggestions import may_decide
from records.api_filters import Choice
from records.keyset import Keyset
from records.problems import Problem


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
        found = Suggestion.objects.select_related("by").defer("base", "proposed")
        user: Any = self.request.user
        return found if may_decide(user) else found.filter(by=user)

    def list(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(suggestion_bodies(page or (), request))

    def retrieve(self, request: Request, suggestion: int) -> Response:
        found = self.get_queryset().filter(pk=suggestion).first()
        if found is None:
            detail = f"There is no suggestion {suggestion} that you may see."
            raise Problem(404, "not-found", detail)
        [body] = suggestion_bodies([found], request)
        return Response(body)
