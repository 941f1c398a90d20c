"""Settings of a server of the next release, before its migrations were applied."""

from tests.server_settings import *  # noqa: F403
from tests.server_settings import INSTALLED_APPS

# First, so that it hears first that all migrations were applied.
INSTALLED_APPS = ["tests.longer", *INSTALLED_APPS]
MIGRATION_MODULES = {"events": "tests.longer.events_migrations"}
