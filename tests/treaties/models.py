from __future__ import annotations

from django.db import models
from django.urls import reverse

from events.models import TopicEntry
from records.fields import HistoricalDateField, ProseField, date_constraints
from records.models import Published, Sluggable, Undated
from sources.models import Citation


class Treaty(Sluggable, Undated, Published):
    dated_by = ("span",)

    title = models.CharField(max_length=200)
    span = HistoricalDateField("signed", help_text="For example “15 May 1955”.")
    terms = ProseField(blank=True, help_text="What was agreed. Markdown.")

    class Meta:
        verbose_name_plural = "treaties"
        ordering = ["span_sort", "id"]
        constraints = [*Published.Meta.constraints, *date_constraints("span")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("treaties:treaty", args=[self.slug])


Citation.accept(Treaty)
TopicEntry.accept(Treaty)
