"""Backup and restore, by the commands that an operator gives, on databases of real processes."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from django.db import connection

from dashboard.backup.archive import Backup, Writer
from dashboard.backup.backing_up import backups_in, remove_older
from dashboard.backup.errors import Damaged
from dashboard.backup.workplace import keep, workplace
from tests import ROOT
from tests.support.at_once import PATIENCE
from tests.support.real_server import Server

ON_SQLITE = connection.vendor == "sqlite"
HISTORY = """
import json
from tests import factories as make
from curation.revisions import history
from curation.workflow import publishing
from events.models import Event
from people.models import Person
make.load_khrushchev()
with history.changing(Person.objects.get(slug="khrushchev"), by=None, reason="New") as one:
    one.slug = "nikita-khrushchev"
    one.save()
history.delete(Event.objects.published().last(), by=None, reason="Gone")
make.PersonFactory(slug="a-draft", status="draft", name="NUL\\\\N, tab\\t, line\\n, “ß 漢 🎓”")
from curation.changefeed.sequencer import number_everything
number_everything()
print(json.dumps("made"))
"""
ANSWERS = "import json; from tests.support import restored; print(json.dumps(restored.{}({})))"
CHANGE = """
import json
from events.models import Event, Participation
from people.models import Person
Participation.objects.all().delete()
Event.objects.update(title="Overwritten")
Person.objects.create(slug="later", name="Later", status="published")
print(json.dumps("changed"))
"""


class Site(Server):
    """A site with a database and a directory of backups, to which a test may do anything."""

    def __init__(self, database: str, folder: Path) -> None:
        super().__init__(database)
        self.folder = folder
        self.backups = folder / "backups"
        self.backups.mkdir()
        self.env |= {"BACKUPS": str(self.backups), "ALLOWED_HOSTS": "testserver,127.0.0.1"}

    @property
    def file(self) -> Path:
        return Path(self.env["DATABASE_URL"].removeprefix("sqlite:///"))

    def run(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.env, capture_output=True, text=True, timeout=PATIENCE,
            stdin=subprocess.DEVNULL, check=False, **options,
        )  # fmt: skip

    def back_up(self) -> Path:
        return Path(self.manage("backup", str(self.backups)).splitlines()[0])

    def refused(self, *arguments: str, **options: Any) -> str:
        """What a command that has to fail said; it may not end in a traceback."""
        done = self.run(*arguments, **options)
        assert done.returncode == 1, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        assert done.stderr.startswith("CommandError: ")
        return done.stderr

    def answers(self, every: int) -> Any:
        return self.python(ANSWERS.format("public_answers", every))

    def rows(self) -> Any:
        return self.python(ANSWERS.format("rows", ""))

    def open(self, path: str) -> int:
        """The status of an answer of the running site."""
        try:
            with urlopen(f"http://{self.address}{path}", timeout=PATIENCE) as answer:
                return int(answer.status)
        except HTTPError as error:
            return error.code

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Somebody else is in the middle of writing, and takes it back in the end."""
        if ON_SQLITE:
            import sqlite3

            with closing(sqlite3.connect(self.file, isolation_level=None)) as writer:
                writer.execute("BEGIN IMMEDIATE")
                yield
            return
        import psycopg

        with psycopg.connect(self.env["DATABASE_URL"]) as writer:
            writer.execute("UPDATE events_event SET title = 'Not yet'")
            yield
            writer.rollback()

    def leftovers(self) -> list[str]:
        """What was begun and is not finished: directories, and schemas of PostgreSQL."""
        if not ON_SQLITE:
            import psycopg

            with psycopg.connect(self.env["DATABASE_URL"]) as looking:
                begun = looking.execute(
                    "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, 'thaw_unfinished')"
                ).fetchall()
            assert begun == []
        return [
            str(path) for path in self.folder.rglob("*") if path.name.endswith((".unfinished",))
        ]


@pytest.fixture(scope="module")
def origin(database: str) -> str:
    """A database with real history; tests get a copy each. Out: its DATABASE_URL."""
    server = Server(database)
    server.manage("migrate", "--verbosity", "0")
    server.python(HISTORY)
    return database


