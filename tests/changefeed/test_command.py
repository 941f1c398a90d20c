"""`manage.py changefeed` finds whatever the feed says wrongly, and mends it for whoever follows."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from curation.changefeed import comparison, triggers
from curation.models import Change, PendingChange
from events.models import Event
from people.models import Person, Tenure
from tests import factories as make
from tests.support.enumerated import few_of
from tests.support.feed_reader import Reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client: Client) -> Reader:
    """Somebody with a copy of a small record, in which the person shows in other documents."""
    person = make.PersonFactory(slug="khrushchev")
    base = make.PowerBaseFactory(slug="party", kind="party")
    make.TenureFactory(public_id="first-secretary", person=person, power_base=base)
    make.PersonFactory(slug="beria", status="draft")
    event = make.EventFactory(slug="speech")
    make.ParticipationFactory(event=event, person=person)
    reader = Reader(client)
    reader.catch_up()
    # The person, the power base and its kind, the office, the event.
    assert len(reader.copy) == 5
    return reader


def check() -> list[str]:
    """What `--check` prints. It has to fail where it prints differences, and nowhere else."""
    out, error = io.StringIO(), ""
    try:
        call_command("changefeed", "--check", stdout=out)
    except CommandError as raised:
        error = str(raised)
    lines = out.getvalue().splitlines()
    if lines == ["The change feed says what is public, and its triggers are in order."]:
        assert error == ""
        return []
    assert error.startswith(f"{len(lines)} difference")
    assert "manage.py changefeed --rebuild" in error
    return lines


def rebuild() -> list[str]:
    out = io.StringIO()
    # PostgreSQL makes no trigger where a foreign key is still to be checked.
    connection.check_constraints()
    call_command("changefeed", "--rebuild", stdout=out)
    return out.getvalue().splitlines()


def run(sql: str) -> None:
    connection.check_constraints()
    with connection.cursor() as cursor:
        cursor.execute(sql)


def name_of(table: str, event: str) -> str:
    """The name of the trigger that stands on a table for one way to write."""
    begin = f"{triggers.PREFIX}{table}_{event}_"
    wanted = triggers.wanted_triggers(connection.vendor)
    return next(trigger.name for trigger in wanted if trigger.name.startswith(begin))


def drop(name: str, table: str) -> None:
    run(f'DROP TRIGGER "{name}"' + (f' ON "{table}"' if connection.vendor != "sqlite" else ""))


def unnoticed(act: Callable[[], Any]) -> Callable[[], None]:
    """Write while the triggers are off, and leave no sign of that but what was written."""

    def write() -> None:
        connection.check_constraints()
        triggers.remove_triggers("default")
        act()
        connection.check_constraints()
        triggers.install_triggers("default")
        PendingChange.objects.all().delete()

    return write


def _save(**values: Any) -> None:
    event = Event.objects.get(slug="speech")
    for name, value in values.items():
        setattr(event, name, value)
    event.save()


def _publish() -> None:
    Person.objects.filter(slug="beria").update(status="published")


def _hide() -> None:
    Person.objects.filter(slug="khrushchev").update(status="draft")


def _make_row_anew() -> None:
    old = Tenure.objects.get()
    old.delete()
    make.TenureFactory(public_id="first-secretary", person=old.person, power_base=old.power_base)


def _drop_trigger() -> None:
    drop(name_of("people_person", "update"), "people_person")
    Person.objects.filter(slug="khrushchev").update(name="N. S. Khrushchev")


def _empty_trigger() -> None:
    """The name is right, and what it does is not."""
    name = name_of("people_person", "update")
    if connection.vendor == "sqlite":
        drop(name, "people_person")
        run(f'CREATE TRIGGER "{name}" AFTER UPDATE ON people_person BEGIN SELECT 1; END')
    else:
        run(
            f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS '
            "$$ BEGIN RETURN NULL; END $$"
        )
    Person.objects.filter(slug="khrushchev").update(name="N. S. Khrushchev")


def _switch_off_trigger() -> None:
    name = name_of("people_person", "update")
    run(f'ALTER TABLE people_person DISABLE TRIGGER "{name}"')
    Person.objects.filter(slug="khrushchev").update(name="N. S. Khrushchev")


def _trigger_of_another_release() -> None:
    begin = (
        f'CREATE TRIGGER "{triggers.PREFIX}people_person_insert_0" AFTER INSERT ON people_person'
    )
    if connection.vendor == "sqlite":
        run(f"{begin} BEGIN SELECT 1; END")
    else:
        run(f'{begin} EXECUTE FUNCTION "{name_of("people_person", "delete")}"()')


def _entry_of_no_kind() -> None:
    entry = Change.objects.get(kind="event")
    Change.objects.create(
        number=99, kind="treaty", key="warsaw", record_id=5, action="created", made_at=entry.made_at
    )


# What went wrong, and what is said of it.
MISHAPS: dict[str, tuple[Callable[[], Any], list[str]]] = {
    # Triggers.
    "a trigger dropped by hand": (
        _drop_trigger,
        [r"The trigger thaw_change_people_person_update_\w+ is missing\."],
    ),
    "a trigger that does nothing": (
        _empty_trigger,
        [r"The trigger thaw_change_people_person_update_\w+ was changed or switched off\."],
    ),
    "a trigger of another release": (
        _trigger_of_another_release,
        [r"The trigger thaw_change_people_person_insert_0 is not one of this release\."],
    ),
    "all triggers gone, and a record deleted": (
        lambda: (triggers.remove_triggers("default"), Event.objects.all().delete()),
        [
            *(r"The trigger \w+ is missing\." for _ in triggers.wanted_triggers(connection.vendor)),
            r"event “speech”: entry 5 of the feed says “created”, and it is not public\.",
        ],
    ),
    # Entries written to by hand.
    "an entry deleted by hand": (
        lambda: Change.objects.filter(kind="person").delete(),
        [r"person “khrushchev”: it is public, and the feed has no entry for it\."],
    ),
    "an entry that says “withdrawn” of what is public": (
        lambda: Change.objects.filter(kind="event").update(action="withdrawn"),
        [r"event “speech”: it is public, and entry 5 of the feed says “withdrawn”\."],
    ),
    "an entry of another row": (
        lambda: Change.objects.filter(kind="person").update(record_id=0),
        [r"person “khrushchev”: entry 1 of the feed is of row 0, and this is row \d+\."],
    ),
    "a feed that was emptied": (
        lambda: Change.objects.all().delete(),
        [
            r"person “khrushchev”: it is public, and the feed has no entry for it\.",
            r"power_base_kind “party”: it is public, and the feed has no entry for it\.",
            r"power_base “party”: it is public, and the feed has no entry for it\.",
            r"tenure “first-secretary”: it is public, and the feed has no entry for it\.",
            r"event “speech”: it is public, and the feed has no entry for it\.",
        ],
    ),
    # Records written to while the triggers were off.
    "published unnoticed": (
        unnoticed(_publish),
        [r"person “beria”: it is public, and the feed has no entry for it\."],
    ),
    "hidden unnoticed, with the office": (
        unnoticed(_hide),
        [
            r"person “khrushchev”: entry 1 of the feed says “created”, and it is not public\.",
            r"tenure “first-secretary”: entry 4 of the feed says “created”, and it is not public\.",
        ],
    ),
    "deleted unnoticed": (
        unnoticed(lambda: Event.objects.all().delete()),
        [r"event “speech”: entry 5 of the feed says “created”, and it is not public\."],
    ),
    "renamed unnoticed": (
        unnoticed(lambda: _save(slug="secret-speech")),
        [
            r"event “secret-speech”: it is public, and the feed has no entry for it\.",
            r"event “speech”: entry 5 of the feed says “created”, and it is not public\.",
        ],
    ),
    "saved unnoticed under the same address": (
        unnoticed(lambda: _save(title="The Secret Speech")),
        [
            r"event “speech”: it was saved at [-\d]+ [:\d]+, and entry 5 of the feed, its last, "
            r"was made at [-\d]+ [:\d]+\."
        ],
    ),
    "a row made anew unnoticed": (
        unnoticed(_make_row_anew),
        [r"tenure “first-secretary”: entry 4 of the feed is of row \d+, and this is row \d+\."],
    ),
    # A kind of record that an earlier release had.
    "a note about an unknown kind": (
        lambda: PendingChange.objects.create(kind="treaty", record_id=1),
        [r"Notes about the kind of record “treaty”, which there is not: 1 wait\. .*"],
    ),
    "a note because of an unknown kind": (
        lambda: PendingChange.objects.create(
            kind="event", record_id=1, via_kind="treaty", via_id=1
        ),
        [r"Notes about the kind of record “treaty”, which there is not: 1 wait\. .*"],
    ),
    "an entry of an unknown kind": (
        _entry_of_no_kind,
        [
            r"treaty “warsaw”: entry 99 of the feed says “created”, and there is no such kind of "
            r"record\."
        ],
    ),
}
if connection.vendor == "postgresql":
    MISHAPS["a trigger switched off"] = (
        _switch_off_trigger,
        [r"The trigger thaw_change_people_person_update_\w+ was changed or switched off\."],
    )


@pytest.mark.parametrize(
    "mishap",
    few_of(
        MISHAPS,
        # One of each sort: a trigger, entries, records, and a kind that there is not.
        "a trigger dropped by hand",
        "a trigger that does nothing",
        "a feed that was emptied",
        "hidden unnoticed, with the office",
        "renamed unnoticed",
        "an entry of an unknown kind",
    ),
)
def test_what_differs_is_said_and_mended_for_whoever_follows(mishap: str, reader: Reader) -> None:
    assert check() == []
    act, expected = MISHAPS[mishap]
    act()
    before = set(Change.objects.values_list("number", "kind", "key", "action", "made_at"))
    newest = max((number for number, *_ in before), default=0)
    lines = check()
    assert len(lines) == len(expected), lines
    assert all(map(re.fullmatch, expected, lines)), lines
    rebuild()
    assert check() == []
    # Nothing was renumbered: what is new stands behind what was there.
    after = set(Change.objects.values_list("number", "kind", "key", "action", "made_at"))
    assert all(number > newest for number, *_ in after - before)
    if not before:
        # The place of somebody who followed is lost with the entries (410): they begin anew.
        reader.after, reader.copy = "", {}
    reader.catch_up()
    assert reader.copy == reader.everything()


def test_it_says_what_it_did(reader: Reader) -> None:
    assert rebuild() == ["There was nothing to mend."]
    drop(name_of("people_person", "update"), "people_person")
    _trigger_of_another_release()
    PendingChange.objects.create(kind="treaty", record_id=1)
    assert rebuild() == [
        f"Removed the trigger {triggers.PREFIX}people_person_insert_0.",
        f"Made the trigger {name_of('people_person', 'update')}.",
        "Nobody noted what was written without a trigger, so everything is announced again.",
        "Removed 1 of the notes about the unknown kind “treaty”.",
        "Announced 1 of event.",
        "Announced 1 of person.",
        "Announced 1 of power_base.",
        "Announced 1 of power_base_kind.",
        "Announced 1 of tenure.",
        "The newest entry of the feed is 10.",
    ]


def test_only_what_differs_and_what_shows_it_is_announced(reader: Reader) -> None:
    make.EventFactory(slug="congress")
    reader.catch_up()
    unnoticed(_hide)()
    assert rebuild() == [
        # The speech shows the person, the congress and the party do not.
        "Announced 1 of event.",
        "Announced 1 of person.",
        "Announced 1 of tenure.",
        "The newest entry of the feed is 9.",
    ]
    assert Change.objects.get(key="congress").number == 6


def test_what_waits_for_its_number_is_no_difference(reader: Reader) -> None:
    make.EventFactory(slug="congress")
    assert check() == []


def test_what_others_commit_meanwhile_is_no_difference(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes right after everything was numbered, and before anything is compared."""
    number_everything, writes = comparison.number_everything, [1, 2]

    def number_and_be_overtaken() -> None:
        number_everything()
        if writes:
            make.EventFactory(slug=f"congress-{writes.pop()}")

    monkeypatch.setattr(comparison, "number_everything", number_and_be_overtaken)
    assert check() == []
    assert writes == []


def test_more_than_one_piece_is_compared(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "CHUNK", 2)
    for number in range(7):
        make.EventFactory(slug=f"congress-{number}")
    reader.catch_up()
    Change.objects.filter(key__startswith="congress").exclude(key="congress-6").delete()
    unnoticed(lambda: Person.objects.all().update(status="draft"))()
    # Six events have no entry; a person and an office are gone.
    assert len(check()) == 8
    rebuild()
    assert check() == []
    reader.catch_up()
    assert reader.copy == reader.everything()


def test_it_has_to_be_told_what_to_do() -> None:
    with pytest.raises(CommandError, match="--check --rebuild is required"):
        call_command("changefeed")
