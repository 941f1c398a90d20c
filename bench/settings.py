"""Thaw as it is served, without the limits that would refuse a load test."""

from config.settings import *  # noqa: F403
from config.settings import STORAGES

API_LIMITS = {"address": 0, "token": 0}
# Nobody here asks for a static file, and to collect them takes longer than to measure.
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"
