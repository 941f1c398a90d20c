"""What every piece needs to become a draft record: evidence, links, a place in its topic."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models

from curation.permissions import may_change
from curation.revisions import history
from events.models import Event, Topic, TopicEntry
from lessons.models import CheckedClaim
from people.models import Person, PowerBase, PowerBaseKind
from records.kinds import kind_of, with_title
from reforms.models import Reform, Statistic
from workbench.boxes import NO_SPAN, Becomes
from workbench.models import NotesItem, NotesPage, NotesRecord
from workbench.recognition import Register, register
from workbench.writing import NotWritten, free_slug, keep_up, write

# The kind of record that a piece is about, if it became one.
MAIN: dict[str, type[models.Model]] = {
    Becomes.PERSON: Person,
    Becomes.REFORM: Reform,
    Becomes.FIGURE: Statistic,
    Becomes.EVENT: Event,
    Becomes.CLAIM: CheckedClaim,
}


def main_record(item: NotesItem) -> tuple[NotesRecord | None, Any]:
    """What a piece became, and the record itself; None for each that is not there (any more)."""
    model = MAIN.get(item.becomes)
    if model is not None:
        for link in item.records.all():
            if link.model == model._meta.label_lower:
                return link, history.record_of(link)
    return None, None


def main_records(items: Iterable[NotesItem]) -> dict[int, tuple[NotesRecord, Any]]:
    """What many pieces became, by the number of the piece: a query for each kind of record.

    In: pieces with their `records` at hand.
    """
    links: dict[int, NotesRecord] = {}
    for item in items:
        model = MAIN.get(item.becomes)
        label = model._meta.label_lower if model is not None else ""
        for link in item.records.all():
            if link.model == label:
                links.setdefault(item.pk, link)
    found: dict[tuple[str, int], Any] = {}
    for model in MAIN.values():
        label = model._meta.label_lower
        pks = {link.record_id for link in links.values() if link.model == label}
        if pks:
            records = with_title(model._default_manager.filter(pk__in=pks))
            found |= {(label, record.pk): record for record in records}
    return {
        pk: (link, found[link.model, link.record_id])
        for pk, link in links.items()
        if (link.model, link.record_id) in found
    }


def is_own(link: NotesRecord | None, record: Any) -> bool:
    """True for a draft that came of the notes, and that nobody changed on its own page since."""
    return bool(
        link is not None
        and record is not None
        and link.made
        and not record.is_published
        and record.version == link.version
    )


class Drafts:
    """Writes the drafts of one page of notes on behalf of somebody (None: a command)."""

    def __init__(self, page: NotesPage, by: Any) -> None:
        self.page = page
        self.by = by
        self.reason = f"From the notes “{page.title}”"[:300]
        self._register: Register | None = None

    @property
    def register(self) -> Register:
        """Who is in the record, read once and again after somebody was added."""
        if self._register is None:
            self._register = register()
        return self._register

    def forget_register(self) -> None:
        self._register = None

    def link(self, item: NotesItem | None, record: Any, *, made: bool) -> None:
        """Keep that a piece became a record, or that it means one that stood already.

        Without a piece, it is one of the page as a whole.
        """
        version = getattr(record, "version", 1)
        link, new = NotesRecord.objects.get_or_create(
            page=self.page,
            item=item,
            model=record._meta.label_lower,
            record_id=record.pk,
            defaults={"made": made, "version": version},
        )
        if not new and link.made and link.version != version:
            link.version = version
            link.save(update_fields=["version"])

    def cite(self, item: NotesItem) -> list[dict[str, Any]]:
        """The notes as a source, with the line: course material, which counts for no certainty."""
        locator = f"line {item.line}"
        return [{"source": self.page.as_source.slug, "locator": locator, "checked": "tradition"}]

    def draft(
        self, item: NotesItem, model: Any, change: dict[str, Any], boxes: dict[str, str]
    ) -> None:
        """Write the record that a piece is about; leave one that has a life of its own by now.

        In: the document of the record, and the box of each place in it. Where exactly one record
        has the same name, it is meant, and no second one is made.
        """
        link, stands = main_record(item)
        if link is not None and not link.made:
            # Under another title it may mean another record.
            link.delete()
            stands = None
        if stands is not None and not is_own(link, stands):
            return
        named = change.get("title")
        if stands is None:
            if named and (same := _of_this_title(model, named)) is not None:
                self.link(item, same, made=False)
                return
            change["citations"] = self.cite(item)
            if named:
                change["slug"] = free_slug(model, named)
        record = write(model, change, boxes, record=stands, by=self.by, reason=self.reason)
        self.link(item, record, made=True)

    def base(self, item: NotesItem, name: str, box: str = "power_base") -> PowerBase:
        """The power base of a name: the one that stands, or a new draft."""
        sure = [one for one in self.register.power_base(name) if one.sure]
        if len(sure) == 1:
            base = PowerBase.objects.get(slug=sure[0].slug)
            self.link(item, base, made=False)
            return base
        change = {
            "slug": free_slug(PowerBase, name),
            "name": name,
            "kind": _usual_kind(box),
            "undated_reason": NO_SPAN,
            "citations": self.cite(item),
        }
        made: PowerBase = write(PowerBase, change, {"name": box}, by=self.by, reason=self.reason)
        self.forget_register()
        self.link(item, made, made=True)
        return made

    # --- in the topic -------------------------------------------------------------------------

    def arrange(self, topic: Topic, items: Iterable[NotesItem]) -> int:
        """Give each record of some pieces its place in the topic. Out: how many were added.

        Raises `NotWritten` where readers see the topic and this person may not change it.
        """
        names = {kind_of(model).name for model in MAIN.values()} & {*TopicEntry.kinds}
        standing = {(name, pk) for name in names for pk in _arranged(topic, name)}
        missing: list[tuple[str, Any]] = []
        for _, record in main_records(items).values():
            place = (kind_of(record).name, record.pk)
            if place[0] in names and place not in standing:
                standing.add(place)
                missing.append((place[0], record))
        if not missing:
            return 0
        if not may_change(self.by, topic):
            raise NotWritten({"": f"Readers see the topic “{topic}”: an editor can add to it."})
        last = topic.entries.order_by("-order").values_list("order", flat=True).first() or 0
        before = topic.version
        with history.changing(topic, by=self.by, reason=self.reason) as current:
            for number, (name, record) in enumerate(missing, 1):
                order = min(last + 10 * number, 32767)
                TopicEntry.objects.create(topic=current, order=order, **{name: record})
        topic.refresh_from_db()
        keep_up(topic, before)
        return len(missing)


def _arranged(topic: Topic, name: str) -> set[int]:
    column = f"{name}_id"
    return {*topic.entries.exclude(**{column: None}).values_list(column, flat=True)}


def _of_this_title(model: Any, title: str) -> Any:
    """The only record of a kind that has exactly this title, capitals apart; None otherwise."""
    found = [*model._default_manager.filter(title__iexact=title)[:2]]
    return found[0] if len(found) == 1 else None


def _usual_kind(box: str) -> str:
    """The kind that a new power base is of until somebody says more: “other”, else the last one.

    Raises `NotWritten` where a site has no kind at all.
    """
    kinds = [*PowerBaseKind.objects.values_list("slug", flat=True)]
    if not kinds:
        words = "There is no kind of power base yet. Add one at the desk, for example “Church”."
        raise NotWritten({box: words})
    return "other" if "other" in kinds else str(kinds[-1])


def need(boxes: dict[str, str], **needed: str) -> None:
    """Raise `NotWritten` for every box that is empty, with what to write there."""
    if problems := lacking(boxes, **needed):
        raise NotWritten(problems)


def lacking(boxes: dict[str, str], **needed: str) -> dict[str, str]:
    """What to write into those boxes that are empty."""
    return {name: words for name, words in needed.items() if not boxes.get(name)}
