"""The figures of a measure as readers saw them at one moment, for what is pinned or cited.

A measure and its figures have histories of their own, so the number of the measure's version says
nothing of its figures. A moment says both: the state of every one of them is the last that was kept
before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Max, Q

from curation.models import Version
from curation.revisions.rendering import past_citations
from records.codec import codec_of
from records.models import PastSlug, Status
from reforms.findings import finding
from reforms.models import Measure, Statistic

# As many as the page of a measure shows at once.
MOST = 100
# What of a measure stands around its figures.
_OF_MEASURE = ("slug", "name", "unit", "population", "finding", "caveat")


@dataclass(frozen=True)
class PastFigures:
    """The figures of a measure at the moment `at`.

    `shown`: what the template of the measure's page is given of them. `gone`: how many stood there
    that readers may not see any more.
    """

    statistics: list[Statistic]
    shown: dict[str, Any]
    gone: int
    at: datetime

    @property
    def source_ids(self) -> set[int]:
        """The sources that these figures rested on."""
        return {c.source_id for figure in self.statistics for c in figure.public_citations}  # type: ignore[attr-defined]


def last_change(measure: Measure) -> datetime:
    """When the published measure, or one of its figures, last became what readers see now."""
    figures = Statistic.objects.filter(measure=measure)
    latest = Version.objects.filter(
        Q(model=_label(Measure), record_id=measure.pk)
        | Q(model=_label(Statistic), record_id__in=figures.values("pk")),
        status__in=(Status.PUBLISHED, Status.WITHDRAWN),
    ).aggregate(at=Max("made_at"))
    first = figures.published().aggregate(at=Max("published_at"))
    assert measure.published_at is not None
    return max(at for at in (measure.published_at, latest["at"], first["at"]) if at is not None)


def figures_at(measure: Measure, at: datetime, fields: dict[str, Any]) -> PastFigures:
    """The figures of a measure as they stood at a moment, the first `MOST` in order of time.

    In: the measure, the moment, and the fields of its version that was current then. Only figures
    that are public today and still this measure's are shown; a constant number of queries.
    """
    was = Measure(**{name: fields.get(name, "") for name in _OF_MEASURE}, pk=measure.pk)
    ever = Statistic.objects.filter(measure=measure, published_at__lte=at)
    now = list(ever.with_evidence().order_by("date_sort", "id")[:MOST])
    versions = _versions(now)
    names = _names(measure)
    then = {figure.pk: _then(figure, at, versions.get(figure.pk, []), names) for figure in now}
    stood = [figure for figure in now if then[figure.pk] is not None]
    shown = _rebuilt(was, [(f, then[f.pk]) for f in stood if f.is_published])
    return PastFigures(
        statistics=shown,
        shown=finding(shown, was.unit),
        gone=sum(not figure.is_published for figure in stood),
        at=at,
    )


def _versions(figures: list[Statistic]) -> dict[int, list[Version]]:
    """The kept versions of some figures, each figure's in order of time."""
    versions = Version.objects.filter(
        model=_label(Statistic), record_id__in=[figure.pk for figure in figures]
    )
    by_record: dict[int, list[Version]] = {}
    for version in versions.order_by("made_at", "number"):
        by_record.setdefault(version.record_id, []).append(version)
    return by_record


def _then(figure: Statistic, at: datetime, versions: list[Version], names: set[str]) -> Any:
    """A figure at a moment: a snapshot, True for one that never changed since, None for no figure.

    A figure that came with a course has no version until its first change, which keeps what it was
    before as a baseline; until that change it was what the baseline says.
    """
    earlier = [version for version in versions if version.made_at <= at]
    if earlier:
        version = earlier[-1]
    elif not versions:
        return True if figure.is_published else None
    elif versions[0].action == Version.Action.BASELINE:
        version = versions[0]
    else:
        return None
    if not version.is_public or version.action == Version.Action.DELETED:
        return None
    # One that counted something else then was shown on the page of another measure.
    return version.snapshot if version.snapshot["fields"]["measure"] in names else None


def _rebuilt(measure: Measure, stood: list[tuple[Statistic, Any]]) -> list[Statistic]:
    """Figures with evidence as their snapshots say, in order of time; never to be saved."""
    rows = [[] if then is True else then["rows"].get("citations", []) for _, then in stood]
    figures = []
    for (now, then), citations in zip(stood, past_citations(rows), strict=True):
        figure: Any = now
        if then is not True:
            figure = Statistic(pk=now.pk, public_id=now.public_id)
            _set(figure, then["fields"])
            figure.public_citations = citations
        figure.measure = measure
        figure.is_disputed = any(c.stance == "disputes" for c in figure.public_citations)
        figures.append(figure)
    # Those without a date come last, as they do on the page.
    figures.sort(key=lambda f: (f.date is None, f.date.sort if f.date else 0, f.pk))
    return figures


def _set(figure: Any, fields: dict[str, Any]) -> None:
    for field in codec_of(Statistic).fields:
        # A figure stands under its measure here, and leads to nothing else.
        if field.name in fields and not field.is_relation:
            field.assign(figure, field.decode(fields[field.name], lambda *_: None))


def _names(measure: Measure) -> set[str]:
    """Every address that the measure has or had."""
    past = PastSlug.objects.filter(model=_label(Measure), current_slug=measure.slug)
    return {measure.slug, *past.values_list("slug", flat=True)}


def _label(model: Any) -> str:
    return str(model._meta.label_lower)
