"""Moments in addresses: `?at=` shows a page as it was at that moment, and stays true."""

from __future__ import annotations

from datetime import UTC, datetime

_FORM = "%Y-%m-%dT%H:%M:%S.%fZ"


def moment(words: str) -> datetime | None:
    """A moment as an address gives it, for example “2026-11-25T23:06:26.123456Z”; None if none."""
    try:
        return datetime.strptime(words, _FORM).replace(tzinfo=UTC)
    except ValueError:
        return None


def moment_words(at: datetime) -> str:
    """A moment as an address gives it."""
    return at.astimezone(UTC).strftime(_FORM)
