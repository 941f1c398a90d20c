"""What a record with a picture keeps, and what of it readers see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse

from records.as_published import is_only_shown
from records.pictures.fields import PictureField
from records.pictures.making import NAME
from records.pictures.store import files_of, size_of

_WORDS = {
    "picture_alt": "Say in a sentence what the picture shows, for those who do not see it: “Nikita "
    "Khrushchev at a desk, speaking into a microphone.”",
    "picture_credit": "Say whose picture it is: “Photograph: Heinz Junge, Bundesarchiv”.",
    "picture_licence": "Choose the licence under which it may be shown. A picture without one is "
    "not free, and may not.",
}


class Licence(models.TextChoices):
    """Under what a picture may be shown."""

    PUBLIC_DOMAIN = "public-domain", "Public domain"
    CC0 = "cc0-1.0", "CC0 1.0"
    CC_BY_4 = "cc-by-4.0", "CC BY 4.0"
    CC_BY_SA_4 = "cc-by-sa-4.0", "CC BY-SA 4.0"
    CC_BY_3 = "cc-by-3.0", "CC BY 3.0"
    CC_BY_SA_3 = "cc-by-sa-3.0", "CC BY-SA 3.0"
    CC_BY_SA_3_DE = "cc-by-sa-3.0-de", "CC BY-SA 3.0 Germany"
    PERMISSION = "permission", "With permission, for this site only"

    @property
    def url(self) -> str:
        """Where its terms stand; blank where there are none to read."""
        terms = {
            Licence.PUBLIC_DOMAIN: "publicdomain/mark/1.0/",
            Licence.CC0: "publicdomain/zero/1.0/",
            Licence.CC_BY_4: "licenses/by/4.0/",
            Licence.CC_BY_SA_4: "licenses/by-sa/4.0/",
            Licence.CC_BY_3: "licenses/by/3.0/",
            Licence.CC_BY_SA_3: "licenses/by-sa/3.0/",
            Licence.CC_BY_SA_3_DE: "licenses/by-sa/3.0/de/",
        }
        return f"https://creativecommons.org/{terms[self]}" if self in terms else ""


class Pictured(models.Model):
    """A record that may have one picture: a portrait, a scan.

    Words without a picture are kept and not shown, so that they can be written first.
    """

    picture_file = PictureField("picture")
    picture_alt = models.CharField(
        "what it shows",
        max_length=300,
        blank=True,
        help_text="In a sentence, for those who do not see it. A picture needs it.",
    )
    picture_caption = models.CharField(
        "caption",
        max_length=300,
        blank=True,
        help_text="Readers see it under the picture: “In Berlin, June 1963”. May be left empty.",
    )
    picture_credit = models.CharField(
        "credit",
        max_length=200,
        blank=True,
        help_text="Who made it, and who keeps it. Readers see it. A picture needs it.",
    )
    picture_licence = models.CharField(
        "licence of the picture",
        max_length=20,
        choices=Licence,
        blank=True,
        help_text="Under what it may be shown. Readers see it. A picture needs it.",
    )
    picture_origin = models.URLField(
        "where the picture is from",
        max_length=500,
        blank=True,
        help_text="The web page on which the picture and its licence stand. May be left empty.",
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(picture_file="")
                | (~Q(picture_alt="") & ~Q(picture_credit="") & ~Q(picture_licence="")),
                name="%(class)s_picture_says_what_whose_and_how_free",
            ),
            models.CheckConstraint(
                condition=Q(picture_licence__in=["", *Licence.values]),
                name="%(class)s_picture_licence_is_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["picture_file"],
                condition=~Q(picture_file=""),
                name="%(class)s_by_picture",
            )
        ]

    def clean(self) -> None:
        super().clean()
        if not self.picture_file:
            return
        lacking = {n: why for n, why in _WORDS.items() if not getattr(self, n).strip()}
        if lacking:
            raise ValidationError(lacking)

    @property
    def picture(self) -> Picture | None:
        """The picture as readers see it; None where there is none, and for a name of none.

        Such a name somebody wrote into the database by hand; `manage.py doctor` tells of it.
        """
        return Picture(self) if NAME.fullmatch(self.picture_file) else None


@dataclass(frozen=True)
class Picture:
    """The picture of a record that is shown: its files, and the words beside it."""

    record: Any

    @property
    def width(self) -> int:
        return size_of(self.record.picture_file)[0]

    @property
    def height(self) -> int:
        return size_of(self.record.picture_file)[1]

    @property
    def is_tall(self) -> bool:
        """True for a picture that would be higher than a page if it were as wide as others."""
        return self.height > 1.6 * self.width

    @property
    def src(self) -> str:
        """The path of its own file."""
        return f"{file_address(self.record.picture_file)}{self._key}"

    @property
    def srcset(self) -> str:
        """The paths of its files with their widths, as HTML has them; blank for a single one."""
        files = [
            f"{file_address(file)}{self._key} {width}w"
            for width, file in files_of(self.record.picture_file)
        ]
        return ", ".join(files) if len(files) > 1 else ""

    @property
    def alt(self) -> str:
        return str(self.record.picture_alt)

    @property
    def caption(self) -> str:
        return str(self.record.picture_caption)

    @property
    def credit(self) -> str:
        return str(self.record.picture_credit)

    @property
    def licence(self) -> str:
        return str(Licence(self.record.picture_licence).label)

    @property
    def licence_url(self) -> str:
        return Licence(self.record.picture_licence).url

    @property
    def origin(self) -> str:
        return str(self.record.picture_origin)

    @property
    def _key(self) -> str:
        """What opens the file of a draft to the browser that shows its preview."""
        if not is_only_shown(self.record):
            return ""
        return f"?key={signer().sign(self.record.picture_file)}"


def signer() -> signing.TimestampSigner:
    """Signs names of pictures for previews; good for PREVIEW_DAYS, as preview links are."""
    return signing.TimestampSigner(salt="records.pictures")


def file_address(file: str) -> str:
    """The path at which a file of a picture is served."""
    return reverse("picture", args=[file])


def with_picture(name: str) -> Iterator[Any]:
    """For each kind of record with pictures, the records that have this one, in every state."""
    # Lazy, because kinds are declared from the models made of this module.
    from records.kinds import kinds

    for kind in kinds():
        if issubclass(kind.model, Pictured):
            # Said once more in the words of the index, which databases take for it only then.
            rows = kind.model._default_manager.filter(~Q(picture_file=""))
            yield rows.filter(picture_file=name)
