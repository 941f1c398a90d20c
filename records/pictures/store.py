"""The files of pictures, in Django's storage: each under the name of what is in it.

A picture has a file of its own size, and one of each smaller width in `WIDTHS`. No file is ever
written over, and none is taken away here: versions may name it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from records.pictures.making import NAME, NewPicture, narrower

FOLDER = "pictures/"
# For a plate in a margin and a scan on a page, on screens of one to three points a pixel.
WIDTHS = (240, 480, 960)
_FILE = re.compile(r"([0-9a-f]{32}-[0-9]{1,4}x[0-9]{1,4})(\.w([0-9]{1,4}))?\.jpg")


def size_of(name: str) -> tuple[int, int]:
    """Width and height of a picture, as its name says them."""
    named = NAME.fullmatch(name)
    assert named is not None, "Only names of pictures are kept."
    return int(named[1]), int(named[2])


def files_of(name: str) -> Iterator[tuple[int, str]]:
    """The files of a picture: width and name, the narrowest first and its own last."""
    own_width, _ = size_of(name)
    for width in WIDTHS:
        if width < own_width:
            yield width, f"{name.removesuffix('.jpg')}.w{width}.jpg"
    yield own_width, name


def picture_of_file(file: str) -> str:
    """The name of the picture that a file belongs to; blank for what is no file of a picture."""
    parts = _FILE.fullmatch(file)
    name = f"{parts[1]}.jpg" if parts else ""
    is_one = NAME.fullmatch(name) and file in {each for _, each in files_of(name)}
    return name if is_one else ""


def is_kept(name: str) -> bool:
    """True where the file of a picture is there."""
    return NAME.fullmatch(name) is not None and default_storage.exists(f"{FOLDER}{name}")


def read(file: str) -> bytes:
    """The bytes of one file. Raises FileNotFoundError."""
    with default_storage.open(f"{FOLDER}{file}") as opened:
        content: bytes = opened.read()
    return content


class NotKept(OSError):
    """A file could not be written: the disk is full, or the folder may only be read. It passes."""


def keep(picture: NewPicture) -> None:
    """Write the files of a picture, its own last: where that is whole, all are.

    Raises `NotKept`.
    """
    if is_kept(picture) and default_storage.size(f"{FOLDER}{picture}") == len(picture.content):
        return
    for width, file in files_of(picture):
        _write(file, picture.content if file == picture else narrower(picture.content, width))


def _write(file: str, content: bytes) -> None:
    path = f"{FOLDER}{file}"
    try:
        # What a full disk or a power cut left of it.
        default_storage.delete(path)
        written = default_storage.save(path, ContentFile(content))
    except OSError as error:
        raise NotKept(f"A picture cannot be written to MEDIA_ROOT: {error.strerror}.") from error
    if written != path:
        # Somebody else wrote the same file at the same moment.
        default_storage.delete(written)
