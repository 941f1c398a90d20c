"""What somebody uploads is decoded, sized, and written anew; nothing of its bytes is kept.

    make(upload)  →  NewPicture("3f0c…-960x1280.jpg") with the bytes of that file

So a file that only says it is a picture is refused, and what a camera adds to one (the place, the
time, the owner) is gone. The name of what was made says what is in it and how large it is.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zlib
from typing import Any

from django.conf import settings
from PIL import Image, ImageOps

# The longest side of what is kept. A page shows no more than half of it, a fine screen all.
LONGEST_SIDE = 1600
# Points that are decoded at most, 160 MB of memory: a file of some kilobytes can hold thousands of
# millions.
MOST_POINTS = 40_000_000
# Nothing that Pillow reads beside these is asked for, so that none of its other readers runs.
FORMATS = ("JPEG", "PNG", "WEBP")
TYPE = "image/jpeg"
NAME = re.compile(r"[0-9a-f]{32}-([1-9][0-9]{0,3})x([1-9][0-9]{0,3})\.jpg")

# What Pillow raises for files that are cut off or made to do harm.
_DAMAGE = (
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    OverflowError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)


class NotAPicture(ValueError):
    """An upload that is refused. The message says why, and what would work."""


class NewPicture(str):
    """The name of a picture that was made and is not kept yet, with the bytes of its file."""

    content: bytes

    def __new__(cls, name: str, content: bytes) -> NewPicture:
        new = super().__new__(cls, name)
        new.content = content
        return new


def wanted() -> str:
    """What may be uploaded, in words."""
    return f"a JPEG, PNG or WebP of at most {settings.PICTURE_BYTES >> 20} MB"


def refuse_large(size: int) -> None:
    """Raise `NotAPicture` for a file of more bytes than are read."""
    if size > settings.PICTURE_BYTES:
        raise NotAPicture(f"The file has {size / (1 << 20):.1f} MB. Choose {wanted()}.")


def make(content: bytes) -> NewPicture:
    """Make a picture of the bytes of an upload. Raises `NotAPicture`.

    It is turned upright as the camera said, at most `LONGEST_SIDE` long, and a JPEG on white. The
    same bytes give the same picture, as long as Pillow is the same.
    """
    refuse_large(len(content))
    image = _opened(content)
    if image.format != "MPO" and getattr(image, "is_animated", False):
        raise NotAPicture(f"This picture moves. Choose a still one: {wanted()}.")
    try:
        # A large JPEG is decoded at a half, a quarter or an eighth.
        image.draft(None, (LONGEST_SIDE, LONGEST_SIDE))
        upright = _in_eight_bits(ImageOps.exif_transpose(image))
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.LANCZOS)
        made = _written(_on_white(upright))
    except _DAMAGE as error:
        raise NotAPicture(
            f"This picture is damaged and cannot be read to its end. Save it anew, as {wanted()}."
        ) from error
    return made


def narrower(content: bytes, width: int) -> bytes:
    """The file of a picture made here, at a smaller width. In: the bytes of its own file."""
    with Image.open(io.BytesIO(content), formats=("JPEG",)) as image:
        height = max(round(image.height * width / image.width), 1)
        return _jpeg(image.resize((width, height), Image.Resampling.LANCZOS))


def prove(name: str, content: bytes) -> NewPicture:
    """A picture that was made here before and comes back, in a package. Raises `NotAPicture`.

    Its bytes stay as they are, because making it anew each time would wear it out. So it has to be
    what its name says, and to hold nothing but the picture.
    """
    refuse_large(len(content))
    if (named := NAME.fullmatch(name)) is None or name[:32] != _digest(content):
        raise NotAPicture("The file is not the one that its name stands for.")
    image = _opened(content)
    says = {*image.info} - {"jfif", "jfif_version", "jfif_unit", "jfif_density", *_PROGRESSIVE}
    if image.format != "JPEG" or says or not content.endswith(b"\xff\xd9"):
        raise NotAPicture("The file holds more than a picture. Name it otherwise: it is made anew.")
    if image.size != (int(named[1]), int(named[2])) or max(image.size) > LONGEST_SIDE:
        raise NotAPicture("The picture is not as large as its name says.")
    try:
        image.load()
    except _DAMAGE as error:
        raise NotAPicture("The picture is damaged and cannot be read to its end.") from error
    return NewPicture(name, content)


_PROGRESSIVE = ("progressive", "progression")


def _opened(content: bytes) -> Any:
    """The head of a file, as Pillow reads it; its points are not decoded yet."""
    too_many = NotAPicture(
        f"This picture has more than {MOST_POINTS // 1_000_000} million points. Make it smaller: "
        f"{LONGEST_SIDE:,} on the longer side are enough, in {wanted()}."
    )
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
    except Image.DecompressionBombError as error:
        raise too_many from error
    except _DAMAGE as error:
        raise NotAPicture(
            f"This is no picture that can be shown here, whatever its name says. Choose {wanted()}."
        ) from error
    if image.width * image.height > MOST_POINTS:
        raise too_many
    return image


def _in_eight_bits(image: Image.Image) -> Image.Image:
    """A scan in sixteen bits, in one, or in a palette, as something whose points can be mixed."""
    if image.mode.startswith("I"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode == "1":
        return image.convert("L")
    if image.mode == "P":
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    return image


def _on_white(image: Image.Image) -> Image.Image:
    """The points alone on a fresh sheet: what stood beside them in the file stays behind."""
    if image.mode == "L" and not image.has_transparency_data:
        sheet = Image.new("L", image.size, 255)
        sheet.paste(image)
        return sheet
    sheet = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        sheet.paste(layered, mask=layered.getchannel("A"))
    else:
        sheet.paste(image.convert("RGB"))
    return sheet


def _written(image: Image.Image) -> NewPicture:
    content = _jpeg(image)
    return NewPicture(f"{_digest(content)}-{image.width}x{image.height}.jpg", content)


def _jpeg(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "JPEG", quality=85, optimize=True, progressive=True)
    return file.getvalue()


def _digest(content: bytes) -> str:
    """128 bits, which nobody guesses and which no two pictures share."""
    return hashlib.sha256(content).hexdigest()[:32]
