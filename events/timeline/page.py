"""The timeline page: a drawing and a list of one choice of records, or the groups of a long one."""

from __future__ import annotations

from functools import cached_property
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.generic import TemplateView

from events.models import load_taught
from events.timeline.form import TimelineForm
from events.timeline.lanes import anchor, lanes
from events.timeline.query import FACTS, ORDER, timeline
from events.timeline.spans import (
    MOST,
    Years,
    around_turning_points,
    extent,
    groups,
    nearest,
    neighbours,
    zooms,
)
from records.dates import calendar_date, year_words
from records.pages import MOST_COURSES, CoursePage, overloaded
from records.paging import CursorError
from records.timeline.drawing import draw


class TimelineView(CoursePage, TemplateView):
    """Every dated record in one order, by year, with plain GET filters.

    It opens on the years of the courses, with the offices that belong to them: `?all=on` shows the
    rest.
    """

    template_name = "events/timeline.html"
    title = "Timeline"
    description = "Events, reforms and offices in one order, with their sources."
    # Of a single year with more records than fit on a page, and for readers with a cursor.
    page_size = 100
    # With more topics than these, a timeline of all courses leaves no office out: to ask which ones
    # takes longer than a reader waits, and so many open by groups.
    most_topics = 60

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return overloaded(request) or super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = TimelineForm(request.GET, courses=self.taught_in)
        context = self.get_context_data(form=form, noindex=bool(request.GET))
        if not form.is_valid():
            return self.render_to_response(context, status=400)
        context.update(self._choice(form))
        return self.render_to_response(context)

    def _choice(self, form: TimelineForm) -> dict[str, Any]:
        """What the page shows of a valid choice."""
        filters = {**form.filters(), "course": self.course}
        if self.course is None and not form.asks_for_offices:
            filters["taught_in"] = self.taught_in
        opening = _years_of(self.taught_in)
        is_opening = opening is not None and form.is_opening
        if opening is not None and is_opening:
            filters["first"], filters["last"] = opening
        first, last = filters["first"], filters["last"]
        chosen = timeline(**filters)
        ever = timeline(**{**filters, "first": None, "last": None})
        whole = extent(ever)
        context: dict[str, Any] = {
            "zooms": zooms(whole),
            "turning_points": around_turning_points(ever),
            "is_whole": first is None and last is None,
            "opening": _years(opening),
            "is_opening": is_opening,
            "leaves_out": bool(filters.get("taught_in")),
        }
        if first is not None and last is not None:
            context |= neighbours(whole, calendar_date(first)[0], calendar_date(last)[0])
        parts = []
        if whole and not self.request.GET.get("cursor"):
            years = _within(whole, first, last)
            # Counted before anything is read: what begins in a span stands together in an index,
            # what only touches it does not.
            parts = groups(ever, *years) if years[0] < years[1] else []
            if len(parts) > 1 and sum(group.total for group in parts) > MOST:
                return {**context, "groups": parts}
        page, context["cursor_lost"] = self._page(chosen)
        if page.next and len(parts) > 1:
            return {**context, "groups": parts}
        if page.next and len(page.items) > self.page_size:
            page = ORDER.page(chosen, size=self.page_size)
        rows = [
            (kind, anchor(kind, record), record, FACTS[kind][1].template)
            for kind, record in page.items
        ]
        context["page"] = page
        if is_opening and first is not None:
            # What only reaches into these years does not stand before them.
            begun_before = [row for row in rows if row[2].span.sort < first]
            context["begun_before"] = begun_before
            rows = rows[len(begun_before) :]
        context["years"] = [
            (year, year_words(year), list(in_year))
            for year, in_year in groupby(rows, key=lambda row: row[2].span.year)
        ]
        context["drawing"] = draw(lanes(page.items), first=first, last=last)
        if not page.items:
            context["nearest"] = nearest(ever, first, last)
        return context

    @cached_property
    def taught_in(self) -> list[Any]:
        """The courses that the page is about; none where there are too many to ask of each."""
        courses = [self.course] if self.course is not None else self.courses
        if len(courses) == MOST_COURSES:
            return []
        load_taught(courses)
        topics = sum(len(course.topic_ids) for course in courses)
        return courses if self.course is not None or topics <= self.most_topics else []

    def _page(self, chosen: dict[str, Any]) -> tuple[Any, bool]:
        """All of a choice, or as much of it as a page holds; and whether the cursor was lost."""
        cursor = self.request.GET.get("cursor") or None
        try:
            return ORDER.page(chosen, size=self.page_size if cursor else MOST, cursor=cursor), False
        except CursorError:
            return ORDER.page(chosen, size=self.page_size), True


def _years(days: tuple[int, int] | None) -> Years | None:
    return days and Years(calendar_date(days[0])[0], calendar_date(days[1])[0])


def _years_of(courses: list[Any]) -> tuple[int, int] | None:
    """The first and the last day of the years that some courses cover; None if one may be open."""
    spans = [course.span for course in courses]
    if not spans or any(span is None or span.is_open for span in spans):
        return None
    return min(span.earliest for span in spans), max(span.latest for span in spans)


def _within(whole: tuple[int, int], first: int | None, last: int | None) -> tuple[int, int]:
    """The years to group: those of the choice, narrowed to the years that have records."""
    low = whole[0] if first is None else max(whole[0], calendar_date(first)[0])
    high = whole[1] if last is None else min(whole[1], calendar_date(last)[0])
    return low, max(low, high)
