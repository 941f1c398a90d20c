"""The form of a figure: one box takes all that people write of a number."""

from __future__ import annotations

from typing import Any

from curation.workflow.forms import RevisionedForm
from records.admin.forms import FigureFormField, RecordForm
from reforms.models import Measure, Statistic


class FigureRowForm(RecordForm):
    """What the box of the value says besides its number fills the boxes beside it.

    “Over 1.6 million” is over, 1,600,000, and written so; “5–8” has an upper value. What stands in
    those boxes already and says something else is refused at its place.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("value", "upper_value", "baseline_value", "baseline_upper_value"):
            field = self.fields.get(name)
            if isinstance(field, FigureFormField):
                field.unit = self._unit()
                field.stored = getattr(self.instance, name)
                field.widget.stored = None

    def _unit(self) -> str:
        """The unit of the measure: of the one that was sent, of the page, or of the record."""
        sent = self.data.get(self.add_prefix("measure"), "") if self.is_bound else ""
        if "measure" in self.fields and str(sent).isdecimal():
            return Measure.objects.filter(pk=sent).values_list("unit", flat=True).first() or ""
        return self.instance.measure.unit if self.instance.measure_id else ""

    def clean(self) -> Any:
        super().clean()
        for columns in Statistic.figures:
            figure = getattr(self.fields.get(columns.value), "figure", None)
            if figure is None:
                continue
            self._take(columns.comparator, figure.comparator, Statistic.Comparator.EXACTLY)
            if figure.upper_value is not None:
                self._take(columns.upper_value, figure.upper_value, None)
            if figure.as_written and columns.as_written in self.fields:
                self.cleaned_data[columns.as_written] = (
                    self.cleaned_data.get(columns.as_written) or figure.as_written
                )
        return self.cleaned_data

    def _take(self, name: str, said: Any, usual: Any) -> None:
        """Set what the figure says, unless somebody chose something else beside it just now."""
        chosen = self.cleaned_data.get(name)
        if said == usual or name not in self.fields:
            return
        if chosen in (usual, None, "", said) or name not in self.changed_data:
            self.cleaned_data[name] = said
        else:
            self.add_error(name, "The figure says something else. Correct one of the two.")


class FigureForm(FigureRowForm, RevisionedForm):
    """The same on the page of one figure, which asks for a reason."""
