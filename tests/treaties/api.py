from __future__ import annotations

from typing import Any

from records.api.filters import COURSE, TOPIC, From, To
from records.api.serializers import HistoricalDateSerializer, RecordSerializer
from records.api.views import RecordViewSet
from records.schema_org import thing
from tests.treaties.models import Treaty


class TreatySerializer(RecordSerializer):
    """An agreement between states."""

    span = HistoricalDateSerializer(allow_null=True, help_text="When it was signed.")

    class Meta:
        model = Treaty
        fields = ["slug", "title", "span", "undated_reason", "terms", "url", "page"]


class TreatyViewSet(RecordViewSet):
    model = Treaty
    list_class = detail_class = TreatySerializer
    schema_org = staticmethod(lambda record: thing("Event", record))
    orderings = {"date": ("span_sort", "id"), "-date": ("-span_sort", "-id")}
    filters = (TOPIC, COURSE, From(), To())

    def get_queryset(self) -> Any:
        return Treaty.objects.published()
