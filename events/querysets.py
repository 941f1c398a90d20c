"""What of events and of a teacher's arrangement readers may see."""

from __future__ import annotations

from typing import Self

from django.db.models import Prefetch

from records.querysets import RecordQuerySet, one_is_published, owner_is_published
from sources.querysets import public_citations

# The kinds of record in a topic whose evidence stands beside them.
EVIDENCED = (
    "event",
    "reform",
    "person",
    "tenure",
    "power_base",
    "effect",
    "measure",
    "statistic",
)


class TopicQuerySet(RecordQuerySet):
    def published(self) -> Self:
        """Published topics of published courses."""
        return self.filter(owner_is_published("events.Course", "course_id"), status="published")


class ParticipationQuerySet(RecordQuerySet):
    def published(self) -> Self:
        return self.filter(
            owner_is_published("events.Event", "event_id"),
            owner_is_published("people.Person", "person_id"),
        )


class TopicEntryQuerySet(RecordQuerySet):
    def published(self) -> Self:
        """Entries of published topics whose record readers may see."""
        return self.filter(
            one_is_published(self.model, EVIDENCED), owner_is_published("events.Topic", "topic_id")
        )

    def for_topic_page(self) -> Self:
        """With every record, its evidence and its figures, in a constant number of queries."""
        from reforms.models import Statistic

        figures = Statistic.objects.published().order_by("date_sort", "id")
        return self.select_related(
            "event",
            "reform",
            "person",
            "power_base",
            "measure",
            "tenure__person",
            "tenure__power_base",
            "effect__reform",
            "effect__power_base",
            "statistic__measure",
        ).prefetch_related(
            *(public_citations(f"{kind}__citations") for kind in EVIDENCED),
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
        from reforms.models import Reform, Statistic

        return self.prefetch_related(
            public_citations(),
            Prefetch(
                "participations",
                Participation.objects.filter(person__status="published").select_related("person"),
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
