"""What an access token opens."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from curation.write_api.access import DeskMixin
from curation.write_api.schema import DeskSchema
from curation.write_api.views import DESK_PLACES
from records.pages import absolute


class DeskRootView(DeskMixin, APIView):
    """Whose token it is, and what there is to write."""

    schema = DeskSchema()
    action = ""

    def known_parameters(self) -> Any:
        return (), ("format",)

    def get(self, request: Request) -> Response:
        token: Any = request.auth
        places = {
            place: absolute(request, reverse(f"api:desk:{place}")) for place in DESK_PLACES.values()
        }
        return Response(
            {
                "account": token.owner.get_username(),
                "scope": token.scope,
                "expires": token.expires_at,
                "places": places,
                "suggestions": absolute(request, reverse("api:desk:suggestions")),
            }
        )
