"""The columns of a record that one figure fills, for all who read figures into records.

“Over 1.6 million” is a comparator, a number and the words of the source. A model names the columns
that hold them in `figures`; the desk of the API and course packages spread a figure over them here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from records.typed.figures import Figure, number_words


@dataclass(frozen=True, slots=True)
class FigureColumns:
    """The names of the columns of one figure.

    `unit_of` is the key to the record that says in its `unit` what is counted.
    """

    value: str
    comparator: str
    upper_value: str
    as_written: str
    unit_of: str


class FiguresDisagree(ValueError):
    """A figure says something else than a column beside it; `wrong` has a sentence for each."""

    def __init__(self, wrong: dict[str, str]) -> None:
        self.wrong = wrong
        super().__init__(" ".join(wrong.values()))


def spread(columns: FigureColumns, figure: Figure, beside: Mapping[str, Any]) -> dict[str, Any]:
    """Return the value of every column that a figure fills.

    `beside` holds what somebody wrote in those columns, by name; a blank says nothing. Words given
    there are kept in place of the figure's own. Raises `FiguresDisagree` where a comparator or an
    upper value says something else.
    """
    found: dict[str, Any] = {
        columns.value: figure.value,
        columns.comparator: figure.comparator,
        columns.upper_value: figure.upper_value,
        columns.as_written: beside.get(columns.as_written) or figure.as_written,
    }
    wrong = {}
    for name in (columns.comparator, columns.upper_value):
        given = beside.get(name)
        if given in ("", None) or given == found[name]:
            continue
        says = found[name]
        if name == columns.upper_value:
            says = "no second number" if says is None else number_words(says)
        stated = str(says).replace("_", " ")
        wrong[name] = f"The figure says {stated}. Correct one of the two, or leave this out."
    if wrong:
        raise FiguresDisagree(wrong)
    return found
