"""Read class notes into draft records, and show what was read."""

from __future__ import annotations

import json
import sys
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from records.admin.base import admin_url
from records.courses import every_course
from workbench.as_json import as_json
from workbench.decoding import LARGEST, NotesRefused, decoded
from workbench.importing import ReadAlready, read_in
from workbench.notes.reading import read_notes
from workbench.recognition import Register, register
from workbench.report import report
from workbench.writing import NotWritten


class Command(BaseCommand):
    help = (
        "Read class notes (plain text or Markdown) into drafts of a course: topics, people, "
        "reforms, figures and events, each with its line of the notes as source. What is not "
        "understood waits on the workbench."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="the notes: a .txt or .md file, or - for standard input")
        parser.add_argument("--course", required=True, help="the slug of the course they are for")
        parser.add_argument(
            "--dry-run", action="store_true", help="show what was read and write nothing"
        )
        parser.add_argument(
            "--title", help="what the notes are called as a source; else the name of the file"
        )
        parser.add_argument(
            "--json", action="store_true", help="print the records as JSON, for a program"
        )

    def handle(self, *args: Any, file: str, course: str, **options: Any) -> None:
        if options["json"] and not options["dry_run"]:
            raise CommandError("--json shows what was read. Give it with --dry-run.")
        try:
            text = decoded(_content(file))
        except NotesRefused as error:
            raise CommandError(f"{_name(file)} was not read. {error}") from None
        if not options["dry_run"]:
            self._write(text, course, file, options["title"])
            return
        notes = read_notes(text)
        if options["json"]:
            self._about_course(course)
            self.stdout.write(json.dumps(as_json(notes), ensure_ascii=False, indent=2))
            return
        known = self._register()
        self._about_course(course)
        self.stdout.write(f"{_name(file)}: {report(notes, known)}")
        self.stdout.write("\nDry run: nothing was written.")

    def _write(self, text: str, slug: str, file: str, title: str | None) -> None:
        """Make drafts of the notes, and say what came of them and where to go on."""
        try:
            course = every_course().filter(slug=slug).first()
        except DatabaseError as error:
            message = f"The database has no tables yet, or does not answer ({error}). "
            raise CommandError(f"{message}Run manage.py prepare first.") from None
        if course is None:
            raise CommandError(
                f"There is no course “{slug}”, so nothing was changed.{self._near(slug)} Enter the "
                "course in the admin first, or show the notes with --dry-run."
            )
        name = title or ("Class notes" if file == "-" else f"Class notes: {Path(file).stem}")
        try:
            page = read_in(text, course, title=name, by=None, file_name=Path(file).name)
        except (ReadAlready, NotWritten) as error:
            raise CommandError(f"{error} Nothing was changed.") from None
        made = page.records.filter(made=True).count()
        open_items = page.items.filter(becomes="later").count()
        wrong = page.items.exclude(problems={}).count()
        self.stdout.write(
            f"{_name(file)}: {made} drafts were made as “{page}”. {wrong} pieces lack something, "
            f"{open_items} are yours to decide. Go on at {admin_url(page)} on your site."
        )

    def _near(self, slug: str) -> str:
        near = get_close_matches(slug, every_course().values_list("slug", flat=True), 1)
        return f" Did you mean “{near[0]}”?" if near else ""

    def _about_course(self, slug: str) -> None:
        """Say so where there is no such course: notes can be read before it is made."""
        try:
            slugs = list(every_course().values_list("slug", flat=True))
        except DatabaseError:
            self.stderr.write("The database has no tables yet, so that no course was looked for.")
            return
        if slug in slugs:
            return
        hint = self._near(slug)
        self.stderr.write(
            f"There is no course “{slug}” yet.{hint} The notes are shown all the same."
        )

    def _register(self) -> Register:
        try:
            return register()
        except DatabaseError:
            self.stderr.write("The database has no tables yet, so that nobody was recognised.")
            return Register()


def _name(file: str) -> str:
    return "Standard input" if file == "-" else file


def _content(file: str) -> bytes:
    """The bytes of the notes. Raises `CommandError` for a file that cannot be opened."""
    if file == "-":
        return sys.stdin.buffer.read(LARGEST + 1)
    path = Path(file)
    try:
        with path.open("rb") as opened:
            return opened.read(LARGEST + 1)
    except FileNotFoundError:
        beside = [one.name for one in path.parent.iterdir()] if path.parent.is_dir() else []
        near = get_close_matches(path.name, beside, 1)
        hint = f" Did you mean {path.parent / near[0]}?" if near else ""
        raise CommandError(f"There is no file {file}.{hint}") from None
    except IsADirectoryError:
        raise CommandError(f"{file} is a folder. Name a file of notes in it.") from None
    except OSError as error:
        raise CommandError(f"{file} cannot be opened: {error.strerror}.") from None
