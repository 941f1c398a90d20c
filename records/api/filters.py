"""Filters of a listing: typed query parameters that refuse what they do not understand.

A listing declares a tuple of filters. Each reads one query parameter and says in the API's
description what it takes. Anything else is refused with an example of what is right: if a misspelt
filter were ignored, the answer would be wrong and look right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from records.addresses import Found, Moved, find
from records.api.problems import ParameterProblem, Problem
from records.arrangement import entries
from records.dates import DateError, HistoricalDate
from records.kinds import kind_named, kind_of
from records.models import KEY_PATTERN
from records.typed.dates import date_in_address

LONGEST_SEARCH = 100
_KEY = re.compile(rf"\A{KEY_PATTERN}\Z")


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One query parameter. `read` turns its text into a value; `narrow` applies the value.

    `read` raises ValueError with a sentence that says what would be right.
    """

    name: str
    description: str
    example: str
    schema: Mapping[str, Any] = field(default_factory=lambda: {"type": "string"})
    required: bool = False

    def read(self, text: str) -> Any:
        return text

    def narrow(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return queryset

    def parameter(self) -> dict[str, Any]:
        """The parameter as OpenAPI describes it."""
        return {
            "name": self.name,
            "in": "query",
            "required": self.required,
            "description": self.description,
            "schema": dict(self.schema),
            "example": self.example,
        }


@dataclass(frozen=True, kw_only=True)
class DateFilter(Filter):
    """A date at any precision, EDTF or English."""

    def read(self, text: str) -> HistoricalDate:
        try:
            return date_in_address(text)
        except DateError as error:
            raise ValueError(str(error)) from error


@dataclass(frozen=True, kw_only=True)
class From(DateFilter):
    """Records whose date `date` reaches to the given day or beyond."""

    date: str = "span"
    name: str = "from"
    description: str = (
        "Only what happened, or still went on, on or after this date: a day, month, year or span "
        "in EDTF or English, counted from its first day."
    )
    example: str = "1956-02"

    def narrow(self, queryset: QuerySet[Any], value: HistoricalDate) -> QuerySet[Any]:
        return queryset.within(self.date, value.earliest, None)  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True)
class To(DateFilter):
    """Records whose date `date` begins by the given day."""

    date: str = "span"
    name: str = "to"
    description: str = (
        "Only what happened or began on or before this date: a day, month, year or span in EDTF "
        "or English, counted to its last day."
    )
    example: str = "October 1964"

    def narrow(self, queryset: QuerySet[Any], value: HistoricalDate) -> QuerySet[Any]:
        return queryset.within(self.date, None, value.latest)  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True)
