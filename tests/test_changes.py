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

from curation import changes, history, merging, publishing
from curation.models import Change, PendingChange, Version
from curation.shown import KINDS, TABLES, WHOLE, shows_elsewhere
from events.models import ARRANGED, Event, Participation, TopicEntry
from people.models import Person
from records import content_version
from records.api import ROUTES
from records.models import Sluggable
from sources.models import CITED
from tests import conftest as make
from tests.canaries import World, make_world

pytestmark = pytest.mark.django_db
FEED = "/api/v1/changes/"


class Reader:
    """Somebody who keeps in step: the documents as the feed leads to them, and as they all are."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.after = ""
        self.copy: dict[tuple[str, str], Any] = {}

    def entries(self, **asked: Any) -> list[dict[str, Any]]:
        """What is new, page by page."""
        found: list[dict[str, Any]] = []
        while True:
            query = asked | ({"after": self.after} if self.after else {})
            page = self.client.get(FEED, query)
            assert page.status_code == 200, page.content
            body = page.json()
            self.after = body["after"]
            found += body["results"]
            if body["next"] is None:
                return found

    def catch_up(self) -> list[tuple[str, str, str]]:
        """Follow the feed as the reference client does. Out: kind, key and action of each entry."""
        found = self.entries(page_size=200)
        for entry in found:
            here = entry["kind"], entry["key"]
            answer = self.client.get(entry["url"]) if entry["url"] else None
            if answer is not None and answer.status_code == 200:
                self.copy[here] = answer.json()
            else:
                self.copy.pop(here, None)
        return [(entry["kind"], entry["key"], entry["action"]) for entry in found]

    def everything(self) -> dict[tuple[str, str], Any]:
        """Every public document, found by the listings."""
        found = {}
        for kind, route in ROUTES.items():
            address: str | None = f"/api/v1/{_prefix(route)}/?page_size=200"
            while address:
                page = self.client.get(address).json()
                for each in page["results"]:
                    key = each.get("slug") or each["id"]
                    found[kind, key] = self.client.get(each["url"]).json()
                address = page["next"]
        return found


def _prefix(route: str) -> str:
    return {"person": "people", "power-base": "power-bases"}.get(route, f"{route}s")


@pytest.fixture
def reader(client: Client) -> Reader:
    return Reader(client)


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
        base = make.PowerBaseFactory(slug=f"base-{name}", parent=found.get("power_base a"))
        reform = make.ReformFactory(slug=f"reform-{name}", parent=found.get("reform a"))
        reform.initiators.add(person)
        event = make.EventFactory(slug=f"event-{name}")
        event.reforms.add(reform)
        make.ParticipationFactory(event=event, person=person)
        measure = make.MeasureFactory(slug=f"measure-{name}")
        records = {
            "source": source, "course": course, "topic": topic, "person": person,
            "power_base": base, "reform": reform, "event": event, "measure": measure,
            "tenure": make.TenureFactory(
                public_id=f"tenure-{name}", person=person, power_base=base
            ),
            "effect": make.EffectFactory(
                public_id=f"effect-{name}", reform=reform, power_base=base
            ),
            "statistic": make.StatisticFactory(
                public_id=f"statistic-{name}", measure=measure, reform=reform, event=event
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
# What only a pair of columns may have, and the eight of which exactly one is set.
_OTHERWISE = {"upper_value", "baseline_value", "change", "comparator", "significance"}


def _changeable(kind: str, record: Any) -> dict[Any, Any]:
    """Columns of a record that can be changed one by one, each with another value."""
    found = {}
    for column in KINDS[kind]._meta.concrete_fields:
        if column.primary_key or column.name in _OTHERWISE or column.name.endswith(_OF_DATES):
            continue
        if kind == "citation" and column.null and column.name != "event":
            continue
        if (other := _another(column, record)) is not None:
            found[column] = other
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_every_document_that_a_column_changes_is_told(
    kind: str, connected: dict[str, Any], reader: Reader
) -> None:
    """Written past every form, as a script would: what stands in the record's own document only,
    what shows elsewhere, and each link by itself."""
    reader.catch_up()
    assert reader.copy == reader.everything()
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
        if stroke is alone and kind not in WHOLE:
            assert len(told) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_every_column_is_watched(kind: str, connected: dict[str, Any]) -> None:
    record = connected[f"{kind} b"]
    for column, value in _changeable(kind, record).items():
        PendingChange.objects.all().delete()
        type(record)._base_manager.filter(pk=record.pk).update(**{column.attname: value})
        noted = PendingChange.objects.filter(kind=kind, record_id=record.pk)
        assert noted.exists(), column
        if kind not in WHOLE and not isinstance(column, models.ForeignKey):
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


@pytest.mark.parametrize("upset", UPSETS)
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


@pytest.mark.parametrize("kind", [k for k in KINDS if k not in ("tenure", "effect", "citation")])
@pytest.mark.parametrize("meanwhile", ["nothing", "rows go", "rows move", "it goes"])
def test_what_was_public_for_a_moment_shows_nowhere_any_more(
    kind: str, meanwhile: str, connected: dict[str, Any], reader: Reader
) -> None:
    """Published and hidden again before any of it was numbered, while somebody read a document in
    which it showed, for another reason."""
    record = connected[f"{kind} b"]
    rows = type(record)._base_manager.filter(pk=record.pk)
    rows.update(status="draft")
    changes.number_everything()
    Change.objects.all().delete()
    for each, model in KINDS.items():
        for pk in model._base_manager.values_list("pk", flat=True):
            PendingChange.objects.create(kind=each, record_id=pk)
    reader.catch_up()
    assert reader.copy == reader.everything()
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


# --- what is said -----------------------------------------------------------------------------


def last_words(reader: Reader, kind: str = "event") -> dict[str, tuple[str, str]]:
    """Of each address of a kind: what the new entries said last, and where they lead on."""
    return {
        entry["key"]: (entry["action"], entry["into"]["key"] if entry["into"] else "")
        for entry in reader.entries()
        if entry["kind"] == kind
    }


def test_the_life_of_a_record(reader: Reader, editor: Any) -> None:
    event = make.EventFactory(slug="hoax", status="draft")
    make.CitationFactory(event=event)
    assert last_words(reader) == {}
    publishing.publish(event, by=editor)
    assert last_words(reader) == {"hoax": ("created", "")}
    with history.changing(event, by=editor) as current:
        current.title = "A letter"
        current.save()
    assert last_words(reader) == {"hoax": ("updated", "")}
    publishing.withdraw(event, by=editor, reason="Forged.")
    assert last_words(reader) == {"hoax": ("withdrawn", "")}
    publishing.publish(event, by=editor)
    assert last_words(reader) == {"hoax": ("published", "")}
    event.refresh_from_db()
    with history.changing(event, by=editor) as current:
        current.slug = "letter"
        current.save()
    assert last_words(reader) == {"hoax": ("renamed", "letter"), "letter": ("created", "")}
    event.refresh_from_db()
    history.delete(event, by=editor, reason="Nothing in it")
    assert last_words(reader) == {"letter": ("deleted", "")}
    back = history.bring_back(Version.objects.first(), by=editor, reason="There was")
    assert last_words(reader) == {}
    publishing.publish(back, by=editor)
    assert last_words(reader) == {"letter": ("published", "")}


def test_a_merge_and_its_undoing(reader: Reader, editor: Any) -> None:
    kept, merged = make.PersonFactory(slug="khrushchev"), make.PersonFactory(slug="khruschev")
    make.CitationFactory(person=kept)
    make.CitationFactory(person=merged)
    make.ParticipationFactory(person=merged)
    reader.catch_up()
    merge = merging.merge(kept, merged, by=editor, reason="One man")
    told = [*reader.entries()]
    by_key = {(e["kind"], e["key"]): e for e in told}
    gone = by_key["person", "khruschev"]
    assert (gone["action"], gone["url"]) == ("merged", None)
    assert gone["into"] == {
        "kind": "person",
        "key": "khrushchev",
        "url": "http://testserver/api/v1/people/khrushchev/",
    }
    assert by_key["person", "khrushchev"]["action"] == "updated"
    merging.undo(merge, by=editor, reason="Two men")
    assert last_words(reader, "person")["khruschev"] == ("published", "")
    everything = Reader(reader.client)
    everything.catch_up()
    assert everything.copy == everything.everything()


def test_withdrawn_and_then_gone_is_told_again(reader: Reader, editor: Any) -> None:
    """The address of what is withdrawn gives the reason; merged, it leads on."""
    first, second, kept = (make.PersonFactory(slug=s) for s in ("first", "second", "kept"))
    make.CitationFactory(person=kept)
    reader.catch_up()
    for person in (first, second):
        publishing.withdraw(person, by=editor, reason="Twice.")
    reader.catch_up()
    history.delete(first, by=editor, reason="Twice")
    second.refresh_from_db()
    merging.merge(kept, second, by=editor, reason="Twice")
    words = last_words(reader, "person")
    assert words["first"] == ("deleted", "")
    assert words["second"] == ("merged", "kept")


def test_a_row_that_was_made_anew_under_its_public_id_was_changed(
    reader: Reader, editor: Any
) -> None:
    tenure = make.TenureFactory(public_id="premier")
    reader.catch_up()
    with history.changing(tenure.person, by=editor):
        tenure.delete()
    reader.catch_up()
    history.restore(Version.objects.get(number=1), by=editor, reason="He was")
    assert last_words(reader, "tenure") == {"premier": ("published", "")}
    old = make.TenureFactory._meta.model.objects.get()
    make.TenureFactory(public_id="new", person=old.person, power_base=old.power_base)
    reader.catch_up()
    old.delete()
    make.TenureFactory(public_id="premier", person=old.person, power_base=old.power_base)
    assert last_words(reader, "tenure")["premier"] == ("updated", "")


def test_back_to_a_former_address(reader: Reader) -> None:
    event = make.EventFactory(slug="speech")
    reader.catch_up()
    for slug in ("secret-speech", "speech"):
        event.slug = slug
        event.save()
        reader.catch_up()
    assert reader.copy == reader.everything()
    last = Change.objects.filter(kind="event").values_list("key", "action")
    assert dict(last) == {"speech": "published", "secret-speech": "renamed"}


# --- hidden things ----------------------------------------------------------------------------


def test_nothing_is_told_of_what_readers_never_saw(reader: Reader, editor: Any) -> None:
    """Drafts tied to public records by every relation are written to, moved and deleted."""
    world = make_world()
    reader.catch_up()
    before = [*Change.objects.values_list("number", flat=True)]
    told = {(e.kind, e.key) for e in Change.objects.all()}
    never = _never_seen(world)
    assert len(never) > 50
    keys = set(world.keys([r for r in never if world.statuses[r] in ("draft", "review")]))
    assert not keys & {key for _, key in told}
    _write_to(never)
    assert reader.entries() == []
    for record in reversed(never):
        if type(record)._base_manager.filter(pk=record.pk).exists():
            with suppress(models.ProtectedError):
                record.delete()
    assert reader.entries() == []
    assert [*Change.objects.values_list("number", flat=True)] == before


def test_a_feed_that_told_of_what_hidden_things_touch_would_be_found_out(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world()
    reader.catch_up()
    monkeypatch.setattr(changes._Seeing, "visible", lambda *given: True)
    _write_to(_never_seen(world))
    assert reader.entries() != []


def _never_seen(world: World) -> list[Any]:
    """What no reader ever saw: drafts, and rows that join one."""
    return [
        record
        for model, records in world.hidden.items()
        for record in records
        if world.statuses[record] in ("draft", "review") or model not in KINDS.values()
    ]


def _write_to(records: list[Any]) -> None:
    """Change texts, order and links of records, past every form."""
    for number, record in enumerate(records):
        values: dict[str, Any] = {
            column.attname: "canary"
            for column in record._meta.concrete_fields
            if isinstance(column, models.TextField) and column.name != "withdrawn_reason"
        }
        if hasattr(record, "order"):
            values["order"] = 700 + number
        if hasattr(record, "status"):
            links = [c for c in record._meta.concrete_fields if isinstance(c, models.ForeignKey)]
            values |= {link.attname: None for link in links if link.null}
        type(record)._base_manager.filter(pk=record.pk).update(**values)


def test_numbers_have_no_gap_where_something_hidden_was_written(reader: Reader) -> None:
    for number in range(3):
        make.EventFactory(slug=f"public-{number}")
        make.EventFactory(status="draft")
        changes.number_changes()
    assert [*Change.objects.values_list("number", flat=True)] == [1, 2, 3]
    assert not PendingChange.objects.exists()


def test_a_former_name_of_a_draft_is_not_told(reader: Reader) -> None:
    event = make.EventFactory(slug="working-title", status="draft")
    event.slug, event.status = "secret-speech", "published"
    event.save()
    assert last_words(reader) == {"secret-speech": ("created", "")}


def test_what_was_public_for_no_moment_that_was_numbered_is_not_told(reader: Reader) -> None:
    event = make.EventFactory()
    event.delete()
    assert reader.entries() == []


# --- how much it takes ------------------------------------------------------------------------


def test_a_page_costs_the_same_whatever_it_holds(client: Client, settings: Any) -> None:
    settings.LATEST_CHANGE = ""
    for _ in range(210):
        make.EventFactory()
    while changes.number_changes():
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
        changes.number_everything()
        person.name += "!"
        person.save()
        with CaptureQueriesContext(connection) as asked:
            changes.number_changes()
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


@pytest.mark.parametrize("most", [3, 1000])
def test_a_backlog_is_numbered_in_steps_with_the_same_outcome(
    most: int, connected: dict[str, Any], reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MOST_AT_ONCE", most)
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
    rooms = {model._meta.app_label for model in KINDS.values()}
    from django.apps import apps

    everything = {
        model
        for room in rooms
        for model in apps.get_app_config(room).get_models(include_auto_created=True)
    }
    assert everything == set(TABLES)
    assert {k for k, m in KINDS.items() if issubclass(m, Sluggable)} | {
        "tenure", "effect", "statistic", "citation"
    } == set(ROUTES)  # fmt: skip
    assert Event in KINDS.values()


def test_no_time_is_told_while_something_has_no_number(client: Client, monkeypatch: Any) -> None:
    event = make.EventFactory()
    changes.number_everything()
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
