"""The addresses under a record's own: its versions, and the form to report a problem with it."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpResponse, HttpResponsePermanentRedirect

from curation.models import Version
from events.models import Course, Event, Topic
from people.models import Person, PowerBase
from records.pages import Crumb, RecordPage, absolute
from records.querysets import RecordQuerySet
from reforms.models import Measure, Reform
from sources.models import Source

# The first part of an address → what has a page of its own under it.
PLACES: dict[str, type[Model]] = {
    "courses": Course,
    "topics": Topic,
    "events": Event,
    "people": Person,
    "power": PowerBase,
    "reforms": Reform,
    "statistics": Measure,
    "sources": Source,
}


class PlaceConverter:
    """`<place:place>` in an address: one of `PLACES`, handed to the view as its model."""

    regex = "|".join(PLACES)

    def to_python(self, value: str) -> type[Model]:
        return PLACES[value]

    def to_url(self, value: type[Model]) -> str:
        return next(place for place, model in PLACES.items() if model is value)


class UnderRecord(RecordPage):
    """A page under the address of a published record; `below` is what follows that address.

    A renamed record redirects to the same page under its new address (301), a withdrawn or deleted
    one answers 410 with the reason, an unknown or unpublished one 404.
    """

    def below(self) -> str:
        raise NotImplementedError

    def get_queryset(self) -> RecordQuerySet[Any]:
        model: Any = self.kwargs["place"]
        return model.objects.published()

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb(str(self.object), self.object.get_absolute_url())]

    def missing(self, slug: str) -> HttpResponse:
        answer = super().missing(slug)
        if not isinstance(answer, HttpResponsePermanentRedirect):
            return answer
        # A record that was merged into another had versions of its own; the other's version of
        # the same number is something else, so its readers are led to the record itself.
        model: Any = self.kwargs["place"]
        current = answer.url.rstrip("/").rpartition("/")[2]
        kept = model.objects.published().get(slug=current)
        others = Version.objects.filter(model=model._meta.label_lower, key=slug)
        if others.exclude(record_id=kept.pk).exists():
            return answer
        return HttpResponsePermanentRedirect(f"{answer.url}{self.below()}")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(noindex=True, **kwargs)
        # Search engines are told of the record's own page only.
        context["canonical"] = absolute(self.request, self.object.get_absolute_url())
        return context
