"""What every model promises: a key that travels, a place on a page, one door to the public."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from records.models import Identified, Sluggable
from tests import factories as make

pytestmark = pytest.mark.django_db

APPS = ["sources", "people", "reforms", "events", "lessons"]
KEYED = [
    model
    for label in APPS
    for model in apps.get_app_config(label).get_models()
    if issubclass(model, Sluggable | Identified)
]


def a_citation(**values: Any) -> Any:
    return make.CitationFactory(**{"event": make.EventFactory(), **values})


MAKE: dict[str, Callable[..., Any]] = {
    "Source": make.SourceFactory,
    "Citation": a_citation,
    "Person": make.PersonFactory,
    "PowerBase": make.PowerBaseFactory,
    "PowerBaseKind": make.PowerBaseKindFactory,
    "Tenure": make.TenureFactory,
    "Reform": make.ReformFactory,
    "Effect": make.EffectFactory,
    "Measure": make.MeasureFactory,
    "Statistic": make.StatisticFactory,
    "Event": make.EventFactory,
    "Participation": make.ParticipationFactory,
    "Course": make.CourseFactory,
    "Topic": make.TopicFactory,
    "Section": make.SectionFactory,
    "Position": make.PositionFactory,
    "PositionEvidence": make.PositionEvidenceFactory,
    "TopicEntry": make.TopicEntryFactory,
    "Term": make.TermFactory,
    "CheckedClaim": make.CheckedClaimFactory,
}


@pytest.mark.parametrize("model", KEYED, ids=lambda model: model.__name__)
def test_a_record_is_found_by_the_key_that_travels(model: Any) -> None:
    record = MAKE[model.__name__]()
    MAKE[model.__name__]()
    assert model.objects.get_by_natural_key(*record.natural_key()) == record
    with pytest.raises(model.DoesNotExist):
        model.objects.get_by_natural_key("nobody")


@pytest.mark.parametrize("model", KEYED, ids=lambda model: model.__name__)
def test_no_two_columns_are_one_to_django(model: Any) -> None:
    """A column that another app adds must not equal one of the model's own."""
    columns = model._meta.concrete_fields
    assert len(set(columns)) == len(columns)


@pytest.mark.parametrize("name", ["Tenure", "Effect", "Statistic", "CheckedClaim"])
def test_a_row_has_its_place_on_the_page_of_its_record(client: Client, name: str) -> None:
    row = MAKE[name]()
    page, _, anchor = row.get_absolute_url().partition("#")
    assert f'id="{anchor}"' in client.get(page).content.decode()


# What a row or record needs to be public, as paths from it. Each of them hides it when not public.
DOORS = [
    ("Source", [""]),
    ("Person", [""]),
    # No public one is of a kind that is not: the gate sees to that, not the door.
    ("PowerBase", [""]),
    ("PowerBaseKind", [""]),
    ("Reform", [""]),
    ("Measure", [""]),
    ("Event", [""]),
    ("Course", [""]),
    # A topic of a course that nobody may see is not public.
    ("Topic", ["", "course"]),
    # A figure needs what it is a figure of.
    ("Statistic", ["", "measure"]),
    # Rows have no state of their own: they join two records, and both must be public.
    ("Tenure", ["person", "power_base"]),
    ("Effect", ["reform", "power_base"]),
    ("Participation", ["event", "person"]),
    # The record and the topic, and with the topic its course.
    ("Section", ["topic", "topic.course"]),
    ("TopicEntry", ["event", "topic", "topic.course"]),
    # A position stands in its topic, and its evidence is what readers see.
    ("Position", ["topic", "topic.course"]),
    ("PositionEvidence", ["event", "topic", "topic.course"]),
    # A section stands in its topic.
    ("Section", ["topic", "topic.course"]),
    ("Term", [""]),
    # A claim shows on the page of its topic, says who makes it, and what it is about.
    ("CheckedClaim", ["", "topic", "topic.course", "source", "event"]),
    # Evidence shows when both its source and what it is about do.
    ("Citation", ["event", "source"]),
]
HIDDEN = [(name, path, status) for name, paths in DOORS for path in paths
          for status in ("draft", "review", "withdrawn")]  # fmt: skip


@pytest.mark.parametrize("name", MAKE)
def test_what_is_published_shows(name: str) -> None:
    record = MAKE[name]()
    assert list(type(record).objects.published()) == [record]


@pytest.mark.parametrize(("name", "path", "status"), HIDDEN)
def test_what_rests_on_something_hidden_is_hidden(name: str, path: str, status: str) -> None:
    record = MAKE[name]()
    rests_on = record
    for step in filter(None, path.split(".")):
        rests_on = getattr(rests_on, step)
    rests_on.status = status
    rests_on.withdrawn_reason = "Misread." if status == "withdrawn" else ""
    rests_on.save()
    assert not type(record).objects.published().exists()


# Rows that stand on rows: a citation or an entry of an office is public when the office is.
THROUGH = [("tenure", "person"), ("tenure", "power_base"), ("effect", "reform"),
           ("effect", "power_base"), ("statistic", "measure")]  # fmt: skip


@pytest.mark.parametrize(("row", "rests_on"), THROUGH)
def test_what_rests_on_a_hidden_row_is_hidden(row: str, rests_on: str) -> None:
    joined = MAKE[row.capitalize()]()
    citation = make.CitationFactory(**{row: joined})
    entry = make.TopicEntryFactory(event=None, **{row: joined})
    for record in (citation, entry):
        assert list(type(record).objects.published()) == [record]
    hidden = getattr(joined, rests_on)
    hidden.status = "draft"
    hidden.save()
    for record in (citation, entry):
        assert not type(record).objects.published().exists()


def test_every_model_has_a_door() -> None:
    tables = {m.__name__ for label in APPS for m in apps.get_app_config(label).get_models()}
    assert {name for name, _ in DOORS} == set(MAKE) == tables
