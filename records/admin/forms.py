"""Forms for records: the plain-English date box, and the publishing gate at the fields."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.forms.models import ModelFormMetaclass
from django.http import HttpRequest, JsonResponse
from django.template.loader import render_to_string
from django.urls import reverse

from records.dates import LONGEST_TEXT, DateError, HistoricalDate
from records.fields import HistoricalDateField
from records.models import Published
from records.publication import Obstacle, obstacles
from records.typed.dates import typed_date
from records.typed.figures import Figure, FigureError, number_words, read_figure
from records.validation import unchanged


def words_of(date: HistoricalDate | str | None) -> str:
    """What the date box shows for a date: the words it was entered as, else its EDTF."""
    if isinstance(date, HistoricalDate):
        return date.text or date.edtf
    return date or ""


def same_words(first: str, second: str) -> bool:
    return first.split() == second.split()


def named(model: type[models.Model], obstacle: Obstacle) -> dict[str, str]:
    """An obstacle as a page shows it: its field's name, what to do, and the field's anchor.

    Rows stand in the form as a group of their own, which Django names after their relation.
    """
    dates = getattr(model, "historical_dates", {})
    if obstacle.field in dates:
        name, anchor = str(dates[obstacle.field].verbose_name), f"id_{obstacle.field}"
    else:
        name, anchor = obstacle.field, f"{obstacle.field}-group"
    return {"name": name, "message": obstacle.message, "anchor": anchor}


class ProseBox(AdminTextareaWidget):
    """A box for prose. Browsers send line ends as CR LF; kept and compared are plain LF, so that
    opening and saving changes nothing."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        value = super().value_from_datadict(data, files, name)
        return value.replace("\r\n", "\n") if isinstance(value, str) else value


class HistoricalDateInput(forms.TextInput):
    """One text box with an echo under it: how the words were understood and how they sort."""

    template_name = "django/forms/widgets/text.html"
    echo_name = "admin:date-echo"
    # The stored date, whose own echo is shown as long as the box still says the same.
    stored: HistoricalDate | None = None

    class Media:
        js = [forms.Script("admin/thaw/date-echo.js", type="module")]
        css = {"screen": ["admin/thaw/date-echo.css"]}

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "vTextField date-box", "autocomplete": "off", **(attrs or {})})

    def echo(self, words: str) -> str:
        """What stands under the box; blank for words that the field refuses with its own error."""
        if not words.strip():
            return ""
        if self.stored is not None and same_words(words, words_of(self.stored)):
            return self.stored.describe()
        try:
            return typed_date(words).describe()
        except DateError:
            return ""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> Any:
        words = self.format_value(value) or ""
        attrs = dict(attrs or {})
        echo_id = f"{attrs.get('id', name)}_echo"
        described = attrs.get("aria-describedby", "")
        attrs["aria-describedby"] = f"{described} {echo_id}".strip()
        attrs["data-echo"] = reverse(self.echo_name)
        return render_to_string(
            "admin/date_box.html",
            {
                "box": super().render(name, value, attrs, renderer),
                "echo_id": echo_id,
                "echo": self.echo(words),
            },
        )


class FigureInput(HistoricalDateInput):
    """One text box for a number as people write it, with an echo under it.

    A box of the type number would drop what it does not know: “1,5” would be 15, and “−3.5” 3.5.
    """

    echo_name = "admin:figure-echo"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"class": "vTextField date-box figure-box", **(attrs or {})})

    def echo(self, words: str) -> str:
        try:
            return describe_figure(read_figure(words)) if words.strip() else ""
        except FigureError:
            return ""


class FigureFormField(forms.DecimalField):
    """A number as people write it (`records.typed.figures`).

    `unit` is the unit of the measure, by which a half of percent is 50; `stored` the number that a
    box left as it was gives back. `figure` is what was read: a form takes its comparator from it.
    """

    widget = FigureInput
    unit = ""
    stored: Decimal | None = None
    figure: Figure | None = None

    def widget_attrs(self, widget: Any) -> dict[str, Any]:
        return {}

    def prepare_value(self, value: Any) -> Any:
        return number_words(value) if isinstance(value, Decimal) else value

    def to_python(self, value: Any) -> Any:
        if isinstance(value, Decimal):
            return value
        if value in self.empty_values:
            return None
        text = str(value).strip()
        if self.stored is not None and text == number_words(self.stored):
            return self.stored
        try:
            self.figure = read_figure(text, self.unit)
        except FigureError as error:
            raise ValidationError(str(error), code="invalid_figure") from error
        return self.figure.value


