"""Every error under /api/ has one form: a problem document (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import orjson
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import (
    APIException,
    MethodNotAllowed,
    NotAcceptable,
    NotAuthenticated,
    UnsupportedMediaType,
)
from rest_framework.response import Response
from rest_framework.views import exception_handler as framework_handler

from records.api.problem_types import PROBLEM_TYPES

MEDIA_TYPE = "application/problem+json"


class Problem(APIException):
    """An answer that is an error.

    In: the HTTP status; a `code` for programs, which does not change; a `detail` for people, which
    says what would be right; headers that the status needs; and one entry of `errors` for each
    place of the request that is wrong: `parameter`, `value`, `detail` and `example` for a
    parameter, `pointer` and `detail` for a place in the body.
    """

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: list[dict[str, Any]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail, code)
        self.status_code = status
        self.code = code
        self.errors = errors or []
        self.headers = headers or {}


class ParameterProblem(Problem):
    """A request with one query parameter that cannot be used."""

    def __init__(self, code: str, parameter: str, value: str, detail: str, example: str) -> None:
        shown = value if len(value) <= 100 else f"{value[:99]}…"
        super().__init__(
            400,
            code,
            f"The parameter “{parameter}” cannot be “{shown}”. {detail}",
            errors=[{"parameter": parameter, "value": shown, "detail": detail, "example": example}],
        )


class ParameterErrorSerializer(serializers.Serializer[Any]):
    """One query parameter that was wrong."""

    parameter = serializers.CharField(help_text="Its name.")
    value = serializers.CharField(help_text="What it was, shortened to 100 characters.")
    detail = serializers.CharField(help_text="What is wrong with it.")
    example = serializers.CharField(help_text="A value that works; blank when there is none.")


class PlaceErrorSerializer(serializers.Serializer[Any]):
    """One place in the body that was wrong."""

    pointer = serializers.CharField(
        help_text="The place, a JSON Pointer as a URI fragment (RFC 6901): “#/citations/0/locator”."
    )
    detail = serializers.CharField(help_text="What is wrong with it.")


class ProblemSerializer(serializers.Serializer[Any]):
    """Every error answer: `application/problem+json`, RFC 9457."""

    type = serializers.CharField(
        help_text="The address of a page on this kind of problem, relative to this address."
    )
    title = serializers.CharField(help_text="The name of this kind of problem.")
    status = serializers.IntegerField(help_text="The HTTP status.")
    code = serializers.CharField(help_text="What went wrong, as a word that does not change.")
    detail = serializers.CharField(help_text="What went wrong and what would be right.")
    errors = serializers.SerializerMethodField(  # type: ignore[assignment]
        required=False, help_text="The parameters, or the places in the body, that were wrong."
    )

    @extend_schema_field(
        PolymorphicProxySerializer(
            component_name="ProblemPlace",
            serializers=[ParameterErrorSerializer, PlaceErrorSerializer],
            resource_type_field_name=None,
            many=True,
        )
    )
    def get_errors(self, document: Any) -> Any:
        return document["errors"]


def type_address(code: str) -> str:
    """The address of the page on a kind of problem, its `type`. In full if SITE_URL is set."""
    return f"{settings.SITE_URL}{reverse('api-problem', args=[code])}"


def problem(
    status: int, code: str, detail: str, errors: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """The members of a problem document."""
    problem_type = PROBLEM_TYPES.get(code)
    document: dict[str, Any] = {
        "type": type_address(code) if problem_type else "about:blank",
        "title": problem_type.title if problem_type else HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    if errors:
        document["errors"] = errors
    return document


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn what a view raised into a problem document (the EXCEPTION_HANDLER of the framework).

    Out: None for an error that is a fault of ours: Django then logs it and answers 500.
    """
    if isinstance(error, BadRequest):
        error = Problem(400, "bad-request", str(error) or "The request cannot be understood.")
    response = framework_handler(error, context)
    if response is None:
        return None
    status = response.status_code
    errors: list[dict[str, Any]] = []
    if isinstance(error, Problem):
        code, detail, errors = error.code, str(error.detail), error.errors
        for name, value in error.headers.items():
            response[name] = value
    else:
        code = _codes.get(status) or HTTPStatus(status).phrase.lower().replace(" ", "-")
        detail = _details.get(status) or str(response.data.get("detail", ""))
        if isinstance(error, NotAuthenticated):
            code = "unauthenticated"
        elif isinstance(error, NotAcceptable):
            forms = ", ".join(form.media_type for form in error.available_renderers or ())
            detail = f"This address answers in {forms}: ask for that, or leave Accept out."
        elif isinstance(error, MethodNotAllowed):
            view = context["view"]
            detail = f"This address takes {', '.join(view.allowed_methods)}."
            detail = f"{detail} {getattr(view, 'elsewhere', '')}".strip()
        elif isinstance(error, UnsupportedMediaType):
            forms = ", ".join(form.media_type for form in context["view"].parser_classes)
            detail = f"This address reads {forms}: send that, and say so in Content-Type."
    response.data = problem(status, code, detail, errors)
    response.content_type = MEDIA_TYPE
    return response


# For errors that the framework raises and that are no `Problem`. 401 is a token that is not valid.
_codes = {401: "bad-token"}
_details = {
    404: "There is nothing at this address. /api/v1/ lists what there is.",
}


def problem_response(status: int, code: str, detail: str) -> HttpResponse:
    """A problem document as an answer of Django, for code outside the views of the API."""
    return HttpResponse(
        orjson.dumps(problem(status, code, detail)), content_type=MEDIA_TYPE, status=status
    )
