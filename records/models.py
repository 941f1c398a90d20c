"""What every record shares: an address that lasts, a state of publication, times of change."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from records.as_published import count_as_published
from records.fields import ProseField
from records.kinds import kind_name
from records.querysets import RecordQuerySet

KEY_PATTERN = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_ID_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"

validate_key = RegexValidator(
    rf"\A{KEY_PATTERN}\Z",
    "Use lower-case letters a–z, digits and single hyphens, for example “secret-speech”.",
    code="invalid_key",
)


def new_public_id() -> str:
    """A fresh public id: 12 letters and digits without look-alikes (about 59 bits)."""
    return "".join(secrets.choice(_ID_LETTERS) for _ in range(12))


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    REVIEW = "review", "In review"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


class PastSlug(models.Model):
    """An address that a record once had. It redirects for ever and is never given out again."""

    model = models.CharField("kind of record", max_length=40, editable=False)
    slug = models.CharField("past address", max_length=80, editable=False)
    # Blank when the record was deleted: the address then answers 410, not a redirect.
    current_slug = models.CharField("redirects to", max_length=80, blank=True, editable=False)
    # An address that only ever led to a draft stays taken, and answers as if it had never been.
    was_public = models.BooleanField("readers saw it", default=False, editable=False)
    retired_at = models.DateTimeField("retired", default=timezone.now, editable=False)

    class Meta:
        ordering = ["model", "slug"]
        constraints = [
            models.UniqueConstraint(fields=["model", "slug"], name="past_slug_is_never_reused"),
            models.CheckConstraint(
                condition=~Q(slug=models.F("current_slug")),
                name="past_slug_redirects_elsewhere",
            ),
        ]
        indexes = [models.Index(fields=["model", "current_slug"], name="past_slug_by_target")]

    def __str__(self) -> str:
        return f"{self.slug} → {self.current_slug}"


class Identified(models.Model):
    """A row with a stable public id, used by the API and by course packages."""

    public_id = models.CharField(
        "public id",
        max_length=80,
        unique=True,
        default=new_public_id,
        validators=[validate_key],
        help_text="Names this row in the API and in course packages. Apps rely on it: do not "
        "change it once it is public.",
    )

    class Meta:
        abstract = True

    def natural_key(self) -> tuple[str]:
        return (self.public_id,)


class Published(models.Model):
    """A record with a state of publication."""

    status = models.CharField(
        max_length=9,
        choices=Status,
        default=Status.DRAFT,
        help_text="Readers see published records only.",
    )
    withdrawn_reason = ProseField(
        "reason for withdrawal",
        blank=True,
        help_text="Readers who follow an old link see this reason.",
    )
    publish_at = models.DateTimeField(
        "publish on",
        null=True,
        blank=True,
        help_text="A record in review is published at this time, if nothing stands in its way.",
    )
    published_at = models.DateTimeField("first published", null=True, blank=True, editable=False)
    # Counts the changes of the whole record, rows included; see curation.revisions.history.
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField("created", auto_now_add=True)
    updated_at = models.DateTimeField("last changed", auto_now=True)

    objects: Any = RecordQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=Status.values),
                name="%(app_label)s_%(class)s_status_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.WITHDRAWN) | ~Q(withdrawn_reason=""),
                name="%(app_label)s_%(class)s_withdrawal_states_a_reason",
            ),
        ]

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any, **kwargs: Any) -> Any:
        instance = super().from_db(db, field_names, values, **kwargs)
        count_as_published(instance)
        return instance

    @property
    def is_published(self) -> bool:
        return self.status == Status.PUBLISHED

    def clean(self) -> None:
        super().clean()
        if self.status == Status.WITHDRAWN and not self.withdrawn_reason.strip():
            raise ValidationError(
                {
                    "withdrawn_reason": "Say why the record is withdrawn, for example “The figure "
                    "was misread; see the corrected record.” Readers will see it."
                }
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.is_published and self.published_at is None:
            self.published_at = timezone.now()
            if (fields := kwargs.get("update_fields")) is not None:
                kwargs["update_fields"] = {*fields, "published_at"}
        super().save(*args, **kwargs)


def was_public(record: Any) -> bool:
    """True for a record that readers can see or could see once.

    That it is withdrawn does not say so: it may have been entered as withdrawn.
    """
    return isinstance(record, Published) and (
        record.published_at is not None or record.status == Status.PUBLISHED
    )


class Sluggable(models.Model):
    """A record with a readable address. Renaming it keeps the old address working."""

    slug = models.CharField(
        "address",
        max_length=80,
        unique=True,
        validators=[validate_key],
        help_text="The last part of the page’s address. If you change it, the old address "
        "redirects here for ever.",
    )

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: Any, field_names: Any, values: Any, **kwargs: Any) -> Any:
        instance: Any = super().from_db(db, field_names, values, **kwargs)
        instance._slug_in_database = instance.__dict__.get("slug")
        return instance

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    def clean(self) -> None:
        super().clean()
        if getattr(self, "_slug_in_database", None) != self.slug:
            self._refuse_past_slug()

    def _refuse_past_slug(self) -> None:
        label = self._meta.label_lower
        past = PastSlug.objects.filter(model=label, slug=self.slug).first()
        # Going back to an address that this very record had is no reuse.
        if past and past.current_slug != getattr(self, "_slug_in_database", None):
            owner = f"“{past.current_slug}”" if past.current_slug else "a deleted record"
            raise ValidationError(
                {
                    "slug": f"“{self.slug}” was the address of {owner}, and an address is never "
                    f"used twice. Choose another, for example “{self.slug}-2”."
                }
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        before = getattr(self, "_slug_in_database", None)
        if before == self.slug:
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            self._refuse_past_slug()
            # Asked before saving: what is renamed and published at once was no page until now.
            stored = type(self)._base_manager.filter(pk=self.pk).first() if before else None
            super().save(*args, **kwargs)
            if before:
                label = self._meta.label_lower
                past = PastSlug.objects.filter(model=label)
                past.filter(slug=self.slug).delete()
                past.filter(current_slug=before).update(current_slug=self.slug)
                PastSlug.objects.create(
                    model=label,
                    slug=before,
                    current_slug=self.slug,
                    was_public=was_public(stored),
                )
        self._slug_in_database = self.slug


class Undated(models.Model):
    """A dated record that may state why it has no date."""

    undated_reason = models.CharField(
        "why there is no date",
        max_length=200,
        blank=True,
        help_text="Only for a record without a date, for example “The sources give no year.” "
        "Readers see it in place of the date.",
    )

    class Meta:
        abstract = True


def exactly_one(names: list[str]) -> Q:
    """The condition that exactly one of the foreign keys `names` is set."""
    condition = Q()
    for chosen in names:
        condition |= Q(**{f"{name}__isnull": name != chosen for name in names})
    return condition


class AboutOneRecord(models.Model):
    """A row about exactly one record, of any kind that was accepted.

    Each accepted kind has a foreign key of its own, under the name of the kind, so that the
    database keeps every link whole. The app of the kind asks for it, beside its models:

        Citation.accept(Person)

    Subclasses declare `kinds = []`, which then holds the names of the kinds, and set `about_name`:
    how a record calls such rows of its own.
    """

    kinds: ClassVar[list[str]]
    about_name: ClassVar[str]
    # True: an index of all rows; False: one of those rows only that have this kind of record.
    about_index: ClassVar[bool] = True
    rule_name: ClassVar[str]

    class Meta:
        abstract = True

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    @classmethod
    def accept(cls, *models_: type[models.Model]) -> None:
        """Let rows be about records of these models, too. Called once for each, beside it."""
        for model in models_:
            name = kind_name(model)
            key: models.ForeignKey[Any, Any] = models.ForeignKey(
                model,
                models.CASCADE,
                null=True,
                blank=True,
                db_index=cls.about_index,
                related_name=cls.about_name,
            )
            cls.add_to_class(name, key)
            cls.kinds.append(name)
            if not cls.about_index:
                # Only the rows that have one: with all the others in it, a planner takes an index
                # of few measures for one that finds a thousand rows at a time, and leaves it alone.
                cls._meta.indexes = [
                    *cls._meta.indexes,
                    models.Index(
                        fields=[name],
                        condition=Q(**{f"{name}__isnull": False}),
                        name=f"{cls._meta.model_name}_of_{name}",
                    ),
                ]
        rule = models.CheckConstraint(condition=exactly_one(cls.kinds), name=cls.rule_name)
        other_rules = [each for each in cls._meta.constraints if each.name != cls.rule_name]
        cls._meta.constraints = [rule, *other_rules]

    @property
    def kind(self) -> str:
        """The name of the kind of record that the row is about; blank before it is set."""
        return next((n for n in self.kinds if getattr(self, f"{n}_id") is not None), "")

    @property
    def record(self) -> Any:
        """The one record that the row is about."""
        return getattr(self, self.kind) if self.kind else None


def refuse_circle(record: Any, noun: str) -> None:
    """Raise ValidationError on `parent` when a record would end up inside itself."""
    ancestors = {record.pk}
    ancestor = record.parent
    while ancestor is not None:
        if ancestor.pk is not None and ancestor.pk in ancestors:
            raise ValidationError(
                {"parent": f"“{ancestor}” is part of this {noun} already. Choose another."}
            )
        ancestors.add(ancestor.pk)
        ancestor = ancestor.parent


def reserve_deleted_slug(sender: type[models.Model], instance: models.Model, **kwargs: Any) -> None:
    """Keep the address of a deleted record, so that no link ever changes its meaning.

    Receives `post_delete`, which single, bulk and cascading deletions all send.
    """
    if isinstance(instance, Sluggable):
        past = PastSlug.objects.filter(model=instance._meta.label_lower)
        past.filter(current_slug=instance.slug).update(current_slug="")
        PastSlug.objects.update_or_create(
            model=instance._meta.label_lower,
            slug=instance.slug,
            defaults={"current_slug": "", "was_public": was_public(instance)},
        )
