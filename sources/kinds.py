"""Sources and citations, as the engine has to know them."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from records.courses import taught
from records.kinds import SELF, Kind, SearchFacts, Shows, register, title_of
from sources.models import CITED, Citation, Source


def _author_and_date(source: Source) -> str:
    issued = source.issued.display() if source.issued else ""
    return ", ".join(filter(None, [source.author, issued]))


def _citations_of(course: Any) -> Q:
    """The evidence for what a course teaches."""
    evidence = Q()
    for name in CITED:
        field: Any = Citation._meta.get_field(name)
        cited = field.related_model.objects.published().filter(taught(field.related_model, course))
        evidence |= Q(**{f"{name}__in": cited.values("pk")})
    return evidence


def _sources_of(course: Any) -> Q:
    """A course's bibliography, what its prose cites, and what its records rest on."""
    # Of a source and a record that readers see, they see the citation.
    citations = Citation._base_manager.filter(_citations_of(course))
    listed = Q(pk__in=course.bibliography.values("pk"))
    return taught(Source, course) | listed | Q(pk__in=citations.values("source"))


def _beside_its_record(citation: Citation) -> str:
    """Evidence is read beside what it is evidence for."""
    return f"{citation.record.get_absolute_url()}#citation-{citation.public_id}"


register(
    Kind(
        model=Source,
        order=110,
        listing="sources",
        place="sources",
        example="applebaum-2003",
        distinction=_author_and_date,
        mergeable=True,
        in_course=_sources_of,
        search=SearchFacts(
            names=("author", "publisher"), dated_by="issued", weight=lambda source: 1
        ),
        admin_group="evidence",
        facts=(
            "kind",
            "author",
            "publisher",
            "issued",
            "url",
            "licence",
            "checked",
            "nature",
            "origin",
            "purpose",
            "value",
            "limits",
            "note",
        ),
    ),
    Kind(
        model=Citation,
        order=120,
        listing="citations",
        noun="Citation",
        called_by=("source",),
        needs=("source", *CITED),
        embedded=True,
        shows=(
            *(Shows(name, SELF) for name in ("source", *CITED)),
            *(Shows(SELF, name) for name in CITED),
        ),
        same=("source_id", "locator", "claim", "stance", *(f"{name}_id" for name in CITED)),
        in_course=_citations_of,
        search=SearchFacts(
            text=("claim", "quotation", "note"),
            title=lambda citation: f"{title_of(citation.source)}, {citation.locator}",
            needs=("source",),
            address=_beside_its_record,
            weight=lambda citation: 0,
        ),
        admin_group="evidence",
    ),
)
