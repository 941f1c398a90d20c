"""What somebody types takes no longer to handle than its length says, and has an end."""

from __future__ import annotations

import csv
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection, models
from django.test import Client
from django.urls import reverse

from curation.revisions import diff
from curation.revisions.diff import words_marked
from curation.revisions.history import changing
from curation.revisions.snapshot import CannotRestore, put_back, snapshot
from curation.workflow.preview import preview_url, signed_preview_url
from curation.workflow.suggestions import CannotDecide, return_with_comment
from events.lesson.naming import public_texts
from events.lesson.outline import outlined
from events.lesson.reading import read
from events.lesson.setting import shown
from events.models import Event, Section
from events.package.reading import PackageRefused
from records import prose
from records.fields import LONGEST_PROSE, ProseField
from tests.curation.test_suggestions import propose
from tests.factories import (
    CourseFactory,
    EventFactory,
    TopicEntryFactory,
    TopicFactory,
)
from tests.support.admin_forms import data_of, errors_of
from tests.support.enumerated import few_of
from tests.support.write_api import Program, places

TOO_LONG = "[" * (LONGEST_PROSE + 1)
SAID = "This text has 20,001 characters, and at most 20,000 are kept."


# --- a limit, and one sentence about it at every door -----------------------------------------


def test_every_text_of_ours_has_the_limit() -> None:
    ours = ("records", "sources", "people", "reforms", "events", "curation")
    unlimited = [
        str(field)
        for label in ours
        for model in apps.get_app_config(label).get_models()
        for field in model._meta.local_fields
        if isinstance(field, models.TextField) and not isinstance(field, ProseField)
        if not isinstance(field, models.JSONField)
    ]
    assert unlimited == []


def test_the_longest_text_is_kept_and_one_letter_more_is_not() -> None:
    field = Event._meta.get_field("summary")
    field.clean(TOO_LONG[1:], None)
    with pytest.raises(ValidationError, match=SAID):
        field.clean(TOO_LONG, None)


@pytest.mark.django_db
def test_the_admin_refuses_a_longer_text_at_its_box_and_gives_it_back(
    client: Client, editor: Any
) -> None:
    event = EventFactory(summary="")
    client.force_login(editor)
    page = reverse("admin:events_event_change", args=[event.pk])
    answer = client.post(page, data_of(client, page) | {"summary": TOO_LONG})
    assert [SAID in error for error in errors_of(answer)["summary"]] == [True]
    # A browser would cut off what is pasted into a box with a limit, and say nothing.
    form = answer.context["adminform"].form
    assert form["summary"].value() == TOO_LONG
    assert "maxlength" not in form["summary"].as_widget()


@pytest.mark.django_db
def test_a_program_is_told_the_place(client: Client) -> None:
    EventFactory(slug="secret-speech")
    answer = Program().change("events/secret-speech/", {"summary": TOO_LONG, "reason": "More"})
    assert places(answer)["#/summary"].startswith(SAID)


@pytest.mark.django_db
def test_a_course_package_is_told_the_line(tmp_path: Path) -> None:
    course = CourseFactory()
    TopicFactory(course=course, summary="Short.")
    call_command("dump_course", course.slug, tmp_path / "course")
    file = tmp_path / "course" / "topics.csv"
    rows = [*csv.DictReader(file.open(encoding="utf-8", newline=""))]
    rows[0]["summary"] = TOO_LONG
    with file.open("w", encoding="utf-8", newline="") as written:
        table = csv.DictWriter(written, rows[0])
        table.writeheader()
        table.writerows(rows)
    from events.package.loading import load_package
    from events.package.reading import read_package

    with pytest.raises(PackageRefused) as refused:
        load_package(read_package(tmp_path / "course"))
    [problem] = refused.value.problems
    assert (problem.file, problem.line, problem.column) == ("topics.csv", 2, "summary")
    assert problem.message.startswith(SAID)


@pytest.mark.django_db
def test_a_version_with_a_longer_text_is_not_put_back() -> None:
    event = EventFactory(summary="Short.")
    kept = snapshot(event)
    kept["fields"]["summary"] = TOO_LONG
    with pytest.raises(CannotRestore) as refused:
        put_back(kept, event)
    assert SAID in str(refused.value)
    assert Event.objects.get().summary == "Short."


@pytest.mark.django_db
def test_a_comment_on_a_suggestion_has_the_limit(editor: Any) -> None:
    suggestion = propose(EventFactory(), editor, title="Another")
    with pytest.raises(CannotDecide, match=SAID):
        return_with_comment(suggestion, by=editor, comment=TOO_LONG)


