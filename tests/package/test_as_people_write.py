"""Dates and figures as people write them: a course package, the desk and `reading/` read alike."""

from __future__ import annotations

import csv
import io
import shutil
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from events.models import Event
from events.package.loading import load_package
from events.package.reading import PackageRefused, read_package
from records.dates import HistoricalDate
from reforms.models import Statistic
from tests.factories import (
    CourseFactory,
    EventFactory,
    MeasureFactory,
    StatisticFactory,
    TopicEntryFactory,
    TopicFactory,
)
from tests.records import test_dates_as_written as dates
from tests.records import test_figures as figures
from tests.support.write_api import Program, places

pytestmark = pytest.mark.django_db

# A Russian day before 1918, and every group of the tables: read, asked about, refused.
DATES = [
    *[words for words, _ in dates.READ],
    *[words for words, _ in dates.ASKED],
    *[words for words, _, _ in dates.REFUSED],
    "25 October 1917",
    "25 October 1917 O.S.",
]
FIGURES = [
    *[(text, unit) for text, unit, *_ in figures.READ],
    *[(text, unit) for text, unit, _ in figures.REFUSED if 0 < len(text) <= 200],
    *[(text, "") for text in ("1,5", "1.600", "over 1,5", "1.125")],
    ("half percent", "percent"),
]


