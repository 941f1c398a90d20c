"""The historical date as a part of a model: one attribute, five columns.

    class Person(models.Model):
        born = HistoricalDateField("born")

gives `person.born`, a `HistoricalDate` or None, kept in `born_edtf`, `born_text`,
`born_earliest`, `born_latest` and `born_sort`. Filter and order on the columns; set only the
attribute, so that the five never disagree.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, overload

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from records.dates import HistoricalDate

EDTF_LENGTH = 60
TEXT_LENGTH = 200
PARTS = ("edtf", "text", "earliest", "latest", "sort")

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    # Django's own class takes no types while it runs.
    _TextField = models.TextField

# The most that one text holds, in characters: about eight printed pages, several times the longest
# of the shipped course. What is typed is rendered, compared and kept again and again, and all of
# that takes as long as the text.
LONGEST_PROSE = 20_000


class ProseField(_TextField):
    """A text of one or more paragraphs, of at most `max_length` characters (LONGEST_PROSE).

    Whatever writes a record asks its fields: the admin, the API, course packages and versions that
    are put back all refuse a longer text with the same sentence. To the database it is a text like
    any other, so that a site whose texts were longer before still shows them.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": LONGEST_PROSE, **kwargs})

    def run_validators(self, value: Any) -> None:
        super().run_validators(value)
        assert self.max_length is not None
        if value and len(value) > self.max_length:
            raise ValidationError(
                f"This text has {len(value):,} characters, and at most {self.max_length:,} are "
                "kept. Shorten it, or divide it between several records.",
                code="max_length",
            )

    def formfield(self, **kwargs: Any) -> Any:
        # A box with a limit of its own would cut off what is pasted, and say nothing.
        return super().formfield(**{"max_length": None, **kwargs})

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        if kwargs.get("max_length") == LONGEST_PROSE:
            del kwargs["max_length"]
        return name, "django.db.models.TextField", args, kwargs


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
        # As a field of Django has it: its place among those of the class, in the order written.
        self.creation_counter = models.Field.creation_counter
        models.Field.creation_counter += 1

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


# The attribute is asked for again and again, of one row and of others with the same date. A date is
# a value that nobody can change, so the one that was read before serves all of them.
read_date = lru_cache(maxsize=8192)(HistoricalDate.from_edtf)


def _accessors(name: str) -> tuple[Any, Any]:
    edtf, text, earliest, latest, sort = (f"{name}_{part}" for part in PARTS)

    def get(instance: models.Model) -> HistoricalDate | None:
        value = getattr(instance, edtf)
        return read_date(value, getattr(instance, text)) if value else None

    def set_(instance: models.Model, value: HistoricalDate | str | None) -> None:
        date = HistoricalDate.parse(value) if isinstance(value, str) and value.strip() else value
        if isinstance(date, HistoricalDate):
            parts: tuple[Any, ...] = (date.edtf, date.text, date.earliest, date.latest, date.sort)
        else:
            parts = ("", "", None, None, None)
        for column, part in zip((edtf, text, earliest, latest, sort), parts, strict=True):
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
