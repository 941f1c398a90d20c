"""Names in the order of the Unicode Collation Algorithm, the same on every database.

    class Measure(models.Model):
        name = models.CharField(max_length=200)
        sort_key = SortKeyField("name")

Lists order by `sort_key`. SQLite orders text by its bytes, which puts “Åse” after “Zhukov” and
«Ёлкин» before «Ежов», and PostgreSQL by the language that it was set up for.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from django.db import models

# The levels of the algorithm (UTS 10): letters, then accents, then the case of letters.
_LEVELS = 3
# The least weight of each level, which is by far the most frequent one: a letter without an accent,
# and a small letter. After letters there is none to leave out.
_USUAL = (None, 0x20, 0x02)
# Hexadecimal digits of one weight.
_DIGITS = 4
# The letters of a text of 120 letters, or all three levels of a usual name. Longer texts that only
# differ beyond it stand beside each other, in the order of their ids.
LONGEST_KEY = 480


@cache
def _collator() -> Any:
    # Loaded when the first name is written: the table takes a fifth of a second and some 12 MB.
    from pyuca.collator import Collator_10_0_0

    # Named by its version, so that the keys in a database do not hang on the version of Python.
    return Collator_10_0_0()


@lru_cache(maxsize=8192)
def sort_key(text: str) -> str:
    """The place of a text among others, as a text that sorts by its bytes.

    In: any text. Out: lower-case hexadecimal digits, at most LONGEST_KEY; blank for a blank text.
    Spaces and punctuation count, before digits and letters: “de Gaulle” comes before “Degas”.

    The order is that of the default table of Unicode 10 (UTS 10, DUCET, “non-ignorable”).
    """
    weights: list[list[int]] = [[]]
    for weight in _collator().sort_key(text):
        if weight:
            weights[-1].append(weight)
        else:
            weights.append([])
    levels = []
    for level, usual in zip(weights[:_LEVELS], _USUAL, strict=True):
        # What is left out at the end of a level is less than anything that can stand there, as the
        # zero that ends the level is: two keys compare as they would with it.
        while level and level[-1] == usual:
            level.pop()
        levels.append("".join(f"{weight:0{_DIGITS}x}" for weight in level))
    while levels and not levels[-1]:
        levels.pop()
    return ("0" * _DIGITS).join(levels)[:LONGEST_KEY]


def first_letter(key: str) -> str:
    """The part of a key that texts share which begin with one letter, in any case and accent."""
    return key[:_DIGITS]


class _FollowsItsName:
    """The attribute: always the key of the text as it is now, whatever was set or loaded.

    So a row that is saved, created or changed in bulk, or made again exactly as it was, has the
    key of its name without anybody setting it.
    """

    def __init__(self, field: SortKeyField) -> None:
        self.field = field

    def __get__(self, instance: Any, owner: Any = None) -> Any:
        if instance is None:
            return self
        return sort_key(str(getattr(instance, self.field.of) or ""))

    def __set__(self, instance: Any, value: Any) -> None:
        # Django looks here for which columns of a row were loaded.
        instance.__dict__[self.field.attname] = value


if TYPE_CHECKING:
    _CharField = models.CharField[str, str]
else:
    # Django's own class takes no types while it runs.
    _CharField = models.CharField


class SortKeyField(_CharField):
    """The column by which lists order the text in the column `of`: see `sort_key`.

    It is no part of what a record says: forms, data, the API and course packages leave it out.
    Saving and creating rows write it, and `RecordQuerySet.update` with a new text does. Who writes
    chosen columns of rows names it beside the text: `bulk_update(rows, ["name", "sort_key"])`.
    """

    descriptor_class = _FollowsItsName

    def __init__(self, of: str, **kwargs: Any) -> None:
        self.of = of
        fixed = {"max_length": LONGEST_KEY, "editable": False, "blank": True, "default": ""}
        super().__init__(**{**kwargs, **fixed})

    def deconstruct(self) -> Any:
        name, path, _, kwargs = super().deconstruct()
        for each in ("max_length", "editable", "blank", "default"):
            kwargs.pop(each, None)
        return name, path, [self.of], kwargs

    def db_parameters(self, connection: Any) -> Any:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            # A language may take two digits for one letter: “aa” is the last one in Danish.
            parameters["collation"] = "C"
        return parameters


def sort_key_fields(model: type[models.Model]) -> list[SortKeyField]:
    """The columns of a model that only order its texts."""
    return [field for field in model._meta.concrete_fields if isinstance(field, SortKeyField)]


def fill_sort_keys(app: str, *names: str) -> Callable[[Any, Any], None]:
    """What a migration runs to give the rows that are there their keys.

    In: an app's label and the names of its models. Needed again when the order itself changes.
    """

    def fill(apps: Any, schema_editor: Any) -> None:
        for name in names:
            model = apps.get_model(app, name)
            [field] = sort_key_fields(model)
            objects = model._base_manager.using(schema_editor.connection.alias)
            last = 0
            # By number, a batch at a time: what was read is never held.
            while rows := [*objects.filter(pk__gt=last).order_by("pk").only(field.of)[:500]]:
                objects.bulk_update(rows, [field.name])
                last = rows[-1].pk

    return fill
