"""Which evidence readers may see."""

from __future__ import annotations

from typing import Any, Self

from django.db.models import Exists, Prefetch

from records.querysets import RecordQuerySet, one_is_published, owner_is_published


class CitationQuerySet(RecordQuerySet):
    def with_public_source(self) -> Self:
        """Citations of sources that readers see, whatever the records they are for."""
        return self.filter(source_is_published())

    def published(self) -> Self:
        """Citations of published sources, for records that readers may see."""
        # Lazy, because the models of this app are built from this module.
        from sources.models import CITED

        return self.filter(one_is_published(self.model, CITED), source_is_published())


def source_is_published() -> Exists:
    """The condition that a citation's source is public."""
    # Lazy, because the models of this app are built from this module.
    from sources.models import Citation

    return owner_is_published(Citation, "source")


def public_citations(lookup: str = "citations") -> Prefetch[Any]:
    """The prefetch by which pages load evidence, in two queries whatever the number of records.

    In: the path from the queryset's model to its citations; the records on that path must be
    public already. Out: a prefetch that puts a list on each record as `public_citations`.
    """
    # Lazy, because the models of this app are built from this module.
    from sources.models import Citation

    citations = Citation.objects.filter(source_is_published()).select_related("source")
    return Prefetch(lookup, queryset=citations, to_attr="public_citations")
