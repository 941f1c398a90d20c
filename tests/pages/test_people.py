"""The pages of people and power bases, as a reader meets them."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from people.models import Person
from records.models import Status
from tests.factories import (
    CitationFactory,
    EffectFactory,
    EventFactory,
    ParticipationFactory,
    PersonFactory,
    PowerBaseFactory,
    ReformFactory,
    SourceFactory,
    TenureFactory,
    TopicEntryFactory,
    TopicFactory,
)
from tests.support.growing import grow_person, grow_power_base
from tests.support.pages import json_ld, queries, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def khrushchev_himself() -> Any:
    return PersonFactory(
        slug="khrushchev",
        epithet="apparatchik’s apparatchik",
        other_names="Nikita Sergeyevich Khrushchev",
        born="15 April 1894 (O.S. 3 April)",
        summary="First Secretary from 1953 to 1964.",
    )


def test_people_should_stand_by_name_with_their_years(client: Client) -> None:
    PersonFactory(name="Georgy Malenkov", sort_name="Malenkov", born="1902-01-13", died="1988-01")
    PersonFactory(name="Lavrentiy Beria", sort_name="Beria", born="1899", died=None, summary="")
    PersonFactory(name="N. I. Belyaev", sort_name="Belyaev", born=None, died="c. 1966")
    PersonFactory(name="Pyotr Pospelov", sort_name="Pospelov", born="1898-06-20?", died="1979-04")
    seen = words(client.get("/people/"))
    assert seen.index("Belyaev") < seen.index("Beria") < seen.index("Malenkov")
    assert "1902–1988" in seen
    assert "born 1899" in seen
    assert "died c. 1966" in seen
    assert "1898 (uncertain)–1979" in seen


def test_people_should_page_by_key_in_both_directions(client: Client) -> None:
    for n in range(61):
        PersonFactory(name=f"Delegate {n:02}", sort_name=f"Delegate {n:02}")
    first = client.get("/people/")
    assert "Delegate 59" in words(first)
    assert "Delegate 60" not in words(first)
    second = client.get("/people/", {"cursor": first.context["page"].next})
    assert "Delegate 60" in words(second)
    assert "Delegate 59" not in words(second)
    back = client.get("/people/", {"cursor": second.context["page"].previous})
    assert "Delegate 59" in words(back)


@pytest.mark.parametrize("cursor", ["nonsense", "\0", "é" * 3000])
def test_a_lost_cursor_should_begin_the_list_again(client: Client, cursor: str) -> None:
    PersonFactory()
    seen = client.get("/people/", {"cursor": cursor})
    assert seen.status_code == 200
    assert "no longer known" in words(seen)
    assert "Nikita Khrushchev" in words(seen)


def test_no_people_should_say_so(client: Client) -> None:
    assert "Nobody has been published yet" in words(client.get("/people/"))


def test_a_person_should_show_offices_with_what_they_rested_on(
    client: Client, khrushchev_himself: Any
) -> None:
    secretariat = PowerBaseFactory(name="Secretariat", slug="secretariat")
    tenure = TenureFactory(
        person=khrushchev_himself, power_base=secretariat, note="Elected by the plenum."
    )
    CitationFactory(tenure=tenure, locator="chapter 13", stance="qualifies")
    page = client.get("/people/khrushchev/")
    seen = words(page)
    assert "15 April 1894 (3 April Old Style)" in seen
    assert "Никита Хрущёв" in seen
    for part in (
        "7 September 1953 – 14 October 1964",
        "First Secretary of the Central Committee",
        "Secretariat",
        "Elected by the plenum.",
        "Qualified by the evidence",
        "chapter 13",
    ):
        assert part in seen
    assert f'id="tenure-{tenure.public_id}"' in page.content.decode()
    assert 'href="/power/secretariat/"' in page.content.decode()


def test_an_epithet_should_stand_with_the_evidence_about_it(
    client: Client, khrushchev_himself: Any
) -> None:
    CitationFactory(person=khrushchev_himself, stance="supports")
    # Typed with another apostrophe than the epithet itself.
    claim = "He was known as the “apparatchik's apparatchik”."
    CitationFactory(person=khrushchev_himself, claim=claim, stance="disputes")
    seen = words(client.get("/people/khrushchev/"))
    assert "“apparatchik’s apparatchik” Disputed" in seen


def test_a_person_should_show_events_reforms_and_topics(
    client: Client, khrushchev_himself: Any
) -> None:
    ParticipationFactory(person=khrushchev_himself, role="gave the speech")
    ReformFactory(title="Regional economic councils").initiators.add(khrushchev_himself)
    TopicEntryFactory(event=None, person=khrushchev_himself, topic__title="De-Stalinisation")
    seen = words(client.get("/people/khrushchev/"))
    assert "The Secret Speech : gave the speech" in seen
    assert "Regional economic councils" in seen
    assert "De-Stalinisation" in seen


@pytest.mark.parametrize(
    ("born", "published"),
    [
        ("1894-04-15", "1894-04-15"),
        ("1894-04", "1894-04"),
        ("1894", "1894"),
        ("1894~", None),  # about
        ("1894?", None),  # uncertain
        ("189X", None),  # a decade has no ISO form
        ("1894/1895", None),  # one of two years is not a birthday
        (None, None),
    ],
)
def test_json_ld_should_state_a_birth_only_when_it_is_exact(
    client: Client, born: str | None, published: str | None
) -> None:
    PersonFactory(slug="khrushchev", born=born)
    data = json_ld(client.get("/people/khrushchev/"), "Person")
    assert data.get("birthDate") == published
    assert data["name"] == "Nikita Khrushchev"
    assert data["deathDate"] == "1971-09-11"


def test_a_life_without_dates_should_give_the_reason(client: Client) -> None:
    PersonFactory(
        slug="belyaev", born=None, died=None, undated_reason="Not in the sources that were read."
    )
    page = client.get("/people/belyaev/")
    assert "Not in the sources that were read." in words(page)
    assert "birthDate" not in json_ld(page, "Person")


def test_a_person_should_never_show_a_draft(client: Client, khrushchev_himself: Any) -> None:
    draft = {"status": Status.DRAFT}
    person = khrushchev_himself
    TenureFactory(person=person, power_base=PowerBaseFactory(name="CANARY base", **draft))
    ParticipationFactory(person=person, event=EventFactory(title="CANARY event", **draft))
    ReformFactory(title="CANARY reform", **draft).initiators.add(person)
    TopicEntryFactory(event=None, person=person, topic=TopicFactory(title="CANARY", **draft))
    TopicEntryFactory(
        event=None, person=person, topic__title="CANARY topic", topic__course__status=Status.REVIEW
    )
    CitationFactory(person=person, source=SourceFactory(title="CANARY source", author="", **draft))
    tenure = TenureFactory(person=person)
    CitationFactory(tenure=tenure, source=SourceFactory(author="CANARY author", **draft))
    assert "CANARY" not in client.get("/people/khrushchev/").content.decode()


def test_a_topic_should_be_named_for_a_public_office_only(
    client: Client, khrushchev_himself: Any
) -> None:
    hidden = PowerBaseFactory(status=Status.DRAFT)
    for title, base in (("The struggle", PowerBaseFactory()), ("CANARY", hidden)):
        tenure = TenureFactory(person=khrushchev_himself, power_base=base)
        TopicEntryFactory(event=None, tenure=tenure, topic__title=title)
    seen = words(client.get("/people/khrushchev/"))
    assert "The struggle" in seen
    assert "CANARY" not in seen


def test_a_power_base_should_show_who_drew_on_it_and_what_reforms_did(client: Client) -> None:
    party = PowerBaseFactory(slug="party", name="Communist Party")
    base = PowerBaseFactory(slug="secretariat", name="Secretariat", parent=party)
    PowerBaseFactory(slug="department", name="Administrative department", parent=base)
    TenureFactory(power_base=base, office="Secretary", span="1953-03-14/1953-09-07")
    TenureFactory(power_base=base, office="First Secretary")
    reform = ReformFactory(title="Division of the party")
    EffectFactory(power_base=base, reform=reform, change="split", why="It was cut in two.")
    page = client.get("/power/secretariat/")
    seen = words(page)
    assert seen.index("14 March – 7 September 1953") < seen.index("7 September 1953 – 14 October")
    assert "Nikita Khrushchev" in seen
    for part in ("Part of Communist Party", "Administrative department", "Division of the party"):
        assert part in seen
    assert "It was cut in two." in seen
    data = json_ld(page, "Organization")
    assert data["foundingDate"] == "1952"
    assert data["parentOrganization"]["name"] == "Communist Party"


def test_a_power_base_should_never_show_a_draft(client: Client) -> None:
    draft = {"status": Status.DRAFT}
    base = PowerBaseFactory(
        slug="secretariat", name="Secretariat", parent=PowerBaseFactory(name="CANARY up", **draft)
    )
    PowerBaseFactory(parent=base, name="CANARY part", **draft)
    TenureFactory(power_base=base, person=PersonFactory(name="CANARY person", **draft))
    EffectFactory(power_base=base, reform=ReformFactory(title="CANARY reform", **draft))
    effect = EffectFactory(power_base=base)
    CitationFactory(effect=effect, source=SourceFactory(author="CANARY author", **draft))
    TopicEntryFactory(event=None, power_base=base, topic=TopicFactory(title="CANARY", **draft))
    page = client.get("/power/secretariat/").content.decode()
    assert "Secretariat" in page
    assert "CANARY" not in page


def test_an_empty_power_base_should_lead_on(client: Client) -> None:
    PowerBaseFactory(slug="army")
    assert "No office that rested on it" in words(client.get("/power/army/"))


@pytest.mark.parametrize("fill", [5, 20])
def test_people_should_cost_2_queries(client: Client, fill: int) -> None:
    PersonFactory.create_batch(fill)
    # The people, and the courses to choose from.
    assert queries(client, "/people/") == 2


@pytest.mark.parametrize("fill", [5, 20])
def test_a_person_should_cost_10_queries(
    client: Client, khrushchev_himself: Any, fill: int
) -> None:
    grow_person(khrushchev_himself, fill)
    # The person and its evidence, offices and theirs, who else held some, events with and without
    # a date, who else took part, reforms, topics.
    assert queries(client, "/people/khrushchev/") == 10


@pytest.mark.parametrize("fill", [5, 20])
def test_a_power_base_should_cost_12_queries(client: Client, fill: int) -> None:
    base = PowerBaseFactory(slug="party", parent=PowerBaseFactory())
    grow_power_base(base, fill)
    # The power base, its evidence, parent and parts, what came before and after it; offices (and
    # undated ones) and effects, both with evidence; topics.
    assert queries(client, "/power/party/") == 12


def test_a_past_address_should_redirect_and_a_withdrawn_one_say_why(
    client: Client, khrushchev_himself: Any
) -> None:
    khrushchev_himself.slug = "nikita-khrushchev"
    khrushchev_himself.save()
    moved = client.get("/people/khrushchev/")
    assert (moved.status_code, moved["Location"]) == (301, "/people/nikita-khrushchev/")
    Person.objects.filter(slug="nikita-khrushchev").update(
        status=Status.WITHDRAWN, withdrawn_reason="Entered twice."
    )
    gone = client.get("/people/nikita-khrushchev/")
    assert gone.status_code == 410
    assert "Entered twice." in words(gone)


def test_an_unknown_person_should_offer_the_nearest(
    client: Client, khrushchev_himself: Any
) -> None:
    PersonFactory(slug="khrushchov-draft", name="CANARY", status=Status.DRAFT)
    missing = client.get("/people/khruschev/")
    assert missing.status_code == 404
    assert "Nikita Khrushchev" in words(missing)
    assert "CANARY" not in words(missing)


@pytest.mark.parametrize("slug", ["%00", "khrushchev%00", "..%2f", "%F0%9F%92%A9"])
def test_a_broken_address_should_be_a_404(client: Client, slug: str) -> None:
    assert client.get(f"/people/{slug}/").status_code == 404
    assert client.get(f"/power/{slug}/").status_code == 404


@pytest.mark.parametrize(
    ("native_name", "attributes"),
    [
        ("Никита Хрущёв", 'dir="auto" lang="und-Cyrl"'),
        # read from right to left
        ("جمال عبد الناصر", 'dir="auto" lang="und-Arab"'),
        ("דוד בן־גוריון", 'dir="auto" lang="und-Hebr"'),
        ("毛泽东", 'dir="auto" lang="und-Hani"'),
        # no letter to tell by
        ("1", 'dir="auto"'),
    ],
)
def test_a_native_name_should_say_its_script_and_direction(
    client: Client, native_name: str, attributes: str
) -> None:
    person = PersonFactory(native_name=native_name)
    for address in (person.get_absolute_url(), "/people/"):
        page = client.get(address).content.decode()
        assert f'class="native" {attributes}>{native_name}<' in page
