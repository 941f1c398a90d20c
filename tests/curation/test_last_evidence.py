"""Every public statement has a source that readers see, by whatever door it could lose it."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from curation.merging.merge import CannotMerge, merge, undo
from curation.models import Suggestion, Version
from curation.revisions import history
from curation.revisions.evidence import StandsBare
from curation.revisions.snapshot import CannotRestore, snapshot
from curation.workflow import publishing
from curation.workflow.suggestions import CannotDecide, accept, suggest
from dashboard.bulk import operations
from events.models import Event
from people.models import Person, Tenure
from records.models import Status
from records.publication import all_without_evidence
from reforms.models import Effect
from sources.models import Citation, Source
from tests.factories import (
    CitationFactory,
    EffectFactory,
    EventFactory,
    PersonFactory,
    PowerBaseFactory,
    ReformFactory,
    SourceFactory,
    TenureFactory,
)
from tests.support.accounts import signed_in
from tests.support.admin_forms import citation_rows, data_of, errors_of, page_of
from tests.support.pages import words

pytestmark = pytest.mark.django_db

BARE = "Readers would see no source any more"


@dataclass
class Memoirs:
    """A source on which a public event and a public office rest, and nothing else does."""

    source: Source
    event: Event
    office: Tenure


@pytest.fixture
def memoirs() -> Memoirs:
    source = SourceFactory(slug="memoirs", title="Memoirs")
    event = EventFactory(slug="the-speech", title="The Secret Speech")
    CitationFactory(event=event, source=source)
    office = TenureFactory(person=PersonFactory(), power_base=PowerBaseFactory())
    for record in ({"person": office.person}, {"power_base": office.power_base}):
        CitationFactory(source=SourceFactory(), **record)
    CitationFactory(tenure=office, source=source)
    assert all_without_evidence() == []
    return Memoirs(source, event, office)


# --- what counts --------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["draft", "review", "withdrawn"])
def test_a_source_that_readers_do_not_see_is_no_evidence(editor: User, state: str) -> None:
    source = SourceFactory(status=state, title="Memoirs", withdrawn_reason="Forged.")
    event = EventFactory(status="draft")
    CitationFactory(event=event, source=source)
    outcome = publishing.publish(event, by=editor)
    assert not outcome.done
    [obstacle] = outcome.obstacles
    # It says which source, and what to do.
    assert "“Memoirs” is" in obstacle.message
    assert "Publish the source first" in obstacle.message
    Source.objects.update(status="published")
    assert publishing.publish(event, by=editor).done


def test_the_form_says_so_at_the_citations() -> None:
    event = EventFactory(status="draft")
    source = SourceFactory(status="draft", title="Memoirs")
    desk = signed_in("Editor")
    form = data_of(desk, page_of(event)) | {"status": "published"}
    form |= citation_rows({"source": source.pk, "locator": "chapter 13"})
    [error] = errors_of(desk.post(page_of(event), form))["citations"]
    assert "“Memoirs” is draft" in error
    assert not Event.objects.get().is_published


def test_rows_that_would_become_public_are_statements(editor: User) -> None:
    """An office goes public with its person or with its power base, an effect with its reform."""
    office = TenureFactory(
        person=PersonFactory(status="draft"), power_base=PowerBaseFactory(status="draft")
    )
    person, base = office.person, office.power_base
    CitationFactory(person=person)
    CitationFactory(power_base=base)
    # The office stays hidden while one of the two is: nothing stands in the way of the first.
    assert publishing.publish(person, by=editor).done
    refused = publishing.publish(base, by=editor)
    assert [obstacle.field for obstacle in refused.obstacles] == ["tenures"]
    assert str(person) in refused.obstacles[0].message
    CitationFactory(tenure=office)
    assert publishing.publish(base, by=editor).done
    effect = EffectFactory(reform=ReformFactory(status="draft"), power_base=base)
    CitationFactory(reform=effect.reform)
    assert [o.field for o in publishing.publish(effect.reform, by=editor).obstacles] == ["effects"]


# --- every door ---------------------------------------------------------------------------------


def _withdraw(memoirs: Memoirs, by: User) -> None:
    publishing.withdraw(memoirs.source, by=by, reason="Forged.")


def _withdraw_in_bulk(memoirs: Memoirs, by: User) -> None:
    expected = {memoirs.source.pk: memoirs.source.version}
    [done] = operations.apply(Source, expected, operations.Withdraw(), by=by, reason="Forged.")
    raise publishing.Refused(done.problem)


def _remove_the_citation(memoirs: Memoirs, by: User) -> None:
    with history.changing(memoirs.event, by=by):
        memoirs.event.citations.all().delete()


def _move_the_citation(memoirs: Memoirs, by: User) -> None:
    with history.changing(memoirs.event, by=by):
        memoirs.event.citations.update(source=SourceFactory(status="draft"))


def _accept_a_suggestion(memoirs: Memoirs, by: User) -> None:
    base = snapshot(memoirs.event)
    without = {**base, "rows": {**base["rows"], "citations": []}}
    suggestion = suggest(
        memoirs.event, without, base_version=1, base_snapshot=base, by=by, reason="Not needed"
    )
    accept(suggestion, by=by)


def _restore_an_old_version(memoirs: Memoirs, by: User) -> None:
    with history.changing(memoirs.event, by=by, reason="Another source"):
        CitationFactory(event=memoirs.event, source=SourceFactory())
    memoirs.office.citations.update(source=SourceFactory())
    publishing.withdraw(memoirs.source, by=by, reason="Forged.")
    history.restore(Version.objects.of(memoirs.event).get(number=1), by=by, reason="As it was")


DOORS: dict[str, Callable[[Memoirs, User], None]] = {
    "the source is withdrawn": _withdraw,
    "the source is withdrawn in a list": _withdraw_in_bulk,
    "the citation is removed": _remove_the_citation,
    "the citation names a draft now": _move_the_citation,
    "a suggestion without it is accepted": _accept_a_suggestion,
    "an old version comes back": _restore_an_old_version,
}


@pytest.mark.parametrize("door", DOORS)
def test_no_door_takes_the_last_source_away(memoirs: Memoirs, editor: User, door: str) -> None:
    with pytest.raises(
        (publishing.Refused, StandsBare, CannotDecide, CannotRestore),
        match=r"no source|at least one",
    ):
        DOORS[door](memoirs, editor)
    assert all_without_evidence() == []
    assert Event.objects.get(slug="the-speech").is_published


def test_merged_people_come_apart_only_with_their_evidence(editor: User) -> None:
    kept, merged = PersonFactory(slug="khrushchev"), PersonFactory(slug="khruschev")
    source = SourceFactory()
    CitationFactory(person=kept, source=SourceFactory())
    CitationFactory(person=merged, source=source)
    done = merge(kept, merged, by=editor, reason="One man")
    publishing.withdraw(source, by=editor, reason="Forged.")
    with pytest.raises(CannotMerge, match=BARE):
        undo(done, by=editor, reason="Two men")
    assert Person.objects.count() == 1


def test_what_stood_bare_before_may_still_be_mended(editor: User) -> None:
    """A record that came without a source, such as by an old copy, is not locked by that."""
    event = EventFactory()
    with history.changing(event, by=editor, reason="A better title") as current:
        current.title = "The Secret Speech"
        current.save()
    event.refresh_from_db()
    assert event.title == "The Secret Speech"


def test_a_course_is_not_loaded_that_takes_a_source_away(
    khrushchev: Any, tmp_path: Path, memoirs: Memoirs
) -> None:
    """From a record that is not in the course."""
    call_command("dump_course", "khrushchev", str(tmp_path / "course"), stdout=StringIO())
    table = tmp_path / "course" / "sources.csv"
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows.append({**rows[0], "slug": "memoirs", "title": "Memoirs", "status": "draft"})
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: row["slug"]))
    with pytest.raises(CommandError, match=BARE) as refused:
        call_command("load_course", str(tmp_path / "course"), stdout=StringIO(), stderr=StringIO())
    assert "The Secret Speech" in str(refused.value)
    memoirs.source.refresh_from_db()
    assert memoirs.source.is_published


# --- the editor's choice ------------------------------------------------------------------------


def test_an_editor_may_take_back_what_rests_on_it(memoirs: Memoirs) -> None:
    desk = signed_in("Editor")
    page = page_of(memoirs.source)
    assert "take_back" not in desk.get(page).content.decode()
    form = data_of(desk, page) | {"status": "withdrawn", "withdrawn_reason": "Forged."}
    answer = desk.post(page, form)
    # Refused, with every statement by name, the words kept, and the choice.
    [error] = errors_of(answer)["__all__"]
    assert "“The Secret Speech”" in error
    assert str(memoirs.office.person) in error
    assert 'name="take_back"' in answer.content.decode()
    assert "Forged." in answer.content.decode()
    memoirs.source.refresh_from_db()
    assert memoirs.source.is_published
    assert desk.post(page, form | {"take_back": "on"}).status_code == 302
    for record in (memoirs.source, memoirs.event, memoirs.office.person):
        record.refresh_from_db()
    assert memoirs.source.status == Status.WITHDRAWN
    assert {memoirs.event.status, memoirs.office.person.status} == {Status.REVIEW}
    version = Version.objects.of(memoirs.event).first()
    assert version is not None
    assert "last source" in version.reason
    assert Client().get("/events/the-speech/").status_code == 404
    assert all_without_evidence() == []


def test_a_citation_is_not_deleted_from_under_a_statement(memoirs: Memoirs) -> None:
    desk = signed_in("Editor")
    citation = memoirs.event.citations.get()
    answer = desk.post(page_of(citation, "delete"), {"post": "yes"}, follow=True)
    assert BARE in words(answer)
    chosen = {"action": "delete_selected", "_selected_action": citation.pk, "post": "yes"}
    address = reverse("admin:sources_citation_changelist")
    assert BARE in words(desk.post(address, chosen, follow=True))
    assert Citation.objects.filter(pk=citation.pk).exists()


# --- the same source, in one choice -------------------------------------------------------------


def office_row(**more: Any) -> dict[str, Any]:
    row = {"office": "First Secretary", "span": "1953-09-07/1964-10-14", "note": ""} | more
    return {"tenures-TOTAL_FORMS": 1} | {f"tenures-0-{name}": row[name] for name in row}


def test_an_office_on_the_form_takes_the_source_of_the_page() -> None:
    person = PersonFactory()
    citation = CitationFactory(
        person=person, locator="chapter 13", claim="He rose", quotation="“I”"
    )
    base = PowerBaseFactory()
    desk = signed_in("Editor")
    row = office_row(power_base=base.pk)
    form = data_of(desk, page_of(person)) | row
    [error] = errors_of(desk.post(page_of(person), form))["__all__"]
    assert "First Secretary" in error
    assert not Tenure.objects.exists()
    for choice in ("first", str(citation.pk)):
        form = data_of(desk, page_of(person)) | row | {"tenures-0-same_source": choice}
        assert desk.post(page_of(person), form).status_code == 302
        office = Tenure.objects.get()
        copied = office.citations.get()
        assert (copied.source, copied.locator) == (citation.source, "chapter 13")
        # What the citation says of another statement is not said of the office.
        assert (copied.claim, copied.quotation) == ("", "")
        assert words(Client().get(person.get_absolute_url())).count("chapter 13") >= 2
        office.delete()


def test_a_new_person_and_an_office_share_the_citation_typed_with_them() -> None:
    desk = signed_in("Editor")
    add = reverse("admin:people_person_add")
    form = data_of(desk, add) | {
        "name": "Georgy Malenkov", "sort_name": "Malenkov", "slug": "malenkov", "born": "1901",
        "status": "published",
    } | office_row(power_base=PowerBaseFactory().pk, same_source="first")  # fmt: skip
    # There is no citation yet, so that the choice leads nowhere, and says so at its box.
    assert "no citation yet" in errors_of(desk.post(add, form))["tenures-0-same_source"][0]
    form |= citation_rows({"source": SourceFactory().pk, "locator": "chapter 13"})
    assert desk.post(add, form).status_code == 302
    assert Tenure.objects.get().citations.get().locator == "chapter 13"


def test_an_effect_takes_the_source_of_its_reform() -> None:
    reform = ReformFactory()
    CitationFactory(reform=reform, locator="chapter 13")
    desk = signed_in("Editor")
    form = data_of(desk, page_of(reform)) | {
        "effects-TOTAL_FORMS": 1, "effects-0-power_base": PowerBaseFactory().pk,
        "effects-0-change": "weakened", "effects-0-same_source": "first",
    }  # fmt: skip
    assert desk.post(page_of(reform), form).status_code == 302
    assert Effect.objects.get().citations.get().locator == "chapter 13"


@pytest.mark.parametrize("state", ["draft", "published"])
def test_a_contributor_puts_no_office_on_a_public_person(state: str) -> None:
    """Whatever the state of the power base that it joins, the office belongs to the person."""
    person = PersonFactory()
    CitationFactory(person=person)
    base = PowerBaseFactory(status=state)
    desk = signed_in("Contributor")
    # In the person's form: a suggestion.
    form = data_of(desk, page_of(person)) | office_row(power_base=base.pk, same_source="first")
    assert desk.post(page_of(person), form).status_code == 302
    assert not Tenure.objects.exists()
    assert Suggestion.objects.get().record_id == person.pk
    # On a page of its own, and among the holders of a draft: refused.
    add = reverse("admin:people_tenure_add")
    row = {"person": person.pk, "power_base": base.pk, "office": "Premier", "span": "1958"}
    assert desk.post(add, data_of(desk, add) | row).status_code == 200
    if state == "draft":
        holders = data_of(desk, page_of(base)) | {"tenures-TOTAL_FORMS": 1}
        holders |= {f"tenures-0-{name}": row[name] for name in ("person", "office", "span")}
        assert desk.post(page_of(base), holders).status_code == 200
    assert not Tenure.objects.exists()


# --- looking through everything -----------------------------------------------------------------


def test_the_command_lists_what_stands_bare(memoirs: Memoirs) -> None:
    out = StringIO()
    call_command("check_evidence", stdout=out)
    assert "Every public statement has a source" in out.getvalue()
    Source.objects.filter(pk=memoirs.source.pk).update(status="draft")
    out = StringIO()
    with pytest.raises(CommandError, match="2 statements have no source") as refused:
        call_command("check_evidence", stdout=out)
    assert refused.value.returncode == 1
    assert "event: The Secret Speech (/events/the-speech/)" in out.getvalue()
    # The desk shows the same to those who can mend it.
    start = words(signed_in("Editor").get("/admin/"))
    assert "Readers see these, and no source beside them" in start
    assert "Public without a source" not in words(signed_in("Contributor").get("/admin/"))


def test_the_shipped_course_has_none(khrushchev: Any) -> None:
    call_command("check_evidence", stdout=StringIO())


def test_a_new_citation_does_not_say_that_it_was_read() -> None:
    assert Citation().get_checked_display().startswith("Not read yet")
    # The desk's form begins with the same.
    desk = signed_in("Administrator")
    form = data_of(desk, reverse("admin:sources_citation_add"))
    assert form["checked"] == "exists"
