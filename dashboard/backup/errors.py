"""What stands in the way of a backup or a restore, in words for an operator."""

from __future__ import annotations


class CannotBackUp(Exception):
    """No backup was made, and none was removed."""


class CannotRestore(Exception):
    """The restore did not happen; the site’s data is as it was."""


class Damaged(CannotRestore):
    """The file is no whole backup."""
