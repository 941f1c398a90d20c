"""What leads nowhere: to a kind of record or to a record that there is not, or from no record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db.models import Count

from curation.models import KeptApart, Merge, Report, Suggestion, Version
from curation.revisions.snapshot import KINDS
from dashboard.backup.backing_up import uploaded
from dashboard.doctor.finding import Finding, few, remark
from records.kinds import kinds, paged_kinds
from records.models import PastSlug, Sluggable
from records.pictures.making import NAME
from records.pictures.models import Pictured
from records.pictures.store import FOLDER, files_of


def unknown_kinds() -> Iterator[Finding]:
    """Rows about records (versions, reports, merges…) of kinds that this release has not.

    They come of an app that was taken out, or of a kind that was renamed without its history.
    """
    paged = {kind.label for kind in paged_kinds()}
    for model in (Version, Suggestion, Report, Merge, KeptApart, PastSlug):
        known = paged | {*KINDS} if model is not PastSlug else _sluggable().keys()
        rows: Any = model._default_manager.exclude(model__in=known)
        for label, count in rows.order_by().values_list("model").annotate(Count("pk")):
            yield Finding(
                str(model._meta.verbose_name_plural),
                f"{count} are of the kind “{label}”, which this release does not have.",
                "If the kind was renamed, rename it there, too (column “model”); if its app was "
                "taken out, put it back or delete them.",
            )


def past_slugs() -> Iterator[Finding]:
    """Past addresses that lead to an address which no record has, and such as a record has now."""
    for label, model in _sluggable().items():
        slugs = model._default_manager.order_by().values("slug")
        past = PastSlug.objects.filter(model=label).order_by("slug")
        lost = past.exclude(current_slug="").exclude(current_slug__in=slugs)
        if names := [f"{each.slug} → {each.current_slug}" for each in lost]:
            yield Finding(
                f"past addresses of {model._meta.verbose_name_plural}",
                f"{len(names)} lead to an address that nothing has: {few(names)}.",
                "Correct where they lead (records_pastslug.current_slug), or empty it if the "
                "record was deleted: readers then are told so.",
            )
        if names := [*past.filter(slug__in=slugs).values_list("slug", flat=True)]:
            yield Finding(
                f"past addresses of {model._meta.verbose_name_plural}",
                f"{len(names)} are addresses of records again: {few(names)}.",
                "Delete those rows of records_pastslug: the records have the addresses.",
            )


def open_work() -> Iterator[Finding]:
    """Suggestions that wait and reports that are new, about records that were deleted."""
    waiting: dict[str, Any] = {
        "suggestions that wait": Suggestion.objects.filter(state=Suggestion.State.WAITING),
        "new reports": Report.objects.filter(state=Report.State.NEW),
    }
    for name, rows in waiting.items():
        titles: list[str] = []
        for label, model in KINDS.items():
            ids = model._default_manager.order_by().values("pk")
            gone = rows.filter(model=label).exclude(record_id__in=ids)
            titles += [f"“{title}”" for title in gone.values_list("title", flat=True)]
        if titles:
            yield remark(
                name,
                f"{len(titles)} are about records that were deleted: {few(titles)}.",
                "Close them in the admin, or bring the records back from their history.",
            )


def uploaded_files() -> Iterator[Finding]:
    """Files under MEDIA_ROOT that no record names, and such as a record names and are not there."""
    named = {f"{FOLDER}{file}" for name in _pictures() for file in _files(name)}
    # A version may be put back, and a suggestion accepted, with the picture that it names.
    kept = {f"{FOLDER}{file}" for name in _pictures_of_the_past() for file in _files(name)}
    there = {name for name, _ in uploaded()}
    if missing := sorted(named - there):
        yield Finding(
            "uploaded files",
            f"{len(missing)} are named by records and not there: {few(missing)}.",
            "Restore them from a backup, or correct MEDIA_ROOT.",
        )
    if unnamed := sorted(there - named - kept):
        yield remark(
            "uploaded files",
            f"{len(unnamed)} belong to no record and no version of one: {few(unnamed)}.",
            f"Delete them from {settings.MEDIA_ROOT} if nobody needs them.",
        )


def _sluggable() -> dict[str, Any]:
    return {m._meta.label_lower: m for m in apps.get_models() if issubclass(m, Sluggable)}


def _pictures() -> Iterator[str]:
    """The pictures that records name, in whatever state they are."""
    for kind in kinds():
        if issubclass(kind.model, Pictured):
            rows = kind.model._base_manager.exclude(picture_file="")
            yield from rows.values_list("picture_file", flat=True)


def _pictures_of_the_past() -> Iterator[str]:
    """The pictures that versions, suggestions and merges name."""
    snapshots: tuple[tuple[Any, str], ...] = (
        (Version, "snapshot"),
        (Suggestion, "proposed"),
        (Merge, "kept_before"),
        (Merge, "merged_before"),
    )
    for model, column in snapshots:
        path = f"{column}__fields__picture_file"
        rows = model._default_manager.filter(**{f"{path}__isnull": False}).order_by()
        names = rows.values_list(path, flat=True).distinct()
        yield from filter(None, names)


def _files(name: str) -> list[str]:
    """The files of a picture; what is no name of one stands for itself."""
    return [file for _, file in files_of(name)] if NAME.fullmatch(name) else [name]
