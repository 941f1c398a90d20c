"""The timeline page: a drawing and a list of one choice of records, or the groups of a long one."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.generic import TemplateView

from events.forms import TimelineForm
from events.lanes import anchor, lanes
from events.timeline import ORDER, timeline
from events.timeline_spans import (
    MOST,
    around_turning_points,
    extent,
    groups,
    nearest,
    neighbours,
    zooms,
)
from records.dates import calendar_date, year_words
from records.keyset import CursorError
from records.pages import PageMixin, overloaded
from records.timeline_drawing import draw


class TimelineView(PageMixin, TemplateView):
    """Every dated record in one order, by year, with plain GET filters."""

    template_name = "events/timeline.html"
    title = "Timeline"
    description = "Events, reforms and offices in one order, with their sources."
    # Of a single year with more records than fit on a page, and for readers with a cursor.
    page_size = 100

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return overloaded(request) or super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = TimelineForm(request.GET)
        context = self.get_context_data(form=form, noindex=bool(request.GET))
        if not form.is_valid():
            return self.render_to_response(context, status=400)
        context.update(self._choice(form))
        return self.render_to_response(context)

    def _choice(self, form: TimelineForm) -> dict[str, Any]:
        """What the page shows of a valid choice."""
        filters = form.filters()
        first, last = filters["first"], filters["last"]
        chosen = timeline(**filters)
        ever = timeline(**{**filters, "first": None, "last": None})
        whole = extent(ever)
        found: dict[str, Any] = {
            "zooms": zooms(whole),
            "turning_points": around_turning_points(ever),
            "is_whole": first is None and last is None,
        }
        if first is not None and last is not None:
            found |= neighbours(whole, calendar_date(first)[0], calendar_date(last)[0])
        parts = []
        if whole and not self.request.GET.get("cursor"):
            years = _within(whole, first, last)
            # Counted before anything is read: what begins in a span stands together in an index,
            # what only touches it does not.
            parts = groups(ever, *years) if years[0] < years[1] else []
            if len(parts) > 1 and sum(group.total for group in parts) > MOST:
                return {**found, "groups": parts}
        page, found["cursor_lost"] = self._page(chosen)
        if page.next and len(parts) > 1:
            return {**found, "groups": parts}
        if page.next and len(page.items) > self.page_size:
            page = ORDER.page(chosen, size=self.page_size)
        rows = [(kind, anchor(kind, record), record) for kind, record in page.items]
        found["page"] = page
        found["years"] = [
            (year, year_words(year), list(in_year))
            for year, in_year in groupby(rows, key=lambda row: row[2].span.year)
        ]
        found["drawing"] = draw(lanes(page.items), first=first, last=last)
        if not rows:
            found["nearest"] = nearest(ever, first, last)
        return found

    def _page(self, chosen: dict[str, Any]) -> tuple[Any, bool]:
        """All of a choice, or as much of it as a page holds; and whether the cursor was lost."""
        cursor = self.request.GET.get("cursor") or None
        try:
            return ORDER.page(chosen, size=self.page_size if cursor else MOST, cursor=cursor), False
        except CursorError:
            return ORDER.page(chosen, size=self.page_size), True


def _within(whole: tuple[int, int], first: int | None, last: int | None) -> tuple[int, int]:
    """The years to group: those of the choice, narrowed to the years that have records."""
    low = whole[0] if first is None else max(whole[0], calendar_date(first)[0])
    high = whole[1] if last is None else min(whole[1], calendar_date(last)[0])
    return low, max(low, high)
