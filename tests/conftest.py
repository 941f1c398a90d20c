"""What every test shares: an editor, and the shipped course."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings

from curation.models import PendingChange
from people.models import PowerBaseKind
from tests.factories import load_khrushchev

# Hypothesis: no example is too slow, since a busy machine is no fault of the code. `make test`
# tries the same examples each time, so that no first run is red by chance; `make test-fuzz` draws
# new ones, and says how to repeat the one that failed.
for profile, drawn in (
    ("steady", {"max_examples": 100, "derandomize": True}),
    ("search", {"max_examples": 250, "print_blob": True}),
):
    settings.register_profile(
        profile, deadline=None, suppress_health_check=[HealthCheck.too_slow], **drawn
    )
settings.load_profile("steady")


# Whatever asks for one of these asks for a database, its own or that of a server it starts.
_DATABASES = {"db", "transactional_db", "django_db_setup", "django_db_blocker", "database"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out on PostgreSQL what asks for no database: it ends there as it does on SQLite."""
    if connection.vendor != "postgresql":
        return
    asking, others = [], []
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        asks = item.get_closest_marker("django_db") or names & _DATABASES
        (asking if asks else others).append(item)
    items[:] = asking
    config.hook.pytest_deselected(items=others)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Tests make the kinds of power base that they need, whether migrations made theirs or not."""
    name = str(connection.settings_dict["NAME"])
    if not (name.startswith("test_") or "memorydb" in name):
        # No test asks for this database, so that it is none of the tests.
        return
    with django_db_blocker.unblock():
        kinds = PowerBaseKind.objects.all()
        # By itself: a deletion would leave past addresses behind.
        kinds._raw_delete(kinds.db)
        PendingChange.objects.all().delete()


@pytest.fixture
def editor(django_user_model: Any) -> Any:
    """Somebody who may do everything in the admin."""
    return django_user_model.objects.create_superuser("editor", "ed@school.example", "thaw")


@pytest.fixture(scope="class")
def khrushchev(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
    """The shipped course with every record in it, as `make run` loads it.

    The tests of a class share one load, because a load takes longer than most tests; each has a
    savepoint of its own inside the transaction of the load, so that none sees what another wrote.
    A test outside a class has a load to itself. In a class, the course stands for the tests after
    it too, so a class that asks for the course is all about the course.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_khrushchev()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty database of the kind that the tests run on, for a real server."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('at-once') / 'thaw.sqlite3'}"
        return
    import psycopg

    name = f"test_thaw_at_once_{os.getpid()}"
    url = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(url._replace(path="/postgres").geturl(), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
        yield url._replace(path=f"/{name}").geturl()
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
