"""The bytes of a file of notes as text, or a refusal that says what is wrong and what to do."""

from __future__ import annotations

import codecs

# Class notes are pages, not books: a thousand pages fit.
LARGEST = 1024 * 1024

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What other programs write, by its first bytes.
_FORMATS = (
    (b"PK\x03\x04", "a .docx, .odt or .xlsx file (a zip archive)"),
    (b"%PDF", "a PDF file"),
    (b"\xd0\xcf\x11\xe0", "an old .doc file of Word"),
    (b"{\\rtf", "an RTF file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)
_PASTE = "Open it, copy its text, and save that as a plain text file (.txt, UTF-8)."


class NotesRefused(ValueError):
    """A file that cannot be read as notes. The message is for whoever chose it."""


def decoded(content: bytes) -> str:
    """Return the text of a file of notes.

    UTF-8 with or without a mark, UTF-16 and UTF-32 with theirs. Raises `NotesRefused` for
    everything else, for a file without words, and for one over a megabyte.
    """
    if len(content) > LARGEST:
        raise NotesRefused(
            f"The file has {len(content):,} bytes; notes have at most {LARGEST:,} (1 MB). "
            "Part it into files of one topic each."
        )
    for mark, name in _FORMATS:
        if content.startswith(mark):
            raise NotesRefused(f"This is {name}, and notes are read from plain text. {_PASTE}")
    text = _text_of(content)
    if not text.strip("\ufeff \t\r\n\f\v\u00a0"):
        raise NotesRefused("There are no words in the file: there is nothing to read.")
    return text


def _text_of(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                text = content.decode("utf-8-sig" if encoding == "utf-8" else encoding)
            except UnicodeDecodeError as error:
                raise _broken(content, error, encoding.upper()) from None
            break
    else:
        _refuse_zeros(content)
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise _broken(content, error, "UTF-8") from None
    if "\0" in text:
        raise NotesRefused(f"The file holds characters of no text (NUL). {_PASTE}")
    return text


def _refuse_zeros(content: bytes) -> None:
    at = content.find(b"\0")
    if at < 0:
        return
    if len(content) % 2 == 0 and content.count(b"\0") > len(content) // 3:
        raise NotesRefused(
            "This looks like UTF-16 without its mark, so that the order of its bytes is not "
            "certain. Save the file as UTF-8."
        )
    raise NotesRefused(
        f"This is not text: byte {at + 1:,}, on line {_line(content, at)}, is a zero, which no "
        f"text holds. {_PASTE}"
    )


def _broken(content: bytes, error: UnicodeDecodeError, encoding: str) -> NotesRefused:
    at = error.start
    byte = content[at]
    guess = ""
    if encoding == "UTF-8" and (char := bytes([byte]).decode("cp1252", "ignore")):
        guess = f" In files of older programs on Windows that byte is “{char}”."
    return NotesRefused(
        f"This is not {encoding}: byte {at + 1:,}, on line {_line(content, at)}, is 0x{byte:02X}, "
        f"which {encoding} does not have there.{guess} Open the file in the program that made it, "
        "and save it as UTF-8."
    )


def _line(content: bytes, at: int) -> int:
    return content.count(b"\n", 0, at) + 1
