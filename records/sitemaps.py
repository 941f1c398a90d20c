"""The public addresses of one kind of record, for search engines (sitemaps.org)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap

from records.kinds import key_column


class RecordSitemap(Sitemap):
    """The records of `model`; only what is published is listed."""

    model: Any
    # Far under the protocol's 50,000, so that one file stays quick to make.
    limit = 1000

    def items(self) -> Any:
        columns = key_column(self.model), "updated_at"
        return self.model.objects.published().order_by("id").only(*columns)

    def get_latest_lastmod(self) -> datetime | None:
        """When one of the records changed last; the index of all maps says so of each.

        Django would load every record to see.
        """
        changes = self.items().order_by("-updated_at").values_list("updated_at", flat=True)
        newest: datetime | None = changes.first()
        return newest


def sitemap_of(model: Any) -> type[RecordSitemap]:
    """The site map of one kind of record."""
    return type(f"{model.__name__}Sitemap", (RecordSitemap,), {"model": model})
