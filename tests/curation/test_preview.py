"""Previews: a draft exactly as its page will be, for those who may know of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from curation.models import Version
from curation.workflow.preview import preview_url, signed_preview_url
from events.models import Event
from people.models import Person
from records.as_published import shown_as_published
from records.models import Status
from tests.factories import (
    CitationFactory,
    CourseFactory,
    EventFactory,
    MeasureFactory,
    ParticipationFactory,
    PersonFactory,
    PowerBaseFactory,
    ReformFactory,
    SourceFactory,
    StatisticFactory,
    TenureFactory,
    TopicEntryFactory,
    TopicFactory,
)

pytestmark = pytest.mark.django_db

DRAFTS: dict[str, Callable[[], Any]] = {
    "person": lambda: TenureFactory(person__status="draft").person,
    "power base": lambda: PowerBaseFactory(status="draft"),
    "reform": lambda: ReformFactory(status="draft"),
    "measure": lambda: MeasureFactory(status="review"),
    # What it belongs to may be a draft as well.
    "statistic": lambda: StatisticFactory(status="draft", measure__status="draft"),
    "event": lambda: EventFactory(status="review"),
    "source": lambda: SourceFactory(status="draft"),
    "course": lambda: CourseFactory(status="draft"),
    "topic": lambda: TopicFactory(status="draft", course__status="draft"),
    # Published itself, and all the same not to be seen.
    "topic of a draft course": lambda: TopicFactory(course__status="draft"),
}


# Readers saw these once, and their pages say since when.
OF_PUBLIC_PAGES = {"topic of a draft course"}


def link(record: Any) -> str:
    address = signed_preview_url(RequestFactory().get("/"), record)
    assert address.startswith("http://testserver/preview/")
    return address.removeprefix("http://testserver")


def everything() -> dict[str, list[Any]]:
    """Every row of every table that a page could change."""
    return {
        model._meta.label: [*model._default_manager.order_by("pk").values()]
        for app in ("records", "sources", "people", "reforms", "events", "curation")
        for model in apps.get_app_config(app).get_models()
    }


def is_private(response: Any) -> bool:
    return (
        response["Cache-Control"] == "no-store, private"
        and response["X-Robots-Tag"] == "noindex"
        and response["Referrer-Policy"] == "no-referrer"
    )


@pytest.mark.parametrize("kind", DRAFTS)
def test_preview_should_be_the_page_to_the_letter_and_leave_no_trace(
    client: Client, kind: str
) -> None:
    record = DRAFTS[kind]()
    before = everything()
    response = client.get(link(record))
    assert response.status_code == 200
    assert everything() == before
    assert is_private(response)
    text = response.content.decode()
    banner = re.search(r'<aside class="preview-banner".*?</aside>', text, re.DOTALL)
    assert banner
    assert "Preview: not published" in banner[0]

    # The same page, really published at the same moment.
    now = timezone.now()
    for one in (record, getattr(record, "course", None), getattr(record, "measure", None)):
        if one is not None:
            type(one).objects.filter(pk=one.pk).update(
                status=Status.PUBLISHED, published_at=one.published_at or now
            )
    address = record.get_absolute_url().partition("#")[0]
    page = client.get(address).content.decode()
    # A figure is cited as it stood at the moment of publication, which a preview only guesses.
    moment = re.compile(r"at=[0-9T:.-]+Z")
    # What has not happened yet is not said to have happened.
    first = re.compile(r", first published <time[^>]*>[^<]*</time>")
    assert bool(first.search(text)) is (kind in OF_PUBLIC_PAGES)
    same = [first.sub("", moment.sub("", each)) for each in (text.replace(banner[0], ""), page)]
    assert same[0] == same[1]


def test_preview_should_show_nothing_of_other_drafts(client: Client) -> None:
    event = EventFactory(status="draft")
    ParticipationFactory(event=event, person__status="draft", person__name="canary")
    CitationFactory(event=event, source__status="draft", source__author="canary")
    topic = TopicFactory(status="draft")
    TopicEntryFactory(topic=topic, event__status="draft", framing="canary")
    for record in (event, topic):
        assert b"canary" not in client.get(link(record)).content


def test_preview_of_a_figure_should_lead_to_it(client: Client) -> None:
    figure = StatisticFactory(status="draft", public_id="gulag-1956")
    text = client.get(link(figure)).content.decode()
    assert '<a href="#figure-gulag-1956">Go to the figure</a>' in text
    assert 'id="figure-gulag-1956"' in text


def test_preview_should_be_asked_afresh_and_by_a_reader(client: Client, editor: Any) -> None:
    client.force_login(editor)
    event = EventFactory(status="draft")
    response = client.get(
        preview_url(event), headers={"if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT"}
    )
    assert response.status_code == 200
    # The page speaks of its own address, and never of the preview's.
    assert b"/preview/" not in response.content
    assert f"http://testserver{event.get_absolute_url()}".encode() in response.content


def test_failing_page_should_leave_the_draft_a_draft(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = EventFactory(status="draft")

    def fail(self: Any) -> str:
        raise RuntimeError("The page does not render.")

    monkeypatch.setattr("events.views.EventView.get_description", fail)
    address = link(event)
    with pytest.raises(RuntimeError):
        client.get(address)
    event.refresh_from_db()
    assert (event.status, event.published_at) == ("draft", None)


def only_reads(captured: Any) -> bool:
    """True where every statement was a SELECT: no change, no transaction, no savepoint, no lock."""
    said = [query["sql"] for query in captured]
    assert said, "nothing was asked of the database"
    return all(sql.startswith("SELECT ") and "FOR UPDATE" not in sql for sql in said)


@pytest.mark.parametrize("kind", DRAFTS)
def test_preview_should_only_read_the_database(client: Client, editor: Any, kind: str) -> None:
    record = DRAFTS[kind]()
    signed, desk = link(record), preview_url(record)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(signed).status_code == 200
    assert only_reads(captured)
    client.force_login(editor)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(desk).status_code == 200
    assert only_reads(captured)


# How a preview ends.
@pytest.mark.parametrize("fails", [False, True])
def test_preview_should_not_leak_into_what_is_asked_next(
    client: Client, monkeypatch: pytest.MonkeyPatch, fails: bool
) -> None:
    person = PersonFactory(status="draft", name="canary")
    ParticipationFactory(person=person)
    if fails:
        monkeypatch.setattr("people.views.PersonView.get_description", lambda view: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            client.get(link(person))
    else:
        assert b"canary" in client.get(link(person)).content
    assert client.get(person.get_absolute_url()).status_code == 404
    assert b"canary" not in client.get("/people/").content
    assert not Person.objects.published().exists()
    assert Person.objects.get().status == "draft"


def test_preview_should_be_unknown_to_other_threads(client: Client) -> None:
    event = EventFactory(status="draft")
    usual = str(Event.objects.published().query)
    seen = []

    def elsewhere() -> None:
        seen.append(str(Event.objects.published().query))

    with shown_as_published(event):
        inside = str(Event.objects.published().query)
        assert Event.objects.published().get().is_published
        assert event.status == "draft", "what was loaded before stays as it is"
        thread = Thread(target=elsewhere)
        thread.start()
        thread.join()
    assert inside != usual
    assert [*seen, str(Event.objects.published().query)] == [usual, usual]


# --- who may see it ---------------------------------------------------------------------------


def test_anonymous_reader_should_be_asked_to_sign_in_whether_or_not_there_is_a_draft(
    client: Client,
) -> None:
    event = EventFactory(status="draft", title="canary")
    for address in (preview_url(event), f"/preview/event/{event.pk + 1}/"):
        response = client.get(address)
        assert response.status_code == 302
        assert response["Location"] == f"/admin/login/?next={address}"
        assert is_private(response)


@pytest.mark.parametrize(
    ("is_staff", "group", "answer"),
    [
        # A contributor may view every kind of record.
        (True, "Contributor", 200),
        # Staff without any permission.
        (True, "", 403),
        # An account that is not the desk's, whatever its permissions.
        (False, "Contributor", 403),
    ],
)
def test_preview_should_ask_for_the_permission_to_view(
    client: Client, django_user_model: Any, is_staff: bool, group: str, answer: int
) -> None:
    user = django_user_model.objects.create_user("teacher", is_staff=is_staff)
    if group:
        user.groups.add(Group.objects.get(name=group))
    client.force_login(user)
    response = client.get(preview_url(EventFactory(status="draft", title="canary")))
    assert response.status_code == answer
    assert (b"canary" in response.content) == (answer == 200)
    assert is_private(response)


@pytest.mark.parametrize("address", ["/preview/event/999/", "/preview/user/1/", "/preview/x/1/"])
def test_staff_preview_of_nothing_should_be_a_404(
    client: Client, editor: Any, address: str
) -> None:
    client.force_login(editor)
    assert client.get(address).status_code == 404


# --- links ------------------------------------------------------------------------------------


def test_link_should_outlive_changes_and_need_no_account(client: Client) -> None:
    event = EventFactory(status="draft", slug="speech")
    address = link(event)
    event.slug, event.title = "secret-speech", "The Secret Speech of 1956"
    event.save()
    assert b"The Secret Speech of 1956" in client.get(address).content
    assert not client.get(address).cookies


@pytest.mark.parametrize(("days", "answer"), [(6.9, 200), (7.1, 410)])
def test_link_should_last_seven_days(
    client: Client, monkeypatch: pytest.MonkeyPatch, days: float, answer: int
) -> None:
    import time

    address = link(EventFactory(status="draft", title="canary"))
    later = time.time() + timedelta(days=days).total_seconds()
    monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    response = client.get(address)
    assert response.status_code == answer
    assert is_private(response)
    if answer == 410:
        assert "Preview links last 7 days" in response.content.decode()
        assert b"canary" not in response.content


def test_no_days_should_turn_links_off(client: Client, settings: Any) -> None:
    settings.PREVIEW_DAYS = 0
    assert client.get(link(EventFactory(status="draft"))).status_code == 410


def test_altered_link_should_show_nothing(client: Client) -> None:
    mine, other = EventFactory(status="draft"), EventFactory(status="draft", title="canary")
    token = link(mine).removeprefix("/preview/").rstrip("/")
    kind, pk, when, signature = token.split(":")
    for altered in (
        f"{kind}:{other.pk}:{when}:{signature}",  # another record
        f"person:{pk}:{when}:{signature}",  # another kind
        f"{kind}:{pk}:zzzzzz:{signature}",  # a later time
        f"{kind}:{pk}:{when}:{signature[:-1]}",  # cut off by a mail program
        "nonsense",
    ):
        response = client.get(f"/preview/{altered}/")
        assert response.status_code == 404, altered
        assert "does not work" in response.content.decode()
        assert b"canary" not in response.content
        assert is_private(response)


def test_token_of_another_purpose_should_be_refused(client: Client) -> None:
    from django.core import signing

    event = EventFactory(status="draft")
    token = signing.TimestampSigner(salt="another").sign(f"event:{event.pk}")
    assert client.get(f"/preview/{token}/").status_code == 404


def test_link_should_lead_to_the_page_once_there_is_one(client: Client) -> None:
    event = EventFactory(status="draft")
    address = link(event)
    event.status = Status.PUBLISHED
    event.save()
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (302, event.get_absolute_url())
    assert is_private(response)


def test_link_should_not_show_what_was_withdrawn_or_deleted(client: Client) -> None:
    withdrawn, deleted = EventFactory(title="canary"), EventFactory(status="draft", title="canary")
    addresses = link(withdrawn), link(deleted)
    withdrawn.status, withdrawn.withdrawn_reason = Status.WITHDRAWN, "Misread."
    withdrawn.save()
    deleted.delete()
    for address in addresses:
        response = client.get(address, follow=True)
        assert response.status_code == 410
        assert b"canary" not in response.content


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_preview_should_only_be_read(client: Client, method: str) -> None:
    event = EventFactory(status="draft")
    for address in (preview_url(event), link(event)):
        assert getattr(client, method)(address).status_code == 405


def test_refused_link_should_be_logged_without_its_token(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("INFO", logger="curation"):
        client.get("/preview/event:1:abc:def/")
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("curation")]
    assert ours == ["A preview link was refused: it was altered or is not complete."]


def test_preview_should_write_no_history(client: Client) -> None:
    client.get(link(EventFactory(status="draft")))
    client.get(link(PersonFactory(status="draft")))
    assert not Version.objects.exists()
