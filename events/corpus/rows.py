"""The rows of an invented corpus, one model after another, each from a seeded stream of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from random import Random
from typing import Any

from django.utils.text import slugify

from events.corpus.words import (
    BODIES,
    COUNTED,
    EVENT_TITLES,
    KINDS_OF_POWER,
    OFFICES,
    ROLES,
    Words,
)
from events.models import ARRANGED, Course, Event, Participation, Topic, TopicEntry
from people.models import Person, PowerBase, PowerBaseKind, Tenure
from records.dates import HistoricalDate, year_edtf
from records.models import Status
from reforms.models import Effect, Measure, Reform, Statistic
from sources.models import CITED, Citation, Source

PREFIX = "corpus-"
MADE_UP = "Made up by `make_corpus` for trials of size and speed. None of it ever happened."


@dataclass(frozen=True)
class Sizes:
    """How many rows of each model a corpus has."""

    events: int
    courses: int
    topics: int
    people: int
    power_bases: int
    reforms: int
    measures: int
    statistics: int
    sources: int

    @classmethod
    def of(cls, events: int) -> Sizes:
        """The sizes that go with a number of events: 500 topics with 100,000, and so on."""
        return cls(
            events=events,
            courses=max(2, events // 10_000),
            topics=max(4, events // 200),
            people=max(20, events // 5),
            power_bases=max(10, events // 500),
            reforms=max(10, events // 20),
            measures=max(4, events // 200),
            statistics=max(20, events // 5),
            sources=max(10, events // 20),
        )

    @property
    def rows(self) -> int:
        """About how many rows there will be in all, for the progress bar."""
        records = self.events + self.people + self.reforms + self.statistics + self.power_bases
        return round(records * 3.4) + self.topics * 55 + self.sources


# First and last year of the courses, astronomical; further courses begin again at the top.
ERAS = (
    (1905, 1964),
    (-509, -27),
    (1789, 1871),
    (-250, 180),
    (1945, 2020),
    (300, 720),
    (1848, 1921),
    (1066, 1250),
    (1450, 1648),
    (1600, 1789),
)


def row(model: Any, **values: Any) -> Any:
    """A row of `model`; its historical dates are set by name, like its columns."""
    return model(**values)


class Rows:
    """Makes the rows of a corpus. Whoever saves them fills in the primary keys as it goes.

    Row n of every model belongs to course n modulo the number of courses, in order of time.
    """

    def __init__(self, sizes: Sizes, seed: int, now: datetime) -> None:
        self.sizes = sizes
        self.seed = seed
        self.now = now
        self.sources: list[int] = []
        self.courses: list[int] = []
        self.topics: list[int] = []
        self.kinds_of_power: list[int] = []
        # Primary keys of the records of each kind in each course, in order of time.
        self.of_course: dict[str, list[list[int]]] = {}
        self.births: list[list[int]] = [[] for _ in range(sizes.courses)]

    def words(self, name: str) -> Words:
        # A stream for each model, so that a change to one leaves the others as they were.
        return Words(Random(f"{self.seed}:{name}"))  # noqa: S311

    def course_rows(self, count: int) -> Iterator[tuple[int, int, int, float]]:
        """For each of `count` rows: its number, course, year and place in the course (0 to 1)."""
        courses = self.sizes.courses
        for number in range(count):
            course = number % courses
            first, last = ERAS[course % len(ERAS)]
            place = (number // courses) / max(count / courses, 1)
            yield number, course, first + int((last - first) * place), place

    def near(self, rng: Random, kind: str, course: int, place: float) -> int:
        """A record of the course from about the same time."""
        keys = self.of_course[kind][course]
        spread = max(3, len(keys) // 20)
        index = int(place * len(keys)) + rng.randint(-spread, spread)
        return keys[min(max(index, 0), len(keys) - 1)]

    def state(self, rng: Random) -> dict[str, Any]:
        draw = rng.random()
        if draw < 0.94:
            return {"status": Status.PUBLISHED, "published_at": self.now}
        if draw < 0.98:
            return {"status": Status.DRAFT if draw < 0.97 else Status.REVIEW}
        reason = "Withdrawn for trial: two records of one thing."
        return {"status": Status.WITHDRAWN, "withdrawn_reason": reason}

    def make_sources(self) -> Iterator[Source]:
        words = self.words("sources")
        rng = words.rng
        kinds = [kind for kind in Source.Kind.values if kind != Source.Kind.COURSE_TRADITION]
        for number in range(self.sizes.sources):
            name, _, sort_name = words.name(number)
            kind = rng.choice(kinds)
            yield row(
                Source,
                slug=f"{PREFIX}source-{number}",
                title=words.fill("The {body} of {place} and the question of {matter}", number),
                kind=kind,
                author=name if rng.random() < 0.8 else "",
                publisher=f"{words.place(number)} University Press",
                issued=year_edtf(rng.randint(1650, 2020)),
                checked="tradition" if kind == "class_notes" else rng.choice(("read", "exists")),
                nature=f"Invented: nobody called {sort_name} wrote this.",
                note=MADE_UP,
                status=Status.PUBLISHED,
                published_at=self.now,
            )

    def make_courses(self) -> Iterator[Course]:
        words = self.words("courses")
        for number in range(self.sizes.courses):
            first, last = ERAS[number % len(ERAS)]
            yield row(
                Course,
                slug=f"{PREFIX}course-{number}",
                title=f"Corpus {number + 1}: the {words.place(number)} Republic",
                summary=MADE_UP,
                span=f"{year_edtf(first)}/{year_edtf(last)}",
                licence="CC0 1.0",
                status=Status.PUBLISHED,
                published_at=self.now,
            )

    def make_bibliography(self) -> Iterator[Any]:
        rng = self.words("bibliography").rng
        for course in self.courses:
            for source in rng.sample(self.sources, min(40, len(self.sources))):
                yield Course.bibliography.through(course_id=course, source_id=source)

    def make_topics(self) -> Iterator[Topic]:
        words = self.words("topics")
        sizes = self.sizes
        step = sizes.courses / sizes.topics
        for number, course, year, place in self.course_rows(sizes.topics):
            first, last = ERAS[course % len(ERAS)]
            end = max(year, first + int((last - first) * min(place + step, 1)))
            title = words.fill("{place} and {matter}", course)
            yield row(
                Topic,
                course_id=self.courses[course],
                order=number // sizes.courses + 1,
                slug=f"{PREFIX}topic-{number}",
                title=title,
                question=words.fill("Why did the {body} lose {place} over {matter}?", course),
                short_answer=words.prose(course, 2),
                summary=f"{words.prose(course)}\n\n{MADE_UP}",
                span=f"{year_edtf(year)}/{year_edtf(end)}",
                status=Status.PUBLISHED,
                published_at=self.now,
            )

    def make_kinds_of_power(self) -> Iterator[PowerBaseKind]:
        for order, name in enumerate(KINDS_OF_POWER):
            yield row(
                PowerBaseKind,
                slug=f"{PREFIX}{slugify(name)}",
                name=f"{name} (corpus)",
                order=order,
                summary=MADE_UP,
                status=Status.PUBLISHED,
                published_at=self.now,
            )

    def make_power_bases(self) -> Iterator[PowerBase]:
        words = self.words("power bases")
        for number, course, _, _ in self.course_rows(self.sizes.power_bases):
            first, last = ERAS[course % len(ERAS)]
            name, kind = BODIES[(number // self.sizes.courses) % len(BODIES)]
            yield row(
                PowerBase,
                slug=f"{PREFIX}power-base-{number}",
                name=f"{name} of {words.place(course)}",
                kind_id=self.kinds_of_power[KINDS_OF_POWER.index(kind)],
                span=f"{year_edtf(first)}/{year_edtf(last)}",
                summary=words.prose(course),
                status=Status.PUBLISHED,
                published_at=self.now,
            )

    def make_people(self) -> Iterator[Person]:
        words = self.words("people")
        rng = words.rng
        for number, course, year, _ in self.course_rows(self.sizes.people):
            name, native, sort_name = words.name(course)
            born = year - rng.randint(35, 50)
            self.births[course].append(born)
            draw = rng.random()
            yield row(
                Person,
                slug=f"{PREFIX}person-{number}",
                name=name,
                native_name=native,
                sort_name=sort_name,
                born=words.day(born) if draw < 0.6 else f"{year_edtf(born)}{'~' * (draw > 0.9)}",
                died=year_edtf(born + rng.randint(62, 90)) if born < 1930 else None,
                epithet=words.fill("the {body} man", course) if draw < 0.1 else "",
                summary=words.prose(course),
                **self.state(rng),
            )

    def make_tenures(self) -> Iterator[Tenure]:
        words = self.words("tenures")
        rng = words.rng
        for number, course, _, place in self.course_rows(self.sizes.people):
            index = min(number // self.sizes.courses, len(self.births[course]) - 1)
            # Everybody lives to 62 at least, so that no office outlasts its holder.
            start = self.births[course][index] + rng.randint(24, 50)
            end = min(start + rng.randint(0, 11), self.births[course][index] + 61)
            exact = rng.random() < 0.6
            last = words.day(end + 1) if exact else year_edtf(end)
            yield row(
                Tenure,
                public_id=f"{PREFIX}tenure-{number}",
                person_id=self.of_course["person"][course][index],
                office=f"{rng.choice(OFFICES)} of {words.place(course)}",
                power_base_id=self.near(rng, "power_base", course, place),
                span=f"{words.day(start) if exact else year_edtf(start)}/{last}",
                sole_holder=rng.random() < 0.7,
            )

    def make_reforms(self) -> Iterator[Reform]:
        words = self.words("reforms")
        rng = words.rng
        for number, course, year, _ in self.course_rows(self.sizes.reforms):
            yield row(
                Reform,
                slug=f"{PREFIX}reform-{number}",
                title=words.fill("Reform of {matter} in {place}", course),
                span=HistoricalDate.from_edtf(words.date(year)),
                aim=words.prose(course, 2),
                measure_taken=words.prose(course, 2),
                outcome=words.prose(course),
                reversed=year_edtf(year + rng.randint(12, 20)) if rng.random() < 0.2 else None,
                **self.state(rng),
            )

    def make_initiators(self) -> Iterator[Any]:
        rng = self.words("initiators").rng
        for number, course, _, place in self.course_rows(self.sizes.reforms):
            people = {self.near(rng, "person", course, place) for _ in range(rng.randint(1, 2))}
            reform = self.of_course["reform"][course][number // self.sizes.courses]
            for person in sorted(people):
                yield Reform.initiators.through(reform_id=reform, person_id=person)

    def make_effects(self) -> Iterator[Effect]:
        words = self.words("effects")
        rng = words.rng
        count = 0
        for number, course, _, _ in self.course_rows(self.sizes.reforms):
            bodies = self.of_course["power_base"][course]
            for power_base in rng.sample(bodies, min(rng.randint(1, 2), len(bodies))):
                yield row(
                    Effect,
                    public_id=f"{PREFIX}effect-{count}",
                    reform_id=self.of_course["reform"][course][number // self.sizes.courses],
                    power_base_id=power_base,
                    change=rng.choice(Effect.Change.values),
                    why=words.prose(course, 1),
                )
                count += 1

    def make_measures(self) -> Iterator[Measure]:
        words = self.words("measures")
        for number, course, _, _ in self.course_rows(self.sizes.measures):
            what, unit = COUNTED[(number // self.sizes.courses) % len(COUNTED)]
            place = words.place(course)
            yield row(
                Measure,
                slug=f"{PREFIX}measure-{number}",
                name=f"{what} of {place}",
                unit=unit,
                population=f"All of {place}",
                finding="The figures rise and fall as the seed wills",
                caveat=MADE_UP,
                status=Status.PUBLISHED,
                published_at=self.now,
            )

    def make_statistics(self) -> Iterator[Statistic]:
        rng = self.words("statistics").rng
        last: dict[int, Decimal] = {}
        for number, course, year, _ in self.course_rows(self.sizes.statistics):
            measures = self.of_course["measure"][course]
            measure = measures[(number // self.sizes.courses) % len(measures)]
            before = last.get(measure, Decimal(rng.randint(20, 90)))
            value = max(Decimal(1), before + Decimal(rng.randint(-90, 100)) / 10)
            last[measure] = value
            comparator = rng.choices(Statistic.Comparator.values, (60, 20, 6, 6, 4, 4))[0]
            has_baseline = rng.random() < 0.15 and value != before
            yield row(
                Statistic,
                public_id=f"{PREFIX}statistic-{number}",
                measure_id=measure,
                comparator=comparator,
                value=value,
                upper_value=value + 5 if comparator == "between" else None,
                change=("rose" if value > before else "fell") if has_baseline else "",
                baseline_value=before if has_baseline else None,
                baseline_date=year_edtf(year - 1) if has_baseline else None,
                # A few share a year with the one before, and so disagree with it.
                date=year_edtf(year - (year % 10 if rng.random() < 0.1 else 0)),
                reform_id=self.near(rng, "reform", course, number / self.sizes.statistics)
                if rng.random() < 0.3
                else None,
                **self.state(rng),
            )

    def make_events(self) -> Iterator[Event]:
        words = self.words("events")
        rng = words.rng
        for number, course, year, _ in self.course_rows(self.sizes.events):
            dated = rng.random() < 0.995
            yield row(
                Event,
                slug=f"{PREFIX}event-{number}",
                title=words.fill(rng.choice(EVENT_TITLES), course),
                span=HistoricalDate.from_edtf(words.date(year)) if dated else None,
                undated_reason="" if dated else "The sources give no year.",
                summary=words.prose(course),
                significance=rng.choices((1, 2, 3), (50, 40, 10))[0],
                **self.state(rng),
            )

    def make_event_reforms(self) -> Iterator[Any]:
        rng = self.words("event reforms").rng
        for number, course, _, place in self.course_rows(self.sizes.events):
            if rng.random() < 0.2:
                yield Event.reforms.through(
                    event_id=self.of_course["event"][course][number // self.sizes.courses],
                    reform_id=self.near(rng, "reform", course, place),
                )

    def make_participations(self) -> Iterator[Participation]:
        rng = self.words("participations").rng
        for number, course, _, place in self.course_rows(self.sizes.events):
            people = {self.near(rng, "person", course, place) for _ in range(rng.randint(0, 3))}
            for order, person in enumerate(sorted(people), 1):
                yield row(
                    Participation,
                    event_id=self.of_course["event"][course][number // self.sizes.courses],
                    person_id=person,
                    role=rng.choice(ROLES),
                    order=order,
                )

    def make_entries(self) -> Iterator[TopicEntry]:
        words = self.words("entries")
        rng, sizes = words.rng, self.sizes
        # What a topic shows besides events: which kinds, and how many in a hundred entries.
        shares = {"reform": 14, "person": 12, "statistic": 8, "tenure": 4, "effect": 3}
        shares |= {"power_base": 2, "measure": 2}
        step = sizes.courses / sizes.topics
        for number, course, _, place in self.course_rows(sizes.topics):
            size = {0: 200, 1: 2_000}.get(number, rng.randint(40, 60))
            shown: list[tuple[str, int]] = []
            for kind in ARRANGED:
                keys = self.of_course[kind][course]
                if kind == "event" and number > 1:
                    begin = int(place * len(keys))
                    keys = keys[begin : begin + max(60, int(step * len(keys)))]
                share = shares.get(kind, 100 - sum(shares.values()))
                amount = min(max(1, size * share // 100), len(keys))
                shown += [(kind, key) for key in rng.sample(keys, amount)]
            for order, (kind, key) in enumerate(shown, 1):
                role = "event" if kind == "event" else rng.choice(TopicEntry.Role.values)
                yield row(
                    TopicEntry,
                    topic_id=self.topics[number],
                    order=order,
                    role=role,
                    framing=words.prose(course, 1),
                    **{f"{kind}_id": key},
                )

    def make_citations(self) -> Iterator[Citation]:
        words = self.words("citations")
        rng = words.rng
        count = 0
        # Kinds of apps above are not made up here.
        for kind in filter(self.of_course.__contains__, CITED):
            for key in sorted(key for keys in self.of_course[kind] for key in keys):
                # Measures arrange their figures, and need none.
                always = kind != "measure"
                times = (1 + (rng.random() < 0.25)) if always else int(rng.random() < 0.3)
                for order in range(times):
                    stances = (90, 6, 4) if order else (97, 2, 1)
                    stance = rng.choices(Citation.Stance.values, stances)[0]
                    yield row(
                        Citation,
                        public_id=f"{PREFIX}citation-{count}",
                        source_id=rng.choice(self.sources),
                        locator=f"p. {rng.randint(1, 600)}",
                        stance=stance,
                        checked=rng.choice(("read", "exists")),
                        note="" if stance == "supports" else words.prose(count, 1),
                        order=order + 1,
                        **{f"{kind}_id": key},
                    )
                    count += 1
