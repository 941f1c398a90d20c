"""Nothing hidden shows at any public address, whatever it is tied to and whoever asks how.

`support/canaries.py` ties hidden records to public ones by every relation that the models have;
`support/crawling.py` visits every address that the URL configuration has.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.urls import path

from config import urls
from config.serving import probes
from events.querysets import TopicEntryQuerySet, TopicQuerySet
from people.querysets import TenureQuerySet
from records.kinds import listed_kinds
from records.models import Status
from records.querysets import RecordQuerySet
from study.search.index import rebuild
from study.search.models import SearchEntry, SearchWord
from tests.support.canaries import CANARY, World, make_world
from tests.support.crawling import NOT_PUBLIC, Crawler, patterns

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.alike]


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Made once for all tests of this file, which only read."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def crawled(world: World, django_db_blocker: Any) -> Crawler:
    with django_db_blocker.unblock():
        return Crawler(world).crawl()


def test_nothing_hidden_shows_at_any_public_address(crawled: Crawler) -> None:
    assert len(crawled.visits) > 1_000
    assert crawled.leaks() == []


def test_the_search_knows_no_hidden_word(world: World, crawled: Crawler) -> None:
    """Not in an entry, where somebody may find it, nor in the words by which slips are mended."""
    rebuild()
    kept = [*SearchEntry.objects.values_list("title", "text", "path", "within", "title_keys")]
    assert len(kept) > 10
    shown = " ".join(" ".join(row) for row in kept)
    assert {word.lower() for word in CANARY.findall(shown)} & {*world.words} == set()
    keys = {word.replace("-", "") for word in world.words}
    assert not SearchWord.objects.filter(word__in=keys).exists()
    for address in ("/search/suggestions/?q=canary", "/search/?q=canary-0001", "/search/?q=canar"):
        assert crawled.visit(address).found == set()


def test_every_public_pattern_was_visited_and_answered(crawled: Crawler) -> None:
    """A view that nothing is known about, or that only ever answered 404, was not tried at all."""
    for pattern in patterns():
        if pattern.reason or pattern.name == "api-not-found":
            continue
        answers = crawled.reached.get(pattern.route.replace("^", ""), set())
        assert answers - {404, 410}, (pattern.name, pattern.route, answers)


def test_what_is_not_crawled_is_there_and_has_its_reason() -> None:
    names = {p.name for p in patterns()}
    for reserved in NOT_PUBLIC:
        assert any(f"{name}:".startswith(f"{reserved}:") for name in names), reserved
    assert all(NOT_PUBLIC.values())


def test_no_address_leads_to_anything_hidden(world: World, crawled: Crawler) -> None:
    """Hidden records answer 404, those that readers knew 410, under all their addresses."""
    asked = {visit.address.partition("?")[0]: visit for visit in crawled.visits.values()}
    seen: dict[str, int] = {}
    for model, records in world.hidden.items():
        for record in records:
            [key, *_] = world.keys([record]) or [""]
            found = {a: v.status for a, v in asked.items() if key and key in a.split("/")}
            for address, status in found.items():
                expected = {404} if _never_public(world, record) else {404, 410}
                assert status in expected, (address, status, world.words[key])
            seen[model.__name__] = seen.get(model.__name__, 0) + len(found)
    for model in world.hidden:
        # A section of a lesson has a key for programs that write, and no address of its own.
        has_address = model in {kind.model for kind in listed_kinds()}
        assert seen[model.__name__] or not has_address or not world.keys(world.hidden[model]), model


def _never_public(world: World, record: Any) -> bool:
    return world.statuses[record] in (Status.DRAFT, Status.REVIEW)


def test_former_names_of_what_was_never_public_lead_nowhere(crawled: Crawler) -> None:
    former = {w: m for w, m in crawled.world.words.items() if m.startswith("past slug")}
    tried = 0
    for address, visit in crawled.visits.items():
        for word, meaning in former.items():
            if word in address.partition("?")[0]:
                tried += 1
                expected = {410} if "withdrawn" in meaning else {404}
                assert visit.status in expected, (address, meaning)
    assert tried > len(former)


def test_public_records_are_seen_for_what_they_are(world: World, crawled: Crawler) -> None:
    """Otherwise the crawl would have looked at nothing but empty pages."""
    everything = [*world.public.values(), *world.open]
    for key in world.keys([r for r in everything if hasattr(r, "get_absolute_url")]):
        found = [v.status for a, v in crawled.visits.items() if key in a.split("/")]
        assert 200 in found, key


def test_a_version_does_not_name_a_source_that_was_withdrawn_since(
    world: World, crawled: Crawler
) -> None:
    """Version 1 was kept while every hidden thing was still public and cited by it."""
    kept = [a for a in crawled.visits if a.endswith("/public-event/v/1/")]
    assert kept
    assert all(crawled.visits[a].status == 200 and not crawled.visits[a].found for a in kept)


# --- it can fail ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "door", [RecordQuerySet, TenureQuerySet, TopicQuerySet, TopicEntryQuerySet]
)
def test_a_door_left_open_is_found(
    door: Any, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "published", lambda self: self.all())
    assert Crawler(world).crawl(until_leak=True).leaks()


def test_a_view_that_nobody_told_the_crawl_about_is_found(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    unknown = path("shelf/<int:shelf>/", probes.healthz, name="shelf")
    monkeypatch.setattr(urls, "urlpatterns", [*urls.urlpatterns, unknown])
    from django.urls import clear_url_caches

    clear_url_caches()
    try:
        with pytest.raises(AssertionError, match="does not know what <shelf> stands for"):
            Crawler(world).crawl()
    finally:
        monkeypatch.undo()
        clear_url_caches()
