"""Who held what, and what of it readers may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Self

from django.db.models import Case, IntegerField, Prefetch, Q, Value, When

from records.dates import OPEN_FUTURE, OPEN_PAST
from records.querysets import RecordQuerySet, owner_is_published
from sources.querysets import public_citations

if TYPE_CHECKING:
    from people.models import Tenure

# The order in which the power map reads: who rules first, who reports last.
KINDS_OF_POWER = ("party", "state", "security", "army", "republics", "press", "other")


class TenureQuerySet(RecordQuerySet):
    def published(self) -> Self:
        """Tenures whose person and power base readers may both see."""
        return self.filter(
            owner_is_published("people.Person", "person_id"),
            owner_is_published("people.PowerBase", "power_base_id"),
        )

    def on(self, day: int) -> Self:
        """Tenures that may have been running on a day (a day number, see `records.dates`).

        A span known to the month or year counts from its first to its last possible day.
        """
        return self.within("span", day, day)

    def with_evidence(self) -> Self:
        """With person, power base and public citations, in two queries whatever their number."""
        return self.select_related("person", "power_base").prefetch_related(public_citations())

    def for_power_map(self) -> Self:
        """With person, power base and its public parent, and `kind_rank` to sort kinds of power."""
        # Lazy, because the models of this app are built from this module.
        from people.models import PowerBase

        ranks = [When(power_base__kind=k, then=Value(n)) for n, k in enumerate(KINDS_OF_POWER)]
        return (
            self.select_related("person", "power_base")
            .prefetch_related(
                Prefetch("power_base__parent", PowerBase.objects.published(), "public_parent")
            )
            .annotate(
                kind_rank=Case(
                    *ranks, default=Value(len(KINDS_OF_POWER)), output_field=IntegerField()
                )
            )
        )

    def beside(self, tenures: Sequence[Tenure]) -> Self:
        """Other people's tenures that rested on the same power bases at the same time.

        In: the tenures of one person, at least one. A handover on one day is not the same time.
        """
        together = Q()
        for tenure in tenures:
            assert tenure.span is not None
            together |= Q(
                power_base=tenure.power_base_id,
                span_earliest__lt=tenure.span.latest,
                span_latest__gt=tenure.span.earliest,
            )
        return (
            self.filter(together)
            .exclude(person=tenures[0].person_id)
            .select_related("person", "power_base")
            .order_by("span_sort", "id")
        )

    def gained(self, since: int, day: int) -> Self:
        """Tenures that may run on `day` and had certainly not begun by the day `since`."""
        return self.on(day).filter(span_earliest__gt=since)

    def lost(self, since: int, day: int) -> Self:
        """Tenures that may have run on the day `since` and had certainly ended before `day`."""
        return self.on(since).filter(span_latest__lt=day)

    def next_change(self, day: int) -> int | None:
        """The first day after `day` on which these tenures may differ; None when there is none."""
        starts = self.filter(span_earliest__gt=day).order_by("span_earliest")
        ends = self.filter(span_latest__gte=day, span_latest__lt=OPEN_FUTURE).order_by(
            "span_latest"
        )
        start = starts.values_list("span_earliest", flat=True).first()
        end = ends.values_list("span_latest", flat=True).first()
        days = [d for d in (start, None if end is None else end + 1) if d is not None]
        return min(days, default=None)

    def previous_change(self, day: int) -> int | None:
        """The last day before `day` on which these tenures may have changed, or None."""
        starts = self.filter(span_earliest__lt=day, span_earliest__gt=OPEN_PAST)
        ends = self.filter(span_latest__lt=day - 1)
        start = starts.order_by("-span_earliest").values_list("span_earliest", flat=True).first()
        end = ends.order_by("-span_latest").values_list("span_latest", flat=True).first()
        days = [d for d in (start, None if end is None else end + 1) if d is not None]
        return max(days, default=None)

    def nearest_held_day(self, day: int) -> int | None:
        """The day nearest to `day` on which somebody may have held an office; None for none at all.

        In: a day on which nobody did.
        """
        after = self.filter(span_earliest__gt=day).order_by("span_earliest")
        before = self.filter(span_latest__lt=day).order_by("-span_latest")
        days = [
            after.values_list("span_earliest", flat=True).first(),
            before.values_list("span_latest", flat=True).first(),
        ]
        return min((d for d in days if d is not None), key=lambda d: abs(d - day), default=None)
