"""How the API describes itself in OpenAPI: what every operation has in common."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from records.api.expand import parameter as expand_parameter
from records.api.problems import MEDIA_TYPE, ProblemSerializer
from records.api.sparse_fields import FIELDS

_ERRORS = {
    "400": "A parameter is unknown, malformed, or given twice.",
    "401": "An access token was sent that does not hold. None is needed here.",
    "404": "There is nothing public at this address.",
    "406": "The answer was asked for in a format that this address does not have.",
    "410": "The record was withdrawn or deleted; `detail` says why.",
    "429": "Too many requests; Retry-After says how long to wait.",
}
_KEYS = {
    "slug": "Its slug.",
    "public_id": "Its public id.",
    "key": "Its slug or public id.",
    "place": "The listing it stands in.",
    "number": "The number of the version.",
    "suggestion": "The number of the suggestion.",
}
_FORMS = {"text/csv": "A table with a header, RFC 4180: one row per record."}


class Schema(AutoSchema):
    """Adds to each operation what no view says: `format`, 301, 304 and the problem documents."""

    def get_override_parameters(self) -> list[Any]:
        return [
            *super().get_override_parameters(),
            OpenApiParameter(
                "format",
                str,
                description="The format of the answer, in place of the Accept header.",
                enum=[renderer.format for renderer in self.view.renderer_classes],
            ),
        ]

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        operation = super().get_operation(*args, **kwargs)
        view: Any = self.view
        if operation is None:
            return None
        parameters = view.known_parameters()[1]
        added = [FIELDS] if "fields" in parameters else []
        if "expand" in parameters:
            added.append(expand_parameter(view.get_serializer_class()))
        if added:
            operation["parameters"] = sorted(
                [*operation["parameters"], *added],
                key=lambda parameter: (parameter["in"] != "path", parameter["name"]),
            )
        return operation

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super()._resolve_path_parameters(variables)
        return [{**each, "description": _KEYS[each["name"]]} for each in parameters]

    def get_filter_backends(self) -> Any:
        # A detail has no filters. All other answers have them, also those that are no list.
        return [] if "{" in self.path else getattr(self.view, "filter_backends", [])

    def get_tags(self) -> list[str]:
        return [self._tokenize_path()[0]] if self._tokenize_path() else ["root"]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        content = bodies["200"]["content"]
        if "application/vnd.timelinejs+json" in content:
            content["application/vnd.timelinejs+json"] = {
                "schema": {"type": "object", "description": "The same for TimelineJS 3."}
            }
        for media_type, description in _FORMS.items():
            if media_type in content:
                content[media_type] = {"schema": {"type": "string", "description": description}}
        if "application/ld+json" in content:
            content["application/ld+json"] = {
                "schema": {"type": "object", "description": "The same in terms of schema.org."}
            }
        bodies["304"] = {"description": "The content behind the given ETag still holds."}
        detail = "{" in self.path
        if detail and "slug" in self.path:
            bodies["301"] = {"description": "The record has a new address, in Location."}
        for status, description in _ERRORS.items():
            if detail or status not in ("404", "410"):
                body = self._get_response_for_code(ProblemSerializer, status, [MEDIA_TYPE])
                bodies[status] = {**body, "description": description}
        return bodies


# The largest whole numbers of columns with 16, 32 and 64 bits.
_COLUMN_LIMITS = {2**15 - 1, 2**31 - 1, 2**63 - 1}


def without_column_limits(result: Any, **kwargs: Any) -> Any:
    """Leave out the largest whole number that a column can hold (a hook of drf-spectacular).

    Each kind of database has another one, and answers are not meant to promise it.
    """
    if isinstance(result, dict):
        if result.get("type") == "integer" and result.get("maximum") in _COLUMN_LIMITS:
            del result["maximum"]
            if result.get("format") == "int64":
                del result["format"]
        for value in result.values():
            without_column_limits(value)
    elif isinstance(result, list):
        for value in result:
            without_column_limits(value)
    return result


def share_problems(result: Any, **kwargs: Any) -> Any:
    """Write each error answer once, and refer to it from the operations (a hook; runs last).

    Repeated in every operation, they would be a hundred lines that hide what is special to it.
    """
    shared = result["components"].setdefault("responses", {})
    for path, item in result["paths"].items():
        prefix = "Desk" if path.startswith("/api/v1/desk/") else ""
        for operation in item.values():
            for status, response in operation["responses"].items():
                if [*response.get("content", ())] != [MEDIA_TYPE]:
                    continue
                # An answer that differs from the shared one stays in its operation.
                name = f"{prefix}Problem{status}"
                if shared.setdefault(name, response) == response:
                    operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
    result["components"]["responses"] = dict(sorted(shared.items()))
    return result
