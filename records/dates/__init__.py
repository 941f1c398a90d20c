"""Historical dates. The apps take all that they need of dates from here; `value` says the rules."""

from records.dates.calendar import (
    FURTHEST_YEAR,
    OPEN_FUTURE,
    OPEN_PAST,
    calendar_date,
    day_number,
    days_in_month,
    display_day,
    iso_day,
    julian_to_gregorian,
    year_edtf,
    year_words,
)
from records.dates.entry import LONGEST_TEXT, DateError, WhichCentury, quoted
from records.dates.value import HistoricalDate

__all__ = [
    "FURTHEST_YEAR",
    "LONGEST_TEXT",
    "OPEN_FUTURE",
    "OPEN_PAST",
    "DateError",
    "HistoricalDate",
    "WhichCentury",
    "calendar_date",
    "day_number",
    "days_in_month",
    "display_day",
    "iso_day",
    "julian_to_gregorian",
    "quoted",
    "year_edtf",
    "year_words",
]
