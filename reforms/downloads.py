"""The figures of a measure as a table for spreadsheets: CSV (RFC 4180), one row per figure."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

from records.api.csv_renderer import cell
from records.dates import HistoricalDate
from records.pages import RecordPage, absolute
from reforms.models import Measure, Statistic
from sources.certainty import evidence

COLUMNS = (
    "measure",
    "unit",
    "of_whom_or_what",
    "date",
    "date_edtf",
    "figure",
    "comparator",
    "value",
    "upper_value",
    "before_date",
    "before_value",
    "how_sure",
    "sources",
    "note",
    "address",
)


class MeasureTableView(RecordPage):
    """`/statistics/<slug>.csv`: every published figure of a measure, in order of time.

    Answers as the page of the measure does where it is renamed, withdrawn or unknown.
    """

    def get_queryset(self) -> Any:
        return Measure.objects.published()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        measure = self.get_queryset().filter(slug=kwargs["slug"]).first()
        if measure is None:
            answer = self.missing(kwargs["slug"])
            if isinstance(answer, HttpResponsePermanentRedirect):
                return HttpResponsePermanentRedirect(f"{answer.url.rstrip('/')}.csv")
            return answer
        figures = Statistic.objects.published().filter(measure=measure).with_evidence()
        table = StringIO(newline="")
        writer = csv.writer(table)
        writer.writerow(COLUMNS)
        page = absolute(request, measure.get_absolute_url())
        writer.writerows(rows(measure, figures.order_by("date_sort", "id"), page))
        response = HttpResponse(table.getvalue(), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{measure.slug}.csv"'
        return response


def rows(measure: Any, figures: Iterable[Any], page: str) -> Iterator[list[str]]:
    """One row per figure, safe to open in a spreadsheet. In: figures with their evidence, and the
    full address of the measure's page."""
    for figure in figures:
        groups = evidence(figure.public_citations)
        named = dict.fromkeys(c.source.short_reference for g in groups for c in g.citations)
        row = (
            measure.name,
            measure.unit,
            figure.population or measure.population,
            _said(figure.date) or figure.undated_reason,
            figure.date.edtf if figure.date else "",
            figure.phrase,
            figure.comparator,
            figure.value,
            figure.upper_value,
            _said(figure.baseline_date),
            figure.baseline_value,
            "; ".join(group.words for group in groups),
            "; ".join(named),
            figure.note,
            f"{page}#figure-{figure.public_id}",
        )
        yield [cell(value) for value in row]


def _said(date: HistoricalDate | None) -> str:
    return date.display() if date else ""
