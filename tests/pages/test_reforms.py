"""The pages of reforms: what each was for, what was done, what came of it, who gained and lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from records.models import Status
from reforms.models import Reform
from tests.factories import (
    CitationFactory,
    EffectFactory,
    EventFactory,
    MeasureFactory,
    PersonFactory,
    PowerBaseFactory,
    ReformFactory,
    SourceFactory,
    StatisticFactory,
    TopicEntryFactory,
    TopicFactory,
)
from tests.support.growing import grow_reform
from tests.support.pages import json_ld, queries, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def councils() -> Any:
    return ReformFactory(
        slug="councils",
        aim="To break the ministries’ hold on industry.",
        measure_taken="A law set up **105** councils.",
        outcome="Control drifted back to Moscow.",
        reversed="1965-10-02",
    )


def test_reforms_should_stand_in_time_order_with_their_steps(client: Client) -> None:
    later = ReformFactory(title="Division of the party", span="1962-11")
    undated = ReformFactory(title="Closing the camps", span=None, undated_reason="No one date.")
    first = ReformFactory(title="Ending the terror", span="1953-03", aim="To end it.")
    step = ReformFactory(title="Amnesty", span="1953-03-27", parent=first)
    part = ReformFactory(title="Release of mothers", span="1953-04", parent=step)
    seen = words(client.get("/reforms/"))
    places = [seen.index(reform.title) for reform in (first, step, part, later, undated)]
    assert places == sorted(places)
    assert seen.count("Amnesty") == 1
    assert "To end it." in seen
    assert "No one date." in seen


def test_a_step_of_a_hidden_reform_should_stand_on_its_own(client: Client) -> None:
    hidden = ReformFactory(title="CANARY", status=Status.DRAFT)
    ReformFactory(title="Amnesty", parent=hidden)
    seen = words(client.get("/reforms/"))
    assert "Amnesty" in seen
    assert "CANARY" not in seen


def test_no_reforms_should_say_so(client: Client) -> None:
    assert "No reform has been published yet" in words(client.get("/reforms/"))


def test_a_reform_should_tell_its_story_in_order(client: Client, councils: Any) -> None:
    councils.initiators.add(PersonFactory())
    EffectFactory(
        reform=councils,
        power_base=PowerBaseFactory(name="Industrial ministries"),
        change="weakened",
    )
    EffectFactory(
        reform=councils, power_base=PowerBaseFactory(name="Regional councils"), change="created"
    )
    measure = MeasureFactory(name="Economic councils", unit="councils")
    StatisticFactory(
        measure=measure, reform=councils, value=105, comparator="exactly", as_written="105"
    )
    EventFactory(title="The law of 10 May").reforms.add(councils)
    CitationFactory(reform=councils, locator="chapter 16")
    seen = words(client.get("/reforms/councils/"))
    story = seen[seen.index("Carried out") :]
    for part in (
        "Carried out 10 May 1957",
        "Begun by Nikita Khrushchev",
        "Reversed 2 October 1965",
        "To break the ministries’ hold on industry.",
        "A law set up 105 councils.",
        "Control drifted back to Moscow.",
        "chapter 16",
        "Gained Created Regional councils",
        "Lost Weakened Industrial ministries",
        "105 councils",
        "The law of 10 May",
    ):
        # Each part follows the one before it.
        assert part in story
        story = story[story.index(part) + len(part) :]


def test_a_reform_should_say_how_sure_each_statement_is(client: Client, councils: Any) -> None:
    CitationFactory(reform=councils, claim="It set up 105 councils.")
    CitationFactory(reform=councils, claim="It set up 105 councils.")
    CitationFactory(reform=councils, claim="It was reversed in 1965.", stance="disputes")
    effect = EffectFactory(reform=councils)
    CitationFactory(effect=effect, stance="qualifies", note="Only below the republics.")
    seen = words(client.get("/reforms/councils/"))
    assert "It set up 105 councils. Agreed by 2 sources" in seen
    assert "It was reversed in 1965. Disputed" in seen
    assert "Only below the republics." in seen


def test_a_step_should_lead_up_and_down(client: Client, councils: Any) -> None:
    ReformFactory(title="Cut to 47 councils", parent=councils, slug="fewer-councils")
    assert "Cut to 47 councils" in words(client.get("/reforms/councils/"))
    step = client.get("/reforms/fewer-councils/")
    assert "A step of Regional economic councils" in words(step)
    trail = json_ld(step, "BreadcrumbList")["itemListElement"]
    assert [crumb["name"] for crumb in trail] == ["Reforms", "Regional economic councils"]


def test_json_ld_should_date_only_what_is_exact(client: Client) -> None:
    ReformFactory(slug="camps", span="1953-03-27/1957~")
    about = json_ld(client.get("/reforms/camps/"), "Article")["about"]
    assert about["startDate"] == "1953-03-27"
    assert "endDate" not in about


def test_a_bare_reform_should_say_that_nothing_is_written_yet(client: Client) -> None:
    ReformFactory(slug="bare", aim="", measure_taken="", outcome="")
    assert "Nothing has been written about it yet" in words(client.get("/reforms/bare/"))


def test_a_reform_should_never_show_a_draft(client: Client) -> None:
    draft = {"status": Status.DRAFT}
    reform = ReformFactory(slug="councils", parent=ReformFactory(title="CANARY up", **draft))
    ReformFactory(title="CANARY step", parent=reform, **draft)
    reform.initiators.add(PersonFactory(name="CANARY person", **draft))
    EffectFactory(reform=reform, power_base=PowerBaseFactory(name="CANARY base", **draft))
    StatisticFactory(reform=reform, note="CANARY figure", **draft)
    StatisticFactory(reform=reform, measure=MeasureFactory(name="CANARY measure", **draft))
    EventFactory(title="CANARY event", **draft).reforms.add(reform)
    TopicEntryFactory(event=None, reform=reform, topic=TopicFactory(title="CANARY", **draft))
    for record in (
        {"reform": reform},
        {"effect": EffectFactory(reform=reform)},
        {"statistic": StatisticFactory(reform=reform)},
    ):
        CitationFactory(**record, source=SourceFactory(author="CANARY author", **draft))
    assert "CANARY" not in client.get("/reforms/councils/").content.decode()


@pytest.mark.parametrize("count", [5, 20])
def test_reforms_should_cost_5_queries(client: Client, count: int) -> None:
    for _ in range(count):
        ReformFactory(parent=ReformFactory(parent=ReformFactory()))
    # Reforms with and without a date, their steps, the steps of those, and the courses to choose
    # from.
    assert queries(client, "/reforms/") == 5


@pytest.mark.parametrize("count", [5, 20])
def test_a_reform_should_cost_12_queries(client: Client, count: int) -> None:
    reform = ReformFactory(slug="councils", parent=ReformFactory())
    grow_reform(reform, count)
    # The reform, its evidence, parent, steps and initiators; effects and figures, both with
    # evidence; events with and without a date; topics.
    assert queries(client, "/reforms/councils/") == 12


def test_a_reform_should_page_its_events(client: Client, councils: Any) -> None:
    for n in range(101):
        EventFactory(title=f"Decree {n:03}", span="1957").reforms.add(councils)
    first = client.get("/reforms/councils/")
    assert "Decree 099" in words(first)
    assert "Decree 100" not in words(first)
    second = client.get("/reforms/councils/", {"cursor": first.context["page"].next})
    assert "Decree 100" in words(second)


def test_a_past_address_should_redirect_and_a_withdrawn_one_say_why(
    client: Client, councils: Any
) -> None:
    councils.slug = "sovnarkhoz-reform"
    councils.save()
    moved = client.get("/reforms/councils/")
    assert (moved.status_code, moved["Location"]) == (301, "/reforms/sovnarkhoz-reform/")
    missing = client.get("/reforms/sovnarkhoz/")
    assert missing.status_code == 404
    assert "Regional economic councils" in words(missing)
    Reform.objects.filter(pk=councils.pk).update(
        status=Status.WITHDRAWN, withdrawn_reason="Entered twice."
    )
    gone = client.get("/reforms/sovnarkhoz-reform/")
    assert gone.status_code == 410
    assert "Entered twice." in words(gone)


@pytest.mark.parametrize("query", ["cursor=%00", "cursor=zzz", "unknown=1", "cursor=&on=\0"])
def test_strange_parameters_should_never_break_a_page(client: Client, query: str) -> None:
    ReformFactory(slug="councils")
    for page in ("/reforms/", "/reforms/councils/", "/statistics/", "/sources/"):
        assert client.get(f"{page}?{query}").status_code == 200


def test_a_reform_should_be_told_from_its_problem_to_its_end(client: Client) -> None:
    reform = ReformFactory(
        slug="sovnarkhozy",
        problem="Ministries looked after their own branch.",
        aim="To break the habit.",
        measure_taken="A law of 10 May 1957.",
        opposition="Ministers lost their ministries.",
        outcome="The councils were cut.",
        reversed="1965",
    )
    EffectFactory(reform=reform, change="weakened")
    CitationFactory(reform=reform)
    seen = words(client.get("/reforms/sovnarkhozy/"))
    told = [
        "The problem Ministries looked after their own branch.",
        "The aim To break the habit.",
        "What was done A law of 10 May 1957.",
        "Who resisted it Ministers lost their ministries.",
        "What came of it The councils were cut.",
        "Who gained and who lost power",
        "How it was judged, and when reversed",
    ]
    places = [seen.index(part) for part in told]
    assert places == sorted(places)
    answer = client.get("/api/v1/reforms/sovnarkhozy/").json()
    assert answer["problem"] == reform.problem
    assert answer["opposition"] == reform.opposition
    # Where nothing is said of a problem, there is no heading for one.
    assert "The problem" not in words(client.get(ReformFactory().get_absolute_url()))
