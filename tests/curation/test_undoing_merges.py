"""A merge is taken back after the world went on, or it is said why it cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from curation.merging.merge import (
    CannotMerge,
    merge,
    undo,
)
from curation.models import Version
from curation.revisions import history
from events.models import Event, Participation
from people.models import Person, Tenure
from sources.models import Citation
from tests.factories import (
    CitationFactory,
    EventFactory,
    PersonFactory,
    PowerBaseFactory,
    SourceFactory,
    TenureFactory,
)
from tests.support.stored_rows import everything

pytestmark = pytest.mark.django_db


def test_undo_should_keep_what_was_changed_in_a_moved_row(
    beria_twice: tuple[Person, Person], editor: Any
) -> None:
    kept, merged = beria_twice
    done = merge(kept, merged, by=editor, reason="One man")
    Citation.objects.filter(public_id="p3").update(locator="p. 2")
    back = undo(done, by=editor, reason="Two men")
    assert back.citations.get(public_id="p3").locator == "p. 2"


def test_undo_should_follow_a_row_that_was_made_anew_by_a_restore(
    beria_twice: tuple[Person, Person], editor: Any
) -> None:
    kept, merged = beria_twice
    done = merge(kept, merged, by=editor, reason="One man")
    version = Version.objects.of(kept)[0]
    with history.changing(kept, by=editor) as current:
        current.citations.filter(public_id="p3").delete()
    history.restore(version, by=editor, reason="It was right")
    back = undo(done, by=editor, reason="Two men")
    assert {c.public_id for c in back.citations.all()} == {"p2", "p3"}


def _move(**where: Any) -> None:
    Citation.objects.filter(public_id="p3").update(person=None, **where)


IMPOSSIBLE: list[tuple[str, Any, str]] = [
    # What happened since, and what the refusal says.
    ("row removed", lambda k: Citation.objects.get(public_id="p3").delete(), "was removed since"),
    ("row moved on", lambda k: _move(event=EventFactory()), "moved elsewhere since"),
    ("kept deleted", lambda k: Person.objects.get(pk=k.pk).delete(), "was deleted since"),
    (
        "kept merged",
        lambda k: merge(PersonFactory(name="Beria"), k, by=None, reason="Third"),
        "was itself merged into “Beria”. Undo that first",
    ),
]


@pytest.mark.parametrize(("name", "since", "words"), IMPOSSIBLE, ids=[i[0] for i in IMPOSSIBLE])
def test_undo_should_refuse_what_is_impossible(
    name: str, since: Any, words: str, beria_twice: tuple[Person, Person], editor: Any
) -> None:
    kept, merged = beria_twice
    done = merge(kept, merged, by=editor, reason="One man")
    since(kept)
    before = everything()
    with pytest.raises(CannotMerge, match=words):
        undo(done, by=editor, reason="Two men")
    assert everything() == before
    done.refresh_from_db()
    assert done.undone_at is None


def test_undo_should_leave_out_what_is_gone_with_its_event(
    beria_twice: tuple[Person, Person], editor: Any
) -> None:
    kept, merged = beria_twice
    done = merge(kept, merged, by=editor, reason="One man")
    Event.objects.all().delete()
    back = undo(done, by=editor, reason="Two men")
    assert not Participation.objects.exists()
    assert back.tenures.count() == 2


def test_undo_should_name_a_source_that_is_gone(editor: Any) -> None:
    kept, merged = EventFactory(), EventFactory()
    book = SourceFactory()
    CitationFactory(event=kept, source=book, public_id="one")
    CitationFactory(event=merged, source=book, public_id="two")
    done = merge(kept, merged, by=editor, reason="Twice")
    Citation.objects.all().delete()
    book.delete()
    with pytest.raises(CannotMerge, match="the source it names was deleted since"):
        undo(done, by=editor, reason="Two events")
    assert not Event.objects.filter(pk=merged.pk).exists()


def test_merges_should_come_apart_in_any_order(editor: Any) -> None:
    kept, second, third = PersonFactory(), PersonFactory(), PersonFactory()
    office = PowerBaseFactory(slug="cpsu")
    for person in (second, third):
        tenure = TenureFactory(person=person, power_base=office)
        CitationFactory(tenure=tenure, locator=f"p. {person.pk}")
    before = everything()
    first_merge = merge(kept, second, by=editor, reason="One man")
    second_merge = merge(kept, third, by=editor, reason="One man")
    assert Tenure.objects.count() == 1
    undo(first_merge, by=editor, reason="Two men")
    undo(second_merge, by=editor, reason="Three men")
    assert everything() == before


def test_undo_should_follow_a_kept_record_that_was_renamed(editor: Any, client: Any) -> None:
    kept, merged = PersonFactory(slug="beria"), PersonFactory(slug="berija")
    done = merge(kept, merged, by=editor, reason="One man")
    kept.refresh_from_db()
    kept.slug = "lavrentiy-beria"
    kept.save()
    assert client.get("/people/berija/")["Location"] == "/people/lavrentiy-beria/"
    undo(done, by=editor, reason="Two men")
    assert client.get("/people/berija/").status_code == 200
    assert client.get("/people/beria/")["Location"] == "/people/lavrentiy-beria/"
