"""The API describes itself in OpenAPI 3.1, and answers as it describes."""

from __future__ import annotations

import json
import re
from difflib import unified_diff
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from jsonschema import Draft202012Validator

from config.api import router
from config.api_examples import ASKED, KEPT, OPENED, answers
from tests import ROOT
from tests.support.pages import api_description
from tests.write_api.test_drafts import published, walk

pytestmark = pytest.mark.django_db


@pytest.fixture
def schema(client: Client) -> Any:
    return api_description(client)


def test_the_description_is_valid_and_the_one_that_was_agreed(tmp_path: Path) -> None:
    """A change of the API shows in docs/openapi.yaml, where a reviewer sees it."""
    now = tmp_path / "openapi.yaml"
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(now))
    agreed = ROOT / "docs" / "openapi.yaml"
    difference = unified_diff(
        agreed.read_text(encoding="utf-8").splitlines(),
        now.read_text(encoding="utf-8").splitlines(),
        lineterm="",
    )
    shown = "\n".join(islice(difference, 40))
    assert not shown, f"If this is on purpose, run “make openapi” and say so:\n{shown}"


def test_the_description_is_of_openapi_3_1(schema: Any) -> None:
    assert schema["openapi"] == "3.1.0"
    # The 3.0 way to say “or null”, which 3.1 does not know.
    assert "nullable" not in json.dumps(schema)


def needed(path: str) -> dict[str, str]:
    """The parameters without which an address gives no answer."""
    asked = {"state": {"on": "1956"}, "reading": {"date": "1956"}, "search": {"q": "Stalin"}}
    return next((value for name, value in asked.items() if name in path), {})


def test_the_forms_described_are_those_that_are_answered(client: Client, schema: Any) -> None:
    published()
    for path, item in public(schema).items():
        content = item["get"]["responses"]["200"]["content"]
        [form] = [p for p in item["get"]["parameters"] if p["name"] == "format"]
        if "{" in path or path == "/api/v1/":
            continue
        said = {
            client.get(path, {"format": each, **needed(path)})["Content-Type"].split(";")[0]
            for each in form["schema"]["enum"]
        }
        assert said == {*content}, path


def test_an_answer_with_a_count_or_of_some_fields_is_as_described(
    client: Client, schema: Any
) -> None:
    published()
    for address in ("/api/v1/events/?count=true", "/api/v1/timeline/?fields=key,date&count=true"):
        described = operation_of(schema, address)["responses"]["200"]["content"]
        shape = {**described["application/json"]["schema"], "components": schema["components"]}
        found = client.get(address).json()
        assert "count" in found
        assert [*Draft202012Validator(shape).iter_errors(found)] == []


def test_every_operation_and_parameter_is_described_with_its_errors(schema: Any) -> None:
    operations = {path: item["get"] for path, item in public(schema).items()}
    assert len(operations) == 1 + 18 + 15 + 5
    for path, operation in operations.items():
        assert operation.get("description"), path
        for parameter in operation.get("parameters", []):
            assert parameter["description"], (path, parameter["name"])
        expected = {"200", "304", "400", "401", "406", "429"}
        if "{" in path:
            expected |= {"404", "410"}
        if path.endswith("/changes/"):
            expected |= {"410"}
        if path.endswith("/package.zip"):
            expected |= {"403"}
        if path.endswith("/reading/"):
            expected |= {"422"}
        assert {*operation["responses"]} - {"301"} == expected
        for status in expected - {"200", "304"}:
            refusal = resolved(schema, operation["responses"][status])
            assert refusal["description"], (path, status)
            assert [*refusal["content"]] == ["application/problem+json"]
    assert all([*item] == ["get"] for item in public(schema).values())


def resolved(schema: Any, response: Any) -> Any:
    """A response, or the shared one that it refers to."""
    if "$ref" not in response:
        return response
    return schema["components"]["responses"][response["$ref"].rpartition("/")[2]]


def public(schema: Any) -> dict[str, Any]:
    """What can be read without a token."""
    return {p: item for p, item in schema["paths"].items() if not p.startswith("/api/v1/desk/")}


def test_every_operation_of_the_desk_is_described_with_its_errors(schema: Any) -> None:
    operations = [
        (path, method, operation)
        for path, item in schema["paths"].items()
        if path not in public(schema)
        for method, operation in item.items()
    ]
    assert len(operations) == 3 + 9 * 12
    names = [operation["operationId"] for _, _, operation in operations]
    assert len({*names}) == len(names)
    for path, method, operation in operations:
        assert operation["security"] == [{"accessToken": []}]
        assert operation["description"]
        assert all(parameter["description"] for parameter in operation.get("parameters", []))
        expected = {"400", "401", "403", "406", "429"}
        if method != "get":
            expected |= {"409", "411", "413", "415", "422"}
        if "{" in path:
            expected |= {"404"} | ({"412", "428"} if method != "get" else set())
        errors = {status for status in operation["responses"] if status >= "400"}
        assert errors == expected, (path, method)


