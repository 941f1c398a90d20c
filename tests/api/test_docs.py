"""docs/api.md says what is: its commands are run, its lists compared with the API."""

from __future__ import annotations

import re
import shlex
import sys
import urllib.request
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from config.api import router
from records.api.problem_types import PROBLEM_TYPES
from tests import ROOT
from tests.factories import (
    CitationFactory,
    CourseFactory,
    EventFactory,
    MeasureFactory,
    PersonFactory,
    PowerBaseFactory,
    ReformFactory,
    SourceFactory,
    StatisticFactory,
    TenureFactory,
    TopicFactory,
)
from tests.support.pages import api_description

pytestmark = [pytest.mark.django_db, pytest.mark.alike]

GUIDE = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")
COMMANDS = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```", GUIDE, re.M | re.S)
    for line in block.splitlines()
]
PROGRAMS = re.findall(r"^```python\n(.*?)^```", GUIDE, re.M | re.S)
TABLE = re.compile(r"^\| (`[^|]+) \| ([^|]+) \|", re.M)


@pytest.fixture
def course() -> None:
    """The records that the guide names."""
    TopicFactory(slug="de-stalinisation", course=CourseFactory(slug="khrushchev"))
    khrushchev, party = PersonFactory(slug="khrushchev"), PowerBaseFactory(slug="communist-party")
    TenureFactory(person=khrushchev, power_base=party)
    EventFactory(slug="secret-speech")
    ReformFactory(slug="sovnarkhoz-reform")
    measure = MeasureFactory(slug="gulag-prisoners")
    CitationFactory(
        statistic=StatisticFactory(measure=measure),
        source=SourceFactory(slug="applebaum-2003"),
        stance="disputes",
    )


def run(client: Client, command: str) -> tuple[int, int]:
    """The status that a curl command of the guide gets, and the one that the guide says."""
    words = shlex.split(command, comments=True)
    assert words.pop(0) == "curl"
    method, headers, addresses = "GET", {}, []
    while words:
        word = words.pop(0)
        if word == "-X":
            method = words.pop(0)
        elif word == "-H":
            name, _, value = words.pop(0).partition(": ")
            headers[name] = value
        elif word == "-o":
            words.pop(0)
        elif word != "-i":
            addresses.append(word)
    [address] = addresses
    parts = urlsplit(address)
    assert parts.netloc == "127.0.0.1:8000"
    response = client.generic(method, parts.path, QUERY_STRING=parts.query, headers=headers)
    said = re.search(r"# (\d{3})$", command)
    return response.status_code, int(said[1]) if said else 200


def test_the_guide_has_commands() -> None:
    assert len(COMMANDS) > 15


@pytest.mark.usefixtures("course")
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_guide_does_what_it_says(client: Client, command: str) -> None:
    found, said = run(client, command)
    assert found == said


class Answer(BytesIO):
    """What `urlopen` gives: a body to read, and headers."""

    def __init__(self, response: Any) -> None:
        super().__init__(response.content)
        self.headers = response.headers


