"""How the desk describes itself in OpenAPI: documents by kind, and what every change may answer."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import OpenApiParameter

from curation.document import components, members_of
from curation.models import AccessToken, Suggestion
from curation.whole import ROWS
from records.api_fields import COUNTED
from records.api_schema import Schema
from records.models import Status
from records.problems import MEDIA_TYPE, ProblemSerializer

_TEXT = {"type": "string"}
_ADDRESS = {"type": "string", "format": "uri"}
_MOMENT = {"type": "string", "format": "date-time"}

SUMMARY = {
    "type": "object",
    "properties": {
        "key": {**_TEXT, "description": "Its slug or public id."},
        "title": {**_TEXT, "description": "What it is called."},
        "status": {"type": "string", "enum": [*Status.values]},
        "version": {"type": "integer", "description": "Counts the changes of the whole record."},
        "withdrawn_reason": {**_TEXT, "description": "Why it was withdrawn; readers see it."},
        "publish_at": {"type": ["string", "null"], "format": "date-time"},
        "updated": {**_MOMENT, "description": "When it last changed."},
        "url": {**_ADDRESS, "description": "Its address at the desk."},
        "page": {
            "type": ["string", "null"],
            "format": "uri",
            "description": "Its public page; null while readers do not see it.",
        },
    },
    "description": "What the desk knows of a record.",
}
STATE = {
    "type": "object",
    "readOnly": True,
    "properties": {
        **SUMMARY["properties"],  # type: ignore[dict-item]
        "lacking": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/PlaceError"},
            "description": "What it still lacks before it can be published.",
        },
    },
    "description": "What the desk knows of a record. It is only read: what is sent back of it has "
    "to be as it was.",
}
REASON = {
    "type": "string",
    "maxLength": 300,
    "pattern": r"^[^\u0000]*$",
    "description": "Why. Kept with the version, where readers of its history see it. Needed for a "
    "change to what readers see, and for a suggestion.",
}
SUGGESTION = {
    "type": "object",
    "properties": {
        "id": {"type": "integer"},
        "title": {**_TEXT, "description": "What the record is called."},
        "record": {
            "type": ["string", "null"],
            "format": "uri",
            "description": "The record’s address at the desk; null when it is gone.",
        },
        "state": {"type": "string", "enum": [*Suggestion.State.values]},
        "reason": {**_TEXT, "description": "Why, in its author’s words."},
        "by": {**_TEXT, "description": "Whose suggestion it is."},
        "made": _MOMENT,
        "decided": {"type": ["string", "null"], "format": "date-time"},
        "comment": {**_TEXT, "description": "What the editor said."},
        "url": _ADDRESS,
    },
    "description": "A change that waits for an editor, while readers see the record as it was.",
}
ROOT = {
    "type": "object",
    "properties": {
        "account": {**_TEXT, "description": "Whose token it is."},
        "scope": {"type": "string", "enum": [*AccessToken.Scope.values]},
        "expires": _MOMENT,
        "places": {"type": "object", "additionalProperties": _ADDRESS},
        "suggestions": _ADDRESS,
    },
}


def listing(items: dict[str, Any]) -> dict[str, Any]:
    """The shape of a listing of `items`."""
    address = {"type": ["string", "null"], "format": "uri"}
    return {
        "type": "object",
        "required": ["next", "previous", "results"],
        "properties": {
            "next": address,
            "previous": address,
            "results": {"type": "array", "items": items},
            "count": COUNTED,
        },
    }


def add_components(result: Any, **kwargs: Any) -> Any:
    """Add the documents to the description’s components (a hook of drf-spectacular)."""
    schemas = result["components"]["schemas"]
    own = components()
    # A name that is taken would silently describe something else.
    assert not schemas.keys() & own.keys(), schemas.keys() & own.keys()
    schemas |= own
    schemas |= {"DeskSummary": SUMMARY, "DeskState": STATE, "Suggestion": SUGGESTION}
    for model in ROWS:
        read = schemas[f"{model.__name__}Document"]
        desk = {"desk": {"$ref": "#/components/schemas/DeskState"}}
        change = {"reason": REASON}
        assert f"{model.__name__}Patch" not in schemas
        schemas[f"{model.__name__}Patch"] = {
            **read,
            "properties": desk | change | read["properties"],
            "description": "Members to set. What is left out stays as it is.",
        }
        read["properties"] = desk | read["properties"]
        read["required"] = ["desk", *members_of(model)]
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    return result


class AccessTokenScheme(OpenApiAuthenticationExtension):
    """Describes the access token (RFC 6750). Public addresses do without."""

    target_class = "curation.tokens.TokenAuthentication"
    name = "accessToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "Made in the admin under “Access tokens”, and shown there once.",
        }


_IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the record as you have read it.",
)
_WHY = OpenApiParameter("reason", str, description="Why it is deleted. Kept with the version.")
_ERRORS = {
    "400": "The body is no JSON, or a parameter is unknown or malformed.",
    "401": "There is no access token, or it does not hold.",
    "403": "The token’s scope, or its owner’s role, does not reach so far.",
    "404": "There is no such record, published or not.",
    "406": "The answer was asked for in a format that this address does not have.",
    "409": "The record’s state does not allow it, it lacks something, or others rest on it.",
    "411": "The body came without its length.",
    "412": "The record is not what you have read.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
    "422": "The body is not a record that could be kept; `errors` says where.",
    "428": "If-Match is missing.",
    "429": "Too many requests; Retry-After says how long to wait.",
}
_READING = ("400", "401", "403", "406", "429")
_CHANGING = (*_READING, "404", "409", "411", "412", "413", "415", "422", "428")
_MOVES = ("submit", "publish", "withdraw", "back_to_draft")


class DeskSchema(Schema):
    """One operation of the desk. The view’s `model` names the document."""

    def get_override_parameters(self) -> list[Any]:
        if self.method == "GET":
            return super().get_override_parameters()
        action = getattr(self.view, "action", "")
        if action == "create":
            return []
        return [_IF_MATCH, *([_WHY] if action == "destroy" else [])]

    def get_auth(self) -> list[Any]:
        super().get_auth()
        return [{"accessToken": []}]

    def get_tags(self) -> list[str]:
        return ["desk"]

    def get_operation_id(self) -> str:
        action = getattr(self.view, "action", "") or "root"
        place = getattr(self.view, "place", "").replace("-", "_")
        return "_".join(filter(None, ("desk", place, action)))

    def get_description(self) -> str:  # type: ignore[override]
        return describe(self.view)

    def get_request_serializer(self) -> Any:
        return None

    def get_response_serializers(self) -> Any:
        return None

    def _get_request_body(self, direction: Any = "request") -> Any:
        action = getattr(self.view, "action", "")
        if action in _MOVES:
            needed = action == "withdraw"
            schema: dict[str, Any] = {
                "type": "object",
                "additionalProperties": False,
                "properties": {"reason": {**REASON, **({"minLength": 1} if needed else {})}},
                **({"required": ["reason"]} if needed else {}),
            }
            return {
                "required": needed,
                "content": {"application/json": {"schema": schema}},
            }
        if action in ("create", "partial_update"):
            view: Any = self.view
            schema = {"$ref": f"#/components/schemas/{view.model.__name__}Patch"}
            types = ["application/json"]
            if action == "partial_update":
                types.append("application/merge-patch+json")
            return {"required": True, "content": {each: {"schema": schema} for each in types}}
        return None

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        action = getattr(self.view, "action", "")
        found = _answers(action, self.view)
        errors: tuple[str, ...] = _READING
        if action in ("partial_update", "destroy", *_MOVES):
            errors = _CHANGING
        elif action == "create":
            errors = (*_READING, "409", "411", "413", "415", "422")
        elif "{" in self.path:
            errors = (*_READING, "404")
        if self.method == "GET":
            found["304"] = {"description": "The content behind the given ETag still holds."}
        for status in sorted(errors):
            body = self._get_response_for_code(ProblemSerializer, status, [MEDIA_TYPE])
            found[status] = {**body, "description": _ERRORS[status]}
        return found


def _json(schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"content": {"application/json": {"schema": schema}}, "description": description}


def _answers(action: str, view: Any) -> dict[str, Any]:
    if not action:
        return {"200": _json(ROOT, "What the token opens.")}
    suggestion = {"$ref": "#/components/schemas/Suggestion"}
    if view.model is Suggestion:
        shape = listing(suggestion) if action == "list" else suggestion
        return {"200": _json(shape, "What was suggested, and what became of it.")}
    if action == "list":
        summary = {"$ref": "#/components/schemas/DeskSummary"}
        return {"200": _json(listing(summary), "Records of any state.")}
    if action == "destroy":
        return {"204": {"description": "It is deleted, and its address stays reserved."}}
    whole = {"$ref": f"#/components/schemas/{view.model.__name__}Document"}
    if action == "create":
        return {"201": _json(whole, "The new draft; Location leads to it.")}
    found = {"200": _json(whole, "The whole record.")}
    if action == "partial_update":
        words = "Readers see the record, so that the change waits for an editor."
        found["202"] = _json(suggestion, words)
    return found


def describe(view: Any) -> str:
    """What an operation of the desk does, in a sentence or two."""
    action = getattr(view, "action", "")
    if not action:
        return "Whose token it is, what it may do, and what there is to write."
    if view.model is Suggestion:
        return {
            "list": "One’s own suggestions; for those who decide, everybody’s.",
            "retrieve": "One suggestion, and what became of it.",
        }[action]
    noun = str(view.model._meta.verbose_name)
    one = f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"
    return {
        "list": f"Every {noun}, in any state of publication.",
        "create": f"Make a draft of {one}, with its rows.",
        "retrieve": f"One {noun} as it stands at the desk, with its rows.",
        "partial_update": f"Change {one}, as a merge patch (RFC 7396). A row with an `id` keeps "
        "the members that are left out of it; a row that is left out goes. What readers see is "
        "changed at once by those who may publish; from others it is taken as a suggestion.",
        "destroy": f"Delete {one} that readers do not see. It can be brought back in the admin.",
        "submit": f"Send a draft of {one} for review.",
        "publish": f"Let readers see {one}, if nothing is missing.",
        "withdraw": f"Take {one} from readers, who see the reason in its place.",
        "back_to_draft": f"Take {one} out of review, or go on with a withdrawn one.",
    }[action]
