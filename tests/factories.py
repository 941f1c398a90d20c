"""Factories of real history (the Khrushchev years)."""

from __future__ import annotations

from typing import Any

import factory
from django.utils import timezone

from events.models import (
    Course,
    Event,
    Participation,
    Position,
    PositionEvidence,
    Section,
    Topic,
    TopicEntry,
)
from events.package.loading import load_package
from events.package.reading import read_package
from lessons.models import CheckedClaim, Term
from people.models import Person, PowerBase, PowerBaseKind, Tenure
from reforms.models import Effect, Measure, Reform, Statistic
from sources.models import Citation, Source
from tests import ROOT
from tests.support.course_rows import stand_as_after
from workbench.models import NotesPage


class Published(factory.django.DjangoModelFactory[Any]):
    class Meta:
        abstract = True

    status = "published"
    # What is withdrawn was published before, unless a test says that nobody ever saw it.
    published_at = factory.LazyAttribute(
        lambda record: timezone.now() if record.status == "withdrawn" else None
    )


class SourceFactory(Published):
    class Meta:
        model = Source

    slug = factory.Sequence(lambda n: f"lewin-2005-{n}")
    title = "The Soviet Century"
    author = "Moshe Lewin"
    issued = "2005"
    kind = "monograph"
    checked = "read"


class PersonFactory(Published):
    class Meta:
        model = Person

    slug = factory.Sequence(lambda n: f"nikita-khrushchev-{n}")
    name = "Nikita Khrushchev"
    native_name = "Никита Хрущёв"
    sort_name = "Khrushchev, Nikita"
    born = "1894-04-15"
    died = "1971-09-11"


class PowerBaseKindFactory(Published):
    class Meta:
        model = PowerBaseKind
        # There is one party, however many power bases are of that kind.
        django_get_or_create = ("slug",)

    slug = factory.Sequence(lambda n: f"kind-of-power-{n}")
    name = factory.LazyAttribute(lambda kind: kind.slug.replace("-", " ").capitalize())
    order = factory.LazyAttribute(lambda kind: KINDS_OF_POWER.get(kind.slug, 100))


# Their places, as every site has them to begin with.
KINDS_OF_POWER = {
    "party": 10,
    "state": 20,
    "security": 30,
    "army": 40,
    "republics": 50,
    "press": 60,
    "other": 900,
}


class PowerBaseFactory(Published):
    """Its `kind` may be the key of one, which is made where it is not there."""

    class Meta:
        model = PowerBase

    slug = factory.Sequence(lambda n: f"communist-party-{n}")
    name = "Communist Party of the Soviet Union"
    abbreviation = "CPSU"
    kind = "party"
    span = "1952/1991"

    @classmethod
    def _adjust_kwargs(cls, **kwargs: Any) -> dict[str, Any]:
        if isinstance(kwargs["kind"], str):
            kwargs["kind"] = PowerBaseKindFactory(slug=kwargs["kind"])
        return kwargs


class TenureFactory(factory.django.DjangoModelFactory[Any]):
    class Meta:
        model = Tenure

    public_id = factory.Sequence(lambda n: f"khrushchev-first-secretary-{n}")
    person = factory.SubFactory(PersonFactory)
    power_base = factory.SubFactory(PowerBaseFactory)
    office = "First Secretary of the Central Committee"
    span = "1953-09-07/1964-10-14"


class ReformFactory(Published):
    class Meta:
        model = Reform

    slug = factory.Sequence(lambda n: f"economic-councils-{n}")
    title = "Regional economic councils"
    span = "1957-05-10"


class EffectFactory(factory.django.DjangoModelFactory[Any]):
    class Meta:
        model = Effect

    public_id = factory.Sequence(lambda n: f"councils-weaken-ministries-{n}")
    reform = factory.SubFactory(ReformFactory)
    power_base = factory.SubFactory(PowerBaseFactory)
    change = "weakened"


class MeasureFactory(Published):
    class Meta:
        model = Measure

    slug = factory.Sequence(lambda n: f"gulag-prisoners-{n}")
    name = "Prisoners in the GULAG"
    unit = "persons"
    population = "Inmates of camps and colonies"


class StatisticFactory(Published):
    class Meta:
        model = Statistic

    public_id = factory.Sequence(lambda n: f"gulag-1956-{n}")
    measure = factory.SubFactory(MeasureFactory)
    comparator = "about"
    value = 1_600_000
    as_written = "1.6 million"
    date = "1956"


