"""Checking the class notes: claims, their verdicts, and what readers see of both."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from curation.models import Suggestion
from curation.revisions import history
from curation.workflow import publishing
from lessons.models import CheckedClaim
from lessons.verdicts import mismatch
from records.publication import obstacles
from tests.factories import (
    CheckedClaimFactory,
    CitationFactory,
    EventFactory,
    SourceFactory,
    TopicFactory,
)
from tests.support.accounts import signed_in
from tests.support.admin_forms import data_of, errors_of, page_of
from tests.support.khrushchev_clauses import CLAUSES
from tests.support.pages import json_ld, queries, words

pytestmark = pytest.mark.django_db

PAGE = "/topics/de-stalinisation/check/"


@pytest.fixture
def topic() -> Any:
    return TopicFactory(slug="de-stalinisation", title="De-Stalinisation")


@pytest.fixture
def claim(topic: Any) -> Any:
    """What the notes say of the Secret Speech, which the speech itself disputes."""
    claim = CheckedClaimFactory(
        public_id="no-direct-criticism",
        topic=topic,
        code="S19",
        order=19,
        source__title="Class notes",
        source__author="",
        event__slug="secret-speech",
    )
    CitationFactory(
        public_id="the-speech-itself",
        checked_claim=claim,
        stance="disputes",
        note="Names Stalin throughout.",
    )
    return claim


class TestPage:
    def test_says_what_is_claimed_the_verdict_why_and_by_what(
        self, client: Client, claim: Any
    ) -> None:
        text = words(client.get(PAGE))
        for said in (
            "S19",
            "The speech contained no direct criticism of Stalin.",
            "Contradicted",
            "attacks Stalin by name",
            "Claimed in Class notes , De-Stalinisation",
            "Disputes:",
            "Names Stalin throughout.",
        ):
            assert said in text, said

    def test_keeps_the_order_of_the_notes_and_sets_mistakes_apart(
        self, client: Client, claim: Any, topic: Any
    ) -> None:
        CheckedClaimFactory(topic=topic, order=17, statement="Released in June.")
        CheckedClaimFactory(
            topic=topic, order=1, statement="It stayed secret.", common_mistake=True, source=None
        )
        text = words(client.get(PAGE))
        places = [
            text.index(each)
            for each in ("Released in June", "no direct criticism", "Common mistakes", "It stayed")
        ]
        assert places == sorted(places)

    @pytest.mark.parametrize("hidden", ["claim", "record", "source"])
    def test_shows_nothing_that_is_not_public(
        self, client: Client, claim: Any, hidden: str
    ) -> None:
        record = {"claim": claim, "record": claim.event, "source": claim.source}[hidden]
        type(record).objects.filter(pk=record.pk).update(status="draft")
        assert "no direct criticism" not in words(client.get(PAGE))
        assert client.get("/api/v1/claims/").json()["results"] == []
        assert client.get("/api/v1/claims/no-direct-criticism/").status_code == 404

    def test_a_topic_leads_to_it_where_something_is_checked(
        self, client: Client, claim: Any
    ) -> None:
        assert f'href="{PAGE}"' in client.get("/topics/de-stalinisation/").content.decode()
        assert PAGE in client.get("/sitemap-checks.xml").content.decode()
        publishing.withdraw(claim, by=None, reason="Entered twice.")
        assert PAGE not in client.get("/topics/de-stalinisation/").content.decode()
        assert PAGE not in client.get("/sitemap-checks.xml").content.decode()
        assert "No statement about this topic" in words(client.get(PAGE))

    def test_follows_its_topic_to_a_new_address(self, client: Client, claim: Any) -> None:
        claim.topic.slug = "undoing-stalin"
        claim.topic.save()
        assert client.get(PAGE)["Location"] == "/topics/undoing-stalin/check/"
        assert client.get("/topics/nothing/check/").status_code == 404

    def test_costs_the_same_for_any_number_of_claims(
        self, client: Client, claim: Any, topic: Any
    ) -> None:
        few = queries(client, PAGE)
        for _ in range(5):
            CitationFactory(checked_claim=CheckedClaimFactory(topic=topic))
        assert queries(client, PAGE) == few

    def test_tells_search_engines_what_was_reviewed(self, client: Client, claim: Any) -> None:
        CheckedClaimFactory(
            topic=claim.topic, order=99, common_mistake=True, source=None, verdict="doubtful"
        )
        first, second = json_ld(client.get(PAGE), "WebPage")["hasPart"]
        assert first["@type"] == "ClaimReview"
        assert first["claimReviewed"] == claim.statement
        assert first["reviewRating"]["alternateName"] == "Contradicted"
        assert first["itemReviewed"]["author"] == {"@type": "Organization", "name": "Class notes"}
        assert first["url"].endswith(f"{PAGE}#claim-no-direct-criticism")
        # A mistake that is nobody’s alone has no author.
        assert second["itemReviewed"].keys() == {"@type", "name"}


class TestApi:
    def test_gives_the_claim_with_its_evidence(self, client: Client, claim: Any) -> None:
        record = client.get("/api/v1/claims/no-direct-criticism/").json()
        assert (record["verdict"], record["code"]) == ("contradicted", "S19")
        assert record["record"]["key"] == "secret-speech"
        assert record["source"]["title"] == "Class notes"
        assert record["page"].endswith(f"{PAGE}#claim-no-direct-criticism")
        assert [each["stance"] for each in record["citations"]] == ["disputes"]
        [cited] = client.get("/api/v1/citations/?checked_claim=no-direct-criticism").json()[
            "results"
        ]
        assert cited["record"]["kind"] == "checked_claim"

    def test_finds_claims(self, client: Client, claim: Any) -> None:
        mistake = CheckedClaimFactory(
            verdict="doubtful", common_mistake=True, source=None, topic__slug="the-fall"
        )

        def keys(query: str) -> list[str]:
            found = client.get(f"/api/v1/claims/?{query}")
            assert found.status_code == 200, found.content
            return [each["id"] for each in found.json()["results"]]

        assert keys("topic=de-stalinisation") == [claim.public_id]
        assert keys("verdict=doubtful") == [mistake.public_id]
        assert keys("common_mistake=true") == [mistake.public_id]
        assert keys("common_mistake=false") == [claim.public_id]
        assert keys("stance=disputes") == [claim.public_id]
        assert client.get("/api/v1/claims/?verdict=wrong").status_code == 400

    def test_gives_it_as_linked_data(self, client: Client, claim: Any) -> None:
        address = "/api/v1/claims/no-direct-criticism/?format=jsonld"
        assert client.get(address).json()["reviewRating"]["alternateName"] == "Contradicted"


class TestDesk:
    def test_a_claim_without_a_verdict_is_not_published(self, claim: Any) -> None:
        claim.status, claim.verdict = "draft", ""
        claim.save()
        assert [obstacle.field for obstacle in obstacles(claim)] == ["verdict"]
        editor = signed_in("Editor")
        data = data_of(editor, page_of(claim)) | {"status": "published"}
        assert "Choose a verdict" in str(errors_of(editor.post(page_of(claim), data)))
        with pytest.raises(IntegrityError), transaction.atomic():
            CheckedClaim.objects.update(status="published")

    def test_a_verdict_against_the_evidence_is_saved_with_a_warning(self, claim: Any) -> None:
        editor = signed_in("Editor")
        data = data_of(editor, page_of(claim)) | {"verdict": "supported"}
        answer = editor.post(page_of(claim), data)
        assert answer.status_code == 302
        said = [str(message) for message in get_messages(answer.wsgi_request)]
        assert any("all evidence disputes the claim" in each for each in said), said
        claim.refresh_from_db()
        assert claim.verdict == "supported"
        data = data_of(editor, page_of(claim)) | {"verdict": "contradicted"}
        said = [str(m) for m in get_messages(editor.post(page_of(claim), data).wsgi_request)]
        assert not any("The verdict is" in each for each in said[-2:])

    @pytest.mark.parametrize(
        ("changed", "box"),
        [
            # Who claims it?
            ({"source": ""}, "source"),
            ({"locator": ""}, "locator"),
            ({"statement": ""}, "statement"),
            # Of two records, which is it about?
            ({"person": "somebody"}, "__all__"),
            ({"event": ""}, "__all__"),
        ],
    )
    def test_what_a_claim_needs(self, claim: Any, changed: dict[str, Any], box: str) -> None:
        from tests.factories import PersonFactory

        if "person" in changed:
            changed = {"person": PersonFactory().pk}
        editor = signed_in("Editor")
        data = data_of(editor, page_of(claim)) | changed
        assert box in errors_of(editor.post(page_of(claim), data))

    def test_a_contributor_suggests(self, claim: Any) -> None:
        contributor = signed_in("Contributor")
        data = data_of(contributor, page_of(claim)) | {"verdict": "doubtful"}
        assert contributor.post(page_of(claim), data).status_code == 302
        assert Suggestion.objects.get().proposed["fields"]["verdict"] == "doubtful"
        claim.refresh_from_db()
        assert claim.verdict == "contradicted"

    def test_a_contributor_enters_a_draft(self, topic: Any) -> None:
        contributor = signed_in("Contributor")
        url = reverse("admin:lessons_checkedclaim_add")
        data = data_of(contributor, url) | {
            "statement": "It stayed secret.",
            "common_mistake": "on",
            "topic": topic.pk,
            "event": EventFactory().pk,
        }
        assert contributor.post(url, data).status_code == 302
        assert CheckedClaim.objects.get().status == "draft"


def test_what_a_claim_said_is_kept_and_comes_back(claim: Any) -> None:
    with history.changing(claim, by=None, reason="Read again") as changed:
        changed.verdict = "nuance"
        changed.save()
    from curation.models import Version

    version = Version.objects.of(claim).get(number=1)
    assert version.snapshot["fields"]["verdict"] == "contradicted"
    assert history.restore(version, by=None, reason="Not so").verdict == "contradicted"


def test_a_code_stands_once_in_a_topic(claim: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CheckedClaimFactory(topic=claim.topic, code="S19")
    # Notes of another topic number from one again.
    CheckedClaimFactory(code="S19")


def test_a_source_that_claims_something_is_not_deleted_with_it(claim: Any) -> None:
    from django.db.models import ProtectedError

    with pytest.raises(ProtectedError):
        claim.source.delete()
    SourceFactory().delete()


class TestShippedCourse:
    def test_all_thirty_seven_verdicts_are_those_of_the_research(self, khrushchev: Any) -> None:
        notes = CheckedClaim.objects.published().filter(common_mistake=False)
        shipped = {claim.code: claim.get_verdict_display().lower() for claim in notes}
        assert shipped == {clause[0]: clause[5] for clause in CLAUSES}
        assert len(shipped) == 37

    def test_each_is_about_the_record_that_carries_it(self, khrushchev: Any) -> None:
        about = {
            claim.code: (claim.kind, getattr(claim.record, "slug", "") or claim.record.public_id)
            for claim in CheckedClaim.objects.exclude(code="")
        }
        assert about == {clause[0]: (clause[1], clause[2]) for clause in CLAUSES}

    def test_no_verdict_contradicts_its_evidence(self, khrushchev: Any) -> None:
        for claim in CheckedClaim.objects.prefetch_related("citations__source"):
            assert claim.reasoning, claim.public_id
            assert mismatch(claim.verdict, claim.citations.all()) == "", claim.public_id

    def test_every_topic_has_its_notes_and_its_common_mistakes(
        self, client: Client, khrushchev: Any
    ) -> None:
        for topic in khrushchev.topics.all():
            answer = client.get(f"/topics/{topic.slug}/check/")
            assert answer.context["notes"], topic.slug
            assert len(answer.context["mistakes"]) >= 4, topic.slug
            codes = [int(claim.code[1:]) for claim in answer.context["notes"]]
            assert codes == sorted(codes)

    def test_the_glossary_explains_every_term_of_its_topics(self, khrushchev: Any) -> None:
        from lessons.models import Term

        terms = Term.objects.published()
        assert len(terms) == 48
        assert not terms.filter(native_name="").exists()
        assert not terms.filter(topics=None).exists()
        for topic in khrushchev.topics.all():
            assert topic.terms.exists(), topic.slug
