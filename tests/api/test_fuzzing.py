"""Whatever the API’s description allows, and much that it does not, sent to a real server.

No answer may be a 5xx, of a status that is not described, or outside its schema: thousands of
requests, without a token and with one that may do everything.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.at_once import PATIENCE
from tests.support.real_server import ROOT, Server

pytestmark = pytest.mark.fuzz

MAKE_TOKEN = """
import json
from django.contrib.auth.models import User
from curation.write_api.tokens import make
editor = User.objects.create_superuser("fuzz")
print(json.dumps(make(editor, "Fuzzing", "publish")[1]))
"""
# Cases an operation gets on top of those at the edges of its schema.
CASES = 3


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """Thaw with the shipped course, which answers as often as it is asked."""
    server = Server(f"sqlite:///{tmp_path / 'fuzz.sqlite3'}")
    server.manage("migrate", "--verbosity", "0")
    server.manage("load_course", "courses/khrushchev")
    server.start()
    yield server
    server.kill()


@pytest.mark.parametrize("signed_in", [False, True], ids=["signed out", "signed in"])
def test_every_answer_is_as_described(server: Server, tmp_path: Path, signed_in: bool) -> None:
    command = [
        str(Path(sys.executable).parent / "schemathesis"), "--no-color",
        "--config-file", str(ROOT / "tests" / "schemathesis.toml"),
        "run", f"http://{server.address}/api/schema/",
        "--checks", "all", "--phases", "examples,coverage,fuzzing",
        "--max-examples", str(CASES), "--seed", "1956",
        "--continue-on-failure", "--generation-database", "none",
    ]  # fmt: skip
    if signed_in:
        command += ["--header", f"Authorization: Bearer {server.python(MAKE_TOKEN)}"]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=20 * PATIENCE
    )
    summary = done.stdout.rpartition("= SUMMARY =")[2]
    sys.stdout.write(summary)
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr
    generated = re.search(r"(\d+) generated", summary)
    assert generated
    assert int(generated[1]) > 5_000