def describe_figure(figure: Figure) -> str:
    """The echo of a figure: “Understood as over 1,600,000.”"""
    comparator = figure.comparator.replace("_", " ")
    words = number_words(figure.value)
    if figure.upper_value is not None:
        words = f"between {words} and {number_words(figure.upper_value)}"
    elif comparator != "exactly":
        words = f"{comparator} {words}"
    return f"Understood as {words}{' ' + figure.unit if figure.unit else ''}."


def figure_echo(request: HttpRequest) -> JsonResponse:
    """Say how the words in a figure box are understood (`?words=`); for staff, see config.admin."""
    words = request.GET.get("words", "").strip()
    if not words:
        return JsonResponse({"understood": True, "message": ""})
    try:
        return JsonResponse({"understood": True, "message": describe_figure(read_figure(words))})
    except FigureError as error:
        return JsonResponse({"understood": False, "message": str(error)})


class HistoricalDateFormField(forms.CharField):
    """A date as a teacher types it.

    In: plain English or EDTF. Out: a `HistoricalDate`, or None for an empty box. Words that cannot
    be understood are refused with an example of what can.
    """

    widget = HistoricalDateInput

    def __init__(self, **kwargs: Any) -> None:
        self.stored: HistoricalDate | None = None
        super().__init__(max_length=LONGEST_TEXT, strip=True, empty_value=None, **kwargs)

    def keep(self, stored: HistoricalDate | None) -> None:
        """Name the stored date: a box left as it was gives back that very date.

        Words written beside an EDTF value need not be words that the reader of English knows, so
        reading them again could refuse or change what nobody touched.
        """
        self.stored = stored
        self.widget.stored = stored

    def prepare_value(self, value: Any) -> Any:
        return words_of(value)

    def to_python(self, value: Any) -> Any:
        words = super().to_python(value)
        if words is None:
            return None
        if self.stored is not None and same_words(words, words_of(self.stored)):
            return self.stored
        try:
            return typed_date(words)
        except DateError as error:
            raise ValidationError(str(error), code="invalid_date") from error

    def run_validators(self, value: Any) -> None:
        # The validators of text are for words; a `HistoricalDate` has passed its own.
        if not isinstance(value, HistoricalDate):
            super().run_validators(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return not self.disabled and not same_words(words_of(initial), words_of(data))


def _form_field(date: HistoricalDateField) -> HistoricalDateFormField:
    label = date.verbose_name
    return HistoricalDateFormField(
        label=label[:1].upper() + label[1:],
        required=date.required,
        help_text=date.help_text or "For example “June 1956”, “by 1961” or “c. 1957”.",
    )


class RecordFormMetaclass(ModelFormMetaclass):
    """Adds one date box for every historical date that the form's `Meta` asks for by name."""

    def __new__(mcs, name: str, bases: tuple[type, ...], attrs: dict[str, Any]) -> Any:
        meta = attrs.get("Meta")
        dates = getattr(getattr(meta, "model", None), "historical_dates", {})
        excluded = getattr(meta, "exclude", None) or ()
        for date_name in getattr(meta, "fields", None) or ():
            if date_name in dates and date_name not in excluded:
                attrs.setdefault(date_name, _form_field(dates[date_name]))
        return super().__new__(mcs, name, bases, attrs)


class RecordForm(forms.ModelForm, metaclass=RecordFormMetaclass):
    """The form of every record and row: date boxes, and every error at its place."""

    # How many citations readers would see, as far as this form can tell; None asks the database.
    # The admin sets 1 where an inline formset counts the submitted ones and reports their absence.
    # Rows are looked at once all is saved: see `curation.revisions.evidence`.
    citations: int | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.date_names:
            stored = getattr(self.instance, name)
            field = self.fields[name]
            assert isinstance(field, HistoricalDateFormField)
            field.keep(stored)
            self.initial.setdefault(name, stored)

    @property
    def date_names(self) -> list[str]:
        dates = getattr(self._meta.model, "historical_dates", {})
        return [name for name in dates if name in self.fields]

    def _get_validation_exclusions(self) -> set[str]:
        # Of a page with dozens of rows one or two change. What did not change stands in the
        # database, which keeps its rules. The model's own `clean` is asked all the same.
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        if self.instance._state.adding:
            return excluded
        return excluded | unchanged(self._meta.model, self.changed_data)

    def _post_clean(self) -> None:
        # Before the model's own clean(), which compares dates and names the attribute in its
        # errors. A date that was refused leaves the stored one, so that nothing else complains.
        for name in self.date_names:
            if name in self.cleaned_data:
                setattr(self.instance, name, self.cleaned_data[name])
            elif self.has_error(name, "required"):
                # The model says what to write; “this field is required” gives way to it.
                setattr(self.instance, name, None)
        super()._post_clean()  # type: ignore[misc]
        if isinstance(self.instance, Published) and self.instance.is_published:
            self._refuse_unready()

    def _save_m2m(self) -> None:
        # Django compares all of them with the database once more.
        cleaned, many = self.cleaned_data, {f.name for f in self.instance._meta.many_to_many}
        same = many - set(self.changed_data)
        self.cleaned_data = {name: cleaned[name] for name in cleaned if name not in same}
        super()._save_m2m()  # type: ignore[misc]
        self.cleaned_data = cleaned

    def _refuse_unready(self) -> None:
        for obstacle in obstacles(self.instance, citations=self.citations, with_rows=False):
            self._update_errors(ValidationError({obstacle.field: obstacle.message}))

    def _update_errors(self, errors: ValidationError) -> None:
        """Put the model's errors on the fields, one reason per field.

        A field that is refused already keeps its error, but “required” gives way to the model's
        sentence, which says what to write. Errors of fields that this form lacks stand on top.
        """
        if not hasattr(errors, "error_dict"):
            super()._update_errors(errors)  # type: ignore[misc]
            return
        placed: dict[str, list[ValidationError]] = {}
        for name, field_errors in errors.error_dict.items():
            if name == NON_FIELD_ERRORS or name not in self.fields:
                for error in field_errors:
                    placed.setdefault(self._place(error), []).append(error)
                continue
            if self.has_error(name, "required") and len(self.errors[name]) == 1:
                del self._errors[name]  # type: ignore[attr-defined]
            if not self.has_error(name):
                placed[name] = [self._plainer(name, error) for error in field_errors]
        _drop_names_of_constraints(placed, self._meta.model)
        if placed:
            super()._update_errors(ValidationError(placed))  # type: ignore[misc]

    def _place(self, error: ValidationError) -> str:
        """The last of the fields that must differ together; on top if the error names none."""
        together = (error.params or {}).get("unique_check", ())
        return next((name for name in reversed(together) if name in self.fields), NON_FIELD_ERRORS)

    def _plainer(self, name: str, error: ValidationError) -> ValidationError:
        if name == "slug" and error.code == "unique":
            slug, noun = self.instance.slug, self.instance._meta.verbose_name
            return ValidationError(
                f"“{slug}” is the address of another {noun}. Choose another, for example "
                f"“{slug}-2”.",
                code="unique",
            )
        return error


def _drop_names_of_constraints(
    errors: dict[str, list[ValidationError]], model: type[models.Model]
) -> None:
    """Leave out “Constraint … is violated” where the model's own sentence says it already."""
    bare = {constraint.get_violation_error_message() for constraint in model._meta.constraints}
    general = errors.pop(NON_FIELD_ERRORS, [])
    plain = [error for error in general if error.message not in bare]
    if remaining := plain if plain or errors else general:
        errors[NON_FIELD_ERRORS] = remaining


def date_echo(request: HttpRequest) -> JsonResponse:
    """Say how the words in a date box are understood (`?words=`); for staff, see config.admin."""
    words = request.GET.get("words", "").strip()
    if not words:
        return JsonResponse({"understood": True, "message": ""})
    try:
        return JsonResponse({"understood": True, "message": typed_date(words).describe()})
    except DateError as error:
        return JsonResponse({"understood": False, "message": str(error)})
