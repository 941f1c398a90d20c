"""What changed between two snapshots, in words a teacher can read. Pure functions; no queries."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, field
from typing import Any

Snapshot = dict[str, Any]
EMPTY: Snapshot = {"fields": {}, "rows": {}}


@dataclass(frozen=True)
class Piece:
    """A stretch of words that stayed (`=`), went (`-`) or came (`+`)."""

    sign: str
    text: str


@dataclass
class Change:
    """One field that differs. `path` names it within the record: “fields/name” or
    “rows/tenures/khrushchev-premier-1958” for a row, which is taken or left as a whole."""

    path: str
    label: str
    before: str
    after: str
    pieces: list[Piece] = field(default_factory=list)


@dataclass
class RowChange:
    """One row that came, went or changed, with its own differences."""

    path: str
    label: str
    kind: str  # "added", "removed", "changed"
    changes: list[Change]


@dataclass
class Difference:
    """Everything that differs between two snapshots of one record."""

    fields: list[Change]
    rows: list[RowChange]

    def __bool__(self) -> bool:
        return bool(self.fields or self.rows)

    @property
    def paths(self) -> list[str]:
        return [field.path for field in self.fields] + [row.path for row in self.rows]


def difference(before: Snapshot | None, after: Snapshot | None) -> Difference:
    """Compare two snapshots of one record; None stands for a record that is not there."""
    old, new = before or EMPTY, after or EMPTY
    rows = []
    names = [*new["rows"], *(name for name in old["rows"] if name not in new["rows"])]
    for name in names:
        rows += _rows(name, old["rows"].get(name, []), new["rows"].get(name, []))
    return Difference(_fields("fields", old["fields"], new["fields"]), rows)


def _fields(path: str, old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    changes = []
    for name in [*new, *(name for name in old if name not in new)]:
        if old.get(name) != new.get(name):
            before, after = shown(old.get(name)), shown(new.get(name))
            changes.append(
                Change(f"{path}/{name}", label(name), before, after, words_marked(before, after))
            )
    return changes


def _rows(name: str, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[RowChange]:
    before = {row["id"]: row for row in old}
    after = {row["id"]: row for row in new}
    found = []
    for key in [*after, *(key for key in before if key not in after)]:
        one, other = before.get(key), after.get(key)
        if one == other:
            continue
        path = f"rows/{name}/{key}"
        kind = "added" if one is None else "removed" if other is None else "changed"
        changes = _fields(path, (one or EMPTY)["fields"], (other or EMPTY)["fields"])
        inner = difference(
            {"fields": {}, "rows": (one or EMPTY)["rows"]},
            {"fields": {}, "rows": (other or EMPTY)["rows"]},
        )
        for row in inner.rows:
            for change in row.changes:
                changes.append(
                    Change(
                        path,
                        f"{row.label}: {change.label}",
                        change.before,
                        change.after,
                        change.pieces,
                    )
                )
        found.append(RowChange(path, row_label(name, other or one or EMPTY), kind, changes))
    return found


def label(name: str) -> str:
    """A field's name as a reader would say it: “measure_taken” → “Measure taken”."""
    return name.replace("_", " ").capitalize()


_ROW_NOUNS = {
    "tenures": "Office",
    "citations": "Citation",
    "effects": "Effect",
    "participations": "Participant",
    "entries": "Entry",
}
_ROW_NAMES = ("office", "source", "person", "power_base", "event", "reform", "statistic", "measure")


def row_label(name: str, row: dict[str, Any]) -> str:
    """What a row is called in a list of differences: “Citation: lewin-2005, p. 412”."""
    fields = row["fields"]
    said = next((str(fields[n]) for n in _ROW_NAMES if fields.get(n)), row.get("id", ""))
    place = fields.get("locator") or ""
    return f"{_ROW_NOUNS.get(name, label(name))}: {said}{f', {place}' if place else ''}"


def shown(value: Any) -> str:
    """A kept value in words: dates as they are written, lists separated by commas."""
    if value is None or value == "":
        return ""
    if isinstance(value, dict):
        return f"{value['text']} ({value['edtf']})" if value.get("text") else value["edtf"]
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


# Beyond this many words a word-by-word comparison costs more than it tells.
MOST_WORDS = 4000


def words_marked(before: str, after: str) -> list[Piece]:
    """The two texts as one, with the words that went and came marked."""
    old, new = re.findall(r"\s+|\S+", before), re.findall(r"\s+|\S+", after)
    if len(old) + len(new) > MOST_WORDS:
        return [Piece("-", before), Piece("+", after)]
    pieces: list[Piece] = []
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(Piece("=", "".join(old[i:j])))
            continue
        if i < j:
            pieces.append(Piece("-", "".join(old[i:j])))
        if k < m:
            pieces.append(Piece("+", "".join(new[k:m])))
    return pieces


def taken(base: Snapshot, proposed: Snapshot, paths: set[str]) -> Snapshot:
    """`base` with the changes at `paths` taken over from `proposed`; everything else as it is.

    In: paths as `Difference.paths` gives them. Rows that come are put where `proposed` has them.
    """
    fields = dict(base["fields"])
    for path in paths:
        if path.startswith("fields/"):
            name = path.removeprefix("fields/")
            fields[name] = proposed["fields"].get(name)
    rows: dict[str, list[dict[str, Any]]] = {}
    for name in {**base["rows"], **proposed["rows"]}:
        old = {row["id"]: row for row in base["rows"].get(name, [])}
        new = {row["id"]: row for row in proposed["rows"].get(name, [])}
        kept = []
        for key in [*old, *(key for key in new if key not in old)]:
            row = new.get(key) if f"rows/{name}/{key}" in paths else old.get(key)
            if row is not None:
                kept.append(row)
        rows[name] = kept
    return {**base, "fields": fields, "rows": rows}


def collisions(base: Snapshot, current: Snapshot, proposed: Snapshot) -> set[str]:
    """Paths that both sides changed since `base`, and not to the same."""
    ours = set(difference(base, proposed).paths)
    theirs = set(difference(base, current).paths)
    apart = set(difference(current, proposed).paths)
    return ours & theirs & apart
