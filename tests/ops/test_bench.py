"""`make bench` asks for what is there, and its table says what was measured."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client, override_settings

from bench import report
from bench.textbook import settings as textbook
from bench.works import choose, works


@pytest.mark.slow
@pytest.mark.alike
@pytest.mark.django_db
def test_every_row_asks_thaw_and_a_textbook_for_the_same() -> None:
    call_command("make_corpus", events=60, verbosity=0)
    chosen = choose()
    token = {"Authorization": f"Bearer {chosen['token']}"}

    def ask(address: str, body: str, number: int) -> int:
        client = Client()
        if not body:
            return client.get(address).status_code
        document = body.replace("NUMBER", str(number))
        return client.post(address, document, "application/json", headers=token).status_code

    asked = works(chosen)
    thaw = {each: ask(each, work.thaw_body, 1) for work in asked for each in work.thaw}
    assert {*thaw.values()} == {200, 201}
    with override_settings(
        ROOT_URLCONF=textbook.ROOT_URLCONF,
        TEMPLATES=textbook.TEMPLATES,
        MIDDLEWARE=textbook.MIDDLEWARE,
    ):
        same = {each: ask(each, work.textbook_body, 2) for work in asked for each in work.textbook}
    assert {*same.values()} == {200, 201}
    assert len(thaw) >= 6 <= len(same)


def cell(cpu: float) -> dict[str, float]:
    return {"requests": 9, "cpu": cpu, "p50": 1, "p99": 2, "size": 4_000, "memory": 99}


def test_the_table_says_how_many_times_the_others_it_takes() -> None:
    rows: dict[str, Any] = {
        "an empty view": {"textbook": cell(0.5)},
        "one event, JSON": {
            "textbook": cell(4), "first": cell(2), "later": cell(0.25), "304": cell(0.2),
        },
    }  # fmt: skip
    said = report.text({"1000": {"SQLite": rows}})
    assert "### SQLite, 1,000 events" in said
    [line] = [line for line in said.splitlines() if line.startswith("| one event")]
    cells = [each.strip() for each in line.strip("|").split("|")]
    assert cells == [
        "one event, JSON", "4.00", "2.00", "0.25", "0.20", "0.50", "4.00", "1.00, 2.00", "4.00"
    ]  # fmt: skip
