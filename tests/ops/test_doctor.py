"""`manage.py doctor` finds what is wrong, says where and what to do, and changes nothing."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from curation.models import Change, Report, Suggestion, Version
from curation.revisions import history
from dashboard import doctor
from dashboard.backup.archive import Writer
from dashboard.backup.backing_up import uploaded
from dashboard.doctor import configuration, orphans
from events.models import Event
from people.models import Person
from records.models import PastSlug
from records.pictures.store import files_of
from tests import factories as make
from tests.ops.test_backup import MANIFEST
from tests.support.images import WORDS, kept

pytestmark = pytest.mark.django_db

# What restores kept.
KEPT: list[str] = []


@pytest.fixture(autouse=True)
def healthy(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that lacks nothing, with a few records and a fresh backup."""
    settings.DEBUG = False
    settings.SECRET_KEY = "only-for-this-test-0123456789-abcdefghijklmnopqrstuvwxyz"
    settings.ALLOWED_HOSTS = ["thaw.example"]
    settings.SITE_URL = "https://thaw.example"
    settings.SECURE_SSL_REDIRECT = settings.BEHIND_PROXY = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SECURE_HSTS_SECONDS = 3600
    settings.BACKUP_DIR = str(tmp_path)
    # Not a cache of one process, and yet one without a server.
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": str(tmp_path / "cache"),
        }
    }
    # The tests make their tables without migrations.
    monkeypatch.setattr("dashboard.backup.migrations.are_missing", lambda connection: [])
    # A database in memory has no place beside it. What was kept today is no matter.
    today = f"/srv/thaw.sqlite3.before-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    KEPT[:] = [today]
    monkeypatch.setattr("dashboard.doctor.backups.old_data", lambda: KEPT)
    backup(datetime.now(UTC))
    make.CitationFactory(event=make.EventFactory(slug="speech", title="Speech"))
    person = make.CitationFactory(person=make.PersonFactory(slug="before", name="Nikita")).person
    history.remember_new(person, by=None)
    person.slug = "after"
    person.save()


def directory() -> Path:
    from django.conf import settings

    return Path(settings.BACKUP_DIR)


def backup(when: datetime) -> Path:
    file = directory() / f"thaw-{when:%Y%m%d-%H%M%S}.backup.zip"
    with Writer(file) as writer:
        writer.finish(MANIFEST)
    return file


def only_backup(when: datetime) -> Path:
    for file in directory().glob("*.zip"):
        file.unlink()
    return backup(when)


def asked() -> tuple[str, str]:
    """What doctor said on all lines, and the error with which it ended; blank without one."""
    out = io.StringIO()
    try:
        call_command("doctor", stdout=out)
    except CommandError as error:
        return out.getvalue(), str(error)
    return out.getvalue(), ""


def test_a_healthy_site_gets_no_finding() -> None:
    assert asked() == ("No errors, 0 remarks.\n", "")


def change(**values: Any) -> Callable[[Any], None]:
    return lambda settings: [setattr(settings, name, value) for name, value in values.items()]


def stored(act: Callable[[], Any]) -> Callable[[Any], Any]:
    return lambda settings: act()


def _overdue(**values: Any) -> Any:
    at = timezone.now() - timedelta(hours=2)
    return make.PersonFactory(name="Late", status="review", publish_at=at, **values)


def _overdue_and_complete() -> None:
    make.CitationFactory(person=_overdue(slug="late"), event=None)


def _suggestion_of_deleted() -> None:
    record = Event.objects.get(slug="speech")
    Suggestion.objects.create(
        model="events.event", record_id=record.pk, title="Speech", base_version=1, base={},
        proposed={}, reason="Better",
    )  # fmt: skip
    record.delete()


def _report_of_deleted() -> None:
    record = Event.objects.get(slug="speech")
    Report.objects.create(
        model="events.event", record_id=record.pk, title="Speech", version=1, message="Wrong."
    )
    record.delete()


def _feed_written_by_hand() -> None:
    from curation.changefeed.sequencer import number_everything

    number_everything()
    Change.objects.filter(kind="event").update(action="withdrawn")


def _trigger_dropped() -> None:
    from curation.changefeed.triggers import wanted_triggers

    connection.check_constraints()
    trigger = wanted_triggers(connection.vendor)[0]
    on = "" if connection.vendor == "sqlite" else f' ON "{trigger.table}"'
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER "{trigger.name}"{on}')


def _cut_off() -> None:
    file = only_backup(datetime.now(UTC))
    file.write_bytes(file.read_bytes()[:-5])


def _file_of_nobody(settings: Any) -> None:
    settings.MEDIA_ROOT = str(directory() / "media")
    (directory() / "media").mkdir()
    (directory() / "media" / "map.png").touch()


