"""The page of the search, its suggestions and its endpoint, with whatever somebody may type."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from study.search.database import Key
from study.search.snippets import Marker, places, plain
from tests.factories import (
    CitationFactory,
    EventFactory,
    PersonFactory,
    SectionFactory,
    TopicEntryFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db
PAGE, API = "/search/", "/api/v1/search/"


@pytest.fixture
def speech() -> Any:
    PersonFactory(slug="khrushchev", name="Nikita Khrushchev", sort_name="Khrushchev, Nikita")
    return EventFactory(
        slug="secret-speech",
        title="The Secret Speech",
        span="1956-02-25",
        summary="Khrushchev gave a *report* on <Stalin> & the cult.",
    )


def page(client: Client, **query: str) -> str:
    answer = client.get(PAGE, query)
    assert answer.status_code == 200, query
    return str(answer.content.decode())


def main(text: str) -> str:
    return " ".join(text[text.index("<main") : text.index("</main>")].split())


def test_results_are_grouped_by_kind_with_the_words_marked(client: Client, speech: Any) -> None:
    text = main(page(client, q="khrushchev speech"))
    assert ">Events " in text
    assert '<a href="/events/secret-speech/">The Secret <mark>Speech</mark></a>' in text
    assert "<mark>Khrushchev</mark> gave a <mark>report</mark> on &lt;Stalin&gt; &amp; the" in text
    assert "2 results" in text


def test_a_slip_is_mended_and_said(client: Client, speech: Any) -> None:
    text = main(page(client, q="Kruschev"))
    assert "You typed “Kruschev”; these are results for <b>Khrushchev</b>" in text
    answer = client.get(API, {"q": "Kruschev"}).json()
    assert answer["mended"] == [{"typed": "Kruschev", "taken": "Khrushchev"}]
    assert answer["results"][0]["slug"] == "khrushchev"


def test_nothing_found_suggests_what_to_do(client: Client, speech: Any) -> None:
    text = main(page(client, q="Byzantium", kind="event"))
    assert "Nothing that is published holds “Byzantium” in this choice" in text
    assert "Search everything for it" in text
    assert 'href="/search/?q=June%201957"' in text


@pytest.mark.parametrize("query", [{}, {"q": ""}, {"q": "   "}, {"q": "?!"}, {"q": "\0"}])
def test_no_words_are_helped_on(client: Client, query: dict[str, str]) -> None:
    assert "20th Congress" in main(page(client, **query))


# What is no question, and must be answered like one.
BAD = [
    "x" * 10_000,
    "word " * 2_000,
    '"unclosed',
    "secret AND",
    "NEAR(secret speech, 2)",
    "title_keys: secret",
    "secret* OR *",
    "-secret +speech ^x",
    "{title_keys} : (a",
    "secret & speech | ! <-> :*",
    "'; DROP TABLE study_searchentry; --",
    "%' OR 1=1 --",
    "\\ % _ ' \" ( ) : * ^ ~",
    "½ ² ﬁ \u202e \ufeff a\u0301",
    "<script>alert(1)</script>",
    "ა ბ 中文 🙂 العربية",
    "0" * 50,
    "9999999999999999999999-99",
    "1956-02-31",
    "to 1956 from",
    "-" * 300,
    "a'b-c’d-e " * 30,
]


@pytest.mark.parametrize("typed", BAD)
def test_whatever_is_typed_is_answered(client: Client, speech: Any, typed: str) -> None:
    text = page(client, q=typed)
    assert "<script>alert" not in text
    assert client.get("/search/suggestions/", {"q": typed}).status_code == 200
    answer = client.get(API, {"q": typed})
    assert answer.status_code in (200, 400)
    if answer.status_code == 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["errors"][0]["parameter"] == "q"


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"kind": "treaty"}, "There is no kind “treaty”"),
        ({"course": "nothing"}, "There is no course “nothing”"),
        ({"topic": "x y"}, "There is no topic “x y”"),
        ({"from": "soon"}, "soon"),
        ({"from": "1960", "to": "1950"}, "Exchange the two"),
    ],
)
def test_filters_that_are_not_understood(
    client: Client, speech: Any, query: dict[str, str], says: str
) -> None:
    answer = client.get(PAGE, {"q": "speech", **query})
    assert answer.status_code == 400
    text = answer.content.decode()
    assert says in text
    assert "/events/secret-speech/" in text
    problem = client.get(API, {"q": "speech", **query})
    assert problem.status_code == 400
    assert problem.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("query", ["kinds=event", "q=a&q=b", "limit=0", "limit=1000", ""])
def test_the_endpoint_refuses_what_it_does_not_know(client: Client, query: str) -> None:
    answer = client.get(f"{API}?{query if query.startswith('q=') else f'q=speech&{query}'}")
    assert answer.status_code == (200 if not query else 400)
    assert client.get(API).json()["type"].endswith("/missing-parameter/")


def found(client: Client, **query: str) -> set[str]:
    answer = client.get(API, {"q": "speech", **query})
    assert answer.status_code == 200, answer.content
    return {f"{hit['kind']}/{hit['slug'] or hit['id']}" for hit in answer.json()["results"]}


def test_filters(client: Client, speech: Any) -> None:
    topic = TopicFactory(slug="de-stalinisation", course__slug="khrushchev")
    TopicEntryFactory(topic=topic, event=speech)
    section = SectionFactory(topic=topic, heading="The speech of 25 February", text="It was long.")
    EventFactory(slug="other-speech", title="A speech in Riga", span="1959")
    CitationFactory(event=speech, locator="speech, page 1")
    here = {"event/secret-speech", f"section/{section.public_id}"}
    everything = found(client)
    assert here | {"event/other-speech"} <= everything
    assert found(client, kind="event") == {"event/secret-speech", "event/other-speech"}
    assert found(client, topic="de-stalinisation") == here
    assert here <= found(client, course="khrushchev")
    assert "event/other-speech" not in found(client, course="khrushchev")
    assert {f for f in found(client, to="1956") if f[:5] == "event"} == {"event/secret-speech"}
    assert found(client, **{"from": "1957"}) == {"event/other-speech"}
    assert found(client, course="khrushchev", topic="de-stalinisation", kind="event") == {
        "event/secret-speech"
    }


def test_a_result_of_the_api(client: Client, speech: Any) -> None:
    [result] = client.get(API, {"q": "report stalin", "limit": "1"}).json()["results"]
    snippet = result.pop("snippet")
    marked = [snippet[start:end] for start, end in result.pop("marks")]
    assert marked == ["report", "Stalin"]
    assert result == {
        "kind": "event",
        "slug": "secret-speech",
        "id": None,
        "title": "The Secret Speech",
        "url": "http://testserver/api/v1/events/secret-speech/",
        "page": "http://testserver/events/secret-speech/",
        "date": {
            "edtf": "1956-02-25",
            "text": "25 February 1956",
            "earliest": "1956-02-25",
            "latest": "1956-02-25",
        },
    }


def test_a_part_of_a_lesson_has_the_address_of_its_topic(client: Client) -> None:
    section = SectionFactory(topic__slug="the-fall", heading="A plot among friends", text="Three.")
    [result] = client.get(API, {"q": "plot friends"}).json()["results"]
    assert result["id"] == section.public_id
    assert result["url"].endswith("/api/v1/topics/the-fall/")
    assert result["page"].endswith(f"/topics/the-fall/#section-{section.public_id}")


def test_suggestions_while_somebody_types(client: Client, speech: Any) -> None:
    answer = client.get("/search/suggestions/", {"q": "sec"})
    assert answer.json() == {
        "suggestions": [
            {"title": "The Secret Speech", "kind": "event", "url": "/events/secret-speech/"}
        ]
    }
    assert client.get("/search/suggestions/", {"q": "s"}).json() == {"suggestions": []}
    assert client.get("/search/suggestions/").status_code == 200
    assert client.post("/search/suggestions/").status_code == 405


def test_the_box_stands_in_the_head_of_every_page(client: Client, speech: Any) -> None:
    for address in ("/", "/events/secret-speech/", "/timeline/", "/events/nothing-like-it/"):
        text = client.get(address).content.decode()
        [form] = re.findall(r'<form class="find".*?</form>', text, re.S)
        assert 'action="/search/"' in form
        assert 'for="find">Search</label>' in form
        assert 'name="q"' in form
    text = page(client, q="speech")
    assert text.count('name="q"') == 1
    assert '<meta name="robots" content="noindex">' in text


def test_a_snippet_shows_where_the_words_are() -> None:
    text = "Nothing of note. " * 40 + "Then Хрущёв spoke of Stalin’s crimes. " + "More. " * 80
    marker = Marker([Key("khrushchev"), Key("stalin")])
    pieces = marker.snippet(text)
    words = plain(pieces)
    assert [words[start:end] for start, end in places(pieces)] == ["Хрущёв", "Stalin’s"]
    assert words.startswith("… ")
    assert words.endswith(" …")
    assert len(words) < 260


@pytest.mark.parametrize("words", ["", "   ", "\0"])
def test_a_program_that_asks_for_nothing_is_not_told_to_leave_the_words_out(
    words: str, client: Client
) -> None:
    answer = client.get(API, {"q": words})
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed-parameter")
    assert "Give it a value, for example q=Khrushchev" in answer.json()["detail"]
