"""What of events and of a teacher's arrangement readers may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

from django.db.models import Prefetch, prefetch_related_objects

from records.as_published import state_is_published
from records.kinds import with_titles
from records.querysets import RecordQuerySet, one_is_published, owner_is_published
from sources.querysets import public_citations


class TopicQuerySet(RecordQuerySet):
    def published(self) -> Self:
        """Published topics of published courses."""
        return self.filter(owner_is_published(self.model, "course"), state_is_published(self.model))


class ParticipationQuerySet(RecordQuerySet):
    def published(self) -> Self:
        return self.filter(
            owner_is_published(self.model, "event"),
            owner_is_published(self.model, "person"),
        )


class SectionQuerySet(RecordQuerySet):
    def published(self) -> Self:
        """Sections of published topics."""
        return self.filter(owner_is_published(self.model, "topic"))


class PositionQuerySet(RecordQuerySet):
    def published(self) -> Self:
        """Positions of published topics."""
        return self.filter(owner_is_published(self.model, "topic"))


class PositionEvidenceQuerySet(RecordQuerySet):
    model: Any

    def published(self) -> Self:
        """Evidence in published topics whose record or source readers may see."""
        return self.filter(
            one_is_published(self.model, self.model.kinds), owner_is_published(self.model, "topic")
        )

    def with_records(self) -> Self:
        """With every record, and what its name is made of."""
        return self.select_related(*with_titles(self.model.kinds))


class TopicEntryQuerySet(RecordQuerySet):
    model: Any

    def published(self) -> Self:
        """Entries of published topics whose record readers may see."""
        return self.filter(
            one_is_published(self.model, self.model.kinds), owner_is_published(self.model, "topic")
        )

    def with_records(self) -> Self:
        """With every record, and what its name is made of."""
        return self.select_related(*with_titles(self.model.kinds))


def load_evidence(entries: Sequence[Any]) -> None:
    """Load the public evidence and figures of the records of entries; a few queries for any number.

    In: entries of topics whose records are loaded and public; they may be unsaved ones.
    """
    from events.models import TopicEntry
    from reforms.models import Statistic

    figures = Statistic.objects.published().order_by("date_sort", "id")
    prefetch_related_objects(
        entries,
        *(public_citations(f"{kind}__citations") for kind in TopicEntry.kinds),
        Prefetch(
            "measure__statistics",
            figures.prefetch_related(public_citations()),
            to_attr="public_statistics",
        ),
    )


class EventQuerySet(RecordQuerySet):
    def for_event_page(self) -> Self:
        """With everything the event page shows, public parts only; a constant number of queries."""
        from events.models import Participation
        from people.models import Person
        from reforms.models import Reform, Statistic

        return self.prefetch_related(
            public_citations(),
            Prefetch(
                "participations",
                Participation.objects.filter(state_is_published(Person, "person")).select_related(
                    "person"
                ),
                to_attr="public_participations",
            ),
            Prefetch("reforms", Reform.objects.published(), to_attr="public_reforms"),
            Prefetch(
                "statistics",
                Statistic.objects.published()
                .select_related("measure")
                .prefetch_related(public_citations()),
                to_attr="public_statistics",
            ),
        )