# --- work -------------------------------------------------------------------------------------


def filled(part: str) -> str:
    return (part * LONGEST_PROSE)[:LONGEST_PROSE]


ORDINARY = filled(
    "The speech was read to the **delegates** at night, and [printed](https://a.example) abroad. "
    "It said *much* of Stalin, and `nothing` of others.\n\n> A list:\n\n- one\n- two\n\n"
)
# The worst of what a program found that put such parts together, and the classics.
WORST = {
    "brackets": filled("["),
    "brackets that close": "[" * (LONGEST_PROSE // 2) + "]" * (LONGEST_PROSE // 2),
    "pictures in links": filled("[![a]("),
    "brackets on lines": filled("\n["),
    "links that never end": filled("[a]("),
    "links in links": filled("[[a](b)"),
    "links with titles": filled('[a](b "'),
    "emphasis": filled("*a "),
    "emphasis in emphasis": filled("*a_ b"),
    "emphasis of many lengths": filled("***a** b* "),
    "backticks": filled("` a `` "),
    "backticks of many lengths": "".join("`" * n + " " for n in range(1, 199)),
    "brackets and backticks": filled("[`"),
    "quotes": filled(">"),
    "quotes in quotes": "".join(">" * n + "a\n" for n in range(1, 190)),
    "quotes in lists": filled("- > a\n"),
    "lists": filled("*\n"),
    "lists in lists": "".join("  " * n + "- a\n" for n in range(139)),
    "numbered lists": filled("1. a\n"),
    "html": filled("<a href='"),
    "comments": filled("<!-- "),
    "addresses": filled("<http://a>"),
    "entities": filled("&"),
    "backslashes": filled("\\*"),
    "references": filled("[a]: b\n\n[a]"),
    # Each names an address that is half of the text: 50 MB, were all of them written out.
    "references to a long address": f"[a]: /{'u' * 10_000}\n\n" + filled("[a]")[:9_900],
    "references with a long title": f'[a]: /u "{"t" * 10_000}"\n\n' + filled("[a]")[:9_900],
    "line ends": filled("a\n"),
}


def seconds(act: Any, *arguments: Any) -> float:
    """The time of the processor that `act` takes, the best of three."""
    best = float("inf")
    for _ in range(3):
        began = process_time()
        act(*arguments)
        best = min(best, process_time() - began)
    return best


@pytest.fixture(scope="module")
def ordinary() -> float:
    return seconds(prose.prose.__wrapped__, ORDINARY)


@pytest.mark.parametrize("text", WORST.values(), ids=WORST)
def test_no_text_costs_much_more_than_an_ordinary_one(text: str, ordinary: float) -> None:
    assert len(text) <= LONGEST_PROSE
    # The worst takes 12 times as long here; what grows with the square, hundreds of times.
    assert seconds(prose.prose.__wrapped__, text) < 60 * ordinary
    assert len(prose.prose(text)) < 20 * LONGEST_PROSE
    assert seconds(prose.first_paragraph, text) < 60 * ordinary


# What prose of lessons reads besides: numbers of notes are set with the word before them.
WORST_OF_LESSONS = WORST | {
    "one endless word": filled("a"),
    "one endless gap": f"a{' ' * (LONGEST_PROSE - 2)}b",
    "citations that never end": filled("[@a, p. "),
    "citations that end once": filled("[@a, p. ")[:-1] + "]",
    "citations": filled("It was so [@taubman, p. 1]. "),
    "links to records": filled("[a](event:secret-speech) "),
}


def set_as_lesson(text: str) -> None:
    """As the first who asks for it finds it."""
    read.cache_clear()
    outlined.cache_clear()
    shown([Section(heading="Causes", order=1, text=text)])
    public_texts([text])


@pytest.mark.alike
@pytest.mark.django_db
@pytest.mark.parametrize("name", few_of(WORST_OF_LESSONS, "one endless word", "one endless gap"))
def test_no_text_of_a_lesson_costs_much_more_than_an_ordinary_one(
    name: str, ordinary: float
) -> None:
    text = WORST_OF_LESSONS[name]
    # Read twice, set and cleaned; what grew with the square took thousands of times as long.
    assert seconds(set_as_lesson, text) < 150 * ordinary


def test_references_work_as_ever() -> None:
    html = prose.prose('[Lewin][1] and [Medvedev]\n\n[1]: /a "A"\n[medvedev]: https://b.example')
    assert '<a href="/a" title="A" rel="nofollow noopener">Lewin</a>' in html
    assert '<a href="https://b.example" rel="nofollow noopener">Medvedev</a>' in html


# Two texts whose words match in many ways, or in none.
COMPARED = {
    "a third is another": ("a " * 10_000, "a a b " * 3_333),
    "every second is another": ("x " * 10_000, "x y " * 5_000),
    "nothing alike": ("".join(f"a{n} " for n in range(3_000)), "b " * 10_000),
    "turned round": ("a " * 5_000 + "b " * 5_000, "b " * 5_000 + "a " * 5_000),
    "lines": ("a\n" * 10_000, "a\nb\n" * 5_000),
}  # fmt: skip


@pytest.mark.parametrize(("before", "after"), COMPARED.values(), ids=COMPARED)
def test_comparing_costs_no_more_than_rendering(before: str, after: str, ordinary: float) -> None:
    assert seconds(words_marked, before, after) < 60 * ordinary
    pieces = words_marked(before, after)
    assert "".join(piece.text for piece in pieces if piece.sign != "+") == before
    assert "".join(piece.text for piece in pieces if piece.sign != "-") == after


def test_a_few_words_are_found_in_the_longest_text() -> None:
    words = [f"word{n}" for n in range(2_400)]
    changed = [*words]
    changed[7] = "other"
    del changed[2_000]
    pieces = words_marked(" ".join(words), " ".join(changed))
    assert [(p.sign, p.text) for p in pieces if p.sign != "="] == [
        ("-", "word7"),
        ("+", "other"),
        ("-", "word2000 "),
    ]


def test_where_many_words_differ_lines_that_stayed_are_found() -> None:
    def text(prefix: str) -> str:
        return " ".join(f"{prefix}{n}" for n in range(1_000))

    pieces = words_marked(f"{text('a')}\nThe same.\n{text('b')}", f"{text('c')}\nThe same.\nEnd")
    assert [piece.sign for piece in pieces] == ["-", "+", "=", "-", "+"]
    assert pieces[2].text == "The same.\n"


def test_what_was_rendered_is_kept_by_its_text(monkeypatch: Any) -> None:
    rendered: list[str] = []
    render = prose._render
    monkeypatch.setattr(prose, "_render", lambda text: rendered.append(text) or render(text))
    prose.prose.cache_clear()
    assert prose.prose("A *note*.") == prose.prose("A *note*.") == "<p>A <em>note</em>.</p>\n"
    assert rendered == ["A *note*."]


# --- nothing of it while others wait ------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_nothing_is_rendered_or_compared_while_a_record_is_held(
    client: Client, editor: Any, rf: Any, monkeypatch: Any
) -> None:
    """A writer of SQLite keeps all others waiting until its transaction ends."""
    held: list[tuple[str, bool]] = []
    render, compare = prose._render, diff.words_marked

    def noting(what: str, act: Any) -> Any:
        return lambda *texts: held.append((what, connection.in_atomic_block)) or act(*texts)

    monkeypatch.setattr(prose, "_render", noting("rendered", render))
    monkeypatch.setattr(diff, "words_marked", noting("compared", compare))
    prose.prose.cache_clear()

    event = EventFactory(slug="secret-speech", summary="*One*", status="draft")
    topic = TopicFactory(summary="*Two*", status="draft")
    TopicEntryFactory(topic=topic, event=event, framing="*Three*")
    client.force_login(editor)
    for address in (preview_url(event), preview_url(topic)):
        assert client.get(address).status_code == 200
    assert Client().get(signed_preview_url(rf.get("/"), topic)).status_code == 200

    # Somebody else saves first: the form comes back with what they changed.
    page = reverse("admin:events_event_change", args=[event.pk])
    data = data_of(client, page)
    with changing(event, by=editor, reason="First") as current:
        current.summary = "Theirs"
        current.save()
    answer = client.post(page, data | {"summary": "Mine"})
    assert "Theirs" in answer.content.decode()

    program = Program()
    assert program.change("events/secret-speech/", {"summary": "*Four*"}).status_code == 200
    Event.objects.update(status="published")
    suggestion = propose(Event.objects.get(), editor, summary="Five")
    review = reverse("admin:curation_suggestion_change", args=[suggestion.pk])
    assert client.get(review).status_code == 200

    assert {what for what, _ in held} == {"rendered", "compared"}
    assert [what for what, within in held if within] == []
