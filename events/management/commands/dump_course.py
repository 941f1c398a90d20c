"""Write a course and everything in it as a course package."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from events.models import Course
from events.package.writing import FolderRefused, dump, write_folder


class Command(BaseCommand):
    help = "Write a course as a course package: CSV tables and datapackage.json."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the address of the course, for example khrushchev")
        parser.add_argument("path", type=Path, help="the folder to write; replaced as a whole")
        parser.add_argument(
            "--published",
            action="store_true",
            help="only what readers may see (otherwise drafts and withdrawn records too)",
        )

    def handle(self, *args: Any, slug: str, path: Path, **options: Any) -> None:
        published = options["published"]
        courses = Course.objects.published() if published else Course.objects.all()
        course = courses.filter(slug=slug).first()
        if course is None:
            slugs = ", ".join(courses.values_list("slug", flat=True)[:20]) or "none"
            raise CommandError(
                f"There is no {'published ' if published else ''}course “{slug}”. Courses: {slugs}."
            )
        try:
            files = dump(course, published=published)
            write_folder(files, path)
        except (FolderRefused, OSError) as error:
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            size = sum(map(len, files.values()))
            self.stdout.write(f"Wrote {len(files)} files, {size:,} bytes, to {path}.")
