"""The page of a kind of power base: what counts as one, and those there are."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from people.models import PowerBase, PowerBaseKind
from records.pages import Crumb, RecordPage, absolute, page_or_first
from records.paging import Keyset
from records.prose import first_paragraph


class PowerBaseKindView(RecordPage):
    template_name = "people/power_base_kind.html"
    keyset = Keyset(("sort_key", "id"), listing="power bases of a kind")
    page_size = 100

    def get_queryset(self) -> Any:
        return PowerBaseKind.objects.published()

    def get_description(self) -> str:
        return first_paragraph(self.object.summary)

    def get_breadcrumbs(self) -> list[Crumb]:
        return [Crumb("Power map", reverse("people:power-map"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page, lost = page_or_first(
            self.keyset,
            PowerBase.objects.published().filter(kind=self.object),
            size=self.page_size,
            request=self.request,
        )
        return super().get_context_data(page=page, cursor_lost=lost, **kwargs)

    def get_json_ld(self) -> dict[str, Any]:
        kind = self.object
        data = {
            "@context": "https://schema.org",
            "@type": "DefinedTerm",
            "name": kind.name,
            "url": absolute(self.request, kind.get_absolute_url()),
        }
        about = first_paragraph(kind.summary)
        return {**data, "description": about} if about else data
