"""Suggested edits: the page stays as it was until an editor takes them, whole or in part."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User

from curation.models import Suggestion, Version
from curation.revisions import history
from curation.revisions.history import MovedOn
from curation.revisions.rehearsal import rehearsal
from curation.revisions.snapshot import snapshot
from curation.workflow.suggestions import (
    CannotDecide,
    CannotSuggest,
    accept,
    return_with_comment,
    review,
    suggest,
    take_back,
)
from events.models import Event, Participation
from sources.models import Citation
from tests.factories import (
    CitationFactory,
    EventFactory,
    ParticipationFactory,
    PersonFactory,
    SourceFactory,
)
from tests.support.accounts import account
from tests.support.at_once import at_once, needs_two_writers

pytestmark = pytest.mark.django_db


@pytest.fixture
def teacher() -> User:
    return account("Contributor", "maria")


@pytest.fixture
def speech() -> Event:
    event = EventFactory(slug="secret-speech", title="Secret Speech", summary="A speech.")
    ParticipationFactory(event=event, person=PersonFactory(slug="khrushchev"), role="spoke")
    CitationFactory(event=event, public_id="medvedev", locator="ch. 9")
    return event


def propose(event: Event, by: Any, **fields: Any) -> Suggestion:
    base = snapshot(event)
    with rehearsal(event) as rehearsed:
        Event.objects.filter(pk=event.pk).update(**fields)
    return suggest(
        event,
        rehearsed.snapshot,
        base_version=event.version,
        base_snapshot=base,
        by=by,
        reason="The title in the literature",
    )


def test_a_suggestion_should_change_nothing_until_accepted(
    speech: Event, teacher: Any, editor: Any
) -> None:
    suggestion = propose(speech, teacher, title="The Secret Speech")
    speech.refresh_from_db()
    assert (speech.title, speech.version, speech.status) == ("Secret Speech", 1, "published")
    assert not Version.objects.exists()
    version = accept(suggestion, by=editor, comment="Thank you")
    speech.refresh_from_db()
    assert (speech.title, speech.version, speech.status) == ("The Secret Speech", 2, "published")
    assert (version.number, version.action, version.by) == (2, "accepted", editor)
    assert version.reason == f"Suggestion {suggestion.pk} of maria: The title in the literature"
    suggestion.refresh_from_db()
    assert (suggestion.state, suggestion.decided_by, suggestion.comment) == (
        "accepted",
        editor,
        "Thank you",
    )


def test_only_the_suggested_should_change_on_a_record_that_moved_on(
    speech: Event, teacher: Any, editor: Any
) -> None:
    suggestion = propose(speech, teacher, title="The Secret Speech")
    with history.changing(speech, by=editor, reason="Fuller") as current:
        current.summary = "Four hours, behind closed doors."
        current.save()
        current.citations.create(source=SourceFactory(), locator="p. 4", public_id="added")
    sides = review(suggestion)
    assert sides.suggested.paths == ["fields/title"]
    assert set(sides.meanwhile.paths) == {"fields/summary", "rows/citations/added"}
    assert (sides.collisions, sides.version) == (set(), 2)
    assert sides.outcome.paths == ["fields/title"]
    accept(suggestion, by=editor, expected=sides.version)
    speech.refresh_from_db()
    assert (speech.title, speech.summary) == (
        "The Secret Speech",
        "Four hours, behind closed doors.",
    )
    assert {c.public_id for c in speech.citations.all()} == {"medvedev", "added"}


def test_what_both_changed_should_be_shown_from_three_sides(
    speech: Event, teacher: Any, editor: Any
) -> None:
    suggestion = propose(speech, teacher, title="The Secret Speech", significance=2)
    with history.changing(speech, by=editor) as current:
        current.title = "Khrushchev’s speech"
        current.save()
    sides = review(suggestion)
    assert sides.collisions == {"fields/title"}
    accept(suggestion, by=editor, paths=["fields/significance"])
    speech.refresh_from_db()
    suggestion.refresh_from_db()
    assert (speech.title, speech.significance) == ("Khrushchev’s speech", 2)
    assert suggestion.state == "partly"


def test_rows_should_keep_their_identity(speech: Event, teacher: Any, editor: Any) -> None:
    """Changed rows stay the same rows, new ones come under the public id they were shown with."""
    cited, part = speech.citations.get(), speech.participations.get()
    mikoyan = PersonFactory(slug="mikoyan")
    with rehearsal(speech) as rehearsed:
        Citation.objects.filter(pk=cited.pk).update(locator="chapter 9")
        CitationFactory(event=speech, public_id="new-evidence", source=cited.source)
        Participation.objects.filter(pk=part.pk).update(role="gave the speech")
        ParticipationFactory(event=speech, person=mikoyan, role="listened")
    suggestion = suggest(
        speech,
        rehearsed.snapshot,
        base_version=1,
        base_snapshot=snapshot(speech),
        by=teacher,
        reason="More exact",
    )
    # The number the new row had while it was proposed is now that of somebody else's row.
    other = ParticipationFactory(event=speech, person=PersonFactory(slug="bulganin"))
    accept(suggestion, by=editor)
    assert {
        (c.pk if c.pk == cited.pk else 0, c.public_id, c.locator[:9])
        for c in Citation.objects.all()
    } == {
        (cited.pk, "medvedev", "chapter 9"),
        (0, "new-evidence", "section “"),
    }
    roles = {(p.person.slug, p.role) for p in speech.participations.select_related("person")}
    assert roles == {
        ("khrushchev", "gave the speech"),
        ("mikoyan", "listened"),
        ("bulganin", other.role),
    }
    assert speech.participations.get(person__slug="khrushchev").pk == part.pk
    assert speech.participations.get(person__slug="bulganin").pk == other.pk


def test_deciding_twice_should_be_refused(speech: Event, teacher: Any, editor: Any) -> None:
    suggestion = propose(speech, teacher, title="The Secret Speech")
    accept(suggestion, by=editor)
    for again in (
        lambda: accept(suggestion, by=editor),
        lambda: return_with_comment(suggestion, by=editor, comment="No"),
    ):
        with pytest.raises(CannotDecide, match="decided already: accepted by editor"):
            again()
    with pytest.raises(CannotSuggest, match="decided already"):
        take_back(suggestion, by=teacher)
    speech.refresh_from_db()
    assert speech.version == 2


def test_returned_suggestion_should_carry_the_comment_and_stay_closed(
    speech: Event, teacher: Any, editor: Any
) -> None:
    suggestion = propose(speech, teacher, title="The Secret Speech")
    with pytest.raises(CannotDecide, match="Say what should be different"):
        return_with_comment(suggestion, by=editor, comment=" ")
    return_with_comment(suggestion, by=editor, comment="Which edition?")
    with pytest.raises(CannotDecide, match="returned with a comment by editor"):
        accept(suggestion, by=editor)
    dropped = take_back(suggestion, by=teacher)
    assert (dropped.state, dropped.comment, dropped.decided_by) == (
        "dropped",
        "Which edition?",
        editor,
    )
    with pytest.raises(CannotDecide, match="decided already"):
        accept(suggestion, by=editor)


def test_only_its_author_should_take_a_suggestion_back(
    speech: Event, teacher: Any, editor: Any
) -> None:
    suggestion = propose(speech, teacher, title="The Secret Speech")
    with pytest.raises(CannotSuggest, match="Only its author"):
        take_back(suggestion, by=editor)


def test_a_contributor_should_not_decide(speech: Event, teacher: Any) -> None:
    suggestion = propose(speech, teacher, title="The Secret Speech")
    with pytest.raises(CannotDecide, match="Only an editor"):
        accept(suggestion, by=teacher)
    with pytest.raises(CannotDecide, match="Only an editor"):
        return_with_comment(suggestion, by=teacher, comment="No")
    teacher.user_permissions.add(Permission.objects.get(codename="decide_suggestion"))
    assert accept(suggestion, by=type(teacher).objects.get(pk=teacher.pk)).number == 2


UNSUGGESTED: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    # What is asked, the event, the suggestion, and what the refusal says.
    ("nothing changed", {}, {}, "Nothing was changed"),
    ("a draft", {"status": "draft"}, {"fields": {"title": "X"}}, "is not published yet"),
    ("no reason", {}, {"fields": {"title": "X"}, "reason": " "}, "Say why"),
    ("another kind", {}, {"record": "people.person"}, "That is not a event"),
    ("nobody", {}, {"fields": {"title": "X"}, "by": "nobody"}, "You may not change"),
]


@pytest.mark.parametrize(
    ("name", "record", "asked", "words"), UNSUGGESTED, ids=[u[0] for u in UNSUGGESTED]
)
def test_suggest_should_refuse(
    name: str,
    record: dict[str, Any],
    asked: dict[str, Any],
    words: str,
    teacher: Any,
    django_user_model: Any,
) -> None:
    event = EventFactory(**record)
    base = snapshot(event)
    proposed = {
        **base,
        "record": asked.get("record", base["record"]),
        "fields": {**base["fields"], **asked.get("fields", {})},
    }
    author = django_user_model.objects.create_user("pupil") if "by" in asked else teacher
    with pytest.raises(CannotSuggest, match=words):
        suggest(
            event,
            proposed,
            base_version=1,
            base_snapshot=base,
            by=author,
            reason=asked.get("reason", "Better"),
        )
    assert not Suggestion.objects.exists()


def test_accept_should_refuse_what_the_suggestion_does_not_say(
    speech: Event, teacher: Any, editor: Any
) -> None:
    suggestion = propose(speech, teacher, title="The Secret Speech")
    with pytest.raises(CannotDecide, match="at least one"):
        accept(suggestion, by=editor, paths=[])
    with pytest.raises(CannotDecide, match="does not change fields/summary"):
        accept(suggestion, by=editor, paths=["fields/title", "fields/summary"])
    with pytest.raises(MovedOn):
        accept(suggestion, by=editor, expected=7)
    suggestion.refresh_from_db()
    speech.refresh_from_db()
    assert (suggestion.state, speech.title) == ("waiting", "Secret Speech")


def test_accept_should_keep_a_published_record_whole(
    speech: Event, teacher: Any, editor: Any
) -> None:
    """Taking away the only evidence, or naming a source that is gone, changes nothing."""
    base = snapshot(speech)
    bare = {**base, "rows": {**base["rows"], "citations": []}}
    lost = SourceFactory(slug="lost-book")
    with rehearsal(speech) as rehearsed:
        CitationFactory(event=speech, source=lost, public_id="from-lost-book")
    asked = {"base_version": 1, "base_snapshot": base, "by": teacher, "reason": "Weak"}
    without_evidence = suggest(speech, bare, **asked)
    without_source = suggest(speech, rehearsed.snapshot, **asked)
    lost.delete()
    with pytest.raises(CannotDecide, match="at least one citation"):
        accept(without_evidence, by=editor)
    with pytest.raises(CannotDecide, match="“lost-book” no longer exists"):
        accept(without_source, by=editor)
    assert [c.public_id for c in speech.citations.all()] == ["medvedev"]
    assert not Version.objects.exists()
    assert Suggestion.objects.filter(state="waiting").count() == 2


def test_a_record_that_is_gone_should_be_said(speech: Event, teacher: Any, editor: Any) -> None:
    suggestion = propose(speech, teacher, title="The Secret Speech")
    history.delete(speech, by=editor, reason="Entered twice")
    with pytest.raises(CannotDecide, match="no longer there"):
        review(suggestion)
    with pytest.raises(CannotDecide, match="no longer there"):
        accept(suggestion, by=editor)
    assert return_with_comment(suggestion, by=editor, comment="Deleted").state == "returned"


@needs_two_writers
@pytest.mark.django_db(transaction=True)
def test_of_two_editors_at_once_only_one_should_accept(django_user_model: Any) -> None:
    editors = [
        django_user_model.objects.create_superuser(name, f"{name}@school.example", "thaw")
        for name in ("anna", "boris")
    ]
    event = EventFactory(title="Secret Speech")
    CitationFactory(event=event)
    suggestion = propose(event, editors[0], title="The Secret Speech")

    def decide(user: Any) -> str:
        try:
            accept(Suggestion.objects.get(pk=suggestion.pk), by=user)
        except CannotDecide as refused:
            return str(refused)[:23]
        return "accepted"

    answers = at_once(*[lambda user=user: decide(user) for user in editors])
    assert sorted(answers) == ["It was decided already:", "accepted"]
    assert Version.objects.filter(action="accepted").count() == 1