@pytest.fixture
def site(origin: str, tmp_path: Path) -> Iterator[Site]:
    if ON_SQLITE:
        copy = tmp_path / "thaw.sqlite3"
        shutil.copy(origin.removeprefix("sqlite:///"), copy)
        yield Site(f"sqlite:///{copy}", tmp_path)
        return
    import psycopg

    url = urlsplit(origin)
    name = f"test_thaw_backup_{os.getpid()}"
    with psycopg.connect(url._replace(path="/postgres").geturl(), autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{url.path[1:]}"')
        yield Site(url._replace(path=f"/{name}").geturl(), tmp_path)
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


# --- the drill ----------------------------------------------------------------------------------


# `make test` asks for some of the public answers, `make test-slow` for every third; the rows are
# compared to the last in both. PostgreSQL has enough in the first.
SLOW_AND_ALIKE = [pytest.mark.slow, pytest.mark.alike]
EVERY = [pytest.param(20, id="some"), pytest.param(3, id="many", marks=SLOW_AND_ALIKE)]


@pytest.mark.parametrize("every", EVERY)
def test_what_was_backed_up_comes_back_and_what_it_replaced_is_kept(site: Site, every: int) -> None:
    answers, rows = site.answers(every), site.rows()
    assert len(answers) > 200 / every
    backup = site.back_up()
    site.python(CHANGE)
    changed_rows = site.rows()
    assert changed_rows != rows
    said = site.manage("restore", str(backup), "--yes")
    assert site.answers(every) == answers
    # Rows as well: drafts, versions, accounts, and what the feed said.
    assert site.rows() == rows
    assert "The change feed says what is public" in site.manage("changefeed", "--check")
    # Whatever is entered next gets an id that nothing ever had, and is announced.
    assert site.python(CHANGE.replace("later", "later-2")) == "changed"
    # And back to what the restore replaced, by the very command that it named.
    [line] = [line for line in said.splitlines() if line.startswith("To go back to it: ")]
    site.manage(*line.removeprefix("To go back to it: manage.py ").split(), "--yes")
    assert site.rows() == changed_rows
    assert "The change feed says what is public" in site.manage("changefeed", "--check")
    assert len(site.manage("restore", "--list").splitlines()) == (2 if ON_SQLITE else 1)
    assert site.leftovers() == []


@pytest.mark.slow
def test_an_old_backup_is_migrated_and_a_newer_one_refused(site: Site) -> None:
    site.manage("migrate", "reforms", "0001", "--verbosity", "0")
    old = site.back_up()
    site.manage("migrate", "--verbosity", "0")
    rows = site.rows()
    assert "Later migrations were applied: reforms.0002" in site.manage(
        "restore", str(old), "--yes"
    )
    restored = site.rows()
    changed = {table for table in rows if rows[table] != restored[table]}
    # The migrations are those of another time, and the feed announces everything anew.
    assert changed <= {"curation_pendingchange", "curation_change"}
    assert "The change feed says" in site.manage("changefeed", "--check")
    site.python(
        "from django.db import connection; from django.db.migrations.recorder import "
        "MigrationRecorder as R; R(connection).record_applied('events', '0099_of_tomorrow'); "
        "print('null')"
    )
    newer = site.backups / "newer.zip"
    site.manage("backup", str(newer))
    before = site.rows()
    words = site.refused("restore", str(newer), "--yes")
    assert "Nothing was restored" in words
    assert "events.0099_of_tomorrow. Update Thaw first" in " ".join(words.split())
    assert site.rows() == before
    # A newer database gives way to an older backup, and is kept whole.
    said = site.manage("restore", str(old), "--yes")
    back = said.split("manage.py restore --old ")[1].split()[0]
    said = site.manage("restore", "--old", back, "--yes")
    assert "newer release of Thaw, which has events.0099_of_tomorrow" in " ".join(said.split())


@pytest.mark.slow
def test_readers_and_writers_of_a_running_site_meet_the_old_data_or_the_new(site: Site) -> None:
    backup = site.back_up()
    site.python(CHANGE)
    site.start()
    try:
        browser_before = site.open("/api/v1/people/later/")
        assert browser_before == 200
        restoring = site.begin("restore", str(backup), "--yes")
        statuses = set()
        while restoring.poll() is None:
            statuses.add(site.open("/api/v1/people/later/"))
        assert restoring.returncode == 0, restoring.communicate()[1]
        assert statuses <= {200, 404}
        assert site.open("/api/v1/people/later/") == 404
        assert site.open("/readyz") == 200
    finally:
        site.kill()


WRITER = """
from django.db import transaction
from people.models import Person
from records.models import PastSlug
n = 0
while True:
    with transaction.atomic():
        Person.objects.create(slug=f"person-{n}", name="One")
        PastSlug.objects.create(model="people.person", slug=f"once-{n}", current_slug=f"person-{n}")
    n += 1
    print(n, flush=True)
"""


@pytest.mark.slow
def test_a_backup_is_of_one_moment_whatever_is_written_meanwhile(site: Site) -> None:
    """Each writer’s transaction is in it as a whole, or not at all."""
    with Backup(site.back_up()) as backup:
        before = backup.manifest.rows
    writers = [site.begin("shell", "--no-imports", "-c", WRITER.replace("person-", f"p{n}-")
                          .replace("once-", f"o{n}-")) for n in range(2)]  # fmt: skip
    try:
        for writer in writers:
            assert writer.stdout is not None
            writer.stdout.readline()
        for count in range(3):
            site.manage("backup", str(site.backups / f"{count}.zip"))
    finally:
        for writer in writers:
            assert writer.poll() is None, writer.communicate()[1]
            writer.kill()
            writer.communicate()
    seen = set()
    for count in range(3):
        with Backup(site.backups / f"{count}.zip") as backup:
            rows = backup.manifest.rows
        people, slugs = (rows[t] - before[t] for t in ("people_person", "records_pastslug"))
        assert people == slugs
        seen.add(people)
    # They did write meanwhile.
    assert len(seen) == 3
    assert min(seen) > 0


# --- a file that is no whole backup ---------------------------------------------------------------


def _flip(at: float) -> Callable[[bytearray], Any]:
    def flip(data: bytearray) -> None:
        place = int((len(data) - 1) * at)
        data[place] ^= 1

    return flip


# What became of the file, and what is said of it.
DAMAGES: dict[str, tuple[Callable[[bytearray], Any], str]] = {
    "cut off in the middle": (lambda d: d.__delitem__(slice(len(d) // 2, None)), "is cut off"),
    "cut off by one byte": (lambda d: d.pop(), "is cut off"),
    "a bit flipped in the first part": (_flip(0.1), "is damaged"),
    "a bit flipped in the middle": (_flip(0.5), "is damaged"),
    "a bit flipped in the digest itself": (_flip(1), "is damaged"),
    "something added": (lambda d: d.extend(b"\0"), "is cut off"),
    "empty": (lambda d: d.clear(), "is no backup of Thaw"),
    "another file": (lambda d: d.__setitem__(slice(None), b"SQLite format 3\0" * 9), "no backup"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_known(damage: str, tmp_path: Path) -> None:
    file = tmp_path / "one.zip"
    with Writer(file) as writer:
        writer.add("database.sqlite3", [b"a thousand rows" * 1000])
        writer.finish(MANIFEST)
    Backup(file)
    data = bytearray(file.read_bytes())
    do, said = DAMAGES[damage]
    do(data)
    file.write_bytes(data)
    with pytest.raises(Damaged, match=said):
        Backup(file)


MANIFEST: dict[str, Any] = {
    "thaw": "1", "made_at": "2026-11-27T07:00:00+00:00", "database": "sqlite", "migrations": {},
    "rows": {}, "notes_changes": True,
}  # fmt: skip


def test_every_byte_counts(tmp_path: Path) -> None:
    file = tmp_path / "one.zip"
    with Writer(file) as writer:
        writer.add("database.sqlite3", [b"rows"])
        writer.finish(MANIFEST)
    data = file.read_bytes()
    for place in range(len(data)):
        file.write_bytes(data[:place] + bytes([data[place] ^ 0x40]) + data[place + 1 :])
        with pytest.raises(Damaged):
            Backup(file)


def test_a_format_of_tomorrow_is_named(tmp_path: Path) -> None:
    file = tmp_path / "one.zip"
    with Writer(file) as writer:
        writer.finish({**MANIFEST, "format": 2})
    with pytest.raises(Damaged, match="format 2, and this release of Thaw reads up to 1"):
        Backup(file)


def _again(backup: Path, change: Callable[[dict[str, Any]], Any], rows: dict[str, bytes]) -> Path:
    """The same backup as somebody would write it who means ill: whole, and with other contents."""
    other = backup.with_name("other.zip")
    other.unlink(missing_ok=True)
    with Backup(backup) as original, Writer(other) as writer:
        manifest = json.loads(zipfile.ZipFile(backup).read("manifest.json"))
        change(manifest)
        for name in manifest.pop("parts"):
            writer.add(name, [rows[name]] if name in rows else original.part(name))
        writer.finish(manifest)
    return other


@pytest.mark.slow
@pytest.mark.alike
def test_a_whole_file_with_wrong_contents_changes_nothing(site: Site) -> None:
    backup = site.back_up()
    before = site.rows()

    def refused(change: Callable[[dict[str, Any]], Any], rows: dict[str, bytes]) -> str:
        words = site.refused("restore", str(_again(backup, change, rows)), "--yes")
        assert "Nothing was restored" in words
        assert site.rows() == before
        return " ".join(words.split())

    assert "person" in refused(lambda m: m["rows"].update(people_person=5), {})
    there = "PostgreSQL" if ON_SQLITE else "SQLite"
    kind = "postgresql" if ON_SQLITE else "sqlite"
    assert f"The backup is of {there}" in refused(lambda m: m.update(database=kind), {})
    if ON_SQLITE:
        garbage = {"database.sqlite3": site.file.read_bytes()[:50_000] + b"\0" * 50_000}
        assert "damaged" in refused(lambda m: None, garbage)
    else:
        # People whom offices and events name.
        gone = {"tables/people_person.copy": b""}
        said = refused(lambda m: m["rows"].update(people_person=0), gone)
        assert "do not belong together" in said
        assert "people_person" in refused(lambda m: m["rows"].pop("people_person"), {})
    assert site.leftovers() == []
    assert site.manage("restore", "--list") == ""


# --- asking, refusing, keeping --------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.alike
def test_nothing_is_restored_without_a_yes(site: Site) -> None:
    backup = site.back_up()
    site.python(CHANGE)
    before = site.rows()
    assert "Give --yes" in site.refused("restore", str(backup))
    assert "It can be restored" in site.manage("restore", str(backup), "--dry-run")
    tomorrow = _again(backup, lambda m: m["migrations"]["events"].append("0099_tomorrow"), {})
    assert "events.0099_tomorrow. Update Thaw" in site.refused("restore", str(tomorrow), "--yes")
    assert site.rows() == before
    assert "is nothing that a restore kept" in site.refused("restore", "--old", "x", "--yes")
    assert "No such file" in site.refused("restore", str(site.backups / "none.zip"), "--yes")


@pytest.mark.slow
@pytest.mark.alike
def test_a_backup_is_for_its_owner_alone_and_nothing_is_written_over(site: Site) -> None:
    file = site.backups / "one.zip"
    site.manage("backup", str(file))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    data = file.read_bytes()
    assert "exists already" in site.refused("backup", str(file))
    assert file.read_bytes() == data
    assert "no directory" in site.refused("backup", str(site.backups / "none" / "one.zip"))
    assert "Say where" in site.refused("backup")
    assert "--keep is for a directory" in site.refused("backup", str(file), "--keep", "2")
    site.env["BACKUP_DIR"] = str(site.backups)
    site.manage("backup")
    assert len(backups_in(site.backups)) == 1


def test_only_the_newest_are_kept_and_only_of_ours(tmp_path: Path) -> None:
    names = [f"thaw-2026010{day}-030000.backup.zip" for day in range(1, 6)]
    others = ["thaw-2025.zip", "notes.txt", ".thaw-backup-x.unfinished"]
    for name in [*names, *others]:
        (tmp_path / name).touch()
    removed = remove_older(tmp_path / names[-1], 3)
    assert [path.name for path in removed] == names[:2]
    assert {path.name for path in tmp_path.iterdir()} == {*names[2:], *others}
    # A clock that was set back makes the new one look old: it stays all the same.
    assert [p.name for p in remove_older(tmp_path / names[2], 1)] == names[3:]
    assert (tmp_path / names[2]).exists()


UPLOAD = """
import json
from people.models import Person
from tests.support.images import WORDS, kept
name = kept()
Person.objects.create(slug="eden", name="Anthony Eden", sort_name="Eden, Anthony",
                      picture_file=name, **WORDS)
print(json.dumps([name]))
"""
# The pictures that records name and the store has.
NAMED = """
import json
from people.models import Person
from records.pictures.store import is_kept
names = Person.objects.exclude(picture_file="").values_list("picture_file", flat=True)
print(json.dumps([name for name in names if is_kept(name)]))
"""


@pytest.mark.slow
@pytest.mark.alike
def test_uploaded_files_go_with_the_backup_and_come_back(site: Site) -> None:
    media = site.folder / "media"
    (media / "maps").mkdir(parents=True)
    (media / "maps" / "a map.png").write_bytes(b"old")
    site.env["MEDIA"] = str(media)
    # A portrait, as the desk keeps one.
    [portrait] = site.python(UPLOAD)
    backup = site.back_up()
    (media / "pictures" / portrait).unlink()
    (media / "maps" / "a map.png").write_bytes(b"new")
    (media / "later.png").write_bytes(b"later")
    said = site.manage("restore", str(backup), "--yes")
    there = {path.name for path in media.rglob("*") if path.is_file()}
    assert there == {"a map.png", portrait, portrait.replace(".jpg", ".w240.jpg")}
    assert site.python(NAMED) == [portrait]
    assert (media / "maps" / "a map.png").read_bytes() == b"old"
    kept = Path(said.split("The uploaded files that it had: ")[1].split("\n")[0])
    assert (kept / "later.png").read_bytes() == b"later"
    del site.env["MEDIA"]
    assert "MEDIA_ROOT is not set" in site.refused("restore", str(backup), "--yes")


# --- no room, and no power ------------------------------------------------------------------------


def _no_room() -> None:
    import resource

    # No file may grow beyond this: what writing on a full disk looks like to a program.
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))


def test_a_full_disk_leaves_no_file_and_no_change(site: Site) -> None:
    backup = site.back_up()
    before = site.rows()
    assert "No backup was made" in site.refused("backup", str(site.backups / "two.zip"),
                                                preexec_fn=_no_room)  # fmt: skip
    assert [path.name for path in site.backups.iterdir()] == [backup.name]
    if ON_SQLITE:
        words = site.refused("restore", str(backup), "--yes", preexec_fn=_no_room)
        assert "Nothing was restored" in words
    assert site.rows() == before
    assert site.leftovers() == []


@pytest.mark.slow
@pytest.mark.skipif(not ON_SQLITE, reason="PostgreSQL looks after its own files")
def test_a_database_that_is_destroyed_is_set_aside_and_restored(site: Site) -> None:
    backup = site.back_up()
    rows = site.rows()
    whole = site.file.read_bytes()
    half = whole[: len(whole) // 4] + b"\1" * (len(whole) // 2) + whole[-len(whole) // 4 :]
    for damaged in (b"\0" * 10_000, b"", b"SQLite format 3\0" + b"\7" * 50_000, half):
        site.file.write_bytes(damaged)
        # The doctor has words for it, too, and no traceback.
        assert "1 error, " in site.refused("doctor")
        said = site.manage("restore", str(backup), "--yes")
        assert site.rows() == rows
        kept = Path(said.split("is kept: ")[1].split("\n")[0])
        if damaged:
            assert kept.read_bytes() == damaged
        kept.unlink()
    site.file.unlink()
    assert "is kept" not in site.manage("restore", str(backup), "--yes")
    assert site.rows() == rows


@pytest.mark.slow
def test_whoever_writes_for_too_long_is_named_as_the_reason(site: Site) -> None:
    backup = site.back_up()
    site.python(CHANGE)
    before = site.rows()
    with site.writing():
        code = (
            "import sys; from dashboard.backup import postgresql, sqlite; "
            "sqlite.WAIT = postgresql.WAIT = 1; "
            "from django.core.management import execute_from_command_line as run; run(sys.argv)"
        )
        said = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup(); {code}", "restore", backup,
             "--yes"],
            cwd=ROOT, env=site.env, capture_output=True, text=True, check=False, timeout=PATIENCE,
        )  # fmt: skip
    assert said.returncode != 0
    assert "Stop the site" in said.stderr
    assert site.rows() == before


def killed(site: Site, left: str, lines: range, *command: str) -> list[dict[str, Any]]:
    """Kill a command before each of some lines of `dashboard/backup`, in real processes."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.killed", "dashboard/backup",
         ",".join(map(str, lines)), *command],
        cwd=ROOT, env=site.env | {"LEFT": f"tests.support.restored:{left}"},
        capture_output=True, text=True, check=False, timeout=PATIENCE * 4,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said = [json.loads(line) for line in done.stdout.splitlines()]
    # Killed all along, and finished at the end.
    assert [each["killed"] for each in said] == [True] * (len(said) - 1) + [False]
    assert said[-1]["status"] == 0
    return said


# `make test` tries some of the moments, `make test-slow` every third. On PostgreSQL, where each
# restore makes its tables by all migrations, some have to do.
STEPS = [
    pytest.param(13 if ON_SQLITE else 31, id="some"),
    pytest.param(3, id="many", marks=SLOW_AND_ALIKE),
]


@pytest.mark.parametrize("step", STEPS)
def test_a_backup_that_is_killed_leaves_no_half_file(site: Site, step: int) -> None:
    ends = killed(site, "left_of_backup", range(0, 1000, step), "backup", str(site.backups))
    assert len(ends) > 100 / step
    for end in ends:
        assert end["left"]["faults"] == [], end["where"]
    assert ends[0]["left"]["names"] == []
    assert len(ends[-1]["left"]["names"]) == 1
    # The last one removed what those before it had begun.
    assert site.leftovers() == []


@pytest.mark.parametrize("step", STEPS)
def test_a_restore_that_is_killed_leaves_the_old_data_or_the_new(site: Site, step: int) -> None:
    backup = site.back_up()
    new = site.python(ANSWERS.format("left_of_restore", ""))["rows"]
    site.python(CHANGE)
    old = site.python(ANSWERS.format("left_of_restore", ""))["rows"]
    assert old != new
    command = ("restore", str(backup), "--yes")
    ends = killed(site, "left_of_restore", range(0, 1000, step), *command)
    assert len(ends) > 100 / step
    for end in ends:
        assert end["left"]["rows"] in (old, new), end["where"]
    assert ends[0]["left"]["rows"] == old
    assert ends[-1]["left"]["rows"] == new
    assert ends[-1]["left"]["old"] >= 1
    assert site.leftovers() == []


def test_a_drive_without_hard_links_takes_a_backup_and_keeps_what_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(source: Path, name: Path) -> None:
        raise PermissionError("Operation not permitted")

    monkeypatch.setattr("os.link", refuse)
    (tmp_path / "finished").write_text("new")
    keep(tmp_path / "finished", tmp_path / "name")
    (tmp_path / "another").write_text("newer")
    with pytest.raises(FileExistsError):
        keep(tmp_path / "another", tmp_path / "name")
    assert (tmp_path / "name").read_text() == "new"


def test_a_place_in_use_is_left_alone(tmp_path: Path) -> None:
    with workplace(tmp_path, "backup") as one, workplace(tmp_path, "backup"):
        assert one.is_dir()
