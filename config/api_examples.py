"""Examples in the description of the API: real answers about the shipped course.

`make openapi` asks for them anew and keeps them in `api_examples.json`; a test asks again and
compares. Moments, cursors and positions alone are made up, as they differ with every loading.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

from curation.write_api.tokens import make

KEPT = Path(__file__).with_suffix(".json")
END = datetime(2100, 1, 1, tzinfo=UTC)
MOMENT = "2026-01-15T09:30:00Z"
# Cursors are made of the numbers of rows, and places in the feed come as changes are numbered.
_CURSORS = re.compile(r"(cursor=|after=|\"after\":\")[^\"&]+")
_POSITIONS = re.compile(r'("position":)\d+')
_MOMENTS = re.compile(r'"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[^"]*"')

# Path of the description → what is asked under it, each short enough to be read.
ASKED = {
    "/api/v1/": "/api/v1/",
    "/api/v1/courses/": "/api/v1/courses/",
    "/api/v1/courses/{slug}/": "/api/v1/courses/khrushchev/",
    "/api/v1/topics/": "/api/v1/topics/?search=democratisation&count=true",
    "/api/v1/topics/{slug}/": "/api/v1/topics/democratisation/",
    "/api/v1/events/": "/api/v1/events/?search=cuban",
    "/api/v1/events/{slug}/": "/api/v1/events/closed-letter/",
    "/api/v1/people/": "/api/v1/people/?search=serov",
    "/api/v1/people/{slug}/": "/api/v1/people/serov/",
    "/api/v1/power-bases/": "/api/v1/power-bases/?kind=army",
    "/api/v1/power-bases/{slug}/": "/api/v1/power-bases/kgb/",
    "/api/v1/tenures/": "/api/v1/tenures/?person=serov",
    "/api/v1/tenures/{public_id}/": "/api/v1/tenures/serov-kgb-1954/",
    "/api/v1/power-base-kinds/": "/api/v1/power-base-kinds/?search=forces",
    "/api/v1/power-base-kinds/{slug}/": "/api/v1/power-base-kinds/army/",
    "/api/v1/reforms/": "/api/v1/reforms/?search=administration%20of%20the",
    "/api/v1/reforms/{slug}/": "/api/v1/reforms/party-bifurcation/",
    "/api/v1/effects/": "/api/v1/effects/?reform=sovnarkhoz-reform&change=created",
    "/api/v1/effects/{public_id}/": "/api/v1/effects/sovnarkhoz-reform-created-economic-councils/",
    "/api/v1/measures/": "/api/v1/measures/?search=settlements",
    "/api/v1/measures/{slug}/": "/api/v1/measures/central-committee-term/",
    "/api/v1/statistics/": "/api/v1/statistics/?measure=special-settlers",
    "/api/v1/statistics/{public_id}/": "/api/v1/statistics/economic-councils-105/",
    "/api/v1/terms/": "/api/v1/terms/?search=sovnarkhoz",
    "/api/v1/terms/{slug}/": "/api/v1/terms/sovnarkhoz/",
    "/api/v1/claims/": "/api/v1/claims/?topic=decentralisation&verdict=supported",
    "/api/v1/claims/{public_id}/": "/api/v1/claims/s27-ten-year-terms/",
    "/api/v1/sources/": "/api/v1/sources/?search=dismantling",
    "/api/v1/sources/{slug}/": "/api/v1/sources/chotiner-1985/",
    "/api/v1/citations/": "/api/v1/citations/?source=chotiner-1985&event=party-bifurcated",
    "/api/v1/timeline/": "/api/v1/timeline/?from=1962-10&to=1962-10&kind=event",
    "/api/v1/changes/": "/api/v1/changes/?page_size=1&kind=course",
    "/api/v1/state/": "/api/v1/state/?on=1953-06-01&power_base=mvd",
    "/api/v1/search/": "/api/v1/search/?q=Kruschev%20speech&limit=1",
}
# The same at the desk, with a token.
OPENED = {
    "/api/v1/desk/": "/api/v1/desk/",
    "/api/v1/desk/power-bases/": "/api/v1/desk/power-bases/?page_size=1",
    "/api/v1/desk/power-bases/{key}/": "/api/v1/desk/power-bases/kgb/",
    "/api/v1/desk/reforms/{key}/": "/api/v1/desk/reforms/gulag-closure/",
    "/api/v1/desk/statistics/{key}/": "/api/v1/desk/statistics/economic-councils-105/",
}
REFUSED = {
    "Problem400": "/api/v1/events/?colour=red",
    "Problem404": "/api/v1/people/nobody-of-that-name/",
    "DeskProblem401": "/api/v1/desk/",
}


def answers(client: Client) -> dict[str, Any]:
    """Every example, by its path or the name of its refusal.

    The course has to be loaded. Makes an account with a token, and leaves them.
    """
    account = get_user_model().objects.create_user("teacher", is_staff=True)
    account.groups.add(Group.objects.get(name="Editor"))
    _, secret = make(account, "Examples", "publish", END)
    sent = {"authorization": f"Bearer {secret}"}
    found = {path: _answer(client, address, 200) for path, address in ASKED.items()}
    found |= {path: _answer(client, address, 200, sent) for path, address in OPENED.items()}
    for name, address in REFUSED.items():
        found[name] = _answer(client, address, int(name[-3:]))
    return found


def _answer(
    client: Client, address: str, expected: int, headers: dict[str, str] | None = None
) -> Any:
    response = client.get(address, headers=headers)
    if response.status_code != expected:
        raise LookupError(f"{address} answered {response.status_code}: {response.content[:300]!r}")
    text = response.content.decode().replace("http://testserver", "https://thaw.example")
    text = _POSITIONS.sub(r"\g<1>42", _CURSORS.sub(r"\1cD0xOTU2", text))
    found = json.loads(_MOMENTS.sub(f'"{MOMENT}"', text))
    if "results" in found and len(found["results"]) != 1:
        raise LookupError(f"{address} should answer with one record, not {len(found['results'])}.")
    return found


def add_examples(result: Any, **kwargs: Any) -> Any:
    """Put the kept answers beside what they are examples of (a hook of drf-spectacular)."""
    for name, answer in json.loads(KEPT.read_text(encoding="utf-8")).items():
        if name in result["paths"]:
            response = result["paths"][name]["get"]["responses"]["200"]
            response["content"]["application/json"]["example"] = answer
        else:
            refusal = result["components"]["responses"][name]
            refusal["content"]["application/problem+json"]["example"] = answer
    return result
