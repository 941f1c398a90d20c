"""Every rule that the database keeps, seen from both sides.

A person is told on the field that is wrong (`clean`), and a script that goes round the forms is
stopped by the database, by the rule's name. `RULES` holds one case per named constraint; a rule
without a case fails the suite.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from curation.models import AccessToken, Change, KeptApart, Report, Suggestion, Version
from curation.write_api.tokens import make as make_token
from records.dates import DateError
from records.models import PastSlug, Published
from records.pictures.models import Pictured
from tests import factories as make
from tests.support.images import WORDS, kept

pytestmark = pytest.mark.django_db

APPS = ["records", "sources", "people", "reforms", "events", "lessons", "curation"]
MODELS = [model for label in APPS for model in apps.get_app_config(label).get_models()]
FACTORIES: dict[str, Callable[..., Any]] = {
    factory._meta.model._meta.label_lower: factory
    for factory in vars(make).values()
    if isinstance(factory, type)
    and hasattr(factory, "_meta")
    and getattr(factory._meta, "model", None)
}
FACTORIES["sources.citation"] = lambda **values: make.CitationFactory(
    person=make.PersonFactory(), **values
)


@dataclass
class Rule:
    """One constraint: a good record, what to write into it, and the field that a form blames.

    `wrong` is a dictionary of columns, or makes one from the record. `blames` is None where no
    form or import can get there, because nothing but code writes the columns.
    """

    name: str
    model: str
    wrong: dict[str, Any] | Callable[[Any], dict[str, Any]]
    blames: str | None

    def broken(self) -> tuple[Any, dict[str, Any]]:
        record = FACTORIES[self.model]()
        return record, self.wrong(record) if callable(self.wrong) else self.wrong


def _a_past_slug(**values: Any) -> PastSlug:
    return PastSlug.objects.create(
        **{"model": "people.person", "slug": "nikita", "current_slug": "khrushchev", **values}
    )


def _a_version(**values: Any) -> Version:
    return Version.objects.create(
        **{
            "model": "people.person",
            "record_id": 1,
            "key": "nikita-khrushchev",
            "title": "Nikita Khrushchev",
            "number": 1,
            "action": "created",
            "status": "draft",
            "snapshot": {},
            **values,
        }
    )


def _a_suggestion() -> Suggestion:
    return Suggestion.objects.create(
        model="people.person",
        record_id=1,
        title="Nikita Khrushchev",
        base_version=1,
        base={},
        proposed={},
        reason="The date is that of the Old Style.",
    )


def _an_access_token() -> AccessToken:
    owner = User.objects.create_user("editor")
    return make_token(owner, "Timetable app", "read")[0]


def _a_report() -> Report:
    return Report.objects.create(
        model="people.person",
        record_id=1,
        title="Nikita Khrushchev",
        version=1,
        message="He was born in Kalinovka.",
    )


def _a_change(**values: Any) -> Change:
    number = Change.objects.count() + 1
    return Change.objects.create(
        **{
            "number": number,
            "kind": "person",
            "key": f"khrushchev-{number}",
            "record_id": 1,
            "action": "created",
            "made_at": timezone.now(),
            **values,
        }
    )


def _two_kept_apart(newer: int = 2) -> KeptApart:
    return KeptApart.objects.create(model="people.person", older_id=1, newer_id=newer)


FACTORIES["curation.change"] = _a_change
FACTORIES["curation.keptapart"] = _two_kept_apart
FACTORIES["records.pastslug"] = _a_past_slug
FACTORIES["curation.version"] = _a_version
FACTORIES["curation.suggestion"] = _a_suggestion
FACTORIES["curation.report"] = _a_report
FACTORIES["curation.accesstoken"] = _an_access_token


def _same_address_again(past: PastSlug) -> dict[str, Any]:
    return {"slug": _a_past_slug(slug="n-s-khrushchev").slug}


def _same_version_again(version: Version) -> dict[str, Any]:
    return {"number": _a_version(number=2).number}


def _same_two_again(apart: KeptApart) -> dict[str, Any]:
    return {"newer_id": _two_kept_apart(newer=3).newer_id}


def _same_word_again(change: Change) -> dict[str, Any]:
    return {"key": _a_change().key}


def _same_kind_again(kind: Any) -> dict[str, Any]:
    return {"name": make.PowerBaseKindFactory(name="Church").name.upper()}


def _same_office_again(tenure: Any) -> dict[str, Any]:
    make.TenureFactory(person=tenure.person, power_base=tenure.power_base, office="Premier")
    return {"office": "Premier"}


def _same_effect_again(effect: Any) -> dict[str, Any]:
    make.EffectFactory(reform=effect.reform, power_base=effect.power_base, change="abolished")
    return {"change": "abolished"}


def _same_person_again(participation: Any) -> dict[str, Any]:
    other = make.ParticipationFactory(event=participation.event)
    return {"person_id": other.person_id}


def _same_letter_again(position: Any) -> dict[str, Any]:
    make.PositionFactory(topic=position.topic, letter="B")
    return {"letter": "B"}


def _same_statement_again(position: Any) -> dict[str, Any]:
    other = make.PositionFactory(topic=position.topic, letter="B")
    return {"statement": other.statement.upper()}


def _same_number_again(topic: Any) -> dict[str, Any]:
    return {"order": make.TopicFactory(course=topic.course).order}


def _same_term_again(term: Any) -> dict[str, Any]:
    # Letter case makes no other word.
    return {"name": make.TermFactory().name.upper()}


def _same_code_again(claim: Any) -> dict[str, Any]:
    return {"code": make.CheckedClaimFactory(topic=claim.topic, code="S19").code}


def _a_second_record(name: str) -> Callable[[Any], dict[str, Any]]:
    return lambda row: {f"{name}_id": make.ReformFactory().pk}


def _a_turning_reform(entry: Any) -> dict[str, Any]:
    return {"turning_point": True, "event_id": None, "reform_id": make.ReformFactory().pk}


RULES = [
    # One address leads to one place for ever.
    Rule("past_slug_is_never_reused", "records.pastslug", _same_address_again, None),
    # A redirect to itself would never end.
    Rule("past_slug_redirects_elsewhere", "records.pastslug", {"current_slug": "nikita"}, None),
    # A copy asks for each address once, where it was last changed.
    Rule("change_is_the_last_word_on_its_address", "curation.change", _same_word_again, None),
    # What was renamed leads somewhere, and what was updated does not.
    Rule(
        "change_leads_on_exactly_when_renamed_or_merged",
        "curation.change",
        {"action": "renamed"},
        None,
    ),
    Rule("source_has_a_title", "sources.source", {"title": ""}, "title"),
    # Evidence for nothing, and evidence for two things at once.
    Rule(
        "citation_is_about_exactly_one_record",
        "sources.citation",
        _a_second_record("reform"),
        NON_FIELD_ERRORS,
    ),
    # “Somewhere in this book” is no evidence.
    Rule("citation_has_a_locator", "sources.citation", {"locator": ""}, "locator"),
    Rule("citation_stance_is_known", "sources.citation", {"stance": "proves"}, "stance"),
    Rule("person_has_a_name", "people.person", {"name": ""}, "name"),
    Rule(
        "person_is_born_before_dying",
        "people.person",
        # Born 15 April 1894, so not dead in 1893.
        {"died_edtf": "1893", "died_earliest": 690986, "died_latest": 691350, "died_sort": 690986},
        "died",
    ),
    Rule("power_base_kind_has_a_name", "people.powerbasekind", {"name": ""}, "name"),
    # “Church” and “church” would stand beside each other on the power map.
    Rule("power_base_kind_has_a_name_of_its_own", "people.powerbasekind", _same_kind_again, "name"),
    Rule("power_base_has_a_name", "people.powerbase", {"name": ""}, "name"),
    Rule(
        "power_base_is_not_its_own_parent",
        "people.powerbase",
        lambda power_base: {"parent_id": power_base.pk},
        "parent",
    ),
    Rule("tenure_names_an_office", "people.tenure", {"office": ""}, "office"),
    Rule(
        "people_tenure_span_is_ordered_and_present",
        "people.tenure",
        {
            "span_edtf": "",
            "span_text": "",
            "span_earliest": None,
            "span_latest": None,
            "span_sort": None,
        },
        "span",
    ),
    Rule("tenure_is_stated_once", "people.tenure", _same_office_again, NON_FIELD_ERRORS),
    Rule("reform_has_a_title", "reforms.reform", {"title": ""}, "title"),
    Rule(
        "reform_is_not_its_own_parent",
        "reforms.reform",
        lambda reform: {"parent_id": reform.pk},
        "parent",
    ),
    Rule(
        "reform_is_not_reversed_before_it_begins",
        "reforms.reform",
        # The economic councils began on 10 May 1957 and cannot have been undone in 1956.
        {
            "reversed_edtf": "1956",
            "reversed_earliest": 713954,
            "reversed_latest": 714319,
            "reversed_sort": 713954,
        },
        "reversed",
    ),
    Rule("effect_is_stated_once", "reforms.effect", _same_effect_again, NON_FIELD_ERRORS),
    Rule("effect_change_is_known", "reforms.effect", {"change": "moved"}, "change"),
    Rule("measure_has_a_name", "reforms.measure", {"name": ""}, "name"),
    Rule("measure_has_a_unit", "reforms.measure", {"unit": ""}, "unit"),
    Rule(
        "statistic_has_an_upper_value_exactly_when_between",
        "reforms.statistic",
        {"comparator": "between"},
        "upper_value",
    ),
    Rule(
        "statistic_has_an_upper_value_before_exactly_when_between",
        "reforms.statistic",
        {"baseline_comparator": "between", "baseline_value": 5},
        "baseline_upper_value",
    ),
    Rule(
        "statistic_before_as_written_has_a_value",
        "reforms.statistic",
        {"baseline_as_written": "half"},
        "baseline_value",
    ),
    Rule(
        "statistic_change_agrees_with_its_numbers",
        "reforms.statistic",
        # From 55 ministries to 25 is not a rise.
        {"value": 25, "baseline_value": 55, "change": "rose"},
        "change",
    ),
    Rule("statistic_comparator_is_known", "reforms.statistic", {"comparator": "ca"}, "comparator"),
    Rule("event_has_a_title", "events.event", {"title": ""}, "title"),
    Rule("event_significance_is_1_to_3", "events.event", {"significance": 4}, "significance"),
    Rule(
        "person_takes_part_in_an_event_once",
        "events.participation",
        _same_person_again,
        NON_FIELD_ERRORS,
    ),
    Rule("participation_part_is_known", "events.participation", {"part": "rumour"}, "part"),
    Rule(
        "topic_number_is_unique_in_its_course",
        "events.topic",
        _same_number_again,
        NON_FIELD_ERRORS,
    ),
    Rule(
        "topic_entry_shows_exactly_one_record",
        "events.topicentry",
        _a_second_record("reform"),
        NON_FIELD_ERRORS,
    ),
    Rule("topic_entry_role_is_known", "events.topicentry", {"role": "background"}, "role"),
    Rule("term_has_a_name", "lessons.term", {"name": ""}, "name"),
    Rule("term_has_a_definition", "lessons.term", {"definition": ""}, "definition"),
    Rule("term_stands_in_the_glossary_once", "lessons.term", _same_term_again, "name"),
    Rule("claim_has_a_statement", "lessons.checkedclaim", {"statement": ""}, "statement"),
    Rule("claim_verdict_is_known", "lessons.checkedclaim", {"verdict": "maybe"}, "verdict"),
    # Forms and imports are stopped by the gate, which says what to do.
    Rule("published_claim_has_a_verdict", "lessons.checkedclaim", {"verdict": ""}, None),
    # What nobody says need not be checked.
    Rule("claim_says_where_it_is_made", "lessons.checkedclaim", {"source_id": None}, "source"),
    Rule("claim_code_is_unique_in_its_topic", "lessons.checkedclaim", _same_code_again, "code"),
    Rule(
        "claim_is_about_exactly_one_record",
        "lessons.checkedclaim",
        _a_second_record("reform"),
        NON_FIELD_ERRORS,
    ),
    # A lesson begins with what happened on a day.
    Rule("turning_point_is_an_event", "events.topicentry", _a_turning_reform, "turning_point"),
    Rule("section_has_a_heading", "events.section", {"heading": ""}, "heading"),
    Rule("section_has_a_text", "events.section", {"text": ""}, "text"),
    Rule("position_letter_is_known", "events.position", {"letter": "D"}, "letter"),
    Rule("position_has_a_name", "events.position", {"name": ""}, "name"),
    Rule("position_has_a_statement", "events.position", {"statement": ""}, "statement"),
    Rule(
        "position_letter_is_unique_in_its_topic",
        "events.position",
        _same_letter_again,
        NON_FIELD_ERRORS,
    ),
    Rule("positions_of_a_topic_differ", "events.position", _same_statement_again, "statement"),
    Rule(
        "position_evidence_letter_is_known", "events.positionevidence", {"position": ""}, "position"
    ),
    Rule(
        "position_evidence_stance_is_known",
        "events.positionevidence",
        {"stance": "proves"},
        "stance",
    ),
    Rule("position_evidence_says_why", "events.positionevidence", {"why": ""}, "why"),
    Rule(
        "position_evidence_is_exactly_one_record",
        "events.positionevidence",
        _a_second_record("reform"),
        NON_FIELD_ERRORS,
    ),
    # A permalink to version 2 leads to one text.
    Rule("version_number_is_unique", "curation.version", _same_version_again, None),
    # Whoever suggested it is owed the reason.
    Rule(
        "suggestion_is_returned_with_a_comment",
        "curation.suggestion",
        {"state": "returned", "decided_at": "1964-10-14T12:00Z", "comment": ""},
        None,
    ),
    Rule("suggestion_decision_has_a_time", "curation.suggestion", {"state": "accepted"}, None),
    # Two editors say so at one time.
    Rule("two_records_are_kept_apart_once", "curation.keptapart", _same_two_again, None),
    # The other way round it would be another pair.
    Rule(
        "older_of_two_kept_apart_comes_first",
        "curation.keptapart",
        {"older_id": 2, "newer_id": 1},
        None,
    ),
    Rule("report_has_a_message", "curation.report", {"message": ""}, "message"),
    Rule("access_token_scope_is_known", "curation.accesstoken", {"scope": "all"}, "scope"),
    Rule("access_token_says_what_it_is_for", "curation.accesstoken", {"name": ""}, "name"),
    # Whose program stopped is owed the reason.
    Rule(
        "access_token_says_why_it_was_revoked",
        "curation.accesstoken",
        {"revoked_at": "1964-10-14T12:00Z"},
        None,
    ),
]

for model in MODELS:
    label = model._meta.label_lower
    prefix = label.replace(".", "_")
    if issubclass(model, Published):
        RULES += [
            # A state that nobody defined would be hidden or shown by accident.
            Rule(f"{prefix}_status_is_known", label, {"status": "hidden"}, "status"),
            # A reader who follows an old link is owed the reason.
            Rule(
                f"{prefix}_withdrawal_states_a_reason",
                label,
                {"status": "withdrawn", "withdrawn_reason": ""},
                "withdrawn_reason",
            ),
        ]
    if issubclass(model, Pictured):
        RULES += [
            # Who does not see it, and whoever would use it, is owed what it is and whose.
            Rule(
                f"{model._meta.model_name}_picture_says_what_whose_and_how_free",
                label,
                lambda _: {"picture_file": kept(), **WORDS, "picture_licence": ""},
                "picture_licence",
            ),
            # A licence that nobody knows has no words and no terms.
            Rule(
                f"{model._meta.model_name}_picture_licence_is_known",
                label,
                {"picture_licence": "all rights"},
                "picture_licence",
            ),
        ]
    # Bounds the wrong way round would sort and filter wrongly; see also the two tests of dates.
    RULES += [
        Rule(
            f"{prefix}_{name}_is_ordered_or_absent",
            label,
            {
                f"{name}_edtf": "1958",
                f"{name}_earliest": 715000,
                f"{name}_latest": 714999,
                f"{name}_sort": 715000,
            },
            None,
        )
        for name, date in getattr(model, "historical_dates", {}).items()
        if not date.required
    ]


def test_every_constraint_has_a_case() -> None:
    named = {c.name for model in MODELS for c in model._meta.constraints}
    assert {rule.name for rule in RULES} == named


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_database_refuses(rule: Rule) -> None:
    record, wrong = rule.broken()
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        type(record)._base_manager.filter(pk=record.pk).update(**wrong)
    # SQLite names the columns of a unique constraint, PostgreSQL the constraint.
    assert rule.name in str(refusal.value) or "UNIQUE" in str(refusal.value)


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.blames], ids=lambda rule: rule.name
)
def test_a_person_is_told_on_the_field(rule: Rule) -> None:
    record, wrong = rule.broken()
    record.full_clean()  # good as it stands, so what follows is about the change alone
    for column, value in wrong.items():
        setattr(record, column, value)
    with pytest.raises(ValidationError) as refusal:
        # Where a field is to blame, `clean` says so by itself, without the constraint's help.
        record.full_clean(validate_constraints=rule.blames == NON_FIELD_ERRORS)
    assert list(refusal.value.message_dict) == [rule.blames]


DATES = [
    (model._meta.label_lower, name)
    for model in MODELS
    for name in getattr(model, "historical_dates", {})
]


@pytest.mark.parametrize(("label", "name"), DATES)
def test_no_date_that_ends_before_it_starts_gets_into_a_record(label: str, name: str) -> None:
    record = FACTORIES[label]()
    before = getattr(record, name)
    with pytest.raises(DateError, match="ends before it starts"):
        setattr(record, name, "1957/1955")
    assert getattr(record, name) == before


HALF_DATES = [
    ("edtf", ""),  # bounds of no date
    ("earliest", None),  # a date that no range query would find
    ("latest", None),
    ("sort", None),
    ("sort", 2**31 - 1),  # sorts after its own end
]


@pytest.mark.parametrize(("part", "value"), HALF_DATES)
@pytest.mark.parametrize(("label", "name"), DATES)
def test_the_database_refuses_half_a_date(label: str, name: str, part: str, value: Any) -> None:
    record = FACTORIES[label]()
    everything = type(record)._base_manager.filter(pk=record.pk)
    setattr(record, name, "1958-03-27")
    record.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        everything.update(**{f"{name}_{part}": value})


KEYS = [
    (model._meta.label_lower, field.name)
    for model in MODELS
    for field in model._meta.local_fields
    if field.name in {"slug", "public_id"} and field.unique
]


@pytest.mark.parametrize(("label", "key"), KEYS)
def test_a_key_names_one_record(label: str, key: str) -> None:
    first, second = FACTORIES[label](), FACTORIES[label]()
    setattr(second, key, getattr(first, key))
    with pytest.raises(ValidationError) as refusal:
        second.full_clean()
    assert list(refusal.value.message_dict) == [key]
    with pytest.raises(IntegrityError), transaction.atomic():
        type(second)._base_manager.filter(pk=second.pk).update(**{key: getattr(first, key)})


# What a key may look like: it stands in addresses, in files and in other people's programs.
BAD_KEYS = [
    "Secret-Speech",  # capitals
    "secret_speech",  # underscores
    "secret--speech",  # two hyphens
    "-secret",  # a hyphen at an end
    "секретный-доклад",  # letters outside a–z
    "secret-speech\n",  # a line break that a lazy pattern lets through
    "../admin",  # a path
]


@pytest.mark.parametrize("bad", BAD_KEYS)
@pytest.mark.parametrize(("label", "key"), KEYS)
def test_a_key_has_one_form(label: str, key: str, bad: str) -> None:
    record = FACTORIES[label]()
    setattr(record, key, bad)
    with pytest.raises(ValidationError) as refusal:
        record.full_clean()
    assert list(refusal.value.message_dict) == [key]
    assert "secret-speech" in str(refusal.value)


@pytest.mark.parametrize("label", ["people.powerbase", "reforms.reform"])
def test_a_circle_of_parents_is_refused_at_any_length(label: str) -> None:
    whole, part, detail = (FACTORIES[label]() for _ in range(3))
    part.parent, detail.parent = whole, part
    part.save()
    detail.save()
    whole.parent = detail
    with pytest.raises(ValidationError) as refusal:
        whole.full_clean()
    assert list(refusal.value.message_dict) == ["parent"]


@pytest.mark.parametrize("label", ["sources.citation", "events.topicentry"])
def test_a_row_about_nothing_is_refused(label: str) -> None:
    row = FACTORIES[label]()
    chosen = [
        field.attname
        for field in row._meta.local_fields
        if isinstance(field, models.ForeignKey) and field.null and getattr(row, field.attname)
    ]
    assert len(chosen) == 1
    with pytest.raises(IntegrityError, match="exactly_one"), transaction.atomic():
        type(row)._base_manager.filter(pk=row.pk).update(**{chosen[0]: None})
