"""The public history of a record: a list of its versions, and each of them to read and cite."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import resolve
from django.utils import timezone

from curation.models import Version
from curation.revisions.addresses import UnderRecord
from curation.revisions.moments import moment, moment_words
from curation.revisions.past_records import record_then
from curation.revisions.snapshot import snapshot
from records.kinds import kind_of, title_of
from records.models import Status
from records.pages import Crumb, absolute, page_or_first
from records.paging import Keyset

# What was done, said of the version it made.
ACTIONS = {
    Version.Action.BASELINE: "kept as it stood",
    Version.Action.CREATED: "created",
    Version.Action.CHANGED: "changed",
    Version.Action.SUBMITTED: "sent for review",
    Version.Action.PUBLISHED: "published",
    Version.Action.WITHDRAWN: "withdrawn",
    Version.Action.ACCEPTED: "changed by an accepted suggestion",
    Version.Action.RESTORED: "restored from an earlier version",
    Version.Action.MERGED: "merged with another record",
    Version.Action.UNMERGED: "parted from a record merged with it",
    Version.Action.DELETED: "deleted",
    Version.Action.RECOVERED: "brought back",
}


def public_versions(record: Any) -> Any:
    """The kept versions of a record that readers could see when they were current."""
    return Version.objects.of(record).public()


def current_version(record: Any) -> Version:
    """The present state of a published record as a version, kept or not.

    Imports keep no versions, so what a record is now may not have been written down yet.
    """
    version: Version | None = public_versions(record).filter(number=record.version).first()
    if version is not None:
        return version
    version = unkept_version(record)
    version.snapshot = snapshot(record)
    return version


def public_version(record: Any, number: int) -> Version | None:
    """The version of that number, kept or not; None where readers never saw one."""
    if number == record.version:
        return current_version(record)
    version: Version | None = public_versions(record).filter(number=number).first()
    return version


def unkept_version(record: Any) -> Version:
    """The present state of a published record as a version that was not kept, to be listed."""
    return Version(
        model=record._meta.label_lower,
        record_id=record.pk,
        key=record.slug,
        title=title_of(record),
        number=record.version,
        action=Version.Action.BASELINE,
        status=Status.PUBLISHED,
        made_at=record.updated_at,
    )


class HistoryView(UnderRecord):
    """Every public version of a record, newest first."""

    template_name = "curation/history.html"
    keyset = Keyset(("-number", "id"), listing="versions")
    page_size = 100

    def below(self) -> str:
        return "v/"

    def get_title(self) -> str:
        return f"Versions of {title_of(self.object)}"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # Who made a version concerns the desk, not the public.
        names_shown = self.request.user.is_staff
        versions = public_versions(self.object).defer("snapshot")
        page, lost = page_or_first(
            self.keyset,
            versions.select_related("by") if names_shown else versions,
            size=self.page_size,
            request=self.request,
        )
        shown = page.items
        if page.previous is None and (not shown or shown[0].number < self.object.version):
            shown = [current_version(self.object), *shown]
        return super().get_context_data(
            page=page,
            cursor_lost=lost,
            versions=[(version, ACTIONS[Version.Action(version.action)]) for version in shown],
            names_shown=names_shown,
            **kwargs,
        )

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> Any:
        response = super().render_to_response(context, **kwargs)
        if context["names_shown"]:
            response["Cache-Control"] = "private, no-store"
        return response


class VersionView(UnderRecord):
    """One version of a record as it was, for those who cited it: its own page, in a frame.

    A measure shows its figures as they stood when its version was last current, or at a moment of
    its time: `?at=`, as `moment_words` writes it.
    """

    frame = "curation/version.html"

    def get_template_names(self) -> list[str]:
        return [self._page().template_name]

    def _page(self) -> Any:
        """The view of the record's own page."""
        view: Any = resolve(self.object.get_absolute_url()).func
        return view.view_class

    def below(self) -> str:
        at = self.request.GET.get("at", "")
        return f"v/{self.kwargs['number']}/" + (f"?{urlencode({'at': at}, safe=':')}" if at else "")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            self.object = self.get_object()
        except Http404:
            return self.missing(kwargs["slug"])
        number = kwargs["number"]
        self.version = public_version(self.object, number)
        # A version that was a draft gets the same answer as a number that does not exist.
        if self.version is None:
            noun = f"public version of this {self.object._meta.verbose_name}"
            return self._refused(
                404,
                f"There is no public version {number}",
                {"noun": noun, "slug": request.path, "nearest": [self.object]},
            )
        self.at = self._moment(self.version)
        if self.at is None:
            return self._refused(
                404,
                f"Version {number} did not stand at that moment",
                {
                    "noun": f"version {number} of this measure at that moment",
                    "slug": f"{request.path}?at={request.GET['at'][:60]}",
                    "nearest": [self.object],
                },
            )
        return self.render_to_response(self.get_context_data())

    def _moment(self, version: Version) -> datetime | None:
        """The moment asked for, or the last at which the version was current; None if neither."""
        after = Version.objects.of(self.object).filter(number__gt=version.number)
        later = after.order_by("number").first()
        end = later.made_at - timedelta(microseconds=1) if later else timezone.now()
        past = kind_of(self.object).past
        if past is None:
            return end
        asked = self.request.GET.get("at", "").strip()
        if not asked:
            # The present version has the moment of its last change: its address stays the same.
            return end if later else past.last_change(self.object)
        # An imported record was public before its first version was kept.
        is_baseline = version.action == Version.Action.BASELINE
        begin = self.object.published_at if is_baseline else version.made_at
        at = moment(asked)
        return at if at is not None and begin is not None and begin <= at <= end else None

    def get_title(self) -> str:
        assert self.version is not None
        return f"{self.version.title}, version {self.version.number}"

    def _lasting(self) -> str:
        """This page's address, to which what it shows now stays true."""
        path = self.request.path
        if kind_of(self.object).past is None:
            return path
        assert self.at is not None
        return f"{path}?at={moment_words(self.at)}"

    def get_breadcrumbs(self) -> list[Crumb]:
        record = self.object
        return [*super().get_breadcrumbs(), Crumb("Versions", f"{record.get_absolute_url()}v/")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record, version = self.object, self.version
        assert version is not None
        past = kind_of(record).past
        assert self.at is not None
        then = past and past.as_of(record, self.at, version.snapshot["fields"])
        was = record_then(version, record)
        shown = {"object": was, **self._page().own(was)} | (then.shown if then else {})
        others = public_versions(record).values_list("number", flat=True)
        later = others.filter(number__gt=version.number).order_by("number").first()
        if later is None and version.number < record.version:
            later = record.version
        return super().get_context_data(
            current=record,
            version=version,
            action=ACTIONS[Version.Action(version.action)],
            **shown,
            earlier=others.filter(number__lt=version.number).order_by("-number").first(),
            later=later,
            lasting=self._lasting(),
            address=absolute(self.request, self._lasting()),
            noun=record._meta.verbose_name,
            # What stands on its page and has a history of its own.
            then=then,
            then_template=past and past.template,
            **kwargs,
        )
