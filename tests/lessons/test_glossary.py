"""The glossary: what a student looks up, and what a teacher enters."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from curation.models import Suggestion
from curation.revisions import history
from lessons.models import Term
from tests.factories import (
    CitationFactory,
    SourceFactory,
    TermFactory,
    TopicEntryFactory,
    TopicFactory,
)
from tests.support.accounts import signed_in
from tests.support.admin_forms import citation_rows, data_of, errors_of, page_of
from tests.support.pages import json_ld, queries, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def sovnarkhoz() -> Any:
    term = TermFactory(
        slug="sovnarkhoz", name="sovnarkhoz", other_names="economic council; plural sovnarkhozy"
    )
    CitationFactory(term=term)
    return term


def test_every_term_has_its_letter_its_anchor_and_its_sentence(
    client: Client, sovnarkhoz: Any
) -> None:
    # Capitals do not come before small letters.
    TermFactory(slug="secret-speech", name="Secret Speech", native_name="секретный доклад")
    TermFactory(slug="amnesty", name="amnesty")
    TermFactory(slug="a-draft", name="bifurcation", status="draft")
    answer = client.get("/glossary/")
    page = answer.content.decode()
    assert [letter for letter, _ in answer.context["letters"]] == ["A", "S"]
    assert page.index('href="#letter-s"') < page.index('id="letter-s"')
    assert page.index('id="secret-speech"') < page.index('id="sovnarkhoz"')
    for said in ("совнархоз", "sav-nar-KHOS", "A regional economic council", "plural sovnarkhozy"):
        assert said in page
    assert "bifurcation" not in page
    assert json_ld(answer, "DefinedTermSet")["name"] == "Glossary"


def test_a_glossary_costs_the_same_for_any_number_of_terms(client: Client, sovnarkhoz: Any) -> None:
    few = queries(client, "/glossary/")
    for _ in range(5):
        TermFactory().topics.add(TopicFactory())
    assert queries(client, "/glossary/") <= few + 1


def test_an_empty_glossary_says_so(client: Client) -> None:
    assert "No term has been published yet" in words(client.get("/glossary/"))


def test_where_a_term_is_used(client: Client, sovnarkhoz: Any) -> None:
    given = TopicFactory(title="Decentralisation")
    sovnarkhoz.topics.add(given, TopicFactory(title="A draft topic", status="draft"))
    # A topic whose own text links it, and one where an entry does.
    TopicFactory(title="The fall", summary="Against the [councils](term:sovnarkhoz).")
    TopicEntryFactory(topic__title="Democratisation", framing="[x](term:sovnarkhoz)")
    # Another term, whose key begins alike.
    TopicFactory(title="Leadership", summary="[y](term:sovnarkhoz-law)")
    used = words(client.get("/glossary/sovnarkhoz/"))
    for title in ("Decentralisation", "The fall", "Democratisation"):
        assert title in used
        assert title in words(client.get("/glossary/"))
    assert "A draft topic" not in used
    assert "Leadership" not in used


def test_the_page_of_a_term_and_its_former_address(client: Client, sovnarkhoz: Any) -> None:
    answer = client.get("/glossary/sovnarkhoz/")
    assert "Moshe Lewin, 2005" in words(answer)
    data = json_ld(answer, "DefinedTerm")
    assert data["alternateName"] == ["совнархоз", "economic council", "plural sovnarkhozy"]
    sovnarkhoz.slug = "economic-council"
    sovnarkhoz.save()
    assert client.get("/glossary/sovnarkhoz/")["Location"] == "/glossary/economic-council/"
    assert "/glossary/economic-council/" in client.get("/sitemap-glossary.xml").content.decode()


def test_a_version_of_a_term_is_shown_by_its_page(client: Client, sovnarkhoz: Any) -> None:
    with history.changing(sovnarkhoz, by=None, reason="Said it shorter") as term:
        term.definition = "A council that ran a region’s industry."
        term.save()
    then = words(client.get("/glossary/sovnarkhoz/v/1/"))
    assert "A regional economic council, 1957–65." in then


def test_the_api_finds_terms_by_topic_course_and_spelling(client: Client, sovnarkhoz: Any) -> None:
    topic = TopicFactory(slug="decentralisation", course__slug="khrushchev")
    sovnarkhoz.topics.add(topic)
    amnesty = TermFactory(slug="amnesty", name="amnesty", native_name="амнистия")
    amnesty.topics.add(TopicFactory(slug="early-reforms"))

    def keys(query: str) -> list[str]:
        return [each["slug"] for each in client.get(f"/api/v1/terms/?{query}").json()["results"]]

    assert keys("") == ["amnesty", "sovnarkhoz"]
    assert keys("topic=decentralisation") == keys("course=khrushchev") == ["sovnarkhoz"]
    assert keys("search=совнархоз") == keys("search=sovnarkhozy") == ["sovnarkhoz"]
    term = client.get("/api/v1/terms/sovnarkhoz/").json()
    assert term["other_names"] == ["economic council", "plural sovnarkhozy"]
    assert [each["slug"] for each in term["topics"]] == ["decentralisation"]
    assert len(term["citations"]) == 1


def test_a_term_stands_in_the_glossary_once(sovnarkhoz: Any) -> None:
    editor = signed_in("Editor")
    url = reverse("admin:lessons_term_add")
    entered = {**data_of(editor, url), "slug": "council", "definition": "A council."}
    errors = errors_of(editor.post(url, {**entered, "name": "Sovnarkhoz"}))
    assert errors["name"][0].startswith("“sovnarkhoz” is in the glossary already")
    with pytest.raises(IntegrityError), transaction.atomic():
        TermFactory(name="SOVNARKHOZ")


def test_an_editor_publishes_a_term_only_with_its_evidence(client: Client) -> None:
    editor = signed_in("Editor")
    source = SourceFactory()
    url = reverse("admin:lessons_term_add")
    entered = data_of(editor, url) | {
        "name": "plenum",
        "slug": "plenum",
        "definition": "A full meeting of a committee.",
        "status": "published",
    }
    assert "citations" in errors_of(editor.post(url, entered))
    row = {"source": source.pk, "locator": "ch. 13", "public_id": "plenum-1"}
    assert editor.post(url, entered | citation_rows(row)).status_code == 302
    assert "A full meeting" in words(client.get("/glossary/plenum/"))


def test_a_contributor_suggests_a_change_of_a_public_term(sovnarkhoz: Any) -> None:
    contributor = signed_in("Contributor")
    url = page_of(sovnarkhoz)
    data = data_of(contributor, url) | {"definition": "A council of a region."}
    assert contributor.post(url, data).status_code == 302
    assert Suggestion.objects.get().proposed["fields"]["definition"] == "A council of a region."
    assert Term.objects.get().definition.startswith("A regional")
