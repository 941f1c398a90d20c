"""The pages to which the head of every public page leads.

A new list of records shows there when it has its line here.
"""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest

from records.pages import IN_COURSE


class Page(NamedTuple):
    """What a reader reads, and the name of the address in `config/urls.py` and what it includes."""

    label: str
    route: str

    @property
    def in_course(self) -> str:
        """The name of its address for one course: see `records.pages.CoursePage`."""
        return f"{self.route}{IN_COURSE}"


# In the order in which they stand.
PAGES = (
    Page("Timeline", "events:timeline"),
    Page("People", "people:index"),
    Page("Power", "people:power-map"),
    Page("Reforms", "reforms:index"),
    Page("Figures", "reforms:statistics"),
    Page("Sources", "sources:index"),
    Page("Glossary", "lessons:glossary"),
)


def navigation(request: HttpRequest) -> dict[str, tuple[Page, ...]]:
    """The pages as `navigation` in every template (a context processor, see settings)."""
    return {"navigation": PAGES}
