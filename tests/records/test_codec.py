"""Rows as plain data and back, from the models' own fields."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from records.codec import codec_of
from records.kinds import key_column, key_of
from records.models import Identified, Sluggable
from tests.factories import (
    CitationFactory,
    EffectFactory,
    EventFactory,
    ParticipationFactory,
    PersonFactory,
    PowerBaseFactory,
    ReformFactory,
    SourceFactory,
    StatisticFactory,
    TenureFactory,
    TopicEntryFactory,
)

CONTENT = ["sources", "people", "reforms", "events", "lessons"]


def find(model: type[models.Model], key: str) -> Any:
    return model._default_manager.filter(**{key_column(model): key}).first()


def messages(row: models.Model, data: dict[str, Any]) -> dict[tuple[str | int, ...], str]:
    _, problems = codec_of(type(row)).decode(data, find)
    return {problem.path: problem.message for problem in problems}


@pytest.mark.django_db
def test_every_row_of_the_shipped_course_should_come_back_from_its_data(khrushchev: Any) -> None:
    compared = 0
    for app in CONTENT:
        for model in apps.get_app_config(app).get_models():
            codec = codec_of(model)
            # The longest texts and the most links are found among any forty as well.
            for row in model._default_manager.order_by("pk")[:40]:
                data = json.loads(json.dumps(codec.encode(row)))
                values, problems = codec.decode(data, find)
                assert not problems, row
                other = model()
                codec.assign(other, values)
                again = {
                    field.name: field.encode(
                        # Links to several records can be asked of a saved row only.
                        values[field]
                        if field.source.__class__ is models.ManyToManyField
                        else field.value_of(other)
                    )
                    for field in codec.fields
                }
                assert again == data, row
                compared += 1
    assert compared > 200


@pytest.mark.django_db
def test_names_of_other_records_should_be_their_lasting_keys() -> None:
    reform = ReformFactory(parent=ReformFactory(slug="overhaul"))
    people = [PersonFactory(slug=slug) for slug in ("nikita-khrushchev", "anastas-mikoyan")]
    reform.initiators.set(people)
    data = codec_of(type(reform)).encode(reform)
    assert data["parent"] == "overhaul"
    assert data["initiators"] == ["anastas-mikoyan", "nikita-khrushchev"]
    entry = TopicEntryFactory(event=None, statistic=StatisticFactory(public_id="gulag-1956"))
    assert codec_of(type(entry)).encode(entry)["statistic"] == "gulag-1956"
    # A row without a name that lasts is named by its number.
    assert key_of(entry) == str(entry.pk)


@pytest.mark.django_db
def test_a_number_should_be_one_value_however_many_zeros_it_has() -> None:
    figure = StatisticFactory.build(value=Decimal("44.500000"))
    codec = codec_of(type(figure))
    assert codec.by_name["value"].encode(figure.value) == "44.5"
    assert codec.by_name["value"].encode(Decimal("1600000")) == "1600000"


@pytest.mark.django_db
def test_a_name_that_no_field_has_should_be_refused_and_not_lost() -> None:
    event = EventFactory()
    assert messages(event, {"title": "The Secret Speech", "measure": "gulag-prisoners"}) == {
        ("measure",): "The event has no field “measure”."
    }


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("data", "path"),
    [
        # A record that was deleted since.
        ({"parent": "overhaul"}, ("parent",)),
        # Each of several that are not there, at its place.
        ({"initiators": ["anastas-mikoyan"]}, ("initiators", 0)),
        # A list where there can be one only, and the other way round.
        ({"initiators": "anastas-mikoyan"}, ("initiators",)),
        # Not EDTF.
        ({"span": {"edtf": "May 1957", "text": ""}}, ("span",)),
        # Half a date.
        ({"span": {"edtf": "1957-05"}}, ("span",)),
        # A number as no number is written.
        ({"reversed": "perhaps"}, ("reversed",)),
    ],
)
def test_what_cannot_be_meant_should_be_reported_at_its_field(
    data: dict[str, Any], path: tuple[str | int, ...]
) -> None:
    assert [*messages(ReformFactory(), data)] == [path]


@pytest.mark.django_db
def test_what_data_leaves_out_should_keep_its_value() -> None:
    person = PersonFactory(name="Nikita Khrushchev", epithet="First Secretary")
    codec = codec_of(type(person))
    values, problems = codec.decode({"name": "N. S. Khrushchev", "died": None}, find)
    codec.assign(person, values)
    assert not problems
    assert (person.name, person.epithet, person.died) == (
        "N. S. Khrushchev",
        "First Secretary",
        None,
    )
    assert person.born is not None


@pytest.mark.parametrize(
    ("factory", "name", "is_required", "is_relation", "is_date"),
    [
        (TenureFactory, "office", True, False, False),
        (TenureFactory, "power_base", True, True, False),
        (TenureFactory, "span", True, False, True),
        # It has a default: a new row makes itself a public id.
        (TenureFactory, "public_id", False, False, False),
        (TenureFactory, "note", False, False, False),
        (PersonFactory, "born", False, False, True),
        (ReformFactory, "initiators", False, True, False),
        (PowerBaseFactory, "parent", False, True, False),
        (EventFactory, "span", False, False, True),
    ],
)
def test_a_field_should_be_described_as_its_model_has_it(
    factory: Any, name: str, is_required: bool, is_relation: bool, is_date: bool
) -> None:
    field = codec_of(factory._meta.model).by_name[name]
    assert (field.required, field.is_relation, field.is_date) == (
        is_required,
        is_relation,
        is_date,
    )
    assert field.source.verbose_name


@pytest.mark.parametrize(
    ("factory", "owner", "absent"),
    [
        # Whose row it is, is said by the record that it stands under.
        (TenureFactory, "person", {"person"}),
        (EffectFactory, "reform", {"reform"}),
        (CitationFactory, "", {"person", "event", "statistic"}),
        # State and times of publication are not what the record says.
        (EventFactory, "", {"id", "status", "version", "published_at", "publish_at"}),
        # Links that are rows of their own.
        (EventFactory, "", {"participants"}),
        # Where lists put a name follows from it.
        (PersonFactory, "", {"sort_key"}),
        # A date is one field, not five columns.
        (SourceFactory, "", {"issued_edtf", "issued_sort"}),
    ],
)
def test_what_others_say_already_should_be_left_out(
    factory: Any, owner: str, absent: set[str]
) -> None:
    assert not absent & set(codec_of(factory._meta.model, owner).by_name)


def test_the_state_of_publication_should_be_kept_for_those_who_ask() -> None:
    kept = codec_of(EventFactory._meta.model, also=("status", "withdrawn_reason")).by_name
    assert {"status", "withdrawn_reason"} <= set(kept)
    assert "version" not in kept


def test_a_row_should_be_named_by_what_lasts_longest() -> None:
    columns = {
        factory._meta.model: key_column(factory._meta.model)
        for factory in (PersonFactory, TenureFactory, ParticipationFactory)
    }
    assert [*columns.values()] == ["slug", "public_id", "pk"]
    assert all(
        issubclass(model, {"slug": Sluggable, "public_id": Identified, "pk": models.Model}[column])
        for model, column in columns.items()
    )
