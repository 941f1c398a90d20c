"""Readers' reports: sent without an account, kept for the desk, and refused with the words kept."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from curation.models import Report
from curation.revisions import history
from records.models import Status
from tests.factories import (
    CitationFactory,
    EventFactory,
    PersonFactory,
    SourceFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db

WORDS = "The speech was given on 25 February: see p. 412."


class Clock:
    """The time as signing sees it, to be moved on."""

    def __init__(self) -> None:
        self.now = time.time()

    def wait(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Clock]:
    # A cache of its own: tests that run beside these must neither fill nor empty it.
    local = "django.core.cache.backends.locmem.LocMemCache"
    settings.CACHES = {"default": {"BACKEND": local, "LOCATION": "reports"}}
    cache.clear()
    clock = Clock()
    monkeypatch.setattr("django.core.signing.time.time", lambda: clock.now)
    yield clock
    cache.clear()


@pytest.fixture
def reader() -> Client:
    """A browser without cookies, held to the checks that tests are usually spared."""
    return Client(enforce_csrf_checks=True)


def token_in(response: Any) -> str:
    found = re.search(r'name="token" value="([^"]+)"', response.content.decode())
    assert found
    return unescape(found[1])


def words_in(response: Any) -> str:
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", response.content.decode(), re.DOTALL)
    assert found
    return unescape(found[1])


def opened(reader: Client, record: Any, query: str = "") -> dict[str, str]:
    """What the form sends once it is open, with the words still to be written."""
    response = reader.get(f"{record.get_absolute_url()}report/{query}")
    assert response.status_code == 200
    return {"token": token_in(response), "website": "", "message": WORDS}


def send(reader: Client, record: Any, data: dict[str, str], **kwargs: Any) -> Any:
    return reader.post(f"{record.get_absolute_url()}report/", data, **kwargs)


# --- sending ----------------------------------------------------------------------------------


def test_report_should_reach_the_desk_with_record_and_version(reader: Client, clock: Clock) -> None:
    event = EventFactory(title="The Secret Speech", version=3)
    data = opened(reader, event)
    clock.wait(4)
    response = send(reader, event, data)
    assert (response.status_code, response["Location"]) == (
        303,
        f"{event.get_absolute_url()}report/sent/",
    )
    assert b"Thank you" in reader.get(response["Location"]).content
    report = Report.objects.get()
    assert (report.model, report.record_id, report.title, report.version) == (
        "events.event",
        event.pk,
        "The Secret Speech",
        3,
    )
    assert (report.message, report.state) == (WORDS, "new")
    assert history.record_of(report) == event
    # Nothing is left with the reader either.
    assert not reader.cookies


def test_report_should_name_the_version_that_was_read(reader: Client, clock: Clock) -> None:
    event = CitationFactory(event=EventFactory(status=Status.DRAFT)).event
    for status in (Status.PUBLISHED, Status.PUBLISHED):
        with history.changing(event, by=None) as current:
            current.status = status
            current.save()
    cases = {
        "?v=2": 2,  # an earlier public version
        "?v=1": 3,  # a draft, of which readers know nothing
        "?v=77": 3,
        "?v=x": 3,
        "": 3,
    }
    forms = [(opened(reader, event, query), version) for query, version in cases.items()]
    clock.wait(4)
    # The record moves on while the reader writes.
    with history.changing(event, by=None):
        pass
    for data, version in forms:
        assert send(reader, event, data).status_code == 303
        assert Report.objects.latest("pk").version == version


@pytest.mark.parametrize("factory", [PersonFactory, TopicFactory, SourceFactory])
def test_other_kinds_should_take_reports_too(reader: Client, clock: Clock, factory: Any) -> None:
    record = factory()
    data = opened(reader, record)
    clock.wait(4)
    assert send(reader, record, data).status_code == 303
    assert Report.objects.get().model == record._meta.label_lower


def test_form_should_work_without_script_and_be_kept_by_nobody(reader: Client) -> None:
    response = reader.get(f"{EventFactory().get_absolute_url()}report/")
    text = response.content.decode()
    assert '<label for="message">' in text
    assert 'aria-describedby="message-hint"' in text
    # The frame of the page offers reading settings to those who have script; the form needs none.
    assert "<script" not in text[text.index("<main") : text.index("</main>")]
    assert "no-store" in response["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in text
    assert not response.cookies


# --- refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "said", "kept"),
    [
        ("", "Say what is wrong", ""),
        # White space is no report.
        (" \r\n\t ", "Say what is wrong", ""),
        ("x" * 3001, "this one has 3,001", "x" * 3001),
        ("x" * 50_000, "this one has 50,000", "x" * 50_000),
        # Given back as far as is sane.
        ("x" * 200_000, "Only the first 60,000 are kept below", "x" * 60_000),
        # A database cannot keep it, and a reader cannot see it.
        ("one\0two", "characters that cannot be kept", "onetwo"),
    ],
    ids=["empty", "blank", "one too many", "50,000", "200,000", "nul"],
)
def test_words_that_cannot_be_kept_should_come_back_with_the_reason(
    reader: Client, clock: Clock, message: str, said: str, kept: str
) -> None:
    event = EventFactory()
    data = opened(reader, event) | {"message": message}
    clock.wait(4)
    response = send(reader, event, data)
    text = response.content.decode()
    assert response.status_code == 400
    assert text.count(said) == 2  # in the summary, and at the field
    assert 'aria-describedby="message-hint message-error" aria-invalid="true"' in text
    assert 'role="alert"' in text
    assert "<title>Error: Report a problem" in text
    assert words_in(response) == kept
    assert not Report.objects.exists()
    # Mended, it goes at once: no second wait.
    again = data | {"token": token_in(response), "message": WORDS}
    assert send(reader, event, again).status_code == 303


def test_exactly_3000_characters_should_be_taken_as_readers_count_them(
    reader: Client, clock: Clock
) -> None:
    event = EventFactory()
    # Browsers send two characters for the end of a line.
    data = opened(reader, event) | {"message": "a\r\n" * 1499 + "bb"}
    clock.wait(4)
    assert send(reader, event, data).status_code == 303
    assert len(Report.objects.get().message) == 3000


def test_markup_should_be_kept_as_words_and_never_become_markup(
    reader: Client, clock: Clock
) -> None:
    event = EventFactory()
    data = opened(reader, event) | {"message": "</textarea><script>alert(1)</script>"}
    quick = send(reader, event, data)
    assert b"<script>alert" not in quick.content
    assert words_in(quick) == data["message"]
    clock.wait(4)
    assert send(reader, event, data).status_code == 303
    assert Report.objects.get().message == data["message"]


@pytest.mark.parametrize(
    ("seconds", "change", "said"),
    [
        # Quicker than anybody writes.
        (1, {}, "That was quick"),
        (86_500, {}, "open for more than a day"),
        # What only a program sees.
        (4, {"website": "https://spam.example"}, "should stay empty"),
        (4, {"token": ""}, "is not complete"),
        (4, {"token": "events.event:1:1:abc:def"}, "is not complete"),
        (4, {"token": "\0"}, "is not complete"),
    ],
    ids=["quick", "slow", "honeypot", "no token", "altered", "nul"],
)
def test_what_looks_like_a_program_should_keep_its_words_and_get_a_second_try(
    reader: Client, clock: Clock, seconds: int, change: dict[str, str], said: str
) -> None:
    event = EventFactory()
    data = opened(reader, event) | change
    clock.wait(seconds)
    response = send(reader, event, data)
    assert response.status_code == 400
    assert said in response.content.decode()
    assert words_in(response) == WORDS
    assert not Report.objects.exists()
    clock.wait(4)
    again = {"token": token_in(response), "website": "", "message": words_in(response)}
    assert send(reader, event, again).status_code == 303


def test_token_should_be_good_for_its_own_record_only(reader: Client, clock: Clock) -> None:
    one, other, person = EventFactory(), EventFactory(), PersonFactory()
    data = opened(reader, one)
    clock.wait(4)
    for record in (other, person):
        assert send(reader, record, data).status_code == 400
    assert not Report.objects.exists()


def test_refusal_should_be_logged_without_the_words(
    reader: Client, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    event = EventFactory()
    with caplog.at_level(logging.INFO, logger="curation"):
        send(reader, event, opened(reader, event))
    (line,) = [r.getMessage() for r in caplog.records if r.name == "curation.workflow.reports"]
    assert "was refused: That was quick" in line
    assert WORDS not in line


# --- limits -----------------------------------------------------------------------------------


def test_sixth_report_in_an_hour_should_wait_with_its_words(reader: Client, clock: Clock) -> None:
    event = EventFactory()
    data = opened(reader, event)
    clock.wait(4)
    answers = [send(reader, event, data) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [303] * 5 + [429]
    assert answers[-1]["Retry-After"] == "3600"
    assert words_in(answers[-1]) == WORDS
    assert Report.objects.count() == 5
    # Somebody else is not held up, and neither is a household with a neighbour's prefix.
    for address in ("203.0.113.9", "2001:db8:1:2::1"):
        assert send(reader, event, data, REMOTE_ADDR=address).status_code == 303


def test_twenty_first_report_in_a_day_should_wait(
    reader: Client, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("curation.workflow.reports.LIMITS", ((100, 3600), (20, 86_400)))
    event = EventFactory()
    data = opened(reader, event)
    clock.wait(4)
    codes = [send(reader, event, data).status_code for _ in range(21)]
    assert codes == [303] * 20 + [429]


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        # One household has a whole /64.
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
    ],
)
def test_addresses_of_one_household_should_share_the_limit(
    reader: Client, clock: Clock, first: str, second: str, same: bool
) -> None:
    event = EventFactory()
    data = opened(reader, event)
    clock.wait(4)
    for _ in range(5):
        send(reader, event, data, REMOTE_ADDR=first)
    answer = send(reader, event, data, REMOTE_ADDR=second)
    assert answer.status_code == (429 if same else 303)


@pytest.mark.parametrize(("behind_proxy", "answer"), [(True, 303), (False, 429)])
def test_forwarded_address_should_count_only_behind_a_proxy(
    reader: Client, clock: Clock, settings: Any, behind_proxy: bool, answer: int
) -> None:
    settings.BEHIND_PROXY = behind_proxy
    event = EventFactory()
    data = opened(reader, event)
    clock.wait(4)
    for n in range(6):
        # The first entry is whatever the sender made up.
        last = send(reader, event, data, headers={"x-forwarded-for": f"10.9.9.9, 192.0.2.{n}"})
    assert last.status_code == answer


def test_invented_forwarded_entries_should_not_help(
    reader: Client, clock: Clock, settings: Any
) -> None:
    settings.BEHIND_PROXY = True
    event = EventFactory()
    data = opened(reader, event)
    clock.wait(4)
    for n in range(6):
        last = send(reader, event, data, headers={"x-forwarded-for": f"10.0.0.{n}, 192.0.2.1"})
    assert last.status_code == 429


def test_no_address_should_be_kept_anywhere(reader: Client, clock: Clock) -> None:
    event = EventFactory()
    data = opened(reader, event)
    clock.wait(4)
    send(reader, event, data, REMOTE_ADDR="192.0.2.77")
    assert "192.0.2.77" not in str(Report.objects.values().get())
    assert not any("192.0.2.77" in key for key in cache._cache)  # type: ignore[attr-defined]


def test_refused_reports_should_not_use_up_the_limit(reader: Client, clock: Clock) -> None:
    event = EventFactory()
    data = opened(reader, event)
    clock.wait(4)
    for _ in range(10):
        assert send(reader, event, data | {"message": ""}).status_code == 400
    assert send(reader, event, data).status_code == 303


# --- records that are not public --------------------------------------------------------------


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("below", ["report/", "report/sent/"])
def test_draft_should_take_no_report(reader: Client, method: str, below: str) -> None:
    if (method, below) == ("post", "report/sent/"):
        return
    draft = EventFactory(status=Status.DRAFT, title="canary")
    response = getattr(reader, method)(f"{draft.get_absolute_url()}{below}")
    assert response.status_code == 404
    assert b"canary" not in response.content.replace(draft.slug.encode(), b"")


def test_record_renamed_meanwhile_should_still_get_the_words(reader: Client, clock: Clock) -> None:
    event = EventFactory(slug="closed-session")
    data = opened(reader, event)
    event.slug = "secret-speech"
    event.save()
    clock.wait(4)
    response = reader.post("/events/closed-session/report/", data, follow=True)
    # 308: the browser sends the words to the new address.
    assert response.redirect_chain[0] == ("/events/secret-speech/report/", 308)
    assert Report.objects.get().record_id == event.pk


def test_report_should_cost_little(reader: Client, clock: Clock) -> None:
    event = EventFactory()
    data = opened(reader, event)
    clock.wait(4)
    with CaptureQueriesContext(connection) as captured:
        send(reader, event, data)
    assert len(captured) <= 2
