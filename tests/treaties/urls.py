from __future__ import annotations

from typing import Any

from django.urls import path

from records.pages import RecordPage
from sources.querysets import public_citations
from tests.treaties.models import Treaty


class TreatyPage(RecordPage):
    template_name = "treaties/treaty.html"

    def get_queryset(self) -> Any:
        return Treaty.objects.published().prefetch_related(public_citations())


app_name = "treaties"
urlpatterns = [path("treaties/<slug:slug>/", TreatyPage.as_view(), name="treaty")]
