"""Changing what is there at the desk of the API: versions, suggestions, states, and who may."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from django.test import Client

from curation.models import Suggestion, Version
from events.models import Event, Topic
from people.models import Person, Tenure
from reforms.models import Statistic
from sources.models import Citation, Source
from tests.api.test_errors import problem
from tests.factories import (
    CitationFactory,
    EventFactory,
    MeasureFactory,
    PersonFactory,
    PowerBaseFactory,
    SourceFactory,
    TenureFactory,
    TopicEntryFactory,
    TopicFactory,
)
from tests.support.write_api import SPEECH, Program, places, speech

pytestmark = pytest.mark.django_db

# --- changing ---------------------------------------------------------------------------------


def test_a_change_says_which_version_was_read() -> None:
    event = speech(status="draft", title="Speech")
    program = Program("Contributor", "write")
    first = program.read("events/secret-speech/")["ETag"]
    document = problem(program.ask("PATCH", "events/secret-speech/", {"title": "A"}), 428)
    assert "If-Match" in document["detail"]
    done = program.ask("PATCH", "events/secret-speech/", {"title": "B"}, tag=first)
    assert done.status_code == 200
    # Somebody who has read the version before may not write over it.
    stale = program.ask("PATCH", "events/secret-speech/", {"title": "C"}, tag=first)
    assert "version 2" in problem(stale, 412)["detail"]
    assert stale["ETag"] == done["ETag"]
    event.refresh_from_db()
    assert (event.title, event.version) == ("B", 2)
    # The tag of the answer is that of the next change, and “*” stands for any.
    for tag in (done["ETag"], "*", f'"other", W/{done["ETag"]}'):
        assert (
            program.ask("PATCH", "events/secret-speech/", {"title": "B"}, tag=tag).status_code
            == 200
        )


def test_the_tag_of_a_compressed_answer_is_as_good() -> None:
    speech(status="draft", summary="In closed session. " * 50)
    program = Program("Contributor", "write")
    read = program.ask("GET", "events/secret-speech/", **{"accept-encoding": "gzip"})
    assert json.loads(gzip.decompress(read.content))["slug"] == "secret-speech"
    assert read["ETag"].startswith("W/")
    response = program.ask("PATCH", "events/secret-speech/", {"title": "B"}, tag=read["ETag"])
    assert response.status_code == 200


def test_rows_keep_their_identity_and_what_is_not_mentioned() -> None:
    person = PersonFactory(slug="khrushchev", status="draft")
    kept, gone = TenureFactory(person=person, note="Elected."), TenureFactory(person=person)
    evidence = CitationFactory(tenure=kept)
    base = PowerBaseFactory(slug="state")
    program = Program("Contributor", "write")
    response = program.change("people/khrushchev/", {"tenures": [
        {"id": kept.public_id, "office": "First Secretary"},
        {"office": "Premier", "power_base": "state", "span": "1958-03-27/1964-10-14"},
    ]})  # fmt: skip
    assert response.status_code == 200, response.content
    kept.refresh_from_db()
    assert (kept.office, kept.note) == ("First Secretary", "Elected.")
    assert [*kept.citations.all()] == [evidence]
    assert not Tenure.objects.filter(pk=gone.pk).exists()
    assert person.tenures.exclude(pk=kept.pk).get().power_base == base


def test_the_entries_of_a_topic_keep_their_numbers() -> None:
    topic = TopicFactory(slug="de-stalinisation", status="draft")
    first, second = TopicEntryFactory(topic=topic), TopicEntryFactory(topic=topic)
    program = Program("Contributor", "write")
    response = program.change("topics/de-stalinisation/", {"entries": [
        {"id": str(second.pk), "order": 1, "framing": "It began here."},
        {"id": str(first.pk), "order": 2},
    ]})  # fmt: skip
    assert response.status_code == 200, response.content
    assert [*Topic.objects.get(pk=topic.pk).entries.all()] == [second, first]


def test_nothing_to_change_makes_no_version() -> None:
    speech(status="draft")
    program = Program("Contributor", "write")
    assert (
        program.change("events/secret-speech/", {"title": "The Secret Speech"}).status_code == 200
    )
    assert not Version.objects.exists()


def test_an_editor_changes_what_readers_see_with_a_reason() -> None:
    CitationFactory(event=speech())
    program = Program("Editor", "publish")
    refused = program.change("events/secret-speech/", {"title": "The Speech"})
    assert [*places(refused)] == ["#/reason"]
    done = program.change("events/secret-speech/", {"title": "The Speech", "reason": "Shorter"})
    assert done.status_code == 200
    assert Client().get("/api/v1/events/secret-speech/").json()["title"] == "The Speech"
    version = Version.objects.of(Event.objects.get())[0]
    assert (version.number, version.by, version.reason) == (2, program.user, "Shorter")


def test_what_readers_see_never_comes_to_lack_something() -> None:
    CitationFactory(event=speech())
    change = {"span": None, "citations": [], "reason": "Away with it"}
    found = places(Program().change("events/secret-speech/", change), 409)
    assert {*found} == {"#/span", "#/citations"}
    assert Citation.objects.count() == 1


@pytest.mark.parametrize(
    ("role", "scope"),
    [
        ("Contributor", "write"),  # as in the admin
        ("Contributor", "publish"),  # the scope gives nobody more than their role
        ("Editor", "write"),  # nor the role more than the scope
    ],
)
def test_others_suggest_a_change_of_what_readers_see(role: str, scope: str) -> None:
    CitationFactory(event=speech())
    program = Program(role, scope)
    response = program.change("events/secret-speech/", {"title": "Speech", "reason": "Shorter"})
    assert response.status_code == 202, response.content
    assert Event.objects.get().title == "The Secret Speech"
    made = Suggestion.objects.get()
    assert (made.by, made.reason, made.state) == (program.user, "Shorter", "waiting")
    body = response.json()
    assert body["url"] == response["Location"]
    assert program.read(body["url"].partition("/desk/")[2]).json() == body
    [listed] = program.read("suggestions/?state=waiting").json()["results"]
    assert listed == body
    assert body["record"] == "http://testserver/api/v1/desk/events/secret-speech/"


def test_a_suggestion_passes_the_checks_of_a_change() -> None:
    CitationFactory(event=speech())
    program = Program("Contributor", "write")
    for change, pointer in (
        ({"title": "", "reason": "x"}, "#/title"),
        ({"title": "Speech"}, "#/reason"),
        ({"reason": "Nothing at all"}, "#"),
    ):
        assert [*places(program.change("events/secret-speech/", change))] == [pointer]
    assert not Suggestion.objects.exists()


def test_a_suggestion_is_for_its_author_and_those_who_decide() -> None:
    CitationFactory(event=speech())
    author = Program("Contributor", "write", "author")
    author.change("events/secret-speech/", {"title": "Speech", "reason": "Shorter"})
    number = Suggestion.objects.get().pk
    stranger = Program("Contributor", "write", "stranger")
    assert stranger.read("suggestions/").json()["results"] == []
    problem(stranger.ask("GET", f"suggestions/{number}/"), 404)
    editor = Program("Editor", "read", "editor")
    assert editor.read(f"suggestions/{number}/").json()["by"] == "author"


def test_what_the_desk_knows_is_only_read() -> None:
    speech(status="draft")
    program = Program("Contributor", "write")
    found = places(program.change("events/secret-speech/", {"desk": {"status": "published"}}))
    assert [*found] == ["#/desk/status"]
    assert "publish/" in found["#/desk/status"]


# --- states -----------------------------------------------------------------------------------


def test_a_record_goes_all_the_way_and_back() -> None:
    CitationFactory(event=speech(status="draft"))
    contributor, editor = Program("Contributor", "write"), Program()
    address = "events/secret-speech/"
    submitted = contributor.change(f"{address}submit/", {"reason": "Ready"}, "POST")
    assert submitted.json()["desk"]["status"] == "review"
    published = editor.change(f"{address}publish/", None, "POST")
    assert published.json()["desk"]["status"] == "published"
    assert Client().get("/api/v1/events/secret-speech/").status_code == 200
    assert [*places(editor.change(f"{address}withdraw/", {}, "POST"))] == ["#/reason"]
    withdrawn = editor.change(f"{address}withdraw/", {"reason": "Misread"}, "POST")
    assert withdrawn.json()["desk"]["withdrawn_reason"] == "Misread"
    assert Client().get("/api/v1/events/secret-speech/").status_code == 410
    back = editor.change(f"{address}back-to-draft/", {}, "POST")
    assert back.json()["desk"]["status"] == "draft"
    assert [v.action for v in Version.objects.of(Event.objects.get()).order_by("number")] == [
        "baseline", "submitted", "published", "withdrawn", "changed",
    ]  # fmt: skip


def test_nothing_is_published_that_lacks_something() -> None:
    speech(status="draft", span=None)
    found = places(Program().change("events/secret-speech/publish/", {}, "POST"), 409)
    assert {*found} == {"#/span", "#/citations"}
    assert Event.objects.get().status == "draft"


WAYS = [
    ("published", "submit", "wrong-state"),  # withdraw it first
    ("draft", "withdraw", "wrong-state"),  # readers never saw it
    ("published", "publish", "wrong-state"),  # already
    ("withdrawn", "submit", "wrong-state"),  # a draft first
]


@pytest.mark.parametrize(("status", "move", "code"), WAYS)
def test_a_way_that_is_closed_says_which_is_open(status: str, move: str, code: str) -> None:
    CitationFactory(event=speech(status=status, withdrawn_reason="x" * (status == "withdrawn")))
    response = Program().change(f"events/secret-speech/{move}/", {"reason": "Because"}, "POST")
    assert problem(response, 409)["code"] == code


def test_a_move_takes_a_reason_and_nothing_else() -> None:
    speech(status="draft")
    response = Program().change("events/secret-speech/submit/", {"title": "x"}, "POST")
    assert [*places(response)] == ["#/title"]


def test_a_draft_is_deleted_and_what_readers_see_is_not() -> None:
    speech(status="draft")
    program = Program()
    tag = program.read("events/secret-speech/")["ETag"]
    problem(program.ask("DELETE", "events/secret-speech/"), 428)
    gone = program.ask("DELETE", "events/secret-speech/?reason=A%20double", tag=tag)
    assert (gone.status_code, gone.content) == (204, b"")
    assert Version.objects.get(action="deleted").reason == "A double"
    CitationFactory(event=EventFactory(slug="beria-arrested"))
    refused = program.change("events/beria-arrested/", None, "DELETE")
    assert problem(refused, 409)["code"] == "wrong-state"


def test_what_others_rest_on_is_not_deleted() -> None:
    CitationFactory(source=SourceFactory(slug="swain", status="draft"), event=speech())
    refused = Program().change("sources/swain/", None, "DELETE")
    assert problem(refused, 409)["code"] == "in-use"


# --- who may ----------------------------------------------------------------------------------

FORBIDDEN = [
    # role, scope, method, below the event, the code of the problem
    ("", "publish", "GET", "", "forbidden"),  # an account without a role
    ("", "publish", "PATCH", "", "forbidden"),
    ("Contributor", "read", "PATCH", "", "insufficient-scope"),
    ("Editor", "read", "DELETE", "", "insufficient-scope"),
    ("Editor", "read", "POST", "submit/", "insufficient-scope"),
    ("Editor", "write", "POST", "publish/", "insufficient-scope"),
    ("Editor", "write", "POST", "withdraw/", "insufficient-scope"),
    ("Contributor", "publish", "POST", "publish/", "forbidden"),
    ("Contributor", "write", "DELETE", "", "forbidden"),
]


@pytest.mark.parametrize(("role", "scope", "method", "below", "code"), FORBIDDEN)
def test_nobody_may_more_than_role_and_scope(
    role: str, scope: str, method: str, below: str, code: str
) -> None:
    CitationFactory(event=speech(status="draft"))
    tag = Program("Editor", "read", "reader").read("events/secret-speech/")["ETag"]
    body = {"title": "Speech"} if method == "PATCH" else {"reason": "x"} if below else None
    response = Program(role, scope).ask(method, f"events/secret-speech/{below}", body, tag=tag)
    assert problem(response, 403)["code"] == code
    event = Event.objects.get()
    assert (event.title, event.status) == ("The Secret Speech", "draft")


def test_an_account_without_a_role_makes_nothing() -> None:
    assert (
        problem(Program("", "publish").ask("POST", "events/", SPEECH), 403)["code"] == "forbidden"
    )
    assert not Event.objects.exists()


@pytest.mark.parametrize("address", ["", "events/", "events/none/", "suggestions/"])
def test_nobody_comes_in_without_a_token(client: Client, editor: Any, address: str) -> None:
    response = client.get(f"/api/v1/desk/{address}")
    assert problem(response, 401)["code"] == "unauthenticated"
    assert response["WWW-Authenticate"] == 'Bearer realm="Thaw"'
    # Being signed in to the admin is no token: another site could act with it.
    client.force_login(editor)
    problem(client.get(f"/api/v1/desk/{address}"), 401)


def test_what_is_not_there_is_said_of_drafts_too() -> None:
    program = Program("Contributor", "write")
    problem(program.ask("GET", "events/no-such-event/"), 404)
    problem(program.ask("PATCH", "events/no-such-event/", {"title": "x"}, tag="*"), 404)
    problem(program.ask("GET", "suggestions/999999/"), 404)


def test_a_past_address_finds_the_record() -> None:
    event = speech(status="draft")
    event.slug = "speech"
    event.save()
    body = Program("Contributor", "read").read("events/secret-speech/").json()
    assert body["slug"] == "speech"


def test_a_renamed_record_leaves_its_address_behind() -> None:
    CitationFactory(event=speech())
    change = {"slug": "the-secret-speech", "reason": "As the course calls it"}
    response = Program().change("events/secret-speech/", change)
    assert response.json()["desk"]["url"].endswith("/desk/events/the-secret-speech/")
    assert Client().get("/api/v1/events/secret-speech/").status_code == 301


def test_public_addresses_lead_writers_to_the_desk(client: Client) -> None:
    response = client.post("/api/v1/events/", SPEECH, "application/json")
    document = problem(response, 405)
    assert "/api/v1/desk/" in document["detail"]
    page = client.get(document["type"]).content.decode()
    assert "/api/v1/desk/" in page


def test_no_person_is_changed_by_a_change_of_an_event() -> None:
    person = PersonFactory(slug="khrushchev")
    speech(status="draft")
    program = Program("Contributor", "write")
    program.change("events/secret-speech/", {"participations": [{"person": "khrushchev"}]})
    assert Person.objects.get() == person
    assert Person.objects.get().version == 1


def test_a_figure_of_a_published_measure_is_a_draft_of_its_own() -> None:
    MeasureFactory(slug="gulag-prisoners")
    body = {"measure": "gulag-prisoners", "value": 1600000, "date": "1956", "comparator": "about"}
    response = Program("Contributor", "write").ask("POST", "statistics/", body)
    assert response.status_code == 201, response.content
    figure = Statistic.objects.get()
    assert (figure.status, figure.value) == ("draft", 1_600_000)
    assert Client().get(f"/api/v1/statistics/{figure.public_id}/").status_code == 404


def test_withdrawing_the_last_source_is_refused_or_takes_back_what_rests_on_it() -> None:
    event = speech()
    CitationFactory(event=event, source=SourceFactory(slug="memoirs"))
    program = Program()
    address = "sources/memoirs/withdraw/"
    document = problem(program.change(address, {"reason": "Forged"}, "POST"), 409)
    assert "/in-use/" in document["type"]
    assert Source.objects.get().is_published
    assert f"“{event}”" in document["detail"]
    assert "take_back" in document["detail"]
    wrong = program.change(address, {"reason": "Forged", "take_back": "yes"}, "POST")
    assert places(wrong) == {"#/take_back": "Give true or false."}
    done = program.change(address, {"reason": "Forged", "take_back": True}, "POST")
    assert done.json()["desk"]["status"] == "withdrawn"
    event.refresh_from_db()
    assert event.status == "review"
