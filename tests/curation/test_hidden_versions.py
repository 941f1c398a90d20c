"""Old versions show nothing that is not public now, and go where their record went."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from curation.merging import merge
from curation.revisions import history
from people.models import PowerBase, Tenure
from records.models import Status
from reforms.models import Effect, Reform
from sources.models import Citation
from tests.factories import (
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
    TopicEntryFactory,
    TopicFactory,
)
from tests.support.enumerated import few_of
from tests.support.versions import change

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "status",
    [Status.DRAFT, Status.REVIEW, Status.WITHDRAWN],
)
def test_version_that_was_not_public_should_look_like_one_that_never_was(
    client: Client, status: str
) -> None:
    event = EventFactory(slug="secret-speech", status=status, withdrawn_reason="Misread.")
    CitationFactory(event=event)
    change(event, title="Published at last", status=Status.PUBLISHED)
    hidden, absent = (client.get(f"/events/secret-speech/v/{n}/") for n in (1, 9))
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert (
        hidden.content.replace(b"/v/1/", b"/v/9/").replace(b"version 1", b"version 9")
        == absent.content
    )
    assert b"/v/1/" not in client.get("/events/secret-speech/v/").content
    assert b'rel="prev"' not in client.get("/events/secret-speech/v/2/").content


def connected() -> tuple[list[Any], list[Any]]:
    """Published records of every kind, and canaries that they are tied to by every relation."""
    canary = {"slug": "canary-x"}
    person = PersonFactory(**canary, name="canary")
    base = PowerBaseFactory(**canary, name="canary")
    reform = ReformFactory(**canary, title="canary")
    event = EventFactory(**canary, title="canary")
    measure = MeasureFactory(**canary, name="canary")
    statistic = StatisticFactory(public_id="canary-s", note="canary")
    source = SourceFactory(**canary, title="canary", author="canary")
    course = CourseFactory(**canary, title="canary")

    holder, changed = PersonFactory(), ReformFactory(parent=reform)
    own = TenureFactory(person=holder)
    hidden_office = TenureFactory(
        public_id="canary-t1", person=holder, power_base=base, office="canary"
    )
    others_office = TenureFactory(public_id="canary-t2", person=person)
    changed.initiators.add(person)
    effect = EffectFactory(reform=changed)
    hidden_effect = EffectFactory(
        public_id="canary-e", reform=changed, power_base=base, why="canary"
    )
    happened = EventFactory()
    happened.reforms.add(reform)
    ParticipationFactory(event=happened, person=person, role="canary")
    part = PowerBaseFactory(parent=base)
    counted = MeasureFactory()
    listed = CourseFactory()
    listed.bibliography.add(source)
    topic = TopicFactory(course=listed)
    shown = {
        "person": person,
        "power_base": base,
        "reform": reform,
        "event": event,
        "measure": measure,
        "statistic": statistic,
    }
    for kind, record in shown.items():
        TopicEntryFactory(topic=topic, framing="canary", **{"event": None, kind: record})
    for office in (hidden_office, others_office):
        TopicEntryFactory(topic=topic, framing="canary", event=None, tenure=office)
    TopicEntryFactory(topic=topic, framing="canary", event=None, effect=hidden_effect)
    cited = {
        "person": holder,
        "tenure": own,
        "reform": changed,
        "effect": effect,
        "event": happened,
        "power_base": part,
        "measure": counted,
    }
    for kind, record in cited.items():
        CitationFactory(
            source=source, note="canary", public_id=f"canary-{kind[:5]}", **{kind: record}
        )
    records = [holder, changed, happened, part, counted, listed, topic, SourceFactory()]
    return records, [person, base, reform, event, measure, statistic, source, course]


@pytest.mark.parametrize("hidden", few_of(["draft", "review", "withdrawn", "deleted"], "draft"))
@pytest.mark.parametrize("kept", [True, False], ids=["kept", "on the fly"])
def test_no_version_should_show_what_is_not_public_now(
    client: Client, hidden: str, kept: bool
) -> None:
    records, canaries = connected()
    if kept:
        for record in records:
            with history.changing(record, by=None):
                pass
    # While they are public, all of them do show: the pages below are not empty for another reason.
    public = b"".join(client.get(f"{r.get_absolute_url()}v/1/").content for r in records)
    assert public.count(b"canary") > 30
    if hidden == "deleted":
        # What protects them goes first, as it would have to at the desk.
        for rows in (Citation, Tenure, Effect):
            rows.objects.filter(public_id__startswith="canary").delete()
        for model in (Reform, PowerBase):
            model.objects.update(parent=None)
        for canary in canaries:
            canary.delete()
    else:
        for canary in canaries:
            type(canary).objects.filter(pk=canary.pk).update(
                status=hidden, withdrawn_reason="canary"
            )
    for record in records:
        for below in ("v/", "v/1/"):
            answer = client.get(f"{record.get_absolute_url()}{below}")
            assert answer.status_code == 200
            assert b"canary" not in answer.content, record


def test_markup_in_a_version_should_stay_words(client: Client) -> None:
    event = EventFactory(title="<b>Speech</b>", summary="<script>alert(1)</script>")
    change(event, reason="<i>why</i>", summary="Clean.")
    for below in ("v/", "v/1/", "v/2/"):
        text = client.get(f"{event.get_absolute_url()}{below}").content.decode()
        assert "<b>Speech" not in text
        assert "<script>alert" not in text
        assert "<i>why" not in text


# --- addresses that moved or went -------------------------------------------------------------


@pytest.mark.parametrize("below", ["v/", "v/1/", "report/"])
def test_renamed_record_should_take_its_versions_along(client: Client, below: str) -> None:
    event = EventFactory(slug="closed-session")
    change(event, slug="secret-speech")
    response = client.get(f"/events/closed-session/{below}")
    assert (response.status_code, response["Location"]) == (301, f"/events/secret-speech/{below}")


def test_versions_of_a_merged_record_should_not_turn_into_those_of_another(
    client: Client, editor: Any
) -> None:
    kept, merged = PersonFactory(slug="khrushchev"), PersonFactory(slug="khrushchev-n")
    for record in (kept, merged):
        CitationFactory(person=record)
    merge.merge(kept, merged, by=editor, reason="One person")
    response = client.get("/people/khrushchev-n/v/1/")
    assert (response.status_code, response["Location"]) == (301, "/people/khrushchev/")


@pytest.mark.parametrize("below", ["v/", "v/1/", "report/"])
def test_withdrawn_and_deleted_records_should_be_gone_with_their_versions(
    client: Client, below: str
) -> None:
    withdrawn, deleted = EventFactory(title="canary"), EventFactory(title="canary")
    for event in (withdrawn, deleted):
        change(event, summary="Longer.")
    change(withdrawn, status=Status.WITHDRAWN, withdrawn_reason="The date was misread.")
    history.delete(deleted, by=None, reason="Entered twice")
    for event, reason in ((withdrawn, "The date was misread."), (deleted, "It was deleted.")):
        response = client.get(f"{event.get_absolute_url()}{below}")
        assert response.status_code == 410
        assert reason in response.content.decode()
        assert "canary" not in response.content.decode()


@pytest.mark.parametrize("below", ["", "v/", "v/1/", "report/"])
def test_record_withdrawn_after_being_renamed_should_say_why_under_both_addresses(
    client: Client, below: str
) -> None:
    event = EventFactory(slug="closed-session")
    change(event, slug="secret-speech")
    change(event, status=Status.WITHDRAWN, withdrawn_reason="The date was misread.")
    for slug in ("closed-session", "secret-speech"):
        response = client.get(f"/events/{slug}/{below}")
        assert response.status_code == 410
        assert "The date was misread." in response.content.decode()


def test_old_address_should_not_give_away_the_new_one_of_a_draft(client: Client) -> None:
    event = EventFactory(slug="closed-session", status=Status.DRAFT)
    event.slug = "canary-session"
    event.save()
    response = client.get("/events/closed-session/")
    assert response.status_code == 404
    assert b"canary" not in response.content


def test_topic_of_a_draft_course_should_have_no_versions(client: Client) -> None:
    topic = TopicFactory()
    change(topic, summary="Longer.")
    type(topic.course).objects.update(status=Status.DRAFT)
    assert client.get(f"{topic.get_absolute_url()}v/1/").status_code == 404


@pytest.mark.parametrize("number", ["0", "9", "99999999999999999999", "1x", "-1"])
def test_number_that_no_version_has_should_be_a_404(client: Client, number: str) -> None:
    event = EventFactory()
    assert client.get(f"{event.get_absolute_url()}v/{number}/").status_code == 404
