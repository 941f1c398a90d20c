"""What `make run` does before it serves: once, carefully, and never against an edit."""

from __future__ import annotations

import io
import socket
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from dashboard.management.commands import prepare
from events.models import Course, Topic
from people.models import Person
from tests.factories import PersonFactory


def run(**options: Any) -> str:
    out = io.StringIO()
    call_command("prepare", stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db
def test_the_shipped_course_is_loaded_once_and_edits_stay() -> None:
    assert "loading the shipped course" in run()
    assert Course.objects.published().count() == 1
    assert Topic.objects.published().count() == 6
    topic = Topic.objects.published().first()
    topic.title = "Renamed by a teacher"
    topic.save()
    assert "loading" not in run()
    assert Topic.objects.published().get(pk=topic.pk).title == "Renamed by a teacher"


@pytest.mark.django_db
def test_somebody_elses_work_is_not_mixed_with_the_course() -> None:
    PersonFactory(status="draft")
    run()
    assert not Course.objects.exists()


@pytest.mark.django_db
def test_a_deletion_is_an_edit_too() -> None:
    PersonFactory().delete()
    run()
    assert not Person.objects.exists()


@pytest.mark.django_db
def test_demo_accounts_are_for_a_developers_machine_only(
    settings: Any, django_user_model: Any
) -> None:
    PersonFactory()  # so that no course is loaded
    settings.DEBUG = False
    run()
    assert not django_user_model.objects.exists()
    settings.DEBUG = True
    run()
    assert django_user_model.objects.count() == 3


def test_a_taken_port_is_found_before_anything_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "call_command", lambda *a, **k: pytest.fail("went on"))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(CommandError, match=rf"Port {port} is in use.*PORT={port + 1}"):
            call_command("prepare", address=f"127.0.0.1:{port}")


# What is no address to serve on.
BAD_ADDRESSES = [
    "8000",  # no host
    "127.0.0.1:",  # no port
    "127.0.0.1:http",
    "127.0.0.1:0",  # any port, which no reader would find
    "127.0.0.1:65536",
    "127.0.0.1:-1",
]


@pytest.mark.parametrize("address", BAD_ADDRESSES)
def test_an_address_that_cannot_be_is_refused(address: str) -> None:
    with pytest.raises(CommandError, match=r"HOST=127\.0\.0\.1 PORT=8000"):
        prepare.refuse_taken(address)


def test_an_address_of_another_machine_is_refused() -> None:
    # 192.0.2.0/24 is for documentation: no machine has it.
    with pytest.raises(CommandError, match=r"Cannot serve on 192\.0\.2\.1:8000"):
        prepare.refuse_taken("192.0.2.1:8000")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_free_address_is_fine(host: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    prepare.refuse_taken(f"{host}:{port}")
