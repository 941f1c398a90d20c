"""The historical date as a part of a model: one attribute, five columns.

    class Person(models.Model):
        born = HistoricalDateField("born")

gives `person.born`, a `HistoricalDate` or None, kept in `born_edtf`, `born_text`,
`born_earliest`, `born_latest` and `born_sort`. Filter and order on the columns; set only the
attribute, so that the five never disagree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

from django.db import models
from django.db.models import F, Q

from records.dates import HistoricalDate

EDTF_LENGTH = 60
TEXT_LENGTH = 200
PARTS = ("edtf", "text", "earliest", "latest", "sort")


class _DateProperty(property):
    """A real `property`, so that `Model(born="1894")` accepts the name as a keyword."""


class HistoricalDateField:
    """Declares the columns of one historical date and the attribute that reads and writes them.

    In: a `HistoricalDate`, words that `HistoricalDate.parse` understands, or None.
    Out: a `HistoricalDate`, or None where no date is known.
    Raises `records.dates.DateError` when the words cannot be understood.
    """

    def __init__(self, verbose_name: str, *, required: bool = False, help_text: str = "") -> None:
        self.verbose_name = verbose_name
        self.required = required
        self.help_text = help_text

    if TYPE_CHECKING:

        @overload
        def __get__(self, instance: None, owner: Any) -> HistoricalDateField: ...
        @overload
        def __get__(self, instance: models.Model, owner: Any) -> HistoricalDate | None: ...
        def __get__(self, instance: Any, owner: Any) -> Any: ...
        def __set__(self, instance: models.Model, value: HistoricalDate | str | None) -> None: ...

    def contribute_to_class(self, cls: type[models.Model], name: str, **kwargs: Any) -> None:
        """Add the columns, their constraints and the attribute to the model (Django's hook)."""
        label = self.verbose_name
        columns: dict[str, models.Field[Any, Any]] = {
            "edtf": models.CharField(
                f"{label} (EDTF)", max_length=EDTF_LENGTH, blank=True, default="", editable=False
            ),
            "text": models.CharField(
                f"{label} (as written)",
                max_length=TEXT_LENGTH,
                blank=True,
                default="",
                editable=False,
            ),
            # Day numbers; see records.dates. Null when there is no date at all; a date with an open
            # end carries OPEN_PAST or OPEN_FUTURE, so that a range query needs no special case.
            "earliest": models.IntegerField(f"{label}: first day", null=True, editable=False),
            "latest": models.IntegerField(f"{label}: last day", null=True, editable=False),
            "sort": models.IntegerField(f"{label}: sorts at", null=True, editable=False),
        }
        for part, field in columns.items():
            field.contribute_to_class(cls, f"{name}_{part}")
        setattr(cls, name, _DateProperty(*_accessors(name)))
        registry = dict(getattr(cls, "historical_dates", {}))
        registry[name] = self
        cls.historical_dates = registry  # type: ignore[attr-defined]


def _accessors(name: str) -> tuple[Any, Any]:
    edtf, text, earliest, latest, sort = (f"{name}_{part}" for part in PARTS)

    def get(instance: models.Model) -> HistoricalDate | None:
        value = getattr(instance, edtf)
        return HistoricalDate.from_edtf(value, getattr(instance, text)) if value else None

    def set_(instance: models.Model, value: HistoricalDate | str | None) -> None:
        date = HistoricalDate.parse(value) if isinstance(value, str) and value.strip() else value
        if isinstance(date, HistoricalDate):
            found: tuple[Any, ...] = (date.edtf, date.text, date.earliest, date.latest, date.sort)
        else:
            found = ("", "", None, None, None)
        for column, part in zip((edtf, text, earliest, latest, sort), found, strict=True):
            setattr(instance, column, part)

    return get, set_


def date_constraints(name: str, *, required: bool = False) -> list[models.CheckConstraint]:
    """The rules the database itself keeps for one historical date of a model.

    In: the attribute's name. Out: constraints for `Meta.constraints`; their names begin with
    `%(app_label)s_%(class)s`, so that an abstract model may declare them too.
    """
    prefix = "%(app_label)s_%(class)s"
    no_date = Q(
        **{
            f"{name}_edtf": "",
            f"{name}_earliest": None,
            f"{name}_latest": None,
            f"{name}_sort": None,
        }
    )
    # A comparison with null is unknown, and a check lets the unknown pass: ask for the nulls first.
    in_order = Q(
        **{
            f"{name}_earliest__isnull": False,
            f"{name}_latest__isnull": False,
            f"{name}_sort__isnull": False,
            f"{name}_earliest__lte": F(f"{name}_latest"),
            f"{name}_sort__gte": F(f"{name}_earliest"),
            f"{name}_sort__lte": F(f"{name}_latest"),
        }
    ) & ~Q(**{f"{name}_edtf": ""})
    return [
        models.CheckConstraint(
            name=f"{prefix}_{name}_is_ordered" + ("_and_present" if required else "_or_absent"),
            condition=in_order if required else (no_date | in_order),
        )
    ]
