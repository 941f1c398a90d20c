"""What the API reads: JSON, and nothing that could not be kept or given back."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from events.models import Event
from records.api.parsers import LARGEST_BODY, pointer_to, read_json
from records.api.problems import Problem
from tests.api.test_errors import problem
from tests.support.write_api import Program

MALFORMED = [
    (b"", "malformed-json"),  # nothing
    (b"title", "malformed-json"),  # words
    (b'{"title": "x"', "malformed-json"),  # cut off
    (b"{'title': 'x'}", "malformed-json"),  # Python’s quotes
    (b'{"title": "x",}', "malformed-json"),  # a comma too many
    (b"[]", "malformed-json"),  # JSON, but no object
    (b'"x"', "malformed-json"),
    (b"null", "malformed-json"),
    (b'{"value": NaN}', "malformed-json"),  # no number of JSON
    (b'{"value": 1e999999999}', "malformed-json"),  # would fill the memory when written out
    (b'{"value": ' + b"9" * 5000 + b"}", "malformed-json"),  # longer than Python reads
    (b'{"title": "x", "title": "y"}', "malformed-json"),  # which of the two?
    (b'{"title": "a\\u0000b"}', "malformed-json"),  # NUL
    (b'{"a\\u0000": 1}', "malformed-json"),  # NUL in a name
    (b'{"title": "\\ud800"}', "malformed-json"),  # half of a character
    (b'{"\\ud800": 1}', "malformed-json"),
    (b'{"\\ud800": 1, "\\ud800": 2}', "malformed-json"),  # both at once
    ('{"title": "é"}'.encode("latin-1"), "malformed-json"),  # not UTF-8
    (b"[" * 100_000, "malformed-json"),  # deeper than the machine’s stack
    (b'{"a":' * 30 + b"1" + b"}" * 30, "malformed-json"),  # deeper than any record
]


@pytest.mark.django_db
@pytest.mark.parametrize(("body", "code"), MALFORMED)
def test_a_body_that_is_no_record_is_refused_and_nothing_written(body: bytes, code: str) -> None:
    document = problem(Program("Contributor", "write").ask("POST", "events/", body), 400)
    assert document["code"] == code
    assert len(document["detail"]) < 300
    assert not Event.objects.exists()


@pytest.mark.django_db
def test_a_place_in_the_body_is_a_pointer() -> None:
    body = b'{"citations": [{}, {"note": "a\\u0000"}]}'
    document = problem(Program("Contributor", "write").ask("POST", "events/", body), 400)
    assert document["errors"][0]["pointer"] == "#/citations/1/note"


@pytest.mark.django_db
def test_a_body_that_is_too_large_is_not_read() -> None:
    program = Program("Contributor", "write")
    large = b'{"summary": "' + b"x" * (20 * 1024 * 1024) + b'"}'
    assert problem(program.ask("POST", "events/", large), 413)["code"] == "content-too-large"
    fits = b'{"summary": "' + b"x" * (LARGEST_BODY - 100) + b'"}'
    problem(program.ask("POST", "events/", fits), 422)
    # Whatever it says of itself: what is read is counted.
    said = program.client.generic(
        "POST", "/api/v1/desk/events/", b"x" * (LARGEST_BODY + 1), content_type="application/json",
        headers={"authorization": f"Bearer {program.secret}", "transfer-encoding": "chunked"},
    )  # fmt: skip
    problem(said, 411)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"]
)
def test_what_is_not_json_is_not_read(kind: str) -> None:
    program = Program("Contributor", "write")
    response = program.ask("POST", "events/", b"title=x", **{"content-type": kind})
    assert "application/json" in problem(response, 415)["detail"]


@pytest.mark.django_db
def test_a_misspelt_parameter_of_a_change_is_refused() -> None:
    program = Program("Contributor", "write")
    assert problem(program.ask("POST", "events/?reson=x", {}), 400)["code"] == "unknown-parameter"


def test_numbers_are_exact() -> None:
    assert read_json(b'{"value": 0.1, "upper": 1E2}') == {
        "value": Decimal("0.1"),
        "upper": Decimal("100"),
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.text() | st.integers() | st.floats(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(st.binary(max_size=200) | JSON.map(lambda value: repr(value).encode("utf-8", "replace")))
def test_no_body_is_more_than_a_problem(body: bytes) -> None:
    # Anything else that were raised here would be an answer of 500.
    with suppress(Problem):
        read_json(body)


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ((), "#"),  # the whole body
        (("citations", 0, "locator"), "#/citations/0/locator"),
        (("a/b", "~"), "#/a~1b/~0"),  # RFC 6901, section 3
    ],
)
def test_a_pointer_is_escaped(path: Any, pointer: str) -> None:
    assert pointer_to(path) == pointer
