"""People, power bases and offices held, as the engine has to know them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from people import gate
from people.models import Person, PowerBase, PowerBaseKind, Tenure
from records.courses import reached, taught
from records.kinds import SELF, Kind, OwnGate, SearchFacts, Shows, TimelineFacts, register


def _years(person: Person) -> str:
    years = [date.display() if date else "" for date in (person.born, person.died)]
    return f"{years[0]} – {years[1]}" if any(years) else ""


def _tenures(
    tenures: Any, *, person: Person | None, power_base: PowerBase | None, at_least: int
) -> Any:
    if person is not None:
        tenures = tenures.filter(person=person)
    return tenures.filter(power_base=power_base) if power_base is not None else tenures


def _named_in(course: Any) -> Q:
    """Whom a course names, or whose office it names."""
    return taught(Person, course) | reached(Person, course, "tenures")


def _people_of(course: Any) -> Q:
    """Whom a course names, and who stands in it by an event or by a reform begun."""
    return _named_in(course) | reached(Person, course, "participations__event", "reforms")


def _power_bases_of(course: Any) -> Q:
    held = Tenure.objects.published().filter(_tenures_of(course))
    return (
        taught(PowerBase, course)
        | reached(PowerBase, course, "effects", "effects__reform")
        | Q(pk__in=held.values("power_base"))
    )


def _kinds_of(course: Any) -> Q:
    bases = PowerBase.objects.published().filter(_power_bases_of(course))
    return Q(pk__in=bases.values("kind"))


def _tenures_of(course: Any) -> Q:
    """The offices that those whom a course names held in its years, and those that it names.

    Not of everybody who took part in an event: of a congress that is most of a party.
    """
    people = Person.objects.published().filter(_named_in(course))
    of_its_people = Q(person__in=people.values("pk"))
    if course.span is not None:
        of_its_people &= Q(
            span_latest__gte=course.span.earliest, span_earliest__lte=course.span.latest
        )
    return taught(Tenure, course) | of_its_people


def _tenure_in_drawing(tenure: Tenure) -> tuple[str, str, int]:
    surname = tenure.person.sort_name.partition(",")[0]
    return surname, f"{tenure.person}, {tenure.office}", 1


def _lane(tenure: Tenure) -> tuple[Any, str]:
    base = tenure.power_base
    place = (base.kind.order, base.kind.sort_key, base.sort_key, base.pk)
    return place, base.abbreviation or base.name


register(
    Kind(
        model=Person,
        order=40,
        listing="people",
        place="people",
        example="khrushchev",
        distinction=_years,
        rows=("tenures", "citations"),
        mergeable=True,
        in_course=_people_of,
        search=SearchFacts(
            names=("native_name", "other_names"),
            text=("epithet", "summary"),
            short=lambda person: person.sort_name.partition(",")[0],
            weight=lambda person: 4,
        ),
        admin_group="power",
        facts=(
            "native_name",
            "epithet",
            "born",
            "died",
            "undated_reason",
            "other_names",
            "summary",
        ),
    ),
    Kind(
        model=PowerBase,
        order=50,
        listing="power-bases",
        place="power",
        example="kgb",
        rows=("citations",),
        shows=(
            Shows("kind", SELF),
            Shows("parent", SELF),
            Shows(SELF, "parent"),
            Shows("to_powerbase", "from_powerbase", PowerBase.successors.through),
            Shows("from_powerbase", "to_powerbase", PowerBase.successors.through),
        ),
        mergeable=True,
        gate=OwnGate(lacks=gate.lacks, affected=gate.affected),
        in_course=_power_bases_of,
        search=SearchFacts(
            names=("abbreviation", "native_name"),
            dated_by="span",
            weight=lambda power_base: 3,
        ),
        admin_group="power",
        facts=(
            "abbreviation",
            "native_name",
            "kind",
            "span",
            "undated_reason",
            "parent",
            "successors",
            "holders_complete",
            "summary",
        ),
    ),
    Kind(
        model=Tenure,
        order=60,
        listing="tenures",
        example="khrushchev-first-secretary-1953",
        title=lambda tenure: f"{tenure.person}, {tenure.office}",
        # With the kind: wherever an office is named it may be drawn, in the lane of its power base.
        title_needs=("person", "power_base__kind"),
        distinction=lambda tenure: tenure.span.display() if tenure.span else "",
        rows=("citations",),
        owner="person",
        noun="Office",
        heading="Offices",
        called_by=("office", "power_base"),
        needs=("person", "power_base"),
        embedded=True,
        shows=(Shows("person", SELF), Shows("power_base", SELF), Shows(SELF, "person")),
        happened=lambda tenure: tenure.span,
        in_course=_tenures_of,
        same=("person_id", "power_base_id", "office", "span_edtf"),
        timeline=TimelineFacts(
            order=3,
            heading="Offices",
            nouns=("office", "offices"),
            narrow=_tenures,
            named_by=("public_id", "office", "person__name", "person__slug"),
            needs=("person", "power_base__kind"),
            template="people/_tenure_in_timeline.html",
            item=_tenure_in_drawing,
            lane=_lane,
            only_taught=True,
        ),
        facts=("span", "power_base", "acting", "attested", "note"),
        entry_text="note",
        admin_group="power",
    ),
    Kind(
        model=PowerBaseKind,
        order=65,
        listing="power-base-kinds",
        place="kinds-of-power",
        example="security",
        mergeable=True,
        in_course=_kinds_of,
        facts=("order", "summary"),
        admin_group="power",
    ),
)
