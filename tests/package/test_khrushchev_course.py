"""The shipped course says what the evidence allows: statements, events, offices and sources."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from events.lesson.graph import living_graph
from events.lesson.setting import shown
from events.models import Course, Event, Topic
from events.package.loading import load_package
from events.package.reading import read_package
from events.package.tables import TABLE_OF_KIND, TABLES
from events.package.writing import dump
from lessons.models import CheckedClaim
from people.models import Person, Tenure
from records.dates import day_number
from records.publication import obstacles
from reforms.figures import disagreements
from reforms.models import Statistic
from sources.certainty import evidence
from sources.models import Citation, Source
from tests import ROOT
from tests.support.khrushchev_clauses import (
    CLAUSES,
    CONTRADICTED,
    DOUBTFUL,
    NUANCE,
    SUPPORTED,
    Clause,
)
from tests.support.pages import words

# Each test has a savepoint of its own inside the transaction that `course` opens.
pytestmark = pytest.mark.django_db

FOLDER = ROOT / "courses" / "khrushchev"


@pytest.fixture(scope="module")
def course(django_db_setup: None, django_db_blocker: Any) -> Iterator[Course]:
    """The course, loaded once for all of these tests, which only read."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_package(read_package(FOLDER))
        yield Course.objects.get(slug="khrushchev")
        transaction.set_rollback(True)


# Which statements of the class notes each topic has to check, in the order of the course.
TOPICS = {
    "leadership-struggle": range(1, 8),
    "early-reforms": range(8, 17),
    "de-stalinisation": range(17, 24),
    "decentralisation": range(24, 27),
    "democratisation": range(27, 31),
    "the-fall": range(31, 38),
}

EVENTS = {
    "leningrad-affair": "1949/1950",
    "stalin-dies": "1953-03-05",
    "malenkov-leaves-secretariat": "1953-03-14",
    "amnesty-decree": "1953-03-27",
    "doctors-plot-declared-false": "1953-04-04",
    "decrees-on-western-republics": "1953-05-26/1953-06-12",
    "beria-arrested": "1953-06-26",
    "july-plenum-1953": "1953-07-02/1953-07-07",
    "heavy-against-light-industry": "1953-08/1954",
    "special-board-abolished": "1953-09",
    "khrushchev-first-secretary": "1953-09-07",
    "beria-shot": "1953-12-23",
    "virgin-lands": "1954",
    "kgb-created": "1954-03-13",
    "review-of-cases-ordered": "1954-05-04",
    "kengir-uprising": "1954-05-16/1954-06-26",
    "state-staff-cuts-1954": "1954-10-14",
    "abakumov-shot": "1954-12",
    "malenkov-resigns": "1955-02-08",
    "july-plenum-1955": "1955-07",
    "pospelov-commission": "1955-12-31",
    "twentieth-congress": "1956-02-14/1956-02-25",
    "secret-speech": "1956-02-25",
    "camp-review-commissions": "1956-03/1956-10",
    "georgian-demonstrations": "1956-03-04/1956-03-10",
    "terror-law-annulled": "1956-04-19",
    "poznan-rising": "1956-06-28",
    "resolution-on-the-cult": "1956-06-30",
    "deported-peoples-decree": "1956-07-16",
    "polish-october": "1956-10-19/1956-10-24",
    "hungarian-uprising": "1956-10-23/1956-11-10",
    "closed-letter": "1956-12-19",
    "we-are-all-stalinists": "1956-12-31",
    "republics-restored": "1957-01-09",
    "voprosy-istorii-disciplined": "1957-03",
    "sovnarkhoz-law": "1957-05-10",
    "anti-party-group-defeated": "1957-06-18/1957-06-29",
    "zhukov-dismissed": "1957-10-26",
    "khrushchev-premier": "1958-03-27",
    "twenty-first-congress": "1959-01-27/1959-02-05",
    "purge-of-regional-secretaries": "1960/1961",
    "gulag-administration-closed": "1960-01-25",
    "ministry-of-agriculture-reorganised": "1961-02-20",
    "twenty-second-congress": "1961-10-17/1961-10-31",
    "stalins-body-removed": "1961-10-31",
    "novocherkassk-shooting": "1962-06-02",
    "cuban-missile-crisis": "1962-10-16/1962-10-28",
    "party-bifurcated": "1962-11",
    "ivan-denisovich": "1962-11",
    "khrushchev-removed": "1964-10-14",
    "molotov-overruled-on-industry": "1957-03-27",
    "recentralisation-begins": "1959",
    "soviet-specialists-leave-china": "1960",
    "farm-boards-1962": "1962-03",
    "price-rise-1962": "1962-06-01",
    "harvest-of-1963": "1963",
    "brezhnev-sounds-out-colleagues": "1964-03",
    "farm-memorandum-1964": "1964-07-18",
    "presidium-recalls-khrushchev": "1964-10-12",
    "khrushchev-accused": "1964-10-13",
    "pravda-explains-the-removal": "1964-10-17",
    "party-reunited": "1964-11",
    "economic-councils-abolished": "1965",
    "party-admission-tightened": "1965-07",
    "rotation-abolished": "1966-03-29/1966-04-08",
}

