"""One page of the past, compared with a file as a whole: what a reader who cited it finds.

`make golden` writes the file anew after a template was changed on purpose; its difference is read
like any other.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any, Self

import pytest
from django.test import Client
from django.utils import timezone

from curation.revisions import history
from curation.workflow import publishing
from tests import factories as make

PAGE = Path(__file__).with_name("version_of_a_topic.html")
MOMENT = datetime(2026, 2, 25, 10, 30, tzinfo=UTC)


class StoppedClock(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls.fromtimestamp(MOMENT.timestamp(), tz)


@pytest.fixture
def stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: MOMENT)
    # The clock of the tag `now`.
    monkeypatch.setattr("django.template.defaulttags.datetime", StoppedClock)


def topic() -> Any:
    """De-Stalinisation with an event, an office, figures that disagree, and a reform withdrawn."""
    course = make.CourseFactory(slug="khrushchev")
    topic = make.TopicFactory(slug="de-stalinisation", course=course, order=3)
    lewin, notes = (
        make.SourceFactory(slug="lewin-2005", url="https://example.org/lewin"),
        make.SourceFactory(
            slug="class-notes", title="Class notes", author="", issued="2019", kind="class_notes"
        ),
    )
    speech = make.EventFactory(slug="secret-speech", summary="He spoke for *four hours*.")
    office = make.TenureFactory(
        public_id="khrushchev-first-secretary",
        person=make.PersonFactory(slug="nikita-khrushchev"),
        power_base=make.PowerBaseFactory(slug="cpsu"),
    )
    prisoners = make.MeasureFactory(slug="gulag-prisoners", finding="The camps emptied")
    count = make.StatisticFactory(public_id="gulag-1956", measure=prisoners)
    councils = make.ReformFactory(slug="economic-councils")
    for number, (name, record, role, stance) in enumerate(
        [
            ("tenure", office, "cause", "supports"),
            ("event", speech, "event", "disputes"),
            ("reform", councils, "event", "supports"),
            ("measure", prisoners, "consequence", "qualifies"),
        ],
        1,
    ):
        entry = {"event": None, name: record, "framing": f"Step {number}."}
        make.TopicEntryFactory(topic=topic, order=number, role=role, **entry)
        for source in (lewin, notes):
            make.CitationFactory(
                public_id=f"{name}-{source.slug}",
                source=source,
                stance=stance,
                claim="" if name == "tenure" else "It was so",
                **{name: record},
            )
    make.CitationFactory(public_id="figure-lewin", source=lewin, statistic=count)
    with history.changing(topic, by=None, reason="The question was too narrow") as current:
        current.question = "What changed after Stalin?"
        current.save()
        topic.entries.update(framing="Rewritten.", order=9)
    publishing.withdraw(councils, by=None, reason="It was entered twice.")
    return topic


@pytest.mark.django_db
def test_a_version_is_the_page_in_the_file(client: Client, stopped: None) -> None:
    answer = client.get(f"{topic().get_absolute_url()}v/1/")
    assert answer.status_code == 200
    lines = (line.rstrip() for line in answer.content.decode().splitlines())
    page = "".join(f"{line}\n" for line in lines if line)
    if os.environ.get("WRITE_GOLDEN"):
        PAGE.write_text(page, encoding="utf-8")
    assert page == PAGE.read_text(encoding="utf-8"), "After a change on purpose: make golden"
