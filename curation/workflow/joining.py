"""A form that was opened before a colleague saved: whose words each of its boxes keeps.

Three sides are compared, box by box: what the form showed when it was opened (`then`), what the
record says (`now`), and what was sent. A box that was left as it was takes what the record says; a
box that only its sender changed keeps what was sent; where both wrote, somebody has to decide.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import QueryDict

# Boxes of what versions do not keep. The form sends along what it showed in them.
SHOWN = "shown-"
UNKEPT = ("status", "publish_at", "withdrawn_reason")


@dataclass
class Joined:
    """What was sent, joined with what others saved meanwhile.

    `data` is what to save in the place of what was sent. `clashes` are the boxes in which both
    wrote: by the name of the box, what the record says there, in words. `removed` are the new rows
    (their prefixes) that stand for a row which others took out while it was written in. `taken` are
    the labels of boxes that took what the record says.
    """

    data: QueryDict
    clashes: dict[str, str] = field(default_factory=dict)
    removed: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)


def join(sent: QueryDict, then: list[Any], now: list[Any]) -> Joined:
    """Join a form with what others saved since it was opened.

    In: what was sent, and twice the page’s form followed by its formsets, bound to what was sent:
    of the record as the form showed it, and as it is.
    """
    joined = Joined(sent.copy())
    _join_boxes(joined, then[0], now[0])
    for then_rows, now_rows in zip(then[1:], now[1:], strict=True):
        _join_rows(joined, then_rows, now_rows)
    return joined


def as_sent(bound: Any) -> dict[str, list[str]]:
    """What a browser sends of a box that was left as it is, by the names of its parts."""
    if isinstance(bound.field.widget, forms.FileInput):
        return {}
    return _sent(bound.field.widget, bound.html_name, bound.field.prepare_value(bound.initial))


def _sent(box: Any, name: str, value: Any) -> dict[str, list[str]]:
    # What puts links beside a picker stands around it.
    widget: Any = getattr(box, "widget", box)
    if hasattr(widget, "widgets_names"):
        # One value in several boxes, as a day and a time.
        parts = value if isinstance(value, list) else widget.decompress(value)
        found: dict[str, list[str]] = {}
        for part, ending, each in zip(widget.widgets, widget.widgets_names, parts, strict=True):
            found |= _sent(part, f"{name}{ending}", each)
        return found
    if isinstance(widget, forms.CheckboxInput):
        return {name: ["on"] if value else []}
    shown = widget.format_value(value)
    return {
        name: list(shown)
        if isinstance(shown, list | tuple)
        else ["" if shown is None else str(shown)]
    }


def in_words(bound: Any) -> str:
    """What a box shows, as a person would say it; “nothing” for an empty one."""
    values = [value for each in as_sent(bound).values() for value in each if value]
    box: Any = bound.field
    if hasattr(box, "queryset"):
        chosen = box.queryset.filter(pk__in=[value for value in values if value.isdecimal()])
        values = [box.label_from_instance(record) for record in chosen]
    elif hasattr(box, "choices"):
        names = {str(key): str(name) for key, name in box.choices}
        values = [names.get(value, value) for value in values]
    elif isinstance(box, forms.BooleanField):
        values = ["yes"] if values else ["no"]
    return ", ".join(values) or "nothing"


def _shown(joined: Joined, bound: Any) -> dict[str, list[str]] | None:
    """What the form says that it showed in a box, where versions do not keep it."""
    if bound.name not in UNKEPT:
        return None
    names = as_sent(bound)
    if not all(f"{SHOWN}{name}" in joined.data for name in names):
        return None
    return {name: joined.data.getlist(f"{SHOWN}{name}") for name in names}


def _join_boxes(joined: Joined, then: Any, now: Any) -> None:
    for bound in now:
        if bound.field.disabled or isinstance(bound.field.widget, forms.HiddenInput):
            continue
        at_first = _shown(joined, bound) or as_sent(then[bound.name])
        present = as_sent(bound)
        if at_first == present or bound.name not in now.changed_data:
            continue
        was_left = all(
            [value for value in joined.data.getlist(name) if value]
            == [value for value in values if value]
            for name, values in at_first.items()
        )
        if was_left or bound.name not in then.changed_data:
            for name, values in present.items():
                joined.data.setlist(name, values)
                if not values:
                    del joined.data[name]
            joined.taken.append(str(bound.label))
        else:
            joined.clashes[bound.html_name] = in_words(bound)


def _join_rows(joined: Joined, then_rows: Any, now_rows: Any) -> None:
    gone: list[int] = []
    written_in: list[int] = []
    stored = zip(_as_opened(then_rows), now_rows.initial_forms, strict=True)
    for index, (then, now) in enumerate(stored):
        removes = f"{now.prefix}-{DELETION_FIELD_NAME}" in joined.data
        if now.instance.pk is None:
            gone.append(index)
            if _is_written_in(then) and not removes:
                written_in.append(index)
            else:
                joined.taken.append(f"{now.instance._meta.verbose_name} removed")
        elif removes:
            _keep_unseen(joined, then, now)
        else:
            _join_boxes(joined, then, now)
    if gone:
        places = _without_rows(joined, now_rows, gone, written_in)
        joined.removed += [f"{now_rows.prefix}-{places[index]}" for index in written_in]


def _as_opened(rows: Any) -> list[Any]:
    """The forms of stored rows as they were opened.

    A row that was removed since is there again, under another number: those that no number names
    are taken in their order.
    """
    forms_there = list(rows.initial_forms)
    known = {form.instance.pk for form in forms_there}
    others = [row for row in rows.get_queryset() if row.pk not in known]
    for index, form in enumerate(forms_there):
        if form.instance.pk is None and others:
            again = rows.form(form.data, form.files, prefix=form.prefix, instance=others.pop(0))
            rows.add_fields(again, index)
            forms_there[index] = again
    return forms_there


def _is_written_in(form: Any) -> bool:
    hidden = {bound.name for bound in form.hidden_fields()}
    return bool(set(form.changed_data) - hidden)


def _keep_unseen(joined: Joined, then: Any, now: Any) -> None:
    """Do not remove a row that somebody changed since it was looked at."""
    if changed := [bound for bound in now if _differs(then, bound)]:
        name = f"{now.prefix}-{DELETION_FIELD_NAME}"
        joined.clashes[name] = "; ".join(f"{bound.label}: {in_words(bound)}" for bound in changed)
        del joined.data[name]


def _differs(then: Any, bound: Any) -> bool:
    is_box = bound.name in then.fields and not isinstance(bound.field.widget, forms.HiddenInput)
    return is_box and as_sent(then[bound.name]) != as_sent(bound)


def _without_rows(
    joined: Joined, rows: Any, gone: list[int], written_in: list[int]
) -> dict[int, int]:
    """Take stored rows out of the data; those `written_in` become new ones, behind the others.

    Out: where each row is now. The names of rows count upwards without a gap.
    """
    data, stored, total = joined.data, rows.initial_form_count(), rows.total_form_count()
    stay = [index for index in range(stored) if index not in gone]
    order = [*stay, *range(stored, total), *written_in]
    places = {old: new for new, old in enumerate(order)}
    name = re.compile(rf"{re.escape(rows.prefix)}-(\d+)-(.+)")
    found = [(key, match) for key in list(data) if (match := name.fullmatch(key))]
    taken_out = {key: data.pop(key) for key, _ in found}
    renamed: dict[str, str] = {}
    for key, match in found:
        old, box = int(match[1]), match[2]
        if old not in places:
            continue
        renamed[key] = f"{rows.prefix}-{places[old]}-{box}"
        is_number = old in written_in and box == rows.model._meta.pk.name
        data.setlist(renamed[key], [""] if is_number else taken_out[key])
    joined.clashes = {renamed.get(key, key): words for key, words in joined.clashes.items()}
    data[f"{rows.prefix}-INITIAL_FORMS"] = str(len(stay))
    data[f"{rows.prefix}-TOTAL_FORMS"] = str(len(order))
    return places