OFFICES = [
    ("khrushchev", "First Secretary, Communist Party of Ukraine", "1938-01-27/1947-03-03"),
    ("khrushchev", "First Secretary, Communist Party of Ukraine", "1947-12-26/1949-12-16"),
    # The start is not in the sources read, so it is marked as uncertain.
    ("khrushchev", "Secretary of the Central Committee", "1949-12?/1953-09-07"),
    ("khrushchev", "Leading Secretary of the Central Committee", "1953-03-14/1953-09-07"),
    ("khrushchev", "First Secretary of the Central Committee", "1953-09-07/1964-10-14"),
    ("khrushchev", "Chairman of the Council of Ministers", "1958-03-27/1964-10-15"),
    ("beria", "First Secretary, Communist Party of Georgia", "1931-11-14/1932-10-18"),
    ("beria", "First Secretary, Communist Party of Georgia", "1934-01-15/1938-08-31"),
    ("beria", "People's Commissar for Internal Affairs", "1938-11-25/1946-01-15"),
    ("beria", "Deputy Chairman of the Council of Ministers", "1946-03-19/1953-03-05"),
    ("beria", "First Deputy Chairman of the Council of Ministers", "1953-03-05/1953-06-26"),
    ("beria", "Minister of Internal Affairs", "1953-03-05/1953-06-26"),
    ("malenkov", "Deputy Chairman of the Council of People's", "1944-05-15/1946-03-15"),
    ("malenkov", "Deputy Chairman of the Council of Ministers", "1946-08-02/1953-03-05"),
    ("malenkov", "Secretary of the Central Committee", "1948-07-01?/1953-03-14"),
    ("malenkov", "Chairman of the Council of Ministers", "1953-03-05/1955-02-08"),
    ("malenkov", "Deputy Chairman of the Council of Ministers", "1955-02-09/1957-06-29"),
    ("brezhnev", "First Secretary, Communist Party of Moldavia", "1950-11-03/1952-04-16"),
    ("brezhnev", "First Secretary, Communist Party of Kazakhstan", "1955-05-08/1956-03-06"),
    ("brezhnev", "Candidate member of the Presidium", "1956-02-27/1957-06-29"),
    ("brezhnev", "Secretary of the Central Committee", "1956-02-27/1960-07-16?"),
    ("brezhnev", "Secretary of the Central Committee", "1963-06-22/1964-10-14"),
    ("brezhnev", "Full member of the Presidium", "1957-06-29/1982-11-10"),
    ("brezhnev", "Chairman of the Presidium of the Supreme Soviet", "1960-05-07/1964-07-15"),
    ("brezhnev", "Chairman of the Presidium of the Supreme Soviet", "1977-06-16/1982-11-10"),
    ("brezhnev", "First Secretary of the Central Committee", "1964-10-14/1982-11-10"),
    ("stalin", "General Secretary of the Central Committee", "1922-04-03/1952-10-16"),
    ("stalin", "Chairman of the Council of People's Commissars", "1941-05-06/1946-03-15"),
    ("stalin", "Chairman of the Council of Ministers", "1946-03-15/1953-03-05"),
    ("stalin", "People's Commissar, then Minister of Defence", "1941-07-19/1947-03-03"),
    ("bulganin", "Minister of Defence", "1953-03-05?/1955-02-09"),
    ("bulganin", "Chairman of the Council of Ministers", "1955-02-08/1958-03-27"),
    ("kosygin", "Chairman of the Council of Ministers", "1964-10-15/1980-10-23"),
]

# New Style birth with the Old Style day where it is known, and death.
LIVES = [
    ("khrushchev", "1894-04-15", "3 April", "1971-09-11"),
    ("beria", "1899-03-29", "17 March", "1953-12-23"),
    ("malenkov", "1902-01-08?", "26 December 1901", "1988-01-14"),
    # His Old Style birthday is not in the sources read.
    ("brezhnev", "1906-12-19", None, "1982-11-10"),
    ("stalin", "1878-12-18", "6 December", "1953-03-05"),
    ("bulganin", "1895-06-11", "30 May", "1975-02-24"),
]


