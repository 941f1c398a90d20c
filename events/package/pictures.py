"""The pictures of a package: files in its folder `pictures`, named by rows of its tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files.storage import default_storage

from events.package.cells import CellError
from events.package.closure import TooLarge
from events.package.format import PICTURES
from events.package.tables import Table
from records.dates import quoted
from records.pictures.making import NAME, NewPicture, NotAPicture, make, prove
from records.pictures.models import Licence, Pictured
from records.pictures.store import FOLDER, keep, read

# The column that names the file of a picture, and the beginning of all that are about it.
COLUMN = "picture_file"
ABOUT = "picture_"


class Pictures:
    """The pictures that a package brings. Nothing of them is kept before `keep`.

    In: the files of the package by name. `unnamed` are those that no row has asked for.
    """

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = {name.removeprefix(PICTURES): content for name, content in files.items()}
        self._made: dict[str, NewPicture] = {}
        self._refused: dict[str, str] = {}
        self.unnamed = {*self._files}

    def name_of(self, cell: str) -> str:
        """The name under which the picture that a row names will be kept. Raises `CellError`.

        A file that was dumped stays as it is; any other is made anew, as if it were uploaded.
        """
        self.unnamed.discard(cell)
        if cell not in self._files:
            raise CellError(
                f"There is no file {quoted(cell)} in the folder “{PICTURES[:-1]}” of the package. "
                "Put it there, or empty the cell."
            )
        if cell not in self._made and cell not in self._refused:
            content = self._files[cell]
            try:
                self._made[cell] = prove(cell, content) if NAME.fullmatch(cell) else make(content)
            except NotAPicture as error:
                self._refused[cell] = str(error)
        if cell in self._refused:
            raise CellError(self._refused[cell])
        return str(self._made[cell])

    def keep(self) -> None:
        """Write the files of the pictures that rows named."""
        for picture in self._made.values():
            keep(picture)


def shown(row: dict[str, Any], table: Table, instance: Any, published: bool) -> dict[str, Any]:
    """The cells of a row, without a picture that may be shown on this site alone.

    `published`: for everybody, who may take it elsewhere.
    """
    if not published or not issubclass(table.model, Pictured):
        return row
    if instance.picture_licence != Licence.PERMISSION:
        return row
    return {name: "" if name.startswith(ABOUT) else cell for name, cell in row.items()}


def files_named(names: Iterable[str], most_bytes: int | None = None) -> dict[str, bytes]:
    """The files of pictures, by their place in a package.

    Raises `TooLarge` for more than `most_bytes`, and FileNotFoundError for one that is missing.
    """
    names = sorted({*names})
    if most_bytes is not None:
        total = sum(default_storage.size(f"{FOLDER}{name}") for name in names)
        if total > most_bytes:
            raise TooLarge(f"Its pictures have more than {most_bytes >> 20} MB.")
    return {f"{PICTURES}{name}": read(name) for name in names}
