"""How a text is understood: the echo of the admin’s boxes for programs, which cannot be asked."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import (
    OpenApiParameter,
    OpenApiResponse,
    PolymorphicProxySerializer,
    extend_schema,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from records.api.conditional import cacheable
from records.api.filters import Filter
from records.api.problems import MEDIA_TYPE, ParameterProblem, Problem, ProblemSerializer
from records.api.serializers import HistoricalDateSerializer
from records.api.views import ReadingMixin
from records.dates import DateError
from records.typed.dates import typed_date
from records.typed.figures import Figure, FigureError, read_figure

DATE = Filter(
    name="date",
    description="A date in words or EDTF, to be read as the date boxes of the admin read it.",
    example="late February 1956",
)
FIGURE = Filter(
    name="figure",
    description="A figure as people write it, to be read as the figure boxes of the admin read it.",
    example="over 1.6 million",
)
UNIT = Filter(
    name="unit",
    description="Beside `figure`: the unit of the measure. A half of “percent” is 50.",
    example="persons",
)


class FigureReadingSerializer(serializers.Serializer[Any]):
    """A figure as it is understood."""

    value = serializers.CharField(help_text="The number, exact.")
    upper_value = serializers.CharField(
        allow_null=True, help_text="Only for “between”: the higher number."
    )
    comparator = serializers.CharField(help_text="How exact it is: “exactly”, “over” and the like.")
    unit = serializers.CharField(help_text="The unit; blank where none was given or said.")
    as_written = serializers.CharField(
        help_text="The writing that is kept; blank where the number says it all."
    )

    def to_representation(self, instance: Figure) -> dict[str, Any]:
        upper = instance.upper_value
        return {
            "value": f"{instance.value:f}",
            "upper_value": None if upper is None else f"{upper:f}",
            "comparator": instance.comparator,
            "unit": instance.unit,
            "as_written": instance.as_written,
        }


class ReadingView(ReadingMixin, APIView):
    """How the site reads a date or a figure, before anything is written."""

    filters = (DATE, FIGURE, UNIT)

    def kept(self, rendered: Any, request: Any) -> Any:
        """The answer with its tag: it holds no record, so that no change of one can be its age."""
        return cacheable(rendered, request, is_dated=False)

    @extend_schema(
        operation_id="reading",
        description="How a text is understood: a date, or a figure with the unit of its measure. "
        "Give one of `date` and `figure`. A text with two readings answers 422 with both.",
        parameters=[
            OpenApiParameter(each.name, str, description=each.description) for each in filters
        ],
        responses={
            200: PolymorphicProxySerializer(
                component_name="Reading",
                serializers=[HistoricalDateSerializer, FigureReadingSerializer],
                resource_type_field_name=None,
            ),
            (422, MEDIA_TYPE): OpenApiResponse(
                ProblemSerializer,
                "The text is not understood, or has two readings: `errors` has `examples` and "
                "`readings`, each a list of texts that work.",
            ),
        },
    )
    def get(self, request: Request) -> Response:
        if "date" in self.values and "figure" in self.values:
            raise ParameterProblem(
                "malformed-parameter",
                "figure",
                self.values["figure"],
                "Give date or figure, and not both.",
                FIGURE.example,
            )
        if "unit" in self.values and "figure" not in self.values:
            raise ParameterProblem(
                "malformed-parameter",
                "unit",
                self.values["unit"],
                "A unit stands beside a figure.",
                UNIT.example,
            )
        try:
            if "date" in self.values:
                return Response(HistoricalDateSerializer(typed_date(self.values["date"])).data)
            if "figure" in self.values:
                figure = read_figure(self.values["figure"], self.values.get("unit", ""))
                return Response(FigureReadingSerializer(figure).data)
        except (DateError, FigureError) as error:
            name = "date" if isinstance(error, DateError) else "figure"
            raise not_read(name, self.values[name], error) from error
        detail = f"Give a text to read. For example: date={DATE.example}"
        missing = {"parameter": "date", "value": "", "detail": detail, "example": DATE.example}
        raise Problem(400, "missing-parameter", detail, errors=[missing])


def not_read(name: str, text: str, error: DateError | FigureError) -> Problem:
    """The 422 for a text that is refused or has two readings."""
    return Problem(
        422,
        "not-read",
        str(error),
        errors=[
            {
                "parameter": name,
                "value": text if len(text) <= 100 else f"{text[:99]}…",
                "detail": error.problem,
                "example": error.examples[0] if error.examples else "",
                "examples": [*error.examples],
                "readings": [*error.readings],
            }
        ],
    )
