"""Which evidence readers may see."""

from __future__ import annotations

from typing import Any, Self

from django.apps import apps
from django.db.models import Exists, OuterRef, Prefetch, Q

from records.querysets import RecordQuerySet


class CitationQuerySet(RecordQuerySet):
    def published(self) -> Self:
        """Citations of published sources, for records that readers may see."""
        return self.filter(
            Q(person__status="published")
            | Q(power_base__status="published")
            | Q(tenure__person__status="published", tenure__power_base__status="published")
            | Q(reform__status="published")
            | Q(effect__reform__status="published", effect__power_base__status="published")
            | Q(measure__status="published")
            | Q(statistic__status="published", statistic__measure__status="published")
            | Q(event__status="published"),
            source_is_published(),
        )


def source_is_published() -> Exists:
    """The condition that a citation's source is public.

    A subquery and not a join, because a join lets SQLite begin at the published sources, which are
    nearly all of them, and read every citation there is to find those of one page.
    """
    source = apps.get_model("sources", "Source")
    return Exists(source.objects.published().filter(pk=OuterRef("source_id")))


def public_citations(lookup: str = "citations") -> Prefetch[Any]:
    """The prefetch by which pages load evidence, in two queries whatever the number of records.

    In: the path from the queryset's model to its citations; the records on that path must be
    public already. Out: a prefetch that puts a list on each record as `public_citations`.
    """
    # Lazy, because the models of this app are built from this module.
    from sources.models import Citation

    citations = Citation.objects.filter(source_is_published()).select_related("source")
    return Prefetch(lookup, queryset=citations, to_attr="public_citations")
