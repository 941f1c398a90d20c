"""What the database holds of the records, to the letter."""

from __future__ import annotations

from typing import Any

from django.apps import apps

from records.models import PastSlug

TABLES = [
    model
    for label in ("sources", "people", "reforms", "events", "lessons", "records")
    for model in apps.get_app_config(label).get_models(include_auto_created=True)
]
# Counted up by every change, also by those that take another back.
COUNTERS = {"version", "updated_at", "retired_at"}


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every record's table as it is stored; the past addresses without their ids."""
    return {
        model._meta.label: [
            {k: v for k, v in row.items() if k not in COUNTERS and (k != "id" or not past)}
            for row in model._base_manager.order_by("pk").values()
        ]
        for model in TABLES
        for past in [model is PastSlug]
    }
