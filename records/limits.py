"""Who asks, and how often: counted in the cache, which all workers share and which forgets.

What is kept of an address is a keyed hash, so that the cache tells nobody who read what.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def network(request: HttpRequest) -> str:
    """Where a request comes from: an IPv4 address, or the /64 that one IPv6 household has."""
    sender = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        # Each proxy appends whom it heard from; only the last entry is our own proxy's word.
        sender = request.META.get("HTTP_X_FORWARDED_FOR", sender).rpartition(",")[2].strip()
    try:
        address = ip_address(sender)
    except ValueError:
        return sender
    if address.version == 4:
        return str(address)
    mapped = address.ipv4_mapped
    return str(mapped or ip_network((address, 64), strict=False))


def counted(what: str, who: str, seconds: int) -> int:
    """Count one more of `what` by `who`, and return how many there were.

    The count begins anew `seconds` after its first.
    """
    key = f"{what}:{seconds}:{salted_hmac(f'limits.{what}', who).hexdigest()}"
    if cache.add(key, 1, seconds):
        return 1
    try:
        return cache.incr(key)
    except ValueError:
        # It ran out between the two questions, so this one is the first of a new while.
        cache.set(key, 1, seconds)
        return 1
