"""Settings of the tests: a developer's settings with quick passwords."""

import os

os.environ.setdefault("DEBUG", "1")

from config.settings import *  # noqa: F403

# All tests of a process come from one address.
API_LIMITS = {"address": 0, "token": 0}

# What a page costs is counted where it is made; tests/pages/test_page_cache.py keeps what was made.
PAGE_CACHE_BYTES = 0

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# pytest-django gives each process a database in memory, and knows SQLite by this name only.
if DATABASES["default"]["ENGINE"] == "config.sqlite":  # noqa: F405
    DATABASES["default"]["ENGINE"] = "django.db.backends.sqlite3"  # noqa: F405

# Pictures are kept in memory, and gone with the process.
MEDIA_ROOT = ""
STORAGES["default"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}  # noqa: F405
