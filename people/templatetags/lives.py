"""A life in a few characters, for lists."""

from __future__ import annotations

from django import template

from people.models import Person
from records.dates import HistoricalDate, year_edtf

register = template.Library()


@register.filter
def lifespan(person: Person) -> str:
    """The years of a life: “1894–1971”, “born c. 1890”, “died 1953”; blank when neither is known.

    The full dates stand on the person's own page.
    """
    born, died = _year(person.born), _year(person.died)
    if born and died:
        return f"{born}–{died}"
    return f"born {born}" if born else f"died {died}" if died else ""


def _year(date: HistoricalDate | None) -> str:
    if date is None:
        return ""
    if date.precision not in {"day", "month", "year"}:
        return date.display()
    # The year alone, with the doubt that its day or month carried.
    point = date.edtf
    doubt = "%" if "%" in point else "?" if "?" in point else "~" if "~" in point else ""
    return HistoricalDate(f"{year_edtf(date.year)}{doubt}").display()
