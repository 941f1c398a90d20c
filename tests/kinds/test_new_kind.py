"""A kind of record is declared by one app, and everything else finds it there."""

from __future__ import annotations

import os
import subprocess
import sys

from tests import ROOT

APP = ROOT / "tests" / "treaties"


def test_a_new_kind_needs_no_more_than_an_app_of_its_own() -> None:
    """In a process of its own, because a kind is declared for good when Django starts."""
    environment = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "CACHE_URL")}
    run = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "tests/kinds/new_kind.py"),
            *("--ds=tests.treaties.settings", "--nomigrations", "-p", "no:cacheprovider"),
            *("-p", "no:xdist", "--no-header", "-q"),
        ],
        cwd=ROOT,
        # On SQLite in memory, whatever the tests around it run on.
        env={**environment, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]


def test_such_an_app_is_short() -> None:
    files = [path for path in APP.rglob("*") if path.suffix in {".py", ".html"}]
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files)
    assert 0 < lines <= 150
