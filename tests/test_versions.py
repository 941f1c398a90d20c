"""Public permalinks: every version that readers could see can be read, linked and cited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from curation import history, merging
from curation.addresses import PLACES
from curation.models import Version
from curation.reading import READ
from curation.whole import KINDS, columns
from events.models import Participation, TopicEntry
from people.models import PowerBase, Tenure
from records.models import Status
from reforms.models import Effect, Reform
from sources.models import Citation
from tests.conftest import (
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

pytestmark = pytest.mark.django_db

FACTORIES: dict[str, Callable[..., Any]] = {
    "courses": CourseFactory,
    "topics": TopicFactory,
    "events": EventFactory,
    "people": PersonFactory,
    "power": PowerBaseFactory,
    "reforms": ReformFactory,
    "statistics": MeasureFactory,
    "sources": SourceFactory,
}


def change(record: Any, reason: str = "Corrected", by: Any = None, **values: Any) -> None:
    with history.changing(record, by=by, reason=reason) as current:
        for name, value in values.items():
            setattr(current, name, value)
        current.save()


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


# --- reading one version ----------------------------------------------------------------------


@pytest.mark.parametrize("place", FACTORIES)
def test_every_kind_of_record_should_have_permalinks_history_and_a_way_there(
    client: Client, place: str
) -> None:
    record = FACTORIES[place]()
    page = client.get(record.get_absolute_url()).content.decode()
    for below in ("v/", "v/1/", "report/"):
        assert f'href="/{place}/{record.slug}/{below}"' in page
        assert client.get(f"/{place}/{record.slug}/{below}").status_code == 200


def test_places_should_be_those_with_factories_here() -> None:
    assert set(PLACES) == set(FACTORIES)


def test_old_version_should_read_as_it_was_and_name_the_current_one(client: Client) -> None:
    reform = ReformFactory(slug="economic-councils", aim="To break *ministries*.")
    change(reform, aim="To govern on the spot.", title="Sovnarkhozes")
    response = client.get("/reforms/economic-councils/v/1/")
    text = response.content.decode()
    version = Version.objects.of(reform).get(number=1)
    day = f"{version.made_at:%-d %B %Y}"
    for words in (
        "<h1>Regional economic councils</h1>",
        "To break <em>ministries</em>.",
        '<time datetime="1957-05-10">10 May 1957</time>',
        'The current version is <a href="/reforms/economic-councils/">version 2</a>',
        '<link rel="canonical" href="http://testserver/reforms/economic-councils/">',
        '<meta name="robots" content="noindex">',
        f"version 1 of {day}, http://testserver/reforms/economic-councils/v/1/",
        'rel="next" href="/reforms/economic-councils/v/2/"',
        'href="/reforms/economic-councils/v/"',
    ):
        assert words in text, words
    assert "To govern on the spot." not in text
    current = client.get("/reforms/economic-councils/v/2/").content.decode()
    assert "To govern on the spot." in current
    assert "It is the current version" in current
    assert 'rel="prev" href="/reforms/economic-councils/v/1/"' in current


def test_rows_should_stand_with_their_evidence(client: Client) -> None:
    tenure = TenureFactory(note="Elected on *7 September*.")
    person = tenure.person
    CitationFactory(tenure=tenure, stance="disputes", note="Books give 13 September.")
    CitationFactory(person=person, claim="He was born in Kalinovka", locator="ch. 1")
    change(person, epithet="the Maize Man")
    # What happens later does not reach back.
    tenure.delete()
    text = client.get(f"{person.get_absolute_url()}v/1/").content.decode()
    for words in (
        "First Secretary of the Central Committee",
        "7 September 1953 – 14 October 1964",
        f'href="{tenure.power_base.get_absolute_url()}">Communist Party of the Soviet Union</a>',
        "<em>7 September</em>",
        "Books give 13 September.",
        'class="certainty disputed">Disputed',
        "He was born in Kalinovka",
    ):
        assert words in text, words


def test_entries_of_a_topic_should_name_every_kind_of_record(client: Client) -> None:
    topic = TopicFactory()
    shown = {
        "event": EventFactory(title="Pospelov commission"),
        "reform": ReformFactory(title="Housing decree"),
        "person": PersonFactory(name="Georgy Malenkov"),
        "tenure": TenureFactory(
            person__name="Lavrenty Beria", office="Minister of Internal Affairs"
        ),
        "power_base": PowerBaseFactory(name="Ministry of State Security"),
        "effect": EffectFactory(power_base__name="Gosplan", reform__title="Planning reform"),
        "measure": MeasureFactory(name="Grain harvest"),
        "statistic": StatisticFactory(measure__name="Delegates arrested", as_written="1,108"),
    }
    for kind, record in shown.items():
        TopicEntryFactory(topic=topic, **{"event": None, kind: record})
    text = client.get(f"{topic.get_absolute_url()}v/1/").content.decode()
    for words in (
        ">Pospelov commission</a>",
        ">Housing decree</a>",
        ">Georgy Malenkov</a>",
        ">Lavrenty Beria, Minister of Internal Affairs</a>",
        ">Ministry of State Security</a>",
        ">Gosplan: weakened by Planning reform</a>",
        ">Grain harvest</a>",
        ">Delegates arrested: about 1,108 persons</a>",
    ):
        assert words in text, words


def test_renamed_reference_should_be_followed(client: Client) -> None:
    event = EventFactory()
    person = ParticipationFactory(event=event, person__slug="n-khrushchev").person
    change(event, summary="Longer.")
    person.slug, person.name = "nikita-khrushchev", "Nikita Sergeyevich Khrushchev"
    person.save()
    text = client.get(f"{event.get_absolute_url()}v/1/").content.decode()
    assert '<a href="/people/nikita-khrushchev/">Nikita Sergeyevich Khrushchev</a>' in text


def test_every_kept_field_should_be_read_or_left_out_on_purpose() -> None:
    # What readers are not shown as a field: it heads the page, orders a list or leads elsewhere.
    elsewhere = {
        "slug", "title", "name", "sort_name", "public_id",
        # Of rows: named by their heading, or shown by their place.
        "office", "power_base", "person", "sole_holder", "order",
    }  # fmt: skip
    rows = {Tenure: "person", Effect: "reform", Participation: "event", TopicEntry: "topic"}
    for model, read in READ.items():
        many = {f.name for f in model._meta.many_to_many} - {"participants"}
        dates = set(getattr(model, "historical_dates", {}))
        kept = {c.name for c in columns(model, rows.get(model))} | many | dates
        if model is TopicEntry:
            elsewhere = elsewhere | {"event", "reform", "tenure", "effect", "measure", "statistic"}
        assert set(read) <= kept, model
        assert kept - set(read) <= elsewhere, model
    assert {model for model in KINDS.values() if model.__name__ != "Statistic"} <= set(READ)


# --- what must not show -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "status",
    [Status.DRAFT, Status.REVIEW, Status.WITHDRAWN],
)
def test_version_that_was_not_public_should_look_like_one_that_never_was(
    client: Client, status: str
) -> None:
    event = EventFactory(slug="secret-speech", status=status, withdrawn_reason="Misread.")
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


@pytest.mark.parametrize("hidden", ["draft", "review", "withdrawn", "deleted"])
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
    merging.merge(kept, merged, by=editor, reason="One person")
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


# --- the list ---------------------------------------------------------------------------------


def test_history_should_say_when_what_and_why_but_who_to_staff_only(
    client: Client, editor: Any
) -> None:
    event = EventFactory()
    change(event, by=editor, reason="Fuller title", title="The Secret Speech of 1956")
    history.restore(Version.objects.of(event).get(number=1), by=editor, reason="Too full")
    address = f"{event.get_absolute_url()}v/"
    text = client.get(address).content.decode()
    assert text.index("restored from an earlier version") < text.index("Fuller title")
    assert "Too full" in text
    assert "editor" not in text.lower().replace("an editor", "")
    client.force_login(editor)
    response = client.get(address)
    assert "by editor" in response.content.decode()
    assert "no-store" in response["Cache-Control"]


def test_record_published_without_history_should_have_one_version(client: Client) -> None:
    event = EventFactory(version=4)
    text = client.get(f"{event.get_absolute_url()}v/").content.decode()
    assert text.count("/v/4/") == 1
    assert client.get(f"{event.get_absolute_url()}v/4/").status_code == 200
    assert client.get(f"{event.get_absolute_url()}v/3/").status_code == 404
    assert not Version.objects.exists()


def test_long_history_should_page_by_key(client: Client) -> None:
    event = EventFactory()
    for n in range(101):
        change(event, reason=f"Reason {n}.")
    address = f"{event.get_absolute_url()}v/"
    first = client.get(address)
    assert b"Reason 100." in first.content
    assert b"kept as it stood" not in first.content
    second = client.get(address, {"cursor": first.context["page"].next})
    assert b"kept as it stood" in second.content
    assert client.get(address, {"cursor": "nonsense"}).status_code == 200


# --- cost -------------------------------------------------------------------------------------


def test_version_should_cost_the_same_whatever_its_size(client: Client) -> None:
    small, large = TopicFactory(), TopicFactory()
    for topic, times in ((small, 1), (large, 25)):
        for _ in range(times):
            for kind, record in {
                "event": EventFactory(),
                "reform": ReformFactory(),
                "person": PersonFactory(),
                "tenure": TenureFactory(),
                "power_base": PowerBaseFactory(),
                "effect": EffectFactory(),
                "measure": MeasureFactory(),
                "statistic": StatisticFactory(),
            }.items():
                TopicEntryFactory(topic=topic, **{"event": None, kind: record})
        change(topic, summary="Longer.")
    few, many = (queries(client, f"{topic.get_absolute_url()}v/1/") for topic in (small, large))
    assert many == few
    assert many <= 15


def test_history_should_cost_the_same_whatever_its_length(client: Client) -> None:
    short, long = EventFactory(), EventFactory()
    for event, times in ((short, 1), (long, 30)):
        for _ in range(times):
            change(event)
    few, many = (queries(client, f"{event.get_absolute_url()}v/") for event in (short, long))
    assert many == few <= 3