# What is wrong, and what is said of it: errors first.
ERRORS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "debug on a public host": (change(DEBUG=True), r"DEBUG: it is on, and Thaw answers for thaw"),
    "a host with a scheme": (
        change(ALLOWED_HOSTS=["https://thaw.example", "thaw.example"]),
        r"ALLOWED_HOSTS: “https://thaw\.example” is no name of a host",
    ),
    "a host with a port": (
        change(ALLOWED_HOSTS=["thaw.example", "thaw.example:443"]),
        r"ALLOWED_HOSTS: “thaw\.example:443”",
    ),
    "a file in the place of pictures": (change(MEDIA_ROOT=__file__), r"MEDIA_ROOT: .*no directory"),
    "an address without a scheme": (change(SITE_URL="thaw.example"), r"SITE_URL: .* no address"),
    "an address that it does not answer for": (
        change(SITE_URL="https://other.example"),
        r"SITE_URL: it names other\.example, and Thaw answers for thaw\.example only",
    ),
    "an address without https": (change(SITE_URL="http://thaw.example"), r"begins with http://"),
    "a weak key": (change(SECRET_KEY="a" * 60), r"security\.W009"),
    "cookies without https": (change(SESSION_COOKIE_SECURE=False), r"security\.W012"),
    "no redirect to https": (change(SECURE_SSL_REDIRECT=False), r"security\.W008"),
    "a cache that does not answer": (
        change(CACHES={"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache",
                                   "LOCATION": "redis://127.0.0.1:1/0"}}),
        r"CACHE_URL: the cache does not answer: .*refused",
    ),
    "a cache that keeps nothing": (
        change(CACHES={"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}),
        r"CACHE_URL: the cache forgets",
    ),
    "a trigger dropped": (stored(_trigger_dropped), r"curation\.W001.*is missing"),
    "a source withdrawn by hand": (
        stored(lambda: type(make.SourceFactory()).objects.update(status="draft")),
        r"evidence: readers see no source for .*“Speech”",
    ),
    "a feed written by hand": (stored(_feed_written_by_hand), r"change feed: .*event “speech”"),
    "a version of no kind": (
        stored(lambda: Version.objects.update(model="treaties.treaty")),
        r"versions: \d+ are of the kind “treaties\.treaty”",
    ),
    "a past address of no kind": (
        stored(lambda: PastSlug.objects.update(model="treaties.treaty")),
        r"past slugs: 1 are of the kind “treaties\.treaty”",
    ),
    "a past address that leads nowhere": (
        stored(lambda: PastSlug.objects.update(current_slug="nobody")),
        r"past addresses of people: 1 lead to an address that nothing has: before → nobody",
    ),
    "a past address that is one again": (
        stored(lambda: Person.objects.filter(slug="after").update(slug="before")),
        r"past addresses of people: 1 are addresses of records again: before",
    ),
    "a time that nobody kept": (
        stored(_overdue_and_complete),
        r"publish_scheduled: 1 records should have been published by now: person “Late”",
    ),
    "no directory of backups": (change(BACKUP_DIR="/nowhere"), r"BACKUP_DIR: /nowhere is no dir"),
    "no backup": (
        stored(lambda: only_backup(datetime.now(UTC)).unlink()), r"BACKUP_DIR: there is no backup"
    ),
    "an old backup": (
        stored(lambda: only_backup(datetime.now(UTC) - timedelta(days=3))),
        r"backup: the newest, thaw-\d{8}-\d{6}\.backup\.zip, is 3 days old",
    ),
    "a backup cut off": (stored(_cut_off), r"backup: .*is cut off"),
    "a backup that all may read": (
        stored(lambda: only_backup(datetime.now(UTC)).chmod(0o644)), r"other accounts .* may read"
    ),
}  # fmt: skip
REMARKS: dict[str, tuple[Callable[[Any], Any], str]] = {
    "debug on one’s own machine": (
        change(DEBUG=True, ALLOWED_HOSTS=["localhost"], SITE_URL=""), r"DEBUG: it is on\."
    ),
    "no address of the site": (change(SITE_URL=""), r"SITE_URL: it is not set"),
    "https without a proxy": (change(BEHIND_PROXY=False), r"BEHIND_PROXY: it is not set"),
    "a cache for each process": (
        change(CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}),
        r"CACHE_URL: each process has a cache of its own",
    ),
    "nothing said of backups": (change(BACKUP_DIR=""), r"BACKUP_DIR: it is not set"),
    "a time that came too early": (
        stored(_overdue), r"publish_scheduled: 1 records are held back\. .*Add at least one cit"
    ),
    "sessions of long ago": (
        stored(lambda: Session.objects.create(
            session_key="old", expire_date=timezone.now() - timedelta(days=15)
        )),
        r"clearsessions: 1 sessions ended",
    ),
    "a suggestion for what is gone": (
        stored(_suggestion_of_deleted), r"suggestions that wait: 1 are about .*deleted: “Speech”"
    ),
    "a report about what is gone": (
        stored(_report_of_deleted), r"new reports: 1 are about .*deleted: “Speech”"
    ),
    "old data that nobody went back to": (
        stored(lambda: KEPT.append("/srv/thaw.sqlite3.before-20200101-000000")),
        r"restore: old data of more than 30 days ago is still kept: /srv/.*before-20200101-000000",
    ),
    "a file of nobody": (_file_of_nobody, r"uploaded files: 1 belong to no record .*: map\.png"),
}  # fmt: skip


