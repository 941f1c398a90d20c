"""The house style on one page: every element, rendered by the templates that readers meet.

The records are made here and never saved, so the page needs no course and tells no history.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import count
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from config.embed import iframe
from events.models import Course, Event, Topic, TopicEntry
from events.timeline.spans import Group, Years
from people.models import Person, PowerBase, PowerBaseKind, Tenure
from people.power_map import Body, Holding
from records.models import Status
from records.pages import absolute
from records.paging import Page
from records.timeline.drawing import Item, Lane, draw
from reforms.charts.bars import chart
from reforms.disputes import disputes
from reforms.models import Measure, Statistic
from sources.models import Citation, Source

# One date at each precision, in EDTF, and how the page names it.
DATES = (
    ("1956-02-25", "To the day"),
    ("1956-06", "To the month"),
    ("1957", "To the year"),
    ("1958~", "About a year"),
    ("1959?", "Perhaps a year"),
    ("1956/1958", "From one year to another"),
    ("1959/..", "With no end"),
)
# The evidence for a statement at each level of certainty: what it says, and of every citation the
# source (0 and 1 are books, 2 is class notes) and its fields.
STATEMENTS: tuple[tuple[str, list[tuple[int, dict[str, str]]]], ...] = (
    ("Two sources support this", [(0, {}), (1, {})]),
    ("One source supports this", [(0, {"quotation": "Its own words."})]),
    ("A source narrows this", [(0, {}), (1, {"stance": "qualifies", "note": "How far."})]),
    (
        "A source narrows what only class notes say",
        [(2, {"checked": "tradition"}), (1, {"stance": "qualifies", "note": "How far."})],
    ),
    ("A source contradicts this", [(0, {}), (1, {"stance": "disputes", "note": "Why."})]),
    ("Nobody has read the source again", [(0, {"checked": "exists"})]),
    ("Only class notes say this", [(2, {"checked": "tradition"})]),
)


class ExampleForm(forms.Form):
    """A box for words, a choice, and a box that was filled in wrongly."""

    words = forms.CharField(label="A few words", required=False)
    choice = forms.ChoiceField(label="A choice", choices=[("a", "This"), ("b", "That")])
    date = forms.CharField(label="A date")


# A picture as `records.pictures.models.Picture` has one, drawn here: none is kept for the page.
_PLATE = {
    "src": "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 30 40'%3E"
    "%3Crect width='30' height='40' fill='%23b8ae98'/%3E"
    "%3Ccircle cx='15' cy='16' r='7' fill='%235f574c'/%3E"
    "%3Cpath d='M3 40a12 14 0 0 1 24 0z' fill='%235f574c'/%3E%3C/svg%3E",
    "width": 300,
    "height": 400,
    "alt": "A head and shoulders, as a sign for a portrait.",
    "caption": "What it shows, where and when",
    "credit": "Whose it is",
    "licence": "CC BY 4.0",
    "licence_url": "https://creativecommons.org/licenses/by/4.0/",
}


class _Examples:
    """Records that were never saved; their links lead back to the page."""

    def __init__(self) -> None:
        self._numbers = count(1)
        self.here = reverse("style")
        kinds = ("monograph", "article", "class_notes")
        self.sources = [
            self.make(Source, title=f"Source {n}", author=f"Author {n}", kind=kind, issued="2005")
            for n, kind in enumerate(kinds, 1)
        ]

    def make(self, model: Any, **fields: Any) -> Any:
        number = next(self._numbers)
        name = "slug" if hasattr(model, "slug") else "public_id"
        if name in {field.name for field in model._meta.fields}:
            fields.setdefault(name, f"example-{number}")
        record = model(id=number, **fields)
        record.get_absolute_url = lambda: self.here
        record.public_citations = []
        return record

    def cite(self, number: int, **fields: str) -> Citation:
        cited: Citation = self.make(
            Citation,
            source=self.sources[number],
            **{"locator": "chapter 1", "stance": "supports", "checked": "read", **fields},
        )
        return cited

    def figure(self, measure: Measure, value: int, **fields: Any) -> Any:
        figure = self.make(Statistic, measure=measure, value=value, **fields)
        figure.public_citations = [self.cite(0)]
        figure.is_disputed = False
        return figure


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """`/style/`: for whoever changes how Thaw looks; search engines are asked to pass by."""
    make = _Examples()
    whole = make.make(Measure, name="A count", unit="persons", population="Everybody counted")
    whole.finding = "A teacher’s sentence says what to see in it"
    part = make.make(Measure, name="A share", unit="percent", population="Everybody asked")
    stock = [
        make.figure(whole, value, date=year, comparator=word)
        for value, year, word in (
            (40, "1953", "exactly"),
            (30, "1955", "about"),
            (12, "1957", "over"),
        )
    ]
    shares = [
        make.figure(
            part, 44, date="1958", population="Some", comparator="exactly", as_written="44%"
        ),
        make.figure(
            part, 20, upper_value=25, date="1958", population="Others", comparator="between"
        ),
        make.figure(part, 60, date="1958", population="The rest", comparator="at_least"),
    ]
    disputed = shares[2]
    disputed.public_citations = [make.cite(0), make.cite(1, stance="disputes", note="Why.")]
    event = make.make(Event, title="An event", span="1956-02-25", significance=3)
    event.summary = "What happened, in a few plain sentences."
    event.public_citations = [
        make.cite(n, claim=claim, **fields) for claim, rows in STATEMENTS for n, fields in rows
    ]
    told = make.make(Event, title="Another event", span="1956-06", summary=event.summary)
    told.public_citations = [make.cite(0, claim="What the event was")]
    topic = make.make(Topic, order=1, title="A topic", span="1953/1964", course=make.make(Course))
    topic.question = "What does it ask?"
    kind = make.make(PowerBaseKind, name="A kind of power base", status=Status.PUBLISHED)
    base = make.make(PowerBase, name="A power base", kind=kind)
    base.public_parent = None
    tenure = make.make(
        Tenure,
        office="An office",
        span="1953-09-07/1964-10-14",
        person=make.make(Person, name="A person"),
        power_base=base,
    )
    tenure.public_citations = [make.cite(0)]
    items = [
        Item(make.make(Event, span=edtf).span, words, make.here, "reform", 1 + (n == 0) * 2)
        for n, (edtf, words) in enumerate(DATES)
    ]
    doubtful = Holding(tenure, "the start is known only as 1953", "", ("Another person",))
    day = {"words": "1 June 1953"}
    groups = [
        Group(Years(1940, 1949, "1940s"), Counter(event=12), "40%"),
        Group(Years(1950, 1959, "1950s"), Counter(event=30, reform=4), "100%"),
    ]
    turning = replace(items[0], kind="event")
    form = ExampleForm({"words": "", "choice": "a", "date": "someday"})
    form.add_error("date", "“someday” is not a date. Write for example “June 1956”.")
    return render(
        request,
        "style.html",
        {
            "page_title": "House style",
            "page_description": "Every element of Thaw’s pages, as the templates render it.",
            "canonical": absolute(request, make.here),
            "noindex": True,
            "plate": _PLATE,
            "dates": [(item.span, item.label) for item in items],
            "drawing": draw([Lane("Dates", items), Lane("Events", [turning], "dots")]),
            "entry": make.make(TopicEntry, topic=topic, order=1, role="event", event=told),
            "event": event,
            "topics": [topic],
            "tenures": [tenure],
            "day": day,
            "bodies": [Body(base, [Holding(tenure, "", "first day"), doubtful], complete=False)],
            "zooms": [Years(1950, 1959, "1950s"), Years(1960, 1969, "1960s")],
            "earlier": Years(1950, 1951),
            "later": Years(1954, 1955),
            "turning_points": [(Years(1955, 1957, "1956"), event)],
            "groups": groups,
            "object": whole,
            "statistics": stock,
            "chart": chart(stock, whole.unit),
            "disputes": disputes(stock),
            "html": iframe(absolute(request, make.here), "An example"),
            "bars": chart(shares, part.unit, [disputed]),
            "figure": shares[0],
            "disputed": disputed,
            "rows": [("event", "event-example", event, "events/_event_in_timeline.html")],
            "page": Page([], "further", "earlier"),
            "form": form,
        },
    )
