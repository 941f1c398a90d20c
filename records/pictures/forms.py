"""The box of a picture at the desk: what is there, what comes in its place, or nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.template.loader import render_to_string

from records.pictures.making import NotAPicture, make, refuse_large, wanted
from records.pictures.models import file_address
from records.pictures.store import files_of, is_kept


class _Again(str):
    """The picture that stands, on a page that comes back without the file that was chosen."""


class PictureInput(forms.ClearableFileInput):
    """A box for a file, the picture that stands, and a tick to take it away."""

    clear_checkbox_label = "Take the picture away"

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        shown = str(value) if isinstance(value, str) and is_kept(value) else ""
        box = self.build_attrs(
            self.attrs, {**(attrs or {}), "accept": "image/jpeg,image/png,image/webp"}
        )
        return render_to_string(
            "admin/picture_box.html",
            {
                "name": name,
                "box": forms.FileInput(box).render(name, None),
                "src": file_address(next(files_of(shown))[1]) if shown else "",
                "lost": str(value) if isinstance(value, str) and value and not shown else "",
                "clear": None if self.is_required else self.clear_checkbox_name(name),
                "clear_label": self.clear_checkbox_label,
                # No browser says it.
                "again": isinstance(value, _Again),
            },
        )

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files and self.clear_checkbox_name(name) not in data


class PictureFormField(forms.FileField):
    """An upload that becomes a picture, or the picture that stands.

    Out: a `NewPicture`, the name that stood, or blank. What is no picture is refused with what
    would work.
    """

    widget = PictureInput
    default_error_messages = {"empty": "The file is empty.", "contradiction": ""}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.help_text = f"{wanted()[:1].upper()}{wanted()[1:]}. {self.help_text}".strip()
        self.error_messages["contradiction"] = (
            "Choose a file or tick “Take the picture away”, not both."
        )

    def bound_data(self, data: Any, initial: Any) -> Any:
        return _Again(initial or "") if isinstance(data, UploadedFile) else initial

    def clean(self, data: Any, initial: Any = None) -> Any:
        upload = super().clean(data, initial)
        if not isinstance(upload, UploadedFile):
            return upload or ""
        try:
            refuse_large(upload.size or 0)
            # A page that is tried a second time reads the same file again.
            upload.seek(0)
            return make(upload.read())
        except NotAPicture as error:
            raise ValidationError(str(error), code="no_picture") from error
