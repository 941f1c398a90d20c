"""Several people at once, at the real server: of two changes one is kept and no word is lost."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.support.at_once import PATIENCE, at_once, wait_until
from tests.support.real_server import PASSWORD, Page, Server

pytestmark = pytest.mark.slow

SETUP = f"""
import json
from django.contrib.auth.models import Group, User
from curation.models import Suggestion
from curation.revisions.snapshot import snapshot
from events.models import Event
from sources.models import Citation, Source
for name, role in (("anna", "Editor"), ("boris", "Editor"), ("clara", "Contributor")):
    user = User.objects.create_user(name, password={PASSWORD!r}, is_staff=True)
    user.groups.add(Group.objects.get(name=role))
source = Source.objects.create(slug="lewin-2005", title="The Soviet Century", kind="monograph",
                               status="published")
events = []
for number in range(12):
    event = Event.objects.create(slug=f"event-{{number}}", title=f"Event {{number}}", span="1956",
                                 status="draft" if number == 11 else "published")
    Citation.objects.create(event=event, source=source, locator="chapter 13")
    events.append(event.pk)
proposed = snapshot(event := Event.objects.get(slug="event-10"))
proposed["fields"]["title"] = "As suggested"
suggestion = Suggestion.objects.create(
    model="events.event", record_id=event.pk, title=str(event), base_version=1,
    base=snapshot(event), proposed=proposed, reason="Clearer",
    by=User.objects.get(username="clara"))
print(json.dumps({{"events": events, "suggestion": suggestion.pk}}))
"""
# Of each event: number, state, title, and what its versions are called and say; all must agree.
STATE = """
import json
from curation.models import Version
from events.models import Event
print(json.dumps({
    str(e.pk): {"version": e.version, "status": e.status, "title": e.title, "kept": [
        [v.number, v.action, v.snapshot["fields"]["title"]]
        for v in Version.objects.of(e).order_by("number")]}
    for e in Event.objects.all()}))
