"""Keep a copy of everything that a Thaw site publishes, and keep it in step.

    python3 mirror.py https://thaw.example mirror.sqlite3
    python3 mirror.py https://thaw.example mirror.sqlite3 --every 300

Needs nothing but Python 3.11. The copy is one SQLite file:

    record (kind, key, etag, document)    each public record, its document as the API gives it
    place (site, after)                   how far in the feed of changes this copy is

Stop it whenever you like: a page of the feed is taken in whole or not at all, and the next run goes
on from there. Taking the same page in twice does no harm.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
import time
from collections import Counter
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

TABLES = """
CREATE TABLE IF NOT EXISTS record (
    kind TEXT, key TEXT, etag TEXT, document TEXT, PRIMARY KEY (kind, key));
CREATE TABLE IF NOT EXISTS place (site TEXT PRIMARY KEY, after TEXT);
"""
PATIENCE = 8  # times that one address is asked before giving up: with growing waits, four minutes


class Stay(HTTPRedirectHandler):
    """Where a record was renamed, its new address has an entry of its own in the feed."""

    def redirect_request(self, *args: Any, **kwargs: Any) -> None:
        return None


OPENER = build_opener(Stay)


def ask(url: str, etag: str | None = None) -> tuple[int, str | None, bytes]:
    """Ask for one address. Out: status, ETag, body. Waits and asks again while the site is busy."""
    headers = {"Accept": "application/json", "User-Agent": "thaw-mirror/1"}
    if etag:
        headers["If-None-Match"] = etag
    for attempt in range(1, PATIENCE + 1):
        try:
            with OPENER.open(Request(url, headers=headers), timeout=60) as answer:
                return answer.status, answer.headers["ETag"], answer.read()
        except HTTPError as refused:
            with refused:
                if refused.code != 429 and refused.code < 500:
                    return refused.code, None, refused.read()
                said, why = refused.headers.get("Retry-After", ""), f"status {refused.code}"
        except (URLError, TimeoutError, ConnectionError) as error:
            said, why = "", str(error)
        if attempt < PATIENCE:
            seconds = int(said) if said.isdigit() else min(2**attempt, 60)
            print(f"{url}: {why}; again in {seconds} s", file=sys.stderr)
            time.sleep(seconds)
    raise SystemExit(f"{url} did not answer. The copy is whole as far as it goes; try again later.")


def catch_up(site: str, copy: sqlite3.Connection) -> Counter[str]:
    """Take in everything that changed since the last time. Out: what was done, counted."""
    done: Counter[str] = Counter()
    more = True
    while more:
        row = copy.execute("SELECT after FROM place WHERE site = ?", (site,)).fetchone()
        query = {"page_size": 200} | ({"after": row[0]} if row else {})
        status, _, body = ask(f"{site}/api/v1/changes/?{urlencode(query)}")
        page = json.loads(body)
        if status == 410:
            # The site was set back to an earlier copy of itself: only a new beginning is sure.
            with copy:
                copy.execute("DELETE FROM record")
                copy.execute("DELETE FROM place")
            done["begun anew"] += 1
            continue
        if status != 200:
            raise SystemExit(f"The feed answered {status}: {page['detail']}")
        take_in(page["results"], site, page["after"], copy, done)
        more = page["next"] is not None
    return done


def take_in(
    entries: list[Any], site: str, after: str, copy: sqlite3.Connection, done: Counter[str]
) -> None:
    """Take in one page: fetch first, then write all of it and the place behind it at once."""
    fetched = []
    for entry in entries:
        status, etag, body = 410, None, b""
        if entry["url"]:
            here = entry["kind"], entry["key"]
            known = copy.execute("SELECT etag FROM record WHERE kind = ? AND key = ?", here)
            status, etag, body = ask(entry["url"], *(known.fetchone() or ()))
        fetched.append((entry, status, etag, body))
    with copy:
        for entry, status, etag, body in fetched:
            here = entry["kind"], entry["key"]
            if status == 200:
                row = (*here, etag, body.decode())
                copy.execute("INSERT OR REPLACE INTO record VALUES (?, ?, ?, ?)", row)
                done[entry["action"]] += 1
            elif status == 304:
                done["unchanged"] += 1
            elif status in (301, 404, 410):
                # Gone, or gone since: then a later entry of the feed says so.
                copy.execute("DELETE FROM record WHERE kind = ? AND key = ?", here)
                done["gone since" if entry["url"] else entry["action"]] += 1
            else:
                raise SystemExit(f"{entry['url']} answered {status}.")
        copy.execute("INSERT OR REPLACE INTO place VALUES (?, ?)", (site, after))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("site", help="for example https://thaw.example")
    parser.add_argument("file", help="the SQLite file of the copy; made if it is not there")
    parser.add_argument("--every", type=int, metavar="SECONDS", help="go on, asking so often")
    given = parser.parse_args()
    site = given.site.rstrip("/")
    copy = sqlite3.connect(given.file)
    copy.executescript(TABLES)
    while True:
        done = catch_up(site, copy)
        count = copy.execute("SELECT count(*) FROM record").fetchone()[0]
        what = ", ".join(f"{number} {word}" for word, number in done.items()) or "nothing new"
        print(f"{what}; the copy has {count} records.", flush=True)
        if given.every is None:
            return
        time.sleep(given.every)


if __name__ == "__main__":
    main()
