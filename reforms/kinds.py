"""Reforms and their effects, measures and their figures, as the engine has to know them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from people.models import Person, PowerBase
from records.courses import reached, taught
from records.kinds import SELF, Kind, SearchFacts, Shows, TimelineFacts, register
from reforms.models import Effect, Measure, Reform, Statistic

if TYPE_CHECKING:
    from reforms.past_figures import PastFigures


def _reforms(
    reforms: Any, *, person: Person | None, power_base: PowerBase | None, at_least: int
) -> Any:
    if person is not None:
        reforms = reforms.filter(initiators=person)
    if power_base is not None:
        reforms = reforms.filter(Q(effects__power_base=power_base)).distinct()
    return reforms


class _FiguresThen:
    """The figures on the page of a measure, as they were: see `records.kinds.Past`."""

    template = "reforms/_past_figures.html"

    # Lazy, because what keeps versions asks for the kinds that are declared here.

    def last_change(self, record: Measure) -> datetime:
        from reforms.past_figures import last_change

        return last_change(record)

    def as_of(self, record: Measure, at: datetime, fields: dict[str, Any]) -> PastFigures:
        from reforms.past_figures import figures_at

        return figures_at(record, at, fields)


def _effect(effect: Effect) -> str:
    return f"{effect.reform}: {effect.power_base} {effect.get_change_display().lower()}"


def _reforms_of(course: Any) -> Q:
    return taught(Reform, course) | reached(Reform, course, "parent", "effects", "statistics")


def _effects_of(course: Any) -> Q:
    return taught(Effect, course) | reached(Effect, course, "reform")


def _measures_of(course: Any) -> Q:
    return taught(Measure, course) | reached(Measure, course, "statistics")


def _statistics_of(course: Any) -> Q:
    return taught(Statistic, course) | reached(Statistic, course, "measure")


def _units_differ(kept: Measure, merged: Measure) -> list[str]:
    if kept.unit == merged.unit:
        return []
    return [f"Figures in “{kept.unit}” and in “{merged.unit}” cannot stand in one series."]


register(
    Kind(
        model=Reform,
        order=70,
        listing="reforms",
        place="reforms",
        example="sovnarkhoz-reform",
        rows=("effects", "citations"),
        called_by=("reform",),
        shows=(
            Shows("parent", SELF),
            Shows(SELF, "parent"),
            Shows("person", "reform", Reform.initiators.through),
        ),
        happened=lambda reform: reform.span,
        mergeable=True,
        in_course=_reforms_of,
        search=SearchFacts(weight=lambda reform: 3),
        timeline=TimelineFacts(
            order=2,
            heading="Reforms",
            nouns=("reform", "reforms"),
            narrow=_reforms,
            named_by=("slug", "title"),
            template="reforms/_reform_in_timeline.html",
            item=lambda reform: (str(reform), str(reform), 1),
        ),
        entry_text="measure_taken",
        facts=(
            "span",
            "undated_reason",
            "reversed",
            "initiators",
            "parent",
            "problem",
            "aim",
            "measure_taken",
            "outcome",
        ),
        admin_group="history",
    ),
    Kind(
        model=Effect,
        order=80,
        listing="effects",
        example="amnesty-1953-weakened-gulag",
        title=_effect,
        title_needs=("reform", "power_base"),
        rows=("citations",),
        owner="reform",
        noun="Effect",
        heading="What it did to power",
        called_by=("power_base",),
        needs=("reform", "power_base"),
        embedded=True,
        shows=(Shows("reform", SELF), Shows("power_base", SELF), Shows(SELF, "reform")),
        happened=lambda effect: effect.reform.span,
        in_course=_effects_of,
        entry_text="why",
        admin_group="history",
        facts=("change", "why"),
    ),
    Kind(
        model=Measure,
        order=90,
        listing="measures",
        place="statistics",
        example="gulag-prisoners",
        rows=("citations",),
        mergeable=True,
        refuse_merge=_units_differ,
        in_course=_measures_of,
        search=SearchFacts(
            text=("finding", "population", "caveat"),
            weight=lambda measure: 3,
            heading="Figures over time",
        ),
        past=_FiguresThen(),
        entry_template="reforms/_measure_as_entry.html",
        admin_group="figures",
        facts=("unit", "population", "finding", "caveat"),
    ),
    Kind(
        model=Statistic,
        order=100,
        listing="statistics",
        example="gulag-prisoners-1956-notes",
        title=lambda statistic: f"{statistic.measure}: {statistic.phrase}",
        title_needs=("measure",),
        distinction=lambda statistic: statistic.date.display() if statistic.date else "",
        rows=("citations",),
        needs=("measure",),
        embedded=True,
        shows=tuple(
            shows
            for name in ("measure", "reform", "event")
            for shows in (Shows(name, SELF), Shows(SELF, name))
        ),
        happened=lambda statistic: statistic.date,
        in_course=_statistics_of,
        search=SearchFacts(heading="Single figures"),
        entry_template="reforms/_statistic_as_entry.html",
        entry_text="note",
        admin_group="figures",
    ),
)
