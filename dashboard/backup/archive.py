"""The file of a backup: a zip with one part for each thing kept, and a manifest of them.

    manifest.json         what it is, and the SHA-256 of every part
    database.sqlite3      the whole database, on SQLite
    tables/<name>.copy    the rows of one table in the text format of COPY, on PostgreSQL
    media/<path>          uploaded files

The comment at the end of the zip, its last bytes, is the SHA-256 of all bytes before it. So a file
that was cut off or in which one bit changed is known without looking into it, and any tool for zip
files still opens it. The digests find accidents. They keep nobody from writing another backup.
"""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from django.conf import settings

from dashboard.backup.errors import Damaged

# Counted up when a backup says something that older code would misread.
FORMAT = 1
MANIFEST = "manifest.json"
MEDIA = "media/"
_CHUNK = 1 << 20
_SIGN = b"sha256:"
_COMMENT_LENGTH = len(_SIGN) + 64


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a backup holds.

    `database` is the kind of database as Django names it; `migrations` are the applied ones, by
    app; `rows` the number of rows by table; `parts` the SHA-256 of each part by its name.
    `columns` and `sequences` are for PostgreSQL: the columns of each table in the order of its
    part, and the last number that each counter gave out (with false for “not yet given out”).
    `notes_changes` tells whether the triggers of the change feed were in order.
    """

    thaw: str
    made_at: str
    database: str
    migrations: dict[str, list[str]]
    rows: dict[str, int]
    notes_changes: bool
    columns: dict[str, list[str]] = field(default_factory=dict)
    sequences: dict[str, tuple[str, int, bool]] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def made(self) -> datetime:
        """When the data was as the backup has it (UTC)."""
        return datetime.fromisoformat(self.made_at)


def thaw_version() -> str:
    """The version of Thaw, as `pyproject.toml` has it."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))
    return str(project["project"]["version"])


class Writer:
    """Writes a backup to a new file that nobody else may read. Call `finish` at the end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.parts: dict[str, str] = {}
        # For reading, too: the digest of the whole is made from the file itself.
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED)

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *raised: object) -> None:
        # What was not finished is left without an end: closing the zip would write one.
        self._zip.fp = None
        self._file.close()

    def add(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write one part."""
        digest = hashlib.sha256()
        with self._zip.open(name, "w", force_zip64=True) as part:
            for chunk in chunks:
                digest.update(chunk)
                part.write(chunk)
        self.parts[name] = digest.hexdigest()

    def add_file(self, name: str, path: Path) -> None:
        with path.open("rb") as file:
            self.add(name, _chunks(file))

    def finish(self, manifest: dict[str, Any]) -> None:
        """Write the manifest and the digest of the whole, and have the disk keep all of it.

        In: the manifest as a dict, without its parts.
        """
        whole = asdict(Manifest(**manifest, parts=self.parts))
        self._zip.writestr(MANIFEST, json.dumps(whole, indent=1, ensure_ascii=False))
        self._zip.comment = b" " * _COMMENT_LENGTH
        self._zip.close()
        end = self._file.seek(-_COMMENT_LENGTH, os.SEEK_END)
        digest = _digest(self._file, end)
        self._file.seek(end)
        self._file.write(_SIGN + digest.encode())
        self._file.flush()
        os.fsync(self._file.fileno())


class Backup:
    """A backup that was read and proved whole: every byte, every part, and nothing besides.

    Raises `Damaged`, which says what is wrong with the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        _prove_whole(path)
        try:
            self._zip = zipfile.ZipFile(path)
            self.manifest = _read_manifest(self._zip.read(MANIFEST))
        except (KeyError, TypeError, ValueError, zipfile.BadZipFile) as error:
            raise Damaged(f"{path} is whole, but no backup of Thaw: {error}") from error
        self._prove_parts()

    def __enter__(self) -> Backup:
        return self

    def __exit__(self, *raised: object) -> None:
        self._zip.close()

    def part(self, name: str) -> Iterator[bytes]:
        """The bytes of one part."""
        with self._zip.open(name) as part:
            yield from _chunks(part)

    def extract(self, name: str, target: Path) -> None:
        """Write one part to a file, and have the disk keep it."""
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            for chunk in self.part(name):
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())

    def media(self) -> list[str]:
        """The parts that are uploaded files."""
        return [name for name in self.manifest.parts if name.startswith(MEDIA)]

    def _prove_parts(self) -> None:
        names = {*self._zip.namelist()} - {MANIFEST}
        if names != self.manifest.parts.keys():
            raise Damaged(f"{self.path} holds other parts than its manifest names.")
        for name, expected in self.manifest.parts.items():
            if ".." in PurePosixPath(name).parts or name.startswith("/"):
                raise Damaged(f"{self.path} has the part “{name}”, which leads out of it.")
            digest = hashlib.sha256()
            for chunk in self.part(name):
                digest.update(chunk)
            if digest.hexdigest() != expected:
                raise Damaged(f"{self.path} is damaged: its part “{name}” was changed.")


def _read_manifest(text: bytes) -> Manifest:
    given = json.loads(text)
    if given["format"] > FORMAT:
        raise ValueError(
            f"it is written in format {given['format']}, and this release of Thaw reads up to "
            f"{FORMAT}. Restore it with the release that made it, {given.get('thaw')}, or a newer"
        )
    return Manifest(**given)


def _prove_whole(path: Path) -> None:
    """Raise `Damaged` unless the file ends in the digest of all that stands before."""
    size = path.stat().st_size
    with path.open("rb") as file:
        if file.read(2) != b"PK":
            raise Damaged(f"{path} is no backup of Thaw (made by “manage.py backup”).")
        end = max(size - _COMMENT_LENGTH, 0)
        file.seek(end)
        said = file.read()
        if not said.startswith(_SIGN):
            raise Damaged(f"{path} is cut off, or no backup of Thaw: its end is missing.")
        if said[len(_SIGN) :].decode("ascii", "replace") != _digest(file, end):
            raise Damaged(f"{path} is damaged: its bytes are not those that were written.")


def _digest(file: Any, end: int) -> str:
    """SHA-256 of the first `end` bytes of a file."""
    file.seek(0)
    digest = hashlib.sha256()
    left = end
    while left and (chunk := file.read(min(_CHUNK, left))):
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest()


def _chunks(file: Any) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk


def now() -> datetime:
    """This moment, to the second (UTC)."""
    return datetime.now(UTC).replace(microsecond=0)
