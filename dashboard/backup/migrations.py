"""Which migrations a database has, and making tables as they were after those."""

from __future__ import annotations

from typing import Any

from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

Applied = dict[str, list[str]]


def applied(connection: Any) -> Applied:
    """The migrations that a database says it has, by app."""
    found: Applied = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        found.setdefault(app, []).append(name)
    return found


def unknown(migrations: Applied) -> list[str]:
    """Those that this release does not have, as “app.name”: they come from a newer one."""
    known = MigrationLoader(None, ignore_no_migrations=True)
    replaced = {key for each in known.disk_migrations.values() for key in each.replaces}
    return [
        f"{app}.{name}"
        for app, names in migrations.items()
        for name in names
        if (app, name) not in known.disk_migrations and (app, name) not in replaced
    ]


def make_tables(connection: Any, migrations: Applied) -> None:
    """Make the tables as these migrations leave them, in an empty database.

    Sends no signal, so that it makes no roles and no triggers.
    """
    executor = MigrationExecutor(connection)
    wanted = {(app, name) for app, names in migrations.items() for name in names}
    plan = [
        (migration, False)
        for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())
        if (migration.app_label, migration.name) in wanted
        or (migration.replaces and wanted.issuperset(map(tuple, migration.replaces)))
    ]
    executor.migrate([(each.app_label, each.name) for each, _ in plan], plan=plan)


def are_missing(connection: Any) -> list[str]:
    """The migrations of this release that a database does not have yet, as “app.name”."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