def record_of(kind: str, key: str) -> Any:
    table = TABLE_OF_KIND[kind]
    return table.model._default_manager.published().get(**{table.key: key})


class TestStatements:
    def test_all_thirty_seven_are_there_in_order(self) -> None:
        assert [clause[0] for clause in CLAUSES] == [f"S{n}" for n in range(1, 38)]

    @pytest.mark.parametrize("clause", CLAUSES, ids=[clause[0] for clause in CLAUSES])
    def test_has_a_record_with_its_figure_date_and_verdict(
        self, course: Course, clause: Clause
    ) -> None:
        name, kind, key, value, edtf, verdict, _ = clause
        record = record_of(kind, key)
        if value is not None:
            assert record.value == value
        if edtf is not None:
            assert (record.date if kind == "statistic" else record.span).edtf == edtf
        citations = list(record.citations.published().select_related("source"))
        statement = CheckedClaim.objects.published().get(code=name).statement
        from_the_notes = [
            citation
            for citation in citations
            if citation.source.slug == "class-notes" and citation.claim == statement
        ]
        assert len(from_the_notes) == 1
        (group,) = [e for e in evidence(citations) if e.claim == from_the_notes[0].claim]
        stances = {c.stance for c in group.citations if c.source.slug != "class-notes"}
        assert stances, "nothing stands beside the notes"
        assert ("disputes" in stances) == (verdict == CONTRADICTED)
        if verdict in (NUANCE, DOUBTFUL):
            assert "qualifies" in stances
        if verdict == SUPPORTED:
            assert stances == {"supports"}

    @pytest.mark.parametrize("slug", TOPICS)
    def test_is_checked_in_the_topic_of_its_part_of_the_notes(
        self, course: Course, slug: str
    ) -> None:
        claims = CheckedClaim.objects.published().filter(topic__slug=slug).exclude(code="")
        codes = list(claims.order_by("order").values_list("code", flat=True))
        assert codes == [f"S{number}" for number in TOPICS[slug]]

    def test_no_source_is_cited_by_the_number_of_a_statement(self, course: Course) -> None:
        assert not Citation.objects.filter(locator__regex=r"\bS[0-9]").exists()

    def test_the_number_of_prisoners_in_1956_stands_beside_its_dispute(
        self, course: Course
    ) -> None:
        figure = record_of("statistic", "gulag-prisoners-1956-notes")
        assert figure.amount == "about 1.6 million"
        groups = evidence(figure.citations.published().select_related("source"))
        assert "disputed" in {group.level for group in groups}


