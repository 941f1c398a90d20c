"""One cell: the text in the file on one side, the value of the record on the other."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from events.package.figures import CellError, follows_from_figure, read_number
from events.package.tables import Column, Table
from records.codec import Plain
from records.dates import DateError, HistoricalDate, quoted
from records.typed.dates import typed_date

# What a spreadsheet program takes for the beginning of a formula, with the wide forms that some
# editions accept as well (OWASP, “CSV Injection”).
_RUNS = "=+\\-@\t\r\n＝＋－＠"
_FORMULA = re.compile(rf"[{_RUNS}]")
_TO_GUARD = re.compile(rf"'*[{_RUNS}]")
_GUARDED = re.compile(rf"'+[{_RUNS}]")
_MISREAD = re.compile(r"-?[1-9][0-9]{0,2}\.[0-9]{3}")
_MUST_QUOTE = re.compile(r'[",\r\n]')
_WHOLE = re.compile(r"[0-9]{1,9}")
LONGEST_CELL = 100_000


@dataclass
class Date:
    """A date cell: EDTF where words stand in the column after it, or else as people write it."""

    cell: str

    def read(self, words: str, standing: HistoricalDate | None) -> HistoricalDate:
        """Return the date, with the words of the column after it. Raises `DateError`.

        `standing` is what the record holds: words that a dump adds (`words_beside`) change nothing.
        """
        if not words:
            return typed_date(self.cell)
        date = HistoricalDate.from_edtf(self.cell, words)
        same = standing and (standing.edtf, standing.text) == (date.edtf, "")
        return standing if standing and same and words == words_beside(standing) else date

    def at_fault(self, column: str, words: str) -> str:
        """The column that made `read` fail: that of the date, or that of its words."""
        try:
            HistoricalDate.from_edtf(self.cell)
        except DateError:
            return column
        return f"{column}_text" if words else column


def words_beside(date: HistoricalDate) -> str:
    """The words that a dump writes beside a date.

    Its own; and in their place those of the page for EDTF that has a second reading where it
    stands alone: 1904-05 is May 1904, and may be two years to whoever fills in a spreadsheet.
    """
    if date.text:
        return date.text
    try:
        return "" if typed_date(date.edtf).edtf == date.edtf else date.display()
    except DateError:
        return date.display()


def guard(text: str) -> str:
    """Return text as it is written to a file, so that no spreadsheet program runs it.

    Text that begins like a formula gets an apostrophe in front, and so does text that begins with
    apostrophes followed by such a beginning; `unguard` is the exact inverse.
    """
    return f"'{text}" if _TO_GUARD.match(text) else text


def unguard(cell: str) -> str:
    """Return the text that a cell of a text column means. Raises `CellError` for a formula."""
    if _FORMULA.match(cell):
        raise CellError(
            "A spreadsheet program would run this cell as a formula, because of its first "
            f"character. If it is meant as text, put an apostrophe in front: {quoted(guard(cell))}."
        )
    return cell[1:] if _GUARDED.match(cell) else cell


def quote(cell: str) -> str:
    """Return a cell as it stands between commas: in quotation marks only where it has to be."""
    return '"' + cell.replace('"', '""') + '"' if _MUST_QUOTE.search(cell) else cell


def read_cell(table: Table, column: Column, cell: str, row: Mapping[str, str] | None = None) -> Any:
    """Return the value of a cell: text, Decimal, int, bool, `Date`, a list of keys, or None.

    In: the cell and the others of its row. Keys are returned as text; whoever reads the table looks
    them up. Raises `CellError`.
    """
    if len(cell) > LONGEST_CELL:
        raise CellError(
            f"The cell holds {len(cell):,} characters; at most {LONGEST_CELL:,} are read. "
            "A quotation mark that is never closed can swallow the rest of a file."
        )
    if column.type == "text":
        text = unguard(cell)
        if column.required and not text.strip():
            raise CellError(f"May not be blank. {column.meaning}")
        return text
    cell = cell.strip()
    if cell and _FORMULA.match(cell) and column.type not in ("number", "date"):
        unguard(cell)
    if not cell:
        if column.required and not follows_from_figure(table, column, row or {}):
            raise CellError(f"May not be blank. {_expected(table, column)}")
        if column.type == "choice" and column.field:
            return "" if column.field.source.empty_strings_allowed else None
        return {"refs": [], "words": "", "yes-no": False}.get(column.type)
    match column.type:
        case "number":
            return read_number(table, column, cell)
        case "whole":
            if not _WHOLE.fullmatch(cell):
                raise CellError("Write a whole number, for example 1.")
            return int(cell)
        case "yes-no":
            if cell not in ("yes", "no"):
                raise CellError("Write yes or no.")
            return cell == "yes"
        case "choice" | "kind":
            return _one_of(table, column, cell)
        case "date":
            return Date(cell)
        case "words":
            return unguard(cell)
        case "refs":
            keys = cell.split()
            if twice := {key for key in keys if keys.count(key) > 1}:
                raise CellError(f"Names {', '.join(sorted(twice))} twice. Name each once.")
            return keys
    return cell


def _expected(table: Table, column: Column) -> str:
    if column.type in ("choice", "kind"):
        return f"Write one of: {', '.join(table.choices(column))}."
    if column.type == "yes-no":
        return "Write yes or no."
    return column.meaning


def _one_of(table: Table, column: Column, cell: str) -> Any:
    choices = table.choices(column)
    if cell not in choices:
        near = get_close_matches(cell.lower(), choices, 1)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise CellError(f"Write one of: {', '.join(choices)}.{hint}")
    return column.field.source.to_python(cell) if column.field else cell


def write_cell(column: Column, value: Any) -> str:
    """Return the text of a cell: the inverse of `read_cell`, with one way to write each value."""
    if value is None or value == "":
        return ""
    match column.type:
        case "number":
            # Zero has no sign. A zero behind 1.125 keeps it from being taken for 1,125.
            number = str(column.field.encode(value)) if column.field and value else "0"
            return f"{number}0" if _MISREAD.fullmatch(number) else number
        case "yes-no":
            # What may be left empty means no.
            return "yes" if value else "no" if column.required else ""
        case "refs":
            return " ".join(value)
        case "text" | "words":
            return guard(value)
    return str(value)


def missing_cell(column: Column) -> str:
    """Return the cell that every row means in a file that lacks an optional column.

    It is the field's default, which records had when the column was added; blank without one.
    """
    default = column.field.source.get_default() if isinstance(column.field, Plain) else None
    return write_cell(column, default)
