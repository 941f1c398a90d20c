from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from tests.longer import killed_at


def before_all_others(sender: Any, **kwargs: Any) -> None:
    killed_at("when all were applied")


class LongerConfig(AppConfig):
    name = "tests.longer"

    def ready(self) -> None:
        post_migrate.connect(before_all_others, dispatch_uid="tests.longer")
