"""Reforms with what they did to power, and figures with what disputes them."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch, Q
from django.urls import reverse

from people.models import Person
from records.arrangement import topics_showing
from records.as_published import state_is_published
from records.pages import CoursePage, Crumb, ListPage, RecordPage, absolute, page_or_first
from records.paging import Keyset
from records.prose import first_paragraph
from records.schema_org import iso_span
from reforms.disputes import disputes
from reforms.findings import finding
from reforms.judgement import judged
from reforms.models import Effect, Measure, Reform, Statistic
from sources.querysets import public_citations

GAINS = {Effect.Change.STRENGTHENED, Effect.Change.CREATED}


class ReformsView(CoursePage, ListPage):
    """Reforms in time order, each with the steps that it was made of."""

    template_name = "reforms/index.html"
    title = "Reforms"
    description = "Deliberate changes in time order: what each was meant to do, and its steps."
    keyset = Keyset(("span_sort", "id"), listing="reforms")

    def get_queryset(self) -> Any:
        reforms = self.narrowed(Reform.objects.published())
        steps = reforms.order_by("span_sort", "id")
        own_steps = steps.prefetch_related(Prefetch("steps", steps, "public_steps"))
        # A step of a reform that is not public, or not of the course, stands on its own.
        alone = Q(parent=None) | ~state_is_published(Reform, "parent")
        if self.course is not None:
            alone |= ~Q(parent__in=reforms.order_by().values("pk"))
        return reforms.filter(alone).prefetch_related(Prefetch("steps", own_steps, "public_steps"))


class ReformView(RecordPage):
    """One reform: aim, measure taken, outcome, who gained and lost power, figures, events."""

    template_name = "reforms/reform.html"
    keyset = Keyset(("span_sort", "id"), listing="events of a reform")
    page_size = 100

    def get_queryset(self) -> Any:
        reforms = Reform.objects.published()
        effects = Effect.objects.published().select_related("power_base")
        return reforms.prefetch_related(
            public_citations(),
            Prefetch("parent", reforms, "public_parent"),
            Prefetch("steps", reforms.order_by("span_sort", "id"), "public_steps"),
            Prefetch(
                "initiators",
                Person.objects.published().order_by("sort_key", "id"),
                "public_initiators",
            ),
            Prefetch(
                "effects",
                effects.prefetch_related(public_citations()).order_by("id"),
                "public_effects",
            ),
            Prefetch(
                "statistics",
                Statistic.objects.published().with_evidence().order_by("date_sort", "id"),
                "public_statistics",
            ),
        )

    def get_description(self) -> str:
        return first_paragraph(self.object.aim or self.object.measure_taken)

    def get_breadcrumbs(self) -> list[Crumb]:
        crumbs = [Crumb("Reforms", reverse("reforms:index"))]
        if parent := self.object.public_parent:
            crumbs.append(Crumb(parent.title, parent.get_absolute_url()))
        return crumbs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        reform = self.object
        # Events stand above this app, and are reached by the relation only.
        page, lost = page_or_first(
            self.keyset, reform.events.published(), size=self.page_size, request=self.request
        )
        return super().get_context_data(
            page=page,
            cursor_lost=lost,
            topics=list(
                topics_showing(
                    Q(reform=reform)
                    | Q(effect__in=reform.effects.published())
                    | Q(statistic__in=reform.statistics.published())
                )
            ),
            **kwargs,
        )

    @classmethod
    def own(cls, record: Any) -> dict[str, Any]:
        effects = record.public_effects
        return {
            "gains": [effect for effect in effects if effect.change in GAINS],
            "losses": [effect for effect in effects if effect.change not in GAINS],
            "judged": judged(record.public_citations),
        }

    def get_json_ld(self) -> dict[str, Any]:
        reform = self.object
        about = {"@type": "Event", "name": reform.title, **iso_span(reform.span)}
        if reform.public_initiators:
            about["organizer"] = [
                {
                    "@type": "Person",
                    "name": person.name,
                    "url": absolute(self.request, person.get_absolute_url()),
                }
                for person in reform.public_initiators
            ]
        return {
            "@context": "https://schema.org",
            "@type": "Article",
            "headline": reform.title,
            "url": absolute(self.request, reform.get_absolute_url()),
            "about": about,
        }


class StatisticsView(CoursePage, ListPage):
    """Everything that is counted here: the finding, and how far the figures disagree."""

    template_name = "reforms/statistics.html"
    title = "Figures"
    description = "What was counted, what the figures show, and where they disagree."
    keyset = Keyset(("sort_key", "id"), listing="measures")
    page_size = 40

    def get_queryset(self) -> Any:
        figures = Statistic.objects.published().with_disputes().order_by("date_sort", "id")
        return self.narrowed(Measure.objects.published()).prefetch_related(
            Prefetch("statistics", figures, "public_statistics")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["rows"] = [
            (measure, disputes(measure.public_statistics)) for measure in context["items"]
        ]
        return context


class MeasureView(RecordPage):
    """One measure: its finding drawn and tabled, each figure with evidence, what is disputed."""

    template_name = "reforms/measure.html"
    keyset = Keyset(("date_sort", "id"), listing="figures of a measure")
    page_size = 100

    def get_queryset(self) -> Any:
        return Measure.objects.published().prefetch_related(public_citations())

    def get_description(self) -> str:
        return self.object.finding or f"{self.object.population}, in {self.object.unit}."

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb("Figures", reverse("reforms:statistics"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        measure = self.object
        figures = Statistic.objects.published().filter(measure=measure).with_evidence()
        page, lost = page_or_first(
            self.keyset,
            # What a figure belongs to is shown only where readers may see it too.
            figures.prefetch_related(
                Prefetch("reform", Reform.objects.published(), "public_reform"),
                Prefetch("event", _published_events(), "public_event"),
            ),
            size=self.page_size,
            request=self.request,
        )
        return super().get_context_data(
            page=page,
            cursor_lost=lost,
            **finding(page.items, measure.unit),
            topics=list(
                topics_showing(Q(measure=measure) | Q(statistic__in=measure.statistics.published()))
            ),
            **kwargs,
        )

    def get_json_ld(self) -> dict[str, Any]:
        measure = self.object
        return {
            "@context": "https://schema.org",
            "@type": "Dataset",
            "name": measure.name,
            "description": self.get_description(),
            "url": absolute(self.request, measure.get_absolute_url()),
            "variableMeasured": {
                "@type": "PropertyValue",
                "name": measure.name,
                "description": measure.population,
                "unitText": measure.unit,
            },
        }


def _published_events() -> Any:
    # Events stand above this app: the relation knows their model, and this module does not.
    events: Any = Statistic._meta.get_field("event").related_model
    return events.objects.published()
