"""Which evidence readers may see."""

from __future__ import annotations

from typing import Any, Self

from django.db.models import Prefetch, Q

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
            source__status="published",
        )


def public_citations(lookup: str = "citations") -> Prefetch[Any]:
    """The prefetch by which pages load evidence, in two queries whatever the number of records.

    In: the path from the queryset's model to its citations; the records on that path must be
    public already. Out: a prefetch that puts a list on each record as `public_citations`.
    """
    # Lazy, because the models of this app are built from this module.
    from sources.models import Citation

    citations = Citation.objects.filter(source__status="published").select_related("source")
    return Prefetch(lookup, queryset=citations, to_attr="public_citations")
