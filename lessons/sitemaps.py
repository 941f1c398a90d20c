"""The pages that check class notes, for search engines."""

from __future__ import annotations

from typing import Any

from django.contrib.sitemaps import Sitemap

from events.models import Topic
from lessons.models import CheckedClaim, check_url


class CheckSitemap(Sitemap):
    """One page for each public topic of which something is checked."""

    limit = 1000

    def items(self) -> Any:
        claims = CheckedClaim.objects.published()
        return Topic.objects.published().filter(pk__in=claims.values("topic")).order_by("id")

    def location(self, topic: Any) -> str:
        return check_url(topic)