class TestCourse:
    def test_has_six_topics_in_order_with_a_question_and_an_answer(self, course: Course) -> None:
        topics = list(course.topics.published().order_by("order"))
        assert [topic.slug for topic in topics] == list(TOPICS)
        assert [topic.order for topic in topics] == [1, 2, 3, 4, 5, 6]
        for topic in topics:
            assert topic.question.endswith("?")
            assert len(topic.short_answer) > 80

    def test_has_the_events_at_their_dates(self, course: Course) -> None:
        found = dict(Event.objects.published().values_list("slug", "span_edtf"))
        assert found == EVENTS

    @pytest.mark.parametrize(
        ("slug", "values"),
        [
            # Three counts of the people whom one decree set free: nothing picks a winner.
            ("amnesty-releases", {1_201_738, 1_349_263, 1_500_000}),
        ],
    )
    def test_shows_counts_that_conflict(self, course: Course, slug: str, values: set[int]) -> None:
        (group,) = disagreements(Statistic.objects.published().filter(measure__slug=slug))
        assert {figure.value for figure in group} == values

    def test_adds_up_what_became_of_the_cases_reviewed(self, course: Course) -> None:
        figures = Statistic.objects.published()
        reviewed, unchanged, changed = (
            figures.get(public_id=key).value
            for key in (
                "cases-reviewed-1956",
                "sentences-left-unchanged-1956",
                "penalties-revised-1956",
            )
        )
        assert unchanged + changed == reviewed

    def test_every_event_stands_in_a_topic(self, course: Course) -> None:
        assert not Event.objects.filter(topic_entries__isnull=True).exists()

    @pytest.mark.parametrize(("person", "office", "span"), OFFICES)
    def test_has_every_office(self, course: Course, person: str, office: str, span: str) -> None:
        tenures = Tenure.objects.published().filter(person__slug=person, span_edtf=span)
        assert [t.office for t in tenures if t.office.startswith(office)]

    @pytest.mark.parametrize(("slug", "born", "old_style", "died"), LIVES)
    def test_has_life_dates_in_both_calendars(
        self, course: Course, slug: str, born: str, old_style: str | None, died: str
    ) -> None:
        person = Person.objects.published().get(slug=slug)
        assert (person.born.edtf, person.died.edtf) == (born, died)
        if old_style:
            assert person.born.old_style == old_style

    def test_gives_people_their_names_in_their_own_script(self, course: Course) -> None:
        assert not Person.objects.exclude(native_name__regex="[А-я]").exists()

    @pytest.mark.parametrize(
        ("day", "person", "power_base"),
        [
            ((1953, 6, 1), "khrushchev", "secretariat"),
            ((1953, 6, 1), "beria", "mvd"),
            ((1953, 6, 1), "malenkov", "council-of-ministers"),
            ((1955, 3, 1), "bulganin", "council-of-ministers"),
            ((1958, 4, 1), "khrushchev", "council-of-ministers"),
        ],
    )
    def test_knows_who_held_what_on_a_day(
        self, course: Course, day: tuple[int, int, int], person: str, power_base: str
    ) -> None:
        held = Tenure.objects.published().on(day_number(*day)).filter(person__slug=person)
        assert power_base in held.values_list("power_base__slug", flat=True)

    def test_has_one_premier_on_every_first_of_the_month(self, course: Course) -> None:
        for year in range(1953, 1965):
            for month in range(1, 13):
                if (year, month) > (1964, 12):
                    break
                holders = Tenure.objects.on(day_number(year, month)).filter(
                    office="Chairman of the Council of Ministers (Premier)"
                )
                assert holders.count() == 1, (year, month, list(holders))

    def test_neither_beria_nor_malenkov_is_premier_in_march_1955(self, course: Course) -> None:
        held = Tenure.objects.published().on(day_number(1955, 3, 1))
        premiers = held.filter(office__startswith="Chairman of the Council of Ministers")
        assert [tenure.person.slug for tenure in premiers] == ["bulganin"]
        assert not held.filter(person__slug="beria").exists()


class TestEvidence:
    def test_everything_passes_the_publishing_gate(self, course: Course) -> None:
        for table in TABLES:
            for record in table.model._default_manager.all():
                if hasattr(record, "status"):
                    assert record.status == "published", record
                    assert obstacles(record) == [], record

    def test_every_source_is_listed_and_most_are_cited(self, course: Course) -> None:
        listed = set(course.bibliography.values_list("slug", flat=True))
        cited = set(Citation.objects.values_list("source__slug", flat=True))
        assert set(Source.objects.values_list("slug", flat=True)) == listed | cited
        assert len(listed) > 100

    def test_course_material_is_never_marked_as_read_evidence(self, course: Course) -> None:
        for citation in Citation.objects.select_related("source"):
            if citation.source.kind == "course_tradition":
                assert citation.checked == "tradition", citation.public_id
            if "not re-read" in citation.locator:
                assert citation.checked == "exists", citation.public_id

    def test_figures_that_disagree_are_shown_as_such(self, course: Course) -> None:
        assert all(len(group) > 1 for group in disagreements(Statistic.objects.all()))

    def test_no_text_speaks_of_the_workshop(self, course: Course) -> None:
        # Evidence marks and names of working files belong to research, not to readers.
        workshop = re.compile(r"facts\.md|fact sheet|\[[VEGC]\]|\bE\d{1,2}\b|Level 2")
        for name, content in dump(course).items():
            assert not workshop.search(content.decode()), (name, workshop.search(content.decode()))


def test_the_shipped_files_are_a_dump_of_themselves(course: Course) -> None:
    assert {path.name: path.read_bytes() for path in FOLDER.iterdir()} == dump(course)


# --- questions of the kind students ask ----------------------------------------------------------

