"""Settings of the real servers that tests start: those of `make run`, and all the time there is."""

import os

from django.apps import AppConfig

from config.settings import *  # noqa: F403
from config.settings import DATABASES, INSTALLED_APPS, STORAGES

# Where errors are shown as readers see them, too: nobody here asks for a static file, and to
# collect and compress them all would take longer than the tests.
STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

# So does an answer of PostgreSQL; a test of a server that is silent says otherwise.
if "DATABASE_PATIENCE" not in os.environ:
    DATABASE_PATIENCE = 300
if DATABASES["default"]["ENGINE"].endswith("sqlite"):
    # How long writers wait for each other depends on how busy the machine is.
    DATABASES["default"]["OPTIONS"]["timeout"] = 300

# None is in the checkout. What a test uploads, it keeps where MEDIA says.
MEDIA_ROOT = os.environ.get("MEDIA", "")

# A copy that was away is missed for a moment only.
REPLICA_PAUSE = 2

# Tables made from the models in a tenth of the time, as tests make their own (see pyproject.toml).
if os.environ.get("MIGRATIONS") == "0":
    MIGRATION_MODULES = {AppConfig.create(app).label: None for app in INSTALLED_APPS}
