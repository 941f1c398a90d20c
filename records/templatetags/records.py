"""Tags and filters that every template may use without loading them."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from records import kinds
from records import prose as markdown
from records.dates import HistoricalDate

register = template.Library()

# What HTML's <time datetime> accepts of EDTF: a year, a month or a day of the common era.
_MACHINE_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?)?")
# Inside a <script> these would end the element or be read as markup.
_JSON_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


@register.filter
def prose(text: str) -> SafeString:
    """Markdown that a person typed, as safe HTML."""
    return markdown.prose(text)


@register.filter
def plain(text: str) -> str:
    """The first paragraph of Markdown as plain words, for descriptions and lists."""
    return markdown.first_paragraph(text)


@register.filter
def title_of(record: Any) -> str:
    """The one name of a record, wherever it is called by it."""
    return kinds.title_of(record)


@register.filter
def when(date: HistoricalDate | None) -> SafeString | str:
    """A historical date at its own precision, as a <time> element where HTML can hold it."""
    if date is None:
        return ""
    bare = date.edtf.rstrip("~?%")
    if _MACHINE_DATE.fullmatch(bare) and not bare.startswith("0000"):
        return format_html('<time datetime="{}">{}</time>', bare, date.display())
    return date.display()


@register.filter
def dated(record: Any, otherwise: str = "") -> SafeString | str:
    """When a record was, as `when` shows it; without a date, the reason why it has none.

    In: a record with an `undated_reason` and a `span`, or a figure, which has a `date`.
    `otherwise` stands for a record that gives no reason either.
    """
    date = record.date if hasattr(record, "date") else record.span
    return when(date) if date else record.undated_reason or otherwise


@register.simple_tag
def json_ld(data: dict[str, Any] | None) -> SafeString | str:
    """A dict as a JSON-LD block (schema.org). Dumped and escaped, never put together by hand."""
    if not data:
        return ""
    body = json.dumps(data, ensure_ascii=False).translate(_JSON_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', SafeString(body))


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: Any) -> str:
    """The address's own query string with some parameters changed; None takes one away."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        if value is None:
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    return f"?{parameters.urlencode()}"


# The scripts of names by the first word of a letter’s name in Unicode, as ISO 15924 codes.
_SCRIPTS = {
    "LATIN": "Latn", "CYRILLIC": "Cyrl", "GREEK": "Grek", "HEBREW": "Hebr", "ARABIC": "Arab",
    "ARMENIAN": "Armn", "GEORGIAN": "Geor", "DEVANAGARI": "Deva", "BENGALI": "Beng",
    "ETHIOPIC": "Ethi", "THAI": "Thai", "CJK": "Hani", "HANGUL": "Kore", "HIRAGANA": "Jpan",
    "KATAKANA": "Jpan",
}  # fmt: skip


@register.filter
def in_script(name: str) -> SafeString:
    """The attributes of an element that holds a name in its own script: `dir` and `lang`.

    Which language it is, nobody entered, and Cyrillic may be Russian or Ukrainian: `lang` says the
    script alone (“und-Cyrl”, RFC 5646), by which browsers choose letters and speech.
    """
    letter = next((char for char in name if char.isalpha()), "")
    script = _SCRIPTS.get(re.split("[ -]", unicodedata.name(letter, ""))[0]) if letter else None
    if script is None:
        return format_html('dir="{}"', "auto")
    return format_html('dir="auto" lang="und-{}"', script)
