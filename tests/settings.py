"""Settings of the tests: a developer's settings with quick passwords."""

import os

os.environ.setdefault("DEBUG", "1")

from config.settings import *  # noqa: F403

# All tests of a process come from one address.
API_LIMITS = {"address": 0, "token": 0}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
