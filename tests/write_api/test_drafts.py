"""Nothing of a draft shows in any answer: not its words, its slug, its id, nor a count."""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest
from django.test import Client

from events.models import Topic
from tests.factories import (
    CheckedClaimFactory,
    CitationFactory,
    CourseFactory,
    EffectFactory,
    EventFactory,
    MeasureFactory,
    ParticipationFactory,
    PersonFactory,
    PowerBaseFactory,
    ReformFactory,
    SourceFactory,
    StatisticFactory,
    TenureFactory,
    TermFactory,
    TopicEntryFactory,
    TopicFactory,
)
from tests.support.pages import public_paths

pytestmark = pytest.mark.django_db

HIDDEN = ["draft", "review", "withdrawn"]
# How a canary can show: in a slug or public id, and in words.
CANARY = b"canary"


def published() -> dict[str, Any]:
    """One published record of every kind, all of them connected."""
    person, power_base = PersonFactory(slug="person"), PowerBaseFactory(slug="power-base")
    reform, event = ReformFactory(slug="reform"), EventFactory(slug="event")
    measure, source = MeasureFactory(slug="measure"), SourceFactory(slug="source")
    course = CourseFactory(slug="course")
    records = {
        "course": course,
        "topic": TopicFactory(slug="topic", course=course),
        "source": source,
        "person": person,
        "power_base": power_base,
        "reform": reform,
        "event": event,
        "measure": measure,
        "tenure": TenureFactory(public_id="tenure", person=person, power_base=power_base),
        "effect": EffectFactory(public_id="effect", reform=reform, power_base=power_base),
        "statistic": StatisticFactory(
            public_id="statistic", measure=measure, reform=reform, event=event
        ),
    }
    records["term"] = TermFactory(slug="term")
    records["term"].topics.add(records["topic"])
    records["checked_claim"] = CheckedClaimFactory(
        public_id="checked-claim", topic=records["topic"], event=event, source=source
    )
    for kind in ("term", "checked_claim"):
        CitationFactory(
            public_id=f"cites-{kind}".replace("_", "-"), source=source, **{kind: records[kind]}
        )
    reform.initiators.add(person)
    event.reforms.add(reform)
    course.bibliography.add(source)
    ParticipationFactory(event=event, person=person)
    for kind in CITED_KINDS:
        CitationFactory(
            public_id=f"cites-{kind}".replace("_", "-"), source=source, **{kind: records[kind]}
        )
        TopicEntryFactory(topic=records["topic"], **{"event": None, kind: records[kind]})
    return records


CITED_KINDS = [
    "person", "power_base", "tenure", "reform", "effect", "measure", "statistic", "event",
]  # fmt: skip


def surround(public: dict[str, Any], status: str) -> None:
    """Tie a canary of `status` to every relation that a published record has."""
    hidden: dict[str, Any] = {
        "status": status,
        "withdrawn_reason": "canary reason" if status == "withdrawn" else "",
    }
    tag = f"canary-{status}"
    person = PersonFactory(slug=f"{tag}-person", name="canary", sort_name="canary", **hidden)
    base = PowerBaseFactory(
        slug=f"{tag}-base", name="canary", parent=public["power_base"], **hidden
    )
    reform = ReformFactory(slug=f"{tag}-reform", title="canary", parent=public["reform"], **hidden)
    event = EventFactory(slug=f"{tag}-event", title="canary", **hidden)
    measure = MeasureFactory(slug=f"{tag}-measure", name="canary", **hidden)
    source = SourceFactory(slug=f"{tag}-source", title="canary", **hidden)
    course = CourseFactory(slug=f"{tag}-course", title="canary", **hidden)
    topic = TopicFactory(slug=f"{tag}-topic", title="canary", course=public["course"], **hidden)
    # Published itself, of a course that is not.
    orphan = TopicFactory(slug=f"{tag}-orphan", title="canary", course=course)
    tenures = [
        TenureFactory(public_id=f"{tag}-t1", office="canary", person=person, power_base=base),
        TenureFactory(
            public_id=f"{tag}-t2", office="canary", person=public["person"], power_base=base
        ),
        TenureFactory(
            public_id=f"{tag}-t3", office="canary", person=person, power_base=public["power_base"]
        ),
    ]
    effects = [
        EffectFactory(
            public_id=f"{tag}-e1", why="canary", reform=public["reform"], power_base=base
        ),
        EffectFactory(
            public_id=f"{tag}-e2", why="canary", reform=reform, power_base=public["power_base"]
        ),
    ]
    statistics = [
        StatisticFactory(
            public_id=f"{tag}-s1",
            note="canary",
            measure=public["measure"],
            reform=public["reform"],
            event=public["event"],
            **hidden,
        ),
        StatisticFactory(public_id=f"{tag}-s2", note="canary", measure=measure),
    ]
    # Published records that name a hidden one.
    StatisticFactory(
        public_id=f"open-{status}", measure=public["measure"], reform=reform, event=event
    )
    ReformFactory(slug=f"open-{status}", parent=reform).initiators.add(person)
    PowerBaseFactory(slug=f"open-{status}", parent=base)
    EventFactory(slug=f"open-{status}").reforms.add(reform)
    reform.initiators.add(public["person"])
    public["reform"].initiators.add(person)
    public["event"].reforms.add(reform)
    event.reforms.add(public["reform"])
    public["course"].bibliography.add(source)
    course.bibliography.add(public["source"])
    ParticipationFactory(event=public["event"], person=person, role="canary")
    ParticipationFactory(event=event, person=public["person"], role="canary")
    canaries = {
        "person": [person],
        "power_base": [base],
        "tenure": tenures,
        "reform": [reform],
        "effect": effects,
        "measure": [measure],
        "statistic": statistics,
        "event": [event],
    }
    for kind, records in canaries.items():
        for number, record in enumerate(records):
            key = f"{tag}-c-{kind}-{number}".replace("_", "-")
            CitationFactory(
                public_id=key, source=public["source"], claim="canary", **{kind: record}
            )
            TopicEntryFactory(
                topic=public["topic"], framing="canary", **{"event": None, kind: record}
            )
        CitationFactory(
            public_id=f"{tag}-h-{kind}".replace("_", "-"),
            source=source,
            claim="canary",
            stance="disputes",
            **{kind: public[kind]},
        )
        for arrangement in (topic, orphan):
            TopicEntryFactory(topic=arrangement, **{"event": None, kind: public[kind]})


