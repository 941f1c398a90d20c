"""What is asked for in each row of the table, of Thaw and of the textbook’s views.

Run as a program, on the database that DATABASE_URL names, it prints what the others need to know of
that database: which records to ask for, and a token to write with.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Work:
    """One row: its name, and the addresses that make it up.

    `thaw` is asked in turn, and what it costs is the sum; so is `textbook`, which is empty where a
    textbook has nothing of the kind. `body` is a JSON document with NUMBER in it for work that
    writes, sent with the token.
    """

    name: str
    thaw: tuple[str, ...]
    textbook: tuple[str, ...]
    thaw_body: str = ""
    textbook_body: str = ""


def works(chosen: dict[str, Any]) -> list[Work]:
    """The rows of the table. In: what `choose` found."""
    topic, event, page = chosen["topic"], chosen["event"], "page_size=50"
    expanded = f"topic={topic}&from=1900&expand=participants.person&{page}"
    new = {"slug": "bench-NUMBER", "title": "Event NUMBER", "span": "25 February 1956"}
    person, source = chosen["people"], chosen["source"]
    return [
        Work("an empty view", (), ("/nothing/",)),
        Work(
            f"topic page, HTML, {chosen['entries']} events",
            (f"/topics/{topic}/",),
            (f"/topics/{topic}/",),
        ),
        Work(
            "list of 50 by topic and dates, people in full",
            (f"/api/v1/events/?{expanded}",),
            (f"/events/?topic={topic}&from=1900&limit=50",),
        ),
        Work("one event, JSON", (f"/api/v1/events/{event}/",), (f"/events/{event}/",)),
        Work(
            "timeline of 1,000, JSON",
            tuple(chosen["timeline"]),
            tuple(f"/events/?limit=200&offset={offset}" for offset in range(0, 1_000, 200)),
        ),
        Work(
            "last page of the list",
            (chosen["last"],),
            (f"/events/?limit=50&offset={chosen['events'] - 50}",),
        ),
        Work(
            "create an event with two people and a source",
            ("/api/v1/desk/events/",),
            ("/events/",),
            json.dumps(
                new
                | {
                    "participations": [{"person": each} for each in person],
                    "citations": [{"source": source, "locator": "chapter 1"}],
                    "reason": "To measure",
                }
            ),
            json.dumps(new | {"participants": person, "source": source}),
        ),
    ]


def choose() -> dict[str, Any]:
    """Records of the corpus to ask for. Out: their addresses, by what they are."""
    from django.contrib.auth.models import Group, User
    from django.db.models import Count
    from django.test import Client

    from curation.write_api.tokens import make
    from events.models import Event, Topic
    from people.models import Person
    from sources.models import Source

    topic = Topic.objects.published().annotate(n=Count("entries")).order_by("-n", "id")[0]
    events = Event.objects.published()
    editor, _ = User.objects.get_or_create(username="bench", is_staff=True)
    editor.groups.add(Group.objects.get(name="Editor"))
    client = Client(headers={"host": "127.0.0.1"})
    # Its first reader numbers what was loaded.
    client.get("/api/v1/changes/")

    def following(address: str, pages: int | None) -> list[str]:
        """Addresses of the pages of a list; of the last alone if `pages` is None."""
        found = [address]
        while (pages is None or len(found) < pages) and (
            after := client.get(found[-1]).json()["next"]
        ):
            found = [after] if pages is None else [*found, after]
        return ["/" + each.split("/", 3)[-1] if "://" in each else each for each in found]

    return {
        "topic": topic.slug,
        "entries": topic.n,
        "events": events.count(),
        "event": events.order_by("pk")[events.count() // 2].slug,
        "people": [*Person.objects.published().order_by("pk").values_list("slug", flat=True)[:2]],
        "source": Source.objects.published().order_by("pk")[0].slug,
        "timeline": following("/api/v1/timeline/?page_size=200", 5),
        "last": following("/api/v1/events/?page_size=50", None)[0],
        "token": make(editor, "Bench", "publish")[1],
    }


if __name__ == "__main__":
    import sys

    import django

    django.setup()
    sys.stdout.write(json.dumps(choose()))