@pytest.fixture
def without_django(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out Django’s own checks, which describe the whole API and take a second."""
    others = [each for each in doctor.WITHOUT_DATABASE if each is not configuration.by_django]
    monkeypatch.setattr(doctor, "WITHOUT_DATABASE", others)


@pytest.mark.parametrize("case", ERRORS)
def test_an_error_is_found(case: str, settings: Any, request: pytest.FixtureRequest) -> None:
    do, words = ERRORS[case]
    if "security" not in words:
        request.getfixturevalue("without_django")
    do(settings)
    said, error = asked()
    assert re.search(rf"ERROR: .*{words}.*\n    \S", said), said
    assert re.fullmatch(r"\d+ errors?, \d+ remarks?\.", error)


@pytest.mark.parametrize("case", REMARKS)
def test_a_remark_is_no_error(case: str, settings: Any, without_django: None) -> None:
    do, words = REMARKS[case]
    do(settings)
    said, error = asked()
    assert re.search(rf"Remark: {words}.*\n    \S", said), said
    assert error == ""


def test_it_takes_back_what_it_tries(without_django: None) -> None:
    _overdue_and_complete()
    asked()
    assert Person.objects.get(slug="late").status == "review"
    assert not Session.objects.exists()


def test_a_database_that_cannot_be_written_is_named() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL takes back no right within a transaction")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only = ON")
        try:
            said, _ = asked()
        finally:
            cursor.execute("PRAGMA query_only = OFF")
    assert re.search(r"ERROR: DATABASE_URL: the database cannot be written: .*readonly", said)


def test_missing_migrations_are_named_and_nothing_is_asked_of_missing_tables(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    missing = ["reforms.0003_more"]
    monkeypatch.setattr("dashboard.backup.migrations.are_missing", lambda connection: missing)
    monkeypatch.setattr(doctor, "OF_RECORDS", [lambda: pytest.fail("asked")])
    said, error = asked()
    assert "1 were not applied: reforms.0003_more" in said
    assert error == "1 error, 0 remarks."


def test_a_database_of_a_newer_release_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    applied = {"events": ["0001_initial", "0099_tomorrow"]}
    monkeypatch.setattr("dashboard.backup.migrations.applied", lambda connection: applied)
    said, error = asked()
    # These tests know no migrations at all.
    assert re.search(r"the database is of a newer release of Thaw: .*events\.0099_tomorrow", said)
    assert error == "1 error, 0 remarks."


def test_a_database_that_does_not_answer_is_named(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "none.sqlite3"))
    if connection.vendor != "sqlite":
        pytest.skip("a test cannot close its own connection")
    said, error = asked()
    assert re.search(r"ERROR: DATABASE_URL: there is no file .*none\.sqlite3", said)
    assert error == "1 error, 0 remarks."
    assert not (tmp_path / "none.sqlite3").exists()


def test_links_to_nothing_are_found_where_the_database_lets_them_in() -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps links whole")
    with connection.constraint_checks_disabled(), connection.cursor() as cursor:
        cursor.execute("PRAGMA defer_foreign_keys = ON")
        cursor.execute("UPDATE sources_citation SET source_id = 999999")
        said, _ = asked()
        cursor.execute("DELETE FROM sources_citation")
    assert re.search(r"ERROR: database: .*sources_citation, row \d+, leads to .*source", said)


def test_a_picture_is_asked_for_as_long_as_a_record_or_a_version_names_it(settings: Any) -> None:
    """Taken from the files of the server itself, as a backup takes them."""
    settings.MEDIA_ROOT = str(directory() / "media")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }
    name = kept()
    files = {f"pictures/{file}" for _, file in files_of(name)}
    assert {place for place, _ in uploaded()} == files
    person = make.PersonFactory(picture_file=name, **WORDS)
    history.baseline(person)
    assert list(orphans.uploaded_files()) == []
    # Replaced, and still what a version may be put back with.
    Person.objects.update(picture_file="")
    assert list(orphans.uploaded_files()) == []
    Version.objects.all().delete()
    [nobodys] = orphans.uploaded_files()
    assert name in nobodys.what
    Person.objects.filter(pk=person.pk).update(picture_file=name)
    (directory() / "media" / "pictures" / name).unlink()
    [missing] = orphans.uploaded_files()
    assert name in missing.what
    assert "Restore them from a backup" in missing.todo
