"""A directory for what is not finished, on the disk of what it will become.

Whoever is killed leaves one behind. The next to work at the same place removes it: the lock of a
process goes with the process, so a directory without a lock is nobody’s.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_END = ".unfinished"


@contextmanager
def workplace(beside: Path, purpose: str) -> Iterator[Path]:
    """A new directory in `beside` that only this account may enter, removed at the end.

    Removes those that were left behind for the same purpose.
    """
    begin = f".thaw-{purpose}-"
    for left in [*beside.iterdir()]:
        if left.name.startswith(begin) and left.name.endswith(_END):
            _remove_if_left(left)
    place = Path(tempfile.mkdtemp(prefix=begin, suffix=_END, dir=beside))
    descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
        os.close(descriptor)


def _remove_if_left(place: Path) -> None:
    try:
        descriptor = os.open(place, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    else:
        shutil.rmtree(place, ignore_errors=True)
    finally:
        os.close(descriptor)


def keep(finished: Path, name: Path) -> None:
    """Give a finished file its name, at once and whole. Raises FileExistsError if it is taken.

    The disk keeps the name when this returns.
    """
    try:
        os.link(finished, name)
        finished.unlink()
    except FileExistsError:
        raise
    except OSError:
        # A stick or a network drive without hard links, which alone refuse a name that is taken.
        if name.exists():
            raise FileExistsError(name) from None
        finished.rename(name)
    sync_directory(name.parent)


def sync_directory(directory: Path) -> None:
    """Have the disk keep the names in a directory."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
