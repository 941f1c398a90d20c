"""Addresses of reforms and measures for search engines."""

from reforms.models import Measure, Reform
from records.sitemaps import RecordSitemap


class ReformSitemap(RecordSitemap):
    model = Reform


class MeasureSitemap(RecordSitemap):
    model = Measure
