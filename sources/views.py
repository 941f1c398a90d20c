"""Where everything here is known from, and what rests on each source."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.db.models import Case, IntegerField, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from records.kinds import with_titles
from records.pages import CoursePage, Crumb, ListPage, RecordPage, absolute, page_or_first
from records.paging import Keyset
from records.pictures.api import image_of
from records.prose import first_paragraph
from records.schema_org import iso_date
from sources.models import CITED, Citation, Source
from sources.schema_org import TYPES


class SourcesView(CoursePage, ListPage):
    """The bibliography by title, all of it or one kind: `?kind=`."""

    template_name = "sources/index.html"
    title = "Sources"
    description = "Every source behind this history, how far it was checked, and what it is worth."
    keyset = Keyset(("sort_key", "id"), listing="sources")

    kind = ""
    problem = ""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kind = request.GET.get("kind", "").strip()
        if kind in Source.Kind.values:
            self.kind = kind
        elif kind:
            self.problem = f"There is no kind of source called “{kind[:60]}”. Here are all kinds."
        context = self.get_context_data(**kwargs)
        return self.render_to_response(context, status=400 if self.problem else 200)

    def get_title(self) -> str:
        return f"Sources: {Source.Kind(self.kind).label}" if self.kind else self.title

    def get_queryset(self) -> Any:
        sources = self.narrowed(Source.objects.published())
        return sources.filter(kind=self.kind) if self.kind else sources

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(
            kinds=Source.Kind.choices,
            kind=self.kind,
            problem=self.problem,
            noindex=bool(self.problem),
            **kwargs,
        )
        if self.kind:
            context["canonical"] += f"?kind={self.kind}"
        return context


class SourceView(RecordPage):
    """One source: what it is worth, and every published statement that rests on it."""

    template_name = "sources/source.html"
    keyset = Keyset(("kind_rank", "record_key", "order", "id"), listing="citations of a source")
    page_size = 100

    def get_queryset(self) -> Any:
        return Source.objects.published()

    def get_description(self) -> str:
        source = self.object
        return first_paragraph(source.nature) or f"{source.title}: {source.get_checked_display()}."

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb("Sources", reverse("sources:index"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ranks = [When(**{f"{kind}__isnull": False}, then=Value(n)) for n, kind in enumerate(CITED)]
        citations = (
            Citation.objects.published()
            .filter(source=self.object)
            .select_related(*with_titles(CITED))
            .annotate(
                kind_rank=Case(*ranks, default=Value(0), output_field=IntegerField()),
                record_key=Coalesce(*(f"{kind}_id" for kind in CITED)),
            )
        )
        page, lost = page_or_first(
            self.keyset, citations, size=self.page_size, request=self.request
        )
        for citation in page.items:
            # Known already: each is of this source.
            citation.source = self.object
        return super().get_context_data(
            page=page, cursor_lost=lost, kinds=_by_record(page.items), **kwargs
        )

    def get_json_ld(self) -> dict[str, Any]:
        source = self.object
        facts = {
            "author": source.author,
            "publisher": source.publisher,
            "datePublished": iso_date(source.issued),
            "license": source.licence,
            "sameAs": source.url,
            "image": image_of(source, self.request),
        }
        return {
            "@context": "https://schema.org",
            "@type": TYPES.get(source.kind, "CreativeWork"),
            "name": source.title,
            "url": absolute(self.request, source.get_absolute_url()),
            **{name: value for name, value in facts.items() if value},
        }


def _by_record(citations: list[Any]) -> list[dict[str, Any]]:
    """Citations that stand together by record, and those records by kind.

    Out: `{"name", "title", "records": [(record, citations)]}` per kind of record.
    """
    kinds = []
    for rank, of_kind in groupby(citations, key=lambda citation: citation.kind_rank):
        name = CITED[rank]
        records = [
            (next_record, rows)
            for _, group in groupby(of_kind, key=lambda citation: citation.record_key)
            for rows in [list(group)]
            for next_record in [rows[0].record]
        ]
        field: Any = Citation._meta.get_field(name)
        title = field.related_model._meta.verbose_name_plural
        kinds.append({"name": name, "title": str(title).capitalize(), "records": records})
    return kinds
