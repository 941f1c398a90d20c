"""The desk of the API: the same gate, rules and memory as the admin, for programs."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from django.test import Client

from curation.models import Suggestion, Version
from curation.whole import ROWS
from events.models import Event, Topic
from people.models import Person, Tenure
from reforms.models import Statistic
from sources.models import Citation
from tests.conftest import (
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
from tests.desk_api import Program
from tests.test_api_errors import problem

pytestmark = pytest.mark.django_db

SPEECH = {
    "slug": "secret-speech",
    "title": "The Secret Speech",
    "span": "25 February 1956",
    "summary": "In closed session.",
    "significance": 3,
}


def speech(**changed: Any) -> Any:
    return EventFactory(slug="secret-speech", **changed)


def places(response: Any, status: int = 422) -> dict[str, str]:
    """Pointer → what is wrong there."""
    return {each["pointer"]: each["detail"] for each in problem(response, status)["errors"]}


# --- reading ----------------------------------------------------------------------------------


def test_the_desk_says_whose_token_it_is_and_what_there_is() -> None:
    program = Program("Contributor", "write")
    body = program.read("").json()
    assert (body["account"], body["scope"]) == (program.user.username, "write")
    assert len(body["places"]) == len(ROWS)
    for address in [*body["places"].values(), body["suggestions"]]:
        path = address.removeprefix("http://testserver/api/v1/desk/")
        assert program.read(path).json()["results"] == []


def test_every_state_is_listed_and_can_be_chosen() -> None:
    for status in ("draft", "review", "published", "withdrawn"):
        EventFactory(status=status, withdrawn_reason="Forged." * (status == "withdrawn"))
    program = Program("Contributor", "read")
    body = program.read("events/?count=true").json()
    assert [row["status"] for row in body["results"]] == [
        "draft", "review", "published", "withdrawn",
    ]  # fmt: skip
    assert body["count"] == {"value": 4, "capped": False}
    [draft] = program.read("events/?status=draft").json()["results"]
    assert draft["page"] is None
    [public] = program.read("events/?status=published").json()["results"]
    assert public["page"].endswith(f"/events/{public['key']}/")
    assert problem(program.ask("GET", "events/?status=secret"), 400)["errors"]


def test_pages_of_the_desk_follow_each_other() -> None:
    EventFactory.create_batch(3)
    program = Program("Contributor", "read")
    first = program.read("events/?page_size=2&ordering=-added").json()
    second = program.read(first["next"].partition("/desk/")[2]).json()
    keys = [row["key"] for row in first["results"] + second["results"]]
    assert keys == [*Event.objects.order_by("-pk").values_list("slug", flat=True)]
    assert second["next"] is None


def test_a_whole_record_comes_with_its_rows_and_what_it_lacks() -> None:
    person = PersonFactory(slug="khrushchev", status="draft", born=None, died=None)
    tenure = TenureFactory(person=person, power_base=PowerBaseFactory(slug="party"))
    CitationFactory(tenure=tenure, source=SourceFactory(slug="swain"), locator="p. 7")
    body = Program("Contributor", "read").read("people/khrushchev/").json()
    [office] = body["tenures"]
    assert (office["id"], office["power_base"]) == (tenure.public_id, "party")
    assert office["span"] == {
        "edtf": "1953-09-07/1964-10-14",
        "as_written": "",
        "earliest": "1953-09-07",
        "latest": "1964-10-14",
    }
    assert office["citations"][0]["source"] == "swain"
    assert body["desk"]["status"] == "draft"
    assert {each["pointer"] for each in body["desk"]["lacking"]} == {"#/born", "#/citations"}


def test_figures_are_exact_numbers() -> None:
    StatisticFactory(public_id="share", value="0.500000", measure=MeasureFactory(slug="share"))
    response = Program("Contributor", "read").read("statistics/share/")
    assert b'"value":0.5,' in response.content
    assert response.json()["measure"] == "share"


def test_what_a_token_opened_is_kept_by_no_shared_cache() -> None:
    speech(status="draft")
    program = Program("Contributor", "read")
    response = program.read("events/secret-speech/")
    assert response["Cache-Control"] == "private, no-cache"
    assert "Authorization" in response["Vary"]
    again = program.ask("GET", "events/secret-speech/", **{"if-none-match": response["ETag"]})
    assert again.status_code == 304
    refused = Client().get("/api/v1/desk/events/secret-speech/")
    assert refused["Cache-Control"] == "private, no-cache"


@pytest.mark.django_db(transaction=True)
def test_a_listing_costs_the_same_whatever_it_holds(django_assert_num_queries: Any) -> None:
    program = Program("Contributor", "read")
    program.read("events/")
    for count in (1, 20):
        EventFactory.create_batch(count)
        StatisticFactory.create_batch(count)
        # The token, the permissions of the account and of its groups, and the rows.
        for place in ("events", "statistics"):
            with django_assert_num_queries(4):
                program.read(f"{place}/?page_size=200")


def test_a_figure_of_a_draft_has_no_page() -> None:
    StatisticFactory(public_id="gulag-1956", measure=MeasureFactory(status="draft"))
    desk = Program("Contributor", "read").read("statistics/gulag-1956/").json()["desk"]
    assert (desk["status"], desk["page"]) == ("published", None)


# --- making drafts ----------------------------------------------------------------------------


def test_a_draft_is_made_with_its_rows_and_remembered() -> None:
    PersonFactory(slug="khrushchev")
    SourceFactory(slug="swain")
    ReformFactory(slug="thaw")
    program = Program("Contributor", "write")
    response = program.ask("POST", "events/", {
        **SPEECH,
        "reforms": ["thaw"],
        "participations": [{"person": "khrushchev", "role": "gave the speech"}],
        "citations": [{"source": "swain", "locator": "chapter 4", "id": "swain-on-the-speech"}],
        "reason": "From the class notes",
    })  # fmt: skip
    assert response.status_code == 201, response.content
    assert response["Location"] == "http://testserver/api/v1/desk/events/secret-speech/"
    assert response["ETag"] == program.read("events/secret-speech/")["ETag"]
    event = Event.objects.get(slug="secret-speech")
    assert (event.status, str(event.span), event.significance) == ("draft", "25 February 1956", 3)
    assert [p.person.slug for p in event.participations.all()] == ["khrushchev"]
    assert event.citations.get().public_id == "swain-on-the-speech"
    assert [reform.slug for reform in event.reforms.all()] == ["thaw"]
    version = Version.objects.of(event).get()
    assert (version.action, version.by, version.reason) == (
        "created", program.user, "From the class notes",
    )  # fmt: skip
    # Readers learn nothing of it.
    assert Client().get("/api/v1/events/secret-speech/").status_code == 404


@pytest.mark.parametrize(
    ("written", "edtf", "words"),
    [
        ("June 1956", "1956-06", "June 1956"),  # as a teacher types it
        ("1956-06", "1956-06", ""),  # as a program would
        ({"edtf": "1956-06", "as_written": "mid-1956"}, "1956-06", "mid-1956"),  # both
        ("by 1961", "../1961", "by 1961"),  # an open beginning
        (None, None, None),  # not known
    ],
)
def test_a_date_is_written_in_words_or_edtf(written: Any, edtf: Any, words: Any) -> None:
    program = Program("Contributor", "write")
    response = program.ask("POST", "events/", {**SPEECH, "span": written})
    assert response.status_code == 201, response.content
    span = response.json()["span"]
    assert (span and span["edtf"], span and span["as_written"]) == (edtf, words)


def test_every_kind_of_record_goes_out_and_comes_back_unchanged() -> None:
    """What was read can be sent back as it is, and changes nothing."""
    reform, event = ReformFactory(), EventFactory()
    topic = TopicFactory(course=CourseFactory())
    TopicEntryFactory(topic=topic, event=event)
    TopicEntryFactory(topic=topic, event=None, reform=reform)
    ParticipationFactory(event=event)
    figure = StatisticFactory(reform=reform, baseline_value=2, change="rose")
    tenure = TenureFactory()
    for kind, record in {"event": event, "tenure": tenure, "statistic": figure}.items():
        CitationFactory(**{kind: record}, quotation="“So be it”")
    program = Program()
    count = 0
    for place in program.read("").json()["places"]:
        for row in program.read(f"{place}/").json()["results"]:
            address = f"{place}/{row['key']}/"
            read = program.read(address)
            response = program.ask(
                "PATCH", address, {**read.json(), "reason": "None"}, tag=read["ETag"]
            )
            assert response.status_code == 200, response.content
            assert response.content == read.content
            assert response["ETag"] == read["ETag"]
            count += 1
    assert count > 8
    assert not Version.objects.exists()


REFUSED = [
    ({"title": 5}, "#/title"),  # a number for a text
    ({"title": None}, "#/title"),  # nothing for a text
    ({"title": ""}, "#/title"),  # blank where there has to be something
    ({"title": "x" * 201}, "#/title"),  # longer than fits
    ({"slug": "Secret Speech"}, "#/slug"),  # no slug
    ({"significance": 4}, "#/significance"),  # more than there is
    ({"significance": True}, "#/significance"),  # JSON’s true is no 1
    ({"significance": 10**30}, "#/significance"),  # more than any column holds
    ({"span": "31 February 1956"}, "#/span"),  # a day that never was
    ({"span": "sometime"}, "#/span"),  # words that are no date
    ({"span": {"edtf": "1956", "month": 6}}, "#/span/month"),  # a date has no such member
    ({"span": {"edtf": "1956", "latest": "1957-01-01"}}, "#/span/latest"),  # it follows
    ({"span": 1956}, "#/span"),  # a number may be a year or a day
    ({"colour": "red"}, "#/colour"),  # unknown
    ({"status": "published"}, "#/status"),  # a state is not written
    ({"reforms": "thaw"}, "#/reforms"),  # a text for a list
    ({"reforms": ["no-such-reform"]}, "#/reforms/0"),  # not there
    ({"reforms": ["No Such"]}, "#/reforms/0"),  # not even a slug
    ({"citations": {}}, "#/citations"),  # an object for a list
    ({"citations": ["x"]}, "#/citations/0"),  # a text for a row
    ({"citations": [{"source": "none", "locator": "7"}]},
     "#/citations/0/source"),  # not there
    ({"citations": [{"source": "swain"}]}, "#/citations/0/locator"),  # no place in it
    ({"citations": [{"source": "swain", "locator": "7", "stance": "agrees"}]},
     "#/citations/0/stance"),  # unknown word
    ({"citations": [{"source": "swain", "locator": "7", "id": "of-another"}]},
     "#/citations/0/id"),  # the id of another record’s row
    ({"participations": [{"id": "999", "person": "khrushchev"}]},
     "#/participations/0/id"),  # no such row here
    ({"participations": [{"person": "khrushchev"}, {"person": "khrushchev"}]},
     "#/participations/1"),  # takes part once
    ({"reason": 7}, "#/reason"),  # no text
    ({"reason": "x" * 301}, "#/reason"),  # too long
    ({"desk": {"status": "published"}}, "#/desk"),  # a new record has none
]  # fmt: skip


@pytest.mark.parametrize(("wrong", "pointer"), REFUSED)
def test_what_cannot_be_kept_is_named_with_its_place(wrong: Any, pointer: str) -> None:
    PersonFactory(slug="khrushchev")
    SourceFactory(slug="swain")
    CitationFactory(public_id="of-another", event=EventFactory())
    program = Program("Contributor", "write")
    versions = Version.objects.count()
    response = program.ask("POST", "events/", {**SPEECH, **wrong})
    found = places(response)
    assert [*found] == [pointer]
    assert len(found[pointer]) > 10
    assert not Event.objects.filter(slug="secret-speech").exists()
    assert Version.objects.count() == versions


def test_all_that_is_wrong_is_named_at_once() -> None:
    program = Program("Contributor", "write")
    SourceFactory(slug="swain")
    wrong = {
        "slug": "Two Words",
        "span": "never",
        "title": 1,
        "colour": 1,
        "reforms": ["none"],
        "citations": [{"source": "swain", "locator": "7", "stance": 1}, {"source": "swain"}],
    }
    found = places(program.ask("POST", "events/", wrong))
    # Those of the wrong type, and those that only the record's own rules refuse.
    assert {*found} == {"#/slug", "#/span", "#/title", "#/colour", "#/citations/0/stance"}
    del wrong["slug"], wrong["title"]
    found = places(program.ask("POST", "events/", {**SPEECH, **wrong}))
    assert {*found} == {
        "#/span", "#/colour", "#/reforms/0", "#/citations/0/stance", "#/citations/1/locator",
    }  # fmt: skip
    assert not Event.objects.exists()


def test_an_address_is_never_given_out_twice() -> None:
    speech()
    response = Program("Contributor", "write").ask("POST", "events/", SPEECH)
    assert [*places(response)] == ["#/slug"]


def test_a_verb_that_contradicts_its_numbers_is_refused() -> None:
    MeasureFactory(slug="ministries")
    figure = {"measure": "ministries", "value": 55, "baseline_value": 25, "change": "fell"}
    found = places(Program("Contributor", "write").ask("POST", "statistics/", figure))
    assert "contradicts" in found["#/change"]


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
