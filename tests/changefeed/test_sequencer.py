"""The feed of changes tells of every document that became another one, and of nothing hidden."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from curation.changefeed import sequencer
from curation.changefeed.dependencies import EMBEDDED, KINDS, TABLES, shows_elsewhere
from curation.models import Change, PendingChange
from events.models import ARRANGED, Event, Participation, TopicEntry
from people.models import Person
from records.api import content_version
from records.kinds import listed_kinds
from records.models import Sluggable
from sources.models import CITED
from tests import factories as make
from tests.support.enumerated import few_of
from tests.support.feed_reader import FEED, Reader

pytestmark = pytest.mark.django_db


# Triggers differ by database. That they note every column is tried on both, by all cases of
# `test_every_column_is_watched`; from the notes on the same code goes, which SQLite tries as well:
# hence `alike`.


# --- which documents --------------------------------------------------------------------------


@pytest.fixture
def connected() -> dict[str, Any]:
    """A small public record in which everything is linked to everything, two of each kind."""
    found: dict[str, Any] = {}
    for name in ("a", "b"):
        source = make.SourceFactory(slug=f"source-{name}")
        course = make.CourseFactory(slug=f"course-{name}")
        course.bibliography.add(source)
        topic = make.TopicFactory(slug=f"topic-{name}", course=course)
        person = make.PersonFactory(slug=f"person-{name}")
        sort = make.PowerBaseKindFactory(slug=f"kind-{name}")
        base = make.PowerBaseFactory(
            slug=f"base-{name}", kind=sort, parent=found.get("power_base a")
        )
        reform = make.ReformFactory(slug=f"reform-{name}", parent=found.get("reform a"))
        reform.initiators.add(person)
        event = make.EventFactory(slug=f"event-{name}")
        event.reforms.add(reform)
        make.ParticipationFactory(event=event, person=person)
        measure = make.MeasureFactory(slug=f"measure-{name}")
        records = {
            "source": source, "course": course, "topic": topic, "person": person,
            "power_base_kind": sort,
            "power_base": base, "reform": reform, "event": event, "measure": measure,
            "tenure": make.TenureFactory(
                public_id=f"tenure-{name}", person=person, power_base=base
            ),
            "effect": make.EffectFactory(
                public_id=f"effect-{name}", reform=reform, power_base=base
            ),
            "statistic": make.StatisticFactory(
                public_id=f"statistic-{name}", measure=measure, reform=reform, event=event,
                baseline_value=3,
            ),
            "term": make.TermFactory(slug=f"term-{name}"),
            "checked_claim": make.CheckedClaimFactory(
                public_id=f"claim-{name}", topic=topic, event=event, source=source
            ),
        }  # fmt: skip
        found |= {f"{kind} {name}": record for kind, record in records.items()}
    for kind in CITED:
        key = f"citation-{kind}".replace("_", "-")
        found["citation b"] = make.CitationFactory(
            public_id=key, source=source, **{kind: found[f"{kind} b"]}
        )
    for kind in ARRANGED:
        make.TopicEntryFactory(topic=topic, **{"event": None, kind: found[f"{kind} b"]})
    return found


def _another(column: Any, record: Any) -> Any:
    """A value for a column other than the one it has, which no constraint forbids; None: none."""
    value = getattr(record, column.attname)
    if column.name == "status":
        return None
    if column.choices:
        return next(choice for choice, _ in column.choices if choice != value)
    if column.name in ("reform", "power_base") and isinstance(record, KINDS["effect"]):
        # A reform has each effect on a power base once.
        return (make.ReformFactory() if column.name == "reform" else make.PowerBaseFactory()).pk
    if isinstance(column, models.ForeignKey):
        model: Any = column.related_model
        others = model._default_manager.exclude(pk__in=[value, record.pk])
        if column.name == "parent":
            others = others.filter(parent=None)
        return others.order_by("pk").values_list("pk", flat=True).first()
    if isinstance(column, models.BooleanField):
        return not value
    if isinstance(column, models.CharField | models.TextField):
        return f"{value or 'x'}-2"[: column.max_length]
    if isinstance(column, models.IntegerField | models.DecimalField):
        return (value or 0) + 1
    if isinstance(column, models.DateTimeField):
        return None
    raise AssertionError(column)


# Columns that say together what one historical date is: one alone makes no date.
_OF_DATES = ("_edtf", "_text", "_earliest", "_latest", "_sort")
# What only a pair of columns may have, the eight of which exactly one is set, and names of files.
_OTHERWISE = {
    *("upper_value", "baseline_value", "baseline_upper_value", "baseline_comparator"),
    *("change", "comparator", "significance", "picture_file"),
}


def _changeable(kind: str, record: Any) -> dict[Any, Any]:
    """Columns of a record that can be changed one by one, each with another value."""
    found = {}
    for column in KINDS[kind]._meta.concrete_fields:
        if column.primary_key or column.name in _OTHERWISE or column.name.endswith(_OF_DATES):
            continue
        about = getattr(record, "kinds", ())
        if column.name in about and column.name != record.kind:
            continue
        if (other := _another(column, record)) is not None:
            found[column] = other
    return found


@pytest.mark.alike
@pytest.mark.parametrize("kind", few_of(KINDS, "person"))
def test_every_document_that_a_column_changes_is_told(
    kind: str, connected: dict[str, Any], reader: Reader
) -> None:
    """Written past every form, as a script would: what stands in the record's own document only,
    what shows elsewhere, and each link by itself."""
    reader.catch_up()
    record = connected[f"{kind} b"]
    columns = _changeable(kind, record)
    links = [{c: columns[c]} for c in columns if isinstance(c, models.ForeignKey)]
    elsewhere = {
        c: columns[c]
        for c in columns
        if not isinstance(c, models.ForeignKey) and shows_elsewhere(c)
    }
    alone = {c: columns[c] for c in columns if not shows_elsewhere(c)}
    for stroke in (alone, elsewhere, *links):
        values = {column.attname: value for column, value in stroke.items()}
        type(record)._base_manager.filter(pk=record.pk).update(**values)
        told = reader.catch_up()
        assert reader.copy == reader.everything(), (kind, values)
        if stroke is alone and kind not in EMBEDDED:
            assert len(told) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_is_watched(kind: str, connected: dict[str, Any]) -> None:
    record = connected[f"{kind} b"]
    for column, value in _changeable(kind, record).items():
        PendingChange.objects.all().delete()
        type(record)._base_manager.filter(pk=record.pk).update(**{column.attname: value})
        noted = PendingChange.objects.filter(kind=kind, record_id=record.pk)
        assert noted.exists(), column
        if kind not in EMBEDDED and not isinstance(column, models.ForeignKey):
            assert noted.get().spreads == shows_elsewhere(column), column


def _take_away(name: str) -> Callable[[dict[str, Any]], Any]:
    return lambda records: records[name].delete()


def _hide(name: str) -> Callable[[dict[str, Any]], Any]:
    def hide(records: dict[str, Any]) -> None:
        record = records[name]
        record.status, record.withdrawn_reason = "withdrawn", "Misread."
        record.save()

    return hide


def _statement(table: str, values: str) -> Callable[[dict[str, Any]], Any]:
    def typed(records: dict[str, Any]) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET {values}")

    return typed


UPSETS: dict[str, Callable[[dict[str, Any]], Any]] = {
    # Hidden: with all that joins it.
    **{f"hide {kind}": _hide(f"{kind} b") for kind in KINDS
       if kind not in ("tenure", "effect", "citation")},
    # Rows go, and records with everything that hangs on them.
    **{f"delete {kind}": _take_away(f"{kind} b") for kind in
       ("tenure", "effect", "citation", "statistic", "person", "event", "topic", "course")},
    "a link goes": lambda r: r["event b"].reforms.clear(),
    "a link comes": lambda r: r["event b"].reforms.add(r["reform a"]),
    "another began it": lambda r: r["reform b"].initiators.set([r["person a"]]),
    "one took part in bulk": lambda r: Participation.objects.bulk_create(
        [Participation(event=r["event b"], person=r["person a"])]),
    "the order of parts": lambda r: Participation.objects.update(order=7, role="arrested"),
    "the order of entries": lambda r: TopicEntry.objects.update(order=7),
    "a row moves": lambda r: type(r["tenure a"]).objects.update(person=r["person b"]),
    "a figure moves": lambda r: type(r["statistic a"]).objects.update(measure=r["measure b"]),
    "typed into the database": _statement("people_person", "name = 'Nobody'"),
    "straight from a table": lambda r: TopicEntry.objects.all()._raw_delete("default"),
}  # fmt: skip


@pytest.mark.alike
@pytest.mark.parametrize("upset", few_of(UPSETS, "hide event", "a link goes"))
def test_every_document_that_a_stroke_changes_is_told(
    upset: str, connected: dict[str, Any], reader: Reader
) -> None:
    reader.catch_up()
    UPSETS[upset](connected)
    reader.catch_up()
    assert reader.copy == reader.everything()


def test_what_stays_as_it_is_is_not_told(connected: dict[str, Any], reader: Reader) -> None:
    reader.catch_up()
    Person.objects.update(name="Nikita Khrushchev")
    assert reader.entries() == []
    # A long text stands in the record's own document only.
    Person.objects.filter(slug="person-a").update(summary="A miner's son.")
    assert reader.catch_up() == [("person", "person-a", "updated")]


# Rows that move away bring the most into play, so every kind is tried with them; what else may come
# between, with the two kinds that the most rows join.
MOMENTS = [
    *((kind, "rows move") for kind in KINDS if kind not in ("tenure", "effect", "citation")),
    *((k, what) for k in ("event", "person") for what in ("nothing", "rows go", "it goes")),
]


@pytest.mark.alike
@pytest.mark.parametrize(("kind", "meanwhile"), few_of(MOMENTS, ("event", "rows move")))
def test_what_was_public_for_a_moment_shows_nowhere_any_more(
    kind: str, meanwhile: str, connected: dict[str, Any], reader: Reader
) -> None:
    """Published and hidden again before any of it was numbered, while somebody read a document in
    which it showed, for another reason."""
    record = connected[f"{kind} b"]
    rows = type(record)._base_manager.filter(pk=record.pk)
    rows.update(status="draft")
    sequencer.number_everything()
    Change.objects.all().delete()
    for each, model in KINDS.items():
        for pk in model._base_manager.values_list("pk", flat=True):
            PendingChange.objects.create(kind=each, record_id=pk)
    reader.catch_up()
    rows.update(status="published")
    read = reader.everything()
    reader.copy = {here: read[here] for here in reader.copy}
    if meanwhile == "rows go":
        Participation.objects.all().delete()
        TopicEntry.objects.all().delete()
        KINDS["citation"].objects.all().delete()
        KINDS["tenure"].objects.all().delete()
        KINDS["effect"].objects.all().delete()
    if meanwhile == "rows move":
        hidden = make.PersonFactory(status="draft"), make.ReformFactory(status="draft")
        KINDS["tenure"].objects.update(person=hidden[0])
        KINDS["effect"].objects.filter(public_id="effect-b").update(reform=hidden[1])
        KINDS["statistic"].objects.update(reform=None, event=None)
        KINDS["citation"].objects.update(source=make.SourceFactory(status="draft"))
    rows.update(status="draft")
    if meanwhile == "it goes":
        with suppress(models.ProtectedError):
            record.delete()
    reader.catch_up()
    assert reader.copy == reader.everything()


# --- how much it takes ------------------------------------------------------------------------


def test_a_page_costs_the_same_whatever_it_holds(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content_version, "_counter", None)
    for _ in range(210):
        make.EventFactory()
    while sequencer.number_changes():
        pass
    costs = []
    for address in (f"{FEED}?page_size=5", f"{FEED}?page_size=200", f"{FEED}?kind=event"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        costs.append(len(asked))
    # What is waiting, how far the feed goes, its entries.
    assert costs == [3, 3, 3]
    place = client.get(FEED).json()["after"]
    with CaptureQueriesContext(connection) as asked:
        client.get(FEED, {"after": place})
    assert len(asked) == 4


def test_numbering_costs_the_same_for_one_and_for_many(editor: Any) -> None:
    person = make.PersonFactory()
    costs = []
    for rows in (3, 20):
        for _ in range(rows):
            tenure = make.TenureFactory(person=person)
            make.CitationFactory(tenure=tenure)
            make.ParticipationFactory(person=person)
        sequencer.number_everything()
        person.name += "!"
        person.save()
        with CaptureQueriesContext(connection) as asked:
            sequencer.number_changes()
        costs.append(len(asked))
    assert costs[0] == costs[1]
    # Everything that a name shows in is looked for, and nothing of it is rendered.
    assert costs[0] < 60


def test_writing_costs_no_query_more(editor: Any) -> None:
    person = make.PersonFactory()
    with CaptureQueriesContext(connection) as asked:
        Person.objects.filter(pk=person.pk).update(name="Nikita")
    assert len(asked) == 1
    assert PendingChange.objects.filter(kind="person", record_id=person.pk, spreads=True).exists()


@pytest.mark.parametrize("most", few_of([10, 1000], 10))
def test_a_backlog_is_numbered_in_steps_with_the_same_outcome(
    most: int, connected: dict[str, Any], reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sequencer, "MOST_AT_ONCE", most)
    reader.catch_up()
    assert reader.copy == reader.everything()
    connected["tenure b"].delete()
    connected["event b"].delete()
    Participation.objects.all().delete()
    _hide("person a")(connected)
    reader.catch_up()
    assert reader.copy == reader.everything()


def test_every_table_is_watched() -> None:
    """A kind or a relation that is added later has to say how it shows."""
    labels = {model._meta.app_label for model in KINDS.values()}
    from django.apps import apps

    everything = {
        model
        for label in labels
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    }
    assert everything == set(TABLES)
    assert {k for k, m in KINDS.items() if issubclass(m, Sluggable)} | {
        "tenure", "effect", "statistic", "citation", "checked_claim"
    } == {kind.name for kind in listed_kinds()}  # fmt: skip
    assert Event in KINDS.values()


def test_no_time_is_told_while_something_has_no_number(client: Client, monkeypatch: Any) -> None:
    event = make.EventFactory()
    sequencer.number_everything()
    Change.objects.update(made_at=timezone.now() - timedelta(hours=1))
    monkeypatch.setattr(content_version, "_STARTED", timezone.now() - timedelta(hours=2))
    address = f"/api/v1/events/{event.slug}/"
    before = client.get(address)["Last-Modified"]
    headers = {"if-modified-since": before}
    assert client.get(address, headers=headers).status_code == 304
    # As a script does that knows nothing of the desk.
    type(event).objects.filter(pk=event.pk).update(title="Renamed by a script")
    answer = client.get(address, headers=headers)
    assert (answer.status_code, answer.json()["title"]) == (200, "Renamed by a script")
    assert "Last-Modified" not in answer
