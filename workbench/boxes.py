"""The boxes of a piece of notes: which each kind has, and what the reader puts into them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms

from events.models import Event
from records.admin.forms import FigureInput, HistoricalDateInput
from records.dates import HistoricalDate
from records.typed.figures import FigureError, read_figure
from records.typed.numbers import number_words
from reforms.models import Effect
from workbench.models import NotesItem
from workbench.notes.structure import (
    ClaimNote,
    EventNote,
    Notes,
    PersonNote,
    ReformNote,
    StatisticNote,
    Unplaced,
)

Becomes = NotesItem.Becomes
_DATE = "For example “June 1956”, “by 1961” or “1953–1955”."
_COMPARATORS = {"over": "over ", "under": "under ", "about": "about ", "at_least": "at least "}
# Units that say how something is counted, and not what.
_BARE_UNITS = frozenset(("%", "percent", "per cent", "‰", "£", "$", "€", "persons", "people"))


def _text(label: str, help_text: str = "", *, known: str = "", size: int = 200) -> forms.CharField:
    """A box for a line; `known` is the list of names that the page offers in it."""
    attrs = {"list": known} if known else {}
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=size,
        required=False,
        widget=forms.TextInput(attrs=attrs),
    )


def _date_box(label: str, help_text: str = _DATE) -> forms.CharField:
    """A box for a date, with an echo under it."""
    widget = HistoricalDateInput()
    return forms.CharField(
        label=label, help_text=help_text, max_length=200, required=False, widget=widget
    )


def _figure_box(label: str, help_text: str) -> forms.CharField:
    """A box for a figure, with an echo under it."""
    return forms.CharField(
        label=label, help_text=help_text, max_length=200, required=False, widget=FigureInput()
    )


def _long(label: str, help_text: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(
        label=label, help_text=help_text, max_length=4000, required=False, widget=widget
    )


def _choice(label: str, choices: Any, help_text: str = "") -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=[("", "–"), *choices], help_text=help_text, required=False
    )


class PersonBoxes(forms.Form):
    name = _text("Name", known="known-people")
    office = _text("Office", "Leave empty for a person without one.")
    power_base = _text("Power base", "What the office rested on.", known="known-bases")
    held = _date_box("Held")
    epithet = _text("Epithet", "What the person was called, if anything.")
    born = _date_box("Born")
    died = _date_box("Died", "Leave empty for somebody alive.")
    undated_reason = _text("Why there are no dates of life", "Readers see it in their place.")


class ReformBoxes(forms.Form):
    title = _text("Title")
    date = _date_box("Date")
    undated_reason = _text("Why there is no date", "Only where there is none. Readers see it.")
    done = _long("What was done")
    power_base = _text("Whose power it changed", "Leave empty for nobody’s.", known="known-bases")
    change = _choice("What it did to it", Effect.Change.choices)
    why = _long("How and why")


class FigureBoxes(forms.Form):
    measure = _text("What is counted", "For example “Ministries”.", known="known-measures")
    unit = _text("Unit", "For example “persons” or “percent”.", size=60)
    population = _text("Of whom or what", "For example “All ministries of the Union”.")
    before = _figure_box("Before", "Only for a change: “55”, “over 1.6 million”.")
    value = _figure_box("Figure", "As you would write it: “25”, “about 44”, “5–8”.")
    date_before = _date_box("Date before")
    date = _date_box("Date")
    undated_reason = _text("Why there is no date", "Only where there is none. Readers see it.")


class EventBoxes(forms.Form):
    title = _text("Title")
    date = _date_box("Date")
    undated_reason = _text("Why there is no date", "Only where there is none. Readers see it.")
    significance = _choice("Significance", Event.Significance.choices)
    summary = _long("What happened")


class ClaimBoxes(forms.Form):
    statement = _text("What is claimed", "In one sentence.", size=300)
    about = _choice("About", ())


class WordsBoxes(forms.Form):
    words = _long("Words", "Begin a new line to make two pieces of it.")


class NoBoxes(forms.Form):
    pass


FORMS: dict[str, type[forms.Form]] = {
    Becomes.PERSON: PersonBoxes,
    Becomes.REFORM: ReformBoxes,
    Becomes.FIGURE: FigureBoxes,
    Becomes.EVENT: EventBoxes,
    Becomes.CLAIM: ClaimBoxes,
    Becomes.LATER: WordsBoxes,
    Becomes.NOTHING: NoBoxes,
}
# What notes hardly ever say, and what is true of every record that was made from them alone.
NO_LIFE = "The class notes give no dates of life."
NO_SPAN = "The class notes do not say when it existed."
# The box that takes the words of a piece when it becomes something else.
_FIRST = {
    Becomes.PERSON: "name",
    Becomes.REFORM: "title",
    Becomes.FIGURE: "measure",
    Becomes.EVENT: "title",
    Becomes.CLAIM: "statement",
    Becomes.LATER: "words",
}


def as_another_kind(item: NotesItem, becomes: str) -> dict[str, str]:
    """The boxes of a piece that becomes something else: what both kinds have, and its words."""
    names = FORMS[becomes].base_fields
    boxes = {name: text for name, text in item.boxes.items() if name in names and text}
    first = _FIRST.get(Becomes(becomes))
    if first and not boxes.get(first):
        said = item.boxes.get(_FIRST.get(Becomes(item.becomes), ""), "") or item.words
        boxes[first] = " ".join(said.split())[:300]
    if becomes == Becomes.EVENT:
        boxes.setdefault("significance", str(Event.Significance.NOTABLE.value))
    return boxes


# --- from what was read ---------------------------------------------------------------------


def pieces(notes: Notes) -> Iterator[tuple[Any, str, dict[str, str]]]:
    """Everything that was read, in the order of the text: what it is, what it becomes, its boxes.

    A claim and a line for a person to place become nothing by themselves.
    """
    every: list[Any] = [
        *notes.people,
        *notes.reforms,
        *notes.statistics,
        *notes.events,
        *notes.claims,
        *notes.unplaced,
    ]
    for note in sorted(every, key=lambda one: (one.start, one.end)):
        yield note, *_boxes_of(note)


def _boxes_of(note: Any) -> tuple[str, dict[str, str]]:
    if isinstance(note, PersonNote):
        return Becomes.PERSON, _filled(
            name=note.name,
            office=note.office,
            power_base=note.power_base,
            held=_date(note.held),
            epithet=note.epithet,
            undated_reason=NO_LIFE,
        )
    if isinstance(note, ReformNote):
        done = "\n".join(f"- {part}" for part in note.parts) if len(note.parts) > 1 else ""
        return Becomes.REFORM, _filled(title=note.title, done=done or "".join(note.parts))
    if isinstance(note, EventNote):
        notable = str(Event.Significance.NOTABLE.value)
        return Becomes.EVENT, _filled(
            title=note.title[:1].upper() + note.title[1:],
            date=_date(note.date),
            significance=notable,
        )
    if isinstance(note, StatisticNote):
        return Becomes.FIGURE, _figure(note)
    assert isinstance(note, ClaimNote | Unplaced), note
    return Becomes.LATER, {"words": note.text}


def _figure(note: StatisticNote) -> dict[str, str]:
    unit = (note.unit or "").strip()
    counted = unit if unit.casefold() not in _BARE_UNITS else ""
    before = number_words(note.baseline) if note.baseline is not None else ""
    return _filled(
        measure=counted[:1].upper() + counted[1:],
        unit=unit,
        before=before,
        value=_value(note),
        date_before=_date(note.baseline_date),
        date=_date(note.date),
    )


def _value(note: StatisticNote) -> str:
    """The figure as the notes have it, where these words say no more and no less than it."""
    try:
        read = read_figure(note.as_written, note.unit or "")
    except FigureError:
        read = None
    if read and (read.value, read.upper_value, read.comparator) == (
        note.value,
        note.upper_value,
        note.comparator,
    ):
        return note.as_written
    if note.upper_value is not None:
        return f"{number_words(note.value)}–{number_words(note.upper_value)}"
    return f"{_COMPARATORS.get(note.comparator, '')}{number_words(note.value)}"


def _date(edtf: str | None) -> str:
    return HistoricalDate(edtf).display() if edtf else ""


def _filled(**boxes: str | None) -> dict[str, str]:
    return {name: text for name, text in boxes.items() if text}
