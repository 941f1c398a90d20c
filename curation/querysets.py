"""Questions the history can be asked."""

from __future__ import annotations

from typing import Self

from django.db import models


class VersionQuerySet(models.QuerySet):
    def of(self, record: models.Model) -> Self:
        """The versions of one record, newest first."""
        return self.filter(model=record._meta.label_lower, record_id=record.pk).order_by("-number")

    def public(self) -> Self:
        """Versions that readers could see when they were current."""
        return self.filter(status="published")