class EventFactory(Published):
    class Meta:
        model = Event

    slug = factory.Sequence(lambda n: f"secret-speech-{n}")
    title = "The Secret Speech"
    span = "1956-02-25"
    significance = 3


class ParticipationFactory(factory.django.DjangoModelFactory[Any]):
    class Meta:
        model = Participation

    event = factory.SubFactory(EventFactory)
    person = factory.SubFactory(PersonFactory)
    role = "gave the speech"


class CourseFactory(Published):
    class Meta:
        model = Course

    slug = factory.Sequence(lambda n: f"khrushchev-{n}")
    title = "The USSR under Khrushchev"
    span = "1953/1964"


class TopicFactory(Published):
    class Meta:
        model = Topic

    course = factory.SubFactory(CourseFactory)
    order = factory.Sequence(lambda n: n + 1)
    slug = factory.Sequence(lambda n: f"de-stalinisation-{n}")
    title = "De-Stalinisation"
    question = "How far did Khrushchev break with Stalin?"
    short_answer = "He denounced the cult, and stopped short of the system."
    span = "1956/1961"


class SectionFactory(factory.django.DjangoModelFactory[Any]):
    class Meta:
        model = Section

    public_id = factory.Sequence(lambda n: f"de-stalinisation-causes-{n}")
    topic = factory.SubFactory(TopicFactory)
    order = factory.Sequence(lambda n: n + 1)
    heading = "Why he spoke"
    text = "He spoke because the camps were emptying [@lewin-2005, chapter 13]."


class PositionFactory(factory.django.DjangoModelFactory[Any]):
    class Meta:
        model = Position

    public_id = factory.Sequence(lambda n: f"decisive-break-{n}")
    topic = factory.SubFactory(TopicFactory)
    letter = "A"
    name = "A decisive break"
    statement = factory.Sequence(lambda n: f"Khrushchev broke with Stalin’s system, {n}.")


class PositionEvidenceFactory(factory.django.DjangoModelFactory[Any]):
    class Meta:
        model = PositionEvidence

    public_id = factory.Sequence(lambda n: f"decisive-break-speech-{n}")
    topic = factory.SubFactory(TopicFactory)
    position = "A"
    event = factory.SubFactory(EventFactory)
    why = "He denounced Stalin by name [@lewin-2005, chapter 13]."


class TopicEntryFactory(factory.django.DjangoModelFactory[Any]):
    class Meta:
        model = TopicEntry

    topic = factory.SubFactory(TopicFactory)
    order = factory.Sequence(lambda n: n + 1)
    role = "event"
    event = factory.SubFactory(EventFactory)


class TermFactory(Published):
    class Meta:
        model = Term

    slug = factory.Sequence(lambda n: f"sovnarkhoz-{n}")
    # A glossary holds a term once.
    name = factory.Sequence(lambda n: f"sovnarkhoz {n}")
    native_name = "совнархоз"
    say = "sav-nar-KHOS"
    definition = "A regional economic council, 1957–65."


class CheckedClaimFactory(Published):
    class Meta:
        model = CheckedClaim

    public_id = factory.Sequence(lambda n: f"no-direct-criticism-{n}")
    topic = factory.SubFactory(TopicFactory)
    event = factory.SubFactory(EventFactory)
    statement = "The speech contained no direct criticism of Stalin."
    source = factory.SubFactory(SourceFactory, kind="class_notes")
    locator = "De-Stalinisation"
    verdict = "contradicted"
    reasoning = "The speech attacks Stalin by name throughout."


class CitationFactory(factory.django.DjangoModelFactory[Any]):
    class Meta:
        model = Citation

    public_id = factory.Sequence(lambda n: f"citation-{n}")
    source = factory.SubFactory(SourceFactory)
    checked = "read"
    locator = "section “Khrushchev’s Administrative Overhaul”"


def load_khrushchev() -> Any:
    """Let the shipped course stand in the database at hand, as loading leaves it, and return it."""
    stand_as_after(lambda: load_package(read_package(ROOT / "courses" / "khrushchev")))
    return Course.objects.get(slug="khrushchev")


class NotesPageFactory(factory.django.DjangoModelFactory[Any]):
    class Meta:
        model = NotesPage

    course = factory.SubFactory(CourseFactory)
    source = factory.SubFactory(SourceFactory, kind="class_notes")
    title = "Class notes: Khrushchev"
    text = "Khrushchev = Secretary of the Central Committee"
    digest = factory.Sequence(lambda n: f"{n:064x}")
