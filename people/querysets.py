"""Who held what, and what of it readers may see."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, OuterRef, Prefetch, Q

from records.dates import OPEN_FUTURE, OPEN_PAST
from records.querysets import RecordQuerySet, owner_is_published
from sources.querysets import public_citations

if TYPE_CHECKING:
    from people.models import Tenure

# No office is held longer than a long life: only for people whose life dates nobody has entered.
LONGEST_TENURE = 80 * 366


def _beyond_what_is_known(model: Any, first: int, last: int) -> Q:
    """The condition that a tenure without a known end (or beginning) cannot reach some days.

    In: the model of tenures, and the first and last of the days. An end that is not known lies no
    later than the death of the person, the end of the institution, the last day on which a source
    shows them in the office, and the coming of the next holder of a single seat. The same holds the
    other way round for a beginning.
    """
    seat = model._default_manager.filter(
        power_base=OuterRef("power_base"), office=OuterRef("office"), sole_holder=True
    ).exclude(person=OuterRef("person"))
    followed = Exists(
        seat.filter(span_earliest__gt=OuterRef("span_sort"), span_earliest__lte=first)
    )
    preceded = Exists(seat.filter(span_latest__lt=OuterRef("span_latest"), span_latest__gt=last))
    over = Q(span_latest=OPEN_FUTURE) & (
        Q(person__died_latest__lt=first)
        | Q(power_base__span_latest__lt=first)
        | Q(attested_latest__lt=first)
        | Q(span_sort__lt=first - LONGEST_TENURE)
        | (Q(sole_holder=True) & Q(followed))
    )
    not_yet = Q(span_earliest=OPEN_PAST) & (
        Q(person__born_earliest__gt=last)
        | Q(power_base__span_earliest__gt=last)
        | Q(attested_earliest__gt=last)
        | Q(span_latest__gt=last + LONGEST_TENURE, span_latest__lt=OPEN_FUTURE)
        | (Q(sole_holder=True) & Q(preceded))
    )
    return over | not_yet


class TenureQuerySet(RecordQuerySet):
    def published(self) -> Self:
        """Tenures whose person and power base readers may both see."""
        return self.filter(
            owner_is_published(self.model, "person"),
            owner_is_published(self.model, "power_base"),
        )

    def on(self, first: int, last: int | None = None) -> Self:
        """Tenures that may be held at the end of a day, or at the end of any day up to `last`.

        In: day numbers (see `records.dates`). On a day of handover that is the one who came: from
        the first day of a span to the day before its last. A span known to the month or year counts
        from its first to its last possible day, and a single date for all the days that it can be.
        What has no known beginning or end reaches as far as `_beyond_what_is_known` says.
        """
        last = first if last is None else last
        held = self.within("span", first, last)
        held = held.filter(Q(span_latest__gt=first) | ~Q(span_edtf__contains="/"))
        return held.exclude(_beyond_what_is_known(self.model, first, last))

    def left(self, day: int) -> Self:
        """Tenures of which a day is the last that it can be: not held at its end any more."""
        return self.filter(span_latest=day, span_edtf__contains="/")

    def with_evidence(self) -> Self:
        """With person, power base and public citations, in two queries whatever their number."""
        return self.select_related("person", "power_base").prefetch_related(public_citations())

    def for_power_map(self) -> Self:
        """With person, power base, its kind and its public parent."""
        # Lazy, because the models of this app are built from this module.
        from people.models import PowerBase

        return self.select_related("person", "power_base__kind").prefetch_related(
            Prefetch("power_base__parent", PowerBase.objects.published(), "public_parent")
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

    def gained(self, turn: int, day: int) -> Self:
        """Tenures held at the end of `day` and not on the eve of the day `turn`.

        The counterpart of `lost`, so that who came in at a turning point stands beside whom they
        followed. With `turn` equal to `day`: what that day alone changed.
        """
        return self.on(day).exclude(pk__in=self.on(turn - 1).order_by().values("pk"))

    def lost(self, turn: int, day: int) -> Self:
        """Tenures held on the eve of the day `turn` and not at the end of `day`."""
        return self.on(turn - 1).exclude(pk__in=self.on(day).order_by().values("pk"))

    def next_change(self, day: int) -> int | None:
        """The first day after `day` on which these tenures may differ; None when there is none."""
        starts = self.filter(span_earliest__gt=day).order_by("span_earliest")
        ends = self.filter(span_latest__gt=day, span_latest__lt=OPEN_FUTURE).order_by("span_latest")
        start = starts.values_list("span_earliest", flat=True).first()
        end = ends.values_list("span_latest", flat=True).first()
        return min((d for d in (start, end) if d is not None), default=None)

    def previous_change(self, day: int) -> int | None:
        """The last day before `day` on which these tenures may have changed, or None."""
        starts = self.filter(span_earliest__lt=day, span_earliest__gt=OPEN_PAST)
        ends = self.filter(span_latest__lt=day)
        start = starts.order_by("-span_earliest").values_list("span_earliest", flat=True).first()
        end = ends.order_by("-span_latest").values_list("span_latest", flat=True).first()
        return max((d for d in (start, end) if d is not None), default=None)

    def nearest_held_day(self, day: int) -> int | None:
        """The day nearest to `day` on which somebody may have held an office; None for none at all.

        In: a day on which nobody did.
        """
        after = self.filter(span_earliest__gt=day).order_by("span_earliest")
        before = self.filter(span_latest__lte=day).order_by("-span_latest")
        last = before.values_list("span_latest", flat=True).first()
        days = [
            after.values_list("span_earliest", flat=True).first(),
            # At the end of its last day an office is not held any more.
            None if last is None else last - 1,
        ]
        return min((d for d in days if d is not None), key=lambda d: abs(d - day), default=None)
