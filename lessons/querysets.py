"""Which claims readers may see."""

from __future__ import annotations

from typing import Any, Self

from django.db.models import Q

from records.as_published import state_is_published
from records.querysets import RecordQuerySet, one_is_published, owner_is_published


class ClaimQuerySet(RecordQuerySet):
    model: Any

    def published(self) -> Self:
        """Published claims of published topics, about records that readers may see.

        A claim whose source is not public is not shown either: it would stand there as nobody's.
        """
        return self.filter(
            state_is_published(self.model),
            owner_is_published(self.model, "topic"),
            Q(source=None) | Q(owner_is_published(self.model, "source")),
            one_is_published(self.model, self.model.kinds),
        )
