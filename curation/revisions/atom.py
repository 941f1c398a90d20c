"""The feed of public changes (Atom, RFC 4287): what readers can see that they could not before.

Nobody is named: who made a change concerns the desk.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.http import http_date
from django.utils.text import capfirst
from django.views.decorators.http import require_safe

from curation.models import Version
from curation.revisions.snapshot import KINDS
from curation.revisions.views import ACTIONS
from records.kinds import kind_of, root_kinds, title_of
from records.models import Status
from records.pages import absolute

LENGTH = 50
# The year from which the names of entries hang together (RFC 4151); it must never change.
_TAGGED = "2026"
# Before anything was published there is no change to date the feed by.
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)

Action = Version.Action
# Reasons of merges name the other record, which readers may never have seen.
_SILENT = {Action.MERGED, Action.UNMERGED}


@dataclass(frozen=True)
class Entry:
    """One change. `key` names it within the site for ever; `path` leads to what it made."""

    key: str
    title: str
    words: str
    path: str
    at: datetime


def entries() -> list[Entry]:
    """The latest public changes, newest first, at most `LENGTH`, in a constant number of queries.

    A change shows only while its record is public, a withdrawal or deletion only if readers could
    see the record before. Records that no version was kept of count from when they were published.
    """
    unsorted = [*_changes(), *_imported()]
    return sorted(unsorted, key=lambda entry: (entry.at, entry.key), reverse=True)[:LENGTH]


def _changes() -> list[Entry]:
    still_public = Q()
    model: Any
    for label, model in KINDS.items():
        public = model.objects.published().filter(pk=OuterRef("record_id"))
        still_public |= Q(Exists(public), model=label)
    # What it was called, and where it stood, while readers could see it.
    before = Version.objects.filter(
        model=OuterRef("model"), record_id=OuterRef("record_id"), status=Status.PUBLISHED
    ).exclude(action=Action.DELETED)
    before = before.filter(number__lt=OuterRef("number")).order_by("-number")
    gone = Q(action=Action.WITHDRAWN, status=Status.WITHDRAWN) | Q(
        action=Action.DELETED, status=Status.PUBLISHED
    )
    for kind in root_kinds():
        if not kind.place:
            # It has no page to give the reason.
            gone &= ~Q(model=kind.label)
        elif kind.needs:
            # Nor has it while what it shows with is hidden.
            seen = kind.model._default_manager.filter(
                pk=OuterRef("record_id"),
                **{f"{name}__status": Status.PUBLISHED for name in kind.needs},
            )
            gone &= ~Q(model=kind.label) | Q(Exists(seen))
    versions = (
        Version.objects.exclude(action=Action.BASELINE)
        .annotate(
            public_title=Subquery(before.values("title")[:1]),
            public_key=Subquery(before.values("key")[:1]),
        )
        .filter(still_public & Q(status=Status.PUBLISHED) | gone & Q(public_title__isnull=False))
        .defer("snapshot")
        .order_by("-made_at", "-id")[:LENGTH]
    )
    rows: list[Any] = [*versions]
    records = _records(rows)
    return [_entry(row, records.get((row.model, row.record_id))) for row in rows]


def _records(versions: list[Version]) -> dict[tuple[str, int], Any]:
    """The records of some versions that are public now, in one query per kind."""
    records: dict[tuple[str, int], Any] = {}
    for label in {version.model for version in versions}:
        ids = [version.record_id for version in versions if version.model == label]
        for record in _loaded(KINDS[label]).filter(pk__in=ids):
            records[label, record.pk] = record
    return records


def _loaded(model: Any) -> Any:
    needs = kind_of(model).title_needs
    records = model.objects.published()
    return records.select_related(*needs) if needs else records


def _entry(version: Any, record: Any) -> Entry:
    model: Any = KINDS[version.model]
    words = f"{capfirst(model._meta.verbose_name)}: {ACTIONS[Action(version.action)]}."
    reason = "" if version.action in _SILENT else version.reason
    if version.status == Status.PUBLISHED and version.action != Action.DELETED:
        title = version.title
        path = record.get_absolute_url()
        if kind_of(model).place:
            path = f"{path}v/{version.number}/"
    else:
        # Its page gives the reason.
        title, path = version.public_title, f"/{kind_of(model).place}/{version.public_key}/"
    return Entry(
        key=f"{version.model}/{version.record_id}/{version.number}",
        title=title,
        words=f"{words} {reason}".strip(),
        path=path,
        at=version.made_at,
    )


def _imported() -> list[Entry]:
    """Records published without a version, as imports publish them, the newest of each kind.

    Those with versions are left out afterwards and not in the query: each of them has a newer
    version in the feed, so the newest `LENGTH` of all come out right, and nothing is read twice.
    """
    newest = [
        record
        for model in KINDS.values()
        for record in _loaded(model)
        .filter(published_at__isnull=False)
        .order_by("-published_at", "-id")[:LENGTH]
    ]
    of_newest = Q()
    for label in KINDS:
        ids = [record.pk for record in newest if record._meta.label_lower == label]
        of_newest |= Q(model=label, record_id__in=ids)
    versions = Version.objects.filter(of_newest).values_list("model", "record_id")
    with_versions = {*versions.distinct()}
    imported = []
    for record in newest:
        label = record._meta.label_lower
        if (label, record.pk) in with_versions:
            continue
        path = record.get_absolute_url()
        if kind_of(record).place:
            path = f"{path}v/{record.version}/"
        imported.append(
            Entry(
                key=f"{label}/{record.pk}/published",
                title=title_of(record),
                words=f"{capfirst(record._meta.verbose_name)}: published.",
                path=path,
                at=record.published_at,
            )
        )
    return imported


class _Feed(Atom1Feed):
    """Atom with one author for all entries, the site itself."""

    def latest_post_date(self) -> datetime:
        return max((item["updateddate"] for item in self.items), default=_BEGINNING)


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """`/changes.atom`; answers 304 to whoever has its present state."""
    shown = entries()
    updated = max((entry.at for entry in shown), default=_BEGINNING)
    home = absolute(request, reverse("events:home"))
    host = urlsplit(home).hostname
    feed = _Feed(
        title="Thaw: what changed",
        link=home,
        description=None,
        subtitle="New and corrected history, and what was withdrawn.",
        author_name="Thaw",
        language="en-GB",
        feed_url=absolute(request, reverse("curation:changes")),
        feed_guid=f"tag:{host},{_TAGGED}:changes",
    )
    for entry in shown:
        feed.add_item(
            title=_clean(entry.title),
            link=absolute(request, entry.path),
            # Atom1Feed declares summaries to be HTML.
            description=escape(_clean(entry.words)),
            unique_id=f"tag:{host},{_TAGGED}:{entry.key}",
            updateddate=entry.at,
        )
    body = feed.writeString("utf-8").encode()
    etag = f'"{sha256(body).hexdigest()[:32]}"'
    response = HttpResponse(body, content_type="application/atom+xml; charset=utf-8")
    response["ETag"] = etag
    stamp = int(updated.timestamp())
    response["Last-Modified"] = http_date(stamp)
    response["Cache-Control"] = "public, max-age=300"
    return get_conditional_response(request, etag, stamp, response) or response


def _clean(text: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return "".join(char for char in text if char.isprintable() or char == " ")
