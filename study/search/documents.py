"""What of a record a search knows, as its kind says it (`records.kinds.SearchFacts`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models
from django.urls import get_script_prefix

from events.lesson.reading import words as plain_words
from records.dates import HistoricalDate
from records.kinds import Kind, SearchFacts, key_of, searched_kinds, title_of, with_title
from study.search.folding import words
from study.search.models import SearchEntry

# Text without any of these is no Markdown, and need not be read as such.
_MARKUP = re.compile(r"[\[\]*_`>#&\\<~]|^\s*[-+\d]", re.MULTILINE)
_BETWEEN_NAMES = re.compile(r"\s*[;,]\s*")
# Where in the number of an entry stand how much it weighs, and its kind's place among the kinds.
_WEIGHT_AT, _KIND_AT = 56, 40
HEAVIEST = 4
# Far more than any lesson has; nobody reads further, and no search does.
LONGEST_TEXT = 60_000


@cache
def kinds_by_name() -> dict[str, Kind]:
    """The kinds that a search finds, by name and in order."""
    return {kind.name: kind for kind in searched_kinds()}


def facts_of(kind: Kind) -> SearchFacts:
    return kind.search or _PLAIN


_PLAIN = SearchFacts()


@cache
def rows_of(name: str) -> tuple[Kind, ...]:
    """The kinds whose rows stand in the document of a record of a kind, and nowhere else.

    The change feed has no entries for them: theirs is that of the record.
    """
    return tuple(kind for kind in kinds_by_name().values() if _is_row(kind) and kind.owner == name)


def _is_row(kind: Kind) -> bool:
    return bool(kind.owner) and not kind.listing


def public_records(kind: Kind) -> Any:
    """The records of a kind that readers see, with what their titles and addresses need."""
    records = with_title(kind.model.objects.published())
    needs = facts_of(kind).needs
    return records.select_related(*kind.title_needs, *needs) if needs else records


def title(kind: Kind, record: Any) -> str:
    """What a record is called among results."""
    own = facts_of(kind).title
    return own(record) if own else title_of(record)


def address(kind: Kind, record: Any) -> str:
    """Where people read it: the address of a page of this site, or of a place on one."""
    own = facts_of(kind).address
    path: str = own(record) if own else record.get_absolute_url()
    return path


def _without_prefix(path: str) -> str:
    """A path as it would be at the root of a server: who asks knows where it stands now."""
    return f"/{path.removeprefix(get_script_prefix())}"


def with_prefix(path: str) -> str:
    """The path that `entry_of` kept, on the server that answers."""
    return f"{get_script_prefix()}{path.removeprefix('/')}"


def date_of(kind: Kind, record: Any) -> HistoricalDate | None:
    """The date by which it is found; None for what has none."""
    column = facts_of(kind).dated_by
    date: HistoricalDate | None = getattr(record, column) if column else kind.happened(record)
    return date


def entry_of(kind: Kind, record: Any) -> SearchEntry:
    """What a search keeps of a public record; not saved."""
    facts = facts_of(kind)
    called, date = title(kind, record), date_of(kind, record)
    names = [
        name
        for column in facts.names
        for name in _BETWEEN_NAMES.split(getattr(record, column))
        if name
    ]
    text = " ".join(_texts(kind, record))[:LONGEST_TEXT]
    short = facts.short(record)
    # Words as they stand, too: whoever is still typing has not come to their endings.
    written = " ".join(word.plain for name in (called, *names) for word in words(name))
    name_keys = [keys for name in (short, *names) if name for keys in _ways_to_write(name)]
    title_keys, *more = _ways_to_write(called)
    return SearchEntry(
        id=number_of(kind, record),
        kind=kind.name,
        record_id=record.pk,
        key=key_of(record),
        owner_id=getattr(record, f"{kind.owner}_id") if _is_row(kind) else None,
        title=called,
        text=text,
        path=_without_prefix(address(kind, record)),
        within=title_of(getattr(record, kind.owner)) if _is_row(kind) else "",
        within_key=key_of(getattr(record, kind.owner)) if _is_row(kind) else "",
        date_edtf=date.edtf if date else "",
        date_text=date.text if date else "",
        earliest=date.earliest if date else None,
        latest=date.latest if date else None,
        title_keys=title_keys,
        name_keys=" | ".join(filter(None, [*more, *name_keys, written])),
        text_keys=_keys(text),
    )


def number_of(kind: Kind, record: Any) -> int:
    """The number of the entry of a record: the heaviest first, then by kind and record.

    Databases differ in what they make of equal hits, and this puts them in one order on all.
    """
    lightness = HEAVIEST - max(0, min(HEAVIEST, facts_of(kind).weight(record)))
    return lightness << _WEIGHT_AT | kind.order << _KIND_AT | int(record.pk)


def weight_of(number: int) -> int:
    """How much the entry of a number weighs, from 0 to 4."""
    return HEAVIEST - (number >> _WEIGHT_AT)


def _ways_to_write(name: str) -> list[str]:
    """The keys of a name, and where it has a hyphen those of its parts: anti-party, anti party."""
    found = [*words(name)]
    whole = " ".join(word.key for word in found if word.key)
    if not any(word.parts for word in found):
        return [whole]
    return [whole, " ".join(key for word in found for key in word.parts or word.keys)]


def _keys(text: str) -> str:
    return " ".join(key for word in words(text) for key in word.keys)


def _texts(kind: Kind, record: Any) -> Iterator[str]:
    columns = facts_of(kind).text
    for name in _long_texts(kind.label) if columns is None else columns:
        text = getattr(record, name)
        if text:
            yield " ".join((plain_words(text) if _MARKUP.search(text) else text).split())


@cache
def _long_texts(label: str) -> tuple[str, ...]:
    return tuple(
        column.name
        for column in apps.get_model(label)._meta.concrete_fields
        if isinstance(column, models.TextField) and column.name != "withdrawn_reason"
    )
