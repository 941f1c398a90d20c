"""The form of a record's page in the admin: the reason, the states, and no words lost."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from curation.permissions import entry_refusal
from curation.revisions.evidence import StandsBare
from curation.revisions.snapshot import ROWS
from curation.workflow.publishing import NOT_IN_REVIEW, refusal
from records.admin.forms import RecordForm
from records.models import Status


class RevisionedForm(RecordForm):
    """The form of a record, with a reason. It checks that nobody else saved in the meantime."""

    change_reason = forms.CharField(
        label="Why this change",
        required=False,
        max_length=300,
        help_text="Kept with the version. Readers see it in the page’s history, for example "
        "“Corrected the date from the protocol”.",
    )

    take_back = forms.BooleanField(
        label="Take those back to review",
        required=False,
        help_text="Readers see them no more until they have another source and are published "
        "again. Leave it empty to change nothing.",
    )

    asks_reason = False
    enters_at_once = True
    owner: Any = None
    expected = ""
    user: Any = None
    # Set when the change was tried, and would have left statements without a source.
    stands_bare: StandsBare | None = None
    # Puts an error where somebody else wrote meanwhile (see `curation.workflow.two_at_once`).
    refuse_clashes: Any = None

    def clean(self) -> Any:
        cleaned = super().clean()
        if self.asks_reason and not self.cleaned_data.get("change_reason", "").strip():
            self.add_error(
                "change_reason",
                "Readers see this record. Say why it changes, for example “Corrected the date from "
                "the protocol”.",
            )
        status = self.cleaned_data.get("status")
        moves = type(self.instance) in ROWS and self.owner and status != self.owner.status
        # The same ways from state to state as everywhere else.
        if status and moves and (problem := refusal(self.owner, status, by=self.user)):
            self.add_error("status", problem)
        self._check_time()
        if self.stands_bare is not None:
            problem = str(self.stands_bare)
            if "take_back" in self.fields:
                problem += " Or tick “Take those back to review” below, and save again."
            self.add_error(None, ValidationError(problem, code="stands_bare"))
        if self.owner is not None and self.expected and self.expected != str(self.owner.version):
            self.add_error(
                None,
                f"“{self.owner}” was changed by somebody else while you were writing. What they "
                "changed stands above; your words are all below. Look through both, then save "
                "again: what you see below is what will be kept.",
            )
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.refuse_clashes is not None:
            self.refuse_clashes(self)
        if self.errors or self.user is None or not self.enters_at_once:
            return
        if problem := entry_refusal(self.user, self.instance):
            self.add_error(None, ValidationError(problem, code="public"))

    def _check_time(self) -> None:
        """The time of publication: as `curation.workflow.publishing.schedule` has it, at its box.

        The box is there only for those who may publish (see `RevisionedAdmin.get_fieldsets`).
        """
        at = self.cleaned_data.get("publish_at")
        if at is None:
            return
        is_new = "publish_at" in self.changed_data
        if self.cleaned_data.get("status") == Status.REVIEW:
            if is_new and at <= timezone.now():
                self.add_error(
                    "publish_at", "That time has passed. Give a later one, or publish it now."
                )
        elif is_new:
            self.add_error("publish_at", f"{NOT_IN_REVIEW} Or leave this empty.")
        else:
            # Published by hand, or taken back: the clock has nothing left to do.
            self.cleaned_data["publish_at"] = None
