"""The addresses under a record's own: its versions, and the form to report a problem with it."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from django.http import HttpResponse

from curation.models import Version
from records.kinds import paged_kinds, title_of
from records.pages import Crumb, MovedHere, RecordPage, absolute
from records.querysets import RecordQuerySet

# The first part of an address → the model whose records have their pages under it.
PLACES: dict[str, type[Model]] = {kind.place: kind.model for kind in paged_kinds()}


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

    # A version may be hidden, and a report sent, without a change of what readers see.
    keeps_answers = False

    def below(self) -> str:
        raise NotImplementedError

    def get_queryset(self) -> RecordQuerySet[Any]:
        model: Any = self.kwargs["place"]
        return model.objects.published()

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb(title_of(self.object), self.object.get_absolute_url())]

    def missing(self, slug: str) -> HttpResponse:
        response = super().missing(slug)
        if not isinstance(response, MovedHere):
            return response
        # A record that was merged into another had versions of its own. The other record's version
        # of the same number says something else, so readers are led to that record's page.
        model: Any = self.kwargs["place"]
        present_slug = response.url.rstrip("/").rpartition("/")[2]
        present_record = model.objects.published().get(slug=present_slug)
        versions_there = Version.objects.filter(model=model._meta.label_lower, key=slug)
        if versions_there.exclude(record_id=present_record.pk).exists():
            return response
        return MovedHere(f"{response.url}{self.below()}")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(noindex=True, **kwargs)
        # Search engines are told of the record's own page only.
        context["canonical"] = absolute(self.request, self.object.get_absolute_url())
        return context