"""


@pytest.fixture(scope="module")
def server(database: str) -> Iterator[Server]:
    server = Server(database)
    server.manage("migrate", "--verbosity", "0")
    server.known = server.python(SETUP)  # type: ignore[attr-defined]
    server.start()
    yield server
    server.kill()


def change(pk: int) -> str:
    return f"/admin/events/event/{pk}/change/"


def kept(page: Page) -> bool:
    """The admin leads back to the list after saving; a refused form stays where it is."""
    return page.status == 200 and not page.url.endswith("/change/")


def state(server: Server, pk: int) -> dict[str, Any]:
    return server.python(STATE)[str(pk)]


def test_of_two_saves_of_one_version_one_is_kept_and_no_word_is_lost(server: Server) -> None:
    pk = server.known["events"][0]  # type: ignore[attr-defined]
    texts = {}
    for name in ("anna", "boris"):
        browser = server.browser(name)
        form = browser.open(change(pk)).form("record_version")
        form |= {"title": f"By {name}", "summary": f"{name} wrote\nthis", "change_reason": name}
        texts[name] = (browser, form)
    acts = [lambda b=b, f=f: b.send(change(pk), f) for b, f in texts.values()]
    answers = dict(zip(texts, at_once(*acts), strict=True))
    won = [name for name, answer in answers.items() if kept(answer)]
    [lost] = [name for name in answers if name not in won]
    assert len(won) == 1
    refused = answers[lost].form("record_version")
    assert answers[lost].status == 200
    assert refused["title"] == f"By {lost}"
    assert refused["summary"].split() == [lost, "wrote", "this"]
    assert refused["change_reason"] == lost
    assert f"By {won[0]}" in answers[lost].text
    now = state(server, pk)
    assert (now["version"], now["title"]) == (2, f"By {won[0]}")
    assert [number for number, _, _ in now["kept"]] == [1, 2]


def test_a_suggestion_is_accepted_once(server: Server) -> None:
    pk = server.known["events"][10]  # type: ignore[attr-defined]
    path = f"/admin/curation/suggestion/{server.known['suggestion']}/change/"  # type: ignore[attr-defined]
    acts = []
    for name in ("anna", "boris"):
        browser = server.browser(name)
        form = browser.open(path).form("path") | {"do": "accept"}
        acts.append(lambda b=browser, f=form: b.send(path, f))
    answers = at_once(*acts)
    assert sorted(answer.status for answer in answers) == [200, 409]
    now = state(server, pk)
    assert (now["version"], now["title"]) == (2, "As suggested")
    assert [action for _, action, _ in now["kept"]] == ["baseline", "accepted"]


def test_publishing_in_bulk_and_editing_do_not_overwrite_each_other(server: Server) -> None:
    pk = server.known["events"][11]  # type: ignore[attr-defined]
    anna, boris = server.browser("anna"), server.browser("boris")
    form = anna.open(change(pk)).form("record_version") | {"title": "Edited"}
    token = boris.open("/admin/events/event/").form("csrfmiddlewaretoken")["csrfmiddlewaretoken"]
    bulk = {
        "csrfmiddlewaretoken": token, "action": "publish", "_selected_action": pk,
        "step": "apply", f"expected-{pk}": 1,
    }  # fmt: skip
    edited, published = at_once(
        lambda: anna.send(change(pk), form), lambda: boris.send("/admin/events/event/", bulk)
    )
    assert published.status == 200
    now = state(server, pk)
    assert now["version"] == 2
    if kept(edited):
        assert (now["title"], now["status"]) == ("Edited", "draft")
    else:
        assert (now["title"], now["status"]) == ("Event 11", "published")
        assert edited.form("record_version")["title"] == "Edited"


def test_many_writers_wait_for_each_other(server: Server) -> None:
    """On SQLite, too: nobody is told that the database is locked."""
    events = server.known["events"][1:9]  # type: ignore[attr-defined]
    browsers = [server.browser("anna") for _ in events]

    def save(browser: Any, pk: int) -> Page:
        answer = browser.open(change(pk))
        for round_ in range(3):
            form = browser.open(change(pk)).form("record_version")
            form |= {"title": f"Round {round_}", "change_reason": "Again"}
            answer = browser.send(change(pk), form)
            assert kept(answer), answer.text[:2000]
        return answer

    at_once(*[lambda b=b, pk=pk: save(b, pk) for b, pk in zip(browsers, events, strict=True)])
    found = server.python(STATE)
    for pk in events:
        now = found[str(pk)]
        assert (now["version"], now["title"]) == (4, "Round 2")
        assert [number for number, _, _ in now["kept"]] == [1, 2, 3, 4]


# --- killed -----------------------------------------------------------------------------------


@pytest.mark.scale
def test_a_server_killed_while_it_saves_leaves_nothing_half_done(tmp_path: Path) -> None:
    server = Server(f"sqlite:///{tmp_path / 'thaw.sqlite3'}")
    server.manage("migrate", "--verbosity", "0")
    events = server.python(SETUP)["events"][:8]
    server.start()
    browsers = [server.browser("anna") for _ in events]
    saved = []

    def save_until_killed(browser: Any, pk: int) -> None:
        for round_ in range(1_000):
            form = browser.open(change(pk)).form("record_version")
            form |= {"title": f"Round {round_}", "change_reason": "Again"}
            browser.send(change(pk), form)
            saved.append(pk)

    with ThreadPoolExecutor(len(events)) as pool:
        going = [
            pool.submit(save_until_killed, b, pk) for b, pk in zip(browsers, events, strict=True)
        ]
        wait_until(lambda: len(saved) >= 20 or any(one.done() for one in going), "Nobody wrote.")
        assert not any(one.done() for one in going)
        server.kill()
        # Each was cut off: no browser got to the end of its rounds.
        assert all(isinstance(one.exception(PATIENCE), Exception) for one in going)
    whole = server.python(STATE)
    for pk in events:
        now = whole[str(pk)]
        if not now["kept"]:
            assert now["version"] == 1
            continue
        number, _, title = now["kept"][-1]
        assert (number, title) == (now["version"], now["title"])
        assert [n for n, _, _ in now["kept"]] == [*range(1, number + 1)]
    server.start()
    boris = server.browser("boris")
    form = boris.open(change(events[0])).form("record_version")
    after = boris.send(change(events[0]), form | {"title": "After", "change_reason": "After"})
    server.kill()
    assert kept(after)


COUNTED = """
import json
from django.db import connection
from events.models import Course, Event
from sources.models import Citation
with connection.cursor() as cursor:
    cursor.execute("PRAGMA integrity_check")
    sound = cursor.fetchone()[0]
print(json.dumps([sound, Course.objects.count(), Event.objects.count(), Citation.objects.count()]))
"""


@pytest.mark.scale
def test_a_course_whose_loading_was_killed_is_not_there_at_all(tmp_path: Path) -> None:
    library = Server(f"sqlite:///{tmp_path / 'library.sqlite3'}")
    library.manage("migrate", "--verbosity", "0")
    library.manage("make_corpus", "--events", "4000", "--verbosity", "0")
    library.manage("dump_course", "corpus-course-0", str(tmp_path / "package"))
    server = Server(f"sqlite:///{tmp_path / 'thaw.sqlite3'}")
    server.manage("migrate", "--verbosity", "0")
    loading = server.begin("load_course", str(tmp_path / "package"))
    assert loading.stderr is not None
    # The last table is begun: everything else is written, and nothing of it is committed.
    for line in loading.stderr:
        if b"citations" in line:
            break
    assert loading.poll() is None
    os.killpg(loading.pid, 9)
    loading.wait()
    assert server.python(COUNTED) == ["ok", 0, 0, 0]
    server.manage("load_course", str(tmp_path / "package"))
    sound, courses, events, citations = server.python(COUNTED)
    assert (sound, courses) == ("ok", 1)
    assert min(events, citations) > 100
