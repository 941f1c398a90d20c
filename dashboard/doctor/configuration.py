"""Settings that start, and yet do not serve the site that is meant."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.core.checks import WARNING, run_checks
from django.http.request import validate_host
from redis.exceptions import RedisError

from dashboard.doctor.finding import Finding, remark

_OWN_MACHINE = {"127.0.0.1", "localhost", "[::1]", "::1", "testserver"}


def of_hosts() -> Iterator[Finding]:
    """DEBUG, ALLOWED_HOSTS and SITE_URL, held against each other."""
    hosts = [host.lower() for host in settings.ALLOWED_HOSTS]
    public = sorted(set(hosts) - _OWN_MACHINE)
    if settings.DEBUG and public:
        yield Finding(
            "DEBUG",
            f"it is on, and Thaw answers for {', '.join(public)}. Error pages show settings and "
            "code to everybody.",
            "Set DEBUG=0.",
        )
    elif settings.DEBUG:
        yield remark("DEBUG", "it is on.", "That is for a developer’s own machine only.")
    for host in public:
        if "/" in host or (":" in host and not host.startswith("[")):
            yield Finding(
                "ALLOWED_HOSTS",
                f"“{host}” is no name of a host, and never met.",
                "Give the name alone, without https:// and without a port: thaw.example.",
            )
    if settings.SITE_URL:
        yield from _of_site_url(hosts)
    elif not settings.DEBUG:
        yield remark(
            "SITE_URL",
            "it is not set, so that canonical links and feeds name whatever host was asked for.",
            "Set it to the public address: SITE_URL=https://thaw.example.",
        )


def _of_site_url(hosts: list[str]) -> Iterator[Finding]:
    parts = urlsplit(settings.SITE_URL)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        yield Finding(
            "SITE_URL",
            f"“{settings.SITE_URL}” is no address of a site.",
            "Begin it with https:// — for example SITE_URL=https://thaw.example.",
        )
        return
    if not validate_host(parts.hostname, hosts):
        yield Finding(
            "SITE_URL",
            f"it names {parts.hostname}, and Thaw answers for {', '.join(hosts)} only.",
            f"Add {parts.hostname} to ALLOWED_HOSTS, or correct SITE_URL.",
        )
    if parts.scheme == "http" and settings.SECURE_SSL_REDIRECT:
        yield Finding(
            "SITE_URL",
            "it begins with http://, and readers are sent to https://.",
            f"Set SITE_URL=https://{parts.netloc}.",
        )


def by_django() -> Iterator[Finding]:
    """Django’s own checks: of the code and, with DEBUG off, of a deployment (`check --deploy`)."""
    for message in run_checks(include_deployment_checks=not settings.DEBUG):
        if not message.is_silenced():
            yield Finding(
                message.id or "check",
                message.msg,
                message.hint or "See “manage.py check --deploy”.",
                is_error=message.level >= WARNING,
            )


def of_the_proxy() -> Iterator[Finding]:
    """What a server needs that stands behind a proxy, or has several processes."""
    if settings.DEBUG:
        return
    if settings.SECURE_SSL_REDIRECT and not settings.BEHIND_PROXY:
        yield remark(
            "BEHIND_PROXY",
            "it is not set, though readers are sent to https. Behind a proxy that ends TLS, each "
            "page would lead to itself for ever.",
            "Set BEHIND_PROXY=1 if a proxy stands in front that sets X-Forwarded-Proto itself.",
        )
    if settings.CACHES["default"]["BACKEND"].endswith("LocMemCache"):
        yield remark(
            "CACHE_URL",
            "each process has a cache of its own, so that limits of the API and of readers’ "
            "reports count anew in each.",
            "With more than one worker, name a Redis: CACHE_URL=redis://127.0.0.1:6379/0.",
        )


def cache_answers() -> Iterator[Finding]:
    """The cache gives back what was put into it."""
    key, words = f"doctor-{secrets.token_hex(8)}", secrets.token_hex(8)
    try:
        cache.set(key, words, 60)
        said = cache.get(key)
        cache.delete(key)
    except (RedisError, OSError) as error:
        yield Finding(
            "CACHE_URL",
            f"the cache does not answer: {error}",
            "Start Redis, or correct CACHE_URL. Until then nobody’s requests are counted.",
        )
        return
    if said != words:
        yield Finding(
            "CACHE_URL",
            "the cache forgets at once what it is given.",
            "Look at the memory that Redis may use (maxmemory), and at its log.",
        )


def pictures_can_be_kept() -> Iterator[Finding]:
    """The directory of uploaded pictures; one that is not there yet is made with the first."""
    if not settings.MEDIA_ROOT:
        return
    place = Path(settings.MEDIA_ROOT)
    while not place.exists():
        place = place.parent
    if not (place.is_dir() and os.access(place, os.W_OK | os.X_OK)):
        yield Finding(
            "MEDIA_ROOT",
            f"{place} is no directory in which this account may write, so that no picture can be "
            "uploaded.",
            f"Let it write there, or name another directory: MEDIA_ROOT={settings.BASE_DIR}/media.",
        )