@pytest.fixture
def asking(client: Client, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Lets the programs of the guide ask the API here, and lists what they asked."""
    asked: list[str] = []

    def urlopen(address: str) -> Answer:
        parts = urlsplit(address)
        assert parts.netloc in ("127.0.0.1:8000", "testserver")
        response = client.get(parts.path, QUERY_STRING=parts.query)
        assert response.status_code == 200, (address, response.content)
        asked.append(address)
        return Answer(response)

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    return asked


@pytest.mark.usefixtures("khrushchev")
@pytest.mark.parametrize("number", range(len(PROGRAMS)))
def test_every_program_of_the_guide_runs_and_finds_something(
    number: int, asking: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    exec(compile(PROGRAMS[number], f"docs/api.md, program {number + 1}", "exec"), {})
    lines = capsys.readouterr().out.splitlines()
    assert asking
    assert len(lines) >= 2
    assert all(line.strip() for line in lines)


def test_the_programs_of_the_guide_need_nothing_but_python() -> None:
    assert len(PROGRAMS) >= 4
    named = {
        line.split()[1].split(".")[0]
        for program in PROGRAMS
        for line in program.splitlines()
        if line.startswith(("import ", "from "))
    }
    assert named <= sys.stdlib_module_names


@pytest.mark.usefixtures("khrushchev")
def test_power_in_june_1953_is_as_the_course_has_it(
    asking: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    [program] = [program for program in PROGRAMS if "June 1953" in program]
    exec(compile(program, "docs/api.md", "exec"), {})
    said = capsys.readouterr().out
    assert "Beria" in said
    assert "Malenkov" in said
    assert "Joseph Stalin" not in said  # dead since March


def section(title: str) -> str:
    return GUIDE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_the_guide_lists_every_address(client: Client) -> None:
    listed = re.findall(r"^\| `/api/v1/([^`?]+)(?:\?on=)?`", section("What there is"), re.M)
    listings = [f"{prefix}/" for prefix, _, _ in router.registry]
    assert listed[: len(listings)] == listings
    described = {
        path.removeprefix("/api/v1/").replace("{", "<").replace("}", ">")
        for path in api_description(client)["paths"]
        if not path.startswith("/api/v1/desk/")
    }
    details = {path for path in described if path.count("<") == 1 and path.endswith(">/")}
    assert {*listed} == described - details - {""}


def test_the_guide_gives_every_parameter_where_it_is_known(client: Client) -> None:
    said: dict[str, set[str]] = {prefix: {"format"} for prefix, _, _ in router.registry}
    listings = {*said} - {"state", "changes", "search"}
    for names, places in TABLE.findall(section("Parameters")):
        for name in re.findall(r"`(\w+)`", names):
            if places == "all listings":
                where = listings
            elif places == "everywhere":
                continue
            else:
                where = {p for p in said if re.search(rf"\b{p.replace('-', ' ')}\b", places)}
            for prefix in where:
                said[prefix].add(name)
    for prefix in said:
        refused = client.get(f"/api/v1/{prefix}/?colour=red").json()["detail"]
        known = refused.split("Known are: ")[1].rstrip(".").split(", ")
        assert sorted(said[prefix]) == known, prefix


def test_the_guide_gives_every_code_that_the_source_can_answer() -> None:
    apps = (
        "config",
        "curation",
        "dashboard",
        "events",
        "lessons",
        "people",
        "records",
        "reforms",
        "sources",
    )
    source = "".join(
        path.read_text(encoding="utf-8") for app in apps for path in (ROOT / app).rglob("*.py")
    )
    raised = r'(?:Problem|problem_response)\(\s*(?:\d+, )?"([a-z-]+)"'
    used = {*re.findall(raised, source)}
    assert used >= {"unknown-parameter", "bad-cursor", "not-found", "withdrawn"}
    documented = {*re.findall(r"`([a-z-]+)`", section("Errors"))}
    writing = (ROOT / "docs" / "api-writing.md").read_text(encoding="utf-8")
    documented |= {*re.findall(r"`([a-z-]+)`", writing.split("\n## Errors\n")[1])}
    assert used <= documented
    # And those that exist are told of, each with its status.
    for code, kind in PROBLEM_TYPES.items():
        assert code in documented, code
        rows = re.findall(rf"^\| (\d+) \| [^|]*`{code}`", GUIDE + writing, re.M)
        assert {*rows} == {str(kind.status)}, code


@pytest.mark.slow
@pytest.mark.usefixtures("khrushchev")
def test_every_example_of_the_description_is_about_the_shipped_course(client: Client) -> None:
    described = api_description(client)["paths"]
    tried = 0
    for address, item in described.items():
        if address.startswith("/api/v1/desk/"):
            continue
        for parameter in item["get"].get("parameters", []):
            if "example" in parameter:
                asked = {"on": "1953-06-01"} if address.endswith("/state/") else {}
                if address.endswith("/search/"):
                    asked = {"q": "Khrushchev"}
                asked[parameter["name"]] = parameter["example"]
                response = client.get(address, asked)
                assert response.status_code == 200, (address, asked, response.content)
                tried += 1
    assert tried > 50
    # The commands of the guide, too, answer about the course itself.
    for command in COMMANDS:
        found, said = run(client, command)
        assert found == said, command
