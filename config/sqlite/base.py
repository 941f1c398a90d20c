"""Django’s SQLite, whose connections stay open and still notice that the file is another one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that lasts as long as its file stands where it was opened.

    Whoever restores a backup puts another file in the place of the old one. A connection that is
    open goes on reading and writing the old file, which nobody sees any more.
    """

    _opened: tuple[int, int] | None = None

    def get_new_connection(self, conn_params: Any) -> Any:
        connection = super().get_new_connection(conn_params)
        self._opened = self._file_now()
        return connection

    def is_usable(self) -> bool:
        """False if another file stands there now. Django asks before the first query of a request,
        where `CONN_HEALTH_CHECKS` says so."""
        return super().is_usable() and self._opened == self._file_now()

    def _file_now(self) -> tuple[int, int] | None:
        """What tells the file from others of its name (device and number); None in memory."""
        if self.is_in_memory_db():
            return None
        try:
            state = Path(self.settings_dict["NAME"]).stat()
        except FileNotFoundError:
            return None
        return state.st_dev, state.st_ino
