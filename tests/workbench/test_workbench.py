"""Notes in, records out: the workbench as a teacher uses it, and what it refuses."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from curation.models import Version
from events.models import Course, Event, Topic
from lessons.models import CheckedClaim
from people.models import Person, PowerBase, Tenure
from reforms.models import Effect, Measure, Reform, Statistic
from sources.models import Citation, Source
from tests import factories
from tests.support.accounts import signed_in
from workbench.models import NotesItem, NotesPage

pytestmark = pytest.mark.django_db

# A page of notes about another period than the shipped course.
HENRY = """HENRY VII

John Morton = Lord Chancellor 1487-1500, power base was the Church
Reginald Bray (Chancellor of the Duchy of Lancaster 1485-1503), power base was the Royal Household

Council Learned in the Law: bonds collected; nobles fined.

1485 - Battle of Bosworth
On 16 June 1487 the rebels lost at Stoke Field.

Crown lands: income rose from £29,000 in 1485 to £42,000 by 1509.
Henry was careful with money <b>always</b>.
"""
ADD = "/admin/workbench/notespage/add/"


@pytest.fixture(autouse=True)
def other() -> Any:
    """The kind that a power base of the notes is of until somebody says more."""
    return factories.PowerBaseKindFactory(slug="other")


@pytest.fixture
def teacher() -> Client:
    return signed_in("Editor")


@pytest.fixture
def contributor() -> Client:
    return signed_in("Contributor")


def read_in(client: Client, text: str = HENRY, **boxes: str) -> NotesPage:
    sent = {"title": "Class notes: Henry VII", "new_course": "Henry VII", "text": text, **boxes}
    answer = client.post(ADD, sent)
    assert answer.status_code == 302, answer.content.decode()
    return NotesPage.objects.order_by("pk").last()  # type: ignore[return-value]


def address(page: NotesPage) -> str:
    return f"/admin/workbench/notespage/{page.pk}/change/"


def form_of(client: Client, page: NotesPage, query: str = "") -> dict[str, str]:
    """What a browser would send back of the page of a topic, nothing typed."""
    context = client.get(address(page) + query).context
    sent: dict[str, str] = {}
    sent["topic-stamp"] = context["topic_stamp"]
    forms = [context["topic_form"], *context["sections"], *(row.form for row in context["rows"])]
    for form in forms:
        for box in form:
            value = box.value()
            if value not in (None, False):
                sent[box.html_name] = str(value)
    return sent


def piece(page: NotesPage, words: str, becomes: str = "") -> NotesItem:
    found = [item for item in page.items.all() if words in item.words]
    return next(item for item in found if not becomes or item.becomes == becomes)


def send(client: Client, page: NotesPage, changes: dict[tuple[str, str], str], *more: str) -> Any:
    """Change some boxes, each named by words of its piece and its name, and save."""
    sent = form_of(client, page)
    for (words, box), value in changes.items():
        one = f"topic-{box}" if words == "topic" else f"piece-{piece(page, words).pk}-{box}"
        sent[one] = value
    return client.post(
        address(page), {**sent, **dict.fromkeys(more or ("save",), "yes")}, follow=True
    )


def told(answer: Any) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


# --- notes in -----------------------------------------------------------------------------------


def test_notes_become_drafts_that_cite_their_lines(contributor: Client, client: Client) -> None:
    page = read_in(contributor)
    assert [str(topic) for topic in Topic.objects.all()] == ["HENRY VII"]
    held = Tenure.objects.order_by("pk").values_list(
        "person__name", "person__sort_name", "office", "power_base__name", "span_edtf"
    )
    assert [*held] == [
        ("John Morton", "Morton, John", "Lord Chancellor", "Church", "1487/1500"),
        ("Reginald Bray", "Bray, Reginald", "Chancellor of the Duchy of Lancaster",
         "Royal Household", "1485/1503"),
    ]  # fmt: skip
    reform = Reform.objects.get()
    assert (reform.title, reform.measure_taken) == (
        "Council Learned in the Law", "- bonds collected\n- nobles fined",
    )  # fmt: skip
    assert [*Event.objects.order_by("pk").values_list("title", "span_edtf")] == [
        ("Battle of Bosworth", "1485"),
        ("The rebels lost at Stoke Field", "1487-06-16"),
    ]
    # Every statement cites the notes with its line, as what they are.
    assert page.as_source.kind == "class_notes"
    for citation in Citation.objects.all():
        assert (citation.source, citation.checked) == (page.source, "tradition")
    assert Citation.objects.get(event__title="Battle of Bosworth").locator == "line 8"
    # All of it stands in the topic, and has a first version that says where it came from.
    assert Topic.objects.get().entries.count() == 5
    assert Version.objects.get(model="reforms.reform").reason == (
        "From the notes “Class notes: Henry VII”"
    )
    # And readers see none of it.
    for path in ("/topics/henry-vii/", "/people/john-morton/", "/courses/henry-vii/"):
        assert client.get(path).status_code == 404, path


def test_what_is_not_understood_waits_and_no_letter_is_lost(teacher: Client) -> None:
    page = read_in(teacher)
    figure = piece(page, "from £29,000", "figure")
    assert figure.problems == {"measure": "Say what is counted, for example “Ministries”."}
    assert (figure.boxes["before"], figure.boxes["value"]) == ("29,000", "42,000")
    assert piece(page, "careful").becomes == "later"
    answer = teacher.get(address(page))
    paper = "".join(one.text for one in answer.context["stretches"])
    assert paper == HENRY
    # Markup is text.
    assert b"&lt;b&gt;always" in answer.content
    assert b"<b>always" not in answer.content


def test_from_notes_to_a_published_topic(teacher: Client, client: Client) -> None:
    """It may take thirty clicks and thirty boxes; it takes fourteen boxes and two clicks."""
    page = read_in(teacher)
    figure = f"piece-{piece(page, 'from £29,000', 'figure').pk}"
    council = f"piece-{piece(page, 'Council Learned').pk}"
    answer = teacher.post(
        address(page),
        {
            **form_of(teacher, page),
            "topic-question": "How did Henry VII secure his throne?",
            "topic-short_answer": "Because he won at Stoke, and made the nobles pay.",
            "section-0-heading": "How he came to the throne",
            # The event that it names is a draft until this very save.
            "section-0-text": "He won [at Bosworth](event:battle-of-bosworth).",
            f"{council}-date": "by 1500",
            f"{council}-power_base": "Nobility",
            f"{council}-change": "weakened",
            f"{figure}-measure": "Income of the Crown lands",
            f"{figure}-population": "The Crown",
            f"piece-{piece(page, 'careful').pk}-becomes": "nothing",
            "publish": "yes",
        },
        follow=True,
    )
    said = told(answer)
    assert "Readers see now: “Class notes: Henry VII”, “Church”" in said
    assert "“HENRY VII”." in said
    assert "Readers do not see" not in said
    shown = client.get("/topics/henry-vii/").content.decode()
    assert "How did Henry VII secure his throne?" in shown
    assert "How he came to the throne" in shown
    assert client.get("/people/john-morton/").status_code == 200
    effect = Effect.objects.published().get()
    assert (effect.power_base.name, effect.change) == ("Nobility", "weakened")
    statistic = Statistic.objects.published().get()
    assert (statistic.change, statistic.baseline_value, statistic.value) == ("rose", 29000, 42000)
    assert (statistic.baseline_date.edtf, statistic.date.edtf) == ("1485", "../1509")


def test_a_contributor_sends_for_review(contributor: Client, client: Client) -> None:
    page = read_in(contributor)
    answer = send(contributor, page, {}, "publish")
    assert "An editor publishes these: “Class notes: Henry VII”, “Church”" in told(answer)
    # That the notes are in review is for the editor to mend, and not held against what cites them.
    assert "Publish the source first" not in told(answer)
    assert "“Council Learned in the Law” yet. It waits for an editor. Give a date" in told(answer)
    assert {*Event.objects.values_list("status", flat=True)} == {"review"}
    assert client.get("/people/john-morton/").status_code == 404


def test_a_site_without_kinds_of_power_base(teacher: Client, other: Any) -> None:
    other.delete()
    page = read_in(teacher)
    wrong = piece(page, "John Morton").problems
    assert wrong["power_base"].startswith("There is no kind of power base yet. Add one")
    factories.PowerBaseKindFactory(slug="church")
    send(teacher, page, {})
    assert PowerBase.objects.get(name="Church").kind.slug == "church"


def test_what_is_published_before_what_it_belongs_to_is_not_said_to_be_seen(
    teacher: Client,
) -> None:
    page = read_in(teacher)
    sent = form_of(teacher, page)
    sent[f"piece-{piece(page, 'from £29,000', 'figure').pk}-measure"] = "Income of the Crown lands"
    said = told(teacher.post(address(page), {**sent, "publish": "yes"}, follow=True))
    assert "Readers do not see the measure “Income of the Crown lands” yet. Say of whom" in said
    assert "Readers do not see the statistic “rose from 29,000 to 42,000” yet." in said


# --- who is known already -------------------------------------------------------------------------


def test_nobody_is_entered_twice(teacher: Client) -> None:
    factories.PersonFactory(
        name="John Morton", sort_name="Morton, John", slug="morton", born="1420", died="1500"
    )
    factories.CitationFactory(person=Person.objects.get())
    factories.PowerBaseFactory(name="Church", slug="church")
    factories.EventFactory(title="Battle of Bosworth", slug="bosworth")
    page = read_in(teacher)
    assert Person.objects.filter(name="John Morton").count() == 1
    assert PowerBase.objects.filter(name="Church").count() == 1
    assert Event.objects.filter(title="Battle of Bosworth").count() == 1
    # He is public, and an office without a source that readers see would be public at once.
    assert piece(page, "John Morton").problems == {
        "": "Readers see “John Morton”, and no source for this. Publish the notes first."
    }
    send(teacher, page, {}, "publish")
    send(teacher, page, {})
    assert piece(page, "John Morton").problems == {}
    assert Tenure.objects.get(person__slug="morton").office == "Lord Chancellor"
    # Under another name the piece means somebody else.
    send(teacher, page, {("John Morton", "name"): "John Morton the Younger"})
    assert Person.objects.filter(name="John Morton the Younger").exists()


def test_two_offices_of_one_person_stand_with_one_person(teacher: Client) -> None:
    text = (
        "HENRY VII\n\nJohn Morton = Lord Chancellor 1487-1500, power base was the Church\n"
        "John Morton = Archbishop of Canterbury 1486-1500, power base was the Church\n"
    )
    page = read_in(teacher, text)
    person = Person.objects.get()
    assert person.tenures.count() == 2
    send(teacher, page, {("Archbishop", "held"): "6 October 1486 – 15 September 1500"})
    assert {*person.tenures.values_list("span_edtf", flat=True)} == {
        "1487/1500", "1486-10-06/1500-09-15",
    }  # fmt: skip


# --- what is wrong stands at its box --------------------------------------------------------------

WRONG: dict[str, tuple[dict[tuple[str, str], str], str, dict[str, str]]] = {
    "no date": (
        {("Battle", "date"): "soon"}, "Battle", {"date": "“soon” is not understood as a date."},
    ),
    "a date with two readings": (
        {("Battle", "date"): "5/3/1485"}, "Battle", {"date": "Numbers alone do not say which"},
    ),
    "no title": ({("Battle", "title"): " "}, "Battle", {"title": "Say what happened"}),
    "half an effect": (
        {("Council", "power_base"): "Nobility"}, "Council", {"change": "Choose what it did"},
    ),
    "an office without a base": (
        {("John Morton", "power_base"): ""}, "John Morton", {"power_base": "Say what the office"},
    ),
    "held outside a life": (
        {("John Morton", "died"): "1450"}, "John Morton", {"held": "after John Morton died"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_at_its_box_and_kept(case: str, teacher: Client) -> None:
    changes, words, expected = WRONG[case]
    page = read_in(teacher)
    answer = send(teacher, page, changes)
    problems = piece(page, words).problems
    assert problems.keys() == expected.keys(), problems
    for box, start in expected.items():
        assert start in problems[box]
        assert re.sub("[<>&].*", "", problems[box])[:40] in answer.content.decode()
    # What was typed is kept; what the record says is what it said.
    for (of, box), value in changes.items():
        if value.strip():
            assert piece(page, of).boxes[box] == value
    assert Event.objects.get(slug="battle-of-bosworth").span.edtf == "1485"


def test_a_unit_that_says_otherwise_is_refused(teacher: Client) -> None:
    factories.MeasureFactory(name="Income", unit="roubles")
    page = read_in(teacher)
    sent = form_of(teacher, page)
    figure = piece(page, "from £29,000", "figure")
    teacher.post(address(page), {**sent, f"piece-{figure.pk}-measure": "Income"})
    figure.refresh_from_db()
    assert figure.problems == {
        "unit": "“Income” is counted in roubles. Write that, or give what is counted another name."
    }
    assert Measure.objects.count() == 1


def test_a_file_that_is_no_text_is_refused_where_it_was_chosen(teacher: Client) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    file = SimpleUploadedFile("notes.docx", b"PK\x03\x04" + b"\0" * 40)
    answer = teacher.post(ADD, {"title": "Notes", "new_course": "C", "file": file})
    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    for sent, box in (
        ({"title": "Notes", "text": "A"}, "course"),
        ({"title": "Notes", "new_course": "C"}, "text"),
        ({"title": "", "new_course": "C", "text": "A"}, "title"),
    ):
        assert box in teacher.post(ADD, sent).context["form"].errors
    assert not NotesPage.objects.exists()
    assert not Course.objects.exists()


# --- working on pieces ----------------------------------------------------------------------------


def test_a_piece_becomes_something_else(teacher: Client) -> None:
    page = read_in(teacher)
    send(teacher, page, {("Battle", "becomes"): "reform"})
    assert Reform.objects.filter(title="Battle of Bosworth").exists()
    assert not Event.objects.filter(title="Battle of Bosworth").exists()
    # The draft that it was can be brought back from its history.
    assert Version.objects.filter(title="Battle of Bosworth", action="deleted").exists()
    send(teacher, page, {("Battle", "becomes"): "nothing"})
    assert not Reform.objects.filter(title="Battle of Bosworth").exists()


def test_pieces_are_split_and_joined(teacher: Client) -> None:
    page = read_in(teacher)
    send(teacher, page, {("careful", "words"): "Henry was careful\nwith money"})
    parts = [item.words for item in page.items.filter(line=12)]
    assert parts == ["Henry was careful", "with money"]
    first, second = page.items.filter(line=12)
    assert HENRY[first.start : first.end] == "Henry was careful"
    assert HENRY[second.start : second.end] == "with money"
    sent = form_of(teacher, page)
    teacher.post(address(page), {**sent, f"piece-{second.pk}-joins": "on"})
    first.refresh_from_db()
    second.refresh_from_db()
    assert first.boxes == {"words": "Henry was careful with money"}
    assert second.becomes == "nothing"


def test_a_claim_is_about_a_record_of_the_notes(teacher: Client) -> None:
    page = read_in(teacher)
    send(teacher, page, {("careful", "becomes"): "claim"})
    claim = piece(page, "careful")
    assert claim.problems.keys() == {"about"}
    battle = piece(page, "Battle")
    send(teacher, page, {("careful", "about"): str(battle.pk)})
    made = CheckedClaim.objects.get()
    assert (made.event.title, made.source, made.locator) == (
        "Battle of Bosworth", page.source, "line 12",
    )  # fmt: skip
    assert made.verdict == ""
    send(teacher, page, {("careful", "about"): "999999"})
    assert "no record yet" in piece(page, "careful").problems["about"]


def test_two_who_work_on_one_topic_lose_nothing(teacher: Client, contributor: Client) -> None:
    page = read_in(teacher)
    battle = f"piece-{piece(page, 'Battle').pk}"
    stoke = f"piece-{piece(page, 'Stoke').pk}"
    hers, his = form_of(teacher, page), form_of(contributor, page)
    teacher.post(address(page), {**hers, f"{battle}-date": "22 August 1485"})
    # He changed another piece: what he did not touch takes what she wrote.
    contributor.post(address(page), {**his, f"{stoke}-title": "Battle of Stoke Field"})
    assert Event.objects.get(slug="battle-of-bosworth").span.edtf == "1485-08-22"
    assert Event.objects.filter(title="Battle of Stoke Field").exists()
    # Both changed one piece: it stands as she left it, and his words are shown to him.
    contributor.post(address(page), {**his, f"{battle}-date": "August 1485"})
    kept = piece(page, "Battle")
    assert kept.boxes["date"] == "22 August 1485"
    assert "August 1485" in kept.problems[""]


def test_two_who_write_on_one_topic_lose_nothing(teacher: Client, contributor: Client) -> None:
    page = read_in(teacher)
    hers, his = form_of(teacher, page), form_of(contributor, page)
    hers |= {"topic-question": "How did he win?", "section-0-heading": "Bosworth",
             "section-0-text": "He won."}  # fmt: skip
    teacher.post(address(page), hers)
    # He wrote nothing about the topic: what she wrote stays, her section too.
    answer = contributor.post(address(page), his)
    assert answer.status_code == 200
    assert "Somebody changed “HENRY VII” while you wrote." in answer.content.decode()
    topic = Topic.objects.get()
    assert (topic.question, topic.sections.get().heading) == ("How did he win?", "Bosworth")
    # What he sends a second time, with his eyes open, counts; a section that he never saw stays.
    stamp = answer.context["topic_stamp"]
    contributor.post(
        address(page), {**his, "topic-question": "Why did he win?", "topic-stamp": stamp}
    )
    topic.refresh_from_db()
    assert (topic.question, topic.sections.get().heading) == ("Why did he win?", "Bosworth")


def test_a_public_topic_cannot_lose_its_answer_here(
    teacher: Client, contributor: Client, client: Client
) -> None:
    page = read_in(teacher)
    boxes = {("topic", "question"): "How?", ("topic", "short_answer"): "He won."}
    send(teacher, page, boxes, "publish")
    assert client.get("/topics/henry-vii/").status_code == 200
    answer = send(teacher, page, {("topic", "short_answer"): ""})
    assert "Answer the question in a few sentences" in answer.content.decode()
    answer = send(teacher, page, {("topic", "question"): "How did he win?"})
    assert Topic.objects.get().question == "How did he win?"
    assert Topic.objects.get().short_answer == "He won."
    # A contributor works on the pieces; what readers see of the topic is not for them to change.
    assert "Kept the pieces" in told(send(contributor, page, {("Stoke", "summary"): "At last."}))
    answer = send(contributor, page, {("topic", "question"): "Why?"})
    assert "an editor can change it" in answer.content.decode()
    assert Topic.objects.get().question == "How did he win?"


def test_what_no_list_offers_is_refused(teacher: Client) -> None:
    page = read_in(teacher)
    send(teacher, page, {("Battle", "significance"): "9"})
    assert piece(page, "Battle").problems == {
        "significance": "Choose one of the list, for example “notable”."
    }
    send(teacher, page, {("Council", "power_base"): "Nobility", ("Council", "change"): "sank"})
    assert piece(page, "Council").problems.keys() == {"change"}
    send(teacher, page, {("Stoke", "becomes"): "a song"})
    assert piece(page, "Stoke").becomes == "event"


def test_a_power_base_of_another_topic_is_published_with_whoever_rests_on_it(
    teacher: Client,
) -> None:
    """Made for the first topic, it is needed in the second."""
    office = "Lord Chancellor 1487-1500, power base was the Church\n"
    text = f"HENRY VII\n\nJohn Morton = {office}\nHENRY VIII\n\nThomas Wolsey = {office}"
    page = read_in(teacher, text)
    second = Topic.objects.get(title="HENRY VIII")
    sent = form_of(teacher, page, f"?topic={second.pk}")
    said = told(
        teacher.post(f"{address(page)}?topic={second.pk}", {**sent, "publish": "1"}, follow=True)
    )
    assert "“Church”" in said
    assert Tenure.objects.published().get().person.name == "Thomas Wolsey"


def test_a_draft_that_was_changed_on_its_own_page_is_left_alone(teacher: Client) -> None:
    from curation.revisions import history

    page = read_in(teacher)
    event = Event.objects.get(slug="battle-of-bosworth")
    with history.changing(event, by=None) as current:
        current.summary = "Richard III fell."
        current.save()
    send(teacher, page, {("Battle", "title"): "Bosworth"})
    event.refresh_from_db()
    assert (event.title, event.summary) == ("Battle of Bosworth", "Richard III fell.")
    row = next(r for r in teacher.get(address(page)).context["rows"] if r.record == event)
    assert (row.is_open, row.state) == (False, "draft, changed on its own page since")


def test_the_number_of_queries_does_not_grow_with_the_pieces(
    teacher: Client, django_assert_max_num_queries: Any
) -> None:
    page = read_in(teacher)
    with django_assert_max_num_queries(60) as context:
        teacher.get(address(page))
    few = len(context)
    more = "HENRY VIII\n\n" + "".join(f"{1509 + n} - Event {n} of the reign\n" for n in range(40))
    other = read_in(teacher, more, title="More notes", new_course="Henry VIII")
    with django_assert_max_num_queries(few + 5):
        assert len(teacher.get(address(other)).context["rows"]) == 40


# --- the same notes again, and taking them back ---------------------------------------------------


def test_the_same_notes_are_recognised(teacher: Client) -> None:
    page = read_in(teacher)
    course = Course.objects.get()
    again = {"title": "Other name", "course": course.pk, "text": HENRY.replace("\n", "\r\n")}
    answer = teacher.post(ADD, again, follow=True)
    assert "were read in on" in told(answer)
    assert answer.redirect_chain[-1][0] == address(page)
    assert NotesPage.objects.count() == 1


def test_notes_are_taken_back(teacher: Client, client: Client) -> None:
    from curation.revisions import history

    factories.PowerBaseFactory(name="Church", slug="church")
    page = read_in(teacher)
    bray = Person.objects.get(name="Reginald Bray")
    with history.changing(bray, by=None) as current:
        current.summary = "He was trusted."
        current.save()
    back = f"/admin/workbench/notespage/{page.pk}/take-back/"
    shown = teacher.get(back)
    assert [str(record) for record in shown.context["planned"].changed] == ["Reginald Bray"]
    answer = teacher.post(back, follow=True)
    assert "“Reginald Bray” stays. It was changed since." in told(answer)
    assert [*Person.objects.values_list("name", flat=True)] == ["Reginald Bray"]
    # What he rests on stays with him, and what was there before the notes.
    assert {*PowerBase.objects.values_list("name", flat=True)} == {"Church", "Royal Household"}
    assert not Event.objects.exists()
    assert not Topic.objects.exists()
    assert Source.objects.exists()  # his citation names it
    assert b"were taken back on" in teacher.get(address(page)).content
    # Then the same notes can be read in again.
    course = Course.objects.get()
    assert read_in(teacher, new_course="", course=str(course.pk)).pk != page.pk


def test_what_readers_see_is_never_taken_back(teacher: Client, client: Client) -> None:
    page = read_in(teacher)
    send(teacher, page, {}, "publish")
    assert client.get("/people/john-morton/").status_code == 200
    back = f"/admin/workbench/notespage/{page.pk}/take-back/"
    answer = teacher.post(back, {"with_changed": "on"}, follow=True)
    assert "“John Morton” stays. Readers see it, or saw it once." in told(answer)
    assert client.get("/people/john-morton/").status_code == 200
    assert not Reform.objects.exists()  # it had no date, and was a draft


# --- who may, and addresses that lead nowhere -----------------------------------------------------


def test_whoever_may_not_write_does_not_see_notes(teacher: Client, django_user_model: Any) -> None:
    page = read_in(teacher)
    visitor = django_user_model.objects.create_user("visitor", is_staff=True)
    nobody = Client()
    reader = Client()
    reader.force_login(visitor)
    for path in (ADD, address(page), f"/admin/workbench/notespage/{page.pk}/take-back/"):
        assert reader.get(path).status_code == 403, path
        assert reader.post(path).status_code == 403, path
        assert nobody.get(path).status_code == 302, path


@pytest.mark.parametrize("number", ["0", "999999", "x", "1" * 40, "１"])
def test_a_page_that_is_not_there(number: str, teacher: Client) -> None:
    assert teacher.get(f"/admin/workbench/notespage/{number}/change/").status_code == 404
    assert teacher.get(f"/admin/workbench/notespage/{number}/take-back/").status_code == 404


@pytest.mark.parametrize("query", ["?topic=x", "?topic=999999", "?part=99", "?part=-1&topic="])
def test_a_topic_or_part_that_is_not_there_is_the_first(query: str, teacher: Client) -> None:
    page = read_in(teacher)
    assert teacher.get(address(page) + query).status_code == 200


def test_notes_with_nothing_in_them(teacher: Client) -> None:
    """A line of figures without words becomes a topic named after the notes, to be decided."""
    page = read_in(teacher, "Hm?")
    answer = teacher.get(address(page))
    assert answer.status_code == 200
    assert [row.item.becomes for row in answer.context["rows"]] == ["later"]
    assert [str(topic) for topic in Topic.objects.all()] == ["Class notes: Henry VII"]
