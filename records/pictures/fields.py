"""The column that holds the name of a picture."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from records.pictures.making import NewPicture
from records.pictures.store import is_kept, keep

_CharField: Any = models.CharField


class PictureField(_CharField):
    """The name of a picture in `store`; blank for none. In the database it is a text.

    A `NewPicture` is written to the store when its row is saved, and not before, so that a form
    that is refused leaves nothing behind.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_length": 80, "blank": True, **kwargs})

    def run_validators(self, value: Any) -> None:
        super().run_validators(value)
        if value and not isinstance(value, NewPicture) and not is_kept(value):
            raise ValidationError(
                f"There is no picture “{value}” here. Upload it at the teachers’ desk, in the form "
                "of its record.",
                code="no_picture",
            )

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = super().pre_save(model_instance, add)
        if isinstance(value, NewPicture):
            keep(value)
            value = str(value)
            setattr(model_instance, self.attname, value)
        return value

    def formfield(self, **kwargs: Any) -> Any:
        # Lazy, because forms load widgets of the admin, and models come before it.
        from records.pictures.forms import PictureFormField

        return PictureFormField(
            label=str(self.verbose_name).capitalize(),
            help_text=self.help_text,
            required=not self.blank,
        )

    def deconstruct(self) -> Any:
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs
