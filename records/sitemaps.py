"""The public addresses of one kind of record, for search engines (sitemaps.org)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sitemaps import Sitemap


class RecordSitemap(Sitemap):
    """The records of `model`; only what is published is listed."""

    model: Any
    # Well under the protocol's 50,000, so that one file stays quick to make.
    limit = 5000

    def items(self) -> Any:
        return self.model.objects.published().order_by("id")

    def lastmod(self, record: Any) -> datetime:
        return record.updated_at


def sitemap_of(model: Any) -> type[RecordSitemap]:
    """The site map of one kind of record."""
    return type(f"{model.__name__}Sitemap", (RecordSitemap,), {"model": model})
