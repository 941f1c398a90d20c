"""People, the power bases they drew on, and who held what on a day."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.generic import TemplateView

from people.career import company, offices_drawing, turns
from people.models import Person, PowerBase, Tenure
from people.power_map import Day, holdings, steady, struggle
from records.arrangement import topics_showing
from records.dates import DateError, display_day, iso_day
from records.kinds import days_of_change
from records.pages import (
    CoursePage,
    Crumb,
    ListPage,
    RecordPage,
    absolute,
    overloaded,
    page_or_first,
)
from records.paging import Keyset
from records.pictures.api import image_of
from records.prose import first_paragraph
from records.schema_org import iso_date, iso_span
from records.timeline.drawing import Drawing, draw
from sources.certainty import evidence
from sources.querysets import public_citations


class PeopleView(CoursePage, ListPage):
    """Everybody by name."""

    template_name = "people/index.html"
    title = "People"
    description = "The people of this history: when they lived, and who they were in a line."
    keyset = Keyset(("sort_key", "id"), listing="people")

    def get_queryset(self) -> Any:
        return self.narrowed(Person.objects.published())


class PersonView(RecordPage):
    """One life: offices and what they rested on, events, reforms, and the evidence for each."""

    template_name = "people/person.html"
    keyset = Keyset(("event__span_sort", "id"), listing="events of a person")
    page_size = 100
    # So many offices of other people tell who else was there; the power bases have them all.
    most_company = 60

    def get_queryset(self) -> Any:
        return Person.objects.published().prefetch_related(public_citations())

    def get_description(self) -> str:
        return first_paragraph(self.object.summary)

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb("People", reverse("people:index"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        person = self.object
        # Events and reforms stand above this app, and are reached by their relations only.
        parts = person.participations.published().select_related("event")
        other_participations = person.participations.model.objects.published().exclude(
            person=person
        )
        page, lost = page_or_first(
            self.keyset,
            parts.prefetch_related(
                Prefetch(
                    "event__participations", other_participations.select_related("person"), "others"
                )
            ),
            size=self.page_size,
            request=self.request,
        )
        tenures = list(person.tenures.published().with_evidence().order_by("span_sort", "id"))
        person.public_tenures = tenures
        beside: Any = (
            Tenure.objects.published().beside(tenures)[: self.most_company] if tenures else []
        )
        return super().get_context_data(
            company=company(beside),
            page=page,
            cursor_lost=lost,
            reforms=list(person.reforms.published().order_by("span_sort", "id")),
            topics=list(
                topics_showing(Q(person=person) | Q(tenure__in=person.tenures.published()))
            ),
            **kwargs,
        )

    @classmethod
    def own(cls, record: Any) -> dict[str, Any]:
        tenures = record.public_tenures
        return {
            "epithet_evidence": cls._epithet_evidence(record),
            "tenures": tenures,
            "drawing": offices_drawing(tenures),
            "turns": turns(tenures),
        }

    @staticmethod
    def _epithet_evidence(person: Person) -> Any:
        """What the evidence for the statement that names the epithet amounts to, if any does."""
        epithet = _letters(person.epithet)
        groups = evidence(person.public_citations)  # type: ignore[attr-defined]
        return next((g for g in groups if epithet and epithet in _letters(g.claim)), None)

    def get_json_ld(self) -> dict[str, Any]:
        person = self.object
        other_names = [name.strip() for name in person.other_names.split(";")]
        facts = {
            "alternateName": [name for name in (person.native_name, *other_names) if name],
            "birthDate": iso_date(person.born),
            "deathDate": iso_date(person.died),
            "description": first_paragraph(person.summary),
            "image": image_of(person, self.request),
        }
        return {
            "@context": "https://schema.org",
            "@type": "Person",
            "name": person.name,
            "url": absolute(self.request, person.get_absolute_url()),
            **{name: value for name, value in facts.items() if value},
        }


class PowerBaseView(RecordPage):
    """An institution on which power rested: who drew on it, and what reforms did to it."""

    template_name = "people/power_base.html"
    keyset = Keyset(("span_sort", "id"), listing="offices of a power base")
    page_size = 100

    def get_queryset(self) -> Any:
        return (
            PowerBase.objects.published()
            .select_related("kind")
            .prefetch_related(
                public_citations(),
                Prefetch("parent", PowerBase.objects.published(), "public_parent"),
                Prefetch(
                    "parts",
                    PowerBase.objects.published().order_by("sort_key", "id"),
                    "public_parts",
                ),
                Prefetch(
                    "successors",
                    PowerBase.objects.published().order_by("sort_key", "id"),
                    "public_successors",
                ),
                Prefetch(
                    "predecessors",
                    PowerBase.objects.published().order_by("sort_key", "id"),
                    "public_predecessors",
                ),
            )
        )

    def get_description(self) -> str:
        return first_paragraph(self.object.summary)

    def get_breadcrumbs(self) -> list[Crumb]:
        crumbs = [Crumb("Power map", reverse("people:power-map"))]
        if parent := self.object.public_parent:
            crumbs.append(Crumb(parent.name, parent.get_absolute_url()))
        return crumbs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        base = self.object
        page, lost = page_or_first(
            self.keyset,
            base.tenures.published().with_evidence(),
            size=self.page_size,
            request=self.request,
        )
        effects = base.effects.published().select_related("reform")
        return super().get_context_data(
            page=page,
            cursor_lost=lost,
            effects=list(
                effects.prefetch_related(public_citations()).order_by("reform__span_sort", "id")
            ),
            topics=list(
                topics_showing(
                    Q(power_base=base)
                    | Q(tenure__in=base.tenures.published())
                    | Q(effect__in=base.effects.published())
                )
            ),
            **kwargs,
        )

    def get_json_ld(self) -> dict[str, Any]:
        base = self.object
        # A single date says when it existed, not that it began or ended then.
        lasted = iso_span(base.span) if base.span and base.span.is_interval else {}
        facts: dict[str, Any] = {
            "alternateName": [name for name in (base.abbreviation, base.native_name) if name],
            "foundingDate": lasted.get("startDate"),
            "dissolutionDate": lasted.get("endDate"),
            "description": first_paragraph(base.summary),
        }
        if base.public_parent:
            facts["parentOrganization"] = {
                "@type": "Organization",
                "name": base.public_parent.name,
                "url": absolute(self.request, base.public_parent.get_absolute_url()),
            }
        return {
            "@context": "https://schema.org",
            "@type": "Organization",
            "name": base.name,
            "url": absolute(self.request, base.get_absolute_url()),
            **{name: value for name, value in facts.items() if value},
        }


class PowerMapView(CoursePage, TemplateView):
    """Who held which office on a day, `?on=` in plain English or EDTF.

    Without a day it opens at the earliest turning point, else at the first day anybody held office.
    """

    template_name = "people/power_map.html"
    keyset = Keyset(
        (
            "power_base__kind__order",
            "power_base__kind__sort_key",
            "power_base__sort_key",
            "power_base_id",
            "span_sort",
            "id",
        ),
        listing="power map",
    )
    page_size = 200
    # How many turning points are offered before and after the day.
    presets = 12
    # How many changes are told in words, and how many people's offices are drawn.
    most_changes = 60
    most_people = 16

    problem = ""
    day: Day | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return overloaded(request) or super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        text = request.GET.get("on", "").strip()
        try:
            self.day = Day.asked(text) if text else self._opening_day()
        except DateError as error:
            self.problem = str(error)
        context = self.get_context_data(asked=text)
        return self.render_to_response(context, status=400 if self.problem else 200)

    def get_title(self) -> str:
        return f"Who held power on {self.day.words}" if self.day else "Power map"

    def get_description(self) -> str:
        return "Power bases, offices and their holders on one day, each with its evidence."

    def get_breadcrumbs(self) -> list[Crumb]:
        crumbs = super().get_breadcrumbs()
        return [*crumbs, Crumb("Power map", self.request.path)] if self.request.GET else crumbs

    def _tenures(self) -> Any:
        """The offices that the map is about: all, or those of the power bases of a course.

        Not only those of its people, or a list of holders that is complete would lack some.
        """
        tenures = Tenure.objects.published()
        if self.course is None:
            return tenures
        bases = PowerBase.objects.published().in_course(self.course)
        return tenures.filter(power_base__in=bases.values("pk"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.day is None:
            return super().get_context_data(
                problem=self.problem, presets=self._presets(None), noindex=True, **kwargs
            )
        day = self.day.number
        tenures = self._tenures()
        page, lost = page_or_first(
            self.keyset,
            tenures.on(day).for_power_map(),
            size=self.page_size,
            request=self.request,
        )
        presets = self._presets(day)
        bodies = list(holdings(page.items, day))
        context = super().get_context_data(
            day=self.day,
            iso=iso_day(day),
            page=page,
            cursor_lost=lost,
            bodies=bodies,
            left=self._left(day),
            nearest=None if page.items else _dated(tenures.nearest_held_day(day)),
            previous=_dated(tenures.previous_change(day)),
            next=_dated(tenures.next_change(day)),
            steady=None if page.next or page.previous else self._steady(bodies, day),
            presets=presets,
            drawing=self._struggle(page.items, presets),
            since=self._since(presets, day),
            **kwargs,
        )
        if self.request.GET.get("on"):
            context["canonical"] += f"?on={iso_day(day)}"
        return context

    def _left(self, day: int) -> list[Tenure]:
        """The offices that ended on a day: not held at its end, and part of its story."""
        left = self._tenures().left(day).select_related("person", "power_base")
        return list(left.order_by("span_sort", "id")[: self.most_changes])

    def _steady(self, bodies: Any, day: int) -> dict[str, Any] | None:
        """From when to when the map is the same as on a day; None if that day may change it."""
        tenures = self._tenures()
        days = steady(bodies, tenures.previous_change(day + 1), tenures.next_change(day))
        return days and {"first": _dated(days[0]), "last": _dated(days[1])}

    def _since(self, presets: list[dict[str, Any]], day: int) -> dict[str, Any] | None:
        """What was gained and lost from the last turning point up to a day; None without one."""
        so_far = [preset for preset in presets if preset["day"] <= day]
        if not so_far:
            return None
        turn = so_far[-1]["day"]
        tenures = self._tenures().select_related("person", "power_base")
        gained = tenures.gained(turn, day).order_by("span_sort", "id")
        lost = tenures.lost(turn, day).order_by("span_latest", "id")
        return {
            **so_far[-1],
            "same_day": turn == day,
            "gained": list(gained[: self.most_changes]),
            "lost": list(lost[: self.most_changes]),
        }

    def _struggle(self, shown: list[Tenure], presets: list[dict[str, Any]]) -> Drawing | None:
        """All offices of the people on the map as bars, with the day marked."""
        assert self.day is not None
        people = list({tenure.person_id: None for tenure in shown})[: self.most_people]
        tenures = Tenure.objects.published().filter(person__in=people)
        rows = tenures.select_related("person", "power_base").order_by("span_sort", "id")[:200]
        days = [preset["day"] for preset in presets]
        focus = (days[0], days[-1]) if len(days) > 1 else None
        return draw(struggle(rows), marker=self.day.number, focus=focus)

    def _opening_day(self) -> Day | None:
        dated = days_of_change(self.course)
        event = dated.order_by("span_sort", "id").first() if dated is not None else None
        if event is not None:
            return Day(event.span_sort)
        tenures = self._tenures().order_by("span_sort", "id")
        first = tenures.values_list("span_sort", flat=True).first()
        return None if first is None else Day(first)

    def _presets(self, day: int | None) -> list[dict[str, Any]]:
        """The turning points around a day in order of time, each at its first day."""
        dated = days_of_change(self.course)
        if dated is None:
            return []
        later = dated.order_by("span_sort", "id")
        presets = list((later if day is None else later.filter(span_sort__gte=day))[: self.presets])
        if day is not None:
            earlier = dated.filter(span_sort__lt=day).order_by("-span_sort", "-id")
            presets = [*reversed(earlier[: self.presets]), *presets]
        # A day inside a month that is known only as a month would be invented.
        return [
            {"event": event, **_dated(event.span_sort)}
            for event in presets
            if event.span.start and event.span.start.precision == "day"
        ]


def _letters(text: str) -> str:
    """The words of a text alone: quotation marks and apostrophes are typed in many ways."""
    return "".join(char for char in text.casefold() if char.isalnum() or char == " ")


def _dated(day: int | None) -> dict[str, Any]:
    """A day number as a link needs it: `iso` for the address, `words` for the reader."""
    return {} if day is None else {"day": day, "iso": iso_day(day), "words": display_day(day)}