@pytest.mark.parametrize("method", ["get", "post", "patch", "delete"])
def test_no_operation_of_the_desk_answers_without_a_token(
    client: Client, schema: Any, method: str
) -> None:
    tried = 0
    for path, item in schema["paths"].items():
        if path in public(schema) or method not in item:
            continue
        address = re.sub(r"\{\w+\}", "1", path)
        response = getattr(client, method)(address, {}, content_type="application/json")
        assert response.status_code == 401, path
        tried += 1
    assert tried >= 9


def test_the_parameters_described_are_those_that_are_known(client: Client, schema: Any) -> None:
    for prefix, _, _ in router.registry:
        refused = client.get(f"/api/v1/{prefix}/?colour=red").json()["detail"]
        known = refused.split("Known are: ")[1].rstrip(".").split(", ")
        parameters = schema["paths"][f"/api/v1/{prefix}/"]["get"]["parameters"]
        assert sorted(parameter["name"] for parameter in parameters) == known


def operation_of(schema: Any, address: str) -> Any:
    path = address.split("?")[0]
    for template, item in schema["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path):
            return item["get"]
    raise AssertionError(f"{path} is not described.")


def test_every_answer_is_as_described(client: Client, schema: Any) -> None:
    published()
    answers = walk(client)
    assert len(answers) > 30
    for below in ("", "1/"):
        address = f"topics/topic/versions/{below}"
        answers[f"/api/v1/{address}"] = client.get(f"/api/v1/{address}")
    for address, response in answers.items():
        described = operation_of(schema, address)["responses"]["200"]["content"]
        shape = closed(
            {**described["application/json"]["schema"], **{"components": schema["components"]}}
        )
        errors = [*Draft202012Validator(shape).iter_errors(response.json())]
        assert errors == [], (address, errors[0].message)


def closed(shape: Any) -> Any:
    """The schema with no room for members that it does not list, and none that may be missing.

    Only what a request left out by `fields`, or did not ask for, is missing from an answer.
    """
    if isinstance(shape, list):
        return [closed(each) for each in shape]
    if not isinstance(shape, dict):
        return shape
    found = {key: closed(value) for key, value in shape.items()}
    if "properties" in shape and isinstance(shape["properties"], dict):
        found.setdefault("additionalProperties", False)
        found["required"] = sorted({*shape["properties"]} - {"count", "errors"})
    return found


@pytest.mark.usefixtures("khrushchev")
def test_the_examples_are_what_is_answered(client: Client, settings: Any) -> None:
    settings.SITE_URL = "https://thaw.example"
    kept = json.loads(KEPT.read_text(encoding="utf-8"))
    again = answers(client)
    assert {*kept} == {*again}
    for name, answer in again.items():
        assert kept[name] == answer, f"{name}: if this is on purpose, run “make openapi”."


def test_the_examples_are_as_described_and_cover_every_listing(schema: Any) -> None:
    shown = 0
    for path, item in schema["paths"].items():
        content = item.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        form = content.get("application/json", {})
        if "example" in form:
            shape = {**form["schema"], "components": schema["components"]}
            assert [*Draft202012Validator(shape).iter_errors(form["example"])] == [], path
            shown += 1
    assert shown == len(ASKED) + len(OPENED)
    listings = {f"/api/v1/{prefix}/" for prefix, _, _ in router.registry}
    assert listings <= {*ASKED}


def test_a_problem_is_as_described(client: Client, schema: Any) -> None:
    shape = closed(
        {**schema["components"]["schemas"]["Problem"], "components": schema["components"]}
    )
    for address in ("events/?colour=red", "events/?from=sometime", "events/none/", "state/"):
        document = client.get(f"/api/v1/{address}").json()
        assert [*Draft202012Validator(shape).iter_errors(document)] == []


def test_the_reference_page_loads_nothing_from_elsewhere(client: Client) -> None:
    response = client.get("/api/docs/")
    assert response.status_code == 200
    html = response.content.decode()
    assert not re.search(r"(src|href)=.https?:", html)
    assert "<style" not in html
    assert not re.search(r"<script(?![^>]*\bsrc=)", html)
    policy = response["Content-Security-Policy"]
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "script-src 'self';" in policy + ";"
    for address in re.findall(r'<script src="([^"]+)"', html):
        if not address.startswith("/static/"):
            script = client.get(address.replace("&amp;", "&"))
            assert script.status_code == 200
            assert script["Content-Type"].startswith("application/javascript")
            assert "/api/schema/" in script.content.decode()


def test_no_other_page_has_the_reference_pages_leave(client: Client) -> None:
    for address in ("/api/v1/", "/api/schema/", "/"):
        assert "unsafe" not in client.get(address)["Content-Security-Policy"]
