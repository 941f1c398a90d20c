"""A record has one name (`records.kinds.title_of`), wherever it is called by it."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from curation.models import Change, PendingChange, Version
from curation.revisions import history
from records.kinds import kind_of, kinds, paged_kinds, title_of
from tests import factories

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


def heading(client: Client, address: str, level: str = "h1") -> str:
    """The words of the heading of a page."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    [words] = re.findall(rf"<{level}[^>]*>(.*?)</{level}>", answer.content.decode(), re.S)[:1]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", words)).split())


@pytest.mark.parametrize("kind", [kind.name for kind in paged_kinds()])
def test_a_record_has_one_name_everywhere(client: Client, editor: Any, kind: str) -> None:
    [model] = (each.model for each in paged_kinds() if each.name == kind)
    record = getattr(factories, f"{model.__name__}Factory")()
    # Markup and signs in a name are part of it.
    named_by = "name" if hasattr(record, "name") else "title"
    with history.changing(record, by=None) as record:
        setattr(record, named_by, f"{getattr(record, named_by)} <A & “B”>")
        record.save()
    record.refresh_from_db()
    name = title_of(record)
    assert "<A & “B”>" in name

    page = record.get_absolute_url()
    assert heading(client, page) == name
    assert heading(client, f"{page}v/2/") == name
    assert heading(client, f"{page}v/") == f"Versions of {name}"
    assert heading(client, f"{page}report/") == f"Report a problem with “{name}”"

    document = f"/api/v1/{kind_of(record).listing}/{record.slug}/"
    assert client.get(document).json()[named_by] == name
    kept = client.get(f"{document}versions/2/").json()
    assert (kept["title"], kept["record"]["name"]) == (name, name)
    assert Version.objects.of(record).first().title == name

    feed = ElementTree.fromstring(client.get("/changes.atom").content)
    titles = {
        entry.find(f"{ATOM}link").get("href"): entry.findtext(f"{ATOM}title")  # type: ignore[union-attr]
        for entry in feed.iter(f"{ATOM}entry")
    }
    assert titles[f"http://testserver{page}v/2/"] == name

    client.force_login(editor)
    route = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    assert heading(client, reverse(f"{route}_change", args=[record.pk]), "h2") == name
    title = client.get(reverse(f"{route}_history", args=[record.pk])).context["title"]
    assert title == f"History of {name}"


def test_the_name_of_every_kind_fits_where_changes_are_noted() -> None:
    # SQLite keeps what is too long; PostgreSQL refuses the whole change of the record.
    longest = max(len(kind.name) for kind in kinds())
    for column in ("kind", "via_kind"):
        assert longest <= (PendingChange._meta.get_field(column).max_length or 0)
    assert longest <= (Change._meta.get_field("kind").max_length or 0)
