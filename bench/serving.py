"""Servers to measure, and how much of the processor they and their database took."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import sleep
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from bench import ROOT


@dataclass(frozen=True)
class Serving:
    """A server with one worker: where it answers, and the processes that work for it."""

    url: str
    process: psutil.Process
    database: str

    def processes(self) -> list[psutil.Process]:
        """The worker, and what PostgreSQL runs for this database."""
        ours = [self.process, *self.process.children(recursive=True)]
        if not self.database:
            return ours
        mark = f" {self.database} "
        return ours + [
            each
            for each in psutil.process_iter(["cmdline"])
            if (line := " ".join(each.info["cmdline"] or ())).startswith("postgres:")
            and mark in line
        ]

    def processor_seconds(self) -> float:
        """What they took of the processor since they began, in seconds."""
        times = [each.cpu_times() for each in self.processes()]
        return sum(each.user + each.system for each in times)

    def megabytes(self) -> float:
        """The resident memory of the worker, in MB."""
        return max(each.memory_info().rss / 1e6 for each in self.process.children(recursive=True))


@contextmanager
def serving(settings: str, port: int, env: dict[str, str], database: str = "") -> Iterator[Serving]:
    """A server for this block. In: a settings module; the environment; PostgreSQL’s database name.

    RuntimeError, with the last that it said, if it does not answer.
    """
    with tempfile.TemporaryFile() as said:
        yield from _serving(settings, port, env, database, said)


def _serving(
    settings: str, port: int, env: dict[str, str], database: str, said: IO[bytes]
) -> Iterator[Serving]:
    process = subprocess.Popen(
        [
            sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}",
            "--worker-class", "gthread", "--workers", "1", "--threads", "2",
            "--log-level", "error", "--no-control-socket",
        ],
        cwd=ROOT, env={**env, "DJANGO_SETTINGS_MODULE": settings},
        stdout=subprocess.DEVNULL, stderr=said,
    )  # fmt: skip
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(600):
            try:
                urlopen(url, timeout=60).close()
                break
            except URLError as error:
                # An answer, of whatever status, means that it is up.
                if hasattr(error, "code"):
                    break
                if process.poll() is not None:
                    said.seek(0)
                    last = said.read().decode()[-2_000:]
                    raise RuntimeError(f"The server ended before it answered:\n{last}") from error
                sleep(0.1)
        else:
            raise RuntimeError("The server did not answer within a minute.")
        yield Serving(url, psutil.Process(process.pid), database)
    finally:
        process.terminate()
        process.wait(30)
