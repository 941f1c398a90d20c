"""A person of the notes, with the office held, as drafts."""

from __future__ import annotations

from typing import Any

from curation.permissions import may_change
from curation.revisions.snapshot import snapshot
from people.models import Person, PowerBase, Tenure
from workbench.drafting import Drafts, is_own, lacking, main_record, need
from workbench.models import NotesItem
from workbench.writing import NotWritten, free_slug, write

_ROWS = dict[str, Any]


def person(drafts: Drafts, item: NotesItem, boxes: dict[str, str]) -> None:
    """Write a person and an office of theirs.

    Somebody who is in the record already is meant where the name says so: the office is added,
    and nothing else is changed. An office without its dates waits; the person does not.
    """
    need(boxes, name="Give the name, for example “John Morton”.")
    link, stands = main_record(item)
    if link is not None and not link.made:
        # Under another name it may mean somebody else.
        link.delete()
        stands = None
    if stands is None:
        stands = _known(drafts, item, boxes["name"])
        link = None
    change: dict[str, Any] = {}
    if stands is None or is_own(link, stands):
        change = {"name": boxes["name"], "sort_name": sort_name(boxes["name"])}
        change["epithet"] = boxes.get("epithet", "")
        change |= {name: boxes.get(name) or None for name in ("born", "died")}
        lived = change["born"] or change["died"]
        change["undated_reason"] = "" if lived else boxes.get("undated_reason", "")
    if stands is None:
        change |= {"slug": free_slug(Person, boxes["name"]), "citations": drafts.cite(item)}
    waits = _office_waits(boxes)
    rows: list[_ROWS] = []
    at = 0
    if boxes.get("office") and not waits:
        base = drafts.base(item, boxes["power_base"])
        rows, at = _offices(drafts, item, boxes, base, stands)
    if rows:
        change["tenures"] = rows
    if change:
        own = ("name", "epithet", "born", "died", "undated_reason")
        places = {"sort_name": "name", "slug": "name", **dict(zip(own, own, strict=True))}
        places |= {f"tenures.{at}": "office", f"tenures.{at}.span": "held"}
        places[f"tenures.{at}.power_base"] = "power_base"
        written = write(Person, change, places, record=stands, by=drafts.by, reason=drafts.reason)
        if stands is None:
            drafts.forget_register()
        drafts.link(item, written, made=stands is None)
        if rows and _tenure_of(item) is None:
            newest = written.tenures.order_by("-pk").first()
            drafts.link(item, newest, made=True)
    item.problems = waits


def _known(drafts: Drafts, item: NotesItem, name: str) -> Person | None:
    """Whoever is in the record under this name, if it can be nobody else."""
    sure = [one for one in drafts.register.person(name) if one.sure]
    if len(sure) != 1:
        return None
    known = Person.objects.get(slug=sure[0].slug)
    drafts.link(item, known, made=False)
    return known


def _office_waits(boxes: dict[str, str]) -> dict[str, str]:
    if not boxes.get("office"):
        return {}
    return lacking(
        boxes,
        power_base="Say what the office rested on, for example “Church”.",
        held="Say when the office was held, for example “1953–1955”. Until then the office waits, "
        "and only the person is a draft.",
    )


def _tenure_of(item: NotesItem) -> Tenure | None:
    label = Tenure._meta.label_lower
    link = next((one for one in item.records.all() if one.model == label), None)
    return Tenure.objects.filter(pk=link.record_id).first() if link else None


def _offices(
    drafts: Drafts, item: NotesItem, boxes: dict[str, str], base: PowerBase, holder: Person | None
) -> tuple[list[_ROWS], int]:
    """All offices of somebody with the one of this piece, and its place among them.

    None at all where it stands already, or is not for this person to change.
    """
    said = {"office": boxes["office"], "power_base": base.slug, "span": boxes["held"]}
    new = {**said, "citations": drafts.cite(item)}
    if holder is None:
        return [new], 0
    rows: list[_ROWS] = [{"id": row["id"]} for row in snapshot(holder)["rows"]["tenures"]]
    standing = _tenure_of(item)
    if standing is not None and standing.person_id == holder.pk:
        at = next(n for n, row in enumerate(rows) if row["id"] == standing.public_id)
        if not holder.is_published:
            rows[at].update(said)
            return rows, at
        return [], 0
    if holder.tenures.filter(office__iexact=boxes["office"], power_base=base).exists():
        return [], 0
    if not may_change(drafts.by, holder):
        words = f"Readers see “{holder}”: an editor can add an office there."
        raise NotWritten({"office": words})
    return [*rows, new], len(rows)


def sort_name(name: str) -> str:
    """What lists sort a name by: “Morton, John”; as it is for “Henry VII” and for one word."""
    words = name.split()
    is_number = all(letter in "IVX." for letter in words[-1])
    return name if len(words) < 2 or is_number else f"{words[-1]}, {' '.join(words[:-1])}"