class Choice(Filter):
    """One of a few values. `lookup` is the column, the parameter's name where it is blank."""

    choices: tuple[Any, ...]
    lookup: str = ""

    def read(self, text: str) -> Any:
        for choice in self.choices:
            if str(choice) == text:
                return choice
        raise ValueError(f"Use one of {', '.join(map(str, self.choices))}.")

    def narrow(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return queryset.filter(**{self.lookup or self.name: value})

    def parameter(self) -> dict[str, Any]:
        kind = "integer" if isinstance(self.choices[0], int) else "string"
        schema = {"type": kind, "enum": [*self.choices]}
        return {**super().parameter(), "schema": schema, "example": self.read(self.example)}


@dataclass(frozen=True, kw_only=True)
class Presence(Choice):
    """The name of the one relation out of `choices` that is set."""

    def narrow(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(**{f"{value}__isnull": False})


@dataclass(frozen=True, kw_only=True)
class Search(Filter):
    """Words that must all stand in one of the columns `columns`, folded (`records.folding`)."""

    columns: tuple[str, ...]
    name: str = "search"

    def read(self, text: str) -> list[str]:
        if len(text) > LONGEST_SEARCH:
            raise ValueError(f"Search for at most {LONGEST_SEARCH} characters.")
        return text.split()

    def narrow(self, queryset: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        for word in value:
            in_any_column = Q()
            for column in self.columns:
                in_any_column |= Q(**{f"{column}__folds": word})
            queryset = queryset.filter(in_any_column)
        return queryset


@dataclass(frozen=True, kw_only=True)
class Related(Filter):
    """Records that `lookup` connects with a published record, named by its slug or public id.

    The kind of the record is that of the filter's name, or `of_kind`. `also` holds conditions on
    the rows on the way, so that no record is found through a draft. Set `many` where `lookup` goes
    through many rows, which would give a record several times.
    """

    of_kind: str = ""
    lookup: str = ""
    also: Mapping[str, Any] = field(default_factory=dict)
    many: bool = False

    def read(self, text: str) -> Any:
        kind = kind_named(self.of_kind or self.name)
        if len(text) <= 80 and _KEY.match(text):
            answer = find(kind.model, text)
            if isinstance(answer, Found | Moved):
                return answer.record
        noun = kind.model._meta.verbose_name
        key = "slug" if kind.key_field == "slug" else "public id"
        raise ValueError(f"No published {noun} has this {key}.")

    def narrow(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        condition = {self.lookup or self.name: value, **self.also}
        if not self.many:
            return queryset.filter(**condition)
        model: Any = queryset.model
        return queryset.filter(pk__in=model.objects.published().filter(**condition).values("pk"))

    def parameter(self) -> dict[str, Any]:
        schema = {"type": "string", "pattern": f"^{KEY_PATTERN}$", "maxLength": 80}
        return {**super().parameter(), "schema": schema}


@dataclass(frozen=True, kw_only=True)
class Named(Related):
    """Records that public rows of the model `rows` join with the published record that is named.

    In such a row, `lookup` leads to the record that is named, and `key` to the one that is listed.
    """

    rows: Any
    key: str

    def narrow(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        rows = self.rows.objects.published().filter(
            **{self.lookup or self.name: value, f"{self.key}__isnull": False}
        )
        return queryset.filter(pk__in=rows.values(self.key))


@dataclass(frozen=True, kw_only=True)
class Shown(Related):
    """Records that have an entry in a topic. `lookup` leads from the entry to what is named."""

    def narrow(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        kind = kind_of(queryset.model).name
        shown = entries().filter(**{self.lookup: value, f"{kind}__isnull": False})
        return queryset.filter(pk__in=shown.values(kind))


@dataclass(frozen=True, kw_only=True)
class OfCourse(Related):
    """Records that belong to a course: see `records.courses`."""

    def narrow(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        return queryset.in_course(value)  # type: ignore[attr-defined]


TOPIC = Shown(
    name="topic",
    lookup="topic",
    description="Only what stands in this topic (a topic’s slug).",
    example="de-stalinisation",
)
COURSE = OfCourse(
    name="course",
    description="Only what belongs to this course: what stands in its topics or is named there, "
    "and what that brings (a course’s slug).",
    example="khrushchev",
)


def read_parameters(
    request: Request, filters: Iterable[Filter], other_names: Iterable[str]
) -> dict[str, Any]:
    """Read the query of a request.

    In: the filters that apply, and the names of parameters that something else reads. Out: by name,
    the values of those filters that the request uses. Raises `Problem` (400) for a parameter that
    is unknown, given twice, empty, not understood, or required and missing.
    """
    by_name = {each.name: each for each in filters}
    other_names = {*other_names}
    for name, texts in request.query_params.lists():
        text = texts[-1]
        if name not in by_name and name not in other_names:
            names = sorted({*by_name, *other_names})
            detail = f"There is no parameter “{name[:100]}” here. Known are: {', '.join(names)}."
            error = {"parameter": name[:100], "value": text[:100], "detail": detail, "example": ""}
            raise Problem(400, "unknown-parameter", detail, errors=[error])
        example = by_name[name].example if name in by_name else ""
        if len(texts) > 1:
            raise ParameterProblem(
                "repeated-parameter", name, ", ".join(texts), "Give it once.", example
            )
        if not text.strip() or "\0" in text:
            needed = name in by_name and by_name[name].required
            otherwise = f"for example {name}={example}." if needed else "or leave it out."
            raise ParameterProblem(
                "malformed-parameter", name, text, f"Give it a value, {otherwise}", example
            )
    values: dict[str, Any] = {}
    for name, each in by_name.items():
        if name in request.query_params:
            text = request.query_params[name]
            try:
                values[name] = each.read(text)
            except ValueError as error:
                detail = f"{error} For example: {name}={each.example}"
                raise ParameterProblem(
                    "malformed-parameter", name, text, detail, each.example
                ) from error
        elif each.required:
            detail = f"The parameter “{name}” is missing. For example: {name}={each.example}"
            missing = {"parameter": name, "value": "", "detail": detail, "example": each.example}
            raise Problem(400, "missing-parameter", detail, errors=[missing])
    first, last = values.get("from"), values.get("to")
    if first and last and first.earliest > last.latest:
        detail = f"It ends before “from” ({first.display()}) begins. Exchange the two."
        raise ParameterProblem(
            "malformed-parameter", "to", request.query_params["to"], detail, first.display()
        )
    return values


class Filtering(BaseFilterBackend):
    """Applies the filters that a view declares, and describes them for OpenAPI."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        for each in view.filters:
            if each.name in view.values:
                queryset = each.narrow(queryset, view.values[each.name])
        return queryset

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [each.parameter() for each in view.filters]
