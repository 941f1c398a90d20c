"""The memory of the desk: versions, the feed of changes, suggestions, merges, reports, tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from curation.querysets import VersionQuerySet
from records.fields import ProseField
from records.models import Status


class Version(models.Model):
    """A whole record as it stood after one change: who made it, when and why.

    Kept by the record's kind and number instead of by a foreign key, because a version outlives
    its record: that is how a deleted record comes back.
    """

    class Action(models.TextChoices):
        BASELINE = "baseline", "First kept"
        CREATED = "created", "Created"
        CHANGED = "changed", "Changed"
        SUBMITTED = "submitted", "Sent for review"
        PUBLISHED = "published", "Published"
        WITHDRAWN = "withdrawn", "Withdrawn"
        ACCEPTED = "accepted", "Suggestion accepted"
        RESTORED = "restored", "Restored"
        MERGED = "merged", "Merged"
        UNMERGED = "unmerged", "Merge undone"
        DELETED = "deleted", "Deleted"
        RECOVERED = "recovered", "Brought back"

    model = models.CharField("kind of record", max_length=40)
    record_id = models.BigIntegerField()
    key = models.CharField("address or public id", max_length=80)
    title = models.CharField(max_length=300)
    number = models.PositiveIntegerField()
    action = models.CharField(max_length=9, choices=Action)
    status = models.CharField(max_length=9, choices=Status)
    snapshot = models.JSONField()
    made_at = models.DateTimeField("when", auto_now_add=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name="who",
        help_text="Empty for a change by a command, or by an account that was deleted.",
    )
    reason = models.CharField("why", max_length=300, blank=True)

    objects: Any = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        permissions = [
            ("publish_records", "Can publish and withdraw records"),
            ("restore_version", "Can restore versions and bring back deleted records"),
            ("import_records", "Can import courses and spreadsheets"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["model", "record_id", "number"], name="version_number_is_unique"
            )
        ]
        indexes = [
            models.Index(fields=["-made_at", "-id"], name="version_by_time"),
            models.Index(fields=["model", "key", "number"], name="version_by_key"),
            models.Index(fields=["by", "-made_at"], name="version_by_person"),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"

    @property
    def is_public(self) -> bool:
        return self.status == Status.PUBLISHED


class PendingChange(models.Model):
    """Something that was written and may be a change that readers see: not yet in the feed.

    Triggers of the database write these rows in the very transaction of the change, whatever made
    it; see `changefeed.triggers`. `changefeed.sequencer` turns them into changes with numbers.
    """

    kind = models.CharField("kind of record", max_length=40)
    record_id = models.BigIntegerField()
    # Where only a link to another record came or went: it counts if readers could see that one.
    via_kind = models.CharField("because of a kind of record", max_length=40, blank=True)
    via_id = models.BigIntegerField("because of the record", null=True)
    # Something changed that documents of other records show: a name, an address, a state.
    spreads = models.BooleanField("shows elsewhere", default=True)
    # It was published before the change or after: somebody may have read what shows it since.
    seen = models.BooleanField("readers may have seen it", default=False)

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"


class Change(models.Model):
    """The last word of the feed on one public address: what became of the record there, and when.

    Numbers only grow: none appears below one that was handed out. A newer entry on an address
    takes the place of the one before, so that the feed is as long as there are addresses.
    """

    class Action(models.TextChoices):
        CREATED = "created", "Public for the first time"
        UPDATED = "updated", "Its document may have changed"
        PUBLISHED = "published", "Public again"
        RENAMED = "renamed", "Has another address now"
        WITHDRAWN = "withdrawn", "Not public any more"
        MERGED = "merged", "Part of another record now"
        DELETED = "deleted", "Deleted"

    # After one of these, something stands at the address.
    LIVE = (Action.CREATED, Action.UPDATED, Action.PUBLISHED)

    number = models.BigIntegerField(primary_key=True)
    kind = models.CharField("kind of record", max_length=40)
    key = models.CharField("address or public id", max_length=80)
    record_id = models.BigIntegerField()
    action = models.CharField(max_length=9, choices=Action)
    into = models.CharField("present address", max_length=80, blank=True)
    made_at = models.DateTimeField("when")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], name="change_is_the_last_word_on_its_address"
            ),
            models.CheckConstraint(
                condition=Q(into="") ^ Q(action__in=["renamed", "merged"]),
                name="change_leads_on_exactly_when_renamed_or_merged",
            ),
        ]
        indexes = [
            models.Index(fields=["kind", "number"], name="change_by_kind"),
            models.Index(fields=["kind", "record_id"], name="change_by_record"),
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.kind} {self.key}: {self.action}"

    @property
    def is_live(self) -> bool:
        return self.action in self.LIVE


class Suggestion(models.Model):
    """A change to a published record that waits for an editor; the page stays as it is."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting for an editor"
        RETURNED = "returned", "Returned with a comment"
        ACCEPTED = "accepted", "Accepted"
        PARTLY = "partly", "Accepted in part"
        DROPPED = "dropped", "Taken back"

    model = models.CharField("kind of record", max_length=40)
    record_id = models.BigIntegerField()
    title = models.CharField(max_length=300)
    base_version = models.PositiveIntegerField()
    base = models.JSONField(help_text="The whole record as the contributor saw it.")
    proposed = models.JSONField(help_text="The whole record as it should be.")
    reason = models.CharField("why", max_length=300)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="suggestions",
        verbose_name="who",
    )
    made_at = models.DateTimeField("when", auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="decided by",
    )
    decided_at = models.DateTimeField("decided", null=True, blank=True)
    comment = ProseField("editor’s comment", blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        permissions = [("decide_suggestion", "Can accept and return suggestions")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(comment=""),
                name="suggestion_is_returned_with_a_comment",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(decided_at__isnull=False),
                name="suggestion_decision_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "made_at"], name="suggestion_queue"),
            models.Index(fields=["by", "state", "made_at"], name="suggestion_by_person"),
            models.Index(fields=["model", "record_id", "state"], name="suggestion_by_record"),
        ]

    def __str__(self) -> str:
        return f"Suggestion for {self.title}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.WAITING


class Merge(models.Model):
    """Two records made one. Keeps what is needed to take them apart again."""

    model = models.CharField("kind of record", max_length=40)
    kept_id = models.BigIntegerField()
    kept_title = models.CharField("kept", max_length=300)
    merged_key = models.CharField("address of the record merged into it", max_length=80)
    merged_title = models.CharField("merged", max_length=300)
    kept_before = models.JSONField()
    merged_before = models.JSONField()
    moved = models.JSONField(help_text="What pointed at the merged record, by table and row.")
    reason = models.CharField("why", max_length=300)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="who"
    )
    made_at = models.DateTimeField("when", auto_now_add=True)
    undone_at = models.DateTimeField("undone", null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        permissions = [("merge_records", "Can merge records and undo it")]

    def __str__(self) -> str:
        return f"{self.merged_title} → {self.kept_title}"


class KeptApart(models.Model):
    """Two records that look like doubles, and are two: somebody looked, and said so."""

    model = models.CharField("kind of record", max_length=40)
    older_id = models.BigIntegerField()
    newer_id = models.BigIntegerField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="who"
    )
    made_at = models.DateTimeField("when", auto_now_add=True)

    class Meta:
        verbose_name_plural = "doubles left apart"
        constraints = [
            models.UniqueConstraint(
                fields=["model", "older_id", "newer_id"], name="two_records_are_kept_apart_once"
            ),
            models.CheckConstraint(
                condition=Q(older_id__lt=F("newer_id")), name="older_of_two_kept_apart_comes_first"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.model}: {self.older_id} is not {self.newer_id}"


class Report(models.Model):
    """A problem that a reader found on a public page."""

    class State(models.TextChoices):
        NEW = "new", "New"
        HANDLED = "handled", "Handled"
        DISMISSED = "dismissed", "Dismissed"

    model = models.CharField("kind of record", max_length=40)
    record_id = models.BigIntegerField()
    title = models.CharField(max_length=300)
    version = models.PositiveIntegerField("version read")
    message = ProseField(max_length=3000)
    made_at = models.DateTimeField("when", auto_now_add=True)
    state = models.CharField(max_length=9, choices=State, default=State.NEW)
    answer = ProseField("what was done", blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="handled by",
    )
    handled_at = models.DateTimeField("handled", null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = "reader’s report"
        verbose_name_plural = "readers’ reports"
        constraints = [
            models.CheckConstraint(condition=~Q(message=""), name="report_has_a_message")
        ]
        indexes = [models.Index(fields=["state", "made_at"], name="report_queue")]

    def __str__(self) -> str:
        return f"Report about {self.title}"


class AccessToken(models.Model):
    """Lets a program act for the account that made it, within a scope and for a time.

    The token itself is shown once and kept nowhere: `digest` is its SHA-256, which is enough for
    256 random bits, and `hint` its last letters, by which its owner knows it again.
    """

    class Scope(models.TextChoices):
        READ = "read", "Read drafts"
        WRITE = "write", "Also write drafts and suggest changes"
        PUBLISH = "publish", "Also publish, and change what readers see"

    class Revoked(models.TextChoices):
        BY_HAND = "by-hand", "by hand"
        CLOSED = "closed", "the account was closed"
        STAFF = "staff", "the owner may not open the desk any more"
        ROLE = "role", "the owner’s role changed"
        PASSWORD = "password", "the owner’s password changed"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="access_tokens", editable=False
    )
    name = models.CharField(
        "what it is for",
        max_length=100,
        help_text="So that you know later which program to look at: “Timetable app”.",
    )
    scope = models.CharField(
        "what it may do",
        max_length=7,
        choices=Scope,
        default=Scope.READ,
        help_text="It never may do more than you may.",
    )
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField("ends in", max_length=4, editable=False)
    made_at = models.DateTimeField("made", auto_now_add=True)
    expires_at = models.DateTimeField(
        "expires", help_text="A token that is used for longer is made anew: a year at most."
    )
    last_used_at = models.DateTimeField("last used", null=True, editable=False)
    revoked_at = models.DateTimeField("revoked", null=True, editable=False)
    revoked_because = models.CharField(
        "why revoked", max_length=8, choices=Revoked, blank=True, editable=False
    )
    made_under_password = models.CharField(
        max_length=64,
        editable=False,
        help_text="A digest of the owner’s password as it is kept. With another one, it ends.",
    )
    made_under_role = models.CharField(
        max_length=64,
        editable=False,
        help_text="A digest of the owner’s groups and superuser status. With others, it ends.",
    )

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = "access token"
        constraints = [
            models.CheckConstraint(
                condition=Q(scope__in=["read", "write", "publish"]),
                name="access_token_scope_is_known",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="access_token_says_what_it_is_for"),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_because="")
                | Q(
                    revoked_at__isnull=False,
                    revoked_because__in=["by-hand", "closed", "staff", "role", "password"],
                ),
                name="access_token_says_why_it_was_revoked",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (…{self.hint})"

    def holds(self, now: datetime | None = None) -> bool:
        """True for a token that was not revoked and has not expired."""
        return self.revoked_at is None and self.expires_at > (now or timezone.now())

    def allows(self, scope: str) -> bool:
        """True where its scope is `scope` or more; each includes those before it."""
        order = list(self.Scope.values)
        return order.index(self.scope) >= order.index(scope)
