"""What a reader mistypes, or a program overdoes: the right status, and help."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from curation.workflow import publishing
from sources.models import Source
from tests.support.enumerated import few_of
from tests.support.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.alike]

# What is asked for, the status, and what the page says that helps.
ASKED = [
    # Dates the wrong way round.
    ("/timeline/?from=1960&to=1950", 400, "Exchange the two dates"),
    ("/embed/timeline/?from=1960&to=1950", 400, "Exchange the two, or empty one of them."),
    # Nothing in the span: the last before it, or the first after.
    (
        "/timeline/?from=1700&to=1710&kind=event",
        200,
        "The nearest there is: 1949–1950: The Leningrad Affair",
    ),
    (
        "/timeline/?from=1990&to=1999&kind=event",
        200,
        "The nearest there is: 29 March – 8 April 1966",
    ),
    # No such day, and no day at all.
    ("/power/?on=31+June+1953", 400, "June 1953"),
    ("/power/?on=tomorrow", 400, "is not understood as a date. Try “5 March 1953”"),
    ("/embed/power/?on=tomorrow", 400, "is not understood as a date. Try “5 March 1953”"),
    # Nobody and nothing of that name, and something near it.
    ("/people/nikita-khruschev/", 404, "Did you mean Nikita Khrushchev"),
    ("/events/secret-speach/", 404, "Did you mean The Secret Speech"),
    ("/embed/topics/destalinisation/", 404, "Did you mean: De-Stalinisation"),
    ("/embed/statistics/gulag-prisoner/", 404, "Did you mean: GULAG prisoners"),
    ("/timeline/?topic=struggle", 400, "There is no topic “struggle”"),
    ("/sources/?kind=rumour", 400, "There is no kind of source called “rumour”"),
    # A place in a list that is not known any more: its beginning.
    ("/topics/de-stalinisation/?cursor=lost", 200, "so this is its beginning"),
    ("/people/?cursor=lost", 200, "so this is its beginning"),
    # Signs that no text may hold.
    ("/timeline/?from=%00", 400, "Timeline"),
    ("/power/?on=%00", 400, "Power map"),
    ("/people/?cursor=%00", 200, "so this is its beginning"),
    ("/oembed?url=https://other.example/timeline/", 404, "That is an address of another site."),
]


def test_every_mistake_gets_a_helpful_answer(client: Client, khrushchev: Any) -> None:
    wrong = []
    for address, status, help_ in ASKED:
        answer = client.get(address)
        said = words(answer)
        if answer.status_code != status or help_ not in said:
            wrong.append(f"{address}: {answer.status_code}, {said[-1200:]}")
    assert wrong == [], "\n".join(wrong)


def test_the_frame_of_what_was_withdrawn_gives_the_reason(client: Client, khrushchev: Any) -> None:
    topic = khrushchev.topics.get(slug="the-fall")
    publishing.withdraw(topic, by=None, reason="It is being written anew.")
    answer = client.get("/embed/topics/the-fall/")
    assert answer.status_code == 410
    assert "It is being written anew." in words(answer)
    assert client.get("/oembed", {"url": "http://testserver/topics/the-fall/"}).status_code == 404


# Pages that take parameters refuse ten thousand of them; those that take none are as they are.
OVERDONE = {
    "/timeline/": 400,
    "/power/": 400,
    "/embed/timeline/": 400,
    "/embed/power/": 400,
    "/oembed": 400,
    "/": 200,
    "/people/": 200,
    "/reforms/": 200,
    "/statistics/": 200,
    "/statistics/gulag-prisoners/": 200,
    "/statistics/gulag-prisoners/v/1/": 200,
    "/sources/": 200,
    "/topics/de-stalinisation/": 200,
    "/embed/topics/de-stalinisation/": 200,
    "/style/": 200,
}


@pytest.mark.parametrize("count", few_of([100, 9_999, 20_000], 100))
def test_ten_thousand_filters_break_nothing(client: Client, khrushchev: Any, count: int) -> None:
    filters = "&".join(f"kind{number}=event" for number in range(count))
    for path, status in OVERDONE.items():
        answer = client.get(f"{path}?{filters}")
        # More than Django will read at all is refused by every page.
        assert answer.status_code == (status if count < 10_000 else answer.status_code), path
        assert answer.status_code in (200, 400), path
        if path.endswith(("timeline/", "power/")):
            assert "Too many filters" in words(answer).split("Thaw", 1)[-1], path
    assert Source.objects.published().exists()
