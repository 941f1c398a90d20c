"""Addresses of sources for search engines."""

from records.sitemaps import RecordSitemap
from sources.models import Source


class SourceSitemap(RecordSitemap):
    model = Source
