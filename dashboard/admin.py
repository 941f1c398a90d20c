"""What lists of records offer, and past addresses, which are looked up and never edited."""

from __future__ import annotations

from django.contrib import admin

from dashboard.bulk.actions import list_actions
from records.admin.base import RecordAdmin
from records.admin.changelist import ReadOnlyAdmin
from records.models import PastSlug

RecordAdmin.offers.append(list_actions)


@admin.register(PastSlug)
class PastSlugAdmin(ReadOnlyAdmin):
    """Addresses that redirect for ever: to look up, not to edit."""

    list_display = ("slug", "current_slug", "model", "was_public", "retired_at")
    list_filter = ("model", "was_public")
    search_fields = ("slug", "current_slug")
    fields = ("model", "slug", "current_slug", "was_public", "retired_at")
    readonly_fields = fields
