"""Addresses of reforms and measures for search engines."""

from records.sitemaps import RecordSitemap
from reforms.models import Measure, Reform


class ReformSitemap(RecordSitemap):
    model = Reform


class MeasureSitemap(RecordSitemap):
    model = Measure
