"""The migrations of events, and two more."""

from __future__ import annotations

from pkgutil import iter_modules

from events import migrations

# Where Python looks for the modules of this package: here, and where those of this release are.
__path__ = [*__path__, *migrations.__path__]

LATEST = max(module.name for module in iter_modules(migrations.__path__))