def addresses_in(value: Any) -> list[str]:
    """Every address of this API that an answer holds."""
    if isinstance(value, dict):
        return [address for each in value.values() for address in addresses_in(each)]
    if isinstance(value, list):
        return [address for each in value for address in addresses_in(each)]
    if isinstance(value, str) and value.startswith("http://testserver/api/v1/"):
        return [value.removeprefix("http://testserver")]
    return []


def walk(client: Client) -> dict[str, Any]:
    """Follow every address from the root on; the answers by address."""
    answers: dict[str, Any] = {}
    waiting = deque(["/api/v1/"])
    while waiting:
        address = waiting.popleft()
        if address == "/api/v1/state/":
            address += "?on=1956"
        if address == "/api/v1/search/":
            address += "?q=Stalin"
        if address in answers:
            continue
        response = client.get(address)
        assert response.status_code == 200, (address, response.content)
        answers[address] = response
        waiting.extend(addresses_in(response.json()))
    return answers


def test_no_answer_shows_anything_of_a_draft(client: Client) -> None:
    public = published()
    for status in HIDDEN:
        surround(public, status)
    answers = walk(client)
    # The walk saw something: a detail of every kind, and the records that name a hidden one.
    for expected in (
        "courses/course", "topics/topic", "events/event", "people/person",
        "power-bases/power-base", "tenures/tenure", "reforms/reform", "effects/effect",
        "measures/measure", "statistics/statistic", "sources/source", "citations/cites-tenure",
        "statistics/open-draft", "reforms/open-review", "power-bases/open-withdrawn",
    ):  # fmt: skip
        assert f"/api/v1/{expected}/" in answers
    leaks = [a for a, response in answers.items() if CANARY in response.content.lower()]
    assert leaks == []


@pytest.mark.slow
def test_a_hidden_record_changes_nothing_in_any_answer(client: Client) -> None:
    """Neither a list, a count, a level of certainty nor a disagreement gives it away."""
    public = published()
    before = {address: response.content for address, response in walk(client).items()}
    person = PersonFactory(slug="canary-person", status="draft")
    reform = ReformFactory(slug="canary-reform", status="draft", parent=public["reform"])
    source = SourceFactory(slug="canary-source", status="draft")
    StatisticFactory(public_id="canary-s", measure=public["measure"], value=5, status="draft")
    ParticipationFactory(event=public["event"], person=person)
    public["event"].reforms.add(reform)
    for kind in CITED_KINDS:
        CitationFactory(source=source, stance="disputes", **{kind: public[kind]})
    Topic.objects.create(
        slug="canary-topic", course=public["course"], order=99, title="x", question="x",
        short_answer="x",
    )  # fmt: skip
    after = {address: response.content for address, response in walk(client).items()}
    assert after == before


DETAILS = [
    ("courses", CourseFactory), ("topics", TopicFactory), ("events", EventFactory),
    ("people", PersonFactory), ("power-bases", PowerBaseFactory), ("reforms", ReformFactory),
    ("measures", MeasureFactory), ("sources", SourceFactory),
]  # fmt: skip


