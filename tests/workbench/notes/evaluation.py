"""How well notes are read: precision and recall of every kind over the fixtures beside this file.

Each file of notes has a list of the records that somebody would mark in it by hand. `make
evaluate-notes` prints the table; `test_evaluation.py` holds floors.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.as_json import as_json
from workbench.notes.reading import read_notes

FIXTURES = Path(__file__).parent / "fixtures"
KINDS = ("topics", "people", "reforms", "statistics", "events", "claims", "unplaced")


@dataclass
class Score:
    """How many records were expected, how many were found, and how many of these are right."""

    expected: int = 0
    found: int = 0
    right: int = 0

    def __iadd__(self, other: Score) -> Score:
        self.expected += other.expected
        self.found += other.found
        self.right += other.right
        return self

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.expected if self.expected else 1.0


def fixtures() -> Iterator[tuple[str, str, dict[str, list[Any]]]]:
    """The name of each fixture, its notes, and the records that are marked in it."""
    for marked in sorted(FIXTURES.glob("*.json")):
        notes = next(path for path in FIXTURES.glob(f"{marked.stem}.*") if path.suffix != ".json")
        yield marked.stem, notes.read_text(encoding="utf-8"), json.loads(marked.read_text("utf-8"))


def _plain(words: str) -> str:
    return " ".join(re.sub(r"[^\w£$€%/.]+", " ", words.lower()).split()).strip(" .")


def _is_right(kind: str, expected: Any, found: dict[str, Any]) -> bool:
    if kind == "topics":
        return _plain(expected) == _plain(found["title"])
    if kind == "people":
        said = {key: expected.get(key) for key in ("name", "office", "power_base", "epithet")}
        return all(_plain(said[key] or "") == _plain(found[key] or "") for key in said)
    if kind == "reforms":
        return (
            _plain(expected["title"]) in (_plain(found["title"]), _title(found["title"]))
            and len(found["parts"]) == expected["parts"]
        )
    if kind == "statistics":
        keys = ("value", "upper_value", "comparator", "baseline", "date", "baseline_date")
        unit = expected.get("unit")
        return all(expected.get(key) == found[key] for key in keys) and unit in (
            None,
            found["unit"],
        )
    if kind == "events":
        one, other = _plain(expected["title"]), _plain(found["title"])
        return expected["date"] == found["date"] and (one in other or other in one)
    one, other = _plain(expected), _plain(found["text"])
    return one in other or other in one


def _title(title: str) -> str:
    return _plain(re.sub(r"\s?\([^()]*\)", "", title))


def score(kind: str, expected: list[Any], found: list[dict[str, Any]]) -> tuple[Score, list[str]]:
    """The score of one kind in one fixture, and a line for each record that is wrong or missing."""
    left = list(found)
    remarks = []
    right = 0
    for record in expected:
        hit = next((one for one in left if _is_right(kind, record, one)), None)
        if hit is None:
            remarks.append(f"missing {kind}: {json.dumps(record, ensure_ascii=False)}")
        else:
            left.remove(hit)
            right += 1
    remarks += [f"wrong {kind}: {json.dumps(one, ensure_ascii=False)}" for one in left]
    return Score(len(expected), len(found), right), remarks


def evaluate() -> tuple[dict[str, dict[str, Score]], dict[str, list[str]]]:
    """The scores by fixture and kind, and the remarks by fixture."""
    scores: dict[str, dict[str, Score]] = {}
    remarks: dict[str, list[str]] = {}
    for name, text, marked in fixtures():
        document = as_json(read_notes(text))
        scores[name], remarks[name] = {}, []
        for kind in KINDS:
            scores[name][kind], said = score(kind, marked[kind], document[kind])
            remarks[name] += said
    return scores, remarks


def totals(scores: dict[str, dict[str, Score]]) -> dict[str, Score]:
    """The scores of every kind over all fixtures."""
    found = {kind: Score() for kind in KINDS}
    for by_kind in scores.values():
        for kind, one in by_kind.items():
            found[kind] += one
    return found


def table(scores: dict[str, dict[str, Score]]) -> str:
    """The scores as a table: a row for each kind, then one for each fixture."""
    rows = [f"{'':24}expected   found   right   precision   recall"]
    by_fixture = {name: Score() for name in scores}
    for name, by_kind in scores.items():
        for one in by_kind.values():
            by_fixture[name] += one
    for name, one in [*totals(scores).items(), ("", None), *by_fixture.items()]:
        rows.append(
            f"{name:24}{one.expected:8}{one.found:8}{one.right:8}{one.precision:12.1%}{one.recall:9.1%}"
            if one else ""
        )  # fmt: skip
    return "\n".join(rows)


def main() -> None:
    scores, remarks = evaluate()
    print(table(scores))  # noqa: T201
    if "--remarks" in sys.argv:
        for name, lines in remarks.items():
            print(f"\n{name}", *lines, sep="\n  ")  # noqa: T201


if __name__ == "__main__":
    main()
