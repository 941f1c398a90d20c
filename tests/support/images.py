"""Pictures as people upload them, made while a test runs: none is kept in the checkout."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from records.pictures.making import make
from records.pictures.store import keep

WORDS = {
    "picture_alt": "Nikita Khrushchev at a desk.",
    "picture_caption": "In the Kremlin, 1956",
    "picture_credit": "Photograph: an unknown reporter",
    "picture_licence": "public-domain",
}


def drawn(width: int = 300, height: int = 400, mode: str = "RGB") -> Any:
    """A picture whose upper left quarter is black, so that one sees how it was turned."""
    image = Image.new(mode, (width, height), "white")
    image.paste(Image.new(mode, (width // 2, height // 2), "black"))
    return image


def packed(image: Any, kind: str = "JPEG", **options: Any) -> bytes:
    """The bytes of a picture in the format `kind`."""
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def photograph() -> bytes:
    """A photograph as a telephone keeps it: on its side, with the place and the owner in it."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it a quarter to the right
    exif[0x013B] = "Ivan Ivanov"
    exif.get_ifd(0x8825)[2] = (55.0, 45.0, 7.0)
    return packed(drawn(), exif=exif, comment=b"taken in secret")


def upload(content: bytes, name: str = "khrushchev.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "image/jpeg")


def kept(content: bytes | None = None) -> str:
    """The name of a picture that was uploaded before."""
    picture = make(content or packed(drawn()))
    keep(picture)
    return str(picture)
