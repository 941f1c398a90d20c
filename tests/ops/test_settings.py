"""Settings come from the environment, and a server never starts on an unsafe default."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import environment
from config.postgresql.silence import BoundedConnection
from tests import ROOT
from tests.support.enumerated import few_of

pytestmark = pytest.mark.alike

SAFE = {
    "SECRET_KEY": "a-long-random-text-that-only-this-test-knows-0123456789",
    "ALLOWED_HOSTS": "thaw.example",
}


def settings(expression: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Evaluate an expression with `settings` in a process that has only these variables."""
    code = (
        f"from django.conf import settings; import django; django.setup();print(repr({expression}))"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "config.settings",
            **environ,
        },
        capture_output=True,
        text=True,
        check=False,
    )


# What is missing or wrong, and the words that tell an operator what to do about it.
UNSAFE = [
    # Nothing set at all: the mistake of a first deployment.
    ({}, "SECRET_KEY is missing"),
    # A key that can be guessed.
    ({**SAFE, "SECRET_KEY": "short"}, "SECRET_KEY is missing or shorter than 50"),
    # The key that stands in this repository.
    ({**SAFE, "SECRET_KEY": "development-only-and-public"}, "SECRET_KEY is missing or shorter"),
    # Answers for no host.
    ({**SAFE, "ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must name the hosts"),
    # Answers for every host.
    ({**SAFE, "ALLOWED_HOSTS": "*"}, "A star is not accepted"),
    # One host and a star is still every host.
    ({**SAFE, "ALLOWED_HOSTS": "thaw.example, *"}, "A star is not accepted"),
    # A typing slip must not turn into “on” or “off”.
    ({**SAFE, "DEBUG": "flase"}, "DEBUG is “flase”. Use 1 or 0"),
    ({**SAFE, "SECURE_HSTS_SECONDS": "a year"}, "SECURE_HSTS_SECONDS is “a year”"),
    # Preloading takes a year and subdomains; neither is the default.
    ({**SAFE, "SECURE_HSTS_PRELOAD": "1"}, "SECURE_HSTS_PRELOAD asks browsers to ship this host"),
    (
        {**SAFE, "SECURE_HSTS_PRELOAD": "1", "SECURE_HSTS_SECONDS": "31536000"},
        "Set SECURE_HSTS_SECONDS=31536000 and SECURE_HSTS_INCLUDE_SUBDOMAINS=1 too",
    ),
    (
        {
            **SAFE,
            "SECURE_HSTS_PRELOAD": "1",
            "SECURE_HSTS_SECONDS": "31535999",
            "SECURE_HSTS_INCLUDE_SUBDOMAINS": "1",
        },
        "Set SECURE_HSTS_SECONDS=31536000",
    ),
    ({**SAFE, "DATABASE_URL": "mysql://db/thaw"}, "DATABASE_URL begins with “mysql”"),
    # A file has no copies that follow it.
    ({**SAFE, "REPLICA_URLS": "postgres://db2/thaw"}, "DATABASE_URL names no PostgreSQL"),
    ({**SAFE, "CACHE_URL": "memcached://cache"}, "CACHE_URL begins with “memcached”"),
    # A host without its scheme is not an origin; browsers would read it as http and https.
    ({**SAFE, "EMBED_ORIGINS": "moodle.school.example"}, "EMBED_ORIGINS has “moodle.school"),
    # What would end the directive and begin another.
    ({**SAFE, "EMBED_ORIGINS": "https:; script-src *"}, "EMBED_ORIGINS has “https:; script-src"),
    ({**SAFE, "EMBED_ORIGINS": "*"}, "EMBED_ORIGINS has “*”"),
    # “none” beside others would be ignored by browsers.
    ({**SAFE, "EMBED_ORIGINS": "none, https:"}, "EMBED_ORIGINS has “none”"),
]


# Each case starts a server of its own: one slip of each kind for every change.
@pytest.mark.parametrize(
    ("environ", "words"),
    few_of(UNSAFE, UNSAFE[0], UNSAFE[4], UNSAFE[6], UNSAFE[8], UNSAFE[11], UNSAFE[12], UNSAFE[14]),
)
def test_an_unsafe_server_does_not_start(environ: dict[str, str], words: str) -> None:
    started = settings("settings.DEBUG", **environ)
    assert started.returncode != 0
    assert "ImproperlyConfigured" in started.stderr
    assert words in started.stderr


def test_a_server_that_names_its_key_and_hosts_is_closed_tight() -> None:
    names = [
        "DEBUG",
        "SECURE_SSL_REDIRECT",
        "SESSION_COOKIE_SECURE",
        "CSRF_COOKIE_SECURE",
        "SESSION_COOKIE_HTTPONLY",
    ]
    shown = ", ".join(f"settings.{name}" for name in names)
    started = settings(f"[{shown}]", **SAFE)
    assert started.returncode == 0, started.stderr
    assert eval(started.stdout) == [False, True, True, True, True]


PRIMARY = "postgres://thaw:secret@db1.example/thaw"
# What REPLICA_URLS says, and the words that tell what is wrong with it.
REPLICAS = [
    ("sqlite:///copy.sqlite3", "Use REPLICA_URLS=postgres://user:password@replica.example"),
    ("postgres://db2.example", "REPLICA_URLS has “postgres://db2.example”"),
    # The primary, whoever signs in and however its port is written.
    ("postgres://reader:word@db1.example:5432/thaw", "which is the primary itself"),
    ("postgres://db2.example/thaw, postgres://db2.example/thaw", "or stands there twice"),
]


@pytest.mark.parametrize(("says", "words"), REPLICAS)
def test_copies_that_are_none_are_refused(says: str, words: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=re.escape(words)) as refused:
        environment.replicas({"REPLICA_URLS": says}, "REPLICA_URLS", PRIMARY)
    # Whoever reads the log learns no password.
    assert "reader" not in str(refused.value)


def test_copies_are_known_by_number() -> None:
    urls = "postgres://db2.example/thaw?sslmode=require, postgres://db3.example/thaw"
    found = environment.replicas({"REPLICA_URLS": urls}, "REPLICA_URLS", PRIMARY)
    assert [(name, one["HOST"]) for name, one in found.items()] == [
        ("replica1", "db2.example"),
        ("replica2", "db3.example"),
    ]
    assert found["replica1"]["OPTIONS"]["sslmode"] == "require"
    assert environment.replicas({}, "REPLICA_URLS", "sqlite:///thaw.sqlite3") == {}


# What an operator sets, and what browsers are told and remember.
HSTS = [
    # Nothing: an hour, for this host alone, so that a trial can be ended.
    ({}, "max-age=3600"),
    ({"SECURE_HSTS_SECONDS": "31536000"}, "max-age=31536000"),
    ({"SECURE_HSTS_INCLUDE_SUBDOMAINS": "1"}, "max-age=3600; includeSubDomains"),
    (
        {
            "SECURE_HSTS_SECONDS": "31536000",
            "SECURE_HSTS_INCLUDE_SUBDOMAINS": "1",
            "SECURE_HSTS_PRELOAD": "1",
        },
        "max-age=31536000; includeSubDomains; preload",
    ),
    ({"SECURE_HSTS_SECONDS": "0"}, None),
    # Without https there is nothing to remember.
    ({"SECURE_SSL": "0"}, None),
]


@pytest.mark.parametrize(("environ", "header"), few_of(HSTS, HSTS[0], HSTS[3]))
def test_browsers_remember_https_for_no_longer_than_was_asked(
    environ: dict[str, str], header: str | None
) -> None:
    answer = "__import__('django.test').test.Client().get('/healthz', secure=True)"
    started = settings(
        f"{answer}.headers.get('Strict-Transport-Security')",
        **{**SAFE, "ALLOWED_HOSTS": "testserver"},
        **environ,
    )
    assert started.returncode == 0, started.stderr
    assert eval(started.stdout) == header


def test_debug_needs_nothing_else() -> None:
    started = settings("(settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT)", DEBUG="1")
    assert started.returncode == 0, started.stderr
    assert eval(started.stdout) == (["127.0.0.1", "localhost", "[::1]"], False)


@pytest.mark.parametrize(
    ("words", "expected"),
    [("1", True), ("True", True), ("YES", True), ("0", False), ("off", False), (" no ", False)],
)
def test_a_flag_is_read(words: str, expected: bool) -> None:
    assert environment.flag({"DEBUG": words}, "DEBUG", not expected) is expected


@pytest.mark.parametrize("default", [True, False])
def test_an_empty_flag_is_the_default(default: bool) -> None:
    assert environment.flag({"DEBUG": ""}, "DEBUG", default) is default
    assert environment.flag({}, "DEBUG", default) is default


@pytest.mark.parametrize("words", ["-1", "1.5", "١٢", "1e3"])
def test_a_whole_number_is_ascii_digits(words: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SECURE_HSTS_SECONDS"):
        environment.whole_number({"SECURE_HSTS_SECONDS": words}, "SECURE_HSTS_SECONDS", 0)


def test_a_list_is_separated_by_commas() -> None:
    environ = {"ALLOWED_HOSTS": " thaw.example, ,www.thaw.example,"}
    assert environment.words(environ, "ALLOWED_HOSTS", []) == ["thaw.example", "www.thaw.example"]


# What a DATABASE_URL becomes.
DATABASES = [
    ("sqlite:///thaw.sqlite3", {"NAME": "thaw.sqlite3"}),  # three slashes: relative
    ("sqlite:////var/lib/thaw.sqlite3", {"NAME": "/var/lib/thaw.sqlite3"}),  # four: absolute
    ("sqlite:////srv/two%20words.sqlite3", {"NAME": "/srv/two words.sqlite3"}),
    (
        "postgres://thaw:p%40ss@db.example:6543/thaw?sslmode=require",
        {
            "NAME": "thaw",
            "USER": "thaw",
            "PASSWORD": "p@ss",
            "HOST": "db.example",
            "PORT": "6543",
            "OPTIONS": {
                "pool": {
                    "timeout": 5,
                    "reconnect_timeout": 2,
                    "connection_class": BoundedConnection,
                },
                "options": "-c jit=off",
                "connect_timeout": "3",
                "sslmode": "require",
            },
        },
    ),
    # No user, password or port: what libpq defaults to.
    ("postgresql://db.example/thaw", {"USER": "", "PASSWORD": "", "PORT": ""}),
]


@pytest.mark.parametrize(("url", "expected"), DATABASES)
def test_a_database_url_is_read(url: str, expected: dict[str, object]) -> None:
    assert environment.database(url).items() >= expected.items()


@pytest.mark.parametrize(
    "url", ["sqlite:///", "postgres://db.example", "thaw.sqlite3", "oracle://x/y"]
)
def test_a_database_url_that_names_no_database_is_refused(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=r"DATABASE_URL .*Use "):
        environment.database(url)


def test_sqlite_waits_its_turn_and_keeps_links_whole(tmp_path: Path) -> None:
    ran = settings(
        "[__import__('django.db').db.connection.cursor().execute('PRAGMA ' + p).fetchone()[0]"
        " for p in ('journal_mode', 'foreign_keys', 'busy_timeout')]",
        DEBUG="1",
        DATABASE_URL=f"sqlite:///{tmp_path}/thaw.sqlite3",
    )
    assert ran.returncode == 0, ran.stderr
    assert eval(ran.stdout) == ["wal", 1, 20_000]


def test_a_cache_url_is_read() -> None:
    assert environment.cache("locmem://")["BACKEND"].endswith("LocMemCache")
    redis = environment.cache("redis://127.0.0.1:6379/0")
    assert redis["BACKEND"] == "config.serving.soft_cache.SoftRedisCache"
    assert redis["LOCATION"] == "redis://127.0.0.1:6379/0"


@pytest.mark.skipif(
    not os.environ.get("CACHE_URL", "").startswith("redis"), reason="CACHE_URL names no Redis"
)
def test_processes_share_a_redis_cache() -> None:
    url, key = os.environ["CACHE_URL"], f"test-{uuid.uuid4()}"
    cache = "__import__('django.core.cache').core.cache.cache"
    written = settings(f"{cache}.set('{key}', 'thaw', 60)", DEBUG="1", CACHE_URL=url)
    assert written.returncode == 0, written.stderr
    read = settings(f"({cache}.get('{key}'), {cache}.delete('{key}'))", DEBUG="1", CACHE_URL=url)
    assert eval(read.stdout) == ("thaw", True), read.stderr


# What an operator writes, and what browsers are told.
FRAMED_BY = [
    # Nothing set: any site that uses https.
    ("", ["'self'", "https:"]),
    ("none", ["'none'"]),
    ("https://moodle.school.example, https://*.school.example:8443",
     ["'self'", "https://moodle.school.example", "https://*.school.example:8443"]),
]  # fmt: skip


@pytest.mark.parametrize(("written", "told"), FRAMED_BY)
def test_who_may_frame_is_read_as_browsers_read_it(written: str, told: list[str]) -> None:
    assert environment.origins({"EMBED_ORIGINS": written}, "EMBED_ORIGINS", ["https:"]) == told
