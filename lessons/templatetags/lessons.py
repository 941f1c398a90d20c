"""What pages of other apps show of claims."""

from __future__ import annotations

from typing import Any

from django import template

from events.models import Topic
from lessons.models import CheckedClaim, check_url

register = template.Library()


@register.inclusion_tag("lessons/_check_link.html")
def check_link(topic: Topic) -> dict[str, Any]:
    """The way from a topic to the page that checks its class notes, where there is something.

    In: a public topic. One query.
    """
    has_claims = CheckedClaim.objects.published().filter(topic=topic).exists()
    return {"address": check_url(topic) if has_claims else ""}
