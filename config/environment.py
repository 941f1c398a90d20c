"""Reading settings from the environment; an error names the variable and a value that works."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


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
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": path,
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
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            # To compile a query takes longer than to run any of ours. “?options=” undoes it.
            "OPTIONS": {"pool": True, "options": "-c jit=off", **dict(parse_qsl(parts.query))},
        }
    raise ImproperlyConfigured(
        f"DATABASE_URL begins with “{parts.scheme}”. Use sqlite:///thaw.sqlite3 or "
        "postgres://user:password@host:5432/thaw."
    )


def cache(url: str) -> dict[str, Any]:
    """Django's settings for the cache. In: locmem:// or redis://host:6379/0."""
    scheme = urlsplit(url).scheme
    if scheme == "locmem":
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if scheme in {"redis", "rediss"}:
        return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}
    raise ImproperlyConfigured(
        f"CACHE_URL begins with “{scheme}”. Use locmem:// or redis://127.0.0.1:6379/0."
    )