@pytest.mark.parametrize(("route", "factory"), DETAILS)
@pytest.mark.parametrize("status", ["draft", "review"])
def test_a_draft_is_answered_as_if_it_did_not_exist(
    client: Client, route: str, factory: Any, status: str
) -> None:
    factory(slug="canary", status=status)
    hidden = client.get(f"/api/v1/{route}/canary/")
    missing = client.get(f"/api/v1/{route}/canarz/")
    assert hidden.status_code == missing.status_code == 404
    assert hidden.content.replace(b"canary", b"canarz") == missing.content


def test_rows_of_drafts_are_answered_as_if_they_did_not_exist(client: Client) -> None:
    draft = PersonFactory(status="draft")
    tenure = TenureFactory(person=draft)
    effect = EffectFactory(reform__status="draft")
    statistic = StatisticFactory(measure__status="draft")
    citation = CitationFactory(tenure=tenure)
    for route, record in (
        ("tenures", tenure),
        ("effects", effect),
        ("statistics", statistic),
        ("citations", citation),
    ):
        assert client.get(f"/api/v1/{route}/{record.public_id}/").status_code == 404


FILTERS = [
    "events/?topic=canary", "events/?person=canary", "events/?reform=canary",
    "events/?power_base=canary", "people/?topic=canary", "citations/?source=canary",
    "statistics/?measure=canary", "timeline/?topic=canary", "state/?on=1956&person=canary",
]  # fmt: skip


@pytest.mark.parametrize("address", FILTERS)
def test_a_filter_for_a_draft_is_refused_as_for_nothing(client: Client, address: str) -> None:
    for factory in (TopicFactory, PersonFactory, ReformFactory, PowerBaseFactory, SourceFactory,
                    MeasureFactory):  # fmt: skip
        factory(slug="canary", status="draft")
    hidden = client.get(f"/api/v1/{address}")
    missing = client.get(f"/api/v1/{address.replace('canary', 'canarz')}")
    assert hidden.status_code == missing.status_code == 400
    assert hidden.content.replace(b"canary", b"canarz") == missing.content


def relations(client: Client) -> list[tuple[str, str, str]]:
    """Each listing, with each parameter that names a record, and the kind of record it names."""
    kinds = {
        "topic", "course", "person", "power_base", "reform", "event", "measure", "tenure", "effect",
        "statistic", "source", "parent",
    }  # fmt: skip
    parents = {"power-bases": "power_base", "reforms": "reform"}
    found = []
    for path, item in public_paths(client).items():
        listing = path.removeprefix("/api/v1/").rstrip("/")
        for parameter in item["get"].get("parameters", []):
            if parameter["in"] == "query" and parameter["name"] in kinds and "{" not in path:
                kind = parents[listing] if parameter["name"] == "parent" else parameter["name"]
                found.append((listing, parameter["name"], kind))
    assert len(found) > 70
    return found


@pytest.mark.slow
@pytest.mark.parametrize("status", HIDDEN)
def test_no_relation_to_a_hidden_record_finds_or_hides_anything(
    client: Client, status: str
) -> None:
    """Asked by every published record, every listing answers with and without hidden ones alike."""
    public = published()

    def answers() -> dict[str, list[str]]:
        found = {}
        for listing, name, kind in relations(client):
            record = public[kind]
            key = getattr(record, "slug", None) or record.public_id
            address = f"/api/v1/{listing}/?{name}={key}" + "&on=1956" * (listing == "state")
            address += "&q=Thaw" * (listing == "search")
            body = client.get(address).json()
            rows = body.get("results", body.get("power_bases"))
            # Without what is published itself, and tied to a hidden record only to show it.
            found[address] = [str(row) for row in rows if "/open-" not in row.get("url", "")]
        for stance in ("supports", "qualifies", "disputes"):
            for listing in ("events", "people", "power-bases", "tenures", "reforms", "measures"):
                address = f"/api/v1/{listing}/?stance={stance}"
                rows = client.get(address).json()["results"]
                found[address] = [row["url"] for row in rows if "/open-" not in row["url"]]
        return found

    before = answers()
    assert sum(map(bool, before.values())) > 60
    surround(public, status)
    assert answers() == before


def test_no_filter_finds_a_record_by_way_of_a_draft(client: Client) -> None:
    public = published()
    draft = ReformFactory(status="draft")
    base = PowerBaseFactory(slug="army", name="Soviet Army")
    EffectFactory(reform=draft, power_base=base)
    public["event"].reforms.add(draft)
    other = MeasureFactory(slug="other")
    StatisticFactory(measure=other, reform=public["reform"], status="draft")
    for address in (
        "events/?power_base=army",
        "timeline/?power_base=army",
        "reforms/?power_base=army",
    ):
        assert client.get(f"/api/v1/{address}").json()["results"] == []
    found = client.get("/api/v1/measures/?reform=reform").json()["results"]
    assert [measure["slug"] for measure in found] == ["measure"]
