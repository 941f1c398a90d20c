"""What tests of backup and restore compare: all public answers, and all rows."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

PUBLIC_PAGES = ["/", "/timeline/", "/power/?on=1953-06-01", "/statistics/", "/changes.atom"]


def public_answers(every: int) -> dict[str, str]:
    """The digest of every so manieth public page and document, by address."""
    from django.test import Client

    from curation.revisions.addresses import PLACES
    from records.kinds import listed_kinds

    client = Client()
    addresses = [*PUBLIC_PAGES]
    for place, model in PLACES.items():
        addresses += [f"/{place}/{r.slug}/" for r in model.objects.published()]
    for kind in listed_kinds():
        listing = f"/api/v1/{kind.listing}/?page_size=200"
        addresses += [listing, *(each["url"].removeprefix("http://testserver")
                                 for each in client.get(listing).json()["results"])]  # fmt: skip
    addresses.append("/api/v1/changes/?page_size=200")
    found = {}
    for address in addresses[::every]:
        answer = client.get(address)
        assert answer.status_code == 200, address
        found[address] = hashlib.sha256(answer.content).hexdigest()
    return found


def rows() -> dict[str, str]:
    """The digest of all rows of each table, in the order of their ids, but for those of sessions.

    Blank where the database does not answer.
    """
    from django.apps import apps
    from django.db import connection

    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            table = model._meta.db_table
            if table != "django_session":
                cursor.execute(f'SELECT * FROM "{table}" ORDER BY 1')
                text = json.dumps(cursor.fetchall(), default=str)
                found[table] = hashlib.sha256(text.encode()).hexdigest()
    connection.close()
    return found


def left_of_backup() -> dict[str, Any]:
    """What a backup left in the directory that the variable `BACKUPS` names.

    Out: under which names files stand, and what is wrong with those; whatever was begun is removed.
    """
    from dashboard.backup.archive import Backup
    from dashboard.backup.errors import Damaged

    directory = Path(os.environ["BACKUPS"])
    names = [path.name for path in directory.iterdir() if not path.name.startswith(".")]
    faults = []
    for name in names:
        try:
            Backup(directory / name)
        except Damaged as error:
            faults.append(str(error))
        (directory / name).unlink()
    return {"names": names, "faults": faults}


def left_of_restore() -> dict[str, Any]:
    """The digest of all rows that the site has now, and how much is kept of before."""
    from dashboard.backup.restoring import old_data

    digest = hashlib.sha256(json.dumps(rows()).encode()).hexdigest()
    return {"rows": digest, "old": len(old_data())}
