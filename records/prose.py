"""Markdown to safe HTML. The only place where typed text becomes markup."""

from __future__ import annotations

from html import unescape

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

# Headings, images and raw HTML are left out: pages own their outline, and nothing is loaded from
# elsewhere.
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "typographer": False}).disable(
    ["heading", "lheading", "image", "html_block", "html_inline", "code", "fence"]
)
_TAGS = {"p", "em", "strong", "a", "ul", "ol", "li", "blockquote", "br", "hr", "code"}


def prose(text: str) -> SafeString:
    """Render Markdown that a person typed.

    In: Markdown (CommonMark without headings, images, code blocks or HTML). Out: HTML of a short
    list of elements; links only to http, https, mailto and this site, without passing on rank.
    """
    html = nh3.clean(
        _MARKDOWN.render(text or ""),
        tags=_TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    )
    return SafeString(html)


def first_paragraph(text: str, limit: int = 200) -> str:
    """The first paragraph of Markdown without markup, cut at a word after `limit` characters."""
    html = nh3.clean(_MARKDOWN.render((text or "").strip().split("\n\n")[0]), tags=set())
    words = " ".join(unescape(html).split())
    if len(words) <= limit:
        return words
    return words[:limit].rsplit(" ", 1)[0].rstrip(",;:–") + "…"
