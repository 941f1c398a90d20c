"""Which records and sources the prose of lessons names, and which of them readers see."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from events.lesson.reading import CITED, SOURCE, Paragraph, read
from records.addresses import present_slugs
from records.kinds import Kind, kinds, with_title
from records.models import KEY_PATTERN
from records.publication import has_visible_evidence, needs_evidence

_WRITTEN_LINK = re.compile(rf"\[([^\[\]]*)\]\(([a-z_]+):({KEY_PATTERN})\)")
_WRITTEN_KEY = re.compile(rf"[\[;]\s*@({KEY_PATTERN})")
_WRITTEN_CITATION = re.compile(r"(\s{0,4})\[(@[^\[\]]*)\]")


class Named:
    """Those records that some paragraphs name which readers see, under their present keys.

    One query for renamed records, and one for each kind that is named.
    """

    def __init__(self, paragraphs: Iterable[Paragraph]) -> None:
        self._records: dict[tuple[str, str], Any] = {}
        self._evidenced: set[tuple[str, str]] = set()
        wanted: dict[str, set[str]] = {}
        for paragraph in paragraphs:
            for kind, key in paragraph.named:
                wanted.setdefault(kind, set()).add(key)
        known = {each.name: each for each in linkable_kinds()}
        models = {known[name].model: keys for name, keys in wanted.items() if name in known}
        moved = present_slugs(models) if models else {}
        for name in wanted:
            if name in known:
                self._find(known[name], wanted[name], moved)

    def _find(self, kind: Kind, keys: set[str], moved: dict[tuple[str, str], str]) -> None:
        present = {key: moved.get((kind.label, key), key) for key in keys}
        rests = needs_evidence(kind.model)
        records = with_title(kind.model.objects.published())
        records = records.filter(**{f"{kind.key_field}__in": set(present.values())})
        if rests:
            records = records.annotate(is_evidenced=has_visible_evidence(kind.model))
        found = {getattr(record, kind.key_field): record for record in records}
        for key in keys:
            if (record := found.get(present[key])) is not None:
                self._records[kind.name, key] = record
                if rests and record.is_evidenced:
                    self._evidenced.add((kind.name, key))

    def get(self, kind: str, key: str) -> Any:
        """The record, or None where readers see none."""
        return self._records.get((kind, key))

    def holds(self, paragraph: Paragraph) -> bool:
        """True for a paragraph that rests on evidence which readers see."""
        return any(link in self._evidenced for link in paragraph.links) or any(
            self.get(SOURCE, cited.key) is not None for cited in paragraph.citations
        )


def linkable_kinds() -> list[Kind]:
    """The kinds whose records prose may name: they have a lasting key, and a place on a page."""
    return [
        kind
        for kind in kinds()
        if kind.key_field != "pk" and hasattr(kind.model, "get_absolute_url")
    ]


def named_in(texts: Iterable[str]) -> dict[Kind, set[str]]:
    """The keys of the records that some texts name and cite, by kind; present and past ones.

    One query for renamed records, where any is named.
    """
    wanted: dict[str, set[str]] = {}
    for paragraph in (paragraph for text in texts for paragraph in read(text)):
        for name, key in paragraph.named:
            wanted.setdefault(name, set()).add(key)
    known = {each.name: each for each in linkable_kinds()}
    by_kind = {known[name]: keys for name, keys in wanted.items() if name in known}
    if by_kind:
        models = {kind.model: keys for kind, keys in by_kind.items()}
        for (label, _), present in present_slugs(models).items():
            for each, keys in by_kind.items():
                if each.label == label:
                    keys.add(present)
    return by_kind


def keys_by_owner(texts: Iterable[tuple[Any, str]]) -> dict[Any, dict[str, set[str]]]:
    """What `named_in` tells, by the names of kinds, of the prose of whole courses.

    In: texts with what each belongs to. Out: by that, the keys by kind; one query for renamed
    records. Looks for the marks alone and reads no Markdown, which takes fifty times as long: what
    is written as an example of a link counts as one.
    """
    wanted: dict[Any, dict[str, set[str]]] = {}
    known = {each.name: each for each in linkable_kinds()}
    for owner, text in texts:
        keys = wanted.setdefault(owner, {})
        for _, name, key in _WRITTEN_LINK.findall(text):
            if name in known:
                keys.setdefault(name, set()).add(key)
        for key in _WRITTEN_KEY.findall(text):
            keys.setdefault(SOURCE, set()).add(key)
    asked: dict[Any, set[str]] = {}
    for keys in wanted.values():
        for name, some in keys.items():
            asked.setdefault(known[name].model, set()).update(some)
    for (label, past), present in (present_slugs(asked) if asked else {}).items():
        for keys in wanted.values():
            for name, some in keys.items():
                if known[name].label == label and past in some:
                    some.add(present)
    return wanted


def public_texts(texts: Sequence[str]) -> list[str]:
    """Texts as they are written, with nothing of what readers do not see but the words of links."""
    named = Named(paragraph for text in texts for paragraph in read(text))

    def link(found: re.Match[str]) -> str:
        return found[0] if named.get(found[2], found[3]) is not None else found[1]

    def citation(found: re.Match[str]) -> str:
        seen = [
            one
            for one in re.split(r"\s*;\s*(?=@)", found[2].strip())
            if (cited := CITED.fullmatch(one)) and named.get(SOURCE, cited[1]) is not None
        ]
        return f"{found[1]}[{'; '.join(seen)}]" if seen else ""

    return [_WRITTEN_CITATION.sub(citation, _WRITTEN_LINK.sub(link, text)) for text in texts]


def set_public_texts(rows: Sequence[Any]) -> None:
    """Set the prose of some rows, which are not saved, to what `public_texts` makes of it."""
    texts = public_texts([getattr(row, row.lesson_text) for row in rows])
    for row, text in zip(rows, texts, strict=True):
        setattr(row, row.lesson_text, text)
