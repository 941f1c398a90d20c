"""Figures in the cells of a package: plain numbers, or all that people write of a number.

“Over 26,000” in the column of the value gives the comparator beside it, too, which may be blank or
say the same.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from events.package.tables import Column, Table
from records.typed.columns import FigureColumns, FiguresDisagree, spread
from records.typed.figures import FigureError, read_figure

_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")


class CellError(ValueError):
    """A cell that cannot be read. The message says what would be right."""


class FigureText(str):
    """A cell of a figure that is no plain number; the unit to read it by is not known yet."""


def read_number(table: Table, column: Column, cell: str) -> Decimal | FigureText:
    """Return the number of a cell that is not blank; the text where it says more than a number.

    Raises `CellError`, for “1.600” as well: it has two readings.
    """
    is_figure = any(column.name == figure.value for figure in _figures(table))
    if is_figure and not _NUMBER.fullmatch(cell):
        return FigureText(cell)
    try:
        figure = read_figure(cell)
    except FigureError as error:
        raise CellError(str(error)) from None
    if figure.comparator != "exactly":
        raise CellError("Write one number, for example 1600000 or 0.5.")
    return figure.value


def follows_from_figure(table: Table, column: Column, row: Mapping[str, str]) -> bool:
    """Tell whether a blank comparator follows from the figure beside it, “over 26,000”."""
    for figure in _figures(table):
        if column.name == figure.comparator:
            cell = row.get(figure.value, "").strip()
            return bool(cell) and not _NUMBER.fullmatch(cell)
    return False


def fill_figures(
    table: Table, instance: Any, values: Mapping[str, Any], cells: Mapping[str, str]
) -> dict[str, str]:
    """Spread every figure of a row over the columns of its instance; return what is wrong, where.

    In: the values that the cells were read as, and the cells. The record that says the unit is set.
    """
    wrong: dict[str, str] = {}
    for columns in _figures(table):
        text = values.get(columns.value)
        if not isinstance(text, FigureText):
            continue
        counted = getattr(instance, columns.unit_of, None)
        setattr(instance, columns.value, None)
        beside = {name: values[name] for name in cells if name in values}
        try:
            figure = read_figure(text, counted.unit if counted else "")
            setattr(instance, columns.value, figure.value)
            found = spread(columns, figure, beside)
        except FiguresDisagree as error:
            wrong |= error.wrong
        except FigureError as error:
            wrong[columns.value] = str(error)
        else:
            for name, value in found.items():
                setattr(instance, name, value)
    return wrong


def _figures(table: Table) -> tuple[FigureColumns, ...]:
    return tuple(getattr(table.model, "figures", ()))
