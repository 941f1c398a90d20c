"""The years that the courses of a site are about, for years typed with two figures."""

from __future__ import annotations

from django.db.models import Max, Min

from events.models import Course
from records.dates import OPEN_FUTURE, OPEN_PAST, calendar_date


def course_years() -> tuple[int, int] | None:
    """The first year of the first course and the last of the last; None without a bound."""
    bounds = Course.objects.aggregate(first=Min("span_earliest"), last=Max("span_latest"))
    first, last = bounds["first"], bounds["last"]
    if first is None or first <= OPEN_PAST or last is None or last >= OPEN_FUTURE:
        return None
    return calendar_date(first)[0], calendar_date(last)[0]
