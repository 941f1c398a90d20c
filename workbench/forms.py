"""The forms of the workbench: notes to read in, and everything on the page of a topic."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django import forms

from events.admin import LessonBox
from events.models import Course, Topic
from workbench.boxes import FORMS, Becomes
from workbench.decoding import LARGEST, NotesRefused, decoded
from workbench.models import NotesItem


class NotesForm(forms.Form):
    """Notes to read in: a text, or a file of one, and the course that they are for."""

    title = forms.CharField(
        label="What the notes are called",
        max_length=200,
        help_text="For example “Class notes: Henry VII”. Readers see it as a source of what came "
        "of them. Notes without headings become a topic of this name.",
    )
    course = forms.ModelChoiceField(
        Course.objects.order_by("sort_key"), label="Course", required=False
    )
    new_course = forms.CharField(
        label="Or a new course", max_length=200, required=False, help_text="Its title."
    )
    text = forms.CharField(
        label="The notes",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "class": "notes-text"}),
        help_text="Paste them here, or choose a file below.",
    )
    file = forms.FileField(
        label="Or a file",
        required=False,
        help_text="Plain text or Markdown, at most 1 MB. From Word or a PDF, copy the text.",
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if bool(data.get("course")) == bool(data.get("new_course", "").strip()):
            self.add_error("course", "Choose a course, or give a new one a title: one of the two.")
        file, text = data.get("file"), data.get("text", "")
        if bool(file) == bool(text.strip()):
            self.add_error("text", "Paste the notes, or choose a file: one of the two.")
            return data
        box = "file" if file else "text"
        try:
            content = file.read(LARGEST + 1) if file else text.encode()
            data["notes"] = decoded(content)
        except NotesRefused as error:
            self.add_error(box, str(error))
        return data


class TopicForm(forms.Form):
    """What the topic says of itself."""

    title = forms.CharField(label="Topic", max_length=200)
    question = forms.CharField(
        label="Question", max_length=300, required=False, help_text="What the topic answers."
    )
    short_answer = forms.CharField(
        label="Short answer",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="In a few sentences that name reasons. Readers see it first.",
    )


class SectionForm(forms.Form):
    """One section of the lesson; `row` is its public id, blank for a new one."""

    row = forms.CharField(required=False, widget=forms.HiddenInput)
    heading = forms.CharField(label="Heading", max_length=200, required=False)
    text = forms.CharField(
        label="Text",
        required=False,
        widget=LessonBox,
        help_text="Every paragraph names a record or a source that readers see.",
    )


def stamp(item: NotesItem) -> str:
    """A few letters that change when what a piece becomes, or its boxes, change."""
    return _letters([item.becomes, item.boxes])


def topic_stamp(topic: Topic) -> str:
    """A few letters that change when what the workbench shows of a topic changes."""
    sections = topic.sections.values_list("public_id", "heading", "text")
    return _letters([topic.title, topic.question, topic.short_answer, *map(list, sections)])


def _letters(said: Any) -> str:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:16]


class PieceForm(forms.Form):
    """The boxes of one piece of notes, and what else becomes of it."""

    becomes = forms.ChoiceField(label="Becomes", choices=Becomes.choices)
    joins = forms.BooleanField(label="Join it with the piece above", required=False)
    # What the piece was when it was shown, so that two people do not write over each other.
    stamp = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, item: NotesItem, abouts: Any = (), data: Mapping[str, Any] | None = None):
        initial = {**item.boxes, "becomes": item.becomes, "stamp": stamp(item)}
        super().__init__(data, prefix=f"piece-{item.pk}", initial=initial)
        self.item = item
        for name, field in FORMS[item.becomes]().fields.items():
            self.fields[name] = field
        if "about" in self.fields:
            self.fields["about"].choices = [("", "–"), *abouts]  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            if item.problems.get(name):
                field.widget.attrs["aria-invalid"] = "true"
                field.widget.attrs["aria-describedby"] = f"{self.prefix}-{name}-problem"

    def typed(self, data: Mapping[str, Any]) -> dict[str, str] | None:
        """What stands in the boxes as they were sent; None where the piece was not on the page."""
        if self.add_prefix("becomes") not in data:
            return None
        boxes = {}
        for name in FORMS[self.item.becomes].base_fields:
            sent = data.get(self.add_prefix(name), "")
            boxes[name] = sent.replace("\r\n", "\n").replace("\x00", "")
        return {name: text for name, text in boxes.items() if text.strip()}
