"""Settings of the real servers that tests start: those of `make run`, and all the time there is."""

import os

from config.settings import *  # noqa: F403
from config.settings import DATABASES

# So does an answer of PostgreSQL; a test of a server that is silent says otherwise.
if "DATABASE_PATIENCE" not in os.environ:
    DATABASE_PATIENCE = 300
if DATABASES["default"]["ENGINE"].endswith("sqlite"):
    # How long writers wait for each other depends on how busy the machine is.
    DATABASES["default"]["OPTIONS"]["timeout"] = 300
