"""The glossary, its terms, and the page of a topic that checks the class notes."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import Any
from unicodedata import normalize

from django.db.models import Prefetch
from django.http import HttpResponse
from django.urls import reverse

from events.models import Topic
from lessons.api import spellings, topics_in_order
from lessons.models import CheckedClaim, Term, Verdict, check_url
from lessons.uses import topics_using
from records.addresses import Moved, find_absent
from records.api.links import with_records
from records.kinds import title_of
from records.pages import CoursePage, Crumb, ListPage, MovedHere, RecordPage, absolute
from records.paging import Keyset
from records.sorting import first_letter, sort_key
from sources.querysets import public_citations


def _with_topics(terms: Any) -> Any:
    return terms.prefetch_related(Prefetch("topics", topics_in_order(), to_attr="public_topics"))


def _weight(term: Term) -> str:
    """What terms of one letter share: “e” and “É” do, «И» and «Й» do not."""
    return first_letter(term.sort_key)


def _letter(term: Term) -> str:
    """The heading for terms of one letter, without its accent unless that makes another letter."""
    letter = term.name[:1].upper()
    plain = normalize("NFD", letter)[:1]
    same = first_letter(sort_key(plain)) == first_letter(sort_key(letter))
    return plain if same else letter


class GlossaryView(CoursePage, ListPage):
    """Every term with its meaning, from A to Z, or those of one course."""

    template_name = "lessons/glossary.html"
    title = "Glossary"
    description = "The words that a student of this history has to know, each in one sentence."
    keyset = Keyset(("sort_key", "id"), listing="terms")
    # A course has some fifty.
    page_size = 400

    def get_queryset(self) -> Any:
        return _with_topics(self.narrowed(Term.objects.published()))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        terms = context["items"]
        used = topics_using(terms)
        for term in terms:
            term.used_in = [topic for topic in used[term.pk] if self._shows(topic)]
            term.spellings = spellings(term)
        groups = [list(group) for _, group in groupby(terms, key=_weight)]
        letters = [(_letter(group[0]), group) for group in groups]
        return {**context, "letters": letters, "number": len(terms)}

    def _shows(self, topic: Topic) -> bool:
        return self.course is None or topic.course_id == self.course.pk

    def get_json_ld(self) -> dict[str, Any]:
        return {
            "@context": "https://schema.org",
            "@type": "DefinedTermSet",
            "name": "Glossary",
            "url": absolute(self.request, self.request.path),
        }


class TermView(RecordPage):
    template_name = "lessons/term.html"

    def get_queryset(self) -> Any:
        return _with_topics(Term.objects.published()).prefetch_related(public_citations())

    def get_description(self) -> str:
        return self.object.definition

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb("Glossary", reverse("lessons:glossary"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        used_in = topics_using([self.object])[self.object.pk]
        return super().get_context_data(used_in=used_in, **kwargs)

    @classmethod
    def own(cls, record: Any) -> dict[str, Any]:
        return {"spellings": spellings(record)}

    def get_json_ld(self) -> dict[str, Any]:
        term = self.object
        names = [name for name in (term.native_name, *spellings(term)) if name]
        data: dict[str, Any] = {
            "@context": "https://schema.org",
            "@type": "DefinedTerm",
            "name": term.name,
            "description": term.definition,
            "url": absolute(self.request, term.get_absolute_url()),
            "inDefinedTermSet": absolute(self.request, reverse("lessons:glossary")),
        }
        return {**data, "alternateName": names} if names else data


class CheckView(RecordPage):
    """What the class notes of one topic claim, statement by statement, with verdicts."""

    template_name = "lessons/check.html"
    claims: list[CheckedClaim]

    def get_queryset(self) -> Any:
        return Topic.objects.published().select_related("course")

    def get_title(self) -> str:
        return f"Checking the class notes: {title_of(self.object)}"

    def get_description(self) -> str:
        return (
            f"What class notes say of “{title_of(self.object)}”, statement by statement: what the "
            "evidence bears out, and what it does not."
        )

    def get_breadcrumbs(self) -> list[Crumb]:
        topic = self.object
        return [
            Crumb(topic.course.title, topic.course.get_absolute_url()),
            Crumb(title_of(topic), topic.get_absolute_url()),
        ]

    def missing(self, slug: str) -> HttpResponse:
        answer = find_absent(Topic, slug)
        if isinstance(answer, Moved):
            return MovedHere(check_url(answer.record))
        return super().missing(slug)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        topic = self.object
        self.claims = list(
            with_records(CheckedClaim.objects.published().filter(topic=topic))
            .select_related("source")
            .prefetch_related(public_citations())
            .order_by("order", "id")
        )
        for claim in self.claims:
            # So that its address asks for nothing.
            claim.topic = topic
        notes = [claim for claim in self.claims if not claim.common_mistake]
        counts = Counter(claim.verdict for claim in notes)
        # The version and the day at the foot of a page are those of its `object`, and these
        # claims have versions of their own.
        context = super().get_context_data(**{**kwargs, "object": None})
        return {
            **context,
            "topic": topic,
            "notes": notes,
            "mistakes": [claim for claim in self.claims if claim.common_mistake],
            "counts": [(Verdict(v).label, v, counts[v]) for v in Verdict.values if counts[v]],
        }

    def get_json_ld(self) -> dict[str, Any] | None:
        if not self.claims:
            return None
        return {
            "@context": "https://schema.org",
            "@type": "WebPage",
            "name": self.get_title(),
            "url": absolute(self.request, self.request.path),
            "hasPart": [self._review(claim) for claim in self.claims],
        }

    def _review(self, claim: CheckedClaim) -> dict[str, Any]:
        url = absolute(self.request, claim.get_absolute_url())
        claimed: dict[str, Any] = {"@type": "Claim", "name": claim.statement}
        if source := claim.source:
            # schema.org knows people and organisations as authors; notes often name neither.
            claimed["author"] = (
                {"@type": "Person", "name": source.author}
                if source.author
                else {"@type": "Organization", "name": source.title}
            )
            claimed["appearance"] = {
                "@type": "CreativeWork",
                "name": source.title,
                "url": absolute(self.request, source.get_absolute_url()),
            }
        return {
            "@type": "ClaimReview",
            "@id": url,
            "url": url,
            "claimReviewed": claim.statement,
            "itemReviewed": claimed,
            "reviewRating": {"@type": "Rating", "alternateName": claim.get_verdict_display()},
            "author": {"@type": "Organization", "name": "Thaw"},
        }
