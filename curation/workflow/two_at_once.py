"""Two people at one record, at the desk: neither takes back what the other saved."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.admin.utils import flatten_fieldsets
from django.http import HttpRequest

from curation.models import Version
from curation.revisions.admin import HistoryPages
from curation.revisions.diff import difference
from curation.revisions.rehearsal import rehearsal
from curation.revisions.snapshot import CannotRestore, put_back, snapshot
from curation.workflow.joining import SHOWN, UNKEPT, Joined, as_sent, join
from records.kinds import kind_of, root_of, title_of

OWNER_VERSION = "-owner_version"


class RowMovedOn(Exception):
    """A row of another record than the page’s was changed by somebody since the page was opened."""


def rows_of_others(formset: Any) -> list[Any]:
    """The rows on a page that belong to other records than the page's own: holders of a power
    base belong to the person, figures to themselves."""
    return formset.initial_forms if are_of_others(formset) else []


def are_of_others(formset: Any) -> bool:
    kind = kind_of(formset.model)
    return kind.is_root or bool(kind.owner and kind.owner != formset.fk.name)


def is_older(version: str, record: Any) -> bool:
    """True where a form was opened at another version of the record than it is at now."""
    return version.isascii() and version.isdigit() and version != str(record.version)


class JoiningPages(HistoryPages):
    """The page of a record, which joins what was sent with what others saved meanwhile."""

    def join_what_others_saved(self, request: HttpRequest, record: Any, owner: Any) -> None:
        """Put into the request what is to be saved, and remember what both sides wrote.

        In: the record of the page, and the whole record that it belongs to, as they are. Where the
        version that the form shows is not kept, nothing is joined, and the form is refused with
        what others changed.
        """
        opened = request.POST.get("record_version", "")
        now = self._forms(request, record)
        stale = {(type(owner), owner.pk): (owner, opened)} if is_older(opened, owner) else {}
        for row in (row for formset in now[1:] for row in rows_of_others(formset)):
            version = request.POST.get(f"{row.prefix}{OWNER_VERSION}", "")
            row_owner = root_of(row.instance) if row.instance.pk else None
            if row_owner is not None and is_older(version, row_owner):
                stale.setdefault((type(row_owner), row_owner.pk), (row_owner, version))
        joined = self._joined(request, record, now, list(stale.values()))
        if joined is None:
            return
        joined.data["record_version"] = str(owner.version)
        owners = {row_owner.pk: row_owner for row_owner, _ in stale.values()}
        for row in (row for formset in now[1:] for row in rows_of_others(formset)):
            row_owner = root_of(row.instance) if row.instance.pk else None
            if row_owner is not None and row_owner.pk in owners:
                joined.data[f"{row.prefix}{OWNER_VERSION}"] = str(row_owner.version)
        request._opened_at = opened  # type: ignore[attr-defined]
        request._joined = joined  # type: ignore[attr-defined]
        request._joined_with = _people(list(stale.values()))  # type: ignore[attr-defined]
        request.POST = joined.data  # type: ignore[assignment]

    def _joined(
        self, request: HttpRequest, record: Any, now: list[Any], stale: list[tuple[Any, str]]
    ) -> Joined | None:
        """In: the records that others changed, with the version of each that the form shows."""
        kept = [
            version
            for owner, number in stale
            if (version := Version.objects.of(owner).filter(number=int(number)).first())
        ]
        if not stale or len(kept) < len(stale):
            return None
        try:
            with rehearsal():
                # The form as it was opened: made from the records as they were, which stay so for
                # as long as it is looked at.
                for version, (owner, _) in zip(kept, stale, strict=True):
                    put_back(version.snapshot, type(owner)._default_manager.get(pk=owner.pk))
                as_opened = self.model._default_manager.filter(pk=record.pk).first()
                if as_opened is None:
                    # A row that went to another record since.
                    return None
                return join(request.POST, self._forms(request, as_opened), now)
        except CannotRestore:
            # Something that the version names is gone: there is no telling what the form showed.
            return None

    def _forms(self, request: HttpRequest, record: Any) -> list[Any]:
        """The form of the page and its formsets, bound to what was sent, and not checked."""
        names = flatten_fieldsets(self.get_fieldsets(request, record))
        form = self.get_form(request, record, change=True, fields=names)
        bound = form(request.POST, request.FILES, instance=record)
        formsets, _ = super()._create_formsets(request, record, change=True)  # type: ignore[misc]
        for formset in formsets:
            # Now, because the database says otherwise later.
            assert formset.forms is not None
        return [bound, *formsets]

    def shown(self, form: Any) -> list[tuple[str, str]]:
        """Hidden boxes that say what the form shows where versions do not keep it."""
        return [
            (f"{SHOWN}{name}", value)
            for field in UNKEPT
            if field in form.fields
            for name, values in as_sent(form[field]).items()
            for value in values
        ]

    def say_what_was_joined(self, request: HttpRequest, record: Any) -> None:
        """After saving: which boxes took what a colleague wrote meanwhile."""
        joined: Joined | None = getattr(request, "_joined", None)
        if joined is None:
            return
        who = request._joined_with  # type: ignore[attr-defined]
        what = f": {', '.join(joined.taken)}" if joined.taken else ""
        self.message_user(
            request,
            f"While you were writing, {who} saved “{title_of(record)}”. What they changed is kept"
            f"{what}. So is what you wrote.",
            messages.WARNING,
        )

    def refuse_clashes(self, request: HttpRequest, form: Any) -> None:
        """Put an error at every box of a checked form or row in which both sides wrote."""
        joined: Joined | None = getattr(request, "_joined", None)
        if joined is None:
            return
        who = request._joined_with  # type: ignore[attr-defined]
        for name in form.fields:
            if (theirs := joined.clashes.get(form.add_prefix(name))) is None:
                continue
            if name == "DELETE":
                said = (
                    f"{who} changed this row while you were writing: {theirs}. Tick it again to "
                    "remove it."
                )
                form.add_error(None, said)
                continue
            if not form.has_error(name):
                form.add_error(
                    name,
                    f"{who} wrote here while you were writing: “{theirs}” In the box is what you "
                    "wrote. Put the two together, then save again.",
                )
        if form.prefix in joined.removed:
            form.add_error(
                None,
                f"{who} removed this row while you were writing in it. Save again to have it as a "
                "new row, or remove it.",
            )


def _people(stale: list[tuple[Any, str]]) -> str:
    """Who saved since: “editor and administrator”."""
    found = [
        version.by.get_username() if version.by else "a command"
        for owner, number in stale
        for version in Version.objects.of(owner).filter(number__gt=int(number)).select_related("by")
    ]
    names = list(dict.fromkeys(found)) or ["Somebody"]
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def moved_on(owner: Any, expected: str) -> Any:
    """What others changed in `owner` since version `expected`; None when nobody did."""
    if not is_older(expected, owner):
        return None
    versions = Version.objects.of(owner).select_related("by")
    then = versions.filter(number=int(expected)).first()
    return {
        "difference": difference(then.snapshot if then else None, snapshot(owner)),
        "versions": versions.filter(number__gt=int(expected)),
    }
