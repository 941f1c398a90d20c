"""`make_corpus`: the same for a seed, valid in every row, and unmistakably made up."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db.models import Count

from events.corpus import build
from events.models import Course, Event, Topic, TopicEntry
from events.package.tables import TABLES
from people.models import Person, Tenure
from records.models import PastSlug
from records.publication import obstacles
from reforms.figures import disagreements
from reforms.models import Measure, Reform, Statistic
from sources.models import Citation, Source
from tests.factories import EventFactory, PersonFactory, SourceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.alike]


def make(**options: Any) -> None:
    call_command("make_corpus", events=200, verbosity=0, stderr=StringIO(), **options)


def fingerprint() -> list[Any]:
    """What the corpus says, without the times and numbers of this database."""
    people = Person.objects.order_by("slug").values_list("slug", "name", "born_edtf", "status")
    events = Event.objects.order_by("slug").values_list("slug", "title", "span_edtf", "summary")
    cited = Citation.objects.order_by("public_id").values_list(
        "public_id", "source__slug", "locator", "stance", "event__slug", "statistic__public_id"
    )
    entries = TopicEntry.objects.order_by("topic__slug", "order").values_list(
        "topic__slug", "order", "role", "framing", "event__slug", "person__slug"
    )
    return [list(rows) for rows in (people, events, cited, entries)]


def test_the_same_seed_gives_the_same_corpus_and_another_seed_another() -> None:
    make(seed=1)
    first = fingerprint()
    make(seed=1, replace=True)
    assert fingerprint() == first
    make(seed=2, replace=True)
    assert fingerprint() != first


def test_every_row_keeps_the_rules_that_the_admin_keeps() -> None:
    make()
    for table in TABLES:
        for record in table.model._default_manager.all():
            try:
                record.full_clean()
            except ValidationError as error:
                pytest.fail(f"{table.name} {record}: {error}")
            if getattr(record, "status", "") == "published":
                assert obstacles(record) == [], record


def test_has_what_pages_have_to_cope_with() -> None:
    make()
    assert Event.objects.count() == 200
    assert set(Event.objects.values_list("status", flat=True)) >= {"published", "draft"}
    assert Event.objects.filter(span_latest__lt=0).exists()
    assert Event.objects.filter(span_edtf__endswith="~").exists()
    assert Event.objects.filter(span_edtf__contains="/").exists()
    assert any(not name.isascii() for name in Person.objects.values_list("native_name", flat=True))
    assert Tenure.objects.count() == Person.objects.count() == 40
    assert Reform.objects.filter(initiators__isnull=False, effects__isnull=False).exists()
    assert set(Citation.objects.values_list("stance", flat=True)) >= {"supports", "disputes"}
    assert Statistic.objects.exclude(change="").exists()


def test_sizes_are_those_asked_for() -> None:
    sizes = build.Sizes.of(100_000)
    assert (sizes.courses, sizes.topics, sizes.people) == (10, 500, 20_000)
    assert (sizes.reforms, sizes.measures, sizes.statistics) == (5_000, 500, 20_000)
    assert sizes.sources == 5_000


def test_topics_come_small_large_and_very_large() -> None:
    call_command("make_corpus", events=2_000, verbosity=0, stderr=StringIO())
    sizes = sorted(
        Topic.objects.annotate(size=Count("entries")).values_list("size", flat=True), reverse=True
    )
    assert sizes[0] > 1_000
    assert 150 < sizes[1] <= 210
    assert all(35 <= size <= 65 for size in sizes[2:])


def test_figures_of_one_year_sometimes_disagree() -> None:
    call_command("make_corpus", events=2_000, verbosity=0, stderr=StringIO())
    assert disagreements(Statistic.objects.order_by("measure", "date_sort"))


def test_nobody_can_take_it_for_history() -> None:
    make()
    assert all(
        title.startswith("Corpus") for title in Course.objects.values_list("title", flat=True)
    )
    for model in (Course, Topic, Source, Person, Event, Reform, Measure):
        assert all(s.startswith("corpus-") for s in model.objects.values_list("slug", flat=True))
    assert all("Made up" in note for note in Source.objects.values_list("note", flat=True))


def test_a_second_corpus_is_refused_unless_it_replaces_the_first() -> None:
    make()
    with pytest.raises(CommandError, match="--replace"):
        make()


def test_replacing_touches_nothing_else_and_keeps_no_addresses() -> None:
    EventFactory(slug="secret-speech")
    PersonFactory(slug="khrushchev")
    SourceFactory(slug="lewin-2005")
    make()
    make(replace=True)
    assert Event.objects.filter(slug="secret-speech").exists()
    assert Event.objects.count() == 201
    assert not PastSlug.objects.exists()


@pytest.mark.parametrize("events", [0, 49, 1_000_001])
def test_an_impossible_size_is_refused(events: int) -> None:
    with pytest.raises(CommandError, match="from 50 to"):
        call_command("make_corpus", events=events)
