"""What tests find of the shipped course is what loading it leaves, to the last column."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db import transaction

from tests.factories import PersonFactory, load_khrushchev
from tests.support import course_rows

pytestmark = pytest.mark.django_db


def every_row() -> dict[str, list[Any]]:
    return {
        model._meta.db_table: sorted(model._base_manager.values_list(), key=repr)
        for model in apps.get_models(include_auto_created=True)
    }


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(course_rows, "_kept", {})


def test_rows_that_are_put_back_are_those_of_the_load() -> None:
    found = []
    for _ in range(2):
        with transaction.atomic():
            load_khrushchev()
            found.append(every_row())
            transaction.set_rollback(True)
    assert found[0] == found[1]
    assert len(found[1]["events_event"]) > 50
    # New rows do not meet those that were put back.
    load_khrushchev()
    PersonFactory()


def test_where_something_stands_already_the_course_is_loaded_beside_it() -> None:
    person = PersonFactory(slug="henry-vii", sort_name="Henry VII")
    assert load_khrushchev().topics.count() == 6
    person.refresh_from_db()
    assert not course_rows._kept
