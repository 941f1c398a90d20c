"""Settings of a real server with uploaded files, in the directory that the variable MEDIA names."""

import os

from tests.server_settings import *  # noqa: F403

MEDIA_ROOT = os.environ.get("MEDIA", "")
