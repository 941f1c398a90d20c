"""Reforms with their effect, figures of measures, events and claims of the notes, as drafts."""

from __future__ import annotations

from typing import Any

from events.models import Event
from lessons.models import CheckedClaim
from records.kinds import key_of, kind_of
from records.typed.figures import Figure, FigureError, read_figure
from reforms.models import Measure, Reform, Statistic
from workbench.drafting import Drafts, is_own, lacking, main_record, need
from workbench.models import NotesItem, NotesRecord
from workbench.writing import NotWritten, free_slug, write

_DATED = {"span": "date", "undated_reason": "undated_reason", "title": "title", "slug": "title"}


def reform(drafts: Drafts, item: NotesItem, boxes: dict[str, str]) -> None:
    """Write a reform, and whose power it changed if that is said whole."""
    need(boxes, title="Give the reform a title, for example “Economic councils”.")
    change: dict[str, Any] = {
        "title": boxes["title"],
        "span": boxes.get("date") or None,
        "undated_reason": boxes.get("undated_reason", ""),
        "measure_taken": boxes.get("done", ""),
    }
    waits: dict[str, str] = {}
    if boxes.get("power_base") or boxes.get("change"):
        waits = lacking(
            boxes,
            power_base="Say whose power it changed, for example “Church”.",
            change="Choose what it did, for example “Weakened”.",
        )
        if not waits:
            change["effects"] = _effect(drafts, item, boxes)
    places = {"measure_taken": "done", "effects": "power_base"}
    places |= {"effects.0.change": "change", "effects.0.why": "why"}
    drafts.draft(item, Reform, change, {**_DATED, **places})
    item.problems = waits


def _effect(drafts: Drafts, item: NotesItem, boxes: dict[str, str]) -> list[dict[str, Any]]:
    base = drafts.base(item, boxes["power_base"])
    row: dict[str, Any] = {
        "power_base": base.slug,
        "change": boxes["change"],
        "why": boxes.get("why", ""),
    }
    _, stands = main_record(item)
    if stands is not None and (effect := stands.effects.first()) is not None:
        return [{"id": effect.public_id, **row}]
    return [{**row, "citations": drafts.cite(item)}]


def event(drafts: Drafts, item: NotesItem, boxes: dict[str, str]) -> None:
    """Write an event."""
    need(boxes, title="Say what happened in a few words, for example “Battle of Bosworth”.")
    weight = boxes.get("significance") or str(Event.Significance.NOTABLE.value)
    if weight not in map(str, Event.Significance.values):
        raise NotWritten({"significance": "Choose one of the list, for example “notable”."})
    change = {
        "title": boxes["title"],
        "span": boxes.get("date") or None,
        "undated_reason": boxes.get("undated_reason", ""),
        "summary": boxes.get("summary", ""),
        "significance": int(weight),
    }
    drafts.draft(item, Event, change, {**_DATED, "summary": "summary"})


def figure(drafts: Drafts, item: NotesItem, boxes: dict[str, str]) -> None:
    """Write a figure, or a change from one to another, and what is counted."""
    need(
        boxes,
        measure="Say what is counted, for example “Ministries”.",
        value="Give the figure, for example “25” or “about 44”.",
    )
    measure = _measure(drafts, item, boxes)
    change: dict[str, Any] = {
        "measure": measure.slug,
        "value": boxes["value"],
        "date": boxes.get("date") or None,
        "undated_reason": boxes.get("undated_reason", ""),
        "change": "",
        "baseline_value": None,
        "baseline_date": None,
    }
    if boxes.get("before"):
        change |= {
            "baseline_value": boxes["before"],
            "baseline_date": boxes.get("date_before") or None,
            "change": _direction(boxes, measure.unit),
        }
    elif boxes.get("date_before"):
        raise NotWritten({"before": "Give the figure before, or leave its date out."})
    places = {"value": "value", "baseline_value": "before", "baseline_date": "date_before"}
    places |= {"change": "value", "date": "date", "measure": "measure"}
    drafts.draft(item, Statistic, change, {**places, "undated_reason": "undated_reason"})


