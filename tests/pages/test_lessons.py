"""A lesson: what its prose names, what is refused, and how it reads."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from curation.revisions import history
from curation.revisions.evidence import StandsBare
from curation.workflow import publishing
from curation.workflow.publishing import LastEvidence
from events.lesson.gate import mistakes
from events.lesson.reading import read
from events.lesson.setting import shown
from events.models import Event, Section
from records import prose
from records.models import Status
from tests import factories as make

pytestmark = pytest.mark.django_db


def lesson(text: str, **topic: Any) -> Section:
    """A section of a topic with an event that has evidence, a draft one, and two sources."""
    lewin = make.SourceFactory(slug="lewin-2005")
    make.SourceFactory(slug="unseen", title="A CANARY", author="", status=Status.DRAFT)
    speech = make.EventFactory(slug="secret-speech")
    make.CitationFactory(event=speech, source=lewin)
    make.EventFactory(slug="hidden", title="A CANARY", status=Status.DRAFT)
    make.EventFactory(slug="bare", title="Without evidence")
    return make.SectionFactory(  # type: ignore[no-any-return]
        topic=make.TopicFactory(slug="de-stalinisation", **topic), heading="Why he spoke", text=text
    )


# What is written, and a word of what is said of it; blank for what is right.
WRITTEN = [
    # A link to a record with evidence, or a citation, is enough.
    ("He spoke at [night](event:secret-speech).", ""),
    ("He spoke at night [@lewin-2005, chapter 13].", ""),
    ("He spoke at night. [@lewin-2005, chapter 13; @lewin-2005, p. 4]", ""),
    # A list, and a quotation, are one paragraph.
    ("- He spoke [@lewin-2005, p. 4]\n- at night", ""),
    ("He spoke at night.", "rests on nothing"),
    ("He spoke.[@lewin-2005, p. 4]\n\nThey listened.", "paragraph 2: It rests on nothing"),
    ("It was [so](event:bare).", "rests on nothing"),
    ("It was [so](https://example.org/).", "rests on nothing"),
    # A source that is named, and not cited, says nothing.
    ("It was [Lewin](source:lewin-2005).", "rests on nothing"),
    ("It was [so](evnt:secret-speech).", "Did you mean “event:secret-speech”?"),
    ("It was [so](event:secret-spech).", "Did you mean “secret-speech”?"),
    ("It was [so](event:hidden).", "“A CANARY” is a draft"),
    ("It was so [@lewin-2004, p. 4].", "Did you mean “lewin-2005”?"),
    ("It was so [@unseen, p. 4].", "“A CANARY” is a draft"),
    ("It was so [@lewin-2005].", "does not say where in the source"),
    ("It was so [@Lewin 2005, p. 4].", "names no source"),
    ("It was [so](event:Secret-Speech).", "names no record"),
    ("It was [so](event:secret speech).", "is not read as a link"),
    ("It was so [@lewin-2005, p. 4", "is not read as a link or a citation"),
]


@pytest.mark.parametrize(("text", "said"), WRITTEN)
def test_a_mistake_is_named_with_its_place(text: str, said: str) -> None:
    section = lesson(text, status=Status.DRAFT)
    found = " ".join(map(str, mistakes([section])))
    assert (said in found) if said else (found == "")
    outcome = publishing.publish(section.topic, by=None)
    assert outcome.done == (not said)
    for obstacle in outcome.obstacles:
        assert obstacle.field == "sections"
        assert obstacle.message.startswith("Section “Why he spoke”, paragraph ")


def test_a_public_topic_does_not_lose_what_its_lesson_rests_on(client: Client) -> None:
    section = lesson("He spoke at [night](event:secret-speech) [@lewin-2005, chapter 13].")
    event = Event.objects.get(slug="secret-speech")
    event.slug = "the-secret-speech"
    event.save()
    assert mistakes([section]) == [], "a lesson names a record by what it was called once"
    with pytest.raises(LastEvidence, match="Section “Why he spoke”, paragraph 1: The event"):
        publishing.withdraw(event, by=None, reason="It was entered twice.")
    with (
        pytest.raises(StandsBare, match="“De-Stalinisation” could not stay public"),
        history.changing(section.topic, by=None),
    ):
        Section.objects.update(text="He spoke.")
    publishing.withdraw(event, by=None, reason="Entered twice.", with_dependents=True)
    section.topic.refresh_from_db()
    assert section.topic.status == Status.REVIEW


def test_an_office_that_is_removed_takes_no_lesson_with_it() -> None:
    office = make.TenureFactory(public_id="first-secretary")
    make.CitationFactory(tenure=office)
    make.CitationFactory(person=office.person)
    lesson("He was [First Secretary](tenure:first-secretary).")
    with (
        pytest.raises(StandsBare, match="There is no tenure “first-secretary”"),
        history.changing(office.person, by=None),
    ):
        office.delete()


def test_what_readers_do_not_see_leaves_its_words_only() -> None:
    section = lesson(
        "He spoke at [night](event:hidden) [@unseen, p. 4]. They *heard* "
        "[it](event:secret-speech) [@lewin-2005, p. 4]; [some](https://example.org/) wept."
    )
    whole = shown([section])
    html = whole.sections[0].html
    assert "He spoke at night." in html
    assert "CANARY" not in html
    assert "hidden" not in html
    assert '<a href="/events/secret-speech/">it</a>' in html
    assert [note.reference for note in whole.notes] == ["Moshe Lewin, 2005, p. 4"]


def test_one_place_has_one_number_and_stands_after_the_stop() -> None:
    section = lesson(
        "He spoke [@lewin-2005, p. 4]. They heard. [@lewin-2005, p. 4; @lewin-2005, p. 5]"
    )
    whole = shown([section])
    assert [(note.number, note.locator, note.uses) for note in whole.notes] == [
        (1, "p. 4", 2),
        (2, "p. 5", 1),
    ]
    html = whole.sections[0].html
    assert 'spoke.<sup class="refs"><button type="button" id="cites-note-1"' in html
    assert html.count('id="cites-note-1"') == 1
    assert 'aria-label="Note 1: Moshe Lewin, 2005, p. 4"' in html


def test_what_is_typed_makes_no_markup() -> None:
    typed = '<b>x</b> \ue0000\ue001 [a](javascript:alert) [@lewin-2005, "><script>]'
    html = shown([lesson(typed)]).sections[0].html
    for markup in ("<b>", "<script", 'href="javascript', "\ue000"):
        assert markup not in html


def test_a_text_is_set_once_and_shows_at_once_what_readers_may_see(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    section = lesson("He spoke at [night](event:hidden) [@lewin-2005, p. 4], once and no more.")
    cleaned: list[str] = []
    clean = prose.cleaned
    monkeypatch.setattr(prose, "cleaned", lambda html: (cleaned.append(html), clean(html))[1])
    before = [shown([section]) for _ in range(3)]
    assert len(cleaned) == 1
    assert before[0] == before[2]
    assert "hidden" not in before[0].sections[0].html
    Event.objects.filter(slug="hidden").update(status=Status.PUBLISHED)
    assert '<a href="/events/hidden/">night</a>' in shown([section]).sections[0].html
    Event.objects.filter(slug="hidden").update(status=Status.DRAFT)
    assert shown([section]) == before[0]
    assert len(cleaned) == 2


def test_a_lesson_is_no_longer_than_a_page_can_be() -> None:
    section = lesson("He spoke [@lewin-2005, p. 4]. " * 600, status=Status.DRAFT)
    assert publishing.publish(section.topic, by=None).done
    publishing.withdraw(section.topic, by=None, reason="To add to it.")
    for number in (2, 3):
        make.SectionFactory(topic=section.topic, heading=f"More {number}", text=section.text)
    section.topic.refresh_from_db()
    [obstacle] = publishing.publish(section.topic, by=None).obstacles
    assert obstacle.field == "sections"
    assert "have 54,000 characters together, and a page shows at most 40,000" in obstacle.message


def test_words_are_those_of_the_sentence() -> None:
    [paragraph] = read("He *spoke* at [night](event:secret-speech) [@lewin-2005, p. 4].")
    assert paragraph.words == "He spoke at night."
