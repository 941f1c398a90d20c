"""Load by wrk, a stock load tool, and what it counted."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

from bench.serving import Serving

# Asks for each address in turn; NUMBER in a body is another one each time. `start` keeps the
# numbers of one run apart from those of the next.
SCRIPT = """
local asked = %s
local number, start = 0, %d
request = function()
  local one = asked[number %% #asked + 1]
  number = number + 1
  local body = one.body and one.body:gsub("NUMBER", tostring(start + number))
  return wrk.format(one.method, one.path, one.headers, body)
end
done = function(summary, latency, requests)
  io.write(string.format(
    "RESULT %%d %%d %%d %%d %%d %%d\\n", summary.requests, summary.bytes,
    latency:percentile(50), latency:percentile(99),
    summary.errors.status, summary.errors.timeout + summary.errors.read))
end
"""


@dataclass(frozen=True)
class Load:
    """What came of one load: requests; milliseconds of processor for each; p50 and p99 in
    milliseconds; bytes of each answer, headers included; the worker’s memory in MB."""

    requests: int
    cpu: float
    p50: float
    p99: float
    size: float
    memory: float


def lua(value: object) -> str:
    """A value as Lua writes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"[{lua(key)}] = {lua(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "{" + ", ".join(map(lua, value)) + "}"
    return json.dumps(value, ensure_ascii=False)


def ask_again(serving: Serving, path: str, headers: dict[str, str]) -> dict[str, str]:
    """The headers with which somebody asks who has the answer already."""
    with urlopen(Request(serving.url + path, headers=headers), timeout=120) as answer:
        return {**headers, "If-None-Match": str(answer.headers["ETag"])}


def load(
    serving: Serving,
    asked_for: Sequence[tuple[str, dict[str, str]]],
    seconds: int,
    body: str = "",
    start: int = 0,
) -> Load:
    """Ask for paths with their headers in turn, two at a time, for so many seconds, after a
    warm-up of one second.

    RuntimeError if an answer was an error.
    """
    asked = [
        {"method": "POST" if body else "GET", "path": path, "headers": headers}
        | ({"body": body} if body else {})
        for path, headers in asked_for
    ]
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "asked.lua"
        for length, first in ((1, start), (seconds, start + 500_000)):
            script.write_text(SCRIPT % (lua(asked), first))
            before = serving.processor_seconds()
            options = ["-t1", "-c2", f"-d{length}s", "--timeout", "60s", "-s", str(script)]
            said = subprocess.run(
                ["wrk", *options, serving.url], capture_output=True, text=True, check=True
            ).stdout
            spent = serving.processor_seconds() - before
    counted = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)", said)
    if counted is None:
        raise RuntimeError(f"wrk said nothing that can be read:\n{said}")
    requests, size, p50, p99, refused, broken = map(int, counted.groups())
    if refused or broken or not requests:
        raise RuntimeError(f"{refused} of {requests} answers of {asked_for[0][0]} were errors.")
    return Load(
        requests, 1e3 * spent / requests, p50 / 1e3, p99 / 1e3, size / requests, serving.megabytes()
    )