def _measure(drafts: Drafts, item: NotesItem, boxes: dict[str, str]) -> Measure:
    """The measure of a name, or a new draft. A unit that says otherwise is refused."""
    name, unit = boxes["measure"], boxes.get("unit", "")
    same = Measure.objects.filter(name__iexact=name).order_by("pk").first()
    if same is not None:
        if unit and unit.casefold() != same.unit.casefold():
            words = f"“{same.name}” is counted in {same.unit}. Write that, or give what is counted "
            raise NotWritten({"unit": f"{words}another name."})
        drafts.link(item, same, made=False)
        return _counted(drafts, same, boxes)
    need(boxes, unit="Say in what it is counted, for example “persons” or “percent”.")
    change = {"slug": free_slug(Measure, name), "name": name, "unit": unit}
    change["population"] = boxes.get("population", "")
    made: Measure = write(
        Measure,
        {**change, "citations": drafts.cite(item)},
        {"name": "measure", "slug": "measure", "unit": "unit", "population": "population"},
        by=drafts.by,
        reason=drafts.reason,
    )
    drafts.link(item, made, made=True)
    return made


def _counted(drafts: Drafts, measure: Measure, boxes: dict[str, str]) -> Measure:
    """The measure, with of whom or what it counts where a draft of the notes did not say so yet."""
    said = boxes.get("population", "")
    own = NotesRecord.objects.filter(
        page=drafts.page,
        model=Measure._meta.label_lower,
        record_id=measure.pk,
        made=True,
        version=measure.version,
    )
    if not said or said == measure.population or measure.is_published or not own.exists():
        return measure
    change, places = {"population": said}, {"population": "population"}
    written: Measure = write(
        Measure, change, places, record=measure, by=drafts.by, reason=drafts.reason
    )
    return written


def _direction(boxes: dict[str, str], unit: str) -> str:
    """Rose, fell or unchanged, as two figures say. Raises `NotWritten` for one not understood."""
    read: dict[str, Figure] = {}
    for name in ("before", "value"):
        try:
            read[name] = read_figure(boxes[name], unit)
        except FigureError as error:
            raise NotWritten({name: str(error)}) from None
    before, after = read["before"].value, read["value"].value
    if before == after:
        return "unchanged"
    return "rose" if after > before else "fell"


def claim(drafts: Drafts, item: NotesItem, boxes: dict[str, str]) -> None:
    """Write a claim of the notes about a record that came of them, for an editor to judge."""
    need(
        boxes,
        statement="Say what is claimed, in one sentence.",
        about="Choose what the claim is about: a record that came of these notes.",
    )
    if item.topic is None:
        raise NotWritten({"": "A claim stands on the page of a topic. Choose its topic first."})
    link, stands = main_record(item)
    if stands is not None and not is_own(link, stands):
        return
    change: dict[str, Any] = dict.fromkeys(CheckedClaim.kinds)
    change |= {
        "topic": item.topic.slug,
        "order": min(item.line, 32767),
        "statement": boxes["statement"],
        "source": drafts.page.as_source.slug,
        "locator": f"line {item.line}",
    }
    about = _about(drafts, boxes["about"])
    change[kind_of(about).name] = key_of(about)
    places = {"statement": "statement"}
    record = write(CheckedClaim, change, places, record=stands, by=drafts.by, reason=drafts.reason)
    drafts.link(item, record, made=True)


def _about(drafts: Drafts, chosen: str) -> Any:
    """The record of the piece that was chosen. Raises `NotWritten` where it is none."""
    pieces = drafts.page.items.filter(pk=chosen) if chosen.isdecimal() else NotesItem.objects.none()
    other = pieces.first()
    _, about = main_record(other) if other is not None else (None, None)
    if about is None or isinstance(about, CheckedClaim):
        raise NotWritten(
            {"about": "That piece is no record yet. Save it first, or choose another."}
        )
    return about