# The topic, the question, and the words of its answer, all in one paragraph of the lesson.
QUESTIONS = [
    ("leadership-struggle", "Who was Premier in April 1957?",
     ["On 8 February 1955 he resigned, and Nikolai Bulganin became Premier"]),
    ("leadership-struggle", "And until when?",
     ["In March 1958 he took Bulganin's place as Premier"]),
    ("leadership-struggle", "Why did Malenkov fall?",
     ["Leningrad Affair", "warning to Malenkov", "has displayed indecisiveness", "he resigned"]),
    ("leadership-struggle", "How did the Presidium vote in June 1957?",
     ["Seven full members of the Presidium wanted him out", "Malenkov, Molotov, Kaganovich",
      "only Mikoyan, Suslov and Kirichenko", "seven to four"]),
    ("leadership-struggle", "Who saved Khrushchev?",
     ["He turned to the Central Committee", "Zhukov", "military aircraft"]),
    ("early-reforms", "Who proposed the amnesty of 1953, and whom did it free?",
     ["Beria told the Presidium", "people with short sentences", "Few political prisoners"]),
    ("early-reforms", "How many of those reviewed were cleared?",
     ["337,183", "cleared only 14,338", "about 4 in 100"]),
    ("de-stalinisation", "What did the Secret Speech leave out?",
     ["What he left out", "the forced collective farms", "everything before 1934"]),
    ("de-stalinisation", "Did the rising in Hungary cause the retreat?",
     ["Hungary was not the first cause", "four months earlier"]),
    ("decentralisation", "What is a sovnarkhoz?",
     ["regional councils", "each a sovnarkhoz", "ran the industry of its own area"]),
    ("democratisation", "Where do the sixteen years come from?",
     ["a quarter of the Central Committee", "sixteen years", "Nothing in the rule makes ten"]),
    ("the-fall", "What happened on 13 October 1964?",
     ["13 October", "guard and his telephones had changed hands", "accused him over farming"]),
    ("the-fall", "How bad was the harvest of 1963?",
     ["107 million tonnes", "61 per cent of the plan", "12 million tonnes"]),
]  # fmt: skip


class _OpenText(HTMLParser):
    """The paragraphs that a page shows before anything is opened: no notes, nothing folded."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.paragraphs: list[str] = []
        self._hidden: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if (
            tag == "details"
            or "popover" in dict(attrs)
            or tag in ("sup", "svg")
            or (self._hidden and tag == self._hidden[-1])
        ):
            self._hidden.append(tag)
        if tag == "p":
            self.paragraphs.append("")

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and tag == self._hidden[-1]:
            self._hidden.pop()

    def handle_data(self, data: str) -> None:
        if self.paragraphs and not self._hidden:
            self.paragraphs[-1] += data


@pytest.mark.parametrize(
    ("topic", "question", "answer"), QUESTIONS, ids=[question for _, question, _ in QUESTIONS]
)
def test_a_lesson_answers_what_students_ask(
    client: Client, course: Course, topic: str, question: str, answer: list[str]
) -> None:
    page = client.get(f"/topics/{topic}/").content.decode()
    text = page[
        page.index('<section class="lesson"') : page.index('<section class="for-and-against"')
    ]
    paragraphs = [" ".join(each.split()) for each in _OpenText(text).paragraphs]
    assert any(all(words in each for words in answer) for each in paragraphs), question


@pytest.mark.parametrize("address", ["courses/khrushchev", *(f"topics/{each}" for each in TOPICS)])
def test_no_date_is_said_twice_side_by_side(client: Client, course: Course, address: str) -> None:
    seen = words(client.get(f"/{address}/"))
    assert not re.findall(r"(\d{1,2} [A-Z][a-z]+ \d{4}) ?, \1", seen)


@pytest.mark.parametrize("topic", TOPICS)
def test_each_question_has_positions_with_evidence(course: Course, topic: str) -> None:
    read = Topic.objects.get(slug=topic)
    shown_there = shown(
        [],
        read.positions.all(),
        read.evidence.published().with_records(),  # type: ignore[attr-defined]
    )
    assert [position.letter for position in shown_there.positions] == ["A", "B", "C"]
    for position in shown_there.positions:
        assert 3 <= len(position.pieces) <= 6, position.name
        # No answer goes unchallenged, but for two: another line there, and the lesson would take
        # six leaves of paper.
        full = (topic, position.letter) in {("early-reforms", "C"), ("de-stalinisation", "B")}
        sides = {"supports"} if full else {"supports", "limits"}
        assert {piece.stance for piece in position.pieces} == sides, position.name
        for piece in position.pieces:
            # Everything that is said of a position rests on something: what it cites, or links.
            assert piece.sources or "<a href" in piece.html, piece.label
            if piece.view_of:
                assert piece.record in [note.source for note in piece.sources], piece.label
    assert any(piece.view_of for position in shown_there.positions for piece in position.pieces)
    assert living_graph(shown_there.positions) is not None
