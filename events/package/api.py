"""A course's package to download: the published part, as one file that is the same every time."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from events.api import CourseViewSet
from events.models import Course, TopicEntry
from events.package.closure import TooLarge
from events.package.writing import dump
from records.api.problems import MEDIA_TYPE, Problem, ProblemSerializer

logger = logging.getLogger(__name__)

# A package is made when it is asked for, in memory: what anybody may ask for has to be bounded.
MOST_ENTRIES, MOST_RECORDS = 1_000, 10_000
MOST_PICTURE_BYTES = 50 * 1024 * 1024
# The first moment that a ZIP file can name: a package has no time of its own.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


class ZIPRenderer(BaseRenderer):
    """A file that is a ZIP archive already."""

    media_type = "application/zip"
    format = "zip"
    charset = None
    render_style = "binary"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        packed: bytes = data
        return packed


def packed(folder: str, files: Mapping[str, bytes]) -> bytes:
    """Return files by name as a ZIP archive of one folder; the same files, the same bytes."""
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as packing:
        for name, content in sorted(files.items()):
            entry = ZipInfo(f"{folder}/{name}", _NO_TIME)
            entry.compress_type = ZIP_DEFLATED
            # Unix, whatever packs it: a plain file that everybody may read.
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            packing.writestr(entry, content)
    return archive.getvalue()


class CoursePackageViewSet(CourseViewSet):
    """The published part of a course as a data package."""

    renderer_classes = [ZIPRenderer]

    def known_parameters(self) -> Any:
        return (), ("format",)

    @extend_schema(
        operation_id="courses_package",
        description="The published part of a course as a data package: CSV tables and a "
        "datapackage.json with checksums and licence, in one ZIP archive. The same content is "
        "the same bytes.",
        responses={
            (200, "application/zip"): OpenApiTypes.BINARY,
            (403, MEDIA_TYPE): OpenApiResponse(
                ProblemSerializer, "It has too many records for one answer."
            ),
        },
    )
    def package(self, request: Request, slug: str) -> Response:
        course = Course.objects.published().filter(slug=slug).first()
        if course is None:
            moved = self.missing(request, slug)
            path, mark, query = moved["Location"].partition("?")
            moved["Location"] = f"{path}package.zip{mark}{query}"
            return moved
        name = f'attachment; filename="{course.slug}.zip"'
        entries = TopicEntry.objects.published().filter(topic__course=course)
        try:
            # Asked first, because finding all that belongs to so many takes long by itself.
            if entries[: MOST_ENTRIES + 1].count() > MOST_ENTRIES:
                raise TooLarge(f"Its topics have more than {MOST_ENTRIES:,} entries.")
            files = dump(course, published=True, most=MOST_RECORDS, most_bytes=MOST_PICTURE_BYTES)
        except TooLarge as error:
            detail = f"This course is too large for one answer: {error} Read its listings instead."
            raise Problem(403, "package-too-large", detail) from error
        except FileNotFoundError as error:
            # `manage.py doctor` names it. A package that lacks one without a word would be wrong.
            logger.error("A picture of the course %s is missing: %s", slug, error)
            detail = (
                "A picture of this course is missing on the server. Its keeper has to see to it."
            )
            raise Problem(503, "unavailable", detail) from error
        return Response(packed(course.slug, files), headers={"Content-Disposition": name})
