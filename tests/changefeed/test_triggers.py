"""The triggers that note changes: made after migrations, and seen to be missing where they are."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection
from django.test import Client

from curation.changefeed import triggers
from curation.models import PendingChange
from events.models import Event
from tests.factories import EventFactory, PersonFactory
from tests.support.feed_reader import Reader

PLAN = [(type("Migration", (), {"app_label": "events"}), False)]


@pytest.fixture
def interrupted(transactional_db: None) -> Any:
    """A database that `migrate` was about to alter when somebody stopped it."""
    triggers.before_migrations(using="default", plan=PLAN)
    yield
    triggers.after_migrations(using="default")


@pytest.mark.django_db(transaction=True)
def test_what_was_written_without_triggers_is_announced_after_a_migration(client: Client) -> None:
    """A migration may take the triggers with the table, and writes data itself."""
    event, other = EventFactory(slug="speech"), EventFactory(slug="congress")
    reader = Reader(client)
    reader.catch_up()
    triggers.before_migrations(using="default", plan=PLAN)
    try:
        Event.objects.filter(pk=event.pk).update(title="Written by a migration")
        other.delete()
        assert reader.catch_up() == []
    finally:
        triggers.after_migrations(using="default")
    assert reader.catch_up() == [("event", "congress", "deleted"), ("event", "speech", "updated")]
    assert reader.copy == reader.everything()
    # Where nothing was migrated, nothing is made anew and nothing announced again.
    triggers.before_migrations(using="default", plan=[])
    triggers.after_migrations(using="default")
    assert not PendingChange.objects.exists()


@pytest.mark.django_db
def test_there_is_one_trigger_for_each_table_and_way_to_write() -> None:
    """And what the database keeps of each is what was wanted of it."""
    names = {trigger.name for trigger in triggers.wanted_triggers(connection.vendor)}
    assert triggers.trigger_errors("default") == []
    assert len(names) == 3 * len(triggers.TABLES)
    # PostgreSQL cuts longer names off.
    assert max(map(len, names)) < 64


def _warnings() -> list[str]:
    return [str(message.msg) for message in run_checks(databases=["default"])]


def test_an_interrupted_migration_is_seen_by_a_check_and_mended_by_the_next(
    interrupted: Any, client: Client
) -> None:
    [warning] = _warnings()
    assert "in the database “default”: The trigger thaw_change_" in warning
    with pytest.raises(SystemCheckError, match=r"curation\.W001"):
        call_command("check", databases=["default"], fail_level="WARNING")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "run “manage.py migrate”" in answer.json()["status"]
    # With the checks that it runs for an operator: they must not keep it from mending.
    call_command("migrate", verbosity=0, skip_checks=False)
    assert _warnings() == []
    assert client.get("/readyz").json() == {"status": "ok"}


def test_what_a_person_did_meanwhile_is_announced(interrupted: Any, client: Client) -> None:
    PersonFactory(slug="khrushchev")
    triggers.after_migrations(using="default")
    assert Reader(client).catch_up() == [("person", "khrushchev", "created")]


def test_no_database_is_looked_at_unasked(interrupted: Any) -> None:
    """As Django has it: a check of the code needs no database."""
    assert run_checks() == []


@pytest.mark.django_db
def test_a_look_at_the_triggers_is_cheap(django_assert_num_queries: Any) -> None:
    """So that whoever asks whether a site is well may ask often."""
    with django_assert_num_queries(2):
        assert triggers.trigger_errors("default") == []


@pytest.mark.django_db
def test_a_database_without_the_tables_lacks_no_triggers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before its first migration."""
    monkeypatch.setattr(type(connection.introspection), "table_names", lambda *given: [])
    assert triggers.trigger_errors("default") == []
    assert triggers.install_triggers("default") == ([], [])
