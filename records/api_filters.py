"""What a listing may be asked: typed parameters that refuse what they do not understand.

A listing declares a tuple of filters. Each reads one query parameter, says in the API's
description what it takes, and refuses anything else with a value that would work: a misspelt
filter that is quietly ignored gives a wrong answer that looks right.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request

from records.api_links import kind_of
from records.dates import DateError, HistoricalDate
from records.models import KEY_PATTERN, PastSlug, Sluggable
from records.problems import ParameterProblem, Problem
from records.querysets import owner_is_published

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
            return HistoricalDate.parse(text)
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
    """Words that must all stand, in any letter case, in one of the columns `columns`."""

    columns: tuple[str, ...]
    name: str = "search"

    def read(self, text: str) -> list[str]:
        if len(text) > LONGEST_SEARCH:
            raise ValueError(f"Search for at most {LONGEST_SEARCH} characters.")
        return text.split()

    def narrow(self, queryset: QuerySet[Any], value: list[str]) -> QuerySet[Any]:
        for word in value:
            found = Q()
            for column in self.columns:
                found |= Q(**{f"{column}__icontains": word})
            queryset = queryset.filter(found)
        return queryset


@dataclass(frozen=True, kw_only=True)
class Related(Filter):
    """A published record named by its slug (or public id), to which `lookup` leads.

    `model` is named as text, because a room may be filtered by what stands above it. `also` holds
    conditions on the way there: nothing is found through a draft. Set `many` where `lookup` leads
    through many rows, which would repeat a record.
    """

    model: str
    lookup: str = ""
    also: Mapping[str, Any] = field(default_factory=dict)
    many: bool = False

    def read(self, text: str) -> Any:
        model: Any = apps.get_model(self.model)
        noun = model._meta.verbose_name
        published = model.objects.published()
        key = "slug" if issubclass(model, Sluggable) else "public_id"
        if len(text) <= 80 and _KEY.match(text):
            found = published.filter(**{key: text}).first()
            if found is None and key == "slug":
                label = model._meta.label_lower
                past = PastSlug.objects.filter(model=label, slug=text, was_public=True)
                found = published.filter(slug__in=past.values("current_slug")).first()
            if found is not None:
                return found
        kind = "slug" if key == "slug" else "public id"
        raise ValueError(f"No published {noun} has this {kind}.")

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
    """A published record that public rows of `rows` name together with the record that is listed.

    `lookup` leads from such a row to the record that is given, `key` to the one that is listed.
    """

    rows: str
    key: str

    def narrow(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        model: Any = apps.get_model(self.rows)
        rows = model.objects.published().filter(
            **{self.lookup or self.name: value, f"{self.key}__isnull": False}
        )
        return queryset.filter(pk__in=rows.values(self.key))


@dataclass(frozen=True, kw_only=True)
class Shown(Related):
    """What stands in the topics that `lookup` leads to, starting at an entry of a topic."""

    def narrow(self, queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        kind = kind_of(queryset.model)
        entry: Any = apps.get_model("events.TopicEntry")
        entries = entry.objects.filter(
            owner_is_published("events.Topic", "topic_id"),
            **{self.lookup: value, f"{kind}__isnull": False},
        )
        return queryset.filter(pk__in=entries.values(kind))


TOPIC = Shown(
    name="topic",
    model="events.Topic",
    lookup="topic",
    description="Only what stands in this topic (a topic’s slug).",
    example="de-stalinisation",
)
COURSE = Shown(
    name="course",
    model="events.Course",
    lookup="topic__course",
    description="Only what stands in a topic of this course (a course’s slug).",
    example="khrushchev",
)


def read_parameters(
    request: Request, filters: Iterable[Filter], others: Iterable[str]
) -> dict[str, Any]:
    """Read the query of a request, or refuse it.

    In: the filters that apply, and the names of parameters that others will read. Out: values by
    name, for the filters that were given. Raises `Problem` (400) for a parameter that is unknown,
    given twice, empty, or not understood.
    """
    known = {given.name: given for given in filters}
    others = {*others}
    for name, texts in request.query_params.lists():
        text = texts[-1]
        if name not in known and name not in others:
            names = sorted({*known, *others})
            detail = f"There is no parameter “{name[:100]}” here. Known are: {', '.join(names)}."
            error = {"parameter": name[:100], "value": text[:100], "detail": detail, "example": ""}
            raise Problem(400, "unknown-parameter", detail, errors=[error])
        example = known[name].example if name in known else ""
        if len(texts) > 1:
            raise ParameterProblem(
                "repeated-parameter", name, ", ".join(texts), "Give it once.", example
            )
        if not text.strip() or "\0" in text:
            raise ParameterProblem(
                "malformed-parameter", name, text, "Give it a value, or leave it out.", example
            )
    values: dict[str, Any] = {}
    for name, given in known.items():
        if name in request.query_params:
            text = request.query_params[name]
            try:
                values[name] = given.read(text)
            except ValueError as error:
                detail = f"{error} For example: {name}={given.example}"
                raise ParameterProblem(
                    "malformed-parameter", name, text, detail, given.example
                ) from error
        elif given.required:
            detail = f"The parameter “{name}” is missing. For example: {name}={given.example}"
            missing = {"parameter": name, "value": "", "detail": detail, "example": given.example}
            raise Problem(400, "missing-parameter", detail, errors=[missing])
    first, last = values.get("from"), values.get("to")
    if first and last and first.earliest > last.latest:
        detail = f"It ends before “from” ({first.display()}) begins. Exchange the two."
        raise ParameterProblem(
            "malformed-parameter", "to", request.query_params["to"], detail, first.display()
        )
    return values


class Filtering(BaseFilterBackend):
    """Applies the view's filters, and describes them."""

    def filter_queryset(self, request: Request, queryset: Any, view: Any) -> Any:
        for given in view.filters:
            if given.name in view.values:
                queryset = given.narrow(queryset, view.values[given.name])
        return queryset

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [given.parameter() for given in view.filters]
