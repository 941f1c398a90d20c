"""Reading settings from the environment; an error names the variable and a value that works."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from redis.backoff import NoBackoff
from redis.retry import Retry


def flag(environ: Mapping[str, str], name: str, default: bool) -> bool:
    """A yes/no variable. In: 1/0, true/false, yes/no, on/off in any case."""
    value = environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is “{value}”. Use 1 or 0, for example {name}=1.")


def words(environ: Mapping[str, str], name: str, default: list[str]) -> list[str]:
    """A list separated by commas, for example ALLOWED_HOSTS=thaw.example,www.thaw.example."""
    value = environ.get(name, "")
    return [word.strip() for word in value.split(",") if word.strip()] or default


def one_of(environ: Mapping[str, str], name: str, choices: Sequence[str]) -> str:
    """One of some words; the first of them where the variable is not set."""
    value = environ.get(name, "").strip().lower() or choices[0]
    if value not in choices:
        raise ImproperlyConfigured(f"{name} is “{value}”. Use {' or '.join(choices)}.")
    return value


_ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:[0-9]+)?")


def origins(environ: Mapping[str, str], name: str, default: list[str]) -> list[str]:
    """Sites that may frame a page, as values of the policy “frame-ancestors” (CSP level 3).

    In: a list separated by commas of `https:` (every site that uses it), origins such as
    https://moodle.school.example or https://*.school.example, or the one word `none`. This site
    itself is always among them, unless none is.
    """
    found = words(environ, name, default)
    if found == ["none"]:
        return ["'none'"]
    for origin in found:
        if origin != "https:" and not _ORIGIN.fullmatch(origin):
            raise ImproperlyConfigured(
                f"{name} has “{origin}”. Use origins such as https://moodle.school.example, "
                "“https:” for every site, or “none”."
            )
    return ["'self'", *found]


def choice(environ: Mapping[str, str], name: str, known: tuple[str, ...]) -> str:
    """One of a few words; the first of them where nothing is set."""
    value = environ.get(name, "").strip().lower() or known[0]
    if value not in known:
        raise ImproperlyConfigured(f"{name} is “{value}”. Use one of: {', '.join(known)}.")
    return value


def origin_of(url: str) -> str:
    """The origin of an address: https://login.school.example/realms/staff → its first half."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def openid_connect(url: str, client: str, secret: str, name: str) -> dict[str, Any]:
    """Settings of django-allauth for the one OpenID Connect server of a school; none without `url`.

    In: the address under which /.well-known/openid-configuration is found, what the server calls
    this site (client id and secret), and the words on the button.
    """
    if not url:
        return {}
    if urlsplit(url).scheme not in {"https", "http"} or not client or not secret:
        raise ImproperlyConfigured(
            "OIDC_SERVER_URL takes an address such as https://login.school.example, and "
            "OIDC_CLIENT_ID and OIDC_CLIENT_SECRET beside it."
        )
    app = {
        "provider_id": "school",
        "name": name,
        "client_id": client,
        "secret": secret,
        "settings": {"server_url": url, "oauth_pkce_enabled": True},
    }
    return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}


def whole_number(environ: Mapping[str, str], name: str, default: int) -> int:
    """A whole number of 0 or more."""
    value = environ.get(name, "").strip()
    if not value:
        return default
    if not value.isascii() or not value.isdigit():
        raise ImproperlyConfigured(
            f"{name} is “{value}”. Use a whole number, for example {default}."
        )
    return int(value)


