"""What is uploaded is made anew, or refused with what would work."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from records.pictures.making import NewPicture, NotAPicture, make, prove
from records.pictures.store import FOLDER, files_of, keep, picture_of_file, read, size_of
from tests.support.images import drawn, kept, packed, photograph


def opened(content: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


def test_a_photograph_stands_upright_and_tells_nothing_of_who_took_it_where() -> None:
    made = make(photograph())
    image = opened(made.content)
    assert size_of(made) == image.size == (400, 300)
    # The black quarter was turned with it, from the left to the right.
    assert image.getpixel((380, 20)) < (40, 40, 40)
    assert image.getpixel((20, 20)) > (200, 200, 200)
    assert not image.getexif()
    assert not {"exif", "comment", "icc_profile", "xmp"} & image.info.keys()
    assert b"Ivan" not in made.content
    assert b"secret" not in made.content


@pytest.mark.parametrize(
    ("content", "size"),
    [
        # Larger than any page shows: sized down, each side alike.
        (packed(drawn(3200, 2000)), (1600, 1000)),
        # On white where it is clear, since a JPEG has no glass.
        (packed(Image.new("RGBA", (200, 100), (0, 0, 0, 0)), "PNG"), (200, 100)),
        (packed(drawn(200, 100).convert("P"), "PNG"), (200, 100)),
        # A scan in black and white, a print in four inks, and what the web has today.
        (packed(drawn(200, 100, "L").convert("1"), "PNG"), (200, 100)),
        (packed(drawn(200, 100).convert("CMYK")), (200, 100)),
        (packed(drawn(200, 100), "WEBP"), (200, 100)),
    ],
    ids=["large", "clear", "palette", "bits", "inks", "webp"],
)
def test_every_still_picture_of_the_three_formats_is_taken(
    content: bytes, size: tuple[int, int]
) -> None:
    made = make(content)
    image = opened(made.content)
    assert image.size == size
    assert image.mode in ("RGB", "L")
    assert make(content) == made
    # What was dumped into a package comes back as it is.
    assert prove(made, made.content).content == made.content


@pytest.mark.parametrize("mode", ["1", "P", "I;16"])
def test_a_scan_keeps_its_greys_when_it_is_sized(mode: str) -> None:
    """Stripes a point wide become an even grey; every second of them alone would be white."""
    white = 65535 if mode == "I;16" else 255
    scan = Image.new("I;16" if mode == "I;16" else "L", (3200, 400), 0)
    for x in range(0, 3200, 2):
        scan.paste(white, (x, 0, x + 1, 400))
    content = packed(scan if mode == "I;16" else scan.convert(mode), "PNG")
    grey = opened(make(content).content).convert("L").getpixel((800, 100))
    assert 100 < grey < 156
    # Sixteen bits are not cut to the lower eight: 40,000 of 65,535 is 156 of 255.
    deep = Image.new("I;16", (200, 100), 40_000)
    assert abs(opened(make(packed(deep, "PNG")).content).convert("L").getpixel((9, 9)) - 156) < 3


def test_glass_lies_on_white() -> None:
    clear = Image.new("RGBA", (200, 100), (0, 0, 0, 0))
    assert opened(make(packed(clear, "PNG")).content).getpixel((5, 5)) == (255, 255, 255)


def _bomb(side: int) -> bytes:
    """A PNG of few bytes that says it has so many points on each side."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    points = zlib.compress(bytes(1_000_000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", points) + chunk(b"IEND", b"")
    )


_MOVING = {"save_all": True, "append_images": [Image.new("RGB", (20, 20), "red")]}
REFUSED = {
    # Markup with script in it, under whatever name.
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "no picture"),
    "html": (b"<!doctype html><script>alert(1)</script>", "no picture"),
    "html after a sign": (b"GIF89a<script>alert(1)</script>", "no picture"),
    "gif": (packed(drawn(20, 20), "GIF"), "no picture"),
    "tiff": (packed(drawn(20, 20), "TIFF"), "no picture"),
    "moving webp": (packed(Image.new("RGB", (20, 20)), "WEBP", **_MOVING), "moves"),
    "moving png": (packed(Image.new("RGB", (20, 20)), "PNG", **_MOVING), "moves"),
    "cut off": (packed(drawn(900, 900), quality=95)[:3000], "damaged"),
    "a bomb": (_bomb(30_000), "more than 40 million points"),
    "a smaller bomb": (_bomb(7_000), "more than 40 million points"),
    "40 MB": (b"\xff\xd8\xff" + bytes(40 << 20), "The file has 40.0 MB"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_still_picture_is_refused_with_what_would_work(name: str) -> None:
    content, why = REFUSED[name]
    with pytest.raises(NotAPicture) as refused:
        make(content)
    assert why in str(refused.value)
    assert "JPEG, PNG or WebP of at most 10 MB" in str(refused.value)


def test_a_file_that_only_says_it_was_made_here_is_refused() -> None:
    made = make(packed(drawn()))
    renamed = made.replace("300x400", "400x300")
    for name, content in (
        (made, made.content + b"<script>"),  # something behind the picture
        (f"{'0' * 32}-300x400.jpg", made.content),  # another digest
        (renamed, made.content),  # another size
    ):
        with pytest.raises(NotAPicture):
            prove(name, content)
    # Its name fits, and it holds more than a picture.
    told = packed(drawn(), comment=b"a word", progressive=True)
    name = f"{hashlib.sha256(told).hexdigest()[:32]}-300x400.jpg"
    with pytest.raises(NotAPicture, match="more than a picture"):
        prove(name, told)


def test_a_picture_has_a_file_of_each_width_and_none_is_written_twice() -> None:
    name = kept(packed(drawn(1000, 500)))
    widths = {width: opened(read(file)).size for width, file in files_of(name)}
    assert widths == {240: (240, 120), 480: (480, 240), 960: (960, 480), 1000: (1000, 500)}
    assert {picture_of_file(file) for _, file in files_of(name)} == {name}
    for other in ("x.jpg", f"{name}.html", name.replace(".jpg", ".w241.jpg"), f"../{name}"):
        assert picture_of_file(other) == ""
    before = set(default_storage.listdir(FOLDER)[1])
    keep(NewPicture(name, read(name)))
    assert set(default_storage.listdir(FOLDER)[1]) == before


def test_what_a_full_disk_left_of_a_file_is_written_anew() -> None:
    made = make(packed(drawn(320, 200)))
    default_storage.save(f"{FOLDER}{made}", ContentFile(made.content[:50]))
    keep(made)
    assert read(made) == made.content
    # Nor is a second one beside it.
    beside = [file for file in default_storage.listdir(FOLDER)[1] if file.startswith(made[:32])]
    assert len(beside) == 2
