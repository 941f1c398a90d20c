"""What a reader may ask of the timeline."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django import forms

from events.models import Course, Topic
from events.timeline.query import FACTS, KINDS
from people.models import Person
from records.courses import belongs_to_one
from records.dates import DateError, HistoricalDate
from records.fields import PARTS
from records.kinds import distinction_of
from records.typed.dates import date_in_address


class SpanField(forms.CharField):
    """A date in plain English or EDTF; cleans to a `HistoricalDate` or None."""

    def clean(self, value: Any) -> HistoricalDate | None:
        text = super().clean(value)
        if not text.strip():
            return None
        try:
            return date_in_address(text)
        except DateError as error:
            raise forms.ValidationError(str(error)) from error


class SlugChoice(forms.CharField):
    """A public record named by its slug; cleans to the record or None."""

    def __init__(self, model: Any, noun: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.model = model
        self.noun = noun

    def clean(self, value: Any) -> Any:
        slug = super().clean(value)
        if not slug:
            return None
        record = self.model.objects.published().filter(slug=slug).first()
        if record is None:
            raise forms.ValidationError(
                f"There is no {self.noun} “{slug}”. Choose one from the list."
            )
        return record


class TimelineForm(forms.Form):
    """Filters of the timeline, all of them optional, all of them plain GET."""

    # Beyond this many a list of choices helps nobody; readers arrive from the topic's own page.
    most_choices = 60

    # What `from` and `to` would be the other way round, when they are in the wrong boxes.
    exchanged: dict[str, str] | None = None

    use_required_attribute = False
    topic = SlugChoice(Topic, "topic", required=False, max_length=80, widget=forms.Select)
    person = SlugChoice(Person, "person", required=False, max_length=80, widget=forms.Select)
    kind = forms.ChoiceField(required=False, choices=[("", "Everything"), *KINDS.items()])
    significance = forms.TypedChoiceField(
        label="Weight",
        required=False,
        coerce=int,
        empty_value=1,  # type: ignore[arg-type]  # any value, whatever the stubs say
        choices=[("", "All events"), ("2", "Notable and up"), ("3", "Turning points")],
    )

    def __init__(self, *args: Any, courses: Sequence[Course] = (), **kwargs: Any) -> None:
        """In: the courses whose topics and people are offered; all of them where none is given."""
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        # “from” is a keyword of Python, so these two cannot be written as attributes.
        self.fields["from"] = SpanField(required=False, max_length=60, label="From")
        self.fields["to"] = SpanField(required=False, max_length=60, label="To")
        self.fields["all"] = forms.BooleanField(required=False, label="Every year and office")
        self.fields["begins"] = forms.BooleanField(required=False, label="Only what begins then")
        topics = Topic.objects.published().order_by("course_id", "order")
        people = Person.objects.published().order_by("sort_key", "id")
        if courses:
            topics = topics.filter(course__in=courses)
            people = people.filter(belongs_to_one(Person, courses))
        self._offer("topic", "Every topic", topics, "title")
        self._offer("person", "Everybody", people, "sort_name")

    def _offer(self, field: str, nothing: str, records: Any, label: str) -> None:
        dates = getattr(records.model, "historical_dates", {})
        columns = [f"{name}_{part}" for name in dates for part in PARTS]
        records = records.only("slug", label, *columns)
        offered = [*records[: self.most_choices]]
        chosen = self.data.get(field, "")
        is_slug = chosen and len(chosen) <= 80 and "\0" not in chosen
        if is_slug and all(chosen != each.slug for each in offered):
            offered += records.filter(slug=chosen)
        named = Counter(getattr(each, label) for each in offered)
        rows = []
        for each in offered:
            name = getattr(each, label)
            apart = distinction_of(each) if named[name] > 1 else ""
            rows.append((each.slug, f"{name} ({apart})" if apart else name))
        self.fields[field].widget.choices = [("", nothing), *rows]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("from"), cleaned.get("to")
        if first and last and first.earliest > last.latest:
            self.exchanged = {"from": last.edtf, "to": first.edtf}
            self.add_error(
                "to",
                f"The span ends ({last.display()}) before it begins ({first.display()}). Exchange "
                "the two, or empty one of them.",
            )
        return cleaned

    @property
    def is_opening(self) -> bool:
        """True where the reader has not said what part of the history they want to see."""
        return not any(
            self.cleaned_data.get(name) for name in ("from", "to", "topic", "person", "all")
        )

    @property
    def asks_for_offices(self) -> bool:
        """True where the reader wants every office: of a person or a topic, or of them all."""
        data = self.cleaned_data
        kind = FACTS[data["kind"]][1] if data.get("kind") else None
        wanted = data.get("topic") or data.get("person") or data.get("all")
        return bool(wanted or (kind and kind.only_taught))

    def filters(self) -> dict[str, Any]:
        """Arguments for `events.timeline.query.timeline`. Call after `is_valid()`."""
        data = self.cleaned_data
        return {
            "kinds": {data["kind"]} if data.get("kind") else None,
            "first": data["from"].earliest if data.get("from") else None,
            "last": data["to"].latest if data.get("to") else None,
            "topic": data.get("topic"),
            "person": data.get("person"),
            "at_least": data.get("significance") or 1,
            "begins": data.get("begins", False),
        }