def rewritten(folder: Path, file: str, rows: list[dict[str, str]]) -> None:
    path = folder / file
    header = path.read_text().splitlines()[0].split(",")
    out = io.StringIO()
    writer = csv.DictWriter(out, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(out.getvalue())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A course of one draft event and one draft figure, as a package."""
    topic = TopicFactory(course=CourseFactory(slug="thaw"))
    TopicEntryFactory(topic=topic, event=EventFactory(slug="model", status="draft"))
    figure = StatisticFactory(public_id="model", status="draft")
    TopicEntryFactory(topic=topic, order=2, event=None, statistic=figure)
    call_command("dump_course", "thaw", tmp_path / "thaw", verbosity=0)
    return tmp_path / "thaw"


def loaded(folder: Path) -> dict[int, str]:
    """Load a package; return what is wrong by line, having loaded it only where nothing is."""
    try:
        load_package(read_package(folder))
    except PackageRefused as error:
        return {problem.line: problem.message for problem in error.problems}
    return {}


def at_the_desk(program: Program, member: str, text: str, record: dict[str, Any]) -> Any:
    """What the desk keeps of a text, or why it does not."""
    response = program.ask("POST", f"{record.pop('listing')}/", {**record, member: text})
    if response.status_code == 201:
        return response.json()
    return places(response)[f"#/{member}"]


def event_row(slug: str, span: str) -> dict[str, str]:
    return {"slug": slug, "title": "An event", "span": span, "significance": "1", "status": "draft"}


def dates_by_package(folder: Path, texts: list[str]) -> list[tuple[str, str] | str]:
    """What a package makes of each text: EDTF and words, or the refusal."""
    rows = [event_row(f"event-{number}", text) for number, text in enumerate(texts)]
    rewritten(folder, "topic-entries.csv", [])
    rewritten(folder, "citations.csv", [])
    rewritten(folder, "events.csv", rows)
    wrong = loaded(shutil.copytree(folder, folder.with_name("first")))
    sound = [row for number, row in enumerate(rows) if number + 2 not in wrong]
    rewritten(folder, "events.csv", sound)
    assert loaded(folder) == {}
    events = Event.objects.in_bulk(field_name="slug")
    return [
        wrong.get(number + 2) or (events[row["slug"]].span.edtf, events[row["slug"]].span.text)
        for number, row in enumerate(rows)
    ]


def check_dates(folder: Path, client: Client, texts: list[str]) -> None:
    by_package = dates_by_package(folder, texts)
    program = Program()
    for number, (text, kept) in enumerate(zip(texts, by_package, strict=True)):
        record = {"listing": "events", "slug": f"desk-{number}", "title": "An event"}
        document = at_the_desk(program, "span", text, record)
        answer = client.get("/api/v1/reading/", {"date": text}).json()
        if isinstance(kept, str):
            assert (document, answer["detail"]) == (kept, kept), text
        else:
            desk = document["span"]
            assert (desk["edtf"], desk["as_written"]) == kept, text
            assert answer["edtf"] == kept[0], text


def test_a_date_should_be_read_alike_by_package_and_desk(folder: Path, client: Client) -> None:
    texts = ["June 1956", "between 1977 and 1980", "1904-05", "end of June 1957", "25 October 1917"]
    check_dates(folder, client, texts)


@pytest.mark.slow
@pytest.mark.alike
def test_every_date_should_be_read_alike_by_package_and_desk(folder: Path, client: Client) -> None:
    check_dates(folder, client, DATES)


def figures_by_package(folder: Path, texts: list[tuple[str, str]]) -> list[Any]:
    rows = [
        {"public_id": f"figure-{number}", "measure": measure(unit).slug, "value": text,
         "date": "1956", "status": "draft"}
        for number, (text, unit) in enumerate(texts)
    ]  # fmt: skip
    rewritten(folder, "topic-entries.csv", [])
    rewritten(folder, "citations.csv", [])
    # A blank comparator is for figures that say it themselves.
    for row in rows:
        row["comparator"] = "exactly" if row["value"].lstrip("-").replace(".", "").isdigit() else ""
    rewritten(folder, "statistics.csv", rows)
    wrong = loaded(shutil.copytree(folder, folder.with_name("first")))
    sound = [row for number, row in enumerate(rows) if number + 2 not in wrong]
    rewritten(folder, "statistics.csv", sound)
    assert loaded(folder) == {}
    kept = Statistic.objects.in_bulk(field_name="public_id")
    return [
        wrong.get(number + 2) or said(kept[row["public_id"]]) for number, row in enumerate(rows)
    ]


def measure(unit: str) -> Any:
    slug = f"in-{'percent' if unit == 'percent' else unit.replace(' ', '-') or 'councils'}"
    return MeasureFactory._meta.model.objects.filter(slug=slug).first() or MeasureFactory(
        slug=slug, name=slug, unit=unit or "councils"
    )


def said(figure: Statistic) -> tuple[Any, ...]:
    return figure.comparator, figure.value.normalize(), figure.upper_value, figure.as_written


def check_figures(folder: Path, texts: list[tuple[str, str]]) -> None:
    by_package = figures_by_package(folder, texts)
    program = Program()
    for number, ((text, unit), kept) in enumerate(zip(texts, by_package, strict=True)):
        record = {"listing": "statistics", "public_id": f"desk-{number}", "date": "1956"}
        record["measure"] = measure(unit).slug
        document = at_the_desk(program, "value", text, record)
        if isinstance(kept, str):
            assert document == kept, text
        else:
            desk = Statistic.objects.get(public_id=f"desk-{number}")
            assert said(desk) == kept, text
            assert Decimal(str(document["value"])) == desk.value


def test_a_figure_should_be_read_alike_by_package_and_desk(folder: Path) -> None:
    texts = ["1,600,000", "over 26,000", "5–8", "1/2", "1,5", "1.600", "−3.5", "25"]
    check_figures(folder, [(text, "percent") for text in texts])


@pytest.mark.slow
@pytest.mark.alike
def test_every_figure_should_be_read_alike_by_package_and_desk(folder: Path) -> None:
    check_figures(folder, FIGURES)


@pytest.mark.parametrize(
    ("beside", "place", "reason"),
    [
        ({"comparator": "exactly"}, "comparator", "The figure says over"),
        ({"comparator": "between", "upper_value": 30000}, "upper_value", "no second number"),
        # words that say another number
        ({"as_written": "2,374,120"}, "as_written", "is 2,374,120"),
    ],
)
def test_what_stands_beside_a_figure_should_agree_with_it(
    folder: Path, beside: dict[str, Any], place: str, reason: str
) -> None:
    record = {"listing": "statistics", "measure": measure("persons").slug, "date": "1956"}
    response = Program().ask(
        "POST", "statistics/",
        {"measure": record["measure"], "date": "1956", "value": "over 26,000", **beside},
    )  # fmt: skip
    assert reason in places(response)[f"#/{place}"]
    row = {"public_id": "one", "measure": record["measure"], "date": "1956", "status": "draft"}
    cells = {name: str(value) for name, value in beside.items()}
    rewritten(folder, "topic-entries.csv", [])
    rewritten(folder, "citations.csv", [])
    rewritten(folder, "statistics.csv", [{**row, "value": "over 26,000", **cells}])
    assert reason in loaded(folder)[2]


def test_the_desk_should_answer_doubt_with_both_readings() -> None:
    body = {"measure": measure("persons").slug, "date": "1904-05", "value": "1,5"}
    response = Program().ask("POST", "statistics/", body)
    assert response.status_code == 422
    readings = {each["pointer"]: each.get("readings") for each in response.json()["errors"]}
    assert readings == {"#/value": ["1.5", "15"], "#/date": ["1904–1905", "May 1904"]}


def test_a_text_should_replace_the_whole_figure_that_stands() -> None:
    figure = StatisticFactory(
        public_id="gulag", measure=measure("persons"), comparator="over", value=26000,
        as_written="26 thousand", status="draft",
    )  # fmt: skip
    assert Program().change("statistics/gulag/", {"value": "5–8"}).status_code == 200
    figure.refresh_from_db()
    assert said(figure) == ("between", Decimal(5), Decimal(8), "")
    assert Program().change("statistics/gulag/", {"value": "1,600"}).status_code == 200
    figure.refresh_from_db()
    assert said(figure) == ("exactly", Decimal(1600).normalize(), None, "")


def test_the_figure_before_a_change_should_be_read_like_the_one_after() -> None:
    body = {
        "public_id": "fell", "measure": measure("percent").slug, "date": "1957", "change": "fell",
        "value": "1/4", "baseline_value": "over half", "baseline_date": "1953",
    }  # fmt: skip
    response = Program().ask("POST", "statistics/", body)
    assert response.status_code == 201, response.content
    figure = Statistic.objects.get(public_id="fell")
    assert (figure.baseline_comparator, figure.baseline_value) == ("over", Decimal(50))
    assert (figure.baseline_as_written, figure.phrase) == ("half", "fell from over half to 1/4")
    change = {"baseline_value": "50–55"}
    assert Program().change("statistics/fell/", change).status_code == 200
    figure.refresh_from_db()
    assert (figure.baseline_value, figure.baseline_upper_value) == (Decimal(50), Decimal(55))
    assert figure.phrase == "fell from between 50 and 55 to 1/4"


def test_what_was_before_a_change_travels_with_its_course(folder: Path) -> None:
    Statistic.objects.update(
        baseline_value=50, baseline_comparator="between", baseline_upper_value=55,
        baseline_as_written="50 to 55",
    )  # fmt: skip
    call_command("dump_course", "thaw", folder.with_name("dumped"), verbosity=0)
    figure = Statistic.objects.get()
    figure.baseline_value = figure.baseline_upper_value = None
    figure.baseline_comparator, figure.baseline_as_written = "exactly", ""
    figure.save()
    assert loaded(folder.with_name("dumped")) == {}
    assert Statistic.objects.get().amount_before == "50 to 55"
    assert Statistic.objects.get().baseline_upper_value == 55


def test_edtf_that_has_a_second_reading_should_be_written_with_its_words(folder: Path) -> None:
    event = Event.objects.get(slug="model")
    event.span = HistoricalDate("1904-05")
    event.save()
    call_command("dump_course", "thaw", folder.with_name("dumped"), verbosity=0)
    with (folder.with_name("dumped") / "events.csv").open() as stream:
        row = next(csv.DictReader(stream))
    assert (row["span"], row["span_text"]) == ("1904-05", "May 1904")
    # To load it changes nothing.
    assert loaded(folder.with_name("dumped")) == {}
    assert Event.objects.get(slug="model").span.text == ""
