"""Counts how often a client does something, in the cache, which all processes share.

The cache forgets a count by itself. It holds a keyed hash of an address and not the address, so
that nobody learns from it who read what.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def network(request: HttpRequest) -> str:
    """Where a request comes from: an IPv4 address, or the /64 network of an IPv6 address.

    A household has at least a /64 of its own, and may use any address in it.
    """
    sender = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        # Each proxy appends the address that it got the request from. Only our own proxy can be
        # believed, and that is the last entry.
        sender = request.META.get("HTTP_X_FORWARDED_FOR", sender).rpartition(",")[2].strip()
    try:
        address = ip_address(sender)
    except ValueError:
        return sender
    if address.version == 4:
        return str(address)
    mapped = address.ipv4_mapped
    return str(mapped or ip_network((address, 64), strict=False))


def _key(what: str, who: str, seconds: int) -> str:
    return f"{what}:{seconds}:{salted_hmac(f'limits.{what}', who).hexdigest()}"


def counted(what: str, who: str, seconds: int) -> int:
    """Count one more of `what` by `who`. Out: how many there were, this one included.

    In: names of what is counted and of the client, and after how many seconds, from the first one,
    the count begins anew.
    """
    key = _key(what, who, seconds)
    if cache.add(key, 1, seconds):
        return 1
    try:
        return cache.incr(key)
    except ValueError:
        # The count ended between the two questions, so this one is the first of a new count.
        cache.set(key, 1, seconds)
        return 1


def uncount(what: str, who: str, seconds: int) -> None:
    """Take one of `counted` back, with the same three arguments."""
    key = _key(what, who, seconds)
    try:
        cache.decr(key)
    except ValueError:
        # The count ended in between, and this one with it.
        return
