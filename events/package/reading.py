"""From a folder or a .zip to rows of cells, with everything that is wrong about the files."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import lzma
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

from django.conf import settings

from events.package.cells import LONGEST_CELL
from events.package.format import DESCRIPTOR, FORMAT, PICTURES
from events.package.tables import BY_NAME, TABLES, Table
from records.dates import quoted
from records.kinds import kind_name

# Two hundred times the shipped course; a package beyond this is a mistake or an attack.
LARGEST_PACKAGE = 300 * 1024 * 1024
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    NotImplementedError,
    EOFError,
    OSError,
    RuntimeError,
)
# What somebody who thinks of one record writes.
_SINGULAR = {f"{kind_name(table.model)}.csv": table.file for table in TABLES}
KNOWN_FILES = {DESCRIPTOR, *(table.file for table in TABLES)}


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong: where it stands, what stands there, and what would be right.

    `line` is the line of the file on which the row begins (1 is the header), 0 for a whole file.
    """

    file: str
    line: int
    column: str
    value: str
    message: str

    def __str__(self) -> str:
        place = self.file + (f", line {self.line}" if self.line else "")
        place += f", column {self.column}" if self.column else ""
        return f"{place}{f', {quoted(self.value)}' if self.value else ''}: {self.message}"


class PackageRefused(Exception):
    """A package of which nothing was loaded. `problems` lists everything that is wrong with it."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = sorted(set(problems))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass
class Row:
    """One row of a table: where it begins, and its cells by column; short rows are `ragged`."""

    line: int
    cells: dict[str, str]
    ragged: bool = False


@dataclass
class Package:
    """The tables of a package as text, and its pictures.

    `unreadable` names tables whose rows could not be had.
    """

    rows: dict[str, list[Row]] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    # The files of pictures, by name with their folder.
    pictures: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_package(path: Path, *, check_hashes: bool = False) -> Package:
    """Read the package at `path`, a folder or a .zip.

    Out: the rows and every problem of the files as such. Checksums that differ from the descriptor
    are a note, since a package edited by hand must load; with `check_hashes` they are a problem.
    Raises `PackageRefused` when there is no package at `path`, or a .zip that is not safe to open.
    """
    try:
        files = _files(path)
    except OSError as error:
        raise _refused(str(path), f"Cannot be read: {error.strerror or error}.") from error
    if not files:
        raise _refused(path.name, f"Holds no course package: no {TABLES[0].file}, no {DESCRIPTOR}.")
    pictures = {name: files[name] for name in files if name.startswith(PICTURES)}
    package = Package(pictures=pictures)
    for table in TABLES:
        _read_table(package, table, files.get(table.file))
    for name in sorted(files.keys() - KNOWN_FILES - pictures.keys()):
        near = [_SINGULAR[name]] if name in _SINGULAR else get_close_matches(name, KNOWN_FILES, 1)
        hint = f" Did you mean {near[0]}?" if near else " Remove the file."
        package.problems.append(Problem(name, 0, "", "", f"No table has this name.{hint}"))
    _read_descriptor(package, files, check_hashes)
    return package


def _files(path: Path) -> dict[str, bytes]:
    if path.is_dir():
        return {
            entry.name: entry.read_bytes()
            for entry in sorted(path.iterdir())
            if _concerns(entry.name) and entry.is_file()
        } | _pictures(path / PICTURES)
    if path.is_file() and zipfile.is_zipfile(path):
        return _unzip(path)
    if path.exists():
        raise _refused(path.name, "Not a folder and not a .zip file. Name one of the two.")
    raise _refused(str(path), "There is nothing at this path. Name a folder or a .zip file.")


def _pictures(folder: Path) -> dict[str, bytes]:
    files = {}
    for entry in sorted(folder.iterdir()) if folder.is_dir() else ():
        if _is_picture(entry.name) and entry.is_file():
            with entry.open("rb") as file:
                # What is larger is refused, and need not be read to its end.
                files[f"{PICTURES}{entry.name}"] = file.read(settings.PICTURE_BYTES + 1)
    return files


def _refused(name: str, message: str) -> PackageRefused:
    return PackageRefused([Problem(name, 0, "", "", message)])


def _concerns(name: str) -> bool:
    # Anything else in the folder (a README, a licence) is the author's own business.
    return not name.startswith((".", "~", "_")) and (name == DESCRIPTOR or name.endswith(".csv"))


def _is_picture(name: str) -> bool:
    return not name.startswith((".", "~", "_"))


def _unzip(path: Path) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    problems = []
    room = LARGEST_PACKAGE
    folders = set()
    try:
        archive = zipfile.ZipFile(path)
    except (*_DAMAGE, ValueError) as error:
        raise _refused(path.name, f"Cannot be opened ({error}). Make the .zip again.") from None
    with archive:
        for member in archive.infolist():
            parts = PurePosixPath(member.filename).parts
            # A picture lies one folder deeper, and keeps its name.
            in_pictures = f"{parts[-2]}/" == PICTURES if len(parts) > 1 else False
            is_picture = in_pictures and _is_picture(parts[-1]) and not _concerns(parts[-1])
            name = f"{PICTURES}{parts[-1]}" if is_picture else parts[-1] if parts else ""
            depth = 3 if is_picture else 2
            unsafe = member.filename.startswith("/") or "\\" in member.filename or ".." in parts
            if unsafe or ":" in member.filename:
                problem = "Leads out of the package. Names in the .zip are those of its tables."
            elif stat.S_ISLNK(member.external_attr >> 16):
                problem = "Is a link. Put the file itself into the .zip."
            elif member.is_dir() or "__MACOSX" in parts[:1] or not (is_picture or _concerns(name)):
                continue
            elif member.flag_bits & 1:
                problem = "Is encrypted. Make the .zip without a password."
            elif len(parts) > depth:
                problem = "Lies too deep. Put the tables at the top of the .zip or in one folder."
            elif name in files:
                problem = "Is in the .zip twice."
            elif member.file_size > room:
                problem = (
                    f"With this file the package is over {LARGEST_PACKAGE >> 20} MiB unpacked."
                )
            else:
                content, problem = _member(archive, member)
                files[name] = content
                room -= len(content)
                folders.add(parts[: -2 if is_picture else -1])
            if problem:
                problems.append(Problem(member.filename[:100], 0, "", "", problem))
    if len(folders) > 1:
        problems.append(
            Problem(path.name, 0, "", "", "Has tables in several folders. Put them in one.")
        )
    if problems:
        raise PackageRefused(problems)
    return files


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> tuple[bytes, str]:
    try:
        with archive.open(member) as stream:
            # One byte more than promised: sizes in a .zip are claims.
            content = stream.read(member.file_size + 1)
    except _DAMAGE as error:
        return b"", f"Cannot be unpacked ({error}). Make the .zip again."
    if len(content) > member.file_size:
        return b"", "Is larger than the .zip says. Make the .zip again."
    return content, ""


def _read_table(package: Package, table: Table, content: bytes | None) -> None:
    if content is None and table.optional:
        return
    text, problem = ("", "The file is missing. A table without rows still has its header.")
    if content is not None:
        text, problem = _decoded(content)
    if not problem:
        rows = _lines(text)
        try:
            line, header = next(rows)
        except StopIteration:
            problem = f"The file is empty. Its first line is: {','.join(table.header)}"
        except _Unreadable as error:
            problem = str(error)
    if problem:
        package.unreadable.add(table.name)
        package.problems.append(Problem(table.file, 0, "", "", problem))
        return
    header = [name.strip() for name in header]
    if problems := list(_header_problems(table, header, line)):
        package.unreadable.add(table.name)
        package.problems += problems
        return
    package.rows[table.name] = table_rows = []
    try:
        for line, cells in rows:
            if not any(cells):
                continue
            ragged = len(cells) != len(header)
            if ragged:
                message = (
                    f"The row has {len(cells)} cells, the header {len(header)}. A cell that "
                    'contains a comma, a quotation mark or a line break stands in “"” marks.'
                )
                package.problems.append(Problem(table.file, line, "", cells[0], message))
            table_rows.append(Row(line, dict(zip(header, cells, strict=False)), ragged))
    except _Unreadable as error:
        package.unreadable.add(table.name)
        package.problems.append(Problem(table.file, error.line, "", "", str(error)))


class _Unreadable(ValueError):
    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(message)


def _decoded(content: bytes) -> tuple[str, str]:
    """The text of a file and what is wrong with its encoding, one of them blank.

    A byte order mark in front of UTF-8 is dropped, because spreadsheet programs write one.
    """
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "", "The file is in UTF-16. Save it as “CSV UTF-8”."
    if (zero := content.find(b"\0")) >= 0:
        line = content.count(b"\n", 0, zero) + 1
        return "", f"There is a NUL byte at offset {zero} (line {line}). Save it as “CSV UTF-8”."
    try:
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return "", (
            f"The file is not in UTF-8: byte {content[error.start]:#04x} at offset {error.start} "
            f"(line {line}). Save it as “CSV UTF-8”."
        )


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line on which it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field limit" in str(error):
                problem = (
                    f"A cell of this row is longer than {LONGEST_CELL:,} characters. Perhaps a "
                    "quotation mark is never closed."
                )
            else:
                problem = (
                    f"The row that begins here is not CSV ({error}). A quotation mark inside a "
                    "cell is written twice, and the cell stands in quotation marks."
                )
            raise _Unreadable(line, problem) from None
        if cells:
            yield line, cells


def _header_problems(table: Table, header: list[str], line: int) -> Iterator[Problem]:
    def problem(column: str, message: str) -> Problem:
        return Problem(table.file, line, column, "", message)

    if len(header) == 1 and any(mark in header[0] for mark in ";\t"):
        yield problem("", "The columns are not separated by commas. Save the file with commas.")
        return
    names = [column.name for column in table.columns]
    missing = [name for name in table.header if name not in header]
    for name in missing:
        yield problem(name, f"The column is missing. The header is: {','.join(table.header)}")
    for name in dict.fromkeys(header):
        if name not in names:
            near = get_close_matches(name.lower(), missing or names, 1, 0.5)
            hint = f" Did you mean {near[0]}?" if near else " Remove it."
            yield problem(name or "(blank)", f"There is no such column in this table.{hint}")
        elif header.count(name) > 1:
            yield problem(name, "The column is there twice. Keep one.")


def _read_descriptor(package: Package, files: dict[str, bytes], check_hashes: bool) -> None:
    def problem(message: str) -> None:
        package.problems.append(Problem(DESCRIPTOR, 0, "", "", message))

    if DESCRIPTOR not in files:
        message = "The file is missing, so no checksum was compared."
        if check_hashes:
            problem(message)
        else:
            package.notes.append(f"{DESCRIPTOR}: {message}")
        return
    try:
        descriptor = json.loads(files[DESCRIPTOR])
    except ValueError as error:
        problem(f"Not JSON ({error}). Dump the course again, or remove the file.")
        return
    resources = descriptor.get("resources") if isinstance(descriptor, dict) else None
    if not isinstance(resources, list) or not all(isinstance(item, dict) for item in resources):
        problem("Not a Data Package: it has no list of “resources”.")
        return
    version = descriptor.get("thaw:format", FORMAT)
    if version != FORMAT:
        problem(f"Written in format {version!r}; this version of Thaw reads format {FORMAT}.")
    for resource in resources:
        content = files.get(str(resource.get("path")))
        stated = resource.get("hash")
        if content is None or stated is None:
            continue
        actual = f"sha256:{hashlib.sha256(content).hexdigest()}"
        is_table = str(resource.get("name")) in BY_NAME
        is_ours = is_table or str(resource["path"]) in package.pictures
        if stated != actual and is_ours:
            message = "Changed since the package was written: its checksum differs from"
            name = str(resource["path"])
            if check_hashes:
                package.problems.append(Problem(name, 0, "", "", f"{message} {DESCRIPTOR}."))
            else:
                package.notes.append(f"{name}: {message.lower()} {DESCRIPTOR}.")
