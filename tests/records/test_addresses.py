"""An address is a promise: it leads to one record for ever, whatever happens to its name."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from records.models import PastSlug
from tests import factories as make

pytestmark = pytest.mark.django_db

# Every kind of record that has a page of its own.
KINDS = [
    make.PersonFactory,
    make.PowerBaseFactory,
    make.ReformFactory,
    make.MeasureFactory,
    make.EventFactory,
    make.CourseFactory,
    make.TopicFactory,
    make.SourceFactory,
]


def kind(factory: Any) -> str:
    return factory._meta.model.__name__


def rename(record: Any, slug: str) -> None:
    # As the admin does: another process read it, so nothing is remembered from before.
    found = type(record)._base_manager.get(pk=record.pk)
    found.slug = slug
    found.full_clean()
    found.save()
    record.refresh_from_db()


@pytest.mark.parametrize("factory", KINDS, ids=kind)
def test_every_former_address_redirects_in_one_step(client: Client, factory: Any) -> None:
    record = factory(slug="first-name")
    page = record.get_absolute_url()
    rename(record, "second-name")
    rename(record, "third-name")
    for former in ("first-name", "second-name"):
        answer = client.get(page.replace("first-name", former))
        assert (answer.status_code, answer["Location"]) == (301, record.get_absolute_url()), former
    assert client.get(record.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("factory", KINDS, ids=kind)
def test_a_former_address_is_refused_to_every_other_record(factory: Any) -> None:
    record, other = factory(slug="first-name"), factory(slug="somebody-else")
    rename(record, "second-name")
    other.slug = "first-name"
    with pytest.raises(ValidationError, match="was the address of “second-name”") as refusal:
        other.full_clean()
    assert list(refusal.value.message_dict) == ["slug"]
    # A script that asks nobody is stopped too.
    with pytest.raises(ValidationError, match="never used twice"):
        other.save()
    with pytest.raises(ValidationError, match="never used twice"):
        factory(slug="first-name")


@pytest.mark.parametrize("factory", KINDS, ids=kind)
def test_a_record_may_go_back_to_an_address_it_had(client: Client, factory: Any) -> None:
    record = factory(slug="first-name")
    rename(record, "second-name")
    rename(record, "first-name")
    assert client.get(record.get_absolute_url()).status_code == 200
    answer = client.get(record.get_absolute_url().replace("first-name", "second-name"))
    assert (answer.status_code, answer["Location"]) == (301, record.get_absolute_url())
    # Nothing is left that would send a reader round in a circle.
    assert not PastSlug.objects.filter(slug="first-name").exists()


@pytest.mark.parametrize("factory", KINDS, ids=kind)
def test_the_address_of_a_deleted_record_is_gone_and_stays_taken(
    client: Client, factory: Any
) -> None:
    record = factory(slug="first-name")
    page = record.get_absolute_url()
    rename(record, "second-name")
    type(record)._base_manager.filter(pk=record.pk).delete()
    for slug in ("first-name", "second-name"):
        assert client.get(page.replace("first-name", slug)).status_code == 410, slug
        with pytest.raises(ValidationError, match="was the address of a deleted record"):
            factory(slug=slug)


def test_a_deletion_that_takes_others_along_reserves_their_addresses_too() -> None:
    topic = make.TopicFactory(slug="de-stalinisation")
    topic.course.delete()
    assert PastSlug.objects.filter(model="events.topic", slug="de-stalinisation").exists()


def test_the_same_word_may_name_records_of_two_kinds(client: Client) -> None:
    reform, event = make.ReformFactory(slug="the-thaw"), make.EventFactory(slug="the-thaw")
    rename(reform, "ending-the-terror")
    assert client.get(event.get_absolute_url()).status_code == 200
    assert client.get("/reforms/the-thaw/")["Location"] == "/reforms/ending-the-terror/"


@pytest.mark.parametrize("status", ["draft", "review"])
def test_a_former_address_does_not_give_a_draft_away(client: Client, status: str) -> None:
    event = make.EventFactory(slug="first-name", status=status)
    rename(event, "secret-name")
    answer = client.get("/events/first-name/")
    assert answer.status_code == 404
    assert "secret-name" not in answer.content.decode()


def test_saving_without_renaming_asks_nothing_about_addresses(
    django_assert_num_queries: Any,
) -> None:
    event = make.EventFactory()
    found = type(event)._base_manager.get(pk=event.pk)
    found.summary = "Four hours, behind closed doors."
    with django_assert_num_queries(1):
        found.save()


@pytest.mark.parametrize("factory", KINDS, ids=kind)
@pytest.mark.parametrize("status", ["draft", "review"])
def test_a_deleted_draft_is_answered_as_if_it_had_never_been(
    client: Client, factory: Any, status: str
) -> None:
    record = factory(slug="first-name", status=status)
    page = record.get_absolute_url()
    rename(record, "second-name")
    record.delete()
    for slug in ("first-name", "second-name"):
        for below in ("", "v/", "v/1/", "report/"):
            address = f"{page.replace('first-name', slug)}{below}"
            assert client.get(address).status_code == 404, address
        # Its address stays taken all the same: a colleague may have noted it down.
        with pytest.raises(ValidationError, match="was the address of a deleted record"):
            factory(slug=slug)


def test_a_name_that_only_a_draft_had_leads_nowhere_even_when_it_is_published(
    client: Client,
) -> None:
    event = make.EventFactory(slug="working-title", status="draft")
    event.slug, event.status = "secret-speech", "published"
    event.save()
    assert client.get("/events/secret-speech/").status_code == 200
    assert client.get("/events/working-title/").status_code == 404
    assert client.get("/api/v1/events/working-title/").status_code == 404
    assert client.get("/api/v1/timeline/?topic=working-title").status_code == 400
    rename(event, "speech-to-the-congress")
    assert client.get("/events/secret-speech/").status_code == 301
    assert client.get("/api/v1/events/secret-speech/").status_code == 301


@pytest.mark.parametrize(("seen", "answer"), [(True, 410), (False, 404)])
def test_the_api_tells_no_more_of_a_deleted_record_than_the_page(
    client: Client, seen: bool, answer: int
) -> None:
    make.EventFactory(slug="first-name", status="published" if seen else "draft").delete()
    for address in ("/events/first-name/", "/api/v1/events/first-name/"):
        assert client.get(address).status_code == answer, address
