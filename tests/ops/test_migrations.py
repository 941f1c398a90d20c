"""Migrations say what the models say, and can be taken back.

The other tests make their tables from the models, which is quicker (`--nomigrations`). These make a
database of their own by every migration there is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from django.test import override_settings

from curation.changefeed.triggers import trigger_errors
from dashboard.roles import ROLES
from people.models import Person, PowerBase, PowerBaseKind

APPS = ["records", "sources", "people", "reforms", "events", "lessons", "curation", "accounts"]
ALIAS = "migrated"


@pytest.fixture(scope="module")
def migrated(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """A connection to an empty database, as migrations make it on a server."""
    connection = connections["default"].copy(ALIAS)
    # In memory; where the server keeps it, under a name that no other process of the tests has.
    name = None if connection.vendor == "sqlite" else f"test_thaw_migrated_{os.getpid()}"
    connection.settings_dict["TEST"] = {**connection.settings_dict["TEST"], "NAME": name}
    original = connection.settings_dict["NAME"]
    connections.databases[ALIAS] = connection.settings_dict
    connections[ALIAS] = connection
    with django_db_blocker.unblock(), override_settings(MIGRATION_MODULES={}):
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        yield connection
        connection.creation.destroy_test_db(original, verbosity=0)
    del connections[ALIAS], connections.databases[ALIAS]


def models() -> list[Any]:
    return [
        model
        for label in APPS
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
    ]


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration(
    settings: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.MIGRATION_MODULES = {}
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    except SystemExit:
        pytest.fail(f"Run `manage.py makemigrations`: {capsys.readouterr().out}")


def test_the_tables_have_the_columns_of_the_models(migrated: Any) -> None:
    with migrated.cursor() as cursor:
        for model in models():
            described = migrated.introspection.get_table_description(cursor, model._meta.db_table)
            assert {column.name for column in described} == {
                field.column for field in model._meta.local_concrete_fields
            }, model


def test_a_migrated_database_has_its_roles_and_its_triggers(migrated: Any) -> None:
    """What no migration holds, and each has to leave as it should be."""
    assert {*Group.objects.using(ALIAS).values_list("name", flat=True)} == {*ROLES}
    assert trigger_errors(ALIAS) == []


def test_names_that_were_there_before_find_their_place(migrated: Any) -> None:
    """A site of an older release has its names in order once it is migrated."""
    call_command("migrate", "people", "0003", database=ALIAS, verbosity=0)
    old = MigrationExecutor(migrated).loader.project_state(("people", "0003_in_order_of_changes"))
    rows = old.apps.get_model("people", "Person").objects.using(ALIAS)
    names = ["Zhukov", "Åse", "Ежов", "Ёлкин", *(f"Delegate {n:04}" for n in range(1200))]
    rows.bulk_create(
        rows.model(slug=f"p-{n}", name=name, sort_name=name) for n, name in enumerate(names)
    )
    call_command("migrate", database=ALIAS, verbosity=0)
    people = Person.objects.using(ALIAS)
    try:
        assert [*people.values_list("sort_name", flat=True)] == [
            "Åse", *names[4:], "Zhukov", "Ежов", "Ёлкин",
        ]  # fmt: skip
    finally:
        # By itself: what a deletion leaves behind (past addresses) would stand in the database of
        # all other tests.
        people._raw_delete(ALIAS)


@pytest.mark.slow
def test_power_bases_keep_the_kind_they_were_of(migrated: Any) -> None:
    """A site of an older release has its kinds as records, and may go back."""

    def at(migration: str) -> Any:
        call_command("migrate", "people", migration, database=ALIAS, verbosity=0)
        loader = MigrationExecutor(migrated).loader
        name = loader.get_migration_by_prefix("people", migration).name
        bases = loader.project_state(("people", name)).apps.get_model("people", "PowerBase")
        return bases.objects.using(ALIAS)

    old = at("0005")
    try:
        for slug, kind in (("kgb", "security"), ("pravda", "press"), ("guild", "other")):
            old.create(slug=slug, name=slug, kind=kind, status="published")
        new = at("0006")
        assert {*new.values_list("slug", "kind__slug", "kind__name", "kind__status")} == {
            ("kgb", "security", "Security services", "published"),
            ("pravda", "press", "Press and learning", "published"),
            ("guild", "other", "Other", "published"),
        }
        # Of a kind that no older release knows.
        crown = PowerBaseKind.objects.using(ALIAS).create(slug="noble-house", name="Noble house")
        new.filter(slug="guild").update(kind=crown.pk)
        new.filter(slug="pravda").update(kind=new.get(slug="kgb").kind_id)
        assert {*at("0005").values_list("slug", "kind")} == {
            ("kgb", "security"), ("pravda", "security"), ("guild", "other"),
        }  # fmt: skip
    finally:
        # By itself, as above.
        call_command("migrate", database=ALIAS, verbosity=0)
        PowerBase.objects.using(ALIAS)._raw_delete(ALIAS)


@pytest.mark.slow
def test_every_migration_can_be_taken_back_and_made_again(migrated: Any) -> None:
    def applied() -> set[tuple[str, str]]:
        executor = MigrationExecutor(migrated)
        return {key for key in executor.loader.applied_migrations if key[0] in APPS}

    before = applied()
    assert len(before) >= len(APPS)
    for label in APPS:
        call_command("migrate", label, "zero", database=ALIAS, verbosity=0)
    assert applied() == set()
    tables = {model._meta.db_table for model in models()}
    assert not tables & {*migrated.introspection.table_names()}
    call_command("migrate", database=ALIAS, verbosity=0)
    assert applied() == before
    assert tables <= {*migrated.introspection.table_names()}
