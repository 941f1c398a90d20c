"""What the desk of the API answers when something cannot be kept, and where it is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError

from curation.revisions.evidence import StandsBare
from curation.revisions.rehearsal import rehearsal
from curation.revisions.snapshot import CannotRestore, Fault, put_back
from curation.write_api.fields import Doubt
from curation.write_api.serializers import paths, without
from records.api.parsers import pointer_to
from records.api.problems import Problem
from records.fields import PARTS
from records.publication import Obstacle

# A longer list of errors helps nobody.
MOST_ERRORS = 50
_BARE = "Constraint “"


def fault(message: str, *path: str | int) -> Fault:
    """Something wrong at a place of the body. The code of a refusal of a serializer goes along."""
    return Fault(path, str(message), str(message), getattr(message, "code", "") or "")


def invalid(*faults: Fault) -> Problem:
    """422, with the places."""
    errors = [*_errors(faults)]
    places = "one place" if len(errors) == 1 else f"{len(errors)} places"
    return Problem(
        422,
        "invalid-record",
        f"Nothing was written: {places} cannot be kept. {errors[0]['detail']}",
        errors=errors[:MOST_ERRORS],
    )


def not_ready(what: str, lacking: list[Obstacle]) -> Problem:
    """409, with what the record lacks."""
    errors = [lack(obstacle) for obstacle in lacking]
    return Problem(409, "not-ready", f"{what}: {errors[0]['detail']}", errors=errors)


def forbidden(detail: str) -> Problem:
    return Problem(403, "forbidden", detail)


def lack(obstacle: Obstacle) -> dict[str, str]:
    """One thing that a record lacks, at its place."""
    return {"pointer": pointer_to((obstacle.field,)), "detail": obstacle.message}


@contextmanager
def kept_whole() -> Iterator[None]:
    """Turn what keeps a record from being written into a problem. Goes around the transaction."""
    try:
        yield
    except CannotRestore as error:
        raise invalid(*error.faults) from error
    except StandsBare as error:
        raise Problem(409, "in-use", str(error)) from error
    except IntegrityError as error:
        detail = "Somebody else wrote the same thing at the same moment. Read again, and repeat."
        raise Problem(409, "conflict", detail) from error


def refused(serializer: Any, change: Mapping[str, Any], record: Any, detail: Any) -> Problem:
    """422 for a `change` of `record` that its serializer refused with `detail`.

    It also names what is wrong with the rest of the change, so that one answer lists all
    mistakes. Writes nothing.
    """
    faults = [fault(message, *path) for path, message in paths(detail)]
    if any(isinstance(each.path[-1], int) or each.path[-1] == "id" for each in faults):
        # Without such a row, the rows after it would have other numbers.
        return invalid(*faults)
    try:
        with rehearsal():
            put_back(serializer.run_validation(without(change, detail)), record)
    except CannotRestore as error:
        named = {each.path for each in faults}
        faults += [each for each in error.faults if _place(each.path) not in named]
    return invalid(*faults)


def _errors(faults: Iterable[Fault]) -> Iterator[dict[str, Any]]:
    faults = [*faults]
    # The fields’ own checks find such a link empty and report it a second time.
    missing = {each.path for each in faults if each.code == "missing"}
    for each in faults:
        if each.path in missing and each.code != "missing":
            continue
        inner_faults = (
            o for o in faults if o is not each and o.path[: len(each.path)] == each.path
        )
        if each.message.startswith(_BARE) and any(inner_faults):
            # The field’s own sentence says it already, and better.
            continue
        error: dict[str, Any] = {"pointer": pointer_to(_place(each.path)), "detail": each.message}
        if isinstance(each.code, Doubt):
            error["readings"] = [*each.code.readings]
        yield error


def _place(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """The path as the document has it: rows have an `id`, and a date is one member."""
    *before, last = path or ("",)
    if before and last == "public_id":
        return (*before, "id")
    for part in PARTS:
        if isinstance(last, str) and last.endswith(f"_{part}"):
            return (*before, last.removesuffix(f"_{part}"))
    return path
