"""Addresses of people and power bases for search engines."""

from people.models import Person, PowerBase
from records.sitemaps import RecordSitemap


class PersonSitemap(RecordSitemap):
    model = Person


class PowerBaseSitemap(RecordSitemap):
    model = PowerBase
