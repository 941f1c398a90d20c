"""`make bench`: what answers cost, at two sizes, on SQLite and PostgreSQL.

Writes what it measured as JSON, and from it the table and the picture of docs/performance.md.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from bench import ROOT, report
from bench.load import ask_again, load
from bench.serving import Serving, serving
from bench.works import Work, works

PORT = 8765
HTML = {"Accept": "text/html", "Accept-Encoding": "gzip"}
JSON = {"Accept": "application/json", "Accept-Encoding": "gzip"}
DATABASE = "thaw_bench"


def environment(database: str, cache_mb: int = 24) -> dict[str, str]:
    """What a server is started with."""
    return {
        **os.environ,
        "DATABASE_URL": database, "CACHE_URL": "locmem://", "DEBUG": "0", "SECURE_SSL": "0",
        "ALLOWED_HOSTS": "127.0.0.1", "SITE_URL": f"http://127.0.0.1:{PORT}",
        "SECRET_KEY": os.environ.get("SECRET_KEY") or secrets.token_urlsafe(60),
        "PAGE_CACHE_MB": str(cache_mb), "DJANGO_SETTINGS_MODULE": "bench.settings",
    }  # fmt: skip


def run(env: dict[str, str], *arguments: str) -> str:
    """Run Python with these arguments and return what it printed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env=env,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return done.stdout


def headers_of(work: Work, address: str) -> dict[str, str]:
    return HTML if "HTML" in work.name or address == "/nothing/" else JSON


def measured(
    server: Serving,
    work: Work,
    addresses: tuple[str, ...],
    seconds: int,
    again: bool,
    **posted: Any,
) -> dict[str, float]:
    """What a work costs: milliseconds of processor, p50 and p99 for all of its addresses; bytes."""
    asked = [(each, headers_of(work, each)) for each in addresses]
    if again:
        asked = [(each, ask_again(server, each, headers)) for each, headers in asked]
    if posted.get("token"):
        mine = {"Authorization": f"Bearer {posted['token']}", "Content-Type": "application/json"}
        asked = [(each, headers | mine) for each, headers in asked]
    found = load(server, asked, seconds, posted.get("body", ""), posted.get("start", 0))
    times = len(addresses)
    return {
        key: round(value * (1 if key in ("requests", "memory") else times), 3)
        for key, value in asdict(found).items()
    }


def measure(database: str, name: str, seconds: int) -> dict[str, Any]:
    """Every row on one database. In: its URL, and its name if it is PostgreSQL’s."""
    chosen = json.loads(run(environment(database), "-m", "bench.works"))
    token = chosen.pop("token")
    rows: dict[str, Any] = {work.name: {} for work in works(chosen)}

    def write(column: str, server: Serving, work: Work, body: str, start: int) -> None:
        addresses = work.textbook if column == "textbook" else work.thaw
        rows[work.name][column] = measured(
            server, work, addresses, seconds, False, body=body, start=start, token=token
        )

    for column, settings, cache_mb in (
        ("textbook", "bench.textbook.settings", 0),
        ("first", "bench.settings", 0),
        ("later", "bench.settings", 24),
    ):
        with serving(settings, PORT, environment(database, cache_mb), name) as server:
            for work in works(chosen):
                textbook = column == "textbook"
                addresses = work.textbook if textbook else work.thaw
                if not addresses:
                    continue
                if work.thaw_body:
                    if column != "later":
                        body = work.textbook_body if textbook else work.thaw_body
                        write(column, server, work, body, 1_000_000 * (1 + textbook))
                    continue
                rows[work.name][column] = measured(server, work, addresses, seconds, False)
                if column == "later":
                    rows[work.name]["304"] = measured(server, work, addresses, seconds, True)
                sys.stderr.write(f"  {column}: {work.name}: {rows[work.name][column]['cpu']} ms\n")
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1_000, 100_000], metavar="EVENTS")
    parser.add_argument("--seconds", type=int, default=5, help="how long each row is asked for")
    parser.add_argument("--postgres", default="", metavar="URL", help="the server to measure, too")
    parser.add_argument(
        "--into", type=Path, default=ROOT / "bench" / "baseline.json", help="what it measured"
    )
    options = parser.parse_args()
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for size in options.sizes:
            found[str(size)] = {}
            databases = {"SQLite": f"sqlite:///{folder}/{size}.sqlite3"}
            if options.postgres:
                databases["PostgreSQL"] = made(options.postgres)
            for engine, database in databases.items():
                sys.stderr.write(f"{engine}, {size:,} events\n")
                env = environment(database)
                run(env, "manage.py", "migrate", "--verbosity", "0")
                run(env, "manage.py", "make_corpus", "--events", str(size), "--verbosity", "0")
                name = DATABASE if engine == "PostgreSQL" else ""
                found[str(size)][engine] = measure(database, name, options.seconds)
    options.into.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    report.write(found)


def made(url: str) -> str:
    """An empty database on the server of this URL. Out: its own URL."""
    name = sql.Identifier(DATABASE)
    with psycopg.connect(url, dbname="postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
    return f"{url.rpartition('/')[0]}/{DATABASE}"


if __name__ == "__main__":
    main()
