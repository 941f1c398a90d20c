"""Addresses of records, as Django's `reverse` gives them, without asking the resolver each time.

A page names hundreds of records, and the resolver takes longer for each of their addresses than
the database takes to find them.
"""

from __future__ import annotations

import re
from functools import lru_cache

from django.conf import settings
from django.urls import get_script_prefix, reverse

# Stands for a key while the address around it is found; every pattern of a key takes it.
_STAND_IN = "190522210103"
# Keys that stand in an address as they are. All are (`records.models.KEY_PATTERN`), but for what
# somebody wrote into the database by hand; those go through the resolver, which judges them.
_PLAIN_KEY = re.compile(r"[a-z0-9-]+")


def address(name: str, key: str) -> str:
    """The path of a record's address: what `reverse(name, args=[key])` gives.

    In: the name of a route that takes one key, and the key.
    """
    if not _PLAIN_KEY.fullmatch(key):
        return reverse(name, args=[key])
    before, after = _around_key(name, get_script_prefix(), settings.ROOT_URLCONF)
    return f"{before}{key}{after}"


def listing_address(name: str) -> str:
    """The path of an address without a key: what `reverse(name)` gives."""
    return _whole(name, get_script_prefix(), settings.ROOT_URLCONF)


@lru_cache(maxsize=256)
def _around_key(name: str, _prefix: str, _urlconf: str) -> tuple[str, str]:
    """What stands before and after the key. All that an address depends on is in the call."""
    before, _, after = reverse(name, args=[_STAND_IN]).partition(_STAND_IN)
    return before, after


@lru_cache(maxsize=256)
def _whole(name: str, _prefix: str, _urlconf: str) -> str:
    return reverse(name)
