"""How the desk describes itself in OpenAPI: documents by kind, and what every change may answer.

drf-spectacular maps the serializers; `add_components` only puts their parts into the order of
docs/openapi.yaml and makes a Document and a Patch of each. The operations are written here, because
every status has a sentence of its own, and a patch comes as two media types.
"""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import ComponentRegistry
from drf_spectacular.utils import OpenApiParameter, extend_schema_serializer
from rest_framework import serializers
from rest_framework.serializers import CharField, ChoiceField, DateTimeField, IntegerField, URLField

from curation.models import AccessToken, Suggestion
from curation.revisions.snapshot import ROWS
from curation.write_api.fields import WrittenDateSerializer
from curation.write_api.serializers import serializer_of
from records.api.pagination import KeysetPagination
from records.api.problems import MEDIA_TYPE, PlaceErrorSerializer, ProblemSerializer
from records.api.schema import Schema
from records.models import Status


class DeskSummarySerializer(serializers.Serializer[Any]):
    """What the desk knows of a record."""

    key = CharField(help_text="Its slug or public id.")
    title = CharField(help_text="What it is called.")
    status = ChoiceField(Status.values)
    version = IntegerField(help_text="Counts the changes of the whole record.")
    withdrawn_reason = CharField(help_text="Why it was withdrawn; readers see it.")
    publish_at = DateTimeField(allow_null=True)
    updated = DateTimeField(help_text="When it last changed.")
    url = URLField(help_text="Its address at the desk.")
    page = URLField(allow_null=True, help_text="Its public page; null while readers do not see it.")


@extend_schema_serializer(
    description="What the desk knows of a record. It is only read: what is sent back of it has to "
    "be as it was."
)
class DeskStateSerializer(DeskSummarySerializer):
    lacking = PlaceErrorSerializer(
        many=True, help_text="What it still lacks before it can be published."
    )


class SuggestionSerializer(serializers.Serializer[Any]):
    """A change that waits for an editor, while readers see the record as it was."""

    id = IntegerField()
    title = CharField(help_text="What the record is called.")
    record = URLField(
        allow_null=True, help_text="The record’s address at the desk; null when it is gone."
    )
    state = ChoiceField(Suggestion.State.values)
    reason = CharField(help_text="Why, in its author’s words.")
    by = CharField(help_text="Whose suggestion it is.")
    made = DateTimeField()
    decided = DateTimeField(allow_null=True)
    comment = CharField(help_text="What the editor said.")
    url = URLField()


REASON = {
    "type": "string",
    "maxLength": 300,
    "pattern": r"^[^\u0000]*$",
    "description": "Why. Kept with the version, where readers of its history see it. Needed for a "
    "change to what readers see, and for a suggestion.",
}
_TAKE_BACK = {
    "type": "boolean",
    "default": False,
    "description": "Where it is the last source of public statements: take those back to review, "
    "instead of refusing.",
}
ROOT = {
    "type": "object",
    "properties": {
        "account": {"type": "string", "description": "Whose token it is."},
        "scope": {"type": "string", "enum": [*AccessToken.Scope.values]},
        "expires": {"type": "string", "format": "date-time"},
        "places": {"type": "object", "additionalProperties": {"type": "string", "format": "uri"}},
        "suggestions": {"type": "string", "format": "uri"},
    },
}


def listing(items: dict[str, Any]) -> dict[str, Any]:
    """The shape of a listing of `items`."""
    return KeysetPagination().get_paginated_response_schema({"type": "array", "items": items})


def add_components(result: Any, **kwargs: Any) -> Any:
    """Add the documents to the description’s components (a hook of drf-spectacular)."""
    schemas = result["components"]["schemas"]
    desk_schemas = _mapped()
    desk_schemas["DeskState"] = _ordered(desk_schemas["DeskState"] | {"readOnly": True})
    for model in ROWS:
        document = desk_schemas[f"{model.__name__}Document"]
        members = document["properties"]
        desk = {"desk": {"$ref": "#/components/schemas/DeskState"}}
        description = "Members to set. What is left out stays as it is."
        patch = {"properties": desk | {"reason": REASON} | members, "description": description}
        desk_schemas[f"{model.__name__}Patch"] = document | patch
        document |= {"properties": desk | members, "required": ["desk", *members]}
    # A name that exists already would describe something else, without a warning.
    assert not schemas.keys() & desk_schemas.keys(), schemas.keys() & desk_schemas.keys()
    result["components"]["schemas"] = dict(sorted((schemas | desk_schemas).items()))
    return result


def _mapped() -> dict[str, Any]:
    """The serializers of the desk as drf-spectacular maps them, by the names of components.

    Mapped after its hook that makes a component of every choice: theirs are written in place.
    """
    mapper = Schema()
    mapper.registry = ComponentRegistry()
    shapes: list[Any] = [DeskSummarySerializer, DeskStateSerializer, SuggestionSerializer]
    for serializer in (*shapes, WrittenDateSerializer, *map(serializer_of, ROWS)):
        # With a context, as it has no view to take one from.
        mapper.resolve_serializer(serializer(context={"view": None}), "response")
    schemas = {}
    for component in mapper.registry._components.values():
        schema, name = component.schema, component.name
        if name.startswith(("Desk", "Suggestion")):
            del schema["required"]
        else:
            schema["additionalProperties"] = False
        schema["properties"] = {n: _ordered(each) for n, each in schema["properties"].items()}
        schemas[name] = _ordered(schema)
    del schemas["PlaceError"]  # Everybody's, and described already.
    return schemas


_FIRST = ("type", "required", "readOnly", "additionalProperties", "properties", "enum", "oneOf")
_LAST = ("description",)


def _ordered(schema: dict[str, Any]) -> dict[str, Any]:
    """In the order in which people read it, and without spectacular’s own mark of a choice."""
    between = [name for name in schema if name not in (*_FIRST, *_LAST, "x-spec-enum-id")]
    return {name: schema[name] for name in (*_FIRST, *between, *_LAST) if name in schema}


class AccessTokenScheme(OpenApiAuthenticationExtension):
    """Describes the access token (RFC 6750). Public addresses do without."""

    target_class = "curation.write_api.tokens.TokenAuthentication"
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
            shape: dict[str, Any] = {"type": "object", "additionalProperties": False}
            shape["properties"] = {"reason": REASON}
            if needed := action == "withdraw":
                shape |= {
                    "properties": {"reason": REASON | {"minLength": 1}, "take_back": _TAKE_BACK}
                }
                shape["required"] = ["reason"]
            return {"required": needed, "content": {"application/json": {"schema": shape}}}
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
        answers = _answers(action, self.view)
        errors: tuple[str, ...] = _READING
        if action in ("partial_update", "destroy", *_MOVES):
            errors = _CHANGING
        elif action == "create":
            errors = (*_READING, "409", "411", "413", "415", "422")
        elif "{" in self.path:
            errors = (*_READING, "404")
        if self.method == "GET":
            answers["304"] = {"description": "The content behind the given ETag still holds."}
        for status in sorted(errors):
            body = self._get_response_for_code(ProblemSerializer, status, [MEDIA_TYPE])
            answers[status] = {**body, "description": _ERRORS[status]}
        return answers


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
    answers = {"200": _json(whole, "The whole record.")}
    if action == "partial_update":
        description = "Readers see the record, so that the change waits for an editor."
        answers["202"] = _json(suggestion, description)
    return answers


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
