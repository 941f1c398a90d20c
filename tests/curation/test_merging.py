"""Two records of one thing made one, without losing or doubling anything, and taken apart again."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from curation.merging.merge import (
    CannotMerge,
    left_behind,
    merge,
    moved_rows,
    rehearse,
    undo,
)
from curation.merging.moves import pointers
from curation.models import Merge, Report, Suggestion, Version
from curation.revisions.snapshot import snapshot
from events.models import Event, TopicEntry
from people.models import Person, Tenure
from records.kinds import kinds
from reforms.models import Effect, Reform
from sources.models import Citation
from tests.factories import (
    CheckedClaimFactory,
    CitationFactory,
    CourseFactory,
    EffectFactory,
    EventFactory,
    MeasureFactory,
    NotesPageFactory,
    ParticipationFactory,
    PersonFactory,
    PositionEvidenceFactory,
    PowerBaseFactory,
    PowerBaseKindFactory,
    ReformFactory,
    SourceFactory,
    StatisticFactory,
    TenureFactory,
    TermFactory,
    TopicEntryFactory,
    TopicFactory,
)
from tests.support.at_once import at_once, needs_two_writers
from tests.support.stored_rows import everything

pytestmark = pytest.mark.django_db


def test_merge_should_move_everything_without_doubling(
    beria_twice: tuple[Person, Person], editor: Any
) -> None:
    kept, merged = beria_twice
    done = merge(kept, merged, by=editor, reason="One man, two spellings")
    assert not Person.objects.filter(pk=merged.pk).exists()
    assert {t.public_id for t in kept.tenures.all()} == {"minister", "deputy-premier"}
    office = Tenure.objects.get(public_id="minister")
    assert {c.public_id for c in office.citations.all()} == {"o1", "o3"}
    assert {c.public_id for c in kept.citations.all()} == {"p1", "p3"}
    assert [(p.event.slug, p.role) for p in kept.participations.order_by("event__span_sort")] == [
        ("arrest", "arrested"),
        ("trial", "accused"),
    ]
    assert {r.slug for r in kept.reforms.all()} == {"amnesty", "republics"}
    assert [(e.role, e.framing) for e in kept.topic_entries.order_by("role")] == [
        ("cause", "The rival"),
        ("consequence", ""),
    ]
    assert TopicEntry.objects.filter(tenure=office).exists()
    # What the doubles said is still there to read.
    dropped = [s["values"] for s in done.moved["steps"] if s["kind"] == "dropped"]
    assert {"twice", "The threat", "was arrested"} <= {
        str(v) for values in dropped for v in values.values()
    }
    assert "participation: was arrested" in left_behind(done)
    assert "tenure: First Secretary of the Central Committee (1953)" in moved_rows(done)
    assert done.merged_before["fields"]["name"] == "Lavrenti Beria"
    assert kept.name == "Lavrentiy Beria"


def test_the_other_spelling_should_stay_as_another_name(editor: Any) -> None:
    kept = PersonFactory(name="Пётр Ёленин", native_name="", other_names="Petr Yolenin")
    merged = PersonFactory(
        name="Еленин Пётр", native_name="Ёленин, Пётр", other_names="Piotr; petr yolenin"
    )
    assert "other name: Еленин Пётр" in moved_rows(rehearse(kept, merged, by=editor))
    done = merge(kept, merged, by=editor, reason="One man, two spellings")
    kept.refresh_from_db()
    # The same words in another order are no other name.
    assert kept.other_names == "Petr Yolenin; Еленин Пётр; Piotr"
    Person.objects.filter(pk=kept.pk).update(other_names=f"{kept.other_names}; P. Y.")
    undo(done, by=editor, reason="Two men after all")
    kept.refresh_from_db()
    assert kept.other_names == "Petr Yolenin; P. Y."


def test_names_that_do_not_fit_should_be_refused(editor: Any) -> None:
    kept = PersonFactory(other_names="x" * 295)
    with pytest.raises(CannotMerge, match="Shorten them first"):
        merge(kept, PersonFactory(name="Lavrenty Beria"), by=editor, reason="One man")


def test_every_address_of_the_merged_should_lead_to_the_kept(
    beria_twice: tuple[Person, Person], editor: Any, client: Any
) -> None:
    kept, merged = beria_twice
    merge(kept, merged, by=editor, reason="One man")
    for old in ("l-p-beria", "lavrenti-beria"):
        response = client.get(reverse("people:person", args=[old]))
        assert (response.status_code, response["Location"]) == (301, kept.get_absolute_url()), old
        # The merge may be undone, and a browser that kept the way would never know.
        assert response["Cache-Control"] == "no-cache", old


def test_everything_that_changed_should_get_a_version(
    beria_twice: tuple[Person, Person], editor: Any
) -> None:
    kept, merged = beria_twice
    untouched = EventFactory()
    before = snapshot(merged)
    merge(kept, merged, by=editor, reason="One man")
    last = Version.objects.filter(model="people.person", record_id=merged.pk).latest("number")
    assert (last.action, last.by, last.snapshot) == ("merged", editor, before)
    records = [kept, *Event.objects.exclude(pk=untouched.pk), *Reform.objects.all()]
    for record in records:
        version = Version.objects.of(record)[0]
        assert (version.action, version.number) == ("merged", 2), record
        assert version.snapshot == snapshot(type(record).objects.get(pk=record.pk))
        assert "One man" in version.reason
    assert not Version.objects.of(untouched).exists()


def test_undo_should_take_them_apart_exactly(
    beria_twice: tuple[Person, Person], editor: Any
) -> None:
    kept, merged = beria_twice
    before = everything()
    done = merge(kept, merged, by=editor, reason="One man")
    assert everything() != before
    back = undo(done, by=editor, reason="Two men after all")
    assert everything() == before
    assert (back.pk, back.slug) == (merged.pk, "l-p-beria")
    assert [v.action for v in Version.objects.of(back)] == ["unmerged", "merged", "baseline"]
    assert Version.objects.of(kept)[0].action == "unmerged"
    with pytest.raises(CannotMerge, match="undone already"):
        undo(done, by=editor, reason="Again")


def one_of_each(kept: Any, merged: Any) -> None:
    """Something in every table and column that can point at `merged`."""
    person, power_base = PersonFactory(), PowerBaseFactory()
    reform, event = ReformFactory(), EventFactory()
    make: dict[tuple[str, str], Any] = {
        ("people.tenure", "person"): lambda: TenureFactory(person=merged),
        ("people.tenure", "power_base"): lambda: TenureFactory(power_base=merged, person=person),
        ("people.powerbase", "kind"): lambda: PowerBaseFactory(kind=merged),
        ("people.powerbase", "parent"): lambda: PowerBaseFactory(parent=merged),
        ("people.powerbase_successors", "from_powerbase"): lambda: merged.successors.add(
            power_base
        ),
        ("people.powerbase_successors", "to_powerbase"): lambda: power_base.successors.add(merged),
        ("reforms.reform", "parent"): lambda: ReformFactory(parent=merged),
        ("reforms.effect", "reform"): lambda: EffectFactory(reform=merged, power_base=power_base),
        ("reforms.effect", "power_base"): lambda: EffectFactory(power_base=merged, reform=reform),
        ("reforms.statistic", "measure"): lambda: StatisticFactory(measure=merged),
        ("reforms.statistic", "reform"): lambda: StatisticFactory(reform=merged),
        ("reforms.statistic", "event"): lambda: StatisticFactory(event=merged),
        ("events.participation", "event"): lambda: ParticipationFactory(
            event=merged, person=person
        ),
        ("events.participation", "person"): lambda: ParticipationFactory(
            person=merged, event=event
        ),
        ("reforms.reform_initiators", "person"): lambda: reform.initiators.add(merged),
        ("reforms.reform_initiators", "reform"): lambda: merged.initiators.add(person),
        ("events.event_reforms", "reform"): lambda: event.reforms.add(merged),
        ("events.event_reforms", "event"): lambda: merged.reforms.add(reform),
        ("events.course_turning_points", "event"): lambda: CourseFactory().turning_points.add(
            merged
        ),
        ("events.course_bibliography", "source"): lambda: CourseFactory().bibliography.add(merged),
        ("workbench.notespage", "source"): lambda: NotesPageFactory(source=merged),
        ("sources.citation", "source"): lambda: CitationFactory(source=merged, event=event),
    }
    for table, column in pointers(type(merged)):
        name = (table._meta.label_lower, column.name)
        if name in make:
            make[name]()
        elif name[0] == "sources.citation":
            CitationFactory(**{column.name: merged})
        elif name == ("lessons.checkedclaim", "source"):
            CheckedClaimFactory(source=merged)
        elif name[0] == "lessons.checkedclaim":
            CheckedClaimFactory(**{"event": None, column.name: merged})
        elif name[0] == "lessons.term_topics":
            merged.topics.add(TopicFactory())
        elif name[0] == "events.positionevidence":
            PositionEvidenceFactory(**{"event": None, column.name: merged})
        elif name[0] == "events.topicentry":
            TopicEntryFactory(**{"event": None, column.name: merged})
        else:
            pytest.fail(f"{name} points at records that can be merged: say here how to make one")


FACTORIES = {
    "people.person": PersonFactory,
    "people.powerbase": PowerBaseFactory,
    "people.powerbasekind": PowerBaseKindFactory,
    "reforms.reform": ReformFactory,
    "reforms.measure": MeasureFactory,
    "events.event": EventFactory,
    "sources.source": SourceFactory,
    "lessons.term": TermFactory,
}


@pytest.mark.parametrize(
    "model", [k.model for k in kinds() if k.mergeable], ids=lambda model: model.__name__
)
def test_every_relation_should_move_and_come_back(model: Any, editor: Any) -> None:
    factory = FACTORIES[model._meta.label_lower]
    kept, merged = factory(), factory()
    one_of_each(kept, merged)
    before = everything()
    tables = pointers(model)
    counts = [t._base_manager.filter(**{c.attname: merged.pk}).count() for t, c in tables]
    assert all(counts), "one_of_each leaves a relation out"
    done = merge(kept, merged, by=editor, reason="Entered twice")
    assert [t._base_manager.filter(**{c.attname: kept.pk}).count() for t, c in tables] == counts, (
        "a row was lost or doubled"
    )
    undo(done, by=editor, reason="They differ")
    assert everything() == before


def test_effects_stated_twice_should_become_one_with_all_evidence(editor: Any) -> None:
    kept, merged = ReformFactory(slug="councils"), ReformFactory(slug="sovnarkhozy")
    ministries = PowerBaseFactory(slug="ministries", kind="state")
    one = EffectFactory(reform=kept, power_base=ministries, public_id="weakened")
    two = EffectFactory(reform=merged, power_base=ministries, public_id="weakened-again")
    CitationFactory(effect=two, public_id="why")
    before = everything()
    done = merge(kept, merged, by=editor, reason="Entered twice")
    assert [*Effect.objects.all()] == [one]
    assert Citation.objects.get(public_id="why").effect == one
    undo(done, by=editor, reason="They differ")
    assert everything() == before


def test_sources_should_merge_citation_by_citation(editor: Any) -> None:
    kept, merged = SourceFactory(), SourceFactory()
    event, other = EventFactory(), EventFactory()
    CitationFactory(source=kept, event=event, public_id="one")
    CitationFactory(source=merged, event=event, public_id="same")
    # The same place about another event is not the same evidence.
    CitationFactory(source=merged, event=other, public_id="other")
    merge(kept, merged, by=editor, reason="One book")
    assert {c.public_id for c in Citation.objects.all()} == {"one", "other"}
    assert Citation.objects.get(public_id="other").event == other
    assert Version.objects.of(other)[0].action == "merged"


REFUSED: list[tuple[str, Any, str]] = [
    ("itself", lambda: [PersonFactory()] * 2, "with itself"),
    ("another kind", lambda: [PersonFactory(), EventFactory()], "two records of one kind"),
    ("courses", lambda: [CourseFactory(), CourseFactory()], "cannot be merged with another"),
    ("topics", lambda: [TopicFactory(), TopicFactory()], "cannot be merged with another"),
    (
        "a page into a draft",
        lambda: [EventFactory(status="draft"), EventFactory()],
        "readers would lose the page",
    ),
    (
        "figures that cannot be compared",
        lambda: [MeasureFactory(unit="persons"), MeasureFactory(unit="percent")],
        "cannot stand in one series",
    ),
    (
        "the whole into its part",
        lambda: [
            (part := ReformFactory(parent=ReformFactory(parent=ReformFactory()))),
            part.parent.parent,
        ],
        "is a part of",
    ),
]


@pytest.mark.parametrize(("name", "pair", "words"), REFUSED, ids=[r[0] for r in REFUSED])
def test_merge_should_refuse(name: str, pair: Any, words: str, editor: Any) -> None:
    kept, merged = pair()
    before = everything()
    with pytest.raises(CannotMerge, match=words):
        merge(kept, merged, by=editor, reason="Twice")
    assert everything() == before
    assert not Version.objects.exists()


def test_a_part_may_be_merged_into_its_whole(editor: Any) -> None:
    whole = ReformFactory(slug="whole")
    part = ReformFactory(slug="part", parent=whole)
    step = ReformFactory(slug="step", parent=part)
    before = everything()
    done = merge(whole, part, by=editor, reason="One reform")
    step.refresh_from_db()
    assert step.parent == whole
    undo(done, by=editor, reason="Two")
    assert everything() == before


def test_merge_should_refuse_what_was_merged_already(editor: Any) -> None:
    kept, merged = PersonFactory(), PersonFactory()
    merge(kept, merged, by=editor, reason="Twice")
    stale = Person(pk=merged.pk, slug=merged.slug, name="N. Khrushchev")
    with pytest.raises(CannotMerge, match="merged or deleted meanwhile"):
        merge(kept, stale, by=editor, reason="Twice")
    with pytest.raises(CannotMerge, match="merged or deleted meanwhile"):
        merge(stale, kept, by=editor, reason="Twice")
    assert Merge.objects.count() == 1


def test_merge_should_ask_for_a_reason_and_a_permission(
    editor: Any, django_user_model: Any
) -> None:
    kept, merged = PersonFactory(), PersonFactory()
    with pytest.raises(CannotMerge, match="Say why"):
        merge(kept, merged, by=editor, reason="  ")
    with pytest.raises(CannotMerge, match="Only an editor"):
        merge(kept, merged, by=django_user_model.objects.create_user("pupil"), reason="Twice")
    assert Person.objects.count() == 2


def test_merge_should_wait_for_an_open_suggestion(editor: Any) -> None:
    kept, merged = PersonFactory(), PersonFactory()
    Suggestion.objects.create(
        model="people.person",
        record_id=merged.pk,
        title=str(merged),
        base_version=1,
        base={},
        proposed={},
        reason="Date of birth",
    )
    with pytest.raises(CannotMerge, match="Accept or return it first"):
        merge(kept, merged, by=editor, reason="Twice")


def test_readers_reports_should_follow_and_return(editor: Any) -> None:
    kept, merged = PersonFactory(), PersonFactory()
    report = Report.objects.create(
        model="people.person", record_id=merged.pk, title="B.", version=1, message="Wrong year"
    )
    done = merge(kept, merged, by=editor, reason="Twice")
    report.refresh_from_db()
    assert report.record_id == kept.pk
    undo(done, by=editor, reason="Two men")
    report.refresh_from_db()
    assert report.record_id == merged.pk


def test_a_rehearsal_should_tell_and_change_nothing(
    beria_twice: tuple[Person, Person], editor: Any
) -> None:
    kept, merged = beria_twice
    before = everything()
    rehearsed = rehearse(kept, merged, by=editor)
    assert "participation: accused" in moved_rows(rehearsed)
    assert everything() == before
    assert (Merge.objects.count(), Version.objects.count()) == (0, 0)
    done = merge(kept, merged, by=editor, reason="One man")
    assert moved_rows(rehearsed) == moved_rows(done)


@needs_two_writers
@pytest.mark.django_db(transaction=True)
def test_of_two_editors_merging_crosswise_only_one_should_succeed() -> None:
    one, other = PersonFactory(), PersonFactory()
    TenureFactory(person=one)
    TenureFactory(person=other, office="Prime Minister")

    def attempt(kept: Person, merged: Person) -> str:
        try:
            merge(kept, merged, by=None, reason="One man")
        except CannotMerge as refused:
            return "gone" if "merged or deleted meanwhile" in str(refused) else "?"
        return "merged"

    answers = at_once(lambda: attempt(one, other), lambda: attempt(other, one))
    assert sorted(answers) == ["gone", "merged"]
    assert Person.objects.get().tenures.count() == 2
