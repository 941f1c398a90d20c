"""PostgreSQL servers of a test's own, in scratch folders: a primary, and copies that follow it."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import create_server
from typing import Any

import psycopg
import pytest

from tests.support.at_once import PATIENCE, wait_until

_PLACES = ":".join(str(place) for place in sorted(Path("/usr/lib/postgresql").glob("*/bin")))


def _program(name: str) -> str | None:
    return shutil.which(name, path=f"{_PLACES}:{os.environ['PATH']}")


def _account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root, and then runs as the account that its package made."""
    if os.geteuid():
        return {}
    try:
        account = pwd.getpwnam("postgres")
    except KeyError:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


needs_postgres_servers = pytest.mark.skipif(
    not all(map(_program, ("initdb", "postgres", "pg_basebackup")))
    or (not os.geteuid() and not _account()),
    reason="starts PostgreSQL servers of its own, and there are no programs to start them with",
)


class Postgres:
    """A server at a port of its own, which writes down each statement. In: its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder.with_suffix(".log")
        with create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.process: subprocess.Popen[bytes] | None = None

    def url(self, database: str) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        program = _program("postgres")
        assert program is not None
        said = {"log_statement": "all", "log_line_prefix": "%a ", "fsync": "off"}
        sockets = {"listen_addresses": "127.0.0.1", "unix_socket_directories": ""}
        options = [f"-c{name}={value}" for name, value in (said | sockets).items()]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [program, "-D", str(self.folder), "-p", str(self.port), *options],
                stdout=log, stderr=log, start_new_session=True, **_account(),
            )  # fmt: skip
        wait_until(self._answers, "PostgreSQL did not start.")

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.log.read_text()[-2_000:]
        try:
            self.ask("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def ask(self, statement: str, database: str = "postgres") -> Any:
        """Run one statement. Out: the first column of its first row, if it has rows."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(statement)
            row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None

    def statements(self, words: str) -> int:
        """How many statements with these words it was sent."""
        return sum(words in line for line in self.log.read_text().splitlines())

    def stop(self) -> None:
        """End it at once, as a machine does that fails."""
        if self.process is not None:
            # What PostgreSQL calls an immediate shutdown: its processes end, nothing is written.
            self.process.send_signal(signal.SIGQUIT)
            self.process.wait(PATIENCE)
            self.process = None


@contextmanager
def primary() -> Iterator[Postgres]:
    """An empty server that lets copies follow it."""
    place = Path(tempfile.mkdtemp(prefix="thaw-postgres-"))
    server = Postgres(place / "primary")
    try:
        if account := _account():
            os.chown(place, account["user"], account["group"])
        _run("initdb", "-D", server.folder, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(place)


@contextmanager
def copy_of(server: Postgres) -> Iterator[Postgres]:
    """A copy that follows the server by streaming, and can only be read."""
    copy = Postgres(server.folder.with_name(f"copy-{server.port}"))
    _run(
        "pg_basebackup", "-D", copy.folder, "-d", server.url("postgres"), "--checkpoint=fast",
        "--write-recovery-conf", "--no-sync",
    )  # fmt: skip
    try:
        copy.start()
        yield copy
    finally:
        copy.stop()


def _run(name: str, *arguments: Any) -> None:
    program = _program(name)
    assert program is not None
    done = subprocess.run(
        [program, *map(str, arguments)],
        check=False, capture_output=True, text=True, timeout=PATIENCE, **_account(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
