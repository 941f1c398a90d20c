"""How well the records of each topic are covered by evidence."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, F, Q, Value
from django.utils import timezone

from events.models import ARRANGED, Topic, TopicEntry
from records.models import Status
from sources.certainty import NOT_EVIDENCE
from sources.models import Citation

# Nothing keeps the day on which a source was last looked at. Saving its page is the one sign that
# somebody did, so a source counts as checked when it was last changed.
CHECKED_FOR = timedelta(days=365)
# What the first page shows; the rest is a list of its own.
MOST_TOPICS = 30

# From a citation to the record in a topic that it bears on. A measure is evidenced by its figures,
# as a topic's page shows them.
_PATHS = [*((kind, kind) for kind in ARRANGED), ("measure", "statistic__measure")]


@dataclass
class Coverage:
    """The evidence of one topic, in numbers of records (`entries`) and of sources.

    located: records with a citation, which always has its place in the source; seconded: with two
    sources or more that are evidence (class notes are not); unexplained: disputed by a citation
    that does not say why; unchecked: sources that nobody looked at for a year.
    """

    topic: Topic
    entries: int = 0
    located: int = 0
    seconded: int = 0
    unexplained: int = 0
    unchecked: int = 0

    @property
    def bare(self) -> int:
        """Records of the topic without any citation."""
        return self.entries - self.located


@dataclass
class _Record:
    topics: set[int] = field(default_factory=set)
    sources: set[int] = field(default_factory=set)
    located: bool = False
    unexplained: bool = False


def coverage() -> list[Coverage]:
    """The coverage of the first `MOST_TOPICS` topics that are not withdrawn, in their order.

    Always three queries. They read only the entries of those topics and their citations, both by
    index, so that other records cost nothing.
    """
    limit = timezone.now() - CHECKED_FOR
    topics = Topic.objects.exclude(status=Status.WITHDRAWN)
    by_topic = {
        topic.pk: Coverage(topic) for topic in topics.select_related("course")[:MOST_TOPICS]
    }
    records: dict[tuple[str, int], _Record] = {}
    columns = [f"{kind}_id" for kind in ARRANGED]
    entries = TopicEntry.objects.filter(topic__in=list(by_topic)).order_by()
    for topic, *ids in entries.values_list("topic_id", *columns):
        shown = next((k, i) for k, i in zip(ARRANGED, ids, strict=True) if i is not None)
        # A record that stands in a topic twice is one record of it.
        records.setdefault(shown, _Record()).topics.add(topic)
    unchecked: dict[int, set[int]] = {pk: set() for pk in by_topic}
    for kind, pk, source, source_kind, changed, unexplained in _citations(list(records)):
        record = records[(kind, pk)]
        record.located = True
        record.unexplained |= bool(unexplained)
        if source_kind not in NOT_EVIDENCE:
            record.sources.add(source)
        if changed < limit:
            for topic in record.topics:
                unchecked[topic].add(source)
    for record in records.values():
        for row in (by_topic[topic] for topic in record.topics):
            row.entries += 1
            row.located += record.located
            row.seconded += len(record.sources) > 1
            row.unexplained += record.unexplained
    for topic, sources in unchecked.items():
        by_topic[topic].unchecked = len(sources)
    return list(by_topic.values())


def _citations(records: list[tuple[str, int]]) -> Any:
    """(kind, record, source, its kind, when it was changed, disputes without a note) of each.

    By the numbers of the records, one part for every kind: so both databases go through the index
    on that kind and read no other citations.
    """
    unexplained = ExpressionWrapper(
        Q(stance=Citation.Stance.DISPUTES, note=""), output_field=BooleanField()
    )
    parts = []
    for kind, path in _PATHS:
        ids = [pk for name, pk in records if name == kind]
        if ids:
            parts.append(
                Citation.objects.filter(**{f"{path}__in": ids})
                .order_by()
                .values_list(
                    Value(kind),
                    F(f"{path}_id"),
                    "source_id",
                    "source__kind",
                    "source__updated_at",
                    unexplained,
                )
            )
    return parts[0].union(*parts[1:], all=True) if parts else []