def database(url: str) -> dict[str, Any]:
    """Django's settings for one database.

    In: sqlite:///path/to/file.sqlite3 (three slashes: relative; four: absolute) or
    postgres://user:password@host:5432/name?sslmode=require.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = unquote(parts.path[1:])
        if not path:
            raise ImproperlyConfigured("DATABASE_URL names no file. Use sqlite:///thaw.sqlite3.")
        return {
            "ENGINE": "config.sqlite",
            "NAME": path,
            # Opening the file and setting it up costs more than most questions to it.
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {
                # Writers queue up at once instead of failing half-way through a transaction.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
                    "PRAGMA cache_size=-20000;"
                ),
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        name = unquote(parts.path[1:])
        if not name:
            raise ImproperlyConfigured(
                "DATABASE_URL names no database. Use postgres://user:password@host:5432/thaw."
            )
        # Needs psycopg, which SQLite has no use for.
        from config.postgresql.silence import BoundedConnection

        return {
            "ENGINE": "config.postgresql",
            "NAME": name,
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            # To compile a query takes longer than to run any of ours. “?options=” undoes it.
            # A server that is away is named within seconds, to a request and to who waits for it.
            "OPTIONS": {
                # After two seconds the pool leaves it to the next request to try again. By itself
                # it waits longer and longer, and would not see for minutes that all is well again.
                "pool": {
                    "timeout": 5,
                    "reconnect_timeout": 2,
                    "connection_class": BoundedConnection,
                },
                "options": "-c jit=off",
                "connect_timeout": "3",
                **dict(parse_qsl(parts.query)),
            },
        }
    raise ImproperlyConfigured(
        f"DATABASE_URL begins with “{parts.scheme}”. Use sqlite:///thaw.sqlite3 or "
        "postgres://user:password@host:5432/thaw."
    )


def replicas(environ: Mapping[str, str], name: str, primary: str) -> dict[str, dict[str, Any]]:
    """Django's settings for copies of the primary, as replica1, replica2 and so on.

    In: addresses as DATABASE_URL has them, separated by commas, and the address of the primary.
    """
    urls = words(environ, name, [])
    works = f"{name}=postgres://user:password@replica.example:5432/thaw"
    if urls and urlsplit(primary).scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"{name} names copies of a PostgreSQL server, and DATABASE_URL names no PostgreSQL. "
            f"Set DATABASE_URL=postgres://user:password@primary.example:5432/thaw too, or leave "
            f"{name} out."
        )
    places = [_place(primary)]
    found = {}
    for number, url in enumerate(urls, 1):
        if urlsplit(url).scheme not in {"postgres", "postgresql"} or not urlsplit(url).path[1:]:
            raise ImproperlyConfigured(f"{name} has “{_public(url)}”. Use {works}.")
        if _place(url) in places:
            raise ImproperlyConfigured(
                f"{name} has “{_public(url)}”, which is the primary itself or stands there twice. "
                f"Name each copy once: {works}."
            )
        places.append(_place(url))
        found[f"replica{number}"] = _replica(url)
    return found


def _replica(url: str) -> dict[str, Any]:
    settings = database(url)
    options = settings["OPTIONS"]
    # The primary answers in the stead of a copy that is away, so nobody has to wait for it.
    options |= {"pool": options["pool"] | {"timeout": 1}, "connect_timeout": "1"}
    # No test makes a database of its own for a copy.
    return {**settings, "TEST": {"MIRROR": "default"}}


def _place(url: str) -> tuple[str, int, str]:
    """What tells one database from another: host, port and name."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 5432, parts.path


def _public(url: str) -> str:
    """An address without its password, for a message that others may read."""
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()


def cache(url: str) -> dict[str, Any]:
    """Django's settings for the cache. In: locmem:// or redis://host:6379/0."""
    scheme = urlsplit(url).scheme
    if scheme == "locmem":
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if scheme in {"redis", "rediss"}:
        return {
            "BACKEND": "config.serving.soft_cache.SoftRedisCache",
            "LOCATION": url,
            # Redis answers within a thousandth of a second, or something is wrong.
            "OPTIONS": {
                "socket_timeout": 0.25,
                "socket_connect_timeout": 0.25,
                "retry": Retry(NoBackoff(), 0),
            },
        }
    raise ImproperlyConfigured(
        f"CACHE_URL begins with “{scheme}”. Use locmem:// or redis://127.0.0.1:6379/0."
    )
