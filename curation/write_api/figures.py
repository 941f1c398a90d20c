"""Figures as people write them, in a document for the desk of the API.

A member that holds a figure takes a number, or a text: `{"value": "over 1.6 million"}` sets the
comparator, the number and the words as written. A text with two readings is refused with both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models
from rest_framework.exceptions import ValidationError

from curation.write_api.fields import not_read
from records.kinds import key_column
from records.typed.columns import FigureColumns, FiguresDisagree, spread
from records.typed.figures import FigureError, read_figure


def with_figures(
    model: type[models.Model], data: Mapping[str, Any], standing: Mapping[str, Any]
) -> tuple[Mapping[str, Any], dict[str, ValidationError]]:
    """Spread every figure that `data` gives as a text over the members of its columns.

    In: the members that were sent, and the fields that stand. Out: the members with numbers in
    place of texts, and the refusals by member. A text says all of its figure, so that it replaces
    the comparator, the upper value and the words that stand; what is sent beside it must agree.
    """
    refused: dict[str, ValidationError] = {}
    for columns in getattr(model, "figures", ()):
        text = data.get(columns.value)
        if not isinstance(text, str):
            continue
        try:
            figure = read_figure(text, _unit(model, columns, data, standing))
            data = {**data, **spread(columns, figure, data)}
        except FiguresDisagree as error:
            refused |= {name: ValidationError(why) for name, why in error.wrong.items()}
        except FigureError as error:
            refused[columns.value] = not_read(error)
    return data, refused


def _unit(
    model: type[models.Model],
    columns: FigureColumns,
    data: Mapping[str, Any],
    standing: Mapping[str, Any],
) -> str:
    """What the figure counts; blank for a record that is not there, which is refused later on."""
    key = data.get(columns.unit_of, standing.get(columns.unit_of))
    if not isinstance(key, str):
        return ""
    counted: Any = model._meta.get_field(columns.unit_of).related_model
    units = counted._default_manager.filter(**{key_column(counted): key})
    return str(units.values_list("unit", flat=True).first() or "")
