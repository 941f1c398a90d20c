"""Markdown to safe HTML. The only place where typed text becomes markup."""

from __future__ import annotations

from functools import lru_cache
from html import unescape
from typing import Any

import nh3
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

# Headings, images and raw HTML are left out: pages own their outline, and nothing is loaded from
# elsewhere.
_LEFT_OUT = ["heading", "lheading", "image", "html_block", "html_inline", "code", "fence"]
# What the addresses and titles that references stand for may add to a text, in characters. A long
# address, given once and named a thousand times, would make of one text a page of megabytes
# (cmark keeps to the same bound).
MOST_REFERRED = 100_000
# How many rendered texts a process keeps, the latest read: what a busy site shows again and again.
KEPT = 1_000
_TAGS = {"p", "em", "strong", "a", "ul", "ol", "li", "blockquote", "br", "hr", "code"}


class _References(dict[str, Any]):
    """The references of one text (“[name]: address”), which end when they were named too often."""

    left = MOST_REFERRED

    def get(self, label: str, default: Any = None) -> Any:
        found = super().get(label)
        if found:
            self.left -= len(found["href"]) + len(found["title"])
        return found if self.left >= 0 else default


def references() -> dict[str, Any]:
    """What a parser keeps the references of one text in."""
    return {"references": _References()}


def parser() -> MarkdownIt:
    """A reader of the Markdown that people may type here; whoever asks may add to it."""
    return MarkdownIt("commonmark", {"html": False, "typographer": False}).disable(_LEFT_OUT)


_MARKDOWN = parser()


def _render(text: str) -> str:
    return _MARKDOWN.render(text, references())


def cleaned(html: str) -> str:
    """HTML made of what a person typed, with nothing in it that is not on the short list."""
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes={"a": {"href", "title"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    )


@lru_cache(maxsize=KEPT)
def prose(text: str) -> SafeString:
    """Render Markdown that a person typed.

    In: Markdown (CommonMark without headings, images, code blocks or HTML). Out: HTML of a short
    list of elements; links only to http, https, mailto and this site, without passing on rank.
    Takes as long as the text, whatever stands in it, and is kept by the text.
    """
    return SafeString(cleaned(_render(text or "")))


def first_paragraph(text: str, limit: int = 200) -> str:
    """The first paragraph of Markdown without markup, cut at a word after `limit` characters."""
    html = nh3.clean(_render((text or "").strip().split("\n\n")[0]), tags=set())
    text_only = " ".join(unescape(html).split())
    if len(text_only) <= limit:
        return text_only
    return text_only[:limit].rsplit(" ", 1)[0].rstrip(",;:–") + "…"
