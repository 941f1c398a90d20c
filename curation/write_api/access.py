"""Who may use the desk of the API, and what their token must allow."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from curation.models import AccessToken
from curation.permissions import may
from curation.write_api.problems import forbidden
from records.api.conditional import kept_privately
from records.api.filters import read_parameters
from records.api.parsers import JSONParser, MergePatchParser, refuse_large
from records.api.problems import Problem
from records.api.renderers import JSONRenderer
from records.api.views import ListingMixin

Scope = AccessToken.Scope


class DeskMixin(ListingMixin):
    """Asks for a token, its scope and its owner's role before anything is read or written."""

    parser_classes: Any = [JSONParser, MergePatchParser]
    renderer_classes: Any = [JSONRenderer]
    # The scope that each action needs; reading where it is not named.
    scopes: ClassVar[dict[str, str]] = {}
    model: Any
    action: str
    elsewhere = ""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.auth is None:
            raise NotAuthenticated("Send an access token: “Authorization: Bearer thaw_…”.")
        token: Any = request.auth
        needed = self.scopes.get(self.action, Scope.READ)
        if not token.allows(needed):
            raise Problem(
                403,
                "insufficient-scope",
                f"The access token has the scope “{token.scope}”, and this takes “{needed}”.",
            )
        if request.method in self.allowed_methods and request.method not in ("GET", "HEAD"):
            read_parameters(request, (), ("reason",) if request.method == "DELETE" else ())
            refuse_large(request)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if request.method not in ("GET", "HEAD"):
            response.add_post_render_callback(lambda rendered: self.kept(rendered, request))
        return response

    def kept(self, rendered: Any, request: Any) -> Any:
        """What a token opened is for its owner: no shared cache keeps it, errors included."""
        return kept_privately(rendered, request)

    def require(self, action: str) -> None:
        """Raise the problem of an owner who may not `action` (view, add, change, delete)."""
        if not may(self.request.user, action, self.model):
            raise forbidden(f"You may not {action} a {self.model._meta.verbose_name}.")
