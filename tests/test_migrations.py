"""Migrations say what the models say, and can be taken back."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

ROOMS = ["records", "sources", "people", "reforms", "events", "curation"]


@pytest.mark.django_db
def test_every_change_of_a_model_has_its_migration(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=1)
    except SystemExit:
        pytest.fail(f"Run `manage.py makemigrations`: {capsys.readouterr().out}")


@pytest.mark.django_db
def test_the_tables_have_the_columns_of_the_models() -> None:
    with connection.cursor() as cursor:
        for room in ROOMS:
            for model in apps.get_app_config(room).get_models():
                described = connection.introspection.get_table_description(
                    cursor, model._meta.db_table
                )
                assert {column.name for column in described} == {
                    field.column for field in model._meta.local_concrete_fields
                }, model


@pytest.mark.django_db(transaction=True)
def test_every_migration_can_be_taken_back_and_made_again() -> None:
    def nodes(executor: MigrationExecutor) -> set[tuple[str, str]]:
        return {key for key in executor.loader.applied_migrations if key[0] in ROOMS}

    before = nodes(MigrationExecutor(connection))
    try:
        MigrationExecutor(connection).migrate([(room, None) for room in ROOMS])
        executor = MigrationExecutor(connection)
        assert nodes(executor) == set()
        left = set(connection.introspection.table_names())
        assert (
            not {
                model._meta.db_table
                for room in ROOMS
                for model in apps.get_app_config(room).get_models(include_auto_created=True)
            }
            & left
        )
    finally:
        call_command("migrate", verbosity=0)
    assert nodes(MigrationExecutor(connection)) == before
